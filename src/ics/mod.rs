//! Reads iCalendar text (RFC 5545) that other programs wrote, one component at a time, with the place
//! of each property.
//!
//! Folds, `BEGIN` and `END` are read here, because only this reader knows the place of a line. The
//! parser of the icalendar crate gets one property at a time: it is quadratic on line feeds alone,
//! and it recurses into each component inside another, so that a hostile file could make it slow or
//! exhaust the stack.
//!
//! Cost: linear in the text; one component of the calendar is in memory at a time. Whatever cannot
//! be read becomes a [`ReadError`] with its place, and the reader continues after it.

mod component;
mod limits;
mod line;
pub(crate) mod lint;
#[cfg(feature = "fetch")]
pub(crate) mod list_age;
mod reader;
pub(crate) mod same_events;
#[cfg(test)]
mod tests;
mod text;
mod value;

pub(crate) use component::{Component, Piece, Place, Property, ReadError};
pub(crate) use reader::Reader;
pub(crate) use text::{split_texts, unescape};
pub(crate) use value::{Moment, Zone, alarm_time, parse_duration};
