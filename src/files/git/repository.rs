//! Where a repository is, and how git names paths in it.

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository around a file.
pub(crate) fn repository_root(path: &Path) -> Option<&Path> {
    let mut around = path.ancestors().skip(1);
    around.find(|dir| dir.join(".git").exists())
}

/// Whether git is writing files in the repository around a folder. Git locks the index while it
/// writes. Until it is done, it does not report the commit that the files belong to.
#[must_use]
pub(crate) fn is_index_locked(folder: &Path) -> bool {
    let Ok(folder) = folder.canonicalize() else {
        return false;
    };
    let mut all = folder.ancestors().map(|dir| dir.join(".git"));
    let index = all
        .find(|git| git.exists())
        .and_then(|git| index_folder(&git));
    index.is_some_and(|folder| folder.join("index.lock").exists())
}

/// The folder that contains the index. This is `.git`. In a worktree and in a submodule, `.git` is
/// a file that names the folder.
fn index_folder(git: &Path) -> Option<PathBuf> {
    if git.is_dir() {
        return Some(git.to_owned());
    }
    let text = fs::read_to_string(git).ok()?;
    let named = text.strip_prefix("gitdir:")?.trim();
    Some(git.parent()?.join(named))
}

/// A path from the bytes that git writes.
#[cfg(unix)]
pub(crate) fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// A path from the bytes that git writes.
#[cfg(not(unix))]
pub(crate) fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
