//! Stamps: they move when, and only when, the plans do.

use std::fs::{File, FileTimes};
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use crate::harness::{Left, Place, values};

const PLAN: &str = "- {name: A, expires: 2027-01-31}\n";
/// 2026-10-05T12:00:00Z.
const COMMITTED: &str = "1791201600";
const STAMP: &str = "20261005T120004Z";

fn stamp(place: &Place, name: &str) -> String {
    let mut command = place.command(&["build", name]);
    let left = Left::of(command.env_remove("SOURCE_DATE_EPOCH"));
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
    let mut stamps = values(&left.out, "DTSTAMP");
    assert_eq!(stamps, values(&left.out, "LAST-MODIFIED"));
    stamps.dedup();
    assert_eq!(stamps.len(), 1);
    stamps.remove(0)
}

fn set_time(place: &Place, name: &str, seconds: u64) {
    let time = UNIX_EPOCH + Duration::from_secs(seconds);
    let file = File::options()
        .write(true)
        .open(place.path(name))
        .expect("a file");
    file.set_times(FileTimes::new().set_modified(time))
        .expect("a time");
}

#[test]
fn without_git_the_file_s_time_counts() {
    let place = Place::with("plans.yaml", PLAN);
    set_time(&place, "plans.yaml", 1_700_000_000);
    assert_eq!(stamp(&place, "plans.yaml"), "20231114T221324Z");
}

#[test]
fn the_environment_names_a_revision() {
    let place = Place::with("plans.yaml", PLAN);
    for (epoch, stamp, sequence) in [
        ("1791201600", "20261005T120004Z", "213364804"),
        ("0", "19700101T000004Z", "0"),
        ("1577836800", "20200101T000004Z", "4"),
        ("99999999999999", "99981231T235959Z", "2147483647"),
    ] {
        let mut command = place.command(&["build"]);
        let feed = Left::of(command.env("SOURCE_DATE_EPOCH", epoch)).out;
        assert_eq!(values(&feed, "DTSTAMP")[0], stamp);
        assert_eq!(values(&feed, "SEQUENCE")[0], sequence);
    }
    // An empty variable names none.
    set_time(&place, "plans.yaml", 1_700_000_000);
    let mut command = place.command(&["build"]);
    let feed = Left::of(command.env("SOURCE_DATE_EPOCH", "")).out;
    assert_eq!(values(&feed, "DTSTAMP")[0], "20231114T221324Z");
    let mut command = place.command(&["build"]);
    let left = Left::of(command.env("SOURCE_DATE_EPOCH", "yesterday"));
    assert_eq!(left.code, Some(2));
    assert_eq!(
        left.err,
        "error: SOURCE_DATE_EPOCH is `yesterday`: a number of seconds was expected\nhint: unset it, or set it to the seconds since 1970\n"
    );
}

