//! `publish`, into directories and buckets.

#[cfg(unix)]
mod astray;
#[cfg(feature = "publish")]
mod bucket;
mod directory;
#[cfg(feature = "publish")]
mod faults;
#[cfg(unix)]
mod inside;
#[cfg(feature = "publish")]
mod proxy;
mod rotation;
#[cfg(feature = "publish")]
mod sentences;
#[cfg(feature = "publish")]
mod server;
#[cfg(feature = "publish")]
mod together;

#[cfg(not(feature = "publish"))]
use crate::harness::{Left, Place};

#[cfg(not(feature = "publish"))]
#[test]
fn a_build_without_buckets_says_how_to_get_them() {
    let place = Place::with("a.yaml", "- {name: A, expires: 2027-01-31}\n");
    assert_eq!(
        place.run(&["publish", "a.yaml", "--to", "s3://b/c"]),
        Left {
            code: Some(2),
            out: String::new(),
            err: "error: this weekahead was built without the feature `publish`\n\
                  hint: build it with `cargo install --locked --path . --features publish`\n"
                .to_owned(),
        }
    );
}
