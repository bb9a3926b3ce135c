//! Why a command failed, as a value. Only `cli::run` prints it, once, at the end.

use std::fmt;

use crate::cli::exit_status::{ExitStatus, worse_of};
use crate::document::report::visible;
use crate::files::failure::Failure;
use crate::files::io_error::IoError;
use crate::publish::store::{ErrorKind, StoreError};
use crate::text::plural::pluralize;
use crate::text::value_error::ValueError;

/// Why a command failed: what standard error says about it, and the exit status. A command that
/// goes on after an error has several messages.
#[derive(Debug)]
pub(crate) struct CliError {
    messages: Vec<Message>,
    exit: ExitStatus,
}

#[derive(Debug, PartialEq, Eq)]
enum Message {
    /// A sentence, and what to do about it.
    Sentence {
        message: String,
        hint: Option<String>,
    },
    /// Problems of a plans file, drawn with their lines and carets.
    Drawn(String),
    /// A line that belongs to the messages before it.
    Note(String),
}

impl CliError {
    /// An error that a sentence describes.
    pub(crate) fn new(exit: ExitStatus, message: impl Into<String>) -> Self {
        Self {
            messages: vec![Message::Sentence {
                message: message.into(),
                hint: None,
            }],
            exit,
        }
    }

    /// The command was used wrongly.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(ExitStatus::Usage, message)
    }

    /// The plans have problems.
    pub(crate) fn problems(message: impl Into<String>) -> Self {
        Self::new(ExitStatus::Problems, message)
    }

    /// A file, a disk, a port or the network failed.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(ExitStatus::Refused, message)
    }

    /// An error that is drawn already, with its line breaks and colours.
    pub(crate) fn drawn(exit: ExitStatus, text: String) -> Self {
        Self {
            messages: vec![Message::Drawn(text)],
            exit,
        }
    }

    /// An exit status alone: the output of the command says everything.
    pub(crate) fn silent(exit: ExitStatus) -> Self {
        Self {
            messages: Vec::new(),
            exit,
        }
    }

    /// The same error, with what to do about it.
    #[must_use]
    pub(crate) fn hint(mut self, text: impl Into<String>) -> Self {
        if let Some(Message::Sentence { hint, .. }) = self.messages.last_mut() {
            *hint = Some(text.into());
        }
        self
    }

    /// The same error, with what to do about it if that is known.
    #[must_use]
    pub(crate) fn maybe_hint(self, text: Option<impl Into<String>>) -> Self {
        match text {
            Some(text) => self.hint(text),
            None => self,
        }
    }

    /// The same error, with one more line after its messages.
    #[must_use]
    pub(crate) fn note(mut self, line: impl Into<String>) -> Self {
        self.messages.push(Message::Note(line.into()));
        self
    }

    /// Both errors, of which the worse decides the exit status. A sentence that several files share
    /// is said once.
    #[must_use]
    pub(crate) fn and(mut self, other: Self) -> Self {
        for message in other.messages {
            let is_sentence = matches!(message, Message::Sentence { .. });
            if !is_sentence || !self.messages.contains(&message) {
                self.messages.push(message);
            }
        }
        self.exit = worse_of(self.exit, other.exit);
        self
    }

    /// How the command ends.
    pub(crate) fn exit(&self) -> ExitStatus {
        self.exit
    }
}

/// All that standard error says, with a line break at the end of each line.
impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for message in &self.messages {
            match message {
                Message::Sentence { message, hint } => {
                    writeln!(f, "error: {}", visible(message))?;
                    if let Some(hint) = hint {
                        writeln!(f, "hint: {}", visible(hint))?;
                    }
                }
                Message::Drawn(text) => f.write_str(text)?,
                Message::Note(line) => writeln!(f, "{}", visible(line))?,
            }
        }
        Ok(())
    }
}

impl From<IoError> for CliError {
    fn from(error: IoError) -> Self {
        Self::refused(error.sentence())
    }
}

impl From<ValueError> for CliError {
    fn from(error: ValueError) -> Self {
        Self::usage(error.message).maybe_hint(error.hint)
    }
}

/// The error for a list that needs the machine's time zone, which does not exist.
pub(crate) fn list_without_zone(error: ValueError) -> CliError {
    let hint = error.hint.as_deref().unwrap_or_default();
    let or = if hint.ends_with('?') { " or" } else { ", or" };
    let hint = format!("{hint}{or} give the list a `timezone` of its own");
    CliError::from(error).hint(hint)
}

