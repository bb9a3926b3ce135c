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

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread::{self, JoinHandle};

use crate::refusal::reason;

use blob::{SHA1_DIGITS, is_stored_as};
use command::command;

pub use pending::{Pending, Push, pending};

/// Files up to which git is given their names; more are asked for by their directories.
const NAMED: usize = 500;
/// Octets of git's complaint that are read.
const COMPLAINT: u64 = 4096;

/// The newest commit that touches a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Git's name of the content that it leaves, in hexadecimal.
    blob: String,
    /// When it was made, seconds since the epoch.
    time: i64,
    /// Whether it is the edge of a shallow clone: the file may be older.
    is_edge: bool,
}

/// What a commit says of a file that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The file is as committed then, seconds since the epoch.
    Unchanged(i64),
    /// It is as committed, who knows when: the clone is too shallow.
    Shallow,
    /// It was changed.
    Changed,
}

/// What git knows of some files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Commits {
    /// For each file in the order of the question, its newest commit; `None` where it is not
    /// tracked or lies in no repository.
    pub list: Vec<Option<Commit>>,
    /// Sentences about repositories that could not be asked.
    pub warnings: Vec<String>,
}

impl Commit {
    /// Compares a file's content with what the commit left. Line ends that a checkout has made
    /// CR LF are no change.
    #[must_use]
    pub fn verdict(&self, bytes: &[u8]) -> Verdict {
        match (is_stored_as(bytes, &self.blob), self.is_edge) {
            (false, _) => Verdict::Changed,
            (true, true) => Verdict::Shallow,
            (true, false) => Verdict::Unchanged(self.time),
        }
    }
}

/// Asks git about files. Without a repository around them no process is started.
#[must_use]
pub fn commits(files: &[&Path]) -> Commits {
    let mut answer = Commits {
        list: vec![None; files.len()],
        warnings: Vec::new(),
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
    for (root, wanted) in repositories {
        if let Err(why) = ask(&root, wanted, &mut answer.list) {
            answer.warnings.push(format!(
                "git cannot say when plans in `{}` were committed, so their file times count: {why}",
                root.display()
            ));
        }
    }
    answer
}

/// Whether git is writing files in the repository around a folder: then it has locked its index.
/// What it has written by then is not yet committed as far as anybody can ask.
#[must_use]
pub fn is_at_work(folder: &Path) -> bool {
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

fn ask(root: &Path, mut wanted: Wanted, list: &mut [Option<Commit>]) -> Result<(), String> {
    let mut child = log(root, &wanted)
        .spawn()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => "`git` was not found".to_owned(),
            _ => reason(&error),
        })?;
    let complaint = child.stderr.take().map(listen);
    let is_sha1 = match child.stdout.take() {
        Some(output) => read(BufReader::new(output), &mut wanted, list),
        None => true,
    };
    let complaint = end(&mut child, wanted.is_empty(), complaint)?;
    if !is_sha1 {
        return Err("its objects are not named by SHA-1".to_owned());
    }
    match complaint {
        None => Ok(()),
        // A repository before its first commit tracks nothing.
        Some(text) if text.contains("does not have any commits") => Ok(()),
        Some(text) => Err(text),
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
fn read(mut log: impl BufRead, wanted: &mut Wanted, list: &mut [Option<Commit>]) -> bool {
    let (mut time, mut is_edge) = (0, false);
    let mut blob = None;
    let mut field = Vec::new();
    while !wanted.is_empty() {
        field.clear();
        match log.read_until(0, &mut field) {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
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
                return false;
            }
            blob = Some(String::from_utf8_lossy(new).into_owned());
        } else if !text.is_empty() {
            let text = String::from_utf8_lossy(text);
            let (seconds, refs) = text.split_once(' ').unwrap_or((&text, ""));
            time = seconds.parse().unwrap_or(0);
            is_edge = refs.split(", ").any(|name| name == "grafted");
        }
    }
    true
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

/// Reads a complaint to its end, so that git never waits for a reader, and keeps its beginning.
fn listen(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = Vec::new();
        // What cannot be read is no complaint.
        let _ = from.by_ref().take(COMPLAINT).read_to_end(&mut text);
        let _ = io::copy(&mut from, &mut io::sink());
        String::from_utf8_lossy(&text).into_owned()
    })
}

/// Waits for git, or stops it when nothing more is wanted; its complaint, if it had one.
fn end(
    child: &mut Child,
    done: bool,
    complaint: Option<JoinHandle<String>>,
) -> Result<Option<String>, String> {
    if done {
        // It may have ended by itself.
        let _ = child.kill();
    }
    let status = child.wait().map_err(|error| reason(&error))?;
    let complaint = complaint.and_then(|thread| thread.join().ok());
    if done || status.success() {
        return Ok(None);
    }
    let text = complaint.unwrap_or_default();
    let line = text.lines().next().unwrap_or("it failed");
    Ok(Some(line.trim_start_matches("fatal: ").to_owned()))
}
