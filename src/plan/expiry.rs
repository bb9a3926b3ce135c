//! When a plan runs out: an explicit day, or a renewal and how long it lasts.

use std::fmt;

use chrono::{Datelike as _, Months, NaiveDate};

use crate::text::value_error::{ValueError, quoted};
use crate::time::date::{self, FIRST_YEAR, LAST_YEAR};
use crate::time::period::Period;

/// The last day of something: a day, `2027-03-31`, or a month whose last day it is, `2027-03`, as
/// bank cards give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastDay {
    day: NaiveDate,
    is_month: bool,
}

impl LastDay {
    /// Reads `YYYY-MM-DD` or `YYYY-MM`.
    ///
    /// # Errors
    ///
    /// The errors of [`date::parse`], and an error for a month that does not exist or is out of
    /// range.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        if !date::is_month(text) {
            let day = date::parse(text);
            let lax = |error: ValueError| match lax_month(text) {
                Some(month) => error.hint(format!("write the month as `{month}`")),
                None => error,
            };
            return day.map(Self::from).map_err(lax);
        }
        let first = date::parse(&format!("{text}-01")).ok();
        first.and_then(Self::month_of).ok_or_else(|| {
            ValueError::new(format!(
                "{} is not a month: allowed {FIRST_YEAR}-01 to {LAST_YEAR}-12",
                quoted(text)
            ))
        })
    }

    /// The month that contains a day.
    fn month_of(day: NaiveDate) -> Option<Self> {
        let next = day.with_day(1)?.checked_add_months(Months::new(1))?;
        Some(Self {
            day: next.pred_opt()?,
            is_month: true,
        })
    }

    /// The day, or the last day of the month.
    #[must_use]
    pub fn day(self) -> NaiveDate {
        self.day
    }

    /// Whether it was given as a month.
    pub(crate) fn is_month(self) -> bool {
        self.is_month
    }

    /// Whether a number of periods counted from it gives a month.
    pub(crate) fn keeps_month(self, period: Period) -> bool {
        self.is_month && period.whole_months().is_some()
    }

    /// The last day `times` periods later: a month if this is a month and the period has whole
    /// months, otherwise a day. `None` if it is after the last allowed year.
    #[must_use]
    pub fn after(self, period: Period, times: u32) -> Option<Self> {
        match self.keeps_month(period) {
            true => Self::month_of(period.after(self.day.with_day(1)?, times)?),
            false => period.after(self.day, times).map(Self::from),
        }
    }
}

impl From<NaiveDate> for LastDay {
    fn from(day: NaiveDate) -> Self {
        Self {
            day,
            is_month: false,
        }
    }
}

/// The form of the plans file.
impl fmt::Display for LastDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_month {
            true => self.day.format("%Y-%m").fmt(f),
            false => self.day.fmt(f),
        }
    }
}

/// The month that a text in a lax form means, as in `03/27`, `3/2027` or `2027-3`.
fn lax_month(text: &str) -> Option<LastDay> {
    let (first, second) = text.trim().split_once(['/', '-', '.'])?;
    let number = |text: &str| {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u32>().ok().filter(|_| is_number)
    };
    let (year, month) = match (first.len(), second.len()) {
        (4, 1 | 2) => (number(first)?, number(second)?),
        (1 | 2, 4) => (number(second)?, number(first)?),
        (1 | 2, 2) => (2000 + number(second)?, number(first)?),
        _ => return None,
    };
    let first = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, 1)?;
    LastDay::month_of(first).filter(|month| date::in_range(month.day))
}

/// The day from which a renewal counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extends {
    /// The day of the renewal.
    #[default]
    FromRenewal,
    /// The old expiry.
    FromExpiry,
    /// The day of the renewal, but the new expiry is never before the old one.
    NeverShorter,
}

impl Extends {
    /// The names in a plans file, in the order in which messages list them.
    pub(crate) const NAMES: [&str; 3] = ["from-renewal", "from-expiry", "never-shorter"];

