//! The standard streams. Nothing here panics: a message that nobody can read is lost, and data
//! that cannot be written is an error with a sentence.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};

use super::ExitStatus;
use crate::document::report::visible;
use crate::files::io_error::reason;

/// The columns of a terminal that does not say.
const USUAL: u16 = 80;

/// Standard output and error.
pub(crate) struct Terminal {
    errors: AutoStream<io::Stderr>,
}

impl Terminal {
    pub(crate) fn new() -> Self {
        Self {
            errors: AutoStream::auto(io::stderr()),
        }
    }

    /// Whether text for standard error may hold colours.
    pub(crate) fn is_styled(&self) -> bool {
        self.errors.current_choice() != ColorChoice::Never
    }

    /// Whether text for standard output may hold colours.
    pub(crate) fn is_output_styled() -> bool {
        AutoStream::choice(&io::stdout()) != ColorChoice::Never
    }

    /// The columns of the terminal that standard output is: as many as `COLUMNS` says, if it
    /// says so. `None` where it is no terminal, whose lines may have any length.
    pub(crate) fn width() -> Option<usize> {
        let stdout = io::stdout();
        if !stdout.is_terminal() {
            return None;
        }
        let said = env::var("COLUMNS").ok();
        let said = said.and_then(|columns| columns.parse().ok());
        let size = || terminal_size::terminal_size_of(&stdout).map(|(width, _)| width.0);
        let columns = said.or_else(size).filter(|columns| *columns > 0);
        Some(usize::from(columns.unwrap_or(USUAL)))
    }

    /// Writes a text to standard error as it is.
    pub(crate) fn show(&mut self, text: &str) {
        // There is nobody to tell.
        let _ = self.errors.write_all(text.as_bytes());
        let _ = self.errors.flush();
    }

    /// A line on standard error.
    pub(crate) fn say(&mut self, line: &str) {
        self.show(&format!("{}\n", visible(line)));
    }

    /// An error that has no place in a file.
    pub(crate) fn error(&mut self, message: &str, hint: Option<&str>) {
        self.say(&format!("error: {message}"));
        if let Some(hint) = hint {
            self.say(&format!("hint: {hint}"));
        }
    }

    /// A warning that has no place in a file.
    pub(crate) fn warn(&mut self, message: &str) {
        self.say(&format!("warning: {message}"));
    }

    /// Writes data to standard output. A reader that has seen enough is no error.
    pub(crate) fn output(&mut self, data: &[u8]) -> Result<(), ExitStatus> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(data).and_then(|()| stdout.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => {
                let reason = reason(&error);
                self.error(&format!("cannot write to standard output: {reason}"), None);
                Err(ExitStatus::Refused)
            }
        }
    }

    /// Shows what clap has to say, on the stream where it belongs.
    pub(crate) fn help(&mut self, error: &clap::Error) -> Result<(), ExitStatus> {
        let text = error.render();
        if error.use_stderr() {
            let styled = text.ansi().to_string();
            self.show(&styled);
            return Ok(());
        }
        let text = if Self::is_output_styled() {
            text.ansi().to_string()
        } else {
            text.to_string()
        };
        self.output(text.as_bytes())
    }
}
