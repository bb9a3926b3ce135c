//! Tests the pages in a real browser, with scripts that can also be run alone.

use std::process::Command;

use crate::harness::repository;

#[test]
#[ignore = "needs Node.js, Chromium and `npm ci` in tests/browser"]
fn a_browser_shows_the_page_and_finds_nothing_wrong() {
    run("page.mjs", "ok: 32 pages\n");
}

#[test]
#[ignore = "needs Node.js, Chromium and `npm ci` in tests/browser"]
fn a_phone_records_a_renewal_without_any_script() {
    run("record.mjs", "ok: 42 states\n");
}

fn run(script: &str, said: &str) {
    let folder = repository().join("tests/browser");
    let is_installed = folder.join("node_modules").is_dir();
    assert!(is_installed, "run `npm ci` in tests/browser first");
    let output = Command::new("node")
        .arg(folder.join(script))
        .arg(env!("CARGO_BIN_EXE_weekahead"))
        .output()
        .expect("Node.js is installed");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), said);
}
