//! From a request to a response: a feed is picked, never made.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use arc_swap::ArcSwap;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use hyper::body::{Body as _, Incoming};
use hyper::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_DISPOSITION, CONTENT_ENCODING,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, EXPECT, HeaderMap, HeaderName, HeaderValue,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, REFERRER_POLICY, TRANSFER_ENCODING,
    USER_AGENT, VARY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, Request, Response, StatusCode, Version};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::{Handler, health, listen};
use crate::calendar::reminder;
use crate::server::body::{FullBody, discard};
use crate::server::counts::{Counts, Target};
use crate::server::date::Dates;
use crate::server::limits::Limits;
use crate::server::listen::Stop;
use crate::server::origin::{Endpoints, HostPolicy};
use crate::server::site::{Entry, ReadyFeed, Site};
use crate::server::socket::ConnectionState;
use crate::site::ALLOW_ALL;
use crate::site::address::{Address, Base};
use crate::site::client::Client;
use crate::site::entity::{is_date, prefers_gzip};
use crate::site::page::{self, ClientFetches, PageBody, View};
use crate::site::route::{Named, Route};
use crate::time::clock::Clock;

const X_ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");
/// Pages whose plans are parsed at a time; the others wait.
const SHEETS: usize = 2;

/// Answers what subscribers ask.
pub struct Public {
    site: Arc<ArcSwap<Site>>,
    names: HostPolicy,
    /// Whether feeds have secret links.
    is_secret: bool,
    uri_length: usize,
    counts: Arc<Counts>,
    clock: Clock,
    dates: Dates,
    start: DateTime<Utc>,
    sheets: Arc<Semaphore>,
}

/// What is asked of a feed.
enum Part {
    Feed,
    Page,
    Test,
}

impl Public {
    /// Answers from the snapshots that `site` is given.
    #[must_use]
    pub(crate) fn new(
        site: Arc<ArcSwap<Site>>,
        names: HostPolicy,
        is_secret: bool,
        uri_length: usize,
        counts: Arc<Counts>,
        clock: Clock,
    ) -> Self {
        Self {
            site,
            names,
            is_secret,
            uri_length,
            counts,
            dates: Dates::default(),
            start: clock.now(),
            clock,
            sheets: Arc::new(Semaphore::new(SHEETS)),
        }
    }

    /// Serves a listener until it is told to stop, then ends connections that are idle and waits
    /// for the others, no longer than the drain time.
    pub(crate) async fn serve(self, listener: TcpListener, limits: Limits, stop: Stop) {
        listen::serve(listener, Arc::new(self), limits, stop).await;
    }

