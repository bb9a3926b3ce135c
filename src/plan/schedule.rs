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
use crate::plan::value::workdays::Workdays;
use crate::time::date;
use crate::time::period::Period;

/// The kind of a day that matters to a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A warning of the expiry, one lead before it.
    Notice(Lead),
    /// E, the last day on which the plan works.
    Expiry,
    /// This many days after E, if no renewal is recorded.
    Overdue(u32),
    /// A warning of the end of grace, one lead before it.
    GraceNotice(Lead),
    /// E + grace, the last day on which the plan can be recovered.
    GraceEnd,
    /// The day after the end of grace.
    AfterGrace,
    /// A warning of an automatic renewal, one lead before it.
    RenewalNotice(Lead),
    /// A day on which the plan renews by itself.
    Renewal,
    /// A warning of the last day for cancelling, one lead before it.
    CancelNotice {
        /// How long before that day the warning comes.
        lead: Lead,
        /// The day on which the plan renews by itself otherwise.
        renewal: NaiveDate,
    },
    /// The last day for cancelling, before the plan renews by itself.
    Cancel {
        /// The day on which the plan renews by itself otherwise.
        renewal: NaiveDate,
    },
    /// A warning of the day on which the plan is given up, one lead before it.
    EndedNotice(Lead),
    /// The day on which the plan is given up.
    Ended,
}

/// The days after an expiry on which the calendar says that no renewal is recorded.
pub(crate) const OVERDUE_DAYS: [u32; 3] = [1, 7, 28];

