//! `renew`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::{day, sentence};
use crate::cli::renew::Options;
use crate::document::edit::NewValidity;
use crate::plan::value::price::Price;
use crate::time::period::Period;

/// Record a renewal in a plans file, keeping every other byte of it
///
/// Adds an entry to the plan's `history`, and one for the renewal before where that has none, and
/// moves its date: `renewed`, where the plan counts from its renewal, else `expires`. A plan that
/// renews by itself gets the entry only. Prints what changed, the new expiry and the day of the
/// next warning.
#[derive(Debug, Args)]
pub(crate) struct Renew {
    /// The plan: its `id`, or its name where it has none
    #[arg(value_name = "ID")]
    id: String,
    /// The plans file, a directory to look for the plan in, or - with --dry-run
    #[arg(value_name = "PLANS", default_value = "plans.yaml")]
    plans: PathBuf,
    /// The day on which it was renewed; otherwise today
    #[arg(long, value_name = "DATE", value_parser = day)]
    on: Option<NaiveDate>,
    /// What was paid, as in "49 NOK"
    #[arg(long, value_name = "PRICE", value_parser = price)]
    paid: Option<Price>,
    /// Where the receipt is, beside the plans file, or what it says
    #[arg(long, value_name = "PATH|TEXT")]
    receipt: Option<String>,
    /// How long it lasts, as in "3 months"; a `validity` in the plan becomes this one
    #[arg(long, value_name = "LENGTH", value_parser = lasts, conflicts_with = "until")]
    validity: Option<NewValidity>,
    /// The last day on which it works now; a `validity` beside `renewed` gives way to `expires`
    #[arg(long, value_name = "DATE", value_parser = day)]
    until: Option<NaiveDate>,
    /// Whatever else there is to say about it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Count from the old expiry, not from the day of the renewal
    #[arg(long, conflicts_with = "until")]
    from_expiry: bool,
    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Use this date as today, as in 2026-10-05
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<NaiveDate>,
}

impl From<Renew> for Options {
    fn from(renew: Renew) -> Self {
        Self {
            id: renew.id,
            plans: renew.plans,
            on: renew.on,
            paid: renew.paid,
            receipt: renew.receipt,
            lasts: renew.validity.or(renew.until.map(NewValidity::Until)),
            note: renew.note,
            from_expiry: renew.from_expiry,
            dry_run: renew.dry_run,
            today: renew.today,
        }
    }
}

fn price(text: &str) -> Result<Price, String> {
    Price::parse(text).map_err(sentence)
}

fn lasts(text: &str) -> Result<NewValidity, String> {
    let period = Period::parse(text).map_err(sentence)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    Ok(NewValidity::For(period, words.join(" ")))
}
