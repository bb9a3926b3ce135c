//! Recording a renewal in a plans file, and leaving every other byte of it as it is.
//!
//! `renew` works out what the renewal makes of the plan (`terms`), where that stands in the text
//! and how it is written there (`site`, `history`), and then proves it: the new text is read again,
//! and holds the same list but for what was asked, and outside of the splices the same bytes. What cannot be
//! proved is not done: an aliased value, a plan that is merged from another. Then the refusal says what to write by hand.
//!
//! Cost: beside the reading of the file, which the caller has done, one look at its bytes. In a
//! list that is written as lists are, only the piece around the plan is parsed again
//! ([`crate::document`]); any other text is, whole, twice.

mod diff;
mod history;
mod plan_node;
mod scalar;
mod splice;
mod terms;

use chrono::NaiveDate;

use super::Document;
use crate::plan::value::price::Price;
use crate::plan::{Anchor, AutoRenewalEnd, Diagnostic, Expiry, Path, Plan, Step};
use crate::text::value_error::ValueError;
use crate::time::period::Period;

pub use diff::Hunk;
pub use diff::Line;
pub use diff::hunks;
use plan_node::PlanNode;
pub(crate) use splice::Splice;

/// A renewal that is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// The day on which it was done.
    pub on: NaiveDate,
    /// What was paid.
    pub paid: Option<Price>,
    /// Where the receipt is, or what it says.
    pub receipt: Option<String>,
    /// Whatever else there is to say; may have line breaks.
    pub note: Option<String>,
    /// How long it lasts, where the plan does not say so or says otherwise.
    pub lasts: Option<NewValidity>,
    /// Whether it counts from the old expiry, though the plan does not say so.
    pub from_expiry: bool,
}

/// How long a renewal lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewValidity {
    /// A length of time, and how it was written.
    For(Period, String),
    /// To a day, the last on which the plan works.
    Until(NaiveDate),
}

/// A plans file with a renewal in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit<'t> {
    /// The new text, without a byte-order mark.
    pub text: String,
    /// What is new in it, in order.
    pub splices: Vec<Splice>,
    /// The plan as it is now.
    pub plan: Plan<'t>,
    /// The dates that it had before.
    pub(crate) before: Expiry,
    /// The expiry that it had before; of what renews by itself, the first.
    pub(crate) expiry: NaiveDate,
    /// How it has stopped to renew by itself before this renewal, if it had begun.
    pub(crate) lapse: Option<AutoRenewalEnd>,
}

/// Why a renewal is not recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RenewError {
    /// It is not one that can be: no place in the file has to do with it.
    Asked(ValueError),
    /// The plan does not take it, because of this.
    Refused(Box<Diagnostic>),
    /// It has to be written by hand: why, and the lines to write.
    ByHand(Box<Diagnostic>, Vec<String>),
}

/// Records a renewal of the plan at `index` in the list of a file, on a day that is `today` or
/// before it.
///
/// # Errors
///
/// The renewal is in the future, or not newer than the last one; the plan has been given up; nothing says
/// how long the renewal lasts; a text is not one that a plans file may hold; the file is written in a way that
/// keeps the change from being made without touching more than the plan.
pub fn renew<'t>(
    document: &Document<'t>,
    index: usize,
    renewal: &Renewal,
    today: NaiveDate,
) -> Result<Edit<'t>, RenewError> {
    let Some(plan) = document.list().plans.get(index) else {
        return Err(RenewError::Asked(ValueError::new("there is no such plan")));
    };
    let change = terms::change(plan, index, renewal, today)?;
    let mut expected = plan.clone();
    expected.expiry = change.term;
    let part = document.part(index);
    let site = PlanNode::new(
        &document.text()[part.span.clone()],
        index - part.first,
        part.span.start,
    );
    let by_hand = |what: ValueError, aim: Anchor, key: Option<&'static str>| {
        let mut path = vec![Step::Key("plans"), Step::Item(index)];
        path.extend(key.map(Step::Key));
        let finding = Diagnostic {
            path: Path(path),
            anchor: aim,
            what,
            related: None,
        };
        RenewError::ByHand(Box::new(finding), change.lines())
    };
    let splices = site
        .splices(&change)
        .map_err(|obstacle| by_hand(obstacle.what(&plan.id), obstacle.aim(), obstacle.key()))?;
    for entry in change.entries.iter().cloned() {
        match site.is_newest_first() {
            true => expected.history.insert(0, entry),
            false => expected.history.push(entry),
        }
    }
    let proved = splice::apply(document.text(), &splices)
        .filter(|text| document.becomes(text, &part, index, &expected));
    match proved {
        Some(text) => Ok(Edit {
            text,
            splices,
            plan: expected,
            before: plan.expiry,
            expiry: change.before,
            lapse: plan.auto_renewal_ended_before(renewal.on),
        }),
        None => Err(by_hand(
            ValueError::new("this plan cannot be changed without changing something else as well"),
            Anchor::Written,
            None,
        )),
    }
}
