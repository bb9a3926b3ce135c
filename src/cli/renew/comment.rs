//! A comment that records a renewal: `/renewed [DATE] [--way N] [PRICE] [note]`.
//!
//! Only the first line is read. Words that are neither a date nor a price become the note. So a
//! word that only looks like a date or a price must be an error. Otherwise it would become part of
//! the note, and the renewal would be recorded on another day or without its price.

use crate::cli::error::CliError;
use crate::cli::values::{PastDay, past_day};
use crate::plan::value::price::Price;
use crate::text::value_error::quoted;

const COMMAND: &str = "/renewed";
const HINT: &str = "write `/renewed`, then a day, a price and a note, if you like: `/renewed \
                    2026-10-05 49 NOK by card`";

/// What a comment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Comment<'a> {
    pub(crate) on: PastDay,
    /// The number of the way, from 1.
    pub(crate) way: Option<usize>,
    /// What stands after them: a price, a note, or both.
    rest: Vec<&'a str>,
}

impl<'a> Comment<'a> {
    /// Reads the first line of a comment.
    pub(crate) fn parse(text: &'a str) -> Result<Self, CliError> {
        let line = text.lines().next().unwrap_or_default();
        let mut words: Vec<&str> = line.split_whitespace().collect();
        // Phones begin a word with a capital letter.
        let is_command = words
            .first()
            .is_some_and(|first| first.eq_ignore_ascii_case(COMMAND));
        if !is_command {
            let message = format!("the comment begins with {}", quoted(line));
            return Err(CliError::usage(message).hint(HINT));
        }
        words.remove(0);
        let on = match words.first().filter(|word| is_like_day(word)) {
            Some(word) => {
                let lower = word.to_ascii_lowercase();
                let on = past_day(&lower).map_err(|error| {
                    CliError::usage(format!("the day {}: {error}", quoted(word))).hint(HINT)
                })?;
                words.remove(0);
                on
            }
            None => PastDay::Today,
        };
        let way = take_way(&mut words)?;
        Ok(Self {
            on,
            way,
            rest: words,
        })
    }

    /// The price and the note. `currency` is the currency of the plan.
    pub(crate) fn price_and_note(
        &self,
        currency: Option<&str>,
    ) -> Result<(Option<Price>, Option<String>), CliError> {
        let length = self.price_length(currency)?;
        let (price, note) = self.rest.split_at(length);
        let price = match price {
            [] => None,
            words => Some(read_price(&words.join(" "), currency)?),
        };
        let note = Some(note.join(" ")).filter(|note| !note.is_empty());
        Ok((price, note))
    }

    /// How many words the price has: `49`, `49NOK`, `49 NOK` or `NOK 49`.
    fn price_length(&self, currency: Option<&str>) -> Result<usize, CliError> {
        let (first, second) = match self.rest[..] {
            [] => return Ok(0),
            [first] => return Ok(usize::from(is_like_price(first))),
            [first, second, ..] => (first, second),
        };
        let has_digits = |word: &str| word.contains(|c: char| c.is_numeric());
        let both = format!("{first} {second}");
        if has_digits(first) == has_digits(second) || !Price::is_like(&both) {
            return Ok(usize::from(is_like_price(first)));
        }
        // `all`, `top` and `try` are words, and in capitals they are currencies.
        let code = if has_digits(first) { second } else { first };
        let is_word = code.len() == 3 && !code.contains(|c: char| !c.is_ascii_lowercase());
        if !is_word || currency.is_some_and(|currency| currency.eq_ignore_ascii_case(code)) {
            return Ok(2);
        }
        let message = format!(
            "{} may be a price, or the beginning of a note",
            quoted(&both)
        );
        let price = both.to_ascii_uppercase();
        Err(CliError::usage(message).hint(format!(
            "write the currency in capitals, `{price}`, or begin the note with another word"
        )))
    }
}

/// Takes `--way N` from the beginning of the words.
fn take_way(words: &mut Vec<&str>) -> Result<Option<usize>, CliError> {
    // Phones make one dash of two.
    let name = |word: &str| ["--way", "\u{2014}way", "\u{2013}way"].contains(&word);
    let (number, count) = match words[..] {
        [first, ..] if first.contains('=') => match first.split_once('=') {
            Some((before, number)) if name(before) => (number, 1),
            _ => return Ok(None),
        },
        [first, number, ..] if name(first) => (number, 2),
        [first] if name(first) => ("", 1),
        _ => return Ok(None),
    };
    match number.parse().ok().filter(|number| *number > 0) {
        Some(way) => {
            words.drain(..count);
            Ok(Some(way))
        }
        None => {
            let message = format!(
                "`--way` needs the number of a way, from 1; found {}",
                quoted(number)
            );
            Err(CliError::usage(message).hint("write `/renewed --way 1`"))
        }
    }
}

