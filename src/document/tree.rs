//! Every node of a YAML text with its span, in one arena.
//!
//! Aliases are kept as aliases, so the tree is never larger than its text and a bomb of aliases
//! stays as small as it was written.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span, Tag, options};

use super::syntax;
use crate::document::problem::{Problem, Problems};
use crate::plan::limits::MAX_PLANS;
use crate::plan::rules;
use crate::text::value_error::{ValueError, quoted};

/// How deep collections may be nested.
pub(crate) const DEEPEST: usize = 64;
/// Nodes that a text may have; a file of 64 MiB that is a list of plans has fewer.
const MOST_NODES: usize = 12_000_000;
/// Keys of a mapping up to which a search beats a table.
const FEW_KEYS: usize = 32;

/// The index of a node.
pub(crate) type Id = usize;

/// One node.
pub(crate) struct Node<'t> {
    start: u32,
    end: u32,
    /// What it is.
    pub(crate) kind: Kind<'t>,
}

/// What a node is.
pub(crate) enum Kind<'t> {
    /// A scalar, and whether it is plain: neither quoted nor a block.
    Scalar { text: Cow<'t, str>, plain: bool },
    /// A plain scalar that is empty, `null` or `~`.
    Null,
    /// A list.
    Sequence(Vec<Id>),
    /// A mapping, keys and values in order.
    Mapping(Vec<(Id, Id)>),
    /// The node that an alias stands for.
    Alias(Id),
    /// What could not be read; that is reported already.
    Broken,
}

impl Node<'_> {
    /// Its byte offsets in the text.
    pub(crate) fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A parsed text.
pub(crate) struct Tree<'t> {
    /// The text itself.
    pub(crate) text: &'t str,
    nodes: Vec<Node<'t>>,
    root: Option<Id>,
}

impl<'t> Tree<'t> {
    /// Parses the first document of a text. What stands before a syntax error is kept, but for
    /// the items that the error cut in two.
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
            flow_nesting_limit: DEEPEST,
            block_nesting_limit: DEEPEST,
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
        // Of what a syntax error left open, the file and its list keep the plans that are whole.
        while let Some(open) = builder.open.pop() {
            let keeps = match builder.open.last() {
                None => true,
                Some(Open::Mapping(..)) => {
                    builder.open.len() == 1 && matches!(open, Open::Sequence(..))
                }
                Some(Open::Sequence(..)) => false,
            };
            if keeps {
                builder.close(open, text.len());
            }
        }
        (builder.tree, builder.problems)
    }

    /// A node.
    pub(crate) fn node(&self, id: Id) -> &Node<'t> {
        &self.nodes[id]
    }

    /// The root of the document, if there is one.
    pub(crate) fn root(&self) -> Option<Id> {
        self.root
    }

    /// The node that an alias stands for, or the node itself.
    pub(crate) fn resolve(&self, id: Id) -> Id {
        match self.nodes[id].kind {
            Kind::Alias(target) => target,
            _ => id,
        }
    }

    /// A mapping, and behind it those merged into it, in the order in which their keys count; each
    /// once, whatever leads to it.
    pub(crate) fn merged(&self, mapping: Id) -> impl Iterator<Item = Id> {
        let mut open = vec![mapping];
        let mut seen = HashSet::new();
        std::iter::from_fn(move || {
            while let Some(id) = open.pop() {
                let id = self.resolve(id);
                if !seen.insert(id) {
                    continue;
                }
                match &self.nodes[id].kind {
                    Kind::Mapping(entries) => {
                        let entries = entries.iter().rev();
                        let merges = entries.filter(|(key, _)| self.scalar(*key) == Some("<<"));
                        open.extend(merges.map(|(_, value)| *value));
                        return Some(id);
                    }
                    Kind::Sequence(items) => open.extend(items.iter().rev()),
                    _ => {}
                }
            }
            None
        })
    }

    /// The text of a scalar.
    pub(crate) fn scalar(&self, id: Id) -> Option<&str> {
        match &self.nodes[self.resolve(id)].kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }
}

enum Open {
    Sequence(Id, Vec<Id>),
    Mapping(Id, Vec<(Id, Id)>, Option<Id>),
}

struct Builder<'t> {
    tree: Tree<'t>,
    open: Vec<Open>,
    /// The node of each anchor, by the parser's number from 1.
    anchors: Vec<Option<Id>>,
    problems: Problems,
    documents: usize,
}

