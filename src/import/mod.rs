//! A calendar or a table that others made becomes a plans file, and what could not be carried is
//! told, each with its place.
//!
//! Two promises: what is written passes `check`, since it is read back and its feed is made before
//! it is handed out; and nothing is guessed, since a date that is off by a month loses a phone
//! number. What can mean two things is told and left out. A feed of ours gives its plans back:
//! names, dates, leads and links, and whatever its descriptions say exactly.
//!
//! Cost: linear in the text.

mod alarm;
mod calendar;
mod cell;
mod column;
mod described;
mod draft;
mod encoding;
mod event;
mod fit;
mod group;
mod lines;
mod own;
mod quotes;
mod recurrence;
mod renewals;
mod rule;
mod table;
mod template;
mod yaml;

use chrono::NaiveDate;

use crate::calendar::compile;
use crate::document::{MAX_FILE_BYTES, Problems, without_mark};
use crate::plan::limits::MAX_PLANS;
use crate::text::value_error::quoted;
use crate::time::clock::Clock;
use crate::time::revision::Revision;
use draft::Draft;

/// Omissions that are kept; more are only counted.
const MOST: usize = 10_000;

/// Something that could not be carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Omission {
    /// The line of the file, from 1.
    pub line: usize,
    /// What it is about: an event's title, a row's name.
    pub subject: String,
    /// What was left out, or taken for what.
    pub what: String,
    /// Whether it would have been a plan, which is now missing.
    pub(crate) is_loss: bool,
}

/// A plans file that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The text of the plans file; it passes `check`. Nothing where there is not a single plan.
    pub plans_file: Option<String>,
    /// Plans in it.
    pub plans: usize,
    /// What could not be carried, in the order of the file.
    pub omissions: Vec<Omission>,
    /// How many omissions there are besides.
    pub(crate) omitted: usize,
    /// Whether one of all omissions is a whole plan.
    pub is_lossy: bool,
    /// Whether it was a calendar; otherwise it was a table.
    pub(crate) is_calendar: bool,
    /// Whether plans of it were folded from a feed of ours, whose events do not hold all of a plan.
    pub(crate) is_feed: bool,
}

/// Why nothing was made.
#[derive(Debug)]
pub enum ImportError {
    /// The file cannot be read at all: what is wrong, and what to do.
    Unusable(String, Option<String>),
    /// What was made, the text, is no plans file without problems, so it must not be written: a fault
    /// of ours.
    Unfaithful(Problems, String),
}

/// Makes a plans file of an iCalendar text, or of a table with a header. `from` is what its comment
/// says it was made of; of a date that repeats, the first from `today` on counts.
///
/// # Errors
///
/// A file that is too long, empty or no text; a header without a name or a date; plans whose feed
/// would be too long.
pub fn import(bytes: &[u8], from: &str, today: NaiveDate) -> Result<Imported, ImportError> {
    let unusable = |what: String, hint: Option<&str>| {
        Err(ImportError::Unusable(what, hint.map(str::to_owned)))
    };
    if bytes.len() > MAX_FILE_BYTES {
        let most = MAX_FILE_BYTES >> 20;
        return unusable(
            format!("the file is too long: allowed up to {most} MiB"),
            None,
        );
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return unusable(
            "the file is UTF-16".to_owned(),
            Some("save it as UTF-8; in a spreadsheet, as `CSV UTF-8`"),
        );
    }
    let bytes = without_mark(bytes);
    let begins = bytes.trim_ascii_start();
    if begins.is_empty() {
        return unusable("the file is empty".to_owned(), None);
    }
    let begins_with = |text: &str| {
        let head = begins.get(..text.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(text.as_bytes()))
    };
    if begins_with("<!DOCTYPE HTML") || begins_with("<HTML") {
        return unusable(
            "the file is an HTML page".to_owned(),
            Some(
                "save the calendar or the table itself: this is a page about it, or one that asks to sign in",
            ),
        );
    }
    let is_calendar = begins_with("BEGIN:");
    let mut omissions = Omissions::default();
    let mut draft = if is_calendar {
        // Of a table that would be a guess: a spreadsheet writes whatever its country had.
        let old = encoding::old_calendar(bytes);
        if old.is_some() {
            let what = "it is not UTF-8: read as Windows-1252; are its letters right?";
            omissions.tell(1, "the calendar", what);
        }
        let bytes = old.as_deref().map_or(bytes, str::as_bytes);
        calendar::draft(bytes, today, &mut omissions)
    } else {
        table::draft(bytes, &mut omissions)?
    };
    if draft.plans.len() > MAX_PLANS {
        return unusable(
            format!("more than {MAX_PLANS} plans in one file"),
            Some("split it into several files"),
        );
    }
    let plans_file = finish(&mut draft, from, today)?;
    omissions.list.sort_by_key(|omission| omission.line);
    Ok(Imported {
        plans: draft.plans.len(),
        plans_file,
        omissions: omissions.list,
        omitted: omissions.omitted,
        is_lossy: omissions.is_lossy,
        is_calendar,
        is_feed: draft.is_feed,
    })
}

/// Writes a list, and reads it back and makes its feed before anybody else does.
fn finish(draft: &mut Draft, from: &str, today: NaiveDate) -> Result<Option<String>, ImportError> {
    if draft.plans.is_empty() {
        return Ok(None);
    }
    draft.settle_leads();
    let text = yaml::write(draft, &quoted(from));
    if text.len() > MAX_FILE_BYTES {
        let most = MAX_FILE_BYTES >> 20;
        return Err(ImportError::Unusable(
            format!("the plans file would be too long: allowed up to {most} MiB"),
            Some("split it into several files".to_owned()),
        ));
    }
    let clock = Clock::fixed(today);
    let plans = match compile::read(text.as_bytes(), &clock) {
        Ok(plans) => plans,
        Err(problems) => return Err(ImportError::Unfaithful(problems, text)),
    };
    debug_assert_eq!(plans.document.list().plans.len(), draft.plans.len());
    let revision = Revision::from_unix(0);
    if let Err(error) = compile::merge("plans", &[plans], revision) {
        let hint = error.diagnostic().what.hint;
        return Err(ImportError::Unusable(error.to_string(), hint));
    }
    Ok(Some(text))
}

/// What could not be carried so far.
#[derive(Debug, Default)]
struct Omissions {
    list: Vec<Omission>,
    omitted: usize,
    is_lossy: bool,
}

impl Omissions {
    /// Something of a plan, or beside it.
    fn tell(&mut self, line: usize, subject: &str, what: impl Into<String>) {
        self.add(line, subject, what.into(), false);
    }

    /// A plan that is not there.
    fn lose(&mut self, line: usize, subject: &str, what: impl Into<String>) {
        self.add(line, subject, what.into(), true);
    }

    fn add(&mut self, line: usize, subject: &str, what: String, is_loss: bool) {
        self.is_lossy |= is_loss;
        if self.list.len() >= MOST {
            self.omitted += 1;
            return;
        }
        self.list.push(Omission {
            line,
            subject: subject.to_owned(),
            what,
            is_loss,
        });
    }
}
