//! The state of the server in numbers, without the name of any feed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let requests = counts.requests().map(|(target, status, count)| {
            let (route, status) = (target.name(), status.as_str());
            let labels = format!("route=\"{route}\",status=\"{status}\"");
            format!("\nweekahead_requests_total{{{labels}}} {count}")
        });
        let age = counts.loaded().map(|loaded| {
            let age = (self.clock.unix() - loaded).max(0);
            format!("\nweekahead_last_good_load_age_seconds {age}")
        });
        let fetches = counts.fetched.last().map(|(client, unix)| {
            let (client, time) = (client.name(), unix.max(0));
            format!("\nweekahead_last_fetch_timestamp_seconds{{client=\"{client}\"}} {time}")
        });
        let (good, bad) = counts.reloads();
        format!(
            include_str!("metrics.txt"),
            requests = requests.collect::<String>(),
            sent_bytes_total = of(&counts.bytes),
            connections = of(&counts.open),
            connections_total = of(&counts.accepted),
            connections_refused_total = of(&counts.refused),
            connections_timed_out_total = of(&counts.timed_out),
            accept_errors_total = of(&counts.accept_errors),
            panics_total = of(&counts.panics),
            reloads_good_total = good,
            reloads_bad_total = bad,
            feeds = snapshot.feeds.len(),
            plans = snapshot.plans,
            feed_bytes = snapshot.bytes,
            broken_feeds = snapshot.broken,
            stale_feeds = snapshot.stale,
            unsaved_feeds = counts.unsaved(),
            age = age.unwrap_or_default(),
            fetches = fetches.collect::<String>(),
        )
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
