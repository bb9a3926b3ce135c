//! What git knows about plans files: when they were committed, and what is still to be committed.
//!
//! Git runs nothing that a repository names, takes no locks, and reaches no network.

mod blob;
mod command;
mod commits;
mod pending;
mod process;
mod repository;

#[cfg(feature = "serve")]
pub(crate) use commits::Repository;
pub(crate) use commits::{Commit, Verdict, commits};
pub(crate) use pending::Pending;
pub use pending::{Push, pending};
pub use process::ANSWER_TIMEOUT;
#[cfg(feature = "serve")]
pub(crate) use repository::is_index_locked;
