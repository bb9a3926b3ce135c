//! `renew`: what it changes, what it keeps, and what it refuses.

mod diffs;
mod lapse;
mod layouts;
mod process;
mod property;
mod safety;
mod ways;
