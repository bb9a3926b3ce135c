//! The agenda of a list on a day: the status of each plan, its next day, and whether it is due.
//!
//! The page and `weekahead list` use the same functions, so they agree. The current day is an
//! argument, and all times are in whole days.

mod cycles;
mod due_counter;
mod renewal_methods;
mod span;
pub(crate) mod table;
pub(crate) mod ticket;
mod warning;
mod yearly_cost;

use chrono::{Datelike, NaiveDate};

pub(crate) use cycles::{Cycle, CycleKind, cycles};
pub(crate) use due_counter::DueCounter;
#[cfg(any(test, feature = "serve"))]
pub(crate) use due_counter::due_summary;
pub(crate) use renewal_methods::renewal_methods;
pub(crate) use span::Span;
pub(crate) use warning::{Warning, warnings};
pub(crate) use yearly_cost::YearlyCost;

use crate::plan::schedule::Schedule;
use crate::plan::status::{PlanStatus, Urgency, next_renewal};
use crate::plan::{Plan, PlanList};
use crate::time::period::Period;
use crate::words::{PlanCounts, Words};

/// Which plans of a list are shown.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only plans whose next day is within this time, or that have expired.
    pub(crate) within: Option<Period>,
    /// Only plans with at least one of these tags. If empty, all plans.
    pub(crate) tags: Vec<String>,
    /// Only plans that have expired: overdue, in grace, or past their grace.
    pub(crate) overdue: bool,
    /// Only plans that are due.
    pub(crate) due: bool,
}

/// A plan and its status on a day.
#[derive(Debug, Clone)]
pub struct AgendaItem<'a> {
    /// The plan.
    pub(crate) plan: &'a Plan<'a>,
    /// Its schedule.
    pub(crate) schedule: Schedule,
    /// Its status; `None` if the plan was given up before the day.
    pub(crate) status: Option<PlanStatus>,
    /// Whether the plan is due ([`PlanStatus::is_due`]).
    pub(crate) is_due: bool,
}

impl<'a> AgendaItem<'a> {
    /// Makes the item of a plan of `list` on `today`.
    #[must_use]
    pub(crate) fn new(plan: &'a Plan<'a>, list: &PlanList<'_>, today: NaiveDate) -> Self {
        let schedule = Schedule::new(plan, &list.settings, today.year());
        let status = PlanStatus::of(plan, &schedule, today);
        let is_due = status.is_some_and(|status| status.is_due(&schedule, today));
        Self {
            plan,
            schedule,
            status,
            is_due,
        }
    }

    /// How soon the user has to act; `None` if the plan was given up before.
    #[must_use]
    pub(crate) fn urgency(&self) -> Option<Urgency> {
        Some(self.status?.urgency(self.is_due))
    }

    /// The day to or from which its status counts.
    #[must_use]
    pub(crate) fn day(&self, today: NaiveDate) -> Option<NaiveDate> {
        match self.status {
            None | Some(PlanStatus::GivenUp(_)) => self.plan.ended,
            Some(PlanStatus::Grace(_) | PlanStatus::Lost(_)) => self.schedule.grace_end,
            Some(PlanStatus::Expired(_) | PlanStatus::Ends(_)) => self.schedule.expiry,
            Some(PlanStatus::Renews(_)) => next_renewal(&self.schedule, today),
            Some(PlanStatus::CancelBy(_)) => self.schedule.cancel_by(today),
        }
    }

    /// The day for which it is due. A plan that still renews by itself is due for the expiry after
    /// its last renewal.
    #[must_use]
    pub(crate) fn due_day(&self, today: NaiveDate) -> Option<NaiveDate> {
        match self.status {
            Some(PlanStatus::Renews(_)) => self.schedule.expiry,
            status => status?.day(today),
        }
    }

    /// The status as a sentence without a full stop.
    #[must_use]
    pub(crate) fn status_sentence(&self, words: &dyn Words, today: NaiveDate) -> String {
        match (self.status, self.day(today)) {
            (Some(status), _) => words.status_sentence(status),
            (None, Some(day)) => words.given_up_on(&day.to_string()),
            (None, None) => String::new(),
        }
    }

    fn matches(&self, filter: &Filter, today: NaiveDate) -> bool {
        let Some(status) = self.status else {
            return false;
        };
        let is_expired = status.is_expired();
        let has_tag = |tag: &String| self.plan.tags.iter().any(|own| own == tag);
        let is_near = |period| is_within(self.day(today), today, period);
        (!filter.overdue || is_expired)
            && (!filter.due || self.is_due)
            && (filter.tags.is_empty() || filter.tags.iter().any(has_tag))
            && filter
                .within
                .is_none_or(|period| is_expired || is_near(period))
    }
}

