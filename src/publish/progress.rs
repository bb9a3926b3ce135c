//! What a run has done, and how far it has come.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::files::failure::Failure;
#[cfg(feature = "publish")]
use crate::publish::progress_bar::ProgressBar;
use crate::publish::store::StoreError;
use crate::text::plural::pluralize;

/// How many lines about its progress a long run writes if there is no terminal.
const PROGRESS_LINES: usize = 10;
/// The number of items from which a run counts as long.
const LONG_RUN_ITEMS: usize = 1000;

/// A change that was made, or would be made in a dry run.
pub(crate) enum Change {
    Unchanged,
    Made,
    /// A plans file that cannot be used, what becomes of its feed, and the name of the feed if it
    /// has no page.
    Broken(Failure, BrokenFeed, Option<String>),
    /// A file could not be put.
    Refused(StoreError),
    /// A path, and the number of bytes of its file.
    Put(String, usize),
    Removed(String),
    /// So many files are there only because of `--keep`.
    Kept(usize),
}

/// What becomes of the feed of a plans file that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum BrokenFeed {
    /// There is none.
    Absent,
    /// It stays as it was put.
    Stays,
    /// It stays as it was put, at a secret address.
    StaysSecret,
    /// It was put at a new address, and the old one is closed.
    Moved,
    /// It was put at a new address, and the old one stays open.
    Copied,
    /// It could not be read, and its old address is closed.
    Closed,
}

/// The sums of a run.
#[derive(Default, Serialize)]
pub(crate) struct Sums {
    /// Feeds and front pages that have not changed.
    pub(crate) unchanged: usize,
    /// Feeds and front pages that were made again.
    pub(crate) made: usize,
    /// Plans files that cannot be used; what was put for them before stays.
    pub(crate) broken: usize,
    /// Feeds and front pages with a file that could not be put.
    pub(crate) refused: usize,
    /// Files that were put.
    pub(crate) put: usize,
    /// Bytes of those files.
    pub(crate) bytes: u64,
    /// Files that were removed.
    pub(crate) removed: usize,
    /// In a dry run, what would be put and removed.
    #[serde(flatten)]
    pub(crate) paths: Option<Paths>,
    /// How many feeds of broken plans files there are of each kind.
    #[serde(skip)]
    broken_feeds: BTreeMap<BrokenFeed, usize>,
    /// Feeds of broken plans files that have no page.
    #[serde(skip)]
    absent: BTreeSet<String>,
    /// Files that are there only because of `--keep`.
    #[serde(skip)]
    kept: usize,
}

/// The paths of a dry run.
#[derive(Default, Serialize)]
pub(crate) struct Paths {
    pub(crate) to_put: BTreeSet<String>,
    pub(crate) to_remove: BTreeSet<String>,
}

impl Sums {
    /// The sums as one sentence.
    pub(crate) fn sentence(&self, is_dry_run: bool) -> String {
        let (put, removed, stay) = match is_dry_run {
            true => ("to put", "to remove", "would stay"),
            false => ("put", "removed", "stay"),
        };
        let (moved, copied, closed) = match is_dry_run {
            true => ("would move", "would be copied", "would be closed"),
            false => ("have moved", "were copied", "are closed"),
        };
        let mut sentence = format!(
            "{} {put} ({} bytes), {} {removed}, {} unchanged",
            pluralize(self.put, "file"),
            self.bytes,
            self.removed,
            self.unchanged,
        );
        for (feed, number) in &self.broken_feeds {
            let files = pluralize(*number, "plans file");
            sentence += &match feed {
                BrokenFeed::Absent => continue,
                BrokenFeed::Stays => format!("; the old feeds of {files} {stay}"),
                BrokenFeed::StaysSecret => format!(
                    "; the old feeds of {files} {stay} open at their addresses: to close one, \
                     correct or remove its plans file"
                ),
                BrokenFeed::Moved => format!(
                    "; the last good feeds of {files} {moved} to new addresses, without their \
                     pages, and the old addresses {closed}"
                ),
                BrokenFeed::Copied => format!(
                    "; the last good feeds of {files} {copied} to new addresses, without their \
                     pages"
                ),
                BrokenFeed::Closed => format!(
                    "; the old addresses of {files} {closed}, and there is no feed until they are \
                     corrected"
                ),
            };
        }
        if self.kept > 0 {
            let files = pluralize(self.kept, "old file");
            sentence += &format!("; {files} {stay} open because of `--keep`");
        }
        sentence
    }
}

