//! The server that calendars poll: HTTP/1.1 over ready feeds.
//!
//! A request picks from an immutable snapshot ([`Site`]) and allocates next to nothing; whoever
//! keeps the plans swaps the snapshot. Every wait has an end: for a head, between requests, for a
//! reader that has stopped reading, for the last response when the server is told to stop. A
//! panic ends the connection on which it happens. TLS and HTTP/2 are a reverse proxy's.

mod answer;
mod body;
mod counts;
mod date;
mod health;
mod limits;
mod listen;
mod origin;
pub(crate) mod reload;
mod site;
mod socket;
#[cfg(test)]
mod tests;

use std::future::Future;

use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::{Request, Response};

use body::FullBody;
use origin::Endpoints;
use socket::ConnectionState;

pub use answer::Public;
pub use counts::Counts;
pub use counts::Fetches;
pub(crate) use health::Metrics;
pub use limits::Limits;
pub use listen::bind;
pub(crate) use listen::fit_descriptors;
pub use origin::HostPolicy;
pub use site::Entry;
pub use site::FeedMeta;
pub(crate) use site::FileError;
pub use site::ReadyFeed;
pub use site::Site;

/// What answers requests; one for each listener.
trait Handler: Send + Sync + 'static {
    /// The response to a request.
    fn answer(
        &self,
        request: Request<Incoming>,
        ends: Endpoints,
        exchange: &ConnectionState,
    ) -> impl Future<Output = Response<FullBody>> + Send;

    /// Where connections are counted.
    fn counts(&self) -> &Counts;

    /// Peers that stand for many clients.
    fn names(&self) -> &HostPolicy;

    /// What the time is, for the Date of a response.
    fn date(&self) -> HeaderValue;
}
