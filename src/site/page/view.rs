//! The whole page: the body of a list, and around it what depends on the request.

use std::cmp::Reverse;

use askama::Template;
use chrono::NaiveDateTime;

use crate::site::address::Address;
use crate::site::client::Client;
use crate::site::page::body::PageBody;
use crate::site::page::html::fill;
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

#[derive(Template)]
#[template(path = "page.html")]
struct PageTemplate<'a> {
    view: &'a View<'a>,
    lang: &'static str,
    labels: &'static PageLabels,
    as_of: String,
    error_found: String,
    policy: Option<&'static str>,
    subscribe: Option<Subscribe>,
    /// A sentence about the rows below it, and each kind of client with its last fetch.
    fetches: Option<(String, Vec<(&'static str, String)>)>,
}

/// The page as HTML.
#[must_use]
pub fn render(view: &View<'_>) -> String {
    let body = view.body;
    let words = words::in_language(body.language);
    let labels = words.page_labels();
    let mut as_of = String::new();
    words.list_as_of(&mut as_of, body.as_of);
    let error_found = view.error.as_ref().map_or_else(String::new, |error| {
        words.error_found(&body.moment(error.since))
    });
    fill(&PageTemplate {
        view,
        lang: body.language.tag(),
        labels,
        as_of,
        error_found,
        policy: view.is_published.then(file_policy),
        subscribe: view
            .address
            .map(|address| Subscribe::new(address, &body.name, labels)),
        fetches: view.fetches.map(|fetches| fetch_rows(body, words, fetches)),
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
