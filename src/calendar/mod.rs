//! The calendar: only the part of iCalendar (RFC 5545, RFC 7986) that a feed needs.
//!
//! The output follows what calendar clients support, which is less than the standards allow:
//!
//! - Every event lasts one day and ends on the next day. One client drops an event without an end,
//!   and others drop an event that ends when it begins.
//! - No event marks the user as busy.
//! - No event has a recurrence rule. A monthly rule on the 31st skips short months.
//! - The title and the description of an event contain all that its reader needs, because the most
//!   widely used clients drop alarms without a message.
//! - Alarms have only an action, a trigger and a description, because some clients misread anything
//!   else.
//! - METHOD, X-WR-TIMEZONE, X-ALT-DESC and VTODO are absent, because each of them breaks some
//!   client.

pub(crate) mod compile;
mod content_line;
pub(crate) mod description;
pub(crate) mod feed;
pub(crate) mod reminder;
pub(crate) mod sink;
mod trigger;
mod uid;
pub(crate) mod warnings;

use chrono::{Datelike, Days, NaiveDate, NaiveTime};

use crate::calendar::sink::Sink;
use crate::plan::schedule::{Kind, Lead, Occurrence, Schedule};
use crate::plan::value::color::Color;
use crate::plan::{Plan, Settings};
use crate::time::revision::Revision;
use crate::words::{self, Tense, Words};

pub(crate) use content_line::ContentLines;
use description::{About, Describer, command};
pub(crate) use description::{DEFAULT_PLANS, renew_command};
pub(crate) use uid::Uids;

/// The interval at which clients are asked to fetch the feed again (RFC 7986, section 5.7).
const REFRESH: &str = "PT6H";

/// The maximum number of octets of the events of one plan. A plan that renews by itself each day
/// and has a description of two thousand letters has fewer. No calendar program accepts a feed with
/// this many octets.
pub(crate) const MAX_PLAN_BYTES: usize = 4 << 20;

/// The properties of a calendar itself, which are written before its events.
#[derive(Debug, Clone, PartialEq)]
pub struct CalendarInfo<'a> {
    /// Its name.
    pub name: &'a str,
    /// A sentence about it.
    pub description: Option<&'a str>,
    /// Its colour.
    pub color: Option<Color>,
}

/// The event that says that a calendar is out of date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stale {
    /// The day on which the calendar became out of date, in the list's time zone. The event keeps its
    /// UID, which contains this day, when it moves to another day.
    pub(crate) since: NaiveDate,
    /// The day of the event.
    pub(crate) day: NaiveDate,
    /// When the event last moved, for its stamps.
    pub(crate) revised: Revision,
}

/// A calendar that is being written.
#[derive(Debug)]
pub struct Calendar {
    lines: ContentLines,
    revised: String,
    revision: Revision,
    events: usize,
    /// Buffers that are reused for each event.
    title: String,
    text: String,
    about: String,
    alarm: String,
}

