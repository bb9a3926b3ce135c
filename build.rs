//! Links the released program at a fixed address.
//!
//! At any other address, more than 30,000 pointers in its tables must be corrected before it starts:
//! that is half of the time that `weekahead --version` takes. The heap, the stack and the libraries
//! keep their random addresses.

#![allow(clippy::print_stdout)] // cargo reads what a build script prints

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |variable: &str, value: &str| env::var(variable).as_deref() == Ok(value);
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    // Where the C library is linked into the program, as with musl, the compiler chooses the code
    // that starts it, and needs `-C relocation-model=static` instead: `.github/workflows/release.yml`.
    let is_dynamic = !features.split(',').any(|feature| feature == "crt-static");
    if is("PROFILE", "release")
        && is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ENV", "gnu")
        && is_dynamic
    {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
