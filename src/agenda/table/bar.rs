//! The bar of a cycle: the past part, the remaining part, and the grace after them.

use chrono::NaiveDate;

use crate::agenda::table::paint::Paint;
use crate::agenda::{AgendaItem, Span};
use crate::plan::schedule::Kind;
use crate::plan::status::{PlanStatus, next_renewal};

/// The pieces of a bar: past, remaining, grace.
pub(crate) type Pieces = [(Paint, String); 3];

/// Draws the bar of a plan on a day, `columns` wide. `None` if the beginning of its cycle is
/// unknown.
pub(crate) fn bar(item: &AgendaItem<'_>, today: NaiveDate, columns: usize) -> Option<Pieces> {
    let (start, works, last) = span(item, today)?;
    let days = |from: NaiveDate, to: NaiveDate| (to - from).num_days();
    // The last day is included.
    let all = days(start, last) + 1;
    let place = |day: i64| -> usize {
        let cells = i64::try_from(columns).unwrap_or(0);
        usize::try_from(day.clamp(0, all) * cells / all).unwrap_or(0)
    };
    let is_over = today > last;
    let over = if is_over {
        columns
    } else {
        place(days(start, today))
    };
    let end = place(days(start, works) + 1).max(over);
    Some([
        (Paint::of(item), "█".repeat(over)),
        (Paint::Quiet, "░".repeat(end - over)),
        (Paint::Quiet, "·".repeat(columns - end)),
    ])
}

/// The first day of the current cycle, its last day, and the last day on which the plan can be
/// recovered.
fn span(item: &AgendaItem<'_>, today: NaiveDate) -> Option<(NaiveDate, NaiveDate, NaiveDate)> {
    let (plan, schedule) = (item.plan, &item.schedule);
    let span = match item.status? {
        PlanStatus::Renews(_) => {
            let next = next_renewal(schedule, today)?;
            let renewals = schedule.occurrences.iter().rev();
            let before = renewals
                .filter(|occurrence| occurrence.kind == Kind::Renewal)
                .map(|occurrence| occurrence.day)
                .find(|day| *day < next);
            let start = before.or(plan.expiry.cycle_start().filter(|day| *day < next));
            let start = start.or_else(|| plan.expiry.validity()?.before(next))?;
            return Some((start, next, next));
        }
        _ => Span::of(plan, schedule),
    };
    let start = if plan.automatic().is_some() {
        // The cycle begins with the last automatic renewal.
        plan.expiry.validity()?.before(schedule.expiry?)?
    } else {
        span.start?
    };
    let works = span.works_until?;
    (start <= works).then_some((start, works, span.recoverable_until.unwrap_or(works)))
}
