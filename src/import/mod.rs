//! Makes a plans file from a calendar or a table of another program, and lists everything that it
//! left out, with its place.
//!
//! There are two promises. The result passes `check`: before it is returned, it is read back and
//! its feed is made. And nothing is guessed, because a date that is wrong by a month can lose a
//! phone number: a value with two meanings is left out and listed.
//!
//! A feed of this program is imported like any calendar: events that point to an expiry by
//! RELATED-TO belong to its plan, and alarms are leads. Only its titles are known: they give the
//! plan's name, and tell which event is an automatic renewal, a last day for cancelling or the day
//! on which a plan is given up. Its descriptions are left out.
//!
//! Cost: linear in the text.

mod alarm;
mod automatic;
mod calendar;
pub(crate) mod cell;
pub(crate) mod clean;
mod dates;
pub(crate) mod draft;
mod encoding;
mod error;
mod event;
mod event_plan;
mod groups;
mod html;
mod json;
mod kind;
mod omission;
mod options;
mod recurrence;
mod related;
mod rule;
mod table;
mod titles;
mod yaml;

use chrono::Datelike;

use crate::calendar::feed::{Feed, FeedInput};
use crate::document::{Document, MAX_FILE_BYTES};
use crate::plan::limits::MAX_PLANS;
use crate::text::value_error::quoted;
use crate::time::revision::Revision;
use draft::PlanListDraft;

pub use error::ImportError;
use omission::{Omission, Omissions};
pub use options::ImportOptions;
pub(crate) use table::column::column_help;
pub use table::day::DateOrder;

/// A plans file that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The text of the plans file, which passes `check`. `None` if there is not a single plan.
    pub plans_file: Option<String>,
    /// Plans in it.
    pub plans: usize,
    /// What could not be carried, in the order of the file.
    pub omissions: Vec<Omission>,
    /// How many more omissions there are.
    pub(crate) omissions_not_listed: usize,
    /// Whether a whole plan is missing.
    pub is_plan_lost: bool,
    /// Whether the file was a calendar; otherwise it was a table.
    pub is_calendar: bool,
    /// Whether it was a feed of ours, whose events do not hold all of a plan.
    pub(crate) is_own_feed: bool,
}

/// Makes a plans file of an iCalendar text, or of a table with a header. The comment in its first
/// line says that it was imported from `from`.
///
/// # Errors
///
/// The file is too long, empty, or no calendar and no table; the header of the table has no name or
/// no date; the feed of the plans would be too long.
pub fn import(bytes: &[u8], from: &str, options: &ImportOptions) -> Result<Imported, ImportError> {
    if bytes.len() > MAX_FILE_BYTES {
        let what = format!(
            "the file is too long: allowed up to {} MiB",
            MAX_FILE_BYTES >> 20
        );
        return Err(ImportError::Unusable(what, None));
    }
    kind::refuse_binary(bytes)?;
    let mut omissions = Omissions::default();
    let (bytes, guess) = encoding::to_utf8(bytes);
    let body = bytes.trim_ascii_start();
    if body.is_empty() {
        return Err(ImportError::Unusable("the file is empty".to_owned(), None));
    }
    kind::refuse_text(body)?;
    let is_calendar = kind::starts_with(body, "BEGIN:");
    if let Some(guess) = guess {
        let subject = if is_calendar {
            "the calendar"
        } else {
            "the table"
        };
        omissions.note(1, subject, guess);
    }
    let mut draft = if is_calendar {
        calendar::read_calendar(&bytes, options, &mut omissions)?
    } else if kind::is_json(body) {
        let (table, lines) = json::to_table(body)?;
        table::read_table(&table, Some(&lines), options, &mut omissions).map_err(json::refusal)?
    } else {
        table::read_table(&bytes, None, options, &mut omissions)?
    };
    if draft.plans.len() > MAX_PLANS {
        return Err(ImportError::unusable(
            format!("more than {MAX_PLANS} plans in one file"),
            "split it into several files",
        ));
    }
    let plans_file = write_plans_file(&mut draft, from, options.today.year())?;
    omissions.list.sort_by_key(|omission| omission.line);
    Ok(Imported {
        plans: draft.plans.len(),
        plans_file,
        omissions: omissions.list,
        omissions_not_listed: omissions.not_listed,
        is_plan_lost: omissions.is_plan_lost,
        is_calendar,
        is_own_feed: draft.is_own_feed,
    })
}

/// Writes the list, reads it back and makes its feed, so that a plans file with problems never
/// leaves here.
fn write_plans_file(
    draft: &mut PlanListDraft,
    from: &str,
    year: i32,
) -> Result<Option<String>, ImportError> {
    if draft.plans.is_empty() {
        return Ok(None);
    }
    draft.settle_leads();
    let text = yaml::write(draft, &quoted(from));
    if text.len() > MAX_FILE_BYTES {
        let most = MAX_FILE_BYTES >> 20;
        return Err(ImportError::unusable(
            format!("the plans file would be too long: allowed up to {most} MiB"),
            "split it into several files",
        ));
    }
    let document = match Document::read(text.as_bytes()) {
        Ok(document) => document,
        Err(problems) => return Err(ImportError::InvalidResult(problems, text)),
    };
    let list = document.list();
    debug_assert_eq!(list.plans.len(), draft.plans.len());
    let input = FeedInput {
        list,
        file: None,
        year,
    };
    if let Err(error) = Feed::new("plans", &[input], Revision::from_unix(0)) {
        let hint = error.diagnostic().what.hint;
        return Err(ImportError::Unusable(error.to_string(), hint));
    }
    drop(document);
    Ok(Some(text))
}
