//! The events of a feed of ours, folded back into their plans.
//!
//! An event is ours if its UID is one of the kind that we make and its title is one that we write,
//! or if it points by RELATED-TO to such an expiry. Notices, overdue days and the ends of grace fold
//! into the expiry that they point to; automatic renewals, which point to none as long as there is no
//! end, into the one before of the same name; and the notices of a plan that was given up into one
//! another.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use chrono::{NaiveDate, NaiveTime};
use uuid::Uuid;

use super::Omissions;
use crate::import::described::{Described, Known, Sentences, unread};
use crate::import::draft::{Entry, Fields, Ids, Leads, Value, days, words as in_words};
use crate::import::event::Event;
use crate::import::fit::fit;
use crate::import::group::{Group, Identity, leads, unshell};
use crate::import::renewals::{LastRenewal, term};
use crate::import::template::{Titles, dated};
use crate::plan::schedule::Lead;
use crate::plan::value::language::Language;
use crate::text::value_error::quoted;
use crate::words::{self, Tense};

/// The languages of feeds, with their sentences turned round.
pub(crate) struct Languages(Vec<(Language, Titles, OnceLock<Sentences>)>);

/// The languages of feeds. Thousands of sentences are turned round for one, so that is done once.
pub(crate) static LANGUAGES: LazyLock<Languages> = LazyLock::new(Languages::new);

/// What an event of ours is.
enum Mark {
    Expiry(usize, String),
    Renewal(usize, String),
    /// It stands for no plan.
    Beside,
}

/// What was folded.
#[derive(Default)]
pub(crate) struct Folded {
    /// Each plan with the line of its first event.
    pub(crate) plans: Vec<(usize, Entry)>,
    /// Settings that only the events tell.
    pub(crate) calendar: Fields,
    /// Times of day at which alarms ring.
    pub(crate) times: Vec<NaiveTime>,
}

impl Languages {
    fn new() -> Self {
        Self(
            Language::ALL
                .into_iter()
                .map(|language| {
                    let titles = Titles::new(words::in_language(language));
                    (language, titles, OnceLock::new())
                })
                .collect(),
        )
    }

    fn mark(&self, event: &Event) -> Option<Mark> {
        self.0
            .iter()
            .enumerate()
            .find_map(|(index, (_, titles, _))| {
                if let Some(name) = titles.expiry(event) {
                    return Some(Mark::Expiry(index, name.to_owned()));
                }
                if let Some(name) = titles.renewal(event) {
                    return Some(Mark::Renewal(index, name.to_owned()));
                }
                let is_beside = titles.nothing.one(&event.title).is_some()
                    || titles.out_of_date.read(&event.title).is_some();
                is_beside.then_some(Mark::Beside)
            })
    }

    fn titles(&self, group: &Group<'_>) -> &Titles {
        &self.0[group.language].1
    }

    /// Takes the events that are ours out of `events` and folds them.
    pub(crate) fn fold(
        &self,
        events: &mut Vec<Event>,
        ids: &mut Ids,
        omissions: &mut Omissions,
    ) -> Folded {
        let mut groups: Vec<Group<'_>> = Vec::new();
        let mut by_uid: HashMap<&str, usize> = HashMap::new();
        let is_ours: Vec<bool> = events.iter().map(is_candidate).collect();
        let marks: Vec<Option<Mark>> = events
            .iter()
            .zip(&is_ours)
            .map(|(event, ours)| if *ours { self.mark(event) } else { None })
            .collect();
        for (event, mark) in events.iter().zip(&marks) {
            if let Some(Mark::Expiry(language, name)) = mark
                && !by_uid.contains_key(event.uid.as_str())
            {
                by_uid.insert(&event.uid, groups.len());
                groups.push(Group::new(*language, name, event));
            }
        }
        let mut taken = vec![false; events.len()];
        // The last group of renewals without an end, and of notices of a plan that was given up.
        let (mut endless, mut given_up) = (None, None);
        for (index, (event, mark)) in events.iter().zip(&marks).enumerate() {
            if !is_ours[index] {
                continue;
            }
            let related = event.related.as_deref().and_then(|uid| by_uid.get(uid));
            taken[index] = true;
            match (mark, related) {
                (Some(Mark::Expiry(..)), _) => {
                    let group = by_uid
                        .get(event.uid.as_str())
                        .and_then(|at| groups.get_mut(*at));
                    taken[index] = group.is_some_and(|group| group.expire(event));
                }
                (Some(Mark::Beside), _) => {}
                (mark, Some(group)) => {
                    if let Some(group) = groups.get_mut(*group) {
                        group.line = group.line.min(event.line);
                        match mark {
                            Some(Mark::Renewal(..)) => group.renewals.push(event),
                            _ => group.others.push(event),
                        }
                    }
                }
                (Some(Mark::Renewal(language, name)), None) => {
                    let last: Option<&mut Group<'_>> = endless.and_then(|at| groups.get_mut(at));
                    match last.filter(|group| group.goes_on_with(*language, name, event)) {
                        Some(group) => group.renewals.push(event),
                        None => {
                            endless = Some(groups.len());
                            let mut group = Group::new(*language, name, event);
                            group.renewals.push(event);
                            groups.push(group);
                        }
                    }
                }
                (None, None) => match self.notice(event) {
                    None => taken[index] = false,
                    Some((language, name, expiry)) => {
                        let last: Option<&mut Group<'_>> =
                            given_up.and_then(|at| groups.get_mut(at));
                        match last.filter(|group| group.name == name && group.ended == Some(expiry))
                        {
                            Some(group) => group.others.push(event),
                            None => {
                                given_up = Some(groups.len());
                                let mut group = Group::new(language, &name, event);
                                group.ended = Some(expiry);
                                group.others.push(event);
                                groups.push(group);
                            }
                        }
                    }
                },
            }
        }
        groups.sort_by_key(|group| group.line);
        let folded = self.entries(&groups, ids, omissions);
        let mut taken = taken.into_iter();
        events.retain(|_| !taken.next().unwrap_or(false));
        folded
    }

