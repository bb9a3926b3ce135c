//! Whether a value can be read, for all types of values.

use crate::document::report::Severity;
use crate::ics::Moment;
use crate::text::value_error::ValueError;

/// Whether a program can read a value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    Good,
    /// It can be read, or some part of it cannot: what is wrong.
    Wrong(Severity, ValueError),
    /// Nothing of the type can be read from it.
    Unreadable,
}

impl Fit {
    /// A warning with a hint.
    pub(crate) fn warning(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Wrong(Severity::Warning, ValueError::new(message).hint(hint))
    }
}

/// Reads a DATE or a DATE-TIME letter by letter: no small letters, no white space, a year from 1,
/// and no leap seconds, which Home Assistant refuses.
pub(crate) fn read_moment(value: &str) -> Option<Moment> {
    let is_strict = value
        .bytes()
        .all(|b| b.is_ascii_digit() || b"TZ".contains(&b))
        && !value.starts_with("0000")
        && value.get(13..15).is_none_or(|second| second < "60");
    Moment::parse(value, None).filter(|_| is_strict)
}
