//! Writes a list of plans as a person would: keys in the order of the manual, quotes only where they
//! are needed, short mappings and lists on one line.
//!
//! A property test checks that every text that a plans file may hold is read back unchanged.

use crate::document::fields::{FieldWriter, PLAN_KEYS, sorted};
use crate::import::draft::PlanListDraft;

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

/// Writes the whole file. A comment says that it was imported from `from`.
pub(crate) fn write(draft: &PlanListDraft, from: &str) -> String {
    let writer = FieldWriter::default();
    let mut out = format!("# Imported from {from}.\n");
    let indent = if draft.calendar.is_empty() {
        0
    } else {
        out += "\ncalendar:\n";
        for (key, value) in sorted(&draft.calendar, &CALENDAR_KEYS) {
            writer.entry(&mut out, 2, key, value);
        }
        out += "\nplans:";
        2
    };
    for plan in &draft.plans {
        out += "\n";
        let fields = sorted(&plan.fields, &PLAN_KEYS);
        writer.item(&mut out, indent, " ", fields);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop, proptest};
    use proptest::test_runner::Config;

    use super::{PlanListDraft, write};
    use crate::document::Document;
    use crate::import::draft::{FieldValue, Leads, PlanDraft};

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
