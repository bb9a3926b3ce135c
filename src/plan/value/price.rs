//! Prices: an exact decimal amount and an ISO 4217 currency, `49 NOK` or `12.50 EUR`.

use std::fmt;

use iso_currency::Currency;

use crate::text::value_error::{ValueError, quoted};

/// The maximum number of decimals of an amount; no ISO 4217 currency has more.
const MAX_DECIMALS: usize = 4;
/// The maximum number of digits before the decimal point.
const MAX_DIGITS: usize = 12;

/// An amount that is never rounded, with its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// The amount in units of 10⁻⁴.
    ten_thousandths: u64,
    /// The number of decimals as written.
    decimals: u8,
    currency: Currency,
}

impl Price {
    /// Reads an amount and a currency code, with or without a space between them.
    ///
    /// # Errors
    ///
    /// Returns an error if the currency is missing or is not an ISO 4217 code, or if the amount is
    /// not a decimal number of at most 12 digits and 4 decimals.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let text = text.trim();
        let (amount, code) = match text.find(|c: char| !matches!(c, '0'..='9' | '.' | ',' | '-')) {
            Some(end) => (&text[..end], text[end..].trim()),
            None => (text, ""),
        };
        if amount.is_empty() {
            let error = ValueError::new(format!("{} is not a price", quoted(text)));
            return Err(error.hint("write the amount, then the currency: `49 NOK`"));
        }
        if let Some((parted, joined, code)) = split_thousands(text) {
            let error = ValueError::new(format!(
                "the amount {} in {} has a thousands separator: allowed are digits and a decimal point",
                quoted(parted),
                quoted(text)
            ));
            return Err(match is_amount(&joined) {
                true => error.hint(format!("write {}", suggested_price(&joined, code.trim()))),
                false => error,
            });
        }
        if !is_amount(amount) {
            let error = ValueError::new(format!(
                "the amount {} in {} cannot be read: allowed 1 to {MAX_DIGITS} digits, then perhaps a point and 1 to {MAX_DECIMALS} decimals",
                quoted(amount),
                quoted(text)
            ));
            return Err(match amount.split_once(',') {
                Some((units, cents))
                    if cents.len() == 2 && is_amount(&format!("{units}.{cents}")) =>
                {
                    let amount = format!("{units}.{cents}");
                    error.hint(format!(
                        "write a decimal point: {}",
                        suggested_price(&amount, code)
                    ))
                }
                Some(_) => error.hint("write no commas between the digits"),
                None => error,
            });
        }
        let currency = currency(text, amount, code)?;
        let (units, fraction) = amount.split_once('.').unwrap_or((amount, ""));
        let digits = units.bytes().chain(fraction.bytes());
        let digits = digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
        let scale = 10_u64.pow((MAX_DECIMALS - fraction.len()) as u32);
        Ok(Self {
            ten_thousandths: digits * scale,
            decimals: fraction.len() as u8,
            currency,
        })
    }

    /// The exact amount in units of 10⁻⁴.
    #[must_use]
    pub(crate) fn ten_thousandths(&self) -> u64 {
        self.ten_thousandths
    }

    /// The code of its currency.
    #[must_use]
    pub(crate) fn currency(&self) -> &'static str {
        self.currency.code()
    }
}

/// An exact sum of prices in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Total {
    /// The sum in units of 10⁻⁴. It cannot overflow for 10¹⁰ plans that are each renewed 10¹⁰
    /// times.
    ten_thousandths: u128,
    /// The largest number of decimals with which one of the prices was written.
    decimals: u8,
    currency: Currency,
}

impl Total {
    /// Returns `price` multiplied by `times`.
    #[must_use]
    pub(crate) fn of(price: Price, times: u32) -> Self {
        Self {
            ten_thousandths: u128::from(price.ten_thousandths()) * u128::from(times),
            decimals: price.decimals,
            currency: price.currency,
        }
    }

    /// Adds another sum, which must be in the same currency.
    pub(crate) fn add(&mut self, other: Self) {
        debug_assert_eq!(self.currency, other.currency);
        self.ten_thousandths = self.ten_thousandths.saturating_add(other.ten_thousandths);
        self.decimals = self.decimals.max(other.decimals);
    }
}

/// Writes the price as it was written: `49 NOK`, `12.50 EUR`.
impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Total::of(*self, 1).fmt(f)
    }
}

