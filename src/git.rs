//! When the text of a file was committed, from one git process for each repository.
//!
//! The newest commit that touches a file names the blob that it leaves there. If that blob is the
//! text that was read, the file is unchanged, and the time of the commit is its revision; that
//! compares what was read, not what is there a moment later. Git gets no chance to run hooks,
//! helpers or the network.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sha1_smol::Sha1;

use crate::refusal::reason;

/// Files up to which git is given their names; more are asked for by their directories.
const NAMED: usize = 500;

/// A file whose revision is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Tracked<'a> {
    /// The file.
    pub path: &'a Path,
    /// What was read from it.
    pub bytes: &'a [u8],
}

/// What git knows of some files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Commits {
    /// For each file in the order of the question, the time of its commit, seconds since the
    /// epoch; `None` where the file is not tracked, was changed, or lies in no repository.
    pub times: Vec<Option<i64>>,
    /// Sentences about repositories that could not be asked.
    pub warnings: Vec<String>,
}

/// Asks git about files. Without a repository around them no process is started.
#[must_use]
pub fn commits(files: &[Tracked<'_>]) -> Commits {
    let mut answer = Commits {
        times: vec![None; files.len()],
        warnings: Vec::new(),
    };
    let mut repositories: BTreeMap<PathBuf, HashMap<PathBuf, usize>> = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        let Ok(path) = file.path.canonicalize() else {
            continue;
        };
        let root = path
            .ancestors()
            .skip(1)
            .find(|dir| dir.join(".git").exists());
        if let Some(root) = root
            && let Ok(relative) = path.strip_prefix(root)
        {
            let members = repositories.entry(root.to_owned()).or_default();
            members.insert(relative.to_owned(), index);
        }
    }
    for (root, members) in repositories {
        if let Err(warning) = ask(&root, members, files, &mut answer.times) {
            let root = root.display();
            answer.warnings.push(format!(
                "git cannot say when plans in `{root}` were committed, so their file times count: {warning}"
            ));
        }
    }
    answer
}

fn ask(
    root: &Path,
    mut wanted: HashMap<PathBuf, usize>,
    files: &[Tracked<'_>],
    times: &mut [Option<i64>],
) -> Result<(), String> {
    let mut child = log(root, &wanted).spawn().map_err(|error| reason(&error))?;
    let Some(output) = child.stdout.take() else {
        return Err("it has no output".to_owned());
    };
    let shallow = read(BufReader::new(output), &mut wanted, files, times);
    let done = wanted.is_empty();
    let complaint = end(&mut child, done)?;
    if shallow {
        return Err(
            "this is a shallow clone that does not reach back to the commit (fetch all of it)"
                .to_owned(),
        );
    }
    match complaint {
        None => Ok(()),
        // A repository before its first commit tracks nothing.
        Some(text) if text.contains("does not have any commits") => Ok(()),
        Some(text) => Err(text),
    }
}

fn log(root: &Path, wanted: &HashMap<PathBuf, usize>) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(root)
        .args(["-c", "core.fsmonitor=false", "-c", "log.follow=false"])
        .args(["log", "--no-show-signature", "--format=%x00%ct %D", "-z"])
        .args([
            "--raw",
            "--no-abbrev",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
        ])
        .arg("--diff-merges=first-parent");
    if wanted.len() == 1 {
        command.arg("-1");
    }
    command.arg("--");
    if wanted.len() <= NAMED {
        command.args(wanted.keys().collect::<BTreeSet<_>>());
    } else {
        let parent = |path: &PathBuf| match path.parent() {
            Some(parent) if parent != Path::new("") => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        command.args(wanted.keys().map(parent).collect::<BTreeSet<_>>());
    }
    for name in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_COMMON_DIR",
        "GIT_NAMESPACE",
    ] {
        command.env_remove(name);
    }
    command
        .env("LC_ALL", "C")
        .env("GIT_LITERAL_PATHSPECS", "1")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Reads the log until every file is found. True where the newest commit that is known of a file
/// is the edge of a shallow clone: the file may be older than that.
fn read(
    mut log: impl BufRead,
    wanted: &mut HashMap<PathBuf, usize>,
    files: &[Tracked<'_>],
    times: &mut [Option<i64>],
) -> bool {
    let mut commit = (0, false);
    let mut shallow = false;
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
        if let Some(new) = blob.take() {
            let Some(index) = wanted.remove(&path(text)) else {
                continue;
            };
            if new == name_of(files[index].bytes) {
                match commit {
                    (_, true) => shallow = true,
                    (time, false) => times[index] = Some(time),
                }
            }
        } else if text.starts_with(b":") {
            // :mode mode old new status
            let new = text.split(|byte| *byte == b' ').nth(3);
            blob = Some(String::from_utf8_lossy(new.unwrap_or_default()).into_owned());
        } else if !text.is_empty() {
            let text = String::from_utf8_lossy(text);
            let (time, refs) = text.split_once(' ').unwrap_or((&text, ""));
            let grafted = refs.split(", ").any(|name| name == "grafted");
            commit = (time.parse().unwrap_or(0), grafted);
        }
    }
    shallow
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

/// Waits for git, or stops it when nothing more is wanted; its complaint, if it had one.
fn end(child: &mut Child, done: bool) -> Result<Option<String>, String> {
    if done {
        // It may have ended by itself.
        let _ = child.kill();
    }
    let mut complaint = String::new();
    if let Some(stderr) = child.stderr.as_mut() {
        // What cannot be read is no complaint.
        let _ = stderr.take(4096).read_to_string(&mut complaint);
    }
    let status = child.wait().map_err(|error| reason(&error))?;
    if done || status.success() {
        return Ok(None);
    }
    let line = complaint.lines().next().unwrap_or("it failed");
    Ok(Some(line.trim_start_matches("fatal: ").to_owned()))
}

/// Git's name of a blob: SHA-1 over a header and the content.
fn name_of(bytes: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("blob {}\0", bytes.len()).as_bytes());
    hash.update(bytes);
    hash.digest().to_string()
}
