//! Values of other programs, cleaned so that a plans file may hold them.

use crate::import::draft::{FieldValue, Fields};
use crate::import::omission::Omissions;
use crate::plan::is_empty;
use crate::plan::limits::MAX_TEXT_BYTES;
use crate::plan::value::url::WebAddress;
use crate::text::escape::is_noncharacter;
use crate::text::value_error::quoted;

/// The fields of a plan as a plans file may hold them; what may not stand there becomes an omission.
/// `None` if nothing is left of the name.
pub(crate) fn clean_plan(
    fields: Fields,
    line: usize,
    subject: &str,
    omissions: &mut Omissions,
) -> Option<Fields> {
    let fields = clean_fields(fields, line, subject, omissions);
    if fields.iter().any(|(key, _)| *key == "name") {
        return Some(fields);
    }
    omissions.lose_plan(line, subject, "it has no name: left out");
    None
}

/// The same for a mapping that needs no name.
pub(crate) fn clean_fields(
    fields: Fields,
    line: usize,
    subject: &str,
    omissions: &mut Omissions,
) -> Fields {
    let mut cleaner = Cleaner {
        line,
        subject,
        omissions,
        has_controls: false,
    };
    let fields = cleaner.fields(fields);
    if cleaner.has_controls {
        let what = "its characters that cannot be shown became spaces";
        omissions.note(line, subject, what);
    }
    fields
}

struct Cleaner<'a> {
    line: usize,
    subject: &'a str,
    omissions: &'a mut Omissions,
    has_controls: bool,
}

impl Cleaner<'_> {
    fn fields(&mut self, fields: Fields) -> Fields {
        let mut kept = Fields::with_capacity(fields.len());
        for (key, value) in fields {
            kept.extend(self.value(key, value).map(|value| (key, value)));
        }
        kept
    }

    fn value(&mut self, key: &'static str, value: FieldValue) -> Option<FieldValue> {
        match value {
            FieldValue::Text(text) => self.text(key, &text).map(FieldValue::Text),
            FieldValue::Plain(text) => Some(FieldValue::Plain(text)),
            FieldValue::List(items) => {
                let items = items.into_iter();
                let kept: Vec<FieldValue> =
                    items.filter_map(|item| self.value(key, item)).collect();
                (!kept.is_empty()).then_some(FieldValue::List(kept))
            }
            FieldValue::Map(fields) => {
                let kept = self.fields(fields);
                // A text message needs a number to go to, and terms need the page with the rules.
                let needed = match key {
                    "sms" => Some("to"),
                    "terms" => Some("url"),
                    _ => None,
                };
                let is_complete =
                    needed.is_none_or(|needed| kept.iter().any(|(key, _)| *key == needed));
                (!kept.is_empty() && is_complete).then_some(FieldValue::Map(kept))
            }
        }
    }

    fn text(&mut self, key: &str, text: &str) -> Option<String> {
        let (text, is_changed) = clean_text(text, !matches!(key, "notes" | "description"));
        self.has_controls |= is_changed;
        if is_empty(&text) {
            return None;
        }
        if text.len() > MAX_TEXT_BYTES {
            let what = format!(
                "`{key}` was left out: it has {} octets, and {MAX_TEXT_BYTES} are allowed",
                text.len()
            );
            self.omissions.note(self.line, self.subject, what);
            return None;
        }
        if matches!(key, "url" | "edit")
            && let Err(error) = WebAddress::parse(text.as_str().into())
        {
            let what = format!("its link was left out: {}", error.message);
            self.omissions.note(self.line, self.subject, what);
            return None;
        }
        Some(text)
    }
}

/// A text as a plans file may hold it: control characters become spaces, and in a text of one line
/// line breaks too. Returns whether a control character was replaced.
pub(crate) fn clean_text(text: &str, one_line: bool) -> (String, bool) {
    let mut is_changed = false;
    let text = text.replace("\r\n", "\n");
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                kept.push(if one_line { ' ' } else { '\n' });
            }
            '\t' => kept.push(' '),
            c if c.is_control() || is_noncharacter(c) => {
                kept.push(' ');
                is_changed = true;
            }
            c => kept.push(c),
        }
    }
    let kept = kept.trim();
    let cleaned = if one_line {
        kept.to_owned()
    } else {
        let lines: Vec<&str> = kept.split('\n').map(str::trim_end).collect();
        lines.join("\n")
    };
    (cleaned, is_changed)
}

/// A text of one line in quotes, for a message.
pub(crate) fn quote(text: &str) -> String {
    quoted(&clean_text(text, true).0)
}
