//! The whole page: the body of a list, and around it what depends on the address and on the state
//! of the server.
//!
//! A page is made in four pieces, which follow each other: what is above the body, the body, what is
//! below it, and the ending. Only the ending changes with every fetch, so a server can send the
//! other pieces to all readers without a copy for each of them.

use std::cmp::Reverse;

use askama::Template;
use chrono::NaiveDateTime;

use crate::site::address::Address;
use crate::site::client::Client;
use crate::site::page::body::PageBody;
use crate::site::page::html::{date, fill, push_sentence};
use crate::site::page::policy::{STYLE, file_policy};
use crate::site::page::subscribe::Subscribe;
use crate::words::{self, PageLabels, Words};

/// The notice on a page that the plans file has an error, so that the page shows an older list.
#[derive(Debug, Clone, Copy)]
pub struct ErrorNotice<'a> {
    /// When the error was found, local time.
    pub(crate) since: NaiveDateTime,
    /// The error, with its place in the file.
    pub(crate) message: &'a str,
    /// Whether the feed itself already says that it is out of date.
    pub(crate) is_stale: bool,
}

/// When each kind of client last fetched the feed.
#[derive(Debug, Clone, Copy)]
pub struct ClientFetches<'a> {
    /// When the server started, local time; it does not know about earlier fetches.
    pub(crate) start: NaiveDateTime,
    /// The kinds of client that fetched the feed, each with the local time of its last fetch.
    pub(crate) last: &'a [(Client, NaiveDateTime)],
}

/// All that a page shows.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// What the page shows of the list.
    pub body: &'a PageBody,
    /// The address of the feed, if it is known.
    pub address: Option<&'a Address<'a>>,
    /// The path of the page, percent-encoded.
    pub path: &'a str,
    /// The error that the plans file has now.
    pub error: Option<ErrorNotice<'a>>,
    /// Who fetched the feed; unknown for a published page.
    pub fetches: Option<ClientFetches<'a>>,
    /// Whether the page is published as a file. Such a page contains its policy, and it offers
    /// nothing that a server would have to make for each request.
    pub is_published: bool,
}

/// The pieces of a page directly around its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    /// What comes before the body.
    pub(crate) above: String,
    /// What comes after the body and before the ending.
    pub(crate) below: String,
}

#[derive(Template)]
#[template(path = "above.html")]
struct AboveTemplate<'a> {
    view: &'a View<'a>,
    lang: &'static str,
    labels: &'static PageLabels,
    as_of: String,
    error_found: String,
    policy: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "below.html")]
struct BelowTemplate<'a> {
    view: &'a View<'a>,
    labels: &'static PageLabels,
    subscribe: Option<Subscribe>,
}

#[derive(Template)]
#[template(path = "ending.html")]
struct EndingTemplate {
    labels: &'static PageLabels,
    /// A sentence about the rows below it, and each kind of client with its last fetch.
    fetches: Option<(String, Vec<(&'static str, String)>)>,
    is_published: bool,
}

/// The page as HTML.
#[must_use]
pub fn render(view: &View<'_>) -> String {
    let Frame { above, below } = frame(view);
    let ending = ending(view.body, view.fetches, view.is_published);
    [&above, view.body.html.as_str(), &below, &ending].concat()
}

/// The pieces around the body of a page. They do not depend on who fetched the feed.
#[must_use]
pub(crate) fn frame(view: &View<'_>) -> Frame {
    let body = view.body;
    let words = words::in_language(body.language);
    let labels = words.page_labels();
    let mut as_of = String::new();
    words.list_as_of(&mut as_of, body.as_of);
    if !view.is_published {
        push_sentence(&mut as_of, &words.counted_from(&date(words, body.day)));
    }
    let error_found = view.error.as_ref().map_or_else(String::new, |error| {
        let mut text = words.error_found(&body.moment(error.since));
        let feed_says = match error.is_stale {
            true => labels.feed_says_so,
            false => labels.feed_is_silent,
        };
        push_sentence(&mut text, feed_says);
        push_sentence(&mut text, labels.correct_file);
        text
    });
    Frame {
        above: fill(&AboveTemplate {
            view,
            lang: body.language.tag(),
            labels,
            as_of,
            error_found,
            policy: view.is_published.then(file_policy),
        }),
        below: fill(&BelowTemplate {
            view,
            labels,
            subscribe: view
                .address
                .map(|address| Subscribe::new(address, &body.name, labels)),
        }),
    }
}

/// The last piece of a page: who fetched the feed, if that is known.
#[must_use]
pub(crate) fn ending(
    body: &PageBody,
    fetches: Option<ClientFetches<'_>>,
    is_published: bool,
) -> String {
    let words = words::in_language(body.language);
    fill(&EndingTemplate {
        labels: words.page_labels(),
        fetches: fetches.map(|fetches| fetch_rows(body, words, fetches)),
        is_published,
    })
}

/// Who fetched the feed, the latest fetch first.
fn fetch_rows(
    body: &PageBody,
    words: &dyn Words,
    fetches: ClientFetches<'_>,
) -> (String, Vec<(&'static str, String)>) {
    let labels = words.page_labels();
    let start = body.moment(fetches.start);
    let mut last = fetches.last.to_vec();
    last.sort_by_key(|(_, moment)| Reverse(*moment));
    let name = |client: Client| match client {
        Client::Browser => labels.web_browser,
        Client::Other => labels.other_program,
        named => named.name(),
    };
    let rows: Vec<_> = last
        .into_iter()
        .map(|(client, moment)| (name(client), body.moment(moment)))
        .collect();
    let sentence = if rows.is_empty() {
        words.not_fetched_since(&start)
    } else {
        words.fetched_since(&start)
    };
    (sentence, rows)
}
