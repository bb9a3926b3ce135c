//! Adds records to a plan's `history`, in the style of the file.
//!
//! The style is taken from the existing records: block or flow style, the quotes, the gap after the
//! dash, and one or several records on a line. A plan without a history gets one in the style of
//! the plans near it. Comments keep their place.
//!
//! A history that is an alias is not changed, and neither is a history that ends with a block
//! scalar that keeps the blank lines after it. In these cases, an [`EditError`] gives the reason.

use crate::document::edit::plan_node::{EditError, PlanNode};
use crate::document::edit::scalar::{self, Quotes};
use crate::document::edit::splice::{Splice, line_break, line_end, line_start};
use crate::document::tree::{NodeId, NodeKind};
use crate::plan::RenewalRecord;

/// Spaces between the column of a key and the dashes of the list below it, if the file shows no
/// other style.
const DEFAULT_LIST_INDENT: usize = 2;

/// The keys of a record, in the order in which they are written.
const KEYS: [&str; 5] = ["on", "paid", "receipt", "note", "from"];

/// The style in which a record is written.
struct RecordStyle {
    /// In flow style, the text inside both brackets. `None` in block style, which has one key on
    /// each line.
    flow_padding: Option<&'static str>,
    /// The text between the dash and the record.
    gap: String,
    /// The quotes of keys.
    keys: Quotes,
    /// The quotes of the value of each of [`KEYS`].
    values: [Quotes; KEYS.len()],
}

impl RecordStyle {
    /// The default style, for when no record shows one. If keys are in double quotes, as in JSON,
    /// texts are in double quotes too.
    fn default_with(keys: Quotes, dates: Quotes) -> Self {
        let texts = match keys {
            Quotes::Double => Quotes::Double,
            _ => Quotes::Plain,
        };
        Self {
            flow_padding: Some(""),
            gap: " ".to_owned(),
            keys,
            values: [dates, texts, texts, texts, dates],
        }
    }

    /// Returns the style that the keys and dates of the plan itself show.
    fn of_plan(node: &PlanNode<'_>) -> Self {
        let dated = ["renewed", "expires"];
        let dated = dated.iter().find_map(|key| node.entry(node.plan, key));
        let quotes =
            |id: Option<NodeId>| id.and_then(|id| node.quotes(id)).unwrap_or(Quotes::Plain);
        let (key, value) = dated.unzip();
        Self::default_with(quotes(key), quotes(value))
    }

    /// Returns the style of the records of a history. Each property is taken from the last record
    /// that shows it, or from `default` if none does.
    fn of_records(node: &PlanNode<'_>, records: &[NodeId], default: Self) -> Self {
        let mut style = default;
        let Some(last) = records.last().copied() else {
            return style;
        };
        if let NodeKind::Mapping(_) = &node.tree.node(last).kind {
            let padding = match node.source(last).starts_with("{ ") {
                true => " ",
                false => "",
            };
            style.flow_padding = node.is_flow(last).then_some(padding);
            if let Some((_, gap)) = node.line_before(last).rsplit_once('-')
                && !gap.is_empty()
                && gap.bytes().all(|byte| byte == b' ')
            {
                style.gap = gap.to_owned();
            }
        }
        let shown = |key: &str| records.iter().rev().find_map(|item| node.entry(*item, key));
        let quotes = |id| node.quotes(id);
        if let Some(keys) = shown("on").and_then(|(key, _)| quotes(key)) {
            style.keys = keys;
        }
        for (index, key) in KEYS.iter().enumerate() {
            // The style of `on` is also used for `from`, because both are days.
            let day = (*key == "from").then(|| shown("on")).flatten();
            if let Some(quotes) = shown(key).or(day).and_then(|(_, value)| quotes(value)) {
                style.values[index] = quotes;
            }
        }
        style
    }

    /// Writes a record. In block style, `key_separator` is written between its keys.
    fn record(&self, record: &RenewalRecord<'_>, key_separator: &str) -> String {
        let [on, paid, receipt, note, from] = self.values;
        let texts = [
            Some(scalar::write_word(&record.on.to_string(), on)),
            record
                .paid
                .map(|price| scalar::write_word(&price.to_string(), paid)),
            record
                .receipt
                .as_deref()
                .map(|text| scalar::write_text(text, receipt)),
            record
                .note
                .as_deref()
                .map(|text| scalar::write_text(text, note)),
            record
                .from
                .map(|day| scalar::write_word(&day.to_string(), from)),
        ];
        let pairs = KEYS.iter().zip(texts).filter_map(|(key, text)| {
            let key = scalar::write_word(key, self.keys);
            Some(format!("{key}: {}", text?))
        });
        let pairs: Vec<String> = pairs.collect();
        match self.flow_padding {
            Some(padding) => format!("{{{padding}{}{padding}}}", pairs.join(", ")),
            None => pairs.join(key_separator),
        }
    }

