//! `weekahead schema`: the plans file for editors.

use clap::Args;

use crate::cli::error::CliError;
use crate::cli::terminal::Terminal;
use crate::plan::schema;

/// Print the JSON Schema of the plans file, for editors
///
/// With the schema, an editor completes keys and marks errors. An editor with a YAML language
/// server finds it by this first line of the plans file:
///
/// `# yaml-language-server: $schema=plans.schema.json`
///
/// `weekahead init` writes that line and the schema.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  weekahead schema > plans.schema.json")]
pub(crate) struct Schema {}

/// Runs the command.
pub(crate) fn run(terminal: &mut Terminal) -> Result<(), CliError> {
    terminal.output(schema::json().as_bytes())
}
