//! Prices: an exact decimal amount and an ISO 4217 currency, `49 NOK` or `12.50 EUR`.

use std::fmt;

use iso_currency::Currency;

use crate::text::fullwidth::to_ascii;
use crate::text::plural::pluralize;
use crate::text::value_error::{ValueError, quoted};

/// The maximum number of decimals of an amount; no ISO 4217 currency has more.
const MAX_DECIMALS: usize = 4;
/// The maximum number of digits before the decimal point.
const MAX_DIGITS: usize = 12;
/// One unit of a currency, in units of 10⁻⁴.
const UNIT: u64 = 10_u64.pow(MAX_DECIMALS as u32);

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
    /// Reads an amount and a currency code, with or without a space between them. Full-width digits
    /// are read as well. The amount may have more decimals than the currency, because a plans file
    /// may have such prices: see [`Price::has_too_many_decimals`].
    ///
    /// # Errors
    ///
    /// Returns an error if the currency is missing or is not an ISO 4217 code, or if the amount is
    /// not a decimal number of at most 12 digits and 4 decimals.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let found = text.trim();
        Self::read(found, &to_ascii(found))
    }

    /// Reads a price whose characters are ASCII as far as possible. Errors show it as `found`.
    pub(crate) fn read(found: &str, text: &str) -> Result<Self, ValueError> {
        let (amount, code) = match text.find(|c: char| !matches!(c, '0'..='9' | '.' | ',' | '-')) {
            Some(end) => (&text[..end], text[end..].trim()),
            None => (text, ""),
        };
        if amount.is_empty() {
            let error = ValueError::new(format!("{} is not a price", quoted(found)));
            return Err(match code_before_amount(text) {
                Some((code, amount)) => {
                    error.hint(format!("write {}", suggested_prices(amount, code)))
                }
                None => error.hint("write the amount, then the currency: `49 NOK`"),
            });
        }
        if let Some((parted, joined, code)) = split_thousands(text) {
            let error = ValueError::new(format!(
                "the amount {} in {} has a thousands separator: allowed are digits and a decimal point",
                quoted(parted),
                quoted(found)
            ));
            return Err(match is_amount(&joined) {
                true => error.hint(format!("write {}", suggested_prices(&joined, code.trim()))),
                false => error,
            });
        }
        if !is_amount(amount) {
            let error = ValueError::new(format!(
                "the amount {} in {} cannot be read: allowed 1 to {MAX_DIGITS} digits, then perhaps a point and 1 to {MAX_DECIMALS} decimals",
                quoted(amount),
                quoted(found)
            ));
            return Err(match amount.split_once(',') {
                Some(parts) => error.hint(comma_hint(parts, code)),
                None => error,
            });
        }
        let currency = currency(found, amount, code)?;
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

    /// Reads a price that is new, so that it can still be corrected.
    ///
    /// # Errors
    ///
    /// The errors of [`Price::parse`], and an error if the amount has too many decimals.
    pub(crate) fn parse_new(text: &str) -> Result<Self, ValueError> {
        let price = Self::parse(text)?;
        match price.has_too_many_decimals() {
            true => Err(price.too_many_decimals()),
            false => Ok(price),
        }
    }

    /// Whether the amount has more decimals than its currency (ISO 4217), as in `1.299 EUR`, so that
    /// the point may be a thousands separator. Zeros that add nothing are allowed, as in
    /// `100.00 JPY`, but not in `1.000 JPY`.
    #[must_use]
    pub(crate) fn has_too_many_decimals(self) -> bool {
        self.currency_decimals() < self.decimals
            && (self.with_thousands().is_some()
                || self.rounded().ten_thousandths != self.ten_thousandths)
    }

    /// The error for a price with too many decimals. Its hint gives what may be meant.
    #[must_use]
    pub(crate) fn too_many_decimals(self) -> ValueError {
        let code = self.currency();
        let allowed = match self.currency_decimals() {
            0 => "none".to_owned(),
            allowed => allowed.to_string(),
        };
        let found = pluralize(usize::from(self.decimals), "decimal");
        let error = ValueError::new(format!("`{self}` has {found}, and {code} has {allowed}"));
        error.hint(format!("write {}", self.readings()))
    }

    /// The prices that this one may mean, to be shown in a hint.
    fn readings(self) -> String {
        let decimal = match self.currency_decimals() < self.decimals {
            true => self.rounded(),
            false => self,
        };
        match self.with_thousands() {
            Some(thousands) => format!("`{thousands}` or `{decimal}`"),
            None => format!("`{decimal}`"),
        }
    }

    /// The price with its point read as a thousands separator, if that is possible: `1299 EUR` for
    /// `1.299 EUR`.
    fn with_thousands(self) -> Option<Self> {
        let units = self.ten_thousandths / UNIT;
        let is_thousands = self.decimals == 3 && (1..1000).contains(&units);
        is_thousands.then_some(Self {
            ten_thousandths: self.ten_thousandths * 1000,
            decimals: 0,
            currency: self.currency,
        })
    }

    /// The price rounded to the decimals of its currency: `1.30 EUR` for `1.299 EUR`.
    fn rounded(self) -> Self {
        let decimals = self.currency_decimals();
        let step = UNIT / 10_u64.pow(u32::from(decimals));
        Self {
            ten_thousandths: (self.ten_thousandths + step / 2) / step * step,
            decimals,
            currency: self.currency,
        }
    }

    /// The number of decimals of the currency. A currency without subunits, such as gold, may have
    /// any.
    fn currency_decimals(self) -> u8 {
        let most = MAX_DECIMALS as u16;
        let decimals = self.currency.exponent().unwrap_or(most);
        decimals.min(most) as u8
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
        let scale = u128::from(UNIT);
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

/// Splits a text such as `NOK 49` or `¥8` into the currency and the amount.
fn code_before_amount(text: &str) -> Option<(&str, &str)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let (code, amount) = text.split_at(start);
    is_amount(amount).then_some((code.trim(), amount))
}

/// The hint for an amount with a comma, which is given as the parts before and after it.
fn comma_hint((units, cents): (&str, &str), code: &str) -> String {
    let amount = format!("{units}.{cents}");
    match (cents.len(), Price::parse(&format!("{amount} {code}"))) {
        (2, _) if is_amount(&amount) => {
            format!("write a decimal point: {}", suggested_prices(&amount, code))
        }
        (3, Ok(price)) => format!("write {}", price.readings()),
        _ => "write no commas between the digits".to_owned(),
    }
}

/// The codes of the currencies that a text can mean: a code in lower case, a sign, or a Chinese
/// name. Empty if it is none of these.
pub(crate) fn meant_currencies(text: &str) -> Vec<&'static str> {
    let codes: &[&str] = match text {
        "€" | "欧元" => &["EUR"],
        "£" | "英镑" => &["GBP"],
        "₹" => &["INR"],
        "₺" => &["TRY"],
        "₩" | "韩元" => &["KRW"],
        "฿" | "泰铢" => &["THB"],
        "kr" | "kr." | "Kr" | "kr.-" | ",-" | "克朗" => &["NOK", "SEK", "DKK", "ISK"],
        "挪威克朗" => &["NOK"],
        "瑞典克朗" => &["SEK"],
        "丹麦克朗" => &["DKK"],
        "$" => &["USD", "CAD", "AUD", "HKD", "SGD"],
        "美元" => &["USD"],
        "港元" | "港币" => &["HKD"],
        "¥" | "￥" => &["CNY", "JPY"],
        "元" => &["CNY", "HKD", "TWD"],
        "RMB" | "人民币" => &["CNY"],
        "日元" | "円" => &["JPY"],
        _ => {
            let currency = Currency::from_code(&text.to_ascii_uppercase());
            return currency.iter().map(|currency| currency.code()).collect();
        }
    };
    codes.to_vec()
}

