//! The paths on which renewals are recorded, percent-encoded. They do not contain the feed's token.

use crate::site::address::segment;

/// The path of the page with all plans of a list. `prefix` is the path of the site, without a slash
/// at its end; most often it is empty.
#[must_use]
pub(crate) fn list_path(prefix: &str, stem: &str) -> String {
    format!("{prefix}/{}/renew", segment(stem))
}

/// The path of the page of one plan.
#[must_use]
pub(crate) fn plan_path(prefix: &str, stem: &str, id: &str) -> String {
    format!("{prefix}/{}/renew/{}", segment(stem), segment(id))
}

/// The path of a pairing link.
#[must_use]
pub(crate) fn pairing_path(prefix: &str, stem: &str, code: &str) -> String {
    format!("{prefix}/{}/pair/{code}", segment(stem))
}
