//! A feed: the bytes of one calendar, and what its maker needs to know about it.
//!
//! The bytes are a pure function of the lists and their revision. If a plan renews by itself, they
//! also depend on the calendar year. So copies made on different machines are equal. If no plan
//! renews by itself, the bytes change when, and only when, the plans do.

use std::collections::HashMap;
use std::fmt;

use chrono::NaiveDate;

use super::{Calendar, CalendarInfo, MAX_PLAN_BYTES, Stale, usual_octets};
use crate::calendar::sink::Sink;
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
    /// The calendar (RFC 5545): lines that end with CRLF and have at most 75 octets.
    pub text: String,
    /// The number of plans in it.
    pub(crate) plans: usize,
    /// The number of events in it.
    pub events: usize,
    /// The first day after which the automatic renewals of some plan are not written yet, if there
    /// is such a plan.
    pub(crate) written_until: Option<NaiveDate>,
}

/// What is known about a feed that has been written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FeedSummary {
    /// The number of plans in it.
    pub(crate) plans: usize,
    /// The number of events in it.
    pub(crate) events: usize,
    /// As [`Feed::written_until`].
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
                .hint(
                    "each event repeats the notes and the steps: shorten them, or make the \
                       `validity` longer",
                ),
            ),
            Self::TooLong { .. } => (
                Vec::new(),
                ValueError::new(self.to_string())
                    .hint("split the list into several files: each becomes its own feed"),
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
                "the feed is too long: allowed up to {} MiB for {plans} plans",
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
        let plans = inputs.iter().map(|input| input.list.plans.len()).sum();
        let mut text = String::with_capacity(usual_octets(plans));
        let summary = write(stem, inputs, revision, stale, &mut text)?;
        Ok(summary.with_text(text))
    }
}

impl FeedSummary {
    /// The feed that was written as `text`.
    pub(crate) fn with_text(self, text: String) -> Feed {
        Feed {
            text,
            plans: self.plans,
            events: self.events,
            written_until: self.written_until,
        }
    }
}

/// Writes a feed from lists into a sink, and perhaps the event that says that it is out of date.
///
/// # Errors
///
/// The errors of [`Feed::new`].
pub(crate) fn write(
    stem: &str,
    inputs: &[FeedInput<'_>],
    revision: Revision,
    stale: Option<Stale>,
    sink: &mut dyn Sink,
) -> Result<FeedSummary, FeedError> {
    refuse_duplicate_ids(inputs)?;
    let settings: Vec<&Settings<'_>> = inputs.iter().map(|input| &input.list.settings).collect();
    let plans: usize = inputs.iter().map(|input| input.list.plans.len()).sum();
    let mut writer = FeedWriter::begin(stem, &settings, revision, sink);
    for (number, input) in inputs.iter().enumerate() {
        let settings = &input.list.settings;
        for (index, plan) in input.list.plans.iter().enumerate() {
            let written = writer.add(plan, settings, input.file, input.year);
            written.map_err(|octets| FeedError::PlanTooLong {
                id: plan.id.clone().into_owned(),
                input: number,
                index,
                octets,
            })?;
            if !writer.is_allowed(plans) {
                let allowed = max_octets(plans);
                return Err(FeedError::TooLong { allowed, plans });
            }
        }
    }
    if let Some(stale) = stale {
        let file = inputs.first().and_then(|input| input.file);
        let settings = settings.first().copied();
        let fallback = Settings::default();
        let settings = settings.unwrap_or(&fallback);
        writer.calendar.out_of_date(settings, file, &stale);
    }
    Ok(writer.finish())
}

/// The maximum number of octets of a feed with so many plans.
fn max_octets(plans: usize) -> usize {
    plans
        .saturating_mul(BYTES_PER_PLAN)
        .saturating_add(MIN_FEED_LIMIT)
        .min(MAX_FEED_BYTES)
}

/// A feed that is written plan by plan.
pub(crate) struct FeedWriter<'w> {
    calendar: Calendar,
    sink: &'w mut dyn Sink,
    name: String,
    /// The settings of the first list.
    settings: Settings<'w>,
    summary: FeedSummary,
}

impl<'w> FeedWriter<'w> {
    /// Begins a feed of lists with these settings.
    pub(crate) fn begin(
        stem: &str,
        settings: &[&Settings<'w>],
        revision: Revision,
        sink: &'w mut dyn Sink,
    ) -> Self {
        let first = settings
            .first()
            .map_or_else(Settings::default, |first| (*first).clone());
        let alone = settings.len() == 1;
        let same_color = |settings: &&Settings<'_>| settings.color == first.color;
        let info = CalendarInfo {
            name: first.name.as_deref().filter(|_| alone).unwrap_or(stem),
            description: first.description.as_deref().filter(|_| alone),
            color: first.color.filter(|_| settings.iter().all(same_color)),
        };
        /// The number of plans whose events are passed on together, about.
        const PASSED_PLANS: usize = 32;
        Self {
            calendar: Calendar::new(&info, revision.plus(FORMAT), PASSED_PLANS),
            sink,
            name: info.name.to_owned(),
            summary: FeedSummary {
                plans: 0,
                events: 0,
                written_until: None,
            },
            settings: first,
        }
    }

    /// Writes the events of a plan of a list with `settings`, in the file `file`.
    ///
    /// # Errors
    ///
    /// Returns the approximate number of octets if the events have more than [`MAX_PLAN_BYTES`].
    pub(crate) fn add(
        &mut self,
        plan: &Plan<'_>,
        settings: &Settings<'_>,
        file: Option<&str>,
        year: i32,
    ) -> Result<(), usize> {
        /// How many octets are passed to the sink at a time.
        const PASSED_BYTES: usize = 64 << 10;
        let schedule = Schedule::new(plan, settings, year);
        let ends = schedule.written_until.into_iter();
        self.summary.written_until = ends.chain(self.summary.written_until).min();
        self.summary.plans += 1;
        self.calendar.plan(plan, settings, file, &schedule)?;
        self.calendar.pass_on(PASSED_BYTES, self.sink);
        Ok(())
    }

    /// Whether a feed of `plans` plans may be as long as this feed is so far.
    pub(crate) fn is_allowed(&self, plans: usize) -> bool {
        self.calendar.len() <= max_octets(plans)
    }

    /// The number of plans so far.
    pub(crate) fn plans(&self) -> usize {
        self.summary.plans
    }

    /// Ends the feed.
    pub(crate) fn finish(self) -> FeedSummary {
        let (lines, events) = self.calendar.finish(&self.name, &self.settings);
        self.sink.write(&lines);
        FeedSummary {
            events,
            ..self.summary
        }
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
