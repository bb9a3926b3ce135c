//! A feed: the bytes of one calendar, and what its maker needs to know about it.
//!
//! The bytes are a pure function of the lists and their revision. If a plan renews by itself, they
//! also depend on the calendar year. So copies made on different machines are equal. If no plan
//! renews by itself, the bytes change when, and only when, the plans do.

use std::collections::HashMap;
use std::fmt;

use chrono::NaiveDate;

use super::{Calendar, CalendarInfo, MAX_PLAN_BYTES, Stale};
use crate::plan::schedule::Schedule;
use crate::plan::{Anchor, Diagnostic, Path, Plan, PlanList, Settings, Step};
use crate::text::value_error::ValueError;
use crate::time::revision::Revision;

/// This must be increased whenever the same plans give different bytes. It is added to every stamp,
/// in seconds, so that clients see a newer version.
pub const FORMAT: i64 = 4;

/// A list that becomes part of a feed.
#[derive(Debug, Clone, Copy)]
pub struct FeedInput<'a> {
    /// The list.
    pub list: &'a PlanList<'a>,
    /// The name of the plans file, without its folder. The texts of the events have commands with
    /// this name. `None` if there is no file.
    pub file: Option<&'a str>,
    /// The calendar year in the list's time zone.
    pub year: i32,
}

/// The bytes of one calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The calendar, UTF-8.
    pub text: String,
    /// The number of plans in it.
    pub(crate) plans: usize,
    /// The number of events in it.
    pub events: usize,
    /// The first day after which the automatic renewals of some plan are not written yet, if there
    /// is such a plan.
    pub(crate) written_until: Option<NaiveDate>,
}

/// The error for two lists of one feed that have a plan with the same id and the same
/// `calendar.id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateId {
    /// The plan's id.
    pub(crate) id: String,
    /// The index of the first list that has it.
    pub(crate) first: usize,
    /// The index of the second list that has it.
    pub(crate) second: usize,
}

/// The maximum number of octets of a feed. Clients drop much smaller feeds.
const MAX_FEED_BYTES: usize = 2 << 30;
/// The number of octets that every feed may have, even with few plans.
const MIN_FEED_LIMIT: usize = 64 << 20;
/// The number of octets that each plan adds to that limit. A plan that renews by itself each month
/// has 50,000.
const BYTES_PER_PLAN: usize = 64 << 10;

/// The reason for which a feed cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedError {
    /// Two of its lists have a plan with the same id.
    DuplicateId(DuplicateId),
    /// The events of one plan have more octets than [`MAX_PLAN_BYTES`].
    PlanTooLong {
        /// The plan's id.
        id: String,
        /// The index of its list.
        input: usize,
        /// The index of the plan in the list.
        index: usize,
        /// About how many octets its events have.
        octets: usize,
    },
    /// The feed has more octets than its number of plans allows.
    TooLong {
        /// The number of octets that it may have.
        allowed: usize,
        /// The number of plans.
        plans: usize,
    },
}

impl FeedError {
    /// Returns the error as a diagnostic about the only list of the feed.
    #[must_use]
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        let (path, what) = match self {
            Self::DuplicateId(_) => (Vec::new(), ValueError::new(self.to_string())),
            Self::PlanTooLong { index, octets, .. } => (
                vec![Step::Key("plans"), Step::Item(*index), Step::Key("name")],
                ValueError::new(format!(
                    "the events of this plan would have {}",
                    size_range(*octets)
                ))
                .hint("each of them repeats the notes and the steps: shorten these, or make the `validity` longer"),
            ),
            Self::TooLong { .. } => (
                Vec::new(),
                ValueError::new(self.to_string())
                    .hint("split the list into several files, each a feed of its own"),
            ),
        };
        Diagnostic {
            path: Path(path),
            anchor: Anchor::Value,
            what,
            related: None,
        }
    }
}

/// Writes a size and its limit: `about 71 MiB: allowed up to 4 MiB`.
fn size_range(octets: usize) -> String {
    let (found, most) = (octets.div_ceil(1 << 20), MAX_PLAN_BYTES >> 20);
    format!("about {found} MiB: allowed up to {most} MiB")
}

