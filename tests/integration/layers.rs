//! The layers of the library's own table, held against every import in the sources.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use crate::harness::repository;

#[test]
fn no_module_reaches_below_its_layer() {
    let source = repository().join("src");
    let library = fs::read_to_string(source.join("lib.rs")).expect("lib.rs");
    let rows = library
        .lines()
        .filter_map(|line| line.strip_prefix("//! | "))
        .filter(|row| !row.starts_with("layer"));
    let mut layers = HashMap::new();
    for (rank, row) in rows.enumerate() {
        let modules = row.split(" | ").nth(1).expect("a column of modules");
        for module in modules.split(' ') {
            assert!(
                layers.insert(module.to_owned(), rank).is_none(),
                "{module} twice"
            );
        }
    }
    let mut files = Vec::new();
    collect(&source, &mut files);
    assert!(files.len() > 30, "the sources are found");
    for (path, text) in files {
        let module = module_of(&path);
        if module == "lib" {
            continue;
        }
        let rank = layers
            .get(&module)
            .unwrap_or_else(|| panic!("{module} is in no layer"));
        for import in imports(&text) {
            let Some(other) = layers.get(&import) else {
                continue;
            };
            let sideways = *rank == 2 && *other == 2 && import != "refusal";
            assert!(
                import == module || (other <= rank && !sideways),
                "{} ({module}) imports {import}",
                path
            );
        }
        let is_pure = *rank < 2;
        for edge in [
            "std::fs",
            "std::env",
            "std::net",
            "std::process",
            "std::io",
            "std::time",
            "Utc::now",
            "Local::now",
            "SystemTime::now",
        ] {
            assert!(!(is_pure && text.contains(edge)), "{path} touches {edge}");
        }
        let knows_clap = text.contains("clap::");
        assert!(!knows_clap || *rank == 3, "{path} knows clap");
        assert!(
            !text.contains("crate::{"),
            "{path}: one `use` for each module"
        );
    }
}

#[test]
fn no_file_is_long() {
    for folder in ["src", "tests", "benches"] {
        let mut files = Vec::new();
        collect(&repository().join(folder), &mut files);
        assert!(!files.is_empty());
        for (path, text) in files {
            let lines = text.lines().count();
            assert!(lines <= 500, "{folder}/{path} has {lines} lines");
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("a source");
            let relative = path
                .strip_prefix(repository())
                .expect("below the repository");
            let relative = relative.strip_prefix("src").unwrap_or(relative);
            files.push((relative.to_string_lossy().into_owned(), text));
        }
    }
}

/// The top module that a file belongs to.
fn module_of(path: &str) -> String {
    let first = path.split('/').next().unwrap_or_default();
    first.trim_end_matches(".rs").to_owned()
}

/// The top modules that a source names, by `crate::` in the library and `weekahead::` outside.
fn imports(text: &str) -> Vec<String> {
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let mut found = Vec::new();
    for line in code {
        for start in ["crate::", "weekahead::"] {
            for (at, _) in line.match_indices(start) {
                let rest = &line[at + start.len()..];
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
                found.push(rest[..end.unwrap_or(rest.len())].to_owned());
            }
        }
    }
    found
}
