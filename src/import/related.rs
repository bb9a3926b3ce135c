//! What related events tell about a plan: its grace, its automatic renewals with the last days for
//! cancelling them, its leads, and the day on which it is given up.

use std::collections::{HashMap, HashSet};

use chrono::{Days, NaiveDate};

use crate::import::alarm::Ring;
use crate::import::event::Event;
use crate::import::omission::Omissions;
use crate::import::titles::{OwnDay, is_notice_of, noticed_day, own_title};
use crate::plan::value::language::Language;
use crate::text::value_error::quoted;
use crate::time::period::Period;

/// The events that belong to a plan, by kind.
#[derive(Debug, Default)]
pub(crate) struct Related {
    grace_end: Option<Event>,
    /// The last day of grace, by a notice of it, if it comes after the day on which it is given up.
    noticed_grace_end: Option<NaiveDate>,
    /// The day on which it is given up, and the language of its title.
    ended: Option<(Event, Language)>,
    /// Automatic renewals before the expiry, by day.
    pub(crate) renewals: Vec<Event>,
    /// The last days for cancelling them.
    pub(crate) cancels: Vec<Event>,
    /// Notices by their titles, of days that may not be in the file: their days, and what each is
    /// about.
    pub(crate) known_notices: Vec<(NaiveDate, NaiveDate)>,
    /// All other events, with the day that each warns of if it is a notice.
    others: Vec<(Event, Option<NaiveDate>)>,
    is_overdue_there: bool,
}

impl Related {
    /// Sorts the events that belong to the plan `name`, which expires on `expiry` if that is known.
    pub(crate) fn new(name: &str, expiry: Option<NaiveDate>, events: Vec<Event>) -> Self {
        let mut related = Self::default();
        let mut others: Vec<(Event, NaiveDate)> = Vec::new();
        for event in events {
            let Some(day) = event.day else { continue };
            let titled = own_title(event.title.trim(), day).filter(|own| own.name == name);
            let titled = titled.map(|own| (own.of, own.language));
            let is_before = expiry.is_none_or(|expiry| day < expiry);
            match titled {
                Some((OwnDay::Renewal, _)) if is_before => related.renewals.push(event),
                Some((OwnDay::Cancel, _)) if is_before => related.cancels.push(event),
                Some((OwnDay::GraceEnd, _)) if related.grace_end.is_none() && !is_before => {
                    related.grace_end = Some(event);
                }
                Some((OwnDay::Ended, language)) if related.ended.is_none() => {
                    related.ended = Some((event, language));
                }
                Some((OwnDay::Overdue, _)) if !is_before => related.is_overdue_there = true,
                _ => others.push((event, day)),
            }
        }
        related.renewals.sort_by_key(|event| event.day);
        if let (None, Some(expiry), Some((_, language))) =
            (&related.grace_end, expiry, &related.ended)
        {
            let mut after = others.iter().filter(|(_, day)| *day > expiry);
            related.noticed_grace_end = after.find_map(|(event, day)| {
                match noticed_day(event.title.trim(), (*language, name), *day)? {
                    (OwnDay::GraceEnd, end) => Some(end),
                    _ => None,
                }
            });
        }
        let of_renewals = related.warned_by_renewals();
        for (event, day) in others {
            let title = event.title.trim();
            let ended = related.ended.as_ref().and_then(|(ended, language)| {
                let about = ended.day?;
                let own = (*language, name);
                is_notice_of(title, own, day, (OwnDay::Ended, about)).then_some(about)
            });
            let of_renewal = || of_renewals.get(event.parent_uid.as_deref()?).copied();
            let about = ended
                .or_else(of_renewal)
                .or(expiry.filter(|expiry| day < *expiry))
                .or_else(|| related.grace_end_day())
                .filter(|about| day < *about);
            related.others.push((event, about));
        }
        related
    }

    /// The days that notices of an automatic renewal warn of, by the UID of the renewal: its last day
    /// for cancelling, or the renewal itself.
    fn warned_by_renewals(&self) -> HashMap<String, NaiveDate> {
        let renewals = self.renewals.iter();
        let mut days: HashMap<String, NaiveDate> = renewals
            .filter_map(|event| Some((event.uid.clone(), event.day?)))
            .collect();
        for cancel in &self.cancels {
            let parent = cancel.parent_uid.as_deref();
            if let (Some(day), Some(by)) = (parent.and_then(|uid| days.get_mut(uid)), cancel.day) {
                *day = by;
            }
        }
        days
    }

    /// Days on which it renewed by itself.
    pub(crate) fn renewal_days(&self) -> Vec<NaiveDate> {
        self.renewals.iter().filter_map(|event| event.day).collect()
    }

