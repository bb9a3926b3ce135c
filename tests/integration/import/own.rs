//! Feeds of ours, by the command: a feed does not hold all of a plan, and what it lacks is carried or
//! named.

use crate::harness::{Left, Place, values};

const NOTE: &str = "note: f.ics: a feed holds only names, dates, `remind` in days and one link. Add by hand what else the plans had: `id`, `provider`, `number`, `price`, the ways to renew with their `until`, `check`, `support`, how to cancel, `terms`, `workdays`, `remind` in months, `tags`, `notes`, `history`, a `grace` that `ended` cut short, and `renewed`, `validity` and `extends` of plans that are renewed by hand. Subscribers will see new events\n";
/// What is said of a plan that renews by itself, if no expiry shows the end of that.
fn no_end(line: usize, name: &str, last: &str) -> String {
    format!(
        "warning: f.ics:{line}: `{name}`: its last date in the file is {last}; after that it is assumed to renew by itself: if not, write `until` or `ended`\n"
    )
}

/// Builds a feed of plans, imports it, and gives what was said of it; then the feed of what was
/// made of it.
fn there_and_back(plans: &str) -> (Left, String, String) {
    there_and_back_with(0, plans)
}

/// The same of an import that exits with `code`.
fn there_and_back_with(code: i32, plans: &str) -> (Left, String, String) {
    let place = Place::with("p.yaml", plans);
    let build = |plans, feed| {
        let built = place.run(&["build", "-q", plans, "-o", feed, "--today", "2026-11-23"]);
        assert_eq!(built.code, Some(0), "{built:?}");
        place.read(feed)
    };
    let before = build("p.yaml", "f.ics");
    let left = place.run(&["import", "f.ics", "--today", "2026-11-23"]);
    assert_eq!(left.code, Some(code), "{left:?}");
    // The events name the file.
    place.file("p.yaml", &left.out);
    let after = build("p.yaml", "g.ics");
    (left, before, after)
}

/// What people see in a feed, and when it rings.
fn seen(feed: &str) -> Vec<String> {
    let mut seen = values(feed, "SUMMARY");
    for name in ["DTSTART;VALUE=DATE", "TRIGGER", "URL"] {
        seen.extend(values(feed, name));
    }
    seen
}

