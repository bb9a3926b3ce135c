//! Checks, before a plans file is written, whether the change can be committed by itself.
//!
//! It can if the commit would contain only this change: the file is as in the newest commit,
//! nothing of it is staged, and git stores its content as it is. The check runs no program that the
//! repository names. For example, `git check-attr` tells whether a filter applies, but does not run
//! it.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::document::MAX_FILE_BYTES;
use crate::files::git::blob::blob_name;
use crate::files::git::conversions::{Conversions, LineEnds, with_lf};
use crate::files::git::pending::{Known, Push, Questions, Stored, push};
use crate::files::git::process::Deadline;
use crate::files::git::repository::{path_from_bytes, repository_root};
use crate::files::io_error::reason;
use crate::files::lock;
use crate::text::value_error::{ValueError, quoted};

/// What git is doing if its folder contains a file or folder of this name.
const RUNNING: [(&str, &str); 7] = [
    ("MERGE_HEAD", "a merge"),
    ("rebase-merge", "a rebase"),
    ("rebase-apply", "a rebase"),
    ("CHERRY_PICK_HEAD", "a cherry-pick"),
    ("REVERT_HEAD", "a revert"),
    ("sequencer", "a cherry-pick or a revert"),
    ("BISECT_LOG", "a bisect"),
];
/// The modes of files that are not executable and of those that are.
const MODES: [&str; 2] = ["100644", "100755"];
/// The events that our commands cause. Git runs the hooks for them, and from version 2.54 on these
/// may stand in the configuration (git-hook(1)).
const OUR_EVENTS: [&str; 2] = ["post-index-change", "reference-transaction"];
/// How long to wait for another git that is writing the index.
const INDEX_TIMEOUT: Duration = Duration::from_secs(2);
/// The time between two looks for the lock of the index.
const INDEX_INTERVAL: Duration = Duration::from_millis(10);

/// A plans file, and perhaps a receipt, that can be committed. Until this is dropped, no other run of
/// the program commits in the repository.
#[derive(Debug)]
pub(crate) struct ReadyCommit {
    /// The root of the repository.
    pub(crate) root: PathBuf,
    /// The folder with the index.
    pub(crate) git_folder: PathBuf,
    /// The branch that gets the commit, as in `refs/heads/main`.
    pub(crate) branch: String,
    /// The plans file.
    pub(crate) plans: TrackedFile,
    /// Whether the plans file is committed with LF where it has CR LF.
    pub(crate) has_lf: bool,
    /// The receipt with its content, if it is not committed yet.
    pub(crate) receipt: Option<(TrackedFile, Vec<u8>)>,
    /// Where the commit would be pushed to.
    pub(crate) push: Push,
    /// Options that switch the filters of the repository off.
    pub(crate) without_filters: Vec<String>,
    /// Closing it releases the lock.
    _lock: Option<File>,
}

/// A file below the root of a repository.
#[derive(Debug)]
pub(crate) struct TrackedFile {
    /// Its path below the root.
    pub(crate) path: PathBuf,
    /// The mode with which it is committed.
    pub(crate) mode: String,
    /// The file in the newest commit.
    pub(crate) committed: Option<Stored>,
    /// The file in the index.
    pub(crate) staged: Option<Stored>,
}

impl ReadyCommit {
    /// Checks that a change of a plans file can be committed. `bytes` is its content before the
    /// change. A receipt is left out if it is not a file, is ignored, is outside the repository, or
    /// is committed already.
    ///
    /// # Errors
    ///
    /// Returns the reason for which the change cannot be committed, and what to do about it.
    pub(crate) fn check(
        plans: &Path,
        bytes: &[u8],
        receipt: Option<&Path>,
        timeout: Duration,
    ) -> Result<Self, ValueError> {
        let name = quoted(&plans.to_string_lossy());
        let path = plans.canonicalize();
        let path = path.map_err(|error| ValueError::new(format!("{name}: {}", reason(&error))))?;
        let root = repository_root(&path);
        let root =
            root.ok_or_else(|| ValueError::new(format!("{name} is in no git repository")))?;
        let mut questions = Questions {
            root,
            deadline: Deadline::after(timeout),
        };
        let git_folder = git_folder(&questions)?;
        let lock = take_lock(&git_folder)?;
        // The wait for the lock does not count.
        questions.deadline = Deadline::after(timeout);
        check_idle(&questions, &git_folder)?;
        let branch = branch(&questions)?;
        check_hooks(&questions)?;
        let without_filters = without_filters(&questions)?;
        check_identity(&questions)?;
        let receipt = match receipt {
            Some(receipt) => ReceiptFile::find(receipt, root)?,
            None => None,
        };
        let plans_path = path.strip_prefix(root).unwrap_or(&path);
        let mut paths = vec![plans_path];
        paths.extend(receipt.as_ref().map(|receipt| receipt.path.as_path()));
        let known = Known::of(&questions, &paths)?;
        let known =
            known.ok_or_else(|| ValueError::new("git does not say which files it tracks"))?;
        let conversions = Conversions::of(&questions)?;
        let line_ends = conversions.check(plans_path)?;
        let (plans, has_lf) = tracked_plans(&known, plans_path, bytes, line_ends)?;
        let receipt = match receipt {
            Some(receipt) => receipt.tracked(&known, &conversions)?,
            None => None,
        };
        let push = push(&questions)?;
        Ok(Self {
            root: root.to_owned(),
            branch,
            plans,
            has_lf,
            receipt,
            push,
            without_filters,
            git_folder,
            _lock: lock,
        })
    }

