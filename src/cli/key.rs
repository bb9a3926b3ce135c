//! The key of secret links: from a file, or from the environment.

use std::path::PathBuf;
use std::{env, fs};

use clap::Args;

use crate::cli::error::CliError;
use crate::files::io_error::reason;
use crate::site::link::Key;

/// The variable that holds a key where no file is named.
const VARIABLE: &str = "WEEKAHEAD_KEY";

/// Where the key is.
#[derive(Debug, Args)]
pub(crate) struct KeyOption {
    /// Make secret links with the key in this file, at least 32 bytes; without it, with the key in
    /// the variable WEEKAHEAD_KEY, if that is set
    #[arg(short, long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
}

impl KeyOption {
    /// The key, if there is one. A key that cannot be used is an error: without it feeds would be
    /// open to everybody.
    pub(crate) fn read(&self) -> Result<Option<Key>, CliError> {
        let (octets, place) = match &self.key_file {
            Some(file) => {
                let name = file.display();
                let octets = fs::read(file).map_err(|error| {
                    let reason = reason(&error);
                    CliError::refused(format!("cannot read the key `{name}`: {reason}"))
                        .hint("`weekahead init --key FILE` makes one")
                })?;
                (octets, format!("`{name}`"))
            }
            None => match env::var_os(VARIABLE) {
                Some(value) => (value.into_encoded_bytes(), VARIABLE.to_owned()),
                None => return Ok(None),
            },
        };
        match Key::new(&octets) {
            Ok(key) => Ok(Some(key)),
            Err(error) => Err(CliError::usage(format!("{place}: {error}")).maybe_hint(error.hint)),
        }
    }
}
