//! Syntax errors in words: what the YAML parser stopped at, and what was probably meant.

use granit_parser::{ErrorKind, ScanError};

use crate::document::problem::Problem;
use crate::document::tree::DEEPEST;
use crate::text::value_error::{ValueError, quoted};

/// A syntax error with its place.
pub(crate) fn problem(text: &str, error: &ScanError) -> Problem {
    let mark = error.marker().byte_offset().unwrap_or(text.len());
    let start = text.floor_char_boundary(mark);
    if is_tab(error.kind())
        && let Some(tab_at) = indent_tab(text, start)
    {
        return Problem::at(tab_at..tab_at + 1, tab());
    }
    if let Some((at, end)) = comment_for_text(text, start, error.kind()) {
        let meant = &text[at..end];
        let what = ValueError::new("`#` begins a comment, and the text before it is not complete");
        return Problem::at(
            at..end,
            what.hint(format!("put the text in quotes: `\"{meant}\"`")),
        );
    }
    let here = text[start..]
        .chars()
        .next()
        .filter(|c| *c != '\n' && *c != '\r');
    let end = start + here.map_or(0, char::len_utf8);
    Problem::at(start..end, what(text, start, error))
}

/// A text that is a key and its value but for the space behind the colon, with that.
pub(crate) fn spaced(text: &str) -> Option<String> {
    let (key, value) = text.split_once(':')?;
    let is_key = key.len() > 1 && key.bytes().all(|c| c.is_ascii_lowercase() || c == b'_');
    // Behind `https` and two slashes a link goes on.
    let is_value = !value.is_empty() && !value.starts_with([' ', '/']);
    (is_key && is_value).then(|| format!("{key}: {value}"))
}

/// The hint for such a text.
pub(crate) fn space_missing(spaced: &str) -> String {
    format!(
        "put a space behind the colon: {}",
        quoted(spaced.trim_end())
    )
}

/// Nesting past the limit.
pub(crate) fn too_deep() -> ValueError {
    ValueError::new(format!("nested too deep: allowed up to {DEEPEST} levels"))
}

fn what(text: &str, at: usize, error: &ScanError) -> ValueError {
    let found = text[at..]
        .chars()
        .next()
        .map(String::from)
        .unwrap_or_default();
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => too_deep(),
        kind if is_tab(kind) => tab(),
        _ if line_indent(text, at).contains('\t') => tab(),
        ErrorKind::UnclosedQuotedScalar => {
            ValueError::new("a quoted text is never closed").hint("add the missing quote")
        }
        ErrorKind::UnclosedFlowCollection { open } => {
            ValueError::new(format!("`{open}` is never closed"))
        }
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            ValueError::new(format!("`{open}` is closed by `{close}`"))
        }
        ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
            if !text[at..].trim().is_empty() =>
        {
            ValueError::new("a value or a closing bracket was expected here")
        }
        ErrorKind::UnexpectedEofFlowSequence => ValueError::new("`[` is never closed"),
        ErrorKind::UnexpectedEofFlowMapping | ErrorKind::UnexpectedEofImplicitFlowMapping => {
            ValueError::new("`{` is never closed")
        }
        ErrorKind::MisplacedFlowCollectionEnd => {
            ValueError::new(format!("{} closes nothing", quoted(&found)))
                .hint("a text with brackets needs quotes")
        }
        ErrorKind::UnexpectedCharacter { character } => ValueError::new(format!(
            "a text cannot begin with {}",
            quoted(&character.to_string())
        ))
        .hint("put the text in quotes"),
        ErrorKind::UnknownQuotedScalarEscape => ValueError::new("unknown escape in a quoted text")
            .hint("write `\\\\` for a backslash, or use single quotes"),
        ErrorKind::MappingValueNotAllowed => ValueError::new("a `:` where no key can be")
            .hint("a text with `: ` in it needs quotes; a key stands on a line of its own"),
        ErrorKind::SimpleKeyExpected | ErrorKind::ExpectedBlockMappingKey
            if begins_with_dash(text, at) =>
        {
            ValueError::new("the list is not in line here")
                .hint("put each `-` of a list into the same column")
        }
        ErrorKind::SimpleKeyExpected
        | ErrorKind::InvalidSimpleKey
        | ErrorKind::ExpectedBlockMappingKey => {
            let error = ValueError::new("a key and a colon were expected here");
            if let Some(spaced) = text[at..].lines().next().and_then(spaced) {
                return error.hint(space_missing(&spaced));
            }
            error.hint("write `key: value`, in line with the keys above; a text that goes on needs a deeper indent")
        }
        ErrorKind::ExpectedBlockSequenceEntry if !begins_with_dash(text, at) => {
            ValueError::new("this is in line with nothing above")
                .hint("put the keys of one mapping into the same column")
        }
        ErrorKind::ExpectedBlockSequenceEntry | ErrorKind::BlockSequenceEntryNotAllowed => {
            ValueError::new("the list is not in line here")
                .hint("put each `-` of a list into the same column")
        }
        ErrorKind::InvalidIndentation => ValueError::new("the indent fits no line above")
            .hint("put keys of one mapping into the same column"),
        ErrorKind::ExpectedFlowMappingSeparator => {
            ValueError::new("`,` or `}` was expected here").hint("a text with a comma needs quotes")
        }
        ErrorKind::ExpectedFlowSequenceSeparator => {
            ValueError::new("`,` or `]` was expected here").hint("a text with a comma needs quotes")
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            ValueError::new("text after a closing quote")
                .hint("put the whole text in quotes; double a single quote inside single quotes")
        }
        _ => {
            let info = error.info();
            let mut chars = info.chars();
            let first = chars.next().map(|c| c.to_lowercase().collect::<String>());
            ValueError::new(format!(
                "not YAML: {}{}",
                first.unwrap_or_default(),
                chars.as_str().trim_end_matches('.')
            ))
        }
    }
}