/// How long before a day its warning comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lead {
    /// The length of time in the plans file.
    pub period: Period,
    /// The days that are left on the day of the warning, at least 1. They depend on the months
    /// before the day, and on the days of the week on which warnings may come.
    pub days: u32,
    /// Whether the warning comes earlier than `period` before the day, because that is no workday.
    pub is_moved: bool,
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
        let leads = Leads {
            periods: plan.remind.as_deref().unwrap_or(&settings.remind),
            workdays: settings.workdays,
        };
        match plan.automatic() {
            None => schedule.add_expiry(plan, plan.expiry.day(), leads, settings.notices),
            Some(way) => match schedule.add_renewals(plan, way.until, leads, settings, year) {
                Some(last) => schedule.add_expiry(plan, last, leads, settings.notices),
                // The expiry has no occurrences yet, but its day is known.
                None => {
                    if let Some(end) = plan.auto_renewal_end() {
                        schedule.set_expiry(plan, end.expiry);
                    }
                }
            },
        }
        if let Some(ended) = plan.ended {
            schedule
                .occurrences
                .retain(|occurrence| occurrence.day <= ended);
            schedule.written_until = schedule.written_until.filter(|day| *day <= ended);
            let before = leads.before(ended, Earliest::On(plan.expiry.cycle_start()));
            schedule.add_warned(
                ended,
                &before,
                Kind::Ended,
                settings.notices.then_some(Kind::EndedNotice),
            );
        }
        // A lead may be longer than the time between two dates, so the occurrences are sorted.
        schedule
            .occurrences
            .sort_by_key(|occurrence| occurrence.day);
        schedule
    }

    /// Adds the automatic renewals. Returns the first date after `until`, which is an ordinary
    /// expiry, if it or its first warning is in the range.
    fn add_renewals(
        &mut self,
        plan: &Plan<'_>,
        until: Option<NaiveDate>,
        leads: Leads<'_>,
        settings: &Settings<'_>,
        year: i32,
    ) -> Option<NaiveDate> {
        let from = NaiveDate::from_ymd_opt(year - 1, 1, 1).unwrap_or(NaiveDate::MIN);
        let to = NaiveDate::from_ymd_opt(year + 1, 12, 31).unwrap_or(NaiveDate::MAX);
        let own_leads = Leads {
            periods: plan.remind.as_deref().unwrap_or_default(),
            ..leads
        };
        let cycle_start = plan.expiry.cycle_start();
        let cancel_notice = plan.cancel.as_ref().and_then(|cancel| cancel.notice);
        let mut index = plan
            .expiry
            .index_before(until.map_or(from, |until| until.min(from)));
        let mut previous = match index.checked_sub(1) {
            Some(before) => plan.expiry.nth_day(before),
            None => cycle_start,
        };
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
                let before = own_leads.before(day, Earliest::After(previous));
                let notice = settings.notices && cancel_notice.is_none();
                self.add_warned(
                    day,
                    &before,
                    Kind::Renewal,
                    notice.then_some(Kind::RenewalNotice),
                );
                let cancel_by = cancel_notice.and_then(|notice| notice.before(day));
                if let Some(cancel_by) = cancel_by {
                    let before = leads.before(cancel_by, Earliest::On(cycle_start));
                    let renewal = day;
                    let warn = |lead| Kind::CancelNotice { lead, renewal };
                    self.add_warned(
                        cancel_by,
                        &before,
                        Kind::Cancel { renewal },
                        settings.notices.then_some(warn),
                    );
                }
                self.written_until = Some(day);
            }
            previous = Some(day);
            if is_last {
                break;
            }
        }
        let expiry = plan.auto_renewal_end()?.expiry;
        let first = leads
            .before(expiry, Earliest::On(cycle_start))
            .first()?
            .day(expiry)?;
        (first <= to).then_some(expiry)
    }

    fn add_expiry(&mut self, plan: &Plan<'_>, expiry: NaiveDate, leads: Leads<'_>, notices: bool) {
        self.set_expiry(plan, expiry);
        let before_expiry = leads.before(expiry, Earliest::On(plan.expiry.cycle_start()));
        self.add_warned(
            expiry,
            &before_expiry,
            Kind::Expiry,
            notices.then_some(Kind::Notice),
        );
        // A warning on or before the expiry would only repeat the warnings of the expiry.
        let before_end = self
            .grace_end
            .map(|end| leads.before(end, Earliest::After(Some(expiry))));
        let first_of_grace = self.grace_end.map(|end| {
            let first = before_end.iter().flatten().next();
            first.and_then(|lead| lead.day(end)).unwrap_or(end)
        });
        for days in OVERDUE_DAYS {
            let day = day_after(expiry, days);
            let day = day.filter(|day| first_of_grace.is_none_or(|first| *day < first));
            if let Some(day) = day.filter(|_| notices) {
                self.add(Kind::Overdue(days), day, Vec::new());
            }
        }
        if let (Some(end), Some(before_end)) = (self.grace_end, before_end) {
            self.add_warned(
                end,
                &before_end,
                Kind::GraceEnd,
                notices.then_some(Kind::GraceNotice),
            );
            if let Some(day) = day_after(end, 1).filter(|_| notices) {
                self.add(Kind::AfterGrace, day, Vec::new());
            }
        }
    }

    fn add(&mut self, kind: Kind, day: NaiveDate, alarms: Vec<Lead>) {
        self.occurrences.push(Occurrence { kind, day, alarms });
    }

    /// Adds a day with its alarms. If `notice` is given, it makes the kind of the notices before
    /// the day.
    fn add_warned(
        &mut self,
        day: NaiveDate,
        leads: &[Lead],
        kind: Kind,
        notice: Option<impl Fn(Lead) -> Kind>,
    ) {
        for lead in leads {
            if let (Some(notice), Some(day)) = (&notice, lead.day(day)) {
                self.add(notice(*lead), day, Vec::new());
            }
        }
        self.add(kind, day, in_alarm_order(leads));
    }

    /// Whether the plan is due on `today`, if it has not expired. It is due from the first warning
    /// of its expiry on, from the first warning of a last day for cancelling until that day, and
    /// from the first warning of the day on which it is given up.
    ///
    /// The leads decide this, so the result is the same whether or not the calendar shows notices.
    #[must_use]
    pub(crate) fn is_due(&self, today: NaiveDate) -> bool {
        self.occurrences.iter().any(|occurrence| {
            occurrence.kind == Kind::Expiry && occurrence.first_warning() <= today
        }) || self.cancel_by(today).is_some()
            || self.is_ending(today)
    }

    /// The next day after `today` on which the plan becomes due again or for the first time: the
    /// first warning of its expiry, of a last day for cancelling, or of the day on which it is given
    /// up.
    #[must_use]
    pub(crate) fn next_due(&self, today: NaiveDate) -> Option<NaiveDate> {
        let occurrences = self.occurrences.iter().filter(|occurrence| {
            matches!(
                occurrence.kind,
                Kind::Expiry | Kind::Cancel { .. } | Kind::Ended
            )
        });
        let days = occurrences.map(Occurrence::first_warning);
        days.filter(|day| *day > today).min()
    }

    /// Whether the plan is given up soon: a warning of that day has come on `today`.
    #[must_use]
    pub(crate) fn is_ending(&self, today: NaiveDate) -> bool {
        let mut occurrences = self.occurrences.iter();
        let ended = occurrences.find(|occurrence| occurrence.kind == Kind::Ended);
        ended.is_some_and(|ended| (ended.first_warning()..=ended.day).contains(&today))
    }

    /// The next last day for cancelling, on or after `today`.
    #[must_use]
    pub(crate) fn next_cancel(&self, today: NaiveDate) -> Option<NaiveDate> {
        let mut occurrences = self.occurrences.iter();
        let next = occurrences.find(|occurrence| {
            matches!(occurrence.kind, Kind::Cancel { .. }) && occurrence.day >= today
        });
        next.map(|occurrence| occurrence.day)
    }

    /// The last day for cancelling that has been warned of on `today` and is not over.
    #[must_use]
    pub(crate) fn cancel_by(&self, today: NaiveDate) -> Option<NaiveDate> {
        let mut occurrences = self.occurrences.iter();
        let cancel = occurrences.find(|occurrence| {
            matches!(occurrence.kind, Kind::Cancel { .. })
                && (occurrence.first_warning()..=occurrence.day).contains(&today)
        })?;
        Some(cancel.day)
    }

    /// The days that warn: those with a notice or an alarm. Expiries, renewals and the other days
    /// that are warned about are not warnings themselves.
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
        self.notice().is_some()
    }

    /// The lead of a notice; `None` if the occurrence is no notice.
    fn notice(&self) -> Option<Lead> {
        match self.kind {
            Kind::Notice(lead)
            | Kind::GraceNotice(lead)
            | Kind::RenewalNotice(lead)
            | Kind::CancelNotice { lead, .. }
            | Kind::EndedNotice(lead) => Some(lead),
            Kind::Expiry
            | Kind::Overdue(_)
            | Kind::GraceEnd
            | Kind::AfterGrace
            | Kind::Renewal
            | Kind::Cancel { .. }
            | Kind::Ended => None,
        }
    }

    /// The day that a notice warns about; for any other occurrence, its own day.
    #[must_use]
    pub(crate) fn subject(&self) -> NaiveDate {
        let target = self.notice().and_then(|lead| lead.target(self.day));
        target.unwrap_or(self.day)
    }

    /// The automatic renewal that the occurrence is or comes before.
    #[must_use]
    pub(crate) fn renewal(&self) -> Option<NaiveDate> {
        match self.kind {
            Kind::Renewal | Kind::RenewalNotice(_) => Some(self.subject()),
            Kind::CancelNotice { renewal, .. } | Kind::Cancel { renewal } => Some(renewal),
            _ => None,
        }
    }

    /// The day of the first alarm, or the day itself if no alarm rings before it.
    fn first_warning(&self) -> NaiveDate {
        self.alarm_days().min().unwrap_or(self.day)
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

    /// The day that a warning on `day` is about.
    #[must_use]
    pub(crate) fn target(&self, day: NaiveDate) -> Option<NaiveDate> {
        day_after(day, self.days)
    }
}