/// Collects what several threads have done, and shows it.
pub(crate) struct Progress {
    state: Mutex<State>,
    #[cfg(feature = "publish")]
    bar: Option<ProgressBar>,
    total: usize,
    is_quiet: bool,
}

#[derive(Default)]
struct State {
    sums: Sums,
    failures: Vec<Failure>,
    store_errors: Vec<StoreError>,
    /// How many tenths of the run the last line about the progress reported.
    tenths_reported: usize,
}

impl Progress {
    /// The progress of a run over `total` items. A dry run keeps the paths.
    pub(crate) fn new(total: usize, is_quiet: bool, keeps_paths: bool) -> Self {
        let state = State {
            sums: Sums {
                paths: keeps_paths.then(Paths::default),
                ..Sums::default()
            },
            ..State::default()
        };
        Self {
            state: Mutex::new(state),
            #[cfg(feature = "publish")]
            bar: match is_quiet {
                true => None,
                false => ProgressBar::on_terminal(total),
            },
            total,
            is_quiet,
        }
    }

    /// Feeds that cannot be made and have no page, in the parts that are done.
    pub(crate) fn absent(&self) -> BTreeSet<String> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.sums.absent.clone()
    }

    /// Adds what was done for a part. Returns a line about the progress if one is due.
    pub(crate) fn add(&self, changes: Vec<Change>) -> Option<String> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for change in changes {
            match change {
                Change::Unchanged => state.sums.unchanged += 1,
                Change::Made => state.sums.made += 1,
                Change::Kept(number) => state.sums.kept += number,
                Change::Broken(failure, feed, without_page) => {
                    state.sums.broken += 1;
                    *state.sums.broken_feeds.entry(feed).or_default() += 1;
                    state.sums.absent.extend(without_page);
                    state.failures.push(failure);
                }
                Change::Refused(error) => {
                    state.sums.refused += 1;
                    state.store_errors.push(error);
                }
                Change::Put(path, bytes) => {
                    state.sums.put += 1;
                    state.sums.bytes += bytes as u64;
                    if let Some(paths) = &mut state.sums.paths {
                        paths.to_put.insert(path);
                    }
                }
                Change::Removed(path) => {
                    state.sums.removed += 1;
                    if let Some(paths) = &mut state.sums.paths {
                        paths.to_remove.insert(path);
                    }
                }
            }
        }
        let done = state.sums.unchanged + state.sums.made + state.sums.broken;
        #[cfg(feature = "publish")]
        if let Some(bar) = &self.bar {
            bar.show(done, state.sums.put);
            return None;
        }
        let tenths = done * PROGRESS_LINES / self.total.max(1);
        let is_due =
            self.total >= LONG_RUN_ITEMS && tenths > state.tenths_reported && done < self.total;
        if self.is_quiet || !is_due {
            return None;
        }
        state.tenths_reported = tenths;
        Some(format!(
            "{done} of {} done, {} put",
            self.total, state.sums.put
        ))
    }

    /// Ends the bar and returns the sums and all errors.
    pub(crate) fn finish(self) -> (Sums, Vec<Failure>, Vec<StoreError>) {
        #[cfg(feature = "publish")]
        if let Some(bar) = &self.bar {
            bar.clear();
        }
        let state = self.state.into_inner();
        let state = state.unwrap_or_else(PoisonError::into_inner);
        (state.sums, state.failures, state.store_errors)
    }
}
