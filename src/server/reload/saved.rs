//! The state folder: the last good text of each plans file, with its stamps. A server that starts
//! with a broken file, or before the folder of the plans is mounted, serves these texts. A server
//! that starts with another text gives it a later revision.
//!
//! Each text stands alone: one that cannot be read or written does not affect the others. Anything
//! that is not a regular file is neither opened, since a pipe would wait for its other end, nor
//! replaced.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::document::MAX_FILE_BYTES;
use crate::files::io_error::{IoError, reason};
use crate::files::output::FileTransaction;
use crate::server::reload::last_served::{LastServed, ServedBytes};
use crate::time::revision::Revision;

/// A folder with one file for each feed: a line of JSON, then the text.
pub(crate) struct StateFolder(PathBuf);

/// What is known about a saved text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    /// The version of the layout. A file with another version is not used.
    weekahead_state: u32,
    /// The name of the feed. Files of older versions have none.
    feed: Option<String>,
    /// The name of the plans file, which the feed mentions. Files of older versions have none.
    file: Option<String>,
    /// The revision of the text, in seconds since the epoch.
    revision: i64,
    /// Since when the plans file cannot be used, in seconds since the epoch.
    pub(crate) broken_since: Option<i64>,
    /// The bytes that were served. Files of older versions have none.
    served: Option<SavedBytes>,
}

/// [`ServedBytes`] as they are saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct SavedBytes {
    tag: String,
    /// In seconds since the epoch.
    modified: i64,
}

/// The version of the layout that this program reads and writes.
const LAYOUT_VERSION: u32 = 1;
/// The end of the name of a file that begins with the name of its feed.
const NAMED: &str = ".state";
/// The end of the name of a file that begins with the hash of the name of its feed, because that
/// name is too long.
const HASHED: &str = ".long";
/// The maximum number of bytes that most file systems allow for the name of a file.
const MAX_NAME_BYTES: usize = 255;
/// The maximum number of bytes of a header.
const MAX_HEADER_BYTES: u64 = 64 << 10;

/// A saved text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SavedText {
    pub(crate) header: Header,
    pub(crate) text: Arc<[u8]>,
}

/// A text to save.
pub(crate) struct UnsavedText<'a> {
    pub(crate) stem: &'a str,
    pub(crate) header: Header,
    pub(crate) text: Arc<[u8]>,
}

impl Header {
    /// The header of a text that is served.
    pub(crate) fn new(
        stem: &str,
        file: Option<&str>,
        served: &LastServed,
        broken_since: Option<i64>,
    ) -> Self {
        let bytes = served.bytes.as_ref().map(|bytes| SavedBytes {
            tag: bytes.tag.clone(),
            modified: bytes.modified.unix(),
        });
        Self {
            weekahead_state: LAYOUT_VERSION,
            feed: Some(stem.to_owned()),
            file: file.map(str::to_owned),
            revision: served.revision.unix(),
            broken_since,
            served: bytes,
        }
    }

    /// Reads the line at the beginning of a file. `None` if it is not a header of this layout.
    fn parse(line: &[u8]) -> Option<Self> {
        let header: Self = serde_json::from_slice(line).ok()?;
        (header.weekahead_state == LAYOUT_VERSION).then_some(header)
    }

    pub(crate) fn revision(&self) -> Revision {
        Revision::from_unix(self.revision)
    }
}

impl SavedText {
    /// The name of the plans file, if it is known.
    pub(crate) fn file_name(&self) -> Option<&str> {
        let name = self.header.file.as_deref()?;
        // Whatever the folder holds, it names no file elsewhere.
        (Path::new(name).file_name() == Some(name.as_ref())).then_some(name)
    }

    /// The feed that an earlier server served.
    pub(crate) fn served(&self) -> LastServed {
        let bytes = self.header.served.as_ref().map(|bytes| ServedBytes {
            tag: bytes.tag.clone(),
            modified: Revision::from_unix(bytes.modified),
        });
        LastServed::new(&self.text, self.header.revision(), bytes)
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

    /// Loads the saved text of a feed, if there is one.
    ///
    /// # Errors
    ///
    /// There is one, and it cannot be read.
    pub(crate) fn load(&self, stem: &str) -> Result<Option<SavedText>, IoError> {
        let path = self.file(stem);
        let Some(file) = open_regular(&path, "read")? else {
            return Ok(None);
        };
        let saved = read_text(file).map_err(|error| IoError::new("read", &path, error))?;
        // A file system that ignores case has one file for two names.
        let is_other = |feed: &String| feed != stem;
        Ok(Some(saved).filter(|saved| !saved.header.feed.as_ref().is_some_and(is_other)))
    }

    /// The names of the feeds that have a saved text, and why other files cannot be used.
    pub(crate) fn stems(&self) -> (Vec<String>, Vec<IoError>) {
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) => return (Vec::new(), vec![IoError::new("read", &self.0, error)]),
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        // The name of a file that is still being written begins with a dot.
        let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
        names.sort_unstable();
        let (mut stems, mut errors) = (Vec::new(), Vec::new());
        for name in names.iter().filter(|name| is_ours(name)) {
            match self.stem_of(name) {
                Ok(stem) => stems.push(stem),
                Err(error) => errors.push(error),
            }
        }
        (stems, errors)
    }

