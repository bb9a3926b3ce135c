//! The arguments, and their one conversion into plain options.

mod build;
mod check;
mod completions;
mod import;
mod init;
mod list;
mod man;
mod publish;
mod renew;
#[cfg(feature = "schema")]
mod schema;
#[cfg(feature = "serve")]
mod serve;
mod url;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};

use crate::site::address::Base;
use crate::text::value_error::ValueError;
use crate::time::date;

/// A list of plans that run out becomes a calendar that warns a week ahead.
#[derive(Debug, Parser)]
#[command(name = "weekahead", version, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 done, 1 problems in the plans, 2 wrong usage, 3 the machine refused, 4 something is due."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Build(build::Build),
    Check(check::Check),
    Completions(completions::Completions),
    Import(import::Import),
    Init(init::Init),
    List(list::List),
    Publish(Box<publish::Publish>),
    Renew(renew::Renew),
    Man(man::Man),
    #[cfg(feature = "schema")]
    Schema(schema::Schema),
    /// Print a JSON Schema of the plans file (not in this build)
    #[cfg(not(feature = "schema"))]
    Schema(Absent),
    #[cfg(feature = "serve")]
    Serve(Box<serve::Serve>),
    /// Serve feeds and pages over HTTP (not in this build)
    #[cfg(not(feature = "serve"))]
    Serve(Absent),
    Url(url::Url),
}

/// The plans files, and what day it is.
#[derive(Debug, Args)]
struct Common {
    /// Plans files, directories of them (*.yaml and *.yml), or - for standard input
    #[arg(value_name = "PLANS", default_value = "plans.yaml")]
    plans: Vec<PathBuf>,
    /// Use this date as today, as in 2026-10-05
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<NaiveDate>,
}

/// `-`, and its name as a file, which may be one that others write to as well.
fn is_standard_output(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]
        .iter()
        .any(|name| path == Path::new(name))
}

/// A command that this build has not.
#[cfg(not(all(feature = "schema", feature = "serve")))]
#[derive(Debug, Args)]
pub(crate) struct Absent {
    /// Whatever the command would take
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    _arguments: Vec<std::ffi::OsString>,
}

/// A length of time, more than none: `500ms`, `10s`, `5m`, `1h`, `2d`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let milliseconds: u64 = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => 0,
    };
    let number: Option<u64> = number.parse().ok();
    let time = number.and_then(|number| number.checked_mul(milliseconds));
    // Years of it would only run over where it is added to a time.
    match time.filter(|time| (1..=3_153_600_000_000).contains(time)) {
        Some(time) => Ok(Duration::from_millis(time)),
        None => Err("a length of time was expected, as in 500ms, 10s, 5m, 1h or 2d".to_owned()),
    }
}

fn day(text: &str) -> Result<NaiveDate, String> {
    date::parse(text).map_err(sentence)
}

fn base(text: &str) -> Result<Base, String> {
    Base::parse(text).map_err(sentence)
}

pub(crate) fn sentence(error: ValueError) -> String {
    match error.hint {
        Some(hint) => format!("{}; {hint}", error.message),
        None => error.message,
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn reads_lengths_of_time() {
        for (text, milliseconds) in [
            ("500ms", 500),
            ("10s", 10_000),
            ("5m", 300_000),
            ("1h", 3_600_000),
            ("2d", 172_800_000),
        ] {
            assert_eq!(duration(text).expect(text).as_millis(), milliseconds);
        }
        for text in [
            "",
            "10",
            "0s",
            "-1s",
            "1.5s",
            "1w",
            "s",
            "99999999999999999999s",
            "9999999d",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
