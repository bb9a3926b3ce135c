//! Reading an edited text again without reading all of it again.
//!
//! The fast reader reads a list in pieces, each by itself, and what it reads does not depend on
//! where it cuts (`tests`). So where an edit leaves every piece but one as it was, octet for octet,
//! and that one is still a piece (it reads without an error, so nothing in it is left open into the
//! next), the whole reads as before but for the plans of that piece. What lies across plans, their
//! ids, is compared with them. A text that was read whole is read again whole.

use std::ops::Range;

use super::{Document, fast, limits};
use crate::plan::Plan;

/// A part of a text that is a plans file by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its octets in the text.
    pub(crate) span: Range<usize>,
    /// The index of its first plan in the list.
    pub(crate) first: usize,
}

impl Part {
    /// All of a text.
    pub(crate) fn whole(text: &str) -> Self {
        Self {
            span: 0..text.len(),
            first: 0,
        }
    }
}

impl<'t> Document<'t> {
    /// The text, without a byte-order mark.
    #[must_use]
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The smallest known part of the text that holds a plan of the list.
    pub(crate) fn part(&self, plan: usize) -> Part {
        let behind = self.parts.partition_point(|part| part.first <= plan);
        let part = behind
            .checked_sub(1)
            .and_then(|index| self.parts.get(index));
        part.cloned().unwrap_or_else(|| Part::whole(self.text))
    }

    /// Whether the text `after` holds the same as this one, but for the plan at `index`, which is
    /// `expected` there. The two texts may differ within `part` only.
    pub(crate) fn becomes(
        &self,
        after: &str,
        part: &Part,
        index: usize,
        expected: &Plan<'_>,
    ) -> bool {
        let behind = self.text.len() - part.span.end;
        let Some(end) = after.len().checked_sub(behind) else {
            return false;
        };
        let Some(changed) = after.get(part.span.start..end) else {
            return false;
        };
        if after[..part.span.start] != self.text[..part.span.start]
            || after[end..] != self.text[part.span.end..]
        {
            return false;
        }
        let plans = &self.list.plans;
        let is_piece = self.parts.len() > 1
            && (behind == 0 || changed.ends_with('\n'))
            && limits::is_tame(after);
        let (read, first) = if is_piece {
            (fast::read_piece(changed), part.first)
        } else {
            let document = Document::read(after.as_bytes()).ok();
            let list = document.map(|document| document.list);
            (list.filter(|list| list.settings == self.list.settings), 0)
        };
        let next = self.parts.iter().find(|other| other.first > part.first);
        let last = match next {
            Some(next) if is_piece => next.first,
            _ => plans.len(),
        };
        let Some(read) = read else { return false };
        read.plans.len() == last - first
            && read.plans.iter().enumerate().all(|(at, plan)| {
                let was = if first + at == index {
                    expected
                } else {
                    &plans[first + at]
                };
                plan == was
            })
    }
}
