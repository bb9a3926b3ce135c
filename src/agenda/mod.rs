//! What a list asks for on a day: how each plan stands, what comes next for it, what is due.
//!
//! The page and `weekahead list` both show it, so they cannot differ. Today is an argument, and
//! everything is counted in whole days.

mod cycles;
mod span;
pub(crate) mod table;
mod totals;
mod warning;
mod ways;

use chrono::{Datelike, NaiveDate};

pub(crate) use crate::plan::status::{PlanStatus, Urgency, next_renewal};
pub(crate) use cycles::{Cycle, CycleKind, cycles};
pub(crate) use span::Span;
pub(crate) use totals::YearlyCost;
pub(crate) use warning::{Warning, warnings};
pub(crate) use ways::ways;

use crate::plan::schedule::{Kind, Schedule};
use crate::plan::{Plan, PlanList};
use crate::time::period::Period;
use crate::words::PlanCounts;

/// Which plans of a list are wanted.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those that something happens to within this time, or that have expired.
    pub(crate) within: Option<Period>,
    /// Only those with one of these tags, if there are any.
    pub(crate) tags: Vec<String>,
    /// Only those that have expired: overdue, in grace, or past it.
    pub(crate) overdue: bool,
}

/// A plan on a day.
#[derive(Debug, Clone)]
pub struct AgendaItem<'a> {
    /// The plan.
    pub(crate) plan: &'a Plan<'a>,
    /// Its days.
    pub(crate) schedule: Schedule,
    /// How it stands; `None` where it was given up before.
    pub(crate) standing: Option<PlanStatus>,
    /// Whether somebody has to act.
    ///
    /// It has expired; or the first warning of its expiry has come, which its longest lead
    /// decides. Where a time is asked for, that decides instead: it expires within it. What
    /// renews by itself is not due before the expiry that ends that.
    pub(crate) is_due: bool,
}

impl<'a> AgendaItem<'a> {
    /// A plan of `list` on `today`, due as `within` says.
    #[must_use]
    pub(crate) fn new(
        plan: &'a Plan<'a>,
        list: &PlanList<'_>,
        today: NaiveDate,
        within: Option<Period>,
    ) -> Self {
        let schedule = Schedule::new(plan, &list.settings, today.year());
        let standing = PlanStatus::of(plan, &schedule, today);
        let due_from = match within {
            Some(period) if is_ahead(schedule.expiry, today, period) => Some(today),
            Some(_) => None,
            None => first_warning(&schedule),
        };
        let is_due = match standing {
            None | Some(PlanStatus::GivenUp(_)) => false,
            Some(PlanStatus::Grace(_) | PlanStatus::Expired(_) | PlanStatus::Lost(_)) => true,
            Some(PlanStatus::Ends(_) | PlanStatus::Renews(_)) => {
                due_from.is_some_and(|day| day <= today) && expires(plan, &schedule)
            }
        };
        Self {
            plan,
            schedule,
            standing,
            is_due,
        }
    }

    /// The day that its standing counts to or from.
    #[must_use]
    pub(crate) fn day(&self, today: NaiveDate) -> Option<NaiveDate> {
        match self.standing {
            None | Some(PlanStatus::GivenUp(_)) => self.plan.ended,
            Some(PlanStatus::Grace(_) | PlanStatus::Lost(_)) => self.schedule.grace_end,
            Some(PlanStatus::Expired(_) | PlanStatus::Ends(_)) => self.schedule.expiry,
            Some(PlanStatus::Renews(_)) => next_renewal(&self.schedule, today),
        }
    }

    /// The last day on which the calendar warns of it that has come, and the next that has not.
    #[must_use]
    pub(crate) fn warned(&self, today: NaiveDate) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let (mut last, mut next) = (None, None);
        warning::each_day(&self.schedule, |day| {
            if day <= today {
                last = last.max(Some(day));
            } else if next.is_none_or(|next| day < next) {
                next = Some(day);
            }
        });
        (last, next)
    }

    fn is_wanted(&self, wanted: &Filter, today: NaiveDate) -> bool {
        let Some(standing) = self.standing else {
            return false;
        };
        let is_late = standing.level() == Urgency::Late;
        let has_tag = |tag: &String| self.plan.tags.iter().any(|own| own == tag);
        let is_soon = |period| is_ahead(self.day(today), today, period);
        (!wanted.overdue || is_late)
            && (wanted.tags.is_empty() || wanted.tags.iter().any(has_tag))
            && wanted
                .within
                .is_none_or(|period| is_late || is_soon(period))
    }
}

