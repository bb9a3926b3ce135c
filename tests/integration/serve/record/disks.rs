//! A full disk, and a file that is mounted alone. Both are made in a namespace of their own.

use std::fs;
use std::io::Write as _;

use super::{BARE, FORM, Site, Way, secrets};
use crate::faults::disk::{disk_of, with_disk};
use crate::harness::{Left, Place, names};
use crate::serve::Server;

#[test]
#[ignore = "needs namespaces of users and mounts (unshare)"]
fn a_full_disk_leaves_the_file_as_it_was() {
    let place = Place::with("sims.yaml", BARE);
    place.secret("key", secrets::KEY);
    let program = env!("CARGO_BIN_EXE_weekahead");
    let script = format!(
        "mkdir disk/lists && cp sims.yaml disk/lists/ && exec '{program}' serve disk/lists \
         --listen 127.0.0.1:0 --record --key-file key"
    );
    let server = Server::of(with_disk(&place, &["sh", "-c", &script]));
    let disk = disk_of(&server, &place);
    let site = Site {
        server,
        before: BARE.to_owned(),
        place,
        way: Way::Direct,
    };
    let action = site.record_action("telenor");
    for octets in [64 << 10, 4096, 512, 1] {
        let mut fill = fs::File::options();
        let fill = fill.append(true).create(true).open(disk.join("fill"));
        let mut fill = fill.expect("a file");
        while fill.write_all(&vec![0; octets]).is_ok() {}
    }
    let file = || fs::read_to_string(disk.join("lists/sims.yaml")).expect("a list");
    for _ in 0..2 {
        let response = site.post(&action, FORM);
        assert_eq!(response.status, 503, "{}", response.text());
        let html = response.text();
        assert!(html.contains("no space left on the device"), "{html}");
        assert_eq!(file(), BARE);
        assert_eq!(names(&disk.join("lists")), ["sims.yaml"]);
    }
    // The feed is served all the same.
    let key = weekahead::internals::Key::new(secrets::KEY.as_bytes()).expect("a key");
    let feed = format!("/{}/sims.ics", key.token("sims", 1).as_str());
    assert_eq!(site.server.get(&feed).status, 200);
    fs::remove_file(disk.join("fill")).expect("a removal");
    assert_eq!(site.post(&action, FORM).status, 303);
    assert!(file().contains("on: 2021-02-03"));
}

#[test]
#[ignore = "needs namespaces of users and mounts (unshare)"]
fn a_file_that_is_mounted_alone_is_refused_at_the_start() {
    let place = Place::with("sims.yaml", BARE);
    place.file("mounted/sims.yaml", "");
    let program = env!("CARGO_BIN_EXE_weekahead");
    let script = format!(
        "mount --bind sims.yaml mounted/sims.yaml && exec '{program}' serve mounted/sims.yaml \
         --listen 127.0.0.1:0 --record"
    );
    let left = Left::of(&mut with_disk(&place, &["sh", "-c", &script]));
    let error = "error: cannot record renewals in `mounted/sims.yaml`: it is mounted as a single file, so it cannot be replaced\nhint: mount its folder instead\n";
    assert_eq!((left.code, left.err.as_str()), (Some(3), error));
}
