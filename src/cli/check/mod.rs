//! `weekahead check`: the errors of plans files and of finished feeds, and warnings about what a
//! user may not expect.

#[cfg(feature = "fetch")]
mod address;
mod feed;
mod plans;
mod report;
#[cfg(feature = "fetch")]
mod served;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use crate::cli::clock::TodayOption;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::parallel::in_parallel;
use crate::cli::plans_files::{self, PlansArguments};
use crate::cli::terminal::Terminal;
use crate::cli::values::duration;
use crate::document::MAX_PROBLEMS;
use crate::files::failure::Failure;
use crate::files::source::{self, Source};
use crate::text::plural::pluralize;
use report::{AddressResult, Format, Report};

/// Check plans files, a feed (.ics) or the web address of a feed
///
/// An error must be corrected. A warning is about something that is allowed but may surprise you:
/// an expiry in the past, no warning a week ahead, a feed that is too large for some calendars.
///
/// A file that ends in .ics is a finished feed: the command lists the events that a calendar
/// program shows, with the local time of each alarm, and reports what some calendar programs cannot
/// read or ignore.
///
/// A web address (`https://` or `webcal://`) is fetched with the requests that Google, iOS,
/// Outlook, Thunderbird and curl send: the command says what each would get, and checks the feed.
/// It does not print the secret part of the address. It cannot see whether the server refuses
/// requests from the machines of Google, Apple or Microsoft.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  weekahead check plans.yaml --strict
  weekahead check https://cal.example.org/SECRET/sims.ics")]
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
    /// Fail unless the feed at the address is this file, byte for byte
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,
    /// Try again for this long, because a cache may still have the old feed
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration)]
    expect_within: Duration,
    /// Also trust the certificates in this PEM file
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Give up after this time, for all requests to an address together
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    timeout: Duration,
    #[command(flatten)]
    today: TodayOption,
}

/// Runs the command.
pub(crate) fn run(arguments: &Check, terminal: &mut Terminal) -> Result<(), CliError> {
    let is_feed = |path: &PathBuf| feed::is_feed(path);
    let paths = arguments.files.plans.iter().cloned();
    let (addresses, paths): (Vec<PathBuf>, Vec<PathBuf>) = paths.partition(|path| is_address(path));
    if addresses.is_empty() && (arguments.expect.is_some() || arguments.ca.is_some()) {
        let what = "`--expect` and `--ca` are for an address";
        return Err(CliError::usage(what).hint("give one, as in `https://HOST/SECRET/NAME.ics`"));
    }
    if addresses.len() > 1 && arguments.expect.is_some() {
        return Err(CliError::usage("`--expect` is for one address"));
    }
    let (feeds, plans): (Vec<PathBuf>, Vec<PathBuf>) = paths.into_iter().partition(is_feed);
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

    let mut checked = Vec::new();
    for result in results {
        match result {
            Ok(found) => checked.push(found),
            Err(error) => errors.add(error),
        }
    }
    for found in check_addresses(arguments, &addresses, format, limit, terminal)? {
        match found {
            Ok(found) => checked.push(found),
            Err((found, error)) => {
                checked.extend(found);
                errors.add(error);
            }
        }
    }

    let mut text = String::new();
    let mut reports = Vec::new();
    let (mut problems, mut warnings) = (0, unread);
    for checked in checked {
        problems += checked.errors;
        warnings += checked.warnings;
        match checked.report {
            Report::Text(drawn) => text += &drawn,
            Report::Json(report) => reports.push(report),
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

#[cfg(feature = "fetch")]
fn check_addresses(
    arguments: &Check,
    addresses: &[PathBuf],
    format: Format,
    limit: usize,
    terminal: &mut Terminal,
) -> Result<Vec<AddressResult>, CliError> {
    if addresses.is_empty() {
        return Ok(Vec::new());
    }
    let today = arguments.today.today_in(None)?;
    let (ca, expected) = (arguments.ca.as_deref(), arguments.expect.as_deref());
    let (timeout, patience) = (arguments.timeout, arguments.expect_within);
    let options = address::options(ca, timeout, expected, patience)?;
    let texts = addresses.iter().map(|path| path.to_string_lossy());
    texts
        .map(|text| address::check(&text, &options, today, format, limit, terminal))
        .collect()
}

#[cfg(not(feature = "fetch"))]
fn check_addresses(
    _: &Check,
    addresses: &[PathBuf],
    _: Format,
    _: usize,
    _: &mut Terminal,
) -> Result<Vec<AddressResult>, CliError> {
    match addresses.is_empty() {
        true => Ok(Vec::new()),
        false => crate::cli::absent::run("fetch").map(|()| Vec::new()),
    }
}

/// Whether an argument is a web address.
fn is_address(path: &Path) -> bool {
    let scheme = path.to_str().and_then(|text| text.split_once("://"));
    scheme.is_some_and(|(scheme, _)| {
        let known = ["http", "https", "webcal", "webcals"];
        known.iter().any(|one| scheme.eq_ignore_ascii_case(one))
    })
}

fn totals(errors: usize, warnings: usize) -> String {
    let counts = [(errors, "error"), (warnings, "warning")];
    let counts = counts.into_iter().filter(|(number, _)| *number > 0);
    let counts: Vec<String> = counts.map(|(number, one)| pluralize(number, one)).collect();
    format!("{}\n", counts.join(", "))
}
