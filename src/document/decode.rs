//! The careful reader. It converts a tree into the types of [`crate::plan::raw`].
//!
//! It reports a problem for each key and value that does not fit, and then continues. A value that
//! does not fit becomes `Faulty` in the result. Cost: linear in the text and in the text that its
//! aliases repeat.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use super::{locate, type_error};
use crate::document::mapping::{Context, KeyMatch, KnownEntry};
use crate::document::problem::{Problem, Problems};
use crate::document::tree::{NodeId, NodeKind, Tree};
use crate::document::type_error::Label;
use crate::plan::raw::{Field, RawFile, RawPlan, shape};
use crate::text::value_error::ValueError;

/// Reads the root of a tree, and adds its problems to `problems`.
pub(crate) fn decode<'t>(tree: &Tree<'t>, problems: &mut Problems) -> RawFile<'t> {
    let Some(root) = tree.root() else {
        if !tree.text.is_empty() {
            return RawFile::default();
        }
        let what = ValueError::new("the file is empty");
        problems.add(Problem::at(
            0..0,
            what.hint("add a plan: `- {name: My SIM, expires: 2027-01-31}`"),
        ));
        return RawFile {
            plans: Field::Faulty,
            ..RawFile::default()
        };
    };
    if let Some(problem) = single_plan(tree, root) {
        problems.add(problem);
        return RawFile {
            plans: Field::Faulty,
            ..RawFile::default()
        };
    }
    let context = Context::new(tree);
    let root = NodeValue::new(&context, root, Label::Key("plans"), None);
    // The error has no content, because the problem has already been reported to the context.
    let raw = match &tree.node(root.id).kind {
        NodeKind::Mapping(_) => RawFile::deserialize(root).unwrap_or_default(),
        NodeKind::Sequence(_) => RawFile {
            plans: Field::<Vec<Field<Box<RawPlan<'t>>>>>::deserialize(root).unwrap_or_default(),
            ..RawFile::default()
        },
        NodeKind::Null => RawFile::default(),
        _ => {
            context.report(
                root.id,
                ValueError::new("a list of plans was expected, found text")
                    .hint("begin each plan with `- name: `"),
            );
            RawFile {
                plans: Field::Faulty,
                ..RawFile::default()
            }
        }
    };
    let exhausted = context.is_exhausted();
    problems.append(context.problems.into_inner());
    if exhausted {
        // No key is reported as missing, because the aliases might have repeated it.
        return RawFile {
            plans: Field::Faulty,
            ..RawFile::default()
        };
    }
    raw
}

/// Returns the problem of a file that is a single plan without a list around it. `None` for any
/// other file.
fn single_plan(tree: &Tree<'_>, root: NodeId) -> Option<Problem> {
    let NodeKind::Mapping(entries) = &tree.node(root).kind else {
        return None;
    };
    let has = |wanted: &[&str]| {
        let mut keys = entries.iter().filter_map(|(key, _)| tree.scalar(*key));
        keys.any(|key| wanted.contains(&key))
    };
    if !has(&["name", "expires", "renewed"]) || has(&["plans", "calendar"]) {
        return None;
    }
    let first = locate::first_scalar(tree, root, None);
    let key = tree.text.get(first.clone()).unwrap_or_default();
    let hint = if tree.text[tree.node(root).span()].starts_with('{') {
        "write it as a list: `- {…}`".to_owned()
    } else {
        format!("write it as a list: `- {key}: …`, and put its other keys in line with `{key}`")
    };
    let what = ValueError::new("a list of plans was expected, found a plan");
    Some(Problem::at(first, what.hint(hint)))
}

/// A node from which a value is read.
#[derive(Clone, Copy)]
struct NodeValue<'c, 't> {
    context: &'c Context<'c, 't>,
    /// The node in the place where the value is used.
    written: NodeId,
    /// The node that contains the value: the same node, or the node that an alias stands for.
    id: NodeId,
    /// The name of the value in messages.
    label: Label,
    /// The key before it.
    key: Option<NodeId>,
    /// How the key in the file matches the known key.
    key_match: KeyMatch,
    /// Whether it is a single value in place of a list.
    is_single_item: bool,
}

impl<'c, 't> NodeValue<'c, 't> {
    fn new(context: &'c Context<'c, 't>, id: NodeId, label: Label, key: Option<NodeId>) -> Self {
        Self {
            context,
            written: id,
            id: context.tree.resolve(id),
            label,
            key,
            key_match: KeyMatch::Exact,
            is_single_item: false,
        }
    }

    fn kind(&self) -> &'c NodeKind<'t> {
        &self.context.tree.node(self.id).kind
    }

