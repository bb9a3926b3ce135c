//! What the times of one component must have in common (RFC 5545, sections 3.6.1, 3.6.2 and 3.3.10).

use crate::ics::lint::inspector::Inspector;
use crate::ics::lint::recur::until;
use crate::ics::{Component, Moment, Property, Zone, parse_duration};
use crate::text::value_error::ValueError;

impl Inspector<'_> {
    /// Checks the times of an event, a to-do or a journal entry. `end` is the name of the property
    /// that gives its end.
    pub(crate) fn check_times(&mut self, component: &Component, end: &str) {
        // It gives all floating times a zone.
        let has_default_zone = self
            .calendar_properties
            .iter()
            .any(|property| property.name == "X-WR-TIMEZONE");
        let start = component.property("DTSTART");
        let start_moment = start.and_then(Moment::of);
        let end = component.property(end);
        let duration = component.property("DURATION");
        if let (Some(end), Some(duration)) = (end, duration) {
            let what = ValueError::new(format!("{} and DURATION", end.name));
            let span = &duration.place.span;
            if end.name == "DUE" {
                self.error(
                    span,
                    what.hint("leave out one of them: Home Assistant refuses the whole feed"),
                );
            } else {
                self.warning(
                    span,
                    what.hint("leave out DURATION: some programs use one, some the other"),
                );
            }
        }
        if let Some(duration) = duration {
            self.check_length(duration, start.is_some(), start_moment.as_ref());
        }
        let Some(start_moment) = start_moment else {
            return;
        };
        if let Some(end) = end
            && let Some((_, start_zone)) = &start_moment.time
            && let Some((_, end_zone)) = Moment::of(end).and_then(|end| end.time)
            && (*start_zone == Zone::Floating) != (end_zone == Zone::Floating)
            && !has_default_zone
        {
            let what = ValueError::new(format!(
                "{} has a time zone and DTSTART has none, or the other way round",
                end.name
            ))
            .hint("write both with `Z` or TZID, or both without: Home Assistant refuses the whole feed");
            self.error(&end.place.span, what);
        }
        for rule in component
            .properties
            .iter()
            .filter(|property| property.name == "RRULE")
        {
            self.check_until(rule, &start_moment, has_default_zone);
        }
    }

    fn check_length(&mut self, duration: &Property, has_start: bool, start: Option<&Moment>) {
        let span = &duration.place.span;
        if !has_start {
            let what = ValueError::new("DURATION without DTSTART")
                .hint("write DTSTART as well: Home Assistant refuses the whole feed of a to-do");
            return self.error(span, what);
        }
        let is_day = start.is_some_and(|start| start.time.is_none());
        if is_day && parse_duration(&duration.value).is_some_and(|seconds| seconds % 86_400 != 0) {
            let what = ValueError::new("DURATION has hours, and DTSTART is a day")
                .hint("write whole days, as `P1D`: Home Assistant refuses the whole feed");
            self.error(span, what);
        }
    }

    fn check_until(&mut self, rule: &Property, start: &Moment, has_default_zone: bool) {
        let Some(until) = until(&rule.value).and_then(|until| Moment::parse(until, None)) else {
            return;
        };
        let (what, hint) = match (&start.time, &until.time) {
            (None, None) => return,
            (None, Some(_)) => {
                let what = ValueError::new("UNTIL has a time, and DTSTART has none")
                    .hint("write the day alone: programs may leave out the last date");
                return self.warning(&rule.place.span, what);
            }
            (Some(_), None) => (
                "UNTIL has no time, and DTSTART has one",
                "write a time in UTC",
            ),
            (Some((_, Zone::Floating)), Some((_, zone)))
                if *zone != Zone::Floating && !has_default_zone =>
            {
                (
                    "UNTIL is in UTC, and DTSTART has no time zone",
                    "write it without `Z`",
                )
            }
            _ => return,
        };
        let hint = format!("{hint}: Home Assistant refuses the whole feed");
        self.error(&rule.place.span, ValueError::new(what).hint(hint));
    }
}
