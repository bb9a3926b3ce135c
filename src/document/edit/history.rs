//! An entry more in a plan's `history`, in the style that is there.

use super::scalar;
use crate::document::edit::plan_node::{EditError, Found, PlanNode};
use crate::document::edit::scalar::Quotes;
use crate::document::edit::splice::{Splice, line_break, line_end, line_start};
use crate::document::edit::terms::Change;
use crate::document::tree::{Id, Kind};
use crate::plan::RenewalRecord;

/// Spaces between a key and the dashes of a list below it, where nothing shows another style.
const STEP: usize = 2;

/// How an entry is written.
struct Style {
    /// In brackets: what stands behind the first and before the last. Else one key a line.
    flow: Option<&'static str>,
    /// Between the dash and the entry.
    gap: String,
    /// Of the keys; in JSON all of them are in quotes, and the values as well.
    keys: Quotes,
    /// Of the value of each key.
    values: [Quotes; 5],
}

const KEYS: [&str; 5] = ["on", "paid", "receipt", "note", "from"];

impl Style {
    fn usual(keys: Quotes, dates: Quotes) -> Self {
        let texts = match keys {
            Quotes::Double => Quotes::Double,
            _ => Quotes::Plain,
        };
        Self {
            flow: Some(""),
            gap: " ".to_owned(),
            keys,
            values: [dates, texts, texts, texts, dates],
        }
    }

    /// The style of the entries that a history has; of the last that shows it.
    fn of(site: &PlanNode<'_>, items: &[Id], otherwise: Self) -> Self {
        let mut style = otherwise;
        let Some(last) = items.last().copied() else {
            return style;
        };
        if let Kind::Mapping(_) = &site.tree.node(last).kind {
            let pad = if site.source(last).starts_with("{ ") {
                " "
            } else {
                ""
            };
            style.flow = site.is_flow(last).then_some(pad);
            let start = site.tree.node(last).span().start;
            let line = &site.tree.text[line_start(site.tree.text, start)..start];
            if let Some((_, gap)) = line.rsplit_once('-')
                && gap.starts_with(' ')
                && gap.bytes().all(|byte| byte == b' ')
            {
                style.gap = gap.to_owned();
            }
        }
        let shown = |key: &str| items.iter().rev().find_map(|item| site.own(*item, key));
        let quotes = |id| site.quotes(id);
        if let Some(keys) = shown("on").and_then(|(key, _)| quotes(key)) {
            style.keys = keys;
        }
        for (index, key) in KEYS.iter().enumerate() {
            // The day of a renewal shows how days are written.
            let day = (*key == "from").then(|| shown("on")).flatten();
            if let Some(quotes) = shown(key).or(day).and_then(|(_, value)| quotes(value)) {
                style.values[index] = quotes;
            }
        }
        style
    }

    /// An entry; `line_break` separates the keys of one that is not in brackets.
    fn entry(&self, entry: &RenewalRecord<'_>, line_break: &str) -> String {
        let quotes = self.values;
        let values = [
            Some(scalar::word(&entry.on.to_string(), quotes[0])),
            entry
                .paid
                .map(|paid| scalar::word(&paid.to_string(), quotes[1])),
            entry
                .receipt
                .as_deref()
                .map(|text| scalar::write(text, quotes[2])),
            entry
                .note
                .as_deref()
                .map(|text| scalar::write(text, quotes[3])),
            entry
                .from
                .map(|from| scalar::word(&from.to_string(), quotes[4])),
        ];
        let pairs = KEYS.iter().zip(values).filter_map(|(key, value)| {
            let key = scalar::word(key, self.keys);
            Some(format!("{key}: {}", value?))
        });
        let pairs: Vec<String> = pairs.collect();
        match self.flow {
            Some(pad) => format!("{{{pad}{}{pad}}}", pairs.join(", ")),
            None => pairs.join(line_break),
        }
    }
}

/// An entry as it is usually written.
pub(crate) fn flow(entry: &RenewalRecord<'_>) -> String {
    Style::usual(Quotes::Plain, Quotes::Plain).entry(entry, "")
}

/// Whether a history has at least two entries, and its newest first.
pub(crate) fn is_newest_first(site: &PlanNode<'_>, plan: Id) -> bool {
    let items = match site.find(plan, "history") {
        Ok(Found::Own(_, list)) => items(site, list),
        _ => return false,
    };
    let day = |item: &Id| {
        let item = site.tree.resolve(*item);
        site.own(item, "on")
            .and_then(|(_, day)| site.tree.scalar(day))
    };
    // Dates of one form are in the order of their texts.
    matches!((items.first().and_then(day), items.last().and_then(day)), (Some(first), Some(last)) if first > last)
}

