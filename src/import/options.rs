//! Options that tell an import what the file itself does not tell.

use chrono::NaiveDate;

use crate::import::table::day::DateOrder;

/// What decides where a file has two meanings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOptions {
    /// Of a date that repeats, the first from this day on counts.
    pub today: NaiveDate,
    /// The order of day and month in dates such as `03/04/2027`.
    pub dates: Option<DateOrder>,
    /// The currency of prices without one, or with a sign that several currencies have.
    pub currency: Option<String>,
    /// Whether events that are long past become plans.
    pub keeps_past: bool,
}

impl ImportOptions {
    /// The options of an import on a day.
    #[must_use]
    pub fn on(today: NaiveDate) -> Self {
        Self {
            today,
            dates: None,
            currency: None,
            keeps_past: false,
        }
    }

    /// Whether an event on a day was over long ago: longer than a plan without a renewal is warned
    /// of.
    pub(crate) fn is_long_past(&self, day: NaiveDate) -> bool {
        const DAYS: i64 = 28;
        !self.keeps_past && (self.today - day).num_days() > DAYS
    }
}
