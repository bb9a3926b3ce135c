//! Components from content lines.

use std::collections::VecDeque;

use icalendar::parser;

use crate::ics::component::{Component, Piece, Place, Property, ReadError};
use crate::ics::limits::{MAX_COMPONENTS, MAX_DEPTH, MAX_PARTS};
use crate::ics::line::{LogicalLine, LogicalLines};

/// Components that stand directly in a calendar: if one begins inside another, the other has no
/// end.
const TOP_LEVEL: [&str; 6] = [
    "VCALENDAR",
    "VEVENT",
    "VTODO",
    "VJOURNAL",
    "VFREEBUSY",
    "VTIMEZONE",
];

/// Reads a file piece by piece.
pub(crate) struct Reader<'t> {
    lines: LogicalLines<'t>,
    /// The open components of the calendar, outermost first.
    open: Vec<Component>,
    /// Where the open calendar began.
    calendar: Option<Place>,
    /// Open components deeper than [`MAX_DEPTH`], which are not kept.
    skipped: usize,
    components: usize,
    ready: VecDeque<Piece>,
}

impl<'t> Reader<'t> {
    /// A reader of a text without a byte-order mark.
    pub(crate) fn new(text: &'t [u8]) -> Self {
        Self {
            lines: LogicalLines::new(text),
            open: Vec::new(),
            calendar: None,
            skipped: 0,
            components: 0,
            ready: VecDeque::new(),
        }
    }

    fn unreadable(&mut self, place: Place, error: ReadError) {
        self.ready.push_back(Piece::Unreadable(place, error));
    }

    fn read_line(&mut self, line: LogicalLine<'_>) {
        let place = line.place;
        if line.is_too_long {
            return self.unreadable(place, ReadError::LineTooLong);
        }
        let Ok(text) = std::str::from_utf8(&line.bytes) else {
            return self.unreadable(place, ReadError::NotUtf8);
        };
        // A property begins with a name; what follows the colon is data.
        let Some(end) = text.find([':', ';']) else {
            return self.unreadable(place, ReadError::NotAProperty);
        };
        let name = text[..end].trim().to_ascii_uppercase();
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '/');
        if name.is_empty() || !name.chars().all(is_name) {
            return self.unreadable(place, ReadError::NotAProperty);
        }
        let rest = &text[end..];
        match (name.as_str(), rest.strip_prefix(':')) {
            ("BEGIN", Some(component)) => self.begin(component, place),
            ("END", Some(component)) => self.end(component, &place),
            _ => self.property(name, rest, place),
        }
    }

    fn begin(&mut self, name: &str, place: Place) {
        let name = name.trim().to_ascii_uppercase();
        if name == "VCALENDAR" {
            self.close_calendar();
            self.calendar = Some(place.clone());
            self.ready.push_back(Piece::Begin(place));
            return;
        }
        if self.calendar.is_none() {
            // The component is outside a calendar, but it is still read.
            self.unreadable(place.clone(), ReadError::OutsideCalendar);
        }
        if TOP_LEVEL.contains(&name.as_str()) {
            self.close(0);
        }
        if self.skipped > 0 || self.open.len() >= MAX_DEPTH {
            if self.skipped == 0 {
                self.unreadable(place, ReadError::TooDeep);
            }
            self.skipped += 1;
            return;
        }
        self.open.push(Component {
            name,
            properties: Vec::new(),
            components: Vec::new(),
            place,
        });
    }

    fn end(&mut self, name: &str, place: &Place) {
        let name = name.trim().to_ascii_uppercase();
        if name == "VCALENDAR" {
            if self.calendar.is_none() {
                return self.unreadable(place.clone(), ReadError::NeverBegan(name));
            }
            self.close(0);
            self.calendar = None;
            return;
        }
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        match self.open.iter().rposition(|open| open.name == name) {
            None => self.unreadable(place.clone(), ReadError::NeverBegan(name)),
            Some(at) => {
                self.close(at + 1);
                self.finish();
            }
        }
    }

    /// Ends the open components from `depth` on, which have no `END`.
    fn close(&mut self, depth: usize) {
        self.skipped = 0;
        while self.open.len() > depth {
            if let Some(open) = self.open.last() {
                let (place, name) = (open.place.clone(), open.name.clone());
                self.unreadable(place, ReadError::NeverEnded(name));
            }
            self.finish();
        }
    }

    fn close_calendar(&mut self) {
        self.close(0);
        if let Some(place) = self.calendar.take() {
            self.unreadable(place, ReadError::NeverEnded("VCALENDAR".to_owned()));
        }
    }

    /// Adds the innermost component to the one around it, or returns it as a piece.
    fn finish(&mut self) {
        let Some(component) = self.open.pop() else {
            return;
        };
        let place = component.place.clone();
        match self.open.last_mut() {
            Some(outer) if outer.components.len() < MAX_PARTS => outer.components.push(component),
            Some(_) => self.unreadable(place, ReadError::TooMany),
            None => {
                self.components += 1;
                if self.components <= MAX_COMPONENTS {
                    self.ready.push_back(Piece::Component(component));
                } else if self.components == MAX_COMPONENTS + 1 {
                    self.unreadable(place, ReadError::TooMany);
                }
            }
        }
    }

    fn property(&mut self, name: String, rest: &str, place: Place) {
        if self.skipped > 0 {
            return;
        }
        if self.calendar.is_none() && self.open.is_empty() {
            return self.unreadable(place, ReadError::OutsideCalendar);
        }
        // The icalendar crate knows the types of properties by their names in capitals.
        let line = format!("{name}{rest}");
        let Ok(read) = parser::Property::try_from(line.as_str()) else {
            return self.unreadable(place, ReadError::RefusedProperty);
        };
        if !rest.contains(':') || read.name.as_str() != name {
            return self.unreadable(place, ReadError::RefusedProperty);
        }
        let parameters = read.params.iter().map(|parameter| {
            let value = parameter.val.as_ref().map_or("", |value| value.as_str());
            (
                parameter.key.as_str().to_ascii_uppercase(),
                value.to_owned(),
            )
        });
        let property = Property {
            parameters: parameters.collect(),
            value: read.val.as_str().to_owned(),
            name,
            place,
        };
        match self.open.last_mut() {
            None => self.ready.push_back(Piece::Property(property)),
            Some(open) if open.properties.len() < MAX_PARTS => open.properties.push(property),
            Some(_) => self.unreadable(property.place, ReadError::TooMany),
        }
    }
}

impl Iterator for Reader<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        loop {
            if let Some(piece) = self.ready.pop_front() {
                return Some(piece);
            }
            match self.lines.next() {
                Some(line) => self.read_line(line),
                None => {
                    self.close_calendar();
                    return self.ready.pop_front();
                }
            }
        }
    }
}
