//! Phone numbers as they are shown: whole, by their last three digits, or not at all.

use crate::invalid::{Invalid, quoted};

/// Digits that a masked number still shows.
const SHOWN: usize = 3;

/// How the feed and the page show a plan's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Numbers {
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
pub enum Shown<'a> {
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
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "masked" => Ok(Self::Masked),
            "full" => Ok(Self::Full),
            "hidden" => Ok(Self::Hidden),
            _ => Err(Invalid::new(format!(
                "{} is unknown: allowed {}",
                quoted(text),
                Self::NAMES.join(", ")
            ))
            .did_you_mean(text, Self::NAMES)),
        }
    }

    /// What of `number` may be shown. A number of three digits or fewer has nothing to mask, so
    /// masked it is hidden.
    #[must_use]
    pub fn show(self, number: &str) -> Option<Shown<'_>> {
        match self {
            Self::Full => Some(Shown::Whole(number)),
            Self::Hidden => None,
            Self::Masked => {
                let digits = || number.chars().rev().filter(char::is_ascii_digit);
                if digits().count() <= SHOWN {
                    return None;
                }
                let mut ending: Vec<char> = digits().take(SHOWN).collect();
                ending.reverse();
                Some(Shown::Ending(ending.into_iter().collect()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Numbers, Shown};

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
}
