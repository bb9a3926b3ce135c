//! Prices as people write them where they record what they paid: `49`, `49,50`, `NOK 49`, `49 kr`.
//!
//! A plans file accepts only `49 NOK`, which means the same to everybody. When a payment is
//! recorded, the plan is known, so more forms have one meaning. A form with two meanings, such as
//! `1,299 EUR`, is an error that gives both.

use crate::plan::value::price::{Price, meant_currencies};
use crate::text::fullwidth::to_ascii;
use crate::text::value_error::{ValueError, quoted};

/// The end of a price without cents, as in `49,-`.
const NO_CENTS: [&str; 2] = [",-", ".-"];

impl Price {
    /// Reads what was paid for a plan. A number without a currency takes `currency`, the code of the
    /// plan's currency, and a sign that several currencies have (`kr`) means the plan's currency if
    /// it is one of these.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a price, if it has no currency and the plan has none
    /// either, if it has several meanings, or if the amount has more decimals than its currency.
    pub(crate) fn parse_for(text: &str, currency: Option<&str>) -> Result<Self, ValueError> {
        let found = text.trim();
        let Some(parts) = Parts::of(found) else {
            return Err(not_a_price(found, currency));
        };
        let amount = &parts.amount;
        let price = match (parts.currency(currency), parts.code.is_empty()) {
            (Some(code), _) => Self::read(found, &format!("{amount} {code}"))?,
            (None, true) => {
                let error = ValueError::new(format!("{} has no currency", quoted(found)));
                let hint = format!("the plan has no price with a currency: write `{amount} NOK`");
                return Err(error.hint(hint));
            }
            (None, false) => Self::read(found, &format!("{amount} {}", parts.code))?,
        };
        match price.has_too_many_decimals() {
            true => Err(price.too_many_decimals()),
            false => Ok(price),
        }
    }

    /// Whether a text has the form of a price, whatever plan it is for. If it has not, it may be
    /// meant as something else.
    #[must_use]
    pub(crate) fn is_like(text: &str) -> bool {
        let parts = Parts::of(text.trim());
        parts.is_some_and(|parts| parts.code.is_empty() || parts.means_currency())
    }
}

/// The parts of a price, in ASCII as far as possible.
struct Parts {
    /// Its digits, with a decimal point if the text has a decimal point or comma.
    amount: String,
    /// What stands before or after the amount; may be empty.
    code: String,
}

impl Parts {
    /// Returns `None` if there are no digits, or if the amount has something on both sides.
    fn of(found: &str) -> Option<Self> {
        let text = to_ascii(found);
        let first = text.find(|c: char| c.is_ascii_digit())?;
        let (before, rest) = match text[..first].trim() {
            // A sign is part of the amount, which is then refused.
            "-" => ("", &*text),
            before => (before, &text[first..]),
        };
        let is_amount = |c: char| {
            c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | ',' | '-' | '\'' | '’')
        };
        let end = rest.find(|c| !is_amount(c)).unwrap_or(rest.len());
        let (amount, after) = rest.split_at(end);
        let code = match (before, after.trim()) {
            (code, "") | ("", code) => code,
            _ => return None,
        };
        Some(Self {
            amount: with_point(amount.trim()),
            code: code.to_owned(),
        })
    }

    fn means_currency(&self) -> bool {
        !meant_currencies(&self.code).is_empty()
    }

    /// The currency that the code means, if there is one meaning.
    fn currency<'c>(&self, of_plan: Option<&'c str>) -> Option<&'c str> {
        if self.code.is_empty() {
            return of_plan;
        }
        let meant = meant_currencies(&self.code);
        match meant[..] {
            [code] => Some(code),
            _ => of_plan.filter(|code| meant.contains(code)),
        }
    }
}

