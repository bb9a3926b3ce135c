//! Dates as tables have them. If a date can mean several days, the other dates of the column tell
//! the order of day, month and year.

use chrono::NaiveDate;

use crate::plan::LastDay;
use crate::plan::value::loose;
use crate::text::fullwidth::to_ascii;
use crate::text::value_error::{ValueError, quoted};
use crate::time::date::in_range;

/// The order of the three numbers of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// `31/12/2026`
    Dmy,
    /// `12/31/2026`
    Mdy,
    /// `26/12/31`
    Ymd,
}

impl DateOrder {
    const ALL: [Self; 3] = [Self::Dmy, Self::Mdy, Self::Ymd];

    /// What the option `--dates` calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
            Self::Ymd => "ymd",
        }
    }
}

/// A date of a table.
pub(crate) struct WrittenDay {
    /// The day in each order that is possible; one if the order does not matter.
    readings: Vec<(Option<DateOrder>, LastDay)>,
    /// What stands between the three numbers, if the order matters.
    separator: Option<char>,
    /// Whether a time of day stands behind it.
    pub(crate) has_time: bool,
}

impl WrittenDay {
    /// Reads a date with or without a time behind it.
    ///
    /// # Errors
    ///
    /// The text is no date, or its day does not exist.
    pub(crate) fn parse(text: &str) -> Result<Self, ValueError> {
        let ascii = to_ascii(text.trim());
        if ascii.len() == 5 && ascii.bytes().all(|byte| byte.is_ascii_digit()) {
            let error = ValueError::new(format!("{} is not a date", quoted(text)));
            let hint = "spreadsheets store days as such numbers: format the column as a date";
            return Err(error.hint(hint));
        }
        let (date, has_time) = without_time(&ascii);
        let date = without_weekday(date);
        if let Some((separator, [a, b, c])) = three_numbers(date) {
            let mut readings = Vec::new();
            for order in DateOrder::ALL {
                let (year, month, day) = match order {
                    DateOrder::Dmy => (c, b, a),
                    DateOrder::Mdy if separator != '.' => (c, a, b),
                    DateOrder::Ymd if c.len() <= 2 => (a, b, c),
                    DateOrder::Mdy | DateOrder::Ymd => continue,
                };
                let day = day_of(year, month, day).map(LastDay::from);
                readings.extend(day.map(|day| (Some(order), day)));
            }
            if !readings.is_empty() {
                return Ok(Self {
                    readings,
                    separator: Some(separator),
                    has_time,
                });
            }
        }
        // A word such as `today` is none: nobody knows when it was written.
        let has_digit = date.contains(|c: char| c.is_ascii_digit());
        let found = match has_digit {
            // Only words that are relative depend on the day.
            true => loose::last_days(date, NaiveDate::MIN)?,
            false => Vec::new(),
        };
        match found[..] {
            [day] => Ok(Self {
                readings: vec![(None, day)],
                separator: None,
                has_time,
            }),
            _ => {
                let error = ValueError::new(format!("{} is not a date", quoted(text)));
                Err(error.hint("write year, month and day as `2026-10-05`"))
            }
        }
    }

    /// The last of the days that it can mean.
    pub(crate) fn latest(&self) -> Option<NaiveDate> {
        self.readings.iter().map(|(_, day)| day.day()).max()
    }

    /// The day, if it is the same in each order that the column allows.
    pub(crate) fn day(&self, orders: &ColumnOrders) -> Option<LastDay> {
        let allowed = self.separator.and_then(|separator| orders.of(separator));
        let is_allowed = |order: &Option<DateOrder>| match (order, &allowed) {
            (Some(order), Some(allowed)) => allowed.contains(order),
            _ => true,
        };
        let readings = || self.readings.iter();
        let mut kept: Vec<LastDay> = readings()
            .filter(|(order, _)| is_allowed(order))
            .map(|(_, day)| *day)
            .collect();
        if kept.is_empty() {
            kept = readings().map(|(_, day)| *day).collect();
        }
        kept.dedup();
        match kept[..] {
            [day] => Some(day),
            _ => None,
        }
    }

    /// The days that it can mean, for a message.
    pub(crate) fn meanings(&self) -> String {
        let days = self.readings.iter().map(|(_, day)| day.to_string());
        days.collect::<Vec<_>>().join(" or ")
    }

