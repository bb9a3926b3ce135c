//! When a plan runs out: an explicit day, or a renewal and how long it lasts.

use chrono::NaiveDate;

use crate::text::value_error::ValueError;
use crate::time::date::LAST_YEAR;
use crate::time::period::Period;

/// The dates of a plan. **The expiry is the last day on which it works.**
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// `expires`, an explicit day.
    Explicit {
        /// The expiry.
        expires: NaiveDate,
        /// The last renewal, which only records when it was.
        renewed: Option<NaiveDate>,
        /// The period by which the day repeats or is renewed.
        validity: Option<Period>,
        /// Whether a renewal counts from the expiry, not from the day on which it is done.
        from_expiry: bool,
    },
    /// `renewed` with `validity`: the expiry is their sum.
    FromRenewal {
        /// The last action that counted.
        renewed: NaiveDate,
        /// How long it lasts.
        validity: Period,
    },
}

/// `expires`, `renewed` and `validity` together.
pub(crate) fn all_three() -> ValueError {
    ValueError::new("`expires`, `renewed` and `validity` together: which one counts?")
        .hint("keep `expires`, or keep `renewed` with `validity`")
}

impl Expiry {
    /// Puts the three fields together.
    ///
    /// # Errors
    ///
    /// All three, neither expiry nor both of `renewed` and `validity`, an expiry after 9998.
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

    /// The expiry of the present cycle.
    #[must_use]
    pub fn day(&self) -> NaiveDate {
        match *self {
            Self::Explicit { expires, .. } => expires,
            Self::FromRenewal { renewed, validity } => {
                validity.after(renewed, 1).unwrap_or(renewed)
            }
        }
    }

    /// The `index`th date, from 0: the expiry, then those by which it repeats, each counted from
    /// the anchor. `None` where it does not repeat, or past the last year that is allowed.
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

    /// An index at or before that of the first date that is not before `day`.
    #[must_use]
    pub(crate) fn index_before(&self, day: NaiveDate) -> u32 {
        self.validity()
            .map_or(0, |validity| validity.times_before(self.day(), day))
    }

    /// The day before which nothing is warned of: the last renewal, unless an explicit expiry
    /// lies before that and so belongs to another cycle.
    #[must_use]
    pub(crate) fn cycle_start(&self) -> Option<NaiveDate> {
        self.renewed().filter(|renewed| *renewed <= self.day())
    }

    /// The last renewal.
    #[must_use]
    pub fn renewed(&self) -> Option<NaiveDate> {
        match *self {
            Self::Explicit { renewed, .. } => renewed,
            Self::FromRenewal { renewed, .. } => Some(renewed),
        }
    }

    /// The period by which it repeats or is renewed.
    #[must_use]
    pub(crate) fn validity(&self) -> Option<Period> {
        match *self {
            Self::Explicit { validity, .. } => validity,
            Self::FromRenewal { validity, .. } => Some(validity),
        }
    }
}
