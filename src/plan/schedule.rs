//! The days that matter to a plan, and when the user is warned about each of them.
//!
//! A schedule is a pure function of the plan and the leads of its calendar. For a plan that renews
//! by itself, it also depends on the calendar year. All times are whole days. E is the expiry, the
//! last day on which the plan works.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use crate::plan::list::Plan;
use crate::plan::settings::Settings;
use crate::time::date;
use crate::time::period::Period;

/// The kind of a day that matters to a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A warning of the expiry, one lead before it.
    Notice(Lead),
    /// E, the last day on which the plan works.
    Expiry,
    /// E + 1, if no renewal is recorded.
    Overdue,
    /// A warning of the end of grace, one lead before it.
    GraceNotice(Lead),
    /// E + grace, the last day on which the plan can be recovered.
    GraceEnd,
    /// A day on which the plan renews by itself.
    Renewal,
}

/// How long before a day its warning comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lead {
    /// The length of time in the plans file.
    pub period: Period,
    /// The same length in days, at least 1. It depends on the months before the day.
    pub days: u32,
}

/// One day that matters to a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The kind of day.
    pub kind: Kind,
    /// The day.
    pub day: NaiveDate,
    /// The leads at which its alarms ring: the one a week ahead first, then from the longest to the
    /// shortest.
    pub alarms: Vec<Lead>,
}

/// The days that matter to a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schedule {
    /// The occurrences, sorted by day; those on one day are in the order of [`Kind`].
    pub occurrences: Vec<Occurrence>,
    /// The next expiry that is not an automatic renewal. It may be after the day on which the plan
    /// is given up, and after the last occurrence. `None` only if the plan renews by itself without
    /// an end, or until after the last allowed year.
    pub(crate) expiry: Option<NaiveDate>,
    /// The last day on which the plan can be recovered after that expiry.
    pub(crate) grace_end: Option<NaiveDate>,
    /// The last automatic renewal among the occurrences, if more may follow.
    pub(crate) written_until: Option<NaiveDate>,
}

