//! A comparison of the reader of the common form with `serde_yaml`, for tests and fuzzing.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::{read, read_with};
use crate::document::{fast, limits};

/// Whether `serde_yaml` reads the same values as the reader of the common form: as a plans file, and
/// as any texts, lists and mappings. `None` if the reader of the common form reads neither.
#[must_use]
pub fn compare(text: &str) -> Option<bool> {
    limits::fast_readers(text)?;
    let file = read(text).map(|file| {
        let same = fast::read_with_library(text);
        same.is_some_and(|same| format!("{same:?}") == format!("{file:?}"))
    });
    let tree = read_with(text, |root| Tree::deserialize(root)).map(|tree| {
        let same = Tree::deserialize(serde_yaml::Deserializer::from_str(text));
        same.is_ok_and(|same| same == tree)
    });
    match (file, tree) {
        (Some(same_file), Some(same_tree)) => Some(same_file && same_tree),
        (same, other) => same.or(other),
    }
}

/// A value of any shape.
#[derive(Debug, PartialEq)]
enum Tree {
    Text(String),
    /// A number, a boolean or a null, which the reader of the common form does not read as any value.
    Typed,
    List(Vec<Tree>),
    Mapping(Vec<(String, Tree)>),
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TreeVisitor;
        impl<'de> Visitor<'de> for TreeVisitor {
            type Value = Tree;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_bool<E>(self, _: bool) -> Result<Tree, E> {
                Ok(Tree::Typed)
            }
            fn visit_i64<E>(self, _: i64) -> Result<Tree, E> {
                Ok(Tree::Typed)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Tree, E> {
                Ok(Tree::Typed)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Tree, E> {
                Ok(Tree::Typed)
            }
            fn visit_unit<E>(self) -> Result<Tree, E> {
                Ok(Tree::Typed)
            }
            fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
                Ok(Tree::Text(text.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tree, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Tree::List(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Tree::Mapping(entries))
            }
        }
        deserializer.deserialize_any(TreeVisitor)
    }
}