fn git(place: &Place, folder: &str, arguments: &[&str]) {
    let mut command = Command::new("git");
    command
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .current_dir(place.path(folder))
        .env("HOME", place.path(""))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_COMMITTER_DATE", format!("{COMMITTED} +0200"))
        .env("GIT_AUTHOR_DATE", "1600000000 +0000");
    let output = command.output().expect("git runs");
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
#[ignore = "needs git"]
fn a_committed_file_has_the_time_of_its_commit_in_every_checkout() {
    let place = Place::with("repo/lists/plans.yaml", PLAN);
    git(&place, "repo", &["init", "--quiet"]);
    set_time(&place, "repo/lists/plans.yaml", 1_700_000_000);
    assert_eq!(
        stamp(&place, "repo/lists/plans.yaml"),
        "20231114T221324Z",
        "not yet tracked"
    );
    git(&place, "repo", &["add", "."]);
    git(&place, "repo", &["commit", "--quiet", "-m", "plans"]);
    assert_eq!(stamp(&place, "repo/lists/plans.yaml"), STAMP);
    git(&place, "repo", &["branch", "grafted"]);
    assert_eq!(stamp(&place, "repo/lists/plans.yaml"), STAMP);
    // A later commit of something else does not move it.
    place.file("repo/other", "x");
    git(&place, "repo", &["add", "."]);
    let later = [
        "-c",
        "core.commentChar=#",
        "commit",
        "--quiet",
        "-m",
        "other",
        "--date=now",
    ];
    git(&place, "repo", &later);
    assert_eq!(stamp(&place, "repo/lists/plans.yaml"), STAMP);

    let origin = place.path("repo");
    let origin = origin.to_str().expect("UTF-8");
    git(&place, "", &["clone", "--quiet", origin, "one"]);
    git(&place, "", &["clone", "--quiet", origin, "two"]);
    set_time(&place, "two/lists/plans.yaml", 1_000_000_000);
    let build = |name: &str| {
        let mut command = place.command(&["build", name]);
        Left::of(command.env_remove("SOURCE_DATE_EPOCH")).out
    };
    assert_eq!(build("one/lists/plans.yaml"), build("two/lists/plans.yaml"));

    // Changed and not committed, its own time counts again.
    place.file("one/lists/plans.yaml", format!("{PLAN}# changed\n"));
    set_time(&place, "one/lists/plans.yaml", 1_800_000_000);
    assert_eq!(stamp(&place, "one/lists/plans.yaml"), "20270115T080004Z");
}

#[test]
#[ignore = "needs git"]
fn a_shallow_clone_is_warned_of() {
    let place = Place::with("repo/plans.yaml", PLAN);
    git(&place, "repo", &["init", "--quiet"]);
    git(&place, "repo", &["add", "."]);
    git(&place, "repo", &["commit", "--quiet", "-m", "plans"]);
    place.file("repo/other", "x");
    git(&place, "repo", &["add", "."]);
    git(&place, "repo", &["commit", "--quiet", "-m", "other"]);
    let origin = format!("file://{}", place.path("repo").display());
    git(
        &place,
        "",
        &["clone", "--quiet", "--depth=1", &origin, "shallow"],
    );
    set_time(&place, "shallow/plans.yaml", 1_700_000_000);
    let mut command = place.command(&["build", "shallow/plans.yaml"]);
    let left = Left::of(command.env_remove("SOURCE_DATE_EPOCH"));
    assert_eq!(left.code, Some(0));
    assert!(
        left.err
            .contains("this shallow clone does not have the commit"),
        "{}",
        left.err
    );
    assert_eq!(values(&left.out, "DTSTAMP")[0], "20231114T221324Z");
}

#[test]
#[ignore = "needs git"]
fn a_whole_directory_is_asked_of_git_at_once() {
    let place = Place::new();
    for index in 0..600 {
        place.file(
            &format!("repo/lists/p{index}.yaml"),
            format!("- {{name: A{index}, expires: 2027-01-31}}\n"),
        );
    }
    git(&place, "repo", &["init", "--quiet"]);
    git(&place, "repo", &["add", "."]);
    git(&place, "repo", &["commit", "--quiet", "-m", "plans"]);
    let mut command = place.command(&["build", "repo/lists", "-q", "-o", "feeds/"]);
    let left = Left::of(command.env_remove("SOURCE_DATE_EPOCH"));
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
    for index in 0..600 {
        let feed = place.read(&format!("feeds/p{index}.ics"));
        assert_eq!(values(&feed, "DTSTAMP")[0], STAMP, "{index}");
    }
}

#[test]
fn several_files_in_one_calendar_have_the_newest_revision() {
    let place = Place::new();
    place.file(
        "a.yaml",
        "calendar: {id: a}\nplans: [{name: A, expires: 2027-01-31}]\n",
    );
    place.file("b.yaml", PLAN);
    set_time(&place, "a.yaml", 1_700_000_000);
    set_time(&place, "b.yaml", 1_600_000_000);
    let mut command = place.command(&["build", "a.yaml", "b.yaml"]);
    let left = Left::of(command.env_remove("SOURCE_DATE_EPOCH"));
    assert_eq!(values(&left.out, "DTSTAMP"), vec!["20231114T221324Z"; 10]);
}

#[test]
#[ignore = "needs git"]
fn a_merge_of_something_else_does_not_hide_the_commit() {
    let place = Place::with("repo/plans.yaml", "- {name: A, expires: 2027-06-01}\n");
    place.file("repo/other", "a");
    for arguments in [
        &["init", "--quiet"][..],
        &["add", "."],
        &["commit", "-qm", "1"],
        &["checkout", "-qb", "side"],
    ] {
        git(&place, "repo", arguments);
    }
    place.file("repo/other", "b");
    git(&place, "repo", &["commit", "-qam", "side"]);
    git(&place, "repo", &["checkout", "-q", "main"]);
    place.file("repo/plans.yaml", PLAN);
    git(&place, "repo", &["commit", "-qam", "renew"]);
    git(
        &place,
        "repo",
        &["merge", "-q", "--no-ff", "-m", "merge", "side"],
    );
    set_time(&place, "repo/plans.yaml", 1_700_000_000);
    assert_eq!(stamp(&place, "repo/plans.yaml"), STAMP);

    // What a merge brings is new with the merge.
    git(&place, "repo", &["checkout", "-qb", "more"]);
    place.file("repo/plans.yaml", "- {name: B, expires: 2027-06-01}\n");
    git(&place, "repo", &["commit", "-qam", "more"]);
    git(&place, "repo", &["checkout", "-q", "main"]);
    git(
        &place,
        "repo",
        &["merge", "-q", "--no-ff", "-m", "merge", "more"],
    );
    set_time(&place, "repo/plans.yaml", 1_700_000_000);
    assert_eq!(stamp(&place, "repo/plans.yaml"), STAMP);
}

#[test]
#[ignore = "needs git"]
fn line_ends_and_the_user_s_settings_of_git_do_not_matter() {
    let place = Place::with("repo/plans.yaml", PLAN);
    place.file("repo/.gitattributes", "*.yaml text eol=crlf\n");
    git(&place, "repo", &["init", "--quiet"]);
    git(&place, "repo", &["add", "."]);
    git(&place, "repo", &["commit", "--quiet", "-m", "plans"]);
    git(&place, "repo", &["config", "log.showRoot", "false"]);
    git(&place, "repo", &["config", "log.showSignature", "true"]);
    std::fs::remove_file(place.path("repo/plans.yaml")).expect("removed");
    git(&place, "repo", &["checkout", "plans.yaml"]);
    assert_eq!(place.read("repo/plans.yaml"), PLAN.replace('\n', "\r\n"));
    set_time(&place, "repo/plans.yaml", 1_700_000_000);
    assert_eq!(stamp(&place, "repo/plans.yaml"), STAMP);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("plans.yaml", place.path("repo/a.yaml")).expect("a link");
        let mut command = place.command(&["build", "repo", "-q", "-o", "feeds/"]);
        let left = Left::of(command.env_remove("SOURCE_DATE_EPOCH"));
        assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
        assert_eq!(values(&place.read("feeds/a.ics"), "DTSTAMP")[0], STAMP);
    }
}

/// At half past midnight in Oslo it is still the day before in UTC.
#[test]
fn a_list_is_as_old_as_its_own_time_zone_says() {
    for (calendar, day) in [
        ("{timezone: Europe/Oslo}", "5 October 2026"),
        ("{}", "4 October 2026"),
    ] {
        let list = format!("calendar: {calendar}\nplans:\n{PLAN}");
        let place = Place::with("plans.yaml", list);
        let mut command = place.command(&["build"]);
        let feed = Left::of(command.env("SOURCE_DATE_EPOCH", "1791153000")).out;
        let description = feed.replace("\r\n ", "");
        assert!(
            description.contains(&format!("List as of {day}.")),
            "{calendar}"
        );
    }
}
