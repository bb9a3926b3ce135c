//! The saved state for a start with a broken file, and feeds that say that they are out of date.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use weekahead::internals::FORMAT;

use super::reload::{becomes, list, modified, sequence};
use super::{PLANS, Response, Server, as_nobody, until};
use crate::harness::{Place, names};

/// Waits until the folder `state` has this feed.
pub(super) fn is_saved(place: &Place, feed: &Response) {
    let tag = feed.field("etag").expect("an entity tag");
    let tag = tag.trim_matches('"');
    until(|| {
        let all = names(&place.path("state")).into_iter();
        // Not a temporary file that is renamed later.
        let mut all = all.filter(|name| !name.starts_with(".weekahead-tmp-"));
        let read = |name: &String| fs::read(place.path(&format!("state/{name}")));
        let text = |name| String::from_utf8_lossy(&read(&name).unwrap_or_default()).into_owned();
        all.any(|name| text(name).contains(tag)).then_some(())
    });
}

#[test]
fn a_start_with_a_broken_file_serves_what_was_kept() {
    let place = Place::with("sims.yaml", PLANS);
    let arguments = ["sims.yaml", "--state", "state/of/it"];
    let good = {
        let server = Server::start(&place, &arguments);
        server.get("/sims.ics")
    };
    place.file("sims.yaml", "nonsense");
    let server = Server::start(&place, &arguments);
    let kept = server.get("/sims.ics");
    assert_eq!((&kept.body, kept.fields()), (&good.body, good.fields()));
    assert!(server.get("/healthz").text().contains("\"broken\":1"));
    server.log_with("the list that was kept is served");
    place.file("sims.yaml", "- {name: New, expires: 2027-01-31}\n");
    until(|| {
        server
            .get("/sims.ics")
            .text()
            .contains("SUMMARY:New")
            .then_some(())
    });
    drop(server);
    // With a broken file the server does not start if there is no saved text, or only one for
    // another name.
    place.file("sims.yaml", "nonsense");
    assert_eq!(
        place
            .run(&["serve", "sims.yaml", "--listen", "127.0.0.1:0"])
            .code,
        Some(1)
    );
    place.file("other.yaml", "nonsense");
    let left = place.run(&[
        "serve",
        "other.yaml",
        "--listen",
        "127.0.0.1:0",
        "--state",
        "state/of/it",
    ]);
    assert_eq!(left.code, Some(1));
    assert!(left.err.contains("other.yaml:1:1"), "{}", left.err);
}

#[test]
fn a_state_that_is_damaged_counts_as_none() {
    let place = Place::with("sims.yaml", PLANS);
    for damaged in [
        "",
        "{}",
        "{}\n",
        "\u{0}",
        "{\"weekahead_state\":2,\"revision\":1,\"broken_since\":null}\nx",
    ] {
        place.file("state/sims.state", damaged);
        let server = Server::start(&place, &["sims.yaml", "--state", "state"]);
        assert_eq!(server.get("/sims.ics").status, 200);
        let problem = "a saved list cannot be used problem=\"cannot read `state/sims.state`: \
                       it is damaged, or of another version of weekahead\"";
        let log = server.log_with(problem);
        assert_eq!(log.matches(problem).count(), 1, "{log}");
        assert!(server.get("/healthz").text().contains("\"unsaved\":0"));
    }
}

/// The file that an older version of this program wrote.
#[test]
fn a_state_of_an_older_version_is_read() {
    let place = Place::with("sims.yaml", "nonsense");
    let header = "{\"weekahead_state\":1,\"revision\":1791300000,\"broken_since\":null}";
    place.file("state/sims.state", format!("{header}\n{}", list("A")));
    let server = Server::start(&place, &["sims.yaml", "--state", "state"]);
    let old = becomes(&server, "/sims.ics", "A");
    assert_eq!(modified(&old), 1_791_300_000 + FORMAT);
    place.file("sims.yaml", list("B"));
    let new = becomes(&server, "/sims.ics", "B");
    assert_eq!(sequence(&new), sequence(&old) + 1);
}

