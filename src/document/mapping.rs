//! The entries of a mapping for the careful reader: unknown keys, merge keys, aliases.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::syntax;
use crate::document::limits::LONGEST;
use crate::document::problem::{Problem, Problems};
use crate::document::tree::{DEEPEST, Id, Kind, Tree};
use crate::text::value_error::{ValueError, is_slip, nearest, quoted};

/// What one alias costs at least, in bytes of the text that aliases may repeat.
const ALIAS: usize = 16;

/// Different keys for which is looked what was meant: of more, somebody makes a test of it.
const MOST_GUESSES: usize = 20_000;
/// Characters up to which a key is one keystroke from many words: `no` from `on`.
const SHORT: usize = 2;
/// Words that others have for a key, and whether their value is a scalar.
const SYNONYMS: [(&str, &str, bool); 7] = [
    ("lang", "language", true),
    ("tz", "timezone", true),
    ("tel", "call", true),
    ("tel", "number", true),
    ("phone", "call", true),
    ("phone", "number", true),
    ("renew", "renewal", false),
];

/// How sure it is that a key is the one that it is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// It is.
    Named,
    /// It is one keystroke from it, which is little unless both are short: so it is if the value
    /// has the right shape.
    Slip,
    /// A guess: of the value nothing is known.
    Guess,
}

/// A key that a mapping may have, with its nodes.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) key: Id,
    pub(crate) value: Id,
    pub(crate) certainty: Certainty,
}

/// What was meant by keys, as they were written.
type Guesses = HashMap<Box<str>, Option<(&'static str, Certainty)>>;

/// The tree, what was found wrong in it, and what its aliases may still repeat.
pub(crate) struct Context<'c, 't> {
    pub(crate) tree: &'c Tree<'t>,
    pub(crate) problems: RefCell<Problems>,
    /// Bytes of text that aliases may still repeat.
    repeatable: Cell<usize>,
    /// What mappings say that are merged into others, for the keys that may stand there: one may be
    /// merged into many, and is looked at once.
    known: RefCell<HashMap<(Id, *const &'static str), Rc<Own>>>,
    /// What was meant by keys that are none, for the keys that may stand there and for whether the
    /// value is a scalar.
    guesses: RefCell<HashMap<(*const &'static str, bool), Guesses>>,
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
    pub(crate) fn new(tree: &'c Tree<'t>) -> Self {
        Self {
            tree,
            problems: RefCell::new(Problems::default()),
            repeatable: Cell::new(LONGEST),
            known: RefCell::default(),
            guesses: RefCell::default(),
        }
    }

    /// Whether aliases have repeated too much, which is reported then.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.repeatable.get() == 0
    }

    /// Reports what is wrong with a node.
    pub(crate) fn add(&self, id: Id, what: ValueError) {
        let span = self.tree.node(id).span();
        self.problems.borrow_mut().add(Problem::at(span, what));
    }

    /// Pays for an alias; `None` when aliases have repeated too much.
    pub(crate) fn follow(&self, id: Id) -> Option<Id> {
        let target = self.tree.resolve(id);
        if target == id {
            return Some(id);
        }
        let cost = ALIAS + self.tree.node(target).span().len();
        let Some(left) = self.repeatable.get().checked_sub(cost) else {
            if self.repeatable.replace(0) > 0 {
                self.add(
                    id,
                    ValueError::new(format!(
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
    pub(crate) fn entries(&self, mapping: Id, fields: &'static [&'static str]) -> Vec<Entry> {
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
                    _ => ValueError::new("a key must be text"),
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
            let (name, certainty, list) = match known {
                Some(name) => (name, Certainty::Named, &mut own.entries),
                // What was meant is then not reported as missing.
                None => match self.unknown(*key, *value, text, fields) {
                    Some((near, certainty)) => (near, certainty, &mut meant),
                    None => continue,
                },
            };
            add(
                list,
                Entry {
                    name,
                    key: *key,
                    value: *value,
                    certainty,
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
        value: Id,
        text: &str,
        fields: &'static [&'static str],
    ) -> Option<(&'static str, Certainty)> {
        let guess = self.guess(value, text, fields);
        if self.problems.borrow().is_full() {
            self.problems.borrow_mut().omit(1);
            return guess;
        }
        let near = guess.map(|(near, _)| near);
        let error = ValueError::new(format!("unknown key {}", quoted(text)));
        let is_plan = fields.contains(&"plans") && ["name", "expires", "renewed"].contains(&text);
        let spaced =
            syntax::spaced(text).filter(|_| near.is_some_and(|near| text.starts_with(near)));
        let error = match (near, spaced) {
            (_, Some(spaced)) => error.hint(syntax::space_missing(&spaced)),
            (None, None) if is_plan => error.hint("begin each plan with `- `"),
            (Some(near), None) => error.hint(format!("did you mean `{near}`?")),
            (None, None) => error.hint(format!("allowed here: {}", fields.join(", "))),
        };
        self.add(key, error);
        guess
    }

    /// The key that was probably meant, and how sure that is.
    fn guess(
        &self,
        value: Id,
        text: &str,
        fields: &'static [&'static str],
    ) -> Option<(&'static str, Certainty)> {
        let value = &self.tree.node(self.tree.resolve(value)).kind;
        let is_scalar = matches!(value, Kind::Scalar { .. });
        let mut guesses = self.guesses.borrow_mut();
        let guesses = guesses.entry((fields.as_ptr(), is_scalar)).or_default();
        if let Some(guess) = guesses.get(text) {
            return *guess;
        }
        if guesses.len() == MOST_GUESSES {
            return None;
        }
        let field = |name: &str| fields.iter().copied().find(|field| *field == name);
        let without_space = || field(text.split_once(':')?.0);
        let synonym = || {
            let mut rows = SYNONYMS.iter();
            rows.find_map(|(word, meant, of_scalar)| {
                let is_it = *word == text && *of_scalar == is_scalar;
                field(meant).filter(|_| is_it)
            })
        };
        let guess = match without_space().or_else(synonym) {
            Some(name) => Some((name, Certainty::Guess)),
            None => nearest(text, fields.iter().copied()).map(|near| {
                let is_sure = near.len() > SHORT && is_slip(text, near);
                let certainty = if is_sure {
                    Certainty::Slip
                } else {
                    Certainty::Guess
                };
                (near, certainty)
            }),
        };
        guesses.insert(text.into(), guess);
        guess
    }

    fn merge(&self, written: Id, gathered: &mut Gathered) {
        let Some(value) = self.follow(written) else {
            return;
        };
        match &self.tree.node(value).kind {
            Kind::Mapping(_) | Kind::Sequence(_) if gathered.open.contains(&value) => {
                self.add(written, ValueError::new("`<<` leads back to itself"));
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
                ValueError::new("`<<` takes a mapping, or a list of mappings"),
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
