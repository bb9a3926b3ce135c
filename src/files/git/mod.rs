//! What git knows about plans files: when they were committed, and what is still to be committed.
//!
//! Git runs nothing that a repository names, and reaches no network. It takes locks only for a
//! commit.

mod blob;
mod command;
mod commit;
mod commits;
mod conversions;
mod pending;
mod process;
mod ready;
mod repository;

#[cfg(feature = "serve")]
pub(crate) use commits::Repository;
pub(crate) use commits::{Commit, Verdict, commits};
pub(crate) use pending::Pending;
pub use pending::{Push, pending};
pub use process::ANSWER_TIMEOUT;
pub(crate) use ready::ReadyCommit;
#[cfg(feature = "serve")]
pub(crate) use repository::is_index_locked;
