//! Changes to a text: byte ranges, and the texts that replace them.

use std::ops::Range;

/// A part of a text, and the text that replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// Byte offsets in the old text. The range is empty for an insertion.
    pub range: Range<usize>,
    /// The new text.
    pub text: String,
}

impl Splice {
    /// Replaces a range with a text.
    pub(crate) fn replace(range: Range<usize>, text: String) -> Self {
        Self { range, text }
    }

    /// Inserts a text at an offset.
    pub(crate) fn insert(at: usize, text: String) -> Self {
        Self {
            range: at..at,
            text,
        }
    }
}

/// Applies splices to a text. Returns `None` if they are not in order, if they overlap, or if a
/// range ends after the end of the text or inside a character.
pub(crate) fn apply(text: &str, splices: &[Splice]) -> Option<String> {
    let added: usize = splices.iter().map(|splice| splice.text.len()).sum();
    let mut out = String::with_capacity(text.len() + added);
    let mut copied = 0;
    for splice in splices {
        out.push_str(text.get(copied..splice.range.start)?);
        out.push_str(&splice.text);
        copied = splice.range.end;
    }
    out.push_str(text.get(copied..)?);
    Some(out)
}

/// Returns the offset at which the line at `at` begins.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    text[..at]
        .rfind(['\n', '\r'])
        .map_or(0, |before| before + 1)
}

/// Returns the offset at which the line at `at` ends, without its line break.
pub(crate) fn line_end(text: &str, at: usize) -> usize {
    text[at..]
        .find(['\n', '\r'])
        .map_or(text.len(), |end| at + end)
}

/// Returns the kind of the line break at the end of the line at `at`. For the last line of a text,
/// returns that of the line before it.
pub(crate) fn line_break(text: &str, at: usize) -> &'static str {
    let kind_at = |at: usize| {
        let rest = &text[at..];
        if rest.starts_with("\r\n") {
            "\r\n"
        } else if rest.starts_with('\r') {
            "\r"
        } else {
            "\n"
        }
    };
    if let Some(next) = text[at..].find(['\n', '\r']) {
        return kind_at(at + next);
    }
    match text[..at].rfind(['\n', '\r']) {
        Some(last) if text[..last].ends_with('\r') => "\r\n",
        Some(last) => kind_at(last),
        None => "\n",
    }
}
