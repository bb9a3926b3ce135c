//! The page in a real browser, by a script that anybody can run alone.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use crate::harness::repository;

#[test]
fn a_browser_shows_the_page_and_finds_nothing_wrong() {
    let folder = repository().join("tests/browser");
    let browser = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    let has_node = Command::new("node").arg("--version").output().is_ok();
    let missing = match () {
        () if !has_node => Some("Node.js is not installed"),
        () if !Path::new(&browser).exists() => Some("Chromium is not installed"),
        () if !folder.join("node_modules").is_dir() => {
            Some("`npm ci` was not run in tests/browser")
        }
        () => None,
    };
    if let Some(why) = missing {
        let is_required = std::env::var_os("WEEKAHEAD_BROWSER").is_some();
        assert!(!is_required, "{why}");
        // Past the test harness, which keeps what a test prints to itself. Without standard error
        // there is nobody to tell.
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT: {why}, so the page was not opened in a browser"
        );
        return;
    }
    let output = Command::new("node")
        .arg(folder.join("page.mjs"))
        .arg(env!("CARGO_BIN_EXE_weekahead"))
        .output()
        .expect("node runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "ok: 28 pages\n");
}
