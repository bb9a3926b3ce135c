//! What users are shown is true. The pages are the README in each language, `CONTRIBUTING.md`, other
//! texts at the root, and `docs/`. Their commands run and their transcripts are exact (`run`), their
//! lists build, what they quote from a file is in that file, and what they name exists.
//!
//! A comment on the line before a block says what the block cannot show: `<!-- today: 2026-12-29 -->`
//! the day on which the commands run; `<!-- file: PATH -->` the file that the block is a part of;
//! `<!-- as: NAME -->` the name under which the block is saved for the commands after it, where a list
//! is `plans.yaml` otherwise; `<!-- run: COMMAND -->` what runs before the block;
//! `<!-- event: 2026-12-29 -->` the day of the event that is shown, which is one of `plans.yaml`.
//!
//! `WEEKAHEAD_PAGE=docs/cli.md cargo test docs::` looks at one page.

mod commands;
mod keys;
mod markdown;
#[cfg(unix)]
mod run;
mod translations;

use std::fmt::Write as _;
use std::fs;

use crate::harness::{Place, repository};
use markdown::{Block, Page};

/// The pages at the root of the repository.
const AT_THE_ROOT: &[&str] = &[
    "README.md",
    "README.zh-CN.md",
    "README.nb.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
];

/// The pages that must be in `docs/`; others are looked at as well.
const IN_DOCS: &[&str] = &[
    "cli.md",
    "design.md",
    "hosting.md",
    "performance.md",
    "plans-file.md",
    "recording.md",
    "scale.md",
    "subscribing.md",
    "testing.md",
    "troubleshooting.md",
];

/// The longest README, in bytes.
const MAX_README: usize = 7168;

/// The longest line of prose, in characters.
const MAX_LINE: usize = 100;

/// Paths that readers make.
const OF_READERS: &[&str] = &["deploy/plans", "deploy/plans/", "src/words/fr"];

/// Options of cargo and of its tests.
const OF_CARGO: &[&str] = &[
    "--all-features",
    "--features",
    "--ignored",
    "--include-ignored",
    "--no-default-features",
    "--profile",
    "--release",
    "--test",
];

/// Words that begin with a capital wherever they stand in a heading.
const NAMES: &[&str] = &[
    "Actions",
    "Alertmanager",
    "Android",
    "Apple",
    "Assistant",
    "Caddy",
    "Calendar",
    "Chinese",
    "Chromium",
    "Code",
    "Compose",
    "Containerfile",
    "Cron",
    "Debian",
    "Docker",
    "Evolution",
    "Git",
    "GitHub",
    "GitLab",
    "Google",
    "Grafana",
    "Helix",
    "Home",
    "I",
    "Kubernetes",
    "Linux",
    "Mac",
    "March",
    "Markdown",
    "Neovim",
    "Nextcloud",
    "Norwegian",
    "Outlook",
    "Pages",
    "Podman",
    "Prometheus",
    "Proton",
    "Rust",
    "Studio",
    "Syncthing",
    "Thunderbird",
    "Unicode",
    "Visual",
    "Wallos",
    "Windows",
    "Monday",
];

/// What is wrong on the pages.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn add(&mut self, page: &Page, line: usize, what: &str) {
        self.0.push(format!("{}:{line}: {what}", page.name));
    }

    /// Fails with all of them.
    fn report(self) {
        let mut list = String::new();
        for fault in &self.0 {
            let _ = writeln!(list, "{fault}");
        }
        assert!(self.0.is_empty(), "\n{list}");
    }
}

fn page(name: &str) -> Option<Page> {
    let text = fs::read_to_string(repository().join(name)).ok()?;
    Some(Page::new(name, text))
}

/// Every page, or the one that `WEEKAHEAD_PAGE` names.
fn pages() -> Vec<Page> {
    let chosen = std::env::var("WEEKAHEAD_PAGE").ok();
    let at_the_root = AT_THE_ROOT.iter().map(|name| (*name).to_owned());
    let docs = crate::harness::names(&repository().join("docs"));
    let docs = docs.into_iter().filter(|name| name.ends_with(".md"));
    let names = at_the_root.chain(docs.map(|name| format!("docs/{name}")));
    let names = names.filter(|name| chosen.as_ref().is_none_or(|chosen| chosen == name));
    let pages: Vec<Page> = names.filter_map(|name| page(&name)).collect();
    assert!(!pages.is_empty(), "no page {chosen:?}");
    pages
}

