//! The edit that records one renewal, and the check that it changes nothing else.

use chrono::NaiveDate;

use super::{history, scalar, splice};
use crate::document::Document;
use crate::document::edit::change::{Change, KeyChange};
use crate::document::edit::plan_node::{EditError, PlanNode};
use crate::document::edit::renewal::{RenewError, Renewal};
use crate::document::edit::splice::Splice;
use crate::plan::{Anchor, AutoRenewalEnd, Diagnostic, Expiry, Path, Plan, Step};
use crate::text::value_error::ValueError;

/// A plans file with a renewal in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit<'t> {
    /// The new text, without a byte-order mark.
    pub text: String,
    /// The changes that turn the old text into the new one, in order.
    pub splices: Vec<Splice>,
    /// The plan after the renewal.
    pub plan: Plan<'t>,
    /// The dates of the plan before the renewal.
    pub(crate) before: Expiry,
    /// The expiry of the plan before the renewal. For a plan that renews by itself, its first
    /// expiry.
    pub(crate) expiry: NaiveDate,
    /// The end of its automatic renewal, if that was before this renewal.
    pub(crate) auto_renewal_end: Option<AutoRenewalEnd>,
}

/// Records a renewal of the plan at `index` in the list of a file. The day of the renewal must not
/// be after `today`.
///
/// # Errors
///
/// - The renewal is in the future, or is not newer than the last one.
/// - The plan has been given up.
/// - Nothing says how long the renewal lasts.
/// - A text is not allowed in a plans file.
/// - The form of the file does not allow the change without affecting other plans.
pub fn renew<'t>(
    document: &Document<'t>,
    index: usize,
    renewal: &Renewal,
    today: NaiveDate,
) -> Result<Edit<'t>, RenewError> {
    let Some(plan) = document.list().plans.get(index) else {
        let error = ValueError::new("there is no such plan");
        return Err(RenewError::InvalidRequest(error));
    };
    let change = Change::new(plan, index, renewal, today)?;
    let by_hand = |what: ValueError, key: Option<&'static str>| {
        RenewError::ByHand(written_at(index, key, what), manual_lines(&change))
    };
    let part = document.part(index);
    let text = &document.text()[part.span.clone()];
    let edited = PlanNode::new(text, index - part.first, part.span.start)
        .and_then(|node| Ok((splices(&node, &change)?, history::is_newest_first(&node))));
    let (splices, newest_first) =
        edited.map_err(|error| by_hand(error.message(&plan.id), error.key()))?;
    let expected = changed_plan(plan, &change, newest_first);
    let new_text = splice::apply(document.text(), &splices)
        .filter(|text| document.is_same_but(text, &part, index, &expected));
    let Some(new_text) = new_text else {
        let message = "changing this plan would change something else too";
        return Err(by_hand(ValueError::new(message), None));
    };
    Ok(Edit {
        text: new_text,
        splices,
        plan: expected,
        before: plan.expiry,
        expiry: change.old_expiry,
        auto_renewal_end: plan.auto_renewal_ended_before(renewal.on),
    })
}

/// Returns the plan as it must be after a change.
fn changed_plan<'t>(plan: &Plan<'t>, change: &Change<'t>, newest_first: bool) -> Plan<'t> {
    let mut changed = plan.clone();
    changed.expiry = change.expiry;
    for record in change.records.iter().cloned() {
        match newest_first {
            true => changed.history.insert(0, record),
            false => changed.history.push(record),
        }
    }
    changed
}

/// Returns a diagnostic about the plan at `index`, or about the value of one of its keys. It points
/// at the place where the value is written.
fn written_at(index: usize, key: Option<&'static str>, what: ValueError) -> Box<Diagnostic> {
    let mut path = vec![Step::Key("plans"), Step::Item(index)];
    path.extend(key.map(Step::Key));
    Box::new(Diagnostic {
        path: Path(path),
        anchor: Anchor::Written,
        what,
        related: None,
    })
}

/// Returns the splices that make a change in the whole text, in order.
fn splices(node: &PlanNode<'_>, change: &Change<'_>) -> Result<Vec<Splice>, EditError> {
    let mut splices = Vec::new();
    for key in &change.keys {
        splices.extend(set_value(node, key)?);
    }
    splices.extend(history::add(node, &change.records)?);
    splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
    for splice in &mut splices {
        splice.range.start += node.offset;
        splice.range.end += node.offset;
    }
    Ok(splices)
}

/// Returns the splices that give a key its new name and value. The quotes do not change.
fn set_value(node: &PlanNode<'_>, key: &KeyChange) -> Result<Vec<Splice>, EditError> {
    let unsupported = EditError::UnsupportedForm(key.old);
    let (key_node, value) = node.find(key.old)?.ok_or(unsupported)?;
    let replace = |id, word: &str| {
        let quotes = node.quotes(id).ok_or(unsupported)?;
        let text = scalar::write_word(word, quotes);
        Ok(Splice::replace(node.tree.node(id).span(), text))
    };
    let mut splices = vec![replace(value, &key.value)?];
    if key.new != key.old {
        splices.push(replace(key_node, key.new)?);
    }
    Ok(splices)
}

/// Returns the lines to write by hand for a change.
fn manual_lines(change: &Change<'_>) -> Vec<String> {
    let keys = change.keys.iter().map(|key| match key.old == key.new {
        true => format!("{}: {}", key.new, key.value),
        false => format!("{}: {}   (instead of `{}`)", key.new, key.value, key.old),
    });
    let records = change.records.iter();
    let records = records.map(|record| format!("  - {}", history::flow_record(record)));
    keys.chain(["history:".to_owned()]).chain(records).collect()
}
