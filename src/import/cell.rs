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
    use super::{is_rounded_number, without_formula};

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
}
