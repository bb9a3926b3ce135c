//! The plans files that a command reads: from its arguments to open files.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;

pub(crate) use crate::calendar::DEFAULT_PLANS;
use crate::cli::error::{CliError, ErrorList};
use crate::cli::terminal::Terminal;
use crate::document::Document;
use crate::document::report::{Reporter, Severity};
use crate::files::failure::Failure;
use crate::files::source::{self, Source, SourceError};
use crate::plan::{Diagnostic, PlanList, Settings};
use crate::text::shell::word;

/// How many files that are not read a warning names.
const MAX_UNREAD_SHOWN: usize = 3;
/// What to do about files that are not read.
const UNREAD_HINT: &str = "hint: in a directory, only *.yaml and *.yml are read, and no folder \
                           below it: to read another file, name it; to hide it, begin its name \
                           with a dot";

/// The plans files of a command.
#[derive(Debug, Args)]
pub(crate) struct PlansArguments {
    /// Plans files, directories of them (*.yaml and *.yml), or - for standard input
    #[arg(value_name = "PLANS", default_value = DEFAULT_PLANS)]
    pub(crate) plans: Vec<PathBuf>,
}

/// Warns of files in the directories among arguments that look like plans files and are not read: a
/// file that was forgotten must not become a public feed, and its plans must not be missed in
/// silence. Returns the number of warnings.
pub(crate) fn warn_of_unread(plans: &[PathBuf], terminal: &mut Terminal) -> usize {
    let directories = plans.iter().filter(|argument| argument.is_dir());
    let mut count = 0;
    for directory in directories {
        let unread = source::unread(directory);
        if unread.is_empty() {
            continue;
        }
        let shown = unread.iter().take(MAX_UNREAD_SHOWN);
        let shown: Vec<String> = shown.map(|path| format!("`{}`", path.display())).collect();
        let mut message = format!(
            "not read in `{}`: {}",
            directory.display(),
            shown.join(", ")
        );
        if unread.len() > shown.len() {
            message += &format!(" and {} more", unread.len() - shown.len());
        }
        terminal.warn(&message);
        terminal.say(UNREAD_HINT);
        count += 1;
    }
    count
}

/// The plans files that arguments name.
pub(crate) fn find(plans: &[PathBuf]) -> Result<Vec<Source>, CliError> {
    source::find(plans).map_err(|errors| {
        let errors = errors.into_iter().map(CliError::from);
        let all = errors.reduce(CliError::and);
        all.unwrap_or_else(|| CliError::problems("no plans file can be used"))
    })
}

/// The plans files of those arguments that can be used, and the errors of the others. Two files may
/// have one stem: this is for commands that make no feeds.
pub(crate) fn find_usable(plans: &[PathBuf]) -> (Vec<Source>, ErrorList) {
    let mut sources = Vec::new();
    let mut errors = ErrorList::default();
    for argument in plans {
        let (found, wrong) = source::of_argument(argument);
        sources.extend(found);
        for error in wrong {
            errors.add(error);
        }
    }
    (sources, errors)
}

impl From<SourceError> for CliError {
    fn from(error: SourceError) -> Self {
        let message = error.to_string();
        match &error {
            SourceError::Refused(refused) => {
                Self::refused(message).maybe_hint(missing_hint(refused.kind(), refused.path()))
            }
            SourceError::Empty(directory) => {
                let file = directory.join(DEFAULT_PLANS);
                let file = word(&file.to_string_lossy());
                Self::problems(message).hint(format!("`weekahead init {file}` writes a plans file"))
            }
            SourceError::SameStem(..)
            | SourceError::Twice(_)
            | SourceError::CalendarName(..)
            | SourceError::Route(..)
            | SourceError::Unnamable(_) => Self::problems(message).maybe_hint(error.hint()),
        }
    }
}

/// What to do where a plans file could not be read, if it is not there.
pub(crate) fn missing_hint(kind: ErrorKind, path: &Path) -> Option<&'static str> {
    if kind != ErrorKind::NotFound {
        return None;
    }
    Some(match path == Path::new(DEFAULT_PLANS) {
        true => {
            "name a plans file, or a directory of them; `weekahead init` writes a new plans file"
        }
        false => "name a plans file, or a directory of them",
    })
}

/// A plans file that was read and has no problems.
#[derive(Debug)]
pub(crate) struct OpenPlans<'a> {
    /// Where it was read from.
    pub(crate) source: &'a Source,
    /// What was read, with a byte-order mark if there is one.
    pub(crate) bytes: &'a [u8],
    /// The text, its plans, and where each value stands.
    pub(crate) document: Document<'a>,
}

impl<'a> OpenPlans<'a> {
    /// Reads the plans out of the bytes of a file. Problems are drawn in colour if `styled` is set.
    pub(crate) fn new(source: &'a Source, bytes: &'a [u8], styled: bool) -> Result<Self, Failure> {
        match Document::read(bytes) {
            Ok(document) => Ok(Self {
                source,
                bytes,
                document,
            }),
            Err(problems) => Err(Failure::of(source, bytes, &problems, styled)),
        }
    }

    /// The plans and the settings.
    pub(crate) fn list(&self) -> &PlanList<'a> {
        self.document.list()
    }

    /// The settings.
    pub(crate) fn settings(&self) -> &Settings<'a> {
        &self.list().settings
    }

    /// The name of the calendar.
    pub(crate) fn calendar_name(&self) -> &str {
        let name = self.settings().name.as_deref();
        name.unwrap_or(self.source.stem())
    }

    /// An error about a value, drawn with its line.
    pub(crate) fn draw(&self, finding: Diagnostic, styled: bool) -> String {
        let name = self.source.name();
        let reporter = Reporter::new(&name, self.bytes, styled);
        let problems = self.document.problems(finding);
        let drawn = problems.list().iter();
        drawn
            .map(|problem| reporter.draw(problem, Severity::Error))
            .collect()
    }
}
