//! Reads a calendar.

use std::collections::HashMap;

use chrono::NaiveTime;
use chrono_tz::Tz;

use crate::ics::{Piece, Property, ReadError, Reader, unescape};
use crate::import::automatic::{take_lone_reminders, take_open_plans};
use crate::import::clean::clean_fields;
use crate::import::draft::{FieldValue, Fields, PlanDraft, PlanListDraft};
use crate::import::error::ImportError;
use crate::import::event::Event;
use crate::import::event_plan::{AlarmTime, PlanMaker};
use crate::import::groups::{group_related, latest_states};
use crate::import::omission::Omissions;
use crate::import::options::ImportOptions;
use crate::plan::value::color::Color;
use crate::plan::value::language::Language;
use crate::text::value_error::quoted;

/// How a feed of ours names the program that wrote it.
const OWN_PROGRAM: &str = "-//weekahead//";

/// What a calendar says of itself.
#[derive(Default)]
struct CalendarProperties {
    name: Option<String>,
    description: Option<String>,
    color: Option<Color>,
    zone: Option<Tz>,
    calendars: usize,
    own_calendars: usize,
}

/// Makes a list of plans of a calendar.
///
/// # Errors
///
/// It is vCalendar 1.0.
pub(crate) fn read_calendar(
    bytes: &[u8],
    options: &ImportOptions,
    omissions: &mut Omissions,
) -> Result<PlanListDraft, ImportError> {
    let (properties, events) = read_events(bytes, omissions)?;
    let mut calendar = properties.fields(omissions);
    let events = latest_states(events, omissions);
    let is_own_feed = properties.is_own_feed();
    let (mut groups, open_plans) = take_open_plans(group_related(events));
    if is_own_feed {
        groups = take_lone_reminders(groups, omissions);
    }
    let mut maker = PlanMaker::new(options, is_own_feed, omissions);
    let mut plans: Vec<(usize, PlanDraft)> = Vec::new();
    for group in groups {
        let line = group.main.line;
        plans.extend(maker.plan_of_event(group).map(|plan| (line, plan)));
    }
    for plan in &open_plans {
        plans.extend(maker.plan_of_open(plan).map(|made| (plan.line, made)));
    }
    plans.sort_by_key(|(line, _)| *line);
    let (times, languages) = (maker.alarm_times, maker.languages);
    let lacks_notices = maker.has_warned_day && !maker.has_notices;
    if let Some((line, count)) = maker.past {
        omissions.note_past(line, count);
    }
    calendar.extend(remind_at(&times, omissions));
    calendar.extend(main_language(&languages));
    if lacks_notices {
        calendar.push(("notices", FieldValue::Plain("false".to_owned())));
    }
    Ok(PlanListDraft {
        calendar,
        plans: plans.into_iter().map(|(_, plan)| plan).collect(),
        is_own_feed,
    })
}

/// Reads the properties of the calendar and its events and to-dos.
fn read_events(
    bytes: &[u8],
    omissions: &mut Omissions,
) -> Result<(CalendarProperties, Vec<Event>), ImportError> {
    let mut properties = CalendarProperties::default();
    let mut events = Vec::new();
    for piece in Reader::new(bytes) {
        match piece {
            Piece::Begin(place) => {
                properties.calendars += 1;
                if properties.calendars == 2 {
                    let what = "a second calendar in one file: its events are added to those of \
                                the first";
                    omissions.note(place.line, "the calendar", what);
                }
            }
            Piece::Property(property) if is_vcalendar(&property) => {
                return Err(ImportError::unusable(
                    "the file is vCalendar 1.0, a format before iCalendar",
                    "export the calendar again as iCalendar (.ics)",
                ));
            }
            Piece::Property(property) => properties.read(&property, omissions),
            Piece::Component(component) => match component.name.as_str() {
                "VEVENT" | "VTODO" => events.push(Event::new(component, properties.zone)),
                "VTIMEZONE" => {}
                name => omissions.note(
                    component.place.line,
                    "the calendar",
                    format!("a {} was left out", quoted(name)),
                ),
            },
            Piece::Unreadable(place, error) => {
                // The part before it is read, and may not be all.
                let is_loss = matches!(error, ReadError::NeverEnded(_) | ReadError::TooMany);
                omissions.add(place.line, "the calendar", error.to_string(), is_loss);
            }
        }
    }
    Ok((properties, events))
}

