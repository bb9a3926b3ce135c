//! The arguments, and their one conversion into plain options.

#[cfg(feature = "serve")]
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
#[cfg(feature = "serve")]
use std::time::Duration;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};
#[cfg(feature = "serve")]
use ipnet::IpNet;
#[cfg(feature = "serve")]
use tracing::Level;
use weekahead::address::Base;
use weekahead::date;
use weekahead::invalid::Invalid;
#[cfg(feature = "serve")]
use weekahead::server::{Limits, Names};

#[cfg(feature = "serve")]
use super::parse::{address, duration, header_size, network, positive};
#[cfg(feature = "serve")]
use super::serve;
use super::{build, check, init, url};

/// A list of plans that run out becomes a calendar that warns a week ahead.
#[derive(Debug, Parser)]
#[command(name = "weekahead", version, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 done, 1 problems in the plans, 2 wrong usage, 3 the machine refused."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Build(Build),
    Check(Check),
    Init(Init),
    #[cfg(feature = "serve")]
    Serve(Box<Serve>),
    #[cfg(not(feature = "serve"))]
    Serve(Absent),
    Url(Url),
}

/// The plans files, and what day it is.
#[derive(Debug, Args)]
struct Common {
    /// Plans files, directories of them (*.yaml and *.yml), or - for standard input
    #[arg(value_name = "PLANS", default_value = "plans.yaml")]
    plans: Vec<PathBuf>,
    /// Take this day for today, as in 2026-10-05
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<NaiveDate>,
}

/// Write the calendar feed of each plans file
///
/// Without -o it is written to standard output. Several plans files become one calendar, unless
/// they are written into a directory. Nothing is written when anything is wrong.
#[derive(Debug, Args)]
pub(super) struct Build {
    #[command(flatten)]
    common: Common,
    /// Where to write: a file, a directory for one .ics each (an existing one, or with / at its
    /// end), or - for standard output
    #[arg(short, long, value_name = "FILE|DIR|-")]
    output: Option<PathBuf>,
    /// Say nothing when all is well
    #[arg(short, long)]
    quiet: bool,
}

/// Report every problem in plans files, and what would surprise
///
/// Warnings are about what is allowed: an expiry that is past, a lead shorter than a week, a feed
/// that is too large for some calendar.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    common: Common,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
    /// Let warnings count as problems: exit code 1
    #[arg(long)]
    strict: bool,
}

/// Make a new key for secret links
#[derive(Debug, Args)]
pub(super) struct Init {
    /// Write 32 random bytes to a new file, in hexadecimal, that only its owner can read
    #[arg(long, value_name = "FILE", required = true)]
    key: PathBuf,
}

/// Print the links with which calendars subscribe, and QR codes on a terminal
///
/// The key of the server gives the same secret links here. A QR code leads to the page of a feed.
#[derive(Debug, Args)]
pub(super) struct Url {
    /// Plans files, directories of them (*.yaml and *.yml), or - for standard input
    #[arg(value_name = "PLANS", default_value = "plans.yaml")]
    plans: Vec<PathBuf>,
    /// Where the server is reached, as in https://cal.example.org
    #[arg(short, long, value_name = "URL", value_parser = base, required_unless_present = "test")]
    base: Option<Base>,
    /// The key of secret links, at least 32 bytes; otherwise WEEKAHEAD_KEY is it, if that is set
    #[arg(short, long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Write the QR code as an SVG image, too
    #[arg(long, value_name = "FILE", conflicts_with = "test")]
    qr: Option<PathBuf>,
    /// Write a test reminder instead: a calendar of one event whose alarm rings in ten minutes
    #[arg(long, conflicts_with = "base")]
    test: bool,
}

/// Serve feeds and pages over HTTP (not in this build)
#[cfg(not(feature = "serve"))]
#[derive(Debug, Args)]
pub(super) struct Absent {
    /// Whatever the command would take
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    _arguments: Vec<std::ffi::OsString>,
}

/// Serve feeds and pages over HTTP, and follow the plans files as they change
///
/// Calendars subscribe to the address that is printed. TLS is a reverse proxy's. A plans file with
/// an error leaves its last good feed standing. SIGHUP reads everything again; SIGTERM and SIGINT
/// answer open requests and stop.
#[cfg(feature = "serve")]
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    common: Common,
    /// Where to listen: an address with a port (0 for any), or a port of this computer alone
    #[arg(short, long, value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = address)]
    listen: SocketAddr,
    /// The key of secret links, at least 32 bytes; otherwise WEEKAHEAD_KEY is it, if that is set
    #[arg(short, long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Let everybody read feeds without a key who reaches this machine
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
    log_format: serve::Format,
    /// What is logged; debug has a line for each request
    #[arg(long, value_name = "LEVEL", default_value = "info", value_parser = ["error", "warn", "info", "debug"])]
    log_level: String,
    #[command(flatten)]
    limits: LimitArguments,
}

/// What a client may take.
#[cfg(feature = "serve")]
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

impl From<Build> for build::Options {
    fn from(build: Build) -> Self {
        Self {
            plans: build.common.plans,
            today: build.common.today,
            output: build.output.filter(|path| !is_standard_output(path)),
            quiet: build.quiet,
        }
    }
}

impl From<Check> for check::Options {
    fn from(check: Check) -> Self {
        Self {
            plans: check.common.plans,
            today: check.common.today,
            json: check.json,
            strict: check.strict,
        }
    }
}

impl From<Init> for init::Options {
    fn from(init: Init) -> Self {
        Self { key: init.key }
    }
}

impl From<Url> for url::Options {
    fn from(url: Url) -> Self {
        Self {
            plans: url.plans,
            key_file: url.key_file,
            ask: match url.base {
                Some(base) => url::Ask::Links(base, url.qr),
                None => url::Ask::Test,
            },
        }
    }
}

#[cfg(feature = "serve")]
impl From<Serve> for serve::Options {
    fn from(serve: Serve) -> Self {
        Self {
            plans: serve.common.plans,
            today: serve.common.today,
            listen: serve.listen,
            key_file: serve.key_file,
            public: serve.public,
            names: Names {
                base: serve.base_url,
                trusted: serve.trust_proxy,
                refuses_foreign: false,
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

#[cfg(feature = "serve")]
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

/// `-`, and its name as a file, which may be one that others write to as well.
fn is_standard_output(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]
        .iter()
        .any(|name| path == Path::new(name))
}

fn day(text: &str) -> Result<NaiveDate, String> {
    date::parse(text).map_err(sentence)
}

fn base(text: &str) -> Result<Base, String> {
    Base::parse(text).map_err(sentence)
}

fn sentence(error: Invalid) -> String {
    match error.hint {
        Some(hint) => format!("{}; {hint}", error.message),
        None => error.message,
    }
}
