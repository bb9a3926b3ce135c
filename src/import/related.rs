//! What the events that belong to an expiry say of its plan: its grace, its automatic renewals, its
//! leads, and whether it was given up.

use chrono::NaiveDate;

use crate::import::event::Event;
use crate::import::omission::Omissions;
use crate::import::titles;
use crate::text::value_error::quoted;
use crate::time::date;
use crate::time::period::Period;

/// The events that belong to the expiry of a plan, by kind.
#[derive(Debug, Default)]
pub(crate) struct Related {
    pub(crate) grace_end: Option<Event>,
    /// Automatic renewals before the expiry, by day.
    pub(crate) renewals: Vec<Event>,
    /// Events before the expiry.
    notices: Vec<Event>,
    /// Events after it, without the end of grace.
    later: Vec<Event>,
    is_overdue_there: bool,
}

impl Related {
    /// Sorts the events that belong to the expiry of `name` on `expiry`.
    pub(crate) fn new(name: &str, expiry: NaiveDate, events: Vec<Event>) -> Self {
        let mut related = Self::default();
        for event in events {
            let (title, day) = (event.title.trim(), event.day.unwrap_or(expiry));
            let is =
                |titled: Option<titles::Titled<'_>>| titled.is_some_and(|(_, own)| own == name);
            if day < expiry && is(titles::renewal_name(title, day)) {
                related.renewals.push(event);
            } else if day < expiry {
                related.notices.push(event);
            } else if related.grace_end.is_none() && is(titles::grace_end_name(title, day)) {
                related.grace_end = Some(event);
            } else if is(titles::overdue_name(title)) {
                related.is_overdue_there = true;
            } else {
                related.later.push(event);
            }
        }
        related.renewals.sort_by_key(|event| event.day);
        related
    }

    /// Days on which it renewed by itself.
    pub(crate) fn renewal_days(&self) -> Vec<NaiveDate> {
        self.renewals.iter().filter_map(|event| event.day).collect()
    }

    /// The last day to recover it.
    pub(crate) fn grace_end_day(&self) -> Option<NaiveDate> {
        self.grace_end.as_ref().and_then(|event| event.day)
    }

    /// Whether some event warns of the expiry.
    pub(crate) fn has_notices(&self) -> bool {
        !self.notices.is_empty() || self.is_overdue_there
    }

    /// Whether nothing follows the expiry of a plan that has notices: a feed of ours then has the day
    /// after it, unless the plan was given up.
    pub(crate) fn lacks_overdue_day(&self, expiry: NaiveDate) -> bool {
        let is_possible = expiry.succ_opt().is_some_and(date::in_range);
        is_possible && !self.notices.is_empty() && !self.is_overdue_there
    }

    /// Events before the expiry, which warn of it in a calendar whose alarms were removed.
    pub(crate) fn notices(&self) -> &[Event] {
        &self.notices
    }

    /// Notes what is lost of these events in a plan with these leads.
    pub(crate) fn note_losses(
        &self,
        name: &str,
        expiry: NaiveDate,
        leads: &[Period],
        omissions: &mut Omissions,
    ) {
        let grace_end = self.grace_end_day();
        let is_lead_before =
            |end: NaiveDate, day: NaiveDate| leads.iter().any(|lead| lead.before(end) == Some(day));
        for event in self.notices.iter().chain(&self.later) {
            let Some(day) = event.day else { continue };
            let name = quoted(name);
            let is_notice = is_lead_before(expiry, day)
                || grace_end.is_some_and(|end| is_lead_before(end, day));
            if !is_notice {
                let what = format!(
                    "it belongs to {name} by RELATED-TO, but {day} is none of its leads: left out"
                );
                omissions.note(event.line, &event.subject(), what);
            } else if !event.alarms.is_empty() {
                let what = format!("it is a notice of {name}: its own alarms were left out");
                omissions.note(event.line, &event.subject(), what);
            }
        }
    }
}
