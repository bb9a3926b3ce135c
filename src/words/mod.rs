//! The words that a user reads in the language of the list: in the feed, in the agenda and on the
//! page.
//!
//! There is one trait for each of the three, in the file of its name, and [`Words`] is all of them.
//! A language is a folder: a type without fields, which implements each trait in a file of its own.
//! Somebody who speaks the language reads these files.
//!
//! - A sentence into which something is put is a method, so a plural is an `if` in plain Rust.
//! - A text that never changes is a field of [`AgendaLabels`] or [`PageLabels`], of which each
//!   language has one value.
//!
//! A language that lacks a method or a field does not compile.
//!
//! To add a language: copy the folder `en`, translate it, and add a variant to [`Language`] and to
//! [`Language::ALL`]. The compiler then asks for the tag of the variant, and for its type in
//! [`in_language`].

mod agenda;
mod en;
mod feed;
mod nb;
mod page;
mod zh;

use crate::plan::value::language::Language;
use crate::words::agenda::AgendaWords;
use crate::words::feed::FeedWords;
use crate::words::page::PageWords;

pub(crate) use agenda::{AgendaLabels, PlanCounts};
pub(crate) use feed::{Channel, RenewalText, Tense};
pub(crate) use page::{Affixes, PageLabels};

/// All words of one language.
pub(crate) trait Words: FeedWords + AgendaWords + PageWords + Sync {}

impl<T: FeedWords + AgendaWords + PageWords + Sync> Words for T {}

/// The words in a language.
#[must_use]
pub(crate) fn in_language(language: Language) -> &'static dyn Words {
    match language {
        Language::English => &en::English,
        Language::SimplifiedChinese => &zh::SimplifiedChinese,
        Language::Bokmal => &nb::Bokmal,
    }
}
