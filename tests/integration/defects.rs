//! What icalendar's own writer does that a feed cannot live with, each for as long as it holds:
//! the reasons why the feed's writer is ours. One that fails here has been mended there.

use chrono::NaiveDate;
use icalendar::{Alarm, Calendar, Component, Event, EventLike, Property};

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, 1, 5).expect("a day")
}

fn printed(event: Event) -> String {
    Calendar::new().push(event).done().to_string()
}

#[test]
fn an_all_day_event_ends_when_it_begins() {
    let feed = printed(Event::new().all_day(day()).done());
    assert!(feed.contains("DTSTART;VALUE=DATE:20270105\r\n"), "{feed}");
    assert!(feed.contains("DTEND;VALUE=DATE:20270105\r\n"), "{feed}");
}

#[test]
fn a_line_has_76_octets() {
    let feed = printed(Event::new().summary(&"x".repeat(142)).done());
    assert_eq!(feed.split("\r\n").map(str::len).max(), Some(76));
}

#[test]
fn an_alarm_has_a_random_uid_and_the_present_time() {
    let alarm = || {
        let alarm = Alarm::display("x", chrono::Duration::days(-7));
        printed(Event::new().uid("1").alarm(alarm).done())
    };
    let in_alarm = |feed: &str, name: &str| -> String {
        let alarm = feed.split("BEGIN:VALARM").nth(1).expect("an alarm");
        let line = alarm.lines().find(|line| line.starts_with(name));
        line.unwrap_or_else(|| panic!("{name} in {alarm}"))
            .to_owned()
    };
    let (one, other) = (alarm(), alarm());
    assert_ne!(in_alarm(&one, "UID"), in_alarm(&other, "UID"));
    assert!(in_alarm(&one, "DTSTAMP").starts_with("DTSTAMP:2"));
}

#[test]
fn the_name_of_a_calendar_is_not_escaped() {
    let feed = Calendar::new().name("a, b; c\\").done().to_string();
    assert!(feed.contains("\r\nNAME:a, b; c\\\r\n"), "{feed}");
}

#[test]
fn line_breaks_go_through_values_and_names() {
    let url = printed(Event::new().url("https://x\r\nX-EVIL:1").done());
    assert!(url.contains("\r\nX-EVIL:1"), "{url}");
    let mut event = Event::new();
    event.append_property(Property::new("X-A\r\nX-EVIL", "1"));
    let name = printed(event.done());
    assert!(name.contains("\r\nX-EVIL:1"), "{name}");
    let color = Calendar::new()
        .append_property(Property::new("COLOR", "red\r\nX-EVIL:1"))
        .done()
        .to_string();
    assert!(color.contains("\r\nX-EVIL:1"), "{color}");
}

#[test]
fn quotes_and_line_breaks_go_through_parameters() {
    let property = Property::new("X-A", "1")
        .add_parameter("P", "a\"b\r\nX-EVIL:1")
        .done();
    let mut event = Event::new();
    event.append_property(property);
    let feed = printed(event.done());
    assert!(feed.contains("\r\nX-EVIL:1"), "{feed}");
}

#[test]
fn control_characters_go_through_text() {
    let feed = printed(Event::new().summary("a\u{b}b\u{7f}c").done());
    assert!(feed.contains("SUMMARY:a\u{b}b\u{7f}c"), "{feed}");
}

#[test]
fn a_trigger_is_counted_in_seconds() {
    let alarm = Alarm::display(
        "x",
        -(chrono::Duration::days(6) + chrono::Duration::hours(15)),
    );
    let feed = printed(Event::new().alarm(alarm).done());
    assert!(feed.contains("TRIGGER:-PT572400S"), "{feed}");
}

#[test]
fn a_calendar_that_is_given_a_product_has_two() {
    let feed = Calendar::new()
        .append_property(Property::new("PRODID", "-//me//me//EN"))
        .done()
        .to_string();
    assert_eq!(feed.matches("PRODID:").count(), 2, "{feed}");
}
