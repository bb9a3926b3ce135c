//! `weekahead init`: what one begins with, a plans file or the key of secret links.
//!
//! Each file is new, and there whole or not at all. Questions are asked only of somebody: where
//! standard input and error are a terminal.

use std::fs::{self, File};
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use data_encoding::HEXLOWER;

use super::{ExitStatus, today};
use crate::cli::questions::Answers;
use crate::cli::terminal::Terminal;
#[cfg(feature = "schema")]
use crate::document::template::SCHEMA;
use crate::document::template::Template;
use crate::files::io_error::reason;
use crate::files::output;
use crate::plan::Settings;
use crate::site::link::MIN_KEY_BYTES;

/// Letters of ids: no vowels, so that none is a word, and no digits, so that none is a number.
const LETTERS: &[u8; 16] = b"bcdfghjkmnpqrstv";

/// What `init` is asked for.
pub(crate) struct Options {
    /// Where a new plans file goes.
    pub(crate) plans: Option<PathBuf>,
    /// Where a new key goes.
    pub(crate) key: Option<PathBuf>,
    /// Whether nothing is asked.
    pub(crate) yes: bool,
    pub(crate) today: Option<NaiveDate>,
}

/// Runs the command.
pub(crate) fn run(options: &Options, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    // Both or neither: what exists is refused before anything is written.
    for (path, hint) in [(&options.plans, OTHER), (&options.key, LINKS)] {
        if let Some(path) = path
            && path != Path::new("-")
            && fs::symlink_metadata(path).is_ok()
        {
            return refuse(path, &ErrorKind::AlreadyExists.into(), hint, terminal);
        }
    }
    if let Some(path) = &options.plans {
        plans(path, options, terminal)?;
    }
    match &options.key {
        Some(path) => key(path, terminal),
        None => Ok(()),
    }
}

const OTHER: &str = "nothing is written over it: name another file";
const LINKS: &str = "another key would change all links: remove the file first if that is meant";

fn refuse(
    path: &Path,
    error: &io::Error,
    hint: &str,
    terminal: &mut Terminal,
) -> Result<(), ExitStatus> {
    let name = path.display();
    match error.kind() {
        ErrorKind::AlreadyExists => {
            terminal.error(&format!("`{name}` exists already"), Some(hint));
        }
        _ => terminal.error(&format!("cannot write `{name}`: {}", reason(error)), None),
    }
    Err(ExitStatus::Refused)
}

/// The text of a plans file, after somebody was asked.
fn starter(
    options: &Options,
    has_schema: bool,
    terminal: &mut Terminal,
) -> Result<String, ExitStatus> {
    let mut answers = Answers::usual();
    if !options.yes && io::stdin().is_terminal() && io::stderr().is_terminal() {
        answers.ask(terminal)?;
    }
    let [a, b, c, d] = random::<4>(terminal)?;
    let letter = |index: u8| char::from(LETTERS[usize::from(index & 15)]);
    let id: String = [a, b, c, d]
        .into_iter()
        .flat_map(|octet| [letter(octet >> 4), letter(octet)])
        .collect();
    let settings = Settings {
        timezone: answers.timezone,
        ..Settings::default()
    };
    let starter = Template {
        name: &answers.name,
        id: &id,
        language: answers.language,
        timezone: answers.timezone,
        today: today(options.today, &settings),
        has_schema,
    };
    Ok(starter.to_string())
}

/// Writes a plans file, and the schema that it names beside it.
fn plans(path: &Path, options: &Options, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    if path == Path::new("-") {
        let text = starter(options, false, terminal)?;
        return terminal.output(text.as_bytes());
    }
    let text = starter(options, cfg!(feature = "schema"), terminal)?;
    #[cfg(feature = "schema")]
    let schema = beside(path, terminal)?;
    if let Err(refusal) = output::create(path, text.as_bytes()) {
        #[cfg(feature = "schema")]
        if let Some(schema) = schema {
            // Nobody names it.
            let _ = fs::remove_file(schema);
        }
        if refusal.kind() == ErrorKind::AlreadyExists {
            return refuse(path, &ErrorKind::AlreadyExists.into(), OTHER, terminal);
        }
        terminal.error(&refusal.sentence(), None);
        return Err(ExitStatus::Refused);
    }
    let name = path.display().to_string();
    terminal.say(&format!("{name}: a new list with one example in it"));
    #[cfg(feature = "schema")]
    if let Some(schema) = schema {
        terminal.say(&format!(
            "{}: completion and errors for editors with a YAML language server",
            schema.display()
        ));
    }
    let name = argument(&name);
    terminal.say("next:");
    terminal.say(&format!(
        "  write your plans into it, then   weekahead check {name}"
    ));
    terminal.say(&format!(
        "  see it and subscribe to it       weekahead serve {name}"
    ));
    Ok(())
}

/// Writes the schema into the folder of a plans file, unless there is one.
#[cfg(feature = "schema")]
fn beside(plans: &Path, terminal: &mut Terminal) -> Result<Option<PathBuf>, ExitStatus> {
    let path = plans.with_file_name(SCHEMA);
    let schema = crate::plan::schema::json();
    let refusal = match output::create(&path, schema.as_bytes()) {
        Ok(()) => return Ok(Some(path)),
        Err(refusal) => refusal,
    };
    if refusal.kind() != ErrorKind::AlreadyExists {
        terminal.error(&refusal.sentence(), None);
        return Err(ExitStatus::Refused);
    }
    if fs::read(&path).ok().as_deref() != Some(schema.as_bytes()) {
        let name = path.display().to_string();
        terminal.warn(&format!(
            "`{name}` is not the schema of this weekahead and stays as it is; `weekahead schema > {}` renews it",
            argument(&name)
        ));
    }
    Ok(None)
}

/// Writes a key.
fn key(path: &Path, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    let key = HEXLOWER.encode(&random::<MIN_KEY_BYTES>(terminal)?) + "\n";
    if let Err(error) = write(path, &key) {
        return refuse(path, &error, LINKS, terminal);
    }
    terminal.say(&format!(
        "{}: a new key. Keep it out of git, and keep a copy: without it every link changes",
        path.display()
    ));
    Ok(())
}

fn random<const N: usize>(terminal: &mut Terminal) -> Result<[u8; N], ExitStatus> {
    let mut octets = [0; N];
    match getrandom::fill(&mut octets) {
        Ok(()) => Ok(octets),
        Err(error) => {
            terminal.error(&format!("the system gives no random bytes: {error}"), None);
            Err(ExitStatus::Refused)
        }
    }
}

/// A path as a shell takes it.
fn argument(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@".contains(c);
    if path.chars().all(is_plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

/// Writes a new file that only its owner can read; never over one that exists.
fn write(path: &Path, key: &str) -> io::Result<()> {
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
        let _ = fs::remove_file(path);
    }
    written
}
