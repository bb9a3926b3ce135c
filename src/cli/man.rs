//! `weekahead man`: the manual, made from the same words as `--help`.

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::builder::Resettable;
use clap::{Args, Command};
use clap_mangen::Man as Page;

use crate::cli::error::CliError;
use crate::cli::terminal::Terminal;
use crate::files::io_error::reason;
use crate::files::output::FileTransaction;

/// Print the manual page, or write the pages of all commands
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  weekahead man | man -l -")]
pub(crate) struct Man {
    /// Write weekahead.1 and a page for each command into this directory, which is created if
    /// needed
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
}

/// Runs the command. `program` has all commands and options.
pub(crate) fn run(
    arguments: &Man,
    program: Command,
    terminal: &mut Terminal,
) -> Result<(), CliError> {
    // The names of columns in other languages are for the terminal: groff knows no Chinese.
    let without_names = |import: Command| import.after_long_help(Resettable::Reset);
    let mut program = program.mut_subcommand("import", without_names);
    program.build();
    match &arguments.directory {
        Some(directory) => write_pages(&program, directory),
        None => terminal.output(&page(&program)?),
    }
}

fn write_pages(program: &Command, directory: &Path) -> Result<(), CliError> {
    fs::create_dir_all(directory).map_err(|error| cannot_write(directory, &error))?;
    let transaction = FileTransaction::default();
    let commands = program
        .get_subcommands()
        .filter(|command| command.get_name() != "help" && !command.is_hide_set());
    for command in commands.chain([program]) {
        let name = command
            .get_display_name()
            .unwrap_or_else(|| command.get_name());
        transaction.stage(&directory.join(format!("{name}.1")), page(command)?)?;
    }
    transaction.commit()?;
    Ok(())
}

fn page(command: &Command) -> Result<Vec<u8>, CliError> {
    let mut page = Vec::new();
    match Page::new(command.clone()).render(&mut page) {
        Ok(()) => Ok(page),
        Err(error) => Err(cannot_write(Path::new("page"), &error)),
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> CliError {
    let (name, reason) = (path.display(), reason(error));
    CliError::refused(format!("cannot write `{name}`: {reason}"))
}
