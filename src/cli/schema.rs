//! `weekahead schema`: the plans file for editors.

use super::ExitStatus;
use crate::cli::terminal::Terminal;
use crate::plan::schema;

/// Runs the command.
pub(crate) fn run(terminal: &mut Terminal) -> Result<(), ExitStatus> {
    terminal.output(schema::json().as_bytes())
}
