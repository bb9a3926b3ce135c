//! Takes the seeds of every target from the tests: their plans files and feeds, and every text that
//! their sources hold. `seeds REPOSITORY OUT` writes them to a folder for each target.

use std::collections::BTreeSet;
use std::fs;
use std::iter::Peekable;
use std::path::{Path, PathBuf};
use std::str::Chars;

/// What is behind a list to be renewed: a plan, what is wanted, a day, and texts.
const RENEWALS: [&[u8]; 6] = [
    b"\0\0\x01\x00",
    b"\0\x01\x37\x10receipts/10.pdf\nthe desk\n6 months",
    b"\0\x02\x08\x03",
    b"\0\0\x20\x05",
    b"\0\0\x07\x28no\n- a: b #c\nP1Y",
    b"\0\x01\x30\xff",
];

fn main() {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(repository), Some(out)) = (arguments.next(), arguments.next()) else {
        panic!("usage: seeds REPOSITORY OUT");
    };
    let mut files = Vec::new();
    for folder in ["tests/integration", "deploy", "src"] {
        collect(&repository.join(folder), &mut files);
    }
    files.push(repository.join("plans.example.yaml"));

    let mut texts: BTreeSet<Vec<u8>> = BTreeSet::new();
    for path in &files {
        let content = fs::read(path).expect("a file of the repository");
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("yaml" | "yml" | "ics") => {
                texts.insert(content);
            }
            Some("rs") => {
                let source = String::from_utf8(content).expect("a source");
                texts.extend(literals(&source).into_iter().map(String::into_bytes));
            }
            _ => {}
        }
    }

    for target in ["common_form", "document", "feed", "import", "renew", "request"] {
        let folder = out.join(target);
        fs::create_dir_all(&folder).expect("a folder is made");
        for (number, text) in texts.iter().enumerate() {
            let has_lines = text.contains(&b'\n');
            let is_list = text.windows(5).any(|part| part == b"name:");
            let write = |name: String, seed: &[u8]| {
                fs::write(folder.join(name), seed).expect("a seed is written");
            };
            match target {
                "request" => write(format!("{number}"), text),
                _ if !has_lines => {}
                "renew" if is_list => {
                    for (which, renewal) in RENEWALS.iter().enumerate() {
                        write(format!("{number}-{which}"), &[text, *renewal].concat());
                    }
                }
                "feed" | "renew" if !is_list => {}
                _ => write(format!("{number}"), text),
            }
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the repository") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// The texts in a source of Rust.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut chars = source.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => while chars.next_if(|c| *c != '\n').is_some() {},
            // The character `"` begins no text.
            '"' if before != '\'' => found.extend(quoted(&mut chars)),
            '#' | '"' if before == 'r' => found.extend(raw(c, &mut chars)),
            '\\' if before == '\'' => {
                chars.next();
            }
            _ => {}
        }
        before = c;
    }
    found
}

/// The rest of a text that ends with a quote, without its escapes.
fn quoted(chars: &mut Peekable<Chars<'_>>) -> Option<String> {
    let mut text = String::new();
    loop {
        match chars.next()? {
            '"' => return Some(text),
            '\\' => match chars.next()? {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                '0' => text.push('\0'),
                'x' => {
                    let digits: String = chars.by_ref().take(2).collect();
                    text.push(char::from(u8::from_str_radix(&digits, 16).ok()?));
                }
                'u' => {
                    let digits: String = chars.by_ref().skip(1).take_while(|c| *c != '}').collect();
                    text.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                '\n' => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                other => text.push(other),
            },
            c => text.push(c),
        }
    }
}

/// The rest of a text behind `r`, of which the first character is read.
fn raw(first: char, chars: &mut Peekable<Chars<'_>>) -> Option<String> {
    let mut end = String::from("\"");
    let mut c = first;
    while c == '#' {
        end.push('#');
        c = chars.next()?;
    }
    if c != '"' {
        return None;
    }
    let mut text = String::new();
    while !text.ends_with(&end) {
        text.push(chars.next()?);
    }
    text.truncate(text.len() - end.len());
    Some(text)
}
