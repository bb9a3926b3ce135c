//! What is wrong with a plans file. Each diagnostic has the path of the value that it concerns.
//!
//! The rules know only paths. [`crate::document`] turns a path into a position in the text. For a
//! valid value, the path costs one push and one pop; it is copied only for a diagnostic.

use std::fmt;

use crate::text::value_error::ValueError;

/// One step from a value to a value inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The value of a key.
    Key(&'static str),
    /// An item of a list, from 0. A single value in place of a list is item 0.
    Item(usize),
}

/// The path from the root of a file to a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Path(pub Vec<Step>);

/// Writes the path in the notation of programs: `plans[3].renewal[0].url`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if index == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Item(item) => write!(f, "[{item}]")?,
            }
        }
        Ok(())
    }
}

/// The part of a value that a diagnostic points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// The value itself.
    Value,
    /// The key before it.
    Key,
    /// The place where it is written: the alias, if the value is an alias or is inside one.
    Written,
    /// A character of the value, given by its byte offset in the decoded text.
    Character(usize),
}

/// A sentence about what is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The path of the value that it concerns.
    pub(crate) path: Path,
    /// The part of the value that it points at.
    pub(crate) anchor: Anchor,
    /// What is wrong, and what to do about it.
    pub what: ValueError,
    /// Another value that is involved, and a label for it.
    pub(crate) related: Option<(Path, &'static str)>,
}

/// Passes on each diagnostic as it is found, and knows the path of the current value. A file may
/// have millions of diagnostics, so they are not kept here.
pub(crate) struct Diagnostics<'r> {
    path: Vec<Step>,
    report: &'r mut dyn FnMut(Diagnostic),
    is_empty: bool,
}

impl<'r> Diagnostics<'r> {
    /// No diagnostics yet. `report` is called with each one.
    pub(crate) fn new(report: &'r mut dyn FnMut(Diagnostic)) -> Self {
        Self {
            path: Vec::new(),
            report,
            is_empty: true,
        }
    }

    /// Runs `look` with a path that is extended by `step`, to check a value inside the current one.
    pub(crate) fn within<T>(&mut self, step: Step, look: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step);
        let result = look(self);
        self.path.pop();
        result
    }

    /// The path of the current value.
    pub(crate) fn path(&self) -> Path {
        Path(self.path.clone())
    }

    /// Adds a diagnostic about the current value.
    pub(crate) fn add(&mut self, anchor: Anchor, what: ValueError) {
        self.add_related(anchor, what, None);
    }

    /// Adds a diagnostic about the current value that involves another value.
    pub(crate) fn add_related(
        &mut self,
        anchor: Anchor,
        what: ValueError,
        related: Option<(Path, &'static str)>,
    ) {
        self.is_empty = false;
        (self.report)(Diagnostic {
            path: Path(self.path.clone()),
            anchor,
            what,
            related,
        });
    }

    /// Whether there are no diagnostics.
    pub(crate) fn is_empty(&self) -> bool {
        self.is_empty
    }
}
