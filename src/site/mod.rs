//! A site: feeds and their pages as files, each with its path, media type and Content-Disposition.
//!
//! `serve` and `publish` make the same site. [`Site`] alone knows paths, media types,
//! Content-Disposition, the front page and `robots.txt`; the server adds encodings, entity tags and
//! what it knows about the time since its start. Bodies are not compressed.

pub(crate) mod address;
pub(crate) mod client;
pub(crate) mod digest;
pub(crate) mod entity;
pub(crate) mod link;
pub(crate) mod page;
pub(crate) mod qr;
pub(crate) mod record;
pub(crate) mod route;
pub(crate) mod valid_days;

use chrono::{DateTime, Utc};

use crate::calendar::feed::Feed;
use crate::calendar::reminder;
use crate::plan::value::edit_link::EditLink;
use crate::plan::value::language::Language;
use crate::site::address::{Address, Base};
use crate::site::digest::Digest;
use crate::site::link::{Key, Token};
use crate::site::page::{ErrorNotice, Frame, ListedFeed, PageBody, View};
use crate::site::record::paths::list_path;

/// The path of the front page.
pub(crate) const FRONT: &str = "index.html";
/// The path of the rules for crawlers.
pub(crate) const ROBOTS: &str = "robots.txt";

/// The media type of pages.
pub(crate) const HTML: &str = "text/html; charset=utf-8";
/// The media type of plain sentences.
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";
const CALENDAR: &str = "text/calendar; charset=utf-8";

/// The rules for crawlers. They allow everything, since an old importer of Google needs that. The
/// server sends each feed with `noindex`.
const ALLOW_ALL: &str = "User-agent: *\nDisallow:\n";

/// What delivers a site to its readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// Our own server, whose pages show the current state. The policy is a header.
    Server,
    /// A bucket, which keeps a media type with each file. A page has the path `NAME`, and shows
    /// nothing that depends on the day on which it is read.
    #[cfg_attr(not(feature = "publish"), allow(dead_code))]
    Bucket,
    /// A directory. A web server derives the media type from the file extension, so a page has the
    /// path `NAME.html`. Everything else is as in a bucket.
    Directory,
}

impl Carrier {
    fn page_ending(self) -> &'static str {
        match self {
            Self::Server | Self::Bucket => "",
            Self::Directory => ".html",
        }
    }

    fn page_name(self, stem: &str) -> String {
        format!("{stem}{}", self.page_ending())
    }

    /// Whether the page of the feed `stem` has the path of the front page.
    #[must_use]
    pub(crate) fn is_front(self, stem: &str) -> bool {
        self.page_name(stem) == FRONT
    }
}

/// A file of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// The path, without a slash at its beginning, not encoded.
    pub(crate) path: String,
    /// The bytes.
    pub(crate) body: Vec<u8>,
    /// The media type.
    pub(crate) media_type: &'static str,
    /// The Content-Disposition, if the file needs one.
    pub(crate) disposition: Option<String>,
}

impl File {
    /// The hash of its bytes.
    #[must_use]
    pub(crate) fn digest(&self) -> Digest {
        Digest::of([self.body.as_slice()])
    }

    fn front(html: String) -> Self {
        Self {
            path: FRONT.to_owned(),
            body: html.into_bytes(),
            media_type: HTML,
            disposition: None,
        }
    }

    /// The rules for crawlers.
    #[must_use]
    pub(crate) fn robots() -> Self {
        Self {
            path: ROBOTS.to_owned(),
            body: ALLOW_ALL.into(),
            media_type: TEXT,
            disposition: None,
        }
    }
}

/// Where clients reach the feeds of a list of plans files.
#[derive(Debug)]
pub struct Site {
    /// The address of the site, if it is known.
    pub(crate) base: Option<Base>,
    /// The key of the secret links, if feeds are secret.
    pub(crate) key: Option<Key>,
    /// What carries the files.
    pub(crate) carrier: Carrier,
    /// Whether the server records renewals.
    pub(crate) records: bool,
}

impl Site {
    /// The site of a server; with a key each feed has a secret link.
    #[must_use]
    pub fn of_server(base: Option<Base>, key: Option<Key>) -> Self {
        Self {
            base,
            key,
            carrier: Carrier::Server,
            records: false,
        }
    }

    /// The same site, with forms that record renewals if `records` is set.
    #[must_use]
    pub(crate) fn recording(self, records: bool) -> Self {
        Self { records, ..self }
    }

    /// The link to the form of a plan of the feed `stem`, if the server records renewals.
    #[must_use]
    pub(crate) fn form_link(&self, stem: &str) -> Option<EditLink> {
        let prefix = self.base.as_ref().map_or("", Base::prefix);
        self.records
            .then(|| EditLink::below(list_path(prefix, stem) + "/"))
    }

