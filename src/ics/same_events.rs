//! Whether a calendar holds exactly the events of another.

use std::collections::BTreeMap;

use crate::ics::component::{Component, Piece};
use crate::ics::reader::Reader;

/// What a program sets anew when it writes an event, besides properties of its own (`X-`).
const STAMPS: [&str; 4] = ["CREATED", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE"];

/// What a component says, without its stamps, in an order of its own.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Contents {
    /// Names and values.
    properties: Vec<(String, String)>,
    /// Its alarms.
    parts: Vec<Contents>,
}

impl Contents {
    fn of(component: Component) -> Self {
        let properties = component.properties.into_iter();
        let mut properties: Vec<_> = properties
            .map(|property| (property.name, property.value))
            .filter(|(name, _)| !name.starts_with("X-") && !STAMPS.contains(&name.as_str()))
            .collect();
        properties.sort_unstable();
        let mut parts: Vec<_> = component.components.into_iter().map(Self::of).collect();
        parts.sort_unstable();
        Self { properties, parts }
    }
}

/// Whether two calendars have the same events, except for stamps and for the properties by which
/// programs remember what they showed, such as Thunderbird's X-MOZ-LASTACK. The order of events and
/// properties does not matter. A calendar that cannot be read in full, or that holds anything else
/// than events and time zones, is not the same as any other.
///
/// Cost: linear in both, apart from sorting; the text of both is in memory once more.
pub(crate) fn has_same_events(one: &[u8], other: &[u8]) -> bool {
    let one = events(one);
    one.is_some() && one == events(other)
}

/// The contents of each event by its UID.
fn events(text: &[u8]) -> Option<BTreeMap<String, Contents>> {
    let mut events = BTreeMap::new();
    for piece in Reader::new(text) {
        match piece {
            Piece::Begin(_) | Piece::Property(_) => {}
            Piece::Component(component) if component.name == "VTIMEZONE" => {}
            Piece::Component(component) if component.name == "VEVENT" => {
                let uid = component.property("UID")?.value.clone();
                if events.insert(uid, Contents::of(component)).is_some() {
                    return None;
                }
            }
            Piece::Component(_) | Piece::Unreadable(..) => return None,
        }
    }
    Some(events)
}

#[cfg(test)]
mod tests {
    use super::has_same_events;

    const FEED: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\n\
        DTSTAMP:20260921T141323Z\r\nSEQUENCE:7\r\nDTSTART;VALUE=DATE:20270105\r\n\
        SUMMARY:One\\, two\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P6DT15H\r\n\
        END:VALARM\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:b\r\nSUMMARY:Three\r\nEND:VEVENT\r\n\
        END:VCALENDAR\r\n";

    #[test]
    fn marks_stamps_and_order_are_no_change() {
        let written = "BEGIN:VCALENDAR\nPRODID:x\nX-WR-TIMEZONE:Europe/Oslo\nBEGIN:VTIMEZONE\n\
            TZID:Europe/Oslo\nEND:VTIMEZONE\nBEGIN:VEVENT\nSUMMARY:Three\nUID:b\nEND:VEVENT\n\
            BEGIN:VEVENT\nCREATED:20261229T080006Z\nX-MOZ-LASTACK:20261229T080006Z\n\
            SUMMARY:One\\,\n  two\nUID:a\nDTSTART;VALUE=DATE:20270105\nBEGIN:VALARM\n\
            TRIGGER:-P6DT15H\nACTION:DISPLAY\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n";
        assert!(has_same_events(FEED.as_bytes(), written.as_bytes()));
    }

    #[test]
    fn anything_else_is_a_change() {
        let event = "BEGIN:VEVENT\r\nUID:c\r\nEND:VEVENT\r\nEND:VCALENDAR";
        for (what, from, to) in [
            ("another title", "Three", "Four"),
            ("another day", "20270105", "20270106"),
            ("another alarm", "-P6DT15H", "-P5DT15H"),
            ("no alarm", "TRIGGER:-P6DT15H\r\n", ""),
            ("one more property", "UID:b", "UID:b\r\nLOCATION:here"),
            ("one event more", "END:VCALENDAR", event),
            (
                "one event twice",
                "END:VCALENDAR",
                &event.replace("UID:c", "UID:b"),
            ),
            (
                "one event less",
                "BEGIN:VEVENT\r\nUID:b\r\nSUMMARY:Three\r\nEND:VEVENT\r\n",
                "",
            ),
            (
                "a task",
                "END:VCALENDAR",
                "BEGIN:VTODO\r\nEND:VTODO\r\nEND:VCALENDAR",
            ),
            ("an event without an identity", "UID:b\r\n", ""),
            ("text that is cut off", "END:VCALENDAR\r\n", ""),
        ] {
            assert!(FEED.contains(from), "{what}");
            let changed = FEED.replace(from, to);
            assert!(
                !has_same_events(FEED.as_bytes(), changed.as_bytes()),
                "{what}"
            );
        }
        assert!(!has_same_events(b"no calendar", b"no calendar"));
    }
}
