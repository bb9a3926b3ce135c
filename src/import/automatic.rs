//! Events of which no expiry is in the file: the automatic renewals of a plan, an event for each date,
//! and reminders of a plan that was given up before it expired.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::import::dates::validity_of;
use crate::import::event::Event;
use crate::import::groups::EventGroup;
use crate::import::omission::Omissions;
use crate::import::titles::{expiry_name, is_about_feed, renewal_name};
use crate::plan::value::language::Language;

/// A plan that renews by itself, without the event of its expiry.
#[derive(Debug)]
pub(crate) struct OpenPlan {
    pub(crate) language: Language,
    pub(crate) name: String,
    /// Its automatic renewals, by day.
    pub(crate) renewals: Vec<Event>,
}

impl OpenPlan {
    /// Its line: that of its first event in the file.
    pub(crate) fn line(&self) -> usize {
        let lines = self.renewals.iter().map(|event| event.line);
        lines.min().unwrap_or(0)
    }
}

/// Takes the events of such plans out of the groups.
pub(crate) fn take_open_plans(groups: Vec<EventGroup>) -> (Vec<EventGroup>, Vec<OpenPlan>) {
    let mut others = Vec::with_capacity(groups.len());
    let mut named: Vec<((Language, String), Vec<Event>)> = Vec::new();
    let mut index_of: HashMap<(Language, String), usize> = HashMap::new();
    for group in groups {
        let titled = lone_day(&group).and_then(|day| renewal_name(group.main.title.trim(), day));
        let Some((language, name)) = titled else {
            others.push(group);
            continue;
        };
        let key = (language, name.to_owned());
        let index = *index_of.entry(key.clone()).or_insert(named.len());
        match named.get_mut(index) {
            Some((_, events)) => events.push(group.main),
            None => named.push((key, vec![group.main])),
        }
    }
    let plans = named.into_iter().flat_map(|((language, name), events)| {
        let plans = split_by_plan(events).into_iter();
        plans.map(move |renewals| OpenPlan {
            language,
            name: name.clone(),
            renewals,
        })
    });
    (others, plans.collect())
}

/// Takes out of the groups of a feed of ours each event that stands alone and is no expiry.
pub(crate) fn take_lone_reminders(
    mut groups: Vec<EventGroup>,
    omissions: &mut Omissions,
) -> Vec<EventGroup> {
    groups.retain(|group| {
        let (event, title) = (&group.main, group.main.title.trim());
        let is_reminder = lone_day(group).is_some_and(|day| expiry_name(title, day).is_none());
        if is_reminder && is_about_feed(title) {
            let what = "it is about the feed and no plan: left out";
            omissions.note(event.line, &event.subject(), what);
        } else if is_reminder {
            let what = "the expiry that it belongs to is not in the feed, as after a plan was given up: left out";
            omissions.lose_plan(event.line, &event.subject(), what);
        }
        !is_reminder
    });
    groups
}

/// The day of an event to which no other belongs.
fn lone_day(group: &EventGroup) -> Option<NaiveDate> {
    let is_alone = group.related.is_empty() && group.main.is_single_day();
    group.main.day.filter(|_| is_alone)
}

/// The renewals of one name, which may be those of several plans: a feed of ours has one plan after
/// another, each by day.
fn split_by_plan(events: Vec<Event>) -> Vec<Vec<Event>> {
    let mut sorted = events.clone();
    sorted.sort_by_key(|event| event.day);
    let days: Vec<NaiveDate> = sorted.iter().filter_map(|event| event.day).collect();
    if days.len() < 2 || validity_of(&days).is_some() {
        return vec![sorted];
    }
    let mut plans: Vec<Vec<Event>> = Vec::new();
    for event in events {
        match plans.last_mut() {
            Some(plan) if plan.last().is_some_and(|last| last.day < event.day) => plan.push(event),
            _ => plans.push(vec![event]),
        }
    }
    plans
}
