//! Turns a list of plans that run out into a calendar that warns a week ahead.
//!
//! ```text
//! plans file ─ document ─▶ plans ─ schedule ─▶ occurrences ─ calendar ─▶ feed ─ site ─▶ file | HTTP | object store
//! ```
//!
//! - A **document** is the YAML text of a plans file, its plans, and the position of each value.
//! - A **plan** is one thing that runs out, valid by construction.
//! - An **occurrence** is one day that matters to a plan.
//! - A **calendar** is the part of iCalendar (RFC 5545) that a feed needs.
//! - A **feed** is the bytes of one calendar.
//! - A **site** is feeds and their pages: paths with bodies.
//!
//! `calendar::compile` makes every feed, whether it is written to a file, served or published.
//!
//! # Use as a library
//!
//! [`compile`] makes a [`Feed`] from the text of a plans file. It reads no file, no clock and no
//! environment: the same arguments give the same bytes.
//!
//! ```
//! use weekahead::chrono::{DateTime, NaiveDate};
//!
//! let text = "- {name: giffgaff, expires: 2027-01-31}";
//! // When the text last changed: the time of the file, or of its commit.
//! let revised = DateTime::from_timestamp(1_791_201_600, 0).unwrap();
//! let today = NaiveDate::from_ymd_opt(2026, 11, 29).unwrap();
//!
//! let feed = weekahead::compile("sims", text.as_bytes(), revised, today).unwrap();
//! assert!(feed.text.starts_with("BEGIN:VCALENDAR\r\n"));
//! assert!(feed.text.contains("SUMMARY:giffgaff: 7 days left (expires 31 Jan 2027)\r\n"));
//! ```
//!
//! A server sends `feed.text` as `text/calendar; charset=utf-8`. If the text has errors, there is no
//! feed. [`PlansError`] has all problems, each with its position, a hint and a drawing:
//!
//! ```
//! # use weekahead::chrono::{DateTime, NaiveDate};
//! # let revised = DateTime::from_timestamp(1_791_201_600, 0).unwrap();
//! # let today = NaiveDate::from_ymd_opt(2026, 11, 29).unwrap();
//! let text = b"- {name: giffgaff, expires: 2027-02-30}";
//! let error = weekahead::compile("sims", text, revised, today).unwrap_err();
//! let problem = &error.list[0];
//! assert_eq!((problem.line, problem.column), (1, 29));
//! assert_eq!(problem.message, "`2027-02-30` does not exist: February 2027 has 28 days");
//! println!("{error}");
//! ```
//!
//! The program `weekahead` is this library with [`run`] as its `main`. A plans file, its keys and the
//! events that it becomes are described in `docs/plans-file.md`, the code in `docs/design.md`.
//!
//! # The folders, in the order of their imports
//!
//! A folder imports only folders above it in this table; a test checks this. The folders from
//! `text` to `site` are pure: they use no files, sockets, clock, randomness or environment, so the
//! same plans give the same bytes. Only the last five folders access the machine.
//!
//! | folder | contents |
//! |---|---|
//! | `text` | escaping, errors of values, display width, shell quoting |
//! | `time` | days, periods, the clock, revisions |
//! | `plan` | a plan and its rules, the shape of the file, its schedule and status |
//! | `document` | reads plans from YAML text, with positions; edits that keep every other byte |
//! | `words` | the texts that users read, in each language |
//! | `calendar` | turns plans into the events of a feed |
//! | `ics` | reads calendars from other programs, and checks a finished feed |
//! | `import` | turns a calendar or a table into a plans file |
//! | `agenda` | what is due, and the tables that show it |
//! | `site` | feeds and pages as paths and bodies |
//! | `files` | access to the disk: plans files, outputs, locks, git |
//! | `fetch` | fetches a published feed as calendar programs do |
//! | `server` | an HTTP server for a site, which follows its files and records renewals in them |
//! | `publish` | writes a site to a directory or a bucket |
//! | `cli` | the commands |

#![cfg_attr(not(feature = "serve"), allow(dead_code))] // only the server uses some code

mod text;

mod time;

mod plan;

mod document;

mod words;

mod calendar;

mod ics;

mod import;

mod agenda;

mod site;

mod files;

#[cfg(feature = "fetch")]
mod fetch;

#[cfg(feature = "serve")]
mod server;

mod publish;

mod cli;

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

pub use chrono;

use chrono::{DateTime, NaiveDate, Utc};

pub use calendar::feed::Feed;

use calendar::compile::{CompileError, compile_into};
use document::report::{Reporter, Severity};
use document::{Problem, Problems};
use time::clock::Clock;
use time::revision::Revision;

