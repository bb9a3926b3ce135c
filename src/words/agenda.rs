//! The words for what is due, a file for each language, beside those of the feed.
//!
//! A language that lacks one does not compile. Those of a table are short: a line has little room.

use crate::plan::Method;
use crate::plan::status::PlanStatus;
use crate::plan::value::language::Language;

/// How many plans there are of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    /// In the file, without those that were given up.
    pub(crate) all: usize,
    /// Of them, those that are listed.
    pub(crate) shown: usize,
    /// Of those, the ones that are due.
    pub(crate) due: usize,
    /// Given up, and so not listed.
    pub(crate) ended: usize,
}

/// The words of one language.
#[derive(Debug)]
pub(crate) struct Words {
    /// How a plan stands, as a sentence without a full stop.
    pub(crate) standing: fn(PlanStatus) -> String,
    /// A means of renewing.
    pub(crate) method: fn(Method) -> Option<&'static str>,
    /// So many renewals.
    pub(crate) renewals: fn(u64) -> String,

    /// How a plan stands, in a few words that are loud where it has expired.
    pub(crate) state: fn(PlanStatus) -> String,
    /// By a means: what to do, or where.
    pub(crate) way_to: fn(&str, &str) -> String,
    /// It was given up on a day.
    pub(crate) given_up: fn(&str) -> String,

    // The heads of columns.
    /// The plan's name.
    pub(crate) plan: &'static str,
    /// How it stands.
    pub(crate) standing_of: &'static str,
    /// The day that its state counts to or from.
    pub(crate) date: &'static str,
    /// The last day on which the calendar warned of it.
    pub(crate) last_warning: &'static str,
    /// The next one.
    pub(crate) next_warning: &'static str,
    /// What a renewal costs.
    pub(crate) price: &'static str,
    /// The way to renew it.
    pub(crate) way: &'static str,
    /// From its renewal to its expiry.
    pub(crate) cycle: &'static str,

    // Below a table.
    /// How many plans there are, and how many are due.
    pub(crate) counts: fn(Counts) -> String,
    /// A sum of so many renewals.
    pub(crate) sum: fn(&str, u64) -> String,
    /// What a year costs: the sums of each currency.
    pub(crate) costs: fn(&[String]) -> String,

    // One plan.
    /// Its id.
    pub(crate) id: &'static str,
    /// The list that it is in.
    pub(crate) list: &'static str,
    /// The words to select it by.
    pub(crate) tags: &'static str,
    /// What stands in its events.
    pub(crate) events: &'static str,
    /// The days on which the calendar warns of it.
    pub(crate) warnings: &'static str,
    /// Whose time an alarm's is.
    pub(crate) rings: &'static str,
    /// An event lasts the whole day.
    pub(crate) all_day: &'static str,
    /// There is no warning.
    pub(crate) no_warnings: &'static str,
    /// From renewal to renewal.
    pub(crate) cycles: &'static str,
    /// A cycle that begins if it is renewed today.
    pub(crate) if_renewed: &'static str,
    /// A cycle that begins by itself.
    pub(crate) renews: &'static str,
    /// A day that nothing tells.
    pub(crate) unknown: &'static str,
}

/// The words of a language.
#[must_use]
pub(crate) fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &crate::words::en::agenda::WORDS,
        Language::SimplifiedChinese => &crate::words::zh::agenda::WORDS,
        Language::Bokmal => &crate::words::nb::agenda::WORDS,
    }
}
