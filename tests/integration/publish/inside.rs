//! Nothing outside of the site is read, written or removed, and no pipe in it holds a run.

use std::fs;
use std::os::unix::fs::symlink;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::fs::{CWD, Mode, mkfifoat};
use rustix::process::{Pid, Signal, kill_process};

use super::directory::{BASE, place, plans, publish, published, tree};
use crate::harness::{Left, Place, names};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const TAIL: &str = "every file put so far is complete; the next run puts the rest\n";
const NO_LINKS: &str = "hint: links inside a site are not followed: remove the link (`--manifest` keeps the manifest elsewhere)\n";

fn pipe(place: &Place, name: &str) {
    mkfifoat(CWD, place.path(name), Mode::from_raw_mode(0o644)).expect("a pipe");
}

/// Publishes with a limit of time, so that a run that hangs fails the test.
fn publish_in_time(place: &Place) -> Left {
    let mut command = place.command(&["publish", "plans", "--to", "site", "--base-url", BASE]);
    let (stdout, stderr) = (tempfile::tempfile(), tempfile::tempfile());
    let (stdout, stderr) = (stdout.expect("a file"), stderr.expect("a file"));
    command.stdout(stdout.try_clone().expect("a file"));
    command.stderr(stderr.try_clone().expect("a file"));
    let mut child = command.spawn().expect("it starts");
    let id = Pid::from_child(&child);
    let (sender, receiver) = mpsc::channel();
    let waiting = thread::spawn(move || {
        let code = child.wait().expect("it ends").code();
        // After the limit nobody receives it.
        let _ = sender.send(code);
    });
    let Ok(code) = receiver.recv_timeout(Duration::from_secs(60)) else {
        kill_process(id, Signal::KILL).expect("a kill");
        panic!("the run hangs");
    };
    waiting.join().expect("it ends");
    let text = |mut file: fs::File| {
        use std::io::{Read as _, Seek as _};
        let mut text = String::new();
        file.rewind().expect("a file");
        file.read_to_string(&mut text).expect("a text");
        text
    };
    let (out, err) = (text(stdout), text(stderr));
    Left { code, out, err }
}

#[test]
fn a_pipe_in_the_place_of_a_file_holds_no_run() {
    for (name, said) in [
        (
            ".weekahead/lock",
            "error: cannot lock `site/.weekahead/lock`: it is not a regular file\n",
        ),
        (
            ".weekahead/front.json",
            "error: cannot read `site/.weekahead/front.json`: it is not a regular file\n",
        ),
        (
            "a.ics",
            "error: `site/a.ics` exists already, and `weekahead publish` did not write it\n",
        ),
    ] {
        let place = place();
        published(&place, &[]);
        fs::remove_file(place.path(&format!("site/{name}"))).expect("a file");
        pipe(&place, &format!("site/{name}"));
        place.file("plans/a.yaml", plans("30"));
        let left = publish_in_time(&place);
        assert_eq!((left.code, left.out.as_str()), (Some(3), ""), "{name}");
        assert!(left.err.starts_with(said), "{name}: {}", left.err);
    }
    let place = place();
    published(&place, &[]);
    pipe(&place, "site/.weekahead-tmp-ABCDEFGHIJ");
    pipe(&place, "site/.weekahead/.weekahead-tmp-ABCDEFGHIJ");
    assert_eq!(publish_in_time(&place).code, Some(0));
}

#[test]
fn a_manifest_behind_a_link_is_refused() {
    let place = place();
    fs::create_dir(place.path("out")).expect("a folder");
    fs::create_dir(place.path("site")).expect("a folder");
    symlink("../out", place.path("site/.weekahead")).expect("a link");
    let left = publish(&place, &["--quiet"]);
    let said = "error: cannot create `site/.weekahead`: it is a symbolic link\n";
    assert_eq!((left.code, left.err), (Some(3), said.to_owned() + NO_LINKS));
    let left = publish(&place, &["--quiet", "--dry-run"]);
    let said = "error: cannot read `site/.weekahead`: it is a symbolic link\n";
    assert_eq!(
        (left.code, left.err),
        (Some(3), said.to_owned() + NO_LINKS + TAIL)
    );
    fs::remove_file(place.path("site/.weekahead")).expect("a link");
    fs::create_dir(place.path("site/.weekahead")).expect("a folder");
    symlink("../../out/lock", place.path("site/.weekahead/lock")).expect("a link");
    let left = publish(&place, &["--quiet"]);
    let said = "error: cannot lock `site/.weekahead/lock`: it is a symbolic link\n";
    assert_eq!(
        (left.code, left.err),
        (Some(3), said.to_owned() + NO_LINKS + TAIL)
    );
    assert_eq!(names(&place.path("out")), [""; 0]);
}

/// The folder of a secret is a link to a folder with a file of the same name.
#[test]
fn a_linked_folder_is_not_written_through() {
    let place = Place::with("plans/a.yaml", plans("31"));
    place.file("plans/b.yaml", plans("31"));
    place.secret("key", KEY);
    let secret = ["--key-file", "key", "--manifest", "manifest", "--quiet"];
    published(&place, &secret);
    let with = |name: &str| {
        let folders = names(&place.path("site")).into_iter();
        let mut folders = folders.filter(|folder| folder != "robots.txt");
        let has = |folder: &String| place.path(&format!("site/{folder}/{name}")).exists();
        format!("site/{}", folders.find(has).expect("a folder"))
    };
    let (linked, other) = (with("a.ics"), with("b.ics"));
    fs::rename(place.path(&linked), place.path("out")).expect("a rename");
    symlink(place.path("out"), place.path(&linked)).expect("a link");
    let before = tree(&place, "out");
    let cannot = |action: &str, file: &str| {
        format!("error: cannot {action} `site/…/{file}`: it is a symbolic link\n{NO_LINKS}")
    };

    for file in ["a", "b"] {
        place.file(&format!("plans/{file}.yaml"), plans("30"));
    }
    let left = publish(&place, &secret);
    let said = cannot("write", "a.ics") + &cannot("write", "a.html");
    assert_eq!((left.code, left.err), (Some(3), said));
    assert!(tree(&place, "out") == before);
    // The other feed is put all the same.
    assert!(place.read(&format!("{other}/b.ics")).contains("20270130"));

    fs::remove_file(place.path("plans/a.yaml")).expect("a file");
    let left = publish(&place, &secret);
    let said = cannot("remove", "a.html") + TAIL;
    assert_eq!((left.code, left.err), (Some(3), said));
    assert!(tree(&place, "out") == before);

    fs::remove_file(place.path(&linked)).expect("a link");
    published(&place, &secret);
    assert_eq!(names(&place.path("site")).len(), 2);
}

/// The site itself may be a link: its path is the user's own.
#[test]
fn the_site_may_be_a_link() {
    let place = place();
    fs::create_dir(place.path("real")).expect("a folder");
    symlink("real", place.path("site")).expect("a link");
    published(&place, &[]);
    assert!(place.read("real/a.ics").contains("A card"));
    let said = published(&place, &[]);
    assert!(said.starts_with("0 files put"), "{said}");
}
