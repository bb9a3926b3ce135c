//! `build`: which files, and where their feeds go.

use crate::harness::{Left, Place, values};

#[test]
fn files_directories_and_standard_input_become_feeds() {
    let place = Place::new();
    place.file("lists/sims.yaml", "- {name: A, expires: 2027-01-31}\n");
    place.file(
        "lists/papers.yml",
        "calendar: {name: Papers}\nplans: [{name: B, expires: 2027-01-31}]\n",
    );
    place.file("lists/.hidden.yaml", "not read");
    place.file("lists/below/more.yaml", "not read");
    place.file("lists/notes.txt", "not read");
    let left = place.run(&["build", "lists", "-o", "feeds/"]);
    assert_eq!((left.code, left.out.as_str()), (Some(0), ""));
    assert_eq!(
        left.err,
        "feeds/papers.ics: 1 plan, 5 events\nfeeds/sims.ics: 1 plan, 5 events\n"
    );
    assert_eq!(
        crate::harness::names(&place.path("feeds")),
        ["papers.ics", "sims.ics"]
    );
    assert_eq!(values(&place.read("feeds/papers.ics"), "NAME"), ["Papers"]);
    assert_eq!(values(&place.read("feeds/sims.ics"), "NAME"), ["sims"]);

    let one = place.run(&["build", "lists", "-o", "all.ics"]);
    assert_eq!(one.err, "all.ics: 2 plans, 10 events\n");
    assert_eq!(values(&place.read("all.ics"), "NAME"), ["all"]);

    let mut command = place.command(&["build", "-"]);
    command.stdin(std::fs::File::open(place.path("lists/sims.yaml")).expect("a list"));
    let piped = Left::of(&mut command);
    assert_eq!((piped.code, piped.err.as_str()), (Some(0), ""));
    assert_eq!(values(&piped.out, "NAME"), ["plans"]);
}

#[test]
fn several_files_in_one_calendar_keep_their_settings() {
    let place = Place::new();
    place.file("a.yaml", "calendar: {id: a, remind: 2d, language: nb, color: red}\nplans: [{name: A, expires: 2027-01-31}]\n");
    place.file(
        "b.yaml",
        "calendar: {id: b, notices: false, color: red}\nplans: [{name: A, expires: 2027-01-31}]\n",
    );
    let feed = place.feed(&["build", "a.yaml", "b.yaml"]);
    assert_eq!(
        values(&feed, "SUMMARY"),
        [
            "A utløper om 2 dager (31. januar 2027)",
            "A utløper 31. januar 2027",
            "A utløp i går: ingen fornyelse registrert",
            "A utløp for 7 dager siden: ingen fornyelse registrert",
            "A utløp for 28 dager siden: ingen fornyelse registrert",
            "A expires on 31 Jan 2027"
        ]
    );
    assert_eq!(values(&feed, "NAME"), ["plans"]);
    assert_eq!(values(&feed, "COLOR"), ["red"]);

    place.file("c.yaml", "calendar: {id: b}\nplans: [{name: B, expires: 2027-01-31}, {name: A, expires: 2027-01-31}]\n");
    for files in [&["b.yaml", "c.yaml"][..], &["b.yaml", "a.yaml", "c.yaml"]] {
        let arguments = [&["build", "-o", "all.ics"], files].concat();
        let left = place.run(&arguments);
        assert_eq!(left.code, Some(1));
        assert_eq!(
            left.err,
            "error: `b.yaml` and `c.yaml` become one calendar, and both have a plan with the id `A`\nhint: give each file an id of its own, such as `calendar: {id: family}`\n"
        );
    }
    assert!(!place.names().contains(&"all.ics".to_owned()));
}

#[test]
fn two_feeds_of_one_name_and_routes_are_refused() {
    let place = Place::new();
    let plan = "- {name: A, expires: 2027-01-31}\n";
    for (arguments, files, expected) in [
        (
            &["build", "x", "-o", "out/"][..],
            &["x/a.yaml", "x/a.yml"][..],
            "error: `x/a.yaml` and `x/a.yml` would both be the feed `a`\nhint: rename the file\n",
        ),
        (
            &["build", "healthz.yaml"],
            &["healthz.yaml"],
            "error: `healthz.yaml` cannot be a feed: the server answers `healthz` itself\nhint: rename the file\n",
        ),
        (
            &["build", "empty"],
            &["empty/notes.txt"],
            "error: no plans files in `empty`: no file name ends in .yaml or .yml\nhint: `weekahead init empty/plans.yaml` writes a plans file\n",
        ),
    ] {
        for file in files {
            place.file(file, plan);
        }
        let left = place.run(arguments);
        assert_eq!((left.code, left.err.as_str()), (Some(1), expected));
    }
}

#[test]
fn wrong_usage_is_2() {
    let place = Place::new();
    for (arguments, says) in [
        (&["built"][..], "unrecognized subcommand 'built'"),
        (
            &["build", "--today", "tomorrow"],
            "`tomorrow` is not a date; write year, month and day as `2026-10-05`",
        ),
        (&[], "Usage: weekahead"),
    ] {
        let left = place.run(arguments);
        assert_eq!((left.code, left.out.as_str()), (Some(2), ""));
        assert!(left.err.contains(says), "{}", left.err);
    }
    let help = place.run(&["--help"]);
    assert_eq!((help.code, help.err.as_str()), (Some(0), ""));
    assert!(help.out.contains("build") && help.out.contains("Exit codes:\n  0  done\n"));
}

/// A terminal is made by `script`, which is part of util-linux.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs script"]
fn on_a_terminal_it_says_where_to_write() {
    let place = Place::with("plans.yaml", "- {name: A, expires: 2027-01-31}\n");
    let program = env!("CARGO_BIN_EXE_weekahead");
    let run = |arguments: &str| {
        let mut command = std::process::Command::new("script");
        command
            .args([
                "-qec",
                &format!("'{program}' build {arguments}"),
                "/dev/null",
            ])
            .current_dir(place.path(""))
            .env("SOURCE_DATE_EPOCH", crate::harness::EPOCH)
            .env("LC_ALL", "C")
            .stdin(std::process::Stdio::null());
        let left = Left::of(&mut command);
        (left.code, left.out)
    };
    let says = "error: a feed is hundreds of lines for programs, not for a terminal\r\nhint: write it to a file with `-o plans.ics`, or pipe it; `-o -` prints it anyway\r\n";
    assert_eq!(run(""), (Some(2), says.to_owned()));
    let written = "plans.ics: 1 plan, 5 events\r\n";
    assert_eq!(run("-o plans.ics"), (Some(0), written.to_owned()));
    let feed = place.read("plans.ics");
    for arguments in ["-o -", "-o /dev/stdout"] {
        let (code, out) = run(arguments);
        // A terminal ends each line with one more CR.
        assert_eq!(
            (code, out.replace("\r\r\n", "\r\n")),
            (Some(0), feed.clone())
        );
    }
    assert_eq!(run("| cat"), (Some(0), feed.replace("\r\n", "\r\r\n")));
}
