//! Counts the plans of a list that are due, for the sentence that sums the list up.

use chrono::NaiveDate;

use crate::agenda::AgendaItem;
use crate::plan::PlanList;
use crate::plan::status::PlanStatus;
use crate::words::{DueGroup, DueSummary, TimeUnit};

/// Counts the plans of a list on a day.
#[derive(Debug)]
pub(crate) struct DueCounter {
    today: NaiveDate,
    summary: DueSummary,
    /// The last of the days of the plans that are due.
    last: NaiveDate,
}

impl DueCounter {
    /// Makes a counter for a list without plans.
    #[must_use]
    pub(crate) fn new(today: NaiveDate) -> Self {
        Self {
            today,
            summary: DueSummary::default(),
            last: today,
        }
    }

    /// Counts a plan, unless it was given up before. Of a plan that is due, only the day for which it
    /// is due counts.
    pub(crate) fn add(&mut self, item: &AgendaItem<'_>) {
        let Some(status) = item.status else { return };
        let (today, summary) = (self.today, &mut self.summary);
        summary.plans += 1;
        if status.is_expired() {
            summary.expired += 1;
            return;
        }
        if !item.is_due {
            let next = item.schedule.next_due(today);
            summary.automatic += usize::from(next.is_none());
            summary.next = next.into_iter().chain(summary.next).min();
            return;
        }
        let group = match status {
            PlanStatus::CancelBy(_) => &mut summary.cancel,
            PlanStatus::GivenUp(_) => &mut summary.ending,
            _ => &mut summary.due,
        };
        if let Some(day) = item.due_day(today) {
            add_to(group, today, day);
            self.last = self.last.max(day);
        }
    }

    /// What the list asks of its user.
    #[must_use]
    pub(crate) fn summary(&self) -> DueSummary {
        DueSummary {
            is_next_last: self.summary.next.is_some_and(|next| next >= self.last),
            ..self.summary
        }
    }
}

fn add_to(group: &mut DueGroup, today: NaiveDate, day: NaiveDate) {
    let days = (day - today).num_days();
    let (nearest, _) = group.nearest;
    group.is_one_day = group.count == 0 || (group.is_one_day && days == nearest);
    if group.count == 0 || days < nearest {
        group.nearest = (days, TimeUnit::between(today, day));
    }
    group.count += 1;
}

/// Returns what a list asks of its user on `today`.
#[must_use]
pub(crate) fn due_summary(list: &PlanList<'_>, today: NaiveDate) -> DueSummary {
    let mut counter = DueCounter::new(today);
    for plan in &list.plans {
        counter.add(&AgendaItem::new(plan, list, today));
    }
    counter.summary()
}
