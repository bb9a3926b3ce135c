//! What is still to be committed and pushed.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::files::git::blob::is_stored_as;
use crate::files::git::command::command;
use crate::files::git::process::{Deadline, Git, GitError};
use crate::files::git::repository::{path_from_bytes, repository_root};

/// Files that are not as committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The root of the repository.
    pub(crate) root: PathBuf,
    /// The files, below the root; at least one.
    pub files: Vec<PathBuf>,
    /// Where a commit would be pushed to.
    pub push: Push,
}

/// Where a commit is pushed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Push {
    /// The repository has no remote.
    Nowhere,
    /// The upstream of the branch.
    Upstream,
    /// The branch has no upstream; this is the remote that it would be pushed to.
    To(String),
}

/// Asks git which files are not as committed. All files must be in the repository of the first one.
/// Returns `None` if there is no repository, if git gives no answer, if all files are committed, or
/// if they are ignored.
///
/// The files are compared here by git's object names: `git status` would run the filters that a
/// repository configures. So a committed file that such a filter changes counts as not committed;
/// adding it once more does no harm.
///
/// # Errors
///
/// Returns a sentence if git did not answer within the timeout. The timeout is for all questions
/// together.
pub fn pending(files: &[&Path], timeout: Duration) -> Result<Option<Pending>, String> {
    pending_until(files, Deadline::after(timeout)).map_err(|error| error.to_string())
}

fn pending_until(files: &[&Path], deadline: Deadline) -> Result<Option<Pending>, GitError> {
    let files: Vec<PathBuf> = files
        .iter()
        .filter_map(|file| file.canonicalize().ok())
        .collect();
    let Some(root) = files.first().and_then(|file| repository_root(file)) else {
        return Ok(None);
    };
    let questions = Questions { root, deadline };
    let below = files.iter().filter_map(|file| file.strip_prefix(root).ok());
    let below: Vec<&Path> = below.collect();
    let Some(known) = Known::of(&questions, &below)? else {
        return Ok(None);
    };
    let files: Vec<PathBuf> = below
        .into_iter()
        .filter(|file| known.is_pending(root, file))
        .map(Path::to_owned)
        .collect();
    if files.is_empty() {
        return Ok(None);
    }
    Ok(Some(Pending {
        root: root.to_owned(),
        files,
        push: push(&questions)?,
    }))
}

/// Questions to git about a repository.
#[derive(Debug)]
pub(crate) struct Questions<'r> {
    /// The root of the repository.
    pub(crate) root: &'r Path,
    pub(crate) deadline: Deadline,
}

impl Questions<'_> {
    /// The output of git; `None` if it failed.
    pub(crate) fn answer(
        &self,
        arguments: &[&str],
        files: &[&Path],
    ) -> Result<Option<Vec<u8>>, GitError> {
        let git = self.command(arguments, files);
        match Git::start(git, self.deadline).and_then(Git::answer) {
            // A git that cannot be started gives no answer.
            Err(GitError::Failed(_)) => Ok(None),
            answer => answer,
        }
    }

    /// The output of git. If git failed, the error is what it said.
    pub(crate) fn require(&self, arguments: &[&str], files: &[&Path]) -> Result<Vec<u8>, GitError> {
        self.run(self.command(arguments, files), Vec::new())
    }

    /// The output of a command that is given `input`. If git failed, the error is what it said.
    pub(crate) fn run(&self, git: Command, input: Vec<u8>) -> Result<Vec<u8>, GitError> {
        let mut git = Git::start(git, self.deadline)?;
        git.feed(input)?;
        let mut answer = Vec::new();
        git.read_to_end(&mut answer).map_err(|_| git.late())?;
        match git.end()? {
            None => Ok(answer),
            Some(why) => Err(GitError::Failed(why)),
        }
    }

    fn command(&self, arguments: &[&str], files: &[&Path]) -> Command {
        let mut git = command(self.root);
        git.args(arguments);
        if !files.is_empty() {
            git.arg("--").args(files);
        }
        git
    }
}

/// A version of a file that git has stored: its mode and its object name.
pub(crate) type Stored = (String, String);

