//! What is still to be committed and pushed.

use std::path::{Path, PathBuf};

use super::{command, path, root};

/// Files that are not as committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The root of the repository.
    pub root: PathBuf,
    /// The files, below the root; at least one.
    pub files: Vec<PathBuf>,
    /// Where a commit would be pushed to.
    pub push: Push,
}

/// Where a commit is pushed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Push {
    /// The repository has no other.
    Nowhere,
    /// Where the branch comes from.
    Upstream,
    /// The branch comes from nowhere; this is the remote that it would go to.
    To(String),
}

/// Asks git which of some files, all in the repository of the first, are not as committed. Nothing
/// where there is no repository, where git tells nothing, where all is committed, and where
/// the files are ignored.
#[must_use]
pub fn pending(files: &[&Path]) -> Option<Pending> {
    let files: Vec<PathBuf> = files
        .iter()
        .filter_map(|file| file.canonicalize().ok())
        .collect();
    let root = root(files.first()?)?.to_owned();
    let below = files
        .iter()
        .filter_map(|file| file.strip_prefix(&root).ok());
    let below: Vec<&Path> = below.collect();
    let mut status = command(&root);
    status
        .args(["status", "--porcelain=v1", "-z", "--no-renames"])
        .args(["--untracked-files=all", "--"])
        .args(&below);
    let changed = answer(status)?;
    let changed: Vec<PathBuf> = changed
        .split(|byte| *byte == 0)
        .filter_map(|record| Some(path(record.get(3..)?)))
        .collect();
    let is_changed = |file: &&Path| changed.iter().any(|other| other == file);
    let files: Vec<PathBuf> = below
        .into_iter()
        .filter(is_changed)
        .map(Path::to_owned)
        .collect();
    if files.is_empty() {
        return None;
    }
    let push = push(&root);
    Some(Pending { root, files, push })
}

fn push(root: &Path) -> Push {
    let mut remotes = command(root);
    remotes.arg("remote");
    let remotes = answer(remotes).unwrap_or_default();
    let remotes = String::from_utf8_lossy(&remotes);
    let Some(first) = remotes.lines().next() else {
        return Push::Nowhere;
    };
    let mut upstream = command(root);
    upstream.args(["rev-parse", "--verify", "--quiet", "@{upstream}"]);
    if answer(upstream).is_some() {
        return Push::Upstream;
    }
    let origin = remotes.lines().find(|name| *name == "origin");
    Push::To(origin.unwrap_or(first).to_owned())
}

/// What git says, if it is content.
fn answer(mut git: std::process::Command) -> Option<Vec<u8>> {
    let output = git.output().ok()?;
    output.status.success().then_some(output.stdout)
}
