//! Makes a feed from the text of a plans file. No other code does this: the commands that build,
//! check, serve, publish or import all call it.
//!
//! There are two ways, which write the same bytes ([`FeedWriter`]):
//!
//! - [`read`] reads whole texts and can run in parallel; [`merge_into`] or [`compile`] then makes
//!   the feed. This way takes every text, and only this way reports problems.
//! - [`stream`] reads texts piece by piece, and forgets each plan when its events are written.
//!
//! [`compile_into`] tries the second way before the first.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use chrono::{Datelike as _, NaiveDate};

use crate::calendar::Stale;
use crate::calendar::feed::{self, Feed, FeedError, FeedInput, FeedSummary, FeedWriter};
use crate::calendar::sink::Sink;
use crate::document::stream::PlanStream;
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

/// Writes one feed of several plans files into a sink. The name of the feed is `stem`, unless there
/// is only one file and it gives a name.
///
/// # Errors
///
/// The errors of [`Feed::new`].
pub(crate) fn merge_into(
    stem: &str,
    files: &[PlansText<'_>],
    revision: Revision,
    sink: &mut dyn Sink,
) -> Result<FeedSummary, FeedError> {
    let inputs: Vec<FeedInput<'_>> = files.iter().map(PlansText::input).collect();
    feed::write(stem, &inputs, revision, None, sink)
}

/// Writes the same feed as [`merge_into`] into a sink, from files that are given by their names and
/// bytes. `None` if the files cannot be read piece by piece, or if there is any problem; the sink
/// then has to be restarted.
pub(crate) fn stream(
    stem: &str,
    files: &[(Option<&str>, &[u8])],
    revision: Revision,
    clock: &Clock,
    sink: &mut dyn Sink,
) -> Option<FeedSummary> {
    let streams = files.iter().map(|(_, bytes)| PlanStream::open(bytes));
    let streams: Vec<PlanStream<'_>> = streams.collect::<Option<_>>()?;
    let settings: Vec<_> = streams.iter().map(PlanStream::settings).collect();
    let mut writer = FeedWriter::begin(stem, &settings, revision, sink);
    let mut ids = HashSet::new();
    for (stream, (file, _)) in streams.iter().zip(files) {
        let settings = stream.settings();
        if clock.unknown_today(settings.timezone).is_some() {
            return None;
        }
        let year = clock.today(settings.timezone).year();
        stream.for_each_plan(|plan| {
            // Ids are unique inside a file. If two hashes are equal, the ids are compared the other
            // way.
            if files.len() > 1 && !ids.insert(hash_ids(&settings.id, &plan.id)) {
                return None;
            }
            writer.add(&plan, settings, *file, year).ok()?;
            writer.is_allowed(usize::MAX).then_some(())
        })?;
    }
    let is_allowed = writer.is_allowed(writer.plans());
    is_allowed.then(|| writer.finish())
}

fn hash_ids(calendar: &str, plan: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (calendar, plan).hash(&mut hasher);
    hasher.finish()
}

/// The reason for which a plans file has no feed.
#[derive(Debug)]
pub(crate) enum CompileError {
    /// The problems of the file, in the order of the file, or the error of [`Feed::new`] as a
    /// problem.
    Problems(Problems),
    /// The current day is unknown, and the feed depends on it.
    UnknownZone(ValueError),
}

/// Writes the feed of one plans file into a sink. The arguments are those of [`compile`].
///
/// # Errors
///
/// Returns why the file has no feed. The text in the sink is then of no use.
pub(crate) fn compile_into(
    stem: &str,
    file: Option<&str>,
    bytes: &[u8],
    revision: Revision,
    clock: &Clock,
    sink: &mut dyn Sink,
) -> Result<FeedSummary, CompileError> {
    if let Some(summary) = stream(stem, &[(file, bytes)], revision, clock, sink) {
        return Ok(summary);
    }
    sink.restart();
    let plans = read(file, bytes, clock).map_err(CompileError::Problems)?;
    let summary = feed::write(stem, &[plans.input()], revision, None, sink)
        .map_err(|error| CompileError::Problems(plans.document.problems(error.diagnostic())))?;
    match plans.unknown_zone(clock) {
        Some(why) => Err(CompileError::UnknownZone(why.clone())),
        None => Ok(summary),
    }
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

#[cfg(test)]
mod tests;
