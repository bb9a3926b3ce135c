//! The days that matter to a plan, and when each of them is warned of.
//!
//! A pure function of the plan, its calendar's leads and, for plans that renew by themselves
//! only, the calendar year. Everything is a whole day; E is the expiry, the last day on which the
//! plan works.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use crate::plan::list::Plan;
use crate::plan::settings::Settings;
use crate::time::date;
use crate::time::period::Period;

/// What a day is to a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A lead before the expiry.
    Notice(Lead),
    /// E, the last day on which it works.
    Expiry,
    /// E + 1: nothing says that it was renewed.
    Overdue,
    /// A lead before the end of grace.
    GraceNotice(Lead),
    /// E + grace, the last day to recover it.
    GraceEnd,
    /// A day on which it renews by itself.
    Renewal,
}

/// How long before a day it is warned of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lead {
    /// As the plans file says it.
    pub period: Period,
    /// The days that it is before the day in question; months differ. At least 1.
    pub days: u32,
}

/// One day that matters to a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// What it is.
    pub kind: Kind,
    /// The day.
    pub day: NaiveDate,
    /// When its alarms ring, the one for a week ahead first, then the longest lead first.
    pub alarms: Vec<Lead>,
}

/// The days of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schedule {
    /// By day, and for one day in the order of [`Kind`].
    pub occurrences: Vec<Occurrence>,
    /// The expiry that nothing renews; it may lie after the plan was given up, and past the
    /// occurrences. `None` only for what renews by itself, without an end or past every year.
    pub(crate) expiry: Option<NaiveDate>,
    /// The last day to recover it after that.
    pub(crate) grace_end: Option<NaiveDate>,
    /// The last automatic renewal that is written down, where more may follow.
    pub(crate) written_until: Option<NaiveDate>,
}

impl Schedule {
    /// The days of `plan` as of the calendar year `year`.
    ///
    /// Automatic renewals run from 1 January of the year before `year` (never before the anchor)
    /// to 31 December of the year after, and on to at least one date after that. The expiry that
    /// ends them is there as soon as it is warned of by then, however long its lead is.
    #[must_use]
    pub fn new(plan: &Plan<'_>, settings: &Settings<'_>, year: i32) -> Self {
        let mut schedule = Self::default();
        let leads = plan.remind.as_deref().unwrap_or(&settings.remind);
        match plan.automatic() {
            None => schedule.expire(plan, plan.expiry.day(), leads, settings.notices),
            Some(way) => match schedule.renew(plan, way.until, leads, year) {
                Some(last) => schedule.expire(plan, last, leads, settings.notices),
                // Nothing is written of it yet, but when it ends is known.
                None => {
                    if let Some(end) = plan.auto_renewal_end() {
                        schedule.end(plan, end.expiry);
                    }
                }
            },
        }
        // A lead may lie before a date that stands before its own.
        schedule
            .occurrences
            .sort_by_key(|occurrence| occurrence.day);
        if let Some(ended) = plan.ended {
            schedule
                .occurrences
                .retain(|occurrence| occurrence.day <= ended);
            schedule.written_until = schedule.written_until.filter(|day| *day <= ended);
        }
        schedule
    }

    /// Adds the automatic renewals and returns the first date after `until`, which is an
    /// ordinary expiry, where that is in the range or warned of in it.
    fn renew(
        &mut self,
        plan: &Plan<'_>,
        until: Option<NaiveDate>,
        leads: &[Period],
        year: i32,
    ) -> Option<NaiveDate> {
        let from = NaiveDate::from_ymd_opt(year - 1, 1, 1).unwrap_or(NaiveDate::MIN);
        let to = NaiveDate::from_ymd_opt(year + 1, 12, 31).unwrap_or(NaiveDate::MAX);
        let own_leads = plan.remind.as_deref().unwrap_or_default();
        let began = plan.expiry.cycle_start();
        let mut index = plan
            .expiry
            .index_before(until.map_or(from, |until| until.min(from)));
        while let Some(day) = plan.expiry.nth_day(index) {
            index += 1;
            if until.is_some_and(|until| day > until) {
                self.written_until = None;
                return Some(day);
            }
            // One date more than the range: with a period longer than it there is still one.
            let is_last = day > to;
            if day >= from {
                self.occurrences.push(Occurrence {
                    kind: Kind::Renewal,
                    day,
                    alarms: alarms(&before(day, own_leads, began)),
                });
                self.written_until = Some(day);
            }
            if is_last {
                break;
            }
        }
        let expiry = plan.auto_renewal_end()?.expiry;
        let first = before(expiry, leads, began).first()?.day(expiry)?;
        (first <= to).then_some(expiry)
    }

