//! Problems of a file. A problem cannot be made without a place.

use std::fmt;
use std::ops::Range;

use crate::plan::Path;
use crate::text::value_error::ValueError;

/// How many problems of one file are kept; the rest are only counted.
const MAX_PROBLEMS: usize = 10_000;

/// One problem and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Byte offsets in the text without its byte-order mark, never past the end of the text.
    pub span: Range<usize>,
    /// What is wrong, and what to do about it.
    pub what: ValueError,
    /// Another place that is part of the problem, and its label.
    pub related: Option<(Range<usize>, &'static str)>,
    /// The path of the value that it is about, if the rules of a plan found it.
    pub path: Option<Path>,
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

/// All problems of a file, in its order. There is at least one where this is an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    list: Vec<Problem>,
    omitted: usize,
    cut_short: bool,
}

impl Problems {
    /// Adds a problem, or counts it if there are too many.
    pub(crate) fn add(&mut self, problem: Problem) {
        if self.is_full() {
            self.omitted += 1;
        } else {
            self.list.push(problem);
        }
    }

    /// Adds a problem after which the text could not be read.
    pub(crate) fn add_last(&mut self, problem: Problem) {
        self.list.push(problem);
        self.cut_short = true;
    }

    /// Whether the whole text could be read.
    pub(crate) fn is_complete(&self) -> bool {
        !self.cut_short
    }

    /// `Ok` if there are no problems, otherwise the problems in the order of the file, each once.
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

    /// How many more problems there are, which were only counted.
    #[must_use]
    pub(crate) fn omitted(&self) -> usize {
        self.omitted
    }

    /// Whether the next problem would only be counted.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= MAX_PROBLEMS
    }

    /// Adds all problems of another list.
    pub(crate) fn append(&mut self, other: Self) {
        self.omitted += other.omitted;
        self.cut_short |= other.cut_short;
        for problem in other.list {
            self.add(problem);
        }
    }

    /// Counts problems that are not kept.
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
