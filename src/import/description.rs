//! The descriptions of our feeds' events, without what the feed of the plan says again by itself.
//!
//! A date in a description becomes wrong with the next renewal, so it must not become a plan's notes.
//! As for the titles, each sentence is made by [`Words`] and only compared.

use chrono::{Days, NaiveDate};

use crate::import::event::Event;
use crate::import::titles::{MARK, text_at_mark};
use crate::words::{RenewalText, Tense, Words};

/// What an event of ours is about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Topic {
    /// An expiry, with the end of its grace and the day until which it renewed by itself.
    Expiry {
        expiry: NaiveDate,
        grace_end: Option<NaiveDate>,
        until: Option<NaiveDate>,
    },
    /// An automatic renewal, with the day until which it renews by itself.
    Renewal {
        day: NaiveDate,
        until: Option<NaiveDate>,
    },
}

/// A description, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Remainder {
    /// What the sentences about dates say beyond those that are known.
    pub(crate) of_dates: Option<String>,
    /// The other lines.
    pub(crate) notes: String,
}

/// Takes the sentences that the feed of the plan says again out of the description of an event.
pub(crate) fn without_own_sentences(event: &Event, words: &dyn Words, topic: Topic) -> Remainder {
    let (first, rest) = match event.description.split_once('\n') {
        Some((first, rest)) => (first, rest),
        None => (event.description.as_str(), ""),
    };
    let Some(left) = after_dates(first, words, topic) else {
        // Somebody has edited it.
        return Remainder {
            of_dates: None,
            notes: event.description.clone(),
        };
    };
    let lines = rest.split('\n');
    let notes: Vec<&str> = lines
        .filter(|line| !is_own_line(line, event, words))
        .collect();
    let left = left.trim();
    Remainder {
        of_dates: (!left.is_empty()).then(|| left.to_owned()),
        notes: notes.join("\n"),
    }
}

/// The day until which a plan renews by itself, if the description says that it is one of `days`.
pub(crate) fn stated_until(
    description: &str,
    words: &dyn Words,
    mut days: impl Iterator<Item = NaiveDate>,
) -> Option<NaiveDate> {
    let first = description.split('\n').next().unwrap_or_default();
    days.find(|until| {
        let mut sentence = String::new();
        words.automatic_until(&mut sentence, *until);
        first.contains(&sentence)
    })
}

/// What stands in the first line after the known dates; `None` if it does not begin with them.
fn after_dates<'l>(line: &'l str, words: &dyn Words, topic: Topic) -> Option<&'l str> {
    let sentence = |write: &dyn Fn(&mut String)| {
        let mut made = String::new();
        write(&mut made);
        made
    };
    let without = |left: &'l str, known: Option<String>| match known {
        Some(known) => {
            let left = left.trim_start();
            left.strip_prefix(known.as_str()).unwrap_or(left)
        }
        None => left,
    };
    let until_sentence = |until| sentence(&|out| words.automatic_until(out, until));
    match topic {
        Topic::Expiry {
            expiry,
            grace_end,
            until,
        } => {
            let expires = sentence(&|out| words.expires(out, expiry, Tense::Ahead));
            let recoverable =
                grace_end.map(|end| sentence(&|out| words.recoverable_until(out, end)));
            let left = line.strip_prefix(expires.as_str())?;
            Some(without(
                without(left, recoverable),
                until.map(until_sentence),
            ))
        }
        Topic::Renewal { day, until } => {
            let renews = sentence(&|out| words.renews(out, day, None));
            let left = line.strip_prefix(renews.as_str()).or_else(|| {
                // A price stands before the full stop.
                let (stop, _) = renews.char_indices().last()?;
                line.strip_prefix(&renews[..stop])
            })?;
            Some(without(left, until.map(until_sentence)))
        }
    }
}

/// Whether a line is one that a feed of ours writes without anything of the plan in it.
fn is_own_line(line: &str, event: &Event, words: &dyn Words) -> bool {
    let is = |write: &dyn Fn(&mut String)| {
        let mut made = String::new();
        write(&mut made);
        made == line
    };
    let command = text_at_mark(line, |out| words.how_to_record(out, MARK));
    let nothing = RenewalText {
        is_alternative: false,
        price: None,
        action: None,
        means: None,
        channels: Vec::new(),
    };
    // The stamp is UTC: where the list is kept it may be another day.
    let stamped = event.stamped.into_iter();
    let mut days = stamped.flat_map(|day| {
        let around = [
            day.checked_sub_days(Days::new(1)),
            Some(day),
            day.succ_opt(),
        ];
        around.into_iter().flatten()
    });
    command.is_some_and(|how| how.starts_with("weekahead renew "))
        || event.url.as_deref() == Some(line)
        || is(&|out| words.how_to_renew(out, &nothing))
        || is(&|out| words.pay_safely(out, false))
        || is(&|out| words.pay_safely(out, true))
        || days.any(|day| is(&|out| words.list_as_of(out, day)))
}
