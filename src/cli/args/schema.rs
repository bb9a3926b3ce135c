//! `schema`.

use clap::Args;

/// Print a JSON Schema of the plans file: completion and errors in editors
///
/// Editors with a YAML language server take it from a line at the top of the plans file, with the
/// path from there: `# yaml-language-server: $schema=plans.schema.json`. `weekahead init` writes
/// both.
#[derive(Debug, Args)]
pub(crate) struct Schema {}
