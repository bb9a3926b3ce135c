//! When automatic renewal ends, and which expiry a renewal gives a plan.
//!
//! A plan that renews by itself until a day expires on the first of its dates after that day.
//! `list` shows the expiry that `renew` would write, so both use these functions.

use chrono::{Datelike as _, NaiveDate};

use crate::plan::expiry::{Extends, LastDay};
use crate::plan::list::Plan;
use crate::time::period::Period;

/// The maximum number of periods between the `from` of a renewal and an expiry counted from it.
const MAX_STEPS: u32 = 10_000;

/// The end of a plan's automatic renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AutoRenewalEnd {
    /// The last day on which the plan may renew by itself, as the plans file says.
    pub(crate) until: NaiveDate,
    /// The last date on which the plan renews by itself, if there is one.
    pub(crate) last: Option<NaiveDate>,
    /// The first date after `until`, which is an ordinary expiry.
    pub(crate) expiry: NaiveDate,
    /// The index of that date for [`crate::plan::Expiry::nth_day`].
    index: u32,
}

impl Plan<'_> {
    /// When the plan stops renewing by itself. `None` if it does not renew by itself, never stops,
    /// or stops after the last allowed year.
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

    /// The end of automatic renewal, if the last automatic renewal was before `day`. After that,
    /// the plan is renewed like any other plan.
    #[must_use]
    pub fn auto_renewal_ended_before(&self, day: NaiveDate) -> Option<AutoRenewalEnd> {
        let end = self.auto_renewal_end()?;
        end.last.is_none_or(|last| last < day).then_some(end)
    }

    /// The expiry that a renewal on `on` replaces. `None` if the plan renews by itself on that day.
    #[must_use]
    pub fn expiry_on(&self, on: NaiveDate) -> Option<NaiveDate> {
        match self.automatic() {
            None => Some(self.expiry.day()),
            Some(_) => self.auto_renewal_ended_before(on).map(|end| end.expiry),
        }
    }

    /// The expiry of [`Plan::expiry_on`] and the dates after it, one period apart.
    pub(crate) fn dates_on(&self, on: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        let first = self
            .auto_renewal_ended_before(on)
            .map_or(0, |end| end.index);
        (first..).map_while(|index| self.expiry.nth_day(index))
    }

    /// The expiry that a renewal on `on` gives the plan by its own terms. `None` if the plan renews
    /// by itself, if it does not give the length of a renewal, or if the expiry would be after the
    /// last allowed year.
    #[must_use]
    pub(crate) fn renewed_on(&self, on: NaiveDate) -> Option<NaiveDate> {
        self.expiry_on(on)?;
        let validity = self.expiry.validity()?;
        let counted = validity.after(on, 1);
        match self.expiry.extends() {
            Extends::FromRenewal => counted,
            Extends::FromExpiry => self.extended_on(on, validity).map(|(last, _)| last.day()),
            Extends::NeverShorter => counted.max(self.expiry_on(on)),
        }
    }

    /// The expiry of [`Plan::expiry_on`], which may be a month.
    pub(crate) fn last_day_on(&self, on: NaiveDate) -> Option<LastDay> {
        self.expiry_on(on)?;
        let end = self.auto_renewal_ended_before(on);
        self.expiry.nth(end.map_or(0, |end| end.index))
    }

    /// The expiry one period after the old one; a month stays a month. If the month of the new
    /// expiry does not have the day, also returns the date from which it was counted.
    pub(crate) fn extended_on(
        &self,
        on: NaiveDate,
        period: Period,
    ) -> Option<(LastDay, Option<NaiveDate>)> {
        let expires = self.expiry_on(on)?;
        let old = self.last_day_on(on)?;
        if old.keeps_month(period) {
            return Some((old.after(period, 1)?, None));
        }
        let (origin, steps) = self
            .steps_to(expires, on, period)
            .map_or((expires, 1), |(origin, steps)| (origin, steps + 1));
        let day = period.after(origin, steps)?;
        let is_cut = period.whole_months().is_some() && day.day() < origin.day();
        Some((day.into(), is_cut.then_some(origin)))
    }

    /// The date from which an expiry was counted and the number of periods between the two dates,
    /// if it is a whole number.
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
