//! A plan: one thing that runs out, valid by construction.
//!
//! `rules` turns the values from a reader into a [`PlanList`], or into diagnostics. The rules do
//! not depend on the current day. A value that is only unusual today gives a warning of
//! [`crate::calendar::warnings`].

mod auto_renewal;
mod contact;
mod de;
mod diagnostic;
mod expiry;
mod fields;
pub(crate) mod limits;
mod list;
pub(crate) mod raw;
mod renewal_methods;
pub(crate) mod rules;
pub(crate) mod schedule;
#[cfg(feature = "schema")]
pub(crate) mod schema;
mod settings;
pub(crate) mod status;
pub(crate) mod text;
pub(crate) mod value;
pub(crate) mod zone;

pub(crate) use auto_renewal::AutoRenewalEnd;
pub use contact::Contact;
pub(crate) use contact::{Method, RenewalMethod, Sms};
pub(crate) use diagnostic::{Anchor, Diagnostic, Path, Step};
pub use expiry::{Expiry, Extends, LastDay};
pub use list::{Plan, PlanList, RenewalRecord};
pub(crate) use settings::Settings;
pub(crate) use text::{Lines, clean, is_empty};
