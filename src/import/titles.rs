//! The titles that events of our feeds have, in each language.
//!
//! No title is written down here. [`Words`] makes each around a mark in place of the name; what then
//! stands before and after the mark is the known beginning and ending.

use chrono::NaiveDate;

use crate::plan::value::language::Language;
use crate::words::{self, Words};

/// Stands in place of a name; no text of a plan may hold it.
const MARK: &str = "\u{1}";

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

/// The name in a title that `write` makes, in whichever language.
fn name_in_title(title: &str, write: impl Fn(&dyn Words, &mut String)) -> Option<Titled<'_>> {
    Language::ALL.into_iter().find_map(|language| {
        let name = text_at_mark(title, |out| write(words::in_language(language), out))?;
        Some((language, name))
    })
}

/// What a text has where `write` writes the mark, if it is the same everywhere else.
fn text_at_mark(text: &str, write: impl FnOnce(&mut String)) -> Option<&str> {
    let mut made = String::new();
    write(&mut made);
    let (before, after) = made.split_once(MARK)?;
    // A name has no spaces at its ends, but in Chinese the title may have some around it.
    let found = text.strip_prefix(before)?.strip_suffix(after)?.trim();
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{expiry_name, grace_end_name, overdue_name, renewal_name};
    use crate::plan::value::language::Language;
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
}
