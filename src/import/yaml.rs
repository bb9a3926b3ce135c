//! A list of plans as a person would write it: keys in the order of the manual, quotes only where
//! they are needed, short mappings and lists on one line.
//!
//! Every text that a plans file may hold is read back as the same text: a property test.

use crate::import::draft::{Draft, Fields, Value};
use crate::text::escape::{is_easy, scalar};

/// The keys of a plan, in the order in which they are written.
const PLAN: [&str; 18] = [
    "id", "name", "provider", "number", "expires", "renewed", "validity", "extends", "grace",
    "price", "renewal", "check", "support", "remind", "tags", "notes", "history", "ended",
];
/// The keys of `calendar`, in that order.
const CALENDAR: [&str; 12] = [
    "name",
    "id",
    "description",
    "language",
    "timezone",
    "remind",
    "remind_at",
    "notices",
    "numbers",
    "color",
    "edit",
    "link",
];
/// Characters of a mapping or a list up to which it stands on one line.
const WIDE: usize = 90;
/// The whole file. `from` says in a comment what it was made of.
pub(crate) fn write(draft: &Draft, from: &str) -> String {
    let mut out = format!("# Imported from {from}.\n");
    let indent = if draft.calendar.is_empty() {
        0
    } else {
        out += "\ncalendar:\n";
        for (key, value) in sorted(&draft.calendar, &CALENDAR) {
            entry(&mut out, 2, key, value);
        }
        out += "\nplans:";
        2
    };
    for plan in &draft.plans {
        out += "\n";
        for (index, (key, value)) in sorted(&plan.fields, &PLAN).enumerate() {
            if index == 0 {
                out.extend([&" ".repeat(indent), "- "]);
                body(&mut out, indent + 2, key, value);
            } else {
                entry(&mut out, indent + 2, key, value);
            }
        }
    }
    out
}

