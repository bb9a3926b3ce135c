//! The calendar: the part of iCalendar (RFC 5545, RFC 7986) that a feed needs, and no more.
//!
//! What is written follows what calendar clients do, which is less than the standards allow.
//! Every event lasts a day and ends with the next (one client drops an event without an end,
//! others one that ends when it begins), shows nobody as busy, repeats by no rule (a monthly rule
//! on the 31st skips short months), and says in its title and description all that its reader
//! needs, since the biggest clients drop alarms in silence. Alarms have an action, a trigger and a
//! description: anything more is misread somewhere. Absent on purpose: METHOD, X-WR-TIMEZONE,
//! X-ALT-DESC, VTODO, each of which breaks some client.

pub(crate) mod compile;
mod content_line;
mod description;
pub(crate) mod feed;
pub(crate) mod reminder;
mod trigger;
mod uid;
pub(crate) mod warnings;

use chrono::{Datelike, Days, NaiveDate, NaiveTime};

use crate::plan::schedule::{Kind, Lead, Occurrence, Schedule};
use crate::plan::value::color::Color;
use crate::plan::{Plan, Settings};
use crate::time::revision::Revision;
use crate::words::{self, Tense, Words};

pub(crate) use content_line::ContentLines;
use description::{About, Describer};
pub(crate) use uid::Uids;

/// How often a client is asked to come back (RFC 7986, section 5.7).
const REFRESH: &str = "PT6H";

/// Octets that the events of one plan may have. A plan that renews by itself each day, with a
/// description of two thousand letters, has less; no calendar program takes a feed of as many.
pub(crate) const MAX_PLAN_BYTES: usize = 4 << 20;

/// What a calendar says of itself, above its events.
#[derive(Debug, Clone, PartialEq)]
pub struct CalendarInfo<'a> {
    /// Its name.
    pub name: &'a str,
    /// A sentence about it.
    pub description: Option<&'a str>,
    /// Its colour.
    pub color: Option<Color>,
}

/// A calendar that is being written.
#[derive(Debug)]
pub struct Calendar {
    lines: ContentLines,
    revised: String,
    revision: Revision,
    events: usize,
    /// Buffers that each event uses again.
    title: String,
    about: String,
    alarm: String,
}

impl Calendar {
    /// Begins a calendar of this revision, for about `plans` plans.
    #[must_use]
    pub fn new(info: &CalendarInfo<'_>, revision: Revision, plans: usize) -> Self {
        /// Octets of a plan's events, less than they usually have.
        const USUAL_PLAN_BYTES: usize = 1700;
        /// Octets up to which room is made before it is needed.
        const MAX_RESERVED: usize = 64 << 20;
        let octets = plans.saturating_mul(USUAL_PLAN_BYTES).saturating_add(1024);
        let mut lines = ContentLines::with_capacity(octets.min(MAX_RESERVED));
        begin(&mut lines);
        lines.text_line("NAME", info.name);
        lines.text_line("X-WR-CALNAME", info.name);
        if let Some(description) = info.description {
            lines.text_line("DESCRIPTION", description);
            lines.text_line("X-WR-CALDESC", description);
        }
        lines.value_line("REFRESH-INTERVAL;VALUE=DURATION", REFRESH);
        lines.value_line("X-PUBLISHED-TTL", REFRESH);
        match info.color {
            Some(Color::Name(name)) => lines.value_line("COLOR", name),
            Some(Color::Rgb([red, green, blue])) => lines.value_line(
                "X-APPLE-CALENDAR-COLOR",
                &format!("#{red:02X}{green:02X}{blue:02X}"),
            ),
            None => {}
        }
        Self {
            lines,
            revised: stamps(revision),
            revision,
            events: 0,
            title: String::new(),
            about: String::new(),
            alarm: String::new(),
        }
    }

