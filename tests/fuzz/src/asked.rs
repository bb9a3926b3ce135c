//! A server on one thread, and what it answers to bytes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, NaiveTime, Utc};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::time::timeout;
use weekahead::internals::{
    Clock, Counts, Document, FeedMeta, Fetches, HostPolicy, Key, Language, Limits, Public,
    ReadyFeed, ServedFeed, Site, Snapshot, bind,
};

use crate::{feed, revision, today};

/// The plans of each feed, and what nobody reads without its secret.
const PLANS: &str = "- {name: A secret, expires: 2027-01-31}\n";
/// What only who may read the feed sees.
pub const SECRET: &str = "A secret";
/// The feeds of a server.
pub const FEEDS: [&str; 2] = ["sims", "漢 a"];
/// From the last octet of a request to the end of the answer. The server waits much longer, so a
/// connection that it does not end is noticed.
const PATIENCE: Duration = Duration::from_secs(8);

/// A server.
pub struct Server {
    runtime: Runtime,
    address: SocketAddr,
    /// Keeps it from stopping.
    _stop: watch::Sender<bool>,
}

/// The key of a server whose feeds are secret.
#[must_use]
pub fn key() -> Key {
    Key::new(&[b'k'; 32]).expect("a key")
}

impl Server {
    /// Serves feeds on loopback, each under its secret if they have some.
    #[must_use]
    pub fn new(key: Option<&Key>) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(1)
            .build()
            .expect("a runtime");
        let entered = runtime.enter();
        let listener = bind(([127, 0, 0, 1], 0).into(), "--listen").expect("a port");
        let address = listener.local_addr().expect("an address");
        let site = Site::of_server(None, key.cloned());
        let snapshot = Snapshot::new(FEEDS.map(|name| served_feed(name, &site, key)), 0);
        let long = Duration::from_secs(3600);
        let limits = Limits {
            header_time: long,
            idle_time: long,
            stall_time: long,
            drain_time: long,
            connections: 100,
            connections_per_address: 100,
            counts_loopback: false,
            header_size: 16 << 10,
            uri_length: 2000,
        };
        let names = HostPolicy {
            refuses_other_hosts: key.is_none(),
            ..HostPolicy::default()
        };
        let (stop, stopped) = watch::channel(false);
        let public = Public::new(
            Arc::new(site),
            Arc::new(ArcSwap::from_pointee(snapshot)),
            names,
            limits.uri_length,
            Arc::new(Counts::default()),
            clock(),
        );
        runtime.spawn(public.serve(listener, limits, stopped));
        drop(entered);
        Self {
            runtime,
            address,
            _stop: stop,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends bytes on a connection of their own, says that they are all, and returns everything
    /// that comes back before the connection ends.
    #[must_use]
    pub fn ask(&self, request: &[u8]) -> Vec<u8> {
        let exchange = async {
            let stream = TcpStream::connect(self.address)
                .await
                .expect("a connection");
            let (mut reader, mut writer) = stream.into_split();
            let write = async {
                // A server that has seen enough closes the connection.
                let _ = writer.write_all(request).await;
                let _ = writer.shutdown().await;
            };
            let mut answer = Vec::new();
            let read = async {
                let _ = reader.read_to_end(&mut answer).await;
            };
            tokio::join!(write, read);
            answer
        };
        let ended = self
            .runtime
            .block_on(async { timeout(PATIENCE, exchange).await });
        ended.expect("the connection ends")
    }
}

fn served_feed(name: &str, site: &Site, key: Option<&Key>) -> Arc<ServedFeed> {
    let document = Document::read(PLANS.as_bytes()).expect("a list");
    let meta = FeedMeta {
        name: name.to_owned(),
        title: name.to_owned(),
        token: key.map(|key| key.token(name, 1)),
        text: PLANS.as_bytes().into(),
        revision: revision(),
        modified: revision(),
        path: None,
        devices: 1,
        language: Language::default(),
        zone: None,
    };
    Arc::new(ServedFeed {
        ready: Arc::new(ReadyFeed::new(site, meta, feed(document.list()))),
        error: None,
        fetches: Arc::new(Fetches::default()),
    })
}

fn clock() -> Clock {
    let now: DateTime<Utc> = today().and_time(NaiveTime::MIN).and_utc();
    Clock::in_utc(move || now)
}

/// The first response of what a server sent.
#[derive(Debug)]
pub struct Response<'a> {
    /// Its status.
    pub status: u16,
    head: &'a str,
    /// Its body, and whatever responses follow.
    pub rest: &'a [u8],
}

impl<'a> Response<'a> {
    /// Reads it; nothing where nothing was sent.
    #[must_use]
    pub fn of(sent: &'a [u8]) -> Option<Self> {
        if sent.is_empty() {
            return None;
        }
        let end = sent.windows(4).position(|end| end == b"\r\n\r\n");
        let (head, rest) = sent.split_at(end.expect("a whole head") + 4);
        let head = std::str::from_utf8(head).expect("a head of ASCII");
        let line = head.split("\r\n").next().expect("a line");
        let version = line
            .strip_prefix("HTTP/1.1 ")
            .or(line.strip_prefix("HTTP/1.0 "));
        let status = version.and_then(|line| line.get(..3)?.parse().ok());
        Some(Self {
            status: status.expect("a status"),
            head,
            rest,
        })
    }

    /// The value of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'a str> {
        let mut fields = self
            .head
            .split("\r\n")
            .filter_map(|line| line.split_once(": "));
        let found = fields.find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }

    /// Its body, if it has as much of one as it says.
    #[must_use]
    pub fn body(&self) -> Option<&'a [u8]> {
        let length = self.field("content-length")?.parse().expect("a length");
        self.rest.get(..length)
    }
}