impl Schedule {
    /// Makes the schedule of `plan` for the calendar year `year`.
    ///
    /// Automatic renewals begin on 1 January of the year before `year`, but never before the
    /// anchor. They end with the first date after 31 December of the year after `year`. The expiry
    /// that follows them is included as soon as its first warning is on or before that 31 December,
    /// however long its lead is.
    #[must_use]
    pub fn new(plan: &Plan<'_>, settings: &Settings<'_>, year: i32) -> Self {
        let mut schedule = Self::default();
        let leads = plan.remind.as_deref().unwrap_or(&settings.remind);
        match plan.automatic() {
            None => schedule.add_expiry(plan, plan.expiry.day(), leads, settings.notices),
            Some(way) => match schedule.add_renewals(plan, way.until, leads, year) {
                Some(last) => schedule.add_expiry(plan, last, leads, settings.notices),
                // The expiry has no occurrences yet, but its day is known.
                None => {
                    if let Some(end) = plan.auto_renewal_end() {
                        schedule.set_expiry(plan, end.expiry);
                    }
                }
            },
        }
        // A lead may be longer than the time between two dates, so the occurrences are sorted.
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

    /// Adds the automatic renewals. Returns the first date after `until`, which is an ordinary
    /// expiry, if it or its first warning is in the range.
    fn add_renewals(
        &mut self,
        plan: &Plan<'_>,
        until: Option<NaiveDate>,
        leads: &[Period],
        year: i32,
    ) -> Option<NaiveDate> {
        let from = NaiveDate::from_ymd_opt(year - 1, 1, 1).unwrap_or(NaiveDate::MIN);
        let to = NaiveDate::from_ymd_opt(year + 1, 12, 31).unwrap_or(NaiveDate::MAX);
        let own_leads = plan.remind.as_deref().unwrap_or_default();
        let cycle_start = plan.expiry.cycle_start();
        let mut index = plan
            .expiry
            .index_before(until.map_or(from, |until| until.min(from)));
        while let Some(day) = plan.expiry.nth_day(index) {
            index += 1;
            if until.is_some_and(|until| day > until) {
                self.written_until = None;
                return Some(day);
            }
            // One date after the range is included, so that a period longer than the range has one
            // too.
            let is_last = day > to;
            if day >= from {
                self.occurrences.push(Occurrence {
                    kind: Kind::Renewal,
                    day,
                    alarms: in_alarm_order(&leads_before(day, own_leads, cycle_start)),
                });
                self.written_until = Some(day);
            }
            if is_last {
                break;
            }
        }
        let expiry = plan.auto_renewal_end()?.expiry;
        let first = leads_before(expiry, leads, cycle_start)
            .first()?
            .day(expiry)?;
        (first <= to).then_some(expiry)
    }

    fn add_expiry(&mut self, plan: &Plan<'_>, expiry: NaiveDate, leads: &[Period], notices: bool) {
        let before_expiry = leads_before(expiry, leads, plan.expiry.cycle_start());
        self.set_expiry(plan, expiry);
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
        add(Kind::Expiry, expiry, in_alarm_order(&before_expiry));
        if notices && let Some(day) = expiry.succ_opt().filter(|day| date::in_range(*day)) {
            add(Kind::Overdue, day, Vec::new());
        }
        if let Some(end) = grace_end {
            // A warning on or before the expiry would only repeat the warnings of the expiry.
            let before_end = leads_before(end, leads, expiry.succ_opt());
            if notices {
                for lead in &before_end {
                    if let Some(day) = lead.day(end) {
                        add(Kind::GraceNotice(*lead), day, Vec::new());
                    }
                }
            }
            add(Kind::GraceEnd, end, in_alarm_order(&before_end));
        }
    }

    /// The first day on which the plan is due. This is the first warning of the expiry, or the
    /// expiry itself if no lead comes before it. `None` if the plan never expires, because it
    /// renews by itself or is given up before.
    ///
    /// The leads decide this, so the result is the same whether or not the calendar shows notices.
    #[must_use]
    pub(crate) fn due_from(&self) -> Option<NaiveDate> {
        let mut occurrences = self.occurrences.iter();
        let expiry = occurrences.find(|occurrence| occurrence.kind == Kind::Expiry)?;
        expiry.alarm_days().chain([expiry.day]).min()
    }

    /// The days that warn: those with a notice or an alarm. Expiries, renewals, ends of grace and
    /// overdue days are not warnings; they are the days that are warned about.
    #[must_use]
    pub(crate) fn warning_days(&self) -> BTreeSet<NaiveDate> {
        self.occurrences
            .iter()
            .flat_map(Occurrence::warning_days)
            .collect()
    }

    /// The last day that warns, on or before `today`.
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

    /// Sets the expiry and the end of grace, without adding their occurrences.
    fn set_expiry(&mut self, plan: &Plan<'_>, expiry: NaiveDate) {
        self.expiry = Some(expiry);
        self.grace_end = plan.grace.and_then(|grace| grace.after(expiry, 1));
    }
}

impl Occurrence {
    /// Whether the event of this occurrence warns of a later day.
    #[must_use]
    pub(crate) fn is_notice(&self) -> bool {
        matches!(self.kind, Kind::Notice(_) | Kind::GraceNotice(_))
    }

    /// The days on which the alarms of this occurrence ring, all before its own day.
    pub(crate) fn alarm_days(&self) -> impl Iterator<Item = NaiveDate> {
        self.alarms.iter().filter_map(|lead| lead.day(self.day))
    }

    /// The days that warn because of this occurrence: its own day if it is a notice, and the days
    /// of its alarms.
    fn warning_days(&self) -> impl Iterator<Item = NaiveDate> {
        let own = self.is_notice().then_some(self.day);
        self.alarm_days().chain(own)
    }
}

impl Lead {
    /// The day that is one lead before `day`.
    #[must_use]
    pub(crate) fn day(&self, day: NaiveDate) -> Option<NaiveDate> {
        day.checked_sub_days(Days::new(u64::from(self.days)))
    }
}

/// The leads before `day`, longest first, at most one for each day. Leads before `earliest` are
/// left out.
fn leads_before(day: NaiveDate, leads: &[Period], earliest: Option<NaiveDate>) -> Vec<Lead> {
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

/// Sorts leads in the order of alarms. The shortest lead of a week or more comes first; if there is
/// none, the longest lead does. One client keeps only the first alarm of an event, and others keep
/// the first three.
fn in_alarm_order(leads: &[Lead]) -> Vec<Lead> {
    let mut alarms = leads.to_vec();
    if let Some(week) = alarms.iter().rposition(|lead| lead.days >= 7) {
        alarms[..=week].rotate_right(1);
    }
    alarms
}
