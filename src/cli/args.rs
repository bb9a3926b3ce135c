//! The arguments, and their one conversion into plain options.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};
use weekahead::date;

use super::{build, check};

/// A list of plans that run out becomes a calendar that warns a week ahead.
#[derive(Debug, Parser)]
#[command(name = "weekahead", version, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 done, 1 problems in the plans, 2 wrong usage, 3 the machine refused."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Build(Build),
    Check(Check),
}

/// The plans files, and what day it is.
#[derive(Debug, Args)]
struct Common {
    /// Plans files, directories of them (*.yaml and *.yml), or - for standard input
    #[arg(value_name = "PLANS", default_value = "plans.yaml")]
    plans: Vec<PathBuf>,
    /// Take this day for today, as in 2026-10-05
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<NaiveDate>,
}

/// Write the calendar feed of each plans file
///
/// Without -o it is written to standard output. Several plans files become one calendar, unless
/// they are written into a directory. Nothing is written when anything is wrong.
#[derive(Debug, Args)]
pub(super) struct Build {
    #[command(flatten)]
    common: Common,
    /// Where to write: a file, a directory for one .ics each (an existing one, or with / at its
    /// end), or - for standard output
    #[arg(short, long, value_name = "FILE|DIR|-")]
    output: Option<PathBuf>,
    /// Say nothing when all is well
    #[arg(short, long)]
    quiet: bool,
}

/// Report every problem in plans files, and what would surprise
///
/// Warnings are about what is allowed: an expiry that is past, a lead shorter than a week, a feed
/// that is too large for some calendar.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    common: Common,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
    /// Let warnings count as problems: exit code 1
    #[arg(long)]
    strict: bool,
}

impl From<Build> for build::Options {
    fn from(build: Build) -> Self {
        Self {
            plans: build.common.plans,
            today: build.common.today,
            output: build.output.filter(|path| !is_standard_output(path)),
            quiet: build.quiet,
        }
    }
}

impl From<Check> for check::Options {
    fn from(check: Check) -> Self {
        Self {
            plans: check.common.plans,
            today: check.common.today,
            json: check.json,
            strict: check.strict,
        }
    }
}

/// `-`, and its name as a file, which may be one that others write to as well.
fn is_standard_output(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]
        .iter()
        .any(|name| path == Path::new(name))
}

fn day(text: &str) -> Result<NaiveDate, String> {
    date::parse(text).map_err(|error| match error.hint {
        Some(hint) => format!("{}; {hint}", error.message),
        None => error.message,
    })
}
