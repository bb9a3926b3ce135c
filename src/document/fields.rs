//! Writes the keys and values of a plan as a person would: keys in the order of the manual, quotes
//! only where they are needed, short mappings and lists on one line.
//!
//! A property test of `import::yaml` checks that every text that a plans file may hold is read back
//! unchanged.

use crate::text::escape::{double_quoted, is_easy, scalar};

/// The keys of a plan, in the order in which they are written.
pub(crate) const PLAN_KEYS: [&str; 19] = [
    "id", "name", "provider", "number", "expires", "renewed", "validity", "extends", "grace",
    "price", "renewal", "check", "support", "cancel", "remind", "tags", "notes", "history",
    "ended",
];
/// A mapping or a list of so many characters still stands on one line.
const MAX_LINE_CHARS: usize = 90;

/// A value of the plans file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// A text, written in quotes if it needs them.
    Text(String),
    /// A date, a length of time, a keyword: written as it is.
    Plain(String),
    /// A list.
    List(Vec<FieldValue>),
    /// A mapping.
    Map(Fields),
}

/// Keys with their values.
pub type Fields = Vec<(&'static str, FieldValue)>;

/// Returns the keys and values in an order.
pub(crate) fn sorted<'f>(
    fields: &'f Fields,
    order: &[&'static str],
) -> impl Iterator<Item = (&'static str, &'f FieldValue)> {
    let fields = fields.iter().map(|(key, value)| (*key, value));
    let mut fields: Vec<(&'static str, &FieldValue)> = fields.collect();
    let place = |key| order.iter().position(|known| *known == key);
    fields.sort_by_key(|(key, _)| place(*key));
    fields.into_iter()
}

/// Writes keys and values. The lines end with LF.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct FieldWriter {
    /// Whether all keys and values are in double quotes, as in JSON.
    pub(crate) is_quoted: bool,
}

impl FieldWriter {
    /// Writes a mapping as an item of a block list: the dash at `indent` spaces, then `gap`.
    pub(crate) fn item<'f>(
        self,
        out: &mut String,
        indent: usize,
        gap: &str,
        fields: impl Iterator<Item = (&'static str, &'f FieldValue)>,
    ) {
        let key_indent = indent + 1 + gap.len();
        for (index, (key, value)) in fields.enumerate() {
            if index == 0 {
                out.extend([&" ".repeat(indent), "-", gap]);
                self.key_and_value(out, key_indent, key, value);
            } else {
                self.entry(out, key_indent, key, value);
            }
        }
    }

    /// Writes a key with its value on lines of its own.
    pub(crate) fn entry(self, out: &mut String, indent: usize, key: &str, value: &FieldValue) {
        out.extend([" "].repeat(indent));
        self.key_and_value(out, indent, key, value);
    }

    fn key_and_value(self, out: &mut String, indent: usize, key: &str, value: &FieldValue) {
        out.extend([&self.key(key), ":"]);
        match value {
            FieldValue::Text(text) if is_block(text) && !self.is_quoted => {
                *out += " |\n";
                for line in text.split('\n') {
                    if !line.is_empty() {
                        out.extend([" "].repeat(indent + 2));
                        *out += line;
                    }
                    out.push('\n');
                }
            }
            FieldValue::Map(fields) if is_long(&self.flow(value)) => {
                out.push('\n');
                for (key, value) in fields.iter() {
                    self.entry(out, indent + 2, key, value);
                }
            }
            FieldValue::List(items) if !items.is_empty() && is_long(&self.flow(value)) => {
                out.push('\n');
                for item in items {
                    match item {
                        FieldValue::Map(fields) if is_long(&self.flow(item)) => {
                            let fields = fields.iter().map(|(key, value)| (*key, value));
                            self.item(out, indent + 2, " ", fields);
                        }
                        item => {
                            out.extend([" "].repeat(indent + 2));
                            out.extend(["- ", &self.flow(item), "\n"]);
                        }
                    }
                }
            }
            FieldValue::Text(text) => out.extend([" ", &self.text(text, false), "\n"]),
            value => out.extend([" ", &self.flow(value), "\n"]),
        }
    }

    /// Writes a value on one line, with brackets around a list or a mapping.
    pub(crate) fn flow(self, value: &FieldValue) -> String {
        match value {
            FieldValue::Text(text) => self.text(text, true),
            FieldValue::Plain(text) if self.is_quoted => self.text(text, true),
            FieldValue::Plain(text) => text.clone(),
            FieldValue::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.flow(item)).collect();
                format!("[{}]", items.join(", "))
            }
            FieldValue::Map(fields) => {
                let fields = fields.iter().map(|(key, value)| (*key, value));
                format!("{{{}}}", self.flow_entries(fields))
            }
        }
    }

    /// Writes keys and values on one line, without the brackets around them.
    pub(crate) fn flow_entries<'f>(
        self,
        fields: impl Iterator<Item = (&'static str, &'f FieldValue)>,
    ) -> String {
        let fields = fields.map(|(key, value)| format!("{}: {}", self.key(key), self.flow(value)));
        fields.collect::<Vec<_>>().join(", ")
    }

    fn key(self, key: &str) -> String {
        match self.is_quoted {
            true => format!("\"{key}\""),
            false => key.to_owned(),
        }
    }

    fn text(self, text: &str, in_flow: bool) -> String {
        match self.is_quoted {
            true => double_quoted(text, |c| !is_easy(c)),
            false => scalar(text, in_flow).into_owned(),
        }
    }
}

fn is_long(line: &str) -> bool {
    line.chars().count() > MAX_LINE_CHARS
}

/// Whether a text is written as a block of lines (a literal scalar).
fn is_block(text: &str) -> bool {
    let is_line = |line: &str| line.chars().all(is_easy) && !line.ends_with(' ');
    text.contains('\n') && !text.starts_with([' ', '\n']) && text.split('\n').all(is_line)
}
