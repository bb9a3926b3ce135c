//! The key of secret links: from a file, or from the environment.

use std::env;
use std::fs::{File, Metadata};
use std::io::{self, Read as _};
#[cfg(unix)]
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::error::CliError;
use crate::cli::terminal::Terminal;
use crate::files::io_error::reason;
use crate::site::link::Key;
use crate::text::shell;

/// The variable that holds a key where no file is named.
const VARIABLE: &str = "WEEKAHEAD_KEY";

/// Where the key is.
#[derive(Debug, Args)]
pub(crate) struct KeyOption {
    /// Make secret links with the key in this file, at least 32 bytes [default: the value of the
    /// variable WEEKAHEAD_KEY, if it is set]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
}

impl KeyOption {
    /// The key, if there is one. A key that cannot be used is an error: without it feeds would be
    /// open to everybody. A key file that other users can read is a warning.
    pub(crate) fn read(&self, terminal: &mut Terminal) -> Result<Option<Key>, CliError> {
        let (octets, place) = match &self.key_file {
            Some(file) => {
                let name = file.display();
                let (octets, shared_mode) = read_file(file).map_err(|error| {
                    let reason = reason(&error);
                    CliError::refused(format!("cannot read the key `{name}`: {reason}"))
                        .hint("`weekahead init --key FILE` makes one")
                })?;
                if let Some(mode) = shared_mode {
                    terminal.warn(&format!(
                        "other users can read the key `{name}` (mode {mode:03o}), and can make \
                         every secret link with it"
                    ));
                    let command = shell::operand(&file.to_string_lossy());
                    terminal.say(&format!(
                        "hint: let only its owner read it: `chmod 600 {command}`"
                    ));
                }
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

/// The bytes of a key file, and its mode if that lets other users read the file.
fn read_file(path: &Path) -> io::Result<(Vec<u8>, Option<u32>)> {
    let mut file = File::open(path)?;
    let shared_mode = shared_mode(&file.metadata()?);
    let mut octets = Vec::new();
    file.read_to_end(&mut octets)?;
    Ok((octets, shared_mode))
}

/// The mode of a file, if it lets other users read the file.
///
/// A service often gets a file that root owns and that only the group of the service may read. So
/// the group counts only if the file belongs to the user who runs this program.
#[cfg(unix)]
fn shared_mode(file: &Metadata) -> Option<u32> {
    let is_own = file.uid() == rustix::process::geteuid().as_raw();
    let others = if is_own { 0o044 } else { 0o004 };
    let is_shared = file.is_file() && file.mode() & others != 0;
    is_shared.then_some(file.mode() & 0o777)
}

/// On other systems a file has no mode.
#[cfg(not(unix))]
fn shared_mode(_: &Metadata) -> Option<u32> {
    None
}
