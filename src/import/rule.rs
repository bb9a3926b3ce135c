//! Recurrence rules (RFC 5545, section 3.3.10), as far as a plan can say the same.
//!
//! A plan has a date and the period by which it is renewed. That is a rule of months or years
//! without an end, on a day that every month has: on the 31st a rule leaves out short months, and a
//! plan does not.

use chrono::{Datelike, NaiveDate};

use crate::period::Period;

/// The period of a rule of an event that begins on `start`, if a plan says the same with it.
pub(super) fn period(rule: &str, start: NaiveDate) -> Option<Period> {
    let mut unit = None;
    let mut interval: u32 = 1;
    for part in rule.trim().trim_end_matches(';').split(';') {
        let (key, value) = part.split_once('=')?;
        let is = |number: u32| value.parse() == Ok(number);
        match key.to_ascii_uppercase().as_str() {
            "FREQ" => {
                unit = match value.to_ascii_uppercase().as_str() {
                    "YEARLY" => Some("years"),
                    "MONTHLY" => Some("months"),
                    _ => return None,
                };
            }
            "INTERVAL" => interval = value.parse().ok()?,
            "BYMONTHDAY" if is(start.day()) => {}
            // A monthly rule with a month leaves out the others.
            "BYMONTH" if is(start.month()) && rule.to_ascii_uppercase().contains("FREQ=YEARLY") => {
            }
            "WKST" => {}
            _ => return None,
        }
    }
    let is_kept = match unit? {
        "years" => (start.month(), start.day()) != (2, 29),
        _ => start.day() <= 28,
    };
    // A day of a month without the month is a day of every month.
    let upper = rule.to_ascii_uppercase();
    if upper.contains("FREQ=YEARLY") && upper.contains("BYMONTHDAY") && !upper.contains("BYMONTH=")
    {
        return None;
    }
    let period = Period::parse(&format!("{interval} {}", unit?)).ok()?;
    is_kept.then_some(period)
}

/// The first date of those from `start` on that is not before `today`.
pub(super) fn next(start: NaiveDate, period: Period, today: NaiveDate) -> Option<NaiveDate> {
    let days = (today - start).num_days();
    let most = i64::try_from(period.most_days()).ok()?.max(1);
    // A month may be three days shorter, and a year has fewer than twelve long months.
    let mut times = u32::try_from((days / (most + 6)).max(0)).ok()?;
    loop {
        let day = if times == 0 {
            start
        } else {
            period.after(start, times)?
        };
        if day >= today {
            return Some(day);
        }
        times = times.checked_add(1)?;
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{next, period};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn only_what_a_plan_says_as_well() {
        for (rule, start, expected) in [
            ("FREQ=YEARLY", "2020-05-12", Some("P12M")),
            ("FREQ=YEARLY;INTERVAL=1;", "2020-05-12", Some("P12M")),
            ("freq=monthly;interval=3", "2020-05-12", Some("P3M")),
            (
                "FREQ=YEARLY;BYMONTHDAY=12;BYMONTH=5",
                "2020-05-12",
                Some("P12M"),
            ),
            ("FREQ=YEARLY;BYMONTHDAY=12", "2020-05-12", None),
            ("FREQ=YEARLY;BYMONTH=5", "2020-05-12", Some("P12M")),
            ("FREQ=YEARLY;BYMONTH=6", "2020-05-12", None),
            (
                "FREQ=YEARLY;INTERVAL=10;WKST=MO",
                "2020-05-12",
                Some("P120M"),
            ),
            ("FREQ=MONTHLY;BYMONTHDAY=12", "2020-05-12", Some("P1M")),
            ("FREQ=MONTHLY;BYMONTH=5", "2020-05-12", None),
            ("FREQ=MONTHLY;BYDAY=2TU", "2020-05-12", None),
            ("FREQ=MONTHLY", "2020-01-31", None),
            ("FREQ=MONTHLY", "2020-01-28", Some("P1M")),
            ("FREQ=YEARLY", "2020-02-29", None),
            ("FREQ=YEARLY;COUNT=3", "2020-05-12", None),
            ("FREQ=YEARLY;UNTIL=20300101", "2020-05-12", None),
            ("FREQ=WEEKLY", "2020-05-12", None),
            ("FREQ=YEARLY;INTERVAL=0", "2020-05-12", None),
            ("INTERVAL=2", "2020-05-12", None),
            ("", "2020-05-12", None),
        ] {
            let found = period(rule, day(start)).map(|period| period.to_string());
            assert_eq!(found.as_deref(), expected, "{rule} from {start}");
        }
    }

    #[test]
    fn the_next_date_is_today_or_later() {
        let year = period("FREQ=YEARLY", day("1900-05-12")).expect("a year");
        let month = period("FREQ=MONTHLY", day("1900-01-28")).expect("a month");
        for (start, period, today, expected) in [
            ("2020-05-12", year, "2026-05-12", "2026-05-12"),
            ("2020-05-12", year, "2026-05-13", "2027-05-12"),
            ("2030-05-12", year, "2026-05-13", "2030-05-12"),
            ("1900-01-28", month, "2026-11-29", "2026-12-28"),
            ("1900-01-28", month, "2026-11-28", "2026-11-28"),
        ] {
            let found = next(day(start), period, day(today));
            assert_eq!(found, Some(day(expected)), "{start} {today}");
        }
        assert_eq!(next(day("2020-05-12"), year, day("9998-12-31")), None);
    }
}
