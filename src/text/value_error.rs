//! What is wrong with one value: a sentence and perhaps a hint.
//!
//! A value does not know its place in a file; [`crate::document`] adds it before a person sees the
//! error. Wording: lower case, no full stop, the value that was found in backticks, then what is
//! allowed.

use std::fmt;

use crate::text::escape::is_noncharacter;

/// The maximum number of characters of a value that a message repeats. A longer value is cut with
/// `…`.
const MAX_SHOWN_CHARS: usize = 60;

/// The error of a value that its field does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    /// What is wrong, with the value that was found.
    pub message: String,
    /// What to do about it, if that is known.
    pub hint: Option<String>,
}

impl ValueError {
    /// An error without a hint.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
        }
    }

    /// The same error with a hint.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same error, with "did you mean" for the candidate nearest to `found`, if one is near.
    #[must_use]
    pub(crate) fn did_you_mean<'c>(
        mut self,
        found: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Self {
        if let Some(near) = nearest(found, candidates) {
            self.hint = Some(format!("did you mean `{near}`?"));
        }
        self
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ValueError {}

/// A value in backticks: cut if it is long, with characters that cannot be printed escaped.
#[must_use]
pub(crate) fn quoted(found: &str) -> String {
    let mut out = String::from("`");
    for (index, c) in found.chars().enumerate() {
        if index == MAX_SHOWN_CHARS {
            out.push('…');
            break;
        }
        if c.is_control() || is_noncharacter(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out.push('`');
    out
}

/// Describes the difference between two texts that look alike because of a combining accent or a
/// no-break space, for a hint: `it has U+00E5 where this has U+0061 U+030A`. `None` if the
/// difference is visible.
#[must_use]
pub(crate) fn unlike(near: &str, found: &str) -> Option<String> {
    let (near, found): (Vec<char>, Vec<char>) = (near.chars().collect(), found.chars().collect());
    let same = |(a, b): &(&char, &char)| a == b;
    let start = near.iter().zip(&found).take_while(same).count();
    let (near, found) = (&near[start..], &found[start..]);
    let end = near
        .iter()
        .rev()
        .zip(found.iter().rev())
        .take_while(same)
        .count();
    let (near, found) = (&near[..near.len() - end], &found[..found.len() - end]);
    let is_hidden = |c: &char| {
        matches!(c, '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
            || (c.is_whitespace() && *c != ' ')
    };
    if !near.iter().chain(found).any(is_hidden) {
        return None;
    }
    let points = |text: &[char]| match text {
        [] => "nothing".to_owned(),
        text => {
            let points = text.iter().map(|c| format!("U+{:04X}", u32::from(*c)));
            points.collect::<Vec<_>>().join(" ")
        }
    };
    Some(format!(
        "it has {} where this has {}",
        points(near),
        points(found)
    ))
}

/// Whether two texts differ by one typing error: a wrong, extra or missing character, or two
/// swapped characters. Case is ignored, and `_` counts as `-`.
#[must_use]
pub(crate) fn is_slip(found: &str, meant: &str) -> bool {
    strsim::damerau_levenshtein(&plain(found), &plain(meant)) <= 1
}

fn plain(text: &str) -> String {
    text.to_lowercase().replace('_', "-")
}

/// Returns the candidate that `found` most likely stands for. At most a third of its characters may
/// differ, or two in a short text. Case is ignored, and `_` counts as `-`.
#[must_use]
pub(crate) fn nearest<'c>(
    found: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    const MAX_CHARS: usize = 64;
    let length = found.chars().take(MAX_CHARS + 1).count();
    if length > MAX_CHARS {
        return None;
    }
    let found = plain(found);
    let allowed = if length <= 2 { 1 } else { (length / 3).max(2) };
    candidates
        .into_iter()
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&found, &plain(candidate)),
                candidate,
            )
        })
        .filter(|(distance, candidate)| {
            *distance <= allowed && *distance < candidate.chars().count().max(2)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
