//! Month arithmetic compared with an independent implementation, and the rules for leads and
//! repeats.

mod kinds;

use chrono::{Datelike, Days, NaiveDate};
use jiff::Span;
use jiff::civil::Date;
use proptest::prelude::{Strategy, any, prop, proptest};
use proptest::test_runner::Config;

use super::{Kind, Schedule};
use crate::document::Document;
use crate::time::date;
use crate::time::period::Period;

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

/// Adding months changes the day only from the 29th on. So each such day in four hundred years is
/// tested forward with every length up to ten years, and backward with a tenth of the lengths, a
/// different tenth each year. Every other day is tested with one length, and all lengths are used
/// equally often.
#[test]
fn every_month_count_from_every_day_of_four_hundred_years() {
    let length = |months: u32| {
        let period = Period::parse(&format!("P{months}M")).expect("a length");
        (period, Span::new().months(i64::from(months)))
    };
    let lengths: Vec<(Period, Span)> = (1..=120).map(length).collect();
    let forth = |anchor: NaiveDate, (period, span): (Period, Span)| {
        let after = period.after(anchor, 1).expect("a later day");
        let expected = other(anchor).checked_add(span).expect("a later day");
        assert_eq!(other(after), expected, "{anchor} + {period}");
    };
    let back = |anchor: NaiveDate, (period, span): (Period, Span)| {
        let before = period.before(anchor).expect("an earlier day");
        let expected = other(anchor).checked_sub(span).expect("an earlier day");
        assert_eq!(other(before), expected, "{anchor} - {period}");
    };
    let mut anchor = day(1910, 1, 1);
    let mut turn = (0..120).cycle();
    while anchor.year() < 2310 {
        if anchor.day() > 28 {
            let year = usize::try_from(anchor.year()).expect("a year");
            lengths.iter().for_each(|length| forth(anchor, *length));
            let some = lengths.iter().skip(year % 10).step_by(10);
            some.for_each(|length| back(anchor, *length));
        } else {
            let length = lengths[turn.next().expect("a turn")];
            forth(anchor, length);
            back(anchor, length);
        }
        anchor = anchor.checked_add_days(Days::new(1)).expect("the next day");
    }
    // The calendar repeats after four hundred years. These lengths reach each month of that time.
    for (month, in_month) in [(1, 31), (1, 30), (1, 29), (2, 29)] {
        (1..=4800).for_each(|months| forth(day(2000, month, in_month), length(months)));
    }
}

/// A length as a plans file may write it, and the same length for the other implementation.
fn length() -> impl Strategy<Value = String> {
    const WORDS: [[&str; 5]; 4] = [
        ["y", "yr", "yrs", "year", "years"],
        ["mo", "mos", "month", "months", " months"],
        ["w", "wk", "wks", "week", "weeks"],
        ["d", "day", "days", " day", " days"],
    ];
    let parts = (0_u32..4, 0_u32..30, 0_u32..9, 0_u32..400);
    let words = prop::array::uniform4(0_usize..5);
    (parts, words, any::<bool>()).prop_filter_map("no time", |(parts, words, is_iso)| {
        let (years, months, weeks, days) = parts;
        let counts = [years, months, weeks, days];
        let parts = counts.iter().enumerate().filter(|(_, count)| **count > 0);
        let written: Vec<String> = parts
            .map(|(unit, count)| match is_iso {
                true => format!("{count}{}", ["Y", "M", "W", "D"][unit]),
                false => format!("{count}{}", WORDS[unit][words[unit]]),
            })
            .collect();
        let text = match is_iso {
            true => format!("P{}", written.concat()),
            false => written.join(" "),
        };
        (!written.is_empty()).then_some(text)
    })
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(3000) })]
    #[test]
    fn a_length_means_the_same_to_another_reader(
        text in length(),
        year in 1900_i32..9999,
        in_year in 0_u64..365,
        times in 1_u32..60,
    ) {
        let anchor = day(year, 1, 1).checked_add_days(Days::new(in_year)).expect("a day");
        let period = Period::parse(&text).expect(&text);
        let span: Span = text.parse().expect(&text);
        let many = span.checked_mul(i64::from(times)).expect("a length");
        let later = other(anchor).checked_add(many).ok();
        let later = later.filter(|day| i32::from(day.year()) <= date::LAST_YEAR);
        assert_eq!(period.after(anchor, times).map(other), later, "{anchor} + {times} × {text}");
        let earlier = other(anchor).checked_sub(span).ok();
        let earlier = earlier.filter(|day| i32::from(day.year()) >= date::FIRST_YEAR);
        assert_eq!(period.before(anchor).map(other), earlier, "{anchor} - {text}");
        let canonical = period.to_string();
        assert_eq!(Period::parse(&canonical), Ok(period), "{text}");
        let again: Span = canonical.parse().expect(&canonical);
        assert_eq!(other(anchor).checked_sub(again).ok(), other(anchor).checked_sub(span).ok());
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(500) })]
    /// The dates of an automatic renewal are consecutive multiples of the period from the anchor,
    /// whatever shortcut finds the first one.
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
        let span: Span = length.parse().expect("a length");
        let mut expected = Vec::new();
        for times in 1.. {
            let many = span.checked_mul(times).expect("a length");
            let date = other(renewed).checked_add(many).expect("a date");
            if i32::from(date.year()) >= now - 1 {
                expected.push(date);
            }
            if i32::from(date.year()) > now + 1 {
                break;
            }
        }
        let got: Vec<NaiveDate> = schedule.occurrences.iter().map(|o| o.day).collect();
        let dates: Vec<Date> = got.iter().copied().map(other).collect();
        assert_eq!(dates, expected);
        assert!(schedule.occurrences.iter().all(|o| o.kind == Kind::Renewal));
        assert_eq!(schedule.written_until, got.last().copied());
    }
}

