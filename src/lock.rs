//! A plans file that one run at a time changes.
//!
//! The lock is on the file itself. Replacing a file puts another one in its place, so whoever has
//! waited for the lock looks whether the path still leads to the file that it has locked, and
//! begins again if not. Editors know nothing of this lock: what was read is compared once more
//! right before it is replaced. Where a file system has no locks, that comparison is all there is.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::document::LONGEST;
use crate::refusal::Refusal;

/// Times that the file may be replaced while it is waited for.
const MOST_TRIES: usize = 1000;

/// A file that is locked for as long as this lives, and what was in it.
#[derive(Debug)]
pub struct Held {
    path: PathBuf,
    /// Its lock goes with it.
    _file: File,
    bytes: Vec<u8>,
}

impl Held {
    /// Locks a regular file that may be written to, and reads it; `waits` is called once if
    /// somebody else has it locked.
    ///
    /// # Errors
    ///
    /// The machine refused, or the path leads to something else than a regular file.
    pub fn take(path: &Path, waits: impl FnOnce()) -> Result<Self, Refusal> {
        let mut waits = Some(waits);
        for _ in 0..MOST_TRIES {
            let there = fs::metadata(path).map_err(|error| Refusal::new("read", path, error))?;
            if !there.is_file() {
                let reason = io::Error::other("it is not a regular file");
                return Err(Refusal::new("change", path, reason));
            }
            let opened = File::options().read(true).write(true).open(path);
            let file = opened.map_err(|error| Refusal::new("write", path, error))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    if let Some(waits) = waits.take() {
                        waits();
                    }
                    file.lock()
                        .map_err(|error| Refusal::new("lock", path, error))?;
                }
                // A file system without locks.
                Err(TryLockError::Error(_)) => {}
            }
            if !is_there(&file, path) {
                continue;
            }
            let bytes = read(&file).map_err(|error| Refusal::new("read", path, error))?;
            return Ok(Self {
                path: path.to_owned(),
                _file: file,
                bytes,
            });
        }
        let reason = io::Error::other("it is replaced again and again");
        Err(Refusal::new("lock", path, reason))
    }

    /// What was in it, at most one byte more than [`LONGEST`].
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether the path leads to the same bytes now.
    #[must_use]
    pub fn is_as_read(&self) -> bool {
        let now = File::open(&self.path).and_then(|file| read(&file));
        now.is_ok_and(|now| now == self.bytes)
    }
}

fn read(file: &File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(file.metadata()?.len().min(LONGEST as u64 + 1) as usize + 1);
    file.take(LONGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether a path leads to an open file.
#[cfg(unix)]
fn is_there(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |there: &fs::Metadata| (there.dev(), there.ino());
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(there)) => identity(&open) == identity(&there),
        _ => false,
    }
}

/// Elsewhere an open file tells nothing that could be compared; what was read is, later.
#[cfg(not(unix))]
fn is_there(_: &File, path: &Path) -> bool {
    path.exists()
}
