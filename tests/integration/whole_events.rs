//! Whole events as people read them: a plan of two fields, and what each further key changes, in
//! each language. `WEEKAHEAD_BLESS=1 cargo test whole_events` writes the files anew; read the
//! difference before it is committed.

use std::fs;

use unicode_width::UnicodeWidthStr as _;

use crate::harness::{Place, repository, values};

/// What a phone shows of a title, in columns.
const PHONE_WIDTH: usize = 30;
/// The events of a case that are shown; a plan that renews by itself has many.
const SHOWN: usize = 12;
const TODAY: &str = "2026-11-23";

/// A language with a name for the plan and a provider.
const LANGUAGES: [(&str, &str, &str); 3] = [
    ("en", "giffgaff", "giffgaff"),
    ("nb", "Telenor Kontant", "Telenor"),
    ("zh-CN", "联通保号卡", "中国联通"),
];

const TWO_FIELDS: &str = "expires: 2027-01-05";
const MONTHLY: &str =
    "renewed: 2026-10-31, validity: 1 month, renewal: {method: auto-debit, until: 2026-12-31}";
const YEARLY: &str = "expires: 2027-01-05, validity: 1 year, renewal: {method: auto-debit}, \
                      cancel: {notice: 3 months}";
const NUMBER: &str = "number: +47 900 00 001";
const PRICE: &str = "price: 49 NOK";
const WORKDAYS: &str = "workdays: [mon, wed, fri]";

/// A case: its name, the settings of its calendar, and the keys of its plan beside the name.
type Case = (&'static str, &'static str, &'static [&'static str]);

const CASES: [Case; 17] = [
    ("two fields", "", &[TWO_FIELDS]),
    ("number", "", &[TWO_FIELDS, NUMBER]),
    ("price", "", &[TWO_FIELDS, PRICE]),
    ("provider", "", &[TWO_FIELDS, "provider: PROVIDER"]),
    (
        "provider, number and price",
        "",
        &[TWO_FIELDS, "provider: PROVIDER", NUMBER, PRICE],
    ),
    ("grace", "", &[TWO_FIELDS, "grace: 60 days"]),
    ("workdays", WORKDAYS, &[TWO_FIELDS]),
    (
        "workdays, with grace",
        WORKDAYS,
        &[TWO_FIELDS, "grace: 30 days"],
    ),
    ("automatic", "", &[MONTHLY]),
    (
        "automatic, with number, price and warnings",
        "",
        &[MONTHLY, NUMBER, PRICE, "remind: 3d"],
    ),
    (
        "automatic, with workdays",
        WORKDAYS,
        &[MONTHLY, "remind: 3d"],
    ),
    ("cancel", "", &[YEARLY]),
    (
        "cancel, with provider, number and price",
        "",
        &[YEARLY, "provider: PROVIDER", NUMBER, PRICE],
    ),
    ("cancel, with workdays", WORKDAYS, &[YEARLY]),
    ("ended", "", &[TWO_FIELDS, "ended: 2026-12-20"]),
    (
        "ended, with provider and price",
        "",
        &[TWO_FIELDS, "ended: 2026-12-20", "provider: PROVIDER", PRICE],
    ),
    (
        "automatic and ended",
        "",
        &[MONTHLY, PRICE, "ended: 2026-12-20"],
    ),
];

#[test]
fn whole_events_are_as_they_were_read() {
    for (language, name, provider) in LANGUAGES {
        let mut text = String::new();
        for (case, settings, keys) in CASES {
            let keys = keys.join(", ").replace("PROVIDER", provider);
            let plan = format!("{{name: {name}, {keys}}}");
            let calendar = [&format!("language: {language}"), settings]
                .into_iter()
                .filter(|setting| !setting.is_empty())
                .collect::<Vec<_>>()
                .join(", ");
            let list = format!("calendar: {{{calendar}}}\nplans:\n- {plan}\n");
            let place = Place::with("plans.yaml", list);
            let feed = place.feed(&["build", "--quiet", "--today", TODAY]);
            text += &format!("==== {case}\n     {plan}\n");
            if !settings.is_empty() {
                text += &format!("     {settings}\n");
            }
            text += &events(&feed);
            text.push('\n');
        }
        let path = repository().join(format!("tests/integration/whole_events/{language}.txt"));
        if std::env::var_os("WEEKAHEAD_BLESS").is_some() {
            fs::write(&path, &text).expect("the events are written");
        }
        let kept = fs::read_to_string(&path).expect("the events");
        let first = kept.lines().zip(text.lines()).find(|(a, b)| a != b);
        assert!(kept == text, "{language} differs, first at {first:?}");
    }
}

/// The events of a feed. A description that is the one of the event before is not repeated.
fn events(feed: &str) -> String {
    let mut text = String::new();
    let mut last = String::new();
    let events: Vec<&str> = feed.split("BEGIN:VEVENT\r\n").skip(1).collect();
    for event in events.iter().take(SHOWN) {
        let value = |name: &str| unescaped(&values(event, name)[0]);
        let (day, title) = (value("DTSTART;VALUE=DATE"), value("SUMMARY"));
        text += &format!("\n{}-{}-{}  {title}\n", &day[..4], &day[4..6], &day[6..]);
        if title.width() > PHONE_WIDTH {
            text += &format!("  on a phone: {}…\n", cut(&title));
        }
        let alarms = values(event, "TRIGGER");
        if !alarms.is_empty() {
            text += &format!("  alarms: {}\n", alarms.join(" "));
        }
        let description = value("DESCRIPTION");
        if description == last {
            text += "    (the same text)\n";
        } else {
            for line in description.lines() {
                text += &format!("    {line}\n");
            }
        }
        last = description;
    }
    if events.len() > SHOWN {
        text += &format!("\n… and {} more\n", events.len() - SHOWN);
    }
    text
}

/// A text without the escapes of RFC 5545, section 3.3.11.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n' | 'N') => out.push('\n'),
                other => out.extend(other),
            },
            other => out.push(other),
        }
    }
    out
}

/// As much of a title as fits on a phone, with the mark that it goes on.
fn cut(title: &str) -> String {
    let mut shown = String::new();
    for character in title.chars() {
        shown.push(character);
        if shown.width() >= PHONE_WIDTH {
            shown.pop();
            break;
        }
    }
    shown
}
