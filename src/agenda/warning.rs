//! The days of a plan as a calendar shows them: an all-day event, an alarm, or both.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime};

use crate::plan::schedule::Schedule;
use crate::plan::{Plan, Settings};
use crate::{calendar, words};

/// A warning of a plan, or a day that the user is warned about, as a calendar shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Warning {
    /// The day.
    pub(crate) day: NaiveDate,
    /// Whether it warns of a later day. Otherwise, it is the day that warnings are about, such as
    /// an expiry.
    pub(crate) is_warning: bool,
    /// The automatic renewal that it is or warns about.
    pub(crate) renewal: Option<NaiveDate>,
    /// Whether the day has an event. Clients show events even if they drop alarms.
    pub(crate) is_event: bool,
    /// The local time at which an alarm rings, if there is one.
    pub(crate) rings: Option<NaiveTime>,
    /// The title of the event, or the text of the alarm if there is no event, in the list's
    /// language.
    pub(crate) title: String,
}

/// Returns every warning of a plan and every day that the user is warned about, sorted by day.
#[must_use]
pub(crate) fn warnings(
    plan: &Plan<'_>,
    settings: &Settings<'_>,
    schedule: &Schedule,
) -> Vec<Warning> {
    let words = words::in_language(settings.language);
    let mut warnings: Vec<Warning> = Vec::new();
    let mut events: HashMap<(NaiveDate, String), usize> = HashMap::new();
    for occurrence in &schedule.occurrences {
        let mut title = String::new();
        calendar::title(&mut title, words, plan, occurrence);
        events.insert((occurrence.day, title.clone()), warnings.len());
        warnings.push(Warning {
            day: occurrence.day,
            is_warning: occurrence.is_notice(),
            renewal: occurrence.renewal(),
            is_event: true,
            rings: None,
            title,
        });
    }
    for occurrence in &schedule.occurrences {
        for lead in &occurrence.alarms {
            let Some(day) = lead.day(occurrence.day) else {
                continue;
            };
            let mut title = String::new();
            calendar::alarm(&mut title, words, plan, occurrence, *lead);
            // A notice and an alarm with the same lead have the same text.
            let key = (day, title);
            match events.get(&key) {
                Some(index) => warnings[*index].rings = Some(settings.remind_at),
                None => warnings.push(Warning {
                    day,
                    is_warning: true,
                    renewal: occurrence.renewal(),
                    is_event: false,
                    rings: Some(settings.remind_at),
                    title: key.1,
                }),
            }
        }
    }
    warnings.sort_by_key(|warning| warning.day);
    warnings
}
