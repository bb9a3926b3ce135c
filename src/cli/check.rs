//! `weekahead check`: all problems of plans files and of finished feeds, and what would surprise.

use std::path::PathBuf;

use chrono::NaiveDate;
use serde::Serialize;

use super::{ExitStatus, feeds, files};
use crate::calendar::compile::{Compiled, compile};
use crate::calendar::feed::Feed;
use crate::calendar::warnings::review;
use crate::cli::clock;
use crate::cli::feeds::EventReport;
use crate::cli::files::in_parallel;
use crate::cli::terminal::Terminal;
use crate::document::Problem;
use crate::document::report::{Reporter, Severity};
use crate::files::failure::not_shown;
use crate::files::io_error::IoError;
use crate::files::source::{self, Source};
use crate::text::plural::pluralize;
use crate::time::revision::Revision;

/// 2026-10-05T12:00:00Z.
const USUAL: i64 = 1_791_201_600;

/// What `check` is asked for.
pub(crate) struct Options {
    pub(crate) plans: Vec<PathBuf>,
    pub(crate) today: Option<NaiveDate>,
    pub(crate) json: bool,
    pub(crate) strict: bool,
}

/// What was found in one file, drawn or for programs.
pub(crate) struct Found {
    pub(crate) report: Report,
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
}

pub(crate) enum Report {
    Drawn(String),
    Json(FileReport),
}

/// Runs the command.
pub(crate) fn run(options: &Options, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    let (finished, plans): (Vec<PathBuf>, Vec<PathBuf>) =
        (options.plans.iter().cloned()).partition(|path| feeds::is_feed(path));
    let (sources, found) = files::find_some(&plans, terminal);
    let clashes = source::clashes(&sources);
    let clashes = clashes
        .iter()
        .map(|error| Err(files::report(error, terminal)));
    let found = clashes.fold(found, files::worst);
    let finished: Vec<Source> = finished.into_iter().map(feeds::source).collect();
    let styled = Terminal::is_output_styled();
    let mut results = in_parallel(&sources, |source| look(source, options, styled));
    let look = |source| feeds::look(source, options.json, styled);
    results.extend(in_parallel(&finished, look));
    let mut text = String::new();
    let mut reports = Vec::new();
    let (mut errors, mut warnings, mut refused) = (0, 0, false);
    for result in results {
        match result {
            Ok(found) => {
                errors += found.errors;
                warnings += found.warnings;
                match found.report {
                    Report::Drawn(drawn) => text += &drawn,
                    Report::Json(report) => reports.push(report),
                }
            }
            Err(refusal) => {
                terminal.error(&refusal.sentence(), None);
                refused = true;
            }
        }
    }
    if options.json {
        // Strings and numbers always serialize.
        text = serde_json::to_string_pretty(&reports).unwrap_or_default() + "\n";
    } else if errors + warnings > 0 {
        text += &totals(errors, warnings);
    }
    terminal.output(text.as_bytes())?;
    let looked = match errors > 0 || (options.strict && warnings > 0) {
        _ if refused => Err(ExitStatus::Refused),
        true => Err(ExitStatus::Problems),
        false => Ok(()),
    };
    files::worst(found, looked)
}

fn look(source: &Source, options: &Options, styled: bool) -> Result<Found, IoError> {
    let loaded = source.load()?;
    let name = source.name();
    // The size of a feed hardly depends on its revision; this one is as long as any of now.
    let revision = Revision::from_unix(USUAL);
    let compiled = compile(
        source.stem(),
        &loaded.bytes,
        revision,
        &clock(options.today),
    );
    let Compiled { plans, feed } = match compiled {
        Ok(compiled) => compiled,
        Err(problems) => {
            let reporter = Reporter::new(&name, &loaded.bytes, styled);
            let list = problems.list();
            let omitted = problems.omitted();
            return Ok(Found {
                report: report(
                    &reporter,
                    &name,
                    options,
                    Severity::Error,
                    list,
                    None,
                    omitted,
                ),
                errors: list.len() + omitted,
                warnings: 0,
            });
        }
    };
    let findings = review(plans.document.list(), &feed, plans.today);
    let problems = plans.document.locate(findings);
    let reporter = Reporter::new(&name, &loaded.bytes, styled);
    Ok(Found {
        report: report(
            &reporter,
            &name,
            options,
            Severity::Warning,
            &problems,
            Some(&feed),
            0,
        ),
        errors: 0,
        warnings: problems.len(),
    })
}

fn report(
    reporter: &Reporter<'_>,
    name: &str,
    options: &Options,
    severity: Severity,
    problems: &[Problem],
    feed: Option<&Feed>,
    omitted: usize,
) -> Report {
    if options.json {
        return Report::Json(FileReport {
            path: name.to_owned(),
            plans: feed.map_or(0, |feed| feed.plans),
            events: feed.map_or(0, |feed| feed.events),
            bytes: feed.map_or(0, |feed| feed.text.len()),
            omitted,
            problems: problems
                .iter()
                .map(|problem| problem_report(reporter, severity, problem))
                .collect(),
            shown: None,
        });
    }
    let mut drawn = String::new();
    for problem in problems {
        drawn += &reporter.draw(problem, severity);
    }
    drawn += &not_shown(name, omitted);
    if let Some(feed) = feed.filter(|_| problems.is_empty()) {
        let (plans, events) = (
            pluralize(feed.plans, "plan"),
            pluralize(feed.events, "event"),
        );
        drawn += &format!("{name}: all is well ({plans}, {events})\n");
    }
    Report::Drawn(drawn)
}

fn totals(errors: usize, warnings: usize) -> String {
    let counts = [(errors, "error"), (warnings, "warning")];
    let counts = counts.into_iter().filter(|(number, _)| *number > 0);
    let counts: Vec<String> = counts.map(|(number, one)| pluralize(number, one)).collect();
    format!("{}\n", counts.join(", "))
}

/// One file, for programs.
#[derive(Serialize)]
pub(crate) struct FileReport {
    pub(crate) path: String,
    /// Of a plans file.
    pub(crate) plans: usize,
    pub(crate) events: usize,
    pub(crate) bytes: usize,
    /// Problems that are not in the list, in a file with more than anybody reads.
    pub(crate) omitted: usize,
    pub(crate) problems: Vec<ProblemReport>,
    /// What a program shows of a finished feed, by day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) shown: Option<Vec<EventReport>>,
}

/// One problem, for programs. Lines and columns count from 1, columns in characters.
#[derive(Serialize)]
pub(crate) struct ProblemReport {
    severity: &'static str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    /// The value that it is about, as in `plans[0].renewal[0].url`.
    value: Option<String>,
    message: String,
    hint: Option<String>,
    /// Another place that has to do with it.
    related: Option<RelatedReport>,
}

#[derive(Serialize)]
struct RelatedReport {
    label: &'static str,
    line: usize,
    column: usize,
}

pub(crate) fn problem_report(
    reporter: &Reporter<'_>,
    severity: Severity,
    problem: &Problem,
) -> ProblemReport {
    let start = reporter.position(problem.span.start);
    let end = reporter.position(problem.span.end);
    let related = problem.related.as_ref().map(|(span, label)| {
        let place = reporter.position(span.start);
        RelatedReport {
            label,
            line: place.line,
            column: place.column,
        }
    });
    ProblemReport {
        severity: severity.name(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        value: problem.path.as_ref().map(ToString::to_string),
        message: problem.what.message.clone(),
        hint: problem.what.hint.clone(),
        related,
    }
}
