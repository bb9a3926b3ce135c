//! `weekahead list`: what is due, soonest first; or one plan in full.

mod json;
mod selection;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use crate::agenda::table::{self, Screen, Title};
use crate::agenda::ticket::Ticket;
use crate::agenda::{Agenda, AgendaItem, Filter};
use crate::cli::clock::TodayOption;
use crate::cli::error::{CliError, report_failures};
use crate::cli::exit_status::ExitStatus;
use crate::cli::parallel::in_parallel;
use crate::cli::plans_files::{OpenPlans, find_usable, warn_of_unread};
use crate::cli::terminal::Terminal;
use crate::cli::values::sentence;
use crate::files::failure::Failure;
use crate::files::source::Source;
use crate::time::clock::Clock;
use crate::time::period::Period;
use json::{FileReport, TicketReport};
use selection::{Known, Selection};

/// Show what is due, soonest first, or one plan in full
///
/// Each plans file becomes a table in the list's own language. With an ID, the command shows one
/// plan in full: the text of its events, every warning with its local date and time, its cycles and
/// receipts.
///
/// The first argument is an ID, unless it is -, ends in .yaml or .yml, or is the path of a file or
/// directory that exists. The value of --id is always an ID.
///
/// A plan is due when somebody has to act: it has expired, or the day of its first warning has
/// come. The longest `remind` time decides which day that is. A plan that renews by itself is due
/// in two cases: from the first warning before its last day to cancel until that day, and from the
/// first warning before the expiry after its `until`. A plan that has ended is never due.
#[derive(Debug, Args)]
#[command(
    override_usage = "weekahead list [OPTIONS] [PLANS]...\n       weekahead list [OPTIONS] ID [PLANS]..."
)]
#[command(after_help = EXAMPLE, after_long_help = format!("{JSON}\n\n{EXAMPLE}"))]
pub(crate) struct List {
    /// Plans files, directories of them (*.yaml and *.yml), or - for standard input; the first
    /// argument may be the ID of a plan [default: plans.yaml]
    #[arg(value_name = "PLANS", hide_default_value = true)]
    arguments: Vec<PathBuf>,
    /// Show the plan with this ID in full, even if a file has that name
    #[arg(long, value_name = "ID", conflicts_with_all = ["within", "tag", "overdue", "due"])]
    id: Option<String>,
    /// Show only plans that have expired or have a date within this time, as in 30d, 2 weeks, 3
    /// months
    #[arg(long, value_name = "TIME", value_parser = period)]
    within: Option<Period>,
    /// Show only plans with this tag; repeat it to add plans with another tag
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Show only plans that have expired: overdue, in grace or past it
    #[arg(long)]
    overdue: bool,
    /// Show only plans that are due
    #[arg(long)]
    due: bool,
    /// Print JSON for programs; --help describes it
    #[arg(long)]
    json: bool,
    /// Print JSON for a workflow that keeps a ticket for each plan: an array with `marker`, `title`
    /// and `body` (Markdown). --help describes it
    #[arg(long, conflicts_with_all = ["json"])]
    tickets: bool,
    /// Exit with code 4 if a listed plan is due
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    today: TodayOption,
}

const EXAMPLE: &str = "\
Example:
  weekahead list --within 30d";

