//! The README says the same in each language: its commands are equal, and so are the keys of its
//! lists and the files that it names.

use serde_yaml::Value;

use super::markdown::Page;
use super::{Faults, page};

#[test]
fn every_readme_has_the_same_commands_keys_and_files() {
    let readme = page("README.md").expect("README.md");
    let mut faults = Faults::default();
    for name in ["README.zh-CN.md", "README.nb.md"] {
        let other = page(name).expect("a README");
        for (what, facts) in FACTS {
            let (expected, found) = (facts(&readme), facts(&other));
            if expected != found {
                let what = format!("the {what} differ:\n  {expected:?}\n  {found:?}");
                faults.add(&other, 1, &what);
            }
        }
    }
    faults.report();
}

/// Reads the facts of one kind from a page.
type Facts = fn(&Page) -> Vec<String>;

/// What is the same in each language.
const FACTS: &[(&str, Facts)] = &[
    ("blocks", blocks),
    ("commands", commands),
    ("keys of lists", keys),
    ("files and links", files),
];

fn blocks(page: &Page) -> Vec<String> {
    page.blocks.iter().map(|block| block.kind.clone()).collect()
}

/// The whole blocks of commands, and the commands of transcripts.
fn commands(page: &Page) -> Vec<String> {
    let blocks = page.blocks("sh").map(|block| block.text.clone());
    let shown = page.blocks("console");
    let shown = shown.flat_map(|block| block.transcript());
    let shown: Vec<String> = shown.map(|(command, _)| command.to_owned()).collect();
    blocks.chain(shown).collect()
}

/// The keys of each list in their order, but for what sets its language.
fn keys(page: &Page) -> Vec<String> {
    fn collect(value: &Value, keys: &mut Vec<String>) {
        for (key, value) in value.as_mapping().into_iter().flatten() {
            let key = key.as_str().unwrap_or_default();
            if !["calendar", "language", "plans"].contains(&key) {
                keys.push(key.to_owned());
            }
            collect(value, keys);
        }
        for item in value.as_sequence().into_iter().flatten() {
            collect(item, keys);
        }
    }
    let mut keys = Vec::new();
    for block in page.blocks("yaml") {
        let list: Value = serde_yaml::from_str(&block.text).expect("YAML");
        collect(&list, &mut keys);
    }
    keys
}

/// The files that are linked to or named, sorted; a picture and a README may be another one.
fn files(page: &Page) -> Vec<String> {
    let links = page.links().into_iter().map(|(_, target)| target);
    let links = links.map(|target| target.split('#').next().unwrap_or_default());
    let is_file =
        |code: &&str| !code.contains([' ', '{']) && code.trim_end_matches('/').contains(['/', '.']);
    let named = page.code().map(|(_, code)| code).filter(is_file);
    let mut files: Vec<String> = links.chain(named).map(str::to_owned).collect();
    files.retain(|file| {
        !file.is_empty() && !file.contains("docs/pictures/") && !file.starts_with("README")
    });
    files.sort();
    files.dedup();
    files
}
