//! Random lists in the layouts that people use, and random plans: the new plan is the last one, and
//! every old plan and every old byte is as it was. The new plan can then be renewed.

use proptest::collection::vec;
use proptest::prelude::{any, proptest};
use proptest::sample::select;
use proptest::test_runner::Config;
use weekahead::internals::{Document, FieldValue, Fields, add, renew};

use crate::renew::layouts::{day, plain};
use crate::renew::property::{lists, text};

/// What may stand behind a list, if its last line is complete.
const ENDS: [&str; 6] = [
    "",
    "\n",
    "# behind\n",
    "\n# end\n",
    "  # deep\n\n  # deeper\n",
    "...\n",
];

/// Pieces of plans files.
const PIECES: [&str; 36] = [
    "- name: A\n  expires: 2027-01-31\n",
    "- {name: B, expires: 2027-01-31}\n",
    "  - name: C\n    expires: 2027-01-31\n",
    "  - {name: D, expires: 2027-01-31}\n",
    "{name: E, expires: 2027-01-31}",
    "- name: F\n  notes: |+\n    f\n  expires: 2027-01-31\n",
    "  notes: |\n    n\n",
    "    notes: >+\n      n\n\n",
    "  notes: |2\n     n\n",
    "    tags:\n    - a\n",
    "plans:\n",
    "plans: ",
    "plans: []\n",
    "plans: [",
    "calendar: {name: C}\n",
    "calendar:\n  name: C\n",
    "[",
    "]",
    "]\n",
    "{",
    "}\n",
    ", ",
    ",\n  ",
    "\n",
    "\r\n",
    "\r",
    "  \n",
    "# c\n",
    "  # c\n",
    " # 漢\n",
    "---\n",
    "...\n",
    "null",
    "&a ",
    "!!seq ",
    "\t",
];

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(1000) })]

    #[test]
    fn a_random_plan_is_added_and_nothing_else_changes(
        (list, plans) in lists(),
        end in select(ENDS.to_vec()),
        name in text(),
        action in text(),
        notes in text(),
        second_line in any::<bool>(),
        counts in any::<bool>(),
    ) {
        let mut list = list;
        if list.ends_with('\n') {
            let line_break = if list.ends_with("\r\n") { "\r\n" } else { "\n" };
            list += &end.replace('\n', line_break);
        }
        let value = |text: &str| FieldValue::Text(text.to_owned());
        let word = |text: &str| FieldValue::Plain(text.to_owned());
        let notes = if second_line { format!("{notes}\n  {action}") } else { notes };
        let mut fields: Fields = vec![
            ("id", value("new")),
            ("name", value(&name)),
            ("renewal", FieldValue::Map(vec![("action", value(&action))])),
            ("notes", value(&notes)),
            ("validity", word("3 months")),
        ];
        fields.push(match counts {
            true => ("renewed", word("2026-07-05")),
            false => ("expires", word("2026-10-31")),
        });
        let document = Document::read(list.as_bytes()).expect(&list);
        let old = document.text();
        let addition = add(old, &fields).unwrap_or_else(|error| panic!("{error:?}\n{list}"));

        // Every old byte is there, in order.
        let mut new = addition.text.as_str();
        let mut done = 0;
        for splice in &addition.splices {
            assert!(splice.range.is_empty(), "{splice:?}\n{list}");
            let kept = &old[done..splice.range.start];
            new = new.strip_prefix(kept).expect("what was there");
            new = new.strip_prefix(splice.text.as_str()).expect("what is new");
            done = splice.range.start;
        }
        assert_eq!(new, &old[done..], "{list}");
        let breaks = |text: &str| text.matches('\n').count() - text.matches("\r\n").count();
        assert!(!list.contains('\r') || breaks(&addition.text) == 0, "{:?}", addition.text);

        let read = Document::read(addition.text.as_bytes()).expect(&addition.text);
        let (last, others) = read.list().plans.split_last().expect("plans");
        assert_eq!(read.list().settings, document.list().settings);
        assert_eq!(others, document.list().plans.as_slice(), "{}", addition.text);
        assert_eq!(last.name, name);
        assert_eq!(last.renewal[0].action.as_deref(), Some(action.as_str()));
        assert_eq!(last.notes.as_deref(), Some(notes.as_str()));

        let renewed = renew(&read, plans, &plain(), day("2026-10-05"));
        let renewed = renewed.unwrap_or_else(|error| panic!("{error:?}\n{}", addition.text));
        assert_eq!(renewed.plan.id, "new");
        assert_eq!(renewed.plan.expiry.day(), day("2027-01-05"));
        let read = Document::read(renewed.text.as_bytes()).expect(&renewed.text);
        assert_eq!(&read.list().plans[..plans], document.list().plans.as_slice());
    }

    /// Any text at all, made of what matters to YAML: a plan is added and nothing else changes, or
    /// nothing is added.
    #[test]
    fn any_text_keeps_its_plans_and_its_settings(pieces in vec(select(PIECES.to_vec()), 0..14)) {
        let text = pieces.concat();
        let fields: Fields = vec![
            ("name", FieldValue::Text("New".to_owned())),
            ("expires", FieldValue::Plain("2027-03-31".to_owned())),
        ];
        let Ok(addition) = add(&text, &fields) else {
            return Ok(());
        };
        let read = Document::read(addition.text.as_bytes()).expect(&addition.text);
        let (last, others) = read.list().plans.split_last().expect("plans");
        assert_eq!(last.name, "New");
        match Document::read(text.as_bytes()) {
            Ok(old) => {
                assert_eq!(others, old.list().plans.as_slice(), "{text:?}\n{}", addition.text);
                assert_eq!(old.list().settings, read.list().settings);
                let added: usize = addition.splices.iter().map(|splice| splice.text.len()).sum();
                assert_eq!(addition.text.len(), text.len() + added, "{text:?}");
            }
            Err(_) => assert!(others.is_empty(), "{text:?}\n{}", addition.text),
        }
    }
}
