//! An event or a to-do, as far as a plan may want it.

use std::borrow::Cow;

use chrono::{NaiveDate, NaiveTime, TimeZone as _};
use chrono_tz::Tz;

use crate::ics::{Component, Moment, Property, Zone, seconds, texts};
use crate::import::alarm::{Alarm, alarm};
use crate::import::encoding::decoded;
use crate::text::value_error::quoted;
use crate::time::date::in_range;

/// Properties that say nothing about what runs out: stamps, states, how busy somebody is.
const BESIDE: [&str; 15] = [
    "UID",
    "DTSTAMP",
    "LAST-MODIFIED",
    "CREATED",
    "SEQUENCE",
    "TRANSP",
    "CLASS",
    "PRIORITY",
    "PERCENT-COMPLETE",
    "STATUS",
    "COMPLETED",
    "URL",
    "DTSTART",
    "DTEND",
    "DURATION",
];
/// Properties that are read.
const READ: [&str; 7] = [
    "SUMMARY",
    "DESCRIPTION",
    "CATEGORIES",
    "RELATED-TO",
    "DUE",
    "RRULE",
    "RECURRENCE-ID",
];

/// One event or to-do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) line: usize,
    pub(crate) is_todo: bool,
    pub(crate) uid: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) url: Option<String>,
    /// When it begins, or is due, as it is written.
    pub(crate) start: Option<Moment>,
    /// The day that counts; nothing where there is none that can be read.
    pub(crate) day: Option<NaiveDate>,
    /// What had to be said of that day: a time left out, a zone.
    pub(crate) day_told: Option<String>,
    /// Days that it lasts.
    pub(crate) length: i64,
    pub(crate) rule: Option<String>,
    /// Dates beside the rule, RDATE; nothing for one that cannot be read.
    pub(crate) added: Vec<Option<Moment>>,
    /// Dates that the rule leaves out, EXDATE.
    pub(crate) left_out: Vec<Option<Moment>>,
    /// Whether it changes one date of another event's rule.
    pub(crate) is_exception: bool,
    pub(crate) related: Option<String>,
    pub(crate) alarms: Vec<Alarm>,
    pub(crate) tags: Vec<String>,
    /// What became of it, in capitals: `CANCELLED`, `COMPLETED`.
    pub(crate) status: String,
    pub(crate) sequence: u32,
    /// The day of its DTSTAMP.
    pub(crate) stamped: Option<NaiveDate>,
    /// Names of properties and components that no plan has a place for.
    pub(crate) unread: Vec<String>,
}

impl Event {
    /// Reads an event or a to-do of a calendar whose days are those of `zone`.
    pub(crate) fn of(component: Component, zone: Option<Tz>) -> Self {
        let is_todo = component.name == "VTODO";
        let value = |name| {
            let found = component.property(name).and_then(decoded);
            found.map(Cow::into_owned)
        };
        let moment = |name| component.property(name).and_then(Moment::of);
        let start = match is_todo {
            true => moment("DUE").or_else(|| moment("DTSTART")),
            false => moment("DTSTART"),
        };
        let end = moment("DTEND");
        let length = length(start.as_ref(), end.as_ref(), value("DURATION"));
        let mut event = Self {
            line: component.place.line,
            is_todo,
            uid: value("UID").unwrap_or_default(),
            title: value("SUMMARY").unwrap_or_default(),
            description: value("DESCRIPTION").unwrap_or_default(),
            url: value("URL").filter(|url| !url.trim().is_empty()),
            start: None,
            day: None,
            day_told: None,
            length,
            rule: value("RRULE"),
            added: Vec::new(),
            left_out: Vec::new(),
            is_exception: component.property("RECURRENCE-ID").is_some(),
            related: value("RELATED-TO"),
            alarms: Vec::new(),
            tags: Vec::new(),
            status: value("STATUS")
                .unwrap_or_default()
                .trim()
                .to_ascii_uppercase(),
            sequence: value("SEQUENCE")
                .and_then(|n| n.trim().parse().ok())
                .unwrap_or(0),
            stamped: moment("DTSTAMP").map(|moment| moment.day),
            unread: Vec::new(),
        };
        if let Some(start) = &start {
            (event.day, event.day_told) = day(start, zone);
            for inner in &component.components {
                if inner.name == "VALARM" {
                    event.alarms.extend(alarm(inner, start, end.as_ref()));
                } else {
                    event.unread.push(inner.name.clone());
                }
            }
        }
        event.start = start;
        for property in component.properties {
            event.other(property);
        }
        event
    }

