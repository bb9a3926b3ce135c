//! The status of a plan on a day: the next day that matters, how many days away it is, and whether
//! the plan is due.

use chrono::{NaiveDate, TimeDelta};

use crate::plan::list::Plan;
use crate::plan::schedule::{Kind, Schedule};

/// The maximum number of days since a plan expired, or since its grace ended, for which it is
/// listed first.
const LONG_PAST_DAYS: i64 = 365;
/// The rank after all others.
const LAST_RANK: u8 = 3;

/// The status of a plan; all numbers are days from today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlanStatus {
    /// Expired, and it can be recovered for this many more days; 0 on the last one.
    Grace(i64),
    /// Expired this many days ago, at least 1, and has no grace.
    Expired(i64),
    /// Its grace ended this many days ago, at least 1.
    Lost(i64),
    /// It works for this many more days; 0 on its expiry, the last day on which it works.
    Ends(i64),
    /// It renews by itself in this many days.
    Renews(i64),
    /// It renews by itself, unless it is cancelled within this many days; 0 on the last one. A
    /// warning of that day has come.
    CancelBy(i64),
    /// It is given up in this many days, before it expires or renews.
    GivenUp(i64),
}

/// How soon the user has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// It has expired.
    Expired,
    /// It has not expired, and it is due.
    Due,
    /// It expires later and is not due yet.
    Later,
    /// The user does not have to act: the plan renews by itself, or is given up before it expires.
    Automatic,
}

impl PlanStatus {
    /// The status of a plan on `today`. `None` if the plan was given up before that day.
    #[must_use]
    pub(crate) fn of(plan: &Plan<'_>, schedule: &Schedule, today: NaiveDate) -> Option<Self> {
        let days = |day: NaiveDate| (day - today).num_days();
        if plan.ended.is_some_and(|ended| ended < today) {
            return None;
        }
        if let Some(day) = schedule.cancel_by(today) {
            return Some(Self::CancelBy(days(day)));
        }
        let renewal = next_renewal(schedule, today);
        if let Some(day) = renewal.filter(|_| !schedule.is_ending(today)) {
            return Some(Self::Renews(days(day)));
        }
        // A plan that renews by itself has no expiry if its next date is after the last allowed
        // year, or after the day on which the plan is given up.
        let expiry = match (schedule.expiry, plan.ended) {
            (_, Some(ended)) if renewal.is_some() => return Some(Self::GivenUp(days(ended))),
            (None, Some(ended)) => return Some(Self::GivenUp(days(ended))),
            (expiry, _) => expiry.unwrap_or_else(|| plan.expiry.day()),
        };
        Some(match (plan.ended, schedule.grace_end) {
            (Some(ended), _) if expiry > ended => Self::GivenUp(days(ended)),
            _ if expiry >= today => Self::Ends(days(expiry)),
            (_, Some(end)) if end >= today => Self::Grace(days(end)),
            (_, Some(end)) => Self::Lost(-days(end)),
            (_, None) => Self::Expired(-days(expiry)),
        })
    }

    /// The key by which a list is sorted: first plans that can still be recovered, then expired
    /// plans, then plans that expire later. The nearest day comes first in each group. Plans that
    /// expired long ago come last.
    #[must_use]
    pub(crate) fn rank(self) -> (u8, i64) {
        match self {
            Self::Grace(left) => (0, left),
            Self::Expired(ago) | Self::Lost(ago) if ago <= LONG_PAST_DAYS => (1, ago),
            Self::Ends(days) | Self::Renews(days) | Self::CancelBy(days) | Self::GivenUp(days) => {
                (2, days)
            }
            Self::Expired(ago) | Self::Lost(ago) => (LAST_RANK, ago),
        }
    }

    /// The day to or from which the status counts, if it is the status on `today`.
    #[must_use]
    pub(crate) fn day(self, today: NaiveDate) -> Option<NaiveDate> {
        let days = match self {
            Self::Grace(days)
            | Self::Ends(days)
            | Self::Renews(days)
            | Self::CancelBy(days)
            | Self::GivenUp(days) => days,
            Self::Expired(ago) | Self::Lost(ago) => -ago,
        };
        today.checked_add_signed(TimeDelta::try_days(days)?)
    }

    /// Whether the plan has expired: it is overdue, in grace or past its grace.
    #[must_use]
    pub(crate) fn is_expired(self) -> bool {
        matches!(self, Self::Grace(_) | Self::Expired(_) | Self::Lost(_))
    }

    /// Whether the plan is due on `today`, the day of this status. It is due if it has expired or
    /// the first warning of its expiry has come. It stays due until a renewal is recorded, because
    /// the renewal changes the schedule. It is also due while it can be cancelled before it renews
    /// by itself, and before the day on which it is given up, from the first warning on.
    ///
    /// An automatic renewal alone never makes a plan due. A plan that renews by itself until a day
    /// is due from the first warning of the expiry after that day.
    #[must_use]
    pub(crate) fn is_due(self, schedule: &Schedule, today: NaiveDate) -> bool {
        self.is_expired() || schedule.is_due(today)
    }

    /// How soon the user has to act; `is_due` says whether the plan is due.
    #[must_use]
    pub(crate) fn urgency(self, is_due: bool) -> Urgency {
        match self {
            Self::Grace(_) | Self::Expired(_) | Self::Lost(_) => Urgency::Expired,
            _ if is_due => Urgency::Due,
            Self::Ends(_) => Urgency::Later,
            Self::Renews(_) | Self::CancelBy(_) | Self::GivenUp(_) => Urgency::Automatic,
        }
    }