    /// The options that decide, for a hint.
    pub(crate) fn options(&self) -> String {
        let orders = self.readings.iter().filter_map(|(order, _)| *order);
        let options = orders.map(|order| format!("`--dates {}`", order.name()));
        options.collect::<Vec<_>>().join(" or ")
    }
}

/// The orders that all dates of a column allow, by what stands between their numbers.
#[derive(Debug, Clone, Default)]
pub(crate) struct ColumnOrders(Vec<(char, Vec<DateOrder>)>);

impl ColumnOrders {
    /// Adds a date of the column.
    pub(crate) fn add(&mut self, day: &WrittenDay) {
        let Some(separator) = day.separator else {
            return;
        };
        let is_possible = |order: &DateOrder| {
            let mut readings = day.readings.iter();
            readings.any(|(found, _)| *found == Some(*order))
        };
        match self.0.iter_mut().find(|(known, _)| *known == separator) {
            Some((_, orders)) => orders.retain(is_possible),
            None => {
                let orders = DateOrder::ALL.into_iter().filter(is_possible);
                self.0.push((separator, orders.collect()));
            }
        }
    }

    /// Takes the order that the user names, where the column allows it or its rows contradict one
    /// another.
    pub(crate) fn choose(&mut self, order: DateOrder) {
        for (_, orders) in &mut self.0 {
            if orders.is_empty() || orders.contains(&order) {
                *orders = vec![order];
            }
        }
    }

    fn of(&self, separator: char) -> Option<&[DateOrder]> {
        let (_, orders) = self.0.iter().find(|(known, _)| *known == separator)?;
        Some(orders)
    }
}

/// Three numbers with the same character between them; the last or the first is a year. A year of
/// four digits in front has one order.
fn three_numbers(text: &str) -> Option<(char, [&str; 3])> {
    let separator = text.chars().find(|c| matches!(c, '/' | '.' | '-'))?;
    let parts: Vec<&str> = text.split(separator).map(str::trim).collect();
    let [a, b, c] = parts[..] else { return None };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_short = |text: &str| matches!(text.len(), 1 | 2) && is_number(text);
    let is_year = matches!(c.len(), 2 | 4) && is_number(c);
    (is_short(a) && is_short(b) && is_year).then_some((separator, [a, b, c]))
}

/// A year of two digits is one of this century.
fn day_of(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let number = |text: &str| text.parse::<u32>().ok();
    let century = if year.len() <= 2 { 2000 } else { 0 };
    let year = i32::try_from(number(year)? + century).ok()?;
    NaiveDate::from_ymd_opt(year, number(month)?, number(day)?).filter(|day| in_range(*day))
}

