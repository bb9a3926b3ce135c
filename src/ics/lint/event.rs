//! One event.

use crate::ics::lint::inspector::{Inspector, missing};
use crate::ics::lint::table::Kinds;
use crate::ics::{Component, Moment, Property, parse_duration};
use crate::text::value_error::{ValueError, quoted};

/// Words for today and tomorrow in lower case: of languages with spaces between words, and of
/// Chinese, which has none.
const SPACED_DAYS: [&str; 4] = ["today", "tomorrow", "i dag", "i morgen"];
const UNSPACED_DAYS: [&str; 2] = ["今天", "明天"];

impl Inspector<'_> {
    /// Checks a component of the calendar.
    pub(crate) fn check_component(&mut self, component: &Component) {
        self.check_parts(component);
        match component.name.as_str() {
            "VEVENT" => {
                self.check_times(component, "DTEND");
                self.check_event(component);
            }
            "VTODO" => {
                self.check_times(component, "DUE");
                let what = ValueError::new("a VTODO: most programs do not show the to-dos of a calendar that they subscribe to")
                    .hint("write an event on that day");
                self.warning(&component.place.span, what);
            }
            "VJOURNAL" => self.check_times(component, "DTEND"),
            "VTIMEZONE" => {
                let name = component.property("TZID").map(|name| name.value.clone());
                self.described_zones.extend(name);
                if component.components.is_empty() {
                    let what = ValueError::new("a VTIMEZONE without STANDARD and DAYLIGHT")
                        .hint("add one of them: Home Assistant refuses the whole feed");
                    self.error(&component.place.span, what);
                }
            }
            _ => {}
        }
    }

    /// Checks a component and those inside it against the table, and the alarms.
    fn check_parts(&mut self, component: &Component) {
        let Some(kind) = Kinds::of(&component.name) else {
            return;
        };
        self.check_properties(kind, &component.properties, &component.place.span);
        if kind == Kinds::ALARM {
            self.check_alarm(component);
        }
        for part in &component.components {
            self.check_parts(part);
        }
    }

    fn check_event(&mut self, event: &Component) {
        self.events += 1;
        let at = &event.place.span;
        self.check_uid(event);
        if event.property("LAST-MODIFIED").is_none() && event.property("SEQUENCE").is_none() {
            let what = ValueError::new("neither LAST-MODIFIED nor SEQUENCE").hint(
                "write both, and raise them with each edit: otherwise Google Calendar and \
                       ICSx5 miss edits",
            );
            self.warning(at, what);
        }
        if event
            .property("SUMMARY")
            .is_none_or(|title| title.value.trim().is_empty())
        {
            let what =
                ValueError::new(missing("SUMMARY")).hint("programs show an event without a title");
            self.warning(at, what);
        }
        let start = event.property("DTSTART").and_then(Moment::of);
        self.check_busy(event, start.as_ref());
        self.check_link(event);
        for property in &event.properties {
            self.check_property(property);
        }
        let Some(start) = start else { return };
        let end = self.read_end(event, &start);
        let uid = event.property("UID").map_or("", |uid| uid.value.as_str());
        if let Some(related) = event.property("RELATED-TO") {
            self.related.insert((related.value.clone(), start.day));
        }
        let alarms = self.check_alarms(event, uid, &start, end.as_ref());
        if alarms.iter().any(|at| at.date() < start.day) {
            self.check_relative_title(event);
        }
        self.add_event(event, &start, alarms);
    }

    /// Checks the title of an event that has an alarm on an earlier day.
    fn check_relative_title(&mut self, event: &Component) {
        let Some(title) = event.property("SUMMARY") else {
            return;
        };
        let Some(word) = relative_day(&title.value) else {
            return;
        };
        let word = quoted(word);
        let what = ValueError::new(format!(
            "the title says {word}, and an alarm rings on an earlier day"
        ))
        .hint(
            "write the date in the title: Thunderbird, GNOME and KDE show it when the alarm \
               rings",
        );
        self.warning(&title.place.span, what);
    }

    fn check_uid(&mut self, event: &Component) {
        let Some(uid) = event.property("UID") else {
            return; // the table asks for it
        };
        if uid.value.trim().is_empty() {
            let what = ValueError::new("an empty UID").hint(
                "give it a UID that never changes: without one, each refresh doubles the \
                       event",
            );
            return self.error(&uid.place.span, what);
        }
        if event.property("RECURRENCE-ID").is_some() {
            return;
        }
        let line = uid.place.line;
        let first = *self.uids.entry(uid.value.clone()).or_insert(line);
        if first != line {
            let uid_shown = quoted(&uid.value);
            let what = ValueError::new(format!(
                "the UID {uid_shown} is used twice: line {first} has it too"
            ))
            .hint("give each event a UID of its own: programs show one of them");
            self.error(&uid.place.span, what);
        }
    }

    fn read_end(&mut self, event: &Component, start: &Moment) -> Option<Moment> {
        let length = event.property("DURATION");
        let Some(end) = event.property("DTEND") else {
            let is_empty =
                length.is_none_or(|length| parse_duration(&length.value).is_none_or(|s| s <= 0));
            if is_empty {
                let what = ValueError::new("neither DTEND nor DURATION").hint(
                    "write DTEND, the next day for an all-day event: Exchange drops the \
                           event",
                );
                self.error(&event.place.span, what);
            }
            return None;
        };
        let moment = Moment::of(end)?;
        if moment.time.is_some() != start.time.is_some() {
            let what =
                ValueError::new("DTEND has a time and DTSTART has none, or the other way round")
                    .hint("write both as days, or both with a time");
            self.error(&end.place.span, what);
        } else {
            let order = |moment: &Moment| (moment.day, moment.time.as_ref().map(|(time, _)| *time));
            // Times in different zones are not compared.
            let zone = |moment: &Moment| moment.time.as_ref().map(|(_, zone)| zone.clone());
            if order(&moment) <= order(start) && zone(&moment) == zone(start) {
                let what = ValueError::new("DTEND is not later than DTSTART").hint(
                    "write the first day or minute after the event: programs drop or hide \
                           this one",
                );
                self.error(&end.place.span, what);
            }
        }
        Some(moment)
    }

    fn check_busy(&mut self, event: &Component, start: Option<&Moment>) {
        if start.is_none_or(|start| start.time.is_some()) {
            return;
        }
        let is = |name, value: &str| {
            let found = event.property(name);
            found.is_some_and(|found| found.value.trim().eq_ignore_ascii_case(value))
        };
        let missing = match (
            is("TRANSP", "TRANSPARENT"),
            is("X-MICROSOFT-CDO-BUSYSTATUS", "FREE"),
        ) {
            (true, true) => return,
            (false, true) => "`TRANSP:TRANSPARENT`",
            (true, false) => "`X-MICROSOFT-CDO-BUSYSTATUS:FREE`",
            (false, false) => "`TRANSP:TRANSPARENT` and `X-MICROSOFT-CDO-BUSYSTATUS:FREE`",
        };
        let what = ValueError::new("the all-day event shows its reader as busy")
            .hint(format!("add {missing}"));
        self.warning(&event.place.span, what);
    }

    fn check_link(&mut self, event: &Component) {
        let Some(url) = event.property("URL") else {
            return;
        };
        let text = event
            .property("DESCRIPTION")
            .map_or("", |text| text.value.as_str());
        if !text.contains(url.value.trim()) {
            let what = ValueError::new("the link is not in the description")
                .hint("write it there as well: Google Calendar hides URL");
            self.warning(&url.place.span, what);
        }
    }

    fn check_property(&mut self, property: &Property) {
        let (message, hint) = match property.name.as_str() {
            "RRULE" | "RDATE" | "EXDATE" | "EXRULE" => (
                format!("{} repeats the event by a rule", property.name),
                "write each date as its own event: a monthly rule on the 31st skips short months",
            ),
            "X-ALT-DESC" => (
                "X-ALT-DESC is a second description".to_owned(),
                "leave it out: Outlook shows it instead of DESCRIPTION",
            ),
            _ => return,
        };
        self.warning(&property.place.span, ValueError::new(message).hint(hint));
    }
}

/// The word in a title, if any, whose day depends on when the title is read. A title that has a
/// year in it gives the date as well, so that such a word belongs to a name.
fn relative_day(title: &str) -> Option<&'static str> {
    if title.split(|c: char| !c.is_ascii_digit()).any(is_year) {
        return None;
    }
    let title = title.to_lowercase();
    let spaced = SPACED_DAYS.into_iter().find(|day| has_word(&title, day));
    spaced.or_else(|| UNSPACED_DAYS.into_iter().find(|day| title.contains(day)))
}

fn is_year(digits: &str) -> bool {
    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"))
}

/// Whether `text` contains `word` as a whole word.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(start, _)| {
        let (before, after) = (&text[..start], &text[start + word.len()..]);
        !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
    })
}
