//! Writes a text as a YAML scalar on one line.
//!
//! Every YAML reader reads the scalar as exactly the given text, both in block style and inside
//! brackets.

use crate::text::escape::{double_quoted, is_noncharacter, reorders};

/// The quotes around a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// No quotes.
    Plain,
    /// Single quotes, `'`.
    Single,
    /// Double quotes, `"`.
    Double,
}

impl Quotes {
    /// Returns the quotes of a scalar; `source` is its text in the file.
    pub(crate) fn of(source: &str) -> Self {
        match source.bytes().next() {
            Some(b'\'') => Self::Single,
            Some(b'"') => Self::Double,
            _ => Self::Plain,
        }
    }
}

/// Writes a text in the `preferred` quotes, or in double quotes if those cannot express it.
pub(crate) fn write_text(text: &str, preferred: Quotes) -> String {
    let needs_escapes = text.chars().any(needs_escape);
    match preferred {
        Quotes::Plain if is_plain(text) => text.to_owned(),
        // Single quotes allow no escapes.
        Quotes::Single if !needs_escapes => format!("'{}'", text.replace('\'', "''")),
        _ => double_quoted(text, needs_escape),
    }
}

/// Writes a key, a date or an amount in the given quotes. Such a word needs no quotes.
pub(crate) fn write_word(word: &str, quotes: Quotes) -> String {
    match quotes {
        Quotes::Plain => word.to_owned(),
        quotes => write_text(word, quotes),
    }
}

/// Whether a character must be escaped: YAML does not allow it or reads it as a line break, or it
/// reorders the text around it in a diff.
fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}')
        || reorders(c)
        || is_noncharacter(c)
}

/// Whether a text needs no quotes: it contains no YAML syntax, and no reader takes it for a number,
/// a date, a boolean or null.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let begins_plain = text.starts_with(|c: char| c.is_alphanumeric())
        || text.starts_with("./")
        || text.starts_with("../")
        || text.starts_with('/');
    let is_plain_char = |c: char| c.is_alphanumeric() || " ._/+-()".contains(c);
    let without_scheme = text.strip_prefix("https://").unwrap_or(text);
    let is_number_char = |c: char| c.is_ascii_digit() || "+-._: ".contains(c);
    begins_plain
        && without_scheme.chars().all(is_plain_char)
        && !text.ends_with(' ')
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
        && !text.chars().all(is_number_char)
        && !text.starts_with("0x")
        && !text.starts_with("0o")
        && text.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::{Quotes, write_text};

    #[test]
    fn a_text_gets_quotes_where_yaml_needs_them() {
        for (text, plain, single, double) in [
            (
                "receipts/2026-10.pdf",
                "receipts/2026-10.pdf",
                "'receipts/2026-10.pdf'",
                "\"receipts/2026-10.pdf\"",
            ),
            (
                "SMS ref 8842",
                "SMS ref 8842",
                "'SMS ref 8842'",
                "\"SMS ref 8842\"",
            ),
            ("充值", "充值", "'充值'", "\"充值\""),
            ("8842", "\"8842\"", "'8842'", "\"8842\""),
            ("1e3", "\"1e3\"", "'1e3'", "\"1e3\""),
            ("No", "\"No\"", "'No'", "\"No\""),
            ("it's", "\"it's\"", "'it''s'", "\"it's\""),
            (
                "a \"b\" \\",
                "\"a \\\"b\\\" \\\\\"",
                "'a \"b\" \\'",
                "\"a \\\"b\\\" \\\\\"",
            ),
            ("a\nb", "\"a\\nb\"", "\"a\\nb\"", "\"a\\nb\""),
            ("a: b", "\"a: b\"", "'a: b'", "\"a: b\""),
            ("a #b", "\"a #b\"", "'a #b'", "\"a #b\""),
            ("{a}", "\"{a}\"", "'{a}'", "\"{a}\""),
            ("-", "\"-\"", "'-'", "\"-\""),
            (
                "a\u{202e}b",
                "\"a\\u202Eb\"",
                "\"a\\u202Eb\"",
                "\"a\\u202Eb\"",
            ),
            (
                "https://x.example/a",
                "https://x.example/a",
                "'https://x.example/a'",
                "\"https://x.example/a\"",
            ),
        ] {
            assert_eq!(write_text(text, Quotes::Plain), plain);
            assert_eq!(write_text(text, Quotes::Single), single);
            assert_eq!(write_text(text, Quotes::Double), double);
        }
    }
}