/// What a list asks for on a day.
#[derive(Debug, Clone)]
pub struct Agenda<'a> {
    /// The day.
    pub(crate) today: NaiveDate,
    /// The plans that are wanted, in the order of [`PlanStatus::rank`]: what can still be recovered,
    /// what has expired, what comes, each the nearest first.
    pub entries: Vec<AgendaItem<'a>>,
    /// How many there are.
    pub(crate) counts: PlanCounts,
    /// What a year of them costs.
    pub(crate) totals: YearlyCost,
}

impl<'a> Agenda<'a> {
    /// The plans of `list` on `today` that are wanted. Those that were given up are counted only.
    #[must_use]
    pub fn new(list: &'a PlanList<'a>, today: NaiveDate, wanted: &Filter) -> Self {
        let mut counts = PlanCounts::default();
        let mut totals = YearlyCost::new(today);
        let mut entries = Vec::new();
        for plan in &list.plans {
            let entry = AgendaItem::new(plan, list, today, wanted.within);
            match entry.standing {
                None => counts.ended += 1,
                Some(_) => counts.all += 1,
            }
            if entry.is_wanted(wanted, today) {
                totals.add(plan);
                counts.due += usize::from(entry.is_due);
                entries.push(entry);
            }
        }
        counts.shown = entries.len();
        // Equal ones stay in the order of the file.
        entries.sort_by_key(|entry| entry.standing.map(PlanStatus::rank));
        Self {
            today,
            entries,
            counts,
            totals,
        }
    }
}

/// Whether a day comes within a time from today.
fn is_ahead(day: Option<NaiveDate>, today: NaiveDate, period: Period) -> bool {
    // A time that ends after every year that is allowed has every day in it.
    day.is_some_and(|day| period.after(today, 1).is_none_or(|last| day <= last))
}

/// Whether a plan lives to see its expiry.
fn expires(plan: &Plan<'_>, schedule: &Schedule) -> bool {
    schedule
        .expiry
        .is_some_and(|expiry| plan.ended.is_none_or(|ended| expiry <= ended))
}

/// The first day on which the calendar warns of the expiry.
fn first_warning(schedule: &Schedule) -> Option<NaiveDate> {
    let of_expiry = schedule
        .occurrences
        .iter()
        .filter(|occurrence| matches!(occurrence.kind, Kind::Notice(_) | Kind::Expiry));
    of_expiry
        .flat_map(|occurrence| {
            let alarms = occurrence.alarms.iter();
            alarms
                .filter_map(|lead| lead.day(occurrence.day))
                .chain([occurrence.day])
        })
        .min()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::AgendaItem;
    use crate::document::Document;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect(text)
    }

    /// What a plan is on a day.
    fn on<T>(today: &str, plan: &str, look: impl Fn(&AgendaItem<'_>) -> T) -> T {
        let text = format!("- {{name: A, {plan}}}\n");
        let document = Document::read(text.as_bytes()).expect(plan);
        let list = document.list();
        look(&AgendaItem::new(&list.plans[0], list, day(today), None))
    }

    #[test]
    fn the_next_warning_is_the_nearest_whatever_stands_first() {
        let plan = "expires: 2027-01-31, grace: 30 days, remind: [7d, 30d]";
        for (today, last, next) in [
            ("2026-12-31", None, Some("2027-01-01")),
            ("2027-01-01", Some("2027-01-01"), Some("2027-01-24")),
            ("2027-02-01", Some("2027-02-01"), Some("2027-02-23")),
            ("2027-03-02", Some("2027-03-02"), None),
        ] {
            let warned = on(today, plan, |entry| entry.warned(day(today)));
            assert_eq!(warned, (last.map(day), next.map(day)), "{today}");
        }
        // By alarms alone, which stand behind what they warn of.
        let text = format!("calendar: {{notices: false}}\nplans: [{{name: A, {plan}}}]\n");
        let document = Document::read(text.as_bytes()).expect("a list");
        let list = document.list();
        let entry = AgendaItem::new(&list.plans[0], list, day("2026-12-31"), None);
        let warned = entry.warned(day("2026-12-31"));
        assert_eq!(warned, (None, Some(day("2027-01-01"))));
    }

    /// The first warning of the end of an automatism comes while it still renews.
    #[test]
    fn what_is_given_up_before_it_expires_is_not_due() {
        let plan = "renewed: 2026-10-20, validity: 1 month, remind: [60d], \
                    renewal: {method: auto-debit, until: 2026-12-31}";
        assert!(on("2026-12-10", plan, |entry| entry.is_due));
        let given_up = format!("{plan}, ended: 2027-01-15");
        assert!(!on("2026-12-10", &given_up, |entry| entry.is_due));
        let outlived = format!("{plan}, ended: 2027-01-20");
        assert!(on("2026-12-10", &outlived, |entry| entry.is_due));
    }
}
