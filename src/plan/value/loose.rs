//! Values as people write them, if they have one meaning or a few: `31.12.2026`, `3个月`, `49 kr`.
//!
//! A plans file is read strictly. These readers are for answers and options, whose values are written
//! to the file in its own form. Each returns every meaning of a text, the likeliest first, so that
//! the user can be asked which one is meant.

use chrono::NaiveDate;

use crate::plan::LastDay;
use crate::plan::value::price::{Price, meant_currencies};
use crate::plan::value::validity;
use crate::text::fullwidth::to_ascii;
use crate::text::value_error::{ValueError, quoted};
use crate::time::date::{self, in_range};
use crate::time::period::Period;

/// The months in English, German and Norwegian, in the order of the year.
const MONTHS: [[&str; 3]; 12] = [
    ["january", "januar", "januar"],
    ["february", "februar", "februar"],
    ["march", "märz", "mars"],
    ["april", "april", "april"],
    ["may", "mai", "mai"],
    ["june", "juni", "juni"],
    ["july", "juli", "juli"],
    ["august", "august", "august"],
    ["september", "september", "september"],
    ["october", "oktober", "oktober"],
    ["november", "november", "november"],
    ["december", "dezember", "desember"],
];
/// Words of lengths of time, each with the English one that the strict reader knows.
const PERIOD_WORDS: [(&str, &str); 37] = [
    // No plan lasts for minutes.
    ("m", "months"),
    ("tag", "day"),
    ("tage", "days"),
    ("tagen", "days"),
    ("woche", "week"),
    ("wochen", "weeks"),
    ("monat", "month"),
    ("monate", "months"),
    ("monaten", "months"),
    ("jahr", "year"),
    ("jahre", "years"),
    ("jahren", "years"),
    ("dag", "day"),
    ("dager", "days"),
    ("uke", "week"),
    ("uker", "weeks"),
    ("mnd", "months"),
    ("måned", "month"),
    ("måneder", "months"),
    ("år", "year"),
    ("a", "1"),
    ("an", "1"),
    ("one", "1"),
    ("en", "1"),
    ("ei", "1"),
    ("et", "1"),
    ("ett", "1"),
    ("two", "2"),
    ("to", "2"),
    ("three", "3"),
    ("tre", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seks", "6"),
    ("nine", "9"),
    ("twelve", "12"),
];
/// The longest time that somebody means, in days.
const MAX_DAYS: u64 = 36_500;
/// Chinese numbers before a unit.
const CHINESE_NUMBERS: [(&str, &str); 13] = [
    ("十二", "12"),
    ("十八", "18"),
    ("一", "1"),
    ("两", "2"),
    ("二", "2"),
    ("三", "3"),
    ("四", "4"),
    ("五", "5"),
    ("六", "6"),
    ("七", "7"),
    ("八", "8"),
    ("九", "9"),
    ("十", "10"),
];

/// What a text about a last day means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DayOrPeriod {
    /// The day or the month itself: each meaning, at least one.
    Days(Vec<LastDay>),
    /// How long it is after a renewal.
    Period(Period),
}

/// Reads a day, a month or a length of time.
///
/// # Errors
///
/// The errors of [`last_days`] or of [`period`], whichever the text looks like more.
pub(crate) fn day_or_period(text: &str, today: NaiveDate) -> Result<DayOrPeriod, ValueError> {
    if let Some(days) = read_days(text, today)? {
        return Ok(DayOrPeriod::Days(days));
    }
    let text = text.trim();
    period(text).map(DayOrPeriod::Period).map_err(|error| {
        let is_length = text.starts_with(char::is_numeric)
            && text.contains(char::is_alphabetic)
            && !text.contains(['.', '/', '-']);
        let hint = "write `2027-01-31`, `31.1.2027` or `90 days`";
        match (is_length, text.is_empty()) {
            (true, _) => error,
            (false, true) => ValueError::new("a plan needs a date").hint(hint),
            (false, false) => {
                let text = quoted(text);
                let message = format!("{text} is neither a date nor a length of time");
                ValueError::new(message).hint(hint)
            }
        }
    })
}

