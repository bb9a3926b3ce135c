//! Syntax errors as sentences: where the YAML parser stopped, and what was probably meant.
//!
//! Only this module knows the parser's errors. Each problem has a position inside the text, which
//! may be before the position that the parser gives. Cost: linear in the text.

use std::ops::Range;

use granit_parser::{ErrorKind, ScanError};

use crate::document::limits::MAX_DEPTH;
use crate::document::problem::Problem;
use crate::text::value_error::{ValueError, quoted};

/// A syntax error with its place.
pub(crate) fn problem(text: &str, error: &ScanError) -> Problem {
    let mark = error.marker().byte_offset().unwrap_or(text.len());
    let start = text.floor_char_boundary(mark);
    if is_tab(error.kind())
        && let Some(tab) = first_indent_tab(text, start)
    {
        return Problem::at(tab..tab + 1, tab_in_indent());
    }
    if let Some(span) = unintended_comment(text, start, error.kind()) {
        let meant = &text[span.clone()];
        let what = ValueError::new("`#` begins a comment, and the text before it is not complete");
        let hint = format!("put the text in quotes: `\"{meant}\"`");
        return Problem::at(span, what.hint(hint));
    }
    if let Some(problem) = full_width_mark(text, start) {
        return problem;
    }
    let character = text[start..].chars().next();
    let character = character.filter(|c| *c != '\n' && *c != '\r');
    let end = start + character.map_or(0, char::len_utf8);
    Problem::at(start..end, message(text, start, error))
}

/// If a space after the colon would make a text such as `name:My SIM` a key and a value, returns
/// the text with that space. The colon may be a full-width one, `：`. `None` for any other text.
pub(crate) fn with_space(text: &str) -> Option<String> {
    let (colon, mark) = text.match_indices([':', '：']).next()?;
    let (key, value) = (&text[..colon], &text[colon + mark.len()..]);
    // The colon in `https://` is part of a link.
    let is_value = match mark {
        ":" => !value.is_empty() && !value.starts_with([' ', '/']),
        _ => !value.trim().is_empty(),
    };
    (is_key(key) && is_value).then(|| format!("{key}: {}", value.trim_start()))
}

/// Whether a text looks like a key of a plans file.
fn is_key(text: &str) -> bool {
    text.len() > 1 && text.bytes().all(|c| c.is_ascii_lowercase() || c == b'_')
}

/// The hint for a missing space after a colon; `spaced` is the text with the space.
pub(crate) fn missing_space_hint(spaced: &str) -> String {
    format!(
        "write the colon `:` with a space after it: {}",
        quoted(spaced.trim_end())
    )
}

/// The error for collections that are nested deeper than [`MAX_DEPTH`].
pub(crate) fn too_deep() -> ValueError {
    ValueError::new(format!("nested too deep: allowed up to {MAX_DEPTH} levels"))
}

