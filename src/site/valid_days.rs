//! The days during which a published feed and its page stay the same.

use chrono::{Datelike as _, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::plan::PlanList;
use crate::plan::schedule::{Kind, Schedule};
use crate::text::value_error::ValueError;
use crate::time::date;
use crate::time::revision::Revision;

/// The days during which a feed and its page stay the same, in the time zone of the list or of the
/// machine. They are written as an interval of ISO 8601 that does not include its end:
/// `2026-12-01/2027-01-01 Europe/Oslo`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct ValidDays {
    /// The first day.
    pub(crate) since: NaiveDate,
    /// The day after the last one.
    pub(crate) until: NaiveDate,
    /// The time zone of the list.
    pub(crate) zone: Option<Tz>,
}

impl ValidDays {
    /// Whether a day is one of them.
    #[must_use]
    pub(crate) fn contains(&self, day: NaiveDate) -> bool {
        (self.since..self.until).contains(&day)
    }
}

impl From<ValidDays> for String {
    fn from(days: ValidDays) -> Self {
        let ValidDays { since, until, zone } = days;
        match zone {
            Some(zone) => format!("{since}/{until} {zone}"),
            None => format!("{since}/{until}"),
        }
    }
}

impl TryFrom<String> for ValidDays {
    type Error = ValueError;

    fn try_from(text: String) -> Result<Self, ValueError> {
        let (days, zone) = match text.split_once(' ') {
            Some((days, zone)) => (days, Some(zone)),
            None => (text.as_str(), None),
        };
        let (since, until) = days
            .split_once('/')
            .ok_or_else(|| ValueError::new(format!("`{days}` is no interval")))?;
        let zone = zone.map(|zone| {
            zone.parse()
                .map_err(|_| ValueError::new(format!("`{zone}` is no time zone")))
        });
        Ok(Self {
            since: date::parse(since)?,
            until: date::parse(until)?,
            zone: zone.transpose()?,
        })
    }
}

/// Returns the reference day of the published page of a list, and the days during which the page
/// and the feed stay as they are on `today`. The days are `None` if the page and the feed never
/// change.
///
/// Only plans that renew automatically make a page out of date. The page changes on the day after
/// an automatic renewal, so that a run at any time between two renewals shows the next one. It also
/// changes at the turn of the year, when the feed gets another year of renewals.
#[must_use]
pub(crate) fn page_days(
    list: &PlanList<'_>,
    revision: Revision,
    today: NaiveDate,
) -> (NaiveDate, Option<ValidDays>) {
    let mut shown = revision.day(list.settings.timezone);
    let mut valid = None::<ValidDays>;
    for plan in &list.plans {
        if plan.automatic().is_none() {
            continue;
        }
        let new_year = |year| NaiveDate::from_ymd_opt(year, 1, 1);
        let valid = valid.get_or_insert(ValidDays {
            since: new_year(today.year()).unwrap_or(today),
            until: new_year(today.year() + 1).unwrap_or(NaiveDate::MAX),
            zone: list.settings.timezone,
        });
        let schedule = Schedule::new(plan, &list.settings, today.year());
        let renewals = schedule.occurrences.iter();
        let renewals = renewals.filter(|occurrence| occurrence.kind == Kind::Renewal);
        for after in renewals.filter_map(|renewal| renewal.day.succ_opt()) {
            if after <= today {
                shown = shown.max(after);
                valid.since = valid.since.max(after);
            } else {
                valid.until = valid.until.min(after);
            }
        }
    }
    (shown, valid)
}
