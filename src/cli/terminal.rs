//! The standard streams. Nothing here panics: a message that cannot be written is lost, and data
//! that cannot be written is an error.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};

use crate::cli::error::CliError;
use crate::document::report::visible;
use crate::files::io_error::reason;

/// The columns of a terminal whose width is not known.
const DEFAULT_COLUMNS: u16 = 80;

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

    /// The columns of the terminal that standard output is; the variable `COLUMNS` overrides them.
    /// `None` if standard output is no terminal: then lines may have any length.
    pub(crate) fn width() -> Option<usize> {
        let stdout = io::stdout();
        if !stdout.is_terminal() {
            return None;
        }
        let columns = env::var("COLUMNS").ok();
        let columns = columns.and_then(|text| text.parse().ok());
        let size = || terminal_size::terminal_size_of(&stdout).map(|(width, _)| width.0);
        let columns = columns.or_else(size).filter(|columns| *columns > 0);
        Some(usize::from(columns.unwrap_or(DEFAULT_COLUMNS)))
    }

    /// Writes a text to standard error as it is.
    pub(crate) fn show(&mut self, text: &str) {
        // Nobody can be told that standard error is gone.
        let _ = self.errors.write_all(text.as_bytes());
        let _ = self.errors.flush();
    }

    /// Writes a line to standard error.
    pub(crate) fn say(&mut self, line: &str) {
        self.show(&format!("{}\n", visible(line)));
    }

    /// Writes a warning that has no place in a file.
    pub(crate) fn warn(&mut self, message: &str) {
        self.say(&warning(message));
    }

    /// Writes data to standard output. A reader that has seen enough is no error.
    pub(crate) fn output(&mut self, data: &[u8]) -> Result<(), CliError> {
        self.output_with(|stdout| stdout.write_all(data))
    }

    /// Lets `write` write data to standard output. A reader that has seen enough is no error.
    pub(crate) fn output_with(
        &mut self,
        write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    ) -> Result<(), CliError> {
        let mut stdout = io::stdout().lock();
        match write(&mut stdout).and_then(|()| stdout.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => {
                let reason = reason(&error);
                let message = format!("cannot write to standard output: {reason}");
                Err(CliError::refused(message))
            }
        }
    }
}

/// A warning as a line.
pub(crate) fn warning(message: &str) -> String {
    format!("warning: {message}")
}

/// Whether a path means standard output: `-`, and its names as a file, which others may write to
/// as well.
pub(crate) fn is_standard_output(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]
        .iter()
        .any(|name| path == Path::new(name))
}
