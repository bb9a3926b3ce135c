//! The server that calendars poll: HTTP/1.1 over ready feeds.
//!
//! Requests are answered from an immutable [`Snapshot`], with almost no allocation; a change of the
//! plans replaces the snapshot. Only the pages on which renewals are recorded ([`record`]) read and
//! write plans files. Every wait has a timeout: for the head of a request, between requests, for a
//! client that has stopped reading, and for the last response when the server is told to stop. A
//! panic ends only the connection on which it happens. TLS and HTTP/2 are left to a reverse proxy.

mod blocking;
mod body;
mod counts;
mod handler;
mod health;
mod http_date;
mod lane;
mod limits;
mod listen;
mod origin;
mod public;
pub(crate) mod record;
pub(crate) mod reload;
mod response;
mod snapshot;
mod socket;
#[cfg(test)]
mod tests;

pub use counts::{Counts, Fetches};
pub(crate) use health::Metrics;
pub use limits::Limits;
pub use listen::bind;
pub(crate) use listen::fit_descriptors;
pub use origin::HostPolicy;
pub use public::Public;
pub(crate) use snapshot::FileError;
pub use snapshot::{FeedMeta, ReadyFeed, ServedFeed, Snapshot};
