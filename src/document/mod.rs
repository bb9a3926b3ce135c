//! A plans file: its text, the list in it, and where each value stands.
//!
//! A file is read once, by serde_yaml, straight into the types of `plan::raw`, some plans at a
//! time. Two things send it to a second, careful reader: a first look at the bytes (`guard`) that finds anything
//! which the fast reader is slow at or reads differently (deep nesting, aliases, merge keys, tags,
//! tabs, a second document), or any problem at all. The careful reader keeps the span of every
//! node (`tree`) and finds all problems of the file at once. It alone decides what is wrong; the
//! fast reader can only say that nothing is.
//!
//! Cost: linear in the text, whatever it is. Nesting past 64 is refused before anything is built,
//! aliases may repeat 64 MiB of text, and a file has at most 64 MiB.

mod decode;
pub(crate) mod edit;
mod fast;
mod limits;
mod locate;
mod mapping;
mod problem;
mod reparse;
pub(crate) mod report;
mod syntax;
pub(crate) mod template;
#[cfg(test)]
mod tests;
pub(crate) mod tree;
mod type_error;

use std::ops::Range;

use crate::plan::raw::Field;
use crate::plan::rules::Checker;
use crate::plan::{Anchor, Diagnostic, Path, PlanList, Step};

pub use limits::LONGEST;
pub use limits::without_mark;
pub use problem::Problem;
pub use problem::Problems;
pub(crate) use reparse::Part;
use tree::Tree;

/// A plans file without problems.
#[derive(Debug)]
pub struct Document<'t> {
    text: &'t str,
    list: PlanList<'t>,
    /// The parts in which it was read, in order.
    parts: Vec<Part>,
}

impl<'t> Document<'t> {
    /// Reads a whole file. A byte-order mark in front is skipped.
    ///
    /// # Errors
    ///
    /// All problems of the file, in its order.
    pub fn read(bytes: &'t [u8]) -> Result<Self, Problems> {
        let text = limits::text(bytes)?;
        if limits::is_tame(text)
            && let Some((list, parts)) = fast::read(text, fast::PIECE)
        {
            return Ok(Self { text, list, parts });
        }
        let parts = vec![Part::whole(text)];
        read_carefully(text).map(|list| Self { text, list, parts })
    }

    /// The list in it.
    #[must_use]
    pub fn list(&self) -> &PlanList<'t> {
        &self.list
    }

    /// A finding for which this file cannot be used, though its list can be read.
    #[must_use]
    pub(crate) fn problems(&self, finding: Diagnostic) -> Problems {
        let mut problems = Problems::default();
        for problem in self.locate(vec![finding]) {
            problems.add(problem);
        }
        problems
    }

    /// Finds the places of findings about this file, in its order. The text is parsed again for
    /// it, once.
    #[must_use]
    pub(crate) fn locate(&self, findings: Vec<Diagnostic>) -> Vec<Problem> {
        if findings.is_empty() {
            return Vec::new();
        }
        let (tree, _) = Tree::parse(self.text);
        let mut problems: Vec<Problem> = findings
            .into_iter()
            .map(|finding| locate(&tree, finding))
            .collect();
        problems.sort_by_key(|problem| problem.span.start);
        problems
    }
}

fn read_carefully(text: &str) -> Result<PlanList<'_>, Problems> {
    limits::no_controls(text)?;
    let (tree, mut problems) = Tree::parse(text);
    let complete = problems.is_complete();
    let raw = decode::decode(&tree, &mut problems);
    let plans = match &raw.plans {
        Field::Is(list) => list.len(),
        Field::Absent | Field::Faulty => 0,
    };
    let mut checker = Checker::default();
    checker.add(raw);
    let (list, findings) = checker.finish();
    let (findings, omitted) = findings.into_parts();
    problems.omit(omitted);
    for finding in findings {
        // Behind a syntax error there may be whatever is missing, in the last plan as well.
        let may_follow = match finding.path.0[..] {
            [] | [_] => true,
            [_, Step::Item(plan)] => plan + 1 == plans,
            _ => false,
        };
        if complete || !may_follow {
            problems.add(locate(&tree, finding));
        }
    }
    problems.into_result().map(|()| list)
}

fn locate(tree: &Tree<'_>, finding: Diagnostic) -> Problem {
    let span = |path: &Path, aim: Anchor| -> Range<usize> { locate::span(tree, path, aim) };
    Problem {
        span: span(&finding.path, finding.anchor),
        related: finding
            .related
            .map(|(path, label)| (span(&path, Anchor::Value), label)),
        what: finding.what,
        path: Some(finding.path),
    }
}
