//! The careful reader. It reads a tree into the types of [`crate::plan::raw`] and applies the rules.
//!
//! It reports a problem for each key and value that does not fit, and then continues. A value that
//! does not fit becomes `Faulty`. The plans are read and checked one at a time, and after the first
//! problem none is kept. Cost: linear in the text and in the text that its aliases repeat. Memory:
//! the tree, one plan as it is written, and the list of a text without problems.

use std::fmt;

use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use super::type_error;
use crate::document::locate::{self, Locator};
use crate::document::mapping::{Context, KeyMatch, KnownEntry};
use crate::document::problem::{Problem, Problems};
use crate::document::tree::{NodeId, NodeKind, Tree};
use crate::document::type_error::Label;
use crate::plan::raw::{Field, RawPlan, shape};
use crate::plan::rules::Checker;
use crate::plan::{Diagnostic, PlanList, Step};
use crate::text::value_error::ValueError;

/// The keys of a file.
const FILE_KEYS: &[&str] = &["calendar", "plans"];

/// Reads a tree whose parsing found `problems`.
///
/// # Errors
///
/// Returns the problems of the text.
pub(crate) fn read<'t>(tree: &Tree<'t>, mut problems: Problems) -> Result<PlanList<'t>, Problems> {
    let is_complete = problems.is_complete();
    if tree.has_aliases {
        problems.ignore_repeated();
    }
    let context = Context::new(tree, problems);
    let file = file(&context);
    let locator = Locator::new(tree);
    let plans = match file.plans {
        Field::Is(plans) => plans,
        Field::Absent | Field::Faulty => &[],
    };
    let report = &mut |finding: Diagnostic| {
        // A value that is missing in the file or in its last plan may follow after the syntax
        // error.
        let may_follow = match finding.path.0[..] {
            [] | [_] => true,
            [_, Step::Item(plan)] => plan + 1 == plans.len(),
            _ => false,
        };
        if may_follow && !is_complete {
            return;
        }
        let mut problems = context.problems.borrow_mut();
        let start = locator.plan_start(&finding.path);
        if !start.is_some_and(|start| problems.count_from(start)) {
            problems.add(locator.problem(finding));
        }
    };
    let mut checker = Checker::new(report);
    if let Some(settings) = file.settings {
        checker.add_settings(Field::deserialize(settings).unwrap_or_default());
    }
    match file.plans {
        Field::Absent => {}
        Field::Faulty => checker.expect_no_list(),
        Field::Is(plans) => checker.begin_list(plans.len()),
    }
    for (index, plan) in plans.iter().enumerate() {
        let plan = NodeValue::new(&context, *plan, Label::PLAN, None);
        // The error has no content, because the problem has already been reported to the context.
        let raw = Field::<Box<RawPlan<'t>>>::deserialize(plan).unwrap_or_default();
        if !context.problems.borrow().is_empty() {
            checker.keep_no_plans();
        }
        // No key is reported as missing that an alias might have repeated.
        if !context.is_exhausted() {
            checker.add_plan(index, raw);
        }
    }
    let list = checker.finish();
    context.problems.into_inner().into_result().map(|()| list)
}

/// The parts of a file.
struct File<'c, 't> {
    /// The value of `calendar`.
    settings: Option<NodeValue<'c, 't>>,
    /// The list of plans.
    plans: Field<&'c [NodeId]>,
}

/// Finds the parts of a file, and reports what is wrong with its root.
fn file<'c, 't>(context: &'c Context<'c, 't>) -> File<'c, 't> {
    let tree = context.tree;
    let mut file = File {
        settings: None,
        plans: Field::Faulty,
    };
    let Some(root) = tree.root() else {
        if !tree.text.is_empty() {
            file.plans = Field::Absent;
            return file;
        }
        let hint = "add a plan: `- {name: My SIM, expires: 2027-01-31}`";
        let what = ValueError::new("the file is empty").hint(hint);
        context.problems.borrow_mut().add(Problem::at(0..0, what));
        return file;
    };
    if let Some(problem) = single_plan(tree, root) {
        context.problems.borrow_mut().add(problem);
        return file;
    }
    match tree.node(root).kind {
        NodeKind::Mapping(_) => {
            let entries = context.entries(root, FILE_KEYS);
            if !context.is_exhausted() {
                file.plans = Field::Absent;
            }
            for entry in entries {
                let value = NodeValue::of_entry(context, entry);
                if entry.name == "plans" {
                    file.plans = value.plans();
                } else {
                    file.settings = Some(value);
                }
            }
        }
        NodeKind::Sequence(items) => file.plans = Field::Is(items),
        NodeKind::Null => file.plans = Field::Absent,
        _ => context.report(
            root,
            ValueError::new("a list of plans was expected, found text")
                .hint("begin each plan with `- name: `"),
        ),
    }
    file
}

