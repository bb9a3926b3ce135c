//! When files were committed, from one git process for each repository.
//!
//! The newest commit that touches a file names the blob of the file after the commit. History is
//! read along first parents, so that it is linear: a change that a merge brings in is dated by the
//! merge. If the blob is the text that was read, the file is unchanged, and the time of the commit
//! is its revision. The comparison uses the text that was read, not the text that the file has a
//! moment later.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::files::git::blob::{SHA1_DIGITS, is_stored_as};
use crate::files::git::command::command;
use crate::files::git::process::{Deadline, Git, GitError};
use crate::files::git::repository::{path_from_bytes, repository_root};

/// Git gets the names of up to this number of files. For more files it gets the names of their
/// directories.
const MAX_NAMED_FILES: usize = 500;

/// The newest commit that touches a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Commit {
    /// The object name of the content after the commit, in hexadecimal.
    blob: String,
    /// When the commit was made, in seconds since the epoch.
    time: i64,
    /// Whether this is the oldest commit of a shallow clone. The file may then be older.
    is_edge: bool,
}

/// How a file that was read compares with its newest commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The file is as it was committed at this time, in seconds since the epoch.
    Unchanged(i64),
    /// The file is as committed, but the clone is too shallow to tell when.
    Shallow,
    /// The file is not as committed.
    Changed,
}

/// What git knows of some files.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Commits {
    /// The newest commit of each file, in the order of the files; `None` if a file is not tracked
    /// or not in a repository.
    pub(crate) list: Vec<Option<Commit>>,
    /// Sentences about repositories in which git did not answer.
    pub(crate) warnings: Vec<String>,
    /// The repositories that were asked.
    pub(crate) repositories: Vec<Repository>,
}

/// A repository that git was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repository {
    /// Its root, absolute and without links.
    pub(crate) root: PathBuf,
    /// Whether git did not answer in time.
    pub(crate) is_late: bool,
}

impl Commit {
    /// Compares the content of a file with the content after the commit. Line ends that a checkout
    /// has converted to CR LF do not count as a change.
    #[must_use]
    pub(crate) fn verdict(&self, bytes: &[u8]) -> Verdict {
        match (is_stored_as(bytes, &self.blob), self.is_edge) {
            (false, _) => Verdict::Changed,
            (true, true) => Verdict::Shallow,
            (true, false) => Verdict::Unchanged(self.time),
        }
    }
}

/// Asks git about files. The timeout is for all files together. No process is started for files
/// that are in no repository.
#[must_use]
pub(crate) fn commits(files: &[&Path], timeout: Duration) -> Commits {
    let mut answer = Commits {
        list: vec![None; files.len()],
        ..Commits::default()
    };
    let mut repositories: BTreeMap<PathBuf, Wanted> = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        let Ok(path) = file.canonicalize() else {
            continue;
        };
        if let Some(root) = repository_root(&path)
            && let Ok(relative) = path.strip_prefix(root)
        {
            let wanted = repositories.entry(root.to_owned()).or_default();
            wanted.entry(relative.to_owned()).or_default().push(index);
        }
    }
    let deadline = Deadline::after(timeout);
    for (root, wanted) in repositories {
        let asked = ask(&root, wanted, &mut answer.list, deadline);
        let is_late = matches!(asked, Err(GitError::Late(_)));
        if let Err(why) = asked {
            answer.warnings.push(format!(
                "git cannot say when plans in `{}` were committed, so their file times are used: \
                 {why}",
                root.display()
            ));
        }
        answer.repositories.push(Repository { root, is_late });
    }
    answer
}

/// Paths relative to the root of a repository, each with the indexes of its files. A path can have
/// several indexes, since two links may lead to one file.
type Wanted = HashMap<PathBuf, Vec<usize>>;

fn ask(
    root: &Path,
    mut wanted: Wanted,
    list: &mut [Option<Commit>],
    deadline: Deadline,
) -> Result<(), GitError> {
    let mut log = BufReader::new(Git::start(log_command(root, &wanted), deadline)?);
    let is_sha1 = read_log(&mut log, &mut wanted, list).map_err(|_| log.get_ref().late())?;
    if !is_sha1 {
        let why = "the repository does not use SHA-1";
        return Err(GitError::Failed(why.to_owned()));
    }
    if wanted.is_empty() {
        return Ok(());
    }
    match log.into_inner().end()? {
        None => Ok(()),
        // A repository before its first commit tracks nothing.
        Some(text) if text.contains("does not have any commits") => Ok(()),
        Some(text) => Err(GitError::Failed(text)),
    }
}

fn log_command(root: &Path, wanted: &Wanted) -> Command {
    let mut command = command(root);
    command
        .args(["-c", "log.follow=false"])
        .args(["-c", "log.showRoot=true"])
        .args(["log", "--format=%x00%ct %D", "-z", "--raw", "--no-abbrev"])
        // Without names of branches and tags, `grafted` marks the oldest commit of a shallow clone
        // and nothing else.
        .arg("--decorate-refs-exclude=refs/*")
        .args(["--no-renames", "--no-ext-diff", "--no-textconv"])
        .args(["--first-parent", "--diff-merges=first-parent", "--"]);
    if wanted.len() <= MAX_NAMED_FILES {
        command.args(wanted.keys().collect::<BTreeSet<_>>());
    } else {
        let parent = |path: &PathBuf| match path.parent() {
            Some(parent) if parent != Path::new("") => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        command.args(wanted.keys().map(parent).collect::<BTreeSet<_>>());
    }
    command
}

/// Reads the log until every file is found. Returns false if blobs are not named by SHA-1.
fn read_log(
    log: &mut impl BufRead,
    wanted: &mut Wanted,
    list: &mut [Option<Commit>],
) -> io::Result<bool> {
    let (mut time, mut is_edge) = (0, false);
    let mut blob = None;
    let mut field = Vec::new();
    while !wanted.is_empty() {
        field.clear();
        if log.read_until(0, &mut field)? == 0 {
            break;
        }
        let text = field.strip_suffix(b"\0").unwrap_or(&field);
        let text = text.strip_prefix(b"\n").unwrap_or(text);
        if let Some(blob) = blob.take() {
            for index in wanted.remove(&path_from_bytes(text)).unwrap_or_default() {
                let blob = String::clone(&blob);
                list[index] = Some(Commit {
                    blob,
                    time,
                    is_edge,
                });
            }
        } else if text.starts_with(b":") {
            // :mode mode old new status
            let new = text.split(|byte| *byte == b' ').nth(3).unwrap_or_default();
            if new.len() != SHA1_DIGITS {
                return Ok(false);
            }
            blob = Some(String::from_utf8_lossy(new).into_owned());
        } else if !text.is_empty() {
            let text = String::from_utf8_lossy(text);
            let (seconds, refs) = text.split_once(' ').unwrap_or((&text, ""));
            time = seconds.parse().unwrap_or(0);
            is_edge = refs.split(", ").any(|name| name == "grafted");
        }
    }
    Ok(true)
}
