//! The limits of clients, and the signal that stops the server.

use std::time::Duration;

use tokio::sync::watch;

/// Tells a server to stop.
pub(crate) type Stop = watch::Receiver<bool>;

/// Limits of connections, requests and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The time from the first byte of a request's head to its last, and the time until the first
    /// byte of a connection.
    pub header_time: Duration,
    /// The time without a byte between two requests of a connection.
    pub idle_time: Duration,
    /// The time without progress of a response that is sent, or of a body that is dropped.
    pub stall_time: Duration,
    /// The time from the signal to stop to the end of the last response.
    pub drain_time: Duration,
    /// Connections at a time; others wait until one ends.
    pub connections: usize,
    /// Connections of one address (of one /64 of IPv6) at a time; others are closed.
    pub connections_per_address: usize,
    /// Whether that limit holds for loopback addresses too.
    pub counts_loopback: bool,
    /// Bytes of the head of a request, at least 8192.
    pub header_size: usize,
    /// Bytes of the target of a request.
    pub uri_length: usize,
}
