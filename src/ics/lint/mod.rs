//! Reads a finished feed back, and reports what a calendar program would show and what would break
//! a program.
//!
//! An error is what makes a program drop, refuse or double something, or run a link. A warning is
//! what RFC 5545 forbids and programs forgive, or what some program shows differently from what was
//! meant. A table has the rules for single properties; the rules for several properties together
//! are code. Each error and warning has its place, names the affected programs, and says what to
//! do. The feeds of this program have neither; a test checks this for all golden feeds.
//!
//! Cost: linear in the text.

mod alarm;
mod bytes;
mod calendar;
mod event;
mod fit;
mod inspector;
mod property;
mod raw;
mod recur;
mod table;
#[cfg(test)]
mod tests;
mod times;
mod value_type;

use bytes::check_bytes;

use crate::document::{MAX_FILE_BYTES, without_mark};
use crate::ics::{Piece, ReadError, Reader};
use crate::text::value_error::ValueError;
use inspector::Inspector;

pub(crate) use inspector::{Inspection, ShownEvent};

/// The number of problems of one feed that are kept unless all are asked for. They are found in
/// another order than that of the file, so more of them are kept than are shown.
pub(crate) const MAX_PROBLEMS: usize = 10_000;

/// Reads a feed, and keeps its first [`MAX_PROBLEMS`] problems.
#[must_use]
pub fn inspect(text: &[u8]) -> Inspection {
    inspect_up_to(text, MAX_PROBLEMS)
}

/// Reads a feed, and keeps up to `limit` of its problems. The rest are only counted.
#[must_use]
pub(crate) fn inspect_up_to(text: &[u8], limit: usize) -> Inspection {
    let body = without_mark(text);
    let mut inspector = Inspector::new(body, limit);
    if text.len() > MAX_FILE_BYTES {
        let what = ValueError::new(format!(
            "the file is too long: allowed up to {} MiB",
            MAX_FILE_BYTES >> 20
        ));
        inspector.error(&(0..0), what);
        return inspector.inspection;
    }
    if body.len() < text.len() {
        let what = ValueError::new("a byte-order mark comes before the calendar")
            .hint("save the file without it: some readers read it as a part of the first line");
        inspector.warning(&(0..0), what);
    }
    check_bytes(body, &mut inspector);
    for piece in Reader::new(body) {
        match piece {
            Piece::Begin(place) => inspector.begin_calendar(place),
            Piece::Property(property) => inspector.calendar_properties.push(property),
            Piece::Component(component) => inspector.check_component(&component),
            Piece::Unreadable(place, error) => {
                // `check_bytes` reports what is not UTF-8.
                if error != ReadError::NotUtf8 {
                    inspector.error(&place.span, ValueError::new(error.to_string()));
                }
            }
        }
    }
    inspector.check_calendar();
    inspector.report_escapes();
    let mut inspection = inspector.inspection;
    inspection
        .problems
        .sort_by_key(|(_, problem)| problem.span.start);
    inspection
        .events
        .sort_by(|a, b| (a.day, &a.time).cmp(&(b.day, &b.time)));
    inspection
}
