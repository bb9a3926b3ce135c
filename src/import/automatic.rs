//! Plans whose expiry is not in the file: plans that renew by themselves, which have an event for
//! each date, and plans that are given up before they expire.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::import::dates::validity_of;
use crate::import::event::Event;
use crate::import::groups::EventGroup;
use crate::import::omission::Omissions;
use crate::import::related::Related;
use crate::import::titles::{OwnDay, is_about_feed, noticed_day, own_title};
use crate::plan::value::language::Language;

/// A plan without the event of its expiry.
#[derive(Debug)]
pub(crate) struct OpenPlan {
    pub(crate) language: Language,
    pub(crate) name: String,
    /// Its line: that of its first event in the file.
    pub(crate) line: usize,
    /// Its expiry, if a notice tells it.
    pub(crate) expiry: Option<NaiveDate>,
    /// Days on which it renews by itself, sorted.
    pub(crate) renewal_days: Vec<NaiveDate>,
    pub(crate) related: Related,
}

/// An event that belongs to no other, of a plan whose expiry is not in the file.
struct Part {
    group: EventGroup,
    day: NaiveDate,
    /// The day that it is, or that it is a notice of.
    about: (OwnDay, NaiveDate),
}

impl Part {
    fn is_day(&self, of: OwnDay) -> bool {
        self.about == (of, self.day)
    }
}

/// The parts of all plans of one name.
struct NamedParts {
    language: Language,
    name: String,
    parts: Vec<Part>,
}

/// Takes the events of such plans out of the groups.
pub(crate) fn take_open_plans(groups: Vec<EventGroup>) -> (Vec<EventGroup>, Vec<OpenPlan>) {
    let mut others = Vec::with_capacity(groups.len());
    let mut named: Vec<NamedParts> = Vec::new();
    let mut index_of: HashMap<(Language, String), usize> = HashMap::new();
    for group in groups {
        let day = group.main.day.filter(|_| group.main.is_single_day());
        let titled = day.and_then(|day| Some((day, own_title(group.main.title.trim(), day)?)));
        let titled = titled
            .filter(|(_, own)| matches!(own.of, OwnDay::Renewal | OwnDay::Cancel | OwnDay::Ended));
        let Some((day, own)) = titled else {
            others.push(group);
            continue;
        };
        let (language, name, about) = (own.language, own.name.to_owned(), (own.of, day));
        let key = (language, name.clone());
        let index = *index_of.entry(key).or_insert_with(|| {
            named.push(NamedParts {
                language,
                name,
                parts: Vec::new(),
            });
            named.len() - 1
        });
        if let Some(named) = named.get_mut(index) {
            named.parts.push(Part { group, day, about });
        }
    }
    let others = take_notices(others, &mut named);
    let plans = named.into_iter().flat_map(|named| {
        let NamedParts {
            language,
            name,
            parts,
        } = named;
        let plans = split_by_plan(parts).into_iter();
        plans.map(move |parts| open_plan(language, &name, parts))
    });
    let plans = plans.collect();
    (others, plans)
}

/// Takes the notices of these plans that belong to no event. Nothing after the day on which a plan is
/// given up is in the file, so a notice may be about a day that is not.
fn take_notices(groups: Vec<EventGroup>, named: &mut [NamedParts]) -> Vec<EventGroup> {
    let names = named.iter().map(|named| named.name.clone());
    let index_of: HashMap<String, usize> = names.zip(0..).collect();
    // A title begins with the name.
    let lengths: BTreeSet<usize> = index_of.keys().map(String::len).collect();
    let mut others = Vec::with_capacity(groups.len());
    for group in groups {
        let found = lone_day(&group).and_then(|day| {
            let title = group.main.title.trim();
            lengths.iter().rev().find_map(|length| {
                let index = *index_of.get(title.get(..*length)?)?;
                let plan = named.get(index)?;
                let about = noticed_day(title, (plan.language, &plan.name), day)?;
                Some((index, day, about))
            })
        });
        match found.and_then(|(index, day, about)| Some((named.get_mut(index)?, day, about))) {
            Some((plan, day, about)) => plan.parts.push(Part { group, day, about }),
            None => others.push(group),
        }
    }
    others
}

