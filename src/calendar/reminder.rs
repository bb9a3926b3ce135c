//! The test reminder: a calendar with one event, whose alarm rings ten minutes after it was made.
//!
//! The user imports it by hand, to check in advance whether a program rings at all. A program that
//! rings for it may still drop the alarms of calendars to which it subscribes.

use chrono::{DateTime, TimeDelta, Utc};

use super::{ContentLines, Uids};
use crate::plan::value::language::Language;
use crate::{calendar, words};

/// Minutes from the current time to the event.
const MINUTES_AHEAD: i64 = 15;
/// The trigger of its alarm, ten minutes from the current time. It is negative, because one client
/// takes the absolute value.
const TRIGGER: &str = "-PT5M";
/// The length of the event in minutes.
const MINUTES_LONG: i64 = 15;

/// Makes the test reminder of the calendar `name` at the time `now`, as a complete iCalendar text.
///
/// Each second gives a different event, so that a second try does not count as a copy of the first.
#[must_use]
pub(crate) fn test_reminder(name: &str, language: Language, now: DateTime<Utc>) -> String {
    let words = words::in_language(language);
    let stamp = |minutes| {
        let moment = now.checked_add_signed(TimeDelta::minutes(minutes));
        moment.unwrap_or(now).format("%Y%m%dT%H%M%SZ").to_string()
    };
    let now = stamp(0);
    let (mut title, mut text) = (String::new(), String::new());
    words.test_title(&mut title, name);
    words.test_text(&mut text);
    let mut lines = ContentLines::with_capacity(1024);
    // It has no name and no refresh interval. Those are for a calendar to which a client
    // subscribes, but this event is added to an existing calendar.
    calendar::begin(&mut lines);
    lines.raw_line("BEGIN:VEVENT");
    lines.value_line("UID", &Uids::of_test(&now).to_string());
    lines.value_line("DTSTAMP", &now);
    lines.value_line("DTSTART", &stamp(MINUTES_AHEAD));
    lines.value_line("DTEND", &stamp(MINUTES_AHEAD + MINUTES_LONG));
    lines.text_line("SUMMARY", &title);
    lines.text_line("DESCRIPTION", &text);
    lines.raw_line("TRANSP:TRANSPARENT");
    lines.raw_line("X-MICROSOFT-CDO-BUSYSTATUS:FREE");
    lines.raw_line("BEGIN:VALARM");
    lines.raw_line("ACTION:DISPLAY");
    lines.value_line("TRIGGER", TRIGGER);
    lines.text_line("DESCRIPTION", &title);
    lines.raw_line("END:VALARM");
    lines.raw_line("END:VEVENT");
    lines.raw_line("END:VCALENDAR");
    lines.finish()
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use icalendar::{Calendar, CalendarComponent, Component, DatePerhapsTime};

    use super::test_reminder;
    use crate::plan::value::language::Language;

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    #[test]
    fn rings_ten_minutes_after_it_was_made() {
        for language in Language::ALL {
            let now = moment("2026-12-31T23:52:07.5Z");
            let text = test_reminder("A; \"B\",\r\nEND:VEVENT", language, now);
            assert!(text.split_terminator("\r\n").all(|line| line.len() <= 75));
            assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
            let calendar: Calendar = text.parse().expect("a calendar");
            let [CalendarComponent::Event(event)] = &calendar.components[..] else {
                unreachable!("one event: {text}");
            };
            let at = |text| Some(DatePerhapsTime::from(moment(text)));
            assert_eq!(event.get_start(), at("2027-01-01T00:07:07Z"));
            assert_eq!(event.get_end(), at("2027-01-01T00:22:07Z"));
            assert_eq!(event.property_value("DTSTAMP"), Some("20261231T235207Z"));
            assert_eq!(event.property_value("TRANSP"), Some("TRANSPARENT"));
            let title = event.get_summary().expect("a title");
            assert!(title.contains("A; \"B\",\nEND:VEVENT"), "{title}");
            assert!(text.contains("\r\nTRIGGER:-PT5M\r\n"));
            let alarm = text.split("BEGIN:VALARM\r\n").nth(1).expect("an alarm");
            let alarm = alarm.replace("\r\n ", "");
            let names = alarm
                .split("\r\n")
                .filter_map(|line| line.split(':').next());
            let names: Vec<&str> = names.take(4).collect();
            assert_eq!(names, ["ACTION", "TRIGGER", "DESCRIPTION", "END"]);
        }
    }

    #[test]
    fn each_second_has_its_own() {
        let at = |text| test_reminder("A", Language::English, moment(text));
        let uid = |text: &str| text.split("UID:").nth(1).map(|rest| rest[..36].to_owned());
        let first = at("2026-11-23T09:12:00Z");
        assert_eq!(first, at("2026-11-23T09:12:00.9Z"));
        assert_ne!(uid(&first), uid(&at("2026-11-23T09:12:01Z")));
    }
}
