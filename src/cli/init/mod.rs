//! `weekahead init`: a plans file to begin with, or the key of secret links.
//!
//! Each file is new, and is written whole or not at all. Questions are asked only if standard input
//! and standard error are a terminal.

pub(crate) mod calendar_questions;
pub(crate) mod new_file;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::ArgPredicate;
use data_encoding::HEXLOWER;

use crate::cli::add::context::ListContext;
use crate::cli::add::draft::PlanDraft;
use crate::cli::add::{self, questions};
use crate::cli::clock::TodayOption;
use crate::cli::error::CliError;
use crate::cli::plans_files::DEFAULT_PLANS;
use crate::cli::prompt::{self, Prompt};
use crate::cli::terminal::Terminal;
use crate::document::fields::Fields;
use crate::files::io_error::reason;
use crate::site::link::MIN_KEY_BYTES;
use calendar_questions::Answers;
use new_file::{
    NAME_ANOTHER_FILE, exists_already, next_steps, plans_text, random_bytes, write_plans,
};

const KEEP_THE_KEY: &str =
    "a new key would change all links: if you want that, remove the file first";

/// Write a first plans file, or a key for secret links
///
/// The plans file has comments, one example and a random `calendar.id`. The command also writes
/// plans.schema.json, with which editors complete keys and mark errors. On a terminal, it asks
/// three questions about the calendar, and then for the first plan, which replaces the example. It
/// never replaces a file.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  weekahead init plans.yaml")]
pub(crate) struct Init {
    /// Write the plans file to this path, or to standard output (-) [default: plans.yaml, unless
    /// --key is given]
    #[arg(
        value_name = "FILE",
        default_value_if("key", ArgPredicate::IsPresent, None),
        default_value = DEFAULT_PLANS,
        hide_default_value = true
    )]
    plans: Option<PathBuf>,
    /// Write a new key to this file, which only its owner can read: 32 random bytes in hexadecimal
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
        arguments.write_list(path, terminal)?;
    }
    if let Some(path) = key {
        terminal.say(&write_key(path)?);
    }
    Ok(())
}

impl Init {
    /// Writes the plans file, or shows it.
    fn write_list(&self, path: &Path, terminal: &mut Terminal) -> Result<(), CliError> {
        let mut answers = Answers::default_of_machine();
        let mut first = None;
        if !self.yes && prompt::is_possible() {
            let mut prompt = Prompt {
                terminal,
                hint: "to answer no questions, use `--yes`",
            };
            answers.ask(&mut prompt)?;
            first = self.ask_first_plan(&answers, &mut prompt)?;
        }
        let has_schema = cfg!(feature = "schema") && !is_standard_output(path);
        let text = plans_text(&answers, &self.today, has_schema, first.as_ref())?;
        if is_standard_output(path) {
            return terminal.output(text.as_bytes());
        }
        let content = match first {
            Some(_) => "one plan",
            None => "one example",
        };
        for line in write_plans(path, &text, content)? {
            terminal.say(&line);
        }
        for line in next_steps(path, first.is_some()) {
            terminal.say(&line);
        }
        Ok(())
    }

    /// Asks for the first plan, which takes the place of the example. `None` if there is none yet.
    fn ask_first_plan(
        &self,
        answers: &Answers,
        prompt: &mut Prompt<'_>,
    ) -> Result<Option<Fields>, CliError> {
        let context = ListContext::of_new_list(self.today.today_in(answers.timezone)?);
        let mut plan = PlanDraft::default();
        if !questions::ask(&mut plan, &context, true, prompt)? {
            return Ok(None);
        }
        let fields = plan.fields();
        // The text is made again after the answer; only its id differs.
        let text = plans_text(answers, &self.today, false, Some(&fields))?;
        add::show(&text, &fields, &context, prompt.terminal);
        match prompt.confirm("Write it?", true)? {
            true => Ok(Some(fields)),
            false => Err(add::declined()),
        }
    }
}

/// `-` alone: a new file is never written through another name of standard output.
fn is_standard_output(path: &Path) -> bool {
    path == Path::new("-")
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