    /// The files of the commit.
    pub(crate) fn files(&self) -> impl Iterator<Item = &TrackedFile> {
        [&self.plans]
            .into_iter()
            .chain(self.receipt.iter().map(|(file, _)| file))
    }

    /// The short name of the branch.
    pub(crate) fn branch_name(&self) -> &str {
        let name = self.branch.strip_prefix("refs/heads/");
        name.unwrap_or(&self.branch)
    }
}

/// Git's folder for the working tree. In a worktree and in a submodule it is not `.git`.
fn git_folder(questions: &Questions<'_>) -> Result<PathBuf, ValueError> {
    let root = questions.root;
    let asked = ["rev-parse", "--show-toplevel", "--absolute-git-dir"];
    let answer = questions.require(&asked, &[])?;
    let mut lines = answer.split(|byte| *byte == b'\n');
    let mut line = || lines.next().map(path_from_bytes).unwrap_or_default();
    let (top, git_folder) = (line(), line());
    // The configuration can name another working tree.
    if top.canonicalize().ok().as_deref() != Some(root) || !git_folder.is_dir() {
        let (root, top) = (root.display(), top.display());
        let message = format!("the working tree of the repository in `{root}` is `{top}`");
        return Err(ValueError::new(message));
    }
    Ok(git_folder)
}

/// Locks git's folder against other runs of this program. Git itself does not take this lock.
fn take_lock(git_folder: &Path) -> Result<Option<File>, ValueError> {
    // Some systems cannot open a folder, and some file systems have no locks. A run on them that
    // meets another one is refused by git's own locks.
    let Ok(folder) = File::open(git_folder) else {
        return Ok(None);
    };
    match lock::wait(&folder, Instant::now(), lock::LOCK_TIMEOUT) {
        true => Ok(Some(folder)),
        false => {
            let reason = reason(&lock::locked_for(lock::LOCK_TIMEOUT));
            let folder = git_folder.display();
            Err(ValueError::new(format!("cannot lock `{folder}`: {reason}")))
        }
    }
}

/// Checks that git does nothing else in the working tree.
fn check_idle(questions: &Questions<'_>, git_folder: &Path) -> Result<(), ValueError> {
    // With another store of references, some of them are no files (git-init(1), `--ref-format`).
    let has_table = git_folder.join("reftable").exists();
    for (name, what) in RUNNING {
        let is_file = git_folder.join(name).symlink_metadata().is_ok();
        let is_reference = has_table && name.ends_with("HEAD");
        if is_file || (is_reference && newest_commit(questions, name)?.is_some()) {
            let error = ValueError::new(format!("{what} is running in the repository"));
            return Err(error.hint("finish it or abort it, then commit"));
        }
    }
    match wait_for_index(git_folder) {
        true => Ok(()),
        false => Err(index_locked(git_folder)),
    }
}

/// Waits a moment if another git is writing the index. Returns whether it is free.
pub(crate) fn wait_for_index(git_folder: &Path) -> bool {
    let lock = git_folder.join("index.lock");
    let start = Instant::now();
    while lock.symlink_metadata().is_ok() {
        if start.elapsed() > INDEX_TIMEOUT {
            return false;
        }
        std::thread::sleep(INDEX_INTERVAL);
    }
    true
}

/// The error that another git keeps the index locked.
pub(crate) fn index_locked(git_folder: &Path) -> ValueError {
    let lock = git_folder.join("index.lock");
    let error = ValueError::new("another git process keeps the index of the repository locked");
    error.hint(format!(
        "if no git process runs, remove `{}`, then commit",
        lock.display()
    ))
}

