//! When a plan runs out: an explicit day, or a renewal and how long it lasts.

use chrono::NaiveDate;

use crate::text::value_error::ValueError;
use crate::time::date::LAST_YEAR;
use crate::time::period::Period;

/// The dates of a plan. **The expiry is the last day on which it works.**
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// `expires`: the plan gives the day itself.
    Explicit {
        /// The expiry.
        expires: NaiveDate,
        /// The day of the last renewal; the expiry does not depend on it.
        renewed: Option<NaiveDate>,
        /// The period by which the day repeats, or by which a renewal extends it.
        validity: Option<Period>,
        /// Whether a renewal counts from the old expiry instead of from the day of the renewal.
        from_expiry: bool,
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
        expires: Option<NaiveDate>,
        renewed: Option<NaiveDate>,
        validity: Option<Period>,
        from_expiry: bool,
    ) -> Result<Self, ValueError> {
        match (expires, renewed, validity) {
            (Some(_), Some(_), Some(_)) => Err(all_three()),
            (Some(expires), renewed, validity) => Ok(Self::Explicit {
                expires,
                renewed,
                validity,
                from_expiry,
            }),
            (None, Some(renewed), Some(validity)) => {
                if validity.after(renewed, 1).is_none() {
                    return Err(ValueError::new(format!(
                        "the validity, counted from {renewed}, ends after the year {LAST_YEAR}"
                    )));
                }
                Ok(Self::FromRenewal { renewed, validity })
            }
            (None, Some(_), None) => Err(ValueError::new("`renewed` has no `validity` beside it")
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
            Self::Explicit { expires, .. } => expires,
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
        match *self {
            Self::Explicit { expires, .. } if index == 0 => Some(expires),
            Self::Explicit {
                expires, validity, ..
            } => validity?.after(expires, index),
            Self::FromRenewal { renewed, validity } => {
                validity.after(renewed, index.checked_add(1)?)
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

    /// The period by which the expiry repeats, or by which a renewal extends it.
    #[must_use]
    pub(crate) fn validity(&self) -> Option<Period> {
        match *self {
            Self::Explicit { validity, .. } => validity,
            Self::FromRenewal { validity, .. } => Some(validity),
        }
    }
}
