//! From the path of a value to its place in the text.

use std::ops::Range;

use crate::document::tree::{Id, Kind, Tree};
use crate::plan::{Anchor, Path, Step};
use crate::text::value_error::nearest;

/// The span of what a finding points at. A path whose end is not there gives the value nearest
/// to it; a collection is pointed at by its first key or item.
pub(crate) fn span(tree: &Tree<'_>, path: &Path, aim: Anchor) -> Range<usize> {
    let Some(root) = tree.root() else {
        return 0..0;
    };
    let mut value = tree.resolve(root);
    let mut key = None;
    for step in &path.0 {
        match (step, &tree.node(value).kind) {
            (Step::Key(wanted), Kind::Mapping(_)) => {
                let Some((found_key, found)) = entry(tree, value, wanted) else {
                    break;
                };
                key = Some(found_key);
                if aim == Anchor::Written && tree.resolve(found) != found {
                    return tree.node(found).span();
                }
                value = tree.resolve(found);
            }
            (Step::Item(index), Kind::Sequence(items)) => {
                let Some(item) = items.get(*index) else { break };
                key = None;
                if aim == Anchor::Written && tree.resolve(*item) != *item {
                    return tree.node(*item).span();
                }
                value = tree.resolve(*item);
            }
            // `plans` of a bare list; the one item that stands for a list.
            _ => {}
        }
    }
    match (aim, key) {
        (Anchor::Key, Some(key)) => tree.node(key).span(),
        (Anchor::Character(offset), _) => character(tree, value, offset),
        _ => head(tree, value, key),
    }
}

/// The first entry of a key in a mapping, or in one that is merged into it; else that of a misspelt
/// key, which was taken for the one that is meant.
fn entry(tree: &Tree<'_>, mapping: Id, wanted: &str) -> Option<(Id, Id)> {
    let first = |is_it: &dyn Fn(&str) -> bool| {
        tree.merged(mapping).find_map(|mapping| {
            let Kind::Mapping(entries) = &tree.node(mapping).kind else {
                return None;
            };
            let mut entries = entries.iter().copied();
            entries.find(|(key, _)| tree.scalar(*key).is_some_and(is_it))
        })
    };
    let named = first(&|key| key == wanted);
    named.or_else(|| first(&|key| nearest(key, [wanted]).is_some()))
}

/// A scalar whole; a collection by its first key or item; nothing by the key in front of it.
pub(crate) fn head(tree: &Tree<'_>, value: Id, key: Option<Id>) -> Range<usize> {
    let node = tree.node(value);
    let first = match &node.kind {
        Kind::Mapping(entries) => entries.first().map(|(first, _)| *first),
        Kind::Sequence(items) => items.first().copied(),
        Kind::Null => key,
        _ => None,
    };
    match (first, &node.kind) {
        (Some(first), Kind::Null) => tree.node(first).span(),
        (Some(first), _) if first != value => head(tree, first, None),
        _ => node.span(),
    }
}

/// A collection in brackets whole, anything else by its head.
pub(crate) fn whole(tree: &Tree<'_>, value: Id) -> Range<usize> {
    let span = tree.node(value).span();
    let is_collection = matches!(tree.node(value).kind, Kind::Mapping(_) | Kind::Sequence(_));
    let source = tree.text.get(span.clone()).unwrap_or_default();
    match is_collection && source.starts_with(['[', '{']) {
        true => span,
        false => head(tree, value, None),
    }
}

/// The place of one character of a scalar, given by its offset in the decoded text.
fn character(tree: &Tree<'_>, value: Id, offset: usize) -> Range<usize> {
    let span = tree.node(value).span();
    let (Kind::Scalar { text, .. }, Some(source)) =
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
        escapes(source)
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

/// The characters of a double-quoted scalar's source, escapes decoded, each with its place
/// (YAML 1.2, section 5.7).
fn escapes(source: &str) -> impl Iterator<Item = (Range<usize>, char)> {
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
