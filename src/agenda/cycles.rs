//! The cycles of a plan, each from one renewal to the next: the past cycles, the current one and
//! the next one.

use chrono::NaiveDate;

use crate::plan::schedule::{Kind, Schedule};
use crate::plan::status::next_renewal;
use crate::plan::{Extends, Plan, RenewalRecord};

/// The event with which a cycle begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CycleKind<'a> {
    /// A renewal in the history.
    Recorded(&'a RenewalRecord<'a>),
    /// The renewal on the day `renewed`, if the history does not contain it.
    Renewed,
    /// The cycle's beginning is unknown.
    Unknown,
    /// An automatic renewal.
    Automatic,
    /// A renewal that the user could make today.
    Today,
}

/// The time from one renewal to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cycle<'a> {
    /// The day of the renewal, if it is known.
    pub(crate) from: Option<NaiveDate>,
    /// The day of the next renewal, or the last day on which the plan works.
    pub(crate) to: Option<NaiveDate>,
    /// The event with which the cycle begins.
    pub(crate) kind: CycleKind<'a>,
}

/// Returns the cycles of a plan, the oldest first: those that its history and its dates show, and
/// the next one.
#[must_use]
pub(crate) fn cycles<'a>(
    plan: &'a Plan<'a>,
    schedule: &Schedule,
    today: NaiveDate,
) -> Vec<Cycle<'a>> {
    let mut begun: Vec<(NaiveDate, CycleKind<'a>)> = plan
        .history
        .iter()
        .map(|entry| (entry.on, CycleKind::Recorded(entry)))
        .collect();
    if let Some(renewed) = plan.expiry.renewed()
        && !plan.history.iter().any(|entry| entry.on == renewed)
    {
        begun.push((renewed, CycleKind::Renewed));
    }
    if plan.automatic().is_some() {
        let past_renewals = past_renewals(plan, schedule, today);
        begun.extend(past_renewals.map(|day| (day, CycleKind::Automatic)));
    }
    begun.sort_by_key(|(day, _)| *day);
    // A renewal on `today` has already happened, so its cycle has begun.
    let renews = today.succ_opt().and_then(|day| next_renewal(schedule, day));
    let until_given_up = |day: Option<NaiveDate>| day.into_iter().chain(plan.ended).min();
    let last = until_given_up(renews.or(schedule.expiry));
    let mut cycles: Vec<Cycle<'a>> = begun
        .iter()
        .enumerate()
        .map(|(index, (from, kind))| Cycle {
            from: Some(*from),
            to: match begun.get(index + 1) {
                Some((next, _)) => Some(*next),
                // An end before the beginning belongs to another cycle.
                None => last.filter(|last| last >= from),
            },
            kind: *kind,
        })
        .collect();
    if cycles.is_empty() {
        cycles.push(Cycle {
            from: None,
            to: last,
            kind: CycleKind::Unknown,
        });
    }
    if plan.ended.is_none() {
        cycles.extend(next_cycle(plan, schedule, renews, today));
    }
    cycles
}

/// The days on which the plan renewed by itself, as far back as the schedule goes. Days whose
/// renewal is in the history are left out.
fn past_renewals<'s>(
    plan: &'s Plan<'_>,
    schedule: &'s Schedule,
    today: NaiveDate,
) -> impl Iterator<Item = NaiveDate> + 's {
    let renewals = schedule.occurrences.iter();
    let days = renewals
        .filter(|occurrence| occurrence.kind == Kind::Renewal)
        .map(|occurrence| occurrence.day)
        .take_while(move |day| *day <= today);
    days.filter(move |day| {
        let next = plan
            .expiry
            .validity()
            .and_then(|period| period.after(*day, 1));
        let is_recorded = |on: NaiveDate| on >= *day && next.is_none_or(|next| on < next);
        !plan.history.iter().any(|entry| is_recorded(entry.on))
    })
}

/// Returns the cycle after the current one, if its length is known.
fn next_cycle<'a>(
    plan: &Plan<'_>,
    schedule: &Schedule,
    renews: Option<NaiveDate>,
    today: NaiveDate,
) -> Option<Cycle<'a>> {
    if let Some(from) = renews {
        let after = from.succ_opt().and_then(|day| next_renewal(schedule, day));
        return Some(Cycle {
            from: Some(from),
            to: after.or(schedule.expiry),
            kind: CycleKind::Automatic,
        });
    }
    // A plan that renewed by itself on `today` has no expiry that a renewal could replace.
    let expiry = plan.expiry_on(today)?;
    let from_expiry = plan.expiry.extends() == Extends::FromExpiry;
    Some(Cycle {
        from: Some(if from_expiry { expiry } else { today }),
        to: Some(plan.renewed_on(today)?),
        kind: CycleKind::Today,
    })
}
