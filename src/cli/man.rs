//! `weekahead man`: the manual, made from the same words as `--help`.

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::ExitStatus;
use crate::cli::args::Arguments;
use crate::cli::terminal::Terminal;
use crate::files::io_error::reason;
use crate::files::output::FileTransaction;

/// What `man` is asked for.
pub(crate) struct Options {
    /// Where all pages go; without it the main one goes to standard output.
    pub(crate) directory: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(options: &Options, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    let mut command = Arguments::command();
    command.build();
    let Some(directory) = &options.directory else {
        let page = page(&command, terminal)?;
        return terminal.output(&page);
    };
    fs::create_dir_all(directory).map_err(|error| refuse(directory, &error, terminal))?;
    let staging = FileTransaction::default();
    let commands = command
        .get_subcommands()
        .filter(|command| command.get_name() != "help");
    for command in commands.chain([&command]) {
        let name = command
            .get_display_name()
            .unwrap_or_else(|| command.get_name());
        let path = directory.join(format!("{name}.1"));
        staging
            .stage(&path, page(command, terminal)?)
            .map_err(|refusal| {
                terminal.error(&refusal.sentence(), None);
                ExitStatus::Refused
            })?;
    }
    staging.commit().map_err(|refusal| {
        terminal.error(&refusal.sentence(), None);
        ExitStatus::Refused
    })
}

fn page(command: &Command, terminal: &mut Terminal) -> Result<Vec<u8>, ExitStatus> {
    let mut page = Vec::new();
    let written: io::Result<()> = Man::new(command.clone()).render(&mut page);
    match written {
        Ok(()) => Ok(page),
        Err(error) => Err(refuse(Path::new("page"), &error, terminal)),
    }
}

fn refuse(path: &Path, error: &io::Error, terminal: &mut Terminal) -> ExitStatus {
    let (name, reason) = (path.display(), reason(error));
    terminal.error(&format!("cannot write `{name}`: {reason}"), None);
    ExitStatus::Refused
}