/// Writes the sum with as many decimals as the price that has the most: `61.50 NOK` for the sum of
/// `49 NOK` and `12.50 NOK`.
impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10_u128.pow(MAX_DECIMALS as u32);
        write!(f, "{}", self.ten_thousandths / scale)?;
        if self.decimals > 0 {
            let fraction = format!("{:04}", self.ten_thousandths % scale);
            write!(f, ".{}", &fraction[..usize::from(self.decimals)])?;
        }
        write!(f, " {}", self.currency.code())
    }
}

/// Splits an amount whose digits are separated by spaces or apostrophes from the text that follows.
/// Returns the amount, the amount without separators, and the text.
fn split_thousands(text: &str) -> Option<(&str, String, &str)> {
    let is_separator = |c: char| c.is_whitespace() || matches!(c, '\'' | '’');
    let is_amount = |c: char| c.is_ascii_digit() || is_separator(c) || matches!(c, '.' | ',');
    let end = text.find(|c| !is_amount(c)).unwrap_or(text.len());
    let (amount, code) = text.split_at(end);
    let amount = amount.trim_end_matches(is_separator);
    let joined = amount.replace(is_separator, "");
    let joined = match joined.rsplit_once(',') {
        Some((whole, cents)) if !joined.contains('.') => format!("{whole}.{cents}"),
        _ => joined,
    };
    amount
        .contains(is_separator)
        .then_some((amount, joined, code))
}

