//! Makes a feed from the text of a plans file. No other code does this: the commands that build,
//! check, serve, publish or import all call it.
//!
//! There are two steps, because several files can become one feed. [`read`] reads each text and can
//! run in parallel, and [`merge`] makes the feed. [`compile`] does both for one file.

use chrono::{Datelike as _, NaiveDate};

use crate::calendar::Stale;
use crate::calendar::feed::{Feed, FeedError, FeedInput};
use crate::document::{Document, Problems};
use crate::text::value_error::ValueError;
use crate::time::clock::Clock;
use crate::time::revision::Revision;

/// A plans file that has been read, and the current day.
#[derive(Debug)]
pub(crate) struct PlansText<'t> {
    /// The file's text and list.
    pub(crate) document: Document<'t>,
    /// The name of the file, without its folder; `None` if there is no file.
    pub(crate) file: Option<&'t str>,
    /// The current day in the list's time zone.
    pub(crate) today: NaiveDate,
}

/// A plans file and its feed.
#[derive(Debug)]
pub(crate) struct Compiled<'t> {
    /// The plans file.
    pub(crate) plans: PlansText<'t>,
    /// The feed of this file alone.
    pub(crate) feed: Feed,
}

impl<'t> PlansText<'t> {
    /// Whether the feed depends on the calendar year, because some plan renews by itself.
    #[must_use]
    pub(crate) fn repeats(&self) -> bool {
        let mut plans = self.document.list().plans.iter();
        plans.any(|plan| plan.automatic().is_some())
    }

    /// Why the current day is unknown, if it is and the feed depends on it.
    pub(crate) fn unknown_zone<'c>(&self, clock: &'c Clock) -> Option<&'c ValueError> {
        let zone = self.document.list().settings.timezone;
        clock.unknown_today(zone).filter(|_| self.repeats())
    }

    fn input(&self) -> FeedInput<'_> {
        FeedInput {
            list: self.document.list(),
            file: self.file,
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

/// Reads a plans file, which may begin with a byte-order mark. `file` is its name.
///
/// # Errors
///
/// Returns all problems of the file, in the order of the file.
pub(crate) fn read<'t>(
    file: Option<&'t str>,
    bytes: &'t [u8],
    clock: &Clock,
) -> Result<PlansText<'t>, Problems> {
    let document = Document::read(bytes)?;
    let today = clock.today(document.list().settings.timezone);
    Ok(PlansText {
        document,
        file,
        today,
    })
}

/// Makes one feed from several plans files. The name of the feed is `stem`, unless there is only
/// one file and it gives a name.
///
/// # Errors
///
/// The errors of [`Feed::new`].
pub(crate) fn merge(
    stem: &str,
    files: &[PlansText<'_>],
    revision: Revision,
) -> Result<Feed, FeedError> {
    let inputs: Vec<FeedInput<'_>> = files.iter().map(PlansText::input).collect();
    Feed::new(stem, &inputs, revision)
}

/// Makes the feed of one plans file. The name of the feed is `stem`, unless the file gives a name.
/// `file` is the name of the file, for the commands in the texts of the events.
///
/// # Errors
///
/// Returns all problems of the file, in the order of the file, or the error of [`Feed::new`] as a
/// problem.
pub(crate) fn compile<'t>(
    stem: &str,
    file: Option<&'t str>,
    bytes: &'t [u8],
    revision: Revision,
    clock: &Clock,
) -> Result<Compiled<'t>, Problems> {
    let plans = read(file, bytes, clock)?;
    let feed = Feed::new(stem, &[plans.input()], revision);
    plans.with_feed(feed)
}

/// Makes the feed of the last valid text of a plans file that can no longer be used. The feed has
/// an additional event that says so.
///
/// # Errors
///
/// The errors of [`compile`].
pub(crate) fn compile_stale<'t>(
    stem: &str,
    file: Option<&'t str>,
    bytes: &'t [u8],
    revision: Revision,
    clock: &Clock,
    stale: Stale,
) -> Result<Compiled<'t>, Problems> {
    let plans = read(file, bytes, clock)?;
    let feed = Feed::out_of_date(stem, plans.input(), revision, stale);
    plans.with_feed(feed)
}
