//! `weekahead completions`: what a shell needs to complete commands and options.

use clap::{Args, Command};
use clap_complete::{Shell, generate};

use crate::cli::error::CliError;
use crate::cli::terminal::Terminal;

/// Print a script that completes commands and options in a shell
///
/// For bash, write it to ~/.local/share/bash-completion/completions/weekahead; for fish, to
/// ~/.config/fish/completions/weekahead.fish; for zsh, to a file `_weekahead` in a folder of $fpath.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  weekahead completions fish > ~/.config/fish/completions/weekahead.fish"
)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

/// Runs the command. `program` has all commands and options.
pub(crate) fn run(
    arguments: &Completions,
    mut program: Command,
    terminal: &mut Terminal,
) -> Result<(), CliError> {
    let mut script = Vec::new();
    generate(arguments.shell, &mut program, "weekahead", &mut script);
    terminal.output(&script)
}
