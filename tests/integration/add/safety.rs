//! Whatever happens, the file is a complete version, and no plan is lost.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use super::process::{PLANS, TODAY, add};
use crate::harness::{Place, kill_often};

const OPTIONS: [&str; 7] = [
    "add",
    "--name",
    "New",
    "--expires",
    "2027-03",
    "--today",
    TODAY,
];
const ADDED: &str = "- id: new\n  name: New\n  expires: 2027-03\n";

fn list(plans: usize) -> String {
    let plan = |index| format!("- id: p{index}\n  name: N{index}\n  expires: 2027-01-31\n");
    (0..plans).map(plan).collect()
}

#[test]
fn a_kill_leaves_the_old_list_or_the_new() {
    let before = list(3000);
    let after = format!("{before}{ADDED}");
    let place = Place::with("plans.yaml", &before);
    kill_often(&place, &OPTIONS, &before, &after);
    place.file("plans.yaml", &before);
    assert_eq!(place.run(&OPTIONS).code, Some(0));
    assert_eq!(place.read("plans.yaml"), after);
    assert_eq!(place.names(), ["plans.yaml"]);
}

#[test]
fn many_at_once_lose_nothing() {
    let place = Place::with("plans.yaml", PLANS);
    let names: Vec<String> = (0..8).map(|index| format!("n{index}")).collect();
    let runs: Vec<_> = names
        .iter()
        .map(|name| {
            let options = [
                "add",
                "--name",
                name,
                "--expires",
                "2027-03",
                "--today",
                TODAY,
            ];
            let mut command = place.command(&options);
            command.stdout(Stdio::null()).stderr(Stdio::null());
            command.spawn().expect("the program runs")
        })
        .collect();
    for mut run in runs {
        assert!(run.wait().expect("it ends").success());
    }
    let text = place.read("plans.yaml");
    let added = text.strip_prefix(PLANS).expect("the old list");
    let mut found: Vec<&str> = added
        .lines()
        .filter_map(|line| line.strip_prefix("  name: "))
        .collect();
    found.sort_unstable();
    assert_eq!(found, names);
}

#[test]
fn the_same_name_twice_at_once_is_added_once() {
    let place = Place::with("plans.yaml", "- {name: A, expires: 2027-01-31}\n");
    let spawn = || {
        let mut command = place.command(&OPTIONS);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the program runs")
    };
    let runs = [spawn(), spawn()];
    let codes = runs
        .into_iter()
        .map(|mut run| run.wait().expect("it ends").code());
    let mut codes: Vec<_> = codes.collect();
    codes.sort_unstable();
    assert_eq!(codes, [Some(0), Some(2)]);
    assert_eq!(place.read("plans.yaml").matches("name: New").count(), 1);
}

#[test]
fn a_locked_file_is_waited_for() {
    let place = Place::with("plans.yaml", PLANS);
    let lock = File::open(place.path("plans.yaml")).expect("a list");
    lock.lock().expect("a lock");
    let mut command = place.command(&OPTIONS);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    let mut said = BufReader::new(child.stderr.take().expect("its messages"));
    let mut line = String::new();
    said.read_line(&mut line).expect("a line");
    assert_eq!(line, "waiting for another run that changes `plans.yaml`\n");
    assert_eq!(place.read("plans.yaml"), PLANS);
    drop(lock);
    assert!(child.wait().expect("it ends").success());
    assert_eq!(place.read("plans.yaml"), format!("{PLANS}{ADDED}"));
}

#[test]
fn a_byte_order_mark_stays() {
    let marked = format!("\u{feff}{PLANS}");
    let place = Place::with("plans.yaml", &marked);
    assert_eq!(place.run(&OPTIONS).code, Some(0));
    assert_eq!(place.read("plans.yaml"), format!("{marked}{ADDED}"));
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_what_may_not_be_written_is_said() {
    use std::os::unix::fs::symlink;

    let place = Place::with("real/list.yaml", PLANS);
    symlink("real/list.yaml", place.path("plans.yaml")).expect("a link");
    assert_eq!(place.run(&OPTIONS).code, Some(0));
    let there = place.path("plans.yaml").symlink_metadata();
    assert!(there.expect("a link").is_symlink());
    assert_eq!(place.read("real/list.yaml"), format!("{PLANS}{ADDED}"));

    let broken = Place::new();
    symlink("nothing.yaml", broken.path("plans.yaml")).expect("a link");
    let left = broken.run(&OPTIONS);
    assert_eq!(left.code, Some(3), "{}", left.err);
    assert_eq!(broken.names(), ["plans.yaml"]);

    let left = add(
        &place,
        &["/dev/null", "--name", "X", "--expires", "2027-03"],
    );
    assert_eq!(
        (left.code, left.err.as_str()),
        (
            Some(3),
            "error: cannot change `/dev/null`: it is not a regular file\n"
        )
    );
}

#[cfg(unix)]
#[test]
fn a_read_only_file_stays() {
    use std::os::unix::fs::chown;

    use crate::harness::{Left, NOBODY, as_nobody};

    let place = Place::with("lists/plans.yaml", PLANS);
    if rustix::process::geteuid().is_root() {
        for name in ["lists", "lists/plans.yaml"] {
            chown(place.path(name), Some(NOBODY), Some(NOBODY)).expect("another owner");
        }
    }
    place.set_mode("lists/plans.yaml", 0o444);
    let options = [
        "add",
        "lists/plans.yaml",
        "--name",
        "X",
        "--expires",
        "2027-03",
    ];
    let mut command = place.command(&options);
    as_nobody(&place, &mut command);
    let left = Left::of(&mut command);
    assert_eq!(
        (left.code, left.err.as_str()),
        (
            Some(3),
            "error: cannot write `lists/plans.yaml`: permission denied\n"
        )
    );
    assert_eq!(place.read("lists/plans.yaml"), PLANS);
    assert_eq!(crate::harness::names(&place.path("lists")), ["plans.yaml"]);
}
