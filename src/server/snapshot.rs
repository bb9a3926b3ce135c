//! Feeds as bytes that are ready to be sent, in a snapshot that is replaced as a whole.

use std::collections::{HashMap, HashSet};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use flate2::{Compression, GzBuilder};
use hyper::StatusCode;
use hyper::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE, ETAG,
    HeaderMap, HeaderValue, LAST_MODIFIED, VARY,
};

use crate::agenda::due_summary;
use crate::calendar::feed::Feed;
use crate::document::Document;
use crate::plan::value::language::Language;
use crate::server::counts::Fetches;
use crate::server::response::protect;
use crate::site::address::Base;
use crate::site::entity::{EntityTag, is_known, prefers_gzip};
use crate::site::link::Token;
use crate::site::page::{Frame, ListState, ListedFeed, PageBody};
use crate::site::{Place, Site};
use crate::time::clock::Clock;
use crate::time::revision::Revision;
use crate::words::DueSummary;

/// A feed in one encoding.
#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) body: Bytes,
    pub(crate) tag: EntityTag,
    encoding: Option<&'static str>,
    /// The header fields of a response, before and after the value of Date. A response without a
    /// body has only the first part.
    fields: [Box<[u8]>; 2],
}

impl Variant {
    fn new(body: Box<[u8]>, encoding: Option<&'static str>) -> Self {
        let tag = EntityTag::of(&body);
        Self {
            body: Bytes::from(body),
            tag,
            encoding,
            fields: Default::default(),
        }
    }

    /// The head of a response with this status, as hyper writes it.
    pub(crate) fn head(&self, status: StatusCode, date: &HeaderValue) -> Bytes {
        let [before, after] = &self.fields;
        let (line, after) = match status {
            StatusCode::OK => ("HTTP/1.1 200 OK\r\n", &after[..]),
            _ => ("HTTP/1.1 304 Not Modified\r\n", &b"\r\n\r\n"[..]),
        };
        Bytes::from([line.as_bytes(), before, date.as_bytes(), after].concat())
    }
}

/// What a feed was made from, and what its page and link need.
#[derive(Debug)]
pub struct FeedMeta {
    /// The stem of its plans file.
    pub name: String,
    /// The name of its calendar.
    pub title: String,
    /// Its secret, if feeds are secret.
    pub token: Option<Token>,
    /// The text of the plans file.
    pub text: Arc<[u8]>,
    /// The revision of the text.
    pub revision: Revision,
    /// When the bytes of the feed last changed.
    pub modified: Revision,
    /// Its plans file; `None` for standard input.
    pub path: Option<PathBuf>,
    /// The number that pairs the devices which may record renewals.
    pub devices: u32,
    /// The language of the list.
    pub language: Language,
    /// The zone of the list.
    pub zone: Option<Tz>,
}

/// A feed, ready to be sent.
#[derive(Debug)]
pub struct ReadyFeed {
    meta: FeedMeta,
    pub(crate) plain: Variant,
    pub(crate) gzip: Variant,
    last_modified: HeaderValue,
    content_type: HeaderValue,
    disposition: HeaderValue,
    plans: usize,
    /// The body of the page for the last day that was requested.
    sheet: Mutex<Option<Arc<PageBody>>>,
    /// What is around the body, for the last day, address and error.
    frame: Mutex<Option<ReadyFrame>>,
    /// What was due on the last day for which the front page was made.
    due: Mutex<Option<(NaiveDate, DueSummary)>>,
}

/// What is around the body of a page, ready to be sent.
#[derive(Debug)]
struct ReadyFrame {
    day: NaiveDate,
    base: Option<Base>,
    error: Option<FileError>,
    above: Bytes,
    below: Bytes,
}

impl ReadyFeed {
    /// Compresses a feed and computes its tags.
    #[must_use]
    pub fn new(site: &Site, meta: FeedMeta, feed: Feed) -> Self {
        let plans = feed.plans;
        let file = site.place(&meta.name, meta.token.as_ref()).feed(feed);
        let plain = file.body.into_boxed_slice();
        // Name and time in the header stay empty: the same feed gives the same bytes.
        let mut gzip = GzBuilder::new().write(Vec::new(), Compression::default());
        // Writing to a Vec does not fail.
        let _ = gzip.write_all(&plain);
        let gzip = gzip.finish().unwrap_or_default();
        let mut ready = Self {
            plain: Variant::new(plain, None),
            gzip: Variant::new(gzip.into_boxed_slice(), Some("gzip")),
            last_modified: header_value(&meta.modified.http()),
            content_type: HeaderValue::from_static(file.media_type),
            disposition: header_value(&file.disposition.unwrap_or_default()),
            plans,
            sheet: Mutex::new(None),
            frame: Mutex::new(None),
            due: Mutex::new(None),
            meta,
        };
        ready.write_fields();
        ready
    }

