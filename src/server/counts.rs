//! Counters for the metrics and the health report.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use hyper::StatusCode;

use crate::site::client::Client;

/// What a request asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Feed,
    Page,
    Index,
    Test,
    /// A pairing link.
    Pair,
    /// A page on which renewals are recorded, or its form.
    Record,
    Health,
    Robots,
    Nothing,
}

impl Target {
    pub(crate) const ALL: [Self; 9] = [
        Self::Feed,
        Self::Page,
        Self::Index,
        Self::Test,
        Self::Pair,
        Self::Record,
        Self::Health,
        Self::Robots,
        Self::Nothing,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Page => "page",
            Self::Index => "index",
            Self::Test => "test",
            Self::Pair => "pair",
            Self::Record => "renew",
            Self::Health => "healthz",
            Self::Robots => "robots",
            Self::Nothing => "none",
        }
    }
}

/// Every status that a response can have.
pub(crate) const STATUSES: [StatusCode; 16] = [
    StatusCode::OK,
    StatusCode::NO_CONTENT,
    StatusCode::SEE_OTHER,
    StatusCode::NOT_MODIFIED,
    StatusCode::BAD_REQUEST,
    StatusCode::FORBIDDEN,
    StatusCode::NOT_FOUND,
    StatusCode::METHOD_NOT_ALLOWED,
    StatusCode::REQUEST_TIMEOUT,
    StatusCode::CONFLICT,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::URI_TOO_LONG,
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
    StatusCode::MISDIRECTED_REQUEST,
    StatusCode::UNPROCESSABLE_ENTITY,
    StatusCode::SERVICE_UNAVAILABLE,
];

/// Counters since the start.
#[derive(Debug, Default)]
pub struct Counts {
    requests: [[AtomicU64; STATUSES.len()]; Target::ALL.len()],
    pub(crate) bytes: AtomicU64,
    pub(crate) open: AtomicU64,
    pub(crate) accepted: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) timed_out: AtomicU64,
    pub(crate) accept_errors: AtomicU64,
    pub(crate) panics: AtomicU64,
    reloads_good: AtomicU64,
    reloads_bad: AtomicU64,
    /// When a plans file was last good, in seconds since the epoch; 0 before the first one.
    loaded: AtomicI64,
    /// How many lists could not be saved for the next start.
    unsaved: AtomicU64,
    /// The last fetch of any feed, for each kind of client.
    pub(crate) fetched: Fetches,
}

impl Counts {
    /// Counts a plans file that was good when it was read, at `unix` seconds since the epoch.
    pub(crate) fn good_reload(&self, unix: i64) {
        self.reloads_good.fetch_add(1, Ordering::Relaxed);
        self.loaded.store(unix, Ordering::Relaxed);
    }

    /// Notes that the server serves a text which an earlier server saved. The text was good at
    /// `unix`.
    pub(crate) fn restored(&self, unix: i64) {
        self.loaded.fetch_max(unix, Ordering::Relaxed);
    }

    /// When a plans file was last good, in seconds since the epoch, if one ever was.
    pub(crate) fn loaded(&self) -> Option<i64> {
        Some(self.loaded.load(Ordering::Relaxed)).filter(|unix| *unix != 0)
    }

    /// Sets how many lists could not be saved for the next start.
    pub(crate) fn set_unsaved(&self, lists: usize) {
        self.unsaved.store(lists as u64, Ordering::Relaxed);
    }

    /// How many lists could not be saved for the next start.
    pub(crate) fn unsaved(&self) -> u64 {
        self.unsaved.load(Ordering::Relaxed)
    }

    /// Counts a plans file that has problems or could not be read.
    pub(crate) fn bad_reload(&self) {
        self.reloads_bad.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn reloads(&self) -> (u64, u64) {
        (
            self.reloads_good.load(Ordering::Relaxed),
            self.reloads_bad.load(Ordering::Relaxed),
        )
    }

    pub(crate) fn request(&self, target: Target, status: StatusCode) {
        if let Some(at) = STATUSES.iter().position(|known| *known == status) {
            self.requests[target as usize][at].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts of requests by target and status, without those that are zero.
    pub(crate) fn requests(&self) -> impl Iterator<Item = (Target, StatusCode, u64)> + '_ {
        Target::ALL.into_iter().flat_map(move |target| {
            let row = STATUSES.iter().zip(&self.requests[target as usize]);
            row.map(move |(status, count)| (target, *status, count.load(Ordering::Relaxed)))
                .filter(|(.., count)| *count > 0)
        })
    }
}

/// When each kind of client last fetched a feed.
#[derive(Debug, Default)]
pub struct Fetches([AtomicI64; Client::ALL.len()]);

impl Fetches {
    /// Notes that a client fetched the feed at `unix` seconds since the epoch.
    pub(crate) fn add(&self, client: Client, unix: i64) {
        self.0[client as usize].store(unix, Ordering::Relaxed);
    }

    /// The clients that fetched the feed, each with the last time.
    pub(crate) fn last(&self) -> impl Iterator<Item = (Client, i64)> + '_ {
        Client::ALL
            .into_iter()
            .map(|client| (client, self.0[client as usize].load(Ordering::Relaxed)))
            .filter(|(_, unix)| *unix != 0)
    }
}
