//! The order of the folders in the library's own table, held against every import in the sources,
//! and that no files of a folder import one another in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::harness::repository;

/// A module: its path without `crate`, such as `plan::value::price`. The library's own is empty.
type Module = Vec<String>;

/// A source file of the library.
struct Source {
    /// Relative to the repository.
    path: String,
    module: Module,
    /// Without comments and tests.
    code: String,
}

#[test]
fn a_folder_imports_only_folders_before_it() {
    let order = order();
    let rank = |folder: &str| order.iter().position(|name| name == folder);
    for source in sources() {
        let Some(folder) = source.module.first() else {
            continue;
        };
        let own = rank(folder).unwrap_or_else(|| panic!("{folder} is not in the table of lib.rs"));
        for import in imports(&source) {
            let Some(other) = import.path.first() else {
                continue;
            };
            let other_rank = rank(other);
            assert!(
                other_rank.is_some_and(|other| other <= own),
                "{} imports {}, which the table of lib.rs lists after {folder}",
                source.path,
                import.path.join("::"),
            );
        }
    }
}

#[test]
fn pure_folders_touch_nothing_of_the_machine() {
    let order = order();
    let edges = order.iter().position(|name| name == "files");
    let pure = &order[..edges.expect("the folder `files`")];
    for source in sources() {
        let folder = source.module.first().map(String::as_str);
        let is_pure = folder.is_some_and(|folder| pure.iter().any(|name| name == folder));
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
            let touches = is_pure && source.code.contains(edge);
            assert!(!touches, "{} touches {edge}", source.path);
        }
        let knows_clap = source.code.contains("clap::");
        assert!(
            !knows_clap || folder == Some("cli"),
            "{} knows clap",
            source.path
        );
    }
}

#[test]
fn files_of_a_folder_import_one_another_in_no_circle() {
    let sources = sources();
    let modules: BTreeSet<&Module> = sources.iter().map(|source| &source.module).collect();
    let mut graph: BTreeMap<&Module, BTreeSet<&Module>> = BTreeMap::new();
    for source in &sources {
        let edges = graph.entry(&source.module).or_default();
        for import in imports(source) {
            // What a parent hands on of its children it does not use.
            let is_handed_on = import.is_public && import.path.starts_with(&source.module);
            let mut owner = import.path;
            while !owner.is_empty() && !modules.contains(&owner) {
                owner.pop();
            }
            let is_near = owner.first() == source.module.first();
            if let Some(owner) = modules.get(&owner)
                && !owner.is_empty()
                && is_near
                && **owner != source.module
                && !is_handed_on
            {
                edges.insert(owner);
            }
        }
    }
    for module in graph.keys() {
        let circle = way_back(&graph, module);
        assert!(circle.is_none(), "{}", circle.unwrap_or_default());
    }
}

#[test]
fn no_file_is_long() {
    for folder in ["src", "tests", "benches"] {
        let files = files(&repository().join(folder));
        assert!(!files.is_empty());
        for (path, text) in files {
            let lines = text.lines().count();
            assert!(lines <= 700, "{path} has {lines} lines");
        }
    }
}

/// A circle through a module, as a sentence.
fn way_back(graph: &BTreeMap<&Module, BTreeSet<&Module>>, start: &Module) -> Option<String> {
    let mut came_from: BTreeMap<&Module, &Module> = BTreeMap::new();
    let mut open = vec![start];
    while let Some(module) = open.pop() {
        for next in graph.get(module).into_iter().flatten() {
            if *next == start {
                let mut way = vec![start.join("::"), module.join("::")];
                let mut at = module;
                while let Some(before) = came_from.get(at) {
                    way.push(before.join("::"));
                    at = before;
                }
                way.reverse();
                return Some(way.join(" imports "));
            }
            if !came_from.contains_key(next) {
                came_from.insert(next, module);
                open.push(next);
            }
        }
    }
    None
}

