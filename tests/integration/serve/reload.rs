//! Every way in which a plans file can change while a server watches it without polling.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::time::SystemTime;

use super::{PLANS, Response, Server, as_nobody, until};
use crate::harness::{Place, values};

/// A list of one plan with a name.
pub(super) fn list(name: &str) -> String {
    format!("- {{name: {name}, expires: 2027-01-31}}\n")
}

fn set_time(path: &Path, time: SystemTime) {
    let file = fs::File::options().write(true).open(path);
    let file = file.expect("a file");
    file.set_modified(time).expect("a time");
}

/// The SEQUENCE of all events of a feed.
pub(super) fn sequence(feed: &Response) -> i64 {
    let mut all = values(feed.text(), "SEQUENCE");
    all.dedup();
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].parse().expect("a number")
}

/// The Last-Modified of a feed, in seconds since the epoch.
pub(crate) fn modified(feed: &Response) -> i64 {
    let date = feed.field("last-modified").expect("a date");
    let date = httpdate::parse_http_date(date).expect("a date");
    let since = date.duration_since(SystemTime::UNIX_EPOCH);
    since.expect("a time after 1970").as_secs().cast_signed()
}

/// Waits until a feed has a plan with this name and no other plan. Until then, every answer must be
/// a whole feed.
pub(super) fn becomes(server: &Server, path: &str, name: &str) -> Response {
    until(|| {
        let response = server.get(path);
        assert_eq!(response.status, 200, "{name}");
        assert!(response.text().ends_with("END:VCALENDAR\r\n"));
        response
            .text()
            .contains(&format!("SUMMARY:{name} expires on 31 Jan 2027"))
            .then_some(response)
    })
}

#[test]
fn editors_save_in_many_ways() {
    let place = Place::with("sims.yaml", PLANS);
    let server = Server::start(&place, &["sims.yaml"]);
    let file = place.path("sims.yaml");
    // The file is overwritten.
    fs::write(&file, list("Two")).expect("a write");
    becomes(&server, "/sims.ics", "Two");
    // Another file is renamed over the file, as most editors do.
    place.file(".sims.yaml.swp", list("Three"));
    fs::rename(place.path(".sims.yaml.swp"), &file).expect("a rename");
    becomes(&server, "/sims.ics", "Three");
    // The old file is moved away, and a new one is written.
    fs::rename(&file, place.path("sims.yaml~")).expect("a rename");
    fs::write(&file, list("Four")).expect("a write");
    becomes(&server, "/sims.ics", "Four");
    // The file is deleted and created again.
    fs::remove_file(&file).expect("a removal");
    fs::write(&file, list("Five")).expect("a write");
    becomes(&server, "/sims.ics", "Five");
    // The file becomes a link to another file.
    fs::write(place.path("other"), list("Six")).expect("a write");
    fs::remove_file(&file).expect("a removal");
    symlink("other", &file).expect("a link");
    becomes(&server, "/sims.ics", "Six");
    // The file behind the link changes.
    fs::write(place.path("other"), list("Seven")).expect("a write");
    becomes(&server, "/sims.ics", "Seven");
    // The new text has the same size and the same modification time.
    let time = fs::metadata(&file)
        .expect("a file")
        .modified()
        .expect("a time");
    fs::write(place.path("other"), list("Sevem")).expect("a write");
    set_time(&file, time);
    becomes(&server, "/sims.ics", "Sevem");
}

#[test]
fn a_swap_of_a_directory_behind_links_is_seen() {
    let place = Place::new();
    place.file("config/..v1/sims.yaml", list("First"));
    symlink("..v1", place.path("config/..data")).expect("a link");
    symlink("..data/sims.yaml", place.path("config/sims.yaml")).expect("a link");
    for argument in ["config/sims.yaml", "config"] {
        let server = Server::start(&place, &[argument]);
        becomes(&server, "/sims.ics", "First");
        place.file("config/..v2/sims.yaml", list("Second"));
        symlink("..v2", place.path("config/..tmp")).expect("a link");
        fs::rename(place.path("config/..tmp"), place.path("config/..data")).expect("a swap");
        becomes(&server, "/sims.ics", "Second");
        symlink("..v1", place.path("config/..tmp")).expect("a link");
        fs::rename(place.path("config/..tmp"), place.path("config/..data")).expect("a swap");
        becomes(&server, "/sims.ics", "First");
    }
}

