//! The same job as a programmer does it in an afternoon, with the libraries that there are for
//! it: serde_yaml into plain structs, chrono, icalendar's builder.
//!
//! Its events, days, titles, descriptions and alarms are ours ([`crate::same`] checks them). It is
//! let off what such a program would hardly think of: UIDs that hide the ids, LAST-MODIFIED,
//! SEQUENCE, RELATED-TO, how busy the day is, and any look at whether the file makes sense.

mod describe;

use std::error::Error;

use chrono::{DateTime, Days, Duration, Months, NaiveDate, Utc};
use icalendar::{Alarm, Calendar, Component, Event, EventLike};
use serde::Deserialize;

use describe::{When, describe, short};

#[derive(Deserialize)]
struct File {
    calendar: Settings,
    plans: Vec<Plan>,
}

#[derive(Deserialize)]
struct Settings {
    name: String,
    id: String,
    description: Option<String>,
    remind: Vec<String>,
    #[serde(default = "yes")]
    notices: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Plan {
    id: String,
    name: String,
    provider: Option<String>,
    number: Option<String>,
    expires: Option<String>,
    renewed: Option<String>,
    validity: Option<String>,
    #[expect(dead_code, reason = "it does not change the feed")]
    extends: Option<String>,
    grace: Option<String>,
    price: Option<String>,
    renewal: Option<Way>,
    check: Option<Contact>,
    support: Option<Contact>,
    remind: Option<Vec<String>>,
    #[expect(dead_code, reason = "it does not change the feed")]
    tags: Option<Vec<String>>,
    notes: Option<String>,
    #[expect(dead_code, reason = "it does not change the feed")]
    history: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
struct Way {
    method: String,
    action: Option<String>,
    url: Option<String>,
    app: Option<String>,
    dial: Option<String>,
    sms: Option<Sms>,
    call: Option<String>,
    #[serde(default)]
    steps: Vec<String>,
}

#[derive(Deserialize)]
struct Contact {
    url: Option<String>,
    app: Option<String>,
    dial: Option<String>,
    sms: Option<Sms>,
    call: Option<String>,
}

#[derive(Deserialize)]
struct Sms {
    to: String,
    text: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it does not change the feed")]
struct Entry {
    on: String,
    paid: Option<String>,
    receipt: Option<String>,
    note: Option<String>,
}

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The text of a plans file to the text of its feed.
pub(crate) fn feed(text: &str) -> String {
    build(text).expect("a plans file without problems")
}

fn build(text: &str) -> Result<String> {
    let file: File = serde_yaml::from_str(text)?;
    let stamp = DateTime::from_timestamp(1_791_201_600, 0).ok_or("no such time")?;
    let mut calendar = Calendar::new();
    calendar.name(&file.calendar.name);
    if let Some(description) = &file.calendar.description {
        calendar.description(description);
    }
    for plan in &file.plans {
        add_plan(&mut calendar, plan, &file.calendar, stamp)?;
    }
    Ok(calendar.to_string())
}

fn add_plan(
    calendar: &mut Calendar,
    plan: &Plan,
    settings: &Settings,
    stamp: DateTime<Utc>,
) -> Result<()> {
    let renewed = plan.renewed.as_deref().map(date).transpose()?;
    let expiry = match (&plan.expires, renewed, &plan.validity) {
        (Some(expires), ..) => date(expires)?,
        (None, Some(renewed), Some(validity)) => after(renewed, validity)?,
        _ => return Err("a plan without a date".into()),
    };
    let grace_end = match &plan.grace {
        Some(grace) => Some(after(expiry, grace)?),
        None => None,
    };
    let mut leads = Vec::new();
    for lead in plan.remind.as_ref().unwrap_or(&settings.remind) {
        leads.push(lead.trim_end_matches('d').parse::<u64>()?);
    }
    let link = plan.renewal.as_ref().and_then(|way| way.url.as_deref());
    let ahead = describe(plan, When::Before, expiry, grace_end, stamp);
    let past = describe(plan, When::After, expiry, grace_end, stamp);
    let event = |kind: &str, day: NaiveDate, title: &str, description: &str| {
        let mut event = Event::new();
        event
            .uid(&format!("{}-{}-{kind}@weekahead", settings.id, plan.id))
            .timestamp(stamp)
            .all_day(day)
            .summary(title)
            .description(description);
        if let Some(link) = link {
            event.url(link);
        }
        event
    };

    let name = &plan.name;
    let title = format!("{name} expires on {}", short(expiry));
    let mut on_expiry = event("expiry", expiry, &title, &ahead);
    for lead in &leads {
        let day = expiry - Days::new(*lead);
        if renewed.is_some_and(|renewed| day < renewed) {
            continue;
        }
        let title = format!("{name}: {} left (expires {})", days(*lead), short(expiry));
        if settings.notices {
            calendar.push(event(&format!("notice-{lead}"), day, &title, &ahead));
        }
        on_expiry.alarm(Alarm::display(&title, trigger(*lead)));
    }
    calendar.push(on_expiry);
    let is_of_grace = |end: NaiveDate, lead: u64| end - Days::new(lead) > expiry;
    let grace_begins = grace_end.map(|end| {
        let longest = leads.iter().filter(|lead| is_of_grace(end, **lead)).max();
        longest.map_or(end, |lead| end - Days::new(*lead))
    });
    for (overdue, ago) in [(1, "yesterday"), (7, "7 days ago"), (28, "28 days ago")] {
        let day = expiry + Days::new(overdue);
        if settings.notices && grace_begins.is_none_or(|begins| day < begins) {
            let title = format!("{name} expired {ago}: no renewal recorded");
            calendar.push(event(&format!("overdue-{overdue}"), day, &title, &past));
        }
    }
    if let Some(end) = grace_end {
        let title = format!("{name}: last day to recover is {}", short(end));
        let mut on_end = event("grace-end", end, &title, &past);
        for lead in &leads {
            let day = end - Days::new(*lead);
            if !is_of_grace(end, *lead) {
                continue;
            }
            let left = days(*lead);
            let title = format!("{name}: recover it within {left} (by {})", short(end));
            if settings.notices {
                calendar.push(event(&format!("grace-notice-{lead}"), day, &title, &past));
            }
            on_end.alarm(Alarm::display(&title, trigger(*lead)));
        }
        calendar.push(on_end);
        if settings.notices {
            let title = format!("{name}: grace ended yesterday, no renewal recorded");
            let late = describe(plan, When::AfterGrace, expiry, grace_end, stamp);
            calendar.push(event("after-grace", end + Days::new(1), &title, &late));
        }
    }
    Ok(())
}

/// Nine o'clock so many days ahead.
fn trigger(lead: u64) -> Duration {
    Duration::hours(9) - Duration::days(lead as i64)
}

fn date(text: &str) -> Result<NaiveDate> {
    Ok(NaiveDate::parse_from_str(text, "%Y-%m-%d")?)
}

fn after(day: NaiveDate, period: &str) -> Result<NaiveDate> {
    let (count, unit) = period.split_once(' ').ok_or("not a length of time")?;
    let count: u32 = count.parse()?;
    let end = match unit.trim_end_matches('s') {
        "day" => day.checked_add_days(Days::new(count.into())),
        "month" => day.checked_add_months(Months::new(count)),
        "year" => day.checked_add_months(Months::new(count * 12)),
        _ => return Err(format!("unknown unit {unit}").into()),
    };
    end.ok_or_else(|| "too far ahead".into())
}

fn days(count: u64) -> String {
    let plural = if count == 1 { "day" } else { "days" };
    format!("{count} {plural}")
}