/// Reads a day or a month, and returns its meanings: at least one.
///
/// # Errors
///
/// Returns an error if the text is no date, if its year is missing, or if no such day exists.
pub(crate) fn last_days(text: &str, today: NaiveDate) -> Result<Vec<LastDay>, ValueError> {
    match read_days(text, today)? {
        Some(days) => Ok(days),
        None => LastDay::parse(text.trim()).map(|day| vec![day]),
    }
}

/// Reads a day or a month. `None` if the text has not the form of one.
fn read_days(text: &str, today: NaiveDate) -> Result<Option<Vec<LastDay>>, ValueError> {
    let text = text.trim();
    let ascii = to_ascii(text);
    if let Ok(day) = LastDay::parse(&ascii).or_else(|_| LastDay::parse(text)) {
        return Ok(Some(vec![day]));
    }
    if date::is_month(&ascii) {
        return LastDay::parse(&ascii).map(|month| Some(vec![month]));
    }
    let lower = ascii.to_lowercase();
    let from_today = match lower.as_str() {
        "today" | "i dag" | "idag" | "今天" => Some(today),
        "tomorrow" | "i morgen" | "imorgen" | "明天" => today.succ_opt(),
        "yesterday" | "i går" | "igår" | "昨天" => today.pred_opt(),
        _ => None,
    };
    if let Some(day) = from_today {
        return Ok(Some(vec![day.into()]));
    }
    let found = match numbers(&lower) {
        Some(parts) => in_numbers(&parts)?,
        None => in_words(text, &lower)?,
    };
    Ok(Some(found).filter(|found| !found.is_empty()))
}

/// Reads a day, and returns its meanings: at least one.
///
/// # Errors
///
/// The errors of [`last_days`], and an error for a month.
pub(crate) fn days(text: &str, today: NaiveDate) -> Result<Vec<NaiveDate>, ValueError> {
    let found = last_days(text, today)?;
    if found.iter().any(|last| last.is_month()) {
        let error = ValueError::new(format!("{} names no day", quoted(text.trim())));
        return Err(error.hint("name the day as well, as in `2026-10-05`"));
    }
    Ok(found.into_iter().map(LastDay::day).collect())
}

/// Three numbers with one separator between them, or eight digits.
struct Numbers<'a> {
    parts: [&'a str; 3],
    separator: char,
}

fn numbers(text: &str) -> Option<Numbers<'_>> {
    let is_digits = |text: &str| {
        !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Numbers {
            parts: [&text[..4], &text[4..6], &text[6..]],
            separator: '-',
        });
    }
    let text = text.trim_end_matches('.');
    let separator = text.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
    let parts: Vec<&str> = text.split(separator).map(str::trim).collect();
    let parts: [&str; 3] = parts.try_into().ok()?;
    let are_digits = parts.iter().all(|part| is_digits(part));
    are_digits.then_some(Numbers { parts, separator })
}

/// Returns the days that three numbers can mean. Points are between day, month and year; slashes and
/// hyphens may also be between month, day and year.
fn in_numbers(numbers: &Numbers<'_>) -> Result<Vec<LastDay>, ValueError> {
    let value = |part: &str| part.parse::<u32>().unwrap_or(0);
    let [a, b, c] = numbers.parts.map(value);
    let [first, _, third] = numbers.parts.map(str::len);
    let orders: Vec<[u32; 3]> = match (first, third, numbers.separator) {
        (4, _, _) => vec![[a, b, c]],
        (_, 4, '.') => vec![[c, b, a]],
        (_, 4, _) => vec![[c, b, a], [c, a, b]],
        (1 | 2, 1 | 2, '.') => vec![[2000 + c, b, a], [2000 + a, b, c]],
        (1 | 2, 1 | 2, _) => vec![[2000 + c, b, a], [2000 + c, a, b], [2000 + a, b, c]],
        _ => Vec::new(),
    };
    let mut found: Vec<LastDay> = Vec::new();
    for [year, month, day] in &orders {
        let day = NaiveDate::from_ymd_opt(*year as i32, *month, *day).filter(|day| in_range(*day));
        let day = day.map(LastDay::from).filter(|day| !found.contains(day));
        found.extend(day);
    }
    match (found.is_empty(), orders.first()) {
        (true, Some([year, month, day])) => {
            let day = date::parse(&format!("{year:04}-{month:02}-{day:02}"))?;
            Ok(vec![day.into()])
        }
        _ => Ok(found),
    }
}

