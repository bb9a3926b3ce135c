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
use crate::server::reload::file_state::{Effect, Event, FileState, Recognized, step};
use crate::server::reload::last_served::LastServed;
use crate::server::reload::pending_changes::PendingChanges;
use crate::server::reload::saved::{Header, SavedText, UnsavedText};
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
    /// The feed that clients got last.
    pub(crate) last_served: Option<LastServed>,
    /// The header of the text in the state folder. Another text has another header.
    pub(crate) stored: Option<Header>,
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
    /// A file that is not read yet. An earlier server may have saved its text.
    pub(crate) fn new(source: &Source, saved: Option<SavedText>) -> Self {
        Self {
            source: source.clone(),
            stamp: None,
            fetches: Arc::default(),
            last_served: saved.as_ref().map(SavedText::served),
            stored: saved.as_ref().map(|saved| saved.header.clone()),
            state: FileState::Unread { saved },
        }
    }

    /// Notes that clients can get the feed of this file from now on.
    pub(crate) fn note_served(&mut self) {
        let Some(feed) = self.state.feed() else {
            return;
        };
        let last = self.last_served.as_ref();
        if !last.is_some_and(|last| last.is(&feed.ready)) {
            self.last_served = Some(LastServed::of(&feed.ready));
        }
    }

    /// What the state folder should hold and does not.
    pub(crate) fn unsaved(&self) -> Option<UnsavedText<'_>> {
        if matches!(self.state, FileState::Missing { .. }) {
            // A file with another ending may have taken its place.
            return None;
        }
        let text = &self.state.feed()?.ready.meta().text;
        let broken = self.state.broken();
        let since = broken.map(|broken| broken.since.timestamp());
        let stem = self.source.stem();
        let header = Header::new(
            stem,
            self.source.file_name(),
            self.last_served.as_ref()?,
            since,
        );
        (self.stored.as_ref() != Some(&header)).then(|| UnsavedText {
            stem,
            header,
            text: Arc::clone(text),
        })
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
    /// When the text was last changed, as far as the environment, git or the file can tell. All of
    /// them may go back: files are copied and restored, and git checks out older commits.
    pub(crate) fn time(
        &self,
        commit: Option<&Commit>,
        epoch: Option<Revision>,
        now: DateTime<Utc>,
    ) -> Revision {
        if let Some(epoch) = epoch {
            return epoch;
        }
        let seconds = match commit.map(|commit| commit.verdict(&self.text)) {
            Some(Verdict::Unchanged(time)) => time,
            _ => self.modified.unwrap_or_else(|| now.timestamp()),
        };
        Revision::from_unix(seconds)
    }
}
