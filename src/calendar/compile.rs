//! From the text of a plans file to its feed. This is the only way from one to the other: whatever
//! builds, checks, serves, publishes or imports calls it.
//!
//! Two steps, because several files can become one feed: [`read`] for each text, which can run in
//! parallel, then [`merge`]. [`compile`] is both for one file.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};

use crate::calendar::feed::{Feed, FeedError, FeedInput, Stale};
use crate::document::{Document, Problems};
use crate::time::clock::Clock;
use crate::time::revision::Revision;

/// A plans file that was read, on a day.
#[derive(Debug)]
pub(crate) struct PlansText<'t> {
    /// The file's text and list.
    pub(crate) document: Document<'t>,
    /// Today in the list's time zone.
    pub(crate) today: NaiveDate,
}

/// A plans file and its feed.
#[derive(Debug)]
pub(crate) struct Compiled<'t> {
    /// The plans file.
    pub(crate) plans: PlansText<'t>,
    /// The feed of it alone.
    pub(crate) feed: Feed,
}

impl<'t> PlansText<'t> {
    /// Whether the feed depends on the calendar year: some plan renews by itself.
    #[must_use]
    pub(crate) fn repeats(&self) -> bool {
        let mut plans = self.document.list().plans.iter();
        plans.any(|plan| plan.automatic().is_some())
    }

    fn input(&self) -> FeedInput<'_> {
        FeedInput {
            list: self.document.list(),
            year: self.today.year(),
        }
    }

    fn with_feed(self, feed: Result<Feed, FeedError>) -> Result<Compiled<'t>, Problems> {
        match feed {
            Ok(feed) => Ok(Compiled { plans: self, feed }),
            Err(error) => Err(self.document.problems(error.diagnostic())),
        }
    }
}

/// Reads a plans file, which may begin with a byte-order mark.
///
/// # Errors
///
/// All problems of the file, in its order.
pub(crate) fn read<'t>(bytes: &'t [u8], clock: &Clock) -> Result<PlansText<'t>, Problems> {
    let document = Document::read(bytes)?;
    let today = clock.today(document.list().settings.timezone);
    Ok(PlansText { document, today })
}

/// Makes one feed of several plans files; `stem` is its name unless a file alone names it.
///
/// # Errors
///
/// As those of [`Feed::new`].
pub(crate) fn merge(
    stem: &str,
    files: &[PlansText<'_>],
    revision: Revision,
) -> Result<Feed, FeedError> {
    let inputs: Vec<FeedInput<'_>> = files.iter().map(PlansText::input).collect();
    Feed::new(stem, &inputs, revision)
}

/// Makes the feed of one plans file; `stem` is its name unless the file gives one.
///
/// # Errors
///
/// All problems of the file, in its order; or the one for which it has no feed.
pub(crate) fn compile<'t>(
    stem: &str,
    bytes: &'t [u8],
    revision: Revision,
    clock: &Clock,
) -> Result<Compiled<'t>, Problems> {
    let plans = read(bytes, clock)?;
    let feed = Feed::new(stem, &[plans.input()], revision);
    plans.with_feed(feed)
}

/// Makes the feed of a text whose plans file cannot be used since a moment: one more event says so.
///
/// # Errors
///
/// As those of [`compile`].
pub(crate) fn compile_stale<'t>(
    stem: &str,
    bytes: &'t [u8],
    revision: Revision,
    clock: &Clock,
    since: DateTime<Utc>,
) -> Result<Compiled<'t>, Problems> {
    let plans = read(bytes, clock)?;
    let zone = plans.document.list().settings.timezone;
    let stale = Stale {
        day: clock.local(since, zone).date(),
        since: Revision::from_unix(since.timestamp()),
    };
    let feed = Feed::out_of_date(stem, plans.input(), revision, stale);
    plans.with_feed(feed)
}
