//! Plans from a calendar.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;

use super::{Omissions, recurrence};
use crate::ics::{Fault, Moment, Piece, Property, Reader, text};
use crate::import::alarm::{Alarm, Ring};
use crate::import::draft::{Draft, Entry, Fields, Ids, Leads, Value, days, words};
use crate::import::event::Event;
use crate::import::fit::{fit, fitted, shown};
use crate::import::own::LANGUAGES;
use crate::import::rule::{Dates, Rule};
use crate::plan::limits::MAX_LEADS;
use crate::plan::value::color::Color;
use crate::text::value_error::quoted;
use crate::time::period::Period;

/// What a calendar says of itself.
#[derive(Default)]
struct Head {
    name: Option<String>,
    description: Option<String>,
    color: Option<Color>,
    zone: Option<Tz>,
    calendars: usize,
}

/// Reads a calendar.
pub(crate) fn draft(bytes: &[u8], today: NaiveDate, omissions: &mut Omissions) -> Draft {
    let mut head = Head::default();
    let mut events = Vec::new();
    for piece in Reader::new(bytes) {
        match piece {
            Piece::Begin(place) => {
                head.calendars += 1;
                if head.calendars == 2 {
                    let what = "a second calendar in one file: its events join those of the first";
                    omissions.tell(place.line, "the calendar", what);
                }
            }
            Piece::Property(property) => head.read(&property, omissions),
            Piece::Component(component) => match component.name.as_str() {
                "VEVENT" | "VTODO" => events.push(Event::of(component, head.zone)),
                "VTIMEZONE" => {}
                name => omissions.tell(
                    component.place.line,
                    "the calendar",
                    format!("a {} was left out", quoted(name)),
                ),
            },
            Piece::Fault(place, fault) => {
                // What stands in it is read as far as it goes, and may not be all.
                let is_loss = matches!(fault, Fault::NeverEnded(_) | Fault::TooMany);
                omissions.add(place.line, "the calendar", fault.to_string(), is_loss);
            }
        }
    }
    let mut ids = Ids::default();
    let folded = LANGUAGES.fold(&mut events, &mut ids, omissions);
    let (mut plans, mut times) = (folded.plans, folded.times);
    let is_feed = !plans.is_empty();
    let mut rings = Vec::new();
    for event in latest(events, omissions) {
        let line = event.line;
        for alarm in &event.alarms {
            if let Ring::Ahead(_, time) = alarm.ring {
                times.push(time);
                rings.push((alarm.line, time, event.subject()));
            }
        }
        let plan = foreign(event, today, &mut ids, omissions);
        plans.extend(plan.map(|plan| (line, plan)));
    }
    plans.sort_by_key(|(line, _)| *line);
    let remind_at = most(&times);
    for (line, time, subject) in rings {
        if Some(time) != remind_at {
            let at = remind_at.map(|time| time.format("%H:%M").to_string());
            let what = format!(
                "its alarm at {} rings at {} instead, as all of a list do",
                time.format("%H:%M"),
                at.unwrap_or_default()
            );
            omissions.tell(line, &subject, what);
        }
    }
    let mut calendar = head.fields(omissions);
    calendar.extend(fitted(folded.calendar, 1, "the calendar", omissions));
    if let Some(time) = remind_at.filter(|time| Some(*time) != NaiveTime::from_hms_opt(9, 0, 0)) {
        calendar.push(("remind_at", Value::Text(time.format("%H:%M").to_string())));
    }
    Draft {
        calendar,
        plans: plans.into_iter().map(|(_, plan)| plan).collect(),
        is_feed,
    }
}

impl Head {
    fn read(&mut self, property: &Property, omissions: &mut Omissions) {
        if self.calendars > 1 {
            return;
        }
        let value = property.value.trim();
        match property.name.as_str() {
            "VERSION" if value == "1.0" => {
                let what =
                    "it is vCalendar 1.0, older than iCalendar: its alarms and rules are not read";
                omissions.tell(property.place.line, "the calendar", what);
            }
            "NAME" => self.name = Some(text(value)),
            "X-WR-CALNAME" if self.name.is_none() => self.name = Some(value.to_owned()),
            "DESCRIPTION" => self.description = Some(value.to_owned()),
            "X-WR-CALDESC" if self.description.is_none() => {
                self.description = Some(value.to_owned());
            }
            "COLOR" | "X-APPLE-CALENDAR-COLOR" => {
                // Apple writes how opaque it is behind the colour.
                let plain = match value.strip_prefix('#') {
                    Some(digits) if digits.len() == 8 && digits.is_ascii() => &value[..7],
                    _ => value,
                };
                let lower = plain.to_ascii_lowercase();
                match Color::parse(if lower.starts_with('#') {
                    plain
                } else {
                    &lower
                }) {
                    Ok(color) => self.color = self.color.or(Some(color)),
                    Err(error) => {
                        let what = format!("its colour was left out: {}", error.message);
                        omissions.tell(property.place.line, "the calendar", what);
                    }
                }
            }
            "X-WR-TIMEZONE" => match value.parse() {
                Ok(zone) => self.zone = Some(zone),
                Err(_) => {
                    let what = format!("its time zone {} is unknown: left out", quoted(value));
                    omissions.tell(property.place.line, "the calendar", what);
                }
            },
            _ => {}
        }
    }

