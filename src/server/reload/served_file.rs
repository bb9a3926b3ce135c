//! One plans file as it is read from the disk.

use std::io::ErrorKind;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::files::git::{Commit, Verdict};
use crate::files::source::Source;
use crate::server::Fetches;
use crate::server::reload::file_stamp::FileStamp;
use crate::server::reload::file_state::{Effect, Event, FileState, Recognized, Revised, step};
use crate::server::reload::pending_changes::PendingChanges;
use crate::server::reload::saved::{Header, SavedText};
use crate::time::revision::Revision;

/// The time between two reads of a file if nothing tells when its text is complete.
pub(crate) const REREAD_DELAY: Duration = Duration::from_millis(200);
/// How much later than its real time a change may be dated: the clocks of file systems are coarse.
const CLOCK_SLACK: Duration = Duration::from_millis(20);

/// One plans file.
pub(crate) struct ServedFile {
    pub(crate) source: Source,
    /// The stamp that the file had before it was last read; `None` if it has to be read again.
    pub(crate) stamp: Option<FileStamp>,
    pub(crate) fetches: Arc<Fetches>,
    /// What the state folder holds.
    pub(crate) stored: Option<(Header, Arc<[u8]>)>,
    pub(crate) state: FileState,
}

/// A text that differs from what is served.
pub(crate) struct NewText {
    pub(crate) path: PathBuf,
    pub(crate) text: Arc<[u8]>,
    /// The time of the file, in seconds since the epoch.
    pub(crate) modified: Option<i64>,
}

/// The result of reading a file that may have changed.
pub(crate) enum ReadOutcome {
    /// There is nothing new to report.
    Unchanged,
    /// The file has the text whose feed is served.
    Served,
    /// The file is being changed at this moment.
    Unsettled,
    New(NewText),
    Unreadable(String),
}

/// How files are read.
pub(crate) struct Reading<'a> {
    pub(crate) changes: &'a PendingChanges,
    /// Whether this is the start of the server.
    pub(crate) is_first: bool,
    /// Whether a new text is read twice before it counts.
    pub(crate) reads_twice: bool,
}

impl ServedFile {
    pub(crate) fn new(source: &Source, saved: Option<SavedText>) -> Self {
        Self {
            source: source.clone(),
            stamp: None,
            fetches: Arc::default(),
            stored: None,
            state: FileState::Unread { saved },
        }
    }

    /// Moves on to the next state.
    #[must_use]
    pub(crate) fn step(&mut self, event: Event) -> Vec<Effect> {
        let (state, effects) = step(mem::take(&mut self.state), event);
        self.state = state;
        effects
    }

    /// Whether the text may differ from the one that was read.
    pub(crate) fn is_due(
        &self,
        path: &Path,
        stamp: Option<&FileStamp>,
        changes: &PendingChanges,
    ) -> bool {
        if self.source.path.is_none() {
            // Standard input is read once.
            return self.state.is_unread();
        }
        let may_differ = self.state.is_unreadable()
            || changes.paths.contains_key(path)
            || stamp != self.stamp.as_ref()
            || stamp.is_none();
        (changes.all || may_differ) && !changes.is_unsettled(path)
    }

    /// Reads the file behind `path`, which had this stamp right before.
    pub(crate) fn read(
        &self,
        path: &Path,
        stamp: Option<FileStamp>,
        reading: &Reading<'_>,
    ) -> ReadOutcome {
        let Reading {
            changes,
            is_first,
            reads_twice,
        } = *reading;
        if !is_first && stamp.is_some_and(|stamp| stamp.is_pipe()) {
            return ReadOutcome::Unchanged;
        }
        let loaded = match self.source.load() {
            Ok(loaded) => loaded,
            // The file was deleted after it was listed. A link that leads nowhere is an error.
            Err(error) if error.kind() == ErrorKind::NotFound && !path.is_symlink() => {
                return ReadOutcome::Unchanged;
            }
            Err(error) => return ReadOutcome::Unreadable(error.sentence()),
        };
        match self.state.recognize(&loaded.bytes) {
            Recognized::Served => return ReadOutcome::Served,
            Recognized::Refused => return ReadOutcome::Unchanged,
            Recognized::New => {}
        }
        if self.source.path.is_some() {
            let was_changed_within =
                |time| stamp.is_some_and(|stamp| stamp.was_changed_within(time, CLOCK_SLACK));
            let has_settled = match changes.quiet_time(path) {
                _ if is_first || reads_twice => true,
                // A change after the last event: its own event has not come yet.
                Some(quiet) => !was_changed_within(quiet),
                None if changes.all => !was_changed_within(REREAD_DELAY),
                // There was no event of this file: a writer may be at work.
                None => stamp == self.stamp,
            };
            if !has_settled || stamp != FileStamp::of(path) {
                return ReadOutcome::Unsettled;
            }
        }
        ReadOutcome::New(NewText {
            path: path.to_owned(),
            text: loaded.bytes.into(),
            modified: loaded.modified,
        })
    }
}

impl NewText {
    /// When the text was last changed.
    pub(crate) fn revised(
        &self,
        commit: Option<&Commit>,
        epoch: Option<Revision>,
        now: DateTime<Utc>,
    ) -> Revised {
        if let Some(epoch) = epoch {
            return Revised::Exactly(epoch);
        }
        match commit.map(|commit| commit.verdict(&self.text)) {
            Some(Verdict::Unchanged(time)) => Revised::Exactly(Revision::from_unix(time)),
            _ => {
                let time = self.modified.unwrap_or_else(|| now.timestamp());
                Revised::AtFileTime(Revision::from_unix(time))
            }
        }
    }
}
