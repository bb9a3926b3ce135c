//! From the text of a plans file to a feed that is ready to be served.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::calendar::feed::{FORMAT, Feed, FeedInput, Stale};
use crate::document::Document;
use crate::files::source::Source;
use crate::server::reload::error_summary::ErrorSummary;
use crate::server::{FeedMeta, ReadyFeed};
use crate::site::link::Key;
use crate::time::clock::Clock;
use crate::time::revision::Revision;

/// What every feed of a server is made with.
pub(crate) struct Maker {
    pub(crate) key: Option<Key>,
    pub(crate) clock: Clock,
    /// Whether problems are drawn in colour.
    pub(crate) styled: bool,
}

/// A text to be made into a feed.
pub(crate) struct Order<'a> {
    pub(crate) source: &'a Source,
    pub(crate) text: Arc<[u8]>,
    pub(crate) revision: Revision,
    /// When the feed began to be out of date.
    pub(crate) stale: Option<DateTime<Utc>>,
}

/// A feed, and what decides when it has to be made again.
pub(crate) struct Good {
    pub(crate) ready: Arc<ReadyFeed>,
    /// The calendar year that it was made for, where that changes it.
    pub(crate) year: Option<i32>,
    pub(crate) events: usize,
}

impl Maker {
    /// Makes a feed. A fault of this program counts as one more thing that is wrong with the
    /// file: it has been logged, and whoever asked goes on to keep all others.
    pub(crate) fn make(&self, order: &Order<'_>) -> Result<Good, ErrorSummary> {
        let made = catch_unwind(AssertUnwindSafe(|| self.try_make(order)));
        made.unwrap_or_else(|_| {
            let sentence = "this program fails on it: please report it";
            Err(ErrorSummary::plain(sentence.to_owned()))
        })
    }

    fn try_make(&self, order: &Order<'_>) -> Result<Good, ErrorSummary> {
        let source = order.source;
        let name = source.name();
        let document = Document::read(&order.text)
            .map_err(|problems| ErrorSummary::of(&name, &order.text, &problems, self.styled))?;
        let list = document.list();
        let settings = &list.settings;
        let zone = settings.timezone;
        let year = self.clock.today(zone).year();
        let part = FeedInput { list, year };
        let stem = source.stem();
        let made = match order.stale {
            None => Feed::new(stem, &[part], order.revision),
            Some(since) => {
                let stale = Stale {
                    day: self.clock.local(since, zone).date(),
                    since: Revision::from_unix(since.timestamp()),
                };
                Feed::out_of_date(stem, part, order.revision, stale)
            }
        };
        let feed = made.map_err(|error| {
            let problems = document.problems(error.finding());
            ErrorSummary::of(&name, &order.text, &problems, self.styled)
        })?;
        let repeats = list.plans.iter().any(|plan| plan.automatic().is_some());
        let mut modified = order.revision.plus(FORMAT);
        if repeats && let Some(day) = NaiveDate::from_ymd_opt(year, 1, 1) {
            let turn = self.clock.midnight(day, zone).timestamp();
            modified = modified.max(Revision::from_unix(turn));
        }
        if let Some(since) = order.stale {
            modified = modified.max(Revision::from_unix(since.timestamp()));
        }
        let made = FeedMeta {
            name: stem.to_owned(),
            title: settings.name.as_deref().unwrap_or(stem).to_owned(),
            token: self.key.as_ref().map(|key| key.token(stem, settings.link)),
            text: Arc::clone(&order.text),
            revision: order.revision,
            modified,
            language: settings.language,
            zone,
        };
        Ok(Good {
            year: repeats.then_some(year),
            events: feed.events,
            ready: Arc::new(ReadyFeed::new(made, feed)),
        })
    }
}
