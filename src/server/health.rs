//! The state of the server in numbers, without the name of any feed.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use arc_swap::ArcSwap;
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::{Method, Request, Response};
use serde_json::json;
use tokio::net::TcpListener;

use crate::server::body::FullBody;
use crate::server::counts::Counts;
use crate::server::handler::Handler;
use crate::server::http_date::HttpDates;
use crate::server::limits::{Limits, Stop};
use crate::server::listen;
use crate::server::origin::{Endpoints, HostPolicy};
use crate::server::response::{Methods, fresh, host_refused, method_not_allowed, not_found};
use crate::server::snapshot::Snapshot;
use crate::server::socket::ConnectionState;
use crate::time::clock::Clock;

/// `/healthz`: 200 as long as feeds are served, whatever is wrong with plans files.
pub(crate) fn health_response(snapshot: &Snapshot, counts: &Counts) -> Response<FullBody> {
    let unsaved = counts.unsaved();
    let mut status = "ok".to_owned();
    let mut link = ", but ";
    if snapshot.broken > 0 {
        status += ", with broken plans files";
        link = ", and ";
    }
    for (is_true, problem) in [
        (snapshot.is_git_late, "git did not answer in time"),
        (
            unsaved > 0,
            "not every list could be saved for the next start",
        ),
    ] {
        if is_true {
            status += link;
            status += problem;
            link = ", and ";
        }
    }
    let report = json!({
        "status": status,
        "feeds": snapshot.feeds.len(),
        "plans": snapshot.plans,
        "broken": snapshot.broken,
        "stale": snapshot.stale,
        "unsaved": unsaved,
    });
    fresh("application/json", format!("{report}\n"))
}

/// Answers `/metrics`, on a listener of its own.
pub(crate) struct Metrics {
    snapshot: Arc<ArcSwap<Snapshot>>,
    counts: Arc<Counts>,
    /// Counts the requests for metrics; they are not reported.
    own_counts: Counts,
    host_policy: HostPolicy,
    dates: HttpDates,
    clock: Clock,
}

impl Metrics {
    /// Reports on a server that has this snapshot and these counters.
    #[must_use]
    pub(crate) fn new(
        snapshot: Arc<ArcSwap<Snapshot>>,
        counts: Arc<Counts>,
        host_policy: HostPolicy,
        clock: Clock,
    ) -> Self {
        Self {
            snapshot,
            counts,
            own_counts: Counts::default(),
            host_policy,
            dates: HttpDates::default(),
            clock,
        }
    }

    /// Serves a listener until `stop` tells it to end.
    pub(crate) async fn serve(self, listener: TcpListener, limits: Limits, stop: Stop) {
        listen::serve(listener, Arc::new(self), limits, stop).await;
    }

    /// The text format of Prometheus, version 0.0.4.
    fn report(&self) -> String {
        let snapshot = self.snapshot.load();
        let counts = &self.counts;
        let mut report = Report::default();
        report.family("requests_total", "counter", "Requests by route and status.");
        for (target, status, count) in counts.requests() {
            let labels = format!("route=\"{}\",status=\"{}\"", target.name(), status.as_str());
            report.labelled("requests_total", &labels, count);
        }
        let of = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        let (good, bad) = counts.reloads();
        for (name, kind, help, value) in [
            (
                "sent_bytes_total",
                "counter",
                "Octets of bodies sent.",
                of(&counts.bytes),
            ),
            (
                "connections",
                "gauge",
                "Connections open now.",
                of(&counts.open),
            ),
            (
                "connections_total",
                "counter",
                "Connections accepted.",
                of(&counts.accepted),
            ),
            (
                "connections_refused_total",
                "counter",
                "Connections closed at once: too many of one address.",
                of(&counts.refused),
            ),
            (
                "connections_timed_out_total",
                "counter",
                "Connections that took too long.",
                of(&counts.timed_out),
            ),
            (
                "accept_errors_total",
                "counter",
                "Connections that the system could not hand over.",
                of(&counts.accept_errors),
            ),
            (
                "panics_total",
                "counter",
                "Connections that ended by a fault of the program.",
                of(&counts.panics),
            ),
            (
                "reloads_good_total",
                "counter",
                "Plans files read without a problem.",
                good,
            ),
            (
                "reloads_bad_total",
                "counter",
                "Plans files read with problems, or not readable.",
                bad,
            ),
            (
                "feeds",
                "gauge",
                "Feeds served.",
                snapshot.feeds.len() as u64,
            ),
            ("plans", "gauge", "Plans in them.", snapshot.plans as u64),
            (
                "feed_bytes",
                "gauge",
                "Octets of all feeds, plain and gzip.",
                snapshot.bytes as u64,
            ),
            (
                "broken_feeds",
                "gauge",
                "Feeds whose plans file cannot be used at present.",
                snapshot.broken as u64,
            ),
            (
                "stale_feeds",
                "gauge",
                "Feeds that say so themselves.",
                snapshot.stale as u64,
            ),
            (
                "unsaved_feeds",
                "gauge",
                "Feeds whose list could not be saved for the next start.",
                counts.unsaved(),
            ),
        ] {
            report.family(name, kind, help);
            report.plain(name, value);
        }
        report.family(
            "last_good_load_age_seconds",
            "gauge",
            "Since a plans file was last read without a problem.",
        );
        if let Some(loaded) = counts.loaded() {
            let age = self.clock.unix() - loaded;
            report.plain(
                "last_good_load_age_seconds",
                u64::try_from(age).unwrap_or(0),
            );
        }
        report.family(
            "last_fetch_timestamp_seconds",
            "gauge",
            "When a kind of client last fetched a feed.",
        );
        for (client, unix) in counts.fetched.last() {
            let labels = format!("client=\"{}\"", client.name());
            report.labelled(
                "last_fetch_timestamp_seconds",
                &labels,
                u64::try_from(unix).unwrap_or(0),
            );
        }
        report.0
    }
}

impl Handler for Metrics {
    async fn answer(
        &self,
        request: Request<Incoming>,
        endpoints: Endpoints,
        connection: &ConnectionState,
    ) -> Response<FullBody> {
        connection.leave_unread();
        if let Err(status) = self.host_policy.host(endpoints, &request) {
            return host_refused(status);
        }
        if request.uri().path() != "/metrics" {
            return not_found();
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return method_not_allowed(Methods::Read);
        }
        fresh("text/plain; version=0.0.4; charset=utf-8", self.report())
    }

    fn counts(&self) -> &Counts {
        &self.own_counts
    }

    fn host_policy(&self) -> &HostPolicy {
        &self.host_policy
    }

    fn date(&self) -> HeaderValue {
        self.dates.of(self.clock.unix())
    }
}

/// Lines of the text format.
#[derive(Default)]
struct Report(String);

impl Report {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a String does not fail.
        let _ = writeln!(self.0, "# HELP weekahead_{name} {help}");
        let _ = writeln!(self.0, "# TYPE weekahead_{name} {kind}");
    }

    fn plain(&mut self, name: &str, value: u64) {
        let _ = writeln!(self.0, "weekahead_{name} {value}");
    }

    fn labelled(&mut self, name: &str, labels: &str, value: u64) {
        let _ = writeln!(self.0, "weekahead_{name}{{{labels}}} {value}");
    }
}