#[test]
fn a_writer_in_pieces_is_waited_for() {
    use std::io::Write as _;
    let place = Place::with(
        "sims.yaml",
        "- {name: A, expires: 2027-01-31}\n- {name: B, expires: 2027-02-28}\n",
    );
    place.file("probe.yaml", list("Before"));
    let server = Server::start(&place, &["sims.yaml", "probe.yaml"]);
    let both = |response: &Response| {
        response.text().contains("SUMMARY:A expires on 31 ")
            && response.text().contains("SUMMARY:B")
    };
    let mut file = fs::File::create(place.path("sims.yaml")).expect("a file");
    for piece in [
        "- {name: A, expires: 2027-03-31}\n",
        "- {name: B, expires: 2027",
        "-04-30}\n",
    ] {
        file.write_all(piece.as_bytes()).expect("a piece");
        // The server reads files in the order of the writes, so it would serve the half list by
        // then.
        let name = format!("After {} octets", piece.len());
        place.file("probe.yaml", list(&name));
        until(|| {
            assert!(both(&server.get("/sims.ics")), "half a list is served");
            let probe = server.get("/probe.ics");
            probe.text().contains(&name).then_some(())
        });
    }
    drop(file);
    until(|| {
        server
            .get("/sims.ics")
            .text()
            .contains("20270430")
            .then_some(())
    });
    assert!(!server.log().contains("cannot be used"), "{}", server.log());
}

#[test]
fn only_what_changed_is_another_feed() {
    let place = Place::with("lists/a.yaml", list("A"));
    place.file("lists/b.yaml", list("B"));
    let server = Server::start(&place, &["lists"]);
    let (a, b) = (server.get("/a.ics"), server.get("/b.ics"));
    place.file("lists/a.yaml", list("AA"));
    let changed = becomes(&server, "/a.ics", "AA");
    assert_ne!(a.field("etag"), changed.field("etag"));
    assert_eq!(server.get("/b.ics").fields(), b.fields());
    // The file is touched, and the same text is written again: nothing changes.
    let log = server.log();
    place.file("lists/b.yaml", list("B"));
    place.file("lists/a.yaml", list("AAA"));
    becomes(&server, "/a.ics", "AAA");
    assert_eq!(server.get("/b.ics").fields(), b.fields());
    assert_eq!(server.log()[log.len()..].matches("b.yaml").count(), 0);
}

#[test]
fn files_come_and_go() {
    let place = Place::with("lists/a.yaml", list("A"));
    let server = Server::start(&place, &["lists"]);
    assert_eq!(server.get("/b.ics").status, 404);
    place.file("lists/b.yaml", list("B"));
    until(|| (server.get("/b.ics").status == 200).then_some(()));
    let gone = std::time::Instant::now();
    fs::remove_file(place.path("lists/b.yaml")).expect("a removal");
    // A checkout deletes a file before it writes it, so a feed is served for ten seconds after a
    // deletion.
    until(|| (server.get("/b.ics").status == 404).then_some(()));
    assert!(gone.elapsed().as_secs() >= 9, "{:?}", gone.elapsed());
    assert_eq!(server.get("/a.ics").status, 200);
}

#[test]
fn a_directory_may_vanish_and_appear() {
    let place = Place::with("lists/a.yaml", list("A"));
    let server = Server::start(&place, &["lists", "later"]);
    becomes(&server, "/a.ics", "A");
    place.file("later/c.yaml", list("C"));
    until(|| (server.get("/c.ics").status == 200).then_some(()));
    fs::rename(place.path("lists"), place.path("away")).expect("a rename");
    until(|| {
        server
            .get("/healthz")
            .text()
            .contains("\"broken\":1")
            .then_some(())
    });
    assert_eq!(server.get("/a.ics").status, 200);
    place.file("new/a.yaml", list("New"));
    fs::rename(place.path("new"), place.path("lists")).expect("a rename");
    becomes(&server, "/a.ics", "New");
    assert!(server.get("/healthz").text().contains("\"broken\":0"));
}

#[test]
fn a_broken_file_keeps_its_last_good_feed_and_says_so() {
    let place = Place::with("sims.yaml", PLANS);
    let server = Server::start(&place, &["sims.yaml"]);
    let good = server.get("/sims.ics");
    for (broken, problem) in [
        (
            "- {name: A, expires: 2027-02-30}\n",
            "line 1, column 22: `…` does not exist",
        ),
        ("- {name: A\n", "line "),
        ("", "line 1, column 1: "),
        ("\0", "line 1, column 1: "),
        (
            "- {name: \u{7}, expires: 2027-01-31}\n",
            "line 1, column 10: ",
        ),
        (
            "- {name: A, renewed: 2026-10-05, validity: 3 m}\n",
            "line 1, column 44: `…` is ambiguous",
        ),
    ] {
        let before = server.log().len();
        place.file("sims.yaml", broken);
        let log = server.log_after(before, "its last good list is served");
        assert!(log.contains(problem), "{log}");
        assert_eq!(log.matches("ERROR").count(), 1, "{log}");
        let now = server.get("/sims.ics");
        assert_eq!(
            (now.status, &now.body, now.fields()),
            (200, &good.body, good.fields())
        );
        let health = server.get("/healthz");
        assert_eq!(health.status, 200);
        assert!(health.text().contains("\"broken\":1"), "{}", health.text());
        let page = server.get("/sims");
        assert_eq!(page.status, 200);
        assert!(page.text().contains("line 1, column") || page.text().contains("line 2, column"));
    }
    let page = server.get("/sims");
    let says = "`3 m` is ambiguous: months or minutes?\nhint: write `3 months`</p>";
    assert!(page.text().contains(says), "{}", page.text());
    place.file("sims.yaml", list("Mended"));
    becomes(&server, "/sims.ics", "Mended");
    assert!(server.get("/healthz").text().contains("\"status\":\"ok\","));
    assert!(!server.get("/sims").text().contains("line 1, column"));
}

