//! The page of a feed: what is due, a picture of the year, and how to subscribe.
//!
//! Static HTML without a script and without any outside resource, in the feed's language. What
//! depends on the list and the day alone is a [`Sheet`], made once a day; the rest is put around
//! it for each request.

use chrono::{NaiveDate, NaiveDateTime};

use crate::address::Address;
use crate::client::Client;
use crate::language::Language;
use crate::plan::List;
use crate::revision::Revision;

/// What a page shows of a list on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The day that is today on it.
    pub day: NaiveDate,
    /// Its language.
    pub language: Language,
    /// The calendar's name.
    pub name: String,
    /// A sentence about the calendar.
    pub description: Option<String>,
    /// What is due, the picture of the year and the totals, as HTML.
    html: String,
}

/// A plans file that cannot be used at present, so that the page shows an older text.
#[derive(Debug, Clone, Copy)]
pub struct Trouble<'a> {
    /// Since when, local time.
    pub since: NaiveDateTime,
    /// What is wrong, with its place.
    pub message: &'a str,
    /// Whether the feed itself says so by now.
    pub is_stale: bool,
}

/// When each kind of client last fetched the feed.
#[derive(Debug, Clone, Copy)]
pub struct Fetched<'a> {
    /// When the server started, local time; it knows of nothing before.
    pub start: NaiveDateTime,
    /// The kinds that fetched it, with the last time of each, local time.
    pub last: &'a [(Client, NaiveDateTime)],
}

/// All that a page shows.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The list on a day.
    pub sheet: &'a Sheet,
    /// Where the feed can be reached, if the server knows it.
    pub address: Option<&'a Address<'a>>,
    /// The page's own path, percent-encoded.
    pub path: &'a str,
    /// What is wrong with the plans file at present.
    pub trouble: Option<Trouble<'a>>,
    /// Who fetched the feed; nobody can know that of a page that lies in a store.
    pub fetched: Option<Fetched<'a>>,
}

impl Sheet {
    /// Makes the sheet of a list; `stem` is its name where it gives none.
    #[must_use]
    pub fn new(list: &List<'_>, stem: &str, revision: Revision, today: NaiveDate) -> Self {
        let _ = revision;
        let name = list.settings.name.as_deref().unwrap_or(stem);
        Self {
            day: today,
            language: list.settings.language,
            name: name.to_owned(),
            description: list.settings.description.as_deref().map(str::to_owned),
            html: String::new(),
        }
    }
}

/// The page as HTML.
#[must_use]
pub fn render(view: &View<'_>) -> String {
    let _ = &view.sheet.html;
    String::new()
}

/// The page that lists several feeds, each with its name and the path of its page.
#[must_use]
pub fn index(feeds: &[(&str, &str)]) -> String {
    let _ = feeds;
    String::new()
}

/// The Content-Security-Policy that goes with every page.
#[must_use]
pub fn policy() -> &'static str {
    "default-src 'none'"
}
