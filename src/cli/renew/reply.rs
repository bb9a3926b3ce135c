//! `weekahead reply`: a comment on a ticket is recorded as a renewal, and answered.
//!
//! The text of the ticket and of the comment comes from environment variables, because a workflow
//! must not put text of others into a command. Options name these variables. No other variable is
//! read.

use std::env::{self, VarError};
use std::path::PathBuf;

use clap::Args;

use crate::agenda::ticket::{find_marker, marker};
use crate::cli::clock::TodayOption;
use crate::cli::error::{CliError, require_all, require_one};
use crate::cli::exit_status::ExitStatus;
use crate::cli::parallel::in_parallel;
use crate::cli::plans_files::{self, DEFAULT_PLANS, OpenPlans};
use crate::cli::renew::change::PlannedChange;
use crate::cli::renew::comment::Comment;
use crate::cli::renew::committing::{self, CommitRequest};
use crate::cli::renew::known_ids;
use crate::cli::renew::open::{self, OpenFile};
use crate::cli::terminal::Terminal;
use crate::document::edit::Renewal;
use crate::files::source::Source;
use crate::text::markdown::{code_block, inline};
use crate::text::value_error::quoted;

/// Record the renewal that a comment on a ticket reports, and print the answer
///
/// The first line of the comment is `/renewed [DATE] [--way N] [PRICE] [note]`, with DATE, N and
/// PRICE written as for `renew`. The command reads the texts from environment variables; the
/// options give the names of these variables. It prints the answer as Markdown, also when it
/// refuses the renewal.
#[derive(Debug, Args)]
#[command(
    hide = true,
    after_help = "Example:\n  weekahead reply --ticket-env TICKET --comment-env COMMENT --commit"
)]
pub(crate) struct Reply {
    /// The plans file, or a directory of them
    #[arg(value_name = "PLANS", default_value = DEFAULT_PLANS)]
    plans: PathBuf,
    /// The environment variable with the body of a ticket from `list --tickets`
    #[arg(long, value_name = "NAME", required_unless_present = "plan_env")]
    ticket_env: Option<String>,
    /// The environment variable with the plan's id or name
    #[arg(long, value_name = "NAME", conflicts_with = "ticket_env")]
    plan_env: Option<String>,
    /// The environment variable with the comment
    #[arg(long, value_name = "NAME")]
    comment_env: String,
    /// Commit the plans file with git, or record nothing
    #[arg(long)]
    commit: bool,
    #[command(flatten)]
    today: TodayOption,
}

/// What says which plan is meant.
enum Subject {
    Ticket(String),
    Plan(String),
}

/// Runs the command.
pub(crate) fn run(arguments: &Reply, terminal: &mut Terminal) -> Result<(), CliError> {
    match arguments.record(terminal) {
        Ok(lines) => {
            let lines = lines.iter().map(|line| format!("- {}\n", inline(line)));
            let answer = format!("Recorded:\n\n{}", lines.collect::<String>());
            terminal.output(answer.as_bytes())
        }
        Err(error) => {
            let answer = format!("Not recorded:\n\n{}", code_block(&error.to_string()));
            match terminal.output(answer.as_bytes()) {
                Ok(()) => Err(error),
                Err(unsaid) => Err(error.and(unsaid)),
            }
        }
    }
}

