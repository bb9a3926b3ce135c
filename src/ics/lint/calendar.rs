//! The checks of the calendar's own properties, and the checks that need all events together.

use chrono_tz::Tz;

use crate::calendar::warnings::{GOOGLE_MAX_BYTES, GOOGLE_MAX_EVENTS};
use crate::ics::Place;
use crate::ics::lint::inspector::Inspector;
use crate::ics::lint::table::Kinds;
use crate::text::value_error::{ValueError, quoted};

impl Inspector<'_> {
    /// Another calendar begins.
    pub(crate) fn begin_calendar(&mut self, place: Place) {
        if self.calendars.len() == 1 {
            let what = ValueError::new("a second calendar in one file").hint(
                "give each calendar a file of its own: Home Assistant refuses the whole feed, \
                 and many programs read only the first",
            );
            self.error(&place.span, what);
        }
        self.calendars.push(place);
    }

    /// Checks the whole calendar.
    pub(crate) fn check_calendar(&mut self) {
        let octets = self.text.len();
        let first = self.calendars.first().map(|place| place.span.clone());
        let at = first.unwrap_or(0..0);
        if self.calendars.is_empty() {
            let what = ValueError::new("there is no calendar in this file").hint(
                "a feed begins with `BEGIN:VCALENDAR`: Thunderbird and Evolution empty the \
                 calendar if they get anything else",
            );
            return self.error(&at, what);
        }
        let mut properties = std::mem::take(&mut self.calendar_properties);
        if let Some(second) = self.calendars.get(1) {
            properties.retain(|property| property.place.line < second.line);
        }
        self.check_properties(Kinds::CALENDAR, &properties, &at);
        let of = |name: &str| properties.iter().find(|found| found.name == name);
        match (of("NAME"), of("X-WR-CALNAME")) {
            (Some(name), None) | (None, Some(name)) => {
                let other = if name.name == "NAME" {
                    "X-WR-CALNAME"
                } else {
                    "NAME"
                };
                let what = ValueError::new(format!("{} without {other}", name.name))
                    .hint("write both: some programs read only one of them");
                self.warning(&name.place.span, what);
            }
            _ => {}
        }
        for property in &properties {
            let (message, hint) = match property.name.as_str() {
                "METHOD" => (
                    "METHOD makes the feed a message",
                    "leave it out: some programs take the feed for an invitation",
                ),
                "X-WR-TIMEZONE" => (
                    "X-WR-TIMEZONE names a zone for the whole feed",
                    "leave it out: some programs move events by it, others do not",
                ),
                "X-APPLE-CALENDAR-COLOR" if !property.value.starts_with('#') => (
                    "X-APPLE-CALENDAR-COLOR is not a colour",
                    "write it as `#1E88E5`",
                ),
                _ => continue,
            };
            self.warning(&property.place.span, ValueError::new(message).hint(hint));
        }
        if self.events == 0 {
            let what = ValueError::new("no VEVENT").hint(
                "write at least one event: without one, Evolution keeps showing the old events",
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
            if self.described_zones.contains(&name) {
                continue;
            }
            let shown = quoted(&name);
            if name.parse::<Tz>().is_ok() {
                let what = ValueError::new(format!("no VTIMEZONE describes the zone {shown}"))
                    .hint(
                        "add a VTIMEZONE: RFC 5545 requires it, and programs that do not know \
                           the name guess the time",
                    );
                self.warning(&span, what);
            } else {
                let what = ValueError::new(format!(
                    "no VTIMEZONE describes the zone {shown}, and \
                                                    IANA has no zone of that name"
                ))
                .hint(
                    "add a VTIMEZONE, or write a name such as `Europe/Oslo`: Home \
                           Assistant refuses the whole feed",
                );
                self.error(&span, what);
            }
        }
        for (uid, day, span) in std::mem::take(&mut self.far_alarms) {
            if !self.related.contains(&(uid, day)) {
                let what = ValueError::new(
                    "an alarm more than a month ahead: Thunderbird never \
                                            rings it",
                )
                .hint(
                    "write an event on that day, which every program shows, with a \
                           RELATED-TO that names this event",
                );
                self.warning(&span, what);
            }
        }
    }
}
