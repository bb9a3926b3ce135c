//! What an edit changes, as a unified diff for standard output.
//!
//! The diff is exact, so that `git apply -p0` accepts it. Only on a terminal, control characters
//! and characters that reorder text are made visible.

use std::io::{IsTerminal as _, stdout};

use crate::cli::terminal::Terminal;
use crate::document::edit::{DiffLine, hunks};
use crate::document::report::visible;

const PLAIN: &str = "\x1b[0m";
const BOLD: &str = "\x1b[1m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const CYAN: &str = "\x1b[36m";

/// The diff of an edit of the plans file `name`.
pub(crate) fn render(name: &str, before: &str, after: &str) -> String {
    let writer = Writer {
        styled: Terminal::is_output_styled(),
        on_terminal: stdout().is_terminal(),
    };
    let mut out = String::new();
    let name = visible(name);
    writer.line(&mut out, BOLD, "--- ", &format!("{name}\n"));
    writer.line(&mut out, BOLD, "+++ ", &format!("{name}\n"));
    for hunk in hunks(before, after) {
        let range = |(start, count): (usize, usize)| format!("{start},{count}");
        let (old, new) = (range(hunk.before), range(hunk.after));
        writer.line(&mut out, CYAN, "@@ ", &format!("-{old} +{new} @@\n"));
        for line in hunk.lines {
            match line {
                DiffLine::Unchanged(line) => writer.line(&mut out, "", " ", line),
                DiffLine::Removed(line) => writer.line(&mut out, RED, "-", line),
                DiffLine::Added(line) => writer.line(&mut out, GREEN, "+", line),
            }
        }
    }
    out
}

struct Writer {
    /// Whether there are colours.
    styled: bool,
    /// Whether a terminal shows it.
    on_terminal: bool,
}

impl Writer {
    fn line(&self, out: &mut String, colour: &str, sign: &str, line: &str) {
        let colour = if self.styled { colour } else { "" };
        let content = line.strip_suffix('\n').unwrap_or(line);
        out.extend([colour, sign]);
        if self.on_terminal {
            out.push_str(&visible(content.strip_suffix('\r').unwrap_or(content)));
        } else {
            out.push_str(content);
        }
        if !colour.is_empty() {
            out.push_str(PLAIN);
        }
        out.push('\n');
        if content.len() == line.len() {
            out.push_str("\\ No newline at end of file\n");
        }
    }
}
