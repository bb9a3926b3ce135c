//! Problems as a person reads them: the place, the line, a caret and a hint.
//!
//! The look is rustc's. Only this module knows the crate that draws it. Control and
//! bidirectional characters of a file are made visible before they reach a terminal.
//!
//! Cost: one pass over the text for its lines, then the width of a screen for each problem,
//! however long its line is.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::document::{self, Problem};
use crate::plan::Path;

/// Characters of a line that are shown on either side of a caret, at least.
const AROUND: usize = 60;

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
        let before = &self.bytes[self.lines[line - 1]..offset];
        Position {
            line,
            column: String::from_utf8_lossy(before).chars().count() + 1,
        }
    }

    /// One problem, drawn, with a line break at its end.
    #[must_use]
    pub fn draw(&self, problem: &Problem, severity: Severity) -> String {
        let at = self.position(problem.span.start);
        let (line, caret) = self.excerpt(at, &problem.span);
        let level = match severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let origin = Origin::path(&*self.name)
            .line(at.line)
            .char_column(at.column);
        let snippet = Snippet::source(line)
            .line_start(at.line)
            .fold(false)
            .annotation(AnnotationKind::Primary.span(caret));
        let mut group: Group<'_> = level
            .primary_title(visible(&problem.what.message))
            .element(origin)
            .element(snippet);
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

    /// The line of a problem, cut to what fits around it, and where its caret goes in that.
    fn excerpt(&self, at: Position, span: &Range<usize>) -> (String, Range<usize>) {
        let start = self.lines[at.line - 1];
        let end = self.lines.get(at.line).copied().unwrap_or(self.bytes.len());
        let line = &self.bytes[start..end];
        let trimmed = line.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
        let line = &line[..trimmed.map_or(0, |last| last + 1)];
        let from = (span.start - start).min(line.len());
        let to = span.end.saturating_sub(start).clamp(from, line.len());
        // Four bytes are the most that a character takes.
        let cut = if line.len() > 8 * AROUND {
            AROUND * 4
        } else {
            usize::MAX
        };
        let begin = boundary(line, from.saturating_sub(cut));
        let stop = boundary(
            line,
            to.min(from.saturating_add(cut))
                .saturating_add(cut)
                .min(line.len()),
        );
        let to = to.min(stop);
        let text = |range: Range<usize>| String::from_utf8_lossy(&line[range]).into_owned();
        let before = text(begin..from);
        let inside = text(from..to);
        let caret = before.len()..before.len() + inside.len();
        (before + &inside + &text(to..stop), caret)
    }
}

/// The path of the value that a problem is about, for programs.
#[must_use]
pub fn value_path(problem: &Problem) -> Option<String> {
    problem.path.as_ref().map(Path::to_string)
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
pub fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
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
