//! The ways to renew a plan on a day.

use chrono::NaiveDate;

use crate::plan::{Contact, Method, Plan, Way};

/// The ways to renew a plan on `today`, the usual one first, each with its method.
///
/// Once a plan has renewed by itself for the last time, that way is no method any more; it stays
/// where it says what else to do or where, and is left out where it says nothing.
pub fn ways<'p>(
    plan: &'p Plan<'p>,
    today: NaiveDate,
) -> impl Iterator<Item = (Method, &'p Way<'p>)> {
    let has_lapsed = plan.lapsed(today).is_some();
    plan.renewal.iter().filter_map(move |way| {
        if !has_lapsed || way.method != Method::AutoDebit {
            return Some((way.method, way));
        }
        let says =
            way.action.is_some() || !way.steps.is_empty() || way.contact != Contact::default();
        says.then_some((Method::Other, way))
    })
}