    /// Sets when the bytes last changed.
    pub(crate) fn set_modified(&mut self, modified: Revision) {
        self.meta.modified = modified;
        self.last_modified = header_value(&modified.http());
        self.write_fields();
    }

    /// Writes the header fields of each variant as hyper writes them.
    fn write_fields(&mut self) {
        let fields = [&self.plain, &self.gzip].map(|variant| {
            let mut parts = [Vec::new(), Vec::new()];
            let mut at = 0;
            let headers = self.headers(variant, &HeaderValue::from_static(""), StatusCode::OK);
            for (name, value) in &headers {
                parts[at].extend_from_slice(name.as_str().as_bytes());
                parts[at].extend_from_slice(b": ");
                at |= usize::from(name == DATE);
                parts[at].extend_from_slice(value.as_bytes());
                parts[at].extend_from_slice(b"\r\n");
            }
            parts[1].extend_from_slice(b"\r\n");
            parts.map(Vec::into_boxed_slice)
        });
        [self.plain.fields, self.gzip.fields] = fields;
    }

    /// The variant that a request asks for, and the status and body of the response: 304 if the
    /// client has that variant already. The arguments are the lines of Accept-Encoding, those of
    /// If-None-Match, and If-Modified-Since.
    pub(crate) fn select<'r>(
        &self,
        encodings: impl Iterator<Item = &'r str>,
        tags: impl Iterator<Item = &'r str>,
        since: Option<&str>,
    ) -> (&Variant, StatusCode, Bytes) {
        let variant = match prefers_gzip(encodings) {
            true => &self.gzip,
            false => &self.plain,
        };
        let last_modified = self.last_modified.to_str().unwrap_or_default();
        match is_known(&variant.tag, last_modified, tags, since) {
            true => (variant, StatusCode::NOT_MODIFIED, Bytes::new()),
            false => (variant, StatusCode::OK, variant.body.clone()),
        }
    }

    /// The header fields of a response with this status for a variant.
    pub(crate) fn headers(
        &self,
        variant: &Variant,
        date: &HeaderValue,
        status: StatusCode,
    ) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(12);
        let cache_control = HeaderValue::from_static("private, max-age=300");
        headers.insert(ETAG, header_value(variant.tag.as_str()));
        headers.insert(LAST_MODIFIED, self.last_modified.clone());
        headers.insert(CACHE_CONTROL, cache_control);
        headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        protect(&mut headers);
        headers.insert(DATE, date.clone());
        if status == StatusCode::OK {
            headers.insert(CONTENT_TYPE, self.content_type.clone());
            headers.insert(CONTENT_DISPOSITION, self.disposition.clone());
            let encoding = variant.encoding.map(HeaderValue::from_static);
            headers.extend(encoding.map(|value| (CONTENT_ENCODING, value)));
            headers.insert(CONTENT_LENGTH, variant.body.len().into());
        }
        headers
    }

    /// What the feed was made from.
    #[must_use]
    pub(crate) fn meta(&self) -> &FeedMeta {
        &self.meta
    }

    /// The number of plans in it.
    #[must_use]
    pub(crate) fn plans(&self) -> usize {
        self.plans
    }

    /// Its place in the site.
    pub(crate) fn place<'a>(&'a self, site: &'a Site) -> Place<'a> {
        site.place(&self.meta.name, self.meta.token.as_ref())
    }

    /// The body of the page for a day, if it was made before.
    pub(crate) fn known_sheet(&self, day: NaiveDate) -> Option<Arc<PageBody>> {
        let sheet = self.sheet.lock().unwrap_or_else(PoisonError::into_inner);
        sheet.clone().filter(|sheet| sheet.day == day)
    }

    /// The body of the page for a day. This function parses the plans, so it may take a while.
    /// If renewals can be recorded, and the list gives no link for that, its plans lead to the form.
    pub(crate) fn sheet(&self, day: NaiveDate, site: &Site) -> Option<Arc<PageBody>> {
        let meta = &self.meta;
        let mut list = Document::read(&meta.text).ok()?.into_list();
        list.settings.edit = list.settings.edit.or_else(|| site.form_link(&meta.name));
        let sheet = Arc::new(PageBody::new(&list, &meta.name, meta.revision, day));
        let mut known = self.sheet.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some(Arc::clone(&sheet));
        Some(sheet)
    }

    /// What is due on a day. The plans are parsed only if the day is another one than before.
    fn due_on(&self, day: NaiveDate) -> Option<DueSummary> {
        let mut known = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, summary)) = known.filter(|(known, _)| *known == day) {
            return Some(summary);
        }
        let document = Document::read(&self.meta.text).ok()?;
        let summary = due_summary(document.list(), day);
        *known = Some((day, summary));
        Some(summary)
    }

    /// What is above and below the body of the page. `make` makes it, unless that was done before
    /// for the same day, address and error.
    pub(crate) fn frame(
        &self,
        day: NaiveDate,
        base: Option<&Base>,
        error: Option<&FileError>,
        make: impl FnOnce() -> Frame,
    ) -> (Bytes, Bytes) {
        let mut known = self.frame.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |known: &ReadyFrame| {
            known.day == day && known.base.as_ref() == base && known.error.as_ref() == error
        };
        let frame = match known.take() {
            Some(frame) if is_same(&frame) => frame,
            _ => {
                let Frame { above, below } = make();
                ReadyFrame {
                    day,
                    base: base.cloned(),
                    error: error.cloned(),
                    above: above.into(),
                    below: below.into(),
                }
            }
        };
        let frame = known.insert(frame);
        (frame.above.clone(), frame.below.clone())
    }
}