impl<'t> Builder<'t> {
    fn event(&mut self, event: Event<'t>, span: &Span) -> Result<(), Problem> {
        let range = span.byte_range().unwrap_or(0..0);
        let place = |range: &Range<usize>| {
            range.start.min(u32::MAX as usize) as u32..range.end.min(u32::MAX as usize) as u32
        };
        if self.tree.nodes.len() > MOST_NODES {
            return Err(Problem::at(
                range,
                ValueError::new(format!("more than {MOST_NODES} values in one file"))
                    .hint("split the list into several files"),
            ));
        }
        if let Some(Open::Sequence(_, items)) = self.open.last()
            && items.len() == MAX_PLANS
            && event != Event::SequenceEnd
        {
            return Err(Problem::at(range, rules::too_many_plans()));
        }
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(Problem::at(
                        range,
                        ValueError::new("a second document in the file")
                            .hint("put all plans into one list, or split the file"),
                    ));
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let is_text = self.tag(tag.as_deref(), "str", span);
                let is_tagged = tag.is_some() && !is_text;
                let range = place(&trimmed(self.tree.text, &range, style));
                let is_null = plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let kind = if is_tagged {
                    Kind::Broken
                } else if is_null && !is_text {
                    Kind::Null
                } else {
                    Kind::Scalar {
                        text,
                        plain: plain && !is_text,
                    }
                };
                let id = self.node(range, kind, anchor);
                self.attach(id);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.tag(tag.as_deref(), "seq", span);
                let id = self.node(place(&range), Kind::Broken, anchor);
                self.push(Open::Sequence(id, Vec::new()), &range)?;
            }
            Event::MappingStart(_, anchor, tag) => {
                self.tag(tag.as_deref(), "map", span);
                let id = self.node(place(&range), Kind::Broken, anchor);
                self.push(Open::Mapping(id, Vec::new(), None), &range)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    self.close(open, range.end);
                }
            }
            Event::Alias(anchor) => {
                let target = self.anchors.get(anchor).copied().flatten();
                let kind = target.map_or(Kind::Broken, Kind::Alias);
                let id = self.node(place(&range), kind, 0);
                self.attach(id);
            }
            Event::UnresolvedAlias(_) => {
                let written = self.tree.text.get(range.clone()).unwrap_or_default();
                self.problems.add(Problem::at(
                    range.clone(),
                    ValueError::new(format!("{} refers to no anchor", quoted(written))).hint(
                        format!("a text that begins with `*` needs quotes: `\"{written}\"`"),
                    ),
                ));
                let id = self.node(place(&range), Kind::Broken, 0);
                self.attach(id);
            }
            _ => {}
        }
        Ok(())
    }

    /// Reports a tag that means nothing here; true for one that makes a scalar a text.
    fn tag(&mut self, tag: Option<&Tag>, allowed: &str, span: &Span) -> bool {
        let Some(tag) = tag else { return false };
        if tag.is_yaml_core_schema_tag(allowed) {
            return true;
        }
        let place = span.tag_span().and_then(|span| span.byte_range());
        let place = place.or_else(|| span.byte_range()).unwrap_or(0..0);
        self.problems.add(Problem::at(
            place,
            ValueError::new(format!(
                "the tag {} means nothing here",
                quoted(&tag.original())
            ))
            .hint("a text that begins with `!` needs quotes"),
        ));
        false
    }

    fn node(&mut self, span: Range<u32>, kind: Kind<'t>, anchor: usize) -> Id {
        let id = self.tree.nodes.len();
        self.tree.nodes.push(Node {
            start: span.start,
            end: span.end,
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

    fn push(&mut self, open: Open, range: &Range<usize>) -> Result<(), Problem> {
        if self.open.len() == DEEPEST {
            return Err(Problem::at(range.clone(), syntax::too_deep()));
        }
        self.open.push(open);
        Ok(())
    }

    fn attach(&mut self, id: Id) {
        match self.open.last_mut() {
            None => self.tree.root = Some(id),
            Some(Open::Sequence(_, items)) => items.push(id),
            Some(Open::Mapping(_, entries, key)) => match key.take() {
                None => *key = Some(id),
                Some(key) => entries.push((key, id)),
            },
        }
    }

    fn close(&mut self, open: Open, end: usize) {
        let (id, kind, last) = match open {
            Open::Sequence(id, items) => {
                let last = items.last().copied();
                (id, Kind::Sequence(items), last)
            }
            Open::Mapping(id, entries, _) => {
                self.duplicates(&entries);
                let last = entries.last().map(|(_, value)| *value);
                (id, Kind::Mapping(entries), last)
            }
        };
        // A block has no end of its own: the parser puts it at the next token.
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

    /// Reports each key that a mapping has already.
    fn duplicates(&mut self, entries: &[(Id, Id)]) {
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

/// The span of a scalar without what follows it: a block's runs on to the next token.
fn trimmed(text: &str, range: &Range<usize>, style: ScalarStyle) -> Range<usize> {
    if !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
        return range.clone();
    }
    let source = text.get(range.clone()).unwrap_or_default();
    range.start..range.start + source.trim_end().len()
}