    /// The name of the feed whose text a file has.
    fn stem_of(&self, name: &str) -> Result<String, IoError> {
        let path = self.0.join(name);
        let refused = |error: io::Error| IoError::new("read", &path, error);
        let file =
            open_regular(&path, "read")?.ok_or_else(|| refused(ErrorKind::NotFound.into()))?;
        if let Some(stem) = name.strip_suffix(NAMED) {
            return Ok(stem.to_owned());
        }
        let mut start = Vec::new();
        let read = file.take(MAX_HEADER_BYTES).read_to_end(&mut start);
        read.map_err(refused)?;
        let line = start.split(|byte| *byte == b'\n').next();
        let stem = line.and_then(Header::parse).and_then(|header| header.feed);
        stem.ok_or_else(|| refused(damaged()))
    }

    /// Saves texts. Returns for each whether that succeeded.
    pub(crate) fn save(&self, texts: &[UnsavedText<'_>]) -> Vec<Result<(), IoError>> {
        let all = FileTransaction::private();
        let staged = texts.iter().map(|text| self.stage(text, &all));
        let mut results: Vec<Result<(), IoError>> = staged.collect();
        if all.commit().is_err() {
            // One of them failed, and not all of the others may have been written.
            for (text, result) in texts.iter().zip(&mut results) {
                if result.is_ok() {
                    let alone = FileTransaction::private();
                    *result = self.stage(text, &alone).and_then(|()| alone.commit());
                }
            }
        }
        results
    }

    fn stage(&self, text: &UnsavedText<'_>, transaction: &FileTransaction) -> Result<(), IoError> {
        let path = self.file(text.stem);
        open_regular(&path, "write")?;
        let mut bytes = serde_json::to_vec(&text.header).unwrap_or_default();
        bytes.push(b'\n');
        bytes.extend_from_slice(&text.text);
        // Plans may be private, even if others may read the folder.
        transaction.stage(&path, bytes)
    }

    /// Removes the text of a feed whose plans file was deleted.
    pub(crate) fn remove(&self, stem: &str) {
        let path = self.file(stem);
        // It may never have been saved.
        if path.symlink_metadata().is_ok_and(|found| found.is_file()) {
            let _ = fs::remove_file(path);
        }
    }

    fn file(&self, stem: &str) -> PathBuf {
        if stem.len() + NAMED.len() <= MAX_NAME_BYTES {
            return self.0.join(format!("{stem}{NAMED}"));
        }
        let hash = HEXLOWER.encode(&Sha256::digest(stem));
        self.0.join(format!("{hash}{HASHED}"))
    }
}

fn is_ours(name: &str) -> bool {
    name.ends_with(NAMED) || name.ends_with(HASHED)
}

/// Opens a file to read it, if it exists and whether it is to be read or, as `action` says, to be
/// replaced. A file that cannot be read is of no use to the next server.
///
/// # Errors
///
/// It is not a regular file, or it cannot be opened.
fn open_regular(path: &Path, action: &'static str) -> Result<Option<File>, IoError> {
    let refused = |error| IoError::new(action, path, error);
    match path.symlink_metadata() {
        Ok(found) if found.is_file() => File::open(path).map(Some).map_err(refused),
        Ok(_) => Err(refused(io::Error::other("it is not a regular file"))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(refused(error)),
    }
}

fn read_text(file: File) -> io::Result<SavedText> {
    let limit = MAX_HEADER_BYTES + MAX_FILE_BYTES as u64;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::other("it is larger than any plans file may be"));
    }
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let saved = end.and_then(|end| {
        Some(SavedText {
            header: Header::parse(&bytes[..end])?,
            text: bytes[end + 1..].into(),
        })
    });
    saved.ok_or_else(damaged)
}

fn damaged() -> io::Error {
    io::Error::other("it is damaged, or of another version of weekahead")
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
