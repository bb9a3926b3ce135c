//! Keeps the served site equal to the plans files.
//!
//! [`event_loop`] waits until files have settled. [`live_site`] reads them, and drives the state
//! machine of each file, [`file_state`].

pub(crate) mod deferred_logs;
pub(crate) mod error_summary;
pub(crate) mod event_loop;
pub(crate) mod file_stamp;
pub(crate) mod file_state;
pub(crate) mod last_served;
pub(crate) mod live_site;
pub(crate) mod log;
pub(crate) mod make;
pub(crate) mod pending_changes;
pub(crate) mod saved;
pub(crate) mod saved_texts;
pub(crate) mod scan;
pub(crate) mod served_file;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod threads;