/// The plans files that are shown.
pub(crate) fn lists() -> Vec<String> {
    let pages = pages();
    let lists = pages.iter().flat_map(|page| page.blocks("yaml"));
    lists.map(|block| block.text.clone()).collect()
}

#[test]
fn every_page_is_there() {
    let at_the_root = AT_THE_ROOT.iter().map(|name| (*name).to_owned());
    for name in at_the_root.chain(IN_DOCS.iter().map(|name| format!("docs/{name}"))) {
        assert!(repository().join(&name).exists(), "{name}");
    }
}

#[test]
fn the_readme_is_short() {
    let bytes = page("README.md").expect("README.md").text.len();
    assert!(bytes <= MAX_README, "README.md has {bytes} bytes");
}

#[test]
fn the_two_commands_for_a_fresh_machine_are_those_that_ci_runs() {
    let readme = page("README.md").expect("README.md");
    let ci = fs::read_to_string(repository().join(".ci/run")).expect(".ci/run");
    let commands = [
        "cargo run --release -- serve plans.example.yaml",
        "cargo test",
    ];
    for command in commands {
        let mut lines = readme.blocks("sh").flat_map(|block| block.text.lines());
        assert!(lines.any(|line| line == command), "README.md: {command}");
        // There it gets a free port and a fixed day as well.
        let mut lines = ci.lines().map(str::trim_start);
        assert!(
            lines.any(|line| line.starts_with(command)),
            ".ci/run: {command}"
        );
    }
}

#[test]
fn every_list_is_a_plans_file() {
    let mut faults = Faults::default();
    for page in pages() {
        for block in page.blocks("yaml") {
            let place = Place::with("plans.yaml", &block.text);
            let left = place.run(&["build", "--quiet"]);
            if left.code != Some(0) || !left.err.is_empty() {
                faults.add(&page, block.line, &left.err);
            }
        }
    }
    faults.report();
}

#[test]
fn every_block_is_held_by_a_rule() {
    let mut faults = Faults::default();
    for page in pages() {
        for block in &page.blocks {
            let is_free = match block.kind.as_str() {
                "sh" | "yaml" | "console" | "text" => true,
                _ => block.note("as").is_some(),
            };
            if let Some(file) = block.note("file") {
                let text = fs::read_to_string(repository().join(file)).unwrap_or_default();
                if !is_part(block, &text) {
                    faults.add(&page, block.line, &format!("is not a part of {file}"));
                }
            } else if !is_free {
                faults.add(&page, block.line, "needs the comment `file` before it");
            }
        }
    }
    faults.report();
}

/// Whether a block is in a text, at any indent; a line `...` stands for any lines.
fn is_part(block: &Block, text: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let mut from = 0;
    let shown: Vec<&str> = block.text.lines().collect();
    shown.split(|line| line.trim() == "...").all(|part| {
        let starts = from..lines.len();
        let found = starts.into_iter().find(|start| {
            let first = part.first().unwrap_or(&"");
            let Some(indent) = lines[*start].strip_suffix(first) else {
                return false;
            };
            let same = |(line, shown): (&&str, &&str)| {
                let shown = if shown.is_empty() {
                    String::new()
                } else {
                    format!("{indent}{shown}")
                };
                **line == shown
            };
            let rest = &lines[*start..];
            rest.len() >= part.len() && indent.trim().is_empty() && rest.iter().zip(part).all(same)
        });
        from = found.map_or(from, |start| start + part.len());
        found.is_some() || part.is_empty()
    })
}

#[test]
fn every_link_leads_somewhere() {
    let mut faults = Faults::default();
    for page in pages() {
        let path = repository().join(&page.name);
        let folder = path.parent().expect("a folder");
        for (line, target) in page.links() {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            if file.contains("://") || file.starts_with("mailto:") {
                continue;
            }
            let file = match file {
                "" => path.clone(),
                file => folder.join(file),
            };
            if !file.exists() {
                faults.add(&page, line, &format!("`{target}` does not exist"));
            } else if !anchor.is_empty() {
                let text = fs::read_to_string(&file).unwrap_or_default();
                let anchors = Page::new("", text).anchors();
                if !anchors.iter().any(|known| known == anchor) {
                    faults.add(
                        &page,
                        line,
                        &format!("`{target}` is no heading of {anchors:?}"),
                    );
                }
            }
        }
    }
    faults.report();
}

