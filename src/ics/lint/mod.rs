//! A finished feed, read back: what a calendar program would show of it, and what in it breaks one.
//!
//! An error is what makes a program drop, refuse or double something, or what RFC 5545 forbids; a
//! warning is what some program shows otherwise than it was meant. Each has its place, says who
//! suffers and what to do. A feed of ours has neither: a test over all golden feeds.
//!
//! Cost: linear in the text.

mod alarm;
mod bytes;
mod calendar;
mod event;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use chrono::{NaiveDate, NaiveDateTime};

use super::{Component, Moment, Piece, Place, Reader, Zone};
use crate::document::report::Severity;
use crate::document::{MAX_FILE_BYTES, Problem, without_mark};
use crate::text::value_error::ValueError;

/// Problems of one feed that are kept; more are only counted.
const MOST: usize = 10_000;

/// What was found in a feed.
#[derive(Debug, Default)]
pub struct Inspection {
    /// What a program would show, by day.
    pub events: Vec<Seen>,
    /// What is wrong, in the order of the file.
    pub problems: Vec<(Severity, Problem)>,
    /// How many errors and warnings there are besides.
    pub(crate) omitted: (usize, usize),
}

/// One event as a program shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its line, from 1.
    pub(crate) line: usize,
    /// Its day.
    pub(crate) day: NaiveDate,
    /// When it begins on that day, and in which zone; nothing for a whole day.
    pub(crate) time: Option<String>,
    /// Its title.
    pub(crate) title: String,
    /// When its alarms ring, by the clock that it is in.
    pub alarms: Vec<NaiveDateTime>,
}

/// Reads a feed.
#[must_use]
pub fn inspect(text: &[u8]) -> Inspection {
    let mut inspector = Inspector::default();
    if text.len() > MAX_FILE_BYTES {
        let what = ValueError::new(format!(
            "the file is too long: allowed up to {} MiB",
            MAX_FILE_BYTES >> 20
        ));
        inspector.error(&(0..0), what);
        return inspector.found;
    }
    let body = without_mark(text);
    if body.len() < text.len() {
        let what = ValueError::new("a byte-order mark stands in front of the calendar")
            .hint("save it without one: some readers take it for a part of the first line");
        inspector.warning(&(0..0), what);
    }
    bytes::look(body, &mut inspector);
    for piece in Reader::new(body) {
        match piece {
            Piece::Begin(place) => inspector.begin(place),
            Piece::Property(property) => inspector.head.push(property),
            Piece::Component(component) => inspector.component(&component),
            Piece::Fault(place, fault) => {
                // What is not UTF-8 was found among the bytes.
                if fault != crate::ics::Fault::NotUtf8 {
                    inspector.error(&place.span, ValueError::new(fault.to_string()));
                }
            }
        }
    }
    inspector.calendar(body.len());
    let mut found = inspector.found;
    found
        .problems
        .sort_by_key(|(_, problem)| problem.span.start);
    found
        .events
        .sort_by(|a, b| (a.day, &a.time).cmp(&(b.day, &b.time)));
    found
}

/// A feed that is being looked at.
#[derive(Debug, Default)]
struct Inspector {
    found: Inspection,
    /// Where each calendar in the file begins.
    calendars: Vec<Place>,
    /// Properties of the calendar itself.
    head: Vec<crate::ics::Property>,
    events: usize,
    /// Each UID with the line that has it first.
    uids: HashMap<String, usize>,
    /// Zones that the file describes, and those that it names, with a place.
    zones: HashSet<String>,
    named_zones: Vec<(String, Range<usize>)>,
    /// UIDs that events point to, with the days of those events.
    pointed: HashSet<(String, NaiveDate)>,
    /// Alarms that are far ahead: the UID of their event, the day, the place.
    far: Vec<(String, NaiveDate, Range<usize>)>,
}

impl Inspector {
    fn error(&mut self, span: &Range<usize>, what: ValueError) {
        if self.found.problems.len() < MOST {
            let problem = Problem::at(span.clone(), what);
            self.found.problems.push((Severity::Error, problem));
        } else {
            self.found.omitted.0 += 1;
        }
    }

    fn warning(&mut self, span: &Range<usize>, what: ValueError) {
        if self.found.problems.len() < MOST {
            let problem = Problem::at(span.clone(), what);
            self.found.problems.push((Severity::Warning, problem));
        } else {
            self.found.omitted.1 += 1;
        }
    }

    fn component(&mut self, component: &Component) {
        match component.name.as_str() {
            "VEVENT" => self.event(component),
            "VTIMEZONE" => {
                let name = component.property("TZID").map(|name| name.value.clone());
                self.zones.extend(name);
            }
            "VTODO" => self.warning(
                &component.place.span,
                ValueError::new("a VTODO: most programs do not show the to-dos of a calendar that they subscribe to")
                    .hint("write an event of the day"),
            ),
            _ => {}
        }
    }

    /// What a program shows of an event.
    fn show(&mut self, event: &Component, start: &Moment, alarms: Vec<NaiveDateTime>) {
        let title = event.property("SUMMARY").map(|title| title.value.clone());
        let time = start.time.as_ref().map(|(time, zone)| {
            let clock = time.format("%H:%M");
            match zone {
                Zone::Floating => clock.to_string(),
                Zone::Utc => format!("{clock} UTC"),
                Zone::Named(name) => format!("{clock} {name}"),
            }
        });
        self.found.events.push(Seen {
            line: event.place.line,
            day: start.day,
            time,
            title: title.unwrap_or_default(),
            alarms,
        });
    }
}

/// How messages name what a line holds.
fn named(name: &str) -> String {
    format!("no {name}")
}
