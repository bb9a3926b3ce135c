//! Why an import makes no plans file.

use crate::document::Problems;

/// Why no plans file was made.
#[derive(Debug)]
pub enum ImportError {
    /// The file cannot be imported at all: what is wrong, and what to do.
    Unusable(String, Option<String>),
    /// The file is a plans file already.
    PlansFile,
    /// The plans file that was made, the text, has problems, so it must not be written. That is a
    /// bug of weekahead.
    InvalidResult(Problems, String),
}

impl ImportError {
    pub(crate) fn unusable(what: impl Into<String>, hint: &str) -> Self {
        Self::Unusable(what.into(), Some(hint.to_owned()))
    }
}
