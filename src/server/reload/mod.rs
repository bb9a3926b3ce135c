//! Keeps the served site equal to the files.

pub(crate) mod deferred_logs;
pub(crate) mod error_summary;
pub(crate) mod errors;
pub(crate) mod event_loop;
pub(crate) mod file_stamp;
pub(crate) mod file_state;
pub(crate) mod live_site;
pub(crate) mod make;
pub(crate) mod saved;
pub(crate) mod scan;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod threads;
pub(crate) mod timers;
