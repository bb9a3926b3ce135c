//! Prices as tables have them: `€4.99`, `29,90 €`, `1.049,50`. If a price alone does not tell which
//! mark is the decimal mark, the other prices of the column do.

use crate::plan::value::price::{Price, meant_currencies};
use crate::text::fullwidth::to_ascii;
use crate::text::value_error::ValueError;

/// The decimal marks that the prices of a column show.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ColumnMarks {
    has_point: bool,
    has_comma: bool,
}

impl ColumnMarks {
    /// Adds a price of the column.
    pub(crate) fn add(&mut self, text: &str) {
        let text = to_ascii(text);
        if let Some(parts) = Parts::of(&text) {
            match parts.mark() {
                Some('.') => self.has_point = true,
                Some(_) => self.has_comma = true,
                None => {}
            }
        }
    }

    /// The decimal mark, where the column or the kind of table tells it. A spreadsheet writes `;`
    /// between cells where the comma is the decimal mark.
    fn decimal(self, has_semicolons: bool) -> Option<char> {
        match (self.has_point, self.has_comma) {
            (true, false) => Some('.'),
            (false, true) => Some(','),
            (false, false) if has_semicolons => Some(','),
            _ => None,
        }
    }
}

/// Why a price was not read.
pub(crate) enum AmountError {
    /// What stands in place of the currency can mean several ones, or nothing stands there.
    Currency {
        /// The sign; empty if there is none.
        sign: String,
        /// The codes that it can mean.
        codes: Vec<&'static str>,
    },
    /// Anything else.
    Value(ValueError),
}

/// Reads a price. `currencies` are those of the row, of the header and of the user, in this order;
/// the first that the sign can mean counts.
pub(crate) fn read_price(
    found: &str,
    currencies: &[&str],
    (marks, has_semicolons): (ColumnMarks, bool),
) -> Result<Price, AmountError> {
    let text = to_ascii(found);
    let Some(parts) = Parts::of(&text) else {
        return Price::parse_new(found).map_err(AmountError::Value);
    };
    let named: Vec<Vec<&'static str>> = currencies
        .iter()
        .map(|currency| meant_currencies(currency.trim()))
        .collect();
    let mut certain = named.iter().filter_map(|codes| match codes[..] {
        [code] => Some(code),
        _ => None,
    });
    let meant = meant_currencies(parts.sign);
    let code = match (&meant[..], parts.sign) {
        ([code], _) => Some(*code),
        ([], "") => certain.next(),
        ([], sign) => return Err(AmountError::Value(bad_price(found, &parts, sign))),
        (meant, _) => certain.find(|code| meant.contains(code)),
    };
    let Some(code) = code else {
        // `¥` with a currency `元` is not certain either.
        return Err(AmountError::Currency {
            sign: parts.sign.to_owned(),
            codes: meant,
        });
    };
    let amount = parts.plain(marks.decimal(has_semicolons));
    Price::parse_new(&format!("{amount} {code}")).map_err(AmountError::Value)
}

fn bad_price(found: &str, parts: &Parts<'_>, sign: &str) -> ValueError {
    let amount = parts.plain(None);
    match Price::parse_new(&format!("{amount} {sign}")).or_else(|_| Price::parse_new(found)) {
        Ok(_) => ValueError::new("the price cannot be read"),
        Err(error) => error,
    }
}

/// The parts of a price in ASCII.
struct Parts<'t> {
    amount: &'t str,
    /// What stands before or after the amount.
    sign: &'t str,
}

