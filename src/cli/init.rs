//! `weekahead init`: what one begins with.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use weekahead::link::SHORTEST;
use weekahead::refusal::reason;

use super::Outcome;
use super::terminal::Terminal;

/// What `init` is asked for.
pub(super) struct Options {
    /// Where a new key goes.
    pub(super) key: PathBuf,
}

/// Runs the command.
pub(super) fn run(options: &Options, terminal: &mut Terminal) -> Result<(), Outcome> {
    let path = &options.key;
    let mut octets = [0; SHORTEST];
    getrandom::fill(&mut octets).map_err(|error| {
        terminal.error(&format!("the system gives no random bytes: {error}"), None);
        Outcome::Refused
    })?;
    let key = HEXLOWER.encode(&octets) + "\n";
    write(path, &key).map_err(|error| {
        let name = path.display();
        match error.kind() {
            ErrorKind::AlreadyExists => terminal.error(
                &format!("`{name}` exists already"),
                Some("another key would change all links: remove the file first if that is meant"),
            ),
            _ => terminal.error(&format!("cannot write `{name}`: {}", reason(&error)), None),
        }
        Outcome::Refused
    })?;
    terminal.say(&format!(
        "{}: a new key. Keep it out of git, and keep a copy: without it every link changes",
        path.display()
    ));
    Ok(())
}

/// Writes a new file that only its owner can read; never over one that exists.
fn write(path: &Path, key: &str) -> std::io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let written = file
        .write_all(key.as_bytes())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a key is none.
        let _ = std::fs::remove_file(path);
    }
    written
}