    /// Writes records, in their order.
    fn records(&self, records: &[RenewalRecord<'_>], key_separator: &str) -> Vec<String> {
        let records = records.iter();
        let texts = records.map(|record| self.record(record, key_separator));
        texts.collect()
    }

    /// Writes the items of a block list whose dashes are in column `dash`. The last line has no
    /// line break.
    fn block_items(
        &self,
        records: &[RenewalRecord<'_>],
        dash: usize,
        new_line: &str,
    ) -> Vec<String> {
        let key_indent = " ".repeat(dash + 1 + self.gap.len());
        let texts = self.records(records, &format!("{new_line}{key_indent}"));
        let indent = " ".repeat(dash);
        let lines = texts
            .iter()
            .map(|text| format!("{indent}-{}{text}", self.gap));
        lines.collect()
    }
}

/// Writes a record in flow style without quotes.
pub(crate) fn flow_record(record: &RenewalRecord<'_>) -> String {
    RecordStyle::default_with(Quotes::Plain, Quotes::Plain).record(record, "")
}

/// Whether the history of the plan has at least two records and begins with the newest.
pub(crate) fn is_newest_first(node: &PlanNode<'_>) -> bool {
    let Ok(Some((_, history))) = node.find("history") else {
        return false;
    };
    let records = node.items(history);
    let day = |record: &NodeId| {
        let record = node.tree.resolve(*record);
        let (_, day) = node.entry(record, "on")?;
        node.tree.scalar(day)
    };
    match (records.first().and_then(day), records.last().and_then(day)) {
        // Dates are written so that their texts sort in the order of the days.
        (Some(first), Some(last)) => first > last,
        _ => false,
    }
}

/// Returns the splices that add records to the history of the plan. The records are in order,
/// oldest first.
///
/// # Errors
///
/// Returns an error if the history has a form that cannot be changed.
pub(crate) fn add(
    node: &PlanNode<'_>,
    records: &[RenewalRecord<'_>],
) -> Result<Vec<Splice>, EditError> {
    let unsupported = EditError::UnsupportedForm("history");
    let Some((_, history)) = node.find("history")? else {
        return begin_history(node, records).ok_or(unsupported);
    };
    let items = node.items(history);
    let style = RecordStyle::of_records(node, items, RecordStyle::of_plan(node));
    let newest_first = is_newest_first(node);
    let mut records = records.to_vec();
    if newest_first {
        records.reverse();
    }
    let (Some(first), Some(last)) = (items.first().copied(), items.last().copied()) else {
        let inside = node.start(history) + 1;
        let texts = style.records(&records, "");
        return Ok(vec![Splice::insert(inside, texts.join(", "))]);
    };
    if node.is_flow(history) {
        let texts = style.records(&records, ", ");
        return Ok(match newest_first {
            true => vec![prepend_to_flow(node, first, &texts)],
            false => append_to_flow(node, history, last, last, &texts),
        });
    }
    let text = node.tree.text;
    let first_dash = node.first_dash(history).ok_or(unsupported)?;
    let dash = first_dash - line_start(text, first_dash);
    let new_line = line_break(text, first_dash);
    let lines = style.block_items(&records, dash, new_line).into_iter();
    if newest_first {
        let lines: String = lines.map(|line| line + new_line).collect();
        return Ok(vec![Splice::insert(line_start(text, first_dash), lines)]);
    }
    if node.keeps_blank_lines(history) {
        return Err(unsupported);
    }
    let at = line_end(text, node.end(history));
    let lines: String = lines.map(|line| format!("{new_line}{line}")).collect();
    Ok(vec![Splice::insert(at, lines)])
}

/// Returns the splices that add a history to a plan without one. It goes after the last key of the
/// plan that does not keep the blank lines after it. `None` if there is no such key.
fn begin_history(node: &PlanNode<'_>, records: &[RenewalRecord<'_>]) -> Option<Vec<Splice>> {
    let entries = node.entries(node.plan);
    let (first_key, _) = *entries.first()?;
    let (last_key, last_value) = *entries.last()?;
    let example = block_lists(node, |key| key == "history").last().copied();
    let mut style = RecordStyle::of_plan(node);
    if let Some(example) = example {
        style = RecordStyle::of_records(node, node.items(example), style);
    }
    if node.is_flow(node.plan) {
        style.flow_padding = Some(style.flow_padding.unwrap_or_default());
        let key = scalar::write_word("history", style.keys);
        let texts = style.records(records, "");
        let history = format!("{key}: [{}]", texts.join(", "));
        let plan = node.plan;
        return Some(append_to_flow(node, plan, last_key, last_value, &[history]));
    }
    let text = node.tree.text;
    let new_line = line_break(text, node.start(first_key));
    let column = node.column(first_key);
    let list = example.or_else(|| block_lists(node, |_| true).first().copied());
    let list_indent = list.map_or(DEFAULT_LIST_INDENT, |list| list_indent(node, list));
    let key = scalar::write_word("history", style.keys);
    let mut lines = format!("{new_line}{}{key}:", " ".repeat(column));
    for line in style.block_items(records, column + list_indent, new_line) {
        lines += new_line;
        lines += &line;
    }
    let mut values = entries.iter().rev().map(|(_, value)| *value);
    let above = values.find(|value| !node.keeps_blank_lines(*value))?;
    let at = line_end(text, node.end(above));
    Some(vec![Splice::insert(at, lines)])
}

/// Returns the block lists that are values of the wanted keys in the plans of the part.
fn block_lists(node: &PlanNode<'_>, is_wanted: fn(&str) -> bool) -> Vec<NodeId> {
    let mut lists = Vec::new();
    for plan in node.plans() {
        for (key, value) in node.entries(plan) {
            let is_list = matches!(node.tree.node(*value).kind, NodeKind::Sequence(_));
            if is_list && !node.is_flow(*value) && node.tree.scalar(*key).is_some_and(is_wanted) {
                lists.push(*value);
            }
        }
    }
    lists
}

/// Returns the number of spaces between the column of a plan's keys and the dashes of a list in it.
fn list_indent(node: &PlanNode<'_>, list: NodeId) -> usize {
    let key = node.plans().find_map(|plan| {
        let mut entries = node.entries(plan).iter();
        entries.find(|(_, value)| *value == list)
    });
    let indent = key.zip(node.first_dash(list)).map(|((key, _), dash)| {
        let dash = dash - line_start(node.tree.text, dash);
        dash.saturating_sub(node.column(*key))
    });
    indent.unwrap_or(DEFAULT_LIST_INDENT)
}

/// Returns the splice that adds texts before the first item of a collection in flow style.
fn prepend_to_flow(node: &PlanNode<'_>, first: NodeId, texts: &[String]) -> Splice {
    let at = node.start(first);
    let separator = match line_indent(node, first) {
        Some(indent) => format!(",{}{indent}", line_break(node.tree.text, at)),
        None => ", ".to_owned(),
    };
    let texts = texts.iter().map(|text| format!("{text}{separator}"));
    Splice::insert(at, texts.collect())
}

/// Returns the indent of a node that is the first on its line. `None` if the node has no indent.
fn line_indent<'t>(node: &PlanNode<'t>, id: NodeId) -> Option<&'t str> {
    let before = node.line_before(id);
    let is_indent = !before.is_empty() && before.bytes().all(|byte| byte == b' ');
    is_indent.then_some(before)
}

