//! The alarms of an event.

use chrono::NaiveDateTime;

use crate::calendar::warnings::THUNDERBIRD_ALARM_DAYS;
use crate::ics::lint::inspector::Inspector;
use crate::ics::{Component, Moment, Property, alarm_time, parse_duration};
use crate::text::value_error::{ValueError, quoted};

impl Inspector<'_> {
    /// Checks the alarms of an event, and returns when they ring.
    pub(crate) fn check_alarms(
        &mut self,
        event: &Component,
        uid: &str,
        start: &Moment,
        end: Option<&Moment>,
    ) -> Vec<NaiveDateTime> {
        let mut times = Vec::new();
        let mut ahead = Vec::new();
        for alarm in event
            .components
            .iter()
            .filter(|inner| inner.name == "VALARM")
        {
            let Some(at) = alarm_time(alarm, start, end) else {
                continue;
            };
            let days = (start.day - at.date()).num_days();
            if days > i64::from(THUNDERBIRD_ALARM_DAYS) {
                let span = alarm.place.span.clone();
                self.far_alarms.push((uid.to_owned(), at.date(), span));
            }
            ahead.push((days, &alarm.place));
            times.push(at);
        }
        if let Some((first, place)) = ahead.first()
            && *first < 7
            && ahead.iter().any(|(days, _)| *days >= 7)
        {
            let what = ValueError::new("the first alarm is not the one a week ahead")
                .hint("put that one first: Outlook keeps only one alarm of an event");
            self.warning(&place.span, what);
        }
        times
    }

    /// Checks an alarm by its action (RFC 5545, section 3.6.6).
    pub(crate) fn check_alarm(&mut self, alarm: &Component) {
        let at = &alarm.place.span;
        let action = alarm.property("ACTION");
        let action_name = action.map_or("DISPLAY", |action| action.value.trim());
        if let Some(action) = action
            && !action_name.eq_ignore_ascii_case("DISPLAY")
        {
            let what = ValueError::new(format!("an alarm with the action {}", quoted(action_name)))
                .hint("write `ACTION:DISPLAY`: Thunderbird shows no other");
            self.warning(&action.place.span, what);
        }
        let needed: &[&str] = match action_name {
            name if name.eq_ignore_ascii_case("EMAIL") => &["DESCRIPTION", "SUMMARY"],
            name if name.eq_ignore_ascii_case("DISPLAY") => &["DESCRIPTION"],
            _ => &[],
        };
        for name in needed.iter().filter(|name| alarm.property(name).is_none()) {
            let what = ValueError::new(format!("an alarm without {name}"))
                .hint("add one: Home Assistant refuses the whole feed");
            self.error(at, what);
        }
        if alarm.property("REPEAT").is_some() != alarm.property("DURATION").is_some() {
            let what = ValueError::new("an alarm with one of REPEAT and DURATION")
                .hint("write both or none: Home Assistant refuses the whole feed");
            self.error(at, what);
        }
        if let Some(trigger) = alarm.property("TRIGGER") {
            self.check_trigger(trigger);
        }
        let is_extra = |property: &&Property| {
            !matches!(property.name.as_str(), "ACTION" | "TRIGGER" | "DESCRIPTION")
        };
        if let Some(property) = alarm.properties.iter().find(is_extra) {
            let hint = match property.name.as_str() {
                "UID" => "leave it out: an Android program uses it as the event's own",
                _ => {
                    "leave it out: some programs misread an alarm with more than ACTION, TRIGGER \
                     and DESCRIPTION"
                }
            };
            let what = ValueError::new(format!("an alarm with {}", property.name)).hint(hint);
            self.warning(&property.place.span, what);
        }
    }

    fn check_trigger(&mut self, trigger: &Property) {
        let span = &trigger.place.span;
        let (message, hint) = match parse_duration(&trigger.value) {
            Some(offset) if offset > 0 => (
                "an alarm that rings after its event begins",
                "write a negative TRIGGER: Outlook drops the sign, so 9:00 on the day becomes \
                 nine hours before it",
            ),
            Some(_) => match trigger.parameter("RELATED") {
                Some(related) if related.eq_ignore_ascii_case("END") => (
                    "an alarm that counts from the end of its event",
                    "count from the start of the event: some programs misread `RELATED=END`",
                ),
                _ => return,
            },
            None if Moment::of(trigger).is_some() => (
                "an alarm at an absolute time",
                "write a TRIGGER such as `-P6DT15H`: some programs misread an absolute one, and \
                 it does not move with the event",
            ),
            None => return,
        };
        self.warning(span, ValueError::new(message).hint(hint));
    }
}
