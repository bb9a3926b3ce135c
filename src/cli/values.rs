//! Values of options that several commands take, from text.

use std::time::Duration;

use chrono::NaiveDate;

use crate::plan::LastDay;
use crate::site::address::Base;
use crate::text::value_error::ValueError;
use crate::time::date;

/// A date.
pub(crate) fn day(text: &str) -> Result<NaiveDate, String> {
    date::parse(text).map_err(sentence)
}

/// The day of something that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PastDay {
    Today,
    Yesterday,
    Date(NaiveDate),
}

impl PastDay {
    /// The day as a date.
    pub(crate) fn date(self, today: NaiveDate) -> NaiveDate {
        match self {
            Self::Today => today,
            Self::Yesterday => today.pred_opt().unwrap_or(today),
            Self::Date(day) => day,
        }
    }
}

/// `today`, `yesterday` or a date.
pub(crate) fn past_day(text: &str) -> Result<PastDay, String> {
    match text {
        "today" => Ok(PastDay::Today),
        "yesterday" => Ok(PastDay::Yesterday),
        _ => day(text)
            .map(PastDay::Date)
            .map_err(|error| format!("{error}; `today` and `yesterday` are allowed too")),
    }
}

/// A date, or a month for its last day.
pub(crate) fn last_day(text: &str) -> Result<LastDay, String> {
    LastDay::parse(text).map_err(sentence)
}

/// The address of a site.
pub(crate) fn base_url(text: &str) -> Result<Base, String> {
    Base::parse(text).map_err(sentence)
}

/// A length of time, at least a millisecond: `500ms`, `10s`, `5m`, `1h`, `2d`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let milliseconds: u64 = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => 0,
    };
    let number: Option<u64> = number.parse().ok();
    let time = number.and_then(|number| number.checked_mul(milliseconds));
    // More than a hundred years would overflow where it is added to a time.
    match time.filter(|time| (1..=3_153_600_000_000).contains(time)) {
        Some(time) => Ok(Duration::from_millis(time)),
        None => Err("a length of time was expected, as in 500ms, 10s, 5m, 1h or 2d".to_owned()),
    }
}

/// An error and its hint in one line, as clap shows it.
pub(crate) fn sentence(error: ValueError) -> String {
    match error.hint {
        Some(hint) => format!("{}; {hint}", error.message),
        None => error.message,
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn reads_lengths_of_time() {
        for (text, milliseconds) in [
            ("500ms", 500),
            ("10s", 10_000),
            ("5m", 300_000),
            ("1h", 3_600_000),
            ("2d", 172_800_000),
        ] {
            assert_eq!(duration(text).expect(text).as_millis(), milliseconds);
        }
        for text in [
            "",
            "10",
            "0s",
            "-1s",
            "1.5s",
            "1w",
            "s",
            "99999999999999999999s",
            "9999999d",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
