//! The titles of the events in this program's own feeds, in each language.
//!
//! This file contains no title. [`Words`] writes each title with a mark in place of the name. The
//! text before the mark and the text after it are then the known beginning and ending.

use chrono::{Datelike as _, NaiveDate};

use crate::import::dates::lengths_between;
use crate::plan::schedule::{Lead, OVERDUE_DAYS};
use crate::plan::value::language::Language;
use crate::time::date;
use crate::words::{self, Words};

/// Stands in place of a name; no text of a plan may hold it.
const MARK: &str = "\u{1}";

/// A day of a plan that its title tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OwnDay {
    Expiry,
    /// A day after the expiry or after the end of grace, on which no renewal is recorded.
    Overdue,
    GraceEnd,
    Renewal,
    Cancel,
    Ended,
}

/// What a title of ours tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OwnTitle<'t> {
    pub(crate) of: OwnDay,
    pub(crate) language: Language,
    pub(crate) name: &'t str,
}

type WriteTitle = fn(&dyn Words, &mut String, &str, NaiveDate);
type WriteNotice = fn(&dyn Words, &mut String, &str, Lead, NaiveDate);

/// The titles of days, by what they tell. Those of overdue days have no date.
const TITLES: [(OwnDay, WriteTitle); 6] = [
    (OwnDay::Expiry, |words, out, name, day| {
        words.expiry_title(out, name, day);
    }),
    (OwnDay::Renewal, |words, out, name, day| {
        words.renewal_title(out, name, day);
    }),
    (OwnDay::Cancel, |words, out, name, day| {
        words.cancel_title(out, name, day);
    }),
    (OwnDay::GraceEnd, |words, out, name, day| {
        words.grace_end_title(out, name, day);
    }),
    (OwnDay::Ended, |words, out, name, day| {
        words.ended_title(out, name, day);
    }),
    (OwnDay::Overdue, |words, out, name, _| {
        words.after_grace_title(out, name);
    }),
];

/// The titles of notices, by the day that they are about.
const NOTICES: [(OwnDay, WriteNotice); 5] = [
    (OwnDay::Expiry, |words, out, name, lead, day| {
        words.notice_title(out, name, lead, day);
    }),
    (OwnDay::Renewal, |words, out, name, lead, day| {
        words.renewal_notice_title(out, name, lead, day);
    }),
    (OwnDay::Cancel, |words, out, name, lead, day| {
        words.cancel_notice_title(out, name, lead, day);
    }),
    (OwnDay::GraceEnd, |words, out, name, lead, day| {
        words.grace_notice_title(out, name, lead, day);
    }),
    (OwnDay::Ended, |words, out, name, lead, day| {
        words.ended_notice_title(out, name, lead, day);
    }),
];

/// What the title of an event on `day` tells, if it is one of ours and no notice.
pub(crate) fn own_title(title: &str, day: NaiveDate) -> Option<OwnTitle<'_>> {
    let mut known = TITLES.iter();
    let found = known.find_map(|(of, write)| {
        let titled = name_in_title(title, |words, out| write(words, out, MARK, day))?;
        Some((*of, titled))
    });
    let (of, (language, name)) = found.or_else(|| {
        let mut overdue = OVERDUE_DAYS.into_iter();
        let titled = overdue.find_map(|days| {
            name_in_title(title, |words, out| words.overdue_title(out, MARK, days))
        })?;
        Some((OwnDay::Overdue, titled))
    })?;
    Some(OwnTitle { of, language, name })
}

/// The day that a notice of `name` on `day` is about, by its title.
pub(crate) fn noticed_day(
    title: &str,
    (language, name): (Language, &str),
    day: NaiveDate,
) -> Option<(OwnDay, NaiveDate)> {
    /// The lead, and the year, the month and the day that it is about.
    const MAX_NUMBERS: usize = 4;
    let texts = title
        .strip_prefix(name)?
        .split(|c: char| !c.is_ascii_digit());
    let numbers = texts.filter_map(|text| text.parse().ok()).take(MAX_NUMBERS);
    let numbers: Vec<u32> = numbers.collect();
    // The month may be a word, so each is tried.
    let years = numbers.iter().filter_map(|year| i32::try_from(*year).ok());
    let years = years.filter(|year| *year >= day.year());
    let months = years.flat_map(|year| (1..=12).map(move |month| (year, month)));
    let mut days = months.flat_map(|(year, month)| {
        let days = numbers.iter();
        days.filter_map(move |day| NaiveDate::from_ymd_opt(year, month, *day))
    });
    days.find_map(|about| {
        let mut known = NOTICES.iter().map(|(of, _)| *of);
        let of = known.find(|of| is_notice_of(title, (language, name), day, (*of, about)))?;
        Some((of, about)).filter(|_| date::in_range(about))
    })
}

