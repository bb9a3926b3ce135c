//! `weekahead import`: a calendar or a table becomes a plans file.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::cli::clock::TodayOption;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::terminal::Terminal;
use crate::document::report::{Reporter, Severity};
use crate::files::io_error::IoError;
use crate::files::output::{self, FileTransaction, Identity};
use crate::files::source::Source;
use crate::import::{DateOrder, ImportError, ImportOptions, Imported, column_help, import};
use crate::plan::value::price::Price;
use crate::text::plural::pluralize;
use crate::text::shell;

/// What a feed of ours does not hold of its plans.
const NOT_IN_A_FEED: &str = "a feed holds only names, dates, `remind` in days and one link. Add \
                             by hand what else the plans had: `id`, `provider`, `number`, \
                             `price`, the ways to renew with their `until`, `check`, `support`, \
                             how to cancel, `terms`, `workdays`, `remind` in months, `tags`, \
                             `notes`, `history`, a `grace` that `ended` cut short, and \
                             `renewed`, `validity` and `extends` of plans that are renewed by \
                             hand. Subscribers will see new events";

const EXAMPLE: &str = "Example:\n  weekahead import calendar.ics -o plans.yaml";

/// Make a plans file from a calendar (.ics) or a table (.csv)
///
/// The command lists everything that it cannot import, with its line, on standard error. A feed of
/// weekahead gives back names, dates, `remind` and links. A table needs a header with column names
/// such as name, expires and price; --help lists them all. The JSON export of Wallos is read too.
/// Of an event that repeats, the next date is used.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE, after_long_help = format!("{}\n{EXAMPLE}", column_help()))]
pub(crate) struct Import {
    /// The calendar or the table, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write the plans file to this path; - is standard output, the default
    #[arg(short, long, value_name = "FILE|-")]
    output: Option<PathBuf>,
    /// Replace a file that exists
    #[arg(long, requires = "output")]
    force: bool,
    /// The order of dates such as 03/04/2027, if no row of the column shows it
    #[arg(long, value_name = "ORDER", value_parser = order_parser())]
    dates: Option<DateOrder>,
    /// The currency of prices without one, and of ambiguous signs such as $ and kr
    #[arg(long, value_name = "CODE", value_parser = currency)]
    currency: Option<String>,
    /// Also import events that are more than four weeks past
    #[arg(long)]
    past: bool,
    #[command(flatten)]
    today: TodayOption,
}

/// Reads the value of `--dates`.
fn order_parser() -> impl TypedValueParser<Value = DateOrder> {
    PossibleValuesParser::new(["dmy", "mdy", "ymd"]).map(|name| match name.as_str() {
        "dmy" => DateOrder::Dmy,
        "mdy" => DateOrder::Mdy,
        _ => DateOrder::Ymd,
    })
}

fn currency(code: &str) -> Result<String, String> {
    let code = code.to_ascii_uppercase();
    match Price::parse(&format!("1 {code}")) {
        Ok(_) => Ok(code),
        Err(_) => Err("a currency code of ISO 4217 was expected, as in CNY".to_owned()),
    }
}

/// Runs the command.
pub(crate) fn run(arguments: &Import, terminal: &mut Terminal) -> Result<(), CliError> {
    let output = arguments.output.as_deref();
    let output = output.filter(|path| path.as_os_str() != "-");
    refuse_address(&arguments.file)?;
    if let Some(output) = output {
        refuse_existing(output, arguments.force)?;
        refuse_input(output, &arguments.file)?;
    }
    let is_standard_input = arguments.file.as_os_str() == "-";
    let source = Source {
        path: (!is_standard_input).then(|| arguments.file.clone()),
    };
    let name = source.name();
    let loaded = source.load()?;
    let from = match arguments.file.file_name() {
        Some(file) if !is_standard_input => file.to_string_lossy().into_owned(),
        _ => "standard input".to_owned(),
    };
    let options = ImportOptions {
        dates: arguments.dates,
        currency: arguments.currency.clone(),
        keeps_past: arguments.past,
        ..ImportOptions::on(arguments.today.today_in(None)?)
    };
    let imported = import(&loaded.bytes, &from, &options)
        .map_err(|error| import_error(error, &name, terminal.is_styled()))?;
    for line in omissions(&imported, &name) {
        terminal.say(&line);
    }
    let Some(text) = &imported.plans_file else {
        return Err(no_plans(&imported, &name));
    };
    match output {
        None => terminal.output(text.as_bytes())?,
        Some(output) => write(output, text, arguments.force)?,
    }
    if imported.is_own_feed {
        // This is no omission of a line: the feed does not show whether the plans had any of it.
        terminal.say(&format!("note: {name}: {NOT_IN_A_FEED}"));
    }
    terminal.say(&summary(&imported, output));
    match imported.is_plan_lost {
        true => Err(CliError::silent(ExitStatus::Problems)),
        false => Ok(()),
    }
}

