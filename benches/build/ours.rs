//! The job as `weekahead build` does it.

use chrono::{DateTime, NaiveDate};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use weekahead::internals::{CalendarInfo, Document, Feed, PlanList, Revision, Schedule};

/// The name of every feed.
const STEM: &str = "plans";
/// The calendar year of every list.
const YEAR: i32 = 2026;

/// Noon on 5 October 2026, UTC.
const REVISED: i64 = 1_791_201_600;

pub(crate) fn revision() -> Revision {
    Revision::from_unix(REVISED)
}

/// Reads a plans file.
pub(crate) fn read(bytes: &[u8]) -> Document<'_> {
    Document::read(bytes).expect("a plans file without problems")
}

/// The days of every plan.
pub(crate) fn schedules(list: &PlanList<'_>) -> Vec<Schedule> {
    let plans = list.plans.iter();
    plans
        .map(|plan| Schedule::new(plan, &list.settings, YEAR))
        .collect()
}

/// The head of a list's calendar.
pub(crate) fn head<'a>(list: &'a PlanList<'_>) -> CalendarInfo<'a> {
    CalendarInfo {
        name: list.settings.name.as_deref().unwrap_or(STEM),
        description: list.settings.description.as_deref(),
        color: list.settings.color,
    }
}

/// The bytes of a plans file to its feed.
pub(crate) fn feed(bytes: &[u8]) -> Feed {
    let revised = DateTime::from_timestamp(REVISED, 0).unwrap_or_default();
    let today = NaiveDate::from_ymd_opt(YEAR, 1, 1).unwrap_or_default();
    weekahead::compile(STEM, bytes, revised, today).expect("a plans file without problems")
}

/// The bytes of several plans files to their feeds, several at once, as `weekahead build` does it.
pub(crate) fn feeds(files: &[&[u8]]) -> Vec<Feed> {
    in_parallel(files, |bytes| feed(bytes))
}

/// Maps in parallel; one item needs no threads.
pub(crate) fn in_parallel<'t, T: Sync, R: Send>(
    items: &'t [T],
    map: impl Fn(&'t T) -> R + Sync + Send,
) -> Vec<R> {
    match items {
        [one] => vec![map(one)],
        many => {
            let mut results = Vec::new();
            many.par_iter().map(map).collect_into_vec(&mut results);
            results
        }
    }
}