    /// Reports that the value does not have the expected type.
    fn report_type_error(&self, expected: &str) {
        let tree = self.context.tree;
        let what = match self.kind() {
            NodeKind::Broken | NodeKind::Alias(_) => return,
            NodeKind::Null => {
                let written = tree.node(self.written).span();
                let span = match self.key {
                    Some(key) if written.is_empty() => tree.node(key).span(),
                    _ => written.clone(),
                };
                let rest = &tree.text[span.end..];
                let what = type_error::null(self.label, expected, &tree.text[written], rest);
                let problem = Problem::at(span, what);
                self.context.problems.borrow_mut().add(problem);
                return;
            }
            NodeKind::Scalar { text, .. } => type_error::scalar(self.label, expected, text),
            NodeKind::Sequence(_) => type_error::list(self.label, expected),
            NodeKind::Mapping(_) => type_error::mapping(self.label, expected),
        };
        let problem = Problem::at(locate::flow_or_first_scalar(tree, self.written), what);
        self.context.problems.borrow_mut().add(problem);
    }
}

/// The error type of this deserializer. It has no content, because the problem has already been
/// reported to the context.
#[derive(Debug)]
struct Reported;

impl fmt::Display for Reported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("reported already")
    }
}

impl std::error::Error for Reported {}

impl serde::de::Error for Reported {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl<'t> Deserializer<'t> for NodeValue<'_, 't> {
    type Error = Reported;

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Reported> {
        if self.key_match == KeyMatch::Guess || self.context.follow(self.written).is_none() {
            return visitor.visit_unit();
        }
        let fits = match (name, self.kind()) {
            (shape::FLAG, NodeKind::Scalar { text, plain }) => *plain && flag(text).is_some(),
            (shape::TEXT | shape::TEXTS, NodeKind::Scalar { .. })
            | (shape::LIST | shape::TEXTS | shape::MAPPINGS, NodeKind::Sequence(_))
            | (shape::MAPPING | shape::MAPPINGS, NodeKind::Mapping(_)) => true,
            _ => false,
        };
        if !fits {
            if self.key_match == KeyMatch::Exact {
                self.report_type_error(name);
            }
            return visitor.visit_unit();
        }
        self.is_single_item = matches!(name, shape::TEXTS | shape::MAPPINGS)
            && !matches!(self.kind(), NodeKind::Sequence(_));
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Reported> {
        if self.is_single_item {
            return visitor.visit_seq(Items {
                context: self.context,
                items: Some(self.id).into_iter().collect::<Vec<_>>().into_iter(),
                label: self.label,
            });
        }
        match self.kind() {
            NodeKind::Scalar {
                text: Cow::Borrowed(text),
                ..
            } => visitor.visit_borrowed_str(text),
            NodeKind::Scalar {
                text: Cow::Owned(text),
                ..
            } => visitor.visit_str(text),
            NodeKind::Sequence(items) => visitor.visit_seq(Items {
                context: self.context,
                items: items.clone().into_iter(),
                label: self.label.item(),
            }),
            NodeKind::Mapping(_) => self.deserialize_struct("", &[], visitor),
            NodeKind::Null | NodeKind::Alias(_) | NodeKind::Broken => Err(Reported),
        }
    }

    fn deserialize_bool<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Reported> {
        match self.kind() {
            NodeKind::Scalar { text, .. } => visitor.visit_bool(flag(text).ok_or(Reported)?),
            _ => Err(Reported),
        }
    }

    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Reported> {
        visitor.visit_some(self)
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Reported> {
        let entries = self.context.entries(self.id, fields);
        visitor.visit_map(Entries {
            context: self.context,
            entries: entries.into_iter(),
            current: None,
        })
    }

    serde::forward_to_deserialize_any! {
        <V: Visitor<'t>>
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Returns the boolean that a plain scalar stands for in YAML 1.2.
fn flag(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// The items of a list.
struct Items<'c, 't> {
    context: &'c Context<'c, 't>,
    items: std::vec::IntoIter<NodeId>,
    label: Label,
}

impl<'t> SeqAccess<'t> for Items<'_, 't> {
    type Error = Reported;

    fn next_element_seed<S: DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Reported> {
        let Some(item) = self.items.next() else {
            return Ok(None);
        };
        seed.deserialize(NodeValue::new(self.context, item, self.label, None))
            .map(Some)
    }
}

/// The known entries of a mapping.
struct Entries<'c, 't> {
    context: &'c Context<'c, 't>,
    entries: std::vec::IntoIter<KnownEntry>,
    /// The entry whose value comes next.
    current: Option<KnownEntry>,
}

impl<'t> MapAccess<'t> for Entries<'_, 't> {
    type Error = Reported;

    fn next_key_seed<S: DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Reported> {
        self.current = self.entries.next();
        let Some(entry) = self.current else {
            return Ok(None);
        };
        let key: StrDeserializer<'_, Reported> = entry.name.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<S::Value, Reported> {
        let entry = self.current.take().ok_or(Reported)?;
        let label = Label::Key(entry.name);
        let value = NodeValue::new(self.context, entry.value, label, Some(entry.key));
        seed.deserialize(NodeValue {
            key_match: entry.key_match,
            ..value
        })
    }
}
