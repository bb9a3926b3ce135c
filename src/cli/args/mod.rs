//! The arguments, and their one conversion into plain options.

mod build;
mod check;
mod completions;
mod import;
mod init;
mod list;
mod man;
mod renew;
#[cfg(feature = "schema")]
mod schema;
#[cfg(feature = "serve")]
mod serve;
mod url;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};
use weekahead::address::Base;
use weekahead::date;
use weekahead::invalid::Invalid;

/// A list of plans that run out becomes a calendar that warns a week ahead.
#[derive(Debug, Parser)]
#[command(name = "weekahead", version, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 done, 1 problems in the plans, 2 wrong usage, 3 the machine refused, 4 something is due."
)]
pub(in crate::cli) struct Arguments {
    #[command(subcommand)]
    pub(in crate::cli) command: Command,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    Build(build::Build),
    Check(check::Check),
    Completions(completions::Completions),
    Import(import::Import),
    Init(init::Init),
    List(list::List),
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
    /// Take this day for today, as in 2026-10-05
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<NaiveDate>,
}

/// A command that this build has not.
#[cfg(not(all(feature = "schema", feature = "serve")))]
#[derive(Debug, Args)]
pub(in crate::cli) struct Absent {
    /// Whatever the command would take
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    _arguments: Vec<std::ffi::OsString>,
}

fn day(text: &str) -> Result<NaiveDate, String> {
    date::parse(text).map_err(sentence)
}

fn base(text: &str) -> Result<Base, String> {
    Base::parse(text).map_err(sentence)
}

pub(in crate::cli) fn sentence(error: Invalid) -> String {
    match error.hint {
        Some(hint) => format!("{}; {hint}", error.message),
        None => error.message,
    }
}
