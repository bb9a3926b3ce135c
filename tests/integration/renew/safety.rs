//! Whatever happens, the file is a complete version, and no renewal is lost.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use weekahead::internals::{LOCK_TIMEOUT, LockedFile};

use super::process::PLANS;
use crate::harness::{Left, Place, kill_often};

fn list(plans: usize) -> String {
    (0..plans)
        .map(|index| {
            format!(
                "- id: p{index}\n  name: N{index}\n  renewed: 2026-07-05\n  validity: 3 months\n"
            )
        })
        .collect()
}

#[test]
fn a_kill_leaves_the_old_list_or_the_new() {
    let before = list(3000);
    let place = Place::with("plans.yaml", &before);
    let arguments = ["renew", "p1500", "--today", "2026-10-05"];
    assert_eq!(place.run(&arguments).code, Some(0));
    let after = place.read("plans.yaml");
    assert_ne!(before, after);
    kill_often(&place, &arguments, &before, &after);
    place.file("plans.yaml", &before);
    assert_eq!(place.run(&arguments).code, Some(0));
    assert_eq!(place.names(), ["plans.yaml"]);
}

#[test]
fn many_at_once_lose_nothing() {
    let place = Place::with("plans.yaml", list(8));
    let mut expected = list(8);
    for index in 0..8 {
        let id = format!("p{index}");
        let sequential = Place::with("plans.yaml", &expected);
        assert_eq!(
            sequential
                .run(&["renew", &id, "--today", "2026-10-05"])
                .code,
            Some(0)
        );
        expected = sequential.read("plans.yaml");
    }
    let runs: Vec<_> = (0..8)
        .map(|index| {
            let id = format!("p{index}");
            let mut command = place.command(&["renew", &id, "--today", "2026-10-05"]);
            command.stdout(Stdio::null()).stderr(Stdio::null());
            command.spawn().expect("the program runs")
        })
        .collect();
    for mut run in runs {
        assert!(run.wait().expect("it ends").success());
    }
    assert_eq!(place.read("plans.yaml"), expected);
    assert_eq!(place.names(), ["plans.yaml"]);
}

