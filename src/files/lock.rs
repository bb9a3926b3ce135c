//! Locks a plans file, so that one run of the program at a time changes it.
//!
//! The lock is on the file itself. A change replaces the file by another one, so a run that has
//! waited for the lock checks that the path still leads to the locked file. If not, the run starts
//! again. Editors do not take this lock, so the content is compared again immediately before the
//! file is replaced. On a file system without locks that comparison is the only protection.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::document::{MAX_FILE_BYTES, without_mark};
use crate::files::io_error::IoError;
use crate::files::output::FileTransaction;

/// How often the file may be replaced while a run waits for its lock.
const MAX_ATTEMPTS: usize = 1000;
/// How long a run waits for another one that has the file locked. Recording a renewal takes less
/// than a second.
pub const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// The time between two attempts to lock the file.
const RETRY_INTERVAL: Duration = Duration::from_millis(5);

/// A file that is locked until this is dropped, and its content.
#[derive(Debug)]
pub struct LockedFile {
    path: PathBuf,
    /// Closing it releases the lock.
    _file: File,
    bytes: Vec<u8>,
}

/// Why a locked file was not replaced.
#[derive(Debug)]
pub(crate) enum ReplaceError {
    /// Another program has changed the file since it was read.
    Changed,
    /// The new file cannot be written.
    Refused(IoError),
}

impl LockedFile {
    /// Locks a regular file that may be written to, and reads it. If another process has it locked,
    /// `on_wait` is called once, and this function waits up to `timeout`.
    ///
    /// # Errors
    ///
    /// The file cannot be opened or read, it is not a regular file, or another process still has it
    /// locked. Only in the last case the kind of the error is [`io::ErrorKind::TimedOut`].
    pub fn take(path: &Path, timeout: Duration, on_wait: impl FnOnce()) -> Result<Self, IoError> {
        let mut on_wait = Some(on_wait);
        let start = Instant::now();
        for _ in 0..MAX_ATTEMPTS {
            let metadata = fs::metadata(path).map_err(|error| IoError::new("read", path, error))?;
            if !metadata.is_file() {
                let reason = io::Error::other("it is not a regular file");
                return Err(IoError::new("change", path, reason));
            }
            let opened = File::options().read(true).write(true).open(path);
            let file = opened.map_err(|error| IoError::new("write", path, error))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    if let Some(on_wait) = on_wait.take() {
                        on_wait();
                    }
                    if !wait(&file, start, timeout) {
                        return Err(IoError::new("lock", path, locked_for(timeout)));
                    }
                }
                // A file system without locks.
                Err(TryLockError::Error(_)) => {}
            }
            if !leads_to(path, &file) {
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

    /// The content, at most one byte more than [`MAX_FILE_BYTES`].
    #[must_use]
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether the path still leads to the same content.
    #[must_use]
    pub fn is_as_read(&self) -> bool {
        let now = File::open(&self.path).and_then(|file| read(&file));
        now.is_ok_and(|now| now == self.bytes)
    }

    /// Writes a new content over the file. Nothing is written if the file has changed since it was
    /// read.
    ///
    /// # Errors
    ///
    /// The file has changed, or cannot be written.
    pub(crate) fn replace(&self, content: Vec<u8>) -> Result<(), ReplaceError> {
        let transaction = FileTransaction::default();
        let staged = transaction.stage(&self.path, content);
        staged.map_err(ReplaceError::Refused)?;
        if !self.is_as_read() {
            return Err(ReplaceError::Changed);
        }
        transaction.commit().map_err(ReplaceError::Refused)
    }
}

/// A new text as the content of a file, with the byte-order mark of the content `before` if that has
/// one.
pub(crate) fn with_mark_of(before: &[u8], text: &str) -> Vec<u8> {
    let mark = before.len() - without_mark(before).len();
    [&before[..mark], text.as_bytes()].concat()
}

/// Waits for the lock of another process. The system itself would wait without a limit. Returns
/// whether the file is locked now.
pub(crate) fn wait(file: &File, start: Instant, timeout: Duration) -> bool {
    while matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        let left = timeout.saturating_sub(start.elapsed());
        if left.is_zero() {
            return false;
        }
        thread::sleep(RETRY_INTERVAL.min(left));
    }
    true
}

/// The error that another process has kept a file locked for `timeout`.
pub(crate) fn locked_for(timeout: Duration) -> io::Error {
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
fn leads_to(path: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |metadata: &fs::Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(current)) => identity(&open) == identity(&current),
        _ => false,
    }
}

/// Other systems give an open file no identity. The content is compared later.
#[cfg(not(unix))]
fn leads_to(path: &Path, _: &File) -> bool {
    path.exists()
}