/// The environment gives every text the same time, as a checkout of an older commit gives an earlier
/// one.
#[test]
fn a_start_with_another_text_is_later_than_what_was_served() {
    let place = Place::with("sims.yaml", list("A"));
    let arguments = ["sims.yaml", "--state", "state"];
    let first = becomes(&Server::start(&place, &arguments), "/sims.ics", "A");
    for (text, seconds) in [("A", 0), ("B", 1), ("B", 1), ("A", 2)] {
        place.file("sims.yaml", list(text));
        let server = Server::start(&place, &arguments);
        let next = becomes(&server, "/sims.ics", text);
        assert_eq!(sequence(&next), sequence(&first) + seconds, "{text}");
        assert_eq!(modified(&next), modified(&first) + seconds, "{text}");
    }
}

/// A list whose name leaves no place for the ending of another file is saved, as all others are.
#[test]
fn the_longest_name_is_saved() {
    let long = "n".repeat(250);
    let place = Place::with("p/sims.yaml", list("A"));
    place.file(&format!("p/{long}.yaml"), list("Long"));
    let arguments = ["p", "--state", "state"];
    let server = Server::start(&place, &arguments);
    for (name, text) in [("sims", "B"), (&long, "Longer")] {
        place.file(&format!("p/{name}.yaml"), list(text));
        becomes(&server, &format!("/{name}.ics"), text);
    }
    for path in ["/sims.ics", &format!("/{long}.ics")] {
        is_saved(&place, &server.get(path));
    }
    assert!(server.get("/healthz").text().contains("\"unsaved\":0"));
    drop(server);
    for name in ["sims", &long] {
        place.file(&format!("p/{name}.yaml"), "nonsense");
    }
    let server = Server::start(&place, &arguments);
    becomes(&server, "/sims.ics", "B");
    becomes(&server, &format!("/{long}.ics"), "Longer");
    drop(server);
    // Both names are known even if the folder is not there.
    fs::rename(place.path("p"), place.path("q")).expect("a rename");
    let server = Server::start(&place, &arguments);
    becomes(&server, "/sims.ics", "B");
    becomes(&server, &format!("/{long}.ics"), "Longer");
    drop(server);
    fs::rename(place.path("q"), place.path("p")).expect("a rename");
    place.file("p/sims.yaml", list("A"));
    let server = Server::start(&place, &arguments);
    fs::remove_file(place.path(&format!("p/{long}.yaml"))).expect("a removal");
    until(|| (names(&place.path("state")) == ["sims.state"]).then_some(()));
    drop(server);
}