    /// The name in a plans file.
    pub(crate) fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Reads one of [`Extends::NAMES`].
    ///
    /// # Errors
    ///
    /// Returns an error for any other word. The hint gives a similar name.
    pub(crate) fn parse(text: &str) -> Result<Self, ValueError> {
        match text {
            "from-renewal" => Ok(Self::FromRenewal),
            "from-expiry" => Ok(Self::FromExpiry),
            "never-shorter" => Ok(Self::NeverShorter),
            _ => Err(ValueError::new(format!(
                "unknown extends {}: allowed {}",
                quoted(text),
                Self::NAMES.join(", ")
            ))
            .did_you_mean(text, Self::NAMES)),
        }
    }
}

/// The dates of a plan. **The expiry is the last day on which it works.**
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// `expires`: the plan gives the day itself.
    Explicit {
        /// The expiry.
        expires: LastDay,
        /// The day of the last renewal; the expiry does not depend on it.
        renewed: Option<NaiveDate>,
        /// The period by which the day repeats, or by which a renewal extends it.
        validity: Option<Period>,
        /// The day from which a renewal counts.
        extends: Extends,
    },
    /// `renewed` with `validity`: the expiry is `validity` after `renewed`.
    FromRenewal {
        /// The day from which the expiry counts.
        renewed: NaiveDate,
        /// How long the plan works after that day.
        validity: Period,
    },
}

/// The error for a plan that has all of `expires`, `renewed` and `validity`.
pub(crate) fn all_three() -> ValueError {
    ValueError::new("`expires`, `renewed` and `validity` together: which one counts?")
        .hint("keep `expires`, or keep `renewed` with `validity`")
}

impl Expiry {
    /// Makes an expiry from the three fields of a plan.
    ///
    /// # Errors
    ///
    /// Returns an error if all three fields are given, if neither `expires` nor both other fields
    /// are given, or if the expiry is after the year 9998.
    pub(crate) fn new(
        expires: Option<LastDay>,
        renewed: Option<NaiveDate>,
        validity: Option<Period>,
        extends: Extends,
    ) -> Result<Self, ValueError> {
        match (expires, renewed, validity) {
            (Some(_), Some(_), Some(_)) => Err(all_three()),
            (Some(expires), renewed, validity) => Ok(Self::Explicit {
                expires,
                renewed,
                validity,
                extends,
            }),
            (None, Some(renewed), Some(validity)) => {
                if validity.after(renewed, 1).is_none() {
                    return Err(ValueError::new(format!(
                        "the validity, counted from {renewed}, ends after the year {LAST_YEAR}"
                    )));
                }
                Ok(Self::FromRenewal { renewed, validity })
            }
            (None, Some(_), None) => Err(ValueError::new("`renewed` needs `validity`")
                .hint("say how long a renewal lasts, as in `validity: 3 months`")),
            (None, None, Some(_)) => Err(ValueError::new("`validity` has no date to count from")
                .hint("add `renewed`, the day of the last renewal, as in `renewed: 2026-10-05`")),
            (None, None, None) => Err(ValueError::new("a plan needs a date").hint(
                "add `expires: 2027-01-31`, or `renewed: 2026-10-05` with `validity: 3 months`",
            )),
        }
    }

    /// The expiry of the current cycle.
    #[must_use]
    pub fn day(&self) -> NaiveDate {
        match *self {
            Self::Explicit { expires, .. } => expires.day(),
            Self::FromRenewal { renewed, validity } => {
                validity.after(renewed, 1).unwrap_or(renewed)
            }
        }
    }

    /// The date with an index. Index 0 is the expiry; the other indices are the dates on which it
    /// repeats, all counted from the same day. `None` if the expiry does not repeat, or if the date
    /// is after the last allowed year.
    #[must_use]
    pub(crate) fn nth_day(&self, index: u32) -> Option<NaiveDate> {
        self.nth(index).map(LastDay::day)
    }

    /// The date of [`Self::nth_day`], in the form of the plans file.
    pub(crate) fn nth(&self, index: u32) -> Option<LastDay> {
        match *self {
            Self::Explicit { expires, .. } if index == 0 => Some(expires),
            Self::Explicit {
                expires, validity, ..
            } => expires.after(validity?, index),
            Self::FromRenewal { renewed, validity } => {
                let day = validity.after(renewed, index.checked_add(1)?)?;
                Some(day.into())
            }
        }
    }

