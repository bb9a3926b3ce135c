//! What a client may take of the server.

use std::time::Duration;

/// Bounds on connections, requests and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the first octet of a request's head to its last, and for the first octet at all.
    pub(crate) header_time: Duration,
    /// Without an octet between two requests of a connection.
    pub(crate) idle_time: Duration,
    /// Without progress of a response that is being sent, or of a body that is being dropped.
    pub(crate) stall_time: Duration,
    /// From the signal to stop to the end of the last response.
    pub(crate) drain_time: Duration,
    /// Connections at a time; more wait until one ends.
    pub(crate) connections: usize,
    /// Connections of one address (of one /64 of IPv6) at a time; more are closed.
    pub(crate) connections_per_address: usize,
    /// Whether that holds for this computer's own addresses too.
    pub(crate) counts_loopback: bool,
    /// Octets of a request's head, at least 8192.
    pub(crate) header_size: usize,
    /// Octets of a request's target.
    pub(crate) uri_length: usize,
}
