//! Rules of repetition (RFC 5545, section 3.3.10).

use std::ops::RangeInclusive;

use crate::document::report::Severity;
use crate::ics::lint::fit::{Fit, read_moment};
use crate::text::value_error::{ValueError, quoted};

const FREQUENCIES: [&str; 7] = [
    "SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY",
];
const WEEKDAYS: [&str; 7] = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

/// Checks a rule. Home Assistant refuses a whole feed for a part that it cannot read.
pub(crate) fn check_recur(name: &str, value: &str) -> Fit {
    let wrong = |severity, what: &str, part: &str, hint: &str| {
        let what = ValueError::new(format!("{name}: {what} {}", quoted(part)));
        Fit::Wrong(severity, what.hint(hint))
    };
    let parts: Vec<(&str, Option<&str>)> = value
        .split(';')
        .map(|part| match part.split_once('=') {
            Some((key, value)) => (key, Some(value)),
            None => (part, None),
        })
        .collect();
    for (key, value) in &parts {
        let is_read = value.is_some_and(|value| is_part(&key.to_ascii_uppercase(), value));
        if !is_read {
            let part = match value {
                Some(value) => format!("{key}={value}"),
                None => (*key).to_owned(),
            };
            let hint =
                "write it as `FREQ=YEARLY;INTERVAL=1`: Home Assistant refuses the whole feed";
            return wrong(Severity::Error, "cannot read the part", &part, hint);
        }
    }
    let has = |wanted: &str| {
        parts
            .iter()
            .any(|(key, _)| key.eq_ignore_ascii_case(wanted))
    };
    if !has("FREQ") {
        let hint = "write FREQ: Home Assistant refuses the whole feed without it";
        return wrong(Severity::Error, "FREQ is missing in", value, hint);
    }
    if has("COUNT") && has("UNTIL") {
        let hint = "leave out COUNT or UNTIL: some programs use one, some the other";
        return wrong(
            Severity::Warning,
            "COUNT and UNTIL are both in",
            value,
            hint,
        );
    }
    Fit::Good
}

/// The value of UNTIL in a rule.
pub(crate) fn until(rule: &str) -> Option<&str> {
    let mut parts = rule.split(';').filter_map(|part| part.split_once('='));
    parts.find_map(|(key, value)| key.eq_ignore_ascii_case("UNTIL").then_some(value))
}

/// Whether a part can be read; one with a name that RFC 5545 does not have can.
fn is_part(key: &str, value: &str) -> bool {
    match key {
        "FREQ" => FREQUENCIES.contains(&value),
        "UNTIL" => read_moment(value).is_some(),
        "COUNT" | "INTERVAL" => in_range(value, 1..=i64::MAX),
        "WKST" => WEEKDAYS.contains(&value),
        "BYDAY" => value.split(',').all(is_weekday),
        "BYSECOND" => all_in(value, 0..=60),
        "BYMINUTE" => all_in(value, 0..=59),
        "BYHOUR" => all_in(value, 0..=23),
        "BYMONTH" => all_in(value, 1..=12),
        "BYMONTHDAY" => all_but_zero(value, 31),
        "BYYEARDAY" | "BYSETPOS" => all_but_zero(value, 366),
        "BYWEEKNO" => all_but_zero(value, 53),
        _ => !value.contains('='),
    }
}

fn is_weekday(text: &str) -> bool {
    let Some((count, day)) = text.split_at_checked(text.len().saturating_sub(2)) else {
        return false;
    };
    WEEKDAYS.contains(&day) && (count.is_empty() || all_but_zero(count, 53))
}

fn in_range(text: &str, range: RangeInclusive<i64>) -> bool {
    text.parse().is_ok_and(|number| range.contains(&number))
}

fn all_in(list: &str, range: RangeInclusive<i64>) -> bool {
    list.split(',').all(|text| in_range(text, range.clone()))
}

/// Whether each number of a list is from 1 to `max`, or counts as many from the end.
fn all_but_zero(list: &str, max: i64) -> bool {
    list.split(',')
        .all(|text| in_range(text, -max..=-1) || in_range(text, 1..=max))
}
