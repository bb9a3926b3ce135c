//! The edit that adds a plan at the end of a list, and the check that it changes nothing else.
//!
//! The plan is written in the style of the list: block or flow, the indents, the gap after the dash,
//! quoted keys as in JSON, the line breaks, and a blank line before it if the list has them. A list
//! without plans (`plans: []`, `plans:`, a file of comments only) gets its first one.
//!
//! Comments after the last plan: a comment that is indented as the plans are, or that follows the
//! last plan without a blank line, stays behind that plan. Any other comment stays at the end, or
//! with the key below it.
//!
//! The result is read as a whole. The new list must equal the old one with the new plan after it,
//! and all settings must be the same. Cost: linear in the text.

use crate::document::edit::history::append_to_flow;
use crate::document::edit::plan_node::PlanNode;
use crate::document::edit::scalar::Quotes;
use crate::document::edit::splice::{self, Splice, line_break, line_end, line_start};
use crate::document::fields::{FieldWriter, Fields, PLAN_KEYS, sorted};
use crate::document::problem::{Problem, Problems};
use crate::document::tree::{NodeId, NodeKind, Tree};
use crate::document::{Document, locate};
use crate::plan::{Plan, PlanList};
use crate::text::value_error::ValueError;

/// Spaces before the dashes of a list below `plans:`, if the file shows no other indent.
const DEFAULT_INDENT: usize = 2;

/// A plans file with one more plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// The new text, without a byte-order mark.
    pub text: String,
    /// The changes that turn the old text into the new one, in order.
    pub splices: Vec<Splice>,
}

/// Why a plan is not added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddError {
    /// The plan itself is not allowed in any plans file. Each path begins with the plan at index 0.
    InvalidPlan(Problems),
    /// Another plan has this id. `is_name` tells whether the new plan's name is its id.
    IdTaken {
        /// The id.
        id: String,
        /// Whether the id is the name of the new plan.
        is_name: bool,
    },
    /// The file has problems.
    InvalidFile(Problems),
    /// The plan has to be added by hand: the reason, and the lines to write.
    ByHand(Box<Problem>, Vec<String>),
}

/// Adds a plan at the end of the list in a text, which has no byte-order mark.
///
/// # Errors
///
/// - The plan is not allowed, or its id is taken.
/// - The file has problems.
/// - The form of the file does not allow the change without affecting something else.
pub fn add(text: &str, fields: &Fields) -> Result<Addition, AddError> {
    let alone = lines_of_plan(fields).join("\n");
    let alone = Document::read(alone.as_bytes()).map_err(AddError::InvalidPlan)?;
    let [plan] = alone.list().plans.as_slice() else {
        return Err(AddError::InvalidPlan(Problems::default()));
    };
    let document = match Document::read(text.as_bytes()) {
        Ok(document) => Some(document),
        // Its only problem is that it has no plans.
        Err(problems) if problems.count() == 1 && is_empty_list(text) => None,
        Err(problems) => return Err(AddError::InvalidFile(problems)),
    };
    let plans = document.as_ref().map(|document| &document.list().plans);
    if plans.is_some_and(|plans| plans.iter().any(|other| other.id == plan.id)) {
        return Err(AddError::IdTaken {
            id: plan.id.to_string(),
            is_name: !fields.iter().any(|(key, _)| *key == "id"),
        });
    }
    let (tree, _) = Tree::parse(text);
    let node = PlanNode {
        plan: tree.root().unwrap_or_default(),
        tree,
        offset: 0,
    };
    let by_hand = |what: &str, id: Option<NodeId>| {
        let span = id.map_or(0..0, |id| locate::first_scalar(&node.tree, id, None));
        let problem = Problem::at(span, ValueError::new(what));
        AddError::ByHand(Box::new(problem), lines_of_plan(fields))
    };
    let editor = Editor {
        node: &node,
        fields,
    };
    let splices = match editor.splices() {
        Ok(splices) => splices,
        Err((what, node)) => return Err(by_hand(what, node)),
    };
    let new_text = splice::apply(text, &splices);
    let is_proved = |new: &String| is_same_with(new, document.as_ref(), text, plan);
    match new_text.filter(is_proved) {
        Some(text) => Ok(Addition { text, splices }),
        None => Err(by_hand(
            "adding a plan here would change something else too",
            node.tree.root(),
        )),
    }
}

