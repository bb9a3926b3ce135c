//! Dates, times and durations of iCalendar (RFC 5545, section 3.3).

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::ics::component::{Component, Property};

/// The longest duration that is read, in seconds: longer than the years that a plan may name.
const MAX_DURATION: i64 = 400 * 86_400 * 10_000;

/// The time zone of a time of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Zone {
    /// The time zone of the reader.
    Floating,
    /// UTC.
    Utc,
    /// A zone with the name that the file gives it.
    Named(String),
}

/// A day, perhaps with a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    /// As it is written.
    pub(crate) day: NaiveDate,
    /// `None` for a whole day.
    pub(crate) time: Option<(NaiveTime, Zone)>,
}

impl Moment {
    /// Reads a DATE or DATE-TIME.
    pub(crate) fn of(property: &Property) -> Option<Self> {
        Self::parse(&property.value, property.parameter("TZID"))
    }

    /// Reads its text; `zone` is the parameter TZID.
    pub(crate) fn parse(value: &str, zone: Option<&str>) -> Option<Self> {
        let value = value.trim();
        let (date, time) = match value.split_once(['T', 't']) {
            Some((date, time)) => (date, Some(time)),
            None => (value, None),
        };
        let [year, month, day] = numbers(date, [4, 2, 2])?;
        let day = NaiveDate::from_ymd_opt(year as i32, month, day)?;
        let Some(time) = time else {
            return Some(Self { day, time: None });
        };
        let (clock, is_utc) = match time.strip_suffix(['Z', 'z']) {
            Some(clock) => (clock, true),
            None => (time, false),
        };
        let [hour, minute, second] = numbers(clock, [2, 2, 2])?;
        // A leap second is the last one of its minute.
        let time = NaiveTime::from_hms_opt(hour, minute, second.min(59))?;
        let zone = match zone {
            _ if is_utc => Zone::Utc,
            Some(name) => Zone::Named(name.to_owned()),
            None => Zone::Floating,
        };
        Some(Self {
            day,
            time: Some((time, zone)),
        })
    }
}

/// When an alarm rings, in the time zone of its event; for a whole day, in that of its reader.
pub(crate) fn alarm_time(
    alarm: &Component,
    start: &Moment,
    end: Option<&Moment>,
) -> Option<NaiveDateTime> {
    let trigger = alarm.property("TRIGGER")?;
    let time = |moment: &Moment| {
        let time = moment.time.as_ref().map(|(time, _)| *time);
        moment.day.and_time(time.unwrap_or_default())
    };
    let Some(offset) = parse_duration(&trigger.value) else {
        return Moment::of(trigger).as_ref().map(time);
    };
    let is_end = trigger
        .parameter("RELATED")
        .is_some_and(|related| related.eq_ignore_ascii_case("END"));
    let anchor = if is_end { end.unwrap_or(start) } else { start };
    time(anchor).checked_add_signed(TimeDelta::try_seconds(offset)?)
}

/// Reads numbers with these widths in digits, with nothing between them.
fn numbers<const N: usize>(text: &str, widths: [usize; N]) -> Option<[u32; N]> {
    if text.len() != widths.iter().sum::<usize>() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut rest = text;
    let mut found = [0; N];
    for (number, width) in found.iter_mut().zip(widths) {
        let (digits, behind) = rest.split_at(width);
        *number = digits.parse().ok()?;
        rest = behind;
    }
    Some(found)
}

/// Reads a DURATION, `-P6DT15H`, in seconds.
pub(crate) fn parse_duration(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut rest = text.strip_prefix(['P', 'p'])?;
    let mut total: i64 = 0;
    let mut in_time = false;
    let mut parts = 0;
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix(['T', 't']) {
            if in_time || behind.is_empty() {
                return None;
            }
            in_time = true;
            rest = behind;
            continue;
        }
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if !(1..=12).contains(&digits) {
            return None;
        }
        let number: i64 = rest[..digits].parse().ok()?;
        let mut behind = rest[digits..].chars();
        let unit = match (behind.next()?.to_ascii_uppercase(), in_time) {
            ('W', false) => 7 * 86_400,
            ('D', false) => 86_400,
            ('H', true) => 3600,
            ('M', true) => 60,
            ('S', true) => 1,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        parts += 1;
        rest = behind.as_str();
    }
    (parts > 0 && total <= MAX_DURATION).then_some(sign * total)
}
