//! A program that was built without a feature says so.

use crate::harness::Place;

#[test]
fn serve_names_the_feature_that_is_missing() {
    let left = Place::new().run(&["serve", "plans.yaml", "--listen", "127.0.0.1:0"]);
    assert_eq!(
        (left.code, left.out.as_str(), left.err.as_str()),
        (
            Some(2),
            "",
            "error: this weekahead was built without the feature `serve`\n\
             hint: build it with `cargo install --path .`\n"
        )
    );
}
