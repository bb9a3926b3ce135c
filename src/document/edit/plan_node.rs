//! Where a plan's values stand in its text, and the splices that change them.
//!
//! Works on the part of a text that was read by itself; offsets that it gives out are those of the
//! whole text.

use super::{history, scalar};
use crate::document::edit::scalar::Quotes;
use crate::document::edit::splice::{Splice, line_start};
use crate::document::edit::terms::{Change, Key};
use crate::document::tree::{Id, Kind, Tree};
use crate::plan::Anchor;
use crate::text::value_error::{ValueError, quoted};

/// A plan in its text.
pub(crate) struct PlanNode<'t> {
    pub(crate) tree: Tree<'t>,
    /// The plan's mapping, if that is what the list has there.
    pub(crate) plan: Option<Id>,
    /// Where the part begins in the whole text.
    offset: usize,
}

/// Why a value cannot be changed where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EditError {
    /// The plan stands elsewhere, and an alias here.
    Plan,
    /// The value of a key stands elsewhere, and an alias here.
    Alias(&'static str),
    /// The key comes from a mapping that is merged into the plan.
    Merged(&'static str),
    /// It is written in a way that is not changed.
    Form(&'static str),
}

impl EditError {
    pub(crate) fn what(self, id: &str) -> ValueError {
        let id = quoted(id);
        ValueError::new(match self {
            Self::Plan => format!("the plan {id} is an alias: a change would change another place"),
            Self::Alias(key) => format!(
                "`{key}` of {id} is an alias: a change where it stands would change other values"
            ),
            Self::Merged(key) => format!(
                "`{key}` of {id} comes with `<<`: a change where it stands would change other plans"
            ),
            Self::Form(key) => format!("`{key}` of {id} is written in a way that is not changed"),
        })
    }

    pub(crate) fn aim(self) -> Anchor {
        Anchor::Written
    }

    pub(crate) fn key(self) -> Option<&'static str> {
        match self {
            Self::Plan => None,
            Self::Alias(key) | Self::Merged(key) | Self::Form(key) => Some(key),
        }
    }
}

/// What a plan has under a key.
pub(crate) enum Found {
    /// Its own key and value.
    Own(Id, Id),
    /// Nothing, and nothing merged either.
    Absent,
}

impl<'t> PlanNode<'t> {
    /// The plan with the index `item` in the list of `part`, which begins at `offset`.
    pub(crate) fn new(part: &'t str, item: usize, offset: usize) -> Self {
        let (tree, _) = Tree::parse(part);
        let item = plans(&tree).get(item).copied();
        let plan = item.filter(|item| matches!(tree.node(*item).kind, Kind::Mapping(_)));
        Self { tree, plan, offset }
    }

    /// The plans of the part.
    pub(crate) fn plans(&self) -> impl Iterator<Item = Id> {
        plans(&self.tree).iter().copied()
    }

    /// The splices that make a change, in order.
    pub(crate) fn splices(&self, change: &Change<'_>) -> Result<Vec<Splice>, EditError> {
        let plan = self.plan.ok_or(EditError::Plan)?;
        let mut splices = Vec::new();
        for key in &change.keys {
            splices.extend(self.set(plan, key)?);
        }
        splices.extend(history::add(self, plan, change)?);
        splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
        for splice in &mut splices {
            splice.range.start += self.offset;
            splice.range.end += self.offset;
        }
        Ok(splices)
    }

    /// Whether the history has its newest renewal first.
    pub(crate) fn is_newest_first(&self) -> bool {
        self.plan
            .is_some_and(|plan| history::is_newest_first(self, plan))
    }

    fn set(&self, plan: Id, key: &Key) -> Result<Vec<Splice>, EditError> {
        let Found::Own(written, value) = self.find(plan, key.old)? else {
            return Err(EditError::Form(key.old));
        };
        let quotes = self.quotes(value).ok_or(EditError::Form(key.old))?;
        let mut splices = Vec::new();
        if key.new != key.old {
            let quotes = self.quotes(written).ok_or(EditError::Form(key.old))?;
            let span = self.tree.node(written).span();
            splices.push(Splice::replace(span, scalar::word(key.new, quotes)));
        }
        let text = scalar::word(&key.value, quotes);
        splices.push(Splice::replace(self.tree.node(value).span(), text));
        Ok(splices)
    }

    /// What a plan has under a key, its own.
    pub(crate) fn find(&self, plan: Id, key: &'static str) -> Result<Found, EditError> {
        let Some((written, value)) = self.own(plan, key) else {
            let mut merged = self.tree.merged(plan).skip(1);
            return match merged.any(|mapping| self.own(mapping, key).is_some()) {
                true => Err(EditError::Merged(key)),
                false => Ok(Found::Absent),
            };
        };
        match self.tree.node(value).kind {
            Kind::Alias(_) => Err(EditError::Alias(key)),
            _ => Ok(Found::Own(written, value)),
        }
    }

    /// The entry of a key in a mapping itself.
    pub(crate) fn own(&self, mapping: Id, key: &str) -> Option<(Id, Id)> {
        let Kind::Mapping(entries) = &self.tree.node(mapping).kind else {
            return None;
        };
        let mut entries = entries.iter().copied();
        entries.find(|(written, _)| self.tree.scalar(*written) == Some(key))
    }

    /// The text of a node as it stands in the file.
    pub(crate) fn source(&self, id: Id) -> &'t str {
        self.tree
            .text
            .get(self.tree.node(id).span())
            .unwrap_or_default()
    }

    /// The quotes of a scalar; a block has none.
    pub(crate) fn quotes(&self, id: Id) -> Option<Quotes> {
        match self.tree.node(id).kind {
            Kind::Scalar { .. } => Some(Quotes::of(self.source(id))),
            _ => None,
        }
    }

    /// Whether a collection is written in brackets.
    pub(crate) fn is_flow(&self, id: Id) -> bool {
        match self.tree.node(id).kind {
            Kind::Sequence(_) => self.source(id).starts_with('['),
            _ => self.source(id).starts_with('{'),
        }
    }

    /// The characters in front of a node on its line.
    pub(crate) fn column(&self, id: Id) -> usize {
        let start = self.tree.node(id).span().start;
        let line = &self.tree.text[line_start(self.tree.text, start)..start];
        line.chars().count()
    }

    /// Where the first dash of a block list stands; the parser says where the dash or the item does.
    pub(crate) fn dash(&self, list: Id) -> Option<usize> {
        let Kind::Sequence(items) = &self.tree.node(list).kind else {
            return None;
        };
        let text = self.tree.text;
        let mut end = self.tree.node(*items.first()?).span().start;
        loop {
            let start = line_start(text, end);
            let line = &text[start..end];
            let content = line.trim_start_matches(' ');
            if content.starts_with('-') {
                return Some(end - content.len());
            }
            end = start.checked_sub(1)?;
        }
    }

    /// Where a node ends: a block collection with its last child.
    pub(crate) fn end(&self, id: Id) -> usize {
        self.tree.node(self.last(id)).span().end
    }

    /// What stands at the end of a node: of a block collection its last child's last.
    fn last(&self, id: Id) -> Id {
        let last = match &self.tree.node(id).kind {
            Kind::Mapping(entries) => entries.last().map(|(_, value)| *value),
            Kind::Sequence(items) => items.last().copied(),
            _ => None,
        };
        match last {
            Some(last) if !self.is_flow(id) => self.last(last),
            _ => id,
        }
    }

    /// Whether the blank lines behind a node are its own: it ends with a block scalar that keeps
    /// them (YAML 1.2, section 8.1.1.2).
    pub(crate) fn keeps_blank_lines(&self, id: Id) -> bool {
        let text = self.tree.text;
        let start = self.tree.node(self.last(id)).span().start;
        let before = text[..start].trim_end_matches([' ', '\t', '\n', '\r']);
        if !text[before.len()..start].contains(['\n', '\r']) {
            return false;
        }
        let header = &before[line_start(before, before.len())..];
        let header = header.split(" #").next().unwrap_or_default().trim_end();
        let sign = header.trim_end_matches(|c: char| c.is_ascii_digit() || c == '+');
        sign.ends_with(['|', '>']) && header[sign.len()..].contains('+')
    }
}

/// The items of the list in a text.
fn plans<'s>(tree: &'s Tree<'_>) -> &'s [Id] {
    let Some(root) = tree.root() else { return &[] };
    let root = tree.resolve(root);
    let list = match &tree.node(root).kind {
        Kind::Mapping(entries) => {
            let mut entries = entries.iter();
            let named = entries.find(|(key, _)| tree.scalar(*key) == Some("plans"));
            named.map(|(_, list)| tree.resolve(*list))
        }
        _ => Some(root),
    };
    match list.map(|list| &tree.node(list).kind) {
        Some(Kind::Sequence(items)) => items,
        _ => &[],
    }
}
