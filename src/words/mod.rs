//! What the feed, the agenda and the page say, a folder for each language.

pub(crate) mod agenda;
mod en;
pub(crate) mod feed;
mod nb;
pub(crate) mod page;
mod zh;