    /// Whether feeds have secret links.
    #[must_use]
    pub(crate) fn is_secret(&self) -> bool {
        self.key.is_some()
    }

    /// The secret of the feed `stem`, if feeds are secret.
    #[must_use]
    pub(crate) fn token(&self, stem: &str, link: u32) -> Option<Token> {
        self.key.as_ref().map(|key| key.token(stem, link))
    }

    /// The place of one feed in the site.
    #[must_use]
    pub(crate) fn place<'a>(&'a self, stem: &'a str, token: Option<&'a Token>) -> Place<'a> {
        Place {
            stem,
            token,
            base: self.base.as_ref(),
            carrier: self.carrier,
        }
    }

    /// The front page of a site with several feeds, each with the link to its page
    /// ([`Place::link`]), in any order.
    #[must_use]
    pub(crate) fn index<'a>(&self, feeds: impl Iterator<Item = ListedFeed<'a>>) -> File {
        let is_published = self.carrier != Carrier::Server;
        File::front(page::index(feeds.collect(), is_published))
    }
}

/// The place of one feed in a site.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    stem: &'a str,
    token: Option<&'a Token>,
    base: Option<&'a Base>,
    carrier: Carrier,
}

impl<'a> Place<'a> {
    /// The same place, for a request that reached the site at another address.
    #[must_use]
    pub(crate) fn reached_at(self, base: Option<&'a Base>) -> Self {
        Self { base, ..self }
    }

    /// The feed.
    #[must_use]
    pub(crate) fn feed(&self, feed: Feed) -> File {
        self.feed_with(feed.text.into_bytes())
    }

    /// The feed with these bytes.
    #[must_use]
    pub(crate) fn feed_with(&self, body: Vec<u8>) -> File {
        File {
            path: self.path(&format!("{}.ics", self.stem)),
            body,
            media_type: CALENDAR,
            disposition: Some(address::disposition(self.stem)),
        }
    }

    /// The addresses of the feed and its page, if the site is at `base`.
    #[must_use]
    pub(crate) fn address_at<'b>(&self, base: &'b Base) -> Address<'b> {
        let token = self.token.map(Token::as_str);
        // The address always has the file extension, because it is printed and scanned.
        Address::new(base, token, self.stem).ending(self.carrier.page_ending())
    }

    /// The page as a file.
    #[must_use]
    pub(crate) fn page(&self, sheet: &PageBody) -> File {
        File {
            path: self.path(&self.carrier.page_name(self.stem)),
            ..self.front(sheet)
        }
    }

    /// The front page of a site that has only this feed.
    #[must_use]
    pub(crate) fn front(&self, sheet: &PageBody) -> File {
        File::front(self.view(sheet, None, page::render))
    }

    /// The pieces of the page around its body. `error` is what is wrong with the plans file.
    #[must_use]
    pub(crate) fn frame(&self, sheet: &PageBody, error: Option<ErrorNotice<'_>>) -> Frame {
        self.view(sheet, error, page::frame)
    }

    fn view<T>(
        &self,
        body: &PageBody,
        error: Option<ErrorNotice<'_>>,
        show: impl FnOnce(&View<'_>) -> T,
    ) -> T {
        let path = match self.carrier {
            Carrier::Server => self.link(),
            // Relative to the page, which may be anywhere.
            Carrier::Bucket | Carrier::Directory => address::segment(self.stem),
        };
        let address = self.base.map(|base| self.address_at(base));
        show(&View {
            body,
            address: address.as_ref(),
            path: &path,
            error,
            fetches: None,
            is_published: self.carrier != Carrier::Server,
        })
    }

    /// A calendar with one reminder that rings soon, to see whether a client shows reminders.
    #[must_use]
    pub(crate) fn test_reminder(&self, language: Language, now: DateTime<Utc>) -> File {
        File {
            path: self.path(&format!("{}/test.ics", self.stem)),
            body: reminder::test_reminder(self.stem, language, now).into_bytes(),
            media_type: CALENDAR,
            disposition: Some("attachment; filename=\"test.ics\"".to_owned()),
        }
    }

    /// The link from the front page to the page of the feed, percent-encoded. On a server it begins
    /// with the path of the base.
    #[must_use]
    pub(crate) fn link(&self) -> String {
        match self.carrier {
            Carrier::Server => {
                let path = address::path(self.token.map(Token::as_str), self.stem);
                format!("{}{path}", self.base.map_or("", Base::prefix))
            }
            Carrier::Bucket | Carrier::Directory => {
                address::segment(&self.carrier.page_name(self.stem))
            }
        }
    }

    fn path(&self, name: &str) -> String {
        match self.token {
            Some(token) => format!("{}/{name}", token.as_str()),
            None => name.to_owned(),
        }
    }
}