fn items<'s>(site: &'s PlanNode<'_>, list: Id) -> &'s [Id] {
    match &site.tree.node(list).kind {
        Kind::Sequence(items) => items,
        _ => &[],
    }
}

/// The splices that add a change's entries.
pub(crate) fn add(
    site: &PlanNode<'_>,
    plan: Id,
    change: &Change<'_>,
) -> Result<Vec<Splice>, EditError> {
    let Found::Own(_, list) = site.find(plan, "history")? else {
        return begin(site, plan, change).ok_or(EditError::Form("history"));
    };
    let items = items(site, list);
    let style = Style::of(site, items, own_style(site, plan));
    let newest_first = is_newest_first(site, plan);
    let written = |line_break: &str| -> Vec<String> {
        let entries = change.entries.iter();
        let entries = entries.map(|entry| style.entry(entry, line_break));
        match newest_first {
            true => entries.rev().collect(),
            false => entries.collect(),
        }
    };
    let (Some(first), Some(last)) = (items.first(), items.last()) else {
        let inside = site.tree.node(list).span().start + 1;
        return Ok(vec![Splice::insert(inside, written("").join(", "))]);
    };
    if site.is_flow(list) {
        return Ok(match newest_first {
            true => vec![before_in_brackets(site, *first, &written(", "))],
            false => behind_in_brackets(site, list, *last, *last, &written(", ")),
        });
    }
    let text = site.tree.text;
    let first_dash = site.dash(list).ok_or(EditError::Form("history"))?;
    let dash = first_dash - line_start(text, first_dash);
    let indent = " ".repeat(dash);
    let new_line = line_break(text, first_dash);
    let keys = format!("{new_line}{}", " ".repeat(dash + 1 + style.gap.len()));
    let lines = written(&keys).into_iter();
    let lines = lines.map(|entry| format!("{indent}-{}{entry}", style.gap));
    if newest_first {
        let at = line_start(text, first_dash);
        let lines: String = lines.map(|line| line + new_line).collect();
        return Ok(vec![Splice::insert(at, lines)]);
    }
    if site.keeps_blank_lines(list) {
        return Err(EditError::Form("history"));
    }
    let at = line_end(text, site.end(list));
    let lines: String = lines.map(|line| format!("{new_line}{line}")).collect();
    Ok(vec![Splice::insert(at, lines)])
}

/// A history where there is none: behind the last key of the plan that ends with its line.
fn begin(site: &PlanNode<'_>, plan: Id, change: &Change<'_>) -> Option<Vec<Splice>> {
    let Kind::Mapping(keys) = &site.tree.node(plan).kind else {
        return None;
    };
    let (first, _) = *keys.first()?;
    let (last, value) = *keys.last()?;
    let text = site.tree.text;
    let example = example(site);
    let style = own_style(site, plan);
    let style = match example {
        Some(example) => Style::of(site, items(site, example), style),
        None => style,
    };
    if site.is_flow(plan) {
        let style = Style {
            flow: Some(style.flow.unwrap_or_default()),
            ..style
        };
        let entries = change.entries.iter();
        let entries: Vec<String> = entries.map(|entry| style.entry(entry, "")).collect();
        let key = scalar::word("history", style.keys);
        let history = format!("{key}: [{}]", entries.join(", "));
        return Some(behind_in_brackets(site, plan, last, value, &[history]));
    }
    let new_line = line_break(text, site.tree.node(first).span().start);
    let column = site.column(first);
    let step = match example {
        Some(example) => step(site, example),
        None => lists(site).map_or(STEP, |list| step(site, list)),
    };
    let dash = column + step;
    let separator = format!("{new_line}{}", " ".repeat(dash + 1 + style.gap.len()));
    let key = scalar::word("history", style.keys);
    let mut lines = format!("{new_line}{}{key}:", " ".repeat(column));
    for entry in &change.entries {
        let (indent, entry) = (" ".repeat(dash), style.entry(entry, &separator));
        lines += &format!("{new_line}{indent}-{}{entry}", style.gap);
    }
    let mut values = keys.iter().rev().map(|(_, value)| *value);
    let above = values.find(|value| !site.keeps_blank_lines(*value))?;
    Some(vec![Splice::insert(line_end(text, site.end(above)), lines)])
}

