//! The test reminder: a calendar of one event whose alarm rings ten minutes after it was made.
//!
//! It is imported by hand, to see that a program rings at all before that matters. A program that
//! rings for it may still drop the alarms of calendars that it subscribes to.

use chrono::{DateTime, TimeDelta, Utc};

use super::{ContentLines, Uids};
use crate::plan::value::language::Language;
use crate::{calendar, words};

/// Minutes from now to the event.
const MINUTES_AHEAD: i64 = 15;
/// Its alarm, ten minutes from now. Negative: one client takes the absolute value.
const TRIGGER: &str = "-PT5M";
/// Minutes that the event lasts.
const MINUTES_LONG: i64 = 15;

/// The test reminder of the calendar `name`, made at `now`, as a whole iCalendar text.
///
/// Each second has an event of its own, so that a second try is not taken for a copy of the first.
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
    // It has no name and asks nobody to come back: those belong to a calendar that is subscribed
    // to, and this event goes into one that is there already.
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
