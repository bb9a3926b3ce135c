//! Problems as a person reads them: the place, the line, a caret and a hint.
//!
//! The look is rustc's. Only this module knows the crate that draws it. Control and
//! bidirectional characters of a file are made visible before they reach a terminal.
//!
//! Cost: one pass over the text for its lines, then the width of a screen for each problem,
//! however long its line is.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::Problem;
use crate::document;
use crate::text::escape::{is_noncharacter, reorders};

/// Bytes up to which a line is drawn whole, and left to the width of a screen.
const LONG: usize = 2000;
/// Bytes of a longer line that are drawn on either side of a caret.
const AROUND: usize = 240;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// It can, and would surprise.
    Warning,
}

impl Severity {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A place as people count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1. CR LF, LF and a lone CR end one.
    pub line: usize,
    /// The character of it, from 1.
    pub column: usize,
}

/// A file that problems are shown of.
#[derive(Debug)]
pub struct Reporter<'a> {
    name: Cow<'a, str>,
    bytes: &'a [u8],
    /// The offset at which each line begins.
    lines: Vec<usize>,
    /// The offset and position that were asked for last: the next is most often behind it.
    last: Cell<(usize, Position)>,
    renderer: Renderer,
}

impl<'a> Reporter<'a> {
    /// Reports of the file `name` with the content `bytes`. Styled text holds escape sequences
    /// for colour.
    #[must_use]
    pub fn new(name: &'a str, bytes: &'a [u8], styled: bool) -> Self {
        let bytes = document::without_mark(bytes);
        let mut lines = vec![0];
        let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        lines.extend(ends.map(|(at, _)| at + 1));
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

    /// The position of a byte offset.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.bytes.len());
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        let (start, column) = match self.last.get() {
            (last, position) if position.line == line && last <= offset => (last, position.column),
            _ => (self.lines[line - 1], 1),
        };
        let between = String::from_utf8_lossy(&self.bytes[start..offset]);
        let column = column + between.chars().count();
        let position = Position { line, column };
        self.last.set((offset, position));
        position
    }

    /// One problem, drawn, with a line break at its end.
    #[must_use]
    pub(crate) fn draw(&self, problem: &Problem, severity: Severity) -> String {
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
            // The column of a caret in a part of the line is not the column in the file.
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

    /// The line of a problem, cut to what fits around it where it is long.
    fn excerpt(&self, at: Position, span: &Range<usize>) -> Excerpt {
        let start = self.lines[at.line - 1];
        let end = self.lines.get(at.line).copied().unwrap_or(self.bytes.len());
        let line = &self.bytes[start..end];
        let trimmed = line.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
        let line = &line[..trimmed.map_or(0, |last| last + 1)];
        let from = (span.start - start).min(line.len());
        let to = span.end.saturating_sub(start).clamp(from, line.len());
        let is_cut = line.len() > LONG;
        let (begin, stop) = if is_cut {
            let stop = to.min(from + AROUND) + AROUND;
            (
                boundary(line, from.saturating_sub(AROUND)),
                boundary(line, stop.min(line.len())),
            )
        } else {
            (0, line.len())
        };
        // annotate-snippets leaves these as they are; of ASCII's controls it draws pictures.
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

/// What is shown of a line.
struct Excerpt {
    text: String,
    caret: Range<usize>,
    is_cut: bool,
}

/// The offset, moved back to where a character begins.
fn boundary(line: &[u8], offset: usize) -> usize {
    let is_inside = |at: &usize| line.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    (0..=offset)
        .rev()
        .take(4)
        .find(|at| !is_inside(at))
        .unwrap_or(offset)
}

/// A text in which control characters and those that reorder text can be seen.
#[must_use]
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| c.is_control() || is_noncharacter(c) || reorders(c);
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if hidden(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}