    fn other(&mut self, property: Property) {
        let Some(value) = decoded(&property) else {
            let what = format!("{} in quoted-printable that cannot be read", property.name);
            if !self.unread.contains(&what) {
                self.unread.push(what);
            }
            return;
        };
        if property.name == "CATEGORIES" {
            self.tags.extend(texts(&value));
            return;
        }
        let moments = |list: &mut Vec<Option<Moment>>| {
            let zone = property.parameter("TZID");
            list.extend(value.split(',').map(|text| {
                // A PERIOD has its end or its length after its beginning.
                let begin = text.split_once('/').map_or(text, |(begin, _)| begin);
                Moment::parse(begin, zone)
            }));
        };
        match property.name.as_str() {
            "RDATE" => return moments(&mut self.added),
            "EXDATE" => return moments(&mut self.left_out),
            _ => {}
        }
        let is_empty = value.trim().is_empty();
        let name = property.name;
        let is_known = BESIDE.contains(&name.as_str()) || READ.contains(&name.as_str());
        // Extensions are the other program's own business, except where a person reads them.
        let is_private = name.starts_with("X-") && name != "X-ALT-DESC";
        if !is_known && !is_private && !is_empty && !self.unread.contains(&name) {
            self.unread.push(name);
        }
    }

    /// What messages call it.
    pub(crate) fn subject(&self) -> String {
        match (self.title.trim(), self.uid.trim()) {
            ("", "") => "an event without a title".to_owned(),
            ("", uid) => format!("UID {}", quoted(uid)),
            (title, _) => quoted(title),
        }
    }
}

fn length(start: Option<&Moment>, end: Option<&Moment>, duration: Option<String>) -> i64 {
    let Some(start) = start else { return 1 };
    let days = match (end, duration) {
        (Some(end), _) => (end.day - start.day).num_days() + i64::from(ends_later(start, end)),
        (None, Some(duration)) => seconds(&duration).unwrap_or(0) / 86_400,
        (None, None) => 1,
    };
    days.max(1)
}

/// Whether the day of its end is one of its days: a whole day ends before it, and so does what ends
/// at midnight or by the clock at which it began.
fn ends_later(start: &Moment, end: &Moment) -> bool {
    match (&start.time, &end.time) {
        (_, None) => false,
        (begin, Some(end)) => end.0 != NaiveTime::MIN && begin.as_ref() != Some(end),
    }
}

/// The day of a moment where its reader is, and what there is to say of it.
fn day(moment: &Moment, zone: Option<Tz>) -> (Option<NaiveDate>, Option<String>) {
    let Some((time, written)) = &moment.time else {
        return (Some(moment.day).filter(|day| in_range(*day)), None);
    };
    let clock = time.format("%H:%M");
    let (day, told) = match (written, zone) {
        (Zone::Floating, _) => {
            let day = moment.day;
            (
                day,
                format!("its time, {clock}, was left out: plans have whole days"),
            )
        }
        (Zone::Named(name), _) => {
            let (day, name) = (moment.day, quoted(name));
            (
                day,
                format!(
                    "its time, {clock} in {name}, was left out: the day there, {day}, was taken"
                ),
            )
        }
        (Zone::Utc, Some(zone)) => {
            let local = zone.from_utc_datetime(&moment.day.and_time(*time));
            let (day, local) = (local.date_naive(), local.format("%H:%M"));
            (
                day,
                format!(
                    "its time, {clock} UTC, was left out: the day in {zone}, {day} ({local}), was taken"
                ),
            )
        }
        (Zone::Utc, None) => {
            let day = moment.day;
            (
                day,
                format!(
                    "its time, {clock} UTC, was left out: the day in UTC, {day}, was taken; is it the same where you are?"
                ),
            )
        }
    };
    (Some(day).filter(|day| in_range(*day)), Some(told))
}