/// What git knows of some files, by their paths below the root.
pub(crate) struct Known {
    /// The files in the newest commit.
    pub(crate) committed: HashMap<PathBuf, Stored>,
    /// The files in the index, which the next commit would contain.
    pub(crate) staged: HashMap<PathBuf, Staged>,
    /// The files that are neither tracked nor ignored.
    pub(crate) untracked: HashSet<PathBuf>,
}

/// A file in the index.
pub(crate) struct Staged {
    pub(crate) stored: Stored,
    /// Whether a merge has left it in conflict.
    pub(crate) is_unmerged: bool,
    /// Whether git was told not to look at the file itself.
    pub(crate) is_unwatched: bool,
}

impl Known {
    pub(crate) fn of(questions: &Questions<'_>, files: &[&Path]) -> Result<Option<Self>, GitError> {
        let staged = questions.answer(&["ls-files", "-z", "--stage", "-v"], files)?;
        let others = ["ls-files", "-z", "--others", "--exclude-standard"];
        let untracked = questions.answer(&others, files)?;
        // A repository before its first commit has no such tree.
        let head = questions.answer(&["rev-parse", "--verify", "--quiet", "HEAD"], &[])?;
        let committed = match head {
            Some(_) => questions.answer(&["ls-tree", "-z", "HEAD"], files)?,
            None => Some(Vec::new()),
        };
        let (Some(staged), Some(untracked), Some(committed)) = (staged, untracked, committed)
        else {
            return Ok(None);
        };
        Ok(Some(Self {
            committed: records(&committed).filter_map(in_tree).collect(),
            staged: records(&staged).filter_map(in_index).collect(),
            untracked: records(&untracked).map(path_from_bytes).collect(),
        }))
    }

    fn is_pending(&self, root: &Path, file: &Path) -> bool {
        let Some(staged) = self.staged.get(file) else {
            return self.untracked.contains(file) || self.committed.contains_key(file);
        };
        if staged.is_unmerged || self.committed.get(file) != Some(&staged.stored) {
            return true;
        }
        let (_, name) = &staged.stored;
        let is_same = |bytes: Vec<u8>| is_stored_as(&bytes, name);
        !staged.is_unwatched && !fs::read(root.join(file)).is_ok_and(is_same)
    }
}

pub(crate) fn records(answer: &[u8]) -> impl Iterator<Item = &[u8]> {
    let all = answer.split(|byte| *byte == 0);
    all.filter(|record| !record.is_empty())
}

/// The words of a record, and the path that follows them after a tab.
fn parts(record: &[u8]) -> Option<(Vec<String>, PathBuf)> {
    let tab = record.iter().position(|byte| *byte == b'\t')?;
    let words = String::from_utf8_lossy(&record[..tab]);
    let words = words.split(' ').map(str::to_owned);
    Some((words.collect(), path_from_bytes(&record[tab + 1..])))
}

/// Reads `mode type name TAB path`.
pub(crate) fn in_tree(record: &[u8]) -> Option<(PathBuf, Stored)> {
    let (words, path) = parts(record)?;
    let [mode, _, name] = <[String; 3]>::try_from(words).ok()?;
    Some((path, (mode, name)))
}

/// Reads `tag mode name stage TAB path`.
fn in_index(record: &[u8]) -> Option<(PathBuf, Staged)> {
    let (words, path) = parts(record)?;
    let [tag, mode, name, stage] = <[String; 4]>::try_from(words).ok()?;
    let staged = Staged {
        stored: (mode, name),
        is_unmerged: stage != "0",
        // `S` means that git skips the working tree. A lower-case letter means that git assumes no
        // change there.
        is_unwatched: tag == "S" || tag.chars().all(char::is_lowercase),
    };
    Some((path, staged))
}

/// Where a commit on the branch of HEAD would be pushed to.
pub(crate) fn push(questions: &Questions<'_>) -> Result<Push, GitError> {
    let remotes = questions.answer(&["remote"], &[])?.unwrap_or_default();
    let remotes = String::from_utf8_lossy(&remotes);
    let Some(first) = remotes.lines().next() else {
        return Ok(Push::Nowhere);
    };
    let upstream = ["rev-parse", "--verify", "--quiet", "@{upstream}"];
    if questions.answer(&upstream, &[])?.is_some() {
        return Ok(Push::Upstream);
    }
    let origin = remotes.lines().find(|name| *name == "origin");
    Ok(Push::To(origin.unwrap_or(first).to_owned()))
}
