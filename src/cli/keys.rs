//! The key of secret links: from a file, or from the environment.

use std::path::Path;
use std::{env, fs};

use super::ExitStatus;
use crate::cli::terminal::Terminal;
use crate::files::io_error::reason;
use crate::site::link::Key;

/// The variable that holds a key where no file is named.
const VARIABLE: &str = "WEEKAHEAD_KEY";

/// The key, if there is one. One that cannot be used is an error: without it feeds would be open.
pub(crate) fn find(
    file: Option<&Path>,
    terminal: &mut Terminal,
) -> Result<Option<Key>, ExitStatus> {
    let (octets, place) = match file {
        Some(file) => {
            let octets = fs::read(file).map_err(|error| {
                let (name, reason) = (file.display(), reason(&error));
                terminal.error(
                    &format!("cannot read the key `{name}`: {reason}"),
                    Some("`weekahead init --key FILE` makes one"),
                );
                ExitStatus::Refused
            })?;
            (octets, format!("`{}`", file.display()))
        }
        None => match env::var_os(VARIABLE) {
            Some(value) => (value.into_encoded_bytes(), VARIABLE.to_owned()),
            None => return Ok(None),
        },
    };
    match Key::new(&octets) {
        Ok(key) => Ok(Some(key)),
        Err(error) => {
            terminal.error(&format!("{place}: {error}"), error.hint.as_deref());
            Err(ExitStatus::Usage)
        }
    }
}
