//! An event or a to-do: everything in it that a plan may need.

use chrono::{Datelike as _, NaiveDate, NaiveTime, TimeZone as _};
use chrono_tz::Tz;

use crate::ics::{Component, Moment, Property, Zone, parse_duration, split_texts};
use crate::import::alarm::{Alarm, read_alarm};
use crate::text::value_error::quoted;
use crate::time::date::{FIRST_YEAR, in_range};

/// Properties that are read elsewhere, or say nothing about what runs out: stamps, whether somebody
/// is busy.
const IGNORED: [&str; 15] = [
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
/// Properties that are read here.
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
    /// When it begins or is due, as it is written.
    pub(crate) start: Option<Moment>,
    /// The day that counts; `None` if no day can be read.
    pub(crate) day: Option<NaiveDate>,
    /// What has to be said of that day: a time left out, a time zone.
    pub(crate) day_note: Option<String>,
    /// Days that it lasts.
    pub(crate) length: i64,
    pub(crate) rule: Option<String>,
    /// Dates in addition to the rule, RDATE; `None` for one that cannot be read.
    pub(crate) added_dates: Vec<Option<Moment>>,
    /// Dates that the rule leaves out, EXDATE.
    pub(crate) excluded_dates: Vec<Option<Moment>>,
    /// Whether it changes one date of another event's rule.
    pub(crate) is_exception: bool,
    /// The UID of the event that it belongs to, by RELATED-TO.
    pub(crate) parent_uid: Option<String>,
    pub(crate) alarms: Vec<Alarm>,
    pub(crate) tags: Vec<String>,
    /// In capitals: `CANCELLED`, `COMPLETED`.
    pub(crate) status: String,
    pub(crate) sequence: u32,
    /// Names of properties and components that have no place in a plan.
    pub(crate) unread: Vec<String>,
}

impl Event {
    /// Reads an event or a to-do of a calendar whose days are those of `zone`.
    pub(crate) fn new(component: Component, zone: Option<Tz>) -> Self {
        let is_todo = component.name == "VTODO";
        let value = |name| {
            let found = component.property(name);
            let found = found.filter(|property| !property.is_quoted_printable());
            found.map(|property| property.value.clone())
        };
        let moment = |name| component.property(name).and_then(Moment::of);
        let start = match is_todo {
            true => moment("DUE").or_else(|| moment("DTSTART")),
            false => moment("DTSTART"),
        };
        let rule = value("RRULE");
        let centuries = start
            .as_ref()
            .map_or(0, |start| years_to_add(start, rule.as_deref()));
        let later = |moment: Moment| moved_by_years(moment, centuries);
        let (start, end) = (start.map(later), moment("DTEND").map(later));
        let length = length(start.as_ref(), end.as_ref(), value("DURATION"));
        let mut event = Self {
            line: component.place.line,
            is_todo,
            uid: value("UID").unwrap_or_default(),
            title: value("SUMMARY").unwrap_or_default(),
            description: value("DESCRIPTION").unwrap_or_default(),
            url: value("URL")
                .filter(|url| !url.trim().is_empty())
                .or_else(|| value("LOCATION").filter(|place| is_web_address(place))),
            start: None,
            day: None,
            day_note: None,
            length,
            rule,
            added_dates: Vec::new(),
            excluded_dates: Vec::new(),
            is_exception: component.property("RECURRENCE-ID").is_some(),
            parent_uid: parent_uid(&component),
            alarms: Vec::new(),
            tags: Vec::new(),
            status: value("STATUS")
                .unwrap_or_default()
                .trim()
                .to_ascii_uppercase(),
            sequence: value("SEQUENCE")
                .and_then(|n| n.trim().parse().ok())
                .unwrap_or(0),
            unread: Vec::new(),
        };
        if let Some(start) = &start {
            (event.day, event.day_note) = read_day(start, zone);
            for inner in &component.components {
                if inner.name == "VALARM" {
                    event.alarms.extend(read_alarm(inner, start, end.as_ref()));
                } else {
                    event.unread.push(inner.name.clone());
                }
            }
        }
        event.start = start;
        for property in component.properties {
            event.add_property(property);
        }
        event
    }

    fn add_property(&mut self, property: Property) {
        if property.is_quoted_printable() {
            let what = format!("{} in quoted-printable", property.name);
            if !self.unread.contains(&what) {
                self.unread.push(what);
            }
            return;
        }
        let value = property.value.as_str();
        if property.name == "CATEGORIES" {
            self.tags.extend(split_texts(value));
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
            "RDATE" => return moments(&mut self.added_dates),
            "EXDATE" => return moments(&mut self.excluded_dates),
            _ => {}
        }
        let is_empty = value.trim().is_empty();
        if property.name == "LOCATION" && self.url.as_deref() == Some(value) {
            return;
        }
        let name = property.name.clone();
        let is_known = IGNORED.contains(&name.as_str()) || READ.contains(&name.as_str());
        // Extensions are for the other program, except for the one that people read.
        let is_private = name.starts_with("X-") && name != "X-ALT-DESC";
        if !is_known && !is_private && !is_empty && !self.unread.contains(&name) {
            self.unread.push(name);
        }
    }

