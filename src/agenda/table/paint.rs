//! The colours of a table. A colour only repeats information that is also in the words.

use crate::agenda::AgendaItem;
use crate::plan::status::Urgency;

/// How a text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    /// Ordinary text.
    Plain,
    /// A name.
    Strong,
    /// Text that matters less.
    Quiet,
    /// A plan that has expired.
    Expired,
    /// A plan that is due.
    Due,
    /// A plan that works.
    Working,
}

impl Paint {
    /// The colour of a plan's state.
    pub(crate) fn of(item: &AgendaItem<'_>) -> Self {
        match item.urgency() {
            Some(Urgency::Expired) => Self::Expired,
            Some(Urgency::Due) => Self::Due,
            Some(Urgency::Later | Urgency::Automatic) => Self::Working,
            None => Self::Quiet,
        }
    }

    /// Appends a text, between escape sequences (ECMA-48, SGR) if `styled`.
    pub(crate) fn put(self, out: &mut String, text: &str, styled: bool) {
        let start = match self {
            Self::Plain => "",
            Self::Strong => "\u{1b}[1m",
            Self::Quiet => "\u{1b}[2m",
            Self::Expired => "\u{1b}[1;31m",
            Self::Due => "\u{1b}[1;33m",
            Self::Working => "\u{1b}[32m",
        };
        if !styled || start.is_empty() || text.is_empty() {
            out.push_str(text);
        } else {
            out.extend([start, text, "\u{1b}[0m"]);
        }
    }
}
