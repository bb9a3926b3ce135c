//! Reading iCalendar text (RFC 5545) that others wrote: components one at a time, each property
//! with its place.
//!
//! The structure, folds and `BEGIN` and `END`, is read here, since only here the places are known;
//! each property is given to icalendar's reader, a line at a time. So nothing that a file holds
//! makes that reader slow or deep: it is quadratic on line feeds alone, and it calls itself for each
//! component within another.
//!
//! Cost: linear in the text; in memory is one component of the calendar at a time. What cannot be
//! read is a [`Fault`] with its place, and reading goes on behind it.

mod line;
pub(crate) mod lint;
mod reader;
#[cfg(test)]
mod tests;
mod value;

use std::fmt;
use std::ops::Range;

pub(crate) use line::{LONGEST_LINE, Logical, logical_lines};
pub(crate) use reader::Reader;
pub(crate) use value::{Moment, Zone, rings, seconds};

/// Components within one another that are read; a real calendar has three.
pub(crate) const DEEPEST: usize = 8;
/// Components of one calendar that are read.
pub(crate) const MOST_COMPONENTS: usize = 1_000_000;
/// Properties and alarms of one component that are read.
pub(crate) const MOST_PARTS: usize = 10_000;

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Place {
    /// Bytes in the file, without a byte-order mark.
    pub(crate) span: Range<usize>,
    /// The line, from 1. CR LF, LF and a lone CR end one.
    pub(crate) line: usize,
}

/// One property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Property {
    /// In capitals.
    pub(crate) name: String,
    /// In capitals each, without the quotes around a value.
    pub(crate) parameters: Vec<(String, String)>,
    /// Its text; where its type is TEXT, without the escapes.
    pub(crate) value: String,
    pub(crate) place: Place,
}

impl Property {
    /// The value of a parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut named = self.parameters.iter().filter(|(key, _)| key == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// Whether its value is quoted-printable, as in vCalendar 1.0, where a parameter may be its
    /// value alone.
    pub(crate) fn is_quoted_printable(&self) -> bool {
        let is = |text: &str| text.eq_ignore_ascii_case("QUOTED-PRINTABLE");
        let mut parameters = self.parameters.iter();
        parameters.any(|(key, value)| is(key) || (key == "ENCODING" && is(value)))
    }
}

/// One component, such as an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Component {
    /// In capitals.
    pub(crate) name: String,
    pub(crate) properties: Vec<Property>,
    pub(crate) components: Vec<Component>,
    /// Of its `BEGIN`.
    pub(crate) place: Place,
}

impl Component {
    /// The first property of that name.
    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|found| found.name == name)
    }
}

/// What a file goes on with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A calendar begins.
    Begin(Place),
    /// A property of the calendar itself.
    Property(Property),
    /// A component of the calendar, whole.
    Component(Component),
    /// Something that cannot be read.
    Fault(Place, Fault),
}

/// Why something cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// A line, unfolded, of more than [`LONGEST_LINE`] octets.
    TooLong,
    /// Nothing with a name and a colon behind it.
    NoProperty,
    /// A property that the independent reader refuses.
    Refused,
    /// Something before or behind the calendar.
    Outside,
    /// An `END` of something that did not begin.
    NeverBegan(String),
    /// A `BEGIN` without its `END`.
    NeverEnded(String),
    /// A component within more than [`DEEPEST`] others.
    TooDeep,
    /// More than [`MOST_PARTS`] in a component, or [`MOST_COMPONENTS`] in a calendar.
    TooMany,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("the line is not UTF-8"),
            Self::TooLong => write!(
                f,
                "the line, unfolded, is too long: allowed up to {LONGEST_LINE} octets"
            ),
            Self::NoProperty => f.write_str("the line is no property: it has no name with a colon"),
            Self::Refused => f.write_str("the property cannot be read"),
            Self::Outside => f.write_str("the line stands outside of the calendar"),
            Self::NeverBegan(name) => write!(f, "`END:{name}` ends nothing that began"),
            Self::NeverEnded(name) => {
                write!(f, "no `END:{name}` for this `BEGIN`: is the file cut off?")
            }
            Self::TooDeep => write!(
                f,
                "components within one another: allowed up to {DEEPEST} levels"
            ),
            Self::TooMany => write!(
                f,
                "too much in one place: allowed up to {MOST_COMPONENTS} components in a calendar and {MOST_PARTS} properties in each"
            ),
        }
    }
}

/// A list of texts: split at the commas that no backslash precedes, the escapes resolved.
pub(crate) fn texts(raw: &str) -> Vec<String> {
    unescaped(raw, true)
}

/// A TEXT whose escapes the independent reader leaves, since it does not know the property.
pub(crate) fn text(raw: &str) -> String {
    unescaped(raw, false).concat()
}

fn unescaped(raw: &str, is_list: bool) -> Vec<String> {
    let mut list = vec![String::new()];
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            ',' if is_list => {
                list.push(String::new());
                continue;
            }
            '\\' => match chars.next() {
                Some('n' | 'N') => '\n',
                Some(other) => other,
                None => '\\',
            },
            c => c,
        };
        if let Some(last) = list.last_mut() {
            last.push(c);
        }
    }
    list
}
