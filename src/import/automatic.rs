//! Plans of a feed of ours of which no expiry is in the feed: those that renew by themselves without
//! an end, an event for each date, and those that were given up before they expired.

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::import::dates::validity_of;
use crate::import::event::Event;
use crate::import::groups::EventGroup;
use crate::import::titles::{notice_name, renewal_name};
use crate::plan::value::language::Language;

/// A plan without the event of its expiry.
#[derive(Debug)]
pub(crate) struct OpenPlan {
    pub(crate) language: Language,
    pub(crate) name: String,
    /// Its automatic renewals, by day.
    pub(crate) renewals: Vec<Event>,
    /// Notices of the expiry, by day: it was given up before that.
    pub(crate) notices: Vec<Event>,
    /// The expiry that the notices name.
    pub(crate) expiry: Option<NaiveDate>,
}

impl OpenPlan {
    /// Whether notices of this expiry can be those of its renewals' end.
    fn ends_before(&self, expiry: NaiveDate) -> bool {
        let last = self.renewals.last().and_then(|event| event.day);
        self.expiry.is_none() && last.is_some_and(|last| last < expiry)
    }

    /// Its line: that of its first event in the file.
    pub(crate) fn line(&self) -> usize {
        let events = self.renewals.iter().chain(&self.notices);
        events.map(|event| event.line).min().unwrap_or(0)
    }
}

/// Whether the UID of an event is of the kind that we make.
pub(crate) fn has_own_uid(event: &Event) -> bool {
    let uid = Uuid::try_parse(event.uid.trim());
    uid.is_ok_and(|uid| uid.get_version_num() == 5)
}

/// Takes the events of such plans out of the groups.
pub(crate) fn take_open_plans(groups: Vec<EventGroup>) -> (Vec<EventGroup>, Vec<OpenPlan>) {
    let mut others = Vec::with_capacity(groups.len());
    let mut renewals: Buckets<(Language, String)> = Buckets::default();
    let mut notices: Buckets<(Language, String, NaiveDate)> = Buckets::default();
    for group in groups {
        let event = &group.main;
        let is_alone = group.related.is_empty() && event.is_single_day() && has_own_uid(event);
        let day = event.day.filter(|_| is_alone);
        let title = event.title.trim();
        if let Some((language, name)) = day.and_then(|day| renewal_name(title, day)) {
            renewals.add((language, name.to_owned()), group.main);
        } else if let Some((language, name, expiry)) = day.and_then(|day| notice_name(title, day)) {
            notices.add((language, name.to_owned(), expiry), group.main);
        } else {
            others.push(group);
        }
    }
    let mut plans: Vec<OpenPlan> = Vec::new();
    let mut first_of: HashMap<(Language, String), usize> = HashMap::new();
    for ((language, name), events) in renewals.list {
        first_of.insert((language, name.clone()), plans.len());
        for renewals in split_by_plan(events) {
            plans.push(OpenPlan {
                language,
                name: name.clone(),
                renewals,
                notices: Vec::new(),
                expiry: None,
            });
        }
    }
    for ((language, name, expiry), mut events) in notices.list {
        events.sort_by_key(|event| event.day);
        let automatic = first_of.get(&(language, name.clone())).copied();
        match automatic.and_then(|index| plans.get_mut(index)) {
            Some(plan) if plan.ends_before(expiry) => {
                (plan.notices, plan.expiry) = (events, Some(expiry));
            }
            _ => plans.push(OpenPlan {
                language,
                name,
                renewals: Vec::new(),
                notices: events,
                expiry: Some(expiry),
            }),
        }
    }
    (others, plans)
}

/// Events by key, the keys in the order in which they came first.
struct Buckets<K> {
    list: Vec<(K, Vec<Event>)>,
    index_of: HashMap<K, usize>,
}

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            index_of: HashMap::new(),
        }
    }
}

impl<K: Clone + Eq + std::hash::Hash> Buckets<K> {
    fn add(&mut self, key: K, event: Event) {
        let end = self.list.len();
        let index = *self.index_of.entry(key.clone()).or_insert(end);
        match self.list.get_mut(index) {
            Some((_, events)) => events.push(event),
            None => self.list.push((key, vec![event])),
        }
    }
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