/// Returns the problem of a file that is a single plan without a list around it. `None` for any
/// other file.
fn single_plan(tree: &Tree<'_>, root: NodeId) -> Option<Problem> {
    let NodeKind::Mapping(entries) = tree.node(root).kind else {
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

    fn of_entry(context: &'c Context<'c, 't>, entry: KnownEntry) -> Self {
        let label = Label::Key(entry.name);
        Self {
            key_match: entry.key_match,
            ..Self::new(context, entry.value, label, Some(entry.key))
        }
    }

    fn kind(&self) -> NodeKind<'c> {
        self.context.tree.node(self.id).kind
    }

    /// The items of the list of plans. If the value is not a list, it is reported.
    fn plans(&self) -> Field<&'c [NodeId]> {
        if self.key_match == KeyMatch::Guess || self.context.follow(self.written).is_none() {
            return Field::Faulty;
        }
        match self.kind() {
            NodeKind::Sequence(items) => return Field::Is(items),
            _ if self.key_match == KeyMatch::Exact => self.report_type_error(shape::LIST),
            _ => {}
        }
        Field::Faulty
    }

    /// Reports that the value does not have the expected type.
    fn report_type_error(&self, expected: &str) {
        let tree = self.context.tree;
        let span = match self.kind() {
            NodeKind::Broken | NodeKind::Alias => return,
            NodeKind::Null => match (tree.node(self.written).span(), self.key) {
                (written, Some(key)) if written.is_empty() => tree.node(key).span(),
                (written, _) => written,
            },
            _ => locate::flow_or_first_scalar(tree, self.written),
        };
        let end = span.end;
        let what = || match self.kind() {
            NodeKind::Scalar { text, .. } => type_error::scalar(self.label, expected, text),
            NodeKind::Sequence(_) => type_error::list(self.label, expected),
            NodeKind::Mapping(_) => type_error::mapping(self.label, expected),
            _ => {
                let written = &tree.text[tree.node(self.written).span()];
                type_error::null(self.label, expected, written, &tree.text[end..])
            }
        };
        self.context.problems.borrow_mut().add_at(span, what);
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
            (shape::FLAG, NodeKind::Scalar { text, plain }) => plain && flag(text).is_some(),
            (shape::TEXT | shape::TEXTS, NodeKind::Scalar { .. })
            | (shape::LIST | shape::TEXTS | shape::MAPPINGS, NodeKind::Sequence(_))
            | (shape::MAPPING | shape::MAPPINGS | shape::CONTACT, NodeKind::Mapping(_))
            | (shape::CONTACT, NodeKind::Scalar { .. }) => true,
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
                items: std::slice::from_ref(&self.id).iter(),
                label: self.label,
            });
        }
        match self.kind() {
            NodeKind::Scalar { text, .. } => match self.context.tree.source_text(self.id) {
                Some(text) => visitor.visit_borrowed_str(text),
                None => visitor.visit_str(text),
            },
            NodeKind::Sequence(items) => visitor.visit_seq(Items {
                context: self.context,
                items: items.iter(),
                label: self.label.item(),
            }),
            // The visitor knows which keys the mapping may have.
            NodeKind::Mapping(_) => visitor.visit_some(self),
            NodeKind::Null | NodeKind::Alias | NodeKind::Broken => Err(Reported),
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
struct Items<'i, 'c, 't> {
    context: &'c Context<'c, 't>,
    items: std::slice::Iter<'i, NodeId>,
    label: Label,
}

impl<'t> SeqAccess<'t> for Items<'_, '_, 't> {
    type Error = Reported;

    fn next_element_seed<S: DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Reported> {
        let Some(item) = self.items.next() else {
            return Ok(None);
        };
        seed.deserialize(NodeValue::new(self.context, *item, self.label, None))
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
        seed.deserialize(NodeValue::of_entry(self.context, entry))
    }
}
