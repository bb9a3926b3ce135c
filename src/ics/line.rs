//! Content lines (RFC 5545, section 3.1): unfolded, each with its place.

use std::borrow::Cow;

use crate::ics::component::Place;
use crate::ics::limits::MAX_LINE_BYTES;

/// One content line. The line is bytes, since a fold may split a character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogicalLine<'t> {
    /// Without folds and its line end; empty if the line is too long.
    pub(crate) bytes: Cow<'t, [u8]>,
    /// The whole line with its folds, without the last line end.
    pub(crate) place: Place,
    /// Whether it has more than [`MAX_LINE_BYTES`] octets.
    pub(crate) is_too_long: bool,
}

/// An iterator over the content lines of a text; empty lines are skipped.
#[derive(Debug)]
pub(crate) struct LogicalLines<'t> {
    text: &'t [u8],
    at: usize,
    line: usize,
}

impl<'t> LogicalLines<'t> {
    /// The lines of a text without a byte-order mark.
    pub(crate) fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
        }
    }

    /// Where the line at `from` ends, and where the next begins.
    fn line_end(&self, from: usize) -> (usize, usize) {
        let rest = &self.text[from..];
        match rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            None => (self.text.len(), self.text.len()),
            Some(end) => {
                let is_pair = rest[end..].starts_with(b"\r\n");
                (from + end, from + end + if is_pair { 2 } else { 1 })
            }
        }
    }
}

impl<'t> Iterator for LogicalLines<'t> {
    type Item = LogicalLine<'t>;

    fn next(&mut self) -> Option<LogicalLine<'t>> {
        while self.at < self.text.len() {
            let (start, first_line) = (self.at, self.line);
            let (mut end, mut next) = self.line_end(start);
            self.line += 1;
            let mut bytes = Cow::Borrowed(&self.text[start..end]);
            let mut is_too_long = bytes.len() > MAX_LINE_BYTES;
            while let Some(b' ' | b'\t') = self.text.get(next) {
                let from = next + 1;
                (end, next) = self.line_end(from);
                self.line += 1;
                is_too_long |= bytes.len() + (end - from) > MAX_LINE_BYTES;
                if !is_too_long {
                    bytes.to_mut().extend_from_slice(&self.text[from..end]);
                }
            }
            self.at = next;
            if is_too_long {
                bytes = Cow::Borrowed(b"");
            } else if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return Some(LogicalLine {
                bytes,
                place: Place {
                    span: start..end,
                    line: first_line,
                },
                is_too_long,
            });
        }
        None
    }
}