/// Whether a text is a valid amount.
fn is_amount(amount: &str) -> bool {
    let (units, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    !units.is_empty()
        && !amount.ends_with('.')
        && is_number(units)
        && is_number(fraction)
        && units.len() <= MAX_DIGITS
        && fraction.len() <= MAX_DECIMALS
}

/// The only currency code that a text can mean: a code in lower case, or the sign of one currency.
fn meant_currency(code: &str) -> Option<String> {
    let upper = code.to_ascii_uppercase();
    let sign = match code {
        "€" => "EUR",
        "£" => "GBP",
        "₹" => "INR",
        "₺" => "TRY",
        "₩" => "KRW",
        "฿" => "THB",
        _ => return Currency::from_code(&upper).map(|_| upper),
    };
    Some(sign.to_owned())
}

/// Returns a valid price to suggest in a hint.
fn suggested_price(amount: &str, code: &str) -> String {
    match meant_currency(code) {
        Some(code) => format!("`{amount} {code}`"),
        None => format!("`{amount} NOK`, or with another code of ISO 4217"),
    }
}

fn currency(text: &str, amount: &str, code: &str) -> Result<Currency, ValueError> {
    if let Some(currency) = Currency::from_code(code) {
        return Ok(currency);
    }
    if code.is_empty() {
        let error = ValueError::new(format!("{} has no currency", quoted(text)));
        return Err(error.hint(format!("add its code of ISO 4217: `{amount} NOK`")));
    }
    let error = ValueError::new(format!(
        "{} in {} is not a currency code of ISO 4217",
        quoted(code),
        quoted(text)
    ));
    if let Some(code) = meant_currency(code) {
        return Err(error.hint(format!("write `{amount} {code}`")));
    }
    Err(match code {
        "kr" | "kr." | "Kr" | "kr.-" | ",-" => {
            error.hint("say which: `NOK`, `SEK`, `DKK` or `ISK`")
        }
        "$" => error.hint("say which: `USD`, `CAD`, `AUD`, `HKD` or `SGD`"),
        "¥" | "￥" | "元" | "RMB" => error.hint("say which: `CNY` or `JPY`"),
        _ => error.hint("write its three capital letters, as in `49 NOK`"),
    })
}

#[cfg(test)]
mod tests {
    use super::Price;
    use super::Total;

    #[test]
    fn keeps_amounts_exactly() {
        for text in [
            "49 NOK",
            "0 EUR",
            "12.50 EUR",
            "1.005 KWD",
            "999999999999.9999 CLF",
            "0.10 USD",
        ] {
            assert_eq!(Price::parse(text).expect(text).to_string(), text);
        }
        assert_eq!(
            Price::parse("12.5 EUR").expect("a price").ten_thousandths(),
            125_000
        );
        assert_eq!(
            Price::parse("49NOK").expect("a price").to_string(),
            "49 NOK"
        );
    }

    #[test]
    fn adds_exactly() {
        let price = |text| Price::parse(text).expect(text);
        let mut total = Total::of(price("49 NOK"), 12);
        assert_eq!(total.to_string(), "588 NOK");
        total.add(Total::of(price("0.10 NOK"), 3));
        assert_eq!(total.to_string(), "588.30 NOK");
        let most = price("999999999999.9999 NOK");
        let mut total = Total::of(most, u32::MAX);
        for _ in 0..999 {
            total.add(Total::of(most, u32::MAX));
        }
        // (10¹² − 10⁻⁴) × (2³² − 1) × 10³
        assert_eq!(total.to_string(), "4294967294999999570503270.5000 NOK");
    }

    #[test]
    fn refuses_with_a_reason() {
        let range =
            "cannot be read: allowed 1 to 12 digits, then perhaps a point and 1 to 4 decimals";
        for (text, message, hint) in [
            (
                "49",
                "`49` has no currency".to_owned(),
                Some("add its code of ISO 4217: `49 NOK`"),
            ),
            (
                "49 kr",
                "`kr` in `49 kr` is not a currency code of ISO 4217".to_owned(),
                Some("say which: `NOK`, `SEK`, `DKK` or `ISK`"),
            ),
            (
                "49 nok",
                "`nok` in `49 nok` is not a currency code of ISO 4217".to_owned(),
                Some("write `49 NOK`"),
            ),
            (
                "49 NKO",
                "`NKO` in `49 NKO` is not a currency code of ISO 4217".to_owned(),
                Some("write its three capital letters, as in `49 NOK`"),
            ),
            (
                "5 €",
                "`€` in `5 €` is not a currency code of ISO 4217".to_owned(),
                Some("write `5 EUR`"),
            ),
            (
                "NOK 49",
                "`NOK 49` is not a price".to_owned(),
                Some("write the amount, then the currency: `49 NOK`"),
            ),
            (
                "free",
                "`free` is not a price".to_owned(),
                Some("write the amount, then the currency: `49 NOK`"),
            ),
            (
                "49,50 NOK",
                format!("the amount `49,50` in `49,50 NOK` {range}"),
                Some("write a decimal point: `49.50 NOK`"),
            ),
            (
                "4,900 NOK",
                format!("the amount `4,900` in `4,900 NOK` {range}"),
                Some("write no commas between the digits"),
            ),
            (
                "1.5,50 NOK",
                format!("the amount `1.5,50` in `1.5,50 NOK` {range}"),
                Some("write no commas between the digits"),
            ),
            (
                "1 049.50 NOK",
                "the amount `1 049.50` in `1 049.50 NOK` has a thousands separator: allowed are digits and a decimal point".to_owned(),
                Some("write `1049.50 NOK`"),
            ),
            (
                "1\u{a0}049,50 NOK",
                "the amount `1\u{a0}049,50` in `1\u{a0}049,50 NOK` has a thousands separator: allowed are digits and a decimal point".to_owned(),
                Some("write `1049.50 NOK`"),
            ),
            (
                "1'049 CHF",
                "the amount `1'049` in `1'049 CHF` has a thousands separator: allowed are digits and a decimal point".to_owned(),
                Some("write `1049 CHF`"),
            ),
            (
                "-49 NOK",
                format!("the amount `-49` in `-49 NOK` {range}"),
                None,
            ),
            // These would be refused with a currency too.
            ("-5", format!("the amount `-5` in `-5` {range}"), None),
            ("-49 nok", format!("the amount `-49` in `-49 nok` {range}"), None),
            (
                "2026-1-5",
                format!("the amount `2026-1-5` in `2026-1-5` {range}"),
                None,
            ),
            (
                "49,50 €",
                format!("the amount `49,50` in `49,50 €` {range}"),
                Some("write a decimal point: `49.50 EUR`"),
            ),
            (
                "49,50 kr",
                format!("the amount `49,50` in `49,50 kr` {range}"),
                Some("write a decimal point: `49.50 NOK`, or with another code of ISO 4217"),
            ),
            (
                "1 049",
                "the amount `1 049` in `1 049` has a thousands separator: allowed are digits and a decimal point".to_owned(),
                Some("write `1049 NOK`, or with another code of ISO 4217"),
            ),
            (
                "1.23456 NOK",
                format!("the amount `1.23456` in `1.23456 NOK` {range}"),
                None,
            ),
            (
                "1.2.3 NOK",
                format!("the amount `1.2.3` in `1.2.3 NOK` {range}"),
                None,
            ),
            (
                "5. NOK",
                format!("the amount `5.` in `5. NOK` {range}"),
                None,
            ),
        ] {
            let error = Price::parse(text).expect_err(text);
            assert_eq!(
                (error.message, error.hint.as_deref()),
                (message, hint),
                "{text}"
            );
        }
    }
}