/// Anything may be in the folder. None of it is waited for, followed or replaced.
#[test]
fn odd_things_in_the_folder_stop_nothing() {
    let place = Place::with("p/sims.yaml", list("A"));
    fs::create_dir_all(place.path("state/folder.state")).expect("a folder");
    for name in ["pipe", "orphan"] {
        let pipe = place.path(&format!("state/{name}.state"));
        let made = std::process::Command::new("mkfifo").arg(pipe).status();
        assert!(made.expect("mkfifo").success());
    }
    symlink("nowhere", place.path("state/dangling.state")).expect("a link");
    symlink("/dev/zero", place.path("state/device.state")).expect("a link");
    fs::File::create(place.path("state/huge.state"))
        .and_then(|file| file.set_len(1 << 40))
        .expect("a sparse file");
    place.file("state/denied.state", "");
    let mode = |name: &str, mode| {
        let mode = fs::Permissions::from_mode(mode);
        fs::set_permissions(place.path(name), mode).expect("a mode");
    };
    mode("state/denied.state", 0o000);
    mode("state", 0o777);
    let odd = ["folder", "pipe", "dangling", "device", "denied"];
    for name in odd.iter().chain(&["huge"]) {
        place.file(&format!("p/{name}.yaml"), list(name));
    }
    let arguments = ["serve", "p", "--state", "state", "--listen", "127.0.0.1:0"];
    let start = || {
        let mut command = place.command(&arguments);
        as_nobody(&place, &mut command);
        Server::of(command)
    };
    let server = start();
    for name in odd.iter().chain(&["huge", "sims"]) {
        assert_eq!(server.get(&format!("/{name}.ics")).status, 200, "{name}");
    }
    let health = server.get("/healthz");
    let told =
        "\"status\":\"ok, but not every list could be saved for the next start\",\"unsaved\":5";
    assert!(health.text().contains(told), "{}", health.text());
    let log = server.log_with_many(5, "the list could not be saved for the next start: ");
    let irregular = "it is not a regular file";
    for (name, reason) in [
        ("folder", irregular),
        ("pipe", irregular),
        ("dangling", irregular),
        ("device", irregular),
        ("denied", "permission denied"),
    ] {
        for line in [
            format!(
                "a saved list cannot be used problem=\"cannot read `state/{name}.state`: {reason}\""
            ),
            format!(
                "the list could not be saved for the next start: it is tried again \
                 file=\"p/{name}.yaml\" problem=\"cannot write `state/{name}.state`: {reason}\""
            ),
        ] {
            assert_eq!(log.matches(&line).count(), 1, "{line}\n{log}");
        }
    }
    for (name, reason) in [
        ("orphan", irregular),
        ("huge", "it is larger than any plans file may be"),
    ] {
        let line = format!("cannot read `state/{name}.state`: {reason}");
        assert_eq!(log.matches(&line).count(), 1, "{line}\n{log}");
    }
    assert!(!place.path("state/nowhere").exists());
    // Each of the others was saved.
    assert!(place.read("state/sims.state").ends_with(&list("A")));
    assert!(place.read("state/huge.state").ends_with(&list("huge")));
    // Once the way is free, the list is saved.
    fs::remove_file(place.path("state/pipe.state")).expect("a removal");
    server.signal(rustix::process::Signal::HUP);
    until(|| {
        let health = server.get("/healthz");
        health.text().contains("\"unsaved\":4").then_some(())
    });
    assert!(place.read("state/pipe.state").ends_with(&list("pipe")));
}

#[test]
fn after_a_while_the_feed_itself_says_that_it_is_out_of_date() {
    let plans = "calendar: {language: LANG, timezone: Europe/Oslo}\nplans: [{name: One, expires: 2027-01-31}]\n";
    for (language, title) in [
        (
            "en",
            "This calendar is out of date: the plans file has an error",
        ),
        (
            "nb",
            "Denne kalenderen er utdatert: det er en feil i planfilen",
        ),
        ("zh-CN", "此日历已停止更新：计划文件有错误"),
    ] {
        let place = Place::with("sims.yaml", plans.replace("LANG", language));
        let server = Server::start(
            &place,
            &["sims.yaml", "--stale-after", "1s", "--state", "state"],
        );
        let good = server.get("/sims.ics");
        place.file("sims.yaml", "nonsense");
        let stale = until(|| {
            let feed = server.get("/sims.ics");
            (feed.body != good.body).then_some(feed)
        });
        // Every event is unchanged, and there is one more.
        let text = stale.text().to_owned();
        let begin = text.rfind("BEGIN:VEVENT").expect("an event");
        let end = text.rfind("END:VCALENDAR").expect("an end");
        assert_eq!(format!("{}{}", &text[..begin], &text[end..]), good.text());
        let event = text[begin..end].replace("\r\n ", "");
        assert!(event.contains(&format!("SUMMARY:{title}\r\n")), "{event}");
        assert_ne!(stale.field("last-modified"), good.field("last-modified"));
        assert!(server.get("/healthz").text().contains("\"stale\":1"));
        // The server still knows after a restart since when the file is broken.
        drop(server);
        let server = Server::start(
            &place,
            &["sims.yaml", "--stale-after", "1s", "--state", "state"],
        );
        let kept = server.get("/sims.ics");
        assert_eq!((&kept.body, kept.fields()), (&stale.body, stale.fields()));
        // After the file is repaired, the feed is the same as before, but its date is later than
        // that of what clients got meanwhile.
        place.file("sims.yaml", plans.replace("LANG", language));
        until(|| (server.get("/sims.ics").body == good.body).then_some(()));
        let mended = server.get("/sims.ics");
        assert_eq!(mended.field("etag"), good.field("etag"));
        assert!(modified(&mended) > modified(&stale));
        assert!(server.get("/healthz").text().contains("\"stale\":0"));
    }
}