/// The plans of a plans file, without what stands before them.
fn plans(text: &str) -> &str {
    text.split_once("plans:\n").map_or("", |(_, plans)| plans)
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
            err: format!("{}{NOTE}the plans file: 1 plan; 1 thing could not be imported unchanged\n", no_end(9, "B", "2028-01-10")),
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
fn the_dates_of_an_automatism_that_ends_are_carried() {
    let (left, before, after) = there_and_back(
        "- {name: A, renewed: 2026-10-05, validity: 1 month, renewal: [{method: auto-debit, until: 2027-03-31, url: \"https://a.example/\"}, {method: voucher, action: Buy one}]}\n",
    );
    assert_eq!(
        plans(&left.out),
        "  - id: a\n    name: A\n    expires: 2026-11-05\n    validity: 1 month\n    renewal: {method: auto-debit, until: 2027-03-05, url: https://a.example/}\n"
    );
    let said = ": `A`: the last day on which it renews by itself was left out: 2027-03-05, its last renewal, was used\n";
    assert!(left.err.contains(said), "{left:?}");
    assert!(left.err.contains(NOTE), "{left:?}");
    assert_eq!(seen(&after), seen(&before), "{left:?}");
    // It ended before its first date, so that the feed has no automatic renewal.
    let (left, before, after) = there_and_back(
        "- {name: A, renewed: 2026-10-05, validity: 1 month, renewal: [{method: auto-debit, until: 2026-10-31}, {method: shop}]}\n",
    );
    assert_eq!(
        plans(&left.out),
        "  - id: a\n    name: A\n    expires: 2026-11-05\n"
    );
    assert_eq!(left.err, format!("{NOTE}the plans file: 1 plan\n"));
    assert_eq!(seen(&after), seen(&before), "{left:?}");
    // It ends after the last date in the feed.
    let (left, before, after) = there_and_back(
        "- {name: A, renewed: 2026-10-05, validity: 1 month, renewal: {method: auto-debit, until: 2035-03-31}}\n",
    );
    assert!(
        left.err.contains(": `A`: its last date in the file is "),
        "{left:?}"
    );
    assert_eq!(seen(&after), seen(&before), "{left:?}");
}

#[test]
fn a_plan_that_was_given_up_stays_given_up_or_is_named() {
    for (reason, plan, expected, said) in [
        (
            "before it expired",
            "{name: A, expires: 2026-12-10, remind: [14d, 1d], ended: 2026-12-01}",
            "  - id: a\n    name: A\n    expires: 2026-12-10\n    remind: [14d, 1d]\n    ended: 2026-12-01\n",
            "",
        ),
        (
            "on the day of its expiry",
            "{name: A, expires: 2026-12-10, ended: 2026-12-10}",
            "  - id: a\n    name: A\n    expires: 2026-12-10\n    ended: 2026-12-10\n",
            "",
        ),
        (
            "within its grace, before any notice of its end",
            "{name: A, expires: 2026-12-10, grace: 60 days, ended: 2026-12-20}",
            "  - id: a\n    name: A\n    expires: 2026-12-10\n    ended: 2026-12-20\n",
            "",
        ),
        (
            "within its grace, after a notice of its end",
            "{name: A, expires: 2026-12-10, grace: 20 days, ended: 2026-12-26}",
            "  - id: a\n    name: A\n    expires: 2026-12-10\n    grace: 20 days\n    ended: 2026-12-26\n",
            "",
        ),
        (
            "between two automatic renewals",
            "{name: A, renewed: 2026-10-10, validity: 1 month, renewal: {method: auto-debit}, ended: 2027-02-01}",
            "  - id: a\n    name: A\n    expires: 2026-11-10\n    validity: 1 month\n    renewal: {method: auto-debit}\n    ended: 2027-02-01\n",
            "",
        ),
        (
            "after the last day for cancelling, before the renewal",
            "{name: A, renewed: 2026-10-10, validity: 1 month, renewal: {method: auto-debit}, cancel: {notice: 10 days}, ended: 2027-02-05}",
            "  - id: a\n    name: A\n    expires: 2026-11-10\n    validity: 1 month\n    renewal: {method: auto-debit}\n    cancel: {notice: 10 days}\n    ended: 2027-02-05\n",
            "",
        ),
        (
            "between the last renewal and the expiry",
            "{name: A, renewed: 2026-10-10, validity: 1 month, renewal: {method: auto-debit, until: 2027-01-31}, ended: 2027-02-05}",
            "  - id: a\n    name: A\n    expires: 2026-11-10\n    validity: 1 month\n    renewal: {method: auto-debit, until: 2027-01-10}\n    ended: 2027-02-05\n",
            "warning: f.ics:9: `A`: the last day on which it renews by itself was left out: 2027-01-10, its last renewal, was used\n",
        ),
    ] {
        let list = format!("- {plan}\n- {{name: Z, expires: 2027-05-05}}\n");
        let (left, before, after) = there_and_back(&list);
        let plan = plans(&left.out).split("\n\n").next().expect("a plan");
        assert_eq!(plan.trim_end(), expected.trim_end(), "{reason}");
        let told = left.err.split("the plans file: ").next();
        assert_eq!(told, Some(format!("{said}{NOTE}").as_str()), "{reason}");
        assert_eq!(seen(&after), seen(&before), "{reason}: {left:?}");
    }
    // Its expiry is not in the feed, and no notice of it either.
    let (left, ..) = there_and_back_with(
        1,
        "- {name: A, expires: 2026-12-10, ended: 2026-11-01}\n- {name: Z, expires: 2027-05-05}\n",
    );
    assert_eq!(
        plans(&left.out),
        "  - id: z\n    name: Z\n    expires: 2027-05-05\n"
    );
    assert_eq!(
        left.err,
        format!(
            "error: f.ics:9: `A`: it ends on 2026-11-01, and no event has its expiry: left out\n{NOTE}the plans file: 1 plan; 1 thing could not be imported unchanged\n"
        )
    );
    // One date is known, by its notice.
    let (left, ..) = there_and_back(
        "- {name: A, renewed: 2026-11-10, validity: 1 month, remind: 3d, renewal: {method: auto-debit}, ended: 2026-12-08}\n- {name: Z, expires: 2027-05-05}\n",
    );
    let plan = plans(&left.out).split("\n\n").next();
    let expected =
        "  - id: a\n    name: A\n    expires: 2026-12-10\n    remind: [3d]\n    ended: 2026-12-08";
    assert_eq!(plan, Some(expected), "{left:?}");
}

#[test]
fn how_long_before_a_renewal_to_cancel_comes_back() {
    for (reason, plan, expected) in [
        (
            "days, with the leads of the list",
            "renewed: 2026-10-31, validity: 1 month, cancel: {notice: 10 days}",
            "    renewal: {method: auto-debit}\n    cancel: {notice: 10 days}\n",
        ),
        (
            "months, with leads of its own",
            "renewed: 2026-06-01, validity: 1 year, cancel: {notice: 3 months}, remind: [14d, 3d]",
            "    renewal: {method: auto-debit}\n    cancel: {notice: 3 months}\n    remind: [14d, 3d]\n",
        ),
        (
            "a month that is another number of days each time",
            "renewed: 2026-10-31, validity: 2 months, cancel: {notice: 1 month}",
            "    renewal: {method: auto-debit}\n    cancel: {notice: 1 month}\n",
        ),
    ] {
        let list = format!(
            "- {{name: A, {plan}, renewal: {{method: auto-debit}}}}\n- {{name: Z, expires: 2027-05-05}}\n"
        );
        let (left, before, after) = there_and_back(&list);
        let plan = plans(&left.out).split("\n\n").next().expect("a plan");
        assert!(format!("{plan}\n").ends_with(expected), "{reason}: {plan}");
        assert_eq!(
            left.err.matches("f.ics:9: ").count(),
            1,
            "{reason}: {left:?}"
        );
        assert_eq!(seen(&after), seen(&before), "{reason}: {left:?}");
    }
    // Neither a number of days nor of months: that is said once, and not for each event.
    let (left, ..) = there_and_back(
        "- {name: A, renewed: 2026-10-15, validity: 3 months, cancel: {notice: 1 month 3 days}, renewal: {method: auto-debit}}\n",
    );
    assert!(!left.out.contains("cancel"), "{left:?}");
    let said = "`A`: its last days to cancel were left out: they are not always the same time before a renewal\n";
    assert!(left.err.contains(said), "{left:?}");
    assert_eq!(left.err.matches("warning: ").count(), 2, "{left:?}");
}

#[test]
fn leads_that_workdays_moved_become_the_most_common() {
    let (left, _, after) = there_and_back(
        "calendar: {workdays: [mon, tue, wed, thu, fri]}\nplans:\n- {name: A, renewed: 2026-10-10, validity: 1 month, remind: [7d], renewal: {method: auto-debit}}\n",
    );
    assert!(left.out.ends_with("    remind: [7d]\n"), "{left:?}");
    let said = "`A`: its warnings are not always the same time ahead, as with months or `workdays`: 7d was used for all\n";
    assert_eq!(left.err.matches(said).count(), 1, "{left:?}");
    assert_eq!(left.err.matches("warning: ").count(), 2, "{left:?}");
    assert!(
        after.contains("A renews automatically in 7 days"),
        "{after}"
    );
    // Of plans that get their leads from the list, one has to name its own now: both are warned of
    // as early as before.
    let until = "validity: 1 month, renewal: {method: auto-debit, until: 2027-03-31}";
    let (left, _, after) = there_and_back(&format!(
        "calendar: {{workdays: [mon, tue, wed, thu, fri]}}\nplans:\n- {{name: A, renewed: 2026-10-10, {until}}}\n- {{name: B, renewed: 2026-10-13, {until}}}\n"
    ));
    assert!(
        after.contains("A: 8 days left (expires 10 Apr 2027)"),
        "{left:?}"
    );
    assert!(
        after.contains("B: 7 days left (expires 13 Apr 2027)"),
        "{left:?}"
    );
}

#[test]
fn what_belongs_to_a_plan_of_ours_and_is_unknown_is_told_in_one_line() {
    let event = |uid: &str, day: &str, title: &str, more: &str| {
        format!(
            "BEGIN:VEVENT\nUID:{uid}\nSUMMARY:{title}\nDTSTART;VALUE=DATE:{day}\n{more}END:VEVENT\n"
        )
    };
    let alarm = "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-P6DT15H\nEND:VALARM\n";
    let events = [
        event("e", "20290314", "A expires on 14 Mar 2029", alarm),
        event("a", "20290102", "Soon", "RELATED-TO:e\n"),
        event("b", "20290103", "Sooner", "RELATED-TO:e\n"),
    ];
    let place = Place::with(
        "f.ics",
        format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", events.concat()),
    );
    let left = place.run(&["import", "f.ics", "--today", "2026-11-23"]);
    assert_eq!(
        left.err,
        "warning: f.ics:2: `A`: 2 events belong to it by RELATED-TO, on days that are not days of its warnings: left out\nthe plans file: 1 plan; 1 thing could not be imported unchanged\n"
    );
}

#[test]
fn leads_before_the_end_of_grace_are_leads_of_the_plan() {
    // A week before the expiry is before the renewal, so that only the end of grace has the lead.
    let (left, before, after) = there_and_back(
        "- {name: A, renewed: 2026-12-01, validity: 5 days, grace: 60 days}\n- {name: Z, expires: 2027-05-05, remind: [30d]}\n",
    );
    assert_eq!(
        left.out,
        "# Imported from `f.ics`.\n\ncalendar:\n  name: p\n\nplans:\n  - id: a\n    name: A\n    expires: 2026-12-06\n    grace: 60 days\n\n  - id: z\n    name: Z\n    expires: 2027-05-05\n    remind: [30d]\n"
    );
    // The expiry is warned of earlier than before, and nothing is warned of less.
    let (before, after) = (seen(&before), seen(&after));
    for seen in &before {
        assert!(after.contains(seen), "{seen}: {after:?}");
    }
    assert_eq!(
        after
            .iter()
            .filter(|seen| *seen == "A: 7 days left (expires 6 Dec 2026)")
            .count(),
        1
    );
}

/// A feed as a program leaves it that removes alarms.
fn without_alarms(feed: &str) -> String {
    let mut stripped = String::new();
    let mut is_alarm = false;
    for line in feed.split_inclusive("\r\n") {
        is_alarm |= line == "BEGIN:VALARM\r\n";
        if !is_alarm {
            stripped += line;
        }
        is_alarm &= line != "END:VALARM\r\n";
    }
    assert!(!stripped.contains("VALARM"), "{stripped}");
    stripped
}

#[test]
fn leads_of_automatic_renewals_come_from_their_notices_too() {
    for (reason, plan, expected) in [
        (
            "of the renewals",
            "{name: A, renewed: 2026-10-31, validity: 3 months, remind: [30d, 7d], renewal: {method: auto-debit}}",
            "    renewal: {method: auto-debit}\n    remind: [30d, 7d]\n",
        ),
        (
            "of the last days for cancelling",
            "{name: A, renewed: 2026-10-31, validity: 3 months, remind: [30d, 7d], renewal: {method: auto-debit}, cancel: {notice: 1 month}}",
            "    renewal: {method: auto-debit}\n    cancel: {notice: 1 month}\n",
        ),
    ] {
        let place = Place::with("p.yaml", format!("- {plan}\n"));
        let built = place.run(&["build", "p.yaml", "--today", "2026-11-23", "-q"]);
        place.file("f.ics", without_alarms(&built.out));
        let left = place.run(&["import", "f.ics", "--today", "2026-11-23"]);
        assert!(left.out.ends_with(expected), "{reason}: {left:?}");
        assert_eq!(
            left.out.matches("[30d, 7d]").count(),
            1,
            "{reason}: {left:?}"
        );
        assert_eq!(
            left.err.matches("warning: ").count(),
            1,
            "{reason}: {left:?}"
        );
    }
}

#[test]
fn leads_come_from_the_notices_of_a_feed_without_alarms() {
    let list = "- {name: A, expires: 2027-07-01, grace: 40 days, remind: [30d, 7d]}\n- {name: B, expires: 2027-08-01, remind: [30d, 7d]}\n";
    let place = Place::with("p.yaml", list);
    let built = place.run(&["build", "p.yaml", "--today", "2026-11-23", "-q"]);
    let stripped = without_alarms(&built.out);
    place.file("f.ics", &stripped);
    let left = place.run(&["import", "f.ics", "--today", "2026-11-23"]);
    assert_eq!(
        left,
        Left {
            code: Some(0),
            out: "# Imported from `f.ics`.\n\ncalendar:\n  name: p\n  remind: [30d, 7d]\n\nplans:\n  - id: a\n    name: A\n    expires: 2027-07-01\n    grace: 40 days\n\n  - id: b\n    name: B\n    expires: 2027-08-01\n".to_owned(),
            err: format!("{NOTE}the plans file: 2 plans\n"),
        }
    );
}

#[test]
fn two_automatic_plans_of_one_name_stay_two() {
    let automatic = "validity: 1 month, renewal: {method: auto-debit}}";
    let (left, before, after) = there_and_back(&format!(
        "- {{id: a, name: A, renewed: 2026-10-05, {automatic}\n- {{id: b, name: A, renewed: 2026-10-20, {automatic}\n"
    ));
    assert_eq!(
        plans(&left.out),
        "  - id: a\n    name: A\n    expires: 2026-11-05\n    validity: 1 month\n    renewal: {method: auto-debit}\n\n  - id: a-2\n    name: A\n    expires: 2026-11-20\n    validity: 1 month\n    renewal: {method: auto-debit}\n"
    );
    assert_eq!(seen(&after), seen(&before), "{left:?}");
    // One of them was given up, and no event tells how often it came: the other one goes on.
    for plans_of_one_name in [
        [
            "renewed: 2026-10-05, validity: 1 month",
            "renewed: 2026-10-20, validity: 1 year, ended: 2027-03-01",
        ],
        [
            "renewed: 2026-10-20, validity: 1 year, ended: 2027-03-01",
            "renewed: 2026-10-05, validity: 1 month",
        ],
    ] {
        let list = plans_of_one_name.iter().enumerate();
        let list = list.map(|(index, plan)| {
            format!("- {{id: p{index}, name: A, {plan}, renewal: {{method: auto-debit}}}}\n")
        });
        let (left, ..) = there_and_back_with(1, &list.collect::<String>());
        assert_eq!(
            plans(&left.out),
            "  - id: a\n    name: A\n    expires: 2026-11-05\n    validity: 1 month\n    renewal: {method: auto-debit}\n"
        );
        let said = "`A`: it ends on 2027-03-01, and no event has its expiry: left out\n";
        assert!(left.err.contains(said), "{left:?}");
    }
    // The dates of both are the same, and one is too little to tell how often.
    let automatic = "renewed: 2020-01-01, validity: 30 years, renewal: {method: auto-debit}";
    let (left, ..) = there_and_back(&format!(
        "- {{id: a, name: A, {automatic}}}\n- {{id: b, name: A, {automatic}}}\n"
    ));
    assert_eq!(
        left.out.matches("    expires: 2050-01-01\n").count(),
        2,
        "{left:?}"
    );
}

#[test]
fn leads_in_months_become_days() {
    let (left, before, after) = there_and_back(
        "- {name: A, expires: 2027-07-01, grace: 40 days, remind: [1 month, 30d]}\n",
    );
    // A month before the expiry is 30 days, and 31 before the end of the grace.
    assert!(left.out.contains("\n  remind: [31d, 30d]\n"), "{left:?}");
    assert!(left.err.contains("`remind` in months"), "{left:?}");
    // Nothing is warned of less.
    let after = seen(&after);
    for name in ["DTSTART;VALUE=DATE", "TRIGGER"] {
        for value in values(&before, name) {
            assert!(after.contains(&value), "{value}: {after:?}");
        }
    }
}
