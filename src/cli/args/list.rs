//! `list`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::{day, sentence};
use crate::agenda::Filter;
use crate::cli::list::Options;
use crate::time::period::Period;

/// Show what is due, soonest first; or one plan whole
///
/// Each plans file is a table in its own language. With ID, one plan is shown whole: what the
/// calendar says of it, every warning with its local date and time, its cycles and receipts.
///
/// The first argument is an ID unless it is -, ends in .yaml or .yml, or is a file or directory
/// that is there; --id says that it is one in any case.
///
/// A plan is due when somebody has to act: it has expired (overdue, in grace or past it), or the
/// first warning of its expiry has come, which its longest lead decides. With --within, that time
/// decides instead of the leads. What renews by itself is not due before the expiry that ends
/// that, and what was given up never is.
#[derive(Debug, Args)]
#[command(
    override_usage = "weekahead list [OPTIONS] [PLANS]...\n       weekahead list [OPTIONS] ID [PLANS]..."
)]
#[command(after_long_help = JSON)]
pub(crate) struct List {
    /// Plans files, directories of them (*.yaml and *.yml), or - for standard input [default:
    /// plans.yaml]; the first may be the ID of a plan
    #[arg(value_name = "PLANS", hide_default_value = true)]
    arguments: Vec<PathBuf>,
    /// The plan that is shown whole, even where a file has its name
    #[arg(long, value_name = "ID", conflicts_with_all = ["tag", "overdue", "due"])]
    id: Option<String>,
    /// Only what has expired or comes within a time: 30d, 2 weeks, 3 months
    #[arg(long, value_name = "TIME", value_parser = period)]
    within: Option<Period>,
    /// Only plans with this tag; again for plans with another
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Only what has expired: overdue, in grace or past it
    #[arg(long)]
    overdue: bool,
    /// Only what is due
    #[arg(long)]
    due: bool,
    /// Print JSON for programs; --help describes it
    #[arg(long)]
    json: bool,
    /// Exit with 4 when a plan that is listed is due
    #[arg(long)]
    exit_code: bool,
    /// Use this date as today, as in 2026-10-05
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<NaiveDate>,
}

const JSON: &str = "\
JSON: an array of files, each with
  path, name, language, timezone (null: the machine's), today, plans, totals
  totals    of a year, by currency: currency, amount, renewals

A plan has
  id, name, path, provider, number (as calendar.numbers allows), tags
  state     working | automatic | grace | overdue | lost (past its grace) | ending (it is given up
            on a day to come) | ended
  due       whether somebody has to act
  expires   the last day on which it works, null where it renews by itself without end
  days_left to that day; negative after it
  grace_end, grace_days_left  the last day to recover it
  renews    the next day on which it renews by itself
  renewed, ended              the last renewal; the day on which it is given up
  last_warning, next_warning  up to today; after today (an expiry is no warning)
  price     {amount, currency}
  renewal   the ways: method, action, url, app, dial, sms {to, text}, call, steps, until
With ID it also has
  warnings  all of them, and the days that they warn of
  cycles    from, to, kind (recorded | renewed | unknown | automatic | today), paid, receipt, note

A warning is {date, event, rings, title}: event tells whether it is seen all day, rings is when its
alarm rings in the calendar's time zone (RFC 3339), null where none does. Days are ISO 8601, amounts
are text and exact, and what there is not is null. New fields may come; these stay.

Exit codes: 0 done, 1 problems in the plans (the other files are listed), 2 wrong usage, 3 the
machine refused, 4 something is due and all files were read (--exit-code).";

fn period(text: &str) -> Result<Period, String> {
    Period::parse(text).map_err(sentence)
}

impl From<List> for Options {
    fn from(list: List) -> Self {
        Self {
            arguments: list.arguments,
            id: list.id,
            wanted: Filter {
                within: list.within,
                tags: list.tag,
                overdue: list.overdue,
                due: list.due,
            },
            json: list.json,
            exit_code: list.exit_code,
            today: list.today,
        }
    }
}
