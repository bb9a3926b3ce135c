//! Output is whole or not there; what the machine refuses is a sentence and exit code 3.

use std::fs;
use std::process::Stdio;

use crate::harness::{Left, Place};

const PLAN: &str = "- {name: A, expires: 2027-01-31}\n";

#[test]
fn what_cannot_be_read_is_said() {
    let place = Place::new();
    let left = place.run(&["build"]);
    assert_eq!(
        (left.code, left.out.as_str(), left.err.as_str()),
        (
            Some(3),
            "",
            "error: cannot read `plans.yaml`: no such file or directory\nhint: name a plans file, or a directory of them; `weekahead init` writes a new plans file\n"
        )
    );
}

#[test]
fn what_cannot_be_written_is_said_and_leaves_nothing() {
    let place = Place::with("plans.yaml", PLAN);
    fs::create_dir(place.path("folder.ics")).expect("a folder");
    let left = place.run(&["build", "-o", "missing/plans.ics"]);
    assert_eq!(
        (left.code, left.err.as_str()),
        (
            Some(3),
            "error: cannot write `missing/plans.ics`: no such file or directory\n"
        )
    );
    // A directory is an output of its own kind.
    let left = place.run(&["build", "-o", "folder.ics", "-q"]);
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
    assert_eq!(
        crate::harness::names(&place.path("folder.ics")),
        ["plans.ics"]
    );
    fs::create_dir(place.path("folder.ics/other")).expect("a folder");
    fs::remove_file(place.path("folder.ics/plans.ics")).expect("removed");
    fs::create_dir(place.path("folder.ics/plans.ics")).expect("a folder");
    let left = place.run(&["build", "-o", "folder.ics"]);
    assert_eq!(
        (left.code, left.err.as_str()),
        (
            Some(3),
            "error: cannot write `folder.ics/plans.ics`: it is a directory\n"
        )
    );
    assert_eq!(
        crate::harness::names(&place.path("folder.ics")),
        ["other", "plans.ics"]
    );
}

#[test]
fn the_output_is_never_the_input() {
    let place = Place::with("plans.yaml", PLAN);
    fs::hard_link(place.path("plans.yaml"), place.path("link.ics")).expect("a link");
    for output in ["plans.yaml", "./plans.yaml", "link.ics"] {
        let left = place.run(&["build", "-o", output]);
        assert_eq!(left.code, Some(2), "{output}");
        assert_eq!(
            left.err,
            format!(
                "error: the output `{output}` is the plans file `plans.yaml`\nhint: write the feed to another file, as in `-o plans.ics`\n"
            )
        );
        assert_eq!(place.read("plans.yaml"), PLAN);
    }
}

#[test]
fn what_a_killed_run_left_is_removed_and_what_a_running_one_has_is_not() {
    let place = Place::with("plans.yaml", PLAN);
    place.file(".weekahead-tmp-0000000000", "left");
    place.file(".weekahead-tmp-0000000000.1111111111", "left");
    place.file(
        ".weekahead-tmp-2222222222.3333333333",
        "left without its leader",
    );
    place.file(".weekahead-tmp-4444444444", "held");
    place.file(".weekahead-tmp-4444444444.5555555555", "held");
    place.file(".weekahead-key", "somebody's");
    place.file(".weekahead-tmp-notes.txt", "somebody's");
    let leader = fs::File::options()
        .write(true)
        .open(place.path(".weekahead-tmp-4444444444"))
        .expect("a leader");
    leader.lock().expect("a lock");
    assert_eq!(place.run(&["build", "-o", "plans.ics", "-q"]).code, Some(0));
    assert_eq!(
        place.names(),
        [
            ".weekahead-key",
            ".weekahead-tmp-4444444444",
            ".weekahead-tmp-4444444444.5555555555",
            ".weekahead-tmp-notes.txt",
            "plans.ics",
            "plans.yaml",
        ]
    );
}

