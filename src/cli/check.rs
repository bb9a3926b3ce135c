//! `weekahead check`: all problems of plans files, and what would surprise.

use std::path::PathBuf;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use weekahead::document::{Document, Problem, Problems};
use weekahead::feed::{Feed, Part};
use weekahead::report::{Reporter, Severity, value_path};
use weekahead::review::review;
use weekahead::revision::Revision;

use super::files::{self, File};
use super::terminal::Terminal;
use super::{Outcome, today};

/// What `check` is asked for.
pub(super) struct Options {
    pub(super) plans: Vec<PathBuf>,
    pub(super) today: Option<NaiveDate>,
    pub(super) json: bool,
    pub(super) strict: bool,
}

/// What was found in one file.
struct Found {
    problems: Vec<(Severity, Problem)>,
    /// Problems besides.
    omitted: usize,
    plans: usize,
    events: usize,
    bytes: usize,
}

/// Runs the command.
pub(super) fn run(options: &Options, terminal: &mut Terminal) -> Result<(), Outcome> {
    let files = files::load(&options.plans, terminal)?;
    let documents = files::documents(&files);
    let found: Vec<Found> = documents
        .into_iter()
        .map(|document| look(document, options.today))
        .collect();
    let count = |wanted: Severity| {
        let all = found.iter().flat_map(|found| &found.problems);
        all.filter(|(severity, _)| *severity == wanted).count()
    };
    let omitted: usize = found.iter().map(|found| found.omitted).sum();
    let (errors, warnings) = (count(Severity::Error) + omitted, count(Severity::Warning));
    let text = if options.json {
        json(&files, &found)
    } else {
        let mut text = drawn(&files, &found);
        if errors + warnings > 0 {
            text += &totals(errors, warnings);
        }
        text
    };
    terminal.output(text.as_bytes())?;
    if errors > 0 || (options.strict && warnings > 0) {
        return Err(Outcome::Problems);
    }
    Ok(())
}

fn look(document: Result<Document<'_>, Problems>, day: Option<NaiveDate>) -> Found {
    let mark = |severity, problems: Vec<Problem>| {
        problems
            .into_iter()
            .map(|problem| (severity, problem))
            .collect()
    };
    let document = match document {
        Ok(document) => document,
        Err(problems) => {
            return Found {
                problems: mark(Severity::Error, problems.list().to_vec()),
                omitted: problems.omitted(),
                plans: 0,
                events: 0,
                bytes: 0,
            };
        }
    };
    let list = document.list();
    let day = today(day, &list.settings);
    let part = Part {
        list,
        year: day.year(),
    };
    // One list has each id once, and its size does not depend on the revision.
    let Ok(feed) = Feed::new("plans", &[part], Revision::from_unix(0)) else {
        return Found {
            problems: Vec::new(),
            omitted: 0,
            plans: list.plans.len(),
            events: 0,
            bytes: 0,
        };
    };
    let warnings = document.locate(review(list, &feed, day));
    Found {
        problems: mark(Severity::Warning, warnings),
        omitted: 0,
        plans: feed.plans,
        events: feed.events,
        bytes: feed.text.len(),
    }
}

fn drawn(files: &[File], found: &[Found]) -> String {
    let mut text = String::new();
    for (file, found) in files.iter().zip(found) {
        let name = file.source.name();
        if found.problems.is_empty() {
            let (plans, events) = (found.plans, found.events);
            text += &format!("{name}: all is well ({plans} plans, {events} events)\n");
            continue;
        }
        let reporter = file.reporter(&name, Terminal::is_output_styled());
        for (severity, problem) in &found.problems {
            text += &reporter.draw(problem, *severity);
        }
        if found.omitted > 0 {
            text += &format!("{name}: {} more problems are not shown\n", found.omitted);
        }
    }
    text
}

fn totals(errors: usize, warnings: usize) -> String {
    let count = |number: usize, one: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{number} {one}s")),
    };
    let counts = [count(errors, "error"), count(warnings, "warning")];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    format!("{}\n", counts.join(", "))
}

/// One file, for programs.
#[derive(Serialize)]
struct FileReport<'a> {
    path: String,
    plans: usize,
    events: usize,
    bytes: usize,
    /// Problems that are not in the list, in a file with more than anybody reads.
    omitted: usize,
    problems: Vec<ProblemReport<'a>>,
}

/// One problem, for programs. Lines and columns count from 1, columns in characters.
#[derive(Serialize)]
struct ProblemReport<'a> {
    severity: &'static str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    value: Option<String>,
    message: &'a str,
    hint: Option<&'a str>,
}

fn json(files: &[File], found: &[Found]) -> String {
    let reports: Vec<FileReport<'_>> = files
        .iter()
        .zip(found)
        .map(|(file, found)| {
            let name = file.source.name();
            let reporter = file.reporter(&name, false);
            let problems = found.problems.iter();
            FileReport {
                plans: found.plans,
                events: found.events,
                bytes: found.bytes,
                omitted: found.omitted,
                problems: problems
                    .map(|(severity, problem)| problem_report(&reporter, *severity, problem))
                    .collect(),
                path: name.clone(),
            }
        })
        .collect();
    // Strings and numbers always serialize.
    let text = serde_json::to_string_pretty(&reports).unwrap_or_default();
    text + "\n"
}

fn problem_report<'a>(
    reporter: &Reporter<'_>,
    severity: Severity,
    problem: &'a Problem,
) -> ProblemReport<'a> {
    let start = reporter.position(problem.span.start);
    let end = reporter.position(problem.span.end);
    ProblemReport {
        severity: severity.name(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        value: value_path(problem),
        message: &problem.what.message,
        hint: problem.what.hint.as_deref(),
    }
}
