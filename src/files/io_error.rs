//! An operation on a file that failed, as a sentence: what was tried, on which file, and why it
//! failed.

use std::path::{Path, PathBuf};
use std::{fmt, io};

/// An operation on a file that failed.
#[derive(Debug)]
pub struct IoError {
    /// What was tried: `read` in `cannot read`.
    action: &'static str,
    path: PathBuf,
    error: io::Error,
}

impl IoError {
    /// The error of `action` (such as `read`) on `path`.
    pub(crate) fn new(action: &'static str, path: &Path, error: io::Error) -> Self {
        Self {
            action,
            path: path.to_owned(),
            error,
        }
    }

    /// The file.
    #[must_use]
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The kind of the system's error.
    #[must_use]
    pub(crate) fn kind(&self) -> io::ErrorKind {
        self.error.kind()
    }

    /// Why it failed.
    #[must_use]
    pub(crate) fn reason(&self) -> String {
        reason(&self.error)
    }

    /// The whole sentence: what failed, and why.
    #[must_use]
    pub(crate) fn sentence(&self) -> String {
        format!("{self}: {}", self.reason())
    }
}

/// What failed. Why it failed is the error's source.
impl fmt::Display for IoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} `{}`", self.action, self.path.display())
    }
}

impl std::error::Error for IoError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// Why an operation of the system failed, in words and without the number of the error.
#[must_use]
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::StorageFull => "no space left on the device".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
        io::ErrorKind::NotADirectory => "a part of the path is not a directory".to_owned(),
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or_default();
            let mut chars = text.chars();
            let first = chars.next().map(|c| c.to_lowercase().to_string());
            first.unwrap_or_default() + chars.as_str()
        }
    }
}