#[test]
fn an_old_file_is_replaced_and_quiet_is_quiet() {
    let place = Place::with("plans.yaml", PLAN);
    place.file("plans.ics", "x".repeat(100_000));
    let left = place.run(&["build", "-o", "plans.ics"]);
    assert_eq!(
        (left.code, left.err.as_str()),
        (Some(0), "plans.ics: 1 plan, 5 events\n")
    );
    assert!(place.read("plans.ics").ends_with("END:VCALENDAR\r\n"));
    assert_eq!(place.names(), ["plans.ics", "plans.yaml"]);
}

#[cfg(unix)]
mod unix {
    use std::fs::{self, File};
    use std::io::Read;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::process::Stdio;

    use super::{Left, PLAN, Place};

    fn mode(place: &Place, name: &str) -> u32 {
        let metadata = fs::metadata(place.path(name)).expect("a file");
        metadata.mode() & 0o7777
    }

    #[test]
    fn a_mode_is_kept_and_a_new_file_gets_0644() {
        let place = Place::with("plans.yaml", PLAN);
        place.file("old.ics", "old");
        fs::set_permissions(place.path("old.ics"), PermissionsExt::from_mode(0o640))
            .expect("a mode");
        for output in ["old.ics", "new.ics"] {
            assert_eq!(place.run(&["build", "-o", output, "-q"]).code, Some(0));
        }
        assert_eq!(mode(&place, "old.ics"), 0o640);
        assert_eq!(mode(&place, "new.ics") | 0o022, 0o644 | 0o022);
        assert_eq!(mode(&place, "new.ics") & !0o644, 0);
    }

    #[test]
    fn a_link_is_followed_and_stays() {
        let place = Place::with("plans.yaml", PLAN);
        fs::create_dir(place.path("real")).expect("a folder");
        symlink("real/plans.ics", place.path("link.ics")).expect("a link");
        for _ in 0..2 {
            assert_eq!(place.run(&["build", "-o", "link.ics", "-q"]).code, Some(0));
            assert!(place.read("real/plans.ics").starts_with("BEGIN:VCALENDAR"));
            assert!(
                fs::symlink_metadata(place.path("link.ics"))
                    .expect("a link")
                    .is_symlink()
            );
        }
        symlink("loop.ics", place.path("loop.ics")).expect("a link");
        let left = place.run(&["build", "-o", "loop.ics"]);
        assert_eq!(
            (left.code, left.err.as_str()),
            (
                Some(3),
                "error: cannot write `loop.ics`: too many levels of symbolic links\n"
            )
        );
    }

    #[test]
    fn a_device_is_written_to_and_stays() {
        let place = Place::with("plans.yaml", PLAN);
        let before = fs::metadata("/dev/null").expect("/dev/null").ino();
        let left = place.run(&["build", "-o", "/dev/null", "-q"]);
        assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
        assert_eq!(fs::metadata("/dev/null").expect("/dev/null").ino(), before);
    }

    #[test]
    fn standard_output_has_a_name_as_well() {
        let place = Place::with("plans.yaml", PLAN);
        let expected = place.feed(&["build"]);
        assert_eq!(place.feed(&["build", "-o", "/dev/stdout"]), expected);
        assert_eq!(place.feed(&["build", "-o", "-"]), expected);
        assert_eq!(place.feed(&["build", "-o", "/dev/fd/1", "-q"]), expected);
        // What others wrote to an open file stays.
        let program = env!("CARGO_BIN_EXE_weekahead");
        let script = format!(
            "(echo a; '{program}' build plans.yaml -q -o /dev/fd/1; echo b) > x; \
             echo c > y; '{program}' build plans.yaml -q -o /dev/fd/3 3>> y; \
             '{program}' build plans.yaml -q -o /dev/stderr 2>> y; \
             '{program}' url plans.yaml --base-url https://a.example --qr /dev/stdout > z 2> w"
        );
        let mut shell = std::process::Command::new("sh");
        shell.arg("-c").arg(script).current_dir(place.path(""));
        shell.env("SOURCE_DATE_EPOCH", crate::harness::EPOCH);
        assert_eq!(Left::of(&mut shell).code, Some(0));
        assert_eq!(place.read("x"), format!("a\n{expected}b\n"));
        assert_eq!(place.read("y"), format!("c\n{expected}{expected}"));
        let svg = place.read("z");
        assert!(
            svg.starts_with("<svg") && svg.ends_with("</svg>\n"),
            "{svg}"
        );
    }

