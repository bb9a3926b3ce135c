//! The checks of the calendar's own properties, and the checks that need all events together.

use crate::calendar::warnings::{GOOGLE_MAX_BYTES, GOOGLE_MAX_EVENTS};
use crate::ics::Place;
use crate::ics::lint::inspector::{Inspector, missing};
use crate::plan::value::color::Color;
use crate::text::value_error::{ValueError, quoted};

impl Inspector {
    /// Another calendar begins.
    pub(crate) fn begin_calendar(&mut self, place: Place) {
        if self.calendars.len() == 1 {
            let what = ValueError::new("a second calendar in one file")
                .hint("give each a file of its own: many programs read the first alone");
            self.warning(&place.span, what);
        }
        self.calendars.push(place);
    }

    /// Checks the whole calendar, which has this many octets.
    pub(crate) fn check_calendar(&mut self, octets: usize) {
        let first = self.calendars.first().map(|place| place.span.clone());
        let at = first.unwrap_or(0..0);
        if self.calendars.is_empty() {
            let what = ValueError::new("there is no calendar in this file").hint(
                "a feed begins with `BEGIN:VCALENDAR`: what is none empties the calendar of Thunderbird and Evolution",
            );
            return self.error(&at, what);
        }
        let properties = std::mem::take(&mut self.calendar_properties);
        let of = |name: &str| properties.iter().find(|found| found.name == name);
        match of("VERSION") {
            None => self.error(
                &at,
                ValueError::new(missing("VERSION")).hint("write `VERSION:2.0`"),
            ),
            Some(version) if version.value.trim() != "2.0" => {
                let value = quoted(&version.value);
                let what =
                    ValueError::new(format!("VERSION is {value}")).hint("write `VERSION:2.0`");
                self.error(&version.place.span, what);
            }
            Some(_) => {}
        }
        if of("PRODID").is_none() {
            let what = ValueError::new(missing("PRODID"))
                .hint("RFC 5545 asks for it, as in `PRODID:-//me//my feed//EN`");
            self.error(&at, what);
        }
        match (of("NAME"), of("X-WR-CALNAME")) {
            (Some(name), None) | (None, Some(name)) => {
                let other = if name.name == "NAME" {
                    "X-WR-CALNAME"
                } else {
                    "NAME"
                };
                let what = ValueError::new(format!("{} without {other}", name.name))
                    .hint("write both: some programs know one, some the other");
                self.warning(&name.place.span, what);
            }
            _ => {}
        }
        for property in &properties {
            let (message, hint) = match property.name.as_str() {
                "METHOD" => (
                    "METHOD makes it a message",
                    "leave it out: some programs take the feed for an invitation",
                ),
                "X-WR-TIMEZONE" => (
                    "X-WR-TIMEZONE names a zone for the whole feed",
                    "leave it out: some programs move events by it, others do not",
                ),
                "COLOR"
                    if Color::parse(property.value.trim()).is_err()
                        || property.value.starts_with('#') =>
                {
                    (
                        "COLOR is no name of CSS3",
                        "write a name such as `teal`; for Apple, X-APPLE-CALENDAR-COLOR takes `#1E88E5`",
                    )
                }
                "X-APPLE-CALENDAR-COLOR" if !property.value.starts_with('#') => (
                    "X-APPLE-CALENDAR-COLOR is no colour",
                    "write it as `#1E88E5`",
                ),
                _ => continue,
            };
            self.warning(&property.place.span, ValueError::new(message).hint(hint));
        }
        if self.events == 0 {
            let what = ValueError::new("no VEVENT").hint(
                "write an event that says so: without any, Evolution leaves the old ones standing",
            );
            self.error(&at, what);
        }
        if octets > GOOGLE_MAX_BYTES || self.events > GOOGLE_MAX_EVENTS {
            let what = ValueError::new(format!(
                "the feed has {} kB and {} events: Google Calendar drops feeds of about 1 MB or 1,000 events",
                octets / 1000,
                self.events
            ))
            .hint("split it into several feeds");
            self.warning(&at, what);
        }
        for (name, span) in std::mem::take(&mut self.named_zones) {
            if !self.described_zones.contains(&name) {
                let what = ValueError::new(format!("no VTIMEZONE describes the zone {}", quoted(&name)))
                    .hint("add it: RFC 5545 asks for one, and programs that do not know the name guess the time");
                self.warning(&span, what);
            }
        }
        for (uid, day, span) in std::mem::take(&mut self.far_alarms) {
            if !self.related.contains(&(uid, day)) {
                let what = ValueError::new("an alarm further ahead than a month: Thunderbird never rings it")
                    .hint("write an event of that day, which every program shows, and let it point here by RELATED-TO");
                self.warning(&span, what);
            }
        }
    }
}
