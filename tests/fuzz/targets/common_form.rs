//! Any text as a piece of a plans file: what the quick reader of the common form reads, serde_yaml
//! reads in the same way. The target `document` compares both with the careful reader.

#![no_main]

use libfuzzer_sys::fuzz_target;
use weekahead::internals::compare;

fuzz_target!(|text: &str| {
    assert_ne!(compare(text), Some(false), "{text:?}");
});
