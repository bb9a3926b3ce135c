//! A site as files: feeds and pages, each with its path and what is to be said of it, for whatever
//! keeps files and serves them.
//!
//! Bodies are plain: a store does not negotiate, and what stands in front of it compresses. Pages
//! show nothing that depends on the day on which they are looked at.

pub(crate) mod address;
pub(crate) mod client;
pub(crate) mod entity;
pub(crate) mod link;
pub(crate) mod page;
pub(crate) mod qr;
pub(crate) mod route;

use chrono::{Datelike as _, NaiveDate};

use crate::calendar::feed::Feed;
use crate::plan::PlanList;
use crate::plan::schedule::{Kind, Schedule};
use crate::publish::manifest::{Digest, Period};
use crate::site::address::{Address, Base};
use crate::site::link::Token;
use crate::site::page::{PageBody, View};
use crate::time::revision::Revision;

/// The front page's path.
pub(crate) const FRONT: &str = "index.html";
/// The path of what crawlers ask for.
pub(crate) const ROBOTS: &str = "robots.txt";

/// How the paths of pages end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// `NAME`: the store says what it is.
    Bare,
    /// `NAME.html`: what serves the files knows them by their endings.
    Html,
}

impl Naming {
    fn ending(self) -> &'static str {
        match self {
            Self::Bare => "",
            Self::Html => ".html",
        }
    }

    fn page(self, name: &str) -> String {
        format!("{name}{}", self.ending())
    }

    /// Whether the page of a feed would be taken for the front page.
    #[must_use]
    pub(crate) fn is_front(self, stem: &str) -> bool {
        self.page(stem) == FRONT
    }
}

/// A file of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// Its path, without a slash at its beginning, not encoded.
    pub(crate) path: String,
    /// What is in it.
    pub(crate) body: Vec<u8>,
    /// Its media type.
    pub(crate) kind: &'static str,
    /// Its Content-Disposition, if it needs one.
    pub(crate) disposition: Option<String>,
}

impl File {
    /// The hash of its bytes.
    #[must_use]
    pub(crate) fn digest(&self) -> Digest {
        Digest::of([self.body.as_slice()])
    }
}

/// From which day a page of a list is written, and the days for which it and its feed are as they
/// are on `today`, if not for ever.
///
/// Only what renews by itself makes a page out of date: on the day after an automatic renewal, so
/// that the next one is shown whenever a run comes between the two, and at the turn of the year,
/// when the feed goes on by another.
#[must_use]
pub(crate) fn period(
    list: &PlanList<'_>,
    revision: Revision,
    today: NaiveDate,
) -> (NaiveDate, Option<Period>) {
    let mut shown = revision.day(list.settings.timezone);
    let mut period = None::<Period>;
    for plan in &list.plans {
        if plan.automatic().is_none() {
            continue;
        }
        let turn = |year| NaiveDate::from_ymd_opt(year, 1, 1);
        let period = period.get_or_insert(Period {
            since: turn(today.year()).unwrap_or(today),
            until: turn(today.year() + 1).unwrap_or(NaiveDate::MAX),
            zone: list.settings.timezone,
        });
        let schedule = Schedule::new(plan, &list.settings, today.year());
        let renewals = schedule.occurrences.iter();
        let renewals = renewals.filter(|occurrence| occurrence.kind == Kind::Renewal);
        for after in renewals.filter_map(|renewal| renewal.day.succ_opt()) {
            if after <= today {
                shown = shown.max(after);
                period.since = period.since.max(after);
            } else {
                period.until = period.until.min(after);
            }
        }
    }
    (shown, period)
}

/// Where the files of one feed belong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The feed's name.
    pub(crate) stem: &'a str,
    /// Its secret, where feeds are secret.
    pub(crate) token: Option<&'a Token>,
    /// Where the site is reached, if that is known.
    pub(crate) base: Option<&'a Base>,
    /// How paths of pages end.
    pub(crate) naming: Naming,
}

impl Place<'_> {
    fn path(&self, name: &str) -> String {
        match self.token {
            Some(token) => format!("{}/{name}", token.as_str()),
            None => name.to_owned(),
        }
    }

    /// The feed.
    #[must_use]
    pub(crate) fn feed(&self, feed: Feed) -> File {
        File {
            path: self.path(&format!("{}.ics", self.stem)),
            body: feed.text.into_bytes(),
            kind: "text/calendar; charset=utf-8",
            disposition: Some(address::disposition(self.stem)),
        }
    }

    /// Its page.
    #[must_use]
    pub(crate) fn page(&self, sheet: &PageBody) -> File {
        File {
            path: self.path(&self.naming.page(self.stem)),
            ..page(self.html(sheet))
        }
    }

    /// The front page of a site that has only this feed.
    #[must_use]
    pub(crate) fn front(&self, sheet: &PageBody) -> File {
        page(self.html(sheet))
    }

    fn html(&self, sheet: &PageBody) -> String {
        let token = self.token.map(Token::as_str);
        let address = self.base.map(|base| {
            // As it is called whatever serves it, since a code is printed and scanned.
            Address::new(base, token, self.stem).ending(self.naming.ending())
        });
        page::render(&View {
            body: sheet,
            address: address.as_ref(),
            // Beside the page, wherever that is.
            path: &address::segment(self.stem),
            error: None,
            fetches: None,
            is_published: true,
        })
    }
}

/// The front page of a site with several feeds.
#[must_use]
pub(crate) fn index<'a>(stems: impl Iterator<Item = &'a str>, naming: Naming) -> File {
    let mut stems: Vec<&str> = stems.collect();
    stems.sort_unstable();
    let paths: Vec<String> = stems
        .iter()
        .map(|stem| address::segment(&naming.page(stem)))
        .collect();
    let feeds = stems.iter().zip(&paths);
    let feeds: Vec<(&str, &str)> = feeds.map(|(stem, path)| (*stem, path.as_str())).collect();
    page(page::published_index(&feeds))
}

/// What crawlers are told: all is allowed, as an old importer of calendars wants it.
pub(crate) const ALLOW_ALL: &str = "User-agent: *\nDisallow:\n";

/// What crawlers ask for.
#[must_use]
pub(crate) fn robots() -> File {
    File {
        path: ROBOTS.to_owned(),
        body: ALLOW_ALL.into(),
        kind: "text/plain; charset=utf-8",
        disposition: None,
    }
}

fn page(html: String) -> File {
    File {
        path: FRONT.to_owned(),
        body: html.into_bytes(),
        kind: "text/html; charset=utf-8",
        disposition: None,
    }
}
