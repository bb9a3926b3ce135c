//! A git that never answers. The program gives up the question and continues.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::{Pid, test_kill_process};

use super::reload::{becomes, list};
use super::{Server, until};
use crate::harness::{Left, Place};

/// The program's timeout for git, plus the time that a busy machine needs for everything else.
const LONGEST: Duration = Duration::from_secs(18);

/// A repository with plans, and a fake git. The fake git hangs as long as the file `hang` exists,
/// and so does its child, which keeps the pipes open.
fn hanging() -> Place {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut all = std::env::split_paths(&path).map(|folder| folder.join("git"));
    let real = all.find(|git| git.is_file()).expect("git is installed");
    let place = Place::with("repo/plans.yaml", list("Old"));
    let init = Command::new(&real)
        .args(["init", "--quiet"])
        .current_dir(place.path("repo"))
        .status();
    assert!(init.expect("git runs").success());
    let script = format!(
        "#!/bin/sh\nif [ -e '{0}/hang' ]; then\n  tail -f /dev/null &\n  \
         echo $! $$ >> '{0}/pids'\n  exec tail -f /dev/null\nfi\nexec '{1}' \"$@\"\n",
        place.path("").display(),
        real.display()
    );
    place.file("bin/git", script);
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(place.path("bin/git"), mode).expect("a mode");
    place.file("hang", "");
    place
}

/// The program with the fake git, set up to ask git for revisions.
fn command(place: &Place, arguments: &[&str]) -> Command {
    let mut path = OsString::from(place.path("bin"));
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let mut command = place.command(arguments);
    command.env_remove("SOURCE_DATE_EPOCH").env("PATH", path);
    command
}

/// Waits until every git process and its child have ended.
fn all_end(place: &Place) {
    let pids = place.read("pids");
    for pid in pids.split_whitespace() {
        let pid = Pid::from_raw(pid.parse().expect("a number")).expect("a process id");
        until(|| test_kill_process(pid).is_err().then_some(()));
    }
}

#[test]
#[ignore = "needs git"]
fn a_git_that_hangs_stops_no_server() {
    let place = hanging();
    let arguments = ["serve", "repo", "--listen", "127.0.0.1:0"];
    let server = Server::of(command(&place, &arguments));
    let late = "\"status\":\"ok, but git did not answer in time\"";
    let is_late = || server.get("/healthz").text().contains(late);
    becomes(&server, "/plans.ics", "Old");
    assert!(is_late());
    let log = server.log_with("it did not answer within 10 seconds");
    assert!(log.contains("git could not be asked"), "{log}");

    fs::remove_file(place.path("hang")).expect("removed");
    place.file("repo/plans.yaml", list("Answered"));
    becomes(&server, "/plans.ics", "Answered");
    assert!(!is_late());
    server.log_with("git answers again");

    place.file("hang", "");
    place.file("repo/plans.yaml", list("New"));
    let start = Instant::now();
    becomes(&server, "/plans.ics", "New");
    assert!(start.elapsed() < LONGEST);
    assert!(is_late());
    let log = server.log_with_many(2, "git could not be asked");
    assert_eq!(log.matches("git could not be asked").count(), 2, "{log}");
    all_end(&place);
}

#[test]
#[ignore = "needs git"]
fn a_git_that_hangs_stops_no_command() {
    let place = hanging();
    let plans = "- id: sim\n  name: SIM\n  renewed: 2026-07-05\n  validity: 3 months\n";
    place.file("repo/plans.yaml", plans);
    for (arguments, warning) in [
        (
            &["build", "repo/plans.yaml"][..],
            "so their file times are used: it did not answer within 10 seconds\n",
        ),
        (
            &["renew", "sim", "repo/plans.yaml", "--today", "2026-10-05"],
            "warning: git cannot say what is still to be committed: \
             it did not answer within 10 seconds\n",
        ),
    ] {
        let start = Instant::now();
        let left = Left::of(&mut command(&place, arguments));
        assert!(start.elapsed() < LONGEST);
        assert_eq!(left.code, Some(0), "{}", left.err);
        assert!(left.err.ends_with(warning), "{}", left.err);
    }
    assert!(place.read("repo/plans.yaml").contains("{on: 2026-10-05}"));
    all_end(&place);
}
