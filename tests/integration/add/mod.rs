//! `add`: a new plan at the end of a list, and every other byte as it was.

mod layouts;
mod process;
mod property;
mod safety;
#[cfg(target_os = "linux")]
pub(crate) mod terminal;
