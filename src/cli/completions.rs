//! `weekahead completions`: what a shell needs to complete commands and options.

use clap::CommandFactory as _;
use clap_complete::{Shell, generate};

use super::Outcome;
use super::args::Arguments;
use super::terminal::Terminal;

/// What `completions` is asked for.
pub(super) struct Options {
    pub(super) shell: Shell,
}

/// Runs the command.
pub(super) fn run(options: &Options, terminal: &mut Terminal) -> Result<(), Outcome> {
    let mut script = Vec::new();
    generate(
        options.shell,
        &mut Arguments::command(),
        "weekahead",
        &mut script,
    );
    terminal.output(&script)
}