impl Reply {
    /// Records the renewal, and returns what it means, a line each.
    fn record(&self, terminal: &mut Terminal) -> Result<Vec<String>, CliError> {
        let text = variable(&self.comment_env)?;
        let comment = Comment::parse(&text)?;
        let subject = self.subject()?;
        let source = find_file(&self.plans, &subject)?;
        let file = OpenFile::lock(&source, |waiting| terminal.say(waiting))?;
        let plans = require_one(OpenPlans::new(&source, file.bytes(), false))?;
        let today = self.today.today(plans.settings())?;
        let index = subject.find_plan(&plans)?;

        let plan = &plans.list().plans[index];
        let on = comment.on.date(today);
        let (paid, note) = comment.price_and_note(plan.currency_of(comment.way, on))?;
        let renewal = Renewal {
            on,
            paid,
            way: comment.way,
            receipt: None,
            note,
            validity: None,
            from_expiry: false,
        };
        let change = PlannedChange::new(&plans, index, renewal, today, false)?;
        // A file that cannot be committed is left as it is: nobody would see the change.
        let ready = match self.commit {
            true => Some(committing::check(&source, file.bytes(), None)?),
            false => None,
        };
        file.replace(&change.edit.text)?;
        if let Some(ready) = ready {
            let request = CommitRequest {
                ready: Ok(ready),
                message: change.commit_message(),
            };
            request.commit(&file.edited(&change.edit.text), Vec::new, terminal)?;
        }
        Ok(change.lines())
    }

    fn subject(&self) -> Result<Subject, CliError> {
        match (&self.ticket_env, &self.plan_env) {
            (Some(name), _) => match find_marker(&variable(name)?) {
                Some(marker) => Ok(Subject::Ticket(marker.to_owned())),
                None => Err(CliError::usage(
                    "this ticket has no marker of weekahead on its first line",
                )),
            },
            (None, Some(name)) => Ok(Subject::Plan(variable(name)?.trim().to_owned())),
            (None, None) => Err(CliError::usage(
                "neither `--ticket-env` nor `--plan-env` was given",
            )),
        }
    }
}

impl Subject {
    fn find_plan(&self, plans: &OpenPlans<'_>) -> Result<usize, CliError> {
        match self {
            Self::Plan(wanted) => known_ids::find_plan(plans.list(), wanted, &plans.source.name()),
            Self::Ticket(marker) => find_by_marker(plans, marker).ok_or_else(no_such_plan),
        }
    }
}

/// The file that has the plan.
fn find_file(argument: &PathBuf, subject: &Subject) -> Result<Source, CliError> {
    let marker = match subject {
        Subject::Plan(wanted) => return open::find_file(argument, wanted, false, false),
        Subject::Ticket(marker) => marker,
    };
    let sources = plans_files::find(std::slice::from_ref(argument))?;
    let results = in_parallel(&sources, |source| {
        let loaded = source.load()?;
        let plans = OpenPlans::new(source, &loaded.bytes, false)?;
        Ok(find_by_marker(&plans, marker).is_some())
    });
    let has_plan = require_all(results)?;
    let mut found = sources
        .into_iter()
        .zip(has_plan)
        .filter(|(_, has_plan)| *has_plan);
    match (found.next(), found.next()) {
        (Some((source, _)), None) => Ok(source),
        (Some((first, _)), Some((second, _))) => {
            let (first, second) = (quoted(&first.name()), quoted(&second.name()));
            let message = format!("both {first} and {second} have the plan of this ticket");
            Err(CliError::usage(message).hint("give each list its own `calendar.id`"))
        }
        (None, _) => Err(no_such_plan()),
    }
}

fn find_by_marker(plans: &OpenPlans<'_>, wanted: &str) -> Option<usize> {
    let (list, name) = (plans.list(), plans.calendar_name());
    let mut plans = list.plans.iter();
    plans.position(|plan| marker(plan, list, name) == wanted)
}

fn no_such_plan() -> CliError {
    CliError::usage("the plan of this ticket is not in the list").hint(
        "it was removed, or its `id`, the list's `calendar.id` or the list's name has changed",
    )
}

/// The text of a variable of the environment.
fn variable(name: &str) -> Result<String, CliError> {
    env::var(name).map_err(|error| {
        let name = quoted(name);
        CliError::new(
            ExitStatus::Usage,
            match error {
                VarError::NotPresent => format!("the variable {name} is not set"),
                VarError::NotUnicode(_) => format!("the variable {name} is not UTF-8"),
            },
        )
    })
}
