//! Recording renewals from the page: the secrets, the form and the pages.
//!
//! Everything here is pure. The server reads the request and the plans file, and asks these
//! functions what the request may do and what to answer.
//!
//! - A device is paired by a link with a [`PairingCode`], which gives it a [`DeviceCookie`].
//! - A form has a [`FormToken`] in the query of its action, so that it is checked before the body is
//!   read.
//! - [`RecordForm`] is the body of the form, and the pages are in [`pages`].

#[cfg(feature = "serve")]
pub(crate) mod accept_language;
#[cfg(feature = "serve")]
mod card;
#[cfg(feature = "serve")]
mod form;
#[cfg(feature = "serve")]
pub(crate) mod pages;
pub(crate) mod paths;
#[cfg(feature = "serve")]
mod recorded;
mod secrets;
#[cfg(all(test, feature = "serve"))]
mod tests;

#[cfg(feature = "serve")]
pub(crate) use form::{FormError, MAX_FORM_BYTES, RecordForm};
#[cfg(feature = "serve")]
pub(crate) use recorded::RecordedStep;
#[cfg(feature = "serve")]
pub(crate) use secrets::{DeviceCookie, FormAction, FormToken, plan_digest};
pub(crate) use secrets::{ListId, PAIRING_SECONDS, PairingCode};
