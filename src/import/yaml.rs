//! Writes a list of plans as a person would: keys in the order of the manual, quotes only where they
//! are needed, short mappings and lists on one line.
//!
//! Every text that a plans file may hold is read back as the same text: a property test.

use crate::import::draft::{FieldValue, Fields, PlanListDraft};
use crate::text::escape::{is_easy, scalar};

/// The keys of a plan, in the order in which they are written.
const PLAN_KEYS: [&str; 19] = [
    "id", "name", "provider", "number", "expires", "renewed", "validity", "extends", "grace",
    "price", "renewal", "check", "support", "cancel", "remind", "tags", "notes", "history",
    "ended",
];
/// The keys of `calendar`, in that order.
const CALENDAR_KEYS: [&str; 12] = [
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
/// A mapping or a list of so many characters still stands on one line.
const MAX_LINE_CHARS: usize = 90;

/// Writes the whole file. A comment says that it was imported from `from`.
pub(crate) fn write(draft: &PlanListDraft, from: &str) -> String {
    let mut out = format!("# Imported from {from}.\n");
    let indent = if draft.calendar.is_empty() {
        0
    } else {
        out += "\ncalendar:\n";
        for (key, value) in sorted(&draft.calendar, &CALENDAR_KEYS) {
            write_entry(&mut out, 2, key, value);
        }
        out += "\nplans:";
        2
    };
    for plan in &draft.plans {
        out += "\n";
        for (index, (key, value)) in sorted(&plan.fields, &PLAN_KEYS).enumerate() {
            if index == 0 {
                out.extend([&" ".repeat(indent), "- "]);
                write_key_and_value(&mut out, indent + 2, key, value);
            } else {
                write_entry(&mut out, indent + 2, key, value);
            }
        }
    }
    out
}

fn sorted<'f>(
    fields: &'f Fields,
    order: &[&'static str],
) -> impl Iterator<Item = (&'static str, &'f FieldValue)> {
    let fields = fields.iter().map(|(key, value)| (*key, value));
    let mut fields: Vec<(&'static str, &FieldValue)> = fields.collect();
    let place = |key| order.iter().position(|known| *known == key);
    fields.sort_by_key(|(key, _)| place(*key));
    fields.into_iter()
}

/// Writes a key with its value on lines of its own.
fn write_entry(out: &mut String, indent: usize, key: &str, value: &FieldValue) {
    out.extend([" "].repeat(indent));
    write_key_and_value(out, indent, key, value);
}

fn write_key_and_value(out: &mut String, indent: usize, key: &str, value: &FieldValue) {
    out.extend([key, ":"]);
    match value {
        FieldValue::Text(text) if is_block(text) => {
            *out += " |\n";
            for line in text.split('\n') {
                if !line.is_empty() {
                    out.extend([" "].repeat(indent + 2));
                    *out += line;
                }
                out.push('\n');
            }
        }
        FieldValue::Map(fields) if flow(value).chars().count() > MAX_LINE_CHARS => {
            out.push('\n');
            for (key, value) in fields.iter() {
                write_entry(out, indent + 2, key, value);
            }
        }
        FieldValue::List(items)
            if !items.is_empty() && flow(value).chars().count() > MAX_LINE_CHARS =>
        {
            out.push('\n');
            for item in items {
                out.extend([" "].repeat(indent + 2));
                match item {
                    FieldValue::Map(fields) if flow(item).chars().count() > MAX_LINE_CHARS => {
                        for (index, (key, value)) in fields.iter().enumerate() {
                            if index == 0 {
                                *out += "- ";
                                write_key_and_value(out, indent + 4, key, value);
                            } else {
                                write_entry(out, indent + 4, key, value);
                            }
                        }
                    }
                    item => out.extend(["- ", &flow(item), "\n"]),
                }
            }
        }
        FieldValue::Text(text) => out.extend([" ", &scalar(text, false), "\n"]),
        value => out.extend([" ", &flow(value), "\n"]),
    }
}

/// A value on one line, with brackets around a list or a mapping.
fn flow(value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) => scalar(text, true).into_owned(),
        FieldValue::Plain(text) => text.clone(),
        FieldValue::List(items) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        FieldValue::Map(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(key, value)| format!("{key}: {}", flow(value)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

/// Whether a text is written as a block of lines (a literal scalar).
fn is_block(text: &str) -> bool {
    let is_line = |line: &str| line.chars().all(is_easy) && !line.ends_with(' ');
    text.contains('\n') && !text.starts_with([' ', '\n']) && text.split('\n').all(is_line)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop, proptest};
    use proptest::test_runner::Config;

    use super::{FieldValue, PlanListDraft, write};
    use crate::document::Document;
    use crate::import::draft::{Leads, PlanDraft};

    fn draft(name: &str, notes: &str, tags: &[String]) -> PlanListDraft {
        let text = |text: &str| FieldValue::Text(text.to_owned());
        let fields = vec![
            ("notes", text(notes)),
            ("name", text(name)),
            ("expires", FieldValue::Plain("2027-01-31".to_owned())),
            (
                "renewal",
                FieldValue::Map(vec![("action", text(name)), ("app", text(notes.trim()))]),
            ),
            (
                "tags",
                FieldValue::List(tags.iter().map(|tag| text(tag)).collect()),
            ),
        ];
        let entry = PlanDraft {
            fields,
            leads: Leads::Unknown,
        };
        PlanListDraft {
            calendar: vec![("name", text(name))],
            plans: vec![entry],
            is_own_feed: false,
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
            draft.plans[0].fields.push(("renewal", FieldValue::Map(vec![("action", FieldValue::Text(name.to_string()))])));
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
