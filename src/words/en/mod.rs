//! English.

mod agenda;
mod feed;
mod page;

/// The words in English.
pub(crate) struct English;
