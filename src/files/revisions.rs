//! The revision of each plans file: a fixed one for all files, else the time of its commit, else the
//! time of the file.

use std::path::Path;

use chrono::Utc;

use crate::files::git::{self, Commit, Verdict};
use crate::files::source::{Loaded, Source};
use crate::time::revision::Revision;

/// Where the revisions of some files come from.
pub(crate) enum Revisions {
    /// One for all files.
    Fixed(Revision),
    /// Each file's newest commit, in the order of the files.
    Commits(Vec<Option<Commit>>),
}

impl Revisions {
    /// Asks git. Also returns warnings about repositories in which git did not answer.
    pub(crate) fn from_git(sources: &[Source]) -> (Self, Vec<String>) {
        // Standard input is in no repository.
        let path = |source: &Source| source.path.clone().unwrap_or_default();
        let paths: Vec<_> = sources.iter().map(path).collect();
        let paths: Vec<&Path> = paths.iter().map(AsRef::as_ref).collect();
        let commits = git::commits(&paths, git::ANSWER_TIMEOUT);
        (Self::Commits(commits.list), commits.warnings)
    }

    /// The revision of the file with this index and content, and whether its clone is too shallow
    /// to tell when it was committed.
    pub(crate) fn get(&self, index: usize, loaded: &Loaded) -> (Revision, bool) {
        let commits = match self {
            Self::Fixed(revision) => return (*revision, false),
            Self::Commits(commits) => commits,
        };
        let commit = commits.get(index).and_then(Option::as_ref);
        let verdict = commit.map(|commit| commit.verdict(&loaded.bytes));
        let seconds = match verdict {
            Some(Verdict::Unchanged(time)) => time,
            _ => loaded.modified.unwrap_or_else(|| Utc::now().timestamp()),
        };
        let is_shallow = verdict == Some(Verdict::Shallow);
        (Revision::from_unix(seconds), is_shallow)
    }
}
