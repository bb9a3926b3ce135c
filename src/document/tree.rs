//! The syntax tree of a YAML text: every node with its span, in one arena.
//!
//! Every text gives a tree. The problems of the text are returned with it. After a syntax error,
//! the tree contains what precedes the error. Aliases are kept as aliases, so the size of the tree
//! is linear in the text even if aliases repeat aliases.
//!
//! Cost: linear in the text.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span, Tag, options};

use super::syntax;
use crate::document::limits::MAX_DEPTH;
use crate::document::problem::{Problem, Problems};
use crate::plan::limits::MAX_PLANS;
use crate::plan::rules;
use crate::text::value_error::{ValueError, quoted};

/// The maximum number of nodes of a text. An ordinary list of plans of 64 MiB has fewer.
const MAX_NODES: usize = 12_000_000;
/// Up to this number of keys in a mapping, comparing all keys is faster than a hash table.
const FEW_KEYS: usize = 32;

/// The index of a node.
pub(crate) type NodeId = usize;

/// One node.
pub(crate) struct Node<'t> {
    start: u32,
    end: u32,
    /// The kind of the node.
    pub(crate) kind: NodeKind<'t>,
}

/// The kind of a node.
pub(crate) enum NodeKind<'t> {
    /// A scalar, and whether it is plain: neither quoted nor a block scalar.
    Scalar { text: Cow<'t, str>, plain: bool },
    /// A plain scalar that is empty, `null` or `~`.
    Null,
    /// A list.
    Sequence(Vec<NodeId>),
    /// A mapping: its keys and values, in order.
    Mapping(Vec<(NodeId, NodeId)>),
    /// An alias of a node.
    Alias(NodeId),
    /// A node that could not be read. Its problem has been reported.
    Broken,
}

impl Node<'_> {
    /// The byte offsets of the node in the text. A block collection ends with its last child.
    pub(crate) fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A parsed text.
pub(crate) struct Tree<'t> {
    /// The text itself.
    pub(crate) text: &'t str,
    nodes: Vec<Node<'t>>,
    root: Option<NodeId>,
}

impl<'t> Tree<'t> {
    /// Parses the first document of a text.
    ///
    /// If there is a syntax error, the tree contains what precedes the error, without the plan that
    /// contains the error.
    pub(crate) fn parse(text: &'t str) -> (Self, Problems) {
        let mut builder = Builder {
            tree: Self {
                text,
                nodes: Vec::new(),
                root: None,
            },
            open: Vec::new(),
            anchors: Vec::new(),
            problems: Problems::default(),
            documents: 0,
        };
        let options = options! {
            emit_unresolved_aliases: true,
            flow_nesting_limit: MAX_DEPTH,
            block_nesting_limit: MAX_DEPTH,
        };
        for event in Parser::new_from_str_with_options(text, options) {
            let step = match event {
                Ok((event, span)) => builder.event(event, &span),
                Err(error) => Err(syntax::problem(text, &error)),
            };
            if let Err(last) = step {
                builder.problems.add_last(last);
                break;
            }
        }
        builder.close_incomplete();
        (builder.tree, builder.problems)
    }

    /// The node with an index.
    pub(crate) fn node(&self, id: NodeId) -> &Node<'t> {
        &self.nodes[id]
    }

    /// The root of the document; `None` if the document is empty.
    pub(crate) fn root(&self) -> Option<NodeId> {
        self.root
    }

    /// The node that an alias stands for, or the node itself.
    pub(crate) fn resolve(&self, id: NodeId) -> NodeId {
        match self.nodes[id].kind {
            NodeKind::Alias(target) => target,
            _ => id,
        }
    }

    /// Returns a mapping and the mappings that are merged into it, in the order of precedence of
    /// their keys. Each mapping is returned once, even if it is merged several times.
    pub(crate) fn merged(&self, mapping: NodeId) -> impl Iterator<Item = NodeId> {
        let mut open = vec![mapping];
        let mut seen = HashSet::new();
        std::iter::from_fn(move || {
            while let Some(id) = open.pop() {
                let id = self.resolve(id);
                if !seen.insert(id) {
                    continue;
                }
                match &self.nodes[id].kind {
                    NodeKind::Mapping(entries) => {
                        let entries = entries.iter().rev();
                        let merges = entries.filter(|(key, _)| self.scalar(*key) == Some("<<"));
                        open.extend(merges.map(|(_, value)| *value));
                        return Some(id);
                    }
                    NodeKind::Sequence(items) => open.extend(items.iter().rev()),
                    _ => {}
                }
            }
            None
        })
    }

    /// The text of a scalar; `None` for any other node.
    pub(crate) fn scalar(&self, id: NodeId) -> Option<&str> {
        match &self.nodes[self.resolve(id)].kind {
            NodeKind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }
}