    /// Each last day for cancelling, with the automatic renewal that it prevents.
    pub(crate) fn cancel_pairs(&self) -> Vec<(NaiveDate, NaiveDate)> {
        let renewals = self.renewals.iter();
        let days: HashMap<&str, NaiveDate> = renewals
            .filter_map(|event| Some((event.uid.as_str(), event.day?)))
            .collect();
        let cancels = self.cancels.iter();
        let pairs = cancels.filter_map(|event| {
            let renewal = days.get(event.parent_uid.as_deref()?)?;
            Some((event.day?, *renewal))
        });
        pairs.collect()
    }

    /// The last day to recover it.
    pub(crate) fn grace_end_day(&self) -> Option<NaiveDate> {
        let grace_end = self.grace_end.as_ref();
        grace_end.map_or(self.noticed_grace_end, |event| event.day)
    }

    /// The day on which it is given up.
    pub(crate) fn ended_day(&self) -> Option<NaiveDate> {
        self.ended.as_ref().and_then(|(event, _)| event.day)
    }

    /// Whether some event warns of another, or says that no renewal is recorded.
    pub(crate) fn has_notices(&self) -> bool {
        let mut others = self.others.iter();
        self.is_overdue_there
            || !self.known_notices.is_empty()
            || others.any(|(_, about)| about.is_some())
    }

    /// The events, without the expiry, whose alarms warn of them.
    pub(crate) fn warned(&self) -> impl Iterator<Item = &Event> {
        let ended = self.ended.iter().map(|(event, _)| event);
        let once = self.grace_end.iter().chain(ended);
        once.chain(&self.renewals).chain(&self.cancels)
    }

    /// The events of which alarms are told: of those that repeat only the last.
    pub(crate) fn told(&self) -> impl Iterator<Item = &Event> {
        let ended = self.ended.iter().map(|(event, _)| event);
        let last = self.renewals.last().into_iter().chain(self.cancels.last());
        self.grace_end.iter().chain(ended).chain(last)
    }

    /// The days ahead of each notice, by the day that it warns of.
    pub(crate) fn ahead_by_notices(&self) -> HashMap<NaiveDate, Vec<i64>> {
        let others = self.others.iter();
        let others = others.filter_map(|(event, about)| Some((event.day?, (*about)?)));
        let mut ahead: HashMap<NaiveDate, Vec<i64>> = HashMap::new();
        for (day, about) in others.chain(self.known_notices.iter().copied()) {
            ahead
                .entry(about)
                .or_default()
                .push((about - day).num_days());
        }
        ahead
    }

    /// Notes what is lost of the events that are notices, or are unknown, in a plan with these leads.
    /// `main` is its expiry, and `is_own` whether its title is one of ours.
    pub(crate) fn note_losses(
        &self,
        (line, name, is_own): (usize, &str, bool),
        main: Option<&Event>,
        leads: &[Period],
        omissions: &mut Omissions,
    ) {
        let mut warnings: HashSet<NaiveDate> = HashSet::new();
        for event in self.warned().chain(main) {
            let Some(day) = event.day else { continue };
            let ahead = days_ahead(event).filter_map(|days| u64::try_from(days).ok());
            warnings.extend(ahead.filter_map(|days| day.checked_sub_days(Days::new(days))));
            warnings.extend(leads.iter().filter_map(|lead| lead.before(day)));
        }
        let end = self.noticed_grace_end.into_iter();
        warnings.extend(end.flat_map(|end| leads.iter().filter_map(move |lead| lead.before(end))));
        let mut lost = 0;
        let name = quoted(name);
        for (event, _) in &self.others {
            let Some(day) = event.day else { continue };
            if !warnings.contains(&day) {
                lost += 1;
                // Events of other programs say more than that something is near.
                if !is_own {
                    let what = format!(
                        "its RELATED-TO names {name}, but {day} is not a day of its warnings: \
                         left out"
                    );
                    omissions.note(event.line, &event.subject(), what);
                }
            } else if !event.alarms.is_empty() {
                let what = format!("it is a notice of {name}: its own alarms were left out");
                omissions.note(event.line, &event.subject(), what);
            }
        }
        if is_own && lost > 0 {
            let what = format!(
                "{} by RELATED-TO, on days that are not days of its warnings: left out",
                match lost {
                    1 => "1 event belongs to it".to_owned(),
                    _ => format!("{lost} events belong to it"),
                }
            );
            omissions.note(line, &name, what);
        }
    }
}

/// How many days ahead the alarms of an event ring.
pub(crate) fn days_ahead(event: &Event) -> impl Iterator<Item = i64> {
    event.alarms.iter().filter_map(|alarm| match alarm.ring {
        Ring::Ahead(days, _) => Some(i64::from(days)),
        _ => None,
    })
}
