//! The validity of a plan as tables of subscriptions write it: `Monthly`, `Every 3 Months`, `每季度`.

use crate::text::value_error::ValueError;
use crate::time::period::Period;

/// Reads a length of time, or a word for how often something is renewed.
///
/// # Errors
///
/// The errors of [`Period::parse`]. Words with two meanings are errors too: `biweekly` is twice a week
/// to some people, and every second week to others.
pub(crate) fn parse(text: &str) -> Result<Period, ValueError> {
    Period::parse(text).or_else(|error| cycle(&text.trim().to_lowercase()).ok_or(error))
}

/// Returns the length of a cycle. The text is in lower case.
fn cycle(text: &str) -> Option<Period> {
    let length = match text {
        "daily" | "täglich" | "daglig" | "每日" | "每天" => "1 day",
        "weekly" | "wöchentlich" | "ukentlig" | "每星期" | "每周" => "1 week",
        "fortnightly" => "2 weeks",
        "monthly" | "monatlich" | "månedlig" | "hver måned" | "每月" | "月付" | "包月" | "按月" => {
            "1 month"
        }
        "quarterly" | "every quarter" | "vierteljährlich" | "quartalsweise" | "kvartalsvis"
        | "每季" | "每季度" | "季付" | "按季" => "3 months",
        "half-yearly" | "semi-annually" | "semiannually" | "halbjährlich" | "halvårlig"
        | "每半年" | "半年" | "半年付" => "6 months",
        "yearly" | "annually" | "annual" | "jährlich" | "årlig" | "hvert år" | "年付" | "包年"
        | "按年" => "1 year",
        _ => {
            let length = ["every ", "each ", "per ", "每"].into_iter();
            let mut length = length.filter_map(|word| text.strip_prefix(word));
            let length = length.next()?.trim_start();
            let one = format!("1 {length}");
            return Period::parse(length).or_else(|_| Period::parse(&one)).ok();
        }
    };
    Period::parse(length).ok()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_how_often_something_is_renewed() {
        for (text, length) in [
            ("Monthly", "P1M"),
            ("Quarterly", "P3M"),
            ("Yearly", "P12M"),
            ("Every 3 Months", "P3M"),
            ("halbjährlich", "P6M"),
            ("Månedlig", "P1M"),
            ("包年", "P12M"),
            ("every month", "P1M"),
            ("per year", "P12M"),
            ("每年", "P12M"),
            ("每3个月", "P3M"),
            ("每月", "P1M"),
            ("180天", "P180D"),
            ("6个月", "P6M"),
            ("1年", "P12M"),
            ("3 months", "P3M"),
        ] {
            assert_eq!(parse(text).expect(text).to_string(), length, "{text}");
        }
        for text in [
            "biweekly",
            "bimonthly",
            "every",
            "every now and then",
            "never",
            "",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        let error = parse("sometimes").expect_err("no length");
        assert_eq!(error.message, "`sometimes` is not a length of time");
    }
}
