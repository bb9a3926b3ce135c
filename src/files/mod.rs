//! Everything that touches a disk: plans files, outputs, locks, changes, git.

pub(crate) mod failure;
pub(crate) mod folder;
pub(crate) mod git;
pub(crate) mod io_error;
pub(crate) mod lock;
pub(crate) mod output;
pub(crate) mod receipt;
#[cfg(feature = "serve")]
pub(crate) mod replaceable;
pub(crate) mod revisions;
pub(crate) mod source;
pub(crate) mod spool;
pub(crate) mod staged_text;
mod temporary_name;
#[cfg(feature = "serve")]
pub(crate) mod watch;
