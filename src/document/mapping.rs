//! The entries of a mapping for the careful reader: unknown keys, merge keys, aliases.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use super::guard::LONGEST;
use super::problem::{Problem, Problems};
use super::syntax;
use super::tree::{DEEPEST, Id, Kind, Tree};
use crate::invalid::{Invalid, nearest, quoted};

/// What one alias costs at least, in bytes of the text that aliases may repeat.
const ALIAS: usize = 16;

/// A key that a mapping may have, with its nodes.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) key: Id,
    pub(super) value: Id,
}

/// The tree, what was found wrong in it, and what its aliases may still repeat.
pub(super) struct Context<'c, 't> {
    pub(super) tree: &'c Tree<'t>,
    pub(super) problems: RefCell<Problems>,
    /// Bytes of text that aliases may still repeat.
    repeatable: Cell<usize>,
    /// Mappings whose unknown keys are reported: one may be merged into many.
    told: RefCell<HashSet<Id>>,
}

impl<'c, 't> Context<'c, 't> {
    pub(super) fn new(tree: &'c Tree<'t>) -> Self {
        Self {
            tree,
            problems: RefCell::new(Problems::default()),
            repeatable: Cell::new(LONGEST),
            told: RefCell::new(HashSet::new()),
        }
    }

    /// Whether aliases have repeated too much, which is reported then.
    pub(super) fn is_exhausted(&self) -> bool {
        self.repeatable.get() == 0
    }

    /// Reports what is wrong with a node.
    pub(super) fn add(&self, id: Id, what: Invalid) {
        let span = self.tree.node(id).span();
        self.problems.borrow_mut().add(Problem::at(span, what));
    }

    /// Pays for an alias; `None` when aliases have repeated too much.
    pub(super) fn follow(&self, id: Id) -> Option<Id> {
        let target = self.tree.resolve(id);
        if target == id {
            return Some(id);
        }
        let cost = ALIAS + self.tree.node(target).span().len();
        let Some(left) = self.repeatable.get().checked_sub(cost) else {
            if self.repeatable.replace(0) > 0 {
                self.add(
                    id,
                    Invalid::new(format!(
                        "aliases repeat too much text: allowed up to {} MiB",
                        LONGEST >> 20
                    )),
                );
            }
            return None;
        };
        self.repeatable.set(left);
        Some(target)
    }

    /// The entries of a mapping and of those merged into it: its own first, each key once.
    pub(super) fn entries(
        &self,
        mapping: Id,
        fields: &'static [&'static str],
        merges: usize,
        found: &mut Vec<Entry>,
    ) {
        let Kind::Mapping(entries) = &self.tree.node(mapping).kind else {
            return;
        };
        let is_new = merges == DEEPEST || self.told.borrow_mut().insert(mapping);
        let mut merged = Vec::new();
        let mut meant = Vec::new();
        for (key, value) in entries {
            let Some(text) = self.tree.scalar(*key) else {
                let what = match self.tree.node(*key).kind {
                    Kind::Broken => continue,
                    _ => Invalid::new("a key must be text"),
                };
                self.add(
                    *key,
                    what.hint(format!("allowed keys: {}", fields.join(", "))),
                );
                continue;
            };
            if text == "<<" {
                merged.push(*value);
                continue;
            }
            let known = fields.iter().find(|name| **name == text).copied();
            let (name, list) = match known {
                Some(name) => (name, &mut *found),
                // What was meant is looked at as well, and then not reported as missing.
                None => match self.unknown(*key, text, fields, is_new) {
                    Some(near) => (near, &mut meant),
                    None => continue,
                },
            };
            if !list.iter().any(|entry| entry.name == name) {
                list.push(Entry {
                    name,
                    key: *key,
                    value: *value,
                });
            }
        }
        for entry in meant {
            if !found.iter().any(|other| other.name == entry.name) {
                found.push(entry);
            }
        }
        for value in merged {
            self.merge(value, fields, merges, found);
        }
    }

    /// Reports a key that is not allowed; the one that was probably meant.
    fn unknown(
        &self,
        key: Id,
        text: &str,
        fields: &'static [&'static str],
        is_new: bool,
    ) -> Option<&'static str> {
        if !is_new {
            return nearest(text, fields.iter().copied());
        }
        if self.problems.borrow().is_full() {
            self.problems.borrow_mut().omit(1);
            return None;
        }
        let near = nearest(text, fields.iter().copied());
        let error = Invalid::new(format!("unknown key {}", quoted(text)));
        let is_plan = fields.contains(&"plans") && ["name", "expires", "renewed"].contains(&text);
        self.add(
            key,
            match near {
                None if is_plan => error.hint("begin each plan with `- `"),
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint(format!("allowed here: {}", fields.join(", "))),
            },
        );
        near
    }

    fn merge(
        &self,
        written: Id,
        fields: &'static [&'static str],
        merges: usize,
        found: &mut Vec<Entry>,
    ) {
        let Some(value) = self.follow(written) else {
            return;
        };
        match &self.tree.node(value).kind {
            Kind::Mapping(_) if merges > 0 => self.entries(value, fields, merges - 1, found),
            Kind::Sequence(list) if merges > 0 => {
                for item in list {
                    self.merge(*item, fields, merges - 1, found);
                }
            }
            Kind::Broken => {}
            Kind::Mapping(_) | Kind::Sequence(_) => self.add(written, syntax::too_deep()),
            _ => self.add(
                written,
                Invalid::new("`<<` takes a mapping, or a list of mappings"),
            ),
        }
    }
}