/// The plans of a list on a day.
#[derive(Debug, Clone)]
pub struct Agenda<'a> {
    /// The day.
    pub(crate) today: NaiveDate,
    /// The plans that are shown, in the order of [`PlanStatus::rank`]: plans that can still be
    /// recovered, expired plans, then plans that expire later. The nearest day comes first in each
    /// group.
    pub items: Vec<AgendaItem<'a>>,
    /// The number of plans of each kind.
    pub(crate) counts: PlanCounts,
    /// The cost of the shown plans in a year.
    pub(crate) yearly_cost: YearlyCost,
}

impl<'a> Agenda<'a> {
    /// Makes the agenda of the plans of `list` that match the filter on `today`. Plans that were
    /// given up before are only counted.
    #[must_use]
    pub fn new(list: &'a PlanList<'a>, today: NaiveDate, filter: &Filter) -> Self {
        let mut counts = PlanCounts::default();
        let mut yearly_cost = YearlyCost::new(today);
        let mut items = Vec::new();
        for plan in &list.plans {
            let item = AgendaItem::new(plan, list, today);
            match item.status {
                None => counts.ended += 1,
                Some(_) => counts.all += 1,
            }
            if item.matches(filter, today) {
                yearly_cost.add(plan);
                counts.due += usize::from(item.is_due);
                items.push(item);
            }
        }
        counts.shown = items.len();
        // The sort is stable, so items with equal ranks stay in the order of the file.
        items.sort_by_key(|item| item.status.map(PlanStatus::rank));
        Self {
            today,
            items,
            counts,
            yearly_cost,
        }
    }
}

/// Whether a day is within a time from today.
fn is_within(day: Option<NaiveDate>, today: NaiveDate, period: Period) -> bool {
    // A time that ends after the last allowed year includes every day.
    day.is_some_and(|day| period.after(today, 1).is_none_or(|last| day <= last))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::AgendaItem;
    use super::PlanStatus::{Ends, Expired, GivenUp, Grace, Lost, Renews};
    use crate::document::Document;
    use crate::plan::value::language::Language;
    use crate::words;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect(text)
    }

    /// Returns what `look` finds in the item of a plan on a day.
    fn on<T>(today: &str, plan: &str, look: impl Fn(&AgendaItem<'_>) -> T) -> T {
        let text = format!("- {{name: A, {plan}}}\n");
        let document = Document::read(text.as_bytes()).expect(plan);
        let list = document.list();
        look(&AgendaItem::new(&list.plans[0], list, day(today)))
    }

    /// In no language is today "in 0 days", and one day is no plural.
    #[test]
    fn today_and_one_day_have_their_own_words() {
        for language in Language::ALL {
            let words = words::in_language(language);
            for status in [Ends, Renews, GivenUp, Grace] {
                for text in [
                    words.status_cell(status(0)),
                    words.status_sentence(status(0)),
                ] {
                    assert!(!text.contains('0'), "{text}");
                }
            }
            for status in [Ends, Renews, GivenUp, Grace, Expired, Lost] {
                for text in [
                    words.status_cell(status(1)),
                    words.status_sentence(status(1)),
                ] {
                    assert!(
                        !text.contains("1 days") && !text.contains("1 dager"),
                        "{text}"
                    );
                }
            }
        }
    }

    /// The first warning of the end of automatic renewal comes while the plan still renews by
    /// itself.
    #[test]
    fn what_is_given_up_before_it_expires_is_due_only_before_that_day() {
        let plan = "renewed: 2026-10-20, validity: 1 month, remind: [60d], \
                    renewal: {method: auto-debit, until: 2026-12-31}";
        assert!(on("2026-12-10", plan, |entry| entry.is_due));
        let given_up = format!("{plan}, ended: 2027-01-15").replace("60d", "7d");
        for (today, expected) in [
            ("2026-12-10", false),
            ("2027-01-07", false),
            ("2027-01-08", true),
            ("2027-01-15", true),
            ("2027-01-16", false),
        ] {
            assert_eq!(
                on(today, &given_up, |entry| entry.is_due),
                expected,
                "{today}"
            );
        }
        let outlived = format!("{plan}, ended: 2027-01-20");
        assert!(on("2026-12-10", &outlived, |entry| entry.is_due));
    }
}
