//! Which files are still to be committed: the answer of `git status`, without its filters.

use std::path::PathBuf;
use std::process::Command;

use weekahead::internals::{ANSWER_TIMEOUT, Push, pending};

use crate::harness::Place;

/// A repository that names objects by a hash.
fn repository(hash: &str) -> Place {
    let place = Place::new();
    git(&place, &["init", "--quiet", "--object-format", hash]);
    place
}

fn git(place: &Place, arguments: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
        .args(arguments)
        .current_dir(place.path(""))
        .env("HOME", place.path(""))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaint}");
}

/// The files that are still to be committed.
fn left(place: &Place, names: &[&str]) -> Vec<String> {
    let paths: Vec<PathBuf> = names.iter().map(|name| place.path(name)).collect();
    let paths: Vec<_> = paths.iter().map(PathBuf::as_path).collect();
    let files = pending(&paths, ANSWER_TIMEOUT).expect("an answer");
    let files = files.map_or(Vec::new(), |pending| pending.files);
    let names = files.iter().map(|file| file.to_str().expect("UTF-8"));
    names.map(str::to_owned).collect()
}

#[test]
#[ignore = "needs git"]
fn a_file_is_pending_until_it_is_committed() {
    for hash in ["sha1", "sha256"] {
        let place = repository(hash);
        let all = ["plans.yaml", "deep/ræceipt [1].pdf", "ignored.pdf"];
        place.file(".gitignore", "ignored.*\n");
        for name in all {
            place.file(name, "one\n");
        }
        let tracked = &all[..2];
        assert_eq!(left(&place, &all), tracked, "before the first commit");
        git(&place, &["add", "."]);
        assert_eq!(left(&place, &all), tracked, "staged");
        git(&place, &["commit", "--quiet", "-m", "one"]);
        assert_eq!(left(&place, &all), [""; 0], "committed");
        place.file("plans.yaml", "one\r\n");
        assert_eq!(left(&place, &all), [""; 0], "other line ends");
        place.file("plans.yaml", "two\n");
        assert_eq!(left(&place, &all), ["plans.yaml"], "changed");
        git(&place, &["add", "plans.yaml"]);
        assert_eq!(left(&place, &all), ["plans.yaml"], "staged again");
        git(&place, &["rm", "--quiet", "--cached", "-f", "plans.yaml"]);
        assert_eq!(left(&place, &all), ["plans.yaml"], "no longer tracked");
        git(&place, &["add", "plans.yaml"]);
        git(&place, &["commit", "--quiet", "-m", "two"]);
        git(
            &place,
            &["update-index", "--assume-unchanged", "plans.yaml"],
        );
        place.file("plans.yaml", "three\n");
        assert_eq!(left(&place, &all), [""; 0], "assumed to be unchanged");
        git(
            &place,
            &["update-index", "--no-assume-unchanged", "plans.yaml"],
        );
        git(&place, &["add", "-f", "ignored.pdf"]);
        git(&place, &["commit", "--quiet", "-m", "three"]);
        place.file("ignored.pdf", "two\n");
        assert_eq!(
            left(&place, &all),
            ["plans.yaml", "ignored.pdf"],
            "tracked although it is ignored"
        );
    }
}

#[test]
#[ignore = "needs git"]
fn a_conflict_is_pending() {
    let place = repository("sha1");
    let commit = |text: &str| {
        place.file("plans.yaml", text);
        git(&place, &["add", "."]);
        git(&place, &["commit", "--quiet", "-m", "x"]);
    };
    commit("one\n");
    git(&place, &["checkout", "--quiet", "-b", "side"]);
    commit("two\n");
    git(&place, &["checkout", "--quiet", "-"]);
    commit("three\n");
    let merged = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
        .args(["merge", "side"])
        .current_dir(place.path(""))
        .output();
    assert!(!merged.expect("git runs").status.success());
    place.file("plans.yaml", "three\n");
    assert_eq!(left(&place, &["plans.yaml"]), ["plans.yaml"]);
}

#[test]
#[ignore = "needs git"]
fn where_a_commit_goes_is_told() {
    let place = repository("sha1");
    place.file("plans.yaml", "one\n");
    let plans = place.path("plans.yaml");
    let push = || {
        let pending = pending(&[&plans], ANSWER_TIMEOUT).expect("an answer");
        pending.expect("a file is pending").push
    };
    assert_eq!(push(), Push::Nowhere);
    git(&place, &["remote", "add", "backup", "elsewhere"]);
    assert_eq!(push(), Push::To("backup".to_owned()));
    git(&place, &["remote", "add", "origin", "elsewhere"]);
    assert_eq!(push(), Push::To("origin".to_owned()));
}
