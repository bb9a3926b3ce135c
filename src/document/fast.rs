//! The fast reader: serde_yaml, some plans at a time.
//!
//! serde_yaml keeps all events of a text in memory, sixteen times the text, before it hands out
//! the first. So a list that is written as lists are, one plan below the other, is given to it in
//! pieces, cut where a line begins with the list's own dash. Such a line can be no part of the
//! plan above it, unless it stands inside quotes or brackets; then the piece above ends inside
//! them and is an error, and the careful reader reads the text.

use crate::document::reparse::Part;
use crate::plan::PlanList;
use crate::plan::raw::{Field, RawFile};
use crate::plan::rules::Checker;

/// Octets of a piece: many plans, and with all of its events still within a processor's cache. Where
/// it is fuzzed, few, so that short texts are cut as well.
pub(crate) const PIECE: usize = if cfg!(fuzzing) { 64 } else { 32 << 10 };

/// The list in a text, if nothing at all is wrong with it, and the pieces in which it was read.
pub(crate) fn read(text: &str, piece: usize) -> Option<(PlanList<'_>, Vec<Part>)> {
    match Layout::of(text) {
        Some(layout) => layout.read(piece, text.len()),
        None => Some((read_piece(text)?, vec![Part::whole(text)])),
    }
}

/// The list in one piece of a text.
pub(crate) fn read_piece(text: &str) -> Option<PlanList<'_>> {
    let mut checker = Checker::default();
    checker.add(parse(text)?);
    good(checker)
}

fn parse(text: &str) -> Option<RawFile<'_>> {
    RawFile::read(serde_yaml::Deserializer::from_str(text)).ok()
}

fn good(checker: Checker<'_>) -> Option<PlanList<'_>> {
    let (list, findings) = checker.finish();
    findings.is_empty().then_some(list)
}

/// A text whose list of plans is written one below the other.
struct Layout<'t> {
    /// What stands above `plans:`; nothing where the list is all there is.
    head: &'t str,
    items: &'t str,
    /// Spaces in front of the list's dashes.
    indent: usize,
}

impl<'t> Layout<'t> {
    fn of(text: &'t str) -> Option<Self> {
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

    /// The list below `plans:`, which stands first or behind `calendar:`.
    fn below_plans(text: &'t str, first: usize) -> Option<Self> {
        let is_plans = |line: &str| line.strip_prefix("plans:").is_some_and(is_blank);
        let mut start = first;
        for line in text[first..].split_inclusive('\n') {
            let begins = start == first && line.strip_prefix("calendar:").is_some_and(is_value);
            if !is_plans(line) {
                if start == first && !begins {
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

    /// Reads the list of a text that is `length` octets long.
    fn read(&self, piece: usize, length: usize) -> Option<(PlanList<'t>, Vec<Part>)> {
        let mut checker = Checker::default();
        let mut parts = Vec::new();
        let mut plans = 0;
        if !self.head.is_empty() {
            let head = parse(self.head)?;
            // A second `plans` is for the careful reader.
            if !matches!(head.plans, Field::Absent) {
                return None;
            }
            checker.add(head);
        }
        let mut rest = self.items;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(self.end(rest, piece));
            let raw = parse(now)?;
            let start = length - rest.len();
            parts.push(Part {
                span: start..start + now.len(),
                first: plans,
            });
            if let Field::Is(list) = &raw.plans {
                plans += list.len();
            }
            checker.add(raw);
            rest = later;
        }
        Some((good(checker)?, parts))
    }

    /// Where a piece of the list ends that has `piece` octets or more.
    fn end(&self, items: &str, piece: usize) -> usize {
        let bytes = items.as_bytes();
        let mut at = piece.min(bytes.len());
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

/// Whether a line goes on as an item of a list.
fn is_dash(content: &str) -> bool {
    content.starts_with("- ") || content.starts_with("-\n")
}

/// A line without content.
fn is_blank_line(line: &str) -> bool {
    line.trim_start_matches(' ').starts_with('#') || is_blank(line)
}

/// What may stand behind a key without a value: white space, and behind that a comment.
fn is_blank(rest: &str) -> bool {
    let content = rest.trim_matches([' ', '\r', '\n']);
    content.is_empty() || (content.starts_with('#') && rest.starts_with(' '))
}

/// What may stand behind a key.
fn is_value(rest: &str) -> bool {
    rest.starts_with([' ', '\r', '\n'])
}
