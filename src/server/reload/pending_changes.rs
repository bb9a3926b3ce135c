//! Which files may have a different text from the one that was read.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::files::watch::with_real_folder;

/// Which files may have a different text.
#[derive(Debug, Default)]
pub(crate) struct PendingChanges {
    /// The files with events, each with the time of the last one.
    pub(crate) paths: HashMap<PathBuf, Instant>,
    /// The files that are still being changed. They are not read, whatever their times and sizes
    /// are by now.
    pub(crate) unsettled: HashSet<PathBuf>,
    /// Whether all files may have a different text.
    pub(crate) all: bool,
}

impl PendingChanges {
    /// Marks a file as one that is still being changed.
    pub(crate) fn mark_unsettled(&mut self, path: &Path) {
        self.unsettled.extend(with_real_folder(path));
        self.unsettled.insert(path.to_owned());
    }

    /// Whether a file is still being changed.
    pub(crate) fn is_unsettled(&self, path: &Path) -> bool {
        let is_there = |name: PathBuf| self.unsettled.contains(&name);
        self.unsettled.contains(path)
            || (!self.unsettled.is_empty() && other_names(path).any(is_there))
    }

    /// The time since the last event of a file, if it had one.
    pub(crate) fn quiet_time(&self, path: &Path) -> Option<Duration> {
        let last = self.paths.get(path);
        let by_other_name = || other_names(path).find_map(|name| self.paths.get(&name));
        last.or_else(by_other_name).map(Instant::elapsed)
    }
}

/// The other paths by which events may name a file, if the file or a folder on its path is a link.
fn other_names(path: &Path) -> impl Iterator<Item = PathBuf> {
    with_real_folder(path)
        .into_iter()
        .chain(path.canonicalize().ok())
}
