//! Reads the entries of a mapping for the careful reader: unknown keys, merge keys, aliases.
//!
//! Every key that is not allowed is reported, with the key that was probably meant. Aliases and
//! merge keys may not repeat more than [`MAX_FILE_BYTES`] of text in one file. After that, none of
//! them is followed, and one problem reports this.
//!
//! Cost: linear in the entries of a mapping and of the mappings that are merged into it, each
//! counted once. The meaning of each unknown key is guessed once, for at most [`MAX_GUESSES`] keys.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::syntax;
use crate::document::limits::{MAX_DEPTH, MAX_FILE_BYTES};
use crate::document::problem::{Problem, Problems};
use crate::document::tree::{NodeId, NodeKind, Tree};
use crate::text::value_error::{ValueError, is_slip, nearest, quoted};

/// The number of bytes that each use of an alias counts as repeated, in addition to its text.
const ALIAS_BYTES: usize = 16;

/// The maximum number of different unknown keys that are compared with the known keys. A real file
/// does not have more.
const MAX_GUESSES: usize = 20_000;
/// Keys up to this length differ by one keystroke from many words, as `no` differs from `on`.
const SHORT_KEY: usize = 2;
/// Another word for a key, the key, and whether the word is accepted only for a scalar value.
const SYNONYMS: [(&str, &str, bool); 7] = [
    ("lang", "language", true),
    ("tz", "timezone", true),
    ("tel", "call", true),
    ("tel", "number", true),
    ("phone", "call", true),
    ("phone", "number", true),
    ("renew", "renewal", false),
];

/// How well a key in the file matches a known key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyMatch {
    /// The keys are equal.
    Exact,
    /// The keys differ by one keystroke, and are not short. If the value has the right type, it is
    /// used.
    Typo,
    /// The match is a guess. The value is not read.
    Guess,
}

/// An entry with a known key.
#[derive(Clone, Copy)]
pub(crate) struct KnownEntry {
    /// The name of the known key.
    pub(crate) name: &'static str,
    /// The key in the file.
    pub(crate) key: NodeId,
    pub(crate) value: NodeId,
    pub(crate) key_match: KeyMatch,
}