/// A date without the time of day behind it, and whether there was one.
fn without_time(text: &str) -> (&str, bool) {
    let Some(colon) = text.find(':') else {
        return (text, false);
    };
    let before = text.get(..colon).unwrap_or_default();
    let date = before.trim_end_matches(|c: char| c.is_ascii_digit());
    let marks = [
        "T", "t", "um", "kl.", "kl", "at", "上午", "下午", "晚上", "凌晨", ",",
    ];
    let is_end = |c: char| c.is_whitespace() || c == ',';
    let mut date = date.trim_end_matches(is_end);
    for mark in marks {
        date = date
            .strip_suffix(mark)
            .unwrap_or(date)
            .trim_end_matches(is_end);
    }
    let time = text.get(date.len()..).unwrap_or_default();
    let is_midnight =
        time.contains("00:00") && !time.contains(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
    (date, !is_midnight)
}

/// A date without the day of the week in front of it or behind it.
fn without_weekday(text: &str) -> &str {
    const WEEKDAYS: [&str; 21] = [
        "mon", "tue", "wed", "thu", "fri", "sat", "sun", "mo", "di", "mi", "do", "fr", "sa", "so",
        "man", "tir", "ons", "tor", "fre", "lør", "søn",
    ];
    let (first, rest) = text.split_once([' ', ',']).unwrap_or((text, ""));
    let word = first.trim_end_matches(['.', ',']).to_lowercase();
    let is_word = !word.is_empty() && word.chars().all(char::is_alphabetic);
    let is_weekday = WEEKDAYS.iter().any(|day| match day.len() {
        2 => word == *day,
        _ => word.starts_with(day),
    });
    let is_march = word.starts_with("mar");
    let text = match is_word && is_weekday && !is_march {
        true => rest.trim_start_matches([' ', ',']),
        false => text,
    };
    // `2027年1月5日 星期二`
    let end = ["星期", "周", "("]
        .iter()
        .filter_map(|mark| text.find(mark))
        .min();
    let end = end.filter(|_| text.contains('日'));
    end.map_or(text, |end| text.get(..end).unwrap_or(text).trim_end())
}

#[cfg(test)]
mod tests {
    use super::{ColumnOrders, DateOrder, WrittenDay};

    fn read(column: &[&str], order: Option<DateOrder>) -> Vec<String> {
        let days: Vec<WrittenDay> = column
            .iter()
            .map(|text| WrittenDay::parse(text).unwrap_or_else(|error| unreachable!("{error}")))
            .collect();
        let mut orders = ColumnOrders::default();
        days.iter().for_each(|day| orders.add(day));
        if let Some(order) = order {
            orders.choose(order);
        }
        let day = |day: &WrittenDay| {
            day.day(&orders)
                .map_or_else(|| day.meanings(), |day| day.to_string())
        };
        days.iter().map(day).collect()
    }

    #[test]
    fn one_reading_needs_no_column() {
        for (text, expected) in [
            ("2026-12-31", "2026-12-31"),
            ("31.12.2026", "2026-12-31"),
            ("5. 1. 2027", "2027-01-05"),
            ("05.01.2027", "2027-01-05"),
            ("2026/12/31", "2026-12-31"),
            ("2027年1月5日", "2027-01-05"),
            ("2027年1月5日 星期二", "2027-01-05"),
            ("January 31, 2027", "2027-01-31"),
            ("Jan 14, 2027", "2027-01-14"),
            ("31 Dec 2026", "2026-12-31"),
            ("31. Dezember 2026", "2026-12-31"),
            ("5. März 2027", "2027-03-05"),
            ("1. mars 2027", "2027-03-01"),
            ("Thu, 14 Jan 2027", "2027-01-14"),
            ("Fr 31.12.2026", "2026-12-31"),
            ("12/31/2026", "2026-12-31"),
            ("31/12/2026", "2026-12-31"),
            ("12/31/26", "2026-12-31"),
            ("04/04/2027", "2027-04-04"),
            ("2026-12-31 23:59:59", "2026-12-31"),
            ("2026-12-31T00:00:00Z", "2026-12-31"),
            ("2027-01-14T10:00:00+08:00", "2027-01-14"),
            ("31.12.2026 um 10:00 Uhr", "2026-12-31"),
            ("2027年1月5日 下午3:00", "2027-01-05"),
            ("Jan 14, 2027 10:00 AM (GMT+1)", "2027-01-14"),
            ("2027-03", "2027-03"),
        ] {
            assert_eq!(read(&[text], None), [expected], "{text}");
        }
    }

    #[test]
    fn the_column_decides_or_the_option() {
        let (dmy, mdy, both) = ("2027-04-03", "2027-03-04", "2027-04-03 or 2027-03-04");
        assert_eq!(read(&["03/04/2027"], None), [both]);
        assert_eq!(read(&["03/04/2027"], Some(DateOrder::Dmy)), [dmy]);
        assert_eq!(read(&["03/04/2027"], Some(DateOrder::Mdy)), [mdy]);
        assert_eq!(
            read(&["03/04/2027", "31/12/2026"], None),
            [dmy, "2026-12-31"]
        );
        assert_eq!(
            read(&["03/04/2027", "12/31/2026"], None),
            [mdy, "2026-12-31"]
        );
        // The column is stronger than the option, and points say nothing of slashes.
        assert_eq!(
            read(&["03/04/2027", "12/31/2026"], Some(DateOrder::Dmy))[0],
            mdy
        );
        assert_eq!(read(&["03/04/2027", "31.12.2026"], None)[0], both);
        // Rows that contradict one another decide nothing.
        assert_eq!(
            read(&["03/04/2027", "12/31/2026", "31/12/2026"], None),
            [both, "2026-12-31", "2026-12-31"]
        );
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "today",
            "46387",
            "31.02.2027",
            "2026-12-31 to 2027",
            "monthly",
            "12:00",
            ":",
            "1/2",
        ] {
            assert!(WrittenDay::parse(text).is_err(), "{text}");
        }
    }
}
