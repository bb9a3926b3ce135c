//! What the system tells about a file without reading it.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Times, size and identity of the file behind a path. If the stamp differs, the text may differ.
/// If the stamp is equal, the text may still differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileStamp {
    modified: Option<SystemTime>,
    length: u64,
    /// The inode, and when it was changed: seconds and nanoseconds.
    inode: (u64, i64, i64),
    is_pipe: bool,
}

impl FileStamp {
    /// Whether the file was changed within `time` before now, less a `slack`. False if the change
    /// is in the future: a clock was set back, or another machine's clock is ahead.
    pub(crate) fn was_changed_within(&self, time: Duration, slack: Duration) -> bool {
        let (_, seconds, nanoseconds) = self.inode;
        let changed = Duration::new(
            u64::try_from(seconds).unwrap_or(0),
            u32::try_from(nanoseconds).unwrap_or(0),
        );
        let age = SystemTime::now().duration_since(UNIX_EPOCH + changed);
        age.is_ok_and(|age| age + slack < time)
    }

    /// Whether the file is a pipe. A pipe is read once: a second read may wait for ever.
    pub(crate) fn is_pipe(&self) -> bool {
        self.is_pipe
    }

    /// The stamp of the file behind a path, if there is one.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        Some(Self {
            is_pipe: is_pipe(&metadata),
            modified: metadata.modified().ok(),
            length: metadata.len(),
            inode: inode(&metadata),
        })
    }
}

#[cfg(unix)]
fn is_pipe(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    metadata.file_type().is_fifo()
}

#[cfg(not(unix))]
fn is_pipe(_: &fs::Metadata) -> bool {
    false
}

#[cfg(unix)]
fn inode(metadata: &fs::Metadata) -> (u64, i64, i64) {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn inode(_: &fs::Metadata) -> (u64, i64, i64) {
    (0, 0, 0)
}