#[test]
fn the_last_good_text_again_is_the_last_good_feed_again() {
    let place = Place::with("sims.yaml", PLANS);
    let mut command = place.command(&["serve", "sims.yaml", "--listen", "127.0.0.1:0"]);
    command.env_remove("SOURCE_DATE_EPOCH");
    let server = Server::of(command);
    let good = server.get("/sims.ics");
    place.file("sims.yaml", "nonsense");
    until(|| {
        server
            .get("/healthz")
            .text()
            .contains("\"broken\":1")
            .then_some(())
    });
    place.file("sims.yaml", PLANS);
    until(|| {
        server
            .get("/healthz")
            .text()
            .contains("\"broken\":0")
            .then_some(())
    });
    assert_eq!(server.get("/sims.ics").fields(), good.fields());
}

#[test]
fn stamps_move_past_an_old_time() {
    let place = Place::with("sims.yaml", list("A"));
    let mut command = place.command(&["serve", "sims.yaml", "--listen", "127.0.0.1:0"]);
    command.env_remove("SOURCE_DATE_EPOCH");
    let server = Server::of(command);
    let first = becomes(&server, "/sims.ics", "A");
    // The file is replaced by one with an older time, as by a backup or a copy that keeps times.
    place.file("old", list("B"));
    set_time(
        &place.path("old"),
        SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000),
    );
    fs::rename(place.path("old"), place.path("sims.yaml")).expect("a rename");
    let second = becomes(&server, "/sims.ics", "B");
    assert_eq!(sequence(&second), sequence(&first) + 1);
    assert_eq!(modified(&second), modified(&first) + 1);
}

/// The environment gives every text the same time.
#[test]
fn an_undo_is_later_than_what_it_undoes() {
    let place = Place::with("sims.yaml", list("A"));
    let server = Server::start(&place, &["sims.yaml"]);
    let first = becomes(&server, "/sims.ics", "A");
    for (text, seconds) in [("B", 1), ("A", 2)] {
        place.file("sims.yaml", list(text));
        let next = becomes(&server, "/sims.ics", text);
        assert_eq!(sequence(&next), sequence(&first) + seconds);
        assert_eq!(modified(&next), modified(&first) + seconds);
    }
}

#[test]
fn permission_taken_away_and_given_back() {
    let place = Place::with("sims.yaml", PLANS);
    let file = place.path("sims.yaml");
    let mode = |mode| fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("a mode");
    let mut command = place.command(&["serve", "sims.yaml", "--listen", "127.0.0.1:0"]);
    as_nobody(&place, &mut command);
    let server = Server::of(command);
    mode(0o000);
    until(|| {
        server
            .get("/healthz")
            .text()
            .contains("\"broken\":1")
            .then_some(())
    });
    assert_eq!(server.get("/sims.ics").status, 200);
    // A state is in effect when it is logged, and may be visible before that.
    server.log_with("permission denied");
    mode(0o644);
    until(|| {
        server
            .get("/healthz")
            .text()
            .contains("\"broken\":0")
            .then_some(())
    });
}

#[test]
fn polling_sees_contents_and_not_times() {
    let place = Place::with("sims.yaml", list("Aaa"));
    let server = Server::start(&place, &["sims.yaml", "--poll=200ms"]);
    let file = place.path("sims.yaml");
    let time = fs::metadata(&file)
        .expect("a file")
        .modified()
        .expect("a time");
    becomes(&server, "/sims.ics", "Aaa");
    fs::write(&file, list("Bbb")).expect("a write");
    set_time(&file, time);
    becomes(&server, "/sims.ics", "Bbb");
}