    fn fields(&self, omissions: &mut Omissions) -> Fields {
        // A calendar without a name takes the plans file's.
        let told = [("name", &self.name), ("description", &self.description)];
        let told = told.into_iter().filter_map(|(key, text)| {
            let text = text.as_deref()?;
            Some((key, Value::Text(text.to_owned())))
        });
        let mut fields = fitted(told.collect(), 1, "the calendar", omissions);
        if let Some(zone) = self.zone {
            fields.push(("timezone", Value::Plain(zone.name().to_owned())));
        }
        match self.color {
            Some(Color::Name(name)) => fields.push(("color", Value::Plain(name.to_owned()))),
            Some(Color::Rgb([red, green, blue])) => fields.push((
                "color",
                Value::Text(format!("#{red:02x}{green:02x}{blue:02x}")),
            )),
            None => {}
        }
        fields
    }
}

/// The events without those of which there is a later state: of one UID the highest SEQUENCE counts,
/// and of equal ones the last.
fn latest(events: Vec<Event>, omissions: &mut Omissions) -> Vec<Event> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<Event> = Vec::with_capacity(events.len());
    for event in events {
        if event.uid.is_empty() || event.is_exception {
            kept.push(event);
            continue;
        }
        match places.entry(event.uid.clone()) {
            Slot::Vacant(slot) => {
                slot.insert(kept.len());
                kept.push(event);
            }
            Slot::Occupied(slot) => {
                let Some(first) = kept.get_mut(*slot.get()) else {
                    continue;
                };
                let (old, new) = if event.sequence >= first.sequence {
                    (std::mem::replace(first, event), first.line)
                } else {
                    (event, first.line)
                };
                let what = format!("the same UID is on line {new}, as its later state: left out");
                omissions.tell(old.line, &old.subject(), what);
            }
        }
    }
    kept
}

/// The time that most alarms have.
fn most(times: &[NaiveTime]) -> Option<NaiveTime> {
    let mut counts: HashMap<NaiveTime, usize> = HashMap::new();
    for time in times {
        *counts.entry(*time).or_default() += 1;
    }
    let mut counts: Vec<(NaiveTime, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(time, count)| (std::cmp::Reverse(*count), *time));
    counts.first().map(|(time, _)| *time)
}

/// The plan that an event of others becomes.
fn foreign(
    event: Event,
    today: NaiveDate,
    ids: &mut Ids,
    omissions: &mut Omissions,
) -> Option<Entry> {
    let (line, subject) = (event.line, event.subject());
    if event.is_exception {
        let what = "it moves one date of an event that repeats: left out";
        omissions.tell(line, &subject, what);
        return None;
    }
    if matches!(event.status.as_str(), "CANCELLED" | "COMPLETED") {
        let what = format!("its status is {}: left out", quoted(&event.status));
        omissions.tell(line, &subject, what);
        return None;
    }
    let Some(start) = event.day else {
        let what = match event.is_todo {
            true => "a to-do without a due day that can be read: left out",
            false => "it has no day that can be read: left out",
        };
        omissions.lose(line, &subject, what);
        return None;
    };
    if event.title.trim().is_empty() {
        omissions.lose(line, &subject, "it has no title that can be read: left out");
        return None;
    }
    if event.is_todo {
        let what = format!("a to-do: its due day, {start}, was taken for the last day");
        omissions.tell(line, &subject, what);
    }
    if let Some(told) = &event.day_told {
        omissions.tell(line, &subject, told.clone());
    }
    if event.length > 1 {
        let what = format!(
            "it lasts {} days: the first, {start}, was taken",
            event.length
        );
        omissions.tell(line, &subject, what);
    }
    let (expires, validity) = repeated(&event, start, today, &subject, omissions);
    let mut fields: Fields = vec![
        ("name", Value::Text(event.title.clone())),
        ("expires", Value::Plain(expires.to_string())),
    ];
    fields.extend(validity.map(|validity| ("validity", Value::Plain(words(validity)))));
    fields.extend(validity.map(|_| ("extends", Value::Plain("from-expiry".to_owned()))));
    if let Some(url) = &event.url {
        let way = vec![
            ("method", Value::Plain("website".to_owned())),
            ("url", Value::Text(url.clone())),
        ];
        fields.push(("renewal", Value::Map(way)));
    }
    let tags = event.tags.iter().map(|tag| Value::Text(tag.clone()));
    let tags: Vec<Value> = tags.collect();
    fields.push(("tags", Value::List(tags)));
    fields.push(("notes", Value::Text(event.description.clone())));
    if !event.unread.is_empty() {
        let what = format!("left out: {}", event.unread.join(", "));
        omissions.tell(line, &subject, what);
    }
    let leads = leads(&event.alarms, &subject, omissions);
    let mut fields = fit(fields, line, &subject, omissions)?;
    if let Some((_, Value::Map(way))) = fields.iter_mut().find(|(key, _)| *key == "renewal")
        && way.len() == 1
    {
        // The link was none.
        fields.retain(|(key, _)| *key != "renewal");
    }
    fields.push(("id", Value::Text(ids.make(&event.title))));
    Some(Entry { fields, leads })
}