    /// Whether the plan expired so long ago that it is listed last.
    #[must_use]
    pub(crate) fn is_long_past(self) -> bool {
        self.rank().0 == LAST_RANK
    }
}

/// The next day, today or later, on which a plan renews by itself.
#[must_use]
pub(crate) fn next_renewal(schedule: &Schedule, today: NaiveDate) -> Option<NaiveDate> {
    let mut renewals = schedule
        .occurrences
        .iter()
        .filter(|occurrence| occurrence.kind == Kind::Renewal);
    renewals
        .find(|occurrence| occurrence.day >= today)
        .map(|occurrence| occurrence.day)
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate};

    use super::PlanStatus;
    use super::PlanStatus::Ends;
    use super::PlanStatus::Expired;
    use super::PlanStatus::GivenUp;
    use super::PlanStatus::Grace;
    use super::PlanStatus::Lost;
    use super::PlanStatus::Renews;
    use super::Urgency;
    use crate::document::Document;
    use crate::plan::schedule::Schedule;

    fn status(plan: &str, today: &str) -> Option<PlanStatus> {
        let text = format!("- {{name: A, {plan}}}\n");
        let document = Document::read(text.as_bytes()).expect(plan);
        let list = document.list();
        let today: NaiveDate = today.parse().expect(today);
        let schedule = Schedule::new(&list.plans[0], &list.settings, today.year());
        PlanStatus::of(&list.plans[0], &schedule, today)
    }

    #[test]
    fn counts_the_days_exactly() {
        const FIXED: &str = "expires: 2027-01-05";
        const GRACE: &str = "expires: 2027-01-05, grace: 60 days";
        const AUTO: &str = "renewed: 2026-10-31, validity: 1 month, grace: 10 days, renewal: {method: auto-debit, until: 2026-12-31}";
        for (plan, today, expected) in [
            (FIXED, "2026-12-29", Ends(7)),
            (FIXED, "2027-01-04", Ends(1)),
            (FIXED, "2027-01-05", Ends(0)),
            (FIXED, "2027-01-06", Expired(1)),
            (FIXED, "2029-01-05", Expired(731)),
            (GRACE, "2027-01-05", Ends(0)),
            (GRACE, "2027-01-06", Grace(59)),
            (GRACE, "2027-03-06", Grace(0)),
            (GRACE, "2027-03-07", Lost(1)),
            (AUTO, "2026-11-29", Renews(1)),
            (AUTO, "2026-11-30", Renews(0)),
            (AUTO, "2026-12-01", Renews(30)),
            (AUTO, "2026-12-31", Renews(0)),
            // The first date after `until` is an ordinary expiry.
            (AUTO, "2027-01-01", Ends(30)),
            (AUTO, "2027-02-01", Grace(9)),
            (AUTO, "2027-02-11", Lost(1)),
        ] {
            assert_eq!(status(plan, today), Some(expected), "{plan} on {today}");
        }
    }

    #[test]
    fn what_is_given_up_is_not_due() {
        for (plan, today, expected) in [
            (
                "expires: 2027-01-05, ended: 2027-01-01",
                "2026-12-31",
                Some(GivenUp(1)),
            ),
            (
                "expires: 2027-01-05, ended: 2027-01-01",
                "2027-01-01",
                Some(GivenUp(0)),
            ),
            ("expires: 2027-01-05, ended: 2027-01-01", "2027-01-02", None),
            (
                "expires: 2027-01-05, ended: 2027-01-05",
                "2027-01-05",
                Some(Ends(0)),
            ),
            (
                "renewed: 2026-10-31, validity: 1 month, renewal: {method: auto-debit}, ended: 2026-12-15",
                "2026-12-01",
                Some(GivenUp(14)),
            ),
            (
                "renewed: 2026-10-31, validity: 1 month, renewal: {method: auto-debit}, ended: 2026-12-15",
                "2026-11-30",
                Some(Renews(0)),
            ),
        ] {
            assert_eq!(status(plan, today), expected, "{plan} on {today}");
        }
    }

    #[test]
    fn what_can_be_saved_comes_first() {
        let order = [
            Grace(0),
            Grace(59),
            Expired(1),
            Lost(2),
            Expired(365),
            Ends(0),
            Renews(1),
            GivenUp(2),
            Ends(800),
            Lost(366),
            Expired(4000),
        ];
        assert!(order.is_sorted_by_key(|status| status.rank()));
        let long_past = order.iter().filter(|status| status.is_long_past());
        assert_eq!(long_past.count(), 2);
    }

    #[test]
    fn urgency_follows_what_is_due() {
        for (status, is_due, urgency, day) in [
            (Ends(14), true, Urgency::Due, "2027-01-15"),
            (Ends(0), true, Urgency::Due, "2027-01-01"),
            (Ends(1), false, Urgency::Later, "2027-01-02"),
            // The first warning of the expiry after the last automatic renewal has come.
            (Renews(1), true, Urgency::Due, "2027-01-02"),
            (Renews(1), false, Urgency::Automatic, "2027-01-02"),
            (GivenUp(0), false, Urgency::Automatic, "2027-01-01"),
            (Grace(2), true, Urgency::Expired, "2027-01-03"),
            (Expired(1), true, Urgency::Expired, "2026-12-31"),
            (Lost(31), true, Urgency::Expired, "2026-12-01"),
        ] {
            let today = NaiveDate::from_ymd_opt(2027, 1, 1).expect("a day");
            assert_eq!(status.urgency(is_due), urgency, "{status:?}");
            assert_eq!(status.day(today), day.parse().ok(), "{status:?}");
        }
    }
}
