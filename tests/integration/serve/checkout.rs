//! Plans files in git: what a server serves after a checkout of another commit, and with which
//! times.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use super::reload::{becomes, list, modified, sequence};
use super::state::is_saved;
use super::{Response, Server, until};
use crate::harness::Place;

/// The output of git. A commit is of noon, 5 October 2026.
fn git(place: &Place, arguments: &[&str]) -> String {
    git_at(place, "2026-10-05T12:00:00Z", arguments)
}

/// The output of git, at the time of a commit.
fn git_at(place: &Place, time: &str, arguments: &[&str]) -> String {
    let done = Command::new("git")
        .args([
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@example.org",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .current_dir(place.path("."))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", place.path("."))
        .env("GIT_COMMITTER_DATE", time)
        .output();
    let done = done.expect("git runs");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).expect("UTF-8")
}

#[test]
#[ignore = "needs git"]
fn a_checkout_of_another_branch_is_followed() {
    let place = Place::new();
    git(&place, &["init", "-q"]);
    for number in 0..40 {
        place.file(&format!("lists/l{number}.yaml"), list("Main"));
    }
    git(&place, &["add", "."]);
    let earlier = "2026-10-04T12:00:00Z";
    git_at(&place, earlier, &["commit", "-qm", "main"]);
    git(&place, &["checkout", "-qb", "other"]);
    for number in 0..40 {
        place.file(&format!("lists/l{number}.yaml"), list("Other"));
    }
    git(&place, &["commit", "-qam", "other"]);
    git(&place, &["checkout", "-q", "main"]);
    let mut command = place.command(&["serve", "lists", "--listen", "127.0.0.1:0"]);
    command.env_remove("SOURCE_DATE_EPOCH");
    let server = Server::of(command);
    becomes(&server, "/l7.ics", "Main");
    git(&place, &["checkout", "-q", "other"]);
    for number in 0..40 {
        let feed = becomes(&server, &format!("/l{number}.ics"), "Other");
        // The time is that of the commit, whenever the checkout was.
        assert_eq!(
            feed.field("last-modified"),
            Some("Mon, 05 Oct 2026 12:00:04 GMT")
        );
    }
}

/// A checkout writes files before it records their commit. If the server read them in between,
/// their revision would be the time of the write, and their tag would differ from the tag on every
/// other server.
#[test]
#[ignore = "needs git"]
fn files_wait_until_git_has_done_its_work() {
    for (argument, storage) in [
        ("tree", "tree/.git"),
        ("link", "tree/.git"),
        ("second", "tree/.git/worktrees/second"),
    ] {
        let place = Place::with("tree/sims.yaml", list("Old"));
        git(&place, &["init", "-q", "tree"]);
        let at =
            |folder: &str, arguments: &[&str]| git(&place, &[&["-C", folder], arguments].concat());
        at("tree", &["add", "."]);
        let earlier = "2026-10-04T12:00:00Z";
        git_at(&place, earlier, &["-C", "tree", "commit", "-qm", "old"]);
        at("tree", &["checkout", "-q", "--detach"]);
        at("tree", &["worktree", "add", "-q", "--detach", "../second"]);
        symlink("tree", place.path("link")).expect("a link");
        place.file("tree/sims.yaml", list("New"));
        at("tree", &["commit", "-qam", "new"]);
        let new = at("tree", &["rev-parse", "HEAD"]).trim().to_owned();
        at("tree", &["checkout", "-q", "--detach", "HEAD~"]);

        place.file("probe.yaml", list("Before"));
        let mut command =
            place.command(&["serve", argument, "probe.yaml", "--listen", "127.0.0.1:0"]);
        command.env_remove("SOURCE_DATE_EPOCH");
        let server = Server::of(command);
        becomes(&server, "/sims.ics", "Old");
        let lock = place.path(&format!("{storage}/index.lock"));
        fs::write(&lock, "").expect("a lock");
        fs::write(place.path(&format!("{argument}/sims.yaml")), list("New")).expect("a write");
        // The server reads files in the order of the writes, so it would have served the other file
        // by then.
        place.file("probe.yaml", list("After"));
        becomes(&server, "/probe.ics", "After");
        becomes(&server, "/sims.ics", "Old");
        at(argument, &["update-ref", "--no-deref", "HEAD", &new]);
        fs::remove_file(&lock).expect("the lock");
        let feed = becomes(&server, "/sims.ics", "New");
        assert_eq!(
            feed.field("last-modified"),
            Some("Mon, 05 Oct 2026 12:00:04 GMT"),
            "{argument}"
        );
    }
}

