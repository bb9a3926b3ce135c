//! The fast reader. It reads some plans at a time with `serde_yaml`.
//!
//! It returns the list of a text that has no problems, and `None` for any other text. The text must
//! be safe for the fast reader ([`crate::document::limits::is_fast_path_safe`]).
//!
//! Before `serde_yaml` returns the first value, it keeps all events of a text in memory, which
//! takes sixteen times the size of the text. So a list in block style is read in pieces. A piece
//! begins at a line that has a dash at the indent of the list. Such a line can belong to the plan
//! above it only inside quotes or brackets. In that case, the piece above ends inside the quotes or
//! brackets, which is an error, and the careful reader reads the text. So the result does not
//! depend on where the list is cut.
//!
//! Cost: linear in the text. Memory: the events of one piece, in addition to the list. A piece has
//! at most [`MAX_PIECE_BYTES`], because a hostile one has an event for every two bytes, each of
//! which takes more than a hundred.

use std::ops::Range;

use crate::plan::PlanList;
use crate::plan::raw::{Field, RawFile};
use crate::plan::rules::Checker;

/// The minimum number of bytes of a piece. A piece holds many plans, but all of its events fit into
/// a processor's cache. Under fuzzing the value is small, so that short texts are cut as well.
pub(crate) const PIECE_BYTES: usize = if cfg!(fuzzing) { 64 } else { 32 << 10 };

/// The maximum number of bytes that are read at a time. The careful reader reads a text in which a
/// piece would be longer, such as a long list in brackets.
const MAX_PIECE_BYTES: usize = 512 << 10;

/// A part of a text that is a plans file by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its byte offsets in the text.
    pub(crate) span: Range<usize>,
    /// The index of its first plan in the list.
    pub(crate) first: usize,
}

impl Part {
    /// A part that is the whole text.
    pub(crate) fn whole(text: &str) -> Self {
        Self {
            span: 0..text.len(),
            first: 0,
        }
    }
}

/// Returns the list in a text, and the pieces of at least `piece_bytes` in which it was read.
/// `None` if the text has any problem.
pub(crate) fn read(text: &str, piece_bytes: usize) -> Option<(PlanList<'_>, Vec<Part>)> {
    match BlockList::find(text) {
        Some(list) => list.read(piece_bytes, text.len()),
        None => Some((read_piece(text)?, vec![Part::whole(text)])),
    }
}

/// The list in one piece of a text.
pub(crate) fn read_piece(text: &str) -> Option<PlanList<'_>> {
    let raw = parse(text)?;
    check(|checker| {
        checker.add(raw);
        Some(())
    })
}

fn parse(text: &str) -> Option<RawFile<'_>> {
    if text.len() > MAX_PIECE_BYTES {
        return None;
    }
    RawFile::read(serde_yaml::Deserializer::from_str(text)).ok()
}

/// Returns the list that `read` adds to a checker. `None` if `read` returns it, or if the list has
/// a problem.
fn check<'t>(read: impl FnOnce(&mut Checker<'t, '_>) -> Option<()>) -> Option<PlanList<'t>> {
    let mut is_valid = true;
    let report = &mut |_| is_valid = false;
    let mut checker = Checker::new(report);
    read(&mut checker)?;
    let list = checker.finish();
    is_valid.then_some(list)
}

/// A text whose list of plans is in block style.
struct BlockList<'t> {
    /// The text above `plans:`; empty if the file is only a list.
    head: &'t str,
    /// The items of the list.
    items: &'t str,
    /// The number of spaces before the list's dashes.
    indent: usize,
}

impl<'t> BlockList<'t> {
    /// Finds the list of a text. `None` if the text is not in this form.
    fn find(text: &'t str) -> Option<Self> {
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let content = line.trim_start_matches(' ');
            if is_dash(content) {
                return Some(Self {
                    head: "",
                    items: &text[start..],
                    indent: line.len() - content.len(),
                });
            }
            if !is_blank_line(line) {
                return Self::below_plans(text, start);
            }
            start += line.len();
        }
        None
    }

    /// Finds the list below `plans:`, which is the first key at `first` or follows `calendar:`.
    fn below_plans(text: &'t str, first: usize) -> Option<Self> {
        let is_plans = |line: &str| line.strip_prefix("plans:").is_some_and(is_blank_or_comment);
        let mut start = first;
        for line in text[first..].split_inclusive('\n') {
            let is_calendar =
                start == first && line.strip_prefix("calendar:").is_some_and(begins_value);
            if !is_plans(line) {
                if start == first && !is_calendar {
                    return None;
                }
                start += line.len();
                continue;
            }
            let items = &text[start + line.len()..];
            let first_item = items
                .split_inclusive('\n')
                .find(|line| !is_blank_line(line))?;
            let content = first_item.trim_start_matches(' ');
            return is_dash(content).then_some(Self {
                head: &text[first..start],
                items,
                indent: first_item.len() - content.len(),
            });
        }
        None
    }

    /// Reads the list of a text of `length` bytes.
    fn read(&self, piece_bytes: usize, length: usize) -> Option<(PlanList<'t>, Vec<Part>)> {
        let mut parts = Vec::new();
        let list = check(|checker| {
            let mut plans = 0;
            if !self.head.is_empty() {
                let head = parse(self.head)?;
                // The careful reader reports a second `plans` key.
                if !matches!(head.plans, Field::Absent) {
                    return None;
                }
                checker.add(head);
            }
            let mut rest = self.items;
            while !rest.is_empty() {
                let (piece, later) = rest.split_at(self.piece_end(rest, piece_bytes));
                let raw = parse(piece)?;
                let start = length - rest.len();
                parts.push(Part {
                    span: start..start + piece.len(),
                    first: plans,
                });
                if let Field::Is(list) = &raw.plans {
                    plans += list.len();
                }
                checker.add(raw);
                if !checker.is_valid() {
                    return None;
                }
                rest = later;
            }
            Some(())
        })?;
        Some((list, parts))
    }

    /// Returns the offset at which the first piece of `items` ends: the first dash of the list that
    /// is at least `piece_bytes` after its beginning.
    fn piece_end(&self, items: &str, piece_bytes: usize) -> usize {
        let bytes = items.as_bytes();
        let mut at = piece_bytes.min(bytes.len());
        while let Some(line) = bytes[at..].iter().position(|byte| *byte == b'\n') {
            at += line + 1;
            let line = &items[at..];
            let content = line.trim_start_matches(' ');
            if line.len() - content.len() == self.indent && is_dash(content) {
                return at;
            }
        }
        bytes.len()
    }
}

/// Whether the content of a line begins an item of a list.
fn is_dash(content: &str) -> bool {
    content.starts_with("- ") || content.starts_with("-\n")
}

/// Whether a line has no content except a comment.
fn is_blank_line(line: &str) -> bool {
    line.trim_start_matches(' ').starts_with('#') || is_blank_or_comment(line)
}

/// Whether the rest of a line after a key has no value, but only white space and perhaps a comment.
fn is_blank_or_comment(rest: &str) -> bool {
    let content = rest.trim_matches([' ', '\r', '\n']);
    content.is_empty() || (content.starts_with('#') && rest.starts_with(' '))
}

/// Whether the rest of a line may follow the colon of a key.
fn begins_value(rest: &str) -> bool {
    rest.starts_with([' ', '\r', '\n'])
}
