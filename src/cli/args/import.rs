//! `import`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::day;
use crate::cli::import::Options;

/// Make a plans file of a calendar (.ics) or of a table (.csv)
///
/// Everything that could not be carried is listed on standard error, a line each with its place. A
/// feed of weekahead gives names, dates, leads and links back. A table has a header with names such
/// as name, expires and price; its dates are written 2026-10-05.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The calendar or the table, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write to this file, and not to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over a file that exists
    #[arg(long, requires = "output")]
    force: bool,
    /// Use this date as today, as in 2026-10-05: of an event that repeats the next date is taken
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<NaiveDate>,
}

impl From<Import> for Options {
    fn from(import: Import) -> Self {
        Self {
            file: import.file,
            today: import.today,
            output: import.output.filter(|path| path.as_os_str() != "-"),
            force: import.force,
        }
    }
}
