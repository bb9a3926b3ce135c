//! The careful reader: a tree into the types of [`crate::plan::raw`], with a problem for each key
//! and value that does not fit. It never stops at one.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use super::{locate, type_error};
use crate::document::mapping::{Certainty, Context, Entry};
use crate::document::problem::{Problem, Problems};
use crate::document::tree::{Id, Kind, Tree};
use crate::document::type_error::Label;
use crate::plan::raw::{Field, RawFile, RawPlan, shape};
use crate::text::value_error::ValueError;

/// Reads the root of a tree.
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
    if let Some(problem) = plan_alone(tree, root) {
        problems.add(problem);
        return RawFile {
            plans: Field::Faulty,
            ..RawFile::default()
        };
    }
    let context = Context::new(tree);
    let root = Value::new(&context, root, Label::Key("plans"), None);
    // An error carries nothing: whatever does not fit is in the context by then.
    let raw = match &tree.node(root.id).kind {
        Kind::Mapping(_) => RawFile::deserialize(root).unwrap_or_default(),
        Kind::Sequence(_) => RawFile {
            plans: Field::<Vec<Field<Box<RawPlan<'t>>>>>::deserialize(root).unwrap_or_default(),
            ..RawFile::default()
        },
        Kind::Null => RawFile::default(),
        _ => {
            context.add(
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
        // What the aliases would have repeated is not missing.
        return RawFile {
            plans: Field::Faulty,
            ..RawFile::default()
        };
    }
    raw
}

/// What is wrong with a file that is one plan, without the list around it.
fn plan_alone(tree: &Tree<'_>, root: Id) -> Option<Problem> {
    let Kind::Mapping(entries) = &tree.node(root).kind else {
        return None;
    };
    let has = |wanted: &[&str]| {
        let mut keys = entries.iter().filter_map(|(key, _)| tree.scalar(*key));
        keys.any(|key| wanted.contains(&key))
    };
    if !has(&["name", "expires", "renewed"]) || has(&["plans", "calendar"]) {
        return None;
    }
    let first = locate::head(tree, root, None);
    let key = tree.text.get(first.clone()).unwrap_or_default();
    let hint = if tree.text[tree.node(root).span()].starts_with('{') {
        "write it as a list: `- {…}`".to_owned()
    } else {
        format!("write it as a list: `- {key}: …`, and put its other keys in line with `{key}`")
    };
    let what = ValueError::new("a list of plans was expected, found a plan");
    Some(Problem::at(first, what.hint(hint)))
}

/// One node that is asked for a value.
#[derive(Clone, Copy)]
struct Value<'c, 't> {
    context: &'c Context<'c, 't>,
    /// Where it stands.
    written: Id,
    /// What it is: the same node, or the one that an alias stands for.
    id: Id,
    /// What messages call it.
    label: Label,
    /// The key in front of it.
    key: Option<Id>,
    /// Whether that key is the one that it is taken for.
    certainty: Certainty,
    /// Whether it stands for a list of one.
    alone: bool,
}

impl<'c, 't> Value<'c, 't> {
    fn new(context: &'c Context<'c, 't>, id: Id, label: Label, key: Option<Id>) -> Self {
        Self {
            context,
            written: id,
            id: context.tree.resolve(id),
            label,
            key,
            certainty: Certainty::Named,
            alone: false,
        }
    }

    fn kind(&self) -> &'c Kind<'t> {
        &self.context.tree.node(self.id).kind
    }

    /// Reports that the value is not of the shape that is wanted.
    fn misfit(&self, wanted: &str) {
        let tree = self.context.tree;
        let what = match self.kind() {
            Kind::Broken | Kind::Alias(_) => return,
            Kind::Null => {
                let written = tree.node(self.written).span();
                let place = match self.key {
                    Some(key) if written.is_empty() => tree.node(key).span(),
                    _ => written.clone(),
                };
                let rest = &tree.text[place.end..];
                let what = type_error::nothing(self.label, wanted, &tree.text[written], rest);
                let problem = Problem::at(place, what);
                self.context.problems.borrow_mut().add(problem);
                return;
            }
            Kind::Scalar { text, .. } => type_error::scalar(self.label, wanted, text),
            Kind::Sequence(_) => type_error::list(self.label, wanted),
            Kind::Mapping(_) => type_error::mapping(self.label, wanted),
        };
        let problem = Problem::at(locate::whole(tree, self.written), what);
        self.context.problems.borrow_mut().add(problem);
    }
}

/// What does not fit is in the context; an error only says that nothing can be made of it.
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

impl<'t> Deserializer<'t> for Value<'_, 't> {
    type Error = Reported;

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Reported> {
        if self.certainty == Certainty::Guess || self.context.follow(self.written).is_none() {
            return visitor.visit_unit();
        }
        let fits = match (name, self.kind()) {
            (shape::FLAG, Kind::Scalar { text, plain }) => *plain && flag(text).is_some(),
            (shape::TEXT | shape::TEXTS, Kind::Scalar { .. })
            | (shape::LIST | shape::TEXTS | shape::MAPPINGS, Kind::Sequence(_))
            | (shape::MAPPING | shape::MAPPINGS, Kind::Mapping(_)) => true,
            _ => false,
        };
        if !fits {
            if self.certainty == Certainty::Named {
                self.misfit(name);
            }
            return visitor.visit_unit();
        }
        self.alone = matches!(name, shape::TEXTS | shape::MAPPINGS)
            && !matches!(self.kind(), Kind::Sequence(_));
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Reported> {
        if self.alone {
            return visitor.visit_seq(Items {
                context: self.context,
                items: Some(self.id).into_iter().collect::<Vec<_>>().into_iter(),
                label: self.label,
            });
        }
        match self.kind() {
            Kind::Scalar {
                text: Cow::Borrowed(text),
                ..
            } => visitor.visit_borrowed_str(text),
            Kind::Scalar {
                text: Cow::Owned(text),
                ..
            } => visitor.visit_str(text),
            Kind::Sequence(items) => visitor.visit_seq(Items {
                context: self.context,
                items: items.clone().into_iter(),
                label: self.label.item(),
            }),
            Kind::Mapping(_) => self.deserialize_struct("", &[], visitor),
            Kind::Null | Kind::Alias(_) | Kind::Broken => Err(Reported),
        }
    }

    fn deserialize_bool<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Reported> {
        match self.kind() {
            Kind::Scalar { text, .. } => visitor.visit_bool(flag(text).ok_or(Reported)?),
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
            value: None,
        })
    }

    serde::forward_to_deserialize_any! {
        <V: Visitor<'t>>
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

struct Items<'c, 't> {
    context: &'c Context<'c, 't>,
    items: std::vec::IntoIter<Id>,
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
        seed.deserialize(Value::new(self.context, item, self.label, None))
            .map(Some)
    }
}

struct Entries<'c, 't> {
    context: &'c Context<'c, 't>,
    entries: std::vec::IntoIter<Entry>,
    value: Option<Entry>,
}

impl<'t> MapAccess<'t> for Entries<'_, 't> {
    type Error = Reported;
    fn next_key_seed<S: DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Reported> {
        self.value = self.entries.next();
        let Some(entry) = self.value else {
            return Ok(None);
        };
        let key: StrDeserializer<'_, Reported> = entry.name.into_deserializer();
        seed.deserialize(key).map(Some)
    }
    fn next_value_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<S::Value, Reported> {
        let entry = self.value.take().ok_or(Reported)?;
        let label = Label::Key(entry.name);
        let value = Value::new(self.context, entry.value, label, Some(entry.key));
        seed.deserialize(Value {
            certainty: entry.certainty,
            ..value
        })
    }
}
