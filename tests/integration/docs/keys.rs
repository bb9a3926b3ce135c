//! `docs/plans-file.md` has each key of the plans file in the table of its object, and no other.

use std::collections::BTreeSet;

use serde_json::Value;

use super::page;
use crate::harness::Place;

/// The headings of the page whose tables have the keys of an object of the schema.
const TABLES: &[(&str, &[&str])] = &[
    ("", &["The file"]),
    ("/definitions/Calendar", &["Keys of the calendar"]),
    (
        "/definitions/Plan",
        &[
            "Name and price",
            "When it runs out",
            "How to renew it",
            "When to warn",
            "Past renewals",
        ],
    ),
    ("/definitions/Way", &["Ways to renew"]),
    ("/definitions/Plan/properties/check", &["Check and support"]),
    (
        "/definitions/Plan/properties/support",
        &["Check and support"],
    ),
    ("/definitions/Plan/properties/cancel", &["Cancel"]),
    ("/definitions/Sms", &["Text messages"]),
    ("/definitions/Terms", &["Terms"]),
    ("/definitions/Renewal", &["History"]),
];

#[test]
fn each_table_has_the_keys_of_its_object() {
    let page = page("docs/plans-file.md").expect("the page");
    let schema: Value = serde_json::from_str(&Place::new().feed(&["schema"])).expect("JSON");
    for (object, headings) in TABLES {
        let object = schema.pointer(object).expect("an object");
        let properties = object["properties"].as_object().expect("properties");
        let expected: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
        let mut found = BTreeSet::new();
        let (mut heading, mut is_table) = ("", false);
        for (number, line) in &page.prose {
            let title = page.headings().find(|(known, _)| known == number);
            heading = title.map_or(heading, |(_, title)| title);
            is_table = line.starts_with("| key |") || is_table && line.starts_with('|');
            let row = line.strip_prefix("| `").filter(|_| is_table);
            if let Some(row) = row.filter(|_| headings.contains(&heading)) {
                let key = row.split('`').next().unwrap_or_default();
                assert!(found.insert(key), "`{key}` is there twice");
            }
        }
        assert_eq!(found, expected, "under {headings:?}");
    }
}
