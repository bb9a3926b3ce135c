//! The entries of a mapping for the careful reader: unknown keys, merge keys, aliases.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

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
    /// What mappings say that are merged into others, for the keys that may stand there: one may be
    /// merged into many, and is looked at once.
    known: RefCell<HashMap<(Id, *const &'static str), Rc<Own>>>,
}

/// What a mapping says itself.
#[derive(Default)]
struct Own {
    /// Its entries, each key once; those of misspelt keys last.
    entries: Vec<Entry>,
    /// What is merged into it.
    merged: Vec<Id>,
}

/// The entries of a mapping, and of what is merged into it, so far.
struct Gathered {
    fields: &'static [&'static str],
    entries: Vec<Entry>,
    /// What is being merged, each within the one before.
    open: Vec<Id>,
    /// What was merged: a second time it would say nothing new.
    seen: HashSet<Id>,
}

impl<'c, 't> Context<'c, 't> {
    pub(super) fn new(tree: &'c Tree<'t>) -> Self {
        Self {
            tree,
            problems: RefCell::new(Problems::default()),
            repeatable: Cell::new(LONGEST),
            known: RefCell::default(),
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
    pub(super) fn entries(&self, mapping: Id, fields: &'static [&'static str]) -> Vec<Entry> {
        let own = self.own(mapping, fields);
        let mut gathered = Gathered {
            fields,
            entries: own.entries,
            open: vec![mapping],
            seen: HashSet::new(),
        };
        for value in own.merged {
            self.merge(value, &mut gathered);
        }
        gathered.entries
    }

    /// What a mapping says itself; what is wrong with its keys is reported.
    fn own(&self, mapping: Id, fields: &'static [&'static str]) -> Own {
        let Kind::Mapping(entries) = &self.tree.node(mapping).kind else {
            return Own::default();
        };
        let mut own = Own::default();
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
                own.merged.push(*value);
                continue;
            }
            let known = fields.iter().find(|name| **name == text).copied();
            let (name, list) = match known {
                Some(name) => (name, &mut own.entries),
                // What was meant is looked at as well, and then not reported as missing.
                None => match self.unknown(*key, text, fields) {
                    Some(near) => (near, &mut meant),
                    None => continue,
                },
            };
            add(
                list,
                Entry {
                    name,
                    key: *key,
                    value: *value,
                },
            );
        }
        for entry in meant {
            add(&mut own.entries, entry);
        }
        own
    }

    /// The same of a mapping that may be merged again.
    fn known(&self, mapping: Id, fields: &'static [&'static str]) -> Rc<Own> {
        let place = (mapping, fields.as_ptr());
        if let Some(known) = self.known.borrow().get(&place) {
            return Rc::clone(known);
        }
        let own = Rc::new(self.own(mapping, fields));
        self.known.borrow_mut().insert(place, Rc::clone(&own));
        own
    }

    /// Reports a key that is not allowed; the one that was probably meant.
    fn unknown(
        &self,
        key: Id,
        text: &str,
        fields: &'static [&'static str],
    ) -> Option<&'static str> {
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

    fn merge(&self, written: Id, gathered: &mut Gathered) {
        let Some(value) = self.follow(written) else {
            return;
        };
        match &self.tree.node(value).kind {
            Kind::Mapping(_) | Kind::Sequence(_) if gathered.open.contains(&value) => {
                self.add(written, Invalid::new("`<<` leads back to itself"));
            }
            Kind::Mapping(_) | Kind::Sequence(_) if gathered.open.len() > DEEPEST => {
                self.add(written, syntax::too_deep());
            }
            Kind::Mapping(_) if gathered.seen.insert(value) => {
                let own = self.known(value, gathered.fields);
                for entry in &own.entries {
                    add(&mut gathered.entries, *entry);
                }
                self.merge_all(value, &own.merged, gathered);
            }
            Kind::Sequence(list) if gathered.seen.insert(value) => {
                self.merge_all(value, list, gathered);
            }
            Kind::Mapping(_) | Kind::Sequence(_) | Kind::Broken => {}
            _ => self.add(
                written,
                Invalid::new("`<<` takes a mapping, or a list of mappings"),
            ),
        }
    }

    /// Merges what `within` holds.
    fn merge_all(&self, within: Id, values: &[Id], gathered: &mut Gathered) {
        gathered.open.push(within);
        for value in values {
            self.merge(*value, gathered);
        }
        gathered.open.pop();
    }
}

/// Adds an entry unless there is one of its name.
fn add(entries: &mut Vec<Entry>, entry: Entry) {
    if !entries.iter().any(|other| other.name == entry.name) {
        entries.push(entry);
    }
}
