//! An independent reader gets back what was written: the same strings, dates and triggers.

use chrono::{Duration, NaiveDate, NaiveTime};
use icalendar::parser::{read_calendar, unfold};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use proptest::test_runner::Config;
use weekahead::internals::{Document, Feed, FeedInput, Kind, Lead, PlanList, Revision, Schedule};

use crate::golden;
use crate::harness::values;

/// What a calendar program would show of one event.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    uid: String,
    summary: String,
    description: String,
    start: String,
    end: String,
    related: Option<String>,
    /// Minutes from the start of the event, and the text.
    alarms: Vec<(i64, String)>,
}

fn see(feed: &str) -> Vec<Seen> {
    let unfolded = unfold(feed);
    let calendar = read_calendar(&unfolded).expect("the reader takes the feed");
    calendar
        .components
        .iter()
        .map(|event| {
            assert_eq!(event.name.as_str(), "VEVENT");
            let text = |component: &icalendar::parser::Component<'_>, name: &str| {
                component
                    .find_prop(name)
                    .map(|property| property.val.as_str().to_owned())
            };
            let raw = |name: &str| {
                event
                    .find_prop(name)
                    .map(|property| property.val.as_str().to_owned())
            };
            Seen {
                uid: raw("UID").expect("a UID"),
                summary: text(event, "SUMMARY").expect("a SUMMARY"),
                description: text(event, "DESCRIPTION").unwrap_or_default(),
                start: raw("DTSTART").expect("a DTSTART"),
                end: raw("DTEND").expect("a DTEND"),
                related: raw("RELATED-TO"),
                alarms: event
                    .components
                    .iter()
                    .map(|alarm| {
                        assert_eq!(alarm.name.as_str(), "VALARM");
                        let trigger = alarm.find_prop("TRIGGER").expect("a TRIGGER").val.as_str();
                        (
                            minutes(trigger),
                            text(alarm, "DESCRIPTION").expect("a DESCRIPTION"),
                        )
                    })
                    .collect(),
            }
        })
        .collect()
}

/// A duration by a grammar of its own, in minutes.
fn minutes(trigger: &str) -> i64 {
    let rest = trigger.strip_prefix("-P").expect("only negative triggers");
    let (days, time) = rest.split_once('T').unwrap_or((rest, ""));
    let part = |text: &str, unit: char| -> i64 {
        let digits: String = match text.find(unit) {
            Some(end) => text[..end]
                .chars()
                .rev()
                .take_while(char::is_ascii_digit)
                .collect(),
            None => return 0,
        };
        digits
            .chars()
            .rev()
            .collect::<String>()
            .parse()
            .expect("digits")
    };
    -(part(days, 'D') * 1440 + part(time, 'H') * 60 + part(time, 'M'))
}

#[test]
fn every_golden_feed_is_read_back() {
    let plans = golden::plans();
    for (name, feed) in golden::feeds() {
        let events = see(&feed);
        let document = Document::read(plans[&name].as_bytes()).expect("a golden list");
        check_days(&events, document.list(), &name);
        let mut uids: Vec<&str> = events.iter().map(|event| event.uid.as_str()).collect();
        uids.sort_unstable();
        uids.dedup();
        assert_eq!(uids.len(), events.len(), "{name}: every UID once");
        for event in &events {
            let day = |text: &str| NaiveDate::parse_from_str(text, "%Y%m%d").expect("a DATE");
            assert_eq!(
                day(&event.end) - day(&event.start),
                Duration::days(1),
                "{name}"
            );
        }
        // The same strings by the reader and by the letter of RFC 5545, section 3.3.11.
        let texts = |property: &str| -> Vec<String> {
            let values = values(&feed, property).into_iter();
            let unescaped = values.map(|value| {
                let value = value.replace("\\\\", "\0").replace("\\n", "\n");
                value
                    .replace("\\,", ",")
                    .replace("\\;", ";")
                    .replace('\0', "\\")
            });
            unescaped.collect()
        };
        let summaries: Vec<String> = events.iter().map(|event| event.summary.clone()).collect();
        assert_eq!(summaries, texts("SUMMARY"), "{name}");
        let mut read: Vec<String> = events
            .iter()
            .map(|event| event.description.clone())
            .collect();
        let alarms = events.iter().flat_map(|event| &event.alarms);
        read.extend(alarms.map(|(_, text)| text.clone()));
        let head = feed.split("BEGIN:VEVENT").next().unwrap_or_default();
        let of_calendar = head.matches("\r\nDESCRIPTION:").count();
        let mut written = texts("DESCRIPTION").split_off(of_calendar);
        read.retain(|text| !text.is_empty());
        read.sort();
        written.sort();
        assert_eq!(read, written, "{name}");
        assert!(
            feed.lines().all(|line| line.len() <= 76),
            "{name}: 75 octets and CR"
        );
    }
}

