//! When an alarm rings, as a duration before the local midnight that begins the event.

use chrono::{NaiveTime, Timelike};

const DAY: u32 = 24 * 60;

/// Appends the duration (RFC 5545, section 3.3.6) from an alarm at `time`, `days` days ahead, to
/// the event's midnight: `-P6DT15H` is 9 o'clock a week ahead, `-P7D` midnight.
///
/// It is always negative: one client takes the absolute value, so that nine hours after midnight
/// would ring nine hours before it.
pub(crate) fn trigger(out: &mut String, days: u32, time: NaiveTime) {
    use std::fmt::Write as _;
    let minutes = u64::from(days) * u64::from(DAY) - u64::from(time.hour() * 60 + time.minute());
    let (days, minutes) = (minutes / u64::from(DAY), minutes % u64::from(DAY));
    out.push_str("-P");
    // Writing to a String does not fail.
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
    use chrono::NaiveTime;

    use super::trigger;

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