    /// Whether it is an event of one known day: no to-do, not repeated, not cancelled.
    pub(crate) fn is_single_day(&self) -> bool {
        self.day.is_some()
            && !self.is_todo
            && !self.is_exception
            && self.rule.is_none()
            && self.added_dates.is_empty()
            && self.status != "CANCELLED"
    }

    /// Whether it begins before the first year of a plans file.
    pub(crate) fn is_before_1900(&self) -> bool {
        let start = self.start.as_ref();
        start.is_some_and(|start| start.day.year() < FIRST_YEAR)
    }

    /// Its name in messages.
    pub(crate) fn subject(&self) -> String {
        match (self.title.trim(), self.uid.trim()) {
            ("", "") => "an event without a title".to_owned(),
            ("", uid) => format!("UID {}", quoted(uid)),
            (title, _) => quoted(title),
        }
    }
}

/// Years to add to an event before 1900 that repeats, so that its dates from then on are the same:
/// the Gregorian calendar repeats after 400 years. Apple's calendars write birthdays without a year
/// as those of 1604.
fn years_to_add(start: &Moment, rule: Option<&str>) -> i32 {
    const CYCLE: i32 = 400;
    let is_endless = rule.is_some_and(|rule| {
        let rule = rule.to_ascii_uppercase();
        let mut parts = rule.split(';').map(str::trim);
        let has = |part| rule.split(';').any(|found| found.trim() == part);
        let is_each = parts.all(|part| !part.starts_with("INTERVAL=") || part == "INTERVAL=1");
        is_each && !rule.contains("COUNT=") && has("FREQ=YEARLY")
    });
    let missing = FIRST_YEAR - start.day.year();
    match is_endless && missing > 0 {
        true => (missing + CYCLE - 1) / CYCLE * CYCLE,
        false => 0,
    }
}

fn moved_by_years(mut moment: Moment, years: i32) -> Moment {
    let moved = moment.day.with_year(moment.day.year() + years);
    moment.day = moved.unwrap_or(moment.day);
    moment
}

fn is_web_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// The UID that RELATED-TO names as the parent, its default (RFC 5545, section 3.2.15).
fn parent_uid(component: &Component) -> Option<String> {
    let related = component.property("RELATED-TO")?;
    let kind = related.parameter("RELTYPE").unwrap_or("PARENT");
    let is_parent = kind.eq_ignore_ascii_case("PARENT") && !related.is_quoted_printable();
    is_parent.then(|| related.value.trim().to_owned())
}

/// Days that an event lasts.
fn length(start: Option<&Moment>, end: Option<&Moment>, duration: Option<String>) -> i64 {
    let Some(start) = start else { return 1 };
    let days = match (end, duration) {
        (Some(end), _) => {
            (end.day - start.day).num_days() + i64::from(lasts_on_last_day(start, end))
        }
        (None, Some(duration)) => parse_duration(&duration).unwrap_or(0) / 86_400,
        (None, None) => 1,
    };
    days.max(1)
}

/// Whether an event still lasts on the day of its end. It does not if it is a whole day, or if it ends
/// at midnight or at the time of day at which it began.
fn lasts_on_last_day(start: &Moment, end: &Moment) -> bool {
    match (&start.time, &end.time) {
        (_, None) => false,
        (begin, Some(end)) => end.0 != NaiveTime::MIN && begin.as_ref() != Some(end),
    }
}

/// The day of a moment in the time zone `zone` of the calendar, and what has to be said of it.
fn read_day(moment: &Moment, zone: Option<Tz>) -> (Option<NaiveDate>, Option<String>) {
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
                    "its time, {clock} in {name}, was left out: the day there, {day}, was used"
                ),
            )
        }
        (Zone::Utc, Some(zone)) => {
            let local = zone.from_utc_datetime(&moment.day.and_time(*time));
            let (day, local) = (local.date_naive(), local.format("%H:%M"));
            (
                day,
                format!(
                    "its time, {clock} UTC, was left out: the day in {zone}, {day} ({local}), \
                     was used"
                ),
            )
        }
        (Zone::Utc, None) => {
            let day = moment.day;
            (
                day,
                format!(
                    "its time, {clock} UTC, was left out: the day in UTC, {day}, was used; is it \
                     the same where you are?"
                ),
            )
        }
    };
    (Some(day).filter(|day| in_range(*day)), Some(told))
}