    async fn respond(
        &self,
        request: &mut Request<Incoming>,
        ends: Endpoints,
        exchange: &ConnectionState,
    ) -> (Target, Response<FullBody>) {
        let uri = request.uri();
        let length = uri
            .path_and_query()
            .map_or(0, |target| target.as_str().len());
        if length > self.uri_length {
            let sentence = format!(
                "the address has {length} characters: at most {} are read\n",
                self.uri_length
            );
            return (Target::Nothing, text(StatusCode::URI_TOO_LONG, sentence));
        }
        let needs_host = request.version() >= Version::HTTP_11;
        let host = match self.names.host(ends, uri, request.headers(), needs_host) {
            Ok(host) => host,
            Err(status) => return (Target::Nothing, text(status, refusal(status).to_owned())),
        };
        let base = || self.names.base(ends, host, request.headers());
        let site = self.site.load();
        let route = Route::of(uri.path(), self.is_secret);
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let target = match route {
                Route::Of(named) => match self.find(&site, &named) {
                    Some((_, Part::Feed)) => Target::Feed,
                    _ => Target::Nothing,
                },
                _ => Target::Nothing,
            };
            drop(site);
            return (target, refuse_method(request, exchange).await);
        }
        match route {
            Route::Health => (Target::Health, health::response(&site)),
            Route::Robots => (Target::Robots, robots()),
            Route::Index if !self.is_secret => {
                let mut entries = site.feeds.values();
                match (entries.next(), entries.next()) {
                    (Some(entry), None) => {
                        let entry = Arc::clone(entry);
                        drop(site);
                        (Target::Index, self.page(&entry, base()).await)
                    }
                    _ => (Target::Index, html(site.index())),
                }
            }
            Route::Of(named) => match self.find(&site, &named) {
                Some((entry, Part::Feed)) => (Target::Feed, self.feed(entry, request.headers())),
                Some((entry, Part::Page)) => {
                    let entry = Arc::clone(entry);
                    drop(site);
                    (Target::Page, self.page(&entry, base()).await)
                }
                Some((entry, Part::Test)) => (Target::Test, self.test(&entry.ready)),
                None => (Target::Nothing, not_found()),
            },
            Route::Index | Route::Unknown => (Target::Nothing, not_found()),
        }
    }

    /// The feed that a path names, and what of it, if the path holds its secret.
    fn find<'s>(&self, site: &'s Site, named: &Named<'_>) -> Option<(&'s Arc<Entry>, Part)> {
        let look = |name: &str, part| {
            let entry = site.feeds.get(name)?;
            let is_known = match (&entry.ready.made.token, named.token) {
                (Some(token), Some(found)) => token.matches(found),
                (None, None) => true,
                _ => false,
            };
            is_known.then_some((entry, part))
        };
        if named.is_test {
            return look(&named.name, Part::Test);
        }
        let stem = named.name.strip_suffix(".ics");
        let feed = stem.and_then(|stem| look(stem, Part::Feed));
        feed.or_else(|| look(&named.name, Part::Page))
    }

    fn feed(&self, entry: &Entry, asked: &HeaderMap) -> Response<FullBody> {
        let line = |value| HeaderValue::to_str(value).unwrap_or_default();
        let user_agent = asked.get(USER_AGENT).map_or("", line);
        let (client, now) = (Client::of(user_agent), self.clock.unix());
        entry.fetches.fetched(client, now);
        self.counts.fetched.fetched(client, now);

        let ready = &entry.ready;
        let is_gzip = prefers_gzip(asked.get_all(ACCEPT_ENCODING).iter().map(line));
        let variant = if is_gzip { &ready.gzip } else { &ready.plain };
        // If-None-Match counts alone where it stands (RFC 9110, section 13.2.2).
        let is_known = if asked.contains_key(IF_NONE_MATCH) {
            let mut lines = asked.get_all(IF_NONE_MATCH).iter().map(line);
            lines.any(|line| variant.tag.is_in(line))
        } else {
            let last_modified = line(&ready.last_modified);
            asked
                .get(IF_MODIFIED_SINCE)
                .is_some_and(|value| is_date(line(value), last_modified))
        };
        let mut response = Response::new(FullBody::new(if is_known {
            Bytes::new()
        } else {
            variant.body.clone()
        }));
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let mut headers = HeaderMap::with_capacity(12);
        headers.insert(ETAG, variant.etag.clone());
        headers.insert(LAST_MODIFIED, ready.last_modified.clone());
        headers.insert(
            CACHE_CONTROL,
            HeaderValue::from_static("private, max-age=300"),
        );
        headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        if !is_known {
            headers.insert(
                CONTENT_TYPE,
                HeaderValue::from_static("text/calendar; charset=utf-8"),
            );
            headers.insert(CONTENT_DISPOSITION, ready.disposition.clone());
            if is_gzip {
                headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
        }
        protect(&mut headers);
        *response.headers_mut() = headers;
        response
    }

    /// A page. What it takes to parse its plans is done elsewhere.
    async fn page(&self, entry: &Arc<Entry>, base: Option<Base>) -> Response<FullBody> {
        let zone = entry.ready.made.zone;
        let today = self.clock.today(zone);
        let sheet = match entry.ready.known_sheet(today) {
            Some(sheet) => sheet,
            None => {
                // The semaphore is never closed.
                let _turn = self.sheets.acquire().await;
                let ready = Arc::clone(&entry.ready);
                let make = move || ready.known_sheet(today).or_else(|| ready.sheet(today));
                match tokio::task::spawn_blocking(make).await {
                    Ok(Some(sheet)) => sheet,
                    Ok(None) => return not_found(),
                    Err(error) => std::panic::resume_unwind(error.into_panic()),
                }
            }
        };
        html(self.render(entry, &sheet, base.as_ref()))
    }

    fn render(&self, entry: &Entry, sheet: &PageBody, base: Option<&Base>) -> String {
        let made = &entry.ready.made;
        let local = |time| self.clock.local(time, made.zone);
        let last: Vec<_> = entry
            .fetches
            .last()
            .filter_map(|(client, unix)| Some((client, local(DateTime::from_timestamp(unix, 0)?))))
            .collect();
        let token = made.token.as_ref().map(|token| token.as_str());
        let address = base.map(|base| Address::new(base, token, &made.name));
        let path = format!("{}{}", base.map_or("", Base::prefix), entry.ready.path);
        page::render(&View {
            body: sheet,
            address: address.as_ref(),
            path: &path,
            error: entry.trouble.as_ref().map(|trouble| page::ErrorNotice {
                since: local(trouble.since),
                message: &trouble.message,
                is_stale: trouble.is_stale,
            }),
            fetches: Some(ClientFetches {
                start: local(self.start),
                last: &last,
            }),
            is_published: false,
        })
    }

    fn test(&self, ready: &ReadyFeed) -> Response<FullBody> {
        let made = &ready.made;
        let calendar = reminder::test_reminder(&made.name, made.language, self.clock.now());
        let mut response = fresh("text/calendar; charset=utf-8", calendar);
        response.headers_mut().insert(
            CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"test.ics\""),
        );
        response
    }
}