/// Whether a title is that of a notice on `day` which is about a later day.
pub(crate) fn is_notice_of(
    title: &str,
    (language, name): (Language, &str),
    day: NaiveDate,
    (of, about): (OwnDay, NaiveDate),
) -> bool {
    let Some(days) = u32::try_from((about - day).num_days())
        .ok()
        .filter(|days| *days > 0)
    else {
        return false;
    };
    let writers = NOTICES.iter().filter(|(kind, _)| *kind == of);
    let mut titles = writers.flat_map(|(_, write)| {
        lengths_between(day, about).map(move |period| {
            let (mut made, is_moved) = (String::new(), false);
            let lead = Lead {
                period,
                days,
                is_moved,
            };
            write(words::in_language(language), &mut made, name, lead, about);
            made
        })
    });
    titles.any(|made| made == title)
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

/// The name in a title that `write` makes, in whichever language.
fn name_in_title(title: &str, write: impl Fn(&dyn Words, &mut String)) -> Option<(Language, &str)> {
    Language::ALL.into_iter().find_map(|language| {
        let name = text_at_mark(title, |out| write(words::in_language(language), out))?;
        Some((language, name))
    })
}

/// What a text has where `write` writes the mark, if it is the same everywhere else.
fn text_at_mark(text: &str, write: impl FnOnce(&mut String)) -> Option<&str> {
    let mut made = String::with_capacity(128);
    write(&mut made);
    let (before, after) = made.split_once(MARK)?;
    // A name has no spaces at its ends, but in Chinese the title may have some around it.
    let found = text.strip_prefix(before)?.strip_suffix(after)?.trim();
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{NOTICES, OwnDay, OwnTitle, TITLES, noticed_day, own_title};
    use crate::plan::schedule::{Lead, OVERDUE_DAYS};
    use crate::plan::value::language::Language;
    use crate::time::period::Period;
    use crate::words;

    const NAMES: [&str; 4] = [
        "SIM",
        "My 2 SIMs: 7 days left",
        "\u{5957}\u{9910} 8",
        "expires on 5 Jan 2027",
    ];

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn each_title_gives_the_name_back() {
        let (on, other) = (day("2027-01-05"), day("2027-01-06"));
        for language in Language::ALL {
            let words = words::in_language(language);
            for name in NAMES {
                let mut title = String::new();
                for (of, write) in TITLES {
                    title.clear();
                    write(words, &mut title, name, on);
                    let expected = OwnTitle { of, language, name };
                    assert_eq!(own_title(&title, on), Some(expected), "{title}");
                    let is_dated = of != OwnDay::Overdue;
                    assert_eq!(own_title(&title, other).is_none(), is_dated, "{title}");
                }
                for days in OVERDUE_DAYS {
                    title.clear();
                    words.overdue_title(&mut title, name, days);
                    let of = OwnDay::Overdue;
                    let expected = OwnTitle { of, language, name };
                    assert_eq!(own_title(&title, on), Some(expected), "{title}");
                }
            }
        }
    }

    #[test]
    fn each_notice_tells_the_day_that_it_is_about() {
        let about = day("2027-03-31");
        for (lead, on) in [
            ("1d", "2027-03-30"),
            ("31d", "2027-02-28"),
            ("1 month", "2027-02-28"),
            ("2 years", "2025-03-31"),
        ] {
            let (period, on) = (Period::parse(lead).expect("a lead"), day(on));
            let days = u32::try_from((about - on).num_days()).expect("days");
            for is_moved in [false, true] {
                let lead = Lead {
                    period,
                    days,
                    is_moved,
                };
                for language in Language::ALL {
                    for name in NAMES {
                        for (of, write) in NOTICES {
                            let mut title = String::new();
                            write(words::in_language(language), &mut title, name, lead, about);
                            let own = (language, name);
                            assert_eq!(noticed_day(&title, own, on), Some((of, about)), "{title}");
                            assert_eq!(noticed_day(&title, own, about), None, "{title}");
                            assert_eq!(own_title(&title, about), None, "{title}");
                        }
                    }
                }
            }
        }
    }
}
