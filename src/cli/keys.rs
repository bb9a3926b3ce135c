//! The key of secret links: from a file, or from the environment.

use std::env;
use std::fs;
use std::path::Path;

use weekahead::link::Key;
use weekahead::refusal::reason;

use super::Outcome;
use super::terminal::Terminal;

/// The variable that holds a key where no file is named.
const VARIABLE: &str = "WEEKAHEAD_KEY";

/// The key, if there is one. One that cannot be used is an error: without it feeds would be open.
pub(super) fn find(file: Option<&Path>, terminal: &mut Terminal) -> Result<Option<Key>, Outcome> {
    let (octets, place) = match file {
        Some(file) => {
            let octets = fs::read(file).map_err(|error| {
                let (name, reason) = (file.display(), reason(&error));
                terminal.error(
                    &format!("cannot read the key `{name}`: {reason}"),
                    Some("`weekahead init --key FILE` makes one"),
                );
                Outcome::Refused
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
            Err(Outcome::Usage)
        }
    }
}
