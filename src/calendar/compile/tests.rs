//! Tests that a feed that is written piece by piece is the feed of the whole lists.

use chrono::NaiveDate;

use super::{compile, compile_into, merge_into, read, stream};
use crate::calendar::feed::FeedSummary;
use crate::time::clock::Clock;
use crate::time::revision::Revision;

fn clock() -> Clock {
    Clock::fixed(NaiveDate::from_ymd_opt(2026, 11, 29).expect("a day"))
}

fn revision() -> Revision {
    Revision::from_unix(1_791_201_600)
}

/// Streams the feed of some texts. `None` if they cannot be streamed.
fn streamed(texts: &[&str]) -> Option<(String, FeedSummary)> {
    let files: Vec<_> = texts
        .iter()
        .map(|text| (Some("x.yaml"), text.as_bytes()))
        .collect();
    let mut feed = String::new();
    let summary = stream("stem", &files, revision(), &clock(), &mut feed)?;
    Some((feed, summary))
}

/// Makes the feed of the whole lists of some texts.
fn whole(texts: &[&str]) -> Option<(String, FeedSummary)> {
    let clock = clock();
    let lists = texts
        .iter()
        .map(|text| read(Some("x.yaml"), text.as_bytes(), &clock).ok());
    let lists: Vec<_> = lists.collect::<Option<_>>()?;
    let mut feed = String::new();
    let summary = merge_into("stem", &lists, revision(), &mut feed).ok()?;
    Some((feed, summary))
}

/// Many plans, in several pieces of a text.
fn many(first: usize) -> String {
    let plan = |n| format!("- {{name: P{n}, renewed: 2026-01-31, validity: 1 month}}\n");
    (first..first + 1500).map(plan).collect()
}

#[test]
fn a_streamed_feed_is_that_of_the_whole_lists() {
    let (many, more) = (many(0), many(1500));
    let automatic = "calendar: {name: A, description: D, color: red, id: a, language: nb}\nplans:\n- {name: X, renewed: 2026-01-01, validity: 1 month, renewal: {method: auto-debit}}\n";
    let red = "calendar: {color: red, id: b, timezone: Asia/Tokyo}\nplans:\n- {name: X, expires: 2027-01-31}\n";
    let nothing = "- {name: X, renewed: 2026-01-01, validity: 1 month, ended: 2026-01-01}\n";
    for texts in [
        &[many.as_str()][..],
        &[&many, &more],
        &[automatic],
        &[automatic, red],
        &[red, automatic, &many],
        &[nothing],
    ] {
        let (feed, summary) = streamed(texts).expect("a feed");
        let (same, expected) = whole(texts).expect("a feed");
        assert!(feed == same, "{texts:?}");
        assert_eq!(
            (summary.plans, summary.events, summary.written_until),
            (expected.plans, expected.events, expected.written_until)
        );
    }
}

#[test]
fn what_cannot_be_streamed_is_read_whole() {
    let long = "x".repeat(60_000);
    let too_long = format!(
        "- {{name: A, renewed: 2026-01-01, validity: 1 day, notes: {long}, renewal: {{method: auto-debit}}}}\n"
    );
    let plan = "- {name: A, expires: 2027-01-31}\n";
    for (texts, has_feed, reason) in [
        (
            vec!["[{name: A, expires: 2027-01-31}]"],
            true,
            "a list in brackets",
        ),
        (
            vec!["plans:\n- {name: A, expires: 2027-01-31}\ncalendar: {name: B}\n"],
            true,
            "settings below the list",
        ),
        (
            vec!["- &a {name: A, expires: 2027-01-31}\n- {<<: *a, id: b}\n"],
            true,
            "a merge key",
        ),
        (
            vec![plan, "[{name: B, expires: 2027-01-31}]"],
            true,
            "one list in brackets",
        ),
        (vec!["- {name: A, expires: 2027-02-30}\n"], false, "no day"),
        (vec![plan, plan], false, "an id in two lists"),
        (vec!["# nothing\n"], false, "no plans"),
        (
            vec![too_long.as_str()],
            false,
            "a plan with too many octets",
        ),
    ] {
        assert!(streamed(&texts).is_none(), "{reason}");
        assert_eq!(whole(&texts).is_some(), has_feed, "{reason}");
    }
}

#[test]
fn a_sink_has_the_feed_of_either_way() {
    for text in [
        "- {name: A, expires: 2027-01-31}\n",
        "[{name: A, expires: 2027-01-31}]",
        "- {name: A, expires: 2027-01-31}\n- {name: 12, id: 13, tags: 14, expires: 2027-01-31}\n",
    ] {
        let mut feed = String::new();
        let bytes = text.as_bytes();
        let summary = compile_into("s", None, bytes, revision(), &clock(), &mut feed);
        let compiled = compile("s", None, bytes, revision(), &clock()).expect("a feed");
        assert_eq!(feed, compiled.feed.text);
        assert_eq!(summary.expect("a feed").plans, compiled.feed.plans);
    }
}
