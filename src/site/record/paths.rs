//! The paths on which renewals are recorded, percent-encoded. They do not contain the feed's token.

use std::borrow::Cow;

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
    format!("{prefix}/{}/renew/{}", segment(stem), plan_segment(id))
}

/// The id of a plan as a segment of a path. Browsers and proxies take `.` and `..` for steps in the
/// path, even if they are encoded (RFC 3986, section 5.2.4; URL Standard, section 4.1). So these two
/// are encoded twice, and [`plan_of_segment`] undoes that. An id that looks like the result is encoded
/// once more too, so that each id has a path of its own.
fn plan_segment(id: &str) -> String {
    match id {
        "." | ".." => segment(&id.replace('.', "%2E")),
        _ if is_escaped_dots(id) => segment(&id.replace('%', "%25")),
        _ => segment(id),
    }
}

/// The id of the plan that a decoded segment means.
#[must_use]
pub(crate) fn plan_of_segment(text: Cow<'_, str>) -> Cow<'_, str> {
    match &*text {
        "%2E" => Cow::Borrowed("."),
        "%2E%2E" => Cow::Borrowed(".."),
        _ if is_escaped_dots(&text) => Cow::Owned(text.replace("%25", "%")),
        _ => text,
    }
}

/// Whether a text is one dot or two, percent-encoded any number of times.
fn is_escaped_dots(text: &str) -> bool {
    let mut parts = text.split('%');
    let is_empty = parts.next() == Some("");
    let mut dots = parts.map(|part| part.trim_start_matches("25") == "2E");
    is_empty && dots.next() == Some(true) && dots.next() != Some(false) && dots.next().is_none()
}

/// The path of a pairing link.
#[must_use]
pub(crate) fn pairing_path(prefix: &str, stem: &str, code: &str) -> String {
    format!("{prefix}/{}/pair/{code}", segment(stem))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use percent_encoding::percent_decode_str;

    use super::{plan_of_segment, plan_segment};

    #[test]
    fn each_id_has_a_segment_of_its_own_and_none_is_a_step() {
        let ids = [
            ".", "..", "...", "%2E", "%2e", "%2E%2E", "%252E", "%2E%252E", "%25", "%25%2E", "a.",
            "",
        ];
        let mut segments = BTreeSet::new();
        for id in ids {
            let segment = plan_segment(id);
            let decoded = percent_decode_str(&segment).decode_utf8().expect("UTF-8");
            assert!(!matches!(&*decoded, "." | ".."), "{id}");
            assert_eq!(plan_of_segment(decoded), id);
            assert!(segments.insert(segment), "{id}");
        }
    }
}