/// Returns the valid prices that an amount with a text for its currency can mean, for a hint.
fn suggested_prices(amount: &str, code: &str) -> String {
    let prices = meant_currencies(code).into_iter();
    let prices: Vec<String> = prices.map(|code| format!("`{amount} {code}`")).collect();
    match &prices[..] {
        [] => format!("`{amount} NOK`, or with another code of ISO 4217"),
        [price] => price.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Reads the code after an amount in the price `text`.
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
    Err(match meant_currencies(code).is_empty() {
        false => error.hint(format!("write {}", suggested_prices(amount, code))),
        true => error.hint("write its three capital letters, as in `49 NOK`"),
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
        for text in ["49NOK", "４９ＮＯＫ", "４９　NOK"] {
            assert_eq!(Price::parse(text).expect(text).to_string(), "49 NOK");
        }
    }

    #[test]
    fn a_new_price_has_the_decimals_of_its_currency() {
        for (text, message, hint) in [
            (
                "1.299 EUR",
                "`1.299 EUR` has 3 decimals, and EUR has 2",
                "write `1299 EUR` or `1.30 EUR`",
            ),
            (
                "1.000 JPY",
                "`1.000 JPY` has 3 decimals, and JPY has none",
                "write `1000 JPY` or `1 JPY`",
            ),
            (
                "1.000 EUR",
                "`1.000 EUR` has 3 decimals, and EUR has 2",
                "write `1000 EUR` or `1.00 EUR`",
            ),
            (
                "49.5 JPY",
                "`49.5 JPY` has 1 decimal, and JPY has none",
                "write `50 JPY`",
            ),
            // No thousands separator comes after a zero, or after four digits.
            (
                "0.125 EUR",
                "`0.125 EUR` has 3 decimals, and EUR has 2",
                "write `0.13 EUR`",
            ),
            (
                "1000.125 EUR",
                "`1000.125 EUR` has 3 decimals, and EUR has 2",
                "write `1000.13 EUR`",
            ),
            (
                "1.2345 KWD",
                "`1.2345 KWD` has 4 decimals, and KWD has 3",
                "write `1.235 KWD`",
            ),
        ] {
            let price = Price::parse(text).expect(text);
            assert!(price.has_too_many_decimals(), "{text}");
            assert_eq!(price.to_string(), text);
            let error = Price::parse_new(text).expect_err(text);
            assert_eq!(
                (&*error.message, error.hint.as_deref()),
                (message, Some(hint))
            );
        }
        for text in [
            "1.299 KWD",
            "1.000 KWD",
            "1.30 EUR",
            "1.3 EUR",
            "1 JPY",
            "100.00 JPY",
            "0.500 EUR",
            "1.2990 KWD",
            "1.2345 CLF",
            "1.2345 XAU",
        ] {
            assert_eq!(Price::parse_new(text).expect(text).to_string(), text);
        }
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
                Some("write `49 NOK`, `49 SEK`, `49 DKK` or `49 ISK`"),
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
                Some("write `49 NOK`"),
            ),
            (
                "¥8",
                "`¥8` is not a price".to_owned(),
                Some("write `8 CNY` or `8 JPY`"),
            ),
            (
                "￥ ８",
                "`￥ ８` is not a price".to_owned(),
                Some("write `8 CNY` or `8 JPY`"),
            ),
            (
                "8元",
                "`元` in `8元` is not a currency code of ISO 4217".to_owned(),
                Some("write `8 CNY`, `8 HKD` or `8 TWD`"),
            ),
            (
                "49克朗",
                "`克朗` in `49克朗` is not a currency code of ISO 4217".to_owned(),
                Some("write `49 NOK`, `49 SEK`, `49 DKK` or `49 ISK`"),
            ),
            (
                "49 挪威克朗",
                "`挪威克朗` in `49 挪威克朗` is not a currency code of ISO 4217".to_owned(),
                Some("write `49 NOK`"),
            ),
            (
                "x 8",
                "`x 8` is not a price".to_owned(),
                Some("write `8 NOK`, or with another code of ISO 4217"),
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
                Some("write `4900 NOK` or `4.90 NOK`"),
            ),
            (
                "4,900 KWD",
                format!("the amount `4,900` in `4,900 KWD` {range}"),
                Some("write `4900 KWD` or `4.900 KWD`"),
            ),
            (
                "4,900,000 NOK",
                format!("the amount `4,900,000` in `4,900,000 NOK` {range}"),
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
                Some("write a decimal point: `49.50 NOK`, `49.50 SEK`, `49.50 DKK` or `49.50 ISK`"),
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
