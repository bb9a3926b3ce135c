//! Any list as a feed: an independent reader gets the same strings, dates and triggers back, and
//! whatever else is made of a list can be made.

#![no_main]

use std::collections::HashSet;

use chrono::{Duration, NaiveDate, NaiveTime};
use libfuzzer_sys::fuzz_target;
use weekahead::internals::{
    Agenda, Document, Filter, Kind, Occurrence, PageBody, Plan, PlanList, Schedule, Screen,
    Severity, Title, View, agenda_table, inspect, render,
};
use weekahead_fuzz::seen::{Event, see};
use weekahead_fuzz::{feed, is_small, revision, today};

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = Document::read(bytes) else {
        return;
    };
    let list = document.list();
    if !is_small(list) {
        return;
    }
    let feed = feed(list);
    is_well_formed(&feed.text);
    let seen = see(&feed.text);
    let name = list.settings.name.as_deref().unwrap_or("plans");
    assert_eq!(seen.name, name);
    assert_eq!(
        seen.description.as_deref(),
        list.settings.description.as_deref()
    );
    assert_eq!(seen.events.len(), feed.events);
    let uids: HashSet<&str> = seen.events.iter().map(|event| event.uid.as_str()).collect();
    assert_eq!(uids.len(), seen.events.len(), "every UID once");

    let mut events = seen.events.iter();
    for plan in &list.plans {
        let schedule = Schedule::new(plan, &list.settings, 2026);
        let own: Vec<&Event> = events.by_ref().take(schedule.occurrences.len()).collect();
        assert_eq!(own.len(), schedule.occurrences.len());
        check(plan, list, &schedule, &own);
    }
    let others = events.count();
    assert_eq!(
        others,
        usize::from(feed.events == others),
        "an event for none"
    );

    for (severity, problem) in inspect(feed.text.as_bytes()).problems {
        assert_ne!(severity, Severity::Error, "{problem:?}");
    }
    show(list);
});

/// Content lines of 75 octets at most, without control characters, each ended by CRLF.
fn is_well_formed(feed: &str) {
    let body = feed.strip_suffix("\r\n").expect("an end");
    for line in body.split("\r\n") {
        assert!(line.len() <= 75 && !line.is_empty(), "{line:?}");
        assert!(!line.contains(char::is_control), "{line:?}");
    }
}

/// The events of a plan are on its days, say what it says, and ring when it wants.
fn check(plan: &Plan<'_>, list: &PlanList<'_>, schedule: &Schedule, events: &[&Event]) {
    let mut expiry = None;
    for (event, occurrence) in events.iter().zip(&schedule.occurrences) {
        if occurrence.kind == Kind::Expiry {
            assert_eq!(event.related, None);
            expiry = Some(event.uid.as_str());
        }
    }
    for (event, occurrence) in events.iter().zip(&schedule.occurrences) {
        assert_eq!(event.start, compact(occurrence.day));
        assert_eq!(event.end, compact(occurrence.day + Duration::days(1)));
        assert!(event.title.contains(&*plan.name), "{:?}", event.title);
        if occurrence.kind != Kind::Expiry {
            assert_eq!(event.related.as_deref(), expiry);
        }
        check_alarms(plan, list, occurrence, event);
        check_texts(plan, list, occurrence, event);
    }
}

fn check_alarms(plan: &Plan<'_>, list: &PlanList<'_>, occurrence: &Occurrence, event: &Event) {
    assert_eq!(event.alarms.len(), occurrence.alarms.len());
    for ((minutes, text), lead) in event.alarms.iter().zip(&occurrence.alarms) {
        let day = occurrence.day - Duration::days(i64::from(lead.days));
        let rings = day.and_time(list.settings.remind_at);
        let midnight = occurrence.day.and_time(NaiveTime::MIN);
        assert_eq!(*minutes, (rings - midnight).num_minutes());
        assert!(text.contains(&*plan.name), "{text:?}");
    }
}

fn check_texts(plan: &Plan<'_>, list: &PlanList<'_>, occurrence: &Occurrence, event: &Event) {
    let says = |text: &str| assert!(event.description.contains(text), "{text:?}: {event:?}");
    if let Some(notes) = plan.notes.as_deref() {
        says(notes);
    }
    let mut links = plan
        .renewal
        .iter()
        .filter_map(|way| way.contact.url.as_ref());
    let link = links.next().map(|url| url.as_str());
    assert_eq!(event.url.as_deref(), link);
    if let Some(link) = link {
        assert!(event.description.ends_with(link), "{event:?}");
    }
    // The other events say nothing of how to renew.
    if !matches!(
        occurrence.kind,
        Kind::Notice(_) | Kind::Expiry | Kind::Overdue(_) | Kind::GraceNotice(_) | Kind::GraceEnd
    ) {
        return;
    }
    for way in &plan.renewal {
        for step in &way.steps {
            says(step);
        }
        if let Some(action) = way.action.as_deref() {
            says(action.trim_end_matches(['.', '。', ' ', '!', '！']));
        }
    }
    if let Some(edit) = &list.settings.edit {
        says(&edit.of_plan(&plan.id, &plan.name));
    }
}

fn compact(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

/// The page and the table of a list: no text of it is markup, or moves a terminal's cursor.
fn show(list: &PlanList<'_>) {
    let body = PageBody::new(list, "plans", revision(), today());
    let page = render(&View {
        body: &body,
        address: None,
        path: "/plans",
        is_published: false,
        error: None,
        fetches: None,
    });
    assert!(!page.contains("<script"), "{page}");
    assert!(page.trim_end().ends_with("</html>"));

    let agenda = Agenda::new(list, today(), &Filter::default());
    let title = Title {
        name: list.settings.name.as_deref().unwrap_or("plans"),
        path: "plans.yaml",
        file: None,
        language: list.settings.language,
    };
    for width in [None, Some(40), Some(80)] {
        let screen = Screen {
            width,
            styled: false,
        };
        let shown = agenda_table(&agenda, &title, screen);
        let is_shown = |c: char| c == '\n' || !c.is_control();
        assert!(shown.chars().all(is_shown), "{shown:?}");
    }
}
