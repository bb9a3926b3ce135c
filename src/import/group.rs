//! The events of one plan of a feed of ours.

use chrono::{Datelike, NaiveDate, NaiveTime};

use crate::calendar::Uids;
use crate::import::alarm::{Alarm, Ring, day as ring_day};
use crate::import::draft::{Fields, Ids, Value, days};
use crate::import::event::Event;
use crate::import::template::Titles;
use crate::plan::is_empty;
use crate::plan::limits::MAX_LEADS;
use crate::plan::schedule::{Kind, Lead};
use crate::time::period::Period;
use crate::words::Words;

/// The events of one plan.
pub(crate) struct Group<'e> {
    pub(crate) language: usize,
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) expiry: Option<&'e Event>,
    pub(crate) renewals: Vec<&'e Event>,
    /// Notices, overdue days, the end of grace.
    pub(crate) others: Vec<&'e Event>,
    /// The expiry of a plan that was given up before it.
    pub(crate) ended: Option<NaiveDate>,
}

impl<'e> Group<'e> {
    pub(crate) fn new(language: usize, name: &str, event: &Event) -> Self {
        Self {
            language,
            name: name.to_owned(),
            line: event.line,
            expiry: None,
            renewals: Vec::new(),
            others: Vec::new(),
            ended: None,
        }
    }

    /// Takes its expiry, the first of that UID.
    pub(crate) fn expire(&mut self, event: &'e Event) -> bool {
        if self.expiry.is_some() {
            return false;
        }
        self.line = self.line.min(event.line);
        self.expiry = Some(event);
        true
    }

    pub(crate) fn goes_on_with(&self, language: usize, name: &str, event: &Event) -> bool {
        let last = self.renewals.last().and_then(|event| event.day);
        self.language == language && self.name == name && last < event.day
    }

    pub(crate) fn grace_end(&self, titles: &Titles) -> Option<NaiveDate> {
        self.grace_event(titles).and_then(|event| event.day)
    }

    fn grace_event(&self, titles: &Titles) -> Option<&'e Event> {
        let is_end = |event: &&Event| titles.grace_end(event) == Some(&self.name);
        self.others.iter().copied().find(is_end)
    }

    /// The day on which it was given up, as far as missing events tell.
    pub(crate) fn ended(&self, notices: bool, titles: &Titles) -> Option<NaiveDate> {
        if self.ended.is_some() {
            return self.others.iter().filter_map(|event| event.day).max();
        }
        let expiry = self.expiry?.day?;
        let is_overdue = |event: &&&Event| titles.overdue.one(&event.title) == Some(&self.name);
        let follows = expiry.succ_opt().is_some_and(crate::time::date::in_range);
        let is_missing = notices && follows && !self.others.iter().any(|event| is_overdue(&event));
        is_missing.then_some(expiry)
    }

    /// The leads to its expiry: of the alarms, or of the notices where a client took the alarms.
    pub(crate) fn leads(
        &self,
        words: &dyn Words,
        titles: &Titles,
        expiry: NaiveDate,
        times: &mut Vec<NaiveTime>,
    ) -> Vec<Period> {
        let mut found: Vec<(u32, String)> = Vec::new();
        for alarm in self.expiry.iter().flat_map(|event| &event.alarms) {
            if let Ring::Ahead(days, time) = alarm.ring {
                times.push(time);
                found.push((days, alarm.text.clone()));
            }
        }
        if found.is_empty() {
            let notices = self.others.iter().filter_map(|event| {
                let ahead = u32::try_from((expiry - event.day?).num_days()).ok()?;
                Some((ahead, event.title.clone())).filter(|_| ahead > 0)
            });
            found.extend(notices);
        }
        let name = self.name.as_str();
        let mut leads = periods(found, expiry, |out, lead| {
            words.notice_title(out, name, lead, expiry)
        });
        // Two leads that fall on one day before the expiry may be two before the end of grace.
        let end = self.grace_event(titles);
        if let Some((end, day)) = end.and_then(|end| Some((end, end.day?))) {
            let found = end.alarms.iter().filter_map(Alarm::ahead).collect();
            let write = |out: &mut String, lead| words.grace_notice_title(out, name, lead, day);
            for lead in periods(found, day, write) {
                let falls_on_one = |own: &Period| own.before(expiry) == lead.before(expiry);
                if !leads.contains(&lead) && leads.iter().any(falls_on_one) {
                    leads.push(lead);
                }
            }
        }
        leads
    }

    pub(crate) fn renewal_leads(&self, words: &dyn Words, name: &str) -> Vec<Period> {
        // The last has all of them: none falls before the beginning.
        let Some((last, day)) = self
            .renewals
            .last()
            .and_then(|last| Some((last, last.day?)))
        else {
            return Vec::new();
        };
        let found = last.alarms.iter().filter_map(Alarm::ahead);
        let write = |out: &mut String, lead| words.renewal_alarm(out, name, lead, day);
        periods(found.collect(), day, write)
    }

    /// Writes the id, and says what becomes of the UIDs with it.
    pub(crate) fn identify(
        &self,
        written: Option<String>,
        ids: &mut Ids,
        fields: &mut Fields,
    ) -> Identity {
        let uid_of = |id: &str| {
            let mut uids = Uids::new("", id);
            match (
                self.expiry,
                self.renewals.first().and_then(|event| event.day),
            ) {
                (None, Some(day)) => uids.of(Kind::Renewal, day).to_string(),
                _ => uids.of(Kind::Expiry, NaiveDate::MIN).to_string(),
            }
        };
        let told = self.expiry.or(self.renewals.first().copied());
        let is_it = |id: &str| told.is_none_or(|event| event.uid.eq_ignore_ascii_case(&uid_of(id)));
        let is_written = written.is_some();
        // A plan without an id has its name for one.
        let name = || Some(self.name.clone()).filter(|name| told.is_some() && is_it(name));
        let known = written
            .or_else(name)
            .filter(|id| !is_empty(id) && ids.take(id));
        let is_told = is_written && known.is_some();
        let id = known.unwrap_or_else(|| ids.make(&self.name));
        let identity = match is_it(&id) {
            true => Identity::Kept,
            false if is_told => Identity::OfAnotherCalendar,
            false => Identity::Unknown,
        };
        if id != self.name {
            fields.push(("id", Value::Text(id)));
        }
        identity
    }
}

