//! The titles that events of our feeds have, in each language.
//!
//! No title is written down here. [`Words`] makes each around a mark in place of the name; what then
//! stands before and after the mark is the known beginning and ending.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::import::draft::period_of_days;
use crate::plan::schedule::Lead;
use crate::plan::value::language::Language;
use crate::time::period::Period;
use crate::words::{self, Words};

/// Stands in place of a name; no text of a plan may hold it.
pub(crate) const MARK: &str = "\u{1}";

/// A title of which the language is known, and the name in it.
pub(crate) type Titled<'t> = (Language, &'t str);

/// The name in the title of an expiry on `day`.
pub(crate) fn expiry_name(title: &str, day: NaiveDate) -> Option<Titled<'_>> {
    name_in_title(title, |words, out| words.expiry_title(out, MARK, day))
}

/// The name in the title of an automatic renewal on `day`.
pub(crate) fn renewal_name(title: &str, day: NaiveDate) -> Option<Titled<'_>> {
    name_in_title(title, |words, out| words.renewal_title(out, MARK, day))
}

/// The name in the title of the end of grace on `day`.
pub(crate) fn grace_end_name(title: &str, day: NaiveDate) -> Option<Titled<'_>> {
    name_in_title(title, |words, out| words.grace_end_title(out, MARK, day))
}

/// The name in the title of the day after the expiry.
pub(crate) fn overdue_name(title: &str) -> Option<Titled<'_>> {
    name_in_title(title, |words, out| words.overdue_title(out, MARK))
}

/// Whether a title says something of the feed itself: that it is empty, or out of date.
pub(crate) fn is_about_feed(title: &str) -> bool {
    let is_empty = name_in_title(title, |words, out| words.empty_title(out, MARK)).is_some();
    is_empty
        || Language::ALL.into_iter().any(|language| {
            let mut made = String::new();
            words::in_language(language).outdated_title(&mut made);
            made == title
        })
}

/// The name and the expiry in the title of a notice on `day`.
pub(crate) fn notice_name(title: &str, day: NaiveDate) -> Option<(Language, &str, NaiveDate)> {
    let numbers = numbers(title);
    let has_year_of = |expiry: &NaiveDate| numbers.contains(&i64::from(expiry.year()));
    for count in &numbers {
        for (lead, expiry) in leads_after(*count, day).filter(|(_, expiry)| has_year_of(expiry)) {
            let found = name_in_title(title, |words, out| {
                words.notice_title(out, MARK, lead, expiry)
            });
            if let Some((language, name)) = found {
                return Some((language, name, expiry));
            }
        }
    }
    None
}

/// What an alarm or a notice warns of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WarningOf {
    Expiry,
    GraceEnd,
    Renewal,
}

/// The lead of a warning so many days before `day`: months if its text names them, else days.
pub(crate) fn lead_of(
    warning: WarningOf,
    (language, name): Titled<'_>,
    text: &str,
    ahead: u32,
    day: NaiveDate,
) -> Option<Period> {
    let in_days = period_of_days(i64::from(ahead));
    let in_months = months_before(ahead, day).filter(|period| {
        let words = words::in_language(language);
        let lead = Lead {
            days: ahead,
            period: *period,
        };
        let mut made = String::new();
        match warning {
            WarningOf::Expiry => words.notice_title(&mut made, name, lead, day),
            WarningOf::GraceEnd => words.grace_notice_title(&mut made, name, lead, day),
            WarningOf::Renewal => words.renewal_alarm(&mut made, name, lead, day),
        }
        made == text
    });
    in_months.or(in_days)
}

/// The whole months from so many days before `day` to `day`, if that is exact.
fn months_before(ahead: u32, day: NaiveDate) -> Option<Period> {
    let first = day.checked_sub_days(Days::new(u64::from(ahead)))?;
    let years = i64::from(day.year()) - i64::from(first.year());
    let months = years * 12 + i64::from(day.month()) - i64::from(first.month());
    let period = Period::parse(&format!("{months} months")).ok()?;
    (period.before(day) == Some(first)).then_some(period)
}

/// The numbers in a text, as many as a title may have besides those in the name.
fn numbers(text: &str) -> Vec<i64> {
    /// More than a title has; a name that has more is not recognized.
    const MAX_NUMBERS: usize = 16;
    let digits = text.split(|c: char| !c.is_ascii_digit());
    let digits = digits.filter(|digits| (1..=5).contains(&digits.len()));
    let numbers = digits.filter_map(|digits| digits.parse().ok());
    numbers.take(MAX_NUMBERS).collect()
}

