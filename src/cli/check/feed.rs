//! The check of a finished feed, `weekahead check FEED.ics`: it is read back.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::Path;

use crate::cli::check::report::{Checked, EventReport, FileReport, Format, ProblemReport, Report};
use crate::document::report::{Reporter, Severity, visible};
use crate::files::failure::not_shown;
use crate::files::io_error::IoError;
use crate::files::source::Source;
use crate::ics::lint::{Inspection, MAX_PROBLEMS, ShownEvent, inspect_up_to};
use crate::text::plural::pluralize;

/// Whether an argument names a finished feed and not a plans file: its ending tells.
pub(crate) fn is_feed(path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str);
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case("ics")) && !path.is_dir()
}

/// Checks a finished feed, and reports the first `limit` problems.
pub(crate) fn check(source: &Source, format: Format, limit: usize) -> Result<Checked, IoError> {
    let loaded = source.load()?;
    let name = source.name();
    Ok(check_bytes(&name, &loaded.bytes, format, limit, not_shown))
}

/// Checks the bytes of a finished feed. `not_shown` says how to see the problems that are not
/// shown.
pub(crate) fn check_bytes(
    name: &str,
    bytes: &[u8],
    format: Format,
    limit: usize,
    not_shown: impl Fn(&str, usize) -> String,
) -> Checked {
    let mut found = inspect_up_to(bytes, limit.max(MAX_PROBLEMS));
    let count = |wanted, omitted| {
        let problems = found.problems.iter();
        let listed = problems.filter(|(severity, _)| *severity == wanted);
        listed.count() + omitted
    };
    let errors = count(Severity::Error, found.omitted.0);
    let warnings = count(Severity::Warning, found.omitted.1);
    for (severity, _) in found.problems.drain(limit.min(found.problems.len())..) {
        match severity {
            Severity::Error => found.omitted.0 += 1,
            Severity::Warning => found.omitted.1 += 1,
        }
    }
    let reporter = Reporter::new(name, bytes, format.is_styled());
    let bytes = bytes.len();
    let report = match format {
        Format::Text { .. } => {
            let omitted = found.omitted.0 + found.omitted.1;
            let more = not_shown(name, omitted);
            Report::Text(text(&reporter, name, bytes, &found, &more))
        }
        Format::Json => Report::Json(file_report(&reporter, name, bytes, &found)),
    };
    Checked {
        report,
        errors,
        warnings,
    }
}

fn text(
    reporter: &Reporter<'_>,
    name: &str,
    bytes: usize,
    found: &Inspection,
    more: &str,
) -> String {
    let mut text = String::new();
    for (severity, problem) in &found.problems {
        text += &reporter.draw(problem, *severity);
    }
    text += more;
    let all_is_well = if found.problems.is_empty() {
        "all is well; "
    } else {
        ""
    };
    let events = pluralize(found.events.len(), "event");
    // Writing to a String does not fail.
    let _ = writeln!(
        text,
        "{}: {all_is_well}a program shows {events} ({} kB)",
        visible(name),
        bytes.div_ceil(1000)
    );
    for event in &found.events {
        let (day, title) = (event.day, visible(&event.title));
        let time = event.time.as_deref();
        let time = time.map(|time| format!("{} ", visible(time)));
        let _ = writeln!(text, "  {day}  {}{title}", time.unwrap_or_default());
        for alarm in &event.alarms {
            let alarm = alarm.format("%Y-%m-%d at %H:%M");
            let _ = writeln!(text, "              rings on {alarm}");
        }
    }
    text
}

fn file_report(
    reporter: &Reporter<'_>,
    name: &str,
    bytes: usize,
    found: &Inspection,
) -> FileReport {
    let problems = found.problems.iter();
    FileReport {
        path: name.to_owned(),
        plans: 0,
        events: found.events.len(),
        bytes,
        omitted: found.omitted.0 + found.omitted.1,
        problems: problems
            .map(|(severity, problem)| ProblemReport::new(reporter, *severity, problem))
            .collect(),
        shown: Some(found.events.iter().map(event_report).collect()),
        #[cfg(feature = "fetch")]
        served: None,
    }
}

fn event_report(event: &ShownEvent) -> EventReport {
    let alarms = event.alarms.iter();
    EventReport {
        line: event.line,
        date: event.day.to_string(),
        time: event.time.clone(),
        title: event.title.clone(),
        alarms: alarms
            .map(|alarm| alarm.format("%Y-%m-%dT%H:%M:%S").to_string())
            .collect(),
    }
}