impl<'t> Parts<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let is_digit = |c: char| c.is_ascii_digit();
        let (first, last) = (text.find(is_digit)?, text.rfind(is_digit)?);
        let (before, amount) = (text.get(..first)?.trim(), text.get(first..=last)?);
        let after = text.get(last + 1..)?.trim();
        // The dash in place of cents.
        let dashes = [",--", ".--", ",-", ".-", ":-", ".–", ",–"];
        let dash = dashes.iter().find_map(|dash| after.strip_prefix(dash));
        let after = dash.unwrap_or(after).trim();
        let is_amount = |c: char| c.is_ascii_digit() || is_space(c) || matches!(c, '.' | ',');
        if !amount.chars().all(is_amount) {
            return None;
        }
        let sign = match (before, after) {
            (sign, "") | ("", sign) => sign,
            (before, after) => {
                // `$5 USD`
                let codes = (meant_currencies(before), meant_currencies(after));
                match (&codes.0[..], &codes.1[..]) {
                    (many, [one]) if many.contains(one) => after,
                    ([one], many) if many.contains(one) => before,
                    _ => return None,
                }
            }
        };
        Some(Self { amount, sign })
    }

    /// The decimal mark, if this amount alone tells it.
    fn mark(&self) -> Option<char> {
        let other = |mark| if mark == '.' { ',' } else { '.' };
        let last = self.amount.rfind(['.', ','])?;
        let (whole, fraction) = self.amount.split_at(last);
        let mark = fraction.chars().next()?;
        if whole.contains(other(mark)) {
            return (!whole.contains(mark)).then_some(mark);
        }
        if whole.contains(mark) {
            return Some(other(mark));
        }
        let is_grouped = fraction.len() == 4
            && (1..=3).contains(&whole.len())
            && !whole.starts_with('0')
            && whole.bytes().all(|byte| byte.is_ascii_digit());
        (!is_grouped).then_some(mark)
    }

    /// The amount with a decimal point and without separators between its thousands, if `decimal`
    /// or the amount itself tells which mark is which; otherwise as it is.
    fn plain(&self, decimal: Option<char>) -> String {
        let mark = self.mark().or(decimal);
        let (whole, fraction) = match mark.and_then(|mark| self.amount.rsplit_once(mark)) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (self.amount, None),
        };
        let is_separator = |c: char| is_space(c) || (mark.is_some() && matches!(c, '.' | ','));
        let mut groups = whole.split(is_separator);
        let first = groups.next().unwrap_or_default();
        let rest: Vec<&str> = groups.collect();
        let are_thousands =
            rest.is_empty() || (first.len() <= 3 && rest.iter().all(|group| group.len() == 3));
        if !are_thousands {
            return self.amount.to_owned();
        }
        let whole = format!("{first}{}", rest.concat());
        match fraction {
            Some(fraction) => format!("{whole}.{fraction}"),
            None => whole,
        }
    }
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\'' | '’')
}

#[cfg(test)]
mod tests {
    use super::{AmountError, ColumnMarks, read_price};

    fn read(text: &str, currencies: &[&str], column: &[&str], has_semicolons: bool) -> String {
        let mut marks = ColumnMarks::default();
        column
            .iter()
            .chain([&text])
            .for_each(|text| marks.add(text));
        match read_price(text, currencies, (marks, has_semicolons)) {
            Ok(price) => price.to_string(),
            Err(AmountError::Currency { sign, codes }) => format!("{sign}? {}", codes.join(" ")),
            Err(AmountError::Value(error)) => error.message,
        }
    }

    #[test]
    fn the_currency_is_certain_or_told() {
        for (text, currencies, expected) in [
            ("€4.99", &[][..], "4.99 EUR"),
            ("29,90 €", &[], "29.90 EUR"),
            ("1.049,50", &["EUR"], "1049.50 EUR"),
            ("1 049,50 kr", &["nok"], "1049.50 NOK"),
            ("49,-", &["NOK"], "49 NOK"),
            ("£75", &[], "75 GBP"),
            ("$130", &[], "$? USD CAD AUD HKD SGD"),
            ("$130", &["USD"], "130 USD"),
            ("$130 CAD", &["USD"], "130 CAD"),
            ("¥19", &[], "¥? CNY JPY"),
            ("¥19", &["USD", "CNY"], "19 CNY"),
            ("8元", &["CNY"], "8 CNY"),
            ("49 kr", &["EUR"], "kr? NOK SEK DKK ISK"),
            ("49", &[], "? "),
            ("49", &["元"], "? "),
            ("49 NOK", &["EUR"], "49 NOK"),
        ] {
            assert_eq!(read(text, currencies, &[], false), expected, "{text}");
        }
    }

    #[test]
    fn the_column_tells_the_decimal_mark() {
        let two = "`1.299 EUR` has 3 decimals, and EUR has 2";
        for (text, column, has_semicolons, expected) in [
            ("1.299", &[][..], false, two),
            ("1.299", &[], true, "1299 EUR"),
            ("1.299", &["29,90"], false, "1299 EUR"),
            ("1.299", &["29.90"], true, two),
            ("1.299", &["29.90", "29,90"], true, two),
            ("1,299", &["29.90"], true, "1299 EUR"),
            ("1.299.000", &[], false, "1299000 EUR"),
            ("1.299,5", &[], false, "1299.5 EUR"),
            ("1,299.50", &[], true, "1299.50 EUR"),
        ] {
            assert_eq!(
                read(text, &["EUR"], column, has_semicolons),
                expected,
                "{text} {column:?}"
            );
        }
    }
}
