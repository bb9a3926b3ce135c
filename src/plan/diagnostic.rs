//! What the rules have to say about a plans file, each with the path of the value it is about.
//!
//! A path is what the rules know; [`crate::document`] turns it into a place in the text. The
//! path costs a push and a pop on the good way, and is copied only for a finding.

use std::fmt;

use crate::text::value_error::ValueError;

/// One step from a value to a value inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The value of a key.
    Key(&'static str),
    /// An item of a list, from 0. A single value that stands for a list is its item 0.
    Item(usize),
}

/// The way from the root of a file to a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Path(pub Vec<Step>);

/// As a programmer writes it: `plans[3].renewal[0].url`.
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

/// Which part of a value a finding points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// The value itself.
    Value,
    /// The key in front of it.
    Key,
    /// Where it is written: the alias, if it is one or stands behind one.
    Written,
    /// A character of the value: its byte offset in the text that the reader made of it.
    Character(usize),
}

/// A sentence about a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The value that it is about.
    pub(crate) path: Path,
    /// The part of it.
    pub(crate) anchor: Anchor,
    /// What is wrong and what to do.
    pub what: ValueError,
    /// Another value that has to do with it, and how.
    pub(crate) related: Option<(Path, &'static str)>,
}

/// Diagnostics about one file that are kept; more are only counted.
const MAX_DIAGNOSTICS: usize = 10_000;

/// The findings so far, and the path of the value that is being looked at.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    path: Vec<Step>,
    list: Vec<Diagnostic>,
    omitted: usize,
}

impl Diagnostics {
    /// Looks at a value inside the present one.
    pub(crate) fn within<T>(&mut self, step: Step, look: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step);
        let result = look(self);
        self.path.pop();
        result
    }

    /// The path of the value that is being looked at.
    pub(crate) fn path(&self) -> Path {
        Path(self.path.clone())
    }

    /// Adds a finding about the present value.
    pub(crate) fn add(&mut self, anchor: Anchor, what: ValueError) {
        self.add_related(anchor, what, None);
    }

    /// Adds a finding about the present value that has to do with another.
    pub(crate) fn add_related(
        &mut self,
        anchor: Anchor,
        what: ValueError,
        related: Option<(Path, &'static str)>,
    ) {
        if self.list.len() >= MAX_DIAGNOSTICS {
            self.omitted += 1;
            return;
        }
        self.list.push(Diagnostic {
            path: self.path(),
            anchor,
            what,
            related,
        });
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The findings, and how many there are besides.
    pub(crate) fn into_parts(self) -> (Vec<Diagnostic>, usize) {
        (self.list, self.omitted)
    }
}
