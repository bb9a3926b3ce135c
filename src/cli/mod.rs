//! The commands: arguments, standard streams, exit codes, and the current time.
//!
//! Each command has a file or a folder with its arguments and its `run`. A command returns a
//! [`CliError`] if it fails, and only [`run`] prints it. The functions that a command calls print
//! nothing but progress.

#[cfg(not(all(feature = "fetch", feature = "schema", feature = "serve")))]
mod absent;
mod add;
mod build;
mod check;
mod clock;
mod completions;
mod error;
mod exit_status;
mod import;
mod init;
mod key;
mod list;
mod machine_zone;
mod man;
mod parallel;
mod plans_files;
mod prompt;
mod publish;
mod renew;
mod revisions;
#[cfg(feature = "schema")]
mod schema;
#[cfg(feature = "serve")]
mod serve;
mod terminal;
mod url;
mod values;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use error::CliError;
use exit_status::ExitStatus;
use terminal::Terminal;

/// Turn a list of plans that run out into a calendar that warns a week ahead
#[derive(Debug, Parser)]
#[command(name = "weekahead", version, max_term_width = 80, after_help = AFTER_HELP)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Exit codes:
  0  done
  1  the plans have problems
  2  the command was used wrongly
  3  a file, a disk, a port or the network failed
  4  a plan is due (list --exit-code)

Example:
  weekahead init                  write plans.yaml with one example plan
  weekahead add                   add a plan by answering questions
  weekahead check                 report problems in plans.yaml
  weekahead list                  show what is due
  weekahead build -o plans.ics    write the calendar";

/// The commands, in the order in which a user meets them.
#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Init),
    Add(Box<add::Add>),
    Check(check::Check),
    List(list::List),
    Renew(renew::Renew),
    Reply(renew::reply::Reply),
    Build(build::Build),
    #[cfg(feature = "serve")]
    Serve(Box<serve::Serve>),
    /// Serve feeds and pages over HTTP (not in this build)
    #[cfg(not(feature = "serve"))]
    Serve(absent::Absent),
    Url(url::Url),
    Publish(Box<publish::Publish>),
    Import(import::Import),
    #[cfg(feature = "schema")]
    Schema(schema::Schema),
    /// Print the JSON Schema of the plans file (not in this build)
    #[cfg(not(feature = "schema"))]
    Schema(absent::Absent),
    Completions(completions::Completions),
    Man(man::Man),
}

/// Runs the command that the arguments name, and prints why it failed.
pub(crate) fn run() -> ExitCode {
    let mut terminal = Terminal::new();
    let result = match Arguments::try_parse() {
        Ok(arguments) => run_command(arguments.command, &mut terminal),
        Err(error) => show_usage(&error, &mut terminal),
    };
    let status = match result {
        Ok(()) => ExitStatus::Done,
        Err(error) => {
            terminal.show(&error.to_string());
            error.exit()
        }
    };
    status.into()
}

fn run_command(command: Command, terminal: &mut Terminal) -> Result<(), CliError> {
    match command {
        Command::Init(arguments) => init::run(&arguments, terminal),
        Command::Add(arguments) => add::run(&arguments, terminal),
        Command::Check(arguments) => check::run(&arguments, terminal),
        Command::List(arguments) => list::run(arguments, terminal),
        Command::Renew(arguments) => renew::run(&arguments, terminal),
        Command::Reply(arguments) => renew::reply::run(&arguments, terminal),
        Command::Build(arguments) => build::run(&arguments, terminal),
        #[cfg(feature = "serve")]
        Command::Serve(arguments) => serve::run(*arguments, terminal),
        #[cfg(not(feature = "serve"))]
        Command::Serve(_) => absent::run("serve"),
        Command::Url(arguments) => url::run(&arguments, terminal),
        Command::Publish(arguments) => publish::run(&arguments, terminal),
        Command::Import(arguments) => import::run(&arguments, terminal),
        #[cfg(feature = "schema")]
        Command::Schema(_) => schema::run(terminal),
        #[cfg(not(feature = "schema"))]
        Command::Schema(_) => absent::run("schema"),
        Command::Completions(arguments) => {
            completions::run(&arguments, Arguments::command(), terminal)
        }
        Command::Man(arguments) => man::run(&arguments, Arguments::command(), terminal),
    }
}

/// Shows what clap answers: help and the version on standard output; what is wrong with the
/// arguments is an error.
fn show_usage(answer: &clap::Error, terminal: &mut Terminal) -> Result<(), CliError> {
    let text = answer.render();
    if answer.use_stderr() {
        return Err(CliError::drawn(ExitStatus::Usage, text.ansi().to_string()));
    }
    let text = match Terminal::is_output_styled() {
        true => text.ansi().to_string(),
        false => text.to_string(),
    };
    terminal.output(text.as_bytes())
}
