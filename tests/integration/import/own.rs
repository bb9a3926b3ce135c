//! Feeds of ours, by the command.

use crate::harness::{Left, Place};

const NOTE: &str = "note: f.ics: a feed does not hold `tags`, `history` and `calendar.timezone`, nor `renewed`, `validity` and `extends` of what is renewed by hand: add again what the plans had of them\n";

/// Builds a feed of plans, imports it, and gives what was said of it; then the feed of what was
/// made of it.
fn there_and_back(plans: &str) -> (Left, String, String) {
    let place = Place::with("p.yaml", plans);
    let build = |plans, feed| {
        let built = place.run(&["build", "-q", plans, "-o", feed, "--today", "2026-11-23"]);
        assert_eq!(built.code, Some(0), "{built:?}");
        place.read(feed)
    };
    let before = build("p.yaml", "f.ics");
    let left = place.run(&["import", "f.ics", "--today", "2026-11-23"]);
    place.file("g.yaml", &left.out);
    let after = build("g.yaml", "g.ics");
    (left, before, after)
}

fn uids(feed: &str) -> Vec<String> {
    crate::harness::values(feed, "UID")
}

#[test]
fn what_renews_by_itself_keeps_its_alarms() {
    let automatic =
        "renewed: 2026-11-10, validity: 1 month, remind: 3d, renewal: {method: auto-debit}";
    let (left, before, after) = there_and_back(&format!("- {{id: b, name: B, {automatic}}}\n"));
    assert_eq!(
        left,
        Left {
            code: Some(0),
            out: "# Imported from `f.ics`.\n\ncalendar:\n  name: p\n\nplans:\n  - id: b\n    name: B\n    expires: 2026-12-10\n    validity: 1 month\n    renewal: {method: auto-debit}\n    remind: [3d]\n".to_owned(),
            err: format!("{NOTE}the plans file: 1 plan\n"),
        }
    );
    assert_eq!(before.matches("\r\nTRIGGER:-P2DT15H\r\n").count(), 14);
    assert_eq!(after, before);
    // Beside others, of which most share the same lead.
    let (left, before, after) = there_and_back(&format!(
        "- {{id: a, name: A, expires: 2027-01-05, remind: 3d}}\n- {{id: b, name: B, {automatic}}}\n- {{id: c, name: C, renewed: 2026-11-10, validity: 1 month, renewal: {{method: auto-debit}}}}\n"
    ));
    assert_eq!(after, before, "{left:?}");
}

#[test]
fn ids_that_the_feed_does_not_tell_are_tried() {
    let calendar = "warning: f.ics: the calendar: its `id` is in no feed: write the same `calendar: {id: ...}` again, or those who subscribe see other events\n";
    let unknown = |line: usize, name: &str| {
        format!(
            "warning: f.ics:{line}: `{name}`: the feed tells neither its `id` nor the calendar's: write both as they were, or those who subscribe see other events\n"
        )
    };
    let edit = "calendar: {edit: https://e.example/y}\nplans:\n";
    for (reason, plans, is_same, told, sum) in [
        (
            "the name is the id, or its short form",
            format!("{edit}- {{name: Bar baz, expires: 2027-01-05}}\n- {{id: foo-bar, name: Foo bar, expires: 2027-02-05}}\n"),
            true,
            String::new(),
            "2 plans",
        ),
        (
            "neither",
            format!("{edit}- {{id: foo, name: Bar, expires: 2027-01-05}}\n"),
            false,
            unknown(9, "Bar"),
            "1 plan; 1 thing could not be carried as it is",
        ),
        (
            "only what renews by itself",
            "- {id: b, name: B, renewed: 2026-11-10, validity: 1 month, renewal: {method: auto-debit}}\n- {name: C d, renewed: 2026-11-10, validity: 1 month, renewal: {method: auto-debit}}\n".to_owned(),
            true,
            String::new(),
            "2 plans",
        ),
        (
            "another calendar's id, and an id that is told",
            "calendar: {id: x}\nplans:\n- {id: b, name: B, expires: 2027-01-05}\n".to_owned(),
            false,
            calendar.to_owned(),
            "1 plan; 1 thing could not be carried as it is",
        ),
        (
            "another calendar's id, and none that is told",
            "calendar: {id: x, edit: https://e.example/y}\nplans:\n- {id: b, name: B, expires: 2027-01-05}\n".to_owned(),
            false,
            unknown(9, "B"),
            "1 plan; 1 thing could not be carried as it is",
        ),
    ] {
        let (left, before, after) = there_and_back(&plans);
        assert_eq!(
            (left.code, left.err),
            (Some(0), format!("{told}{NOTE}the plans file: {sum}\n")),
            "{reason}"
        );
        assert_eq!(uids(&before) == uids(&after), is_same, "{reason}");
    }
}

#[test]
fn two_leads_that_fall_on_one_day_stay_two() {
    for remind in ["[1 month, 30d]", "[30d, 1 month]"] {
        let (left, before, after) = there_and_back(&format!(
            "- {{name: A, expires: 2027-07-01, grace: 40 days, remind: {remind}}}\n"
        ));
        assert!(
            left.out.contains(&format!("\n  remind: {remind}\n")),
            "{left:?}"
        );
        assert_eq!(after, before, "{left:?}");
    }
}
