//! Draws problems for people: the position, the line, a caret and a hint, in the style of rustc.
//!
//! Only this module knows the crate that draws them. Control characters and characters that reorder
//! text are escaped, so that a file cannot control the terminal.
//!
//! Cost: one pass over the text to find its lines, then constant for each problem, because at most
//! [`MAX_WHOLE_LINE_BYTES`] of a line are drawn.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::document::limits;
use crate::document::problem::Problem;
use crate::text::escape::{is_noncharacter, reorders};

/// Lines up to this length are passed to the crate as a whole; it cuts them to the width of the
/// screen.
const MAX_WHOLE_LINE_BYTES: usize = 2000;
/// How many bytes of a longer line are drawn on either side of the start of the caret.
const CONTEXT_BYTES: usize = 240;

/// The severity of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// The file can be used, but may not do what the user expects.
    Warning,
}

impl Severity {
    /// The word for the severity.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A position in a text, as an editor shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The number of the line, from 1. CR LF, LF and CR end a line.
    pub line: usize,
    /// The number of the character on the line, from 1.
    pub column: usize,
}

/// Draws the problems of one file.
#[derive(Debug)]
pub struct Reporter<'a> {
    name: Cow<'a, str>,
    bytes: &'a [u8],
    /// The offset at which each line begins. A plans file has less than 4 GiB.
    lines: Vec<u32>,
    /// The last offset and its position. The next offset is usually after it on the same line, and
    /// then the characters are counted from there.
    last: Cell<(usize, Position)>,
    renderer: Renderer,
}

impl<'a> Reporter<'a> {
    /// Makes a reporter for the file `name` with the content `bytes`. If `styled`, the drawings
    /// contain escape sequences for colour.
    #[must_use]
    pub fn new(name: &'a str, bytes: &'a [u8], styled: bool) -> Self {
        let bytes = limits::without_mark(bytes);
        let mut lines = vec![0];
        let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        lines.extend(ends.map(|(at, _)| (at + 1).min(u32::MAX as usize) as u32));
        Self {
            name: visible(name),
            bytes,
            lines,
            last: Cell::new((0, Position { line: 1, column: 1 })),
            renderer: if styled {
                Renderer::styled()
            } else {
                Renderer::plain()
            },
        }
    }

    /// The position of a byte offset. For an offset after the end of the text, the position of the
    /// end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.bytes.len());
        let is_before = |start: &u32| *start as usize <= offset;
        let line = self.lines.partition_point(is_before).max(1);
        let (start, column) = match self.last.get() {
            (last, position) if position.line == line && last <= offset => (last, position.column),
            _ => (self.lines[line - 1] as usize, 1),
        };
        let between = String::from_utf8_lossy(&self.bytes[start..offset]);
        let column = column + between.chars().count();
        let position = Position { line, column };
        self.last.set((offset, position));
        position
    }

    /// Draws one problem, with a line break at the end.
    #[must_use]
    pub fn draw(&self, problem: &Problem, severity: Severity) -> String {
        let at = self.position(problem.span.start);
        let excerpt = self.excerpt(at, &problem.span);
        let level = match severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group: Group<'_> =
            Group::with_title(level.primary_title(visible(&problem.what.message)));
        let mut snippet = Snippet::source(excerpt.text)
            .line_start(at.line)
            .fold(false)
            .annotation(AnnotationKind::Primary.span(excerpt.caret));
        if excerpt.is_cut {
            // The column of the caret in the excerpt differs from its column in the file.
            let origin = Origin::path(&*self.name).line(at.line);
            group = group.element(origin.char_column(at.column));
        } else {
            snippet = snippet.path(&*self.name);
        }
        group = group.element(snippet);
        if let Some((span, label)) = &problem.related {
            let first = self.position(span.start);
            let place = format!("{label}: {}:{}:{}", self.name, first.line, first.column);
            group = group.element(Level::NOTE.message(place));
        }
        if let Some(hint) = &problem.what.hint {
            group = group.element(Level::HELP.with_name("hint").message(visible(hint)));
        }
        let mut drawn = self.renderer.render(&[group]);
        drawn.push('\n');
        drawn
    }

    /// Returns the line of a problem. For a long line, returns the part around the problem.
    fn excerpt(&self, at: Position, span: &Range<usize>) -> Excerpt {
        let start = self.lines[at.line - 1] as usize;
        let end = self.lines.get(at.line).map(|end| *end as usize);
        let end = end.unwrap_or(self.bytes.len());
        let line = &self.bytes[start..end];
        let trimmed = line.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
        let line = &line[..trimmed.map_or(0, |last| last + 1)];
        let from = (span.start - start).min(line.len());
        let to = span.end.saturating_sub(start).clamp(from, line.len());
        let is_cut = line.len() > MAX_WHOLE_LINE_BYTES;
        let (begin, stop) = if is_cut {
            let stop = to.min(from + CONTEXT_BYTES) + CONTEXT_BYTES;
            (
                floor_boundary(line, from.saturating_sub(CONTEXT_BYTES)),
                floor_boundary(line, stop.min(line.len())),
            )
        } else {
            (0, line.len())
        };
        // annotate-snippets leaves these characters as they are. It makes ASCII control characters
        // visible.
        let is_hidden =
            |c: char| matches!(c, '\u{80}'..='\u{9f}') || is_noncharacter(c) || reorders(c);
        let text = |range: Range<usize>| {
            let text = String::from_utf8_lossy(&line[range]);
            text.replace(is_hidden, "\u{fffd}")
        };
        let (before, inside) = (text(begin..from), text(from..to.min(stop)));
        Excerpt {
            caret: before.len()..before.len() + inside.len(),
            text: before + &inside + &text(to.min(stop)..stop),
            is_cut,
        }
    }
}

/// The part of a line that is drawn.
struct Excerpt {
    text: String,
    /// The byte offsets of the problem in the text.
    caret: Range<usize>,
    /// Whether parts of the line are missing.
    is_cut: bool,
}

/// Moves an offset back to the first byte of its character.
fn floor_boundary(line: &[u8], offset: usize) -> usize {
    let is_continuation = |at: &usize| line.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    (0..=offset)
        .rev()
        .take(4)
        .find(|at| !is_continuation(at))
        .unwrap_or(offset)
}

/// Escapes the control characters, noncharacters and characters that reorder text.
#[must_use]
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let is_hidden = |c: char| c.is_control() || is_noncharacter(c) || reorders(c);
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_hidden(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}