    /// Octets so far.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Writes the events of a plan.
    ///
    /// # Errors
    ///
    /// They would have more than [`MAX_PLAN_BYTES`] octets: about how many. What has been written
    /// is no calendar.
    pub fn plan(
        &mut self,
        plan: &Plan<'_>,
        settings: &Settings<'_>,
        schedule: &Schedule,
    ) -> Result<(), usize> {
        let start = self.lines.len();
        let words = words::in_language(settings.language);
        let describer = Describer::new(plan, settings, Some(self.revision.day(settings.timezone)));
        let link = describer.link().map(|link| link.as_str());
        let mut uids = Uids::new(&settings.id, &plan.id);
        let expiry_uid = uids.of(Kind::Expiry, NaiveDate::MIN);
        let mut kinds = schedule
            .occurrences
            .iter()
            .map(|occurrence| occurrence.kind);
        let has_expiry = kinds.any(|kind| kind == Kind::Expiry);
        let mut described = None;
        let mut text = String::new();
        for (index, occurrence) in schedule.occurrences.iter().enumerate() {
            let about = about(occurrence, schedule);
            if described != Some(about) {
                text.clear();
                describer.write(&mut text, about, schedule);
                self.about.clear();
                content_line::append_text_line(&mut self.about, "DESCRIPTION", &text);
                described = Some(about);
            }
            self.title.clear();
            title(&mut self.title, words, plan, schedule, occurrence);
            let uid = if occurrence.kind == Kind::Expiry {
                expiry_uid
            } else {
                uids.of(occurrence.kind, occurrence.day)
            };
            let related = (has_expiry && occurrence.kind != Kind::Expiry).then_some(&expiry_uid);
            let mut buffer = [0; 36];
            self.begin(uid.encode_lower(&mut buffer), occurrence.day);
            self.lines.text_line("SUMMARY", &self.title);
            self.lines.prebuilt(&self.about);
            if let Some(link) = link {
                self.lines.value_line("URL", link);
            }
            if let Some(related) = related {
                self.lines
                    .value_line("RELATED-TO", related.encode_lower(&mut buffer));
            }
            self.mark_free();
            self.alarms(words, plan, settings.remind_at, occurrence);
            self.lines.raw_line("END:VEVENT");
            let octets = self.lines.len() - start;
            if octets > MAX_PLAN_BYTES {
                return Err(octets / (index + 1) * schedule.occurrences.len());
            }
        }
        Ok(())
    }

    /// Writes an event of `day` that says that the plans file can no longer be used, with a
    /// revision of its own: the others are as they were.
    pub(crate) fn out_of_date(&mut self, settings: &Settings<'_>, day: NaiveDate, since: Revision) {
        let words = words::in_language(settings.language);
        let revised = std::mem::replace(&mut self.revised, stamps(since));
        let uid = Uids::of_staleness(&settings.id, day);
        let mut buffer = [0; 36];
        self.begin(uid.encode_lower(&mut buffer), day);
        self.revised = revised;
        let mut text = String::new();
        words.outdated_title(&mut text);
        self.lines.text_line("SUMMARY", &text);
        text.clear();
        words.outdated_text(&mut text, self.revision.day(settings.timezone));
        self.lines.text_line("DESCRIPTION", &text);
        self.mark_free();
        self.lines.raw_line("END:VEVENT");
    }

    /// Ends the calendar. One without events gets one that says so: a client that is sent none
    /// leaves the old ones standing.
    #[must_use]
    pub fn finish(mut self, name: &str, settings: &Settings<'_>) -> (String, usize) {
        if self.events == 0 {
            let uid = Uids::of_nothing(&settings.id);
            let mut buffer = [0; 36];
            self.begin(
                uid.encode_lower(&mut buffer),
                self.revision.day(settings.timezone),
            );
            let mut title = String::new();
            words::in_language(settings.language).empty_title(&mut title, name);
            self.lines.text_line("SUMMARY", &title);
            self.mark_free();
            self.lines.raw_line("END:VEVENT");
        }
        self.lines.raw_line("END:VCALENDAR");
        (self.lines.finish(), self.events)
    }

    fn begin(&mut self, uid: &str, day: NaiveDate) {
        self.events += 1;
        self.lines.raw_line("BEGIN:VEVENT");
        self.lines.value_line("UID", uid);
        self.lines.prebuilt(&self.revised);
        let mut buffer = [0; 8];
        self.lines
            .value_line("DTSTART;VALUE=DATE", date_value(day, &mut buffer));
        let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
        self.lines
            .value_line("DTEND;VALUE=DATE", date_value(next, &mut buffer));
    }

    fn mark_free(&mut self) {
        self.lines
            .prebuilt("TRANSP:TRANSPARENT\r\nX-MICROSOFT-CDO-BUSYSTATUS:FREE\r\n");
    }