impl Handler for Public {
    async fn answer(
        &self,
        mut request: Request<Incoming>,
        ends: Endpoints,
        exchange: &ConnectionState,
    ) -> Response<FullBody> {
        let is_head = *request.method() == Method::HEAD;
        let (target, mut response) = self.respond(&mut request, ends, exchange).await;
        if !request.body().is_end_stream() {
            exchange.leave_unread();
        }
        // Where a body ends is told in one way only; who tells it in two may be smuggling. Who
        // waits for leave to send one may send it or the next request.
        let asked = request.headers();
        if asked.contains_key(TRANSFER_ENCODING) || asked.contains_key(EXPECT) {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        self.counts.request(target, response.status());
        let sent = if is_head { 0 } else { response.body().len() };
        self.counts.bytes.fetch_add(sent as u64, Ordering::Relaxed);
        tracing::debug!(
            target: "crate::request",
            method = request.method().as_str(),
            route = target.name(),
            status = response.status().as_u16(),
            bytes = sent,
        );
        response
    }

    fn counts(&self) -> &Counts {
        &self.counts
    }

    fn names(&self) -> &HostPolicy {
        &self.names
    }

    fn date(&self) -> HeaderValue {
        self.dates.of(self.clock.unix())
    }
}

/// What every response carries.
fn protect(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_ROBOTS_TAG, HeaderValue::from_static("noindex"));
}

/// What is made for one request, and kept by nobody.
pub(crate) fn fresh(kind: &'static str, body: impl Into<Bytes>) -> Response<FullBody> {
    let mut response = Response::new(FullBody::new(body.into()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    protect(headers);
    response
}

/// A response in plain words.
pub(crate) fn text(status: StatusCode, sentence: String) -> Response<FullBody> {
    let mut response = fresh("text/plain; charset=utf-8", sentence);
    *response.status_mut() = status;
    response
}

/// A page, which may load nothing.
fn html(page: impl Into<Bytes>) -> Response<FullBody> {
    let mut response = fresh("text/html; charset=utf-8", page);
    let policy = HeaderValue::from_static(page::policy());
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, policy);
    response
}

fn refusal(status: StatusCode) -> &'static str {
    match status {
        StatusCode::MISDIRECTED_REQUEST => {
            "this server listens for this computer only, and that name is not its own\n"
        }
        _ => "the request names no host, or what cannot be one\n",
    }
}

pub(crate) fn not_found() -> Response<FullBody> {
    text(StatusCode::NOT_FOUND, "not found\n".to_owned())
}

/// An old importer of Google's wants to be allowed; the feeds themselves say `noindex`.
fn robots() -> Response<FullBody> {
    text(StatusCode::OK, ALLOW_ALL.to_owned())
}

/// Refuses a method that a client may well try: one sends the whole calendar back when somebody
/// dismisses an alarm, and gives up writing at this answer.
async fn refuse_method(
    request: &mut Request<Incoming>,
    exchange: &ConnectionState,
) -> Response<FullBody> {
    let mut response = method_not_allowed();
    let headers = response.headers_mut();
    // Who waits for leave to send its body is not asked for it.
    let is_waiting = request.headers().contains_key(EXPECT);
    if is_waiting || !discard(request.body_mut()).await {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        exchange.leave_unread();
    }
    response
}

pub(crate) fn method_not_allowed() -> Response<FullBody> {
    let mut response = text(
        StatusCode::METHOD_NOT_ALLOWED,
        "this can only be read: GET and HEAD are allowed\n".to_owned(),
    );
    let allowed = HeaderValue::from_static("GET, HEAD");
    response.headers_mut().insert(ALLOW, allowed);
    response
}
