//! Phone numbers as they are shown: in full, only the last three digits, or not at all.

use crate::text::value_error::{ValueError, quoted};

/// The number of digits that a masked number still shows.
const SHOWN_DIGITS: usize = 3;

/// How the feed and the page show a plan's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Numbers {
    /// The last three digits.
    #[default]
    Masked,
    /// The whole number.
    Full,
    /// Nothing.
    Hidden,
}

/// A number as it may be shown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shown<'a> {
    /// The whole number as it was written.
    Whole(&'a str),
    /// The last three digits.
    Ending(String),
}

impl Numbers {
    /// Every name, in the order in which messages list them.
    pub(crate) const NAMES: [&'static str; 3] = ["masked", "full", "hidden"];

    /// Reads `masked`, `full` or `hidden`.
    ///
    /// # Errors
    ///
    /// Any other word.
    pub(crate) fn parse(text: &str) -> Result<Self, ValueError> {
        match text {
            "masked" => Ok(Self::Masked),
            "full" => Ok(Self::Full),
            "hidden" => Ok(Self::Hidden),
            _ => Err(ValueError::new(format!(
                "unknown numbers {}: allowed {}",
                quoted(text),
                Self::NAMES.join(", ")
            ))
            .did_you_mean(text, Self::NAMES)),
        }
    }

    /// Returns the part of `number` that may be shown. A number of three digits or fewer would not
    /// be masked at all, so [`Numbers::Masked`] hides it.
    #[must_use]
    pub(crate) fn show(self, number: &str) -> Option<Shown<'_>> {
        match self {
            Self::Full => Some(Shown::Whole(number)),
            Self::Hidden => None,
            Self::Masked => {
                let digits = || number.chars().rev().filter(char::is_ascii_digit);
                if digits().count() <= SHOWN_DIGITS {
                    return None;
                }
                let mut ending: Vec<char> = digits().take(SHOWN_DIGITS).collect();
                ending.reverse();
                Some(Shown::Ending(ending.into_iter().collect()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_oneof, proptest};
    use proptest::test_runner::Config;

    use super::Numbers;
    use super::Shown;

    #[test]
    fn masks_all_but_three_digits() {
        for (number, shown) in [
            ("+47 900 00 001", Some("001")),
            ("90000-0-1", Some("001")),
            ("1234", Some("234")),
            ("123", None),
            ("no number", None),
        ] {
            let expected = shown.map(|text| Shown::Ending(text.into()));
            assert_eq!(Numbers::Masked.show(number), expected, "{number}");
        }
        assert_eq!(Numbers::Full.show("12"), Some(Shown::Whole("12")));
        assert_eq!(Numbers::Hidden.show("+47 900 00 001"), None);
    }

    proptest! {
        #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(2000) })]
        #[test]
        fn masked_shows_the_last_three_digits_or_nothing(
            number in prop_oneof!["[+0-9 ().-]{0,20}", "[0-9٠-٩０-９a漢 ]{0,20}", "\\PC{0,40}"],
        ) {
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            let expected = match digits.len() {
                0..=3 => None,
                all => Some(Shown::Ending(digits[all - 3..].to_owned())),
            };
            assert_eq!(Numbers::Masked.show(&number), expected);
            assert_eq!(Numbers::Hidden.show(&number), None);
        }
    }
}