/// Every event on its day, with alarms that ring when the list says, by the clock on the wall.
fn check_days(seen: &[Seen], list: &PlanList<'_>, name: &str) {
    let schedules = list
        .plans
        .iter()
        .map(|plan| Schedule::new(plan, &list.settings, 2026));
    let occurrences: Vec<_> = schedules
        .flat_map(|schedule| schedule.occurrences)
        .collect();
    if occurrences.is_empty() {
        assert_eq!(seen.len(), 1, "{name}: the event of an empty calendar");
        return;
    }
    assert_eq!(seen.len(), occurrences.len(), "{name}");
    for (event, occurrence) in seen.iter().zip(&occurrences) {
        assert_eq!(
            event.start,
            occurrence.day.format("%Y%m%d").to_string(),
            "{name}"
        );
        let rings = |lead: &Lead| {
            let day = occurrence.day - Duration::days(i64::from(lead.days));
            let ring = day.and_time(list.settings.remind_at);
            (ring - occurrence.day.and_time(NaiveTime::MIN)).num_minutes()
        };
        let expected: Vec<i64> = occurrence.alarms.iter().map(rings).collect();
        let got: Vec<i64> = event.alarms.iter().map(|(minutes, _)| *minutes).collect();
        assert_eq!(got, expected, "{name}");
    }
}

/// What a person might write into a text field, and what an attacker would.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("BEGIN:VEVENT".to_owned()),
        Just("\\n".to_owned()),
        Just("\\N;,:\"'^n".to_owned()),
        Just("漢字".repeat(30)),
        Just("🇳🇴é\u{301}".to_owned()),
        Just("-- # & * ! [x] {y}".to_owned()),
        "[ -~]{0,90}",
        "\\PC{0,40}",
    ];
    prop::collection::vec(word, 1..4).prop_map(|words| words.join(" "))
}

/// A text as a double-quoted YAML scalar.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out + "\""
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(2000) })]
    #[test]
    fn random_plans_are_read_back(
        name in text(),
        notes in prop::collection::vec(text(), 1..4),
        action in text(),
        day in 0_i64..36_500,
        leads in prop::collection::vec(1_u32..400, 0..5),
        hour in 0_u32..24,
        minute in 0_u32..60,
        notices in any::<bool>(),
        grace in 1_u32..200,
    ) {
        let is_text = |text: &str| !text.trim().is_empty() && !text.chars().any(|c| c.is_control() || ('\u{2028}'..='\u{2029}').contains(&c) || u32::from(c) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c));
        if !is_text(&name) || !is_text(&action) || !notes.iter().all(|line| is_text(line)) {
            return Ok(());
        }
        let trimmed = |text: &str| text.trim().to_owned();
        let expires = NaiveDate::from_ymd_opt(1950, 1, 1).expect("a day") + Duration::days(day);
        let notes_text = notes.join("\n");
        let remind: Vec<String> = leads.iter().map(|lead| format!("{lead}d")).collect();
        let yaml = format!(
            "calendar: {{remind: [{}], remind_at: \"{hour:02}:{minute:02}\", notices: {notices}}}\nplans:\n- name: {}\n  expires: {expires}\n  grace: {grace} days\n  notes: {}\n  renewal: {{method: other, action: {}}}\n",
            remind.join(", "), quoted(&name), quoted(&notes_text), quoted(&action),
        );
        let document = Document::read(yaml.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}\n{yaml}"));
        let list = document.list();
        let part = FeedInput {
            list,
            file: None,
            year: 2026,
        };
        let feed = Feed::new("plans", &[part], Revision::from_unix(1_791_201_600)).expect("a feed");
        let seen = see(&feed.text);
        let schedule = Schedule::new(&list.plans[0], &list.settings, 2026);
        check_days(&seen, list, &name);
        assert_eq!(list.settings.remind_at, NaiveTime::from_hms_opt(hour, minute, 0).expect("a time"));
        let is_expiry = |event: &&Seen| event.related.is_none();
        let expiry_uid = seen.iter().find(is_expiry).map(|event| event.uid.clone());
        for (event, occurrence) in seen.iter().zip(&schedule.occurrences) {
            let name = trimmed(&name);
            match occurrence.kind {
                Kind::Expiry => {
                    let day = expires.format("%-d %b %Y");
                    assert_eq!(event.summary, format!("{name} expires on {day}"));
                    assert_eq!(event.related, None);
                }
                Kind::Overdue(days) => {
                    let ago = if days == 1 { "yesterday".to_owned() } else { format!("{days} days ago") };
                    assert_eq!(event.summary, format!("{name} expired {ago}: no renewal recorded"));
                }
                Kind::AfterGrace => assert_eq!(
                    event.summary,
                    format!("{name}: grace ended yesterday, no renewal recorded")
                ),
                Kind::GraceEnd => {
                    let day = (expires + Duration::days(grace.into())).format("%-d %b %Y");
                    assert_eq!(event.summary, format!("{name}: last day to recover is {day}"));
                }
                Kind::Notice(lead) => {
                    let plural = if lead.days == 1 { "day" } else { "days" };
                    let starts = format!("{name}: {} {plural} left (expires ", lead.days);
                    assert!(event.summary.starts_with(&starts), "{:?}", event.summary);
                }
                Kind::GraceNotice(lead) => {
                    let plural = if lead.days == 1 { "day" } else { "days" };
                    let starts = format!("{name}: recover it within {} {plural} (by ", lead.days);
                    assert!(event.summary.starts_with(&starts), "{:?}", event.summary);
                }
                Kind::Renewal
                | Kind::RenewalNotice(_)
                | Kind::Cancel { .. }
                | Kind::CancelNotice { .. }
                | Kind::Ended
                | Kind::EndedNotice(_) => panic!("nothing here renews by itself or is given up"),
            }
            if occurrence.kind != Kind::Expiry {
                assert_eq!(event.related.as_ref(), expiry_uid.as_ref());
            }
            assert!(event.alarms.iter().all(|(_, text)| text.starts_with(&name)));
            assert!(event.description.contains(&trimmed(&notes_text)), "{:?}", event.description);
        }
    }
}
