//! Finds the position in the text of a value that is given by its path.
//!
//! If the end of a path does not exist, returns the position of the nearest value above it, so that
//! every finding has a position. Cost: linear in the keys and items on the way to the value.

use std::ops::Range;

use crate::document::problem::Problem;
use crate::document::tree::{NodeId, NodeKind, Tree};
use crate::plan::{Anchor, Diagnostic, Path, Step};
use crate::text::value_error::nearest;

/// Returns a problem: a finding with its position.
pub(crate) fn problem(tree: &Tree<'_>, finding: Diagnostic) -> Problem {
    let related = finding.related;
    Problem {
        span: span(tree, &finding.path, finding.anchor),
        related: related.map(|(path, label)| (span(tree, &path, Anchor::Value), label)),
        what: finding.what,
        path: Some(finding.path),
    }
}

/// Returns the span of the value at a path, or of the part that the anchor names. For a collection,
/// returns the span of its first key or item.
fn span(tree: &Tree<'_>, path: &Path, anchor: Anchor) -> Range<usize> {
    let Some(root) = tree.root() else {
        return 0..0;
    };
    let mut value = tree.resolve(root);
    let mut key = None;
    for step in &path.0 {
        let (key_there, written) = match (step, &tree.node(value).kind) {
            (Step::Key(name), NodeKind::Mapping(_)) => match entry(tree, value, name) {
                Some((key, written)) => (Some(key), written),
                None => break,
            },
            (Step::Item(index), NodeKind::Sequence(items)) => match items.get(*index) {
                Some(item) => (None, *item),
                None => break,
            },
            // The path has `plans` but the file is only a list, or the path has the item of a
            // single value in place of a list.
            _ => continue,
        };
        if anchor == Anchor::Written && tree.resolve(written) != written {
            return tree.node(written).span();
        }
        key = key_there;
        value = tree.resolve(written);
    }
    match (anchor, key) {
        (Anchor::Key, Some(key)) => tree.node(key).span(),
        (Anchor::Character(offset), _) => character(tree, value, offset),
        _ => first_scalar(tree, value, key),
    }
}

/// Finds the first entry with a key in a mapping or in one that is merged into it. If there is
/// none, finds the entry of a misspelt key that was read as this one.
fn entry(tree: &Tree<'_>, mapping: NodeId, name: &str) -> Option<(NodeId, NodeId)> {
    let find = |is_wanted: &dyn Fn(&str) -> bool| {
        tree.merged(mapping).find_map(|mapping| {
            let NodeKind::Mapping(entries) = &tree.node(mapping).kind else {
                return None;
            };
            let mut entries = entries.iter().copied();
            entries.find(|(key, _)| tree.scalar(*key).is_some_and(is_wanted))
        })
    };
    let named = find(&|key| key == name);
    named.or_else(|| find(&|key| nearest(key, [name]).is_some()))
}

/// Returns the span of a scalar, of the first scalar in a collection, or of the key before a null.
pub(crate) fn first_scalar(tree: &Tree<'_>, value: NodeId, key: Option<NodeId>) -> Range<usize> {
    let node = tree.node(value);
    let first = match &node.kind {
        NodeKind::Mapping(entries) => entries.first().map(|(first, _)| *first),
        NodeKind::Sequence(items) => items.first().copied(),
        NodeKind::Null => key,
        _ => None,
    };
    match (first, &node.kind) {
        (Some(first), NodeKind::Null) => tree.node(first).span(),
        (Some(first), _) if first != value => first_scalar(tree, first, None),
        _ => node.span(),
    }
}

/// Returns the span of a collection in brackets, or of the first scalar in any other node.
pub(crate) fn flow_or_first_scalar(tree: &Tree<'_>, value: NodeId) -> Range<usize> {
    let node = tree.node(value);
    let span = node.span();
    let is_collection = matches!(node.kind, NodeKind::Mapping(_) | NodeKind::Sequence(_));
    let source = tree.text.get(span.clone()).unwrap_or_default();
    match is_collection && source.starts_with(['[', '{']) {
        true => span,
        false => first_scalar(tree, value, None),
    }
}

/// Returns the span of one character of a scalar, given by its offset in the decoded text. If that
/// character is not found in the source, returns the span of the scalar.
fn character(tree: &Tree<'_>, value: NodeId, offset: usize) -> Range<usize> {
    let span = tree.node(value).span();
    let (NodeKind::Scalar { text, .. }, Some(source)) =
        (&tree.node(value).kind, tree.text.get(span.clone()))
    else {
        return span;
    };
    let Some(wanted) = text.get(offset..).and_then(|rest| rest.chars().next()) else {
        return span;
    };
    if wanted == '\n' {
        return span;
    }
    let nth = text[..offset].matches(wanted).count();
    let found = if source.starts_with('"') {
        decoded_chars(source)
            .filter(|(_, c)| *c == wanted)
            .nth(nth)
            .map(|(at, _)| at)
    } else {
        let mut places = source.match_indices(wanted);
        places.nth(nth).map(|(at, found)| at..at + found.len())
    };
    found.map_or(span.clone(), |at| {
        span.start + at.start..span.start + at.end
    })
}

/// Decodes the escapes of a double-quoted scalar, and returns each character with its span in the
/// source (YAML 1.2, section 5.7).
fn decoded_chars(source: &str) -> impl Iterator<Item = (Range<usize>, char)> {
    let mut chars = source.char_indices();
    std::iter::from_fn(move || {
        let (start, c) = chars.next()?;
        if c != '\\' {
            return Some((start..start + c.len_utf8(), c));
        }
        let (at, escape) = chars.next()?;
        let mut end = at + escape.len_utf8();
        let digits = match escape {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let decoded = match escape {
            '0' => '\0',
            'a' => '\x07',
            'b' => '\x08',
            't' => '\t',
            'v' => '\x0b',
            'f' => '\x0c',
            'r' => '\r',
            'n' => '\n',
            'e' => '\x1b',
            'N' => '\u{85}',
            'L' => '\u{2028}',
            'P' => '\u{2029}',
            _ if digits > 0 => {
                let code = source.get(end..end + digits)?;
                end += digits;
                chars.nth(digits - 1);
                char::from_u32(u32::from_str_radix(code, 16).ok()?)?
            }
            other => other,
        };
        Some((start..end, decoded))
    })
}