fn read_price(text: &str, currency: Option<&str>) -> Result<Price, CliError> {
    Price::parse_for(text, currency).map_err(CliError::from)
}

/// Whether a word is a day, or is written as people write days.
fn is_like_day(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let begins = word.starts_with(|c: char| c.is_ascii_digit());
    let separators = word.matches(['-', '.', '/']).count();
    lower == "today"
        || lower == "yesterday"
        || (begins && (word.contains(['年', '月', '/']) || separators >= 2))
}

/// Whether one word alone is a price.
fn is_like_price(word: &str) -> bool {
    word.contains(|c: char| c.is_numeric()) && Price::is_like(word)
}

#[cfg(test)]
mod tests {
    use super::Comment;

    fn read(text: &str) -> Result<(String, Option<String>, Option<String>), String> {
        let read = || {
            let comment = Comment::parse(text)?;
            let (price, note) = comment.price_and_note(Some("NOK"))?;
            let today = "2026-11-29".parse().expect("a day");
            let day = comment.on.date(today).to_string();
            Ok((day, price.map(|price| price.to_string()), note))
        };
        read().map_err(|error: crate::cli::error::CliError| error.to_string())
    }

    #[test]
    fn a_comment_has_a_day_a_price_and_a_note() {
        for (text, day, price, note) in [
            ("/renewed", "2026-11-29", None, None),
            ("  /Renewed  ", "2026-11-29", None, None),
            ("/renewed today", "2026-11-29", None, None),
            ("/renewed Yesterday", "2026-11-28", None, None),
            ("/renewed 2026-10-05", "2026-10-05", None, None),
            ("/renewed 2026年1月5日", "2026-01-05", None, None),
            ("/renewed 49", "2026-11-29", Some("49 NOK"), None),
            ("/renewed 49,50", "2026-11-29", Some("49.50 NOK"), None),
            ("/renewed 49 nok", "2026-11-29", Some("49 NOK"), None),
            ("/renewed 5 EUR", "2026-11-29", Some("5 EUR"), None),
            (
                "/renewed EUR 5 card",
                "2026-11-29",
                Some("5 EUR"),
                Some("card"),
            ),
            (
                "/renewed 5€ card",
                "2026-11-29",
                Some("5 EUR"),
                Some("card"),
            ),
            (
                "/renewed 49 kr i kiosk",
                "2026-11-29",
                Some("49 NOK"),
                Some("i kiosk"),
            ),
            (
                "/renewed yesterday 49 by card",
                "2026-11-28",
                Some("49 NOK"),
                Some("by card"),
            ),
            (
                "/renewed 2026-10-05 49 2 cards",
                "2026-10-05",
                Some("49 NOK"),
                Some("2 cards"),
            ),
            (
                "/renewed by card 49",
                "2026-11-29",
                None,
                Some("by card 49"),
            ),
            ("/renewed 3rd time", "2026-11-29", None, Some("3rd time")),
            ("/renewed\r\n2026-10-05 49", "2026-11-29", None, None),
            (
                "/renewed $(touch x) `y` \"z\"",
                "2026-11-29",
                None,
                Some("$(touch x) `y` \"z\""),
            ),
        ] {
            let expected = (
                day.to_owned(),
                price.map(str::to_owned),
                note.map(str::to_owned),
            );
            assert_eq!(read(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_has_two_meanings_or_none_is_an_error() {
        for (text, expected) in [
            ("", "error: the comment begins with ``\n"),
            (
                "thanks\n/renewed",
                "error: the comment begins with `thanks`\n",
            ),
            (
                "/renewedx 49",
                "error: the comment begins with `/renewedx 49`\n",
            ),
            (
                "/renewed --way",
                "error: `--way` needs the number of a way, from 1; found ``",
            ),
            (
                "/renewed --way 0",
                "error: `--way` needs the number of a way, from 1; found `0`",
            ),
            ("/renewed 31.12.2026", "error: the day `31.12.2026`: "),
            ("/renewed 12/31", "error: the day `12/31`: "),
            ("/renewed 2026-13-01 49", "error: the day `2026-13-01`: "),
            ("/renewed 1月5日", "error: the day `1月5日`: "),
            (
                "/renewed 49 all fine",
                "error: `49 all` may be a price, or the beginning of a note\nhint: write the currency in capitals, `49 ALL`, or begin the note with another word\n",
            ),
            (
                "/renewed 1,299",
                "error: the amount `1,299` in `1,299` cannot be read",
            ),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }

    #[test]
    fn a_way_stands_before_the_price() {
        let way = |text| Comment::parse(text).map(|comment| comment.way).ok();
        assert_eq!(way("/renewed --way 2 49"), Some(Some(2)));
        assert_eq!(way("/renewed today \u{2013}way=1"), Some(Some(1)));
        assert_eq!(way("/renewed 49 --way 2"), Some(None));
    }
}
