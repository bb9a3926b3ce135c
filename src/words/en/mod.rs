pub(crate) mod agenda;
pub(crate) mod feed;
pub(crate) mod page;
