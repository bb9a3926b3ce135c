//! Answers the requests of subscribers. A feed comes from the snapshot and is never made for a
//! request.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use arc_swap::ArcSwap;
use bytes::buf::Chain;
use bytes::{Buf as _, Bytes};
use chrono::{DateTime, Utc};
use hyper::body::{Body as _, Incoming};
use hyper::header::{
    ACCEPT_ENCODING, CONNECTION, EXPECT, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    TRANSFER_ENCODING, USER_AGENT,
};
use hyper::{Method, Request, Response, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::ics::same_events::has_same_events;
use crate::server::blocking::on_own_thread;
use crate::server::body::{FullBody, collect, discard};
use crate::server::counts::{Counts, Target};
use crate::server::handler::Handler;
use crate::server::health::health_response;
use crate::server::http_date::HttpDates;
use crate::server::lane::SimpleRequest;
use crate::server::limits::{Limits, Stop};
use crate::server::listen::serve;
use crate::server::origin::{Endpoints, HostPolicy};
use crate::server::record::{Recording, Visit};
use crate::server::response::{
    Methods, file, host_refused, html, method_not_allowed, not_found, nothing_to_store, text,
};
use crate::server::snapshot::{ReadyFeed, ServedFeed, Snapshot};
use crate::server::socket::ConnectionState;
use crate::site::address::Base;
use crate::site::client::Client;
use crate::site::page::{self, ClientFetches, PageBody};
use crate::site::route::{FeedPath, RecordRoute, Route, is_host};
use crate::site::{File, Site};
use crate::time::clock::Clock;

/// How many pages parse their plans at a time; others wait.
const MAX_PAGES_PARSED: usize = 2;
/// How many calendars that clients write back are read at a time; others wait.
const MAX_WRITES_READ: usize = 2;
/// The time to read one of them.
const WRITE_TIME: Duration = Duration::from_secs(20);
/// The bytes that one may have beyond twice the feed's, and in all.
const MAX_MARK_BYTES: usize = 64 << 10;
const MAX_WRITE_BYTES: usize = 4 << 20;

/// Answers the requests of subscribers.
pub struct Public {
    site: Arc<Site>,
    snapshot: Arc<ArcSwap<Snapshot>>,
    host_policy: HostPolicy,
    uri_length: usize,
    counts: Arc<Counts>,
    clock: Clock,
    dates: HttpDates,
    start: DateTime<Utc>,
    page_permits: Arc<Semaphore>,
    write_permits: Semaphore,
    /// Records renewals, if the server does.
    recording: Option<Arc<Recording>>,
}

/// The part of a feed that a request asks for.
enum Part {
    Feed,
    Page,
    Test,
}

/// What a path names.
enum Found<'s, 'p> {
    Index,
    Health,
    Robots,
    Part(&'s Arc<ServedFeed>, Part),
    /// A page for recording, and the list if there is one.
    Record(RecordRoute<'p>, Option<&'s Arc<ServedFeed>>),
    Nothing,
}

impl Public {
    /// Answers from the snapshot that is current at the time of a request.
    #[must_use]
    pub fn new(
        site: Arc<Site>,
        snapshot: Arc<ArcSwap<Snapshot>>,
        host_policy: HostPolicy,
        uri_length: usize,
        counts: Arc<Counts>,
        clock: Clock,
    ) -> Self {
        Self {
            site,
            snapshot,
            host_policy,
            uri_length,
            counts,
            dates: HttpDates::default(),
            start: clock.now(),
            clock,
            page_permits: Arc::new(Semaphore::new(MAX_PAGES_PARSED)),
            write_permits: Semaphore::new(MAX_WRITES_READ),
            recording: None,
        }
    }

    /// The same, which also records renewals if `recording` is given.
    #[must_use]
    pub(crate) fn recording(self, recording: Option<Arc<Recording>>) -> Self {
        Self { recording, ..self }
    }

    /// Serves a listener until `stop` tells it to end. Then closes idle connections and waits for
    /// the others, but no longer than the drain time.
    pub async fn serve(self, listener: TcpListener, limits: Limits, stop: Stop) {
        serve(listener, Arc::new(self), limits, stop).await;
    }

    async fn respond(
        &self,
        request: &mut Request<Incoming>,
        endpoints: Endpoints,
        connection: &ConnectionState,
    ) -> (Target, Response<FullBody>) {
        let uri = request.uri();
        let target = uri.path_and_query();
        let length = target.map_or(0, |target| target.as_str().len());
        if length > self.uri_length {
            let sentence = format!(
                "the address has {length} characters: at most {} are read\n",
                self.uri_length
            );
            return (Target::Nothing, text(StatusCode::URI_TOO_LONG, sentence));
        }
        let policy = &self.host_policy;
        let host = match policy.host(endpoints, request) {
            Ok(host) => host,
            Err(status) => return (Target::Nothing, host_refused(status)),
        };
        let base = || policy.base(endpoints, host, request.headers());
        let snapshot = self.snapshot.load();
        let path = uri.path().to_owned();
        let found = self.find(&snapshot, &path);
        if let (Found::Record(route, feed), Some(recording)) = (&found, &self.recording) {
            let target = match route {
                RecordRoute::Pair { .. } => Target::Pair,
                RecordRoute::List { .. } | RecordRoute::Plan { .. } => Target::Record,
            };
            if !matches!(*request.method(), Method::GET | Method::HEAD | Method::POST) {
                drop(snapshot);
                let refused = refuse_method(request, connection, Methods::ReadAndPost);
                return (target, refused.await);
            }
            let visit = Visit {
                route: route.clone(),
                feed: feed.cloned(),
                base: base(),
                clock: &self.clock,
            };
            drop(snapshot);
            return (target, recording.respond(request, visit).await);
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let (target, ready) = match &found {
                Found::Part(feed, Part::Feed) => (Target::Feed, Some(Arc::clone(&feed.ready))),
                _ => (Target::Nothing, None),
            };
            drop(snapshot);
            let response = match (ready, written_version(request)) {
                (Some(ready), Some(tag)) => {
                    let written = self.written_back(&ready, tag, request, connection);
                    written.await
                }
                _ => refuse_method(request, connection, Methods::Read).await,
            };
            return (target, response);
        }
        match found {
            Found::Health => (Target::Health, health_response(&snapshot, &self.counts)),
            Found::Robots => (Target::Robots, file(File::robots())),
            Found::Index => {
                let mut feeds = snapshot.feeds.values();
                match (feeds.next(), feeds.next()) {
                    (Some(feed), None) => {
                        let feed = Arc::clone(feed);
                        drop(snapshot);
                        (Target::Index, self.page(&feed, base()).await)
                    }
                    _ => {
                        let snapshot = Arc::clone(&snapshot);
                        (Target::Index, self.index(snapshot).await)
                    }
                }
            }
            Found::Part(feed, Part::Feed) => (Target::Feed, self.feed(feed, request.headers())),
            Found::Part(feed, Part::Page) => {
                let feed = Arc::clone(feed);
                drop(snapshot);
                (Target::Page, self.page(&feed, base()).await)
            }
            Found::Part(feed, Part::Test) => (Target::Test, self.test_reminder(&feed.ready)),
            Found::Record(..) | Found::Nothing => (Target::Nothing, not_found()),
        }
    }

    /// What a path names. The path of the base URL may come first, because some proxies remove it
    /// and others do not. So a path is read below the path of the base, and if that names nothing,
    /// as it is.
    ///
    /// The pages for recording are the same for a list that does not exist. So they come last, and
    /// a list that exists comes first among them.
    fn find<'s, 'p>(&self, snapshot: &'s Snapshot, path: &'p str) -> Found<'s, 'p> {
        let base = self.site.base.as_ref();
        let (first, second) = match base.and_then(|base| base.below(path)) {
            None => (path, None),
            // A feed may have the same name as this path. Then the front page needs the slash.
            Some("") => (path, Some("/")),
            Some(below) => (below, Some(path)),
        };
        let paths = || [first].into_iter().chain(second);
        let found = paths().map(|path| self.look_up(snapshot, path));
        let mut found = found.filter(|found| !matches!(found, Found::Nothing));
        if let Some(found) = found.next() {
            return found;
        }
        let routes = paths().filter(|_| self.site.records);
        let routes = routes.filter_map(RecordRoute::of);
        let mut found = routes.map(|route| {
            let feed = snapshot.feeds.get(route.name());
            (route, feed)
        });
        let mut best = found.next();
        if let Some((_, None)) = best {
            let existing = found.find(|(_, feed)| feed.is_some());
            best = existing.or(best);
        }
        best.map_or(Found::Nothing, |(route, feed)| Found::Record(route, feed))
    }

    fn look_up<'s, 'p>(&self, snapshot: &'s Snapshot, path: &'p str) -> Found<'s, 'p> {
        let is_secret = self.site.is_secret();
        match Route::of(path, is_secret) {
            Route::Health => Found::Health,
            Route::Robots => Found::Robots,
            Route::Index if !is_secret => Found::Index,
            Route::Feed(path) => find_part(snapshot, &path),
            Route::Index | Route::Unknown => Found::Nothing,
        }
    }

    /// The response with a feed, or with the news that the client has it.
    fn feed(&self, feed: &ServedFeed, asked: &HeaderMap) -> Response<FullBody> {
        let lines = |name| {
            let lines = asked.get_all(name).iter();
            lines.map(|line| line.to_str().unwrap_or_default())
        };
        let now = self.clock.unix();
        self.note_fetch(feed, lines(USER_AGENT).next(), now);
        let (variant, status, body) = feed.ready.select(
            lines(ACCEPT_ENCODING),
            lines(IF_NONE_MATCH),
            lines(IF_MODIFIED_SINCE).next(),
        );
        let mut response = Response::new(FullBody::new(body));
        *response.headers_mut() = feed.ready.headers(variant, &self.dates.of(now), status);
        *response.status_mut() = status;
        response
    }

    /// Notes who fetched a feed.
    fn note_fetch(&self, feed: &ServedFeed, user_agent: Option<&str>, now: i64) {
        if let Some(client) = Client::of(user_agent.unwrap_or_default()) {
            feed.fetches.add(client, now);
            self.counts.fetched.add(client, now);
        }
    }

    /// Counts and logs a response.
    fn note_response(&self, method: &str, target: Target, status: StatusCode, sent: usize) {
        self.counts.request(target, status);
        self.counts.bytes.fetch_add(sent as u64, Ordering::Relaxed);
        tracing::debug!(
            target: "weekahead::request",
            method,
            route = target.name(),
            status = status.as_u16(),
            bytes = sent,
        );
    }

    /// The response to a client that writes the version `tag` of a feed back. Thunderbird does so
    /// when a user dismisses or snoozes a reminder: it marks the event and puts the whole calendar.
    /// A status other than success makes it set the calendar read-only, and from then on it drops
    /// each reminder at its next fetch.
    ///
    /// So 204 is the answer to a calendar in which nothing is new but such marks. They are not
    /// stored: the client keeps them as long as the tag is the feed's. A version that is no longer
    /// served cannot be compared; its tag makes the client fetch the current one. Any other change
    /// is refused.
    async fn written_back(
        &self,
        ready: &Arc<ReadyFeed>,
        tag: HeaderValue,
        request: &mut Request<Incoming>,
        connection: &ConnectionState,
    ) -> Response<FullBody> {
        let name = tag.to_str().unwrap_or_default();
        let is_current = ready.plain.tag.is_in(name) || ready.gzip.tag.is_in(name);
        let body = request.body_mut();
        let is_accepted = if is_current {
            // The semaphore is never closed.
            let _permit = self.write_permits.acquire().await;
            let most = MAX_WRITE_BYTES.min(ready.plain.body.len() * 2 + MAX_MARK_BYTES);
            match timeout(WRITE_TIME, collect(body, most)).await {
                Ok(Some(written)) => {
                    let feed = ready.plain.body.clone();
                    let compare = move || has_same_events(&feed, &written);
                    on_own_thread(compare).await
                }
                Ok(None) | Err(_) => false,
            }
        } else {
            discard(body).await
        };
        if is_accepted {
            nothing_to_store(tag)
        } else {
            refuse_method(request, connection, Methods::Read).await
        }
    }

    /// The page that lists all feeds. Their plans are parsed on another thread.
    async fn index(&self, snapshot: Arc<Snapshot>) -> Response<FullBody> {
        let index = match snapshot.known_index(&self.clock) {
            Some(index) => index,
            None => {
                // The semaphore is never closed.
                let _permit = self.page_permits.acquire().await;
                let (site, clock) = (Arc::clone(&self.site), self.clock.clone());
                let make = move || {
                    let known = snapshot.known_index(&clock);
                    known.unwrap_or_else(|| snapshot.index(&site, &clock))
                };
                on_own_thread(make).await
            }
        };
        html(FullBody::new(index))
    }

    /// The page of a feed. Its plans are parsed on another thread.
    async fn page(&self, feed: &Arc<ServedFeed>, base: Option<Base>) -> Response<FullBody> {
        let today = self.clock.today(feed.ready.meta().zone);
        let sheet = match feed.ready.known_sheet(today) {
            Some(sheet) => sheet,
            None => {
                // The semaphore is never closed.
                let _permit = self.page_permits.acquire().await;
                let (ready, site) = (Arc::clone(&feed.ready), Arc::clone(&self.site));
                let make = move || {
                    let known = ready.known_sheet(today);
                    known.or_else(|| ready.sheet(today, &site))
                };
                match on_own_thread(make).await {
                    Some(sheet) => sheet,
                    None => return not_found(),
                }
            }
        };
        html(self.page_body(feed, sheet, base.as_ref()))
    }

    /// The page, in pieces. Only the last one, with the fetches, belongs to one request.
    fn page_body(&self, feed: &ServedFeed, sheet: Arc<PageBody>, base: Option<&Base>) -> FullBody {
        let ready = &feed.ready;
        let local = |time| self.clock.local(time, ready.meta().zone);
        let last: Vec<_> = feed
            .fetches
            .last()
            .filter_map(|(client, unix)| Some((client, local(DateTime::from_timestamp(unix, 0)?))))
            .collect();
        let fetched = ClientFetches {
            start: local(self.start),
            last: &last,
        };
        let ending = page::ending(&sheet, Some(fetched), false);
        let error = feed.error.as_ref();
        let (above, below) = ready.frame(sheet.day, base, error, || {
            let error = error.map(|error| page::ErrorNotice {
                since: local(error.since),
                message: &error.message,
                is_stale: error.is_stale,
            });
            ready
                .place(&self.site)
                .reached_at(base)
                .frame(&sheet, error)
        });
        let body = Bytes::from_owner(SharedHtml(sheet));
        FullBody::of_pieces([above, body, below, ending.into()])
    }

    fn test_reminder(&self, ready: &ReadyFeed) -> Response<FullBody> {
        let place = ready.place(&self.site);
        file(place.test_reminder(ready.meta().language, self.clock.now()))
    }
}

/// The HTML of a page's body, for all responses that send it.
struct SharedHtml(Arc<PageBody>);

impl AsRef<[u8]> for SharedHtml {
    fn as_ref(&self) -> &[u8] {
        self.0.html.as_bytes()
    }
}

/// The feed and the part of it that a path names, if the path contains the feed's secret.
fn find_part<'s, 'p>(snapshot: &'s Snapshot, path: &FeedPath<'_>) -> Found<'s, 'p> {
    let look_up = |name: &str, part| {
        let feed = snapshot.feeds.get(name)?;
        let is_allowed = match (&feed.ready.meta().token, path.token) {
            (Some(token), Some(found)) => token.matches(found),
            (None, None) => true,
            _ => false,
        };
        is_allowed.then_some(Found::Part(feed, part))
    };
    let found = if path.is_test {
        look_up(&path.name, Part::Test)
    } else {
        let stem = path.name.strip_suffix(".ics");
        let feed = stem.and_then(|stem| look_up(stem, Part::Feed));
        feed.or_else(|| look_up(&path.name, Part::Page))
    };
    found.unwrap_or(Found::Nothing)
}

impl Handler for Public {
    async fn answer(
        &self,
        mut request: Request<Incoming>,
        endpoints: Endpoints,
        connection: &ConnectionState,
    ) -> Response<FullBody> {
        let is_head = *request.method() == Method::HEAD;
        let (target, mut response) = self.respond(&mut request, endpoints, connection).await;
        if !request.body().is_end_stream() {
            connection.leave_unread();
        }
        // A request that says in two ways where its body ends may smuggle another request. A
        // client that waits for permission to send a body may send the body or the next request.
        let asked = request.headers();
        if asked.contains_key(TRANSFER_ENCODING) || asked.contains_key(EXPECT) {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        let sent = if is_head { 0 } else { response.body().len() };
        self.note_response(request.method().as_str(), target, response.status(), sent);
        response
    }

    fn ready_answer(&self, request: &[u8], endpoints: Endpoints) -> Option<Chain<Bytes, Bytes>> {
        let request = SimpleRequest::parse(request)?;
        let is_ours = is_host(request.host) && self.host_policy.accepts(endpoints, request.host);
        if request.path.len() > self.uri_length || !is_ours {
            return None;
        }
        let snapshot = self.snapshot.load();
        let Found::Part(feed, Part::Feed) = self.find(&snapshot, request.path) else {
            return None;
        };
        let now = self.clock.unix();
        self.note_fetch(feed, request.user_agent, now);
        let (variant, status, mut body) = feed.ready.select(
            request.accept_encoding.into_iter(),
            request.if_none_match.into_iter(),
            request.if_modified_since,
        );
        if request.method == "HEAD" {
            body.clear();
        }
        self.note_response(request.method, Target::Feed, status, body.len());
        Some(variant.head(status, &self.dates.of(now)).chain(body))
    }

    fn counts(&self) -> &Counts {
        &self.counts
    }

    fn host_policy(&self) -> &HostPolicy {
        &self.host_policy
    }

    fn date(&self) -> HeaderValue {
        self.dates.of(self.clock.unix())
    }
}

/// The entity tag of the version that a PUT changes, if it names one as Thunderbird does: alone, in
/// WebDAV's `If` (RFC 4918, section 10.4).
fn written_version(request: &Request<Incoming>) -> Option<HeaderValue> {
    let line = request.headers().get("if")?.to_str().ok()?;
    let tag = line.strip_prefix("([")?.strip_suffix("])")?;
    let opaque = tag.strip_prefix("W/").unwrap_or(tag);
    let is_tag = opaque.len() > 1 && opaque.starts_with('"') && opaque.ends_with('"');
    let is_put = *request.method() == Method::PUT && !request.headers().contains_key(EXPECT);
    HeaderValue::from_str(tag).ok().filter(|_| is_tag && is_put)
}

/// Refuses a method that real clients use, and drops the body.
async fn refuse_method(
    request: &mut Request<Incoming>,
    connection: &ConnectionState,
    methods: Methods,
) -> Response<FullBody> {
    let mut response = method_not_allowed(methods);
    let headers = response.headers_mut();
    // A client that waits for permission to send its body is not asked for the body.
    let is_waiting = request.headers().contains_key(EXPECT);
    if is_waiting || !discard(request.body_mut()).await {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        connection.leave_unread();
    }
    response
}