/// A collection whose end has not been reached yet.
enum OpenCollection {
    /// The node, and its items so far.
    Sequence(NodeId, Vec<NodeId>),
    /// The node, its entries so far, and the key whose value comes next.
    Mapping(NodeId, Vec<(NodeId, NodeId)>, Option<NodeId>),
}

/// A tree that is being built from the events of the parser.
struct Builder<'t> {
    tree: Tree<'t>,
    /// The open collections, the outermost first.
    open: Vec<OpenCollection>,
    /// The node of each anchor, by the number that the parser assigns to it, from 1.
    anchors: Vec<Option<NodeId>>,
    problems: Problems,
    /// The number of documents so far.
    documents: usize,
}

impl<'t> Builder<'t> {
    /// Adds one event. If this returns an error, it is the last problem of the text, because the
    /// rest is not read.
    fn event(&mut self, event: Event<'t>, span: &Span) -> Result<(), Problem> {
        let range = span.byte_range().unwrap_or(0..0);
        self.check_size(&event, &range)?;
        match event {
            Event::DocumentStart(..) => self.start_document(range)?,
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = self.check_tag(tag.as_deref(), "str", span);
                let kind = match tag.is_some() && !is_text {
                    true => NodeKind::Broken,
                    false => scalar_kind(text, style == ScalarStyle::Plain && !is_text),
                };
                let range = scalar_range(self.tree.text, range, style);
                let id = self.add_node(range, kind, anchor);
                self.attach(id);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), "seq", span);
                let id = self.add_node(range.clone(), NodeKind::Broken, anchor);
                self.open(OpenCollection::Sequence(id, Vec::new()), range)?;
            }
            Event::MappingStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), "map", span);
                let id = self.add_node(range.clone(), NodeKind::Broken, anchor);
                self.open(OpenCollection::Mapping(id, Vec::new(), None), range)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(collection) = self.open.pop() {
                    self.close(collection, range.end);
                }
            }
            Event::Alias(anchor) => {
                let target = self.anchors.get(anchor).copied().flatten();
                let kind = target.map_or(NodeKind::Broken, NodeKind::Alias);
                let id = self.add_node(range, kind, 0);
                self.attach(id);
            }
            Event::UnresolvedAlias(_) => {
                self.report_unresolved_alias(range.clone());
                let id = self.add_node(range, NodeKind::Broken, 0);
                self.attach(id);
            }
            _ => {}
        }
        Ok(())
    }

    /// Returns an error if there are more nodes, or more items of a list, than allowed.
    fn check_size(&self, event: &Event<'t>, range: &Range<usize>) -> Result<(), Problem> {
        if self.tree.nodes.len() > MAX_NODES {
            let what = ValueError::new(format!("more than {MAX_NODES} values in one file"));
            let hint = "split the list into several files";
            return Err(Problem::at(range.clone(), what.hint(hint)));
        }
        if let Some(OpenCollection::Sequence(_, items)) = self.open.last()
            && items.len() == MAX_PLANS
            && *event != Event::SequenceEnd
        {
            return Err(Problem::at(range.clone(), rules::too_many_plans()));
        }
        Ok(())
    }

    /// Returns an error for a second document.
    fn start_document(&mut self, range: Range<usize>) -> Result<(), Problem> {
        self.documents += 1;
        if self.documents == 1 {
            return Ok(());
        }
        let what = ValueError::new("a second document in the file");
        let hint = "put all plans into one list, or split the file";
        Err(Problem::at(range, what.hint(hint)))
    }

    fn report_unresolved_alias(&mut self, range: Range<usize>) {
        let written = self.tree.text.get(range.clone()).unwrap_or_default();
        let what = ValueError::new(format!("{} refers to no anchor", quoted(written)));
        let hint = format!("a text that begins with `*` needs quotes: `\"{written}\"`");
        self.problems.add(Problem::at(range, what.hint(hint)));
    }

    /// Whether the tag of a node is `allowed`, a tag of the core schema. Any other tag is reported.
    fn check_tag(&mut self, tag: Option<&Tag>, allowed: &str, span: &Span) -> bool {
        let Some(tag) = tag else { return false };
        if tag.is_yaml_core_schema_tag(allowed) {
            return true;
        }
        let tag_span = span.tag_span().and_then(|span| span.byte_range());
        let tag_span = tag_span.or_else(|| span.byte_range()).unwrap_or(0..0);
        self.problems.add(Problem::at(
            tag_span,
            ValueError::new(format!(
                "the tag {} means nothing here",
                quoted(&tag.original())
            ))
            .hint("a text that begins with `!` needs quotes"),
        ));
        false
    }

    fn add_node(&mut self, range: Range<usize>, kind: NodeKind<'t>, anchor: usize) -> NodeId {
        let id = self.tree.nodes.len();
        self.tree.nodes.push(Node {
            start: range.start.min(u32::MAX as usize) as u32,
            end: range.end.min(u32::MAX as usize) as u32,
            kind,
        });
        if anchor > 0 {
            if self.anchors.len() <= anchor {
                self.anchors.resize(anchor + 1, None);
            }
            self.anchors[anchor] = Some(id);
        }
        id
    }

    /// Opens a collection.
    fn open(&mut self, collection: OpenCollection, range: Range<usize>) -> Result<(), Problem> {
        if self.open.len() == MAX_DEPTH {
            return Err(Problem::at(range, syntax::too_deep()));
        }
        self.open.push(collection);
        Ok(())
    }

    /// Adds a complete node to the innermost open collection.
    fn attach(&mut self, id: NodeId) {
        match self.open.last_mut() {
            None => self.tree.root = Some(id),
            Some(OpenCollection::Sequence(_, items)) => items.push(id),
            Some(OpenCollection::Mapping(_, entries, key)) => match key.take() {
                None => *key = Some(id),
                Some(key) => entries.push((key, id)),
            },
        }
    }

    /// Completes a collection, which ends at `end`.
    fn close(&mut self, collection: OpenCollection, end: usize) {
        let (id, kind, last) = match collection {
            OpenCollection::Sequence(id, items) => {
                let last = items.last().copied();
                (id, NodeKind::Sequence(items), last)
            }
            OpenCollection::Mapping(id, entries, _) => {
                self.report_duplicates(&entries);
                let last = entries.last().map(|(_, value)| *value);
                (id, NodeKind::Mapping(entries), last)
            }
        };
        // The parser ends a block collection at the next token.
        let is_block = !matches!(
            self.tree.text.as_bytes().get(end.wrapping_sub(1)),
            Some(b']' | b'}')
        );
        let end = match last {
            Some(last) if is_block => self.tree.nodes[last].end,
            _ => end as u32,
        };
        let node = &mut self.tree.nodes[id];
        node.end = end.max(node.start);
        node.kind = kind;
        self.attach(id);
    }

    /// After a syntax error, completes the collections that are kept: the root, and its list of
    /// plans with the plans that are complete. Everything else is dropped.
    fn close_incomplete(&mut self) {
        while let Some(collection) = self.open.pop() {
            let is_kept = match self.open.last() {
                None => true,
                Some(OpenCollection::Mapping(..)) => {
                    self.open.len() == 1 && matches!(collection, OpenCollection::Sequence(..))
                }
                Some(OpenCollection::Sequence(..)) => false,
            };
            if is_kept {
                self.close(collection, self.tree.text.len());
            }
        }
    }

    /// Reports each key that occurs more than once in the mapping.
    fn report_duplicates(&mut self, entries: &[(NodeId, NodeId)]) {
        let mut found = Vec::new();
        let mut seen = HashMap::new();
        for (index, (key, _)) in entries.iter().enumerate() {
            let Some(text) = self.tree.scalar(*key).filter(|text| *text != "<<") else {
                continue;
            };
            let first = if entries.len() <= FEW_KEYS {
                let mut earlier = entries[..index].iter().map(|(other, _)| *other);
                earlier.find(|other| self.tree.scalar(*other) == Some(text))
            } else {
                Some(*seen.entry(text).or_insert(*key)).filter(|first| first != key)
            };
            found.extend(first.map(|first| (*key, first)));
        }
        for (key, first) in found {
            let shown = quoted(self.tree.scalar(key).unwrap_or_default());
            let mut problem = Problem::at(
                self.tree.nodes[key].span(),
                ValueError::new(format!("{shown} is here twice")).hint("keep one of them"),
            );
            problem.related = Some((self.tree.nodes[first].span(), "first here"));
            self.problems.add(problem);
        }
    }
}

/// Returns the kind of a scalar. Only a plain scalar can be null.
fn scalar_kind(text: Cow<'_, str>, plain: bool) -> NodeKind<'_> {
    match plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL") {
        true => NodeKind::Null,
        false => NodeKind::Scalar { text, plain },
    }
}

/// Returns the range of a scalar. The parser ends a block scalar at the next token, so the white
/// space before that token is removed.
fn scalar_range(text: &str, range: Range<usize>, style: ScalarStyle) -> Range<usize> {
    if !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
        return range;
    }
    let source = text.get(range.clone()).unwrap_or_default();
    range.start..range.start + source.trim_end().len()
}
