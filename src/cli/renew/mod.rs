//! `weekahead renew`: a renewal is recorded in a plans file.

mod change;
mod diff;
mod follow_up;
mod known_ids;
mod open;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use crate::cli::clock::TodayOption;
use crate::cli::error::{CliError, require_one};
use crate::cli::plans_files::{self, DEFAULT_PLANS, OpenPlans};
use crate::cli::terminal::{Terminal, warning};
use crate::cli::values::{day, last_day, sentence};
use crate::document::edit::{NewValidity, Renewal};
use crate::plan::LastDay;
use crate::plan::value::price::Price;
use crate::time::period::Period;
use change::PlannedChange;
use open::OpenFile;

/// Record a renewal in a plans file
///
/// Adds an entry to the plan's `history` and moves its date: `renewed` if the plan counts from its
/// renewal, else `expires`. If the renewal before has no entry, it gets one too. A plan that renews
/// by itself gets only the entry. Every other byte of the file stays as it is. The command prints
/// what changed, the new expiry and the day of the next warning.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  weekahead renew telenor --paid \"49 NOK\"")]
pub(crate) struct Renew {
    /// The plan's `id`, or its exact name
    #[arg(value_name = "ID|NAME")]
    plan: String,
    /// The plans file; or a directory to look for the plan in; or - for standard input, with
    /// --dry-run
    #[arg(value_name = "PLANS", default_value = DEFAULT_PLANS)]
    plans: PathBuf,
    /// The plan was renewed on this day [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    on: Option<NaiveDate>,
    /// The renewal cost this, as in "49 NOK"
    #[arg(long, value_name = "PRICE", value_parser = price)]
    paid: Option<Price>,
    /// The plan was renewed in this way: the number of one of the ways in `renewal`, from 1. Its price
    /// and its `validity` are taken
    #[arg(long, value_name = "N", value_parser = way)]
    way: Option<usize>,
    /// The receipt is in this file, whose path counts from the plans file; or it says this
    #[arg(long, value_name = "PATH|TEXT")]
    receipt: Option<String>,
    /// The plan lasts this long, as in "3 months"; a `validity` in the plan is changed to it
    #[arg(long, value_name = "LENGTH", value_parser = new_validity, conflicts_with = "until")]
    validity: Option<NewValidity>,
    /// The plan works until this day, or to the end of a month, as in 2027-03; `expires` replaces a
    /// `validity` beside `renewed`
    #[arg(long, value_name = "DATE", value_parser = last_day)]
    until: Option<LastDay>,
    /// Add this note to the entry
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Count from the old expiry, not from the day of the renewal
    #[arg(long, conflicts_with = "until")]
    from_expiry: bool,
    /// Show what would change, and write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    #[command(flatten)]
    today: TodayOption,
}

/// Runs the command.
pub(crate) fn run(arguments: &Renew, terminal: &mut Terminal) -> Result<(), CliError> {
    let styled = terminal.is_styled();
    let wanted = arguments.plan.as_str();
    plans_files::warn_of_unread(std::slice::from_ref(&arguments.plans), terminal);
    let source = open::find_file(&arguments.plans, wanted, arguments.dry_run, styled)?;
    let file = match arguments.dry_run {
        true => OpenFile::read(&source)?,
        false => OpenFile::lock(&source, |waiting| terminal.say(waiting))?,
    };
    let plans = require_one(OpenPlans::new(&source, file.bytes(), styled))?;

    let today = arguments.today.today(plans.settings())?;
    let change = PlannedChange::new(&plans, wanted, arguments.renewal(today), today, styled)?;

    if !arguments.dry_run {
        file.replace(&change.edit)?;
    }

    for line in change.lines() {
        terminal.say(&line);
    }
    let diff = diff::render(&plans, &change.edit);
    let shown = terminal.output(diff.as_bytes());
    let receipt = arguments.receipt.as_deref();
    if let Some(path) = &source.path
        && let Some(missing) = receipt.and_then(|receipt| follow_up::missing_receipt(path, receipt))
    {
        terminal.say(&warning(&missing));
    }
    if arguments.dry_run {
        shown?;
        terminal.say("a dry run: nothing was written");
        return Ok(());
    }
    for line in follow_up::commands(&source, receipt, &change.commit_message()) {
        terminal.say(&line);
    }
    shown
}

impl Renew {
    fn renewal(&self, today: NaiveDate) -> Renewal {
        let until = self.until.map(NewValidity::Until);
        Renewal {
            on: self.on.unwrap_or(today),
            paid: self.paid,
            way: self.way,
            receipt: self.receipt.clone(),
            note: self.note.clone(),
            validity: self.validity.clone().or(until),
            from_expiry: self.from_expiry,
        }
    }
}

fn way(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "allowed is the number of a way, from 1".to_owned())
}

fn price(text: &str) -> Result<Price, String> {
    Price::parse_new(text).map_err(sentence)
}

fn new_validity(text: &str) -> Result<NewValidity, String> {
    let period = Period::parse(text).map_err(sentence)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    Ok(NewValidity::For(period, words.join(" ")))
}
