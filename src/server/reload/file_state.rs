//! One plans file of a server: what is served of it, and what is wrong with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Utc};

use crate::files::git::{Commit, Verdict};
use crate::files::source::Source;
use crate::server::reload::file_stamp::FileStamp;
use crate::server::reload::live_site::PendingChanges;
use crate::server::reload::make::Good;
use crate::server::reload::saved::{Header, Saved};
use crate::server::{Fetches, FileError};
use crate::time::revision::Revision;

/// One plans file.
pub(crate) struct FileState {
    pub(crate) source: Source,
    pub(crate) signature: Option<FileStamp>,
    pub(crate) good: Option<Good>,
    pub(crate) fetches: Arc<Fetches>,
    pub(crate) trouble: Option<FileError>,
    /// What the log was told of the trouble.
    pub(crate) said: Option<String>,
    /// All of it, for a start that is refused.
    pub(crate) drawn: Option<(String, usize)>,
    /// The text that was found wrong.
    pub(crate) faulty: Option<Vec<u8>>,
    /// Since when the file is not there; of a clock that nobody sets.
    pub(crate) gone: Option<Instant>,
    /// What an earlier server left.
    pub(crate) saved: Option<Saved>,
    /// What the state holds.
    pub(crate) stored: Option<(Header, Arc<[u8]>)>,
}

/// A text that differs from what is served.
pub(crate) struct Other {
    pub(crate) path: PathBuf,
    pub(crate) text: Arc<[u8]>,
    pub(crate) modified: Option<i64>,
}

impl FileState {
    pub(crate) fn new(source: &Source, saved: Option<Saved>) -> Self {
        Self {
            source: source.clone(),
            signature: None,
            good: None,
            fetches: Arc::default(),
            trouble: None,
            said: None,
            drawn: None,
            faulty: None,
            gone: None,
            saved,
            stored: None,
        }
    }

    /// Serves another feed from now on.
    pub(crate) fn take(&mut self, good: Good) {
        let made = good.ready.meta();
        if let Some(Saved { header, text }) = self.saved.take()
            && *text == *made.text
        {
            self.stored = Some((header, Arc::clone(&made.text)));
        }
        self.good = Some(good);
        self.well();
    }

    /// Nothing is wrong with it any more.
    pub(crate) fn well(&mut self) {
        self.trouble = None;
        self.said = None;
        self.drawn = None;
        self.faulty = None;
        self.saved = None;
    }

    /// Whether its text may be another than the one that was read.
    pub(crate) fn is_due(
        &self,
        path: &Path,
        signature: Option<&FileStamp>,
        dirty: &PendingChanges,
    ) -> bool {
        if self.source.path.is_none() {
            // Standard input is read once.
            return self.good.is_none() && self.trouble.is_none();
        }
        let is_unread = self.trouble.is_some() && self.faulty.is_none();
        let may_differ = is_unread
            || dirty.paths.contains_key(path)
            || signature != self.signature.as_ref()
            || signature.is_none();
        (dirty.all || may_differ) && !dirty.is_unsettled(path)
    }

    /// The revision of another text. Git and the environment are taken as they are; an old time
    /// of a file is moved past, since some calendars look at nothing else.
    pub(crate) fn revise(
        &self,
        other: &Other,
        commit: Option<&Commit>,
        epoch: Option<Revision>,
        now: DateTime<Utc>,
    ) -> Revision {
        if let Some(epoch) = epoch {
            return epoch;
        }
        if let Some(Verdict::Unchanged(time)) = commit.map(|commit| commit.verdict(&other.text)) {
            return Revision::from_unix(time);
        }
        let time = Revision::from_unix(other.modified.unwrap_or_else(|| now.timestamp()));
        let served = self.good.as_ref().map(|good| good.ready.meta().revision);
        let saved = self.saved.as_ref();
        match (served, saved) {
            (Some(before), _) => time.max(before.plus(1)),
            (None, Some(saved)) => {
                let before = Revision::from_unix(saved.header.revision);
                if *saved.text == *other.text {
                    before
                } else {
                    time.max(before.plus(1))
                }
            }
            (None, None) => time,
        }
    }
}
