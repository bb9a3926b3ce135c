//! Problems of a file, each with its place. None can be made without one.

use std::fmt;
use std::ops::Range;

use crate::plan::Path;
use crate::text::value_error::ValueError;

/// Problems of one file that are kept; more are only counted.
const MOST: usize = 10_000;

/// One problem and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Byte offsets in the text, without a byte-order mark. Never past the text's end.
    pub span: Range<usize>,
    /// What is wrong and what to do.
    pub what: ValueError,
    /// Another place that has to do with it, and how.
    pub(crate) related: Option<(Range<usize>, &'static str)>,
    /// The value that it is about, where the rules know one.
    pub(crate) path: Option<Path>,
}

impl Problem {
    /// A problem at a place.
    pub(crate) fn at(span: Range<usize>, what: ValueError) -> Self {
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
    omitted: usize,
    cut_short: bool,
}

impl Problems {
    /// Adds a problem.
    pub(crate) fn add(&mut self, problem: Problem) {
        if self.is_full() {
            self.omitted += 1;
        } else {
            self.list.push(problem);
        }
    }

    /// Adds a problem behind which the text could not be read.
    pub(crate) fn add_last(&mut self, problem: Problem) {
        self.list.push(problem);
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
            .sort_by_key(|problem| (problem.span.start, problem.span.end));
        self.list
            .dedup_by(|a, b| a.span == b.span && a.what == b.what);
        Err(self)
    }

    /// The problems.
    #[must_use]
    pub fn list(&self) -> &[Problem] {
        &self.list
    }

    /// How many there are besides, in a file with more than anybody reads.
    #[must_use]
    pub(crate) fn omitted(&self) -> usize {
        self.omitted
    }

    /// Whether another problem would only be counted.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= MOST
    }

    /// Adds all problems of another list.
    pub(crate) fn append(&mut self, other: Self) {
        self.omitted += other.omitted;
        self.cut_short |= other.cut_short;
        for problem in other.list {
            self.add(problem);
        }
    }

    /// Counts problems that were found and not kept.
    pub(crate) fn omit(&mut self, count: usize) {
        self.omitted += count;
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self {
            list: vec![problem],
            omitted: 0,
            cut_short: true,
        }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.list.as_slice() {
            [one] => one.what.fmt(f),
            many => write!(f, "{} problems", many.len() + self.omitted),
        }
    }
}

impl std::error::Error for Problems {}
