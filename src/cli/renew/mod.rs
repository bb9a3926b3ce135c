//! `weekahead renew`: a renewal is recorded in a plans file.

mod change;
mod comment;
mod committing;
pub(crate) mod diff;
pub(crate) mod follow_up;
mod known_ids;
pub(crate) mod open;
pub(crate) mod reply;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use crate::cli::clock::TodayOption;
use crate::cli::error::{CliError, ErrorList, require_one};
use crate::cli::plans_files::{self, DEFAULT_PLANS, OpenPlans};
use crate::cli::terminal::{Terminal, warning};
use crate::cli::values::{PastDay, last_day, past_day, sentence};
use crate::document::edit::{NewValidity, Renewal};
use crate::plan::value::paid::not_a_price;
use crate::plan::value::price::Price;
use crate::plan::{LastDay, Plan};
use crate::text::value_error::quoted;
use crate::time::period::Period;
use change::PlannedChange;
use committing::CommitRequest;
use open::OpenFile;

/// Record a renewal in a plans file
///
/// The command adds an entry to the plan's `history` and moves its date: `renewed` if the plan has
/// `renewed` and `validity`, else `expires`. If the previous renewal has no entry, it gets one too.
/// A plan that renews by itself gets only the entry. Every other byte of the file stays as it is.
/// The command prints what changed, the new expiry and the day of the next warning.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  weekahead renew telenor --on yesterday --paid 49")]
pub(crate) struct Renew {
    /// The plan's `id`, or its exact name
    #[arg(value_name = "ID|NAME")]
    plan: String,
    /// The plans file, a directory to search for the plan, or - for standard input (with --dry-run
    /// only)
    #[arg(value_name = "PLANS", default_value = DEFAULT_PLANS)]
    plans: PathBuf,
    /// The day of the renewal: a date, `today` or `yesterday`
    #[arg(long, value_name = "DATE", default_value = "today", value_parser = past_day)]
    on: PastDay,
    /// What the renewal cost, as in "49 NOK", or 49 in the plan's currency. Without PRICE, the
    /// price of the way or of the plan is recorded; then write --paid last or before another option
    #[arg(long, value_name = "PRICE", value_parser = paid)]
    paid: Option<Option<String>>,
    /// The number of the way that was used, counted from 1 in `renewal`. Its `validity` applies,
    /// and --paid defaults to its price
    #[arg(long, value_name = "N", value_parser = way)]
    way: Option<usize>,
    /// The receipt: any text, or the path of a file relative to the folder of the plans file
    #[arg(long, value_name = "PATH|TEXT")]
    receipt: Option<String>,
    /// How long this renewal lasts, as in "3 months"; if the plan has a `validity`, it is changed
    /// too
    #[arg(long, value_name = "LENGTH", value_parser = new_validity, conflicts_with = "until")]
    validity: Option<NewValidity>,
    /// The new last day on which the plan works, or its month, as in 2027-03; in a plan with
    /// `renewed` and `validity`, `expires` replaces `validity`
    #[arg(long, value_name = "DATE", value_parser = last_day)]
    until: Option<LastDay>,
    /// Add this note to the entry
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Count from the old expiry, not from the day of the renewal
    #[arg(long, conflicts_with = "until")]
    from_expiry: bool,
    /// Commit the plans file and the file of --receipt with git. No hooks, filters or signature
    /// programs run. If the plans file had other changes, the renewal is recorded, but not committed
    #[arg(long)]
    commit: bool,
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
    let index = known_ids::find_plan(plans.list(), wanted, &source.name())?;
    let renewal = arguments.renewal(&plans.list().plans[index], today)?;
    let change = PlannedChange::new(&plans, index, renewal, today, styled)?;
    let receipt = arguments.receipt.as_deref();
    let request = arguments.commit.then(|| CommitRequest {
        ready: committing::check(&source, file.bytes(), receipt),
        message: change.commit_message(),
    });

    if !arguments.dry_run {
        file.replace(&change.edit.text)?;
    }

    for line in change.lines() {
        terminal.say(&line);
    }
    let diff = diff::render(&source.name(), plans.document.text(), &change.edit.text);
    let shown = terminal.output(diff.as_bytes());
    if let Some(path) = &source.path
        && let Some(missing) = receipt.and_then(|receipt| follow_up::missing_receipt(path, receipt))
    {
        terminal.say(&warning(&missing));
    }
    if arguments.dry_run {
        shown?;
        terminal.say("a dry run: nothing was written");
        return request.map_or(Ok(()), |request| request.preview(terminal));
    }
    let to_do = || follow_up::commands(&source, receipt, &change.commit_message());
    let mut errors = ErrorList::default();
    errors.add_result(shown);
    match request {
        Some(request) => {
            let committed = request.commit(&file.edited(&change.edit.text), to_do, terminal);
            errors.add_result(committed);
        }
        None => {
            for line in to_do() {
                terminal.say(&line);
            }
        }
    }
    errors.into_result()
}

impl Renew {
    fn renewal(&self, plan: &Plan<'_>, today: NaiveDate) -> Result<Renewal, CliError> {
        let until = self.until.map(NewValidity::Until);
        let on = self.on.date(today);
        Ok(Renewal {
            on,
            paid: self.price(plan, on)?,
            way: self.way,
            receipt: self.receipt.clone(),
            note: self.note.clone(),
            validity: self.validity.clone().or(until),
            from_expiry: self.from_expiry,
        })
    }

    /// What `--paid` says.
    fn price(&self, plan: &Plan<'_>, on: NaiveDate) -> Result<Option<Price>, CliError> {
        match &self.paid {
            None => Ok(None),
            Some(Some(text)) => {
                let price = Price::parse_for(text, plan.currency_of(self.way, on));
                price.map(Some).map_err(|error| {
                    let message = format!("`--paid`: {}", error.message);
                    CliError::usage(message).maybe_hint(error.hint)
                })
            }
            Some(None) => match plan.price_of(self.way, on) {
                Some(price) if price.has_too_many_decimals() => {
                    Err(price.too_many_decimals().into())
                }
                Some(price) => Ok(Some(price)),
                None => {
                    let message = format!("{} has no price", quoted(&plan.id));
                    let hint = "say what it cost: `--paid \"49 NOK\"`";
                    Err(CliError::usage(message).hint(hint))
                }
            },
        }
    }
}

fn way(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "the number of a way was expected, from 1".to_owned())
}

/// A price is read when the plan is known. A text that cannot be one is probably meant as the plan or
/// its file.
fn paid(text: &str) -> Result<String, String> {
    match Price::is_like(text) {
        true => Ok(text.to_owned()),
        false => {
            let error = sentence(not_a_price(text, None));
            Err(format!(
                "{error}; without a price, write `--paid` last or before another option"
            ))
        }
    }
}

fn new_validity(text: &str) -> Result<NewValidity, String> {
    let period = Period::parse(text).map_err(sentence)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    Ok(NewValidity::For(period, words.join(" ")))
}
