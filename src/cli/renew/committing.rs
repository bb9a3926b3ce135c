//! The commit of a renewal: the checks before the file is written, the commit itself, and its
//! messages.

use crate::cli::error::CliError;
use crate::cli::renew::follow_up::push_commands;
use crate::cli::terminal::Terminal;
use crate::files::git::{ANSWER_TIMEOUT, ReadyCommit};
use crate::files::receipt::receipt_file;
use crate::files::source::Source;
use crate::text::value_error::{ValueError, quoted};

/// A commit that was asked for.
pub(crate) struct CommitRequest {
    /// The files that can be committed, or the reason for which they cannot.
    pub(crate) ready: Result<ReadyCommit, ValueError>,
    pub(crate) message: String,
}

/// Checks that a change of a plans file can be committed. `bytes` is its content before the change.
pub(crate) fn check(
    source: &Source,
    bytes: &[u8],
    receipt: Option<&str>,
) -> Result<ReadyCommit, ValueError> {
    let Some(plans) = source.path.as_deref() else {
        return Err(ValueError::new("standard input is in no git repository"));
    };
    let receipt = receipt_file(plans, receipt);
    ReadyCommit::check(plans, bytes, receipt.as_deref(), ANSWER_TIMEOUT)
}

impl CommitRequest {
    /// Says what would be committed.
    pub(crate) fn preview(self, terminal: &mut Terminal) -> Result<(), CliError> {
        match self.ready {
            Ok(ready) => {
                let files = ready
                    .files()
                    .map(|file| quoted(&file.path.to_string_lossy()));
                let files: Vec<String> = files.collect();
                let files = files.join(" and ");
                let branch = quoted(ready.branch_name());
                let message = &self.message;
                terminal.say(&format!("it would commit {files} on {branch}: {message}"));
                Ok(())
            }
            Err(error) => Err(refused("it would be recorded, but not committed", error)),
        }
    }

    /// Commits the plans file, which contains `bytes` now. If that fails, the error has the lines of
    /// `to_do` at its end.
    pub(crate) fn commit(
        self,
        bytes: &[u8],
        to_do: impl FnOnce() -> Vec<String>,
        terminal: &mut Terminal,
    ) -> Result<(), CliError> {
        let committed = self.ready.and_then(|ready| {
            let commit = ready.commit(bytes, &self.message, ANSWER_TIMEOUT)?;
            Ok((ready, commit))
        });
        match committed {
            Ok((ready, commit)) => {
                let (name, branch) = (commit.short_name, quoted(ready.branch_name()));
                terminal.say(&format!(
                    "committed on {branch} as `{name}`: {}",
                    self.message
                ));
                for line in push_commands(&ready.root, &commit.push) {
                    terminal.say(&line);
                }
                Ok(())
            }
            Err(error) => {
                let error = refused("recorded, but not committed", error);
                Err(to_do().into_iter().fold(error, CliError::note))
            }
        }
    }
}

fn refused(what: &str, error: ValueError) -> CliError {
    CliError::refused(format!("{what}: {}", error.message)).maybe_hint(error.hint)
}
