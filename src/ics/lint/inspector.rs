//! The state of an inspection, and its results so far.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use chrono::{NaiveDate, NaiveDateTime};

use crate::document::Problem;
use crate::document::report::Severity;
use crate::ics::{Component, Moment, Place, Property, Zone};
use crate::text::value_error::ValueError;

/// What was found in a feed.
#[derive(Debug, Default)]
pub struct Inspection {
    /// What a program would show, by day.
    pub events: Vec<ShownEvent>,
    /// What is wrong, in the order of the file.
    pub problems: Vec<(Severity, Problem)>,
    /// How many more errors and warnings there are.
    pub(crate) omitted: (usize, usize),
}

/// One event as a program shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownEvent {
    /// Its line, from 1.
    pub(crate) line: usize,
    /// Its day.
    pub(crate) day: NaiveDate,
    /// When it begins on that day, with the time zone; `None` for a whole day.
    pub(crate) time: Option<String>,
    /// Its title.
    pub(crate) title: String,
    /// When its alarms ring, in the event's own time zone.
    pub alarms: Vec<NaiveDateTime>,
}

/// An inspection that is under way.
#[derive(Debug)]
pub(crate) struct Inspector<'t> {
    /// The feed, without a byte-order mark.
    pub(crate) text: &'t [u8],
    pub(crate) inspection: Inspection,
    /// The maximum number of problems that are kept. The rest are only counted.
    limit: usize,
    /// Where each calendar of the file begins.
    pub(crate) calendars: Vec<Place>,
    /// Properties of the calendar itself.
    pub(crate) calendar_properties: Vec<Property>,
    pub(crate) events: usize,
    /// Each UID with the line of its first event.
    pub(crate) uids: HashMap<String, usize>,
    /// Zones that the file describes.
    pub(crate) described_zones: HashSet<String>,
    /// Zones that the file names, each with its first place.
    pub(crate) named_zones: Vec<(String, Range<usize>)>,
    /// UIDs that events point to by RELATED-TO, with the days of those events.
    pub(crate) related: HashSet<(String, NaiveDate)>,
    /// Alarms that are far ahead: the UID of their event, the day, the place.
    pub(crate) far_alarms: Vec<(String, NaiveDate, Range<usize>)>,
    /// The first property with a comma or semicolon that is not escaped, and how many there are.
    pub(crate) bare_texts: Option<(Range<usize>, usize)>,
    /// The first property with an escape that RFC 5545 does not have, and how many there are.
    pub(crate) unknown_escapes: Option<(Range<usize>, usize)>,
}

impl<'t> Inspector<'t> {
    pub(crate) fn new(text: &'t [u8], limit: usize) -> Self {
        Self {
            text,
            limit,
            inspection: Inspection::default(),
            calendars: Vec::new(),
            calendar_properties: Vec::new(),
            events: 0,
            uids: HashMap::new(),
            described_zones: HashSet::new(),
            named_zones: Vec::new(),
            related: HashSet::new(),
            far_alarms: Vec::new(),
            bare_texts: None,
            unknown_escapes: None,
        }
    }

    pub(crate) fn report(&mut self, span: &Range<usize>, (severity, what): (Severity, ValueError)) {
        match severity {
            Severity::Error => self.error(span, what),
            Severity::Warning => self.warning(span, what),
        }
    }

    pub(crate) fn error(&mut self, span: &Range<usize>, what: ValueError) {
        if self.inspection.problems.len() < self.limit {
            let problem = Problem::at(span.clone(), what);
            self.inspection.problems.push((Severity::Error, problem));
        } else {
            self.inspection.omitted.0 += 1;
        }
    }

    pub(crate) fn warning(&mut self, span: &Range<usize>, what: ValueError) {
        if self.inspection.problems.len() < self.limit {
            let problem = Problem::at(span.clone(), what);
            self.inspection.problems.push((Severity::Warning, problem));
        } else {
            self.inspection.omitted.1 += 1;
        }
    }

    /// Adds what a program shows of an event.
    pub(crate) fn add_event(
        &mut self,
        event: &Component,
        start: &Moment,
        alarms: Vec<NaiveDateTime>,
    ) {
        let title = event.property("SUMMARY").map(|title| title.value.clone());
        let time = start.time.as_ref().map(|(time, zone)| {
            let clock = time.format("%H:%M");
            match zone {
                Zone::Floating => clock.to_string(),
                Zone::Utc => format!("{clock} UTC"),
                Zone::Named(name) => format!("{clock} {name}"),
            }
        });
        self.inspection.events.push(ShownEvent {
            line: event.place.line,
            day: start.day,
            time,
            title: title.unwrap_or_default(),
            alarms,
        });
    }
}

/// The message about a property that is missing.
pub(crate) fn missing(name: &str) -> String {
    format!("no {name}")
}