fn message(text: &str, at: usize, error: &ScanError) -> ValueError {
    let found = text[at..]
        .chars()
        .next()
        .map(String::from)
        .unwrap_or_default();
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => too_deep(),
        kind if is_tab(kind) => tab_in_indent(),
        _ if line_indent(text, at).contains('\t') => tab_in_indent(),
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
            .hint("a text with `: ` in it needs quotes; a key needs its own line"),
        ErrorKind::SimpleKeyExpected | ErrorKind::ExpectedBlockMappingKey
            if begins_with_dash(text, at) =>
        {
            ValueError::new("this item is not in line with its list")
                .hint("put each `-` of a list into the same column")
        }
        ErrorKind::SimpleKeyExpected
        | ErrorKind::InvalidSimpleKey
        | ErrorKind::ExpectedBlockMappingKey => {
            let error = ValueError::new("a key and a colon were expected here");
            if let Some(spaced) = text[at..].lines().next().and_then(with_space) {
                return error.hint(missing_space_hint(&spaced));
            }
            error.hint(
                "write `key: value`, in line with the keys above; a text that continues \
                        needs a deeper indent",
            )
        }
        ErrorKind::ExpectedBlockSequenceEntry if !begins_with_dash(text, at) => {
            ValueError::new("this line has the indent of no key above")
                .hint("put the keys of one mapping into the same column")
        }
        ErrorKind::ExpectedBlockSequenceEntry | ErrorKind::BlockSequenceEntryNotAllowed => {
            ValueError::new("this item is not in line with its list")
                .hint("put each `-` of a list into the same column")
        }
        ErrorKind::InvalidIndentation => ValueError::new("the indent matches no line above")
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

/// Returns the span of a text inside brackets that begins with `#`, as in `{dial: #100#}`. YAML
/// reads it as a comment, which hides the closing bracket that the parser then misses.
fn unintended_comment(text: &str, at: usize, kind: &ErrorKind) -> Option<Range<usize>> {
    /// How many bytes before the error are searched.
    const SEARCHED_BYTES: usize = 400;
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
    let start = text.ceil_char_boundary(at.saturating_sub(SEARCHED_BYTES));
    let window = &text[start..end];
    window.rmatch_indices(": #").find_map(|(found, matched)| {
        let hash = start + found + matched.len() - 1;
        let rest = &text[hash..];
        let length = rest
            .find([' ', ',', '}', ']', '\n', '\r'])
            .unwrap_or(rest.len());
        (length > 1).then_some(hash..hash + length)
    })
}

/// Finds a full-width colon behind a key, or a full-width comma before one, on the line at `at` or on
/// the line above. YAML reads these marks as text, and misses the mark only later.
fn full_width_mark(text: &str, at: usize) -> Option<Problem> {
    let begin = |end: usize| text[..end].rfind('\n').map_or(0, |before| before + 1);
    let start = begin(at);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    let above = begin(start.saturating_sub(1))..start;
    full_width_mark_on_line(text, start..end).or_else(|| full_width_mark_on_line(text, above))
}

fn full_width_mark_on_line(text: &str, line: Range<usize>) -> Option<Problem> {
    let in_key = |c: char| c.is_ascii_lowercase() || c == '_';
    let start = line.start;
    let line = &text[line];
    let mut marks = line.match_indices(['：', '，']);
    let (found, mark) = marks.find(|(found, mark)| {
        let (before, after) = line.split_at(*found);
        match *mark {
            "：" => {
                let (outside, key) = before.split_at(before.trim_end_matches(in_key).len());
                let outside = outside.trim_end_matches(' ');
                is_key(key) && (outside.is_empty() || outside.ends_with(['-', '{', ',', '，']))
            }
            _ => {
                let after = after[mark.len()..].trim_start_matches(' ');
                let rest = after.trim_start_matches(in_key);
                let key = &after[..after.len() - rest.len()];
                is_key(key) && rest.starts_with([':', '：']) && before.contains('{')
            }
        }
    })?;
    let (ascii, hint) = match mark {
        "：" => (
            ":",
            "write the colon `:` with a space after it, as in `name: My SIM`",
        ),
        _ => (
            ",",
            "write the comma `,` with a space after it, as in `{name: A, expires: 2027-01-31}`",
        ),
    };
    let what = ValueError::new(format!("a full-width `{mark}` where YAML needs `{ascii}`"));
    let span = start + found..start + found + mark.len();
    Some(Problem::at(span, what.hint(hint)))
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

/// Finds the first tab in an indent, on the line at `at` or below. The parser may have stopped at
/// the text before the tab.
fn first_indent_tab(text: &str, at: usize) -> Option<usize> {
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

fn tab_in_indent() -> ValueError {
    ValueError::new("a tab in the indent").hint("indent with spaces: YAML allows no tabs there")
}

/// Whether the line at `at` begins an item of a list.
fn begins_with_dash(text: &str, at: usize) -> bool {
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |line| line + 1);
    text[start..].trim_start_matches(' ').starts_with("- ")
}

/// The white space at the start of the line at `at`.
fn line_indent(text: &str, at: usize) -> &str {
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |line| line + 1);
    let line = &text[start..];
    let end = line.find(|c| c != ' ' && c != '\t').unwrap_or(line.len());
    &line[..end]
}