const JSON: &str = "\
JSON: an array of files, each with
  path, name, language, timezone (null: the machine's), today, plans, totals
  totals     the cost of a year: currency, amount and renewals of each currency

A plan has
  id, name, path, provider, number (as calendar.numbers allows), tags
  state      working | automatic | grace | overdue | lost (past its grace) |
             cancel (it renews by itself unless you cancel it first) |
             ending (it ends on a day in the future) | ended
  status     the state as a sentence with days, in the list's language
  due        true if somebody has to act
  expires    the last day on which it works; null if it renews by itself
             without end
  days_left  days from today to `expires`; negative after it
  grace_end, grace_days_left
             the last day to recover it
  renews     the next day on which it renews by itself
  renewed    the last renewal
  ended      the day on which it ends
  cancel_by  the last day to cancel before it next renews by itself
  last_warning, next_warning
             the last one up to today, the next one after today; an expiry is
             not a warning
  price      {amount, currency}
  renewal    the ways: method, price, validity (ISO 8601), action, url, app,
             dial, sms {to, text}, call, steps, until
  terms      {url, checked}: the page with its rules, and when it was read
With ID it also has
  warnings   all warnings, and the days of which they warn
  cycles     from, to, kind (recorded | renewed | unknown | automatic | today),
             paid, receipt, note

A warning is {date, event, rings, title}: event is true if an all-day event
shows it; rings is the time of its alarm in the calendar's time zone (RFC 3339),
or null without an alarm. Days are ISO 8601. Amounts are exact and written as
text. A value that does not exist is null. New fields may be added; these stay.

Tickets (--tickets): an array of the listed plans of all files, each with
  marker     a hash of the list's id or name and of the plan's id, to find the
             ticket again
  title      plain text
  body       Markdown; its first line is <!-- weekahead MARKER -->

Exit codes: 0 done, 1 problems in the plans (the other files are listed),
2 wrong usage, 3 a file or a disk failed, 4 a plan is due and all files were
read (--exit-code).";

/// Runs the command.
pub(crate) fn run(arguments: List, terminal: &mut Terminal) -> Result<(), CliError> {
    let filter = Filter {
        within: arguments.within,
        tags: arguments.tag,
        overdue: arguments.overdue,
        due: arguments.due,
    };
    let selection = Selection::new(&arguments.arguments, arguments.id.as_deref(), &filter)?;
    warn_of_unread(&selection.plans, terminal);
    let (sources, mut errors) = find_usable(&selection.plans);
    let lister = Lister {
        filter: &filter,
        id: selection.id.as_deref(),
        form: match (arguments.json, arguments.tickets) {
            (true, _) => Form::Json,
            (_, true) => Form::Tickets,
            _ => Form::Text,
        },
        today: &arguments.today,
        clock: arguments.today.clock(),
        screen: Screen {
            width: Terminal::width(),
            styled: Terminal::is_output_styled(),
        },
        styled: terminal.is_styled(),
    };
    let results = in_parallel(&sources, |source| lister.list_file(source));
    let (listed, failures) = report_failures(results);
    errors.add_result(failures.into_result());
    let is_due = listed.iter().any(|file| file.is_due);
    let mut text = String::new();
    let mut reports = Vec::new();
    let mut tickets = Vec::new();
    let mut known = Known::default();
    for file in listed {
        known.add(file.known);
        match file.report {
            Some(Report::Text(table)) => {
                text += if text.is_empty() { "" } else { "\n" };
                text += &table;
            }
            Some(Report::Json(report)) => reports.push(report),
            Some(Report::Tickets(of_file)) => tickets.extend(of_file),
            None => {}
        }
    }
    // A file that could not be read may have what was asked for.
    if errors.is_empty() {
        selection.require_found(&filter.tags, &known)?;
    } else if let Some(hint) = selection.id_hint(!sources.is_empty()) {
        errors.note(hint);
    }
    // Strings and numbers always serialize.
    if arguments.json {
        text = serde_json::to_string_pretty(&reports).unwrap_or_default() + "\n";
    } else if arguments.tickets {
        text = serde_json::to_string_pretty(&tickets).unwrap_or_default() + "\n";
    }
    errors.add_result(terminal.output(text.as_bytes()));
    errors.into_result()?;
    match arguments.exit_code && is_due {
        true => Err(CliError::silent(ExitStatus::Due)),
        false => Ok(()),
    }
}

/// What a file has of what was asked for.
struct Listed {
    /// Nothing if the plan is not in the file.
    report: Option<Report>,
    is_due: bool,
    known: Known,
}

enum Report {
    Text(String),
    Json(FileReport),
    Tickets(Vec<TicketReport>),
}

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Json,
    Tickets,
}

struct Lister<'a> {
    filter: &'a Filter,
    id: Option<&'a str>,
    form: Form,
    today: &'a TodayOption,
    /// The clock for the local times of alarms.
    clock: Clock,
    screen: Screen,
    /// Whether problems are drawn in colour.
    styled: bool,
}

impl Lister<'_> {
    fn list_file(&self, source: &Source) -> Result<Listed, Failure> {
        let loaded = source.load()?;
        let plans = OpenPlans::new(source, &loaded.bytes, self.styled)?;
        let path = source.name();
        let title = Title {
            name: plans.calendar_name(),
            path: &path,
            file: source.file_name(),
            language: plans.settings().language,
        };
        let today = self.today.today(plans.settings())?;
        let zone = plans.settings().timezone;
        if let Some(why) = self
            .clock
            .unknown_zone(zone)
            .filter(|_| self.form == Form::Json)
        {
            return Err(Failure::UnknownZone(why.clone()));
        }
        Ok(match self.id {
            Some(id) => self.one_plan(&plans, id, &title, today),
            None => self.all_plans(&plans, &title, today),
        })
    }

    fn all_plans(&self, plans: &OpenPlans<'_>, title: &Title<'_>, today: NaiveDate) -> Listed {
        let list = plans.list();
        let agenda = Agenda::new(list, today, self.filter);
        let report = match self.form {
            Form::Json => Report::Json(FileReport::of_agenda(&agenda, list, title, &self.clock)),
            Form::Text => Report::Text(table::agenda_table(&agenda, title, self.screen)),
            Form::Tickets => {
                let items = agenda.items.iter();
                let tickets = items.map(|item| Ticket::new(item, list, title, today).into());
                Report::Tickets(tickets.collect())
            }
        };
        Listed {
            report: Some(report),
            is_due: agenda.counts.due > 0,
            known: Known::tags_of(list, &self.filter.tags),
        }
    }

    fn one_plan(
        &self,
        plans: &OpenPlans<'_>,
        id: &str,
        title: &Title<'_>,
        today: NaiveDate,
    ) -> Listed {
        let list = plans.list();
        let Some(plan) = list.plans.iter().find(|plan| plan.id == id) else {
            return Listed {
                report: None,
                is_due: false,
                known: Known::ids_of(list),
            };
        };
        let item = AgendaItem::new(plan, list, today);
        let is_due = item.is_due;
        let report = match self.form {
            Form::Json => Report::Json(FileReport::of_plan(&item, list, title, today, &self.clock)),
            Form::Text => Report::Text(table::plan_details(&item, list, title, today, self.screen)),
            Form::Tickets => Report::Tickets(vec![Ticket::new(&item, list, title, today).into()]),
        };
        Listed {
            report: Some(report),
            is_due,
            known: Known::found(),
        }
    }
}

fn period(text: &str) -> Result<Period, String> {
    Period::parse(text).map_err(sentence)
}