/// The branch of HEAD, which must have a commit.
fn branch(questions: &Questions<'_>) -> Result<String, ValueError> {
    let asked = ["symbolic-ref", "--quiet", "HEAD"];
    let branch = questions.answer(&asked, &[])?;
    let branch = branch.map(|branch| String::from_utf8_lossy(&branch).trim_end().to_owned());
    let Some(branch) = branch.filter(|branch| branch.starts_with("refs/heads/")) else {
        let error = ValueError::new("HEAD is not on a branch");
        return Err(error.hint("switch to a branch with `git switch BRANCH`"));
    };
    match newest_commit(questions, &branch)? {
        Some(_) => Ok(branch),
        None => {
            let name = branch.trim_start_matches("refs/heads/");
            let error = ValueError::new(format!("the branch {} has no commit yet", quoted(name)));
            Err(error.hint("make the first commit yourself"))
        }
    }
}

/// The object name of the newest commit of a branch, or of another reference.
pub(crate) fn newest_commit(
    questions: &Questions<'_>,
    branch: &str,
) -> Result<Option<String>, ValueError> {
    let asked = ["rev-parse", "--verify", "--quiet", branch];
    let answer = questions.answer(&asked, &[])?;
    Ok(answer.map(|name| String::from_utf8_lossy(&name).trim_end().to_owned()))
}

/// Checks that the configuration of the repository names no hook that our commands would run. Empty
/// `core.hooksPath` switches off only the hooks that are files.
fn check_hooks(questions: &Questions<'_>) -> Result<(), ValueError> {
    let asked = [
        "config",
        "-z",
        "--show-scope",
        "--get-regexp",
        r"^hook\..*\.event$",
    ];
    // It fails if there are none. A git that does not know the question runs no such hooks.
    let answer = questions.answer(&asked, &[])?;
    let answer = answer.unwrap_or_default();
    let fields: Vec<_> = answer
        .split(|byte| *byte == 0)
        .map(String::from_utf8_lossy)
        .collect();
    for field in fields.chunks_exact(2) {
        let (scope, setting) = (&field[0], &field[1]);
        let (key, event) = setting.split_once('\n').unwrap_or((setting, ""));
        if matches!(&**scope, "local" | "worktree") && OUR_EVENTS.contains(&event) {
            let message = format!("the repository configures a hook for {event}");
            let hint = format!("remove {} from its configuration, then commit", quoted(key));
            return Err(ValueError::new(message).hint(hint));
        }
    }
    Ok(())
}

/// Options that switch off every filter that the configuration names. When git writes the index, it
/// compares files that were changed about when the index was written, whichever entry it writes, and
/// runs their filters.
fn without_filters(questions: &Questions<'_>) -> Result<Vec<String>, ValueError> {
    let asked = ["config", "-z", "--name-only", "--get-regexp", r"^filter\."];
    let answer = questions.answer(&asked, &[])?;
    let answer = answer.unwrap_or_default();
    let keys = answer.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    let mut names: Vec<String> = keys
        .filter_map(|key| Some(key.strip_prefix("filter.")?.rsplit_once('.')?.0.to_owned()))
        .collect();
    names.sort_unstable();
    names.dedup();
    // git would read such a name only up to the sign, or as another one.
    let is_odd = |name: &&String| name.contains(['=', char::REPLACEMENT_CHARACTER]);
    if let Some(odd) = names.iter().find(is_odd) {
        let odd = quoted(odd);
        let message = format!("the name of the filter {odd} cannot be given to git");
        return Err(ValueError::new(message));
    }
    let settings = names.iter().flat_map(|name| {
        ["clean=", "process=", "smudge=", "required=false"]
            .map(|setting| ["-c".to_owned(), format!("filter.{name}.{setting}")])
    });
    Ok(settings.flatten().collect())
}

/// Checks that git knows who commits. It would guess a name and an address if it was allowed to.
fn check_identity(questions: &Questions<'_>) -> Result<(), ValueError> {
    for asked in ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"] {
        let asked = ["-c", "user.useConfigOnly=true", "var", asked];
        let answer = questions.answer(&asked, &[])?;
        if answer.is_none() {
            let error = ValueError::new("git does not know your name and your address");
            return Err(error.hint(
                "set them with `git config user.name NAME` and `git config user.email ADDRESS`, then commit",
            ));
        }
    }
    Ok(())
}

