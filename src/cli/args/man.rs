//! `man`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::man::Options;

/// Print the manual page, or write those of all commands into a directory
///
/// `weekahead man | man -l -` shows it.
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Where all pages go: weekahead.1, and one for each command; the directory is made
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
}

impl From<Man> for Options {
    fn from(man: Man) -> Self {
        Self {
            directory: man.directory,
        }
    }
}
