//! What an import left out of the plans file, and why.

use crate::text::plural::pluralize;

/// Omissions that are kept; the rest are only counted.
const MAX_OMISSIONS: usize = 10_000;

/// Something that could not be carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Omission {
    /// The line of the file, from 1; 0 for the file as a whole.
    pub line: usize,
    /// What it is about: the title of an event, the name in a row.
    pub subject: String,
    /// What was left out, or what was taken instead.
    pub what: String,
    /// Whether a whole plan is missing because of it.
    pub(crate) is_plan_lost: bool,
}

/// What could not be carried so far.
#[derive(Debug, Default)]
pub(crate) struct Omissions {
    pub(crate) list: Vec<Omission>,
    /// How many more there are.
    pub(crate) not_listed: usize,
    pub(crate) is_plan_lost: bool,
}

impl Omissions {
    /// Adds something that is missing or changed in a plan, or outside of all plans.
    pub(crate) fn note(&mut self, line: usize, subject: &str, what: impl Into<String>) {
        self.add(line, subject, what.into(), false);
    }

    /// Adds a plan that is missing.
    pub(crate) fn lose_plan(&mut self, line: usize, subject: &str, what: impl Into<String>) {
        self.add(line, subject, what.into(), true);
    }

    /// Adds the events that were left out because they are long past; `line` is the first.
    pub(crate) fn note_past(&mut self, line: usize, count: usize) {
        let events = pluralize(count, "event");
        let what = format!(
            "{events} more than four weeks past: left out; `--past` makes plans of them too"
        );
        self.note(line, "the calendar", what);
    }

    pub(crate) fn add(&mut self, line: usize, subject: &str, what: String, is_plan_lost: bool) {
        self.is_plan_lost |= is_plan_lost;
        if self.list.len() >= MAX_OMISSIONS {
            self.not_listed += 1;
            return;
        }
        self.list.push(Omission {
            line,
            subject: subject.to_owned(),
            what,
            is_plan_lost,
        });
    }
}
