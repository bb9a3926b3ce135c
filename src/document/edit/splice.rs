//! Changes to a text, as byte ranges and what comes in their place.

use std::ops::Range;

/// A part of a text and what comes in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// Byte offsets in the text before; empty where something is only added.
    pub range: Range<usize>,
    /// What stands there afterwards.
    pub text: String,
}

impl Splice {
    /// Something in place of something else.
    pub(crate) fn replace(range: Range<usize>, text: String) -> Self {
        Self { range, text }
    }

    /// Something added.
    pub(crate) fn insert(at: usize, text: String) -> Self {
        Self {
            range: at..at,
            text,
        }
    }
}

/// The text with splices applied, which are in order and do not overlap. `None` where they do, or
/// reach past the text or into a character.
pub(crate) fn apply(text: &str, splices: &[Splice]) -> Option<String> {
    let added: usize = splices.iter().map(|splice| splice.text.len()).sum();
    let mut out = String::with_capacity(text.len() + added);
    let mut at = 0;
    for splice in splices {
        out.push_str(text.get(at..splice.range.start)?);
        out.push_str(&splice.text);
        at = splice.range.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// Where the line of an offset begins.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    text[..at]
        .rfind(['\n', '\r'])
        .map_or(0, |before| before + 1)
}

/// Where the line of an offset ends, its break not included.
pub(crate) fn line_end(text: &str, at: usize) -> usize {
    text[at..]
        .find(['\n', '\r'])
        .map_or(text.len(), |end| at + end)
}

/// The line break that is used around an offset.
pub(crate) fn line_break(text: &str, at: usize) -> &'static str {
    let kind = |at: usize| {
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
        return kind(at + next);
    }
    match text[..at].rfind(['\n', '\r']) {
        Some(last) if text[..last].ends_with('\r') => "\r\n",
        Some(last) => kind(last),
        None => "\n",
    }
}
