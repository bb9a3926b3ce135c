//! A list of plans that run out becomes a calendar that warns a week ahead.
//!
//! ```text
//! plans file ─ document ─▶ list of plans ─ schedule ─▶ occurrences ─ calendar ─▶ feed ─▶ file | HTTP | object store
//! ```
//!
//! - A **document** is the YAML text of a plans file, the list in it, and where each value stands.
//! - A **plan** is one thing that runs out, valid by construction.
//! - An **occurrence** is one day that matters to a plan.
//! - An **agenda** is what a list asks for on a day: how each plan stands, what is due.
//! - A **calendar** is the part of iCalendar that a feed needs.
//! - A **feed** is the bytes of one calendar.
//! - A **site** is feeds and their pages: a server's snapshot of them, or files for a store.
//!
//! # The folders, from the ground up
//!
//! A folder imports only folders that stand before it here; a test holds it. Everything from
//! `text` to `site` is pure: no files, sockets, clock, randomness or environment, so the same
//! plans give the same bytes. Only `files`, `server`, `publish` and `cli` touch the machine.

#![cfg_attr(not(feature = "serve"), allow(dead_code))] // without the server some parts have no user

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

#[cfg(feature = "serve")]
mod server;

mod publish;

mod cli;

use std::process::ExitCode;

/// Runs the command that the arguments of the process name.
#[must_use]
pub fn run() -> ExitCode {
    cli::run()
}

/// The inner parts that this project's own tests, benchmarks and fuzz targets reach. Nothing is
/// promised of them: they change with any version.
#[doc(hidden)]
pub mod internals {
    pub use crate::agenda::table::{Screen, Title, table, whole};
    pub use crate::agenda::{Agenda, Filter};
    pub use crate::calendar::feed::{FORMAT, Feed, FeedInput};
    pub use crate::calendar::warnings::review;
    pub use crate::calendar::{Calendar, CalendarInfo};
    pub use crate::document::edit::{
        DiffLine, Edit, Hunk, NewValidity, RenewError, Renewal, hunks, renew,
    };
    pub use crate::document::report::{Reporter, Severity};
    pub use crate::document::{Document, MAX_FILE_BYTES, Problem, Problems, without_mark};
    pub use crate::files::git::{ANSWER_TIMEOUT, Push, pending};
    pub use crate::files::lock::{LOCK_TIMEOUT, LockedFile};
    pub use crate::ics::lint::inspect;
    pub use crate::import::{ImportError, Imported, import};
    pub use crate::plan::schedule::{Kind, Lead, Occurrence, Schedule};
    pub use crate::plan::value::language::Language;
    pub use crate::plan::value::price::Price;
    pub use crate::plan::{Contact, Expiry, Plan, PlanList, RenewalRecord};
    #[cfg(feature = "serve")]
    pub use crate::server::{
        Counts, Entry, FeedMeta, Fetches, HostPolicy, Limits, Public, ReadyFeed, Site, bind,
    };
    pub use crate::site::address::{Base, path};
    pub use crate::site::client::Client;
    pub use crate::site::entity::{EntityTag, is_date, prefers_gzip};
    pub use crate::site::link::{Key, Token};
    pub use crate::site::page::{Sheet, View, render};
    pub use crate::site::qr::Code;
    pub use crate::site::route::{Route, is_host};
    pub use crate::time::clock::Clock;
    pub use crate::time::period::Period;
    pub use crate::time::revision::Revision;
}
