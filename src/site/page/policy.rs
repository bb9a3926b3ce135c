//! The style sheet of the pages, and the policy that allows it and nothing else.

use std::sync::LazyLock;

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

/// The style sheet, which every page contains.
pub(crate) const STYLE: &str = include_str!("style.css");

/// The Content-Security-Policy that goes with every page: nothing but its own style and icon.
#[must_use]
pub(crate) fn policy() -> &'static str {
    static POLICY: LazyLock<String> = LazyLock::new(|| policy_of(STYLE, "'none'"));
    &POLICY
}

/// The policy of a page with a style sheet, whose forms may lead to `forms`.
#[must_use]
pub(crate) fn policy_of(style: &str, forms: &str) -> String {
    let hash = BASE64.encode(&Sha256::digest(style));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; \
         form-action {forms}; frame-ancestors 'none'"
    )
}

/// The part of the policy that a page itself can contain. Only a header can say who may frame a
/// page.
pub(crate) fn file_policy() -> &'static str {
    let policy = policy();
    policy
        .split_once("; frame-ancestors")
        .map_or(policy, |(before, _)| before)
}
