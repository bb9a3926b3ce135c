//! The few colours of a list; each says what the words say as well.

use crate::agenda::{Entry, Level};

/// How a text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// As any other.
    Plain,
    /// A name.
    Strong,
    /// What matters less.
    Quiet,
    /// What has expired.
    Loud,
    /// What is due.
    Due,
    /// What works.
    Calm,
}

impl Paint {
    /// The colour of a plan's state.
    pub(super) fn of(entry: &Entry<'_>) -> Self {
        match entry.standing.map(crate::agenda::Standing::level) {
            Some(Level::Late) => Self::Loud,
            _ if entry.is_due => Self::Due,
            Some(_) => Self::Calm,
            None => Self::Quiet,
        }
    }

    /// Appends a text; escape sequences (ECMA-48, SGR) stand around it where it is styled.
    pub(super) fn put(self, out: &mut String, text: &str, styled: bool) {
        let start = match self {
            Self::Plain => "",
            Self::Strong => "\u{1b}[1m",
            Self::Quiet => "\u{1b}[2m",
            Self::Loud => "\u{1b}[1;31m",
            Self::Due => "\u{1b}[1;33m",
            Self::Calm => "\u{1b}[32m",
        };
        if !styled || start.is_empty() || text.is_empty() {
            out.push_str(text);
        } else {
            out.extend([start, text, "\u{1b}[0m"]);
        }
    }
}
