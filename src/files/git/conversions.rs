//! What git changes in a content before it stores it (gitattributes(5)).
//!
//! A filter is a program, so a file that has a filter is not committed here. Line ends are
//! converted without a program. The stored content is the one that git would store; otherwise `git
//! status` would immediately show a change.

use std::path::Path;

use crate::files::git::pending::Questions;
use crate::text::value_error::{ValueError, quoted};

/// The attributes by which git stores another content than the file has.
const ATTRIBUTES: [&str; 6] = [
    "filter",
    "ident",
    "working-tree-encoding",
    "text",
    "eol",
    "crlf",
];

/// What git does with the line ends of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineEnds {
    /// It stores them as they are.
    Kept,
    /// It stores LF for CR LF if the content looks like text, and if the content that is committed
    /// has no CR LF.
    Guessed,
    /// It stores LF for CR LF.
    Converted,
}

/// The conversions of a repository.
pub(crate) struct Conversions<'q> {
    questions: &'q Questions<'q>,
    /// Whether `core.autocrlf` is on.
    is_auto: bool,
}

impl<'q> Conversions<'q> {
    /// Asks for the settings of the repository.
    pub(crate) fn of(questions: &'q Questions<'q>) -> Result<Self, ValueError> {
        let answer = questions.answer(&["config", "--get", "core.autocrlf"], &[])?;
        let is_auto = answer.is_some_and(|value| {
            let value = String::from_utf8_lossy(&value).trim().to_lowercase();
            !matches!(&*value, "false" | "no" | "off" | "0")
        });
        Ok(Self { questions, is_auto })
    }

    /// What git does with the line ends of a file, whose path is below the root.
    ///
    /// # Errors
    ///
    /// Returns a reason if git changes more than the line ends.
    pub(crate) fn check(&self, path: &Path) -> Result<LineEnds, ValueError> {
        let asked = [&["check-attr", "-z"], &ATTRIBUTES[..]].concat();
        let answer = self.questions.require(&asked, &[path])?;
        // Each record is a path, an attribute and its value.
        let fields = answer.split(|byte| *byte == 0).map(String::from_utf8_lossy);
        let fields: Vec<_> = fields.collect();
        let value = |name: &str| {
            let mut records = fields.chunks_exact(3);
            let record = records.find(|record| record[1] == name);
            record.map_or("unspecified", |record| &*record[2])
        };
        for attribute in &ATTRIBUTES[..3] {
            let value = value(attribute);
            if !matches!(value, "unspecified" | "unset") {
                let name = quoted(&path.to_string_lossy());
                let error = ValueError::new(format!(
                    "git changes {name} before it stores it: its attribute `{attribute}` is `{value}`"
                ));
                return Err(error.hint("commit it with git itself"));
            }
        }
        // `crlf` is the old form of `text`.
        Ok(match (value("text"), value("eol"), value("crlf")) {
            ("unset", _, _) | ("unspecified", "unspecified" | "unset", "unset") => LineEnds::Kept,
            ("auto", _, _) => LineEnds::Guessed,
            ("unspecified", "unspecified" | "unset", "unspecified") => match self.is_auto {
                true => LineEnds::Guessed,
                false => LineEnds::Kept,
            },
            _ => LineEnds::Converted,
        })
    }
}

/// A content with LF in place of CR LF.
pub(crate) fn with_lf(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    for (index, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(index + 1) != Some(&b'\n') {
            text.push(*byte);
        }
    }
    text
}