/// Each lead of so many days, months or years that begins on `day`, with the day on which it ends.
fn leads_after(count: i64, day: NaiveDate) -> impl Iterator<Item = (Lead, NaiveDate)> {
    /// From the last day of a short month up to the end of a long one.
    const CLAMPED: RangeInclusive<u64> = 0..=3;
    let count = u32::try_from(count).unwrap_or(0);
    let in_days = day.checked_add_days(Days::new(u64::from(count)));
    let in_days = in_days.map(|expiry| (format!("{count} days"), expiry));
    let in_months = [("months", 1), ("years", 12)]
        .into_iter()
        .flat_map(move |(unit, months)| {
            let months = Months::new(count.saturating_mul(months));
            let expiry = day.checked_add_months(months);
            let clamped = move |days| expiry?.checked_add_days(Days::new(days));
            let expiries = CLAMPED.filter_map(clamped);
            expiries.map(move |expiry| (format!("{count} {unit}"), expiry))
        });
    in_days
        .into_iter()
        .chain(in_months)
        .filter_map(move |(text, expiry)| {
            let period = Period::parse(&text).ok()?;
            let days = u32::try_from((expiry - day).num_days()).ok()?;
            let is_lead = period.before(expiry) == Some(day);
            is_lead.then_some((Lead { days, period }, expiry))
        })
}

/// The name in a title that `write` makes, in whichever language.
fn name_in_title(title: &str, write: impl Fn(&dyn Words, &mut String)) -> Option<Titled<'_>> {
    Language::ALL.into_iter().find_map(|language| {
        let name = text_at_mark(title, |out| write(words::in_language(language), out))?;
        Some((language, name))
    })
}

/// What a text has where `write` writes the mark, if it is the same everywhere else.
pub(crate) fn text_at_mark(text: &str, write: impl FnOnce(&mut String)) -> Option<&str> {
    let mut made = String::new();
    write(&mut made);
    let (before, after) = made.split_once(MARK)?;
    let found = text.strip_prefix(before)?.strip_suffix(after)?;
    // What was put in has no space at its ends.
    (!found.is_empty() && found.trim() == found).then_some(found)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{expiry_name, grace_end_name, notice_name, overdue_name, renewal_name};
    use crate::plan::schedule::Lead;
    use crate::plan::value::language::Language;
    use crate::time::period::Period;
    use crate::words;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn each_title_gives_the_name_back() {
        let (expiry, other) = (day("2027-01-05"), day("2027-01-06"));
        for language in Language::ALL {
            let words = words::in_language(language);
            for name in [
                "SIM",
                "My 2 SIMs: 7 days left",
                "\u{5957}\u{9910} 8",
                "expires on 5 Jan 2027",
            ] {
                let mut title = String::new();
                words.expiry_title(&mut title, name, expiry);
                assert_eq!(
                    expiry_name(&title, expiry),
                    Some((language, name)),
                    "{title}"
                );
                assert_eq!(expiry_name(&title, other), None, "{title}");
                title.clear();
                words.renewal_title(&mut title, name, expiry);
                assert_eq!(
                    renewal_name(&title, expiry),
                    Some((language, name)),
                    "{title}"
                );
                assert_eq!(renewal_name(&title, other), None, "{title}");
                title.clear();
                words.grace_end_title(&mut title, name, expiry);
                assert_eq!(
                    grace_end_name(&title, expiry),
                    Some((language, name)),
                    "{title}"
                );
                title.clear();
                words.overdue_title(&mut title, name);
                assert_eq!(overdue_name(&title), Some((language, name)), "{title}");
            }
        }
    }

    #[test]
    fn a_notice_gives_name_and_expiry_back() {
        for language in Language::ALL {
            for (lead, expiry) in [
                ("7 days", "2027-01-05"),
                ("1 day", "2027-01-05"),
                ("1 month", "2027-03-31"),
                ("3 months", "2027-05-31"),
                ("1 year", "2028-02-29"),
                ("2 years", "2027-01-05"),
            ] {
                let period = Period::parse(lead).expect("a period");
                let expiry = day(expiry);
                let notice = period.before(expiry).expect("a day");
                let days = u32::try_from((expiry - notice).num_days()).expect("days");
                let name = "SIM 2 (+47 900 00 001)";
                let mut title = String::new();
                words::in_language(language).notice_title(
                    &mut title,
                    name,
                    Lead { days, period },
                    expiry,
                );
                let found = notice_name(&title, notice);
                assert_eq!(found, Some((language, name, expiry)), "{title}");
                assert_eq!(notice_name(&title, expiry), None, "{title}");
            }
        }
    }
}
