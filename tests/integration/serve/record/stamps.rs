//! The stamps of a feed after a recording and after an undo: always later than what was served
//! before, or clients keep the old feed.

use super::{BARE, FORM, Site, Way, secrets};
use crate::harness::Place;
use crate::serve::{Response, Server, until};

/// The stamps of a feed: SEQUENCE, LAST-MODIFIED and the header Last-Modified.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Stamps {
    sequence: u32,
    modified: String,
    header: i64,
}

fn stamps(feed: &Response) -> Stamps {
    let first = |name: &str| crate::harness::values(feed.text(), name).remove(0);
    let header = feed.field("last-modified").expect("a date");
    let header = chrono::DateTime::parse_from_rfc2822(header).expect("a date");
    Stamps {
        sequence: first("SEQUENCE").parse().expect("a number"),
        modified: first("LAST-MODIFIED"),
        header: header.timestamp(),
    }
}

fn start(place: &Place) -> Server {
    let mut command = place.command(&[
        "serve",
        "sims.yaml",
        "--listen",
        "127.0.0.1:0",
        "--record",
        "--key-file",
        "key",
        "--state",
        "state",
    ]);
    command.env_remove("SOURCE_DATE_EPOCH");
    Server::of(command)
}

/// Waits for a feed with other bytes than `last`.
fn next_feed(site: &Site, last: &Response) -> Response {
    let key = weekahead::internals::Key::new(secrets::KEY.as_bytes()).expect("a key");
    let link = format!("/{}/sims.ics", key.token("sims", 1).as_str());
    until(|| Some(site.request("GET", &link, &[], "")).filter(|feed| feed.body != last.body))
}

fn prove_that_stamps_rise(place: Place) {
    let mut site = Site {
        server: start(&place),
        before: BARE.to_owned(),
        place,
        way: Way::Direct,
    };
    let nothing = Response {
        status: 0,
        head: String::new(),
        body: Vec::new(),
    };
    let first = next_feed(&site, &nothing);
    let mut known = vec![stamps(&first)];
    site.record("telenor");
    let recorded = next_feed(&site, &first);
    known.push(stamps(&recorded));
    let undo = site.undo_action("telenor").expect("an undo");
    assert_eq!(site.post(&undo, "").status, 303);
    assert_eq!(site.file(), BARE);
    let undone = next_feed(&site, &recorded);
    known.push(stamps(&undone));
    // A server that is started again serves the same stamps, and goes on from there.
    drop(site.server);
    site.server = start(&site.place);
    let again = next_feed(&site, &nothing);
    assert_eq!(
        (stamps(&again), &again.body),
        (stamps(&undone), &undone.body)
    );
    let action = site.record_action("telenor");
    assert_eq!(site.post(&action, FORM).status, 303);
    known.push(stamps(&next_feed(&site, &again)));
    for pair in known.windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        assert!(
            before.sequence < after.sequence
                && before.modified < after.modified
                && before.header < after.header,
            "{known:?}"
        );
    }
}

fn place() -> Place {
    let place = Place::with("sims.yaml", BARE);
    place.secret("key", secrets::KEY);
    place
}

#[test]
fn stamps_rise_with_each_recording_and_undo() {
    prove_that_stamps_rise(place());
}

#[test]
#[ignore = "needs git"]
fn stamps_rise_in_a_repository_too() {
    let place = place();
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.args([
            "-c",
            "user.name=N",
            "-c",
            "user.email=e@example.org",
            "-c",
            "init.defaultBranch=main",
        ]);
        let done = git.args(arguments).current_dir(place.path(".")).output();
        assert!(done.expect("git runs").status.success(), "{arguments:?}");
    };
    git(&["init", "--quiet"]);
    git(&["add", "sims.yaml"]);
    git(&["commit", "--quiet", "-m", "One"]);
    prove_that_stamps_rise(place);
}
