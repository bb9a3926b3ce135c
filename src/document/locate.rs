//! Finds the position in the text of a value that is given by its path.
//!
//! If the end of a path does not exist, returns the position of the nearest value above it, so that
//! every finding has a position. Cost: linear in the keys on the way to the value. All values of one
//! text together are linear in the text, because of [`MAX_COMPARED_KEYS`].

use std::cell::Cell;
use std::ops::Range;

use crate::document::problem::Problem;
use crate::document::tree::{NodeId, NodeKind, Tree};
use crate::plan::{Anchor, Diagnostic, Path, Step};
use crate::text::value_error::nearest;

/// The maximum number of keys that are compared to find the values of one text. After that, a
/// finding is located only as far as its plan. Without merge keys, only a mapping with thousands of
/// unknown keys takes so many.
const MAX_COMPARED_KEYS: usize = 50_000_000;
/// How many comparisons take as long as to find out whether two keys are alike.
const NEAREST_COST: usize = 32;

/// Finds values in a tree.
pub(crate) struct Locator<'a, 't> {
    tree: &'a Tree<'t>,
    /// The list of plans, unless it is an alias.
    plans: Option<NodeId>,
    /// How many more keys may be compared.
    keys_left: Cell<usize>,
}

impl<'a, 't> Locator<'a, 't> {
    pub(crate) fn new(tree: &'a Tree<'t>) -> Self {
        let mut locator = Self {
            tree,
            plans: None,
            keys_left: Cell::new(MAX_COMPARED_KEYS),
        };
        let root = tree.root();
        locator.plans = root.and_then(|root| match tree.node(root).kind {
            NodeKind::Mapping(_) => locator.entry(root, "plans").map(|(_, list)| list),
            _ => Some(root),
        });
        locator
    }

    /// Returns a problem: a finding with its position.
    pub(crate) fn problem(&self, finding: Diagnostic) -> Problem {
        let related = finding.related;
        Problem {
            span: self.span(&finding.path, finding.anchor),
            related: related.map(|(path, label)| (self.span(&path, Anchor::Value), label)),
            what: finding.what,
            path: Some(finding.path),
        }
    }

    /// The offset before which no problem of a plan can stand, if the text has no aliases.
    pub(crate) fn plan_start(&self, path: &Path) -> Option<usize> {
        let (plan, _) = self.plan(path)?;
        Some(self.tree.node(plan).span().start)
    }

    /// The plan of a path, and the steps inside it.
    fn plan<'p>(&self, path: &'p Path) -> Option<(NodeId, &'p [Step])> {
        let [Step::Key("plans"), Step::Item(index), rest @ ..] = path.0.as_slice() else {
            return None;
        };
        match self.tree.node(self.plans?).kind {
            NodeKind::Sequence(items) => items.get(*index).map(|plan| (*plan, rest)),
            _ => None,
        }
    }

    /// Returns the span of the value at a path, or of the part that the anchor names. For a
    /// collection, returns the span of its first key or item.
    fn span(&self, path: &Path, anchor: Anchor) -> Range<usize> {
        let tree = self.tree;
        let Some(root) = tree.root() else {
            return 0..0;
        };
        let (start, steps) = self.plan(path).unwrap_or((root, &path.0));
        if anchor == Anchor::Written && start != root && tree.resolve(start) != start {
            return tree.node(start).span();
        }
        let mut value = tree.resolve(start);
        let mut key = None;
        for step in steps {
            let (key_there, written) = match (step, tree.node(value).kind) {
                (Step::Key(name), NodeKind::Mapping(_)) => match self.entry(value, name) {
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
    fn entry(&self, mapping: NodeId, name: &str) -> Option<(NodeId, NodeId)> {
        let tree = self.tree;
        let find = |cost: usize, is_wanted: &dyn Fn(&str) -> bool| {
            tree.merged(mapping).find_map(|mapping| {
                let NodeKind::Mapping(entries) = tree.node(mapping).kind else {
                    return None;
                };
                let left = self.keys_left.get().checked_sub(cost * entries.len())?;
                self.keys_left.set(left);
                let mut entries = entries.iter().copied();
                entries.find(|(key, _)| tree.scalar(*key).is_some_and(is_wanted))
            })
        };
        let named = find(1, &|key| key == name);
        named.or_else(|| find(NEAREST_COST, &|key| nearest(key, [name]).is_some()))
    }
}

/// Returns the span of a scalar, of the first scalar in a collection, or of the key before a null.
pub(crate) fn first_scalar(tree: &Tree<'_>, value: NodeId, key: Option<NodeId>) -> Range<usize> {
    let node = tree.node(value);
    let first = match node.kind {
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
        (tree.node(value).kind, tree.text.get(span.clone()))
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
