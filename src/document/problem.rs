//! Problems of a file. Every problem has a position.
//!
//! A file may have millions of problems, but people read the first ones. So only the first problems
//! in the order of the file are kept, and the others are counted. The texts of a problem that is
//! only counted are not made, unless it has to be compared with others.

use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;

use crate::plan::Path;
use crate::text::value_error::ValueError;

/// How many problems of one file are kept, unless all are asked for.
pub(crate) const MAX_PROBLEMS: usize = 50;

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

    /// Its place in the order of the file.
    fn order(&self) -> (usize, usize) {
        (self.span.start, self.span.end)
    }
}

/// The first problems of a file, in the order of the file, and the number of the others. If this is
/// an error, there is at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    /// In the order in which they were found, until [`Self::sorted`].
    list: Vec<Problem>,
    /// How many of them are kept.
    limit: usize,
    omitted: usize,
    /// From here on in the order of the file, problems are only counted.
    cut: Option<(usize, usize)>,
    /// A hash of each problem so far, if one may be found twice. Boxed, so that an error is small.
    seen: Option<Box<Fingerprints>>,
    cut_short: bool,
}

impl Default for Problems {
    fn default() -> Self {
        Self::up_to(MAX_PROBLEMS)
    }
}

impl Problems {
    /// No problems yet. The first `limit` problems in the order of the file are kept.
    pub(crate) fn up_to(limit: usize) -> Self {
        Self {
            list: Vec::new(),
            limit,
            omitted: 0,
            cut: None,
            seen: None,
            cut_short: false,
        }
    }

    /// From now on, a problem that is found a second time at the same position is ignored. That
    /// happens only in texts with aliases, and costs a few bytes for each problem.
    pub(crate) fn ignore_repeated(&mut self) {
        self.seen.get_or_insert_default();
    }

    /// Adds a problem.
    pub(crate) fn add(&mut self, problem: Problem) {
        if let Some(seen) = &mut self.seen
            && !seen.0.insert(fingerprint(&problem))
        {
            return;
        }
        if self.cut.is_some_and(|cut| problem.order() >= cut) {
            self.omitted += 1;
            return;
        }
        self.list.push(problem);
        if self.list.len() >= self.limit.saturating_mul(2) {
            self.drop_last();
        }
    }

    /// Adds a problem at a position. `what` is not called if the problem is only counted.
    pub(crate) fn add_at(&mut self, span: Range<usize>, what: impl FnOnce() -> ValueError) {
        if self.counts_only(&span) {
            self.omitted += 1;
        } else {
            self.add(Problem::at(span, what()));
        }
    }

    /// Counts a problem that is known to stand at `start` or after it. Returns false, without
    /// counting it, if the problem may have to be kept or compared.
    pub(crate) fn count_from(&mut self, start: usize) -> bool {
        let is_counted = self.counts_only(&(start..start));
        self.omitted += usize::from(is_counted);
        is_counted
    }

    /// Adds a problem that ends the reading of the text.
    pub(crate) fn add_last(&mut self, problem: Problem) {
        self.add(problem);
        self.cut_short = true;
    }

    /// Whether the whole text could be read.
    pub(crate) fn is_complete(&self) -> bool {
        !self.cut_short
    }

    /// Whether there are no problems.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns `Ok` if there are no problems. Otherwise, returns the problems.
    pub(crate) fn into_result(self) -> Result<(), Self> {
        match self.is_empty() {
            true => Ok(()),
            false => Err(self.sorted()),
        }
    }

    /// The problems in the order of the file.
    pub(crate) fn sorted(mut self) -> Self {
        self.drop_last();
        self
    }

    /// The problems that were kept.
    #[must_use]
    pub fn list(&self) -> &[Problem] {
        &self.list
    }

    /// The number of further problems, which were only counted.
    #[must_use]
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    /// The number of all problems.
    #[must_use]
    pub(crate) fn count(&self) -> usize {
        self.list.len() + self.omitted
    }

    /// Whether a problem at a position is counted, whatever it says.
    fn counts_only(&self, span: &Range<usize>) -> bool {
        self.seen.is_none() && self.cut.is_some_and(|cut| (span.start, span.end) >= cut)
    }

    /// Sorts the problems, and drops those after the first `limit`.
    fn drop_last(&mut self) {
        self.list.sort_by_key(Problem::order);
        if self.list.len() > self.limit {
            self.omitted += self.list.len() - self.limit;
            self.list.truncate(self.limit);
        }
        if self.list.len() == self.limit {
            self.cut = self.list.last().map(Problem::order);
        }
    }
}

/// The hashes of problems.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Fingerprints(HashSet<u64>);

fn fingerprint(problem: &Problem) -> u64 {
    let mut hasher = DefaultHasher::new();
    problem.order().hash(&mut hasher);
    problem.what.message.hash(&mut hasher);
    problem.what.hint.hash(&mut hasher);
    hasher.finish()
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        let mut problems = Self::default();
        problems.add_last(problem);
        problems
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.list.as_slice() {
            [one] if self.omitted == 0 => one.what.fmt(f),
            _ => write!(f, "{} problems", self.count()),
        }
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests {
    use super::{MAX_PROBLEMS, Problem, Problems};
    use crate::text::value_error::ValueError;

    fn problem(start: usize, message: &str) -> Problem {
        Problem::at(start..start + 1, ValueError::new(message))
    }

    #[test]
    fn the_first_in_the_file_are_kept_in_whatever_order_they_are_found() {
        for step in [1, 7, 999] {
            let mut problems = Problems::default();
            for index in 0..1000 {
                let start = index * step % 1000;
                if index % 2 == 0 {
                    problems.add(problem(start, "wrong"));
                } else if !problems.count_from(start) {
                    problems.add_at(start..start + 1, || ValueError::new("wrong"));
                }
            }
            let problems = problems.into_result().expect_err("problems");
            let starts: Vec<usize> = problems.list().iter().map(|it| it.span.start).collect();
            assert_eq!(starts, (0..MAX_PROBLEMS).collect::<Vec<_>>(), "{step}");
            assert_eq!((problems.omitted(), problems.count()), (950, 1000));
        }
    }

    #[test]
    fn what_is_only_counted_is_not_described() {
        let mut problems = Problems::up_to(2);
        for start in [5, 1, 3, 2] {
            problems.add(problem(start, "wrong"));
        }
        problems.add_at(2..4, || unreachable!("it is described"));
        let problems = problems.into_result().expect_err("problems");
        assert_eq!((problems.list().len(), problems.omitted()), (2, 3));
    }

    #[test]
    fn a_problem_that_may_be_found_twice_is_counted_once() {
        let mut problems = Problems::up_to(2);
        problems.ignore_repeated();
        for start in [1, 2, 3, 4, 5, 3, 5, 1] {
            problems.add(problem(start, "wrong"));
        }
        problems.add(problem(5, "another"));
        let problems = problems.into_result().expect_err("problems");
        assert_eq!((problems.list().len(), problems.omitted()), (2, 4));
    }
}
