//! English.

mod agenda;
mod feed;
mod page;
mod record;

/// The words in English.
pub(crate) struct English;