#[test]
fn a_hang_up_reads_everything_again() {
    let place = Place::with("sims.yaml", list("A"));
    let server = Server::start(&place, &["sims.yaml", "--poll=1h"]);
    fs::write(place.path("sims.yaml"), list("B")).expect("a write");
    server.signal(rustix::process::Signal::HUP);
    becomes(&server, "/sims.ics", "B");
}

#[test]
fn two_files_of_one_name_never_take_turns() {
    let place = Place::with("lists/b.yml", list("First"));
    let server = Server::start(&place, &["lists"]);
    becomes(&server, "/b.ics", "First");
    place.file("lists/b.yaml", list("Second"));
    until(|| {
        server
            .log()
            .contains("is the feed `b` already")
            .then_some(())
    });
    becomes(&server, "/b.ics", "First");
    fs::remove_file(place.path("lists/b.yml")).expect("a removal");
    becomes(&server, "/b.ics", "Second");
}

#[test]
fn a_directory_behind_a_link_is_followed_as_fast() {
    let place = Place::with("tree/a.yaml", list("A"));
    place.file("tree/b.yaml", list("B"));
    symlink("tree", place.path("link")).expect("a link");
    // If a folder is watched by two names, the system reports only one of them.
    for arguments in [&["link"][..], &["link/a.yaml", "tree/b.yaml"]] {
        let server = Server::start(&place, arguments);
        // The changes must be served sooner than the scan that looks for changes without events.
        let begun = std::time::Instant::now();
        for (file, feed) in [("link/a.yaml", "/a.ics"), ("tree/b.yaml", "/b.ics")] {
            for name in ["First", "Second"] {
                place.file(file, list(name));
                becomes(&server, feed, name);
            }
        }
        assert!(begun.elapsed().as_secs() < 15, "{arguments:?}");
    }
}

/// A named pipe among the plans has no writer, so a read of it would never end.
#[test]
fn a_pipe_among_plans_holds_up_nothing() {
    let place = Place::with("p/sims.yaml", PLANS);
    let server = Server::start(&place, &["p"]);
    let made = std::process::Command::new("mkfifo")
        .arg(place.path("p/pipe.yaml"))
        .status();
    assert!(made.expect("mkfifo").success());
    place.file("p/sims.yaml", list("Two"));
    becomes(&server, "/sims.ics", "Two");
    // The same holds for a pipe that replaces a file.
    fs::remove_file(place.path("p/sims.yaml")).expect("a removal");
    fs::rename(place.path("p/pipe.yaml"), place.path("p/sims.yaml")).expect("a rename");
    place.file("p/other.yaml", list("Three"));
    until(|| (server.get("/other.ics").status == 200).then_some(()));
    drop(server);
    let server = Server::start(&place, &["p"]);
    assert_eq!(server.get("/other.ics").status, 200);
    assert_eq!(server.get("/sims.ics").status, 404);
}

/// The server reports files that cannot be feeds and arguments that do not exist.
#[test]
fn health_counts_what_is_not_served() {
    let place = Place::with("p/sims.yaml", PLANS);
    let server = Server::start(&place, &["p", "nowhere"]);
    let broken = |count: usize| {
        let count = format!("\"broken\":{count}");
        until(|| server.get("/healthz").text().contains(&count).then_some(()));
    };
    broken(1);
    place.file("p/sims.yml", list("Two"));
    broken(2);
    place.file("p/robots.yaml", list("Three"));
    broken(3);
    fs::remove_file(place.path("p/robots.yaml")).expect("a removal");
    fs::remove_file(place.path("p/sims.yml")).expect("a removal");
    place.file("nowhere/here.yaml", list("Four"));
    broken(0);
    until(|| (server.get("/here.ics").status == 200).then_some(()));
    becomes(&server, "/sims.ics", "One");
}

/// The log quotes no words of a file, so it has no new line if only those words change.
#[test]
fn the_page_shows_the_words_of_the_last_mistake() {
    let place = Place::with("sims.yaml", PLANS);
    let server = Server::start(&place, &["sims.yaml"]);
    for key in ["nmae", "nmea"] {
        place.file(
            "sims.yaml",
            format!("- {{{key}: One, expires: 2027-01-31}}\n"),
        );
        until(|| server.get("/sims").text().contains(key).then_some(()));
    }
    place.file("sims.yaml", "- {name: One, expires: Telenor Kontant}\n");
    until(|| {
        server
            .get("/sims")
            .text()
            .contains("Telenor Kontant")
            .then_some(())
    });
    let told = "problem=\"line 1, column 24: `…` is not a date\"";
    server.log_with(told);
    let log = server.log();
    assert!(!log.contains("Telenor"), "{log}");
    let count = log.matches("the plans file cannot be used").count();
    assert_eq!(count, 2, "{log}");
}
