//! Characters that do not stand in a text as they are, and texts in double quotes.

use std::fmt::Write as _;

/// Whether a character reorders the text around it for whoever looks at it: one of Unicode's
/// bidirectional controls (UAX 9, section 2).
#[must_use]
pub fn reorders(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// Whether a code point is none of Unicode's characters: U+FFFE and its like.
#[must_use]
pub fn is_noncharacter(c: char) -> bool {
    let code = u32::from(c);
    code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code)
}

/// A text as a double-quoted scalar of YAML 1.2 (section 7.3.1) on one line; what
/// `needs_escape` is written by its number.
#[must_use]
pub fn double_quoted(text: &str, needs_escape: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // Writing to a String does not fail.
            c if needs_escape(c) => {
                let _ = match u32::from(c) {
                    code @ ..=0xffff => write!(out, "\\u{code:04X}"),
                    code => write!(out, "\\U{code:08X}"),
                };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
