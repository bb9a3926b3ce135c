//! Norwegian Bokmål.

mod agenda;
mod feed;
mod page;

/// The words in Norwegian Bokmål.
pub(crate) struct Bokmal;
