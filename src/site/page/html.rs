//! Functions that the parts of a page share.

use askama::Template;

use crate::plan::status::Urgency;

/// The CSS class of an urgency.
pub(crate) fn urgency_class(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Expired => "expired",
        Urgency::Due => "due",
        Urgency::Later => "later",
        Urgency::Automatic => "auto",
    }
}

/// The HTML of a template.
pub(crate) fn fill(template: &impl Template) -> String {
    // Writing to a String does not fail.
    template.render().unwrap_or_default()
}
