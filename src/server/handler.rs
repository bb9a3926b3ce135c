//! The trait of what answers the server's requests.

use std::future::Future;

use bytes::Bytes;
use bytes::buf::Chain;
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::{Request, Response};

use crate::server::body::FullBody;
use crate::server::counts::Counts;
use crate::server::origin::{Endpoints, HostPolicy};
use crate::server::socket::ConnectionState;

/// Answers requests; there is one for each listener.
pub(crate) trait Handler: Send + Sync + 'static {
    /// The response to a request.
    fn answer(
        &self,
        request: Request<Incoming>,
        endpoints: Endpoints,
        connection: &ConnectionState,
    ) -> impl Future<Output = Response<FullBody>> + Send;

    /// The head and body of the response to a request, if `request` is the whole head of a simple
    /// request for a feed, and nothing more. The bytes are exactly those that hyper would send for
    /// the response of [`Handler::answer`].
    fn ready_answer(&self, _request: &[u8], _: Endpoints) -> Option<Chain<Bytes, Bytes>> {
        None
    }

    /// Where connections are counted.
    fn counts(&self) -> &Counts;

    /// The policy that tells which peers are proxies. A proxy connects on behalf of many clients.
    fn host_policy(&self) -> &HostPolicy;

    /// The current time, for the Date of a response.
    fn date(&self) -> HeaderValue;
}