/// Returns the day or the month that a text with the name of a month means: `31 Dec 2026`,
/// `Dec 2026`, `2027年3月`. `text` is `found` in lower case and ASCII as far as possible.
fn in_words(found: &str, text: &str) -> Result<Vec<LastDay>, ValueError> {
    if let Some((year, rest)) = text.split_once('年')
        && let Some(month) = rest.strip_suffix("月").or(rest.strip_suffix("月底"))
        && let (Ok(year), Ok(month)) = (year.trim().parse::<u32>(), month.trim().parse::<u32>())
    {
        return LastDay::parse(&format!("{year:04}-{month:02}")).map(|month| vec![month]);
    }
    let is_between = |c: char| c.is_whitespace() || ",./-".contains(c);
    let mut month = None;
    let mut day: Option<u32> = None;
    let mut year: Option<u32> = None;
    for word in text.split(is_between).filter(|word| !word.is_empty()) {
        let suffixes = ["st", "nd", "rd", "th"].into_iter();
        let number = suffixes.fold(word, |word, suffix| {
            word.strip_suffix(suffix).unwrap_or(word)
        });
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        match (is_number, number.len()) {
            (true, 4) if year.is_none() => year = number.parse().ok(),
            (true, 1 | 2) if day.is_none() => day = number.parse().ok(),
            _ => match month_number(word) {
                Some(number) if month.is_none() => month = Some(number),
                _ => return Ok(Vec::new()),
            },
        }
    }
    match (year, month, day) {
        (Some(year), Some(month), Some(day)) => {
            let day = date::parse(&format!("{year:04}-{month:02}-{day:02}"))?;
            Ok(vec![day.into()])
        }
        (Some(year), Some(month), None) => {
            LastDay::parse(&format!("{year:04}-{month:02}")).map(|month| vec![month])
        }
        (None, Some(_), Some(_)) => {
            let error = ValueError::new(format!("{} has no year", quoted(found)));
            Err(error.hint("write the year with four digits"))
        }
        _ => Ok(Vec::new()),
    }
}

/// The number of a month with a name in lower case, of which three letters are enough.
fn month_number(name: &str) -> Option<u32> {
    let is_month = |names: &[&str; 3]| names.iter().any(|month| month.starts_with(name));
    let index = MONTHS.iter().position(is_month)?;
    (name.chars().count() >= 3).then_some(index as u32 + 1)
}

/// Reads a length of time: also Norwegian and Chinese words, and words for how often something is
/// renewed, such as `monthly`.
///
/// # Errors
///
/// The errors of [`Period::parse`], and an error for more than a hundred years: `2027年` is a year.
pub(crate) fn period(text: &str) -> Result<Period, ValueError> {
    let period = any_period(text)?;
    match period.min_days() > MAX_DAYS {
        true => {
            let text = quoted(text.trim());
            let error = ValueError::new(format!("{text} is more than 100 years"));
            Err(error.hint("write `90 days`, `3 months` or `1 year`"))
        }
        false => Ok(period),
    }
}