    #[test]
    fn the_input_may_come_by_standard_input_and_is_still_no_output() {
        let place = Place::with("plans.yaml", PLAN);
        let mut command = place.command(&["build", "-", "-o", "plans.yaml"]);
        command.stdin(Stdio::from(
            File::open(place.path("plans.yaml")).expect("a list"),
        ));
        let left = Left::of(&mut command);
        assert_eq!(left.code, Some(2));
        assert!(
            left.err
                .starts_with("error: the output `plans.yaml` is the plans file `<stdin>`\n")
        );
        assert_eq!(place.read("plans.yaml"), PLAN);
    }

    #[test]
    fn two_outputs_that_are_one_file_are_refused() {
        let place = Place::with("lists/a.yaml", PLAN);
        place.file("lists/b.yaml", PLAN);
        place.file("feeds/a.ics", "old");
        symlink("a.ics", place.path("feeds/b.ics")).expect("a link");
        let left = place.run(&["build", "lists", "-o", "feeds"]);
        assert_eq!(left.code, Some(3));
        assert!(
            left.err
                .ends_with("another feed is written to the same file\n"),
            "{}",
            left.err
        );
        assert_eq!(place.read("feeds/a.ics"), "old");
    }

    #[test]
    fn a_pipe_with_the_name_of_litter_does_not_hold_a_run() {
        let place = Place::with("plans.yaml", PLAN);
        let made = std::process::Command::new("mkfifo")
            .arg(place.path(".weekahead-tmp-ABCDEFGHIJ"))
            .status()
            .expect("mkfifo runs");
        assert!(made.success());
        assert_eq!(place.run(&["build", "-o", "plans.ics", "-q"]).code, Some(0));
    }

