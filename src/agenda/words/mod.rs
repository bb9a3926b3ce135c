//! The words for what is due, a file for each language, beside those of the feed.
//!
//! A language that lacks one does not compile. Those of a table are short: a line has little room.

mod en;
mod nb;
mod zh;

use super::Standing;
use crate::language::Language;
use crate::plan::Method;

/// How many plans there are of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// In the file, without those that were given up.
    pub all: usize,
    /// Of them, those that are listed.
    pub shown: usize,
    /// Of those, the ones that are due.
    pub due: usize,
    /// Given up, and so not listed.
    pub ended: usize,
}

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    /// How a plan stands, as a sentence without a full stop.
    pub standing: fn(Standing) -> String,
    /// A means of renewing.
    pub method: fn(Method) -> Option<&'static str>,
    /// So many renewals.
    pub renewals: fn(u64) -> String,

    /// How a plan stands, in a few words that are loud where it has expired.
    pub state: fn(Standing) -> String,
    /// By a means: what to do, or where.
    pub way_to: fn(&str, &str) -> String,
    /// It was given up on a day.
    pub given_up: fn(&str) -> String,

    // The heads of columns.
    /// The plan's name.
    pub plan: &'static str,
    /// How it stands.
    pub standing_of: &'static str,
    /// The day that its state counts to or from.
    pub date: &'static str,
    /// The last day on which the calendar warned of it.
    pub last_warning: &'static str,
    /// The next one.
    pub next_warning: &'static str,
    /// What a renewal costs.
    pub price: &'static str,
    /// The way to renew it.
    pub way: &'static str,
    /// From its renewal to its expiry.
    pub cycle: &'static str,

    // Below a table.
    /// How many plans there are, and how many are due.
    pub counts: fn(Counts) -> String,
    /// A sum of so many renewals.
    pub sum: fn(&str, u64) -> String,
    /// What a year costs: the sums of each currency.
    pub costs: fn(&[String]) -> String,

    // One plan.
    /// Its id.
    pub id: &'static str,
    /// The list that it is in.
    pub list: &'static str,
    /// The words to select it by.
    pub tags: &'static str,
    /// What stands in its events.
    pub events: &'static str,
    /// The days on which the calendar warns of it.
    pub warnings: &'static str,
    /// Whose time an alarm's is.
    pub rings: &'static str,
    /// An event lasts the whole day.
    pub all_day: &'static str,
    /// There is no warning.
    pub no_warnings: &'static str,
    /// From renewal to renewal.
    pub cycles: &'static str,
    /// A cycle that begins if it is renewed today.
    pub if_renewed: &'static str,
    /// A cycle that begins by itself.
    pub renews: &'static str,
    /// A day that nothing tells.
    pub unknown: &'static str,
}

/// The words of a language.
#[must_use]
pub fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &en::WORDS,
        Language::SimplifiedChinese => &zh::WORDS,
        Language::Bokmal => &nb::WORDS,
    }
}
