//! The page of a feed: what is due, a picture of the year, and how to subscribe.
//!
//! Static HTML without a script and without any outside resource, in the feed's language. What
//! depends on the list and the day alone is a [`Sheet`], made once a day; the rest is put around
//! it for each request.

mod body;
mod link;
mod subscribe;
#[cfg(test)]
mod tests;
mod year;

use std::sync::LazyLock;

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use crate::plan::PlanList;
use crate::plan::status::Urgency;
use crate::plan::value::language::Language;
use crate::site::address::Address;
use crate::site::client::Client;
use crate::time::revision::Revision;
use crate::words::feed as feed_words;
use crate::words::page::{self as words, Words};
use body::When;
use subscribe::Subscribe;

/// The style sheet, which stands in every page.
const STYLE: &str = include_str!("style.css");

/// What a page shows of a list on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The day that is today on it.
    pub(crate) day: NaiveDate,
    /// Its language.
    pub(crate) language: Language,
    /// The calendar's name.
    pub(crate) name: String,
    /// A sentence about the calendar.
    pub(crate) description: Option<String>,
    /// How old the list is.
    as_of: NaiveDate,
    /// What is due, the picture of the year and the totals, as HTML.
    html: String,
}

/// A plans file that cannot be used at present, so that the page shows an older text.
#[derive(Debug, Clone, Copy)]
pub struct FileError<'a> {
    /// Since when, local time.
    pub(crate) since: NaiveDateTime,
    /// What is wrong, with its place.
    pub(crate) message: &'a str,
    /// Whether the feed itself says so by now.
    pub(crate) is_stale: bool,
}

/// When each kind of client last fetched the feed.
#[derive(Debug, Clone, Copy)]
pub struct Fetched<'a> {
    /// When the server started, local time; it knows of nothing before.
    pub(crate) start: NaiveDateTime,
    /// The kinds that fetched it, with the last time of each, local time.
    pub(crate) last: &'a [(Client, NaiveDateTime)],
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
    pub trouble: Option<FileError<'a>>,
    /// Who fetched the feed; nobody can know that of a page that lies in a store.
    pub fetched: Option<Fetched<'a>>,
    /// Whether it lies in a store: nothing is made for it when it is looked at, and it brings its
    /// policy with it.
    pub is_published: bool,
}

impl Sheet {
    /// Makes the sheet of a list; `stem` is its name where it gives none.
    ///
    /// It shows the 500 plans that matter first and says how many more there are.
    #[must_use]
    pub fn new(list: &PlanList<'_>, stem: &str, revision: Revision, today: NaiveDate) -> Self {
        Self {
            html: body::html(list, When::Today(today)),
            ..Self::head(list, stem, revision, today)
        }
    }

    /// Makes a sheet that stays true for as long as the list does: it has days and no numbers of
    /// them, and the plans in the order of `since`, a day that changes with the list alone.
    #[must_use]
    pub fn as_of(list: &PlanList<'_>, stem: &str, revision: Revision, since: NaiveDate) -> Self {
        Self {
            html: body::html(list, When::Since(since)),
            ..Self::head(list, stem, revision, since)
        }
    }

    fn head(list: &PlanList<'_>, stem: &str, revision: Revision, day: NaiveDate) -> Self {
        let settings = &list.settings;
        Self {
            day,
            language: settings.language,
            name: settings.name.as_deref().unwrap_or(stem).to_owned(),
            description: settings.description.as_deref().map(str::to_owned),
            as_of: revision.day(settings.timezone),
            html: String::new(),
        }
    }

    /// A moment as it is said on the day of the sheet.
    fn moment(&self, moment: NaiveDateTime) -> String {
        let date = body::date(feed_words::of(self.language), moment.date());
        let other_day = (moment.date() != self.day).then_some(date.as_str());
        (words::of(self.language).moment)(other_day, moment.time())
    }
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    view: &'a View<'a>,
    lang: &'static str,
    w: &'static Words,
    as_of: String,
    found: String,
    policy: Option<&'static str>,
    subscribe: Option<Subscribe>,
    /// Since when, and each kind of client with its last time.
    fetched: Option<(String, Vec<(&'static str, String)>)>,
}

#[derive(Template)]
#[template(path = "index.html")]
struct Index<'a> {
    feeds: &'a [(&'a str, &'a str)],
    policy: Option<&'static str>,
}

/// The page as HTML.
#[must_use]
pub fn render(view: &View<'_>) -> String {
    let sheet = view.sheet;
    let w = words::of(sheet.language);
    let mut as_of = String::new();
    feed_words::of(sheet.language).as_of(&mut as_of, sheet.as_of);
    let found = view.trouble.as_ref();
    rendered(&Page {
        view,
        lang: sheet.language.tag(),
        w,
        as_of,
        found: found.map_or_else(String::new, |trouble| {
            (w.found)(&sheet.moment(trouble.since))
        }),
        policy: view.is_published.then(file_policy),
        subscribe: Subscribe::new(view, w),
        fetched: view.fetched.map(|fetched| clients(sheet, w, fetched)),
    })
}

/// Who fetched the feed, the last one first.
fn clients(
    sheet: &Sheet,
    w: &'static Words,
    fetched: Fetched<'_>,
) -> (String, Vec<(&'static str, String)>) {
    let start = sheet.moment(fetched.start);
    let mut last = fetched.last.to_vec();
    last.sort_by_key(|(_, moment)| std::cmp::Reverse(*moment));
    let name = |client: Client| match client {
        Client::Browser => w.browser,
        Client::Other => w.other,
        named => named.name(),
    };
    let rows: Vec<_> = last
        .into_iter()
        .map(|(client, moment)| (name(client), sheet.moment(moment)))
        .collect();
    let says = if rows.is_empty() { w.nobody } else { w.since };
    (says(&start), rows)
}

/// The page that lists several feeds, each with its name and the path of its page. It has no
/// words of its own, since its feeds may be in several languages.
#[must_use]
pub(crate) fn index(feeds: &[(&str, &str)]) -> String {
    rendered(&Index {
        feeds,
        policy: None,
    })
}

/// The same page as a file, which brings its policy with it.
#[must_use]
pub(crate) fn published_index(feeds: &[(&str, &str)]) -> String {
    rendered(&Index {
        feeds,
        policy: Some(file_policy()),
    })
}

/// The Content-Security-Policy that goes with every page: nothing but its own style and icon.
#[must_use]
pub(crate) fn policy() -> &'static str {
    static POLICY: LazyLock<String> = LazyLock::new(|| {
        let hash = BASE64.encode(&Sha256::digest(STYLE));
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'"
        )
    });
    &POLICY
}

/// The policy as far as a page can bring it itself: who may frame it only a header can say.
fn file_policy() -> &'static str {
    let policy = policy();
    policy
        .split_once("; frame-ancestors")
        .map_or(policy, |(before, _)| before)
}

/// The class of an urgency in the style sheet.
fn class(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Expired => "expired",
        Urgency::Due => "due",
        Urgency::Later => "later",
        Urgency::Automatic => "auto",
    }
}

fn rendered(template: &impl Template) -> String {
    // Writing to a String does not fail.
    template.render().unwrap_or_default()
}
