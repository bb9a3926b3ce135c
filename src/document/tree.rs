//! The syntax tree of a YAML text: every node with its span, in one arena.
//!
//! Every text gives a tree. The problems of the text are returned with it. After a syntax error,
//! the tree contains what precedes the error. Aliases are kept as aliases, so the size of the tree
//! is linear in the text even if aliases repeat aliases.
//!
//! Cost: linear in the text. Memory: 20 bytes for a node, and 4 to 8 more for it in its collection.

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
pub(crate) type NodeId = u32;

/// One node of a tree.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    start: u32,
    end: u32,
    /// The kind of the node.
    pub(crate) kind: NodeKind<'a>,
}

/// The kind of a node.
#[derive(Clone, Copy)]
pub(crate) enum NodeKind<'a> {
    /// A scalar, and whether it is plain: neither quoted nor a block scalar.
    Scalar { text: &'a str, plain: bool },
    /// A plain scalar that is empty, `null` or `~`.
    Null,
    /// A list.
    Sequence(&'a [NodeId]),
    /// A mapping: its keys and values, in order.
    Mapping(&'a [(NodeId, NodeId)]),
    /// An alias; [`Tree::resolve`] finds the node that it stands for.
    Alias,
    /// A node that could not be read. Its problem has been reported.
    Broken,
}

impl Node<'_> {
    /// The byte offsets of the node in the text. A block collection ends with its last child.
    pub(crate) fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A node as it is stored. A hostile text has a node for every two bytes, so this is small: it has
/// no pointers, and no text that is in the source.
#[derive(Clone, Copy)]
struct StoredNode {
    start: u32,
    end: u32,
    kind: StoredKind,
}

/// The kind of a stored node.
#[derive(Clone, Copy)]
enum StoredKind {
    /// A plain scalar that is its source.
    Plain,
    /// A quoted scalar that is its source between the quotes.
    Quoted,
    /// Any other scalar: the index of its text, and whether it is plain.
    Decoded(u32, bool),
    Null,
    /// The first of its items in the items of all sequences, and their number.
    Sequence(u32, u32),
    /// The first of its entries in the entries of all mappings, and their number.
    Mapping(u32, u32),
    Alias(NodeId),
    Broken,
}

/// A parsed text.
pub(crate) struct Tree<'t> {
    /// The text itself.
    pub(crate) text: &'t str,
    nodes: Vec<StoredNode>,
    /// The items of all sequences, those of one sequence together.
    items: Vec<NodeId>,
    /// The entries of all mappings, those of one mapping together.
    entries: Vec<(NodeId, NodeId)>,
    /// The texts of the scalars that are not in the source, as with an escape in quotes.
    decoded: Vec<Box<str>>,
    root: Option<NodeId>,
    /// Whether any node is an alias.
    pub(crate) has_aliases: bool,
}

impl<'t> Tree<'t> {
    /// Parses the first document of a text.
    ///
    /// If there is a syntax error, the tree contains what precedes the error, without the plan that
    /// contains the error.
    pub(crate) fn parse(text: &'t str) -> (Self, Problems) {
        Self::parse_with(text, Problems::default())
    }

    /// Parses the first document of a text, and adds its problems to `problems`.
    pub(crate) fn parse_with(text: &'t str, problems: Problems) -> (Self, Problems) {
        let mut builder = Builder {
            tree: Self {
                text,
                nodes: Vec::new(),
                items: Vec::new(),
                entries: Vec::new(),
                decoded: Vec::new(),
                root: None,
                has_aliases: false,
            },
            open: Vec::new(),
            children: Vec::new(),
            anchors: Vec::new(),
            problems,
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
    pub(crate) fn node(&self, id: NodeId) -> Node<'_> {
        let StoredNode { start, end, kind } = self.nodes[id as usize];
        let source = || &self.text[start as usize..end as usize];
        let kind = match kind {
            StoredKind::Plain => NodeKind::Scalar {
                text: source(),
                plain: true,
            },
            StoredKind::Quoted => NodeKind::Scalar {
                text: inside(source()),
                plain: false,
            },
            StoredKind::Decoded(index, plain) => NodeKind::Scalar {
                text: &self.decoded[index as usize],
                plain,
            },
            StoredKind::Null => NodeKind::Null,
            StoredKind::Sequence(first, len) => {
                NodeKind::Sequence(&self.items[first as usize..][..len as usize])
            }
            StoredKind::Mapping(first, len) => {
                NodeKind::Mapping(&self.entries[first as usize..][..len as usize])
            }
            StoredKind::Alias(_) => NodeKind::Alias,
            StoredKind::Broken => NodeKind::Broken,
        };
        Node { start, end, kind }
    }

    /// All nodes, in the order in which they begin.
    pub(crate) fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        0..self.nodes.len() as NodeId
    }

    /// The root of the document; `None` if the document is empty.
    pub(crate) fn root(&self) -> Option<NodeId> {
        self.root
    }

    /// The node that an alias stands for, or the node itself.
    pub(crate) fn resolve(&self, id: NodeId) -> NodeId {
        match self.nodes[id as usize].kind {
            StoredKind::Alias(target) => target,
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
                match self.node(id).kind {
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
        match self.node(self.resolve(id)).kind {
            NodeKind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The text of a scalar if it is in the source; `None` for any other node.
    pub(crate) fn source_text(&self, id: NodeId) -> Option<&'t str> {
        let StoredNode { start, end, kind } = self.nodes[id as usize];
        let source = start as usize..end as usize;
        match kind {
            StoredKind::Plain => self.text.get(source),
            StoredKind::Quoted => self.text.get(source).map(inside),
            _ => None,
        }
    }
}

/// The source of a quoted scalar without its quotes.
fn inside(quoted: &str) -> &str {
    let inside = 1..quoted.len().saturating_sub(1);
    quoted.get(inside).unwrap_or_default()
}

/// A collection whose end has not been reached yet.
struct OpenCollection {
    node: NodeId,
    is_mapping: bool,
    /// How many nodes of the collections around it are in [`Builder::children`].
    first: usize,
}

/// A tree that is being built from the events of the parser.
struct Builder<'t> {
    tree: Tree<'t>,
    /// The open collections, the outermost first.
    open: Vec<OpenCollection>,
    /// The nodes so far of the open collections: items, or keys and values in turn.
    children: Vec<NodeId>,
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
                let plain = style == ScalarStyle::Plain && !is_text;
                let range = scalar_range(self.tree.text, range, style);
                let kind = match tag.is_some() && !is_text {
                    true => StoredKind::Broken,
                    false => self.scalar_kind(text, &range, plain),
                };
                let id = self.add_node(range, kind, anchor);
                self.attach(id);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), "seq", span);
                self.open(false, range, anchor)?;
            }
            Event::MappingStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), "map", span);
                self.open(true, range, anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(collection) = self.open.pop() {
                    self.close(&collection, range.end);
                }
            }
            Event::Alias(anchor) => {
                let target = self.anchors.get(anchor).copied().flatten();
                let kind = target.map_or(StoredKind::Broken, StoredKind::Alias);
                self.tree.has_aliases |= target.is_some();
                let id = self.add_node(range, kind, 0);
                self.attach(id);
            }
            Event::UnresolvedAlias(_) => {
                self.report_unresolved_alias(range.clone());
                let id = self.add_node(range, StoredKind::Broken, 0);
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
        if let Some(collection) = self.open.last()
            && !collection.is_mapping
            && self.children.len() - collection.first == MAX_PLANS
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
                "the tag {} is not known here",
                quoted(&tag.original())
            ))
            .hint("a text that begins with `!` needs quotes"),
        ));
        false
    }

    /// The kind of a scalar. Only a plain scalar can be null.
    fn scalar_kind(&mut self, text: Cow<'_, str>, range: &Range<usize>, plain: bool) -> StoredKind {
        let source = self.tree.text.get(range.clone()).unwrap_or_default();
        if plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL") {
            StoredKind::Null
        } else if plain && text == source {
            StoredKind::Plain
        } else if !plain && source.starts_with(['"', '\'']) && text == inside(source) {
            StoredKind::Quoted
        } else {
            self.tree.decoded.push(text.into());
            StoredKind::Decoded((self.tree.decoded.len() - 1) as u32, plain)
        }
    }

    fn add_node(&mut self, range: Range<usize>, kind: StoredKind, anchor: usize) -> NodeId {
        let id = self.tree.nodes.len() as NodeId;
        self.tree.nodes.push(StoredNode {
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

    /// Adds a collection and opens it.
    fn open(
        &mut self,
        is_mapping: bool,
        range: Range<usize>,
        anchor: usize,
    ) -> Result<(), Problem> {
        if self.open.len() == MAX_DEPTH {
            return Err(Problem::at(range, syntax::too_deep()));
        }
        let node = self.add_node(range, StoredKind::Broken, anchor);
        self.open.push(OpenCollection {
            node,
            is_mapping,
            first: self.children.len(),
        });
        Ok(())
    }

    /// Adds a complete node to the innermost open collection.
    fn attach(&mut self, id: NodeId) {
        match self.open.is_empty() {
            true => self.tree.root = Some(id),
            false => self.children.push(id),
        }
    }

    /// Completes a collection, which ends at `end`.
    fn close(&mut self, collection: &OpenCollection, end: usize) {
        let children = &self.children[collection.first..];
        let last = match collection.is_mapping {
            // A key without a value is dropped.
            true => children.chunks_exact(2).last().map(|entry| entry[1]),
            false => children.last().copied(),
        };
        let kind = if collection.is_mapping {
            let first = self.tree.entries.len();
            let pairs = children.chunks_exact(2);
            self.tree
                .entries
                .extend(pairs.map(|pair| (pair[0], pair[1])));
            StoredKind::Mapping(first as u32, (self.tree.entries.len() - first) as u32)
        } else {
            let first = self.tree.items.len();
            self.tree.items.extend(children);
            StoredKind::Sequence(first as u32, children.len() as u32)
        };
        self.children.truncate(collection.first);
        if let StoredKind::Mapping(first, _) = kind {
            self.report_duplicates(first as usize);
        }
        // The parser ends a block collection at the next token.
        let is_block = !matches!(
            self.tree.text.as_bytes().get(end.wrapping_sub(1)),
            Some(b']' | b'}')
        );
        let end = match last {
            Some(last) if is_block => self.tree.nodes[last as usize].end,
            _ => end as u32,
        };
        let node = &mut self.tree.nodes[collection.node as usize];
        node.end = end.max(node.start);
        node.kind = kind;
        self.attach(collection.node);
    }

    /// After a syntax error, completes the collections that are kept: the root, and its list of
    /// plans with the plans that are complete. Everything else is dropped.
    fn close_incomplete(&mut self) {
        while let Some(collection) = self.open.pop() {
            let is_kept = match self.open.last() {
                None => true,
                Some(around) => self.open.len() == 1 && around.is_mapping && !collection.is_mapping,
            };
            if is_kept {
                self.close(&collection, self.tree.text.len());
            } else {
                self.children.truncate(collection.first);
            }
        }
    }

    /// Reports each key that occurs more than once in the mapping that was added last, whose
    /// entries begin with the entry `first`.
    fn report_duplicates(&mut self, first: usize) {
        let (tree, problems) = (&self.tree, &mut self.problems);
        let entries = &tree.entries[first..];
        let mut seen = HashMap::new();
        for (index, (key, _)) in entries.iter().enumerate() {
            let Some(text) = tree.scalar(*key).filter(|text| *text != "<<") else {
                continue;
            };
            let first = if entries.len() <= FEW_KEYS {
                let mut earlier = entries[..index].iter().map(|(other, _)| *other);
                earlier.find(|other| tree.scalar(*other) == Some(text))
            } else {
                Some(*seen.entry(text).or_insert(*key)).filter(|first| first != key)
            };
            let Some(first) = first else { continue };
            let span = tree.node(*key).span();
            if !problems.count_from(span.start) {
                let what = ValueError::new(format!("{} is here twice", quoted(text)));
                let mut problem = Problem::at(span, what.hint("keep one of them"));
                problem.related = Some((tree.node(first).span(), "first here"));
                problems.add(problem);
            }
        }
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
