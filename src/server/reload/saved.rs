//! The last good text of each plans file, kept on disk, so that a server that is started with a
//! broken file, or before the directory of the plans is there, has something to serve.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::files::io_error::{IoError, reason};
use crate::files::output::FileTransaction;

/// A folder with a file for each feed: a line of JSON, then the text.
pub(crate) struct State(PathBuf);

/// What is known of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    /// The layout of the file; another number is another program's.
    weekahead_state: u32,
    /// The text's revision, seconds since the epoch.
    pub(crate) revision: i64,
    /// Since when the plans file cannot be used, seconds since the epoch.
    pub(crate) broken_since: Option<i64>,
}

const LAYOUT: u32 = 1;
/// How the names of the files end.
const ENDING: &str = ".state";

/// A text with what is known of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Saved {
    pub(crate) header: Header,
    pub(crate) text: Vec<u8>,
}

impl Header {
    pub(crate) fn new(revision: i64, broken_since: Option<i64>) -> Self {
        Self {
            weekahead_state: LAYOUT,
            revision,
            broken_since,
        }
    }
}

impl State {
    /// Uses a folder, and makes it where it is missing: for its owner only.
    pub(crate) fn open(folder: &Path) -> Result<Self, String> {
        let made = match folder.is_dir() {
            true => Ok(()),
            false => create(folder),
        };
        let refused = |error: io::Error| {
            let (folder, reason) = (folder.display(), reason(&error));
            format!("cannot create `{folder}`: {reason}")
        };
        made.map_err(refused).map(|()| Self(folder.to_owned()))
    }

    /// The text that was kept of a feed; nothing where none was, or where it cannot be read.
    pub(crate) fn load(&self, stem: &str) -> Option<Saved> {
        let bytes = fs::read(self.file(stem)).ok()?;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let header: Header = serde_json::from_slice(&bytes[..end]).ok()?;
        (header.weekahead_state == LAYOUT).then(|| Saved {
            header,
            text: bytes[end + 1..].to_vec(),
        })
    }

    /// The feeds of which a text was kept, as far as the folder can be read.
    pub(crate) fn stems(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let stems = names.filter_map(|name| Some(name.strip_suffix(ENDING)?.to_owned()));
        // What is being written has a name that begins with a dot.
        let mut stems: Vec<String> = stems.filter(|stem| !stem.starts_with('.')).collect();
        stems.sort_unstable();
        stems
    }

    /// Keeps texts.
    pub(crate) fn save<'s>(
        &self,
        all: impl Iterator<Item = (&'s str, Header, Arc<[u8]>)>,
    ) -> Result<(), IoError> {
        // Plans may be private, whoever may look into the folder.
        let staging = FileTransaction::private();
        for (stem, header, text) in all {
            let mut bytes = serde_json::to_vec(&header).unwrap_or_default();
            bytes.push(b'\n');
            bytes.extend_from_slice(&text);
            staging.stage(&self.file(stem), bytes)?;
        }
        staging.commit()
    }

    /// Forgets a feed whose plans file was deleted.
    pub(crate) fn remove(&self, stem: &str) {
        // It may not have been kept.
        let _ = fs::remove_file(self.file(stem));
    }

    fn file(&self, stem: &str) -> PathBuf {
        self.0.join(format!("{stem}{ENDING}"))
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
