//! Norwegian Bokmål.

mod agenda;
mod feed;
mod page;
mod record;

/// The words in Norwegian Bokmål.
pub(crate) struct Bokmal;
