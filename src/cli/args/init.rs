//! `init`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::day;
use crate::cli::init::Options;

/// Write a plans file to begin with, or a key for secret links
///
/// The plans file has comments, one example and a random `calendar.id`; beside it goes
/// plans.schema.json, for editors. On a terminal three questions are asked. Nothing is written over
/// a file that exists.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The new plans file, or - for standard output; plans.yaml if there is no --key either
    #[arg(
        value_name = "FILE",
        default_value_if("key", clap::builder::ArgPredicate::IsPresent, None),
        default_value = "plans.yaml"
    )]
    plans: Option<PathBuf>,
    /// Write 32 random bytes to a new file, in hexadecimal, that only its owner can read
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Ask nothing
    #[arg(short, long)]
    yes: bool,
    /// Use this date as today, as in 2026-10-05
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<NaiveDate>,
}

impl From<Init> for Options {
    fn from(init: Init) -> Self {
        Self {
            plans: init.plans,
            key: init.key,
            yes: init.yes,
            today: init.today,
        }
    }
}
