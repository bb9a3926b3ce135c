//! Any bytes as a plans file: both readers read the same list, or all problems have places inside of
//! the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use weekahead::internals::{Document, Problems, review, without_mark};
use weekahead_fuzz::{COMMENT, feed, is_small, placed, read_by_both, today};

fuzz_target!(|bytes: &[u8]| {
    match Document::read(bytes) {
        Ok(document) => {
            assert!(!document.list().plans.is_empty());
            read_by_both(document.text(), document.list());
            if is_small(document.list()) {
                let feed = feed(document.list());
                let findings = review(document.list(), &feed, today());
                placed(document.warnings(findings, usize::MAX).list(), bytes);
            }
        }
        Err(problems) => {
            assert!(!problems.list().is_empty());
            placed(problems.list(), bytes);
            moved(bytes, &problems);
        }
    }
});

/// A comment above a text moves its problems down, and changes nothing else.
fn moved(bytes: &[u8], problems: &Problems) {
    let Ok(text) = std::str::from_utf8(without_mark(bytes)) else {
        return;
    };
    // A second byte-order mark would be inside of the text, and a comment makes a file not empty.
    if text.starts_with('\u{feff}') || text.trim().is_empty() {
        return;
    }
    let commented = format!("{COMMENT}{text}");
    let moved = match Document::read(commented.as_bytes()) {
        Ok(document) => panic!("a comment repairs it: {problems:?}\n{:?}", document.list()),
        Err(moved) => moved,
    };
    let whats = |problems: &Problems| -> Vec<_> {
        let list = problems.list().iter();
        list.map(|problem| (problem.what.clone(), problem.path.clone()))
            .collect()
    };
    assert_eq!(whats(&moved), whats(problems), "{text}");
    for (now, before) in moved.list().iter().zip(problems.list()) {
        let (now, before) = (&now.span, &before.span);
        // A problem of the whole file is at its start.
        let is_moved =
            now.start == before.start + COMMENT.len() && now.end == before.end + COMMENT.len();
        assert!(is_moved || (now == before && now.start == 0), "{text}");
    }
}