/// Writes a plan as an item of a list in block style, a line each.
pub(crate) fn lines_of_plan(fields: &Fields) -> Vec<String> {
    let mut out = String::new();
    let fields = sorted(fields, &PLAN_KEYS);
    FieldWriter::default().item(&mut out, 0, " ", fields);
    out.lines().map(str::to_owned).collect()
}

/// Whether a text is a plans file in which the list of plans is empty or missing.
fn is_empty_list(text: &str) -> bool {
    let (tree, problems) = Tree::parse(text);
    if !problems.is_empty() {
        return false;
    }
    let is_empty = |id: NodeId| match tree.node(id).kind {
        NodeKind::Sequence(items) => items.is_empty(),
        kind => matches!(kind, NodeKind::Null),
    };
    let Some(root) = tree.root() else {
        return true;
    };
    match tree.node(root).kind {
        NodeKind::Mapping(entries) => {
            let key = |id| tree.scalar(id);
            let known = |id| matches!(key(id), Some("calendar" | "plans"));
            let mut plans = entries.iter().filter(|(id, _)| key(*id) == Some("plans"));
            entries.iter().all(|(id, _)| known(*id)) && plans.all(|(_, list)| is_empty(*list))
        }
        _ => is_empty(root),
    }
}

/// Whether the text `after` has the list of a document with a plan after it. Without a document,
/// the plan must be the only one, and `calendar` must be written as it is in `before`.
fn is_same_with(
    after: &str,
    document: Option<&Document<'_>>,
    before: &str,
    plan: &Plan<'_>,
) -> bool {
    let Ok(read) = Document::read(after.as_bytes()) else {
        return false;
    };
    let Some((last, others)) = read.list().plans.split_last() else {
        return false;
    };
    let is_rest_same = match document {
        Some(document) => {
            let PlanList { settings, plans } = document.list();
            *settings == read.list().settings && plans.as_slice() == others
        }
        None => others.is_empty() && calendar_source(before) == calendar_source(after),
    };
    is_rest_same && last == plan
}

/// The text of the value of `calendar`.
fn calendar_source(text: &str) -> Option<&str> {
    let (tree, _) = Tree::parse(text);
    let NodeKind::Mapping(entries) = tree.node(tree.root()?).kind else {
        return None;
    };
    let mut entries = entries.iter();
    let (_, value) = entries.find(|(key, _)| tree.scalar(*key) == Some("calendar"))?;
    text.get(tree.node(*value).span())
}

