//! Calendar days and times of day, read strictly: `2026-10-05` and `09:00`. What an input method
//! for Chinese writes has only one meaning too, so it is also read: `2026年10月5日`, and full-width
//! characters.
//!
//! If any other text is almost a date, the hint of the error shows the correct form.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate, NaiveTime};

use crate::text::fullwidth::{between_quotes, to_ascii};
use crate::text::value_error::{ValueError, quoted};

/// The first year that a plans file may name.
pub(crate) const FIRST_YEAR: i32 = 1900;
/// The last year that a plans file may name or reach. One more year is left for the end of an
/// event.
pub(crate) const LAST_YEAR: i32 = 9998;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The English name of a month, 1 to 12.
#[must_use]
pub(crate) fn month_name(month: u32) -> &'static str {
    (month as usize)
        .checked_sub(1)
        .and_then(|index| MONTHS.get(index))
        .copied()
        .unwrap_or("")
}

/// Whether a day is in the years that a plans file may use.
#[must_use]
pub(crate) fn in_range(day: NaiveDate) -> bool {
    (FIRST_YEAR..=LAST_YEAR).contains(&day.year())
}

/// Reads `YYYY-MM-DD` (RFC 3339, `full-date`) or `YYYY年M月D日`, years 1900 to 9998.
///
/// # Errors
///
/// Returns an error for any other form, for a day that does not exist, and for a year out of range.
pub(crate) fn parse(text: &str) -> Result<NaiveDate, ValueError> {
    let parts = split_strict(text).or_else(|| split_chinese(&to_ascii(text)));
    let Some([year, month, day]) = parts else {
        let error = ValueError::new(format!("{} is not a date", quoted(text)));
        return Err(match parse_lax(text) {
            Some(day) => error.hint(format!("write `{}`", day.format("%Y-%m-%d"))),
            None if is_month(text) => {
                error.hint(format!("name the day as well, as in `{text}-15`"))
            }
            None => error.hint("write year, month and day as `2026-10-05`"),
        });
    };
    if !(FIRST_YEAR..=LAST_YEAR).contains(&(year as i32)) {
        return Err(ValueError::new(format!(
            "year {year} in {} is out of range: allowed {FIRST_YEAR} to {LAST_YEAR}",
            quoted(text)
        )));
    }
    if !(1..=12).contains(&month) {
        let error = ValueError::new(format!(
            "month {month} in {} does not exist: allowed 01 to 12",
            quoted(text)
        ));
        return Err(match NaiveDate::from_ymd_opt(year as i32, day, month) {
            Some(swapped) => error.hint(format!(
                "the month comes before the day: `{}`?",
                swapped.format("%Y-%m-%d")
            )),
            None => error,
        });
    }
    NaiveDate::from_ymd_opt(year as i32, month, day).ok_or_else(|| {
        ValueError::new(format!(
            "{} does not exist: {} {year} has {} days",
            quoted(text),
            month_name(month),
            days_in_month(year as i32, month)
        ))
    })
}

/// Reads `HH:MM`, 00:00 to 23:59.
///
/// # Errors
///
/// Returns an error for any other form, and for an hour or minute out of range.
pub(crate) fn parse_time(text: &str) -> Result<NaiveTime, ValueError> {
    let ascii = to_ascii(text);
    let [h1, h2, b':', m1, m2] = ascii.as_bytes() else {
        return Err(not_a_time(text));
    };
    let (Some(hour), Some(minute)) = (digits(&[*h1, *h2]), digits(&[*m1, *m2])) else {
        return Err(not_a_time(text));
    };
    NaiveTime::from_hms_opt(hour, minute, 0).ok_or_else(|| {
        ValueError::new(format!(
            "{} is not a time of day: allowed 00:00 to 23:59",
            quoted(text)
        ))
    })
}

fn not_a_time(text: &str) -> ValueError {
    ValueError::new(format!("{} is not a time of day", quoted(text)))
        .hint("write hours and minutes as `\"09:00\"`, 00:00 to 23:59")
}

fn days_in_month(year: i32, month: u32) -> u32 {
    (28..=31)
        .rev()
        .find(|day| NaiveDate::from_ymd_opt(year, month, *day).is_some())
        .unwrap_or(31)
}

fn split_strict(text: &str) -> Option<[u32; 3]> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
        return None;
    };
    Some([
        digits(&[*y1, *y2, *y3, *y4])?,
        digits(&[*m1, *m2])?,
        digits(&[*d1, *d2])?,
    ])
}

/// Whether a text has the form of a month, `YYYY-MM`.
pub(crate) fn is_month(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 7 && bytes[4] == b'-' && digits(&bytes[..4]).and(digits(&bytes[5..])).is_some()
}

/// Splits a date of full-width characters that are ASCII now, or one such as `2026年10月5日`.
fn split_chinese(text: &str) -> Option<[u32; 3]> {
    if let Some(parts) = split_strict(text) {
        return Some(parts);
    }
    let (year, rest) = text.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let day = rest.strip_suffix(['日', '号'])?;
    let number = |part: &str, lengths: RangeInclusive<usize>| {
        let part = part.trim();
        digits(part.as_bytes()).filter(|_| lengths.contains(&part.len()))
    };
    Some([
        number(year, 4..=4)?,
        number(month, 1..=2)?,
        number(day, 1..=2)?,
    ])
}

fn digits(bytes: &[u8]) -> Option<u32> {
    if bytes.is_empty() || bytes.len() > 8 {
        return None;
    }
    bytes.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit()
            .then(|| number * 10 + u32::from(byte - b'0'))
    })
}