/// The error for recording at an address beyond this computer that is not https.
pub(crate) fn needs_https() -> CliError {
    CliError::usage(
        "`--record` needs an https address: over plain HTTP, others can read a device's cookie",
    )
    .hint(
        "put a reverse proxy with TLS in front of the server, and give its address with \
         `--base-url https://...`",
    )
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        let exit = match error.kind {
            ErrorKind::Usage => ExitStatus::Usage,
            ErrorKind::Refused => ExitStatus::Refused,
            #[cfg(feature = "publish")]
            ErrorKind::NotOurs => ExitStatus::Refused,
        };
        Self::new(exit, error.sentence).maybe_hint(error.hint)
    }
}

impl From<Failure> for CliError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(error) => error.into(),
            Failure::Problems(drawn, _) => Self::drawn(ExitStatus::Problems, drawn),
            Failure::UnknownZone(error) => list_without_zone(error),
        }
    }
}

/// The errors of a command that goes on after an error.
#[derive(Debug, Default)]
pub(crate) struct ErrorList(Option<CliError>);

impl ErrorList {
    /// Adds an error.
    pub(crate) fn add(&mut self, error: impl Into<CliError>) {
        let error = error.into();
        self.0 = Some(match self.0.take() {
            Some(first) => first.and(error),
            None => error,
        });
    }

    /// Adds the error of a step that failed.
    pub(crate) fn add_result(&mut self, result: Result<(), CliError>) {
        if let Err(error) = result {
            self.add(error);
        }
    }

    /// Adds a line after the errors, if there are any.
    pub(crate) fn note(&mut self, line: impl Into<String>) {
        self.0 = self.0.take().map(|error| error.note(line));
    }

    /// Whether nothing failed.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// All errors as one.
    pub(crate) fn into_result(self) -> Result<(), CliError> {
        self.0.map_or(Ok(()), Err)
    }
}

/// What succeeded, for a command that writes all or nothing; or why it failed.
pub(crate) fn require_one<T>(result: Result<T, Failure>) -> Result<T, CliError> {
    result.map_err(|failure| describe_failures(vec![failure], "; nothing was written"))
}

/// What succeeded, for a command that writes all or nothing; or every failure.
pub(crate) fn require_all<T>(results: Vec<Result<T, Failure>>) -> Result<Vec<T>, CliError> {
    let (values, errors) = separate_failures(results, "; nothing was written");
    errors.into_result().map(|()| values)
}

/// What succeeded, and every failure, for a command that goes on.
pub(crate) fn report_failures<T>(results: Vec<Result<T, Failure>>) -> (Vec<T>, ErrorList) {
    separate_failures(results, "")
}

fn separate_failures<T>(
    results: Vec<Result<T, Failure>>,
    consequence: &str,
) -> (Vec<T>, ErrorList) {
    let mut values = Vec::with_capacity(results.len());
    let mut failures = Vec::new();
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(failure) => failures.push(failure),
        }
    }
    let errors = match failures.is_empty() {
        true => ErrorList::default(),
        false => ErrorList(Some(describe_failures(failures, consequence))),
    };
    (values, errors)
}

/// All failures, then the number of problems and what follows from them.
fn describe_failures(failures: Vec<Failure>, consequence: &str) -> CliError {
    let mut all = CliError::silent(ExitStatus::Done);
    let mut count = 0;
    for failure in failures {
        if let Failure::Problems(_, problems) = &failure {
            count += problems;
        }
        all = all.and(failure.into());
    }
    match count {
        0 => all,
        _ => all.note(format!("{}{consequence}", pluralize(count, "problem"))),
    }
}

#[cfg(test)]
mod tests {
    use super::{CliError, ErrorList};
    use crate::cli::exit_status::ExitStatus;

    #[test]
    fn errors_are_said_in_order_and_the_worst_decides_the_exit() {
        let mut errors = ErrorList::default();
        errors.note("nothing failed yet");
        errors.add(CliError::refused("cannot read `a`").hint("name a file"));
        errors.add(CliError::drawn(ExitStatus::Problems, "drawn\n".to_owned()));
        errors.note("1 problem");
        errors.add(CliError::silent(ExitStatus::Due));
        let error = errors.into_result().expect_err("an error");
        assert_eq!(error.exit(), ExitStatus::Refused);
        assert_eq!(
            error.to_string(),
            "error: cannot read `a`\nhint: name a file\ndrawn\n1 problem\n"
        );
    }

    #[test]
    fn control_characters_of_a_message_are_shown() {
        let error = CliError::usage("\u{1b}[2J").note("a\u{202e}b");
        assert_eq!(error.to_string(), "error: \\u{1b}[2J\na\\u{202e}b\n");
    }
}