/// Takes out of the groups of a feed of ours each event that stands alone and is no expiry.
pub(crate) fn take_lone_reminders(
    mut groups: Vec<EventGroup>,
    omissions: &mut Omissions,
) -> Vec<EventGroup> {
    groups.retain(|group| {
        let (event, title) = (&group.main, group.main.title.trim());
        let is_reminder = lone_day(group)
            .is_some_and(|day| own_title(title, day).is_none_or(|own| own.of != OwnDay::Expiry));
        if is_reminder && is_about_feed(title) {
            let what = "it is about the feed, not about a plan: left out";
            omissions.note(event.line, &event.subject(), what);
        } else if is_reminder {
            let what = "its expiry is not in the feed, as for a plan that has ended: left out";
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

/// The parts of one name, which may be those of several plans: a feed of ours has one plan after
/// another, each by day, and nothing after the day on which it is given up.
fn split_by_plan(mut parts: Vec<Part>) -> Vec<Vec<Part>> {
    parts.sort_by_key(|part| part.group.main.line);
    let count = |of| parts.iter().filter(|part| part.is_day(of)).count();
    let renewals = renewal_days(&parts);
    let is_one = renewals.len() < 2 || validity_of(&renewals).is_some();
    let mut ended = parts.iter().filter(|part| part.is_day(OwnDay::Ended));
    let is_last = ended.all(|ended| parts.iter().all(|part| part.day <= ended.day));
    let has_two = count(OwnDay::Renewal) > renewals.len() || count(OwnDay::Ended) > 1;
    if is_one && is_last && !has_two {
        return vec![parts];
    }
    let mut plans: Vec<Vec<Part>> = Vec::new();
    for part in parts {
        let is_next = |last: &Part| {
            last.day <= part.day && last.about != part.about && !last.is_day(OwnDay::Ended)
        };
        match plans.last_mut() {
            Some(plan) if plan.last().is_some_and(is_next) => plan.push(part),
            _ => plans.push(vec![part]),
        }
    }
    plans
}

/// The automatic renewals that are in the file, or that a notice is about, sorted.
fn renewal_days(parts: &[Part]) -> Vec<NaiveDate> {
    let about = parts.iter().map(|part| part.about);
    let renewals = about.filter(|(of, _)| *of == OwnDay::Renewal);
    let days: BTreeSet<NaiveDate> = renewals.map(|(_, day)| day).collect();
    days.into_iter().collect()
}

fn open_plan(language: Language, name: &str, parts: Vec<Part>) -> OpenPlan {
    let groups = parts.iter().map(|part| &part.group);
    let events = groups.flat_map(|group| std::iter::once(&group.main).chain(&group.related));
    let line = events.map(|event| event.line).min();
    let mut about = parts.iter().map(|part| part.about);
    let expiry = about.find(|(of, _)| *of == OwnDay::Expiry);
    let renewal_days = renewal_days(&parts);
    let (days, notices): (Vec<Part>, Vec<Part>) =
        parts.into_iter().partition(|part| part.about.1 == part.day);
    let events = days.into_iter().flat_map(|part| {
        let EventGroup { main, related } = part.group;
        std::iter::once(main).chain(related)
    });
    let events: Vec<Event> = events.collect();
    let mut related = Related::new(name, None, events);
    let notices = notices.iter().map(|part| (part.day, part.about.1));
    related.known_notices.extend(notices);
    OpenPlan {
        language,
        name: name.to_owned(),
        line: line.unwrap_or(0),
        expiry: expiry.map(|(_, day)| day),
        renewal_days,
        related,
    }
}