fn is_vcalendar(property: &Property) -> bool {
    property.name == "VERSION" && property.value.trim() == "1.0"
}

/// The field `remind_at`: the time of day of most alarms, unless it is the default.
fn remind_at(times: &[AlarmTime], omissions: &mut Omissions) -> Option<(&'static str, FieldValue)> {
    let common = most_common_time(times)?;
    for alarm in times.iter().filter(|alarm| alarm.time != common) {
        let what = format!(
            "its alarm at {} will ring at {}: a list has one time for all alarms",
            alarm.time.format("%H:%M"),
            common.format("%H:%M")
        );
        omissions.note(alarm.line, &alarm.subject, what);
    }
    let is_default = Some(common) == NaiveTime::from_hms_opt(9, 0, 0);
    let text = FieldValue::Text(common.format("%H:%M").to_string());
    (!is_default).then_some(("remind_at", text))
}

fn most_common_time(times: &[AlarmTime]) -> Option<NaiveTime> {
    let mut counts: HashMap<NaiveTime, usize> = HashMap::new();
    for alarm in times {
        *counts.entry(alarm.time).or_default() += 1;
    }
    let mut counts: Vec<(NaiveTime, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(time, count)| (std::cmp::Reverse(*count), *time));
    counts.first().map(|(time, _)| *time)
}

/// The field `language`: that of most plans of a feed of ours, unless it is the default.
fn main_language(languages: &[Language]) -> Option<(&'static str, FieldValue)> {
    let count = |language: &Language| languages.iter().filter(|found| *found == language).count();
    let main = Language::ALL.into_iter().rev().max_by_key(count)?;
    let is_default = main == Language::default() || languages.is_empty();
    let tag = FieldValue::Plain(main.tag().to_owned());
    (!is_default).then_some(("language", tag))
}

impl CalendarProperties {
    /// Whether weekahead wrote all of it.
    fn is_own_feed(&self) -> bool {
        self.calendars > 0 && self.own_calendars == self.calendars
    }

    fn read(&mut self, property: &Property, omissions: &mut Omissions) {
        if property.name == "PRODID" && property.value.trim().starts_with(OWN_PROGRAM) {
            self.own_calendars += 1;
        }
        if self.calendars > 1 {
            return;
        }
        let value = property.value.trim();
        match property.name.as_str() {
            "NAME" => self.name = Some(unescape(value)),
            "X-WR-CALNAME" if self.name.is_none() => self.name = Some(value.to_owned()),
            "DESCRIPTION" => self.description = Some(value.to_owned()),
            "X-WR-CALDESC" if self.description.is_none() => {
                self.description = Some(value.to_owned());
            }
            "COLOR" | "X-APPLE-CALENDAR-COLOR" => {
                // Apple writes the opacity after the colour.
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
                        omissions.note(property.place.line, "the calendar", what);
                    }
                }
            }
            "X-WR-TIMEZONE" => match value.parse() {
                Ok(zone) => self.zone = Some(zone),
                Err(_) => {
                    let what = format!("its time zone {} is unknown: left out", quoted(value));
                    omissions.note(property.place.line, "the calendar", what);
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
            Some((key, FieldValue::Text(text.to_owned())))
        });
        let mut fields = clean_fields(told.collect(), 1, "the calendar", omissions);
        if let Some(zone) = self.zone {
            fields.push(("timezone", FieldValue::Plain(zone.name().to_owned())));
        }
        match self.color {
            Some(Color::Name(name)) => fields.push(("color", FieldValue::Plain(name.to_owned()))),
            Some(Color::Rgb([red, green, blue])) => fields.push((
                "color",
                FieldValue::Text(format!("#{red:02x}{green:02x}{blue:02x}")),
            )),
            None => {}
        }
        fields
    }
}
