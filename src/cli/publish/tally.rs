//! What a run has done, and how far it is.

use std::fmt::Write;
use std::io::{self, IsTerminal as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use serde::Serialize;

use crate::cli::files::{Failure, counted};

/// Lines about its progress that a long run writes where there is no terminal.
const LINES: usize = 10;
/// Items from which on a run counts as long.
const LONG: usize = 1000;

/// Something that was done, or would be.
pub(super) enum Change {
    Unchanged,
    Made,
    Broken(Failure),
    /// A path, and the octets of its file.
    Put(String, usize),
    Removed(String),
}

/// The sums of a run.
#[derive(Default, Serialize)]
pub(super) struct Sums {
    /// Feeds and front pages that are as they were.
    pub(super) unchanged: usize,
    /// Feeds and front pages that were made again.
    pub(super) made: usize,
    /// Plans files that cannot be used; what was put of them before stays.
    pub(super) broken: usize,
    /// Files that were put.
    pub(super) put: usize,
    /// Octets of them.
    pub(super) bytes: u64,
    /// Files that were removed.
    pub(super) removed: usize,
}

impl Sums {
    /// One sentence.
    pub(super) fn sentence(&self, is_rehearsal: bool) -> String {
        let (put, removed, fate) = match is_rehearsal {
            true => ("to put", "to remove", "would stay"),
            false => ("put", "removed", "stay"),
        };
        let mut sentence = format!(
            "{} {put} ({} bytes), {} {removed}, {} unchanged",
            counted(self.put, "file"),
            self.bytes,
            self.removed,
            self.unchanged,
        );
        if self.broken > 0 {
            let broken = counted(self.broken, "plans file");
            sentence += &format!("; the old feeds of {broken} {fate}");
        }
        sentence
    }
}

/// Collects what is done, from several threads.
pub(super) struct Tally {
    state: Mutex<State>,
    bar: Option<ProgressBar>,
    total: usize,
    is_quiet: bool,
    keeps_paths: bool,
}

#[derive(Default)]
struct State {
    sums: Sums,
    failures: Vec<Failure>,
    paths: Vec<String>,
    /// The last line about the progress, in tenths.
    said: usize,
}

impl Tally {
    /// A tally of a run over so many items. A rehearsal keeps the paths.
    pub(super) fn new(total: usize, is_quiet: bool, keeps_paths: bool) -> Self {
        let bar = (!is_quiet && io::stderr().is_terminal()).then(|| {
            let target = ProgressDrawTarget::stderr_with_hz(10);
            let bar = ProgressBar::with_draw_target(Some(total as u64), target);
            let style = "{bar:30} {human_pos}/{human_len}{rate}  {msg}";
            // The template is valid by its making.
            let style = ProgressStyle::with_template(style).unwrap_or(ProgressStyle::default_bar());
            bar.set_style(
                style.with_key("rate", |state: &ProgressState, to: &mut dyn Write| {
                    // Before the first, nothing is known.
                    if state.pos() > 0 {
                        let left = HumanDuration(state.eta());
                        let _ = write!(to, "  {:.0}/s, {left:#} left", state.per_sec());
                    }
                }),
            );
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Self {
            state: Mutex::default(),
            bar,
            total,
            is_quiet,
            keeps_paths,
        }
    }

    /// Adds what was done for a part; a sentence where it is time for one.
    pub(super) fn add(&self, changes: Vec<Change>) -> Option<String> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for change in changes {
            match change {
                Change::Unchanged => state.sums.unchanged += 1,
                Change::Made => state.sums.made += 1,
                Change::Broken(failure) => {
                    state.sums.broken += 1;
                    state.failures.push(failure);
                }
                Change::Put(path, octets) => {
                    state.sums.put += 1;
                    state.sums.bytes += octets as u64;
                    if self.keeps_paths {
                        state.paths.push(format!("put     {path}"));
                    }
                }
                Change::Removed(path) => {
                    state.sums.removed += 1;
                    if self.keeps_paths {
                        state.paths.push(format!("remove  {path}"));
                    }
                }
            }
        }
        let done = state.sums.unchanged + state.sums.made + state.sums.broken;
        if let Some(bar) = &self.bar {
            bar.set_position(done as u64);
            bar.set_message(format!("{} put", state.sums.put));
            return None;
        }
        let tenths = done * LINES / self.total.max(1);
        let is_due = self.total >= LONG && tenths > state.said && done < self.total;
        if self.is_quiet || !is_due {
            return None;
        }
        state.said = tenths;
        Some(format!(
            "{done} of {} done, {} put",
            self.total, state.sums.put
        ))
    }

    /// Ends the bar and gives the sums, the failures and the paths, sorted.
    pub(super) fn finish(self) -> (Sums, Vec<Failure>, Vec<String>) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let mut state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        state.paths.sort_unstable();
        (state.sums, state.failures, state.paths)
    }
}
