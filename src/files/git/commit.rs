//! Commits a change of a plans file, and perhaps a receipt, without running anything that the
//! repository names.
//!
//! `git commit` runs hooks, filters, an editor and a signature program. The commands used here run
//! none of them: the content is stored as it is, the tree of the newest commit gets the new files,
//! the commit is not signed, and hooks and filters are switched off. What else is staged stays
//! staged.
//!
//! The index gets the new files before the branch gets the commit. So if the program is killed in
//! between, the change is staged, as after `git add`. In the other order, the index would still have
//! the old file, and the user's next commit would undo the change.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use crate::files::git::command::command;
use crate::files::git::conversions::with_lf;
use crate::files::git::pending::{Push, Questions, Stored, in_tree, records};
use crate::files::git::process::Deadline;
use crate::files::git::ready::{
    ReadyCommit, TrackedFile, index_locked, newest_commit, wait_for_index,
};
use crate::text::value_error::{ValueError, quoted};

/// How often a commit is made again because the branch got another commit meanwhile.
const MAX_ATTEMPTS: usize = 5;
/// The name of the temporary index in git's folder.
const TEMPORARY_INDEX: &str = "weekahead-index";
/// Settings for the temporary index, so that it is one whole file.
const WHOLE_INDEX: [&str; 8] = [
    "-c",
    "core.splitIndex=false",
    "-c",
    "core.sparseCheckout=false",
    "-c",
    "core.untrackedCache=false",
    "-c",
    "index.sparse=false",
];

/// A commit that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewCommit {
    /// The shortest object name that git considers unique.
    pub(crate) short_name: String,
    /// Where it would be pushed to.
    pub(crate) push: Push,
}

/// A file with the object name of its new content.
type NewFile<'r> = (&'r TrackedFile, String);

impl ReadyCommit {
    /// Commits `bytes` as the plans file, and the receipt.
    ///
    /// # Errors
    ///
    /// Returns the reason for which there is no commit. The branch is then as before, and so is the
    /// index unless git fails once more.
    pub(crate) fn commit(
        &self,
        bytes: &[u8],
        message: &str,
        timeout: Duration,
    ) -> Result<NewCommit, ValueError> {
        let making = Making {
            ready: self,
            questions: Questions {
                root: &self.root,
                deadline: Deadline::after(timeout),
            },
        };
        let plans = match self.has_lf {
            true => making.store(&with_lf(bytes))?,
            false => making.store(bytes)?,
        };
        let mut files = vec![(&self.plans, plans)];
        if let Some((receipt, bytes)) = &self.receipt {
            files.push((receipt, making.store(bytes)?));
        }
        making.stage(&files)?;
        match making.add_to_branch(&files, message) {
            Ok(name) => Ok(NewCommit {
                short_name: making.short_name(name),
                push: self.push.clone(),
            }),
            Err(error) => {
                // The first reason says more than that the index could not be changed back.
                let _ = making.unstage(&files);
                Err(error)
            }
        }
    }
}

/// A commit that is being made.
struct Making<'r> {
    ready: &'r ReadyCommit,
    questions: Questions<'r>,
}