#[test]
#[ignore = "needs git"]
fn replicas_of_one_commit_agree() {
    let place = Place::with("one/sims.yaml", list("A"));
    git(&place, &["init", "-q", "one"]);
    git(&place, &["-C", "one", "add", "."]);
    git(&place, &["-C", "one", "commit", "-qm", "a"]);
    git(&place, &["clone", "-q", "one", "two"]);
    // The clone is a checkout of the commit. The file in it also gets another modification time.
    let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    let file = fs::File::options()
        .write(true)
        .open(place.path("two/sims.yaml"));
    file.expect("a file").set_modified(time).expect("a time");
    let of = |folder: &str| {
        let mut command = place.command(&["serve", folder, "--listen", "127.0.0.1:0"]);
        command.env_remove("SOURCE_DATE_EPOCH");
        Server::of(command)
    };
    let (one, two) = (of("one"), of("two"));
    for fields in [&[][..], &["Accept-Encoding: gzip"]] {
        let ours = one.request("GET", "/sims.ics", fields);
        let theirs = two.request("GET", "/sims.ics", fields);
        assert_eq!((&ours.body, ours.fields()), (&theirs.body, theirs.fields()));
    }
    place.file("one/sims.yaml", list("B"));
    let later = "2026-10-06T12:00:00Z";
    git_at(&place, later, &["-C", "one", "commit", "-qam", "b"]);
    git(&place, &["-C", "two", "pull", "-q", "--ff-only"]);
    let ours = until(|| Some(Server::get(&of("one"), "/sims.ics")));
    let theirs = becomes(&two, "/sims.ics", "B");
    assert_eq!((&ours.body, ours.fields()), (&theirs.body, theirs.fields()));
}

/// Calendars that compare stamps would keep the events of the newer commit.
#[test]
#[ignore = "needs git"]
fn a_checkout_of_an_older_commit_is_later_than_what_was_served() {
    let place = Place::with("sims.yaml", list("Old"));
    git(&place, &["init", "-q"]);
    git(&place, &["add", "."]);
    git(&place, &["commit", "-qm", "old"]);
    place.file("sims.yaml", list("New"));
    git_at(&place, "2026-10-06T12:00:00Z", &["commit", "-qam", "new"]);
    let start = |arguments: &[&str]| {
        let all = [
            &["serve", "sims.yaml", "--listen", "127.0.0.1:0"],
            arguments,
        ]
        .concat();
        let mut command = place.command(&all);
        command.env_remove("SOURCE_DATE_EPOCH");
        Server::of(command)
    };
    let server = start(&["--state", "state"]);
    let new = becomes(&server, "/sims.ics", "New");
    let expect = |feed: &Response, seconds: i64| {
        assert_eq!(sequence(feed), sequence(&new) + seconds);
        assert_eq!(modified(feed), modified(&new) + seconds);
    };
    git(&place, &["checkout", "-q", "HEAD~"]);
    expect(&becomes(&server, "/sims.ics", "Old"), 1);
    git(&place, &["checkout", "-q", "main"]);
    let again = becomes(&server, "/sims.ics", "New");
    expect(&again, 2);
    is_saved(&place, &again);
    // The next server knows what this one has served.
    drop(server);
    let server = start(&["--state", "state"]);
    let kept = becomes(&server, "/sims.ics", "New");
    assert_eq!((&kept.body, kept.fields()), (&again.body, again.fields()));
    drop(server);
    git(&place, &["checkout", "-q", "HEAD~"]);
    let server = start(&["--state", "state"]);
    expect(&becomes(&server, "/sims.ics", "Old"), 3);
    // A replica that has served nothing later serves the commit as it is.
    git(&place, &["checkout", "-q", "main"]);
    let replica = becomes(&start(&[]), "/sims.ics", "New");
    assert_eq!((&replica.body, replica.fields()), (&new.body, new.fields()));
}

/// A list that was deleted and comes back is not older than it was.
#[test]
#[ignore = "needs git"]
fn a_list_that_comes_back_is_later_than_what_was_served() {
    let place = Place::with("lists/sims.yaml", list("Old"));
    place.file("lists/other.yaml", list("Other"));
    git(&place, &["init", "-q"]);
    git(&place, &["add", "."]);
    git(&place, &["commit", "-qm", "old"]);
    git(&place, &["mv", "lists/sims.yaml", "lists/sims.yml"]);
    place.file("lists/sims.yml", list("New"));
    git_at(&place, "2026-10-06T12:00:00Z", &["commit", "-qam", "new"]);
    let mut command = place.command(&["serve", "lists", "--listen", "127.0.0.1:0"]);
    command.env_remove("SOURCE_DATE_EPOCH");
    let server = Server::of(command);
    let new = becomes(&server, "/sims.ics", "New");
    // Now the name of the file has another ending.
    git(&place, &["checkout", "-q", "HEAD~"]);
    let old = becomes(&server, "/sims.ics", "Old");
    assert_eq!(sequence(&old), sequence(&new) + 1);
    fs::remove_file(place.path("lists/sims.yaml")).expect("a removal");
    until(|| (server.get("/sims.ics").status == 404).then_some(()));
    // The same text again is nothing new.
    git(&place, &["checkout", "-q", "lists/sims.yaml"]);
    until(|| (server.get("/sims.ics").status == 200).then_some(()));
    let again = server.get("/sims.ics");
    assert_eq!((&again.body, again.fields()), (&old.body, old.fields()));
}