#[test]
fn every_path_that_is_named_exists() {
    let mut faults = Faults::default();
    let is_path = |word: &&str| {
        let folders = [
            "benches/",
            "deploy/",
            "docs/",
            "src/",
            "tests/",
            ".ci/",
            ".pre-commit",
        ];
        folders.iter().any(|folder| word.starts_with(folder))
            && !word.contains(['*', '…'])
            && !word.contains("NAME")
    };
    for page in pages() {
        for (line, code) in page.code() {
            for word in code.split_whitespace().filter(is_path) {
                if !repository().join(word).exists() && !OF_READERS.contains(&word) {
                    faults.add(&page, line, &format!("`{word}` does not exist"));
                }
            }
        }
    }
    let ci = fs::read_to_string(repository().join(".ci/run")).expect(".ci/run");
    let words = ci.split(|c: char| c.is_whitespace() || "`()\"'".contains(c));
    for word in words
        .filter(is_path)
        .map(|word| word.trim_end_matches([':', '.', ',']))
    {
        assert!(repository().join(word).exists(), ".ci/run: {word}");
    }
    faults.report();
}

#[test]
fn every_command_and_option_that_is_named_exists() {
    let mut faults = Faults::default();
    let place = Place::new();
    let help = |command: &str| place.run(&[command, "--help"]).out;
    let commands = crate::manual::commands(&place);
    let all: Vec<(&str, String)> = commands
        .iter()
        .map(|name| (name.as_str(), help(name)))
        .collect();
    let has = |help: &str, option: &str| {
        let mut words = help.split(|c: char| !c.is_alphanumeric() && c != '-');
        words.any(|word| word == option)
    };
    for page in pages() {
        for (line, code) in page.code().chain(page.commands()) {
            let words: Vec<&str> = code.split_whitespace().collect();
            // Options of the program, alone or behind one of its commands.
            let help = match words.iter().position(|word| *word == "weekahead") {
                Some(place) => {
                    let name = words.get(place + 1).copied().unwrap_or_default();
                    match all.iter().find(|(known, _)| *known == name) {
                        Some((_, help)) => help.as_str(),
                        None => continue,
                    }
                }
                None if words.first().is_some_and(|word| word.starts_with("--")) => "",
                None => continue,
            };
            for word in words.iter().filter(|word| word.starts_with("--")) {
                let option = word.split(['=', '[']).next().unwrap_or_default();
                let is_known = match help {
                    "" => all.iter().any(|(_, help)| has(help, option)),
                    help => has(help, option),
                };
                let is_other =
                    ["--", "--help", "--version"].contains(&option) || OF_CARGO.contains(&option);
                if !is_known && !is_other {
                    faults.add(
                        &page,
                        line,
                        &format!("`{code}`: there is no option `{option}`"),
                    );
                }
            }
        }
    }
    faults.report();
}

#[test]
fn every_page_reads_well_as_a_text() {
    let mut faults = Faults::default();
    for page in pages() {
        let may_be_long = |line: &str| {
            line.trim_start().starts_with(['|', '<']) || line.contains("](") || line.contains("://")
        };
        let prose = page.prose.iter().filter(|(_, line)| !may_be_long(line));
        let prose = prose.map(|(number, line)| (*number, line.as_str()));
        // A transcript is as wide as what the program prints.
        let shown = page.blocks.iter().filter(|block| block.kind != "console");
        let shown = shown.flat_map(|block| {
            let lines = block.text.lines().enumerate();
            lines.map(|(index, line)| (block.line + 1 + index, line))
        });
        for (number, line) in prose.chain(shown) {
            let length = line.chars().count();
            if length > MAX_LINE {
                faults.add(&page, number, &format!("has {length} characters"));
            }
        }
        for (number, title) in page.headings() {
            let words = title
                .split_whitespace()
                .skip(1)
                .map(|word| word.trim_matches(['(', ')', ',', ':']));
            let is_shouted = |word: &&str| {
                let mut letters = word.chars();
                letters.next().is_some_and(char::is_uppercase)
                    && letters.next().is_some_and(char::is_lowercase)
                    && letters.all(char::is_lowercase)
                    && !NAMES.contains(word)
            };
            if let Some(word) = words.into_iter().find(is_shouted) {
                faults.add(
                    &page,
                    number,
                    &format!("`{word}` in the heading has a capital"),
                );
            }
        }
        if page.name.starts_with("docs/") {
            let mut lines = page.prose.iter().filter(|(_, line)| !line.is_empty());
            let first = lines
                .nth(1)
                .map_or((1, ""), |(number, line)| (*number, line.as_str()));
            if !first.1.starts_with("For ") && !first.1.starts_with("This page is for ") {
                faults.add(
                    &page,
                    first.0,
                    "the first sentence does not say for whom the page is",
                );
            }
        }
    }
    faults.report();
}
