//! Lengths of time in whole days and calendar months: `90 days`, `2 weeks`, `3 months`, `P1Y6M`, and
//! in Chinese: `180天`, `2周`, `3个月`, `1年`.
//!
//! Months are calendar months. They are always counted from an anchor and clamped to the end of a
//! shorter month: one month after 31 January is 28 February, and two months after it is 31 March.

#[cfg(test)]
mod tests;

use std::fmt;

use chrono::{Days, Months, NaiveDate};

use super::date;
use crate::text::fullwidth::digits_to_ascii;
use crate::text::value_error::{ValueError, quoted};

/// The longest period, in years. Any longer period gives an expiry after the last allowed year.
const MAX_YEARS: u64 = 9999;
const MAX_MONTHS: u64 = MAX_YEARS * 12;
const MAX_DAYS: u64 = MAX_YEARS * 366;

/// A length of time of at least one day: calendar months first, then days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    months: u32,
    days: u32,
}

impl Period {
    /// One week, the default lead.
    pub(crate) const WEEK: Self = Self { months: 0, days: 7 };
    /// One day.
    pub(crate) const DAY: Self = Self { months: 0, days: 1 };

    /// Reads words (`3 months`, `90d`, `1 year 6 months`, `3个月`) or an ISO 8601 duration (`P3M`).
    /// Full-width digits are read as well.
    ///
    /// # Errors
    ///
    /// Returns an error if the number or the unit cannot be read, if the unit is `m` (months or
    /// minutes?) or shorter than a day, or if the period is negative, empty or longer than 9999
    /// years.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let text = &*digits_to_ascii(text.trim());
        if text.starts_with(['-', '−']) {
            return Err(ValueError::new(format!(
                "{} is negative: allowed from 1 day",
                quoted(text)
            )));
        }
        if let Some(parts) = text.strip_prefix('P') {
            return parse_iso(text, parts);
        }
        let mut total = Length::default();
        let mut rest = text;
        while !rest.is_empty() {
            let (number, unit, after) = split_first(rest);
            if number.is_empty() || unit.is_empty() {
                return Err(unreadable(text, number));
            }
            total.add(text, number, unit)?;
            if after.starts_with([',', '，', '、']) {
                return Err(not_one_length(text));
            }
            rest = without_and(after);
        }
        total.finish(text)
    }

    /// The day `times` periods after `anchor`, clamped to the end of its month. `None` if it is
    /// after the last allowed year.
    #[must_use]
    pub fn after(self, anchor: NaiveDate, times: u32) -> Option<NaiveDate> {
        let months = u64::from(self.months) * u64::from(times);
        let days = u64::from(self.days) * u64::from(times);
        if months > MAX_MONTHS || days > MAX_DAYS {
            return None;
        }
        anchor
            .checked_add_months(Months::new(months as u32))?
            .checked_add_days(Days::new(days))
            .filter(|day| date::in_range(*day))
    }

    /// The day one period before `day`, clamped to the end of its month. `None` if it is before the
    /// first allowed year.
    #[must_use]
    pub(crate) fn before(self, day: NaiveDate) -> Option<NaiveDate> {
        day.checked_sub_months(Months::new(self.months))?
            .checked_sub_days(Days::new(u64::from(self.days)))
            .filter(|day| date::in_range(*day))
    }

    /// A number of periods that, counted from `anchor`, never passes `day`. It is a lower bound,
    /// because it counts each month as 31 days.
    #[must_use]
    pub(crate) fn times_before(self, anchor: NaiveDate, day: NaiveDate) -> u32 {
        let most = i64::try_from(self.max_days()).unwrap_or(i64::MAX).max(1);
        u32::try_from((day - anchor).num_days() / most).unwrap_or(0)
    }

    /// The maximum length of the period in days.
    #[must_use]
    pub(crate) fn max_days(self) -> u64 {
        u64::from(self.months) * 31 + u64::from(self.days)
    }

    /// The minimum length of the period in days.
    #[must_use]
    pub(crate) fn min_days(self) -> u64 {
        // Four years have 1461 days, unless a century begins among them.
        let years = u64::from(self.months / 12) * 365;
        years + u64::from(self.months % 12) * 28 + u64::from(self.days)
    }

    /// The period as a plans file writes it: `3 months`, `1 year`, `7 days`. For months and days
    /// together, the ISO 8601 form is used.
    #[must_use]
    pub(crate) fn in_words(self) -> String {
        let counted = |number: u32, one: &str| match number {
            1 => format!("1 {one}"),
            _ => format!("{number} {one}s"),
        };
        match (self.months, self.days) {
            (0, days) => counted(days, "day"),
            (months, 0) if months % 12 == 0 => counted(months / 12, "year"),
            (months, 0) => counted(months, "month"),
            _ => self.to_string(),
        }
    }

    /// The months and the days that are added after them.
    #[must_use]
    pub(crate) fn months_and_days(self) -> (u32, u32) {
        (self.months, self.days)
    }

    /// The number of months, if the period has no days.
    #[must_use]
    pub(crate) fn whole_months(self) -> Option<u32> {
        (self.days == 0).then_some(self.months)
    }
}