impl Calendar {
    /// Begins a calendar with a revision and space for about `plans` plans.
    #[must_use]
    pub fn new(info: &CalendarInfo<'_>, revision: Revision, plans: usize) -> Self {
        let mut lines = ContentLines::with_capacity(usual_octets(plans));
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
            text: String::new(),
            about: String::new(),
            alarm: String::new(),
        }
    }

    /// The number of octets so far.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Passes the lines so far to a sink and forgets them, if they have at least `octets` octets.
    pub(crate) fn pass_on(&mut self, octets: usize, sink: &mut dyn Sink) {
        self.lines.pass_on(octets, sink);
    }

    /// Writes the events of a plan. `file` is the name of its plans file, if there is one.
    ///
    /// # Errors
    ///
    /// Returns the approximate number of octets if the events have more than [`MAX_PLAN_BYTES`]. The
    /// lines that have been written are then not a valid calendar.
    pub fn plan(
        &mut self,
        plan: &Plan<'_>,
        settings: &Settings<'_>,
        file: Option<&str>,
        schedule: &Schedule,
    ) -> Result<(), usize> {
        let start = self.lines.len();
        let words = words::in_language(settings.language);
        let as_of = self.revision.day(settings.timezone);
        let describer = Describer::new(plan, settings, file, Some(as_of));
        let link = describer.link().map(|link| link.as_str());
        let mut uids = Uids::new(&settings.id, &plan.id);
        let expiry_uid = uids.of(Kind::Expiry, NaiveDate::MIN);
        let mut kinds = schedule
            .occurrences
            .iter()
            .map(|occurrence| occurrence.kind);
        let has_expiry = kinds.any(|kind| kind == Kind::Expiry);
        let mut described = None;
        for (index, occurrence) in schedule.occurrences.iter().enumerate() {
            let about = about(occurrence, schedule);
            if described != Some(about) {
                self.text.clear();
                describer.write(&mut self.text, about, schedule);
                self.about.clear();
                content_line::append_text_line(&mut self.about, "DESCRIPTION", &self.text);
                described = Some(about);
            }
            self.title.clear();
            title(&mut self.title, words, plan, occurrence);
            let uid = if occurrence.kind == Kind::Expiry {
                expiry_uid
            } else {
                uids.of(occurrence.kind, occurrence.day)
            };
            let related = match (occurrence.kind, occurrence.renewal()) {
                (Kind::Expiry, _) => None,
                (Kind::Renewal, _) | (_, None) => has_expiry.then_some(expiry_uid),
                // A renewal after the day on which the plan is given up is not written.
                (_, Some(day)) if plan.ended.is_some_and(|ended| day > ended) => None,
                (_, Some(day)) => Some(uids.of(Kind::Renewal, day)),
            };
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

    /// Writes an event that says that the plans file can no longer be used. This event has its own
    /// revision, because the other events have not changed.
    pub(crate) fn out_of_date(
        &mut self,
        settings: &Settings<'_>,
        file: Option<&str>,
        stale: &Stale,
    ) {
        let words = words::in_language(settings.language);
        let revised = std::mem::replace(&mut self.revised, stamps(stale.revised));
        let uid = Uids::of_staleness(&settings.id, stale.since);
        let mut buffer = [0; 36];
        self.begin(uid.encode_lower(&mut buffer), stale.day);
        self.revised = revised;
        let mut text = String::new();
        words.outdated_title(&mut text);
        self.lines.text_line("SUMMARY", &text);
        text.clear();
        let as_of = self.revision.day(settings.timezone);
        words.outdated_text(&mut text, as_of, &command("check", file));
        self.lines.text_line("DESCRIPTION", &text);
        self.mark_free();
        self.lines.raw_line("END:VEVENT");
    }

    /// Ends the calendar, and returns the lines that were not passed on and the number of events. If it
    /// has no events, adds an event that says so, because a client that receives no events keeps the
    /// old ones.
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

/// The number of octets that most calendars with so many plans exceed, to reserve in advance.
fn usual_octets(plans: usize) -> usize {
    /// Octets of a plan's events. Most plans have more.
    const USUAL_PLAN_BYTES: usize = 1700;
    /// The maximum number of octets that are reserved in advance.
    const MAX_RESERVED: usize = 64 << 20;
    let octets = plans.saturating_mul(USUAL_PLAN_BYTES).saturating_add(1024);
    octets.min(MAX_RESERVED)
}

/// Returns the properties that tell a client when an event was last edited.
fn stamps(revision: Revision) -> String {
    let (stamp, sequence) = (revision.stamp(), revision.sequence());
    format!("DTSTAMP:{stamp}\r\nLAST-MODIFIED:{stamp}\r\nSEQUENCE:{sequence}\r\n")
}

/// Writes the lines with which every calendar of this program begins.
pub(crate) fn begin(lines: &mut ContentLines) {
    lines.raw_line("BEGIN:VCALENDAR");
    lines.raw_line("VERSION:2.0");
    lines.raw_line("PRODID:-//weekahead//weekahead//EN");
    lines.raw_line("CALSCALE:GREGORIAN");
}

/// Writes a DATE (RFC 5545, section 3.3.4), such as `20270105`.
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
    let by = occurrence.subject();
    match occurrence.kind {
        Kind::Notice(_) | Kind::Expiry => About::Expiry(expiry, Tense::Ahead),
        Kind::Overdue(_) | Kind::GraceNotice(_) | Kind::GraceEnd => {
            About::Expiry(expiry, Tense::Past)
        }
        Kind::AfterGrace => About::AfterGrace(expiry),
        Kind::RenewalNotice(_) | Kind::Renewal => About::Renewal(by),
        Kind::CancelNotice { renewal, .. } | Kind::Cancel { renewal } => {
            About::Cancel { by, renewal }
        }
        Kind::EndedNotice(_) | Kind::Ended => About::Ended(by),
    }
}

/// Returns the description of the next event of a plan on or after `today`, or of its last event if
/// there is none. The line about the age of the list is left out. `file` is the name of the plans
/// file, if there is one.
pub(crate) fn description(
    plan: &Plan<'_>,
    settings: &Settings<'_>,
    file: Option<&str>,
    schedule: &Schedule,
    today: NaiveDate,
) -> Option<String> {
    let mut occurrences = schedule.occurrences.iter();
    let next = occurrences.find(|occurrence| occurrence.day >= today);
    let occurrence = next.or(schedule.occurrences.last())?;
    let mut text = String::new();
    let describer = Describer::new(plan, settings, file, None);
    describer.write(&mut text, about(occurrence, schedule), schedule);
    Some(text)
}

/// Appends the text of an alarm.
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
        Kind::Renewal => words.renewal_notice_title(out, &plan.name, lead, day),
        Kind::Cancel { .. } => words.cancel_notice_title(out, &plan.name, lead, day),
        Kind::Ended => words.ended_notice_title(out, &plan.name, lead, day),
        _ => words.notice_title(out, &plan.name, lead, day),
    }
}

/// Appends the title of an event.
pub(crate) fn title(out: &mut String, words: &dyn Words, plan: &Plan<'_>, occurrence: &Occurrence) {
    let name = &plan.name;
    let subject = occurrence.subject();
    match occurrence.kind {
        Kind::Notice(lead) => words.notice_title(out, name, lead, subject),
        Kind::Expiry => words.expiry_title(out, name, subject),
        Kind::Overdue(days) => words.overdue_title(out, name, days),
        Kind::GraceNotice(lead) => words.grace_notice_title(out, name, lead, subject),
        Kind::GraceEnd => words.grace_end_title(out, name, subject),
        Kind::AfterGrace => words.after_grace_title(out, name),
        Kind::RenewalNotice(lead) => words.renewal_notice_title(out, name, lead, subject),
        Kind::Renewal => words.renewal_title(out, name, subject),
        Kind::CancelNotice { lead, .. } => words.cancel_notice_title(out, name, lead, subject),
        Kind::Cancel { .. } => words.cancel_title(out, name, subject),
        Kind::EndedNotice(lead) => words.ended_notice_title(out, name, lead, subject),
        Kind::Ended => words.ended_title(out, name, subject),
    }
}
