//! `weekahead completions`: what a shell needs to complete commands and options.

use clap::CommandFactory as _;
use clap_complete::{Shell, generate};

use super::ExitStatus;
use crate::cli::args::Arguments;
use crate::cli::terminal::Terminal;

/// What `completions` is asked for.
pub(crate) struct Options {
    pub(crate) shell: Shell,
}

/// Runs the command.
pub(crate) fn run(options: &Options, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    let mut script = Vec::new();
    generate(
        options.shell,
        &mut Arguments::command(),
        "weekahead",
        &mut script,
    );
    terminal.output(&script)
}