    fn alarms(
        &mut self,
        words: &dyn Words,
        plan: &Plan<'_>,
        remind_at: NaiveTime,
        occurrence: &Occurrence,
    ) {
        for lead in &occurrence.alarms {
            self.alarm.clear();
            trigger::trigger(&mut self.alarm, lead.days, remind_at);
            self.lines.raw_line("BEGIN:VALARM");
            self.lines.raw_line("ACTION:DISPLAY");
            self.lines.value_line("TRIGGER", &self.alarm);
            self.alarm.clear();
            alarm(&mut self.alarm, words, plan, occurrence, *lead);
            self.lines.text_line("DESCRIPTION", &self.alarm);
            self.lines.raw_line("END:VALARM");
        }
    }
}

/// The properties that tell a client that an event was edited.
fn stamps(revision: Revision) -> String {
    let (stamp, sequence) = (revision.stamp(), revision.sequence());
    format!("DTSTAMP:{stamp}\r\nLAST-MODIFIED:{stamp}\r\nSEQUENCE:{sequence}\r\n")
}

/// Writes what every calendar of ours begins with.
pub(crate) fn begin(lines: &mut ContentLines) {
    lines.raw_line("BEGIN:VCALENDAR");
    lines.raw_line("VERSION:2.0");
    lines.raw_line("PRODID:-//weekahead//weekahead//EN");
    lines.raw_line("CALSCALE:GREGORIAN");
}

/// `20270105`, a DATE (RFC 5545, section 3.3.4).
fn date_value(day: NaiveDate, buffer: &mut [u8; 8]) -> &str {
    let mut rest = day.year() as u32 * 10_000 + day.month() * 100 + day.day();
    for digit in buffer.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    std::str::from_utf8(buffer).unwrap_or_default()
}

fn about(occurrence: &Occurrence, schedule: &Schedule) -> About {
    let expiry = schedule.expiry.unwrap_or(occurrence.day);
    match occurrence.kind {
        Kind::Notice(_) | Kind::Expiry => About::Expiry(expiry, Tense::Ahead),
        Kind::Overdue | Kind::GraceNotice(_) | Kind::GraceEnd => About::Expiry(expiry, Tense::Past),
        Kind::Renewal => About::Renewal(occurrence.day),
    }
}

/// The description of the event of a plan that comes next on `today`, or was the last, without
/// the line about the age of the list.
pub(crate) fn description(
    plan: &Plan<'_>,
    settings: &Settings<'_>,
    schedule: &Schedule,
    today: NaiveDate,
) -> Option<String> {
    let mut occurrences = schedule.occurrences.iter();
    let next = occurrences.find(|occurrence| occurrence.day >= today);
    let occurrence = next.or(schedule.occurrences.last())?;
    let mut text = String::new();
    Describer::new(plan, settings, None).write(&mut text, about(occurrence, schedule), schedule);
    Some(text)
}

/// Appends what an alarm says.
pub(crate) fn alarm(
    out: &mut String,
    words: &dyn Words,
    plan: &Plan<'_>,
    occurrence: &Occurrence,
    lead: Lead,
) {
    let day = occurrence.day;
    match occurrence.kind {
        Kind::GraceEnd => words.grace_notice_title(out, &plan.name, lead, day),
        Kind::Renewal => words.renewal_alarm(out, &plan.name, lead, day),
        _ => words.notice_title(out, &plan.name, lead, day),
    }
}

/// Appends the title of an event.
pub(crate) fn title(
    out: &mut String,
    words: &dyn Words,
    plan: &Plan<'_>,
    schedule: &Schedule,
    occurrence: &Occurrence,
) {
    let name = &plan.name;
    match occurrence.kind {
        Kind::Notice(lead) => {
            let expiry = schedule.expiry.unwrap_or(occurrence.day);
            words.notice_title(out, name, lead, expiry);
        }
        Kind::Expiry => words.expiry_title(out, name, occurrence.day),
        Kind::Overdue => words.overdue_title(out, name),
        Kind::GraceNotice(lead) => {
            let end = schedule.grace_end.unwrap_or(occurrence.day);
            words.grace_notice_title(out, name, lead, end);
        }
        Kind::GraceEnd => words.grace_end_title(out, name, occurrence.day),
        Kind::Renewal => words.renewal_title(out, name, occurrence.day),
    }
}
