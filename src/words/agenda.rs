//! The texts of the agenda: the table of plans, and the report on one plan.
//!
//! The texts of a table are short, because a row has little space.

use crate::plan::Method;
use crate::plan::status::PlanStatus;
use crate::time::period::Period;

/// The number of plans in a list, and how many of them are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct PlanCounts {
    /// The plans in the file, without those that were given up.
    pub(crate) all: usize,
    /// The plans of `all` that are shown.
    pub(crate) shown: usize,
    /// The plans of `shown` that are due.
    pub(crate) due: usize,
    /// The plans that were given up, and so are not shown.
    pub(crate) ended: usize,
}

/// The words of the agenda in one language.
pub(crate) trait AgendaWords {
    /// The texts that never change.
    fn agenda_labels(&self) -> &'static AgendaLabels;

    /// The status of a plan, as a sentence without a full stop.
    fn status_sentence(&self, status: PlanStatus) -> String;
    /// The status of a plan in a few words. It is in capitals if the plan has expired.
    fn status_cell(&self, status: PlanStatus) -> String;
    /// The name of a method of renewal. `None` for [`Method::Other`], which has no meaning for a
    /// reader.
    fn method_name(&self, method: Method) -> Option<&'static str>;
    /// A method of renewal, with what to do or where to do it.
    fn method_and_place(&self, method: &str, place: &str) -> String;
    /// The title of a plan's ticket, from the plan's name and its status.
    fn ticket_title(&self, name: &str, status: &str) -> String;
    /// The plan was given up on `day`.
    fn given_up_on(&self, day: &str) -> String;

    /// Automatic renewals go on, one after each `period`.
    fn goes_on(&self, period: Period) -> String;

    /// How many plans there are, and how many of them are due.
    fn plan_counts(&self, counts: PlanCounts) -> String;
    /// A number of renewals.
    fn renewal_count(&self, count: u64) -> String;
    /// The sum in one currency, with the number of renewals that it includes.
    fn renewal_sum(&self, sum: &str, renewals: u64) -> String;
    /// The cost of a year, with the sum in each currency.
    fn yearly_cost(&self, sums: &[String]) -> String;
}

/// The texts of the agenda that never change.
#[derive(Debug)]
pub(crate) struct AgendaLabels {
    // The heads of columns.
    /// The name of the plan.
    pub(crate) plan: &'static str,
    /// Its status.
    pub(crate) status: &'static str,
    /// The day to or from which the status counts.
    pub(crate) date: &'static str,
    /// The last day on which the calendar warned.
    pub(crate) last_warning: &'static str,
    /// The next day on which the calendar warns.
    pub(crate) next_warning: &'static str,
    /// What a renewal costs.
    pub(crate) price: &'static str,
    /// The usual way to renew the plan.
    pub(crate) how_to_renew: &'static str,
    /// The bar from the renewal to the expiry.
    pub(crate) cycle: &'static str,

    // The report on one plan.
    /// The id of the plan.
    pub(crate) id: &'static str,
    /// The list that the plan is in.
    pub(crate) list: &'static str,
    /// The tags of the plan.
    pub(crate) tags: &'static str,
    /// The text of the plan's events.
    pub(crate) event_text: &'static str,
    /// The days on which the calendar warns of the plan.
    pub(crate) warnings: &'static str,
    /// The time zone of the times of alarms.
    pub(crate) alarm_time: &'static str,
    /// The event of a warning lasts all day.
    pub(crate) all_day: &'static str,
    /// The plan has no warning.
    pub(crate) no_warnings: &'static str,
    /// The plan's cycles, each from one renewal to the next.
    pub(crate) cycles: &'static str,
    /// The cycle begins if the plan is renewed today.
    pub(crate) if_renewed_today: &'static str,
    /// The cycle begins with an automatic renewal.
    pub(crate) renews_automatically: &'static str,
    /// The first or last day of a cycle is unknown.
    pub(crate) unknown_day: &'static str,

    // The ticket of a plan.
    /// How to record a renewal: by one of the comments that follow.
    pub(crate) record_by_comment: &'static str,
    /// How to record a renewal: by the command that follows.
    pub(crate) record_by_command: &'static str,
}
