//! A site copied to a directory or to a bucket.

pub(crate) mod directory;
pub(crate) mod journal;
pub(crate) mod make;
pub(crate) mod manifest;
pub(crate) mod progress;
pub(crate) mod publisher;
#[cfg(feature = "publish")]
pub(crate) mod s3;
pub(crate) mod store;
