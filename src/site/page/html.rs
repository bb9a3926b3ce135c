//! What the parts of a page share.

use askama::Template;

use crate::plan::status::Urgency;

/// The class in the style sheet of what is this urgent.
pub(crate) fn urgency_class(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Late => "late",
        Urgency::Soon => "soon",
        Urgency::Later => "later",
        Urgency::Calm => "calm",
    }
}

/// The HTML of a template.
pub(crate) fn fill(template: &impl Template) -> String {
    // Writing to a String does not fail.
    template.render().unwrap_or_default()
}