/// Adds texts after the last entry of a collection in flow style. That entry begins with the node
/// `start` and ends with the node `last`.
pub(crate) fn append_to_flow(
    node: &PlanNode<'_>,
    collection: NodeId,
    start: NodeId,
    last: NodeId,
    texts: &[String],
) -> Vec<Splice> {
    let text = node.tree.text;
    let entry_end = node.tree.node(last).span().end;
    let closing_bracket = node.tree.node(collection).span().end - 1;
    let Some(indent) = line_indent(node, start) else {
        let added = format!(", {}", texts.join(", "));
        return vec![Splice::insert(entry_end, added)];
    };
    let new_line = line_break(text, entry_end);
    // The texts go after the comment on the line of the last entry, unless the bracket is on that
    // line.
    let line_end = line_end(text, entry_end);
    let at = match line_end < closing_bracket {
        true => line_end,
        false => entry_end,
    };
    let lines = |comma: &str| -> String {
        let lines = texts.join(&format!(",{new_line}{indent}"));
        format!("{new_line}{indent}{lines}{comma}")
    };
    match find_comma(&text[entry_end..closing_bracket]) {
        Some(_) if at > entry_end => vec![Splice::insert(at, lines(","))],
        Some(comma) => vec![Splice::insert(entry_end + comma + 1, lines(","))],
        None if at > entry_end => vec![
            Splice::insert(entry_end, ",".to_owned()),
            Splice::insert(at, lines("")),
        ],
        None => vec![Splice::insert(entry_end, format!(",{}", lines("")))],
    }
}

/// Returns the position of the comma after the last entry. Commas in comments do not count.
fn find_comma(rest: &str) -> Option<usize> {
    let mut is_comment = false;
    for (at, c) in rest.char_indices() {
        match c {
            '\n' | '\r' => is_comment = false,
            '#' => is_comment = true,
            ',' if !is_comment => return Some(at),
            _ => {}
        }
    }
    None
}
