//! The fast reader. It reads some plans at a time, with [`common_form`] or else with `serde_yaml`.
//!
//! It returns the list of a text that has no problems, and `None` for any other text. The text must
//! be safe for the fast reader ([`crate::document::limits::fast_readers`]).
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

use crate::document::common_form;
use crate::document::limits::FastReaders;
use crate::plan::raw::{Field, RawFile};
use crate::plan::rules::Checker;
use crate::plan::{Plan, PlanList, Settings};

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

/// Some plans of a text that stand next to each other.
pub(crate) struct Piece<'p, 't> {
    /// Its byte offsets in the text.
    span: Range<usize>,
    /// The settings of the file.
    settings: &'p Settings<'t>,
    /// The plans, in the order of the text.
    pub(crate) plans: Vec<Plan<'t>>,
}

/// Returns the list in a text, and the pieces of at least `piece_bytes` in which it was read.
/// `None` if the text has any problem.
pub(crate) fn read(
    text: &str,
    readers: FastReaders,
    piece_bytes: usize,
) -> Option<(PlanList<'_>, Vec<Part>)> {
    let Some(list) = BlockList::find(text, readers) else {
        return Some((read_piece(text, readers)?, vec![Part::whole(text)]));
    };
    let mut parts = Vec::new();
    let mut plans = Vec::new();
    let mut settings = Settings::default();
    list.for_each_piece(piece_bytes, text.len(), &mut |piece| {
        if parts.is_empty() {
            settings = piece.settings.clone();
        }
        parts.push(Part {
            span: piece.span,
            first: plans.len(),
        });
        plans.extend(piece.plans);
        Some(())
    })?;
    Some((PlanList { settings, plans }, parts))
}

/// The list in one piece of a text.
pub(crate) fn read_piece(text: &str, readers: FastReaders) -> Option<PlanList<'_>> {
    let raw = parse(text, readers)?;
    check(|checker| {
        checker.add(raw);
        Some(())
    })
}

fn parse(text: &str, readers: FastReaders) -> Option<RawFile<'_>> {
    if text.len() > MAX_PIECE_BYTES {
        return None;
    }
    common_form::read(text).or_else(|| match readers {
        FastReaders::CommonForm => None,
        FastReaders::All => read_with_library(text),
    })
}

/// Reads a text with `serde_yaml`, which knows all forms.
pub(crate) fn read_with_library(text: &str) -> Option<RawFile<'_>> {
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
pub(crate) struct BlockList<'t> {
    /// The text above `plans:`; empty if the file is only a list.
    head: &'t str,
    /// The items of the list.
    items: &'t str,
    /// The number of spaces before the list's dashes.
    indent: usize,
    readers: FastReaders,
}

impl<'t> BlockList<'t> {
    /// Finds the list of a text. `None` if the text is not in this form.
    pub(crate) fn find(text: &'t str, readers: FastReaders) -> Option<Self> {
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let content = line.trim_start_matches(' ');
            if is_dash(content) {
                return Some(Self {
                    head: "",
                    items: &text[start..],
                    indent: line.len() - content.len(),
                    readers,
                });
            }
            if !is_blank_line(line) {
                return Self::below_plans(text, start, readers);
            }
            start += line.len();
        }
        None
    }

    /// Finds the list below `plans:`, which is the first key at `first` or follows `calendar:`.
    fn below_plans(text: &'t str, first: usize, readers: FastReaders) -> Option<Self> {
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
                readers,
            });
        }
        None
    }

    /// The settings above the list. `None` if they have a problem.
    pub(crate) fn settings(&self) -> Option<Settings<'t>> {
        let ignore = &mut |_| ();
        let mut checker = Checker::new(ignore);
        self.add_head(&mut checker)?;
        Some(checker.settings().clone())
    }

    /// Reads the list of a text of `length` bytes, and passes each piece of at least `piece_bytes`
    /// to `take`. `None` if the text has a problem, perhaps in the last piece, or if `take` returns
    /// it.
    pub(crate) fn for_each_piece(
        &self,
        piece_bytes: usize,
        length: usize,
        take: &mut dyn FnMut(Piece<'_, 't>) -> Option<()>,
    ) -> Option<()> {
        check(|checker| {
            self.add_head(checker)?;
            let mut rest = self.items;
            while !rest.is_empty() {
                let (piece, later) = rest.split_at(self.piece_end(rest, piece_bytes));
                checker.add(parse(piece, self.readers)?);
                if !checker.is_valid() {
                    return None;
                }
                let start = length - rest.len();
                take(Piece {
                    span: start..start + piece.len(),
                    plans: checker.take_plans(),
                    settings: checker.settings(),
                })?;
                rest = later;
            }
            Some(())
        })
        .map(drop)
    }

    /// Adds the text above the list to a checker.
    fn add_head(&self, checker: &mut Checker<'t, '_>) -> Option<()> {
        if !self.head.is_empty() {
            let head = parse(self.head, self.readers)?;
            // The careful reader reports a second `plans` key.
            if !matches!(head.plans, Field::Absent) {
                return None;
            }
            checker.add(head);
        }
        checker.is_valid().then_some(())
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
