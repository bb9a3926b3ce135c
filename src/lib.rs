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
//! # Layers
//!
//! A module imports modules of its own layer and of those above it in this table, and no others;
//! edges do not import one another's layer at all, except `refusal`. A test holds it.
//!
//! | layer | modules | what it may touch |
//! |---|---|---|
//! | values | invalid date period price language color web phone revision address client clock entity link route qr shell columns escape | nothing |
//! | rules | plan document schedule words calendar feed review report agenda listing page reminder edit starter ics import inspect manifest site | values |
//! | edges | refusal source git output server watch lock bucket | files, processes, sockets |
//! | program | main cli | arguments, standard streams, the clock |
//!
//! Values and rules have no clock, no randomness, no environment: the same plans give the same
//! bytes.

pub mod address;
pub mod agenda;
#[cfg(feature = "publish")]
pub mod bucket;
pub mod calendar;
pub mod client;
pub mod clock;
pub mod color;
pub mod columns;
pub mod date;
pub mod document;
pub mod edit;
pub mod entity;
pub mod escape;
pub mod feed;
pub mod git;
mod ics;
pub mod import;
pub mod inspect;
pub mod invalid;
pub mod language;
pub mod link;
pub mod listing;
pub mod lock;
pub mod manifest;
pub mod output;
pub mod page;
pub mod period;
pub mod phone;
pub mod plan;
pub mod price;
pub mod qr;
pub mod refusal;
pub mod reminder;
pub mod report;
pub mod review;
pub mod revision;
pub mod route;
pub mod schedule;
#[cfg(feature = "serve")]
pub mod server;
pub mod shell;
pub mod site;
pub mod source;
pub mod starter;
#[cfg(feature = "serve")]
pub mod watch;
pub mod web;
pub mod words;
