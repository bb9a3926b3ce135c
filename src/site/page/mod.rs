//! The page of a feed: what is due, a picture of the year, and how to subscribe.
//!
//! The page is static HTML in the feed's language, without scripts and without resources from
//! elsewhere. What depends on the list and the day alone is a [`PageBody`], made once a day. The
//! rest is put around it.

mod body;
mod card;
mod html;
mod index;
mod link;
mod policy;
mod subscribe;
#[cfg(test)]
mod tests;
mod view;
mod year;

pub use body::PageBody;
#[cfg(feature = "serve")]
pub(crate) use html::{fill, urgency_class};
#[cfg(any(test, feature = "serve"))]
pub(crate) use index::ListState;
pub(crate) use index::{ListedFeed, index};
#[cfg(any(test, feature = "serve"))]
pub(crate) use policy::policy;
#[cfg(feature = "serve")]
pub(crate) use policy::policy_of;
#[cfg(any(test, feature = "serve"))]
pub(crate) use view::ClientFetches;
#[cfg(feature = "serve")]
pub(crate) use view::ending;
pub(crate) use view::{ErrorNotice, Frame, frame};
pub use view::{View, render};