    #[test]
    fn a_pipe_gets_nothing_when_something_else_is_wrong() {
        let place = Place::with("lists/a.yaml", PLAN);
        place.file("lists/b.yaml", PLAN);
        fs::create_dir_all(place.path("feeds/b.ics")).expect("a folder");
        let made = std::process::Command::new("mkfifo")
            .arg(place.path("feeds/a.ics"))
            .status()
            .expect("mkfifo runs");
        assert!(made.success());
        // Opened for both, the pipe does not wait for another end.
        let mut pipe = File::options()
            .read(true)
            .write(true)
            .open(place.path("feeds/a.ics"))
            .expect("a pipe");
        assert_eq!(place.run(&["build", "lists", "-o", "feeds"]).code, Some(3));
        std::io::Write::write_all(&mut pipe, b"!").expect("written");
        let mut first = [0];
        pipe.read_exact(&mut first).expect("read");
        assert_eq!(first, *b"!");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_said() {
        let place = Place::with("plans.yaml", PLAN);
        let left = place.run(&["build", "-o", "/dev/full"]);
        assert_eq!(
            (left.code, left.err.as_str()),
            (
                Some(3),
                "error: cannot write `/dev/full`: no space left on the device\n"
            )
        );
        let full = || {
            Stdio::from(
                File::options()
                    .write(true)
                    .open("/dev/full")
                    .expect("/dev/full"),
            )
        };
        let mut command = place.command(&["build"]);
        command.stdout(full());
        let child = command
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(3));
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "error: cannot write to standard output: no space left on the device\n"
        );
        // A message that nobody can read is lost, and the exit code stays.
        let mut command = place.command(&["build", "missing.yaml"]);
        let status = command.stderr(full()).status().expect("the program runs");
        assert_eq!(status.code(), Some(3));
    }

    #[test]
    fn a_reader_that_has_seen_enough_is_no_error() {
        let many: String = (0..2000)
            .map(|index| format!("- {{name: a{index}, expires: 2027-01-31}}\n"))
            .collect();
        let place = Place::with("plans.yaml", many);
        let mut command = place.command(&["build"]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut first = [0; 5];
        let mut out = child.stdout.take().expect("an output");
        out.read_exact(&mut first).expect("a beginning");
        drop(out);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    }

    #[test]
    fn a_closed_output_is_no_panic() {
        let place = Place::with("plans.yaml", PLAN);
        for closed in [">&-", "2>&-", ">&- 2>&-"] {
            let program = env!("CARGO_BIN_EXE_weekahead");
            let mut shell = std::process::Command::new("sh");
            let script = format!("'{program}' build plans.yaml {closed}");
            shell.arg("-c").arg(script).current_dir(place.path(""));
            let left = Left::of(&mut shell);
            assert!(!left.err.contains("panicked"), "{closed}: {}", left.err);
            assert_eq!(left.code, Some(0), "{closed}");
        }
    }

    #[test]
    fn names_that_no_feed_can_have_are_refused() {
        use std::os::unix::ffi::OsStrExt;
        let place = Place::new();
        let name = std::ffi::OsStr::from_bytes(b"caf\xe9.yaml");
        fs::write(place.path("").join(name), PLAN).expect("a file");
        let left = Left::of(place.command(&["build"]).arg(name));
        assert_eq!(left.code, Some(1));
        assert!(
            left.err.contains("it is not printable UTF-8\n"),
            "{}",
            left.err
        );
        place.file("a\nb.yaml", PLAN);
        let left = place.run(&["build", "a\nb.yaml"]);
        assert_eq!(left.code, Some(1));
        assert!(
            left.err.starts_with("error: `a\\nb.yaml` cannot be"),
            "{}",
            left.err
        );
    }
}

/// The program is killed at many moments; the output is the old feed or the new one, whole.
#[test]
fn a_kill_leaves_the_old_feed_or_the_new() {
    let list = |day: u32| -> String {
        let plan = |index| format!("- {{name: a{index}, expires: 2027-01-{day:02}}}\n");
        (0..3000).map(plan).collect()
    };
    let place = Place::new();
    let mut whole = Vec::new();
    for day in [30, 31] {
        place.file("plans.yaml", list(day));
        whole.push(place.feed(&["build"]));
    }
    place.file("plans.ics", &whole[0]);
    for round in 0..40 {
        place.file("plans.yaml", list(30 + round % 2));
        let mut command = place.command(&["build", "-o", "plans.ics"]);
        command.stderr(Stdio::null());
        let mut child = command.spawn().expect("the program runs");
        // Work whose length differs from round to round.
        let digest = (0..round * 40_000).fold(round, |sum, step| sum.rotate_left(3) ^ step);
        assert!(digest != u32::MAX);
        child.kill().expect("it is ended");
        child.wait().expect("it ends");
        let now = place.read("plans.ics");
        assert!(whole.contains(&now), "round {round}: {} bytes", now.len());
    }
    assert_eq!(place.run(&["build", "-o", "plans.ics", "-q"]).code, Some(0));
    assert_eq!(place.names(), ["plans.ics", "plans.yaml"]);
}

#[test]
fn a_directory_that_was_made_for_nothing_is_removed() {
    let place = Place::with("bad.yaml", "- {name: A}\n");
    place.file("good.yaml", PLAN);
    let left = place.run(&["build", "bad.yaml", "good.yaml", "-o", "new/below/"]);
    assert_eq!(left.code, Some(1));
    assert_eq!(place.names(), ["bad.yaml", "good.yaml"]);
}

