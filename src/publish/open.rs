//! Opens the store that an argument names.

use std::path::PathBuf;

use crate::publish::directory::Directory;
#[cfg(feature = "publish")]
use crate::publish::s3::Bucket;
use crate::publish::store::{ErrorKind, Store, StoreError};

/// The store that an argument names: a directory, `file://` with its path, or
/// `s3://BUCKET/PREFIX`.
pub(crate) fn open(text: &str) -> Result<Box<dyn Store>, StoreError> {
    if let Some(address) = text.strip_prefix("s3://") {
        return open_bucket(address);
    }
    if text.is_empty() {
        let sentence = "the place to publish to has no name".to_owned();
        return Err(StoreError::new(sentence)
            .kind(ErrorKind::Usage)
            .hint("a directory (`.` is this one), or `s3://BUCKET/PREFIX`"));
    }
    let path = match text.strip_prefix("file://") {
        Some(path) => path,
        None => match other_scheme(text) {
            Some(scheme) => {
                let sentence = format!("cannot publish to `{scheme}://`");
                return Err(StoreError::new(sentence)
                    .kind(ErrorKind::Usage)
                    .hint("a directory, or `s3://BUCKET/PREFIX` for any S3-compatible store"));
            }
            None => text,
        },
    };
    Ok(Box::new(Directory::new(PathBuf::from(path))))
}

/// The scheme that a text begins with. `s3:/` is a typing error; any other letter before `:/` may
/// be a drive.
fn other_scheme(text: &str) -> Option<&str> {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    scheme.or(text.starts_with("s3:/").then_some("s3"))
}

#[cfg(feature = "publish")]
fn open_bucket(address: &str) -> Result<Box<dyn Store>, StoreError> {
    let environment = std::env::vars_os();
    let environment = environment
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    Ok(Box::new(Bucket::open(address, environment)?))
}

#[cfg(not(feature = "publish"))]
fn open_bucket(_: &str) -> Result<Box<dyn Store>, StoreError> {
    Err(
        StoreError::new("this weekahead was built without the feature `publish`".to_owned())
            .kind(ErrorKind::Usage)
            .hint("build it with `cargo install --locked --path . --features publish`"),
    )
}
