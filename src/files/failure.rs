//! Why there is no feed of a plans file.

use crate::document::Problems;
use crate::document::report::{Reporter, Severity, visible};
use crate::files::io_error::IoError;
use crate::files::source::{STDIN_NAME, Source};
use crate::text::plural::pluralize;
use crate::text::shell::operand;
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
        Self::Problems(drawn, problems.count())
    }
}

/// A line about the problems of the file `name` that are counted but not shown, and how to see
/// them.
pub(crate) fn not_shown(name: &str, omitted: usize) -> String {
    let command = || match name {
        STDIN_NAME => "weekahead check --all -".to_owned(),
        _ => format!("weekahead check --all {}", operand(name)),
    };
    match omitted {
        0 => String::new(),
        _ => {
            let more = pluralize(omitted, "more problem");
            let line = format!("{name}: {more}; `{}` shows them all", command());
            visible(&line).into_owned() + "\n"
        }
    }
}
