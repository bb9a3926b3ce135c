//! `docs/cli.md` is made from the help of the program.

use std::fmt::Write as _;
use std::fs;

use super::MAX_LINE;
use crate::harness::{Place, repository};
use crate::manual;

const PAGE: &str = "docs/cli.md";

const HEAD: &str = "\
# The command line

For whoever types the commands: every command with its arguments and options. The page is made from
the program's own help, which `weekahead COMMAND --help` prints.

See also: [what a plans file may hold](plans-file.md), [recording renewals](recording.md),
[hosting](hosting.md), [when something looks wrong](troubleshooting.md).
";

/// What the example of a command needs, so that it can be run.
const BEFORE_EXAMPLES: &[(&str, &str)] = &[
    ("check", "cp plans.example.yaml plans.yaml"),
    ("serve", "weekahead init --key key"),
    ("publish", "mkdir plans && cp plans.yaml plans"),
    (
        "import",
        "weekahead build --quiet -o calendar.ics && mv plans.yaml old.yaml",
    ),
    ("completions", "mkdir -p ~/.config/fish/completions"),
];

#[test]
fn the_page_of_the_command_line_is_the_help() {
    let place = Place::new();
    let help = place.feed(&["--help"]);
    let mut page = HEAD.to_owned();
    let exit_codes = section(&help, "Exit codes:\n").expect("the exit codes");
    page += "\n## Exit codes\n\n| code | meaning |\n|---|---|\n";
    for line in exit_codes.lines() {
        let (code, meaning) = line.trim().split_once("  ").expect("a code");
        let _ = writeln!(page, "| {code} | {meaning} |");
    }
    for name in manual::commands(&place) {
        if name != "help" {
            page += &chapter(&name, &place.feed(&[&name, "--help"]));
        }
    }
    let path = repository().join(PAGE);
    if std::env::var_os("WEEKAHEAD_BLESS").is_some() {
        fs::write(&path, &page).expect("the page is written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        page == kept,
        "`WEEKAHEAD_BLESS=1 cargo test docs::commands` writes {PAGE} anew"
    );
}

/// What a help says under a heading.
fn section<'a>(help: &'a str, heading: &str) -> Option<&'a str> {
    let rest = help.split(heading).nth(1)?;
    rest.split("\n\n").next()
}

/// The help of a command as Markdown.
fn chapter(name: &str, help: &str) -> String {
    let (about, rest) = help.split_once("Usage: ").expect("the usage");
    let (usage, rest) = rest.split_once("\n\n").expect("a blank line");
    let (entries, example) = rest.split_once("Example:\n").expect("an example");
    let mut chapter = format!("\n## weekahead {name}\n");
    for paragraph in about.trim().split("\n\n") {
        let text = escape(&paragraph.replace('\n', " "));
        let is_sentence = text.ends_with('.');
        chapter += &wrap(
            &format!("\n{text}{}", if is_sentence { "" } else { "." }),
            "",
        );
    }
    let usage = usage.lines().map(|line| format!("{}\n", line.trim()));
    let _ = write!(chapter, "\n```text\n{}```\n", usage.collect::<String>());

    let mut notes = String::new();
    let mut is_list = false;
    for part in entries.split_inclusive('\n') {
        let line = part.trim_end();
        match line {
            "Arguments:" | "Options:" | "Limits:" | "Recording:" => {
                let _ = write!(chapter, "\n{line}\n\n");
                is_list = true;
            }
            line if is_list && !line.is_empty() && !line.starts_with(' ') => {
                is_list = false;
                notes += part;
            }
            _ if !is_list => notes += part,
            _ => {}
        }
        if is_list && line.starts_with("  ") && !line.starts_with("          ") {
            let at = entries.find(part).expect("the line is there");
            chapter += &entry(&entries[at..]);
        }
    }
    if !notes.trim().is_empty() {
        let _ = write!(chapter, "\n```text\n{}\n```\n", notes.trim());
    }
    let before = BEFORE_EXAMPLES.iter().find(|(command, _)| *command == name);
    let before = before.map_or(String::new(), |(_, run)| format!("<!-- run: {run} -->\n"));
    let example = example.lines().map(|line| format!("{}\n", line.trim()));
    let example: String = example.collect();
    let _ = write!(chapter, "\nExample:\n\n{before}```sh\n{example}```\n");
    chapter
}

/// An argument or an option, and what it does, as an item of a list.
fn entry(lines: &str) -> String {
    let mut lines = lines.lines();
    let head = lines.next().unwrap_or_default().trim();
    if head.starts_with("-h, --help") {
        return String::new();
    }
    // The short help puts both on one line.
    let (head, beside) = head.split_once("  ").unwrap_or((head, ""));
    let rest = lines.take_while(|line| line.starts_with("         "));
    let text: Vec<&str> = std::iter::once(beside).chain(rest).map(str::trim).collect();
    let text = in_parentheses(&text.join(" "));
    wrap(&format!("- `{head}`: {}", escape(text.trim())), "  ")
}

/// A text with its default and its possible values in parentheses, since brackets make links.
fn in_parentheses(text: &str) -> String {
    let mut parts = text.split('[');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_note = part.starts_with("default") || part.starts_with("possible values");
        out += &match (is_note, part.split_once(']')) {
            (true, Some((note, rest))) => format!("({note}){rest}"),
            _ => format!("[{part}"),
        };
    }
    out
}

/// A text in which only code has a meaning for Markdown.
fn escape(text: &str) -> String {
    let pieces = text
        .split('`')
        .enumerate()
        .map(|(index, piece)| match index % 2 {
            0 => piece
                .replace('*', "\\*")
                .replace('<', "\\<")
                .replace('[', "\\["),
            _ => format!("`{piece}`"),
        });
    pieces.collect()
}

/// A text in lines, those after the first behind an indent.
fn wrap(text: &str, indent: &str) -> String {
    let mut out = String::new();
    let mut line = String::new();
    let start = text.len() - text.trim_start().len();
    out += &text[..start];
    for word in text.split_whitespace() {
        let length = line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && length > MAX_LINE {
            let _ = writeln!(out, "{line}");
            line = format!("{indent}{word}");
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line += word;
        }
    }
    let _ = writeln!(out, "{line}");
    out
}
