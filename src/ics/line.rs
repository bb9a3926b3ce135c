//! Content lines (RFC 5545, section 3.1): unfolded, each with its place.

use std::borrow::Cow;

use super::Place;

/// Octets that a line may have, unfolded. A picture within an event has more, and no plan needs it.
pub(crate) const LONGEST_LINE: usize = 1 << 20;

/// One content line. A fold may stand inside a character, so it is bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Logical<'t> {
    /// Without folds and its line end; nothing of a line that is too long.
    pub(crate) bytes: Cow<'t, [u8]>,
    /// All of it, folds and all, without its last line end.
    pub(crate) place: Place,
    /// Whether it has more than [`LONGEST_LINE`] octets.
    pub(crate) is_too_long: bool,
}

/// The content lines of a text without a byte-order mark; empty lines are skipped.
pub(crate) fn logical_lines(text: &[u8]) -> LogicalLines<'_> {
    LogicalLines {
        text,
        at: 0,
        line: 1,
    }
}

/// An iterator over content lines.
#[derive(Debug)]
pub(crate) struct LogicalLines<'t> {
    text: &'t [u8],
    at: usize,
    line: usize,
}

impl<'t> LogicalLines<'t> {
    /// Where the line at `from` ends, and where the next begins.
    fn end(&self, from: usize) -> (usize, usize) {
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

/// Whether a line of quoted-printable goes on with the next (RFC 2045, section 6.7), as lines of
/// vCalendar 1.0 do instead of being folded.
fn is_soft_break(line: &[u8]) -> bool {
    const NAME: &[u8] = b"QUOTED-PRINTABLE";
    // Its parameters are looked at again for each line that it goes on with.
    const LONGEST_HEAD: usize = 256;
    if !line.ends_with(b"=") {
        return false;
    }
    let line = &line[..line.len().min(LONGEST_HEAD)];
    let Some(end) = line.iter().position(|byte| *byte == b':') else {
        return false;
    };
    let mut parameters = line[..end]
        .split(|byte| matches!(byte, b';' | b'='))
        .skip(1);
    parameters.any(|part| part.eq_ignore_ascii_case(NAME))
}

/// Whether a line begins as a property does, with a name in capitals: a line that ends in `=` for
/// no reason takes no other with it.
fn is_property(line: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'-';
    let name = line.iter().take_while(|byte| is_name(byte)).count();
    name > 1 && matches!(line.get(name), Some(b':' | b';'))
}

impl<'t> Iterator for LogicalLines<'t> {
    type Item = Logical<'t>;

    fn next(&mut self) -> Option<Logical<'t>> {
        while self.at < self.text.len() {
            let (start, first_line) = (self.at, self.line);
            let (mut end, mut next) = self.end(start);
            self.line += 1;
            let mut bytes = Cow::Borrowed(&self.text[start..end]);
            let mut is_too_long = bytes.len() > LONGEST_LINE;
            loop {
                let from = match self.text.get(next) {
                    Some(_) if is_soft_break(&bytes) && !is_property(&self.text[next..]) => {
                        bytes.to_mut().pop();
                        next
                    }
                    Some(b' ' | b'\t') => next + 1,
                    _ => break,
                };
                (end, next) = self.end(next);
                self.line += 1;
                is_too_long |= bytes.len() + (end - from) > LONGEST_LINE;
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
            return Some(Logical {
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
