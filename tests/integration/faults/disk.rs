//! A disk that is full. A small disk is mounted in its own namespace, where no other process sees
//! it. It disappears with the namespace.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Left, Place};
use crate::serve::{PLANS, Server, until};

/// Mounts a disk of 128 KiB at `disk`, then executes the command that follows.
const MOUNT: &str = "mount -t tmpfs -o size=256k none disk && exec \"$0\" \"$@\"";

/// A command that has a small disk.
pub(crate) fn with_disk(place: &Place, arguments: &[&str]) -> Command {
    fs::create_dir_all(place.path("disk")).expect("a folder");
    let like = place.command(&[]);
    let mut command = Command::new("unshare");
    command
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", MOUNT])
        .args(arguments)
        .current_dir(place.path("."))
        .env_clear();
    let set = like
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)));
    command.envs(set);
    command
}

/// Fills what is left of a disk.
const FILL: &str =
    "cat /dev/zero > disk/fill 2>/dev/null; cat /dev/zero >> disk/fill 2>/dev/null; ";

#[test]
#[ignore = "needs namespaces of users and mounts (unshare)"]
fn a_build_onto_a_full_disk_leaves_what_was_there() {
    let program = env!("CARGO_BIN_EXE_weekahead");
    let place = Place::with("plans.yaml", super::lists::text(1));
    let script = format!(
        "cp plans.yaml disk/plans.ics; {FILL}
         '{program}' build -o disk/plans.ics; echo $?
         '{program}' build -o disk/new.ics; echo $?
         ls -A disk; cmp plans.yaml disk/plans.ics; rm disk/fill
         '{program}' build -o disk/plans.ics; echo $?; ls -A disk"
    );
    let mut command = with_disk(&place, &["sh", "-c", &script]);
    let left = Left::of(&mut command);
    let full =
        |name: &str| format!("error: cannot write `disk/{name}`: no space left on the device\n");
    let summary = "disk/plans.ics: 40 plans, 200 events\n";
    assert_eq!(
        (left.out.as_str(), left.err),
        (
            "3\n3\nfill\nplans.ics\n0\nplans.ics\n",
            format!("{}{}{summary}", full("plans.ics"), full("new.ics"))
        )
    );
}

/// The path by which other processes reach the disk of a server.
pub(crate) fn disk_of(server: &Server, place: &Place) -> PathBuf {
    let folder = place.path("disk");
    let folder = folder.strip_prefix("/").expect("an absolute path");
    Path::new(&format!("/proc/{}/root", server.id())).join(folder)
}

#[test]
#[ignore = "needs namespaces of users and mounts (unshare)"]
fn a_state_on_a_full_disk_is_kept_when_there_is_space() {
    let program = env!("CARGO_BIN_EXE_weekahead");
    let place = Place::with("sims.yaml", PLANS);
    let serve = [
        program,
        "serve",
        "sims.yaml",
        "--listen",
        "127.0.0.1:0",
        "--state",
        "disk/state",
    ];
    let command = with_disk(&place, &serve);
    let server = Server::of(command);
    let disk = disk_of(&server, &place);
    let kept = || fs::read_to_string(disk.join("state/sims.state")).unwrap_or_default();
    assert!(kept().ends_with(PLANS), "{}", kept());
    // The file grows like a log that is never rotated.
    for octets in [64 << 10, 4096, 512, 1] {
        let mut fill = fs::File::options();
        let fill = fill.append(true).create(true).open(disk.join("fill"));
        let mut fill = fill.expect("a file");
        while std::io::Write::write_all(&mut fill, &vec![0; octets]).is_ok() {}
    }
    let list = |name: &str| format!("- {{name: {name}, expires: 2027-01-31}}\n");
    for name in ["Two", "Three"] {
        place.file("sims.yaml", list(name));
        until(|| server.get("/sims.ics").text().contains(name).then_some(()));
    }
    let log = server.log_with("could not be saved");
    assert!(log.contains("no space left on the device"), "{log}");
    assert_eq!(
        log.matches("the list could not be saved").count(),
        1,
        "{log}"
    );
    // The last text that could be saved is complete, and there is no other file.
    assert!(kept().ends_with(PLANS), "{}", kept());
    assert_eq!(crate::harness::names(&disk.join("state")), ["sims.state"]);
    fs::remove_file(disk.join("fill")).expect("a removal");
    server.signal(rustix::process::Signal::HUP);
    until(|| kept().ends_with(&list("Three")).then_some(()));
    super::is_well(&server);
}

#[test]
#[ignore = "needs namespaces of users and mounts (unshare)"]
fn a_writer_that_meets_a_full_disk_harms_no_feed() {
    let program = env!("CARGO_BIN_EXE_weekahead");
    let place = Place::new();
    // The list must exist before the server starts. It is written where both the test and the
    // server see it, then moved.
    place.file("first.yaml", super::lists::text(1));
    let script = format!(
        "mkdir disk/lists && cp first.yaml disk/lists/sims.yaml && \
         exec '{program}' serve disk/lists --listen 127.0.0.1:0"
    );
    let command = with_disk(&place, &["sh", "-c", &script]);
    let server = Server::of(command);
    let file = disk_of(&server, &place).join("lists/sims.yaml");
    let good = server.get("/sims.ics");
    // The text is larger than the free space, so the written part ends in the middle of a plan.
    let text = super::lists::text(2).repeat(32);
    let written = fs::write(&file, text.replace("P39", "P40"));
    assert!(written.is_err());
    server.log_with("its last good list is served");
    let now = server.get("/sims.ics");
    assert_eq!((now.status, &now.body), (200, &good.body));
    fs::write(&file, super::lists::text(3)).expect("a write");
    until(|| (super::lists::generation(server.get("/sims.ics").text()) == 3).then_some(()));
    super::is_well(&server);
}
