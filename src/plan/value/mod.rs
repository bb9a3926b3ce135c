//! The values of a plan that have a format of their own: prices, phone numbers, addresses, colours,
//! languages; and how people write some of them elsewhere.

pub(crate) mod color;
pub(crate) mod edit_link;
pub(crate) mod language;
pub(crate) mod loose;
pub(crate) mod paid;
pub(crate) mod phone;
pub(crate) mod price;
pub(crate) mod url;
pub(crate) mod validity;
pub(crate) mod workdays;
