//! Disks and files that refuse. The answer is a sentence, and the file is as before.

use std::fs;

use super::{BARE, FORM, FORM_TYPE, MAPPING, SAME_ORIGIN, Site, Way, paired, secrets, sites};
use crate::harness::{Place, names};
use crate::serve::{Server, as_nobody};

#[test]
fn a_broken_file_is_shown_as_it_was_and_takes_no_form() {
    for site in sites() {
        let action = site.record_action("telenor");
        let broken = site
            .before
            .replace("validity: 3 months", "validity: 3 moons");
        site.place.file("sims.yaml", &broken);
        let response = site.post(&action, FORM);
        assert_eq!(response.status, 422, "{}", response.text());
        assert!(response.text().contains("3 moons"), "{}", response.text());
        assert_eq!(site.file(), broken);
        for link in [site.list_link(), site.plan_link("telenor")] {
            let page = site.get(&link);
            let html = page.text();
            assert_eq!(page.status, 200, "{html}");
            assert!(
                html.contains("Telenor") && html.contains("3 moons"),
                "{html}"
            );
            assert!(!html.contains("<form"), "{html}");
        }
        site.place.file("sims.yaml", &site.before);
        assert_eq!(site.post(&action, FORM).status, 303);
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_stays() {
    use std::os::unix::fs::chown;
    let place = Place::new();
    place.file("lists/sims.yaml", MAPPING);
    place.secret("key", secrets::KEY);
    if rustix::process::geteuid().is_root() {
        for path in ["lists", "lists/sims.yaml", "key"] {
            let nobody = Some(crate::harness::NOBODY);
            chown(place.path(path), nobody, nobody).expect("an owner");
        }
    }
    let mut command = place.command(&[
        "serve",
        "lists/sims.yaml",
        "--listen",
        "127.0.0.1:0",
        "--record",
        "--key-file",
        "key",
    ]);
    as_nobody(&place, &mut command);
    let site = Site {
        server: Server::of(command),
        before: MAPPING.to_owned(),
        place,
        way: Way::Direct,
    };
    let action = site.record_action("telenor");
    let file = || site.place.read("lists/sims.yaml");
    for (path, mode, good) in [("lists", 0o555, 0o755), ("lists/sims.yaml", 0o444, 0o644)] {
        site.place.set_mode(path, mode);
        let response = site.post(&action, FORM);
        assert_eq!(response.status, 503, "{path}: {}", response.text());
        assert!(
            response.text().contains("permission denied"),
            "{path}: {}",
            response.text()
        );
        assert_eq!(file(), MAPPING);
        site.place.set_mode(path, good);
    }
    assert_eq!(names(&site.place.path("lists")), ["sims.yaml"]);
    let log = site.server.log_with_many(2, "nothing was recorded");
    assert!(
        log.contains("list=\"sims\" reason=\"permission denied\""),
        "{log}"
    );
    assert_eq!(site.post(&action, FORM).status, 303);
    assert!(file().contains("on: 2021-02-03"));
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    place.file("data/real.yaml", BARE);
    symlink("data/real.yaml", place.path("sims.yaml")).expect("a link");
    place.set_mode("data/real.yaml", 0o640);
    place.secret("key", secrets::KEY);
    let server = Server::start(&place, &["sims.yaml", "--record", "--key-file", "key"]);
    let site = Site {
        server,
        before: BARE.to_owned(),
        place,
        way: Way::Direct,
    };
    site.record("telenor");
    assert!(site.place.path("sims.yaml").is_symlink());
    assert!(site.place.read("data/real.yaml").contains("on: 2021-02-03"));
    assert_eq!(names(&site.place.path("data")), ["real.yaml"]);
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(site.place.path("data/real.yaml")).expect("a file");
    assert_eq!(mode.permissions().mode() & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_the_file_holds_nothing_up() {
    let site = Site::new(BARE, Way::Direct, &[]);
    let action = site.record_action("telenor");
    fs::remove_file(site.place.path("sims.yaml")).expect("a removal");
    let path = site.place.path("sims.yaml");
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0)
        .expect("a pipe");
    let response = site.post(&action, FORM);
    assert_eq!(response.status, 503, "{}", response.text());
    let page = site.get(&site.list_link());
    assert_eq!(page.status, 200);
    assert!(
        page.text().contains("not a regular file"),
        "{}",
        page.text()
    );
}

#[test]
fn a_huge_file_is_read_up_to_the_limit() {
    let site = Site::new(BARE, Way::Direct, &[]);
    let action = site.record_action("telenor");
    let file = fs::File::create(site.place.path("sims.yaml")).expect("a file");
    file.set_len(1 << 40).expect("a sparse file");
    let response = site.post(&action, FORM);
    assert_eq!(response.status, 422, "{}", response.text());
    let page = site.get(&site.list_link());
    assert_eq!(page.status, 200);
    assert!(
        page.text().contains("Telenor") && page.text().contains("64 MiB"),
        "{}",
        page.text()
    );
    assert_eq!(file.metadata().expect("a length").len(), 1 << 40);
}

/// Whenever the server is killed, the file is the old one or the new one, and the next start
/// removes what is left beside it.
#[test]
fn a_kill_leaves_a_whole_file() {
    use std::io::Write as _;
    for _ in 0..12 {
        let place = Place::new();
        place.file("lists/sims.yaml", BARE);
        place.secret("key", secrets::KEY);
        let arguments = ["lists", "--record", "--key-file", "key"];
        let site = Site {
            server: Server::start(&place, &arguments),
            before: BARE.to_owned(),
            place,
            way: Way::Direct,
        };
        let action = site.record_action("telenor");
        let mut stream = site.server.connect();
        let (address, cookie, length) = (site.server.address, paired(), FORM.len());
        let request = format!(
            "POST {action} HTTP/1.1\r\nHost: {address}\r\n{cookie}\r\n{SAME_ORIGIN}\r\n\
             {FORM_TYPE}\r\nContent-Length: {length}\r\n\r\n{FORM}"
        );
        stream.write_all(request.as_bytes()).expect("a request");
        // This kills it.
        drop(site.server);
        let file = site.place.read("lists/sims.yaml");
        let before = site.place.path("before");
        fs::create_dir(&before).expect("a folder");
        fs::write(before.join("sims.yaml"), BARE).expect("a file");
        let arguments = ["renew", "telenor", "before/sims.yaml", "--on", "2021-02-03"];
        let left = site
            .place
            .run(&[&arguments[..], &["--paid", "49 NOK", "--note", "Kiosk"]].concat());
        assert_eq!(left.code, Some(0), "{}", left.err);
        assert!(
            file == BARE || file == site.place.read("before/sims.yaml"),
            "{file}"
        );
        let server = Server::start(&site.place, &["lists", "--record", "--key-file", "key"]);
        server.output_with("pair a device");
        assert_eq!(names(&site.place.path("lists")), ["sims.yaml"]);
    }
}

/// The client has left, and the server is told to stop.
#[cfg(target_os = "linux")]
#[test]
fn a_recording_that_has_begun_is_finished_before_the_end() {
    use crate::serve::until;
    use std::io::Write as _;
    use weekahead::internals::{LOCK_TIMEOUT, LockedFile};
    let mut site = Site::new(BARE, Way::Direct, &[]);
    let action = site.record_action("telenor");
    let path = site.place.path("sims.yaml");
    let locked = LockedFile::take(&path, LOCK_TIMEOUT, || {}).expect("the lock");
    let mut stream = site.server.connect();
    let request = format!(
        "POST {action} HTTP/1.1\r\nHost: {}\r\n{}\r\n{SAME_ORIGIN}\r\n{FORM_TYPE}\r\n\
         Content-Length: {}\r\n\r\n{FORM}",
        site.server.address,
        paired(),
        FORM.len()
    );
    stream.write_all(request.as_bytes()).expect("a request");
    // The recording has the file open while it waits for the lock.
    let files = format!("/proc/{}/fd", site.server.id());
    let is_open = || {
        let open = std::fs::read_dir(&files).ok()?;
        let mut links = open.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        links.any(|link| link == path).then_some(())
    };
    until(is_open);
    drop(stream);
    site.server.signal(rustix::process::Signal::TERM);
    site.server.log_with("stopping");
    drop(locked);
    assert_eq!(site.server.wait().code(), Some(0));
    assert_ne!(site.file(), BARE);
}

#[test]
#[ignore = "takes ten seconds"]
fn a_file_that_stays_locked_is_not_waited_for() {
    use weekahead::internals::{LOCK_TIMEOUT, LockedFile};
    let site = Site::new(BARE, Way::Direct, &[]);
    let action = site.record_action("telenor");
    let path = site.place.path("sims.yaml");
    let locked = LockedFile::take(&path, LOCK_TIMEOUT, || {}).expect("the lock");
    let response = site.post(&action, FORM);
    assert_eq!(response.status, 503, "{}", response.text());
    drop(locked);
    assert_eq!(site.file(), BARE);
    assert_eq!(site.post(&action, FORM).status, 303);
}

#[test]
fn a_crowd_is_served_in_turn() {
    let site = Site::new(BARE, Way::Direct, &[]);
    let action = site.record_action("telenor");
    let cookie = paired();
    let request = |head: &str, body: &str| {
        let address = site.server.address;
        format!(
            "{head} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{cookie}\r\n{SAME_ORIGIN}\r\n\
             {FORM_TYPE}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let form = request(&format!("POST {action}"), FORM);
    let page = request("GET /sims/renew", "");
    let mut streams = Vec::new();
    for number in 0..500 {
        use std::io::Write as _;
        let mut stream = site.server.connect();
        let request = if number % 2 == 0 { &form } else { &page };
        stream.write_all(request.as_bytes()).expect("a request");
        streams.push(stream);
    }
    let mut counts = std::collections::BTreeMap::new();
    for mut stream in streams {
        use std::io::Read as _;
        let mut all = Vec::new();
        stream.read_to_end(&mut all).expect("a response");
        *counts
            .entry(crate::serve::Response::of(&all).status)
            .or_insert(0) += 1;
    }
    assert_eq!(counts, [(200, 250), (303, 1), (409, 249)].into());
    assert_eq!(site.file().matches("on: 2021-02-03").count(), 1);
}
