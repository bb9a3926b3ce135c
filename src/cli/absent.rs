//! A command that this build does not have, because it was built without a feature.

use std::ffi::OsString;

use clap::Args;

use crate::cli::error::CliError;

/// The arguments of a command that this build does not have.
#[derive(Debug, Args)]
pub(crate) struct Absent {
    /// Whatever the command would take
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    _arguments: Vec<OsString>,
}

/// Says which feature the build lacks.
pub(crate) fn run(feature: &str) -> Result<(), CliError> {
    let message = format!("this weekahead was built without the feature `{feature}`");
    Err(CliError::usage(message).hint("build it with `cargo install --locked --path .`"))
}
