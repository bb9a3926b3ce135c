//! Which characters a text may contain, and how many lines it may have.
//!
//! Control characters make some clients refuse a whole feed, so they are errors. Unicode's line and
//! paragraph separators and the C1 "next line" break other clients, so they become a line break in
//! a text of several lines and a space in a text of one line.

use std::borrow::Cow;

use crate::text::escape::is_noncharacter;
use crate::text::value_error::ValueError;

/// Whether a text may have line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    /// One line only.
    One,
    /// Any number of lines.
    Many,
}

/// Returns the text as a feed may contain it: trimmed, with separators replaced.
///
/// # Errors
///
/// Returns an error for a control character, a noncharacter, or a line break in a text of one line.
/// The error has the byte offset of the character in `text`.
pub(crate) fn clean<'a>(
    text: Cow<'a, str>,
    lines: Lines,
) -> Result<Cow<'a, str>, (usize, ValueError)> {
    // Every other byte is part of a printable character.
    let plain = |byte: u8| byte >= b' ' && byte != 0x7f && !matches!(byte, 0xc2 | 0xe2 | 0xef..);
    if text.bytes().all(plain) && !text.starts_with(is_blank) && !text.ends_with(is_blank) {
        return Ok(text);
    }
    // The line break that ends a block scalar does not count as a second line.
    let body = text.trim_end_matches(is_blank);
    for (offset, c) in body.char_indices() {
        match c {
            '\n' | '\r' if lines == Lines::One => {
                return Err((
                    offset,
                    ValueError::new("a line break where one line is wanted")
                        .hint("write it on one line"),
                ));
            }
            '\n' | '\r' | '\t' | '\u{85}' => {}
            c if c.is_control() || is_noncharacter(c) => {
                return Err((
                    offset,
                    ValueError::new(format!("control character U+{:04X}", u32::from(c)))
                        .hint("remove it: some calendars refuse a whole feed for it"),
                ));
            }
            _ => {}
        }
    }
    let is_separator = |c: char| matches!(c, '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let trimmed = body.trim_start_matches(is_blank);
    if trimmed.contains(is_separator) {
        let line_break = if lines == Lines::Many { "\n" } else { " " };
        let unix = trimmed.replace("\r\n", "\n").replace('\t', " ");
        return Ok(Cow::Owned(
            unix.replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], line_break),
        ));
    }
    if trimmed.len() == text.len() {
        return Ok(text);
    }
    let start = body.len() - trimmed.len();
    Ok(match &text {
        Cow::Borrowed(whole) => Cow::Borrowed(&whole[start..body.len()]),
        Cow::Owned(_) => Cow::Owned(trimmed.to_owned()),
    })
}

/// Whether a character is white space that is trimmed from the ends of a text. Vertical tabs and
/// form feeds are not trimmed: they are control characters, so they are errors.
fn is_blank(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\x0b' | '\x0c')
}

/// Whether a text is empty, or contains only white space and characters without width.
pub(crate) fn is_empty(text: &str) -> bool {
    let hidden = |c: char| {
        matches!(
            c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
    };
    text.chars().all(|c| hidden(c) || is_blank(c))
}

#[cfg(test)]
mod tests {
    use super::Lines;
    use super::clean;

    #[test]
    fn keeps_what_is_printable() {
        for text in [
            "A B",
            "漢字",
            "Ærø — “quoted”",
            "🇳🇴",
            "a\u{301}",
            "#*;,\\\"'",
        ] {
            assert_eq!(clean(text.into(), Lines::One), Ok(text.into()));
        }
        for (text, one, many) in [
            ("  a ", Some("a"), "a"),
            ("a\n", Some("a"), "a"),
            ("a\tb", Some("a b"), "a b"),
            ("\u{3000}a\u{2028}", Some("a"), "a"),
            ("\u{2028}\u{a0}", Some(""), ""),
            ("a\u{2028}b", Some("a b"), "a\nb"),
            ("a\u{85}b\u{2029}c", Some("a b c"), "a\nb\nc"),
            ("a\nb", None, "a\nb"),
            ("a\r\nb\rc", None, "a\nb\nc"),
        ] {
            assert_eq!(
                clean(text.into(), Lines::One).ok().as_deref(),
                one,
                "{text:?}"
            );
            assert_eq!(
                clean(text.into(), Lines::Many).ok().as_deref(),
                Some(many),
                "{text:?}"
            );
        }
    }

    #[test]
    fn refuses_every_other_control_character() {
        let controls = (0..0x20)
            .chain(0x7f..0xa0)
            .chain([0xfffe, 0xffff, 0xfdd0, 0x1fffe]);
        for code in controls.filter(|code| ![0x09, 0x0a, 0x0d, 0x85].contains(code)) {
            let c = char::from_u32(code).expect("a character");
            let error = clean(format!("é{c}b").into(), Lines::Many).expect_err("a control");
            assert_eq!(error.0, 2, "U+{code:04X}");
            assert_eq!(error.1.message, format!("control character U+{code:04X}"));
        }
    }
}