/// The style that a plan's own keys and dates show.
fn own_style(site: &PlanNode<'_>, plan: Id) -> Style {
    let shown = site
        .own(plan, "renewed")
        .or_else(|| site.own(plan, "expires"));
    let quotes = |id: Option<Id>| id.and_then(|id| site.quotes(id)).unwrap_or(Quotes::Plain);
    let (key, value) = shown.unzip();
    Style::usual(quotes(key), quotes(value))
}

/// The last block list under `history` of any plan nearby.
fn example(site: &PlanNode<'_>) -> Option<Id> {
    values(site, |key| key == "history").next_back()
}

/// A block list under any key of any plan nearby.
fn lists(site: &PlanNode<'_>) -> Option<Id> {
    values(site, |_| true).next()
}

/// The block lists under keys of the plans nearby.
fn values(site: &PlanNode<'_>, wanted: fn(&str) -> bool) -> impl DoubleEndedIterator<Item = Id> {
    let mut found = Vec::new();
    for plan in site.plans() {
        let Kind::Mapping(keys) = &site.tree.node(plan).kind else {
            continue;
        };
        for (key, value) in keys {
            let is_list = matches!(site.tree.node(*value).kind, Kind::Sequence(_));
            if is_list && !site.is_flow(*value) && site.tree.scalar(*key).is_some_and(wanted) {
                found.push(*value);
            }
        }
    }
    found.into_iter()
}

/// Spaces between the column of a plan's keys and the dashes of a list in it.
fn step(site: &PlanNode<'_>, list: Id) -> usize {
    let key = site
        .plans()
        .find_map(|plan| match &site.tree.node(plan).kind {
            Kind::Mapping(keys) => keys.iter().find(|(_, value)| *value == list),
            _ => None,
        });
    let dash = site.dash(list);
    let step = key.zip(dash).map(|((key, _), dash)| {
        let dash = dash - line_start(site.tree.text, dash);
        dash.saturating_sub(site.column(*key))
    });
    step.unwrap_or(STEP)
}

fn before_in_brackets(site: &PlanNode<'_>, first: Id, texts: &[String]) -> Splice {
    let text = site.tree.text;
    let at = site.tree.node(first).span().start;
    let separator = own_line(site, first).map_or(", ".to_owned(), |indent| {
        format!(",{}{indent}", line_break(text, at))
    });
    Splice::insert(
        at,
        texts
            .iter()
            .map(|item| format!("{item}{separator}"))
            .collect(),
    )
}

/// What stands in front of a node on its line, if that is white space only.
fn own_line<'t>(site: &PlanNode<'t>, id: Id) -> Option<&'t str> {
    let at = site.tree.node(id).span().start;
    let before = &site.tree.text[line_start(site.tree.text, at)..at];
    before
        .bytes()
        .all(|byte| byte == b' ')
        .then_some(before)
        .filter(|before| !before.is_empty())
}

/// Adds texts behind the last item of a collection in brackets, which begins with `start` and ends with `last`.
fn behind_in_brackets(
    site: &PlanNode<'_>,
    collection: Id,
    start: Id,
    last: Id,
    texts: &[String],
) -> Vec<Splice> {
    let text = site.tree.text;
    let behind = site.tree.node(last).span().end;
    let close = site.tree.node(collection).span().end - 1;
    let Some(indent) = own_line(site, start) else {
        return vec![Splice::insert(behind, format!(", {}", texts.join(", ")))];
    };
    let new_line = line_break(text, behind);
    // Behind the comment on the last item's line, unless the bracket stands there.
    let at = line_end(text, behind);
    let at = if at < close { at } else { behind };
    let lines = |comma: &str| -> String {
        let lines = texts.join(&format!(",{new_line}{indent}"));
        format!("{new_line}{indent}{lines}{comma}")
    };
    match comma(&text[behind..close]) {
        Some(_) if at > behind => vec![Splice::insert(at, lines(","))],
        Some(comma) => vec![Splice::insert(behind + comma + 1, lines(","))],
        None if at > behind => vec![
            Splice::insert(behind, ",".to_owned()),
            Splice::insert(at, lines("")),
        ],
        None => vec![Splice::insert(behind, format!(",{}", lines("")))],
    }
}

/// Where the comma behind a last item stands, comments aside.
fn comma(rest: &str) -> Option<usize> {
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
