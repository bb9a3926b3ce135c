//! A git command that runs no other program.
//!
//! The configuration of a repository can name programs, and the user may not trust its author. So
//! only commands are used that run no such program: to answer questions, `log` of raw changes,
//! `ls-files`, `ls-tree`, `rev-parse`, `symbolic-ref`, `remote`, `config`, `var` and `check-attr`;
//! to commit, `hash-object` without filters, `read-tree`, `update-index`, `write-tree`,
//! `commit-tree` and `update-ref`. This module also switches off the programs that every git command
//! may run.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

/// Settings that the configuration of a repository must not decide.
const SETTINGS: [&str; 7] = [
    "core.askPass=",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.sshCommand=false",
    "credential.helper=",
    "log.showSignature=false",
];
/// Variables that would make git use another repository, or read names of files as patterns.
const REMOVED: [&str; 10] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
];
/// Prefixes of variables with secrets of this program and of its stores.
const SECRET_PREFIXES: [&str; 2] = ["WEEKAHEAD_", "AWS_"];

/// Git in a repository. Its environment names no other repository.
pub(crate) fn command(root: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("--no-pager").arg("-C").arg(root);
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    for name in REMOVED {
        command.env_remove(name);
    }
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if SECRET_PREFIXES
            .iter()
            .any(|prefix| text.starts_with(prefix))
        {
            command.env_remove(&name);
        }
    }
    command
        .env("LC_ALL", "C")
        // No protocol is allowed, so nothing is fetched. Git before 2.45 knows no other way.
        .env("GIT_ALLOW_PROTOCOL", "")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_LITERAL_PATHSPECS", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_PAGER", "cat")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}