/// The warning before the end of automatic renewal comes at its full lead, even if the end is after
/// the years for which dates are written.
#[test]
fn the_end_of_an_automatism_is_warned_of_in_time() {
    let schedule = |leads: &str, year: i32| {
        let text = format!(
            "- {{name: A, renewed: 2026-06-30, validity: 1 month, remind: {leads}, renewal: {{method: auto-debit, until: 2029-06-15}}}}\n"
        );
        let document = Document::read(text.as_bytes()).expect("a list");
        let list = document.list();
        Schedule::new(&list.plans[0], &list.settings, year)
    };
    let notices = |schedule: &Schedule| -> Vec<NaiveDate> {
        let of_expiry = schedule.occurrences.iter();
        of_expiry
            .filter(|occurrence| matches!(occurrence.kind, Kind::Notice(_)))
            .map(|occurrence| occurrence.day)
            .collect()
    };
    let end = day(2029, 6, 30);
    for year in [2026, 2027] {
        let long = schedule("[18 months, 7d]", year);
        assert_eq!(notices(&long), [day(2027, 12, 30), day(2029, 6, 23)]);
        assert_eq!(long.expiry, Some(end));
        // The dates between them are not written yet.
        assert_eq!(long.written_until, Some(day(year + 2, 1, 30)));
    }
    let next = schedule("[18 months, 7d]", 2025);
    // The day of the end is known, although no occurrence is written for it yet.
    assert_eq!((notices(&next), next.expiry), (vec![], Some(end)));
    let week = schedule("[7d]", 2027);
    assert_eq!((notices(&week), week.expiry), (vec![], Some(end)));
    let week = schedule("[7d]", 2028);
    assert_eq!(
        (notices(&week), week.expiry),
        (vec![day(2029, 6, 23)], Some(end))
    );
    assert_eq!(week.written_until, None);
}

/// The days that warn are the same with notices and with alarms alone. The days that are warned
/// about do not count: the expiry and the days after it.
#[test]
fn the_next_warning_is_the_nearest_whatever_stands_first() {
    for notices in [true, false] {
        let text = format!(
            "calendar: {{notices: {notices}}}\nplans: [{{name: A, expires: 2027-01-31, \
             grace: 30 days, remind: [7d, 30d]}}]\n"
        );
        let document = Document::read(text.as_bytes()).expect("a list");
        let list = document.list();
        let schedule = Schedule::new(&list.plans[0], &list.settings, 2027);
        let [month, week, grace] = [day(2027, 1, 1), day(2027, 1, 24), day(2027, 2, 23)];
        for (today, last, next) in [
            (day(2026, 12, 31), None, Some(month)),
            (day(2027, 1, 1), Some(month), Some(week)),
            (day(2027, 1, 31), Some(week), Some(grace)),
            (day(2027, 2, 1), Some(week), Some(grace)),
            (day(2027, 3, 2), Some(grace), None),
        ] {
            let found = (schedule.last_warning(today), schedule.next_warning(today));
            assert_eq!(found, (last, next), "{today}, notices: {notices}");
        }
        let days: Vec<NaiveDate> = schedule.warning_days().into_iter().collect();
        assert_eq!(days, [month, week, grace]);
        assert!(!schedule.is_due(day(2026, 12, 31)));
        assert!(schedule.is_due(month));
    }
}