/// A `#` inside brackets that was meant as text, as in `{dial: #100#}`: it hides the bracket that
/// the parser then misses.
fn comment_for_text(text: &str, at: usize, kind: &ErrorKind) -> Option<(usize, usize)> {
    /// Octets before the error that are looked at.
    const BEFORE: usize = 400;
    let is_flow = matches!(
        kind,
        ErrorKind::ExpectedFlowMappingSeparator
            | ErrorKind::ExpectedFlowSequenceSeparator
            | ErrorKind::UnclosedFlowCollection { .. }
            | ErrorKind::UnexpectedEofFlowSequence
            | ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::UnexpectedEofImplicitFlowMapping
            | ErrorKind::InvalidIndentation
    );
    if !is_flow {
        return None;
    }
    let end = text[at..]
        .find(['\n', '\r'])
        .map_or(text.len(), |end| at + end);
    let start = text.ceil_char_boundary(at.saturating_sub(BEFORE));
    let window = &text[start..end];
    window.rmatch_indices(": #").find_map(|(found, sign)| {
        let sign = start + found + sign.len() - 1;
        let rest = &text[sign..];
        let stop = rest
            .find([' ', ',', '}', ']', '\n', '\r'])
            .unwrap_or(rest.len());
        (stop > 1).then_some((sign, sign + stop))
    })
}

fn is_tab(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar
    )
}

/// The first tab in an indent, from the line that `at` is on: the parser may have stopped at the
/// text before it.
fn indent_tab(text: &str, at: usize) -> Option<usize> {
    let mut start = text[..at].rfind(['\n', '\r']).map_or(0, |line| line + 1);
    for line in text[start..].split_inclusive(['\n', '\r']) {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line[..indent].find('\t') {
            return Some(start + tab);
        }
        start += line.len();
    }
    None
}

fn tab() -> ValueError {
    ValueError::new("a tab in the indent").hint("indent with spaces: YAML allows no tabs there")
}

/// Whether the line that `at` is on is an item of a list.
fn begins_with_dash(text: &str, at: usize) -> bool {
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |line| line + 1);
    text[start..].trim_start_matches(' ').starts_with("- ")
}

/// The white space in front of the line that `at` is on.
fn line_indent(text: &str, at: usize) -> &str {
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |line| line + 1);
    let line = &text[start..];
    let end = line.find(|c| c != ' ' && c != '\t').unwrap_or(line.len());
    &line[..end]
}