fn any_period(text: &str) -> Result<Period, ValueError> {
    let strict = validity::parse(text);
    strict.or_else(|error| {
        let lower = to_ascii(text.trim()).to_lowercase();
        if matches!(
            lower.as_str(),
            "half a year" | "et halvt år" | "et halvår" | "半年"
        ) {
            return Period::parse("6 months");
        }
        let (start, rest) = CHINESE_NUMBERS
            .iter()
            .find_map(|(word, number)| Some((*number, lower.strip_prefix(word)?)))
            .unwrap_or(("", &lower));
        let mut words = vec![start];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = rest.split_at(digits);
        words.push(number);
        words.extend(rest.split_whitespace().map(|word| {
            let known = PERIOD_WORDS.iter().find(|(known, _)| *known == word);
            known.map_or(word, |(_, meant)| *meant)
        }));
        Period::parse(&words.join(" ")).map_err(|_| error)
    })
}

/// Reads a price, and returns its meanings: at least one. An amount alone is in `currency`, the code
/// of the list's currency, if that is given.
///
/// # Errors
///
/// The errors of [`Price::parse_new`].
pub(crate) fn prices(text: &str, currency: Option<&str>) -> Result<Vec<Price>, ValueError> {
    let strict = match Price::parse_new(text) {
        Ok(price) => return Ok(vec![price]),
        Err(error) => error,
    };
    let ascii = to_ascii(text.trim());
    let Some((before, amount, after)) = split_price(&ascii) else {
        return Err(strict);
    };
    let codes = match (before, after) {
        ("", "") => currency.into_iter().collect(),
        ("", code) | (code, "") => meant_currencies(code),
        (before, after) => {
            let both = meant_currencies(after);
            let mut codes = meant_currencies(before);
            codes.retain(|code| both.contains(code));
            codes
        }
    };
    let mut found: Vec<Price> = Vec::new();
    let mut first_error = None;
    for amount in amounts(amount) {
        for code in &codes {
            match Price::parse_new(&format!("{amount} {code}")) {
                Ok(price) if !found.contains(&price) => found.push(price),
                Ok(_) => {}
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        // `1,299 EUR` has no meaning that is surely right: the error names both.
        if found.is_empty() && first_error.is_some() {
            break;
        }
    }
    // The currency of the list is the likeliest.
    found.sort_by_key(|price| Some(price.currency()) != currency);
    match found.is_empty() {
        true => Err(first_error.unwrap_or(strict)),
        false => Ok(found),
    }
}

/// Splits a price into the text before its amount, the amount, and the text after it. The dash in
/// `49,-` belongs to no currency.
fn split_price(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (before, amount, after) = (text[..start].trim(), &text[start..end], text[end..].trim());
    let whole = [",-", ".-", ":-"]
        .iter()
        .find_map(|dash| after.strip_prefix(dash));
    let after = match whole {
        // Kroner are written so without a currency.
        Some("") if before.is_empty() => ",-",
        Some(after) => after.trim(),
        None => after,
    };
    Some((before, amount, after))
}

/// Returns the amounts that a number with separators can mean, with a decimal point.
fn amounts(text: &str) -> Vec<String> {
    let is_space = |c: char| c.is_whitespace() || matches!(c, '\'' | '’');
    let joined = text.replace(is_space, "");
    if text.contains(is_space) && !is_grouped(text.split(['.', ',']).next().unwrap_or(""), is_space)
    {
        return Vec::new();
    }
    let separators: Vec<char> = joined.chars().filter(|c| matches!(c, '.' | ',')).collect();
    if joined
        .chars()
        .any(|c| !c.is_ascii_digit() && !matches!(c, '.' | ','))
    {
        return Vec::new();
    }
    let Some(last) = separators.last().copied() else {
        return vec![joined];
    };
    let thousands = |whole: &str, separator: char| {
        let is_separator = move |c: char| c == separator;
        is_grouped(whole, is_separator).then(|| whole.replace(separator, ""))
    };
    let is_last_once = separators.iter().filter(|c| **c == last).count() == 1;
    let Some((whole, fraction)) = joined.rsplit_once(last).filter(|_| is_last_once) else {
        return thousands(&joined, last).into_iter().collect();
    };
    if let [first, _, ..] = separators[..] {
        let whole = thousands(whole, first);
        return whole
            .into_iter()
            .map(|whole| format!("{whole}.{fraction}"))
            .collect();
    }
    let decimal = format!("{whole}.{fraction}");
    match thousands(&joined, last).filter(|_| !text.contains(is_space)) {
        Some(thousands) => vec![decimal, thousands],
        None => vec![decimal],
    }
}

/// Whether digits are in groups of thousands: the first has one to three, and the others have three.
fn is_grouped(text: &str, is_separator: impl Fn(char) -> bool) -> bool {
    let mut groups = text.split(is_separator);
    let first = groups.next().unwrap_or_default();
    (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && groups.all(|group| group.len() == 3)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{DayOrPeriod, day_or_period, days, last_days, period, prices};
    use crate::plan::LastDay;
    use crate::time::period::Period;

    #[test]
    fn dates_have_one_meaning_or_two() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 30).expect("a day");
        for (text, meanings) in [
            ("2026-12-31", "2026-12-31"),
            ("2026/12/31", "2026-12-31"),
            ("2026.12.31", "2026-12-31"),
            ("20261231", "2026-12-31"),
            ("31.12.2026", "2026-12-31"),
            ("31. 12. 2026", "2026-12-31"),
            ("03.04.2027", "2027-04-03"),
            ("31/12/2026", "2026-12-31"),
            ("12/31/2026", "2026-12-31"),
            ("03/04/2027", "2027-04-03 2027-03-04"),
            ("4/4/2027", "2027-04-04"),
            ("31.12.26", "2026-12-31 2031-12-26"),
            ("31 Dec 2026", "2026-12-31"),
            ("31. desember 2026", "2026-12-31"),
            ("December 31st, 2026", "2026-12-31"),
            ("1 okt 2027", "2027-10-01"),
            ("31-Dec-2026", "2026-12-31"),
            ("Dec 2026", "2026-12"),
            ("2027-03", "2027-03"),
            ("2027年3月", "2027-03"),
            ("2027年1月5日", "2027-01-05"),
            ("２０２７年１月５日", "2027-01-05"),
            ("２０２６／１２／３１", "2026-12-31"),
            ("Today", "2026-11-30"),
            ("tomorrow", "2026-12-01"),
            ("i går", "2026-11-29"),
            ("明天", "2026-12-01"),
        ] {
            let found =
                last_days(text, today).unwrap_or_else(|error| unreachable!("{error} {text}"));
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert_eq!(found.join(" "), meanings, "{text}");
        }
        for (text, message) in [
            (
                "31.02.2027",
                "`2027-02-31` does not exist: February 2027 has 28 days",
            ),
            ("31 Dec", "`31 Dec` has no year"),
            ("1/2/3000000", "`1/2/3000000` is not a date"),
            ("next week", "`next week` is not a date"),
            ("90 days", "`90 days` is not a date"),
            ("", "`` is not a date"),
            ("１", "`１` is not a date"),
        ] {
            let error = last_days(text, today).expect_err(text);
            assert_eq!(error.message, message);
        }
        let error = days("Dec 2026", today).expect_err("a month");
        assert_eq!(error.message, "`Dec 2026` names no day");
    }

    #[test]
    fn a_last_day_or_a_length_of_time() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 30).expect("a day");
        let read = |text| day_or_period(text, today);
        let day = LastDay::parse("2027-03").expect("a month");
        assert_eq!(read("March 2027"), Ok(DayOrPeriod::Days(vec![day])));
        let period = Period::parse("3 months").expect("a length");
        assert_eq!(read("3个月"), Ok(DayOrPeriod::Period(period)));
        for (text, message) in [
            ("", "a plan needs a date"),
            ("soon", "`soon` is neither a date nor a length of time"),
            ("2027", "`2027` is neither a date nor a length of time"),
            ("2027年", "`2027年` is more than 100 years"),
            (
                "3 moons",
                "unknown unit `moons` in `3 moons`: allowed days, weeks, months, years",
            ),
            ("31 Dec", "`31 Dec` has no year"),
            (
                "2027-13",
                "`2027-13` is not a month: allowed 1900-01 to 9998-12",
            ),
            (
                "31.2.2027",
                "`2027-02-31` does not exist: February 2027 has 28 days",
            ),
        ] {
            let error = read(text).expect_err(text);
            assert_eq!(error.message, message);
        }
    }

    #[test]
    fn lengths_of_time_in_three_languages() {
        for (text, expected) in [
            ("3个月", "P3M"),
            ("三个月", "P3M"),
            ("两年", "P24M"),
            ("一百天", ""),
            ("半年", "P6M"),
            ("90d", "P90D"),
            ("90 days", "P90D"),
            ("1 yr", "P12M"),
            ("P3M", "P3M"),
            ("a year", "P12M"),
            ("Six Months", "P6M"),
            ("3 måneder", "P3M"),
            ("3mnd", "P3M"),
            ("3 Monate", "P3M"),
            ("1 Jahr", "P12M"),
            ("et år", "P12M"),
            ("９０ 天", "P90D"),
            ("monthly", "P1M"),
            ("3m", "P3M"),
            ("3 m", "P3M"),
            ("0 days", ""),
            ("2027年", ""),
            ("100 years", "P1200M"),
            ("90", ""),
            ("", ""),
        ] {
            let found = period(text).map(|period| period.to_string());
            assert_eq!(found.unwrap_or_default(), expected, "{text}");
        }
    }

    #[test]
    fn prices_have_one_meaning_or_several() {
        for (text, currency, meanings) in [
            ("49 NOK", None, "49 NOK"),
            ("NOK 49", None, "49 NOK"),
            ("nok 49,50", None, "49.50 NOK"),
            ("49 kr", None, "49 NOK, 49 SEK, 49 DKK, 49 ISK"),
            ("kr 49,-", None, "49 NOK, 49 SEK, 49 DKK, 49 ISK"),
            ("49,-", None, "49 NOK, 49 SEK, 49 DKK, 49 ISK"),
            ("€4.99", None, "4.99 EUR"),
            ("29,90 €", None, "29.90 EUR"),
            ("£5", None, "5 GBP"),
            ("$5", None, "5 USD, 5 CAD, 5 AUD, 5 HKD, 5 SGD"),
            ("$5 USD", None, "5 USD"),
            ("¥30", None, "30 CNY, 30 JPY"),
            ("３０ 元", None, "30 CNY, 30 HKD, 30 TWD"),
            ("1 049,50 NOK", None, "1049.50 NOK"),
            ("1.049,50 NOK", None, "1049.50 NOK"),
            ("1,049.50 USD", None, "1049.50 USD"),
            ("1,299 KWD", None, "1.299 KWD, 1299 KWD"),
            ("49 kr", Some("DKK"), "49 DKK, 49 NOK, 49 SEK, 49 ISK"),
            ("49", Some("NOK"), "49 NOK"),
            ("49,50", Some("NOK"), "49.50 NOK"),
        ] {
            let found = prices(text, currency).unwrap_or_else(|error| unreachable!("{error}"));
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert_eq!(found.join(", "), meanings, "{text}");
        }
        for (text, message) in [
            ("49", "`49` has no currency"),
            ("1,299 EUR", "`1.299 EUR` has 3 decimals, and EUR has 2"),
            ("free", "`free` is not a price"),
            (
                "-5 NOK",
                "the amount `-5` in `-5 NOK` cannot be read: allowed 1 to 12 digits, then perhaps a point and 1 to 4 decimals",
            ),
            (
                "49 NKO",
                "`NKO` in `49 NKO` is not a currency code of ISO 4217",
            ),
            (
                "5 $ EUR",
                "`$ EUR` in `5 $ EUR` is not a currency code of ISO 4217",
            ),
        ] {
            let error = prices(text, None).expect_err(text);
            assert_eq!(error.message, message);
        }
    }
}
