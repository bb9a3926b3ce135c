//! What a calendar program would show of a feed, by an independent reader.

use icalendar::parser::{Component, read_calendar, unfold};

/// A calendar.
#[derive(Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its name.
    pub name: String,
    /// What it says of itself.
    pub description: Option<String>,
    /// Its events, in order.
    pub events: Vec<Event>,
}

/// An event.
#[derive(Debug, PartialEq, Eq)]
pub struct Event {
    /// Its UID.
    pub uid: String,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// Its first day, as it is written.
    pub start: String,
    /// The day after its last, as it is written.
    pub end: String,
    /// Its link.
    pub url: Option<String>,
    /// The UID that it points to.
    pub related: Option<String>,
    /// Minutes from the start of the event, and the text.
    pub alarms: Vec<(i64, String)>,
}

/// Reads a feed.
#[must_use]
pub fn see(feed: &str) -> Seen {
    let unfolded = unfold(feed);
    let calendar = read_calendar(&unfolded).expect("the reader takes the feed");
    let own = |name: &str| {
        let mut named = calendar.properties.iter();
        let found = named.find(|property| property.name == name);
        found.map(|property| property.val.as_str().to_owned())
    };
    let name = own("X-WR-CALNAME").expect("a name");
    // The reader does not know that the newer property is a text.
    assert_eq!(unescaped(&own("NAME").expect("a name")), name);
    Seen {
        name,
        description: own("DESCRIPTION"),
        events: calendar.components.iter().map(event).collect(),
    }
}

fn event(event: &Component<'_>) -> Event {
    assert_eq!(event.name.as_str(), "VEVENT");
    let must = |name: &str| value(event, name).expect(name);
    let alarms = event.components.iter().map(|alarm| {
        assert_eq!(alarm.name.as_str(), "VALARM");
        let trigger = value(alarm, "TRIGGER").expect("a TRIGGER");
        let text = value(alarm, "DESCRIPTION").expect("a DESCRIPTION");
        (minutes(&trigger), text)
    });
    Event {
        uid: must("UID"),
        title: must("SUMMARY"),
        description: value(event, "DESCRIPTION").unwrap_or_default(),
        start: must("DTSTART"),
        end: must("DTEND"),
        url: value(event, "URL"),
        related: value(event, "RELATED-TO"),
        alarms: alarms.collect(),
    }
}

fn value(component: &Component<'_>, name: &str) -> Option<String> {
    let property = component.find_prop(name)?;
    Some(property.val.as_str().to_owned())
}

/// A text by the letter of RFC 5545, section 3.3.11.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next().expect("something behind a backslash") {
                'n' | 'N' => out.push('\n'),
                other => out.push(other),
            },
            c => out.push(c),
        }
    }
    out
}

/// A negative duration by a grammar of its own, in minutes: `-P6DT15H`.
fn minutes(trigger: &str) -> i64 {
    let rest = trigger.strip_prefix("-P").expect("a negative trigger");
    let (mut minutes, mut number) = (0, String::new());
    for c in rest.chars() {
        let unit = match c {
            '0'..='9' => {
                number.push(c);
                continue;
            }
            'T' => continue,
            'D' => 1440,
            'H' => 60,
            'M' => 1,
            _ => panic!("{trigger}"),
        };
        minutes += unit * number.parse::<i64>().expect("a number");
        number.clear();
    }
    -minutes
}
