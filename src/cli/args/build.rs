//! `build`.

use std::path::PathBuf;

use clap::Args;

use super::{Common, is_standard_output};
use crate::cli::build::Options;

/// Write the calendar feed of each plans file
///
/// Without -o it is written to standard output. Several plans files become one calendar, unless
/// they are written into a directory. Nothing is written when anything is wrong.
#[derive(Debug, Args)]
pub(crate) struct Build {
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

impl From<Build> for Options {
    fn from(build: Build) -> Self {
        Self {
            plans: build.common.plans,
            today: build.common.today,
            output: build.output.filter(|path| !is_standard_output(path)),
            quiet: build.quiet,
        }
    }
}
