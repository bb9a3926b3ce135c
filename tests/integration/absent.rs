//! A program that was built without a feature says so.

use crate::harness::Place;

#[cfg(not(feature = "schema"))]
#[test]
fn schema_names_the_feature_that_is_missing() {
    names_what_is_missing(&["schema"], "schema");
}

#[cfg(not(feature = "serve"))]
#[test]
fn serve_names_the_feature_that_is_missing() {
    names_what_is_missing(&["serve", "plans.yaml", "--listen", "127.0.0.1:0"], "serve");
}

#[cfg(not(feature = "fetch"))]
#[test]
fn check_of_an_address_names_the_feature_that_is_missing() {
    names_what_is_missing(
        &["check", "https://cal.example.org/secret/sims.ics"],
        "fetch",
    );
}

fn names_what_is_missing(arguments: &[&str], feature: &str) {
    let left = Place::new().run(arguments);
    assert_eq!(
        (left.code, left.out.as_str(), left.err),
        (
            Some(2),
            "",
            format!(
                "error: this weekahead was built without the feature `{feature}`\n\
                 hint: build it with `cargo install --locked --path .`\n"
            )
        )
    );
}
