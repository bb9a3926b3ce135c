//! The words that users read in the language of the list: in the feed, in the agenda, on the
//! page, and on the pages for recording.
//!
//! Each of these four has a trait, in the file of the same name. [`Words`] combines the four
//! traits. Each language is a folder with a type without fields, which implements each trait in a
//! separate file. A speaker of the language reviews these files.
//!
//! - A sentence with variable parts is a method, so a plural is an ordinary `if`.
//! - A text that never changes is a field of [`AgendaLabels`], [`PageLabels`] or [`RecordLabels`].
//!   Each language has one value of each.
//!
//! If a language lacks a method or a field, the code does not compile.
//!
//! To add a language, copy the folder `en`, translate it, and add a variant to [`Language`] and to
//! [`Language::ALL`]. The compiler then reports that the variant needs a tag, and a type in
//! [`in_language`].

mod agenda;
mod en;
mod feed;
mod nb;
mod page;
mod record;
mod zh;

use crate::plan::value::language::Language;
use crate::words::agenda::AgendaWords;
use crate::words::feed::FeedWords;
use crate::words::page::PageWords;
use crate::words::record::RecordWords;

pub(crate) use agenda::{AgendaLabels, PlanCounts};
pub(crate) use feed::{Channel, RenewalText, Tense, TimeUnit};
pub(crate) use page::{Affixes, DueGroup, DueSummary, PageLabels};
#[cfg_attr(not(feature = "serve"), allow(unused_imports))] // only the server records
pub(crate) use record::{RecordLabels, RecordMessage};

/// All the words of one language.
pub(crate) trait Words: FeedWords + AgendaWords + PageWords + RecordWords + Sync {}

impl<T: FeedWords + AgendaWords + PageWords + RecordWords + Sync> Words for T {}

/// Returns the words in a language.
#[must_use]
pub(crate) fn in_language(language: Language) -> &'static dyn Words {
    match language {
        Language::English => &en::English,
        Language::SimplifiedChinese => &zh::SimplifiedChinese,
        Language::Bokmal => &nb::Bokmal,
    }
}