/// The day that counts, and the period by which it repeats.
fn repeated(
    event: &Event,
    start: NaiveDate,
    today: NaiveDate,
    subject: &str,
    omissions: &mut Omissions,
) -> (NaiveDate, Option<Period>) {
    let Some(written) = &event.start else {
        return (start, None);
    };
    let is_alone = event.added.is_empty() && event.left_out.is_empty();
    let kept = event.rule.as_deref().filter(|_| is_alone);
    let kept = kept.and_then(|text| {
        let rule = Rule::of(text, written, start)?;
        Some((rule.dates(written, start, today)?, rule, shown(text)))
    });
    let (what, taken) = match kept {
        Some((Dates::Next(next), rule, _)) if !rule.ends() => return (next, Some(rule.period)),
        Some((Dates::Next(next), rule, shown)) => (
            format!(
                "it repeats by a rule that ends, {shown}: its next date, {next}, was taken, and that it ends was left out"
            ),
            (next, Some(rule.period)),
        ),
        Some((Dates::Last(last), _, shown)) => (
            format!("it repeats by a rule that is over, {shown}: its last date, {last}, was taken"),
            (last, None),
        ),
        None => match unkept(event, written, start, today) {
            Some((what, day)) => (what, (day, None)),
            None => return (start, None),
        },
    };
    omissions.tell(event.line, subject, what);
    taken
}

/// The day that counts of an event that repeats as no plan does, with what there is to say of it;
/// nothing where it does not repeat.
fn unkept(
    event: &Event,
    written: &Moment,
    start: NaiveDate,
    today: NaiveDate,
) -> Option<(String, NaiveDate)> {
    let rule = event.rule.as_deref();
    let (has_added, has_left_out) = (!event.added.is_empty(), !event.left_out.is_empty());
    let why = match (rule.map(shown), has_added, has_left_out) {
        (None, false, false) => return None,
        (None, false, true) => {
            let what = "its EXDATE was left out: there is no rule beside it";
            return Some((what.to_owned(), start));
        }
        (None, true, _) => "it has more dates, those of its RDATE".to_owned(),
        (Some(rule), false, false) => {
            format!("it repeats by a rule that a plan cannot keep, {rule}")
        }
        (Some(rule), true, false) => {
            format!("it repeats by {rule} and on the dates of its RDATE, which a plan cannot keep")
        }
        (Some(rule), false, true) => format!(
            "it repeats by {rule} except on the dates of its EXDATE, which a plan cannot keep"
        ),
        (Some(rule), true, true) => format!(
            "it repeats by {rule} and on the dates of its RDATE, except on those of its EXDATE, which a plan cannot keep"
        ),
    };
    // Counted in another zone than its rule is, a date may be off by a day.
    let dates = (written.day == start)
        .then(|| recurrence::dates(written, rule, &event.added, &event.left_out, today))
        .flatten();
    Some(match dates {
        Some(Dates::Next(next)) => (
            format!("{why}: only its next date, {next}, was taken"),
            next,
        ),
        Some(Dates::Last(last)) => (
            format!("{why}: it is over, and its last date, {last}, was taken"),
            last,
        ),
        None => (
            format!("{why}: only its first day, {start}, was taken"),
            start,
        ),
    })
}

fn leads(alarms: &[Alarm], subject: &str, omissions: &mut Omissions) -> Leads {
    let mut ahead: Vec<u32> = Vec::new();
    for alarm in alarms {
        if let Some(beside) = &alarm.beside {
            omissions.tell(
                alarm.line,
                subject,
                format!("part of its alarm was left out: {beside}"),
            );
        }
        match alarm.ring {
            Ring::Ahead(days, _) => ahead.push(days),
            Ring::TooLate => omissions.tell(
                alarm.line,
                subject,
                "its alarm on the day itself or later was left out: a lead is a day or more",
            ),
            Ring::TooFar(at) => {
                let at = at.format("%Y-%m-%d");
                let what =
                    format!("its alarm on {at} was left out: that is more than ten years ahead");
                omissions.tell(alarm.line, subject, what);
            }
            Ring::Unreadable => {
                omissions.tell(alarm.line, subject, "its alarm cannot be read: left out");
            }
        }
    }
    ahead.sort_unstable_by(|a, b| b.cmp(a));
    ahead.dedup();
    if let Some(rest) = ahead.len().checked_sub(MAX_LEADS).filter(|rest| *rest > 0) {
        let line = alarms.first().map_or(0, |alarm| alarm.line);
        let what = format!("{rest} of its alarms were left out: allowed up to {MAX_LEADS}");
        omissions.tell(line, subject, what);
        ahead.truncate(MAX_LEADS);
    }
    let leads: Vec<Period> = ahead
        .into_iter()
        .filter_map(|ahead| days(i64::from(ahead)))
        .collect();
    if leads.is_empty() {
        Leads::Unsaid
    } else {
        Leads::Are(leads)
    }
}
