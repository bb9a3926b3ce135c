//! Alarms become leads: how many days ahead, and at which time of the day.
//!
//! `-P6DT15H` before the midnight that begins a whole day is 9 o'clock, seven days ahead. A lead is
//! at least one day, so an alarm on the day itself or later is not a lead.

use chrono::{NaiveDateTime, NaiveTime};

use crate::ics::{Component, Moment, alarm_time, parse_duration};
use crate::text::value_error::quoted;

/// The time of an alarm by which Apple's programs say that an event has none.
const APPLE_NO_ALARM: &str = "19760401T005545Z";
/// From so many days ahead on, nobody meant an absolute time as a lead.
const TOO_FAR_DAYS: u32 = 3653;

/// An alarm of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alarm {
    pub(crate) line: usize,
    pub(crate) ring: Ring,
    /// What a lead does not have: a sound, an e-mail, repetitions.
    pub(crate) extra: Option<String>,
    /// Whether it is an e-mail.
    pub(crate) is_email: bool,
}

/// When an alarm rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ring {
    /// This many days ahead of the event's day, 1 or more.
    Ahead(u32, NaiveTime),
    /// At an absolute time that is years ahead.
    TooFar(NaiveDateTime),
    /// On the day of the event or later.
    TooLate,
    /// Its trigger cannot be read.
    Unreadable,
}

/// Reads an alarm of an event that begins at `start` and ends at `end`. `None` if it only says that
/// the event has no alarm.
pub(crate) fn read_alarm(
    component: &Component,
    start: &Moment,
    end: Option<&Moment>,
) -> Option<Alarm> {
    let value = |name| component.property(name).map(|found| found.value.trim());
    let action = value("ACTION").unwrap_or("DISPLAY").to_ascii_uppercase();
    if action == "NONE" || value("TRIGGER") == Some(APPLE_NO_ALARM) {
        return None;
    }
    let repeats = value("REPEAT").is_some_and(|times| times != "0");
    let extra = match action.as_str() {
        _ if repeats => Some("its repetitions".to_owned()),
        "DISPLAY" | "AUDIO" => None,
        "EMAIL" => Some("that it is an e-mail".to_owned()),
        _ => Some(format!("its action {}", quoted(&action))),
    };
    Some(Alarm {
        line: component.place.line,
        ring: read_ring(component, start, end),
        extra,
        is_email: action == "EMAIL",
    })
}

fn read_ring(component: &Component, start: &Moment, end: Option<&Moment>) -> Ring {
    let Some(at) = alarm_time(component, start, end) else {
        return Ring::Unreadable;
    };
    let trigger = component.property("TRIGGER");
    let is_absolute = trigger.is_some_and(|trigger| parse_duration(&trigger.value).is_none());
    match u32::try_from((start.day - at.date()).num_days()) {
        Ok(TOO_FAR_DAYS..) if is_absolute => Ring::TooFar(at),
        Ok(days) if days > 0 => Ring::Ahead(days, at.time()),
        _ => Ring::TooLate,
    }
}

#[cfg(test)]
mod tests {
    use super::{Ring, read_alarm};
    use crate::ics::{Component, Moment, Piece, Reader};

    fn event(start: &str, alarm: &str) -> Component {
        let text = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART{start}\nBEGIN:VALARM\n{alarm}\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n"
        );
        let mut pieces = Reader::new(text.as_bytes());
        pieces
            .find_map(|piece| match piece {
                Piece::Component(component) => Some(component),
                _ => None,
            })
            .expect("an event")
    }

    #[test]
    fn days_ahead_and_the_time_by_the_clock_on_the_wall() {
        let (whole, timed) = (";VALUE=DATE:20270105", ":20270105T140000");
        for (start, trigger, expected) in [
            (whole, "TRIGGER:-P6DT15H", Some((7, "09:00"))),
            (whole, "TRIGGER:-P7D", Some((7, "00:00"))),
            (whole, "TRIGGER:-PT15H", Some((1, "09:00"))),
            (whole, "TRIGGER:-PT1M", Some((1, "23:59"))),
            (whole, "TRIGGER:-P1W", Some((7, "00:00"))),
            (whole, "TRIGGER:PT9H", None),
            (whole, "TRIGGER:PT0S", None),
            (timed, "TRIGGER:-PT30M", None),
            (timed, "TRIGGER:-P1D", Some((1, "14:00"))),
            (timed, "TRIGGER;RELATED=START:-PT15H", Some((1, "23:00"))),
            (
                whole,
                "TRIGGER;VALUE=DATE-TIME:20261229T080000Z",
                Some((7, "08:00")),
            ),
        ] {
            let event = event(start, trigger);
            let start = Moment::of(&event.properties[0]).expect("a start");
            let found = read_alarm(&event.components[0], &start, None).expect("an alarm");
            let found = match found.ring {
                Ring::Ahead(days, time) => Some((days, time.format("%H:%M").to_string())),
                Ring::TooLate => None,
                Ring::TooFar(_) | Ring::Unreadable => unreachable!("{trigger}"),
            };
            let expected = expected.map(|(days, time)| (days, time.to_owned()));
            assert_eq!(found, expected, "{trigger}");
        }
    }
}