    /// An index that is at most the index of the first date on or after `day`.
    #[must_use]
    pub(crate) fn index_before(&self, day: NaiveDate) -> u32 {
        self.validity()
            .map_or(0, |validity| validity.times_before(self.day(), day))
    }

    /// The first day of the current cycle; no warning comes before it. This is the last renewal,
    /// unless an explicit expiry is before that renewal and so belongs to an earlier cycle.
    #[must_use]
    pub(crate) fn cycle_start(&self) -> Option<NaiveDate> {
        self.renewed().filter(|renewed| *renewed <= self.day())
    }

    /// The day of the last renewal.
    #[must_use]
    pub fn renewed(&self) -> Option<NaiveDate> {
        match *self {
            Self::Explicit { renewed, .. } => renewed,
            Self::FromRenewal { renewed, .. } => Some(renewed),
        }
    }

    /// The day from which a renewal counts.
    #[must_use]
    pub(crate) fn extends(&self) -> Extends {
        match *self {
            Self::Explicit { extends, .. } => extends,
            Self::FromRenewal { .. } => Extends::FromRenewal,
        }
    }

    /// The period by which the expiry repeats, or by which a renewal extends it.
    #[must_use]
    pub(crate) fn validity(&self) -> Option<Period> {
        match *self {
            Self::Explicit { validity, .. } => validity,
            Self::FromRenewal { validity, .. } => Some(validity),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LastDay;
    use crate::time::period::Period;

    #[test]
    fn a_month_is_its_last_day_and_stays_a_month() {
        for (text, day) in [
            ("2027-03", "2027-03-31"),
            ("2027-02", "2027-02-28"),
            ("2028-02", "2028-02-29"),
            ("9998-12", "9998-12-31"),
            ("2027-03-30", "2027-03-30"),
        ] {
            let last = LastDay::parse(text).expect(text);
            assert_eq!(last.day().to_string(), day);
            assert_eq!(last.to_string(), text);
        }
        for (text, period, times, after) in [
            ("2027-02", "1 month", 1, Some("2027-03")),
            ("2027-01", "1 month", 13, Some("2028-02")),
            ("2027-03", "3 years", 1, Some("2030-03")),
            // Another period counts days from the last day of the month.
            ("2027-02", "30 days", 1, Some("2027-03-30")),
            ("2027-01", "1 month 1 day", 1, Some("2027-03-01")),
            ("2027-01-31", "1 month", 1, Some("2027-02-28")),
            ("9998-12", "1 month", 1, None),
        ] {
            let period = Period::parse(period).expect(period);
            let last = LastDay::parse(text).expect(text).after(period, times);
            assert_eq!(
                last.map(|last| last.to_string()).as_deref(),
                after,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_month_is_told_how_to_write_it() {
        const DATE: &str = "write year, month and day as `2026-10-05`";
        for (text, message, hint) in [
            (
                "2027-13",
                "`2027-13` is not a month: allowed 1900-01 to 9998-12",
                None,
            ),
            (
                "1899-12",
                "`1899-12` is not a month: allowed 1900-01 to 9998-12",
                None,
            ),
            (
                "03/27",
                "`03/27` is not a date",
                Some("write the month as `2027-03`"),
            ),
            (
                "3/2027",
                "`3/2027` is not a date",
                Some("write the month as `2027-03`"),
            ),
            (
                "2027-3",
                "`2027-3` is not a date",
                Some("write the month as `2027-03`"),
            ),
            ("27/03", "`27/03` is not a date", Some(DATE)),
            (
                "2027/03/31",
                "`2027/03/31` is not a date",
                Some("write `2027-03-31`"),
            ),
        ] {
            let error = LastDay::parse(text).expect_err(text);
            assert_eq!(error.message, message);
            assert_eq!(error.hint.as_deref(), hint, "{text}");
        }
    }
}