fn sorted<'f>(
    fields: &'f Fields,
    order: &[&'static str],
) -> impl Iterator<Item = (&'static str, &'f Value)> {
    let fields = fields.iter().map(|(key, value)| (*key, value));
    let mut fields: Vec<(&'static str, &Value)> = fields.collect();
    let place = |key| order.iter().position(|known| *known == key);
    fields.sort_by_key(|(key, _)| place(*key));
    fields.into_iter()
}

/// One key with its value, on lines of its own.
fn entry(out: &mut String, indent: usize, key: &str, value: &Value) {
    out.extend([" "].repeat(indent));
    body(out, indent, key, value);
}

fn body(out: &mut String, indent: usize, key: &str, value: &Value) {
    out.extend([key, ":"]);
    match value {
        Value::Text(text) if is_block(text) => {
            *out += " |\n";
            for line in text.split('\n') {
                if !line.is_empty() {
                    out.extend([" "].repeat(indent + 2));
                    *out += line;
                }
                out.push('\n');
            }
        }
        Value::Map(fields) if flow(value).chars().count() > WIDE => {
            out.push('\n');
            for (key, value) in fields.iter() {
                entry(out, indent + 2, key, value);
            }
        }
        Value::List(items) if !items.is_empty() && flow(value).chars().count() > WIDE => {
            out.push('\n');
            for item in items {
                out.extend([" "].repeat(indent + 2));
                match item {
                    Value::Map(fields) if flow(item).chars().count() > WIDE => {
                        for (index, (key, value)) in fields.iter().enumerate() {
                            if index == 0 {
                                *out += "- ";
                                body(out, indent + 4, key, value);
                            } else {
                                entry(out, indent + 4, key, value);
                            }
                        }
                    }
                    item => out.extend(["- ", &flow(item), "\n"]),
                }
            }
        }
        Value::Text(text) => out.extend([" ", &scalar(text, false), "\n"]),
        value => out.extend([" ", &flow(value), "\n"]),
    }
}

/// A value on one line, inside brackets.
fn flow(value: &Value) -> String {
    match value {
        Value::Text(text) => scalar(text, true).into_owned(),
        Value::Plain(text) => text.clone(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(key, value)| format!("{key}: {}", flow(value)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

/// Whether a text is written as a block of lines.
fn is_block(text: &str) -> bool {
    let is_line = |line: &str| line.chars().all(is_easy) && !line.ends_with(' ');
    text.contains('\n') && !text.starts_with([' ', '\n']) && text.split('\n').all(is_line)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop, proptest};
    use proptest::test_runner::Config;

    use super::Draft;
    use super::Value;
    use super::write;
    use crate::document::Document;
    use crate::import::draft::{Entry, Leads};

    fn draft(name: &str, notes: &str, tags: &[String]) -> Draft {
        let text = |text: &str| Value::Text(text.to_owned());
        let fields = vec![
            ("notes", text(notes)),
            ("name", text(name)),
            ("expires", Value::Plain("2027-01-31".to_owned())),
            (
                "renewal",
                Value::Map(vec![("action", text(name)), ("app", text(notes.trim()))]),
            ),
            (
                "tags",
                Value::List(tags.iter().map(|tag| text(tag)).collect()),
            ),
        ];
        let entry = Entry {
            fields,
            leads: Leads::Unsaid,
        };
        Draft {
            calendar: vec![("name", text(name))],
            plans: vec![entry],
            is_feed: false,
        }
    }

    #[test]
    fn looks_as_a_person_would_write_it() {
        let draft = draft(
            "A",
            "two\n  lines: #1",
            &["a".to_owned(), "b, c".to_owned()],
        );
        assert_eq!(
            write(&draft, "`a.ics`"),
            "# Imported from `a.ics`.\n\ncalendar:\n  name: A\n\nplans:\n  - name: A\n    expires: 2027-01-31\n    \
             renewal: {action: A, app: \"two\\n  lines: #1\"}\n    tags: [a, \"b, c\"]\n    notes: |\n      two\n        lines: #1\n"
        );
    }

    proptest! {
        #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(3000) })]
        #[test]
        fn whatever_is_printable_is_read_back(
            name in "[ -~]{1,20}|\\PC{1,30}|(- |#|: |'|\"|[a-z]|\\[|, |0x1|~|null|!|&a|\\*a|---|\u{fe}){1,6}",
            notes in "(\\PC|[ -~\n]){1,60}|([a-c ]{0,3}(\n|- |#|\"|: |~)){1,9}",
            tags in prop::collection::vec("[ -~]{1,9}|\\PC{1,9}", 0..9),
        ) {
            use crate::plan::text::{Lines, clean};
            let one = |text: &str| clean(text.to_owned().into(), Lines::One).ok().filter(|text| !text.is_empty());
            let (Some(name), Ok(notes)) = (one(&name), clean(notes.into(), Lines::Many)) else {
                return Ok(());
            };
            let tags: Option<Vec<String>> = tags.iter().map(|tag| Some(one(tag)?.into_owned())).collect();
            let Some(tags) = tags.filter(|_| !notes.is_empty()) else { return Ok(()) };
            let mut draft = draft(&name, &notes, &tags);
            draft.plans[0].fields.retain(|(key, _)| *key != "renewal");
            draft.plans[0].fields.push(("renewal", Value::Map(vec![("action", Value::Text(name.to_string()))])));
            for bare in [false, true] {
                if bare {
                    draft.calendar.clear();
                }
                let yaml = write(&draft, "`a.ics`");
                let document = Document::read(yaml.as_bytes());
                let document = document.unwrap_or_else(|problems| unreachable!("{problems:?}\n{yaml}"));
                let plan = &document.list().plans[0];
                assert_eq!(plan.name, name, "{yaml}");
                assert_eq!(plan.renewal[0].action.as_deref(), Some(&*name), "{yaml}");
                assert_eq!(plan.notes.as_deref(), Some(&*notes), "{yaml}");
                assert_eq!(plan.tags, tags, "{yaml}");
                let calendar = document.list().settings.name.as_deref();
                assert_eq!(calendar, (!bare).then_some(&*name), "{yaml}");
            }
        }
    }
}