#[test]
fn the_same_renewal_twice_at_once_is_recorded_once() {
    let place = Place::with("plans.yaml", PLANS);
    let spawn = || {
        let mut command = place.command(&["renew", "sim", "--today", "2026-10-05"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the program runs")
    };
    let mut codes: Vec<_> = [spawn(), spawn()]
        .into_iter()
        .map(|mut run| run.wait().expect("it ends").code())
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, [Some(0), Some(2)]);
    assert_eq!(
        place.read("plans.yaml").matches("on: 2026-10-05").count(),
        1
    );
}

/// A run that has waited for the lock reads the file that then exists, not the file that was
/// locked.
#[test]
fn a_waiting_run_goes_on_with_what_it_finds() {
    let place = Place::with("plans.yaml", PLANS);
    let lock = File::open(place.path("plans.yaml")).expect("a list");
    lock.lock().expect("a lock");
    let mut command = place.command(&["renew", "sim", "--today", "2026-10-05"]);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    let mut said = BufReader::new(child.stderr.take().expect("its complaints"));
    let mut line = String::new();
    said.read_line(&mut line).expect("a line");
    assert_eq!(line, "waiting for another run that changes `plans.yaml`\n");
    place.file("new.yaml", PLANS.replace("# Mine", "# Yours"));
    fs::rename(place.path("new.yaml"), place.path("plans.yaml")).expect("a rename");
    drop(lock);
    assert!(child.wait().expect("it ends").success());
    let now = place.read("plans.yaml");
    assert!(now.starts_with("# Yours\n"), "{now}");
    assert!(now.contains("{on: 2026-10-05}"), "{now}");
}

#[test]
fn a_lock_is_not_waited_for_without_an_end() {
    let place = Place::with("plans.yaml", PLANS);
    let lock = File::open(place.path("plans.yaml")).expect("a list");
    lock.lock().expect("a lock");
    let left = place.run(&["renew", "sim", "--today", "2026-10-05"]);
    assert_eq!(
        (left.code, left.out.as_str(), left.err.as_str()),
        (
            Some(3),
            "",
            "waiting for another run that changes `plans.yaml`\n\
             error: cannot lock `plans.yaml`: another process has kept it locked for 10 seconds\n\
             hint: nothing was written: end the other process, then try again\n"
        )
    );
    assert_eq!(place.read("plans.yaml"), PLANS);
    drop(lock);
    let left = place.run(&["renew", "sim", "--today", "2026-10-05"]);
    assert_eq!(left.code, Some(0), "{}", left.err);
}

#[test]
fn a_file_that_changes_under_the_lock_is_seen_to() {
    let place = Place::with("plans.yaml", PLANS);
    let path = place.path("plans.yaml");
    let held = LockedFile::take(&path, LOCK_TIMEOUT, || panic!("nobody has it")).expect("a lock");
    assert!(held.is_as_read());
    // An editor overwrites the file, or replaces it by another one.
    fs::write(&path, PLANS.replace("# Mine", "# Ours")).expect("written");
    assert!(!held.is_as_read());
    fs::write(&path, PLANS).expect("written");
    assert!(held.is_as_read());
    place.file("new.yaml", "- {name: A, expires: 2027-01-31}\n");
    fs::rename(place.path("new.yaml"), &path).expect("a rename");
    assert!(!held.is_as_read());
    fs::remove_file(&path).expect("removed");
    assert!(!held.is_as_read());
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt as _, chown, symlink};

    use super::*;
    use crate::harness::{NOBODY, as_nobody};

    #[test]
    fn a_link_is_followed_and_a_mode_kept() {
        let place = Place::with("real/list.yaml", PLANS);
        symlink("real/list.yaml", place.path("plans.yaml")).expect("a link");
        let mode = fs::Permissions::from_mode(0o640);
        fs::set_permissions(place.path("real/list.yaml"), mode).expect("a mode");
        let left = place.run(&["renew", "sim", "--today", "2026-10-05"]);
        assert_eq!(left.code, Some(0), "{}", left.err);
        let there = fs::symlink_metadata(place.path("plans.yaml")).expect("a link");
        assert!(there.is_symlink());
        let there = fs::metadata(place.path("real/list.yaml")).expect("a list");
        assert_eq!(there.permissions().mode() & 0o7777, 0o640);
        assert!(place.read("real/list.yaml").contains("{on: 2026-10-05}"));
        assert_eq!(crate::harness::names(&place.path("real")), ["list.yaml"]);
    }

    #[test]
    fn a_full_disk_leaves_the_old_list() {
        // The limit on file sizes is reached in the middle of a file, which is like a full disk.
        let place = Place::with("plans.yaml", list(3000));
        let program = env!("CARGO_BIN_EXE_weekahead");
        let mut shell = Command::new("sh");
        shell
            .arg("-c")
            .arg(format!(
                "trap '' XFSZ; ulimit -f 64; '{program}' renew p7 --today 2026-10-05"
            ))
            .current_dir(place.path(""));
        let left = Left::of(&mut shell);
        assert_eq!(
            (left.code, left.out.as_str(), left.err.as_str()),
            (
                Some(3),
                "",
                "error: cannot write `plans.yaml`: file too large\n"
            )
        );
        assert_eq!(place.read("plans.yaml"), list(3000));
        assert_eq!(place.names(), ["plans.yaml"]);
    }

    #[test]
    fn what_may_not_be_written_is_said() {
        let place = Place::with("lists/plans.yaml", PLANS);
        let set = |name: &str, mode| {
            fs::set_permissions(place.path(name), fs::Permissions::from_mode(mode))
                .expect("a mode");
        };
        let renew = || {
            let mut command =
                place.command(&["renew", "sim", "lists/plans.yaml", "--today", "2026-10-05"]);
            as_nobody(&place, &mut command);
            Left::of(&mut command)
        };
        if rustix::process::geteuid().is_root() {
            for name in ["lists", "lists/plans.yaml"] {
                chown(place.path(name), Some(NOBODY), Some(NOBODY)).expect("another owner");
            }
        }
        set("lists", 0o555);
        let folder = renew();
        set("lists", 0o755);
        set("lists/plans.yaml", 0o444);
        let file = renew();
        for left in [folder, file] {
            assert_eq!(
                (left.code, left.err.as_str()),
                (
                    Some(3),
                    "error: cannot write `lists/plans.yaml`: permission denied\n"
                )
            );
        }
        assert_eq!(place.read("lists/plans.yaml"), PLANS);
        assert_eq!(crate::harness::names(&place.path("lists")), ["plans.yaml"]);
    }

    #[test]
    fn a_closed_or_full_output_is_no_panic() {
        for (redirection, code) in [(">&-", 0), ("2>&-", 0), (">&- 2>&-", 0), ("| true", 0)] {
            let place = Place::with("plans.yaml", PLANS);
            let program = env!("CARGO_BIN_EXE_weekahead");
            let mut shell = Command::new("sh");
            shell
                .arg("-c")
                .arg(format!(
                    "'{program}' renew sim --today 2026-10-05 {redirection}"
                ))
                .current_dir(place.path(""));
            let left = Left::of(&mut shell);
            assert_eq!(left.code, Some(code), "{redirection}");
            assert!(
                !left.err.contains("panicked"),
                "{redirection}: {}",
                left.err
            );
        }
        #[cfg(target_os = "linux")]
        {
            let place = Place::with("plans.yaml", PLANS);
            let full = File::options()
                .write(true)
                .open("/dev/full")
                .expect("/dev/full");
            let mut command = place.command(&["renew", "sim", "--today", "2026-10-05"]);
            let child = command.stdout(full).stderr(Stdio::piped()).spawn();
            let output = child.expect("it runs").wait_with_output().expect("it ends");
            assert_eq!(output.status.code(), Some(3));
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(
                said.ends_with(
                    "error: cannot write to standard output: no space left on the device\n"
                ),
                "{said}"
            );
            // The renewal is kept although the output failed.
            assert!(place.read("plans.yaml").contains("{on: 2026-10-05}"));
        }
    }

    #[test]
    fn what_is_no_file_is_not_written_to() {
        let place = Place::new();
        let made = Command::new("mkfifo").arg(place.path("pipe")).status();
        assert!(made.expect("mkfifo runs").success());
        for (path, said) in [
            (
                "pipe",
                "error: cannot change `pipe`: it is not a regular file\n",
            ),
            (
                "/dev/null",
                "error: cannot change `/dev/null`: it is not a regular file\n",
            ),
        ] {
            let left = place.run(&["renew", "sim", path]);
            assert_eq!((left.code, left.err.as_str()), (Some(3), said));
        }
    }
}
