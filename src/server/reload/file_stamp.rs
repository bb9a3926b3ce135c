//! What the system says of a file without its being read.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Times, size and identity of the file behind a path. Another one means that the text may be
/// another; the same one does not mean that it is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileStamp {
    modified: Option<SystemTime>,
    length: u64,
    /// Inode, and when that was changed: seconds and nanoseconds.
    inode: (u64, i64, i64),
    is_pipe: bool,
}

impl FileStamp {
    /// Whether the file was changed in so long a time until now, but for a slack. A clock that has
    /// gone back, or another machine's that is ahead, tells nothing.
    pub(crate) fn is_within(&self, time: Duration, slack: Duration) -> bool {
        let (_, seconds, nanoseconds) = self.inode;
        let since = Duration::new(
            u64::try_from(seconds).unwrap_or(0),
            u32::try_from(nanoseconds).unwrap_or(0),
        );
        let age = SystemTime::now().duration_since(UNIX_EPOCH + since);
        age.is_ok_and(|age| age + slack < time)
    }

    /// Whether it is of a pipe, which is read once: a second reader may wait for ever.
    pub(crate) fn is_pipe(&self) -> bool {
        self.is_pipe
    }

    pub(crate) fn of(path: &Path) -> Option<Self> {
        let there = fs::metadata(path).ok()?;
        Some(Self {
            is_pipe: is_pipe(&there),
            modified: there.modified().ok(),
            length: there.len(),
            inode: inode(&there),
        })
    }
}

#[cfg(unix)]
fn is_pipe(there: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    there.file_type().is_fifo()
}

#[cfg(not(unix))]
fn is_pipe(_: &fs::Metadata) -> bool {
    false
}

#[cfg(unix)]
fn inode(there: &fs::Metadata) -> (u64, i64, i64) {
    use std::os::unix::fs::MetadataExt as _;
    (there.ino(), there.ctime(), there.ctime_nsec())
}

#[cfg(not(unix))]
fn inode(_: &fs::Metadata) -> (u64, i64, i64) {
    (0, 0, 0)
}
