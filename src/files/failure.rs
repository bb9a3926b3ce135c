//! Why there is no feed of a plans file.

use crate::document::Problems;
use crate::document::report::{Reporter, Severity};
use crate::files::io_error::IoError;
use crate::files::source::Source;
use crate::text::value_error::ValueError;

/// Why there is no feed of a plans file.
pub(crate) enum Failure {
    /// A file could not be read or written.
    Refused(IoError),
    /// The plans have problems. The fields are the problems as a terminal shows them, and their
    /// number.
    Problems(String, usize),
    /// The feed depends on the current day, and the machine names a time zone that does not exist.
    UnknownZone(ValueError),
}

impl From<IoError> for Failure {
    fn from(error: IoError) -> Self {
        Self::Refused(error)
    }
}

impl Failure {
    /// The problems of a file that was read.
    pub(crate) fn of(source: &Source, bytes: &[u8], problems: &Problems, styled: bool) -> Self {
        let name = source.name();
        let reporter = Reporter::new(&name, bytes, styled);
        let mut drawn = String::new();
        for problem in problems.list() {
            drawn += &reporter.draw(problem, Severity::Error);
        }
        drawn += &not_shown(&name, problems.omitted());
        Self::Problems(drawn, problems.list().len() + problems.omitted())
    }
}

/// A line about the problems that are counted but not shown.
pub(crate) fn not_shown(name: &str, omitted: usize) -> String {
    match omitted {
        0 => String::new(),
        _ => format!("{name}: {omitted} more problems are not shown\n"),
    }
}
