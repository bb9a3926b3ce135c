//! `weekahead init`: a plans file to begin with, or the key of secret links.
//!
//! Each file is new, and is written whole or not at all. Questions are asked only if standard input
//! and standard error are a terminal.

mod questions;

use std::fs::{self, File};
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::ArgPredicate;
use data_encoding::HEXLOWER;

use crate::cli::clock::TodayOption;
use crate::cli::error::CliError;
use crate::cli::plans_files::DEFAULT_PLANS;
use crate::cli::terminal::Terminal;
#[cfg(feature = "schema")]
use crate::cli::terminal::warning;
#[cfg(feature = "schema")]
use crate::document::template::SCHEMA;
use crate::document::template::Template;
use crate::files::io_error::reason;
use crate::files::output;
#[cfg(feature = "schema")]
use crate::plan::schema;
use crate::site::link::MIN_KEY_BYTES;
use crate::text::shell::operand;
#[cfg(feature = "schema")]
use crate::text::shell::word;
use questions::Answers;

/// Letters of ids: no vowels, so that no id is a word, and no digits, so that no id is a number.
const ID_LETTERS: &[u8; 16] = b"bcdfghjkmnpqrstv";

const NAME_ANOTHER_FILE: &str = "nothing is written over it: name another file";
const KEEP_THE_KEY: &str =
    "another key would change all links: remove the file first if that is meant";

/// Write a plans file to begin with, or a key for secret links
///
/// The plans file has comments, one example and a random `calendar.id`. Beside it,
/// plans.schema.json lets editors complete keys and mark errors. On a terminal, the command asks
/// three questions. It never writes over a file.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  weekahead init plans.yaml")]
pub(crate) struct Init {
    /// Write the plans file here, or to standard output (-) [default: plans.yaml, unless --key is
    /// given]
    #[arg(
        value_name = "FILE",
        default_value_if("key", ArgPredicate::IsPresent, None),
        default_value = DEFAULT_PLANS,
        hide_default_value = true
    )]
    plans: Option<PathBuf>,
    /// Write a new key of 32 random bytes, in hexadecimal, to this file, which only its owner can
    /// read
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Ask no questions
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    today: TodayOption,
}

/// Runs the command.
pub(crate) fn run(arguments: &Init, terminal: &mut Terminal) -> Result<(), CliError> {
    let (plans, key) = (arguments.plans.as_deref(), arguments.key.as_deref());
    // Both files or neither: a file that exists is refused before anything is written.
    for (path, hint) in [(plans, NAME_ANOTHER_FILE), (key, KEEP_THE_KEY)] {
        if let Some(path) = path
            && !is_standard_output(path)
            && fs::symlink_metadata(path).is_ok()
        {
            return Err(exists_already(path, hint));
        }
    }
    if let Some(path) = plans {
        let mut answers = Answers::default_of_machine();
        if !arguments.yes && io::stdin().is_terminal() && io::stderr().is_terminal() {
            answers.ask(terminal)?;
        }
        if is_standard_output(path) {
            let text = plans_text(&answers, &arguments.today, false)?;
            terminal.output(text.as_bytes())?;
        } else {
            let text = plans_text(&answers, &arguments.today, cfg!(feature = "schema"))?;
            for line in write_plans(path, &text)? {
                terminal.say(&line);
            }
        }
    }
    if let Some(path) = key {
        terminal.say(&write_key(path)?);
    }
    Ok(())
}

/// `-` alone: a new file is never written through another name of standard output.
fn is_standard_output(path: &Path) -> bool {
    path == Path::new("-")
}

fn exists_already(path: &Path, hint: &str) -> CliError {
    CliError::refused(format!("`{}` exists already", path.display())).hint(hint)
}

/// The text of a new plans file.
fn plans_text(
    answers: &Answers,
    today: &TodayOption,
    has_schema: bool,
) -> Result<String, CliError> {
    let [a, b, c, d] = random_bytes::<4>()?;
    let letter = |index: u8| char::from(ID_LETTERS[usize::from(index & 15)]);
    let id: String = [a, b, c, d]
        .into_iter()
        .flat_map(|octet| [letter(octet >> 4), letter(octet)])
        .collect();
    let template = Template {
        name: &answers.name,
        id: &id,
        language: answers.language,
        timezone: answers.timezone,
        today: today.today_in(answers.timezone)?,
        has_schema,
    };
    Ok(template.to_string())
}

/// Writes a plans file, and the schema that it names beside it. Returns what to say about them.
fn write_plans(path: &Path, text: &str) -> Result<Vec<String>, CliError> {
    let mut lines = Vec::new();
    #[cfg(feature = "schema")]
    let schema = write_schema(path)?;
    if let Err(error) = output::create(path, text.as_bytes()) {
        #[cfg(feature = "schema")]
        if let Schema::Written(schema) = schema {
            // No plans file names it.
            let _ = fs::remove_file(schema);
        }
        return Err(match error.kind() {
            ErrorKind::AlreadyExists => exists_already(path, NAME_ANOTHER_FILE),
            _ => error.into(),
        });
    }
    #[cfg(feature = "schema")]
    if let Schema::Different(warning) = &schema {
        lines.push(warning.clone());
    }
    let name = path.display().to_string();
    lines.push(format!("{name}: a new list with one example in it"));
    #[cfg(feature = "schema")]
    if let Schema::Written(schema) = schema {
        lines.push(format!(
            "{}: completion and errors for editors with a YAML language server",
            schema.display()
        ));
    }
    let name = operand(&name);
    lines.extend([
        "next:".to_owned(),
        format!("  write your plans into it, then   weekahead check {name}"),
        format!("  see it and subscribe to it       weekahead serve {name}"),
    ]);
    Ok(lines)
}

/// What became of the schema beside a plans file.
#[cfg(feature = "schema")]
enum Schema {
    /// It was written.
    Written(PathBuf),
    /// It was there.
    Same,
    /// Another one is there, and a warning says so.
    Different(String),
}

/// Writes the schema into the folder of a plans file, unless there is one.
#[cfg(feature = "schema")]
fn write_schema(plans: &Path) -> Result<Schema, CliError> {
    let path = plans.with_file_name(SCHEMA);
    let schema = schema::json();
    match output::create(&path, schema.as_bytes()) {
        Ok(()) => return Ok(Schema::Written(path)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.into()),
    }
    if fs::read(&path).ok().as_deref() == Some(schema.as_bytes()) {
        return Ok(Schema::Same);
    }
    let name = path.display().to_string();
    Ok(Schema::Different(warning(&format!(
        "`{name}` is not the schema of this weekahead and stays as it is; `weekahead schema > {}` renews it",
        word(&name)
    ))))
}

/// Writes a key. Returns what to say about it.
fn write_key(path: &Path) -> Result<String, CliError> {
    let key = HEXLOWER.encode(&random_bytes::<MIN_KEY_BYTES>()?) + "\n";
    let name = path.display();
    match write_private(path, &key) {
        Ok(()) => Ok(format!(
            "{name}: a new key. Keep it out of git, and keep a copy: without it every link changes"
        )),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(exists_already(path, KEEP_THE_KEY))
        }
        Err(error) => {
            let message = format!("cannot write `{name}`: {}", reason(&error));
            Err(CliError::refused(message))
        }
    }
}

fn random_bytes<const N: usize>() -> Result<[u8; N], CliError> {
    let mut bytes = [0; N];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) => Err(CliError::refused(format!(
            "the system gives no random bytes: {error}"
        ))),
    }
}

/// Writes a new file that only its owner can read; never over one that exists.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        // A part of a key is useless.
        let _ = fs::remove_file(path);
    }
    written
}
