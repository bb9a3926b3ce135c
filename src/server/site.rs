//! What is served: feeds as ready bytes, in a snapshot that is swapped whole.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use flate2::{Compression, GzBuilder};
use hyper::header::HeaderValue;

use crate::address;
use crate::document::Document;
use crate::entity::EntityTag;
use crate::feed::Feed;
use crate::language::Language;
use crate::link::Token;
use crate::page::{self, Sheet};
use crate::revision::Revision;

use super::counts::Fetches;

/// A feed in one encoding.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) body: Bytes,
    pub(super) tag: EntityTag,
    pub(super) etag: HeaderValue,
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
pub struct Made {
    /// The stem of its plans file.
    pub name: String,
    /// What its calendar is called.
    pub title: String,
    /// Its secret, where feeds are secret.
    pub token: Option<Token>,
    /// The plans file's text that it was made from.
    pub text: Arc<[u8]>,
    /// When that became what it is.
    pub revision: Revision,
    /// When the bytes became what they are.
    pub modified: Revision,
    /// The language of the list.
    pub language: Language,
    /// The zone of the list.
    pub zone: Option<Tz>,
}

/// A feed, ready to be sent.
#[derive(Debug)]
pub struct Ready {
    pub(super) made: Made,
    /// The path of its page, percent-encoded.
    pub(super) path: String,
    pub(super) plain: Variant,
    pub(super) gzip: Variant,
    pub(super) last_modified: HeaderValue,
    pub(super) disposition: HeaderValue,
    pub(super) plans: usize,
    /// What its page shows on the day for which that was last asked.
    sheet: Mutex<Option<Arc<Sheet>>>,
}

impl Ready {
    /// Compresses a feed and takes its tags.
    #[must_use]
    pub fn new(made: Made, feed: Feed) -> Self {
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
    pub fn made(&self) -> &Made {
        &self.made
    }

    /// The feed without encoding.
    #[must_use]
    pub fn text(&self) -> &str {
        // It was made from text.
        std::str::from_utf8(&self.plain.body).unwrap_or_default()
    }

    /// Plans in it.
    #[must_use]
    pub fn plans(&self) -> usize {
        self.plans
    }

    /// What its page shows on a day, if that is known.
    pub(super) fn known_sheet(&self, day: NaiveDate) -> Option<Arc<Sheet>> {
        let sheet = self.sheet.lock().unwrap_or_else(PoisonError::into_inner);
        sheet.clone().filter(|sheet| sheet.day == day)
    }

    /// What its page shows on a day. It parses the plans, so it may take as long as that.
    pub(super) fn sheet(&self, day: NaiveDate) -> Option<Arc<Sheet>> {
        let document = Document::read(&self.made.text).ok()?;
        let made = &self.made;
        let sheet = Arc::new(Sheet::new(document.list(), &made.name, made.revision, day));
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
pub struct Trouble {
    /// Since when.
    pub since: DateTime<Utc>,
    /// What is wrong, with its place.
    pub message: String,
    /// Whether the feed itself says so by now.
    pub is_stale: bool,
}

/// A feed as it is served at present.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its bytes.
    pub ready: Arc<Ready>,
    /// What is wrong with its plans file.
    pub trouble: Option<Trouble>,
    /// Who fetched it; it outlives the bytes.
    pub fetches: Arc<Fetches>,
}

/// All feeds, by name. Immutable: another one takes its place.
#[derive(Debug, Default)]
pub struct Site {
    pub(super) feeds: HashMap<String, Arc<Entry>>,
    pub(super) plans: usize,
    pub(super) bytes: usize,
    pub(super) broken: usize,
    pub(super) stale: usize,
    /// Whether git did not answer in time when it was last asked about a plans file.
    pub(super) is_git_late: bool,
    /// The page that lists all, once somebody has asked for it.
    index: OnceLock<Bytes>,
}

impl Site {
    /// A snapshot of these feeds; of so many plans files nothing can be served.
    pub fn new(entries: impl IntoIterator<Item = Arc<Entry>>, unserved: usize) -> Self {
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
    pub(super) fn index(&self) -> Bytes {
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
