//! When files were committed, from one git process for each repository.
//!
//! The newest commit that touches a file names the blob that it leaves there. History is read
//! along first parents, so that it is one line: what a merge brings is new when it is merged. If that blob is the
//! text that was read, the file is unchanged, and the time of the commit is its revision; that
//! compares what was read, not what is there a moment later. Git is asked for history only: it runs
//! nothing that a repository names, takes no locks, and reaches no network.

mod blob;
mod command;
mod pending;
mod process;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use blob::{SHA1_DIGITS, is_stored_as};
use command::command;
use process::{Deadline, Git, GitError};

pub(crate) use pending::Pending;
pub use pending::Push;
pub use pending::pending;

/// Files up to which git is given their names; more are asked for by their directories.
const NAMED: usize = 500;
/// How long git may take to answer one question. Its answer takes milliseconds where nothing is wrong.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// The newest commit that touches a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Commit {
    /// Git's name of the content that it leaves, in hexadecimal.
    blob: String,
    /// When it was made, seconds since the epoch.
    time: i64,
    /// Whether it is the edge of a shallow clone: the file may be older.
    is_edge: bool,
}

/// What a commit says of a file that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The file is as committed then, seconds since the epoch.
    Unchanged(i64),
    /// It is as committed, who knows when: the clone is too shallow.
    Shallow,
    /// It was changed.
    Changed,
}

/// What git knows of some files.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Commits {
    /// For each file in the order of the question, its newest commit; `None` where it is not
    /// tracked or lies in no repository.
    pub(crate) list: Vec<Option<Commit>>,
    /// Sentences about repositories that could not be asked.
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
    /// Compares a file's content with what the commit left. Line ends that a checkout has made
    /// CR LF are no change.
    #[must_use]
    pub(crate) fn verdict(&self, bytes: &[u8]) -> Verdict {
        match (is_stored_as(bytes, &self.blob), self.is_edge) {
            (false, _) => Verdict::Changed,
            (true, true) => Verdict::Shallow,
            (true, false) => Verdict::Unchanged(self.time),
        }
    }
}

/// Asks git about files, and waits so long for the answer about all of them. Without a repository
/// around them no process is started.
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
        if let Some(root) = root(&path)
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
                "git cannot say when plans in `{}` were committed, so their file times count: {why}",
                root.display()
            ));
        }
        answer.repositories.push(Repository { root, is_late });
    }
    answer
}

/// Whether git is writing files in the repository around a folder: then it has locked its index.
/// What it has written by then is not yet committed as far as anybody can ask.
#[must_use]
pub(crate) fn is_at_work(folder: &Path) -> bool {
    let Ok(folder) = folder.canonicalize() else {
        return false;
    };
    let mut all = folder.ancestors().map(|dir| dir.join(".git"));
    let index = all.find(|git| git.exists()).and_then(|git| storage(&git));
    index.is_some_and(|storage| storage.join("index.lock").exists())
}

/// Where a checkout has its index: in `.git`, or where that is a file, as in a worktree and in a
/// submodule, in the folder that it names.
fn storage(git: &Path) -> Option<PathBuf> {
    if git.is_dir() {
        return Some(git.to_owned());
    }
    let text = fs::read_to_string(git).ok()?;
    let named = text.strip_prefix("gitdir:")?.trim();
    Some(git.parent()?.join(named))
}

/// Paths below a repository's root, each with the places of it in the question: two links may
/// lead to one file.
type Wanted = HashMap<PathBuf, Vec<usize>>;

fn ask(
    root: &Path,
    mut wanted: Wanted,
    list: &mut [Option<Commit>],
    deadline: Deadline,
) -> Result<(), GitError> {
    let mut log = BufReader::new(Git::start(log(root, &wanted), deadline)?);
    let is_sha1 = read(&mut log, &mut wanted, list).map_err(|_| log.get_ref().late())?;
    if !is_sha1 {
        let why = "its objects are not named by SHA-1";
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

/// The root of the repository around a file.
fn root(path: &Path) -> Option<&Path> {
    let mut around = path.ancestors().skip(1);
    around.find(|dir| dir.join(".git").exists())
}

fn log(root: &Path, wanted: &Wanted) -> Command {
    let mut command = command(root);
    command
        .args(["-c", "log.follow=false"])
        .args(["-c", "log.showRoot=true"])
        .args(["log", "--format=%x00%ct %D", "-z", "--raw", "--no-abbrev"])
        // Of names only that of a shallow clone's edge is left; a branch may have it too.
        .arg("--decorate-refs-exclude=refs/*")
        .args(["--no-renames", "--no-ext-diff", "--no-textconv"])
        .args(["--first-parent", "--diff-merges=first-parent", "--"]);
    if wanted.len() <= NAMED {
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

/// Reads the log until every file is found. False where blobs are not named by SHA-1.
fn read(
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
            for index in wanted.remove(&path(text)).unwrap_or_default() {
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

#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
