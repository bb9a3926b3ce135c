//! The own bytes of a plan in the text of its file.

use std::ops::Range;

use crate::document::Document;
use crate::document::edit::plan_node::PlanNode;
use crate::document::tree::{NodeId, NodeKind};

/// Where a plan stands in the text of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlanSource {
    /// The byte offsets of the plan in the text, from its first key to its last value. If the plan
    /// is an alias, the whole text.
    pub(crate) span: Range<usize>,
    /// Whether other parts of the text decide what the plan says too, because it has an alias or a
    /// merge key.
    pub(crate) depends_on_rest: bool,
}

impl PlanSource {
    /// The bytes that decide what the plan says, in the text of which this is the source: its own
    /// bytes, and the whole text if other parts decide too. Equal pieces mean an equal plan.
    #[must_use]
    pub(crate) fn pieces<'t>(&self, text: &'t str) -> [&'t [u8]; 2] {
        let own = text.get(self.span.clone()).unwrap_or(text);
        let rest = if self.depends_on_rest { text } else { "" };
        [own.as_bytes(), rest.as_bytes()]
    }
}

/// Finds the plan at `index` in the text of a file. `None` if the list has no such plan.
#[must_use]
pub(crate) fn plan_source(document: &Document<'_>, index: usize) -> Option<PlanSource> {
    plan_sources(document, &[index]).pop().flatten()
}

/// Finds the plans at `indices` in the text of a file, in the order of `indices`.
///
/// Cost: one parse of the part around a plan. Plans of the same part that follow each other in
/// `indices` share it.
#[must_use]
pub(crate) fn plan_sources(document: &Document<'_>, indices: &[usize]) -> Vec<Option<PlanSource>> {
    let text = document.text();
    let mut last: Option<PlanNode<'_>> = None;
    let mut find = |index: usize| {
        document.list().plans.get(index)?;
        let part = document.part(index);
        let item = index - part.first;
        let node = match last.take().filter(|node| node.offset == part.span.start) {
            Some(node) => node.neighbour(item),
            None => PlanNode::new(&text[part.span.clone()], item, part.span.start),
        };
        let Ok(node) = node else {
            return Some(PlanSource {
                span: 0..text.len(),
                depends_on_rest: true,
            });
        };
        let source = PlanSource {
            span: node.offset + node.start(node.plan)..node.offset + node.end(node.plan),
            depends_on_rest: node.tree.has_aliases && has_alias(&node, node.plan),
        };
        last = Some(node);
        Some(source)
    };
    indices.iter().map(|index| find(*index)).collect()
}

/// Whether a node is an alias or contains one. Collections are nested at most 64 deep.
fn has_alias(node: &PlanNode<'_>, id: NodeId) -> bool {
    match node.tree.node(id).kind {
        NodeKind::Alias => true,
        NodeKind::Sequence(items) => items.iter().any(|item| has_alias(node, *item)),
        NodeKind::Mapping(entries) => entries
            .iter()
            .any(|(key, value)| has_alias(node, *key) || has_alias(node, *value)),
        NodeKind::Scalar { .. } | NodeKind::Null | NodeKind::Broken => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{plan_source, plan_sources};
    use crate::document::Document;

    fn sources(text: &str) -> Vec<(&str, bool)> {
        let document = Document::read(text.as_bytes()).expect("a plans file");
        let all: Vec<usize> = (0..document.list().plans.len()).collect();
        let found = plan_sources(&document, &all);
        for (index, source) in all.into_iter().zip(&found) {
            assert_eq!(plan_source(&document, index), *source);
        }
        assert_eq!(plan_source(&document, found.len()), None);
        let found = found.into_iter().map(|source| source.expect("a plan"));
        let found = found.map(|source| (&text[source.span], source.depends_on_rest));
        found.collect()
    }

    #[test]
    fn a_plan_is_its_keys_and_values() {
        assert_eq!(
            sources(
                "calendar: {name: X} # c\nplans:\n  # above\n  - name: A # c\n    expires: 2027-01-31 # c\n  # below\n  - {name: B, expires: 2027-01-31}\n"
            ),
            [
                ("name: A # c\n    expires: 2027-01-31", false),
                ("{name: B, expires: 2027-01-31}", false),
            ]
        );
        assert_eq!(
            sources("- name: A\r\n  expires: 2027-01-31\r\n  history:\r\n  - on: 2026-01-31\r\n"),
            [(
                "name: A\r\n  expires: 2027-01-31\r\n  history:\r\n  - on: 2026-01-31",
                false
            )]
        );
    }

    #[test]
    fn an_alias_brings_the_rest_into_a_plan() {
        let text = "- &a {name: A, expires: &day 2027-01-31}\n- {<<: *a, name: B}\n- {name: C, expires: *day}\n- {name: D, expires: 2027-01-31}\n";
        let found = sources(text);
        let depends: Vec<bool> = found.iter().map(|(_, depends)| *depends).collect();
        assert_eq!(depends, [false, true, true, false]);
        assert_eq!(found[0].0, "{name: A, expires: &day 2027-01-31}");
        assert_eq!(found[1].0, "{<<: *a, name: B}");
    }
}