/// Returns the day that a text in a lax form means, if only one day is possible: `2026-1-5`,
/// `2026/01/05`, `20260105`, `5.1.2026`, a date followed by a time, or a date in the quotes of print.
/// `01/02/2026` can mean two days, so it gives `None`.
fn parse_lax(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    if let Some(inside) = between_quotes(text) {
        return parse(inside).ok();
    }
    let text = &*to_ascii(text);
    let date = text.split_once(['T', ' ']).map_or(text, |(date, _)| date);
    let day = if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = digits(date.as_bytes())?;
        NaiveDate::from_ymd_opt((number / 10_000) as i32, number / 100 % 100, number % 100)?
    } else {
        let parts: Vec<&str> = date.split(['-', '/', '.']).collect();
        let [first, second, third] = parts[..] else {
            return None;
        };
        let (first_number, second_number, third_number) = (
            digits(first.as_bytes())?,
            digits(second.as_bytes())?,
            digits(third.as_bytes())?,
        );
        if first.len() == 4 {
            NaiveDate::from_ymd_opt(first_number as i32, second_number, third_number)?
        } else if third.len() == 4 && (date.contains('.') || first_number > 12) {
            NaiveDate::from_ymd_opt(third_number as i32, second_number, first_number)?
        } else {
            return None;
        }
    };
    in_range(day).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use super::parse_time;

    #[test]
    fn accepts_real_days_only() {
        for good in ["1900-01-01", "2024-02-29", "2026-10-05", "9998-12-31"] {
            assert_eq!(parse(good).expect(good).to_string(), good);
        }
        for written in [
            "2026年10月5日",
            "2026年10月05日",
            "2026 年 10 月 5 日",
            "2026年10月5号",
            "２０２６年１０月５日",
            "２０２６-10-05",
            "２０２６－１０－０５",
        ] {
            assert_eq!(parse(written).expect(written).to_string(), "2026-10-05");
        }
        let table = [
            (
                "2026-02-30",
                "`2026-02-30` does not exist: February 2026 has 28 days",
                None,
            ),
            (
                "2024-02-30",
                "`2024-02-30` does not exist: February 2024 has 29 days",
                None,
            ),
            (
                "2026-04-31",
                "`2026-04-31` does not exist: April 2026 has 30 days",
                None,
            ),
            (
                "2026-01-00",
                "`2026-01-00` does not exist: January 2026 has 31 days",
                None,
            ),
            (
                "2026-13-01",
                "month 13 in `2026-13-01` does not exist: allowed 01 to 12",
                Some("the month comes before the day: `2026-01-13`?"),
            ),
            (
                "1899-12-31",
                "year 1899 in `1899-12-31` is out of range: allowed 1900 to 9998",
                None,
            ),
            (
                "9999-01-01",
                "year 9999 in `9999-01-01` is out of range: allowed 1900 to 9998",
                None,
            ),
            (
                "2026-1-5",
                "`2026-1-5` is not a date",
                Some("write `2026-01-05`"),
            ),
            (
                "2026/01/05",
                "`2026/01/05` is not a date",
                Some("write `2026-01-05`"),
            ),
            (
                "20260105",
                "`20260105` is not a date",
                Some("write `2026-01-05`"),
            ),
            (
                "5.1.2026",
                "`5.1.2026` is not a date",
                Some("write `2026-01-05`"),
            ),
            (
                "2026-01-05T00:00:00Z",
                "`2026-01-05T00:00:00Z` is not a date",
                Some("write `2026-01-05`"),
            ),
            (
                "01/02/2026",
                "`01/02/2026` is not a date",
                Some("write year, month and day as `2026-10-05`"),
            ),
            (
                "12/02/2026",
                "`12/02/2026` is not a date",
                Some("write year, month and day as `2026-10-05`"),
            ),
            (
                "14/02/2026",
                "`14/02/2026` is not a date",
                Some("write `2026-02-14`"),
            ),
            (
                "next week",
                "`next week` is not a date",
                Some("write year, month and day as `2026-10-05`"),
            ),
            (
                "２０２６／１／５",
                "`２０２６／１／５` is not a date",
                Some("write `2026-01-05`"),
            ),
            (
                "“2026-01-05”",
                "`“2026-01-05”` is not a date",
                Some("write `2026-01-05`"),
            ),
            (
                "2026年2月30日",
                "`2026年2月30日` does not exist: February 2026 has 28 days",
                None,
            ),
            (
                "26年1月5日",
                "`26年1月5日` is not a date",
                Some("write year, month and day as `2026-10-05`"),
            ),
            (
                "1月5日",
                "`1月5日` is not a date",
                Some("write year, month and day as `2026-10-05`"),
            ),
        ];
        for (text, message, hint) in table {
            let error = parse(text).expect_err(text);
            assert_eq!(error.message, message, "{text}");
            assert_eq!(error.hint.as_deref(), hint, "{text}");
        }
    }

    #[test]
    fn accepts_real_times_only() {
        for good in ["00:00", "09:00", "23:59"] {
            assert_eq!(
                parse_time(good).expect(good).format("%H:%M").to_string(),
                good
            );
        }
        assert_eq!(parse_time("０９：００"), parse_time("09:00"));
        for bad in ["9:00", "24:00", "09:60", "09:00:00", "", "０９。００"] {
            assert!(parse_time(bad).is_err(), "{bad}");
        }
    }
}