#[test]
fn what_could_not_be_kept_is_kept_later() {
    let place = Place::with("sims.yaml", PLANS);
    let server = Server::start(&place, &["sims.yaml", "--state", "state"]);
    fs::remove_dir_all(place.path("state")).expect("a removal");
    for (name, complaints) in [("Two", 1), ("Three", 1)] {
        let list = format!("- {{name: {name}, expires: 2027-01-31}}\n");
        place.file("sims.yaml", list);
        until(|| server.get("/sims.ics").text().contains(name).then_some(()));
        let log = server.log_with("could not be saved");
        assert_eq!(
            log.matches("the list could not be saved").count(),
            complaints,
            "{log}"
        );
    }
    fs::create_dir(place.path("state")).expect("a folder");
    // This signal makes the server read the files now.
    server.signal(rustix::process::Signal::HUP);
    until(|| {
        let kept = fs::read_to_string(place.path("state/sims.state")).ok()?;
        kept.ends_with("- {name: Three, expires: 2027-01-31}\n")
            .then_some(())
    });
}

#[test]
fn what_is_kept_is_its_owners() {
    let place = Place::with("sims.yaml", PLANS);
    fs::create_dir(place.path("state")).expect("a folder");
    let folder = fs::Permissions::from_mode(0o755);
    fs::set_permissions(place.path("state"), folder).expect("a mode");
    let _server = Server::start(&place, &["sims.yaml", "--state", "state"]);
    let kept = fs::metadata(place.path("state/sims.state")).expect("a file");
    assert_eq!(kept.permissions().mode() & 0o777, 0o600);
}

/// As in a running server, an error in one file does not remove the feed of another.
#[test]
fn a_start_with_a_state_serves_what_it_can() {
    let place = Place::with("p/sims.yaml", PLANS);
    let arguments = ["p", "--state", "state"];
    drop(Server::start(&place, &arguments));
    place.file("p/new.yaml", "- {name: A");
    let server = Server::start(&place, &arguments);
    assert_eq!(server.get("/sims.ics").status, 200);
    assert_eq!(server.get("/new.ics").status, 404);
    let health = server.get("/healthz");
    assert!(health.text().contains("\"broken\":1"), "{}", health.text());
    let expected = "the plans file cannot be used: there is nothing to serve instead";
    server.log_with(expected);
    drop(server);
    // Without a state folder, the start fails at once.
    let left = place.run(&["serve", "p", "--listen", "127.0.0.1:0"]);
    assert_eq!(left.code, Some(1), "{}", left.err);
    assert!(left.err.contains("p/new.yaml:1:3"), "{}", left.err);
}

/// A folder that is mounted after the start of the server.
#[test]
fn a_directory_that_is_not_there_yet_is_served_as_it_was() {
    let place = Place::with("p/sims.yaml", PLANS);
    place.file("p/cards.yml", "- {name: Two, expires: 2027-01-31}\n");
    let arguments = ["p", "--state", "state"];
    let good = {
        let server = Server::start(&place, &arguments);
        ["/sims.ics", "/cards.ics"].map(|path| server.get(path).body)
    };
    fs::rename(place.path("p"), place.path("q")).expect("a rename");
    let server = Server::start(&place, &arguments);
    let served = || ["/sims.ics", "/cards.ics"].map(|path| server.get(path).body);
    assert_eq!(served(), good);
    let health = server.get("/healthz");
    assert!(health.text().contains("\"broken\":2"), "{}", health.text());
    fs::rename(place.path("q"), place.path("p")).expect("a rename");
    place.file("p/new.yaml", PLANS);
    until(|| (server.get("/new.ics").status == 200).then_some(()));
    until(|| {
        let health = server.get("/healthz");
        health.text().contains("\"broken\":0").then_some(())
    });
    assert_eq!(served(), good);
    is_saved(&place, &server.get("/new.ics"));
    drop(server);
    fs::remove_dir_all(place.path("p")).expect("a removal");
    let server = Server::start(&place, &arguments);
    for path in ["/sims.ics", "/cards.ics", "/new.ics"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
}