/// A plans file whose content before the change is `bytes`, and whether it is committed with LF where it
/// has CR LF.
fn tracked_plans(
    known: &Known,
    path: &Path,
    bytes: &[u8],
    line_ends: LineEnds,
) -> Result<(TrackedFile, bool), ValueError> {
    let name = quoted(&path.to_string_lossy());
    let refused = |what: &str| Err(ValueError::new(format!("{name} {what}")));
    let by_hand = "commit it once yourself";
    let Some(staged) = known.staged.get(path) else {
        return match (known.committed.get(path), known.untracked.contains(path)) {
            (Some(_), _) => refused("was removed from the index"),
            (None, true) => {
                Err(ValueError::new(format!("{name} is not tracked by git")).hint(by_hand))
            }
            (None, false) => refused("is ignored by git"),
        };
    };
    if staged.is_unmerged {
        return refused("has a conflict");
    }
    if staged.is_unwatched {
        return refused("is marked in the index, so git does not look for changes in it");
    }
    let committed = known.committed.get(path);
    if committed != Some(&staged.stored) {
        return refused("had staged changes already");
    }
    let (mode, blob) = &staged.stored;
    if !MODES.contains(&mode.as_str()) {
        return refused("is not a regular file in git");
    }
    let is_same = blob_name(blob, bytes) == *blob;
    let stored = with_lf(bytes);
    // What git converts by itself it leaves alone if the committed content has CR LF.
    let has_lf = match line_ends {
        LineEnds::Kept => false,
        LineEnds::Guessed => !is_same && !stored.contains(&b'\r'),
        LineEnds::Converted => true,
    };
    let is_committed = is_same || (has_lf && blob_name(blob, &stored) == *blob);
    if !is_committed {
        return refused("had changes already that are not committed");
    }
    if is_same && has_lf && stored != bytes {
        return refused("has other line endings in git than its attributes say");
    }
    let file = TrackedFile {
        path: path.to_owned(),
        mode: mode.clone(),
        committed: committed.cloned(),
        staged: Some(staged.stored.clone()),
    };
    Ok((file, has_lf))
}

/// A receipt that is a file in the repository.
struct ReceiptFile {
    /// Its path below the root.
    path: PathBuf,
    bytes: Vec<u8>,
}

impl ReceiptFile {
    /// Returns `None` if it is not a file of the repository.
    fn find(receipt: &Path, root: &Path) -> Result<Option<Self>, ValueError> {
        let Ok(path) = receipt.canonicalize() else {
            return Ok(None);
        };
        let below = path.strip_prefix(root).ok();
        let below = below.filter(|_| repository_root(&path) == Some(root) && path.is_file());
        let Some(below) = below else {
            return Ok(None);
        };
        let name = quoted(&below.to_string_lossy());
        let mut bytes = Vec::new();
        let most = MAX_FILE_BYTES as u64 + 1;
        File::open(&path)
            .and_then(|file| file.take(most).read_to_end(&mut bytes))
            .map_err(|error| ValueError::new(format!("cannot read {name}: {}", reason(&error))))?;
        if bytes.len() > MAX_FILE_BYTES {
            let error = ValueError::new(format!("{name} is larger than 64 MiB"));
            return Err(error.hint("commit it with git itself"));
        }
        Ok(Some(Self {
            path: below.to_owned(),
            bytes,
        }))
    }

    /// The receipt as it is committed; `None` if there is nothing to commit.
    fn tracked(
        self,
        known: &Known,
        conversions: &Conversions,
    ) -> Result<Option<(TrackedFile, Vec<u8>)>, ValueError> {
        let (staged, committed) = (
            known.staged.get(&self.path),
            known.committed.get(&self.path),
        );
        let name = quoted(&self.path.to_string_lossy());
        let refused = |what: &str| Err(ValueError::new(format!("{name} {what}")));
        let is_ignored = !known.untracked.contains(&self.path);
        match (staged, committed) {
            (None, None) if is_ignored => return Ok(None),
            (None, Some(_)) => return refused("was removed from the index"),
            (Some(staged), _) if staged.is_unmerged => return refused("has a conflict"),
            _ => {}
        }
        let bytes = match conversions.check(&self.path)? {
            LineEnds::Converted => with_lf(&self.bytes),
            // Git takes a content with such a character for no text.
            LineEnds::Guessed if !self.bytes.contains(&0) => with_lf(&self.bytes),
            LineEnds::Guessed | LineEnds::Kept => self.bytes,
        };
        if let Some(staged) = staged {
            let (_, blob) = &staged.stored;
            let is_staged = blob_name(blob, &bytes) == *blob;
            match (is_staged, Some(&staged.stored) == committed) {
                (true, true) => return Ok(None),
                (false, false) => return refused("had staged changes already"),
                (true, false) | (false, true) => {}
            }
        }
        let mode = staged.map_or(MODES[0], |staged| &staged.stored.0);
        if !MODES.contains(&mode) {
            return refused("is not a regular file in git");
        }
        let file = TrackedFile {
            mode: mode.to_owned(),
            committed: committed.cloned(),
            staged: staged.map(|staged| staged.stored.clone()),
            path: self.path,
        };
        Ok(Some((file, bytes)))
    }
}
