//! The expiry that nothing renews, and what a renewal makes of it.
//!
//! What renews by itself up to a day has such an expiry as well: the first date after that day. The
//! list foretells what `renew` writes, so both count here.

use chrono::{Datelike as _, NaiveDate};

use crate::plan::expiry::Expiry;
use crate::plan::list::Plan;
use crate::time::period::Period;

/// Renewals in a row that a `from` is followed through; from there on a date counts as it stands.
const MAX_STEPS: u32 = 10_000;

/// How a plan stops to renew by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AutoRenewalEnd {
    /// The last day on which it may renew by itself, as the plans file has it.
    pub(crate) until: NaiveDate,
    /// The last date on which it does, if there is one.
    pub(crate) last: Option<NaiveDate>,
    /// The first date after `until`: an ordinary expiry.
    pub(crate) expiry: NaiveDate,
    /// Which of the dates of [`Expiry::nth_day`] that is.
    index: u32,
}

impl Plan<'_> {
    /// How it stops to renew by itself. `None` where it never does, or not before the last year
    /// that is allowed.
    #[must_use]
    pub(crate) fn auto_renewal_end(&self) -> Option<AutoRenewalEnd> {
        let until = self.automatic()?.until?;
        let mut index = self.expiry.index_before(until);
        let mut last = index
            .checked_sub(1)
            .and_then(|before| self.expiry.nth_day(before));
        loop {
            let day = self.expiry.nth_day(index)?;
            if day > until {
                return Some(AutoRenewalEnd {
                    until,
                    last,
                    expiry: day,
                    index,
                });
            }
            last = Some(day);
            index += 1;
        }
    }

    /// Its end, where it has renewed by itself for the last time before `day`: from then on it
    /// is renewed as any other plan.
    #[must_use]
    pub(crate) fn auto_renewal_ended_before(&self, day: NaiveDate) -> Option<AutoRenewalEnd> {
        let end = self.auto_renewal_end()?;
        end.last.is_none_or(|last| last < day).then_some(end)
    }

    /// The last day on which it works unless it is renewed, where a renewal on `on` moves that.
    /// `None` where it renews by itself.
    #[must_use]
    pub(crate) fn expiry_on(&self, on: NaiveDate) -> Option<NaiveDate> {
        match self.automatic() {
            None => Some(self.expiry.day()),
            Some(_) => self.auto_renewal_ended_before(on).map(|end| end.expiry),
        }
    }

    /// Its dates from [`Plan::expiry_on`] on, each a period after the one before.
    pub(crate) fn dates_on(&self, on: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        let first = self
            .auto_renewal_ended_before(on)
            .map_or(0, |end| end.index);
        (first..).map_while(|index| self.expiry.nth_day(index))
    }

    /// The expiry that a renewal on `on` gives it, as the plan itself says. `None` where it renews
    /// by itself, where nothing says how long a renewal lasts, and past the last year that is allowed.
    #[must_use]
    pub(crate) fn renewed_on(&self, on: NaiveDate) -> Option<NaiveDate> {
        self.expiry_on(on)?;
        let validity = self.expiry.validity()?;
        match self.expiry {
            Expiry::Explicit {
                from_expiry: true, ..
            } => self.extended_on(on, validity).map(|(day, _)| day),
            _ => validity.after(on, 1),
        }
    }

    /// The expiry a period after the old one, and what it was counted from where the day was cut
    /// off.
    pub(crate) fn extended_on(
        &self,
        on: NaiveDate,
        period: Period,
    ) -> Option<(NaiveDate, Option<NaiveDate>)> {
        let expires = self.expiry_on(on)?;
        let (origin, steps) = self
            .steps_to(expires, on, period)
            .map_or((expires, 1), |(origin, steps)| (origin, steps + 1));
        let day = period.after(origin, steps)?;
        let is_cut = period.whole_months().is_some() && day.day() < origin.day();
        Some((day, is_cut.then_some(origin)))
    }

    /// The date that an expiry was counted from and how many periods lie between them, if it is
    /// whole ones.
    fn steps_to(
        &self,
        expires: NaiveDate,
        on: NaiveDate,
        period: Period,
    ) -> Option<(NaiveDate, u32)> {
        let validity = self.expiry.validity().filter(|own| *own == period)?;
        if let Some(end) = self
            .auto_renewal_ended_before(on)
            .filter(|end| end.index > 0)
        {
            return Some((self.expiry.day(), end.index));
        }
        let newest = self.history.iter().max_by_key(|entry| entry.on);
        let origin = newest.and_then(|entry| entry.from)?;
        let reach = |steps: &u32| validity.after(origin, *steps);
        let steps = (1..MAX_STEPS)
            .take_while(|steps| reach(steps).is_some_and(|day| day <= expires))
            .find(|steps| reach(steps) == Some(expires))?;
        Some((origin, steps))
    }
}
