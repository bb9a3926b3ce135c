//! `weekahead check`: the problems of plans files and of finished feeds, and what would surprise.

mod feed;
mod plans;
mod report;

use std::path::PathBuf;

use clap::Args;

use crate::cli::clock::TodayOption;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::parallel::in_parallel;
use crate::cli::plans_files::{self, PlansArguments};
use crate::cli::terminal::Terminal;
use crate::document::MAX_PROBLEMS;
use crate::files::failure::Failure;
use crate::files::source::{self, Source};
use crate::text::plural::pluralize;
use report::{Format, Report};

/// Report the problems of plans files, and what would surprise
///
/// A warning is about something that is allowed: an expiry in the past, a lead shorter than a week,
/// a feed that is too large for some calendars. A file that ends in .ics is a finished feed: the
/// command lists what a calendar program shows of it, with the local time of each alarm, and
/// reports whatever breaks a calendar program.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  weekahead check plans.yaml --strict")]
pub(crate) struct Check {
    #[command(flatten)]
    files: PlansArguments,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
    /// Print every problem, not only the first 50 of each file
    #[arg(long)]
    all: bool,
    /// Count warnings as problems: the exit code is 1
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    today: TodayOption,
}

/// Runs the command.
pub(crate) fn run(arguments: &Check, terminal: &mut Terminal) -> Result<(), CliError> {
    let is_feed = |path: &PathBuf| feed::is_feed(path);
    let paths = arguments.files.plans.iter().cloned();
    let (feeds, plans): (Vec<PathBuf>, Vec<PathBuf>) = paths.partition(is_feed);
    let unread = plans_files::warn_of_unread(&plans, terminal);
    let (sources, mut errors) = plans_files::find_usable(&plans);
    for clash in source::clashes(&sources) {
        errors.add(clash);
    }
    let feeds: Vec<Source> = feeds
        .into_iter()
        .map(|path| Source { path: Some(path) })
        .collect();
    let format = match arguments.json {
        true => Format::Json,
        false => Format::Text {
            styled: Terminal::is_output_styled(),
        },
    };
    let clock = arguments.today.clock();
    let limit = match arguments.all {
        true => usize::MAX,
        false => MAX_PROBLEMS,
    };
    let check_plans = |source: &Source| plans::check(source, &clock, format, limit);
    let mut results = in_parallel(&sources, check_plans);
    let feeds = in_parallel(&feeds, |source| feed::check(source, format, limit));
    results.extend(
        feeds
            .into_iter()
            .map(|result| result.map_err(Failure::from)),
    );

    let mut text = String::new();
    let mut reports = Vec::new();
    let (mut problems, mut warnings) = (0, unread);
    for result in results {
        match result {
            Ok(checked) => {
                problems += checked.errors;
                warnings += checked.warnings;
                match checked.report {
                    Report::Text(drawn) => text += &drawn,
                    Report::Json(report) => reports.push(report),
                }
            }
            Err(error) => errors.add(error),
        }
    }
    if arguments.json {
        // Strings and numbers always serialize.
        text = serde_json::to_string_pretty(&reports).unwrap_or_default() + "\n";
    } else if problems + warnings > 0 {
        text += &totals(problems, warnings);
    }
    errors.add_result(terminal.output(text.as_bytes()));
    if problems > 0 || (arguments.strict && warnings > 0) {
        errors.add(CliError::silent(ExitStatus::Problems));
    }
    errors.into_result()
}

fn totals(errors: usize, warnings: usize) -> String {
    let counts = [(errors, "error"), (warnings, "warning")];
    let counts = counts.into_iter().filter(|(number, _)| *number > 0);
    let counts: Vec<String> = counts.map(|(number, one)| pluralize(number, one)).collect();
    format!("{}\n", counts.join(", "))
}