impl Making<'_> {
    /// Stores a content without filters, and returns its object name.
    fn store(&self, bytes: &[u8]) -> Result<String, ValueError> {
        let mut git = command(self.questions.root);
        git.args(["hash-object", "-w", "--no-filters", "--stdin"])
            .stdin(Stdio::piped());
        let name = self.questions.run(git, bytes.to_vec());
        Ok(line(&name?))
    }

    /// Puts the new files into the index.
    fn stage(&self, files: &[NewFile<'_>]) -> Result<(), ValueError> {
        let new = files
            .iter()
            .map(|(file, blob)| (*file, Some((&file.mode, blob))));
        self.write_index(new)
    }

    /// Puts the files that were in the index back into it.
    fn unstage(&self, files: &[NewFile<'_>]) -> Result<(), ValueError> {
        let old = files.iter().map(|(file, _)| {
            let staged = file.staged.as_ref();
            (*file, staged.map(|(mode, blob)| (mode, blob)))
        });
        self.write_index(old)
    }

    /// Writes entries of the index, each with the file's mode and object name, or removes them.
    fn write_index<'f>(
        &self,
        entries: impl Iterator<Item = (&'f TrackedFile, Option<(&'f String, &'f String)>)>,
    ) -> Result<(), ValueError> {
        let git_folder = &self.ready.git_folder;
        if !wait_for_index(git_folder) {
            return Err(index_locked(git_folder));
        }
        let mut git = command(self.questions.root);
        git.args(&self.ready.without_filters)
            .args(["update-index", "--add"]);
        for (file, stored) in entries {
            match stored {
                Some((mode, blob)) => git.arg("--cacheinfo").arg(entry(file, mode, blob)),
                None => git.arg("--force-remove").arg(slashed(&file.path)),
            };
        }
        self.questions.run(git, Vec::new())?;
        Ok(())
    }

    /// Adds a commit to the branch, and returns its object name. If another commit comes first, the
    /// files are added to that one.
    fn add_to_branch(&self, files: &[NewFile<'_>], message: &str) -> Result<String, ValueError> {
        let branch = &self.ready.branch;
        for _ in 0..MAX_ATTEMPTS {
            let parent = newest_commit(&self.questions, branch)?;
            let parent = parent.ok_or_else(|| ValueError::new("the branch is gone"))?;
            self.check_unchanged(&parent)?;
            let tree = self.tree(&parent, files)?;
            let name = self.commit_object(&tree, &parent, message)?;
            let reflog = format!("commit: {message}");
            let update = ["update-ref", "-m", &reflog, branch, &name, &parent];
            let Err(error) = self.questions.require(&update, &[]) else {
                return Ok(name);
            };
            if newest_commit(&self.questions, branch)?.as_ref() == Some(&parent) {
                return Err(error.into());
            }
        }
        let name = quoted(self.ready.branch_name());
        Err(ValueError::new(format!(
            "other processes keep adding commits to the branch {name}"
        )))
    }

    /// Checks that a newer commit has not changed the files.
    fn check_unchanged(&self, commit: &str) -> Result<(), ValueError> {
        let paths: Vec<&Path> = self.ready.files().map(|file| file.path.as_path()).collect();
        let answer = self.questions.require(&["ls-tree", "-z", commit], &paths);
        let answer = answer?;
        let now: Vec<(PathBuf, Stored)> = records(&answer).filter_map(in_tree).collect();
        for file in self.ready.files() {
            let found = now.iter().find(|(path, _)| *path == file.path);
            if found.map(|(_, stored)| stored) != file.committed.as_ref() {
                let name = quoted(&file.path.to_string_lossy());
                let message = format!("another commit has changed {name} meanwhile");
                return Err(ValueError::new(message));
            }
        }
        Ok(())
    }

    /// The tree of a commit with the new files in it.
    fn tree(&self, commit: &str, files: &[NewFile<'_>]) -> Result<String, ValueError> {
        let index = TemporaryIndex::new(&self.ready.git_folder);
        let run = |arguments: &[OsString]| -> Result<Vec<u8>, ValueError> {
            let mut git = command(self.questions.root);
            git.args(&self.ready.without_filters)
                .args(WHOLE_INDEX)
                .args(arguments)
                .env("GIT_INDEX_FILE", &index.path);
            Ok(self.questions.run(git, Vec::new())?)
        };
        run(&["read-tree".into(), commit.into()])?;
        let mut update: Vec<OsString> = vec!["update-index".into(), "--add".into()];
        for (file, blob) in files {
            update.extend(["--cacheinfo".into(), entry(file, &file.mode, blob)]);
        }
        run(&update)?;
        // In a partial clone, other files are not there and not needed.
        let tree = run(&["write-tree".into(), "--missing-ok".into()])?;
        Ok(line(&tree))
    }

    /// Writes a commit, and returns its object name.
    fn commit_object(&self, tree: &str, parent: &str, message: &str) -> Result<String, ValueError> {
        let arguments = [
            "-c",
            "commit.gpgSign=false",
            "-c",
            "i18n.commitEncoding=UTF-8",
            "-c",
            "user.useConfigOnly=true",
            "commit-tree",
            "--no-gpg-sign",
            "-p",
            parent,
            "-m",
            message,
            tree,
        ];
        let name = self.questions.require(&arguments, &[]);
        Ok(line(&name?))
    }

    fn short_name(&self, name: String) -> String {
        let short = self
            .questions
            .require(&["rev-parse", "--short", &name], &[]);
        short.map_or(name, |short| line(&short))
    }
}

/// An index beside the real one, which is removed when this is dropped.
struct TemporaryIndex {
    path: PathBuf,
}

impl TemporaryIndex {
    /// Removes what a killed run has left. If there was a link, git would write to its target.
    fn new(git_folder: &Path) -> Self {
        let path = git_folder.join(TEMPORARY_INDEX);
        let index = Self { path };
        index.remove();
        index
    }

    fn remove(&self) {
        let _ = fs::remove_file(&self.path);
        let _ = fs::remove_file(self.path.with_extension("lock"));
    }
}

impl Drop for TemporaryIndex {
    fn drop(&mut self) {
        self.remove();
    }
}

/// `mode,object,path`, as `update-index --cacheinfo` takes it.
fn entry(file: &TrackedFile, mode: &str, blob: &str) -> OsString {
    let mut entry = OsString::from(format!("{mode},{blob},"));
    entry.push(slashed(&file.path));
    entry
}

/// A path as it is in the index, with slashes on every system.
fn slashed(path: &Path) -> OsString {
    let mut slashed = OsString::new();
    for part in path {
        if !slashed.is_empty() {
            slashed.push("/");
        }
        slashed.push(part);
    }
    slashed
}

/// The only line of an answer.
fn line(answer: &[u8]) -> String {
    String::from_utf8_lossy(answer).trim_end().to_owned()
}