    /// The name and the expiry of a plan that was given up, from a notice of it.
    fn notice(&self, event: &Event) -> Option<(usize, String, NaiveDate)> {
        let day = event.day?;
        self.0
            .iter()
            .enumerate()
            .find_map(|(index, (language, ..))| {
                let words = words::in_language(*language);
                let first = event.description.split('\n').next()?;
                let write = |out: &mut String, day| words.expires(out, day, Tense::Ahead);
                let (expiry, _) = dated(first, write)?;
                let ahead = u32::try_from((expiry - day).num_days()).ok()?;
                let name = leads(ahead, expiry).into_iter().find_map(|lead| {
                    let left = |out: &mut String| {
                        words.notice_title(
                            out,
                            crate::import::template::Slot::Other.mark(),
                            Lead {
                                period: lead,
                                days: ahead,
                            },
                            expiry,
                        )
                    };
                    let template = crate::import::template::Template::new(left);
                    template.one(&event.title).map(str::to_owned)
                })?;
                Some((index, name, expiry))
            })
    }

    fn entries(&self, groups: &[Group<'_>], ids: &mut Ids, omissions: &mut Omissions) -> Folded {
        let mut folded = Folded::default();
        let mut counts = vec![0_usize; self.0.len()];
        for group in groups {
            counts[group.language] += 1;
        }
        let most = (0..counts.len()).rev().max_by_key(|index| counts[*index]);
        let main = most.unwrap_or(0);
        let notices = groups.iter().any(|group| {
            group.expiry.is_some_and(|expiry| {
                group.others.iter().any(|event| {
                    event.day != expiry.day && group.grace_end(self.titles(group)) != event.day
                })
            }) || group.ended.is_some()
        });
        let has_expiry = groups.iter().any(|group| group.expiry.is_some());
        let mut edit: Option<String> = None;
        let (mut has_foreign_uid, mut has_whole) = (false, false);
        for group in groups {
            let subject = quoted(&group.name);
            let Some(mut made) = self.entry(group, notices, &subject, omissions, &mut folded.times)
            else {
                continue;
            };
            if group.language != main {
                let (language, ..) = self.0[group.language];
                omissions.tell(
                    group.line,
                    &subject,
                    format!(
                        "its language, `{}`, is another than the list's",
                        language.tag()
                    ),
                );
            }
            has_whole |= made.described.has_whole_number;
            if let Some(digits) = &made.described.masked {
                let what = format!("its number, ending in {digits}, is masked in the feed");
                omissions.tell(group.line, &subject, what);
            }
            for line in &made.described.unread {
                omissions.tell(group.line, &subject, unread(line));
            }
            let record = made.described.record.as_deref();
            let named = record.and_then(|record| record.strip_prefix("weekahead renew "));
            if let (Some(record), None) = (record, named) {
                match &edit {
                    None => edit = Some(record.to_owned()),
                    Some(first) if first == record => {}
                    Some(_) => {
                        let what = format!(
                            "its link to record a renewal, {}, is another than the list's",
                            quoted(record)
                        );
                        omissions.tell(group.line, &subject, what);
                    }
                }
            }
            let written = named.and_then(unshell);
            match group.identify(written, ids, &mut made.fields) {
                Identity::Kept => {}
                Identity::OfAnotherCalendar => has_foreign_uid = true,
                Identity::Unknown => omissions.tell(
                    group.line,
                    &subject,
                    "the feed tells neither its `id` nor the calendar's: write both as they were, or those who subscribe see other events",
                ),
            }
            made.fields.extend(made.described.fields);
            if let Some(fields) = fit(made.fields, group.line, &subject, omissions) {
                let leads = made.leads;
                folded.plans.push((group.line, Entry { fields, leads }));
            }
        }
        let text = |text: &str| Value::Plain(text.to_owned());
        if has_foreign_uid {
            omissions.tell(
                0,
                "the calendar",
                "its `id` is in no feed: write the same `calendar: {id: ...}` again, or those who subscribe see other events",
            );
        }
        if self.0[main].0 != Language::default() && !groups.is_empty() {
            folded
                .calendar
                .push(("language", text(self.0[main].0.tag())));
        }
        if has_expiry && !notices {
            folded.calendar.push(("notices", text("false")));
        }
        if has_whole {
            folded.calendar.push(("numbers", text("full")));
        }
        folded
            .calendar
            .extend(edit.map(|edit| ("edit", Value::Text(edit))));
        folded
    }

    fn entry(
        &self,
        group: &Group<'_>,
        notices: bool,
        subject: &str,
        omissions: &mut Omissions,
        times: &mut Vec<NaiveTime>,
    ) -> Option<Made> {
        let words = words::in_language(self.0[group.language].0);
        let text = |day: NaiveDate| Value::Plain(day.to_string());
        let mut fields: Fields = vec![("name", Value::Text(group.name.clone()))];
        let expiry = group.expiry.and_then(|event| event.day).or(group.ended);
        let mut dates: Vec<NaiveDate> = group
            .renewals
            .iter()
            .filter_map(|event| event.day)
            .collect();
        dates.extend(expiry.filter(|_| !dates.is_empty()));
        let is_automatic = !group.renewals.is_empty();
        let mut knows_period = true;
        if is_automatic {
            match term(&dates) {
                Some((anchor, period)) => {
                    let anchor = match anchor {
                        LastRenewal::First(day) => ("expires", text(day)),
                        LastRenewal::Before(day) => ("renewed", text(day)),
                    };
                    fields.push(anchor);
                    fields.push(("validity", Value::Plain(in_words(period))));
                }
                None => {
                    knows_period = false;
                    let what = "it renews by itself, and its dates do not tell how often: the first one was taken";
                    omissions.tell(group.line, subject, what);
                    fields.push(("expires", text(*dates.first()?)));
                }
            }
        } else {
            fields.push(("expires", text(expiry?)));
        }
        let told = group
            .expiry
            .or_else(|| group.renewals.first().copied())
            .or_else(|| group.others.first().copied())?;
        let (language, _, sentences) = &self.0[group.language];
        let sentences = sentences.get_or_init(|| Sentences::new(*language));
        let mut described = sentences.read(
            &told.description,
            &Known {
                day: expiry.or(told.day)?,
                is_renewal: group.expiry.is_none() && is_automatic,
                is_automatic: is_automatic && knows_period,
                link: told.url.as_deref(),
                stamped: told.stamped,
            },
        );
        if is_automatic && !knows_period {
            // Without a period nothing may renew by itself.
            described.fields.retain(|(key, _)| *key != "renewal");
        }
        if let (Some(end), Some(expiry)) = (group.grace_end(self.titles(group)), expiry) {
            let grace = days((end - expiry).num_days());
            fields.extend(grace.map(|grace| ("grace", Value::Plain(in_words(grace)))));
        }
        if let Some(ended) = group.ended(notices, self.titles(group)) {
            fields.push(("ended", text(ended)));
            if group.expiry.is_none() {
                let what = format!(
                    "the day on which it was given up is in no feed: {ended}, the day of its last event, was taken"
                );
                omissions.tell(group.line, subject, what);
            }
        }
        let name = group.name.as_str();
        let of_expiry = expiry.map(|day| group.leads(words, self.titles(group), day, times));
        let leads = if is_automatic {
            let own = group.renewal_leads(words, name);
            match of_expiry {
                Some(leads) if own.is_empty() => Leads::Inherited(leads),
                Some(leads) => Leads::Own(leads),
                None if own.is_empty() => Leads::Unsaid,
                None => Leads::Own(own),
            }
        } else {
            Leads::Are(of_expiry?)
        };
        for event in &group.renewals {
            let rings = event.alarms.iter().filter_map(|alarm| alarm.ring.time());
            times.extend(rings);
        }
        Some(Made {
            fields,
            leads,
            described,
        })
    }
}

/// A plan that is being made.
struct Made {
    fields: Fields,
    leads: Leads,
    described: Described,
}

/// Whether a UID is of the kind that we make.
fn is_candidate(event: &Event) -> bool {
    let uid = Uuid::try_parse(event.uid.trim());
    uid.is_ok_and(|uid| uid.get_version_num() == 5) && !event.is_todo
}
