//! The real program as its users run it: its own folder, a scrubbed environment, exact output.

#![expect(clippy::panic, reason = "a test that fails panics")]

#[cfg(not(all(feature = "fetch", feature = "schema", feature = "serve")))]
mod absent;
mod add;
mod build;
mod check;
#[cfg(feature = "fetch")]
mod check_url;
mod defects;
#[cfg(all(feature = "fetch", feature = "schema", feature = "serve"))]
mod docs;
mod escape;
#[cfg(all(unix, feature = "serve"))]
mod faults;
mod feeds;
mod folders;
mod golden;
mod harness;
mod hooks;
mod hostile;
mod import;
mod init;
mod inspect;
mod list;
mod manual;
mod masked;
mod month;
mod odd_names;
mod pending;
#[cfg(unix)]
mod planted;
mod problems;
mod publish;
mod readers;
mod renew;
mod revision;
#[cfg(feature = "schema")]
mod schema;
#[cfg(all(unix, feature = "serve"))]
mod serve;
#[cfg(all(unix, feature = "serve"))]
mod wait;
mod whole_events;
#[cfg(unix)]
mod workflow;
mod write;
mod zone;
