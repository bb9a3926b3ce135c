//! The real program as its users run it: its own folder, a scrubbed environment, exact output.

#![expect(clippy::panic, reason = "a test that fails panics")]

#[cfg(not(feature = "serve"))]
mod absent;
mod build;
mod check;
mod defects;
mod escape;
mod feeds;
mod golden;
mod harness;
mod hostile;
mod layers;
mod list;
mod problems;
mod readers;
mod readme;
mod renew;
mod revision;
#[cfg(all(unix, feature = "serve"))]
mod serve;
mod write;
