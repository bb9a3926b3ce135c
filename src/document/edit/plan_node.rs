//! One plan in the syntax tree of its text: the positions of its values, and their style.
//!
//! A node belongs to a part of a text that is a plans file by itself
//! ([`crate::document::Document::part`]). All positions are offsets in that part. The caller adds
//! [`PlanNode::offset`].

use crate::document::edit::scalar::Quotes;
use crate::document::edit::splice::line_start;
use crate::document::tree::{NodeId, NodeKind, Tree};
use crate::text::value_error::{ValueError, quoted};

/// A plan in the text of its file.
pub(crate) struct PlanNode<'t> {
    pub(crate) tree: Tree<'t>,
    /// The mapping of the plan.
    pub(crate) plan: NodeId,
    /// The offset of the part in the whole text.
    pub(crate) offset: usize,
}

/// Why a value cannot be changed where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EditError {
    /// The plan is an alias.
    PlanIsAlias,
    /// The value of a key is an alias.
    ValueIsAlias(&'static str),
    /// The key comes from a mapping that is merged into the plan.
    Merged(&'static str),
    /// The value is written in a form that is not supported.
    UnsupportedForm(&'static str),
}

impl EditError {
    /// Returns the message for this error in the plan with the given id.
    pub(crate) fn message(self, id: &str) -> ValueError {
        let id = quoted(id);
        ValueError::new(match self {
            Self::PlanIsAlias => {
                format!("the plan {id} is an alias: a change would change another place")
            }
            Self::ValueIsAlias(key) => {
                format!("`{key}` of {id} is an alias: a change would also change other values")
            }
            Self::Merged(key) => {
                format!("`{key}` of {id} comes from `<<`: a change would also change other plans")
            }
            Self::UnsupportedForm(key) => {
                format!("`{key}` of {id} is written in a form that weekahead cannot change")
            }
        })
    }

    /// The key whose value cannot be changed, or `None` if it is the plan itself.
    pub(crate) fn key(self) -> Option<&'static str> {
        match self {
            Self::PlanIsAlias => None,
            Self::ValueIsAlias(key) | Self::Merged(key) | Self::UnsupportedForm(key) => Some(key),
        }
    }
}

impl<'t> PlanNode<'t> {
    /// Finds the plan with the index `item` in the list of `part`, which begins at `offset`.
    ///
    /// # Errors
    ///
    /// Returns an error if the item is an alias.
    pub(crate) fn new(part: &'t str, item: usize, offset: usize) -> Result<Self, EditError> {
        let (tree, _) = Tree::parse(part);
        Self::in_tree(tree, item, offset)
    }

    /// The plan with the index `item` in the list of the same part.
    ///
    /// # Errors
    ///
    /// Returns an error if the item is an alias.
    pub(crate) fn neighbour(self, item: usize) -> Result<Self, EditError> {
        Self::in_tree(self.tree, item, self.offset)
    }

    fn in_tree(tree: Tree<'t>, item: usize, offset: usize) -> Result<Self, EditError> {
        let plan = plans(&tree).get(item).copied();
        let plan = plan.filter(|plan| matches!(tree.node(*plan).kind, NodeKind::Mapping(_)));
        let plan = plan.ok_or(EditError::PlanIsAlias)?;
        Ok(Self { tree, plan, offset })
    }

    /// All plans of the part.
    pub(crate) fn plans(&self) -> impl Iterator<Item = NodeId> {
        plans(&self.tree).iter().copied()
    }

    /// Finds the key and the value with the name `key` in the plan itself. `Ok(None)` if the plan
    /// has no such key and no mapping with the key is merged into it.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is an alias, or if only a merged mapping has the key.
    pub(crate) fn find(&self, key: &'static str) -> Result<Option<(NodeId, NodeId)>, EditError> {
        let Some((key_node, value)) = self.entry(self.plan, key) else {
            let mut merged = self.tree.merged(self.plan).skip(1);
            return match merged.any(|mapping| self.entry(mapping, key).is_some()) {
                true => Err(EditError::Merged(key)),
                false => Ok(None),
            };
        };
        match self.tree.node(value).kind {
            NodeKind::Alias => Err(EditError::ValueIsAlias(key)),
            _ => Ok(Some((key_node, value))),
        }
    }

    /// Finds the key and the value with the name `key` in a mapping, without the mappings merged
    /// into it.
    pub(crate) fn entry(&self, mapping: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        let mut entries = self.entries(mapping).iter().copied();
        entries.find(|(key_node, _)| self.tree.scalar(*key_node) == Some(key))
    }

    /// The keys and values of a mapping; empty for any other node.
    pub(crate) fn entries(&self, mapping: NodeId) -> &[(NodeId, NodeId)] {
        match &self.tree.node(mapping).kind {
            NodeKind::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; empty for any other node.
    pub(crate) fn items(&self, list: NodeId) -> &[NodeId] {
        match &self.tree.node(list).kind {
            NodeKind::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The source text of a node.
    pub(crate) fn source(&self, id: NodeId) -> &'t str {
        let span = self.tree.node(id).span();
        self.tree.text.get(span).unwrap_or_default()
    }

    /// The offset at which a node begins.
    pub(crate) fn start(&self, id: NodeId) -> usize {
        self.tree.node(id).span().start
    }

    /// The offset at which a node ends. A block collection ends with its last child.
    pub(crate) fn end(&self, id: NodeId) -> usize {
        self.tree.node(self.last_descendant(id)).span().end
    }

    /// The quotes of a scalar; `None` if the node is not a scalar.
    pub(crate) fn quotes(&self, id: NodeId) -> Option<Quotes> {
        match self.tree.node(id).kind {
            NodeKind::Scalar { .. } => Some(Quotes::of(self.source(id))),
            _ => None,
        }
    }

    /// Whether a collection is in flow style, which means in brackets.
    pub(crate) fn is_flow(&self, id: NodeId) -> bool {
        match self.tree.node(id).kind {
            NodeKind::Sequence(_) => self.source(id).starts_with('['),
            _ => self.source(id).starts_with('{'),
        }
    }

    /// The text before a node on its line.
    pub(crate) fn line_before(&self, id: NodeId) -> &'t str {
        let start = self.start(id);
        &self.tree.text[line_start(self.tree.text, start)..start]
    }

    /// The number of characters before a node on its line.
    pub(crate) fn column(&self, id: NodeId) -> usize {
        self.line_before(id).chars().count()
    }

    /// Returns the offset of the first dash of a block list. The parser gives the position either
    /// of the dash or of the item.
    pub(crate) fn first_dash(&self, list: NodeId) -> Option<usize> {
        let text = self.tree.text;
        let mut end = self.start(*self.items(list).first()?);
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

    /// The last node inside a node. For a block collection, the last node inside its last child.
    fn last_descendant(&self, id: NodeId) -> NodeId {
        let last = match &self.tree.node(id).kind {
            NodeKind::Mapping(entries) => entries.last().map(|(_, value)| *value),
            NodeKind::Sequence(items) => items.last().copied(),
            _ => None,
        };
        match last {
            Some(last) if !self.is_flow(id) => self.last_descendant(last),
            _ => id,
        }
    }

    /// Whether the blank lines after a node belong to it, because it ends with a block scalar that
    /// keeps them (YAML 1.2, section 8.1.1.2).
    pub(crate) fn keeps_blank_lines(&self, id: NodeId) -> bool {
        self.block_scalar(id)
            .is_some_and(|(_, signs)| signs.contains('+'))
    }

    /// The offset at which the content of the block scalar begins with which a node ends. `None` if
    /// the node ends otherwise.
    pub(crate) fn block_scalar_start(&self, id: NodeId) -> Option<usize> {
        self.block_scalar(id).map(|(start, _)| start)
    }

    /// The offset of the content of the block scalar with which a node ends, and the signs after
    /// its `|` or `>`.
    fn block_scalar(&self, id: NodeId) -> Option<(usize, &'t str)> {
        let text = self.tree.text;
        let start = self.start(self.last_descendant(id));
        let before = text[..start].trim_end_matches([' ', '\t', '\n', '\r']);
        if !text[before.len()..start].contains(['\n', '\r']) {
            return None;
        }
        let header = &before[line_start(before, before.len())..];
        let header = header.split(" #").next().unwrap_or_default().trim_end();
        let is_sign = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-');
        let sign = header.trim_end_matches(is_sign);
        sign.ends_with(['|', '>'])
            .then_some((start, &header[sign.len()..]))
    }
}

/// The items of the list of plans in a text.
fn plans<'s>(tree: &'s Tree<'_>) -> &'s [NodeId] {
    let Some(root) = tree.root() else { return &[] };
    let root = tree.resolve(root);
    let list = match &tree.node(root).kind {
        NodeKind::Mapping(entries) => {
            let mut entries = entries.iter();
            let named = entries.find(|(key, _)| tree.scalar(*key) == Some("plans"));
            named.map(|(_, list)| tree.resolve(*list))
        }
        _ => Some(root),
    };
    match list.map(|list| tree.node(list).kind) {
        Some(NodeKind::Sequence(items)) => items,
        _ => &[],
    }
}