/// The amount with a point in place of a decimal comma, and without the dash of `49,-`. One or two
/// digits after a single comma can be nothing but decimals.
fn with_point(amount: &str) -> String {
    let amount = NO_CENTS
        .iter()
        .find_map(|end| amount.strip_suffix(end))
        .unwrap_or(amount);
    match amount.split_once(',') {
        Some((units, cents)) if matches!(cents.len(), 1 | 2) && is_number(cents) => {
            match is_number(units) {
                true => format!("{units}.{cents}"),
                false => amount.to_owned(),
            }
        }
        _ => amount.to_owned(),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The error for a text that is not a price.
pub(crate) fn not_a_price(found: &str, currency: Option<&str>) -> ValueError {
    let error = ValueError::new(format!("{} is not a price", quoted(found)));
    error.hint(match currency {
        Some(code) => format!("write it as `49`, `49 {code}` or `{code} 49`"),
        None => "write it as `49 NOK`, `NOK 49` or, in the plan's currency, `49`".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::Price;

    fn read(text: &str, currency: Option<&str>) -> Result<String, String> {
        match Price::parse_for(text, currency) {
            Ok(price) => Ok(price.to_string()),
            Err(error) => Err(format!(
                "{}; {}",
                error.message,
                error.hint.unwrap_or_default()
            )),
        }
    }

    #[test]
    fn a_price_with_one_meaning_is_read() {
        for (text, currency, expected) in [
            ("49", Some("NOK"), "49 NOK"),
            (" 49.50 ", Some("NOK"), "49.50 NOK"),
            ("49,5", Some("NOK"), "49.5 NOK"),
            ("49,-", Some("NOK"), "49 NOK"),
            ("４９", Some("NOK"), "49 NOK"),
            ("49 EUR", Some("NOK"), "49 EUR"),
            ("49EUR", None, "49 EUR"),
            ("NOK 49", None, "49 NOK"),
            ("nok49,50", None, "49.50 NOK"),
            ("€ 12.50", Some("NOK"), "12.50 EUR"),
            ("49 kr", Some("SEK"), "49 SEK"),
            ("kr 49,-", Some("NOK"), "49 NOK"),
            ("¥8", Some("CNY"), "8 CNY"),
            ("8元", Some("CNY"), "8 CNY"),
            ("49挪威克朗", None, "49 NOK"),
            ("1.299", Some("KWD"), "1.299 KWD"),
        ] {
            assert_eq!(read(text, currency).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_price_or_has_two_meanings_says_how_to_write_it() {
        let range = "allowed 1 to 12 digits, then perhaps a point and 1 to 4 decimals";
        for (text, currency, expected) in [
            (
                "telenor",
                None,
                "`telenor` is not a price; write it as `49 NOK`, `NOK 49` or, in the plan's currency, `49`".to_owned(),
            ),
            (
                "",
                Some("SEK"),
                "`` is not a price; write it as `49`, `49 SEK` or `SEK 49`".to_owned(),
            ),
            (
                "a 49 b",
                Some("SEK"),
                "`a 49 b` is not a price; write it as `49`, `49 SEK` or `SEK 49`".to_owned(),
            ),
            (
                "49",
                None,
                "`49` has no currency; the plan has no price with a currency: write `49 NOK`".to_owned(),
            ),
            (
                "49 kr",
                Some("EUR"),
                "`kr` in `49 kr` is not a currency code of ISO 4217; write `49 NOK`, `49 SEK`, `49 DKK` or `49 ISK`".to_owned(),
            ),
            (
                "¥8",
                None,
                "`¥` in `¥8` is not a currency code of ISO 4217; write `8 CNY` or `8 JPY`".to_owned(),
            ),
            (
                "1,299",
                Some("EUR"),
                format!("the amount `1,299` in `1,299` cannot be read: {range}; write `1299 EUR` or `1.30 EUR`"),
            ),
            (
                "1.299",
                Some("EUR"),
                "`1.299 EUR` has 3 decimals, and EUR has 2; write `1299 EUR` or `1.30 EUR`".to_owned(),
            ),
            (
                "1 049",
                Some("EUR"),
                "the amount `1 049` in `1 049` has a thousands separator: allowed are digits and a decimal point; write `1049 EUR`".to_owned(),
            ),
            (
                "-49",
                Some("EUR"),
                format!("the amount `-49` in `-49` cannot be read: {range}; "),
            ),
        ] {
            assert_eq!(read(text, currency), Err(expected), "{text}");
        }
    }

    #[test]
    fn the_form_of_a_price_is_known_without_the_plan() {
        for text in ["49", "49 kr", "¥8", "1,299 EUR", "-49", "49 xau"] {
            assert!(Price::is_like(text), "{text}");
        }
        for text in [
            "",
            "telenor",
            "plans.yaml",
            "sim 2",
            "49 NKO",
            "2026-10-05x",
        ] {
            assert!(!Price::is_like(text), "{text}");
        }
    }
}
