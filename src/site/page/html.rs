//! Functions that the parts of a page share.

use askama::Template;
use chrono::NaiveDate;

use crate::plan::status::Urgency;
use crate::words::{DueSummary, Words};

/// The CSS class of an urgency.
pub(crate) fn urgency_class(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Expired => "expired",
        Urgency::Due => "due",
        Urgency::Later => "later",
        Urgency::Automatic => "auto",
    }
}

/// The CSS class of the most urgent plan of a list.
pub(crate) fn summary_class(summary: &DueSummary) -> &'static str {
    urgency_class(if summary.expired > 0 {
        Urgency::Expired
    } else if summary.is_calm() {
        Urgency::Later
    } else {
        Urgency::Due
    })
}

/// A day as the feed writes it.
pub(crate) fn date(words: &dyn Words, day: NaiveDate) -> String {
    let mut out = String::new();
    words.date(&mut out, day);
    out
}

/// Appends a sentence to others, with a space between them; Chinese has none there.
pub(crate) fn push_sentence(text: &mut String, sentence: &str) {
    if !text.ends_with('。') {
        text.push(' ');
    }
    text.push_str(sentence);
}

/// The whole list in one sentence.
pub(crate) fn answer(words: &dyn Words, summary: &DueSummary) -> String {
    let next = summary.next.map(|day| date(words, day));
    words.answer(summary, next.as_deref())
}

/// The HTML of a template.
pub(crate) fn fill(template: &impl Template) -> String {
    // Writing to a String does not fail.
    template.render().unwrap_or_default()
}
