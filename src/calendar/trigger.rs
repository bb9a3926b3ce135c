//! The time of an alarm, as a duration relative to the local midnight at which the event begins.

use chrono::{NaiveTime, Timelike};

const MINUTES_PER_DAY: u32 = 24 * 60;

/// Appends the duration (RFC 5545, section 3.3.6) from the midnight of the event back to its alarm,
/// which rings at `time`, `days` days before: `-P6DT15H` is 9 o'clock a week ahead, `-P7D` is
/// midnight a week ahead.
///
/// It is always negative, because one client takes the absolute value. A trigger nine hours after
/// midnight would ring nine hours before it.
pub(crate) fn trigger(out: &mut String, days: u32, time: NaiveTime) {
    use std::fmt::Write as _;
    let minutes =
        u64::from(days) * u64::from(MINUTES_PER_DAY) - u64::from(time.hour() * 60 + time.minute());
    let (days, minutes) = (
        minutes / u64::from(MINUTES_PER_DAY),
        minutes % u64::from(MINUTES_PER_DAY),
    );
    out.push_str("-P");
    // Writing to a String cannot fail.
    if days > 0 {
        let _ = write!(out, "{days}D");
    }
    if minutes > 0 {
        out.push('T');
        if minutes >= 60 {
            let _ = write!(out, "{}H", minutes / 60);
        }
        if minutes % 60 > 0 {
            let _ = write!(out, "{}M", minutes % 60);
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, NaiveTime};
    use jiff::Span;

    use super::trigger;
    use crate::ics::parse_duration;
    use crate::time::date::{FIRST_YEAR, LAST_YEAR};

    /// Writes a lead and a time of day, and reads the result with two parsers.
    fn check(days: u32, minute: u32) {
        let mut text = String::new();
        let time = NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).expect("a time");
        trigger(&mut text, days, time);
        let minutes = i64::from(days) * 1440 - i64::from(minute);
        assert_eq!(parse_duration(&text), Some(-60 * minutes), "{text}");
        let span: Span = text.parse().expect(&text);
        let parts = [span.get_days(), span.get_hours()].map(i64::from);
        let read = [parts[0] * 1440, parts[1] * 60, span.get_minutes()];
        assert_eq!(read.iter().sum::<i64>(), -minutes, "{text}");
        // The text is as short as possible: hours are less than a day, minutes are less than an
        // hour, and zero parts are left out.
        assert!(parts[1] > -24 && span.get_minutes() > -60, "{text}");
        let is_nothing = |pair: &[u8]| pair[0].is_ascii_alphabetic() && pair[1] == b'0';
        assert!(!text.as_bytes().windows(2).any(is_nothing), "{text}");
        assert!(
            text.starts_with("-P") && !text.ends_with(['P', 'T']),
            "{text}"
        );
    }

    #[test]
    fn every_lead_and_every_time_is_read_back() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a day");
        let most = (day(LAST_YEAR, 12, 31) - day(FIRST_YEAR, 1, 1)).num_days();
        let most = u32::try_from(most).expect("a number of days");
        for days in [1, 2, 7, 31, 366, most] {
            (0..1440).for_each(|minute| check(days, minute));
        }
        for days in 1..=4000 {
            for minute in [0, 1, 540, 570, 1380, 1439] {
                check(days, minute);
            }
        }
    }

    #[test]
    fn counts_back_from_midnight() {
        for (days, hour, minute, expected) in [
            (7, 9, 0, "-P6DT15H"),
            (1, 9, 0, "-PT15H"),
            (7, 0, 0, "-P7D"),
            (1, 0, 0, "-P1D"),
            (14, 9, 30, "-P13DT14H30M"),
            (1, 23, 59, "-PT1M"),
            (1, 23, 0, "-PT1H"),
            (2, 0, 1, "-P1DT23H59M"),
            (365, 18, 15, "-P364DT5H45M"),
        ] {
            let mut out = String::new();
            trigger(
                &mut out,
                days,
                NaiveTime::from_hms_opt(hour, minute, 0).expect("a time"),
            );
            assert_eq!(out, expected);
        }
    }
}
