//! `serve`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use ipnet::IpNet;
use tracing::Level;

use super::{Common, base, duration};
use crate::cli::parse::{address, header_size, network, positive};
use crate::cli::serve::{Format, Options};
use crate::server::{HostPolicy, Limits};
use crate::site::address::Base;

/// Serve feeds and pages over HTTP, and follow the plans files as they change
///
/// Calendars subscribe to the address that is printed. TLS is a reverse proxy's. A plans file with
/// an error leaves its last good feed standing. SIGHUP reads everything again; SIGTERM and SIGINT
/// answer open requests and stop.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    common: Common,
    /// Where to listen: an address with a port (0 for any), or a port of this computer alone
    #[arg(short, long, value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = address)]
    listen: SocketAddr,
    /// File with the key for secret links, at least 32 bytes; otherwise WEEKAHEAD_KEY, if set
    #[arg(short, long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Let anyone who can reach this machine read the feeds without a key
    #[arg(long)]
    public: bool,
    /// Where feeds are reached from outside, as in https://cal.example.org
    #[arg(long, value_name = "URL", value_parser = base)]
    base_url: Option<Base>,
    /// A reverse proxy whose X-Forwarded-Host and X-Forwarded-Proto are believed: an address, or a
    /// range of them such as 10.0.0.0/8
    #[arg(long, value_name = "ADDR", value_parser = network)]
    trust_proxy: Vec<IpNet>,
    /// Serve metrics for Prometheus under /metrics, on an address of their own
    #[arg(long, value_name = "ADDR", value_parser = address)]
    metrics: Option<SocketAddr>,
    /// Keep the last good text of each plans file here, for a start with a broken one
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// How long a plans file may be broken before its feed says so
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration)]
    stale_after: Duration,
    /// Watch nothing and read every file again and again: for network file systems
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "5s", require_equals = true, value_parser = duration)]
    poll: Option<Duration>,
    /// How log lines look
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    log_format: Format,
    /// What is logged; debug has a line for each request
    #[arg(long, value_name = "LEVEL", default_value = "info", value_parser = ["error", "warn", "info", "debug"])]
    log_level: String,
    #[command(flatten)]
    limits: LimitArguments,
}

/// What a client may take.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
struct LimitArguments {
    /// From the first byte of a request's head to its last, and for a first byte at all
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration)]
    header_timeout: Duration,
    /// Between two requests of a connection
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    idle_timeout: Duration,
    /// For a client that has stopped reading, or sending
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    stall_timeout: Duration,
    /// For open requests when the server is told to stop
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration)]
    drain_timeout: Duration,
    /// Connections at a time; more wait
    #[arg(long, value_name = "N", default_value = "10000", value_parser = positive)]
    max_connections: usize,
    /// Connections of one address (a /64 of IPv6) at a time; more are closed. Trusted proxies have
    /// no limit, this computer only one that is named here [default: 64]
    #[arg(long, value_name = "N", value_parser = positive)]
    max_connections_per_address: Option<usize>,
    /// Bytes of a request's head, 8192 or more
    #[arg(long, value_name = "BYTES", default_value = "16384", value_parser = header_size)]
    max_header_size: usize,
    /// Bytes of a request's address
    #[arg(long, value_name = "BYTES", default_value = "2048", value_parser = positive)]
    max_uri_length: usize,
}

impl From<Serve> for Options {
    fn from(serve: Serve) -> Self {
        Self {
            plans: serve.common.plans,
            today: serve.common.today,
            listen: serve.listen,
            key_file: serve.key_file,
            public: serve.public,
            names: HostPolicy {
                base: serve.base_url,
                trusted: serve.trust_proxy,
                refuses_other_hosts: false,
            },
            metrics: serve.metrics,
            state: serve.state,
            stale_after: serve.stale_after,
            poll: serve.poll,
            format: serve.log_format,
            // clap allows its names only.
            level: serve.log_level.parse().unwrap_or(Level::INFO),
            limits: serve.limits.into(),
        }
    }
}

impl From<LimitArguments> for Limits {
    fn from(limits: LimitArguments) -> Self {
        Self {
            header_time: limits.header_timeout,
            idle_time: limits.idle_timeout,
            stall_time: limits.stall_timeout,
            drain_time: limits.drain_timeout,
            connections: limits.max_connections,
            connections_per_address: limits.max_connections_per_address.unwrap_or(64),
            counts_loopback: limits.max_connections_per_address.is_some(),
            header_size: limits.max_header_size,
            uri_length: limits.max_uri_length,
        }
    }
}