/// For each unknown key, the known key that was probably meant.
type KeyGuesses = HashMap<Box<str>, Option<(&'static str, KeyMatch)>>;

/// The state of the careful reader while it reads a tree.
pub(crate) struct Context<'c, 't> {
    pub(crate) tree: &'c Tree<'t>,
    /// The problems found so far.
    pub(crate) problems: RefCell<Problems>,
    /// How many more bytes of text aliases may repeat.
    repeatable: Cell<usize>,
    /// The entries of mappings that are merged into others, for each set of allowed keys. A mapping
    /// may be merged into many, but its problems are reported once.
    merged: RefCell<HashMap<(NodeId, *const &'static str), Rc<OwnEntries>>>,
    /// Guesses for unknown keys, for each set of allowed keys and whether the value is a scalar.
    guesses: RefCell<HashMap<(*const &'static str, bool), KeyGuesses>>,
}

/// The contents of a mapping itself, without the mappings that are merged into it.
#[derive(Default)]
struct OwnEntries {
    /// The entries, each known key once. Entries with misspelt keys come last.
    entries: Vec<KnownEntry>,
    /// The values of its merge keys.
    merged: Vec<NodeId>,
}

/// The entries of a mapping, and of the mappings that have been merged into it so far.
struct MergedEntries {
    /// The allowed keys.
    fields: &'static [&'static str],
    entries: Vec<KnownEntry>,
    /// The nodes that are being merged, each inside the one before it.
    open: Vec<NodeId>,
    /// The nodes that have been merged. Merging one again would change nothing.
    seen: HashSet<NodeId>,
}

impl<'c, 't> Context<'c, 't> {
    /// The context of a tree whose parsing found `problems`.
    pub(crate) fn new(tree: &'c Tree<'t>, problems: Problems) -> Self {
        Self {
            tree,
            problems: RefCell::new(problems),
            repeatable: Cell::new(MAX_FILE_BYTES),
            merged: RefCell::default(),
            guesses: RefCell::default(),
        }
    }

    /// Whether aliases have repeated too much text. This has already been reported.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.repeatable.get() == 0
    }

    /// Reports a problem at a node.
    pub(crate) fn report(&self, id: NodeId, what: ValueError) {
        let span = self.tree.node(id).span();
        self.problems.borrow_mut().add(Problem::at(span, what));
    }

    /// Returns the node itself, or the node that an alias stands for. The text of that node then
    /// counts as repeated. `None` if aliases have repeated too much text.
    pub(crate) fn follow(&self, id: NodeId) -> Option<NodeId> {
        let target = self.tree.resolve(id);
        if target == id {
            return Some(id);
        }
        let cost = ALIAS_BYTES + self.tree.node(target).span().len();
        let Some(left) = self.repeatable.get().checked_sub(cost) else {
            if self.repeatable.replace(0) > 0 {
                self.report(
                    id,
                    ValueError::new(format!(
                        "aliases repeat too much text: allowed up to {} MiB",
                        MAX_FILE_BYTES >> 20
                    )),
                );
            }
            return None;
        };
        self.repeatable.set(left);
        Some(target)
    }

    /// Returns the entries of a mapping and of the mappings that are merged into it. Its own
    /// entries come first, and each known key is returned once. `fields` are the allowed keys.
    pub(crate) fn entries(
        &self,
        mapping: NodeId,
        fields: &'static [&'static str],
    ) -> Vec<KnownEntry> {
        let own = self.own_entries(mapping, fields);
        let mut merged = MergedEntries {
            fields,
            entries: own.entries,
            open: vec![mapping],
            seen: HashSet::new(),
        };
        for value in own.merged {
            self.merge(value, &mut merged);
        }
        merged.entries
    }

    /// Returns the entries of a mapping itself, and reports the problems of its keys.
    fn own_entries(&self, mapping: NodeId, fields: &'static [&'static str]) -> OwnEntries {
        let NodeKind::Mapping(entries) = self.tree.node(mapping).kind else {
            return OwnEntries::default();
        };
        let mut own = OwnEntries::default();
        let mut guessed = Vec::new();
        for (key, value) in entries {
            let Some(text) = self.tree.scalar(*key) else {
                let what = match self.tree.node(*key).kind {
                    NodeKind::Broken => continue,
                    _ => ValueError::new("a key must be text"),
                };
                self.report(
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
            let (name, key_match, list) = match known {
                Some(name) => (name, KeyMatch::Exact, &mut own.entries),
                // The known key that was probably meant is then not reported as missing.
                None => match self.report_unknown(*key, *value, text, fields) {
                    Some((name, key_match)) => (name, key_match, &mut guessed),
                    None => continue,
                },
            };
            add_entry(
                list,
                KnownEntry {
                    name,
                    key: *key,
                    value: *value,
                    key_match,
                },
            );
        }
        for entry in guessed {
            add_entry(&mut own.entries, entry);
        }
        own
    }

    /// Returns the own entries of a mapping that may be merged several times.
    fn reusable_entries(&self, mapping: NodeId, fields: &'static [&'static str]) -> Rc<OwnEntries> {
        let place = (mapping, fields.as_ptr());
        if let Some(entries) = self.merged.borrow().get(&place) {
            return Rc::clone(entries);
        }
        let entries = Rc::new(self.own_entries(mapping, fields));
        self.merged.borrow_mut().insert(place, Rc::clone(&entries));
        entries
    }

    /// Reports a key that is not allowed. Returns the key that was probably meant.
    fn report_unknown(
        &self,
        key: NodeId,
        value: NodeId,
        text: &str,
        fields: &'static [&'static str],
    ) -> Option<(&'static str, KeyMatch)> {
        let guess = self.guess(value, text, fields);
        let span = self.tree.node(key).span();
        let what = || unknown_key(text, guess.map(|(near, _)| near), fields);
        self.problems.borrow_mut().add_at(span, what);
        guess
    }

    /// Guesses which known key an unknown key means.
    fn guess(
        &self,
        value: NodeId,
        text: &str,
        fields: &'static [&'static str],
    ) -> Option<(&'static str, KeyMatch)> {
        let value = self.tree.node(self.tree.resolve(value)).kind;
        let is_scalar = matches!(value, NodeKind::Scalar { .. });
        let mut guesses = self.guesses.borrow_mut();
        let guesses = guesses.entry((fields.as_ptr(), is_scalar)).or_default();
        if let Some(guess) = guesses.get(text) {
            return *guess;
        }
        if guesses.len() == MAX_GUESSES {
            return None;
        }
        let field = |name: &str| fields.iter().copied().find(|field| *field == name);
        let without_space = || field(text.split_once(':')?.0);
        let synonym = || {
            let mut rows = SYNONYMS.iter();
            rows.find_map(|(word, meant, for_scalar)| {
                let is_match = *word == text && *for_scalar == is_scalar;
                field(meant).filter(|_| is_match)
            })
        };
        let guess = match without_space().or_else(synonym) {
            Some(name) => Some((name, KeyMatch::Guess)),
            None => nearest(text, fields.iter().copied()).map(|near| {
                let is_typo = near.len() > SHORT_KEY && is_slip(text, near);
                let key_match = match is_typo {
                    true => KeyMatch::Typo,
                    false => KeyMatch::Guess,
                };
                (near, key_match)
            }),
        };
        guesses.insert(text.into(), guess);
        guess
    }

    /// Merges the value of a merge key: a mapping, or a list of mappings.
    fn merge(&self, written: NodeId, merged: &mut MergedEntries) {
        let Some(value) = self.follow(written) else {
            return;
        };
        match self.tree.node(value).kind {
            NodeKind::Mapping(_) | NodeKind::Sequence(_) if merged.open.contains(&value) => {
                self.report(written, ValueError::new("`<<` leads back to itself"));
            }
            NodeKind::Mapping(_) | NodeKind::Sequence(_) if merged.open.len() > MAX_DEPTH => {
                self.report(written, syntax::too_deep());
            }
            NodeKind::Mapping(_) if merged.seen.insert(value) => {
                let own = self.reusable_entries(value, merged.fields);
                for entry in &own.entries {
                    add_entry(&mut merged.entries, *entry);
                }
                self.merge_all(value, &own.merged, merged);
            }
            NodeKind::Sequence(list) if merged.seen.insert(value) => {
                self.merge_all(value, list, merged);
            }
            NodeKind::Mapping(_) | NodeKind::Sequence(_) | NodeKind::Broken => {}
            _ => self.report(
                written,
                ValueError::new("`<<` takes a mapping, or a list of mappings"),
            ),
        }
    }

    /// Merges the values that the node `within` contains.
    fn merge_all(&self, within: NodeId, values: &[NodeId], merged: &mut MergedEntries) {
        merged.open.push(within);
        for value in values {
            self.merge(*value, merged);
        }
        merged.open.pop();
    }
}

/// The error for a key that is not allowed; `near` is the key that was probably meant.
fn unknown_key(text: &str, near: Option<&str>, fields: &[&str]) -> ValueError {
    let error = ValueError::new(format!("unknown key {}", quoted(text)));
    let is_plan = fields.contains(&"plans") && ["name", "expires", "renewed"].contains(&text);
    let spaced =
        syntax::with_space(text).filter(|_| near.is_some_and(|near| text.starts_with(near)));
    match (near, spaced) {
        (_, Some(spaced)) => error.hint(syntax::missing_space_hint(&spaced)),
        (None, None) if is_plan => error.hint("begin each plan with `- `"),
        (Some(near), None) => error.hint(format!("did you mean `{near}`?")),
        (None, None) => error.hint(format!("allowed here: {}", fields.join(", "))),
    }
}

/// Adds an entry unless an entry with the same name exists.
fn add_entry(entries: &mut Vec<KnownEntry>, entry: KnownEntry) {
    if !entries.iter().any(|other| other.name == entry.name) {
        entries.push(entry);
    }
}