/// The folders of the table in lib.rs, from the ground up.
fn order() -> Vec<String> {
    let library = fs::read_to_string(repository().join("src/lib.rs")).expect("lib.rs");
    let rows = library
        .lines()
        .filter_map(|line| line.strip_prefix("//! | `"));
    let order: Vec<String> = rows
        .map(|row| row.split('`').next().unwrap_or_default().to_owned())
        .collect();
    let declared = library.lines().filter_map(|line| {
        let name = line.strip_prefix("mod ")?;
        name.strip_suffix(';').map(str::to_owned)
    });
    assert_eq!(
        declared.collect::<Vec<_>>(),
        order,
        "lib.rs declares the folders in the order of its table"
    );
    order
}

fn sources() -> Vec<Source> {
    let files = files(&repository().join("src"));
    assert!(files.len() > 100, "the sources are found");
    let is_source = |path: &str| !path.contains("/tests") && path != "src/main.rs";
    let files = files.into_iter().filter(|(path, _)| is_source(path));
    files
        .map(|(path, text)| Source {
            module: module_of(&path),
            code: code_of(&text),
            path,
        })
        .collect()
}

/// Rust files below a folder, with their paths relative to the repository.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            if !path.ends_with("target") && !path.ends_with("node_modules") {
                found.extend(files(&path));
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("a source");
            let relative = path.strip_prefix(repository()).expect("in the repository");
            found.push((relative.to_string_lossy().into_owned(), text));
        }
    }
    found
}

fn module_of(path: &str) -> Module {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut module: Module = path.split('/').map(str::to_owned).collect();
    if ["mod", "lib"].contains(&module.last().map_or("", String::as_str)) {
        module.pop();
    }
    module
}

fn code_of(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next();
    let lines = code.unwrap_or_default().lines();
    let lines = lines.filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

struct Import {
    path: Module,
    is_public: bool,
}

/// What a source names of the library: by `use`, and by a whole path where it is needed.
fn imports(source: &Source) -> Vec<Import> {
    let mut found = Vec::new();
    for statement in source.code.split(';') {
        let line_start = |at: usize| statement[..at].rfind('\n').map_or(0, |end| end + 1);
        let Some((at, before)) = statement.match_indices("use ").find_map(|(at, _)| {
            let before = statement[line_start(at)..at].trim();
            (before.is_empty() || before.starts_with("pub")).then_some((at, before))
        }) else {
            continue;
        };
        let (is_public, tree) = (!before.is_empty(), &statement[at + "use ".len()..]);
        for leaf in leaves(tree) {
            if let Some(path) = absolute(&leaf, &source.module) {
                found.push(Import { path, is_public });
            }
        }
    }
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    for start in ["crate::", "super::"] {
        for (at, _) in source.code.match_indices(start) {
            let rest = &source.code[at..];
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            let leaf = rest[..end].trim_end_matches(':');
            if let Some(path) = absolute(leaf, &source.module) {
                // Of a `pub use` this is the same again, which is no use of its own.
                let is_public = found
                    .iter()
                    .any(|it| it.is_public && it.path.starts_with(&path));
                found.push(Import { path, is_public });
            }
        }
    }
    found
}

/// `a::{b, c::{d, self}}` as `a::b`, `a::c::d` and `a::c`.
fn leaves(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((head, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default();
        return vec![path.trim_end_matches("::self").to_owned()];
    };
    let body = rest.rsplit_once('}').map_or(rest, |(body, _)| body);
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, c) in body.char_indices().chain([(body.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let item = body[start..at].trim();
                if !item.is_empty() {
                    found.extend(leaves(&format!("{head}{item}")));
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// A path of the library from its root. What begins otherwise names another crate, or a child.
fn absolute(path: &str, module: &[String]) -> Option<Module> {
    let mut parts: Vec<&str> = path.split("::").collect();
    let mut base: Module = match *parts.first()? {
        "crate" => Vec::new(),
        "super" | "self" => module.to_vec(),
        first => {
            let child = repository().join("src").join(module.join("/")).join(first);
            let is_child = child.is_dir() || child.with_extension("rs").is_file();
            if !is_child {
                return None;
            }
            module.to_vec()
        }
    };
    while let Some(first @ ("crate" | "super" | "self")) = parts.first().copied() {
        if first == "super" {
            base.pop();
        }
        parts.remove(0);
    }
    base.extend(parts.into_iter().map(str::to_owned));
    Some(base)
}