/// The value of a header from text that is always printable ASCII.
fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

/// A plans file that cannot be used at present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError {
    /// Since when.
    pub(crate) since: DateTime<Utc>,
    /// What is wrong, with its place.
    pub(crate) message: String,
    /// Whether the feed itself already says so.
    pub(crate) is_stale: bool,
}

/// A feed as it is served at present.
#[derive(Debug, Clone)]
pub struct ServedFeed {
    /// Its bytes.
    pub ready: Arc<ReadyFeed>,
    /// What is wrong with its plans file.
    pub error: Option<FileError>,
    /// Who fetched the feed. This is kept when the bytes are replaced.
    pub fetches: Arc<Fetches>,
}

/// All feeds, by name. It is immutable; a change replaces the whole snapshot.
#[derive(Debug, Default)]
pub struct Snapshot {
    pub(crate) feeds: HashMap<String, Arc<ServedFeed>>,
    pub(crate) plans: usize,
    pub(crate) bytes: usize,
    pub(crate) broken: usize,
    pub(crate) stale: usize,
    /// Whether git did not answer in time when it was last asked about a plans file.
    pub(crate) is_git_late: bool,
    /// The zones of the lists, each once.
    zones: HashSet<Option<Tz>>,
    /// The page that lists all feeds, once it has been requested, for the days that it shows.
    index: Mutex<Option<(Days, Bytes)>>,
}

/// The current day in each zone.
type Days = HashMap<Option<Tz>, NaiveDate>;

impl Snapshot {
    /// A snapshot of these feeds; `unserved` is the number of plans files that have no feed.
    #[must_use]
    pub fn new(feeds: impl IntoIterator<Item = Arc<ServedFeed>>, unserved: usize) -> Self {
        let mut snapshot = Self {
            broken: unserved,
            ..Self::default()
        };
        for feed in feeds {
            let ready = &feed.ready;
            snapshot.plans += ready.plans;
            snapshot.bytes += ready.plain.body.len() + ready.gzip.body.len();
            snapshot.broken += usize::from(feed.error.is_some());
            snapshot.stale += usize::from(feed.error.as_ref().is_some_and(|it| it.is_stale));
            snapshot.zones.insert(ready.meta.zone);
            snapshot.feeds.insert(ready.meta.name.clone(), feed);
        }
        snapshot
    }

    /// The same snapshot, which also records whether git did not answer in time.
    #[must_use]
    pub(crate) fn with_late_git(self, is_git_late: bool) -> Self {
        Self {
            is_git_late,
            ..self
        }
    }

    /// What each feed was made from, in any order.
    pub(crate) fn metas(&self) -> impl Iterator<Item = &FeedMeta> {
        self.feeds.values().map(|feed| feed.ready.meta())
    }

    fn days(&self, clock: &Clock) -> Days {
        let zones = self.zones.iter();
        zones.map(|zone| (*zone, clock.today(*zone))).collect()
    }

    /// The page that lists all feeds, if it was made before and no list has another day since.
    pub(crate) fn known_index(&self, clock: &Clock) -> Option<Bytes> {
        let known = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        let (days, index) = known.as_ref()?;
        (*days == self.days(clock)).then(|| index.clone())
    }

    /// The page that lists all feeds. This function parses the plans of each list that has another
    /// day than before, so it may take a while.
    pub(crate) fn index(&self, site: &Site, clock: &Clock) -> Bytes {
        let days = self.days(clock);
        let feeds = self.feeds.values().map(|feed| {
            let (ready, meta) = (&feed.ready, &feed.ready.meta);
            let today = days.get(&meta.zone);
            ListedFeed {
                name: &meta.title,
                path: ready.place(site).link(),
                state: today.and_then(|today| {
                    Some(ListState {
                        language: meta.language,
                        summary: ready.due_on(*today)?,
                        good_day: feed.error.is_some().then(|| meta.revision.day(meta.zone)),
                    })
                }),
            }
        });
        let index = Bytes::from(site.index(feeds).body);
        let mut known = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some((days, index.clone()));
        index
    }
}
