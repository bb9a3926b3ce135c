//! The state folder: the last good text of each plans file. A server that starts with a broken
//! file, or before the folder of the plans is mounted, serves these texts.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::files::io_error::{IoError, reason};
use crate::files::output::FileTransaction;

/// A folder with one file for each feed: a line of JSON, then the text.
pub(crate) struct StateFolder(PathBuf);

/// What is known about a saved text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    /// The version of the layout. A file with another version is ignored.
    weekahead_state: u32,
    /// The revision of the text, in seconds since the epoch.
    pub(crate) revision: i64,
    /// Since when the plans file cannot be used, in seconds since the epoch.
    pub(crate) broken_since: Option<i64>,
}

/// The version of the layout that this program reads and writes.
const LAYOUT_VERSION: u32 = 1;
/// The end of the names of the files.
const EXTENSION: &str = ".state";

/// A saved text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SavedText {
    pub(crate) header: Header,
    pub(crate) text: Arc<[u8]>,
}

impl Header {
    pub(crate) fn new(revision: i64, broken_since: Option<i64>) -> Self {
        Self {
            weekahead_state: LAYOUT_VERSION,
            revision,
            broken_since,
        }
    }
}

impl StateFolder {
    /// Opens a folder. A missing one is created, readable by its owner only.
    ///
    /// # Errors
    ///
    /// A sentence: the folder cannot be created.
    pub(crate) fn open(folder: &Path) -> Result<Self, String> {
        let created = match folder.is_dir() {
            true => Ok(()),
            false => create(folder),
        };
        let describe = |error: io::Error| {
            let (folder, reason) = (folder.display(), reason(&error));
            format!("cannot create `{folder}`: {reason}")
        };
        created.map_err(describe).map(|()| Self(folder.to_owned()))
    }

    /// Loads the saved text of a feed. `None` if there is none, or if it cannot be read.
    pub(crate) fn load(&self, stem: &str) -> Option<SavedText> {
        let bytes = fs::read(self.file(stem)).ok()?;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let header: Header = serde_json::from_slice(&bytes[..end]).ok()?;
        (header.weekahead_state == LAYOUT_VERSION).then(|| SavedText {
            header,
            text: bytes[end + 1..].into(),
        })
    }

    /// The names of the feeds that have a saved text, as far as the folder can be read.
    pub(crate) fn stems(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let stems = names.filter_map(|name| Some(name.strip_suffix(EXTENSION)?.to_owned()));
        // The name of a file that is still being written begins with a dot.
        let mut stems: Vec<String> = stems.filter(|stem| !stem.starts_with('.')).collect();
        stems.sort_unstable();
        stems
    }

    /// Saves texts, all or none of them.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub(crate) fn save<'s>(
        &self,
        all: impl Iterator<Item = (&'s str, Header, Arc<[u8]>)>,
    ) -> Result<(), IoError> {
        // Plans may be private, even if others may read the folder.
        let transaction = FileTransaction::private();
        for (stem, header, text) in all {
            let mut bytes = serde_json::to_vec(&header).unwrap_or_default();
            bytes.push(b'\n');
            bytes.extend_from_slice(&text);
            transaction.stage(&self.file(stem), bytes)?;
        }
        transaction.commit()
    }

    /// Removes the text of a feed whose plans file was deleted.
    pub(crate) fn remove(&self, stem: &str) {
        // It may never have been saved.
        let _ = fs::remove_file(self.file(stem));
    }

    fn file(&self, stem: &str) -> PathBuf {
        self.0.join(format!("{stem}{EXTENSION}"))
    }
}

#[cfg(unix)]
fn create(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}
