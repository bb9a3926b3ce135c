//! The lines that an edit changes, as hunks of a unified diff.
//!
//! A line ends with LF or at the end of the text. A CR before the LF is part of the line. Changes
//! with at most twice [`CONTEXT`] unchanged lines between them are in one hunk.
//!
//! Cost: linear in the lines of both texts before the first change and after the last one, because
//! those lines are only compared. Between these changes, the cost is that of Myers' algorithm with
//! the limits of `similar`.

use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices, group_diff_ops};

/// The number of unchanged lines that are shown before and after a change.
const CONTEXT: usize = 3;

/// A part of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk<'a> {
    /// The number of the first line in the old text, from 1, and the number of lines there.
    pub before: (usize, usize),
    /// The same in the new text.
    pub after: (usize, usize),
    /// Its lines.
    pub lines: Vec<DiffLine<'a>>,
}

/// A line of a hunk, with its line break if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffLine<'a> {
    /// A line in both texts.
    Unchanged(&'a str),
    /// A line only in the old text.
    Removed(&'a str),
    /// A line only in the new text.
    Added(&'a str),
}

/// Returns the hunks that turn the text `before` into the text `after`, in order. There are none if
/// the texts are equal.
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
