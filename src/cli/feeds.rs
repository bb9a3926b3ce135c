//! `weekahead check FEED.ics`: finished feeds, read back.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::check::{FileReport, Found, Report, problem_report};
use crate::document::report::{Reporter, Severity, visible};
use crate::files::failure::not_shown;
use crate::files::io_error::IoError;
use crate::files::source::Source;
use crate::ics::lint::{Inspection, ShownEvent, inspect};
use crate::text::plural::pluralize;

/// Whether an argument names a finished feed and not a plans file: by its ending.
pub(crate) fn is_feed(path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str);
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case("ics")) && !path.is_dir()
}

/// The feed that an argument names.
pub(crate) fn source(path: PathBuf) -> Source {
    Source { path: Some(path) }
}

/// Reads a feed back.
pub(crate) fn look(source: &Source, json: bool, styled: bool) -> Result<Found, IoError> {
    let loaded = source.load()?;
    let name = source.name();
    let found = inspect(&loaded.bytes);
    let count = |wanted, omitted| {
        let listed = found
            .problems
            .iter()
            .filter(|(severity, _)| *severity == wanted);
        listed.count() + omitted
    };
    let errors = count(Severity::Error, found.omitted.0);
    let warnings = count(Severity::Warning, found.omitted.1);
    let reporter = Reporter::new(&name, &loaded.bytes, styled);
    let report = if json {
        Report::Json(report(&reporter, &name, loaded.bytes.len(), &found))
    } else {
        Report::Drawn(drawn(&reporter, &name, loaded.bytes.len(), &found))
    };
    Ok(Found {
        report,
        errors,
        warnings,
    })
}

fn drawn(reporter: &Reporter<'_>, name: &str, bytes: usize, found: &Inspection) -> String {
    let mut drawn = String::new();
    for (severity, problem) in &found.problems {
        drawn += &reporter.draw(problem, *severity);
    }
    drawn += &not_shown(name, found.omitted.0 + found.omitted.1);
    let all_is_well = if found.problems.is_empty() {
        "all is well; "
    } else {
        ""
    };
    let events = pluralize(found.events.len(), "event");
    // Writing to a String does not fail.
    let _ = writeln!(
        drawn,
        "{}: {all_is_well}a program shows {events} ({} kB)",
        visible(name),
        bytes.div_ceil(1000)
    );
    for event in &found.events {
        let (day, title) = (event.day, visible(&event.title));
        let time = event
            .time
            .as_deref()
            .map(|time| format!("{} ", visible(time)));
        let _ = writeln!(drawn, "  {day}  {}{title}", time.unwrap_or_default());
        for alarm in &event.alarms {
            let _ = writeln!(
                drawn,
                "              rings on {}",
                alarm.format("%Y-%m-%d at %H:%M")
            );
        }
    }
    drawn
}

fn report(reporter: &Reporter<'_>, name: &str, bytes: usize, found: &Inspection) -> FileReport {
    FileReport {
        path: name.to_owned(),
        plans: 0,
        events: found.events.len(),
        bytes,
        omitted: found.omitted.0 + found.omitted.1,
        problems: found
            .problems
            .iter()
            .map(|(severity, problem)| problem_report(reporter, *severity, problem))
            .collect(),
        shown: Some(found.events.iter().map(shown).collect()),
    }
}

/// One event as a program shows it, for programs.
#[derive(Serialize)]
pub(crate) struct EventReport {
    line: usize,
    date: String,
    /// Of an event that is not a whole day, with its zone.
    time: Option<String>,
    title: String,
    /// When its alarms ring, by the clock that the event is in.
    alarms: Vec<String>,
}

fn shown(event: &ShownEvent) -> EventReport {
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
