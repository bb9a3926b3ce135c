//! The lines that an edit changes, as hunks of a unified diff.
//!
//! A line ends with LF or with the text; a CR in front of the LF is part of the line. Changes with
//! at most twice [`CONTEXT`] unchanged lines between them are in one hunk.
//!
//! Cost: linear in the lines of both texts outside of the first and last change, because those are
//! only compared. Between them it is the cost of Myers' algorithm with the limits that `similar`
//! gives it.

use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices, group_diff_ops};

/// Unchanged lines that are shown on either side of a change.
const CONTEXT: usize = 3;

/// A part of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk<'a> {
    /// The number of its first line in the old text, from 1, and the count of lines there.
    pub before: (usize, usize),
    /// The same in the new text.
    pub after: (usize, usize),
    /// Its lines.
    pub lines: Vec<DiffLine<'a>>,
}

/// A line of a hunk, with its line break if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffLine<'a> {
    /// It is in both texts.
    Unchanged(&'a str),
    /// It is only in the old text.
    Removed(&'a str),
    /// It is only in the new text.
    Added(&'a str),
}

/// The hunks that turn the text `before` into the text `after`, in order; none if they are equal.
#[must_use]
pub fn hunks<'a>(before: &'a str, after: &'a str) -> Vec<Hunk<'a>> {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    let groups = group_diff_ops(ops, CONTEXT).into_iter();
    groups.map(|ops| hunk(&ops, &old, &new)).collect()
}

fn hunk<'a>(ops: &[DiffOp], old: &[&'a str], new: &[&'a str]) -> Hunk<'a> {
    let mut hunk = Hunk {
        before: (0, 0),
        after: (0, 0),
        lines: Vec::new(),
    };
    if let Some(first) = ops.first() {
        hunk.before.0 = first.old_range().start + 1;
        hunk.after.0 = first.new_range().start + 1;
    }
    for op in ops {
        hunk.before.1 += op.old_range().len();
        hunk.after.1 += op.new_range().len();
        let changes = op.iter_changes(old, new);
        hunk.lines.extend(changes.map(|change| match change.tag() {
            ChangeTag::Equal => DiffLine::Unchanged(change.value()),
            ChangeTag::Delete => DiffLine::Removed(change.value()),
            ChangeTag::Insert => DiffLine::Added(change.value()),
        }));
    }
    hunk
}
