//! What others wrote, made to fit into a plans file: the last look at each value before it is
//! written.

use super::Omissions;
use crate::import::draft::{Fields, Value};
use crate::plan::is_empty;
use crate::plan::limits::MAX_TEXT_BYTES;
use crate::plan::value::url::WebAddress;
use crate::text::escape::is_noncharacter;
use crate::text::value_error::quoted;

/// The fields of a plan as a plans file may hold them; what may not stand there is told. Nothing
/// where the name is not left.
pub(crate) fn fit(
    fields: Fields,
    line: usize,
    subject: &str,
    omissions: &mut Omissions,
) -> Option<Fields> {
    let fields = fitted(fields, line, subject, omissions);
    if fields.iter().any(|(key, _)| *key == "name") {
        return Some(fields);
    }
    omissions.lose(line, subject, "it has no name: left out");
    None
}

/// The same of a mapping that needs no name.
pub(crate) fn fitted(
    fields: Fields,
    line: usize,
    subject: &str,
    omissions: &mut Omissions,
) -> Fields {
    let mut fit = Fit {
        line,
        subject,
        omissions,
        has_controls: false,
    };
    let fields = fit.fields(fields);
    if fit.has_controls {
        let what = "characters in it that cannot be shown are spaces now";
        omissions.tell(line, subject, what);
    }
    fields
}

struct Fit<'a> {
    line: usize,
    subject: &'a str,
    omissions: &'a mut Omissions,
    has_controls: bool,
}

impl Fit<'_> {
    fn fields(&mut self, fields: Fields) -> Fields {
        let mut kept = Fields::with_capacity(fields.len());
        for (key, value) in fields {
            kept.extend(self.value(key, value).map(|value| (key, value)));
        }
        kept
    }

    fn value(&mut self, key: &'static str, value: Value) -> Option<Value> {
        match value {
            Value::Text(text) => self.text(key, &text).map(Value::Text),
            Value::Plain(text) => Some(Value::Plain(text)),
            Value::List(items) => {
                let items = items.into_iter();
                let kept: Vec<Value> = items.filter_map(|item| self.value(key, item)).collect();
                (!kept.is_empty()).then_some(Value::List(kept))
            }
            Value::Map(fields) => {
                let kept = self.fields(fields);
                // A message needs somebody to go to.
                let is_whole = key != "sms" || kept.iter().any(|(key, _)| *key == "to");
                (!kept.is_empty() && is_whole).then_some(Value::Map(kept))
            }
        }
    }

    fn text(&mut self, key: &str, text: &str) -> Option<String> {
        let (text, is_changed) = tidy(text, !matches!(key, "notes" | "description"));
        self.has_controls |= is_changed;
        if is_empty(&text) {
            return None;
        }
        if text.len() > MAX_TEXT_BYTES {
            let what = format!(
                "`{key}` was left out: it has {} octets, and {MAX_TEXT_BYTES} are allowed",
                text.len()
            );
            self.omissions.tell(self.line, self.subject, what);
            return None;
        }
        if matches!(key, "url" | "edit")
            && let Err(error) = WebAddress::parse(text.as_str().into())
        {
            let what = format!("its link was left out: {}", error.message);
            self.omissions.tell(self.line, self.subject, what);
            return None;
        }
        Some(text)
    }
}

/// A text as a plans file may hold it: control characters and, in a text of one line, line breaks
/// are spaces. The flag says whether something was lost by that.
pub(crate) fn tidy(text: &str, one_line: bool) -> (String, bool) {
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
    let tidied = if one_line {
        kept.to_owned()
    } else {
        let lines: Vec<&str> = kept.split('\n').map(str::trim_end).collect();
        lines.join("\n")
    };
    (tidied, is_changed)
}

/// A text as a message shows it.
pub(crate) fn shown(text: &str) -> String {
    quoted(&tidy(text, true).0)
}
