//! The revision of each plans file: what the environment says, else git, else its own time.

use std::env;
use std::path::Path;

use chrono::Utc;
use weekahead::git::{self, Commit, Verdict};
use weekahead::revision::Revision;
use weekahead::source::{Loaded, Source};

use super::Outcome;
use super::terminal::Terminal;

/// What decides the revisions of some files.
pub(super) enum Revisions {
    /// The environment names one for all.
    Fixed(Revision),
    /// Each file's newest commit, in the order of the files.
    Commits(Vec<Option<Commit>>),
}

impl Revisions {
    /// Asks the environment and git.
    pub(super) fn of(sources: &[Source], terminal: &mut Terminal) -> Result<Self, Outcome> {
        if let Some(fixed) = source_date_epoch(terminal)? {
            return Ok(Self::Fixed(fixed));
        }
        // Standard input lies in no repository.
        let path = |source: &Source| source.path.clone().unwrap_or_default();
        let paths: Vec<_> = sources.iter().map(path).collect();
        let paths: Vec<&Path> = paths.iter().map(AsRef::as_ref).collect();
        let commits = git::commits(&paths, git::ANSWER_TIMEOUT);
        for warning in &commits.warnings {
            terminal.warn(warning);
        }
        Ok(Self::Commits(commits.list))
    }

    /// The revision of the `index`th file with what was read from it, and whether its clone is
    /// too shallow to tell.
    pub(super) fn get(&self, index: usize, loaded: &Loaded) -> (Revision, bool) {
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

/// Says once that commits could not be told.
pub(super) fn warn_of_shallow(shallow: bool, terminal: &mut Terminal) {
    if shallow {
        terminal.warn(
            "this is a shallow clone that does not reach back to the commit of the plans, \
             so their file times count: fetch all of it",
        );
    }
}

/// The revision that the environment names for everything, if it names one.
pub(super) fn source_date_epoch(terminal: &mut Terminal) -> Result<Option<Revision>, Outcome> {
    let Some(value) = env::var_os("SOURCE_DATE_EPOCH") else {
        return Ok(None);
    };
    let text = value.to_string_lossy();
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(seconds) if is_number => Ok(Some(Revision::from_unix(seconds))),
        _ => {
            terminal.error(
                &format!("SOURCE_DATE_EPOCH is `{text}`: a number of seconds was expected"),
                Some("unset it, or set it to the seconds since 1970"),
            );
            Err(Outcome::Usage)
        }
    }
}
