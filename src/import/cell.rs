//! What spreadsheets do to the cells of a table.

use std::borrow::Cow;

/// The text of a cell in a formula such as `="0049"`, which keeps a spreadsheet from reading a number.
pub(crate) fn without_formula(cell: &str) -> Cow<'_, str> {
    let inside = cell.trim().strip_prefix("=\"");
    let inside = inside.and_then(|inside| inside.strip_suffix('"'));
    match inside {
        // Two quotes are one within it; one alone belongs to a formula.
        Some(inside) if !inside.replace("\"\"", "").contains('"') => {
            Cow::Owned(inside.replace("\"\"", "\""))
        }
        _ => Cow::Borrowed(cell),
    }
}

/// Whether a spreadsheet wrote a long number as it shows it, without its last digits: `4.79E+11`.
pub(crate) fn is_rounded_number(cell: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((number, exponent)) = cell.split_once("E+") else {
        return false;
    };
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    is_digits(whole) && is_digits(fraction) && is_digits(exponent)
}

/// A price without the spaces between its thousands, if they can be nothing else: `1 049.50 NOK`.
pub(crate) fn without_thousands_spaces(text: &str) -> String {
    let is_amount = |c: char| c.is_ascii_digit() || c.is_whitespace();
    let end = text.find(|c| !is_amount(c)).unwrap_or(text.len());
    let (whole, rest) = text.split_at(end);
    let groups: Vec<&str> = whole.split_whitespace().collect();
    let are_thousands = groups.split_first().is_some_and(|(first, groups)| {
        first.len() <= 3 && groups.iter().all(|group| group.len() == 3)
    });
    if are_thousands && groups.len() > 1 {
        let space = if whole.ends_with(char::is_whitespace) {
            " "
        } else {
            ""
        };
        format!("{}{space}{rest}", groups.concat())
    } else {
        text.to_owned()
    }
}

/// Several values in one cell.
pub(crate) fn split_values(text: &str) -> impl Iterator<Item = &str> {
    let inside = text.trim_start_matches('[').trim_end_matches(']');
    inside
        .split([',', '，', '、', ';', '；', '|', '\n'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{is_rounded_number, without_formula, without_thousands_spaces};

    #[test]
    fn a_text_in_a_formula_is_the_text() {
        for (cell, expected) in [
            ("=\"0049\"", "0049"),
            (" =\"a\"\"b\" ", "a\"b"),
            ("=\"a\"&\"b\"", "=\"a\"&\"b\""),
            ("=\"", "=\""),
            ("=A1", "=A1"),
            ("0049", "0049"),
        ] {
            assert_eq!(without_formula(cell), expected, "{cell}");
        }
    }

    #[test]
    fn what_a_spreadsheet_has_rounded() {
        for (cell, expected) in [
            ("4.79E+11", true),
            ("4,79E+11", true),
            ("5E+11", true),
            ("47900000001", false),
            ("E+11", false),
            ("4.E+11", false),
            ("+47 900", false),
        ] {
            assert_eq!(is_rounded_number(cell), expected, "{cell}");
        }
    }

    #[test]
    fn spaces_part_thousands() {
        for (text, expected) in [
            ("1 049.50 NOK", "1049.50 NOK"),
            ("1\u{a0}049 NOK", "1049 NOK"),
            ("12\u{202f}345\u{2009}678 NOK", "12345678 NOK"),
            ("1 049", "1049"),
            ("10 49 NOK", "10 49 NOK"),
            ("1049 500 NOK", "1049 500 NOK"),
            ("1.049 500 NOK", "1.049 500 NOK"),
            ("49 NOK", "49 NOK"),
            ("NOK 49", "NOK 49"),
            ("", ""),
        ] {
            assert_eq!(without_thousands_spaces(text), expected, "{text}");
        }
    }
}