/// Why there is no splice, and the node that shows it.
type Refusal = (&'static str, Option<NodeId>);

/// Writes a plan into a text.
struct Editor<'a, 't> {
    node: &'a PlanNode<'t>,
    fields: &'a Fields,
}

impl Editor<'_, '_> {
    /// Returns the splices that add the plan, in order.
    fn splices(&self) -> Result<Vec<Splice>, Refusal> {
        let tree = &self.node.tree;
        let Some(root) = tree.root() else {
            return Ok(vec![self.append_to_text()]);
        };
        match tree.node(root).kind {
            NodeKind::Sequence(_) => self.append_to_list(root),
            NodeKind::Null if tree.node(root).span().is_empty() => Ok(vec![self.append_to_text()]),
            NodeKind::Mapping(_) => self.add_to_mapping(root),
            _ => Err((
                "the file has no list to which a plan can be added",
                Some(root),
            )),
        }
    }

    /// Adds the plan to the list of a file that is a mapping.
    fn add_to_mapping(&self, root: NodeId) -> Result<Vec<Splice>, Refusal> {
        let (node, tree) = (self.node, &self.node.tree);
        if let Some((key, list)) = node.entry(root, "plans") {
            return match tree.node(list).kind {
                NodeKind::Alias => Err((
                    "the list of plans is an alias: adding a plan would change another place too",
                    Some(list),
                )),
                NodeKind::Sequence([]) => self.begin_list(root, key, list),
                NodeKind::Sequence(_) => self.append_to_list(list),
                NodeKind::Null => self.begin_list(root, key, list),
                _ => Err(("a plan cannot be added to this list", Some(list))),
            };
        }
        if let Some((key, _)) = node.entry(root, "<<") {
            let what = "the list of plans comes from `<<`: adding a plan would change another \
                        place too";
            return Err((what, Some(key)));
        }
        let Some((key, last)) = node.entries(root).last().copied() else {
            return Err(("a plan cannot be added to this list", Some(root)));
        };
        if node.is_flow(root) {
            let list = format!("plans: [{}]", self.flow_item("", FieldWriter::default()));
            return Ok(append_to_flow(node, root, key, last, &[list]));
        }
        let text = tree.text;
        let new_line = line_break(text, node.start(root));
        let end = self.block_end(last);
        let (at, _) = after_comments(text, end, 0);
        let item = self.block_item(self.indent_of_keys(root), " ", new_line);
        let added = format!("{new_line}{new_line}plans:{new_line}{item}");
        Ok(vec![Splice::insert(at, added)])
    }

    /// Begins the list of `plans:`, whose value is null or `[]`.
    fn begin_list(&self, root: NodeId, key: NodeId, value: NodeId) -> Result<Vec<Splice>, Refusal> {
        let (node, text) = (self.node, self.node.tree.text);
        let span = node.tree.node(value).span();
        let source = node.source(value);
        let key_end = node.end(key);
        let colon = text[key_end..].find(':').map(|colon| key_end + colon + 1);
        let colon = colon.ok_or(("a plan cannot be added to this list", Some(key)))?;
        let is_white = |c: char| matches!(c, ' ' | '\t');
        // Otherwise a comment or an anchor is before the value.
        let is_inline = source.is_empty()
            || text
                .get(colon..span.start)
                .is_some_and(|gap| gap.chars().all(is_white));
        let is_short = !source.starts_with('[') || source == "[]";
        if node.is_flow(root) || !is_inline || !is_short {
            let item = self.flow_item("", FieldWriter::default());
            return Ok(match source.strip_prefix('[') {
                Some(_) => vec![Splice::insert(span.start + 1, item)],
                None => {
                    let gap = if source.is_empty() { " " } else { "" };
                    vec![Splice::replace(span, format!("{gap}[{item}]"))]
                }
            });
        }
        let mut splices = Vec::new();
        if !source.is_empty() {
            splices.push(Splice::replace(colon..span.end, String::new()));
        }
        let indent = self.indent_of_keys(root);
        let new_line = line_break(text, colon);
        let (at, _) = after_comments(text, line_end(text, colon), indent);
        let item = self.block_item(indent, " ", new_line);
        splices.push(Splice::insert(at, format!("{new_line}{item}")));
        Ok(splices)
    }

    /// Adds the plan to a list that has plans, or to an empty list that is the whole file.
    fn append_to_list(&self, list: NodeId) -> Result<Vec<Splice>, Refusal> {
        let (node, text) = (self.node, self.node.tree.text);
        let items = node.items(list);
        let Some(last) = items.last().copied() else {
            let span = node.tree.node(list).span();
            let is_alone = node.source(list) == "[]" && node.line_before(list).is_empty();
            return Ok(match is_alone {
                true => {
                    let item = self.block_item(0, " ", line_break(text, span.start));
                    vec![Splice::replace(span, item)]
                }
                false => {
                    let item = self.flow_item("", FieldWriter::default());
                    vec![Splice::insert(span.start + 1, item)]
                }
            });
        };
        let style = ItemStyle::of(node, items);
        if node.is_flow(list) {
            let item = self.flow_item(style.padding.unwrap_or_default(), style.writer);
            return Ok(append_to_flow(node, list, last, last, &[item]));
        }
        let unsupported = (
            "the list is written in a form that weekahead cannot change",
            Some(list),
        );
        let dash = node.first_dash(list).ok_or(unsupported)?;
        let indent = dash - line_start(text, dash);
        let new_line = line_break(text, dash);
        let item = match style.padding {
            Some(padding) => {
                let item = self.flow_item(padding, style.writer);
                format!("{}-{}{item}", " ".repeat(indent), style.gap)
            }
            None => {
                let gap = style.block_gap();
                self.block_item_with(style.writer, indent, gap, new_line)
            }
        };
        if node.keeps_blank_lines(last) {
            return Ok(vec![insert_after_blank_lines(
                text,
                self.block_end(last),
                &item,
            )]);
        }
        let (at, has_blank) = after_comments(text, self.block_end(last), indent);
        let separator = match has_blank || self.has_blank_lines(items) {
            true => new_line,
            false => "",
        };
        Ok(vec![Splice::insert(
            at,
            format!("{separator}{new_line}{item}"),
        )])
    }

    /// Begins the list of a file that has no content except comments.
    fn append_to_text(&self) -> Splice {
        let text = self.node.tree.text;
        let new_line = line_break(text, 0);
        let content = text.trim_end_matches([' ', '\t', '\r', '\n']);
        let is_marked = content.ends_with("---");
        let before = match content.is_empty() || is_marked {
            true => "",
            false => new_line,
        };
        let is_line_open = !text.is_empty() && !text.ends_with(['\n', '\r']);
        let line = if is_line_open { new_line } else { "" };
        let item = self.block_item(0, " ", new_line);
        Splice::insert(text.len(), format!("{line}{before}{item}{new_line}"))
    }

    /// The end of the last line of a node, without the comments and blank lines after it.
    fn block_end(&self, id: NodeId) -> usize {
        let (node, text) = (self.node, self.node.tree.text);
        let end = line_end(text, node.end(id));
        let Some(start) = node.block_scalar_start(id) else {
            return end;
        };
        // The parser ends a block scalar at the next token, so after the comments that follow it.
        let first = line_start(text, start);
        let indent = width_of_indent(&text[first..]);
        let mut last = line_end(text, start);
        let mut next = next_line(text, last);
        while let Some(line) = next {
            let line_end = line_end(text, line);
            let content = text[line..line_end].trim();
            if !content.is_empty() {
                if width_of_indent(&text[line..]) < indent {
                    break;
                }
                last = line_end;
            }
            next = next_line(text, line_end);
        }
        last
    }

    /// Whether a blank line separates the last plan from the one before it.
    fn has_blank_lines(&self, items: &[NodeId]) -> bool {
        let [.., before, last] = items else {
            return false;
        };
        let between = self.block_end(*before)..self.node.start(*last);
        let between = self.node.tree.text.get(between).unwrap_or_default();
        let between = between.replace("\r\n", "\n").replace('\r', "\n");
        let mut lines = between.split('\n');
        // The first line is the end of the plan before it, and the last one holds the dash.
        lines.next();
        lines.next_back();
        lines.any(|line| line.trim().is_empty())
    }

    /// The number of spaces before the keys of `calendar`.
    fn indent_of_keys(&self, root: NodeId) -> usize {
        let node = self.node;
        let calendar = node.entry(root, "calendar").map(|(_, value)| value);
        let calendar = calendar.filter(|value| !node.is_flow(*value));
        let first = calendar.and_then(|value| node.entries(value).first().copied());
        let indent = first.map(|(key, _)| width_of_indent(node.line_before(key)));
        indent
            .filter(|indent| *indent > 0)
            .unwrap_or(DEFAULT_INDENT)
    }

    /// Writes the plan in block style. The last line has no line break.
    fn block_item(&self, indent: usize, gap: &str, new_line: &str) -> String {
        self.block_item_with(FieldWriter::default(), indent, gap, new_line)
    }

    fn block_item_with(
        &self,
        writer: FieldWriter,
        indent: usize,
        gap: &str,
        new_line: &str,
    ) -> String {
        let mut out = String::new();
        writer.item(&mut out, indent, gap, sorted(self.fields, &PLAN_KEYS));
        out.pop();
        out.replace('\n', new_line)
    }

    /// Writes the plan in flow style.
    fn flow_item(&self, padding: &str, writer: FieldWriter) -> String {
        let entries = writer.flow_entries(sorted(self.fields, &PLAN_KEYS));
        format!("{{{padding}{entries}{padding}}}")
    }
}

/// The style of the plans of a list.
struct ItemStyle {
    /// In flow style, the text inside both brackets. `None` in block style.
    padding: Option<&'static str>,
    /// The text between the dash and the plan.
    gap: String,
    writer: FieldWriter,
}

impl ItemStyle {
    /// Returns the style of the last plan that is written as a mapping.
    fn of(node: &PlanNode<'_>, items: &[NodeId]) -> Self {
        let is_mapping = |id: &NodeId| matches!(node.tree.node(*id).kind, NodeKind::Mapping(_));
        let Some(last) = items.iter().rev().copied().find(is_mapping) else {
            return Self {
                padding: Some(""),
                gap: " ".to_owned(),
                writer: FieldWriter::default(),
            };
        };
        let padding = match node.source(last).starts_with("{ ") {
            true => " ",
            false => "",
        };
        let first_key = node.entries(last).first().map(|(key, _)| *key);
        let quotes = first_key.and_then(|key| node.quotes(key));
        let is_flow = node.is_flow(last);
        let start = match (is_flow, first_key) {
            (false, Some(key)) => key,
            _ => last,
        };
        let gap = node.line_before(start).rsplit_once('-');
        let is_gap = |gap: &&str| !gap.is_empty() && gap.trim_matches([' ', '\t']).is_empty();
        let gap = gap.map(|(_, gap)| gap).filter(is_gap).unwrap_or(" ");
        Self {
            padding: is_flow.then_some(padding),
            gap: gap.to_owned(),
            writer: FieldWriter {
                is_quoted: quotes == Some(Quotes::Double),
            },
        }
    }

    /// The gap before a plan in block style, which YAML allows no tab in.
    fn block_gap(&self) -> &str {
        match self.gap.contains('\t') {
            true => " ",
            false => &self.gap,
        }
    }
}

/// Returns the offset at which the next line begins, for the end of a line without its line break.
fn next_line(text: &str, line_end: usize) -> Option<usize> {
    let rest = &text[line_end..];
    let length = match rest.starts_with("\r\n") {
        true => 2,
        false => 1,
    };
    (!rest.is_empty()).then_some(line_end + length)
}

/// The number of spaces and tabs at the beginning of a line.
fn width_of_indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// Returns the end of the last comment that belongs to a list above it, and whether a blank line is
/// above that comment. `end` is the end of the last line of the list, whose dashes are at `indent`.
fn after_comments(text: &str, end: usize, indent: usize) -> (usize, bool) {
    let mut kept = (end, false);
    let mut has_blank = false;
    // The end of the comments directly behind the list that may belong to what follows.
    let mut open = None;
    let mut next = next_line(text, end);
    while let Some(start) = next {
        let line_end = line_end(text, start);
        let line = &text[start..line_end];
        let content = line.trim();
        let width = width_of_indent(line);
        if content.is_empty() {
            kept.0 = open.take().unwrap_or(kept.0);
            has_blank = true;
        } else if !content.starts_with('#') {
            if !matches!(content, "..." | "---") {
                open = None;
            }
            break;
        } else if width > 0 && width >= indent {
            kept = (line_end, kept.1 || has_blank);
            open = None;
            has_blank = false;
        } else if has_blank {
            break;
        } else {
            open = Some(line_end);
        }
        next = next_line(text, line_end);
    }
    (open.unwrap_or(kept.0), kept.1)
}

/// Inserts an item after a block scalar that keeps the blank lines after it.
fn insert_after_blank_lines(text: &str, end: usize, item: &str) -> Splice {
    let new_line = line_break(text, end);
    let mut at = next_line(text, end);
    while let Some(start) = at {
        let line_end = line_end(text, start);
        if !text[start..line_end].trim().is_empty() {
            break;
        }
        match next_line(text, line_end) {
            Some(next) => at = Some(next),
            None => break,
        }
    }
    match at {
        Some(at) if line_start(text, at) == at => Splice::insert(at, format!("{item}{new_line}")),
        _ => Splice::insert(text.len(), format!("{new_line}{item}")),
    }
}
