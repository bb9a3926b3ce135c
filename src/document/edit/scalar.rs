//! Text as a YAML scalar on one line, exactly: whatever is read back is what was given.

use crate::text::escape::{double_quoted, is_noncharacter, reorders};

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// Without quotes.
    Plain,
    /// In `'`.
    Single,
    /// In `"`.
    Double,
}

impl Quotes {
    /// Those of a scalar as it stands in a file.
    pub(crate) fn of(source: &str) -> Self {
        match source.bytes().next() {
            Some(b'\'') => Self::Single,
            Some(b'"') => Self::Double,
            _ => Self::Plain,
        }
    }
}

/// A text in the quotes that are wished for, or in those that it needs: without quotes it has to
/// be text for every YAML reader, inside brackets too, and in `'` nothing can be escaped.
pub(crate) fn write(text: &str, wished: Quotes) -> String {
    let printable = !text.chars().any(needs_escape);
    match wished {
        Quotes::Plain if is_plain(text) => text.to_owned(),
        Quotes::Single if printable => format!("'{}'", text.replace('\'', "''")),
        _ => double_quoted(text, needs_escape),
    }
}

/// A word of ours, a date or an amount: what needs no quotes.
pub(crate) fn word(word: &str, wished: Quotes) -> String {
    match wished {
        Quotes::Plain => word.to_owned(),
        quotes => write(word, quotes),
    }
}

/// What YAML does not allow as it is or takes for a line break, and what reorders the text around
/// it for the reader of a diff.
fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}')
        || reorders(c)
        || is_noncharacter(c)
}

/// Whether a text needs no quotes: it holds nothing that YAML might take for its own, and no
/// reader takes it for a number, a date, a truth value or nothing.
fn is_plain(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_alphanumeric())
        || text.starts_with("./")
        || text.starts_with("../")
        || text.starts_with('/');
    let is_plain = |c: char| c.is_alphanumeric() || " ._/+-()".contains(c);
    let url = text.strip_prefix("https://").unwrap_or(text);
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let is_number = |c: char| c.is_ascii_digit() || "+-._: ".contains(c);
    begins
        && url.chars().all(is_plain)
        && !text.ends_with(' ')
        && !words.iter().any(|word| word.eq_ignore_ascii_case(text))
        && !text.chars().all(is_number)
        && !text.starts_with("0x")
        && !text.starts_with("0o")
        && text.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::Quotes;
    use super::write;

    #[test]
    fn quotes_what_yaml_would_take_for_its_own() {
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
            assert_eq!(write(text, Quotes::Plain), plain);
            assert_eq!(write(text, Quotes::Single), single);
            assert_eq!(write(text, Quotes::Double), double);
        }
    }
}