    fn expire(&mut self, plan: &Plan<'_>, expiry: NaiveDate, leads: &[Period], notices: bool) {
        let before_expiry = before(expiry, leads, plan.expiry.cycle_start());
        self.end(plan, expiry);
        let grace_end = self.grace_end;
        let mut add = |kind, day, alarms| {
            self.occurrences.push(Occurrence { kind, day, alarms });
        };
        if notices {
            for lead in &before_expiry {
                if let Some(day) = lead.day(expiry) {
                    add(Kind::Notice(*lead), day, Vec::new());
                }
            }
        }
        add(Kind::Expiry, expiry, alarms(&before_expiry));
        if notices && let Some(day) = expiry.succ_opt().filter(|day| date::in_range(*day)) {
            add(Kind::Overdue, day, Vec::new());
        }
        if let Some(end) = grace_end {
            // A lead that falls on the expiry or before would only repeat its warnings.
            let before_end = before(end, leads, expiry.succ_opt());
            if notices {
                for lead in &before_end {
                    if let Some(day) = lead.day(end) {
                        add(Kind::GraceNotice(*lead), day, Vec::new());
                    }
                }
            }
            add(Kind::GraceEnd, end, alarms(&before_end));
        }
    }

    /// The first day on which the plan is due: its first warning of the expiry, or the expiry
    /// itself where no lead comes before it. `None` where the expiry never comes, since the plan
    /// renews by itself or is given up before.
    ///
    /// The leads decide, so it is the same whether or not the calendar shows notices.
    #[must_use]
    pub(crate) fn due_from(&self) -> Option<NaiveDate> {
        let mut occurrences = self.occurrences.iter();
        let expiry = occurrences.find(|occurrence| occurrence.kind == Kind::Expiry)?;
        expiry.alarm_days().chain([expiry.day]).min()
    }

    /// The days that warn: those with a notice or an alarm. An expiry, a renewal, the end of grace
    /// and an overdue day are what is warned of.
    #[must_use]
    pub(crate) fn warning_days(&self) -> BTreeSet<NaiveDate> {
        self.occurrences
            .iter()
            .flat_map(Occurrence::warning_days)
            .collect()
    }

    /// The last day that warns, up to `today`.
    #[must_use]
    pub(crate) fn last_warning(&self, today: NaiveDate) -> Option<NaiveDate> {
        let days = self.occurrences.iter().flat_map(Occurrence::warning_days);
        days.filter(|day| *day <= today).max()
    }

    /// The next day that warns, after `today`.
    #[must_use]
    pub(crate) fn next_warning(&self, today: NaiveDate) -> Option<NaiveDate> {
        let days = self.occurrences.iter().flat_map(Occurrence::warning_days);
        days.filter(|day| *day > today).min()
    }

    /// Says when it ends; the occurrences of that are not added.
    fn end(&mut self, plan: &Plan<'_>, expiry: NaiveDate) {
        self.expiry = Some(expiry);
        self.grace_end = plan.grace.and_then(|grace| grace.after(expiry, 1));
    }
}

impl Occurrence {
    /// Whether its event warns of a later day.
    #[must_use]
    pub(crate) fn is_notice(&self) -> bool {
        matches!(self.kind, Kind::Notice(_) | Kind::GraceNotice(_))
    }

    /// The days on which its alarms ring, each before its own day.
    fn alarm_days(&self) -> impl Iterator<Item = NaiveDate> {
        self.alarms.iter().filter_map(|lead| lead.day(self.day))
    }

    /// The days that warn because of it: its own if it is a notice, and those of its alarms.
    fn warning_days(&self) -> impl Iterator<Item = NaiveDate> {
        let own = self.is_notice().then_some(self.day);
        self.alarm_days().chain(own)
    }
}

impl Lead {
    /// The day this long before `day`.
    #[must_use]
    pub(crate) fn day(&self, day: NaiveDate) -> Option<NaiveDate> {
        day.checked_sub_days(Days::new(u64::from(self.days)))
    }
}

/// The leads before `day`, longest first, each day once; none that falls before `earliest`.
fn before(day: NaiveDate, leads: &[Period], earliest: Option<NaiveDate>) -> Vec<Lead> {
    let mut found: Vec<Lead> = leads
        .iter()
        .filter_map(|period| {
            let start = period.before(day)?;
            if earliest.is_some_and(|earliest| start < earliest) {
                return None;
            }
            let days = u32::try_from((day - start).num_days()).ok()?;
            Some(Lead {
                period: *period,
                days,
            })
        })
        .collect();
    found.sort_by_key(|lead| std::cmp::Reverse(lead.days));
    found.dedup_by_key(|lead| lead.days);
    found
}

/// The same leads for alarms: first the shortest of a week or more, else the longest. One client
/// keeps only the first alarm of an event, others the first three.
fn alarms(leads: &[Lead]) -> Vec<Lead> {
    let mut alarms = leads.to_vec();
    if let Some(week) = alarms.iter().rposition(|lead| lead.days >= 7) {
        alarms[..=week].rotate_right(1);
    }
    alarms
}
