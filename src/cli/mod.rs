//! Arguments, standard streams, exit codes and the one `now()`.

mod args;
mod build;
mod check;
mod completions;
mod feeds;
mod files;
mod import;
mod init;
mod keys;
mod list;
mod man;
#[cfg(feature = "serve")]
mod parse;
mod publish;
mod questions;
mod renew;
mod revisions;
#[cfg(feature = "schema")]
mod schema;
#[cfg(feature = "serve")]
mod serve;
#[cfg(feature = "serve")]
mod signals;
mod terminal;
mod url;

use std::process::ExitCode;

use chrono::{DateTime, Local, NaiveDate, NaiveTime, TimeZone as _, Utc};
use clap::Parser as _;

use crate::plan::Settings;
use crate::time::clock::Clock;
use args::{Arguments, Command};
use terminal::Terminal;

/// How a command ended. One exhaustive match turns it into an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ExitStatus {
    /// Done.
    Done,
    /// Problems in the plans.
    Problems,
    /// Wrong usage.
    Usage,
    /// The machine refused.
    Refused,
    /// Something is due, and that was asked for.
    Due,
}

impl From<ExitStatus> for ExitCode {
    fn from(outcome: ExitStatus) -> Self {
        Self::from(match outcome {
            ExitStatus::Done => 0,
            ExitStatus::Problems => 1,
            ExitStatus::Usage => 2,
            ExitStatus::Refused => 3,
            ExitStatus::Due => 4,
        })
    }
}

/// Runs the command that the arguments name.
pub(crate) fn run() -> ExitCode {
    let mut terminal = Terminal::new();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let asked_for = !error.use_stderr();
            return match (terminal.help(&error), asked_for) {
                (Ok(()), true) => ExitStatus::Done,
                (Ok(()), false) => ExitStatus::Usage,
                (Err(outcome), _) => outcome,
            }
            .into();
        }
    };
    let outcome = match arguments.command {
        Command::Build(build) => build::run(&build.into(), &mut terminal),
        Command::Check(check) => check::run(&check.into(), &mut terminal),
        Command::Completions(completions) => completions::run(&completions.into(), &mut terminal),
        Command::Import(import) => import::run(&import.into(), &mut terminal),
        Command::Init(init) => init::run(&init.into(), &mut terminal),
        Command::List(list) => list::run(&list.into(), &mut terminal),
        Command::Publish(publish) => publish::run(&(*publish).into(), &mut terminal),
        Command::Renew(renew) => renew::run(&renew.into(), &mut terminal),
        Command::Man(man) => man::run(&man.into(), &mut terminal),
        Command::Url(url) => url::run(&url.into(), &mut terminal),
        #[cfg(not(feature = "schema"))]
        Command::Schema(_) => absent("schema", &mut terminal),
        #[cfg(feature = "schema")]
        Command::Schema(_) => schema::run(&mut terminal),
        #[cfg(not(feature = "serve"))]
        Command::Serve(_) => absent("serve", &mut terminal),
        #[cfg(feature = "serve")]
        Command::Serve(serve) => serve::run((*serve).into(), &mut terminal),
    };
    match outcome {
        Ok(()) => ExitStatus::Done,
        Err(outcome) => outcome,
    }
    .into()
}

/// A command of a feature that this build has not.
#[cfg(not(all(feature = "schema", feature = "serve")))]
fn absent(feature: &str, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    terminal.error(
        &format!("this weekahead was built without the feature `{feature}`"),
        Some("build it with `cargo install --path .`"),
    );
    Err(ExitStatus::Usage)
}

/// The one clock; `today` is the option's, if it has one.
fn clock(today: Option<NaiveDate>) -> Clock {
    let local = |time: DateTime<Utc>| time.with_timezone(&Local).naive_local();
    let midnight = |day: NaiveDate| {
        let naive = day.and_time(NaiveTime::MIN);
        let time = Local.from_local_datetime(&naive).earliest();
        time.map_or(naive.and_utc(), |time| time.with_timezone(&Utc))
    };
    Clock::new(Utc::now, local, midnight, today)
}

/// Which day it is: the option's, else now in the calendar's time zone, else now here.
fn today(option: Option<NaiveDate>, settings: &Settings<'_>) -> NaiveDate {
    clock(option).today(settings.timezone)
}
