//! A feed: the bytes of one calendar, and what its maker should know of it.
//!
//! The bytes are a pure function of the lists, their revision and, only where plans renew by
//! themselves, the calendar year. So copies made on different machines are equal, and what needs
//! no other year changes when, and only when, the plans do.

use std::collections::HashMap;
use std::fmt;

use chrono::NaiveDate;

use super::{Calendar, CalendarInfo, MAX_PLAN_BYTES};
use crate::plan::schedule::Schedule;
use crate::plan::{Anchor, Diagnostic, Path, Plan, PlanList, Settings, Step};
use crate::text::value_error::ValueError;
use crate::time::revision::Revision;

/// Raised whenever the same plans give other bytes, so that clients see an upgrade: it is added
/// to every stamp, in seconds.
pub const FORMAT: i64 = 3;

/// One list that goes into a feed.
#[derive(Debug, Clone, Copy)]
pub struct FeedInput<'a> {
    /// The list.
    pub list: &'a PlanList<'a>,
    /// The calendar year in the list's time zone.
    pub year: i32,
}

/// The bytes of one calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The calendar, UTF-8.
    pub text: String,
    /// Plans in it.
    pub(crate) plans: usize,
    /// Events in it.
    pub events: usize,
    /// The day after which some plan's automatic renewals are not written, where there is one.
    pub(crate) written_until: Option<NaiveDate>,
}

/// When a feed became out of date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stale {
    /// The day, in the list's time zone.
    pub(crate) day: NaiveDate,
    /// The moment, for the stamps of the event that says so.
    pub(crate) since: Revision,
}

/// Two lists of one feed have a plan with the same id, and nothing tells them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateId {
    /// The plan's id.
    pub(crate) id: String,
    /// The list that has it first.
    pub(crate) first: usize,
    /// The list that has it as well.
    pub(crate) second: usize,
}

/// Octets that a feed may have; clients drop far smaller ones.
const MAX_FEED_BYTES: usize = 2 << 30;
/// Octets that a feed of however few plans may have.
const MIN_FEED_LIMIT: usize = 64 << 20;
/// Octets that each plan adds to that. One that renews by itself each month has 50,000.
const BYTES_PER_PLAN: usize = 64 << 10;

/// Why there is no feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedError {
    /// Two of its lists have a plan with the same id.
    DuplicateId(DuplicateId),
    /// The events of one plan would have more octets than [`MAX_PLAN_BYTES`].
    PlanTooLong {
        /// The plan's id.
        id: String,
        /// The list that it is in.
        input: usize,
        /// Which plan of the list it is.
        index: usize,
        /// About how many octets they would have.
        octets: usize,
    },
    /// It would have more octets than a feed of so many plans may have.
    TooLong {
        /// How many it may have.
        allowed: usize,
        /// The plans.
        plans: usize,
    },
}

impl FeedError {
    /// The same as a diagnostic about the only list of the feed.
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

/// `about 71 MiB: allowed up to 4 MiB`.
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
    /// Makes a feed of one list or several. One gives the feed its name, if it has one; else
    /// the name is `stem`. Each plan keeps the settings of its list.
    ///
    /// # Errors
    ///
    /// The same id in two lists whose `calendar.id` is the same, a plan whose events have more than
    /// 4 MiB, a feed of more than 64 MiB and 64 KiB for each plan, or of more than 2 GiB.
    pub fn new(
        stem: &str,
        inputs: &[FeedInput<'_>],
        revision: Revision,
    ) -> Result<Self, FeedError> {
        Self::make(stem, inputs, revision, None)
    }

    /// Makes the feed of a list whose plans file cannot be used any more, so that one more event
    /// says so.
    ///
    /// # Errors
    ///
    /// As those of [`Feed::new`].
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
                let written = calendar.plan(plan, settings, &schedule);
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
        if let Some(Stale { day, since }) = stale {
            calendar.out_of_date(first, day, since);
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
