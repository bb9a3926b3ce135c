//! Every problem that a plans file can have: its message, its place and its hint. The exit code is 1
//! and nothing is written.

mod events;
mod values;
mod yaml;

use crate::harness::{Left, Place};

/// A problem: its line, column, message and hint.
pub(crate) type Expected = (usize, usize, &'static str, &'static str);

/// A file: what is wrong with it, its content, and its problems.
pub(crate) type Row = (&'static str, &'static [u8], &'static [Expected]);

/// The files of all tables.
pub(crate) fn rows() -> impl Iterator<Item = &'static Row> {
    let tables = [yaml::TABLE, values::TABLE, events::TABLE];
    tables.into_iter().flatten()
}

#[test]
fn each_problem_is_reported_with_its_place() {
    for (reason, content, expected) in rows() {
        let place = Place::with("plans.yaml", content);
        place.file("plans.ics", "old");
        let left = place.run(&["build", "plans.yaml", "-o", "plans.ics"]);
        assert_eq!(left.code, Some(1), "{reason}: {}", left.err);
        assert_eq!(left.out, "", "{reason}");
        assert_eq!(
            reported(&left.err),
            lines_of(expected),
            "{reason}: {}",
            left.err
        );
        assert_eq!(place.read("plans.ics"), "old", "{reason}");
        assert_eq!(place.names(), ["plans.ics", "plans.yaml"], "{reason}");

        let checked = place.run(&["check", "plans.yaml"]);
        assert_eq!(checked.code, Some(1), "{reason}");
        assert_eq!(checked.err, "", "{reason}");
        assert_eq!(reported(&checked.out), lines_of(expected), "{reason}");
    }
}

#[test]
fn a_problem_is_drawn() {
    let draw = |content: &str| {
        let place = Place::with("plans.yaml", content);
        place.run(&["build"]).err
    };
    assert_eq!(
        draw("- name: Telenor\n  validity: 3 m\n  renewed: 2026-10-05\n"),
        "error: `3 m` is ambiguous: months or minutes?
 --> plans.yaml:2:13
  |
2 |   validity: 3 m
  |             ^^^
  |
  = hint: write `3 months`
1 problem; nothing was written
"
    );
    assert_eq!(
        draw(
            "- {id: a, name: 漢, expires: 2026-01-01}\r\n- {name: 漢字, expires: 2026-01-01, id: a}\r\n"
        ),
        "error: id `a` is used already
 --> plans.yaml:2:39
  |
2 | - {name: 漢字, expires: 2026-01-01, id: a}
  |                                         ^
  |
  = note: first here: plans.yaml:1:8
  = hint: give each plan an id of its own
1 problem; nothing was written
"
    );
}

#[test]
fn a_file_cannot_write_to_the_terminal() {
    let place = Place::with(
        "plans.yaml",
        "- name: \"\\u202Ereversed\"\n  expires: \"\\e]0;title\\a\"\n- nåme\u{202e}: x\n",
    );
    let Left { err, .. } = place.run(&["build"]);
    let harmless = |c: char| !(c.is_control() && c != '\n') && c != '\u{202e}';
    assert!(err.chars().all(harmless), "{err:?}");
    assert!(
        err.contains("`\\u{1b}]0;title\\u{7}` is not a date"),
        "{err}"
    );
}

/// Found by fuzzing: U+009B begins an escape sequence on some terminals.
#[test]
fn a_line_is_drawn_without_controls_beyond_ascii() {
    let place = Place::with("plans.yaml", "- {name: \u{9b}2J\u{200f}A, expires: 3 m}\n");
    assert_eq!(
        place.run(&["build"]).err,
        "error: control character U+009B
 --> plans.yaml:1:10
  |
1 | - {name: \u{fffd}2J\u{fffd}A, expires: 3 m}
  |          ^
  |
  = hint: remove it
1 problem; nothing was written
"
    );
}

#[test]
fn problems_of_all_files_are_reported_and_nothing_is_written() {
    let place = Place::new();
    place.file("lists/a.yaml", "- {name: A, expires: 2026-02-30}\n");
    place.file("lists/b.yaml", "- {name: B, expires: 2026-02-01}\n");
    place.file("lists/c.yaml", "- {expires: 2026-02-01}\n");
    place.file("feeds/b.ics", "old");
    let left = place.run(&["build", "lists", "-o", "feeds"]);
    assert_eq!(left.code, Some(1));
    assert_eq!(
        left.err,
        "error: `2026-02-30` does not exist: February 2026 has 28 days
 --> lists/a.yaml:1:22
  |
1 | - {name: A, expires: 2026-02-30}
  |                      ^^^^^^^^^^
error: a plan needs a `name`
 --> lists/c.yaml:1:4
  |
1 | - {expires: 2026-02-01}
  |    ^^^^^^^
  |
  = hint: add a line such as `name: My SIM`
2 problems; nothing was written
"
    );
    assert_eq!(place.read("feeds/b.ics"), "old");
    assert_eq!(crate::harness::names(&place.path("feeds")), ["b.ics"]);
}

/// The messages, places and hints in a drawing, in its order.
fn reported(drawn: &str) -> Vec<String> {
    let parts = drawn.lines().filter_map(|line| {
        let line = line.trim_start();
        ["error: ", "--> plans.yaml:", "= hint: "]
            .into_iter()
            .find_map(|start| {
                line.strip_prefix(start)
                    .map(|rest| format!("{start}{rest}"))
            })
    });
    parts.collect()
}

/// The lines that a drawing of these problems has for them.
fn lines_of(expected: &[Expected]) -> Vec<String> {
    let mut parts = Vec::new();
    for (line, column, message, hint) in expected {
        parts.push(format!("error: {message}"));
        parts.push(format!("--> plans.yaml:{line}:{column}"));
        if !hint.is_empty() {
            parts.push(format!("= hint: {hint}"));
        }
    }
    parts
}
