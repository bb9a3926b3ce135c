//! The values of a plan that have a format of their own: prices, phone numbers, addresses, colours,
//! languages.

pub(crate) mod color;
pub(crate) mod edit_link;
pub(crate) mod language;
pub(crate) mod paid;
pub(crate) mod phone;
pub(crate) mod price;
pub(crate) mod url;
pub(crate) mod workdays;
