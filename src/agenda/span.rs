//! The time for which a plan works, for drawing it as a bar.

use chrono::NaiveDate;

use crate::plan::Plan;
use crate::plan::schedule::Schedule;

/// The time for which a plan works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// The last renewal, if it is known.
    pub(crate) start: Option<NaiveDate>,
    /// The last day on which it works; `None` if it renews by itself without an end.
    pub(crate) works_until: Option<NaiveDate>,
    /// The last day on which it can be recovered.
    pub(crate) recoverable_until: Option<NaiveDate>,
}

impl Span {
    /// The span of the current cycle.
    #[must_use]
    pub(crate) fn of(plan: &Plan<'_>, schedule: &Schedule) -> Self {
        let cycle_start = plan.expiry.cycle_start();
        let counted = || plan.expiry.validity()?.before(plan.expiry.day());
        let expiry = schedule.expiry;
        let until_given_up = |day: Option<NaiveDate>| day.into_iter().chain(plan.ended).min();
        let works = until_given_up(expiry);
        Self {
            start: cycle_start.or_else(counted),
            works_until: works,
            recoverable_until: match schedule.grace_end {
                Some(end) if works == expiry => until_given_up(Some(end)),
                _ => works,
            },
        }
    }
}
