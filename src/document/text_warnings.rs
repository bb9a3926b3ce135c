//! Warnings about text that does not mean what it seems to mean: a comment that cuts off a value,
//! and a link that leads to another host.
//!
//! Only `check` looks for them. The plans do not keep comments and texts as they are written, so
//! the syntax tree is searched. This also covers fields that are added later.

use std::ops::Range;

use crate::document::problem::Problems;
use crate::document::tree::{NodeId, NodeKind, Tree};
use crate::document::type_error::TEXT_KEYS;
use crate::plan::value::url::misleading_links;
use crate::text::escape::{double_quoted, reorders};
use crate::text::value_error::{ValueError, quoted};

/// The maximum number of characters of a value that a hint repeats in quotes.
const MAX_REPEATED_CHARS: usize = 60;

/// Whether a text may have such a warning. If it has none, there is no need to parse it.
pub(crate) fn may_be_needed(text: &str) -> bool {
    text.contains(" #") || (text.contains("://") && text.contains('@'))
}

/// Adds the warnings about a text without problems.
pub(crate) fn add(tree: &Tree<'_>, problems: &mut Problems) {
    for id in tree.ids() {
        match tree.node(id).kind {
            NodeKind::Mapping(entries) => {
                for (key, value) in entries {
                    if tree
                        .scalar(*key)
                        .is_some_and(|key| TEXT_KEYS.contains(&key))
                    {
                        check_comments(tree, *value, problems);
                    }
                }
            }
            NodeKind::Scalar { text, .. } => check_links(tree, id, text, problems),
            _ => {}
        }
    }
}

/// Warns of comments that cut off a text or an item of a list of texts. Other values are complete
/// where the comment begins: `price: 49 NOK #monthly` can mean nothing else.
fn check_comments(tree: &Tree<'_>, value: NodeId, problems: &mut Problems) {
    let items = match tree.node(value).kind {
        NodeKind::Sequence(items) => items,
        _ => std::slice::from_ref(&value),
    };
    for item in items {
        let node = tree.node(*item);
        let NodeKind::Scalar { text, plain: true } = node.kind else {
            continue;
        };
        let Some(comment) = unintended_comment(tree.text, node.span().end) else {
            continue;
        };
        problems.add_at(comment.clone(), || {
            let meant = format!("{text} {}", &tree.text[comment]);
            let error = ValueError::new(format!(
                "the value ends at {}, because ` #` begins a comment",
                quoted(text)
            ));
            error.hint(match meant.chars().count() <= MAX_REPEATED_CHARS {
                true => format!(
                    "put the whole text in quotes: `{}`; a comment has a space after its `#`",
                    double_quoted(&meant, |c| c.is_control() || reorders(c))
                ),
                false => "put the whole text in quotes; a comment has a space after its `#`".into(),
            })
        });
    }
}

/// Returns the span of a comment after a plain scalar that ends at `end`, if the comment was
/// probably meant as a part of the scalar: it follows exactly one space, and a letter or a digit
/// follows its `#`. The span ends where an ordinary comment begins.
fn unintended_comment(text: &str, end: usize) -> Option<Range<usize>> {
    let rest = text.get(end..)?.strip_prefix(" #")?;
    if !rest.starts_with(char::is_alphanumeric) {
        return None;
    }
    let line = rest.lines().next().unwrap_or_default();
    let line = line.split(" # ").next().unwrap_or_default();
    let line = line.split("  #").next().unwrap_or_default().trim_end();
    let start = end + 1;
    Some(start..start + 1 + line.len())
}

/// Warns of links in which a user name looks like the host.
fn check_links(tree: &Tree<'_>, id: NodeId, text: &str, problems: &mut Problems) {
    for link in misleading_links(text) {
        let mut span = tree.node(id).span();
        let shown = format!("{}@", link.user);
        if let Some(at) = tree.text[span.clone()].find(&shown) {
            span = span.start + at..span.start + at + shown.len();
        }
        problems.add_at(span, || {
            ValueError::new(format!(
                "this link leads to {}: the part before the `@` is a user name",
                quoted(link.host)
            ))
            .hint("remove the user name and the `@`, if that host is the right one")
        });
    }
}
