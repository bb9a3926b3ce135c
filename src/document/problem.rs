//! Problems of a file, each with its place. None can be made without one.

use std::fmt;
use std::ops::Range;

use crate::invalid::Invalid;
use crate::plan::Path;

/// One problem and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Byte offsets in the text, without a byte-order mark. Never past the text's end.
    pub span: Range<usize>,
    /// What is wrong and what to do.
    pub what: Invalid,
    /// Another place that has to do with it, and how.
    pub related: Option<(Range<usize>, &'static str)>,
    /// The value that it is about, where the rules know one.
    pub path: Option<Path>,
}

impl Problem {
    /// A problem at a place.
    pub(crate) fn at(span: Range<usize>, what: Invalid) -> Self {
        Self {
            span,
            what,
            related: None,
            path: None,
        }
    }
}

/// All problems of a file, in its order; as an error there is at least one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    list: Vec<Problem>,
    cut_short: bool,
}

impl Problems {
    /// Adds a problem.
    pub(crate) fn add(&mut self, problem: Problem) {
        self.list.push(problem);
    }

    /// Adds a problem behind which the text could not be read.
    pub(crate) fn add_last(&mut self, problem: Problem) {
        self.add(problem);
        self.cut_short = true;
    }

    /// Whether the whole text could be read.
    pub(crate) fn is_complete(&self) -> bool {
        !self.cut_short
    }

    /// Nothing, or the problems in the order of the file, each once.
    pub(crate) fn into_result(mut self) -> Result<(), Self> {
        if self.list.is_empty() {
            return Ok(());
        }
        self.list
            .sort_by(|a, b| (a.span.start, a.span.end).cmp(&(b.span.start, b.span.end)));
        self.list
            .dedup_by(|a, b| a.span == b.span && a.what == b.what);
        Err(self)
    }

    /// The problems.
    #[must_use]
    pub fn list(&self) -> &[Problem] {
        &self.list
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self {
            list: vec![problem],
            cut_short: true,
        }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.list.as_slice() {
            [one] => one.what.fmt(f),
            many => write!(f, "{} problems", many.len()),
        }
    }
}

impl std::error::Error for Problems {}
