//! `check`.

use clap::Args;

use super::Common;
use crate::cli::check::Options;

/// Report every problem in plans files, and what would surprise
///
/// Warnings are about what is allowed: an expiry that is past, a lead shorter than a week, a feed
/// that is too large for some calendar. A file that ends in .ics is a finished feed: what a calendar
/// program shows of it is listed, with the local time of each alarm, and whatever breaks one.
#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    common: Common,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
    /// Let warnings count as problems: exit code 1
    #[arg(long)]
    strict: bool,
}

impl From<Check> for Options {
    fn from(check: Check) -> Self {
        Self {
            plans: check.common.plans,
            today: check.common.today,
            json: check.json,
            strict: check.strict,
        }
    }
}