/// What becomes of the UIDs of a plan's events, which are made of the calendar's id and the plan's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identity {
    /// They stay.
    Kept,
    /// The feed tells the plan's id, so that it is the calendar's that they miss.
    OfAnotherCalendar,
    /// They are others, whichever of the two is missing.
    Unknown,
}

impl Alarm {
    /// How many days ahead it rings, and what it says.
    fn ahead(&self) -> Option<(u32, String)> {
        match self.ring {
            Ring::Ahead(days, _) => Some((days, self.text.clone())),
            Ring::TooFar(_) | Ring::TooLate | Ring::Unreadable => None,
        }
    }
}

impl Ring {
    pub(crate) fn time(self) -> Option<NaiveTime> {
        match self {
            Self::Ahead(_, time) => Some(time),
            Self::TooFar(_) | Self::TooLate | Self::Unreadable => None,
        }
    }
}

/// The periods of leads, longest first: months where the text says months.
fn periods(
    mut found: Vec<(u32, String)>,
    day: NaiveDate,
    write: impl Fn(&mut String, Lead),
) -> Vec<Period> {
    found.sort_by_key(|(days, _)| std::cmp::Reverse(*days));
    found.dedup_by_key(|(days, _)| *days);
    let period = |(ahead, text): (u32, String)| {
        let mut candidates = leads(ahead, day);
        let at = candidates.iter().position(|lead| {
            let mut made = String::new();
            let lead = Lead {
                period: *lead,
                days: ahead,
            };
            write(&mut made, lead);
            made == text
        });
        match at {
            Some(at) => Some(candidates.swap_remove(at)),
            None => candidates.pop(),
        }
    };
    found.truncate(MAX_LEADS);
    found.into_iter().filter_map(period).collect()
}

/// What a lead of so many days before `day` can be in the plans file, days last.
pub(crate) fn leads(ahead: u32, day: NaiveDate) -> Vec<Period> {
    let first = ring_day(day, ahead);
    let mut candidates = Vec::new();
    if let Some(first) = first {
        let months = (day.year() - first.year()) * 12 + day.month() as i32 - first.month() as i32;
        let period = Period::parse(&format!("{months} months")).ok();
        candidates.extend(period.filter(|period| period.before(day) == Some(first)));
    }
    candidates.extend(days(i64::from(ahead)));
    candidates
}

/// An argument as a shell would take it apart.
pub(crate) fn unshell(argument: &str) -> Option<String> {
    let argument = argument.strip_prefix("-- ").unwrap_or(argument);
    match argument.strip_prefix('\'') {
        None => Some(argument.to_owned()),
        Some(rest) => Some(rest.strip_suffix('\'')?.replace(r"'\''", "'")),
    }
}
