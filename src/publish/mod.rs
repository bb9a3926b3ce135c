//! Publishes a site into a directory or a bucket.

pub(crate) mod directory;
pub(crate) mod journal;
pub(crate) mod make;
pub(crate) mod manifest;
pub(crate) mod open;
pub(crate) mod progress;
#[cfg(feature = "publish")]
mod progress_bar;
pub(crate) mod publisher;
#[cfg(feature = "publish")]
pub(crate) mod s3;
pub(crate) mod store;
