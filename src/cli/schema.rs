//! `weekahead schema`: the plans file for editors.

use weekahead::plan::schema;

use super::Outcome;
use super::terminal::Terminal;

/// Runs the command.
pub(super) fn run(terminal: &mut Terminal) -> Result<(), Outcome> {
    terminal.output(schema::json().as_bytes())
}
