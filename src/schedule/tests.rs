//! Month arithmetic against an independent implementation, and the rules for leads and repeats.

use chrono::{Datelike, Days, NaiveDate};
use jiff::Span;
use jiff::civil::Date;
use proptest::prelude::{prop, proptest};
use proptest::test_runner::Config;

use super::{Kind, Schedule};
use crate::document::Document;
use crate::period::Period;

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

fn other(day: NaiveDate) -> Date {
    let part = |number: u32| i8::try_from(number).expect("a small number");
    let year = i16::try_from(day.year()).expect("a year");
    Date::new(year, part(day.month()), part(day.day())).expect("a day")
}

#[test]
fn every_day_of_four_hundred_years_and_many_periods() {
    for (text, span) in [
        ("1 month", Span::new().months(1)),
        ("3 months", Span::new().months(3)),
        ("13 months", Span::new().months(13)),
        ("1 year", Span::new().years(1)),
        ("4 years", Span::new().years(4)),
        ("180 days", Span::new().days(180)),
        ("2 weeks", Span::new().weeks(2)),
        (
            "1 year 2 months 3 days",
            Span::new().years(1).months(2).days(3),
        ),
    ] {
        let period = Period::parse(text).expect(text);
        let mut anchor = day(1900, 1, 1);
        while anchor.year() < 2300 {
            let expected = other(anchor).checked_add(span).expect("a later day");
            let after = period.after(anchor, 1).expect("a later day");
            assert_eq!(other(after), expected, "{anchor} + {text}");
            let before = period.before(after).expect("an earlier day");
            let expected = other(after).checked_sub(span).expect("an earlier day");
            assert_eq!(other(before), expected, "{after} - {text}");
            anchor = anchor.checked_add_days(Days::new(1)).expect("the next day");
        }
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(500) })]
    /// The dates of an automatic renewal are those of the anchor, one after the other, whatever
    /// shortcut finds the first.
    #[test]
    fn automatic_renewals_miss_none_and_add_none(
        year in 1900_i32..2030,
        in_year in 0_u64..365,
        length in prop::sample::select(vec!["1 day", "30 days", "1 week", "1 month", "3 months", "1 year", "1 month 1 day", "3 years"]),
        now in 2020_i32..2030,
    ) {
        let renewed = day(year, 1, 1).checked_add_days(Days::new(in_year)).expect("a day");
        let text = format!("- {{name: A, renewed: {renewed}, validity: {length}, renewal: {{method: auto-debit}}}}\n");
        let document = Document::read(text.as_bytes()).expect("a list");
        let list = document.list();
        let schedule = Schedule::new(&list.plans[0], &list.settings, now);
        let period = Period::parse(length).expect("a length");
        let mut expected = Vec::new();
        for times in 1.. {
            let date = period.after(renewed, times).expect("a date");
            if date.year() >= now - 1 {
                expected.push(date);
            }
            if date.year() > now + 1 {
                break;
            }
        }
        let got: Vec<NaiveDate> = schedule.occurrences.iter().map(|o| o.day).collect();
        assert_eq!(got, expected);
        assert!(schedule.occurrences.iter().all(|o| o.kind == Kind::Renewal));
        assert_eq!(schedule.written_until, got.last().copied());
    }
}
