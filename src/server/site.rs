//! What is served: feeds as ready bytes, in a snapshot that is swapped whole.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use flate2::{Compression, GzBuilder};
use hyper::header::HeaderValue;

use crate::calendar::feed::Feed;
use crate::document::Document;
use crate::plan::value::language::Language;
use crate::server::counts::Fetches;
use crate::site::address;
use crate::site::entity::EntityTag;
use crate::site::link::Token;
use crate::site::page::{self, PageBody};
use crate::time::revision::Revision;

/// A feed in one encoding.
#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) body: Bytes,
    pub(crate) tag: EntityTag,
    pub(crate) etag: HeaderValue,
}

impl Variant {
    fn new(body: Box<[u8]>) -> Self {
        let tag = EntityTag::of(&body);
        Self {
            etag: value(tag.as_str()),
            body: Bytes::from(body),
            tag,
        }
    }
}

/// What a feed is made from and made for.
#[derive(Debug)]
pub struct FeedMeta {
    /// The stem of its plans file.
    pub(crate) name: String,
    /// What its calendar is called.
    pub(crate) title: String,
    /// Its secret, where feeds are secret.
    pub(crate) token: Option<Token>,
    /// The plans file's text that it was made from.
    pub(crate) text: Arc<[u8]>,
    /// When that became what it is.
    pub(crate) revision: Revision,
    /// When the bytes became what they are.
    pub(crate) modified: Revision,
    /// The language of the list.
    pub(crate) language: Language,
    /// The zone of the list.
    pub(crate) zone: Option<Tz>,
}

/// A feed, ready to be sent.
#[derive(Debug)]
pub struct ReadyFeed {
    pub(crate) made: FeedMeta,
    /// The path of its page, percent-encoded.
    pub(crate) path: String,
    pub(crate) plain: Variant,
    pub(crate) gzip: Variant,
    pub(crate) last_modified: HeaderValue,
    pub(crate) disposition: HeaderValue,
    pub(crate) plans: usize,
    /// What its page shows on the day for which that was last asked.
    sheet: Mutex<Option<Arc<PageBody>>>,
}

impl ReadyFeed {
    /// Compresses a feed and takes its tags.
    #[must_use]
    pub(crate) fn new(made: FeedMeta, feed: Feed) -> Self {
        let plain = feed.text.into_boxed_str().into_boxed_bytes();
        // Name and time in the header stay empty: the same feed gives the same bytes.
        let mut gzip = GzBuilder::new().write(Vec::new(), Compression::default());
        // Writing to a Vec does not fail.
        let _ = gzip.write_all(&plain);
        let gzip = gzip.finish().unwrap_or_default();
        let path = address::path(made.token.as_ref().map(Token::as_str), &made.name);
        Self {
            plain: Variant::new(plain),
            gzip: Variant::new(gzip.into_boxed_slice()),
            last_modified: value(&made.modified.http()),
            disposition: value(&address::disposition(&made.name)),
            plans: feed.plans,
            sheet: Mutex::new(None),
            path,
            made,
        }
    }

    /// What it was made from and for.
    #[must_use]
    pub(crate) fn made(&self) -> &FeedMeta {
        &self.made
    }

    /// Plans in it.
    #[must_use]
    pub(crate) fn plans(&self) -> usize {
        self.plans
    }

    /// What its page shows on a day, if that is known.
    pub(crate) fn known_sheet(&self, day: NaiveDate) -> Option<Arc<PageBody>> {
        let sheet = self.sheet.lock().unwrap_or_else(PoisonError::into_inner);
        sheet.clone().filter(|sheet| sheet.day == day)
    }

    /// What its page shows on a day. It parses the plans, so it may take as long as that.
    pub(crate) fn sheet(&self, day: NaiveDate) -> Option<Arc<PageBody>> {
        let document = Document::read(&self.made.text).ok()?;
        let made = &self.made;
        let sheet = Arc::new(PageBody::new(
            document.list(),
            &made.name,
            made.revision,
            day,
        ));
        let mut known = self.sheet.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some(Arc::clone(&sheet));
        Some(sheet)
    }
}

/// A header's value from text that is printable ASCII by its making.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

/// A plans file that cannot be used at present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileError {
    /// Since when.
    pub(crate) since: DateTime<Utc>,
    /// What is wrong, with its place.
    pub(crate) message: String,
    /// Whether the feed itself says so by now.
    pub(crate) is_stale: bool,
}

/// A feed as it is served at present.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its bytes.
    pub(crate) ready: Arc<ReadyFeed>,
    /// What is wrong with its plans file.
    pub(crate) trouble: Option<FileError>,
    /// Who fetched it; it outlives the bytes.
    pub(crate) fetches: Arc<Fetches>,
}

/// All feeds, by name. Immutable: another one takes its place.
#[derive(Debug, Default)]
pub struct Site {
    pub(crate) feeds: HashMap<String, Arc<Entry>>,
    pub(crate) plans: usize,
    pub(crate) bytes: usize,
    pub(crate) broken: usize,
    pub(crate) stale: usize,
    /// Whether git did not answer in time when it was last asked about a plans file.
    pub(crate) is_git_late: bool,
    /// The page that lists all, once somebody has asked for it.
    index: OnceLock<Bytes>,
}

impl Site {
    /// A snapshot of these feeds; of so many plans files nothing can be served.
    pub(crate) fn new(entries: impl IntoIterator<Item = Arc<Entry>>, unserved: usize) -> Self {
        let mut site = Self {
            broken: unserved,
            ..Self::default()
        };
        for entry in entries {
            site.plans += entry.ready.plans;
            site.bytes += entry.ready.plain.body.len() + entry.ready.gzip.body.len();
            site.broken += usize::from(entry.trouble.is_some());
            site.stale += usize::from(entry.trouble.as_ref().is_some_and(|it| it.is_stale));
            site.feeds.insert(entry.ready.made.name.clone(), entry);
        }
        site
    }

    /// The same, where git does or does not answer in time.
    #[must_use]
    pub fn with_late_git(self, is_git_late: bool) -> Self {
        Self {
            is_git_late,
            ..self
        }
    }

    /// The page that lists all feeds.
    pub(crate) fn index(&self) -> Bytes {
        let index = self.index.get_or_init(|| {
            let made = self.feeds.values().map(|entry| &entry.ready);
            let mut feeds: Vec<(&str, &str)> = made
                .map(|ready| (ready.made.title.as_str(), ready.path.as_str()))
                .collect();
            feeds.sort_unstable();
            page::index(&feeds).into()
        });
        index.clone()
    }
}
