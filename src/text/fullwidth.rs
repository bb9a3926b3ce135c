//! Full-width forms of ASCII characters, as an input method for Chinese or Japanese writes them.

use std::borrow::Cow;

/// Returns the text with the ASCII character in place of each full-width one (U+FF01 to U+FF5E), and
/// with a space in place of the ideographic one: `１２` becomes `12`, and `＊` becomes `*`.
#[must_use]
pub(crate) fn to_ascii(text: &str) -> Cow<'_, str> {
    match text.chars().any(|c| ascii(c) != c) {
        true => Cow::Owned(text.chars().map(ascii).collect()),
        false => Cow::Borrowed(text),
    }
}

/// Returns the text with the ASCII digit in place of each full-width one: `３个月` becomes `3个月`.
#[must_use]
pub(crate) fn digits_to_ascii(text: &str) -> Cow<'_, str> {
    let is_wide = |c: char| matches!(c, '０'..='９');
    let digit = |c: char| if is_wide(c) { ascii(c) } else { c };
    match text.contains(is_wide) {
        true => Cow::Owned(text.chars().map(digit).collect()),
        false => Cow::Borrowed(text),
    }
}

/// Returns the text between the quotation marks of Chinese and English print, `“text”`, if the whole
/// text is between them. YAML does not know these marks as quotes.
#[must_use]
pub(crate) fn between_quotes(text: &str) -> Option<&str> {
    const PAIRS: [(char, char); 5] = [
        ('“', '”'),
        ('‘', '’'),
        ('「', '」'),
        ('『', '』'),
        ('＂', '＂'),
    ];
    PAIRS.into_iter().find_map(|(open, close)| {
        let inside = text.strip_prefix(open)?.strip_suffix(close)?;
        (!inside.contains([open, close])).then_some(inside)
    })
}

fn ascii(c: char) -> char {
    /// The distance from a full-width character to its ASCII form.
    const DISTANCE: u32 = 0xff01 - 0x21;
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - DISTANCE).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::{between_quotes, digits_to_ascii, to_ascii};

    #[test]
    fn full_width_characters_become_ascii() {
        for (text, expected) in [
            ("１２", "12"),
            ("＋４７　９００ ００ ００１", "+47 900 00 001"),
            ("＊１００＃", "*100#"),
            ("！～", "!~"),
            ("３个月", "3个月"),
            ("。、￥", "。、￥"),
            ("*100#", "*100#"),
            ("", ""),
        ] {
            assert_eq!(to_ascii(text), expected);
        }
        assert_eq!(digits_to_ascii("１２，３个月"), "12，3个月");
    }

    #[test]
    fn quotes_of_print_are_around_the_whole_text() {
        for (text, expected) in [
            ("“*100#”", Some("*100#")),
            ("‘a’", Some("a")),
            ("「号码」", Some("号码")),
            ("“a” and “b”", None),
            ("a “b”", None),
            ("“", None),
            ("\"a\"", None),
        ] {
            assert_eq!(between_quotes(text), expected, "{text}");
        }
    }
}
