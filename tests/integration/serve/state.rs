//! The saved state for a start with a broken file, and feeds that say that they are out of date.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::{PLANS, Server, until};
use crate::harness::Place;

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
    assert!(
        server.log().contains("the list that was kept is served"),
        "{}",
        server.log()
    );
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
    }
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
        assert_eq!(server.get("/sims.ics").body, stale.body);
        // After the file is repaired, the feed is the same as before.
        place.file("sims.yaml", plans.replace("LANG", language));
        until(|| (server.get("/sims.ics").body == good.body).then_some(()));
        assert_eq!(server.get("/sims.ics").fields(), good.fields());
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
            log.matches("the state could not be saved").count(),
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
    assert!(server.log().contains(expected), "{}", server.log());
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
    drop(server);
    fs::remove_dir_all(place.path("p")).expect("a removal");
    let server = Server::start(&place, &arguments);
    for path in ["/sims.ics", "/cards.ics", "/new.ics"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
}