/// The canonical ISO 8601 form, months and days: `P3M`, `P7D`, `P18M3D`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        if self.months > 0 {
            write!(f, "{}M", self.months)?;
        }
        if self.days > 0 {
            write!(f, "{}D", self.days)?;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Length {
    months: u64,
    days: u64,
    /// The unit that was added last: 1 for years, 2 for months, 3 for weeks, 4 for days.
    last: u8,
}

impl Length {
    fn add(&mut self, text: &str, number: &str, unit: &str) -> Result<(), ValueError> {
        let lower = unit.to_ascii_lowercase();
        let Some((order, _, months, days)) = find_unit(&lower) else {
            return Err(match lower.as_str() {
                "m" => ambiguous(text),
                "月" => ValueError::new(format!(
                    "{} is ambiguous: a month of the year, or a number of months?",
                    quoted(text)
                ))
                .hint(format!("write `{number}个月`")),
                "min" | "mins" | "minute" | "minutes" | "h" | "hr" | "hrs" | "hour" | "hours"
                | "s" | "sec" | "second" | "seconds" => too_short(text),
                other => ValueError::new(format!(
                    "unknown unit {} in {}: allowed days, weeks, months, years",
                    quoted(unit),
                    quoted(text)
                ))
                .did_you_mean(
                    other,
                    [
                        "days", "day", "weeks", "week", "months", "month", "years", "year",
                    ],
                ),
            });
        };
        if order <= self.last {
            return Err(not_one_length(text));
        }
        self.last = order;
        // A number with too many digits exceeds the limit in any case.
        let number = number.parse().unwrap_or(u64::MAX);
        self.months = self.months.saturating_add(number.saturating_mul(months));
        self.days = self.days.saturating_add(number.saturating_mul(days));
        Ok(())
    }

    fn finish(&self, text: &str) -> Result<Period, ValueError> {
        if text.is_empty() {
            return Err(unreadable(text, ""));
        }
        if self.months == 0 && self.days == 0 {
            return Err(no_time(text));
        }
        if self.months > MAX_MONTHS || self.days > MAX_DAYS {
            return Err(ValueError::new(format!(
                "{} is too long: allowed up to {MAX_YEARS} years",
                quoted(text)
            )));
        }
        Ok(Period {
            months: self.months as u32,
            days: self.days as u32,
        })
    }
}

/// A unit's place in the order of units, its name, and its months and days.
fn find_unit(unit: &str) -> Option<(u8, &'static str, u64, u64)> {
    Some(match unit {
        "y" | "yr" | "yrs" | "year" | "years" | "年" => (1, "year", 12, 0),
        "mo" | "mos" | "month" | "months" | "个月" | "個月" => (2, "month", 1, 0),
        "w" | "wk" | "wks" | "week" | "weeks" | "周" | "週" | "星期" | "个星期" => {
            (3, "week", 0, 7)
        }
        "d" | "day" | "days" | "天" | "日" => (4, "day", 0, 1),
        _ => return None,
    })
}

/// Splits a text into its first number, its first unit, and the rest.
fn split_first(text: &str) -> (&str, &str, &str) {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, after) = text.split_at(digits);
    let after = after.trim_start();
    let letters = after.len() - after.trim_start_matches(char::is_alphabetic).len();
    let (unit, after) = after.split_at(letters);
    (number, unit, after.trim_start())
}

