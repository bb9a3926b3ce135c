//! A plans file: its text, its list, and the position of each value.
//!
//! There are two readers. They give the same meaning to every text that both accept:
//!
//! - The fast reader (`fast`) reads the text some plans at a time, into the types of `plan::raw`: a
//!   piece in the form that most people write by itself (`common_form`), any other with
//!   `serde_yaml`. It can only report that the text has no problems. A feed can be written while the
//!   text is read (`stream`).
//! - The careful reader (`tree`, `decode`) keeps the span of every node and finds all problems of
//!   the file in one run. Only this reader reports problems.
//!
//! The careful reader reads a text if the fast reader finds a problem. It also reads a text if the
//! first look at its bytes (`limits`) finds something that the fast reader reads slowly or
//! differently: deep nesting, aliases, merge keys, tags, tabs, a second document.
//!
//! Cost: linear in the text, whatever the text is. A file has at most 64 MiB, collections are
//! nested at most 64 deep, and aliases may repeat at most 64 MiB of text. A file that exceeds a
//! limit has a problem.

mod common_form;
mod decode;
pub(crate) mod edit;
mod fast;
pub(crate) mod fields;
mod limits;
mod locate;
mod mapping;
mod problem;
pub(crate) mod report;
pub(crate) mod stream;
mod syntax;
pub(crate) mod template;
#[cfg(test)]
mod tests;
mod text_warnings;
pub(crate) mod tree;
mod type_error;

use std::ops::Range;

use crate::document::fast::Part;
use crate::document::locate::Locator;
use crate::document::tree::Tree;
use crate::plan::{Diagnostic, Plan, PlanList};

#[cfg(any(test, fuzzing))]
pub use common_form::compare::compare;
pub use limits::{MAX_FILE_BYTES, without_mark};
pub(crate) use problem::MAX_PROBLEMS;
pub use problem::{Problem, Problems};

/// A plans file without problems.
#[derive(Debug)]
pub struct Document<'t> {
    text: &'t str,
    list: PlanList<'t>,
    /// The parts in which the text was read, in order.
    parts: Vec<Part>,
}

impl<'t> Document<'t> {
    /// Reads a whole file. A byte-order mark at the beginning is skipped.
    ///
    /// # Errors
    ///
    /// Returns the first problems of the file, in the order of the file, and the number of the
    /// others.
    pub fn read(bytes: &'t [u8]) -> Result<Self, Problems> {
        let text = limits::text(bytes, MAX_PROBLEMS)?;
        let readers = limits::fast_readers(text);
        let read = readers.and_then(|readers| fast::read(text, readers, fast::PIECE_BYTES));
        if let Some((list, parts)) = read {
            return Ok(Self { text, list, parts });
        }
        let parts = vec![Part::whole(text)];
        read_carefully(text, MAX_PROBLEMS).map(|list| Self { text, list, parts })
    }

    /// The text, without a byte-order mark.
    #[must_use]
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The list in the file.
    #[must_use]
    pub fn list(&self) -> &PlanList<'t> {
        &self.list
    }

    /// The list, without the text.
    #[must_use]
    pub(crate) fn into_list(self) -> PlanList<'t> {
        self.list
    }

    /// Returns a finding as problems of this file. Its list can be read, but the file cannot be
    /// used because of the finding.
    #[must_use]
    pub fn problems(&self, finding: Diagnostic) -> Problems {
        let (tree, _) = Tree::parse(self.text);
        let mut problems = Problems::default();
        problems.add(Locator::new(&tree).problem(finding));
        problems
    }

    /// Returns the warnings about this file: `findings` with their positions, and what the text
    /// itself shows, in the order of the file. At most `limit` are kept.
    #[must_use]
    pub fn warnings(&self, findings: Vec<Diagnostic>, limit: usize) -> Problems {
        let mut problems = Problems::up_to(limit);
        let is_text_searched = text_warnings::may_be_needed(self.text);
        if findings.is_empty() && !is_text_searched {
            return problems;
        }
        let (tree, _) = Tree::parse(self.text);
        let locator = Locator::new(&tree);
        for finding in findings {
            problems.add(locator.problem(finding));
        }
        if is_text_searched {
            text_warnings::add(&tree, &mut problems);
        }
        problems.sorted()
    }

    /// The smallest part of the text that is known to contain a plan of the list.
    pub(crate) fn part(&self, plan: usize) -> Part {
        let next = self.parts.partition_point(|part| part.first <= plan);
        let part = next.checked_sub(1).and_then(|index| self.parts.get(index));
        part.cloned().unwrap_or_else(|| Part::whole(self.text))
    }

    /// Whether the text `after` has the same list as this file, except for the plan at `index`,
    /// which must equal `expected`. The two texts may differ only inside `part`.
    ///
    /// If the list was read in several parts, only the changed part is read again. That is enough,
    /// because the meaning of a part does not depend on its position. If the changed part is read
    /// without an error, it leaves no quotes or brackets open for the next part, and the bytes of
    /// the other parts have not changed. Ids must be unique across parts; they are compared like
    /// all values. A text that was read as a whole is read again as a whole.
    pub(crate) fn is_same_but(
        &self,
        after: &str,
        part: &Part,
        index: usize,
        expected: &Plan<'_>,
    ) -> bool {
        let Some(changed) = self.changed_part(after, part) else {
            return false;
        };
        let ends_at_line = part.span.end == self.text.len() || changed.ends_with('\n');
        let is_piece = self.parts.len() > 1 && ends_at_line;
        let readers = limits::fast_readers(after).filter(|_| is_piece);
        let (read, plans) = if let Some(readers) = readers {
            (fast::read_piece(changed, readers), self.plans_of(part))
        } else {
            let document = Document::read(after.as_bytes()).ok();
            let list = document.map(|document| document.list);
            let list = list.filter(|list| list.settings == self.list.settings);
            (list, 0..self.list.plans.len())
        };
        let Some(read) = read else { return false };
        let is_as_expected = |(index_before, plan): (usize, &Plan<'_>)| {
            plan == match index_before == index {
                true => expected,
                false => &self.list.plans[index_before],
            }
        };
        read.plans.len() == plans.len() && plans.zip(&read.plans).all(is_as_expected)
    }

    /// Returns the text that `after` has in place of a part. `None` if the texts differ outside the
    /// part.
    fn changed_part<'a>(&self, after: &'a str, part: &Part) -> Option<&'a str> {
        let (head, tail) = (&self.text[..part.span.start], &self.text[part.span.end..]);
        after.strip_prefix(head)?.strip_suffix(tail)
    }

    /// The indices of the plans of a part.
    fn plans_of(&self, part: &Part) -> Range<usize> {
        let next = self.parts.iter().find(|other| other.first > part.first);
        let end = next.map_or(self.list.plans.len(), |next| next.first);
        part.first..end
    }
}

/// Returns all problems of a file, in the order of the file, however many there are.
pub(crate) fn all_problems(bytes: &[u8]) -> Problems {
    let read = limits::text(bytes, usize::MAX);
    let read = read.and_then(|text| read_carefully(text, usize::MAX));
    read.err().unwrap_or_default()
}

/// Reads a text with the careful reader. At most `limit` problems are kept.
fn read_carefully(text: &str, limit: usize) -> Result<PlanList<'_>, Problems> {
    limits::no_controls(text, limit)?;
    let (tree, problems) = Tree::parse_with(text, Problems::up_to(limit));
    decode::read(&tree, problems)
}