/// Makes the feed of a plans file.
///
/// - `name` is the name of the calendar, unless the text gives one. It is usually the stem of the
///   file.
/// - `text` is the YAML in UTF-8, at most 64 MiB. It may begin with a byte-order mark.
/// - `revised` is when the plans last changed. It becomes DTSTAMP, LAST-MODIFIED and SEQUENCE (RFC
///   5545, sections 3.8.7.2 to 3.8.7.4). Clients compare these, so it must become later when the
///   text changes, and stay the same when the text does not change.
/// - `today` is the current day. Only its year is used, and only if some plan renews by itself.
///
/// The commands in the texts of the events name no file.
///
/// # Errors
///
/// Returns the problems of the text, in the order of the text.
pub fn compile(
    name: &str,
    text: &[u8],
    revised: DateTime<Utc>,
    today: NaiveDate,
) -> Result<Feed, PlansError> {
    let revision = Revision::from_unix(revised.timestamp());
    let clock = Clock::fixed(today);
    let mut feed = String::new();
    match compile_into(name, None, text, revision, &clock, &mut feed) {
        Ok(summary) => Ok(summary.with_text(feed)),
        Err(CompileError::Problems(problems)) => Err(PlansError::of(name, text, &problems)),
        // The current day is given, so it is known.
        Err(CompileError::UnknownZone(what)) => {
            let problem = Problem::at(0..0, what);
            Err(PlansError::of(name, text, &problem.into()))
        }
    }
}

/// The problems of a text that has no feed because of them. `Display` writes each problem with its
/// line and a caret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlansError {
    /// The problems, at least one, in the order of the text.
    pub list: Vec<PlansProblem>,
    /// How many more problems there are: only the first 50 are listed.
    pub omitted: usize,
}

/// One thing that is wrong with a plans file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlansProblem {
    /// The number of the line, from 1.
    pub line: usize,
    /// The number of the character on the line, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The problem with its line and a caret, in several lines, as the program shows it.
    pub drawing: String,
}

impl PlansError {
    fn of(name: &str, text: &[u8], problems: &Problems) -> Self {
        let reporter = Reporter::new(name, text, false);
        let list = problems.list().iter().map(|problem| {
            let place = reporter.position(problem.span.start);
            PlansProblem {
                line: place.line,
                column: place.column,
                message: problem.what.message.to_string(),
                hint: problem.what.hint.as_ref().map(ToString::to_string),
                drawing: reporter.draw(problem, Severity::Error),
            }
        });
        Self {
            list: list.collect(),
            omitted: problems.omitted(),
        }
    }
}

impl fmt::Display for PlansError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.list {
            f.write_str(&problem.drawing)?;
        }
        match self.omitted {
            0 => Ok(()),
            omitted => writeln!(f, "{omitted} more problems are not shown"),
        }
    }
}

impl Error for PlansError {}

/// Runs the command that the process's arguments give, and returns its exit code.
#[must_use]
pub fn run() -> ExitCode {
    cli::run()
}

/// Internal items that this project's own tests, benchmarks and fuzz targets use. They are not
/// stable: any version may change them.
#[doc(hidden)]
pub mod internals {
    pub use crate::agenda::table::{Screen, Title, agenda_table, plan_details};
    pub use crate::agenda::{Agenda, Filter};
    pub use crate::calendar::feed::{FORMAT, Feed, FeedInput};
    pub use crate::calendar::warnings::review;
    pub use crate::calendar::{Calendar, CalendarInfo};
    #[cfg(any(test, fuzzing))]
    pub use crate::document::compare;
    pub use crate::document::edit::{
        AddError, Addition, DiffLine, Edit, Hunk, NewValidity, RenewError, Renewal, add, hunks,
        renew,
    };
    pub use crate::document::fields::{FieldValue, Fields};
    pub use crate::document::report::{Reporter, Severity};
    pub use crate::document::{Document, MAX_FILE_BYTES, Problem, Problems, without_mark};
    pub use crate::files::git::{ANSWER_TIMEOUT, Push, pending};
    pub use crate::files::lock::{LOCK_TIMEOUT, LockedFile};
    pub use crate::ics::lint::inspect;
    pub use crate::import::{DateOrder, ImportError, ImportOptions, Imported, import};
    pub use crate::plan::schedule::{Kind, Lead, Occurrence, Schedule};
    pub use crate::plan::value::language::Language;
    pub use crate::plan::value::price::Price;
    pub use crate::plan::{Contact, Expiry, Extends, LastDay, Plan, PlanList, RenewalRecord};
    #[cfg(feature = "serve")]
    pub use crate::server::{
        Counts, FeedMeta, Fetches, HostPolicy, Limits, Public, ReadyFeed, ServedFeed, Snapshot,
        bind,
    };
    pub use crate::site::Site;
    pub use crate::site::address::{Base, path};
    pub use crate::site::client::Client;
    pub use crate::site::entity::{EntityTag, is_date, prefers_gzip};
    pub use crate::site::link::{Key, Token};
    pub use crate::site::page::{PageBody, View, render};
    pub use crate::site::qr::Code;
    pub use crate::site::route::{Route, is_host};
    pub use crate::time::clock::Clock;
    pub use crate::time::period::Period;
    pub use crate::time::revision::Revision;
}
