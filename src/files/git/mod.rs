//! What git knows about plans files: when they were committed, and what is still to be committed.
//!
//! Git runs nothing that a repository names, takes no locks, and reaches no network.

mod blob;
mod command;
mod commits;
mod pending;
mod process;
mod repository;

pub(crate) use commits::{Commit, Repository, Verdict, commits};
pub(crate) use pending::Pending;
pub use pending::{Push, pending};
pub use process::ANSWER_TIMEOUT;
pub(crate) use repository::is_at_work;