#[test]
fn two_runs_at_once_leave_both_feeds_whole() {
    let place = Place::with("plans.yaml", PLAN);
    let expected = place.feed(&["build"]);
    for _ in 0..20 {
        let spawn = |output: &str| {
            let mut command = place.command(&["build", "-q", "-o", output]);
            command.spawn().expect("the program runs")
        };
        let runs = [spawn("a.ics"), spawn("a.ics"), spawn("b.ics")];
        for mut run in runs {
            assert!(run.wait().expect("it ends").success());
        }
        assert_eq!(
            (place.read("a.ics"), place.read("b.ics")),
            (expected.clone(), expected.clone())
        );
    }
    assert_eq!(place.names(), ["a.ics", "b.ics", "plans.yaml"]);
}

/// A list whose feed is longer than what is kept in memory for a file and for standard output.
fn long_list() -> String {
    let plans = (0..1000).map(|number| {
        format!(
            "  - {{id: p{number}, name: Plan {number}, expires: 2027-01-31, notes: {}}}\n",
            "x ".repeat(2000)
        )
    });
    "calendar: {name: Long}\nplans:\n".to_owned() + &plans.collect::<String>()
}

#[test]
fn a_long_feed_is_the_same_wherever_it_goes() {
    let list = long_list();
    let place = Place::with("plans.yaml", &list);
    let piped = place.feed(&["build", "-q"]);
    assert!(piped.len() > 2 * (8 << 20), "{}", piped.len());
    assert_eq!(piped.matches("\r\nBEGIN:VEVENT\r\n").count(), 5000);
    let left = place.run(&["build", "-o", "plans.ics"]);
    assert_eq!(left.err, "plans.ics: 1000 plans, 5000 events\n");
    assert!(place.read("plans.ics") == piped);
    // An anchor makes the careful reader read the list, which holds all of it.
    place.file("plans.yaml", list.replace("calendar: {", "calendar: &a {"));
    let left = place.run(&["build", "-q", "-o", "whole.ics"]);
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
    assert!(place.read("whole.ics") == piped);
    assert_eq!(place.names(), ["plans.ics", "plans.yaml", "whole.ics"]);
    // Several lists, of which one is read whole.
    let one = "calendar: {notices: false, id: b}\nplans:\n- {name: B, expires: 2027-01-31}\n";
    place.file("one.yaml", one);
    let streamed = place.feed(&["build", "plans.yaml", "one.yaml", "-q"]);
    place.file("plans.yaml", &list);
    assert!(place.feed(&["build", "plans.yaml", "one.yaml", "-q"]) == streamed);
    assert_eq!(streamed.matches("\r\nBEGIN:VEVENT\r\n").count(), 5001);
}

#[test]
fn nothing_is_written_if_the_last_plan_of_a_long_list_is_wrong() {
    let place = Place::with(
        "plans.yaml",
        long_list() + "  - {name: Last, expires: 2027-02-30}\n",
    );
    place.file("plans.ics", "what was there");
    for output in [&["-o", "plans.ics"][..], &["-o", "./"], &[]] {
        let left = place.run(&[&["build", "plans.yaml"], output].concat());
        assert_eq!((left.code, left.out.as_str()), (Some(1), ""));
        assert!(left.err.contains("2027-02-30"), "{}", left.err);
        assert!(left.err.contains("plans.yaml:1003:27"), "{}", left.err);
        assert!(
            left.err.ends_with("\n1 problem; nothing was written\n"),
            "{}",
            left.err
        );
        assert_eq!(place.read("plans.ics"), "what was there");
        assert_eq!(place.names(), ["plans.ics", "plans.yaml"]);
    }
    // The list is reported also if the output cannot be written.
    let left = place.run(&["build", "plans.yaml", "-o", "missing/plans.ics"]);
    assert_eq!(left.code, Some(1));
    place.file("plans.yaml", long_list());
    let left = place.run(&["build", "plans.yaml", "-o", "missing/plans.ics"]);
    assert_eq!(
        (left.code, left.err.as_str()),
        (
            Some(3),
            "error: cannot write `missing/plans.ics`: no such file or directory\n"
        )
    );
}
