//! `renew`: what it changes, what it leaves, and what it refuses.

mod diffs;
mod layouts;
mod process;
mod property;
mod safety;
