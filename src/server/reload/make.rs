//! Makes the feed of a text, ready to be served.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use crate::calendar::Stale;
use crate::calendar::compile::{Compiled, compile, compile_stale};
use crate::calendar::feed::FORMAT;
use crate::files::source::Source;
use crate::server::reload::error_summary::ErrorSummary;
use crate::server::reload::last_served::LastServed;
use crate::server::{FeedMeta, ReadyFeed};
use crate::site::Site;
use crate::time::clock::Clock;
use crate::time::revision::Revision;

/// What all feeds of a server have in common.
pub(crate) struct Maker {
    pub(crate) site: Arc<Site>,
    pub(crate) clock: Clock,
    /// Whether the problems for a terminal are coloured.
    pub(crate) styled: bool,
}

/// One feed to make.
pub(crate) struct FeedOrder<'a> {
    pub(crate) source: &'a Source,
    pub(crate) text: Arc<[u8]>,
    pub(crate) revision: Revision,
    /// The event that says that the feed is out of date, if it has to say so.
    pub(crate) stale: Option<Stale>,
    /// The feed of this name that clients got last.
    pub(crate) last: Option<&'a LastServed>,
}

/// A feed that was made.
pub(crate) struct MadeFeed {
    pub(crate) ready: Arc<ReadyFeed>,
    /// The calendar year that the feed was made for, if its plans renew automatically. In another
    /// year the feed has to be made again.
    pub(crate) year: Option<i32>,
    pub(crate) events: usize,
}

impl MadeFeed {
    /// Whether the feed is the same if it is made on this day, in its zone.
    pub(crate) fn is_current(&self, today: NaiveDate) -> bool {
        self.year.is_none_or(|year| year == today.year())
    }
}

impl Maker {
    /// Makes a feed. If this program panics, the file counts as broken and the other files are
    /// still served; the panic hook has logged the panic.
    ///
    /// # Errors
    ///
    /// What is wrong with the text.
    pub(crate) fn make(&self, order: &FeedOrder<'_>) -> Result<MadeFeed, ErrorSummary> {
        let result = catch_unwind(AssertUnwindSafe(|| self.try_make(order)));
        result.unwrap_or_else(|_| {
            let sentence = "this program fails on it: please report it";
            Err(ErrorSummary::plain(sentence.to_owned()))
        })
    }

    fn try_make(&self, order: &FeedOrder<'_>) -> Result<MadeFeed, ErrorSummary> {
        let source = order.source;
        let name = source.name();
        let stem = source.stem();
        let (text, revision, clock) = (&order.text, order.revision, &self.clock);
        let file = source.file_name();
        let compiled = match order.stale {
            None => compile(stem, file, text, revision, clock),
            Some(stale) => compile_stale(stem, file, text, revision, clock, stale),
        };
        let Compiled { plans, feed } =
            compiled.map_err(|problems| ErrorSummary::of(&name, text, &problems, self.styled))?;
        let settings = &plans.document.list().settings;
        let zone = settings.timezone;
        let year = plans.today.year();
        let repeats = plans.repeats();
        let mut modified = order.revision.plus(FORMAT);
        if repeats && let Some(day) = NaiveDate::from_ymd_opt(year, 1, 1) {
            let new_year = self.clock.midnight(day, zone).timestamp();
            modified = modified.max(Revision::from_unix(new_year));
        }
        if let Some(stale) = order.stale {
            modified = modified.max(stale.revised);
        }
        let meta = FeedMeta {
            name: stem.to_owned(),
            title: settings.name.as_deref().unwrap_or(stem).to_owned(),
            token: self.site.token(stem, settings.link),
            text: Arc::clone(&order.text),
            revision: order.revision,
            modified,
            path: source.path.clone(),
            devices: settings.devices,
            language: settings.language,
            zone,
        };
        let events = feed.events;
        let mut ready = ReadyFeed::new(&self.site, meta, feed);
        if let Some(last) = order.last {
            let modified = last.modified_of(&ready.plain.tag, modified);
            ready.set_modified(modified);
        }
        Ok(MadeFeed {
            year: repeats.then_some(year),
            events,
            ready: Arc::new(ready),
        })
    }
}
