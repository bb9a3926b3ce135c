//! Tests that the reader of the common form reads no text in another way than `serde_yaml`.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use super::compare::compare;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, proptest};
use proptest::sample::{Index, select};
use proptest::test_runner::Config;

/// Pieces of YAML that change the meaning of what stands around them.
const PIECES: [&str; 64] = [
    " ", "  ", "    ", "\n", "\n\n", "\n  ", "\n    ", "- ", "-", "\n- ", "\n  - ", ":", ": ",
    "::", "#", " #", " # x\n", "\"", "'", "''", "{", "}", "[", "]", ",", ", ", "{}", "[]", "|",
    "|\n", "|-\n", "|+\n", "|2\n", ">\n", "~", "null", "true", "No", "0x1", ".5", "1e3", "+1",
    ".inf", "&a ", "*a", "!t ", "<<: ", "\\", "\\n", "\\x41", "\\\"", "?", "? ", "%", "@", "`",
    "é", "漢", "\u{a0}", "\u{85}", "\u{9f}", "\r\n", "name: ", "---\n",
];

/// Texts of plans files, good and bad: the golden ones, the example, and every text of several lines
/// in the sources of the tests.
static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = vec![fs::read_to_string(root.join("plans.example.yaml")).expect("the example")];
    collect(&root.join("tests/integration"), &mut texts);
    collect(&root.join("src"), &mut texts);
    texts.retain(|text| text.len() < 8000 && text.contains('\n') && text.contains("name:"));
    texts
});

fn collect(folder: &Path, texts: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, texts);
            continue;
        }
        let read = || fs::read_to_string(&path).expect("a text");
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("yaml") => texts.push(read()),
            // What stands between two quotes is a literal, or what is between two literals.
            Some("rs") => {
                let source = read().replace("\\\"", "\u{1}");
                let parts = source.split('"').map(|part| {
                    let part = part.replace('\u{1}', "\"").replace("\\n", "\n");
                    part.replace("\\\\", "\\")
                });
                texts.extend(parts);
            }
            _ => {}
        }
    }
}

/// Where a change is made, seen from a random character.
#[derive(Debug, Clone, Copy)]
enum Snap {
    Here,
    LineEnd,
    NextLine,
}

/// A change of a text.
#[derive(Debug, Clone)]
struct Edit {
    at: Index,
    snap: Snap,
    /// How many characters are removed.
    removed: usize,
    inserted: &'static str,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = (
        any::<Index>(),
        select(&[Snap::Here, Snap::LineEnd, Snap::NextLine][..]),
        0..5_usize,
        any::<bool>(),
        select(&PIECES[..]),
    );
    let edit = edit.prop_map(|(at, snap, removed, inserts, piece)| Edit {
        at,
        snap,
        removed: removed.saturating_sub(1),
        inserted: if inserts || removed < 2 { piece } else { "" },
    });
    vec(edit, 0..4)
}

fn edited(text: &str, edits: &[Edit]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for edit in edits {
        let mut start = edit.at.index(chars.len() + 1);
        let to_end = chars[start..].iter().position(|c| *c == '\n');
        start += match (edit.snap, to_end) {
            (Snap::Here, _) | (_, None) => 0,
            (Snap::LineEnd, Some(length)) => length,
            (Snap::NextLine, Some(length)) => length + 1,
        };
        let end = (start + edit.removed).min(chars.len());
        chars.splice(start..end, edit.inserted.chars());
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(6000) })]

    #[test]
    fn an_edited_text_is_read_as_serde_yaml_reads_it(of in any::<Index>(), edits in edits()) {
        let text = edited(of.get::<String>(&TEXTS), &edits);
        assert_ne!(compare(&text), Some(false), "{text:?}");
    }
}

/// Else the tests above would compare nothing.
#[test]
fn most_lists_are_in_the_common_form() {
    let read = |text: &&String| compare(text) == Some(true);
    let good = TEXTS.iter().filter(read).count();
    assert!(good > 250, "{good} of {}", TEXTS.len());
    for text in [
        include_str!("../../../plans.example.yaml"),
        include_str!("../../../tests/integration/golden/rules.yaml"),
        include_str!("../../../tests/integration/golden/settings.yaml"),
        include_str!("../../../tests/integration/golden/ways-zh.yaml"),
    ] {
        assert_eq!(compare(text), Some(true), "{text}");
    }
}

#[test]
fn an_unusual_form_is_left_to_serde_yaml() {
    let plan = "- name: A\n  expires: 2027-01-31\n";
    assert_eq!(compare(plan), Some(true));
    for (line, reason) in [
        ("notes: a\n    b", "a plain scalar of two lines"),
        ("notes: \"a\n    b\"", "a quoted scalar of two lines"),
        ("notes: >\n    a", "a folded scalar"),
        ("notes: |2\n    a", "an indent that is given"),
        ("notes: |+\n    a\n", "a kept break"),
        ("notes: |\n\n    a", "a blank line first"),
        ("notes: \"\\x41\"", "an unusual escape"),
        ("\"notes\": a", "a key in quotes"),
        ("notes : a", "a space before a colon"),
        ("notes:\n    a", "a scalar on the next line"),
        ("tags: 12", "a number in place of a list"),
        ("tags: true", "a boolean in place of a list"),
        ("check: .5", "a number in place of a sentence"),
        ("notes: -a", "a dash"),
        ("notes: ~", "a null"),
        ("tags:", "nothing"),
        ("notes: a\r", "a carriage return"),
        ("notes: |\n    a\r", "a carriage return in a literal scalar"),
        ("notes: a # b\r", "a carriage return in a comment"),
        ("notes: a: b", "no YAML"),
        ("tags: [a: b]", "a pair in a list"),
        (
            "tags: [a\n    b]",
            "a plain scalar of two lines in brackets",
        ),
    ] {
        let text = format!("{plan}  {line}\n");
        assert_eq!(compare(&text), None, "{reason}: {text}");
    }
}