fn without_and(text: &str) -> &str {
    text.strip_prefix("and ").unwrap_or(text).trim_start()
}

fn parse_iso(text: &str, parts: &str) -> Result<Period, ValueError> {
    let mut total = Length::default();
    let mut rest = parts;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let mut after = after.chars();
        let unit = match after.next() {
            Some('Y') => "years",
            Some('M') => "months",
            Some('W') => "weeks",
            Some('D') => "days",
            Some('T') => return Err(too_short(text)),
            _ => return Err(unreadable(text, "")),
        };
        if number.is_empty() {
            return Err(unreadable(text, ""));
        }
        total.add(text, number, unit)?;
        rest = after.as_str();
    }
    if total.last == 0 {
        return Err(unreadable(text, ""));
    }
    total.finish(text)
}

fn ambiguous(text: &str) -> ValueError {
    let error = ValueError::new(format!("{} is ambiguous: months or minutes?", quoted(text)));
    match with_months_for_m(text) {
        Some(words) => error.hint(format!("write `{words}`")),
        None => error,
    }
}

/// Writes the same length in full words, with each `m` read as months. `None` if the result is not
/// a valid length either.
fn with_months_for_m(text: &str) -> Option<String> {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (number, unit, after) = split_first(rest);
        let name = match unit.to_ascii_lowercase().as_str() {
            "m" => "month",
            unit => find_unit(unit)?.1,
        };
        let number: u64 = number.parse().ok()?;
        let plural = if number == 1 { "" } else { "s" };
        words.push(format!("{number} {name}{plural}"));
        rest = without_and(after);
    }
    let words = words.join(" ");
    Period::parse(&words).is_ok().then_some(words)
}

fn too_short(text: &str) -> ValueError {
    ValueError::new(format!(
        "{} has a unit shorter than a day: allowed days, weeks, months, years",
        quoted(text)
    ))
}

fn not_one_length(text: &str) -> ValueError {
    let error = ValueError::new(format!(
        "{} is not one length of time: years, months, weeks and days come once each, in that order, without commas",
        quoted(text)
    ));
    error.hint(match text.contains(['，', '、']) {
        true => "a list needs brackets and the comma `,`: `[14d, 7d, 1d]`",
        false => "a list needs brackets: `[14d, 7d, 1d]`",
    })
}

fn no_time(text: &str) -> ValueError {
    ValueError::new(format!(
        "{} is shorter than a day: allowed from 1 day",
        quoted(text)
    ))
}

fn unreadable(text: &str, number: &str) -> ValueError {
    if !text.is_empty() && text.bytes().all(|byte| byte == b'0') {
        return no_time(text);
    }
    let error = ValueError::new(format!("{} is not a length of time", quoted(text)));
    if number == text && !number.is_empty() {
        error.hint(format!(
            "add the unit: `{number} days` or `{number} months`"
        ))
    } else if text.contains(['天', '日', '周', '月', '年']) {
        error.hint("write `90天`, `2周`, `3个月` or `1年`")
    } else {
        error.hint("write `90 days`, `2 weeks`, `3 months`, `1 year` or `P3M`")
    }
}
