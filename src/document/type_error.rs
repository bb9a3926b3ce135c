//! Errors for a value that does not have the type that its key expects, such as a list where a text
//! is expected.
//!
//! Each error names the value, the expected type and what was found. The hint shows how to write
//! what was probably meant. `expected` is one of the names in [`shape`].

use std::fmt;

use super::syntax;
use crate::plan::Method;
use crate::plan::raw::shape;
use crate::plan::value::url::WebAddress;
use crate::text::escape::{double_quoted, reorders};
use crate::text::value_error::{ValueError, quoted};
use crate::time::date;

/// The maximum number of characters of a text that a hint repeats.
const MAX_REPEATED_CHARS: usize = 40;

/// Keys whose value may be any text, including the word `null`.
pub(crate) const TEXT_KEYS: [&str; 16] = [
    "name",
    "id",
    "provider",
    "number",
    "description",
    "notes",
    "action",
    "app",
    "dial",
    "call",
    "to",
    "text",
    "receipt",
    "note",
    "tags",
    "steps",
];

/// The hint for `terms` without a page.
const TERMS_HINT: &str = "write `terms: {url: https://www.example.org/terms}`";

/// The name of a value in messages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    /// The value of a key.
    Key(&'static str),
    /// An item of a list of mappings.
    Item(&'static str),
}

impl Label {
    pub(crate) const PLAN: Self = Self::Item("a plan");
    const RECORD: Self = Self::Item("a renewal in `history`");

    /// Returns the label of an item of the list with this label.
    pub(crate) fn item(self) -> Self {
        match self {
            Self::Key("plans") => Self::PLAN,
            Self::Key("history") => Self::RECORD,
            Self::Key("renewal") => Self::Item("a way in `renewal`"),
            other => other,
        }
    }

    /// For a value that cannot be any text, returns the form that it must have, and an example.
    fn text_format(self) -> Option<(&'static str, &'static str)> {
        let Self::Key(key) = self else { return None };
        Some(match key {
            "expires" | "renewed" | "ended" | "on" | "from" | "until" | "checked" => {
                ("a date", "2027-01-31")
            }
            "validity" | "grace" | "notice" => ("a length of time", "3 months"),
            "remind" => ("a length of time or a list of them", "[7d, 1d]"),
            "workdays" => (
                "a day of the week or a list of them",
                "[mon, tue, wed, thu, fri]",
            ),
            "price" | "paid" => ("a price", "49 NOK"),
            "url" | "edit" => ("a web address", "https://www.example.org"),
            _ => return None,
        })
    }

    fn must_be(self, expected: &str, found: &str) -> ValueError {
        let expected = self
            .text_format()
            .map_or(expected, |(expected, _)| expected);
        ValueError::new(format!("{self} must be {expected}, found {found}"))
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, "`{key}`"),
            Self::Item(item) => f.write_str(item),
        }
    }
}

/// The error for a list where something else is expected.
pub(crate) fn list(label: Label, expected: &str) -> ValueError {
    let error = label.must_be(expected, "a list");
    match (label, expected) {
        (Label::Key(key), shape::CONTACT) => error.hint(format!(
            "write one sentence, or a mapping such as `{key}: {{url: https://www.example.org}}`"
        )),
        (Label::Key("terms"), _) => error.hint(TERMS_HINT),
        _ => error,
    }
}

/// The error for a mapping where something else is expected.
pub(crate) fn mapping(label: Label, expected: &str) -> ValueError {
    let error = label.must_be(expected, "a mapping");
    match (label, expected) {
        (Label::Key("history"), _) => error.hint("write a list: `history: [{on: 2026-10-05}]`"),
        (_, shape::LIST) => error.hint("begin each item with `- `"),
        _ => error,
    }
}

