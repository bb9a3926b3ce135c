//! Each warning about leads goes away if its hint is followed, and no other comes for it.

use chrono::{Datelike as _, Days, NaiveDate};

use super::review;
use crate::calendar::feed::{Feed, FeedInput};
use crate::document::Document;
use crate::plan::Step;
use crate::time::revision::Revision;

/// A list with one plan, whose leads are its own or the calendar's.
#[derive(Debug, Clone)]
struct Row {
    plan: String,
    calendar: Option<String>,
    own: Option<String>,
}

impl Row {
    fn text(&self) -> String {
        let remind = |leads: &Option<String>| match leads {
            Some(leads) => format!("remind: {leads}"),
            None => String::new(),
        };
        let calendar = remind(&self.calendar);
        let own = self
            .own
            .as_ref()
            .map_or(String::new(), |_| format!(", {}", remind(&self.own)));
        format!(
            "calendar: {{{calendar}}}\nplans:\n- {{id: a, name: A, {}{own}}}\n",
            self.plan
        )
    }

    /// The warnings: each with its hint, and whether it is about the calendar.
    fn warnings(&self, today: NaiveDate) -> Vec<(String, String, bool)> {
        let text = self.text();
        let document = Document::read(text.as_bytes()).expect(&text);
        let list = document.list();
        let input = FeedInput {
            list,
            file: None,
            year: today.year(),
        };
        let feed = Feed::new("plans", &[input], Revision::from_unix(0)).expect("a feed");
        let found = review(list, &feed, today).into_iter();
        found
            .map(|found| {
                let of_calendar = found.path.0.first() == Some(&Step::Key("calendar"));
                (
                    found.what.message,
                    found.what.hint.unwrap_or_default(),
                    of_calendar,
                )
            })
            .collect()
    }

    /// The list after a hint was followed.
    fn follow(&self, hint: &str, of_calendar: bool) -> Self {
        let (_, leads) = hint.split_once("`remind: ").expect(hint);
        let (leads, _) = leads.split_once('`').expect(hint);
        let mut row = self.clone();
        match of_calendar {
            true => row.calendar = Some(leads.to_owned()),
            false => row.own = Some(leads.to_owned()),
        }
        row
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect(text)
}

const LEADS: [&str; 12] = [
    "[]",
    "[1d]",
    "[2d]",
    "[6d, 1d]",
    "[7d]",
    "[7d, 1d]",
    "[14d, 7d, 1d]",
    "[60d, 3d]",
    "[60d]",
    "1 month",
    "[P1M3D, 1d]",
    "[99999 days]",
];

/// The row after all hints were followed, one after the other.
fn settled(start: &Row, today: NaiveDate) -> Row {
    let mut row = start.clone();
    for _ in 0..4 {
        let warnings = row.warnings(today);
        let Some((message, hint, of_calendar)) = warnings.first() else {
            return row;
        };
        row = row.follow(hint, *of_calendar);
        let left = row.warnings(today);
        assert!(
            left.iter().all(|(other, ..)| other != message),
            "{start:?}: the hint `{hint}` does not help against `{message}`"
        );
    }
    unreachable!(
        "{start:?}: the hints lead in a circle: {:?}",
        row.warnings(today)
    );
}

#[test]
fn the_hints_about_leads_lead_to_a_list_without_warnings() {
    let today = day("2026-11-29");
    let validities = (1..=16).chain([28, 30, 59, 60, 61, 90, 365]);
    let validities = validities.map(|days| format!("{days} days"));
    let months = ["1 month", "2 months", "1 year", "10 years"].map(str::to_owned);
    for validity in validities.chain(months) {
        for (grace, automatic) in [
            ("", ""),
            (", grace: 1 day", ""),
            (", grace: 2 days", ""),
            (", grace: 5 days", ""),
            (", grace: 1 month", ""),
            ("", ", price: 1 EUR, renewal: {method: auto-debit}"),
            (
                "",
                ", price: 1 EUR, renewal: {method: auto-debit, until: 2027-03}",
            ),
        ] {
            let plan = format!("renewed: {today}, validity: {validity}{grace}{automatic}");
            for leads in LEADS {
                for is_own in [true, false] {
                    let leads = Some(leads.to_owned());
                    let row = Row {
                        plan: plan.clone(),
                        calendar: leads.clone().filter(|_| !is_own),
                        own: leads.filter(|_| is_own),
                    };
                    settled(&row, today);
                }
            }
        }
    }
}

#[test]
fn a_warning_that_is_still_to_come_is_enough() {
    let today = day("2026-11-29");
    for left in 0..40 {
        for leads in LEADS {
            let expiry = today + Days::new(left);
            let row = Row {
                plan: format!("expires: {expiry}"),
                calendar: None,
                own: Some(leads.to_owned()),
            };
            let warnings = row.warnings(today);
            let passed = warnings
                .iter()
                .find(|(message, ..)| message.contains("has passed"));
            let Some((message, hint, _)) = passed else {
                continue;
            };
            assert!(
                !message.contains(" 0 days") && !message.contains(" 1 days"),
                "{message}"
            );
            if left == 0 {
                assert_eq!(hint, "renew it and write down when");
                continue;
            }
            let row = row.follow(hint, false);
            let left = row.warnings(today);
            assert!(
                left.iter()
                    .all(|(message, ..)| !message.contains("has passed")),
                "{row:?}: {left:?}"
            );
        }
    }
}

#[test]
fn a_hint_keeps_the_leads_that_are_there() {
    for (plan, leads, message, hint) in [
        (
            "renewed: 2026-11-29, validity: 30 days",
            "[60d, 3d]",
            "no warning a week ahead: it lasts only 30 days, so its longer `remind` times are left out",
            "write `remind: [60 days, 7 days, 3 days]`",
        ),
        (
            "renewed: 2026-11-29, validity: 5 days",
            "[7d]",
            "no warning before it expires: it lasts only 5 days, so every `remind` time is left out",
            "write `remind: [7 days, 2 days]`",
        ),
        (
            "renewed: 2026-11-29, validity: 1 day",
            "[]",
            "no warning before it expires: `remind` is empty",
            "write `remind: [1 day]`",
        ),
        (
            "renewed: 2026-11-29, validity: 1 year",
            "[2d]",
            "no warning comes a week ahead",
            "a week leaves time to act when a payment fails: write `remind: [7 days, 2 days]`",
        ),
        (
            "expires: 2026-12-03",
            "[1 month, 7d]",
            "expires in 4 days, on 2026-12-03: all its warnings have passed",
            "renew it and write down when; to be warned again, write `remind: [1 month, 7 days, 1 day]`",
        ),
    ] {
        let row = Row {
            plan: plan.to_owned(),
            calendar: None,
            own: Some(leads.to_owned()),
        };
        let warnings = row.warnings(day("2026-11-29"));
        let [(found, found_hint, _)] = &warnings[..] else {
            unreachable!("{plan}: {warnings:?}");
        };
        assert_eq!((found.as_str(), found_hint.as_str()), (message, hint));
    }
}