/// The leads of a plan, and the days of the week on which its warnings come.
#[derive(Debug, Clone, Copy)]
struct Leads<'a> {
    periods: &'a [Period],
    workdays: Workdays,
}

/// The earliest day of a warning, if there is one.
#[derive(Debug, Clone, Copy)]
enum Earliest {
    /// That day.
    On(Option<NaiveDate>),
    /// The day after that day.
    After(Option<NaiveDate>),
}

impl Leads<'_> {
    /// The leads before `day`, longest first, at most one for each day. Leads that begin too early
    /// are left out.
    ///
    /// A warning that is not on a workday comes on the last workday before it, but only after the
    /// day of `earliest`.
    fn before(self, day: NaiveDate, earliest: Earliest) -> Vec<Lead> {
        let mut found: Vec<(Lead, u32)> = self
            .periods
            .iter()
            .filter_map(|period| {
                let start = period.before(day)?;
                let (anchor, is_too_early) = match earliest {
                    Earliest::On(anchor) => (anchor, anchor.is_some_and(|first| start < first)),
                    Earliest::After(anchor) => (anchor, anchor.is_some_and(|first| start <= first)),
                };
                if is_too_early {
                    return None;
                }
                let moved = self.workdays.on_or_before(start);
                let moved = moved.filter(|moved| anchor.is_none_or(|anchor| *moved > anchor));
                let days = |start: NaiveDate| u32::try_from((day - start).num_days()).ok();
                let lead = Lead {
                    period: *period,
                    days: days(moved.unwrap_or(start))?,
                    is_moved: moved.is_some_and(|moved| moved != start),
                };
                Some((lead, days(start)?))
            })
            .collect();
        // If two leads warn on one day, the one that is longer in the file stays.
        found.sort_by_key(|(lead, days)| std::cmp::Reverse((lead.days, *days)));
        found.dedup_by_key(|(lead, _)| lead.days);
        found.into_iter().map(|(lead, _)| lead).collect()
    }
}

/// The day `days` after `day`, if it is in the allowed years.
fn day_after(day: NaiveDate, days: u32) -> Option<NaiveDate> {
    day.checked_add_days(Days::new(u64::from(days)))
        .filter(|day| date::in_range(*day))
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
