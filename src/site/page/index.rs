//! The page that lists several feeds. It has no words of its own, because its feeds may be in
//! several languages.

use askama::Template;

use crate::site::page::html::fill;
use crate::site::page::policy::{STYLE, file_policy};

#[derive(Template)]
#[template(path = "index.html")]
struct IndexTemplate<'a> {
    /// The name of each feed, and the path of its page.
    feeds: &'a [(&'a str, &'a str)],
    /// The policy, if the page has to contain it.
    policy: Option<&'static str>,
}

/// The index of `feeds`, each with its name and the path of its page.
#[must_use]
pub(crate) fn index(feeds: &[(&str, &str)]) -> String {
    fill(&IndexTemplate {
        feeds,
        policy: None,
    })
}

/// The same index as a file, which contains its policy.
#[must_use]
pub(crate) fn published_index(feeds: &[(&str, &str)]) -> String {
    fill(&IndexTemplate {
        feeds,
        policy: Some(file_policy()),
    })
}
