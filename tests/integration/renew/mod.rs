//! `renew`: what it changes, what it keeps, and what it refuses.

#[cfg(unix)]
mod commit;
mod diffs;
mod lapse;
pub(crate) mod layouts;
mod paid;
mod process;
pub(crate) mod property;
mod safety;
mod ways;
