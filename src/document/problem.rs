//! Problems of a file. Every problem has a position.

use std::fmt;
use std::ops::Range;

use crate::plan::Path;
use crate::text::value_error::ValueError;

/// The maximum number of problems of one file that are kept. Further problems are only counted.
const MAX_PROBLEMS: usize = 10_000;

/// One problem and its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Byte offsets in the text without its byte-order mark. They are never after the end of the
    /// text.
    pub span: Range<usize>,
    /// What is wrong, and what to do about it.
    pub what: ValueError,
    /// Another span that is part of the problem, and its label.
    pub related: Option<(Range<usize>, &'static str)>,
    /// The path of the value that the problem concerns, if the rules of a plan found the problem.
    pub path: Option<Path>,
}

impl Problem {
    /// Makes a problem at a position.
    pub(crate) fn at(span: Range<usize>, what: ValueError) -> Self {
        Self {
            span,
            what,
            related: None,
            path: None,
        }
    }
}

/// All problems of a file, in the order of the file. If this is an error, there is at least one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    list: Vec<Problem>,
    omitted: usize,
    cut_short: bool,
}

impl Problems {
    /// Adds a problem. If there are too many, the problem is only counted.
    pub(crate) fn add(&mut self, problem: Problem) {
        if self.is_full() {
            self.omitted += 1;
        } else {
            self.list.push(problem);
        }
    }

    /// Adds a problem that ends the reading of the text.
    pub(crate) fn add_last(&mut self, problem: Problem) {
        self.list.push(problem);
        self.cut_short = true;
    }

    /// Whether the whole text could be read.
    pub(crate) fn is_complete(&self) -> bool {
        !self.cut_short
    }

    /// Returns `Ok` if there are no problems. Otherwise, returns the problems in the order of the
    /// file, without duplicates.
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

    /// The number of further problems, which were only counted.
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

    /// Adds a number of problems that are only counted.
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
