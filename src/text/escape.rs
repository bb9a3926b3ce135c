//! Characters that have to be escaped, and texts as scalars of YAML.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Texts that need quotes, because some version of YAML reads them as another type.
const TYPED_WORDS: [&str; 10] = [
    "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan",
];

/// Whether a character changes the order in which the text around it is shown: one of Unicode's
/// bidirectional controls (UAX 9, section 2).
#[must_use]
pub(crate) fn reorders(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// Whether a code point is one of Unicode's noncharacters, such as U+FFFE.
pub(crate) fn is_noncharacter(c: char) -> bool {
    let code = u32::from(c);
    code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code)
}

/// Writes a text as a double-quoted scalar of YAML 1.2 (section 7.3.1) on one line. A character for
/// which `needs_escape` is true is written as its code point.
#[must_use]
pub(crate) fn double_quoted(text: &str, needs_escape: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // Writing to a String cannot fail.
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

/// Writes a text as a scalar. It is written without quotes if every YAML reader reads it as this
/// text, and in double quotes otherwise.
pub(crate) fn scalar(text: &str, in_flow: bool) -> Cow<'_, str> {
    if is_plain(text, in_flow) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(double_quoted(text, |c| !is_easy(c)))
}

fn is_plain(text: &str, in_flow: bool) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    let begins = first.is_ascii_alphanumeric() || !first.is_ascii() || "/($".contains(first);
    if !begins || text.ends_with([' ', ':']) || is_typed(text) || text.contains("  ") {
        return false;
    }
    let mut before = ' ';
    text.chars().all(|c| {
        let is_fine = match c {
            '#' => before != ' ',
            ',' | '[' | ']' | '{' | '}' => !in_flow,
            // A colon is allowed if the character after it is, which is checked here.
            _ if before == ':' => c.is_ascii_alphanumeric() || c == '/',
            c => is_easy(c),
        };
        before = c;
        is_fine
    })
}

/// Whether another reader would read a plain scalar as a number, a boolean or null.
fn is_typed(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_number = |c: char| c.is_ascii_hexdigit() || "+-._:xo".contains(c);
    let begins = text.starts_with(|c: char| c.is_ascii_digit());
    TYPED_WORDS.contains(&lower.as_str()) || (begins && lower.chars().all(is_number))
}

/// Whether a character is visible and has no special meaning to any reader of YAML.
pub(crate) fn is_easy(c: char) -> bool {
    let is_blank = c != ' ' && c.is_whitespace();
    !(c.is_control()
        || is_blank
        || reorders(c)
        || matches!(c, '\u{feff}' | '\u{fff0}'..='\u{ffff}'))
}

#[cfg(test)]
mod tests {
    #[test]
    fn quotes_where_they_are_needed() {
        for (text, block, flow) in [
            ("Telenor Kontant", "Telenor Kontant", "Telenor Kontant"),
            (
                "P\u{e5}fyll 49,-",
                "P\u{e5}fyll 49,-",
                "\"P\u{e5}fyll 49,-\"",
            ),
            ("no", "\"no\"", "\"no\""),
            ("123", "\"123\"", "\"123\""),
            ("2027-01-05", "\"2027-01-05\"", "\"2027-01-05\""),
            ("49 NOK", "49 NOK", "49 NOK"),
            ("*100#", "\"*100#\"", "\"*100#\""),
            ("+47 900", "\"+47 900\"", "\"+47 900\""),
            ("a: b", "\"a: b\"", "\"a: b\""),
            ("a #b", "\"a #b\"", "\"a #b\""),
            ("a#b", "a#b", "a#b"),
            (
                "https://x.y/?a=1&b",
                "https://x.y/?a=1&b",
                "https://x.y/?a=1&b",
            ),
            ("\u{6f22}\u{5b57}", "\u{6f22}\u{5b57}", "\u{6f22}\u{5b57}"),
            ("\\ \"", "\"\\\\ \\\"\"", "\"\\\\ \\\"\""),
        ] {
            assert_eq!(super::scalar(text, false), block);
            assert_eq!(super::scalar(text, true), flow);
        }
    }
}
