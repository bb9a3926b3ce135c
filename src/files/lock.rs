//! A plans file that one run at a time changes.
//!
//! The lock is on the file itself. Replacing a file puts another one in its place, so whoever has
//! waited for the lock looks whether the path still leads to the file that it has locked, and
//! begins again if not. Editors know nothing of this lock: what was read is compared once more
//! right before it is replaced. Where a file system has no locks, that comparison is all there is.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::document::MAX_FILE_BYTES;
use crate::files::io_error::IoError;

/// Times that the file may be replaced while it is waited for.
const MOST_TRIES: usize = 1000;
/// How long somebody else who changes a file is waited for. To record a renewal takes less than a
/// second.
pub const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// The time between two attempts to lock it.
const PAUSE: Duration = Duration::from_millis(20);

/// A file that is locked for as long as this lives, and what was in it.
#[derive(Debug)]
pub struct LockedFile {
    path: PathBuf,
    /// Its lock goes with it.
    _file: File,
    bytes: Vec<u8>,
}

impl LockedFile {
    /// Locks a regular file that may be written to, and reads it; `waits` is called once if
    /// somebody else has it locked, who is given so long to let go of it.
    ///
    /// # Errors
    ///
    /// The machine refused, the path leads to something else than a regular file, or somebody else
    /// still has it locked; only then the kind of the refusal is [`io::ErrorKind::TimedOut`].
    pub fn take(path: &Path, timeout: Duration, waits: impl FnOnce()) -> Result<Self, IoError> {
        let mut waits = Some(waits);
        let start = Instant::now();
        for _ in 0..MOST_TRIES {
            let there = fs::metadata(path).map_err(|error| IoError::new("read", path, error))?;
            if !there.is_file() {
                let reason = io::Error::other("it is not a regular file");
                return Err(IoError::new("change", path, reason));
            }
            let opened = File::options().read(true).write(true).open(path);
            let file = opened.map_err(|error| IoError::new("write", path, error))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    if let Some(waits) = waits.take() {
                        waits();
                    }
                    if !wait(&file, start, timeout) {
                        return Err(IoError::new("lock", path, held_for(timeout)));
                    }
                }
                // A file system without locks.
                Err(TryLockError::Error(_)) => {}
            }
            if !is_there(&file, path) {
                continue;
            }
            let bytes = read(&file).map_err(|error| IoError::new("read", path, error))?;
            return Ok(Self {
                path: path.to_owned(),
                _file: file,
                bytes,
            });
        }
        let reason = io::Error::other("it is replaced again and again");
        Err(IoError::new("lock", path, reason))
    }

    /// What was in it, at most one byte more than [`MAX_FILE_BYTES`].
    #[must_use]
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether the path leads to the same bytes now.
    #[must_use]
    pub fn is_as_read(&self) -> bool {
        let now = File::open(&self.path).and_then(|file| read(&file));
        now.is_ok_and(|now| now == self.bytes)
    }
}

/// Waits for a lock that somebody else has. The system would wait without an end.
fn wait(file: &File, start: Instant, timeout: Duration) -> bool {
    while matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        let left = timeout.saturating_sub(start.elapsed());
        if left.is_zero() {
            return false;
        }
        thread::sleep(PAUSE.min(left));
    }
    true
}

fn held_for(timeout: Duration) -> io::Error {
    let seconds = timeout.as_secs();
    let reason = format!("another process has kept it locked for {seconds} seconds");
    io::Error::new(io::ErrorKind::TimedOut, reason)
}

fn read(file: &File) -> io::Result<Vec<u8>> {
    let mut bytes =
        Vec::with_capacity(file.metadata()?.len().min(MAX_FILE_BYTES as u64 + 1) as usize + 1);
    file.take(MAX_FILE_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
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