impl fmt::Display for FeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateId(duplicate) => duplicate.fmt(f),
            Self::PlanTooLong { id, octets, .. } => write!(
                f,
                "the events of the plan `{id}` would have {}",
                size_range(*octets)
            ),
            Self::TooLong { allowed, plans } => write!(
                f,
                "the feed is too long: allowed up to {} MiB for so many plans ({plans})",
                allowed >> 20
            ),
        }
    }
}

impl std::error::Error for FeedError {}

impl From<DuplicateId> for FeedError {
    fn from(duplicate: DuplicateId) -> Self {
        Self::DuplicateId(duplicate)
    }
}

impl fmt::Display for DuplicateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "two plans files have a plan with the id `{}`", self.id)
    }
}

impl std::error::Error for DuplicateId {}

impl Feed {
    /// Makes a feed from one list or several. The name of the feed is that of the list, if there is
    /// only one list and it has a name. Otherwise, it is `stem`. Each plan keeps the settings of
    /// its list.
    ///
    /// # Errors
    ///
    /// Returns an error if two lists with the same `calendar.id` have a plan with the same id, if
    /// the events of a plan have more than 4 MiB, if the feed has more than 64 MiB and 64 KiB for
    /// each plan, or if it has more than 2 GiB.
    pub fn new(
        stem: &str,
        inputs: &[FeedInput<'_>],
        revision: Revision,
    ) -> Result<Self, FeedError> {
        Self::make(stem, inputs, revision, None)
    }

    /// Makes the feed of a list whose plans file can no longer be used. An additional event says
    /// so.
    ///
    /// # Errors
    ///
    /// The errors of [`Feed::new`].
    pub(crate) fn out_of_date(
        stem: &str,
        input: FeedInput<'_>,
        revision: Revision,
        stale: Stale,
    ) -> Result<Self, FeedError> {
        Self::make(stem, &[input], revision, Some(stale))
    }

    fn make(
        stem: &str,
        inputs: &[FeedInput<'_>],
        revision: Revision,
        stale: Option<Stale>,
    ) -> Result<Self, FeedError> {
        refuse_duplicate_ids(inputs)?;
        let fallback = Settings::default();
        let first = inputs
            .first()
            .map_or(&fallback, |input| &input.list.settings);
        let alone = inputs.len() == 1;
        let same_color = |input: &FeedInput<'_>| input.list.settings.color == first.color;
        let info = CalendarInfo {
            name: first.name.as_deref().filter(|_| alone).unwrap_or(stem),
            description: first.description.as_deref().filter(|_| alone),
            color: first.color.filter(|_| inputs.iter().all(same_color)),
        };
        let plans: usize = inputs.iter().map(|input| input.list.plans.len()).sum();
        let mut calendar = Calendar::new(&info, revision.plus(FORMAT), plans);
        let mut written_until: Option<NaiveDate> = None;
        let allowed = (MIN_FEED_LIMIT + plans.saturating_mul(BYTES_PER_PLAN)).min(MAX_FEED_BYTES);
        for (number, input) in inputs.iter().enumerate() {
            let settings = &input.list.settings;
            for (index, plan) in input.list.plans.iter().enumerate() {
                let schedule = Schedule::new(plan, settings, input.year);
                let ends = schedule.written_until.into_iter().chain(written_until);
                written_until = ends.min();
                let written = calendar.plan(plan, settings, input.file, &schedule);
                written.map_err(|octets| FeedError::PlanTooLong {
                    id: plan.id.clone().into_owned(),
                    input: number,
                    index,
                    octets,
                })?;
                if calendar.len() > allowed {
                    return Err(FeedError::TooLong { allowed, plans });
                }
            }
        }
        if let Some(stale) = stale {
            let file = inputs.first().and_then(|input| input.file);
            calendar.out_of_date(first, file, &stale);
        }
        let (text, events) = calendar.finish(info.name, first);
        Ok(Self {
            text,
            plans,
            events,
            written_until,
        })
    }
}

fn refuse_duplicate_ids(inputs: &[FeedInput<'_>]) -> Result<(), DuplicateId> {
    if inputs.len() < 2 {
        return Ok(());
    }
    let mut seen: HashMap<(&str, &str), usize> = HashMap::new();
    for (second, input) in inputs.iter().enumerate() {
        for Plan { id, .. } in &input.list.plans {
            if let Some(first) = seen.insert((&input.list.settings.id, id), second)
                && first != second
            {
                return Err(DuplicateId {
                    id: id.clone().into_owned(),
                    first,
                    second,
                });
            }
        }
    }
    Ok(())
}