/// The error for a scalar where something else is expected.
pub(crate) fn scalar(label: Label, expected: &str, text: &str) -> ValueError {
    let error = label.must_be(expected, &quoted(text));
    let is_short = text.chars().count() <= MAX_REPEATED_CHARS && !text.contains(['"', '\n']);
    let shown = |text: &str| match is_short {
        true => in_brackets(text),
        false => "…".to_owned(),
    };
    let is_link = |text: &str| WebAddress::parse(text.into()).is_ok();
    let with_scheme = match text.starts_with("www.") {
        true => format!("https://{text}"),
        false => text.to_owned(),
    };
    let is_number = || {
        is_short
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || "+-*# ".contains(c))
    };
    match (label, expected) {
        (Label::PLAN, _) if syntax::with_space(text).is_some() => {
            error.hint("write the colon `:` with a space after it, as in `- name: My SIM`")
        }
        (Label::PLAN, _) if is_short => error.hint(format!("write `- name: {}`", shown(text))),
        (Label::RECORD, _) if date::parse(text).is_ok() => {
            error.hint(format!("write `{{on: {text}}}`"))
        }
        (Label::Item(_), _) => error,
        (_, shape::FLAG) => match text.to_ascii_lowercase().as_str() {
            "yes" | "on" | "y" | "true" => error.hint("write `true`, without quotes"),
            "no" | "off" | "n" | "false" => error.hint("write `false`, without quotes"),
            _ => error,
        },
        (Label::Key("calendar"), _) => match syntax::with_space(text) {
            Some(spaced) => error.hint(syntax::missing_space_hint(&spaced)),
            None => error,
        },
        (Label::Key("renewal"), _) if is_link(&with_scheme) => {
            error.hint(format!("write `renewal: {{url: {}}}`", shown(&with_scheme)))
        }
        (Label::Key("renewal"), _) => error.hint(match method(text) {
            Some(method) => format!("write `renewal: {{method: {}}}`", method.name()),
            None => format!("write `renewal: {{action: {}}}`", shown(text)),
        }),
        (Label::Key("terms"), _) if is_link(&with_scheme) => {
            error.hint(format!("write `terms: {{url: {}}}`", shown(&with_scheme)))
        }
        (Label::Key("terms"), _) => error.hint(TERMS_HINT),
        (Label::Key("sms"), _) if is_number() => {
            error.hint(format!("write `sms: {{to: \"{text}\"}}`"))
        }
        (Label::Key("sms"), _) => error.hint("write `sms: {to: \"1933\", text: START}`"),
        (Label::Key("history"), _) if date::parse(text).is_ok() => {
            error.hint(format!("write `history: [{{on: {text}}}]`"))
        }
        (_, shape::LIST) => error.hint("begin each item with `- `"),
        _ => error,
    }
}

/// Returns the method that a text names. Case is ignored; spaces and `_` count as `-`.
fn method(text: &str) -> Option<Method> {
    let name = text.trim().to_ascii_lowercase().replace([' ', '_'], "-");
    Method::parse(&name).ok()
}

/// Writes a text as a scalar inside brackets, in quotes if it needs them.
fn in_brackets(text: &str) -> String {
    let begins_plain = text.starts_with(char::is_alphanumeric);
    let is_plain = |c: char| c.is_alphanumeric() || " .-+/()_".contains(c);
    let is_link = text.starts_with("https://") || text.starts_with("http://");
    let rest = text.split_once("://").filter(|_| is_link);
    let rest = rest.map_or(text, |(_, rest)| rest);
    match begins_plain && rest.chars().all(is_plain) && !text.ends_with(' ') {
        true => text.to_owned(),
        false => double_quoted(text, |c| c.is_control() || reorders(c)),
    }
}

/// The error for a null: an empty value, `null` or `~`. `written` is its source. `rest` is the text
/// after it, which may begin with a `#` that was meant as text but is read as a comment.
pub(crate) fn null(label: Label, expected: &str, written: &str, rest: &str) -> ValueError {
    if !written.is_empty() {
        let error = label.must_be(expected, &quoted(written));
        return match (label, label.text_format()) {
            (_, Some((_, example))) => error.hint(format!(
                "give it a value, as in `{example}`, or remove the line"
            )),
            (Label::Key(key), _) if TEXT_KEYS.contains(&key) => error.hint(
                "give it a value, or remove the line; if you mean the word, put it in \
                            quotes",
            ),
            _ => error.hint("give it a value, or remove the line"),
        };
    }
    let error = ValueError::new(format!("{label} has no value"));
    let rest = rest.lines().next().unwrap_or_default();
    let rest = rest.trim_start_matches([':', ' ']);
    match rest.strip_prefix('#') {
        Some(comment) if !comment.is_empty() && !comment.starts_with(' ') => {
            let meant = rest.split(" #").next().unwrap_or_default().trim_end();
            error.hint(format!(
                "`#` begins a comment: put the text in quotes, `\"{meant}\"`"
            ))
        }
        _ => error.hint("give it a value, or remove the line"),
    }
}
