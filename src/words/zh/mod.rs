//! Simplified Chinese.

mod agenda;
mod feed;
mod page;

/// The words in simplified Chinese.
pub(crate) struct SimplifiedChinese;
