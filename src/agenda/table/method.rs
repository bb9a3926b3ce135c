//! How to renew a plan, in as few words as possible.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::agenda::renewal_methods;
use crate::document::report::visible;
use crate::plan::{Contact, Plan};
use crate::words::Words;

/// Returns the usual method: its means, what to do or where to do it, and the number of other
/// methods.
pub(crate) fn usual_method(plan: &Plan<'_>, today: NaiveDate, words: &dyn Words) -> String {
    let mut methods = renewal_methods(plan, today);
    let Some((method, way)) = methods.next() else {
        return "-".to_owned();
    };
    let means = words.method_name(method);
    let action = way.action.as_deref().map(visible);
    let what = action.or_else(|| place(&way.contact));
    let mut text = match (means, what) {
        (Some(means), Some(what)) => words.method_and_place(means, &what),
        (Some(means), None) => means.to_owned(),
        (None, Some(what)) => what.into_owned(),
        (None, None) => "-".to_owned(),
    };
    let others = methods.count();
    if others > 0 {
        text += &format!(" (+{others})");
    }
    text
}

/// Returns the first way to reach a contact.
fn place<'a>(contact: &'a Contact<'_>) -> Option<Cow<'a, str>> {
    let url = contact.url.as_ref().map(|url| Cow::Borrowed(url.as_str()));
    let text = |text: &'a Option<Cow<'_, str>>| text.as_deref().map(visible);
    let sms = || {
        let sms = contact.sms.as_ref()?;
        let to = visible(&sms.to);
        Some(match sms.text.as_deref().map(visible) {
            Some(text) => format!("{text} > {to}").into(),
            None => to,
        })
    };
    url.or_else(|| text(&contact.app))
        .or_else(|| text(&contact.dial))
        .or_else(sms)
        .or_else(|| text(&contact.call))
}
