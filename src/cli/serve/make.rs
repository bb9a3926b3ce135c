//! From the text of a plans file to a feed that is ready to be served.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use weekahead::clock::Clock;
use weekahead::document::Document;
use weekahead::feed::{FORMAT, Feed, Part, Stale};
use weekahead::link::Key;
use weekahead::revision::Revision;
use weekahead::server::{Made, Ready};
use weekahead::source::Source;

use super::diagnosis::Diagnosis;

/// What every feed of a server is made with.
pub(super) struct Maker {
    pub(super) key: Option<Key>,
    pub(super) clock: Clock,
    /// Whether problems are drawn in colour.
    pub(super) styled: bool,
}

/// A text to be made into a feed.
pub(super) struct Order<'a> {
    pub(super) source: &'a Source,
    pub(super) text: Arc<[u8]>,
    pub(super) revision: Revision,
    /// When the feed began to be out of date.
    pub(super) stale: Option<DateTime<Utc>>,
}

/// A feed, and what decides when it has to be made again.
pub(super) struct Good {
    pub(super) ready: Arc<Ready>,
    /// The calendar year that it was made for, where that changes it.
    pub(super) year: Option<i32>,
    pub(super) events: usize,
}

impl Maker {
    /// Makes a feed. A fault of this program counts as one more thing that is wrong with the
    /// file: it has been logged, and whoever asked goes on to keep all others.
    pub(super) fn make(&self, order: &Order<'_>) -> Result<Good, Diagnosis> {
        let made = catch_unwind(AssertUnwindSafe(|| self.try_make(order)));
        made.unwrap_or_else(|_| {
            let sentence = "this program fails on it: please report it";
            Err(Diagnosis::plain(sentence.to_owned()))
        })
    }

    fn try_make(&self, order: &Order<'_>) -> Result<Good, Diagnosis> {
        let source = order.source;
        let name = source.name();
        let document = Document::read(&order.text)
            .map_err(|problems| Diagnosis::of(&name, &order.text, &problems, self.styled))?;
        let list = document.list();
        let settings = &list.settings;
        let zone = settings.timezone;
        let year = self.clock.today(zone).year();
        let part = Part { list, year };
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
            Diagnosis::of(&name, &order.text, &problems, self.styled)
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
        let made = Made {
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
            ready: Arc::new(Ready::new(made, feed)),
        })
    }
}
