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
mod site;
mod socket;

use std::future::Future;

use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::{Request, Response};

use body::Whole;
use origin::Ends;
use socket::Exchange;

pub use answer::Public;
pub use counts::{Counts, Fetches};
pub use health::Metrics;
pub use limits::Limits;
pub use listen::{Stop, bind, fit_descriptors};
pub use origin::Names;
pub use site::{Entry, Made, Ready, Site, Trouble};

/// What answers requests; one for each listener.
trait Answer: Send + Sync + 'static {
    /// The response to a request.
    fn answer(
        &self,
        request: Request<Incoming>,
        ends: Ends,
        exchange: &Exchange,
    ) -> impl Future<Output = Response<Whole>> + Send;

    /// Where connections are counted.
    fn counts(&self) -> &Counts;

    /// Peers that stand for many clients.
    fn names(&self) -> &Names;

    /// What the time is, for the Date of a response.
    fn date(&self) -> HeaderValue;
}

#[cfg(test)]
mod tests;