/// Refuses a web address, with the commands that import it.
fn refuse_address(file: &Path) -> Result<(), CliError> {
    let text = file.to_string_lossy();
    let lower = text.to_ascii_lowercase();
    let schemes = ["https://", "http://", "webcal://", "webcals://"];
    let Some(scheme) = schemes.iter().find(|scheme| lower.starts_with(*scheme)) else {
        return Ok(());
    };
    let rest = text.get(scheme.len()..).unwrap_or_default();
    let scheme = if *scheme == "http://" {
        "http"
    } else {
        "https"
    };
    let address = shell::word(&format!("{scheme}://{rest}"));
    let hint = format!(
        "download it first: `curl -fLo calendar.ics {address}`, then `weekahead import calendar.ics`"
    );
    Err(CliError::usage("`import` reads a file, and this is a web address").hint(hint))
}

/// Refuses to write over a file, unless that was asked for.
fn refuse_existing(output: &Path, force: bool) -> Result<(), CliError> {
    let there = output.symlink_metadata();
    if force || there.map_or(true, |there| is_device(&there)) {
        return Ok(());
    }
    let message = format!("`{}` exists already", output.display());
    Err(CliError::refused(message).hint(
        "write to another file, or replace this one with \
                                         `--force`",
    ))
}

/// Refuses to write the plans over what they are made from.
fn refuse_input(output: &Path, file: &Path) -> Result<(), CliError> {
    let input = match file.as_os_str() == "-" {
        true => Path::new("/dev/stdin"),
        false => file,
    };
    let Some(output) = Identity::of(output) else {
        return Ok(());
    };
    if Identity::of(input) != Some(output) {
        return Ok(());
    }
    let message = format!("the output `{}` is also the input", file.display());
    Err(CliError::usage(message).hint("write the plans to another file, as in `-o plans.yaml`"))
}

fn import_error(error: ImportError, name: &str, styled: bool) -> CliError {
    match error {
        ImportError::Unusable(what, hint) => {
            CliError::problems(format!("{name}: {what}")).maybe_hint(hint)
        }
        ImportError::PlansFile => {
            let hint = match name == "<stdin>" {
                true => "look at it with `weekahead check -`".to_owned(),
                false => format!("look at it with `weekahead check {}`", shell::operand(name)),
            };
            CliError::problems(format!("{name}: the file is a plans file already")).hint(hint)
        }
        ImportError::InvalidResult(problems, text) => {
            let reporter = Reporter::new("the plans file", text.as_bytes(), styled);
            let listed = problems.list().iter();
            let drawn = listed.map(|problem| reporter.draw(problem, Severity::Error));
            let count = pluralize(problems.count(), "problem");
            let message =
                format!("{name}: the plans file made from it has {count}; nothing was written");
            CliError::drawn(ExitStatus::Problems, drawn.collect()).and(
                CliError::problems(message)
                    .hint("this is a fault of weekahead: please report it with the lines above"),
            )
        }
    }
}

/// Everything that could not be carried, a line each.
fn omissions(imported: &Imported, name: &str) -> Vec<String> {
    let mut lines = Vec::with_capacity(imported.omissions.len() + 1);
    for omission in &imported.omissions {
        let level = if omission.is_plan_lost {
            "error"
        } else {
            "warning"
        };
        let place = match omission.line {
            0 => name.to_owned(),
            line => format!("{name}:{line}"),
        };
        let (subject, what) = (&omission.subject, &omission.what);
        lines.push(format!("{level}: {place}: {subject}: {what}"));
    }
    if imported.omissions_not_listed > 0 {
        lines.push(format!(
            "{name}: {} more are not shown",
            imported.omissions_not_listed
        ));
    }
    lines
}

fn no_plans(imported: &Imported, name: &str) -> CliError {
    let kind = if imported.is_calendar {
        "none of its events and to-dos can become a plan"
    } else {
        "none of its rows can become a plan"
    };
    CliError::problems(format!("{name}: {kind}; nothing was written"))
}

fn write(output: &Path, text: &str, force: bool) -> Result<(), IoError> {
    let there = output.symlink_metadata();
    if force || there.is_ok_and(|there| is_device(&there)) {
        let transaction = FileTransaction::default();
        transaction.stage(output, text.as_bytes().to_vec())?;
        transaction.commit()
    } else {
        // Another process may have written the file since it was looked for.
        output::create(output, text.as_bytes())
    }
}

fn summary(imported: &Imported, output: Option<&Path>) -> String {
    let name = match output {
        Some(output) => output.display().to_string(),
        None => "the plans file".to_owned(),
    };
    let plans = pluralize(imported.plans, "plan");
    match imported.omissions.len() + imported.omissions_not_listed {
        0 => format!("{name}: {plans}"),
        1 => format!("{name}: {plans}; 1 thing could not be imported unchanged"),
        many => format!("{name}: {plans}; {many} things could not be imported unchanged"),
    }
}

/// Whether a file is written to and stays, as a device or a pipe does.
fn is_device(there: &Metadata) -> bool {
    !there.is_file() && !there.is_dir() && !there.is_symlink()
}
