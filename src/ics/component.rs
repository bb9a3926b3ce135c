//! What a calendar file consists of (RFC 5545, sections 3.4 to 3.6): components, their properties,
//! and their places in the file.

use std::fmt;
use std::ops::Range;

use crate::ics::limits::{MAX_COMPONENTS, MAX_DEPTH, MAX_LINE_BYTES, MAX_PARTS};

/// The place of something in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Place {
    /// Bytes in the file, without a byte-order mark.
    pub(crate) span: Range<usize>,
    /// The line, from 1. CR LF, LF and a lone CR each end a line.
    pub(crate) line: usize,
}

/// One property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Property {
    /// In capitals.
    pub(crate) name: String,
    /// The name and value of each parameter. The name is in capitals, the value without quotes.
    pub(crate) parameters: Vec<(String, String)>,
    /// Its text; without the escapes if its type is TEXT.
    pub(crate) value: String,
    pub(crate) place: Place,
}

impl Property {
    /// The value of a parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut named = self.parameters.iter().filter(|(key, _)| key == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// Whether its value is quoted-printable, an encoding of vCalendar 1.0 that iCalendar does not
    /// have.
    pub(crate) fn is_quoted_printable(&self) -> bool {
        let encoding = self.parameter("ENCODING");
        encoding.is_some_and(|value| value.eq_ignore_ascii_case("QUOTED-PRINTABLE"))
    }
}

/// One component, such as an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Component {
    /// In capitals.
    pub(crate) name: String,
    pub(crate) properties: Vec<Property>,
    pub(crate) components: Vec<Component>,
    /// The place of its `BEGIN`.
    pub(crate) place: Place,
}

impl Component {
    /// The first property of that name.
    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|found| found.name == name)
    }
}

/// The next part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A calendar begins.
    Begin(Place),
    /// A property of the calendar itself.
    Property(Property),
    /// A whole component of the calendar.
    Component(Component),
    /// Something that cannot be read.
    Unreadable(Place, ReadError),
}

/// Why something cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReadError {
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// An unfolded line of more than [`MAX_LINE_BYTES`] octets.
    LineTooLong,
    /// A line without a name and a colon after it.
    NotAProperty,
    /// A property that the icalendar crate refuses.
    RefusedProperty,
    /// A line before or after the calendar.
    OutsideCalendar,
    /// An `END` without a `BEGIN`.
    NeverBegan(String),
    /// A `BEGIN` without its `END`.
    NeverEnded(String),
    /// A component inside more than [`MAX_DEPTH`] others.
    TooDeep,
    /// More than [`MAX_PARTS`] in a component, or [`MAX_COMPONENTS`] in a calendar.
    TooMany,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("the line is not UTF-8"),
            Self::LineTooLong => write!(
                f,
                "the line, unfolded, is too long: allowed up to {MAX_LINE_BYTES} octets"
            ),
            Self::NotAProperty => {
                f.write_str("the line is not a property: it needs a name and a colon")
            }
            Self::RefusedProperty => f.write_str("the property cannot be read"),
            Self::OutsideCalendar => f.write_str("the line is outside the calendar"),
            Self::NeverBegan(name) => write!(f, "`END:{name}` has no `BEGIN:{name}` before it"),
            Self::NeverEnded(name) => {
                write!(f, "no `END:{name}` for this `BEGIN`: is the file cut off?")
            }
            Self::TooDeep => write!(
                f,
                "components are nested too deep: allowed up to {MAX_DEPTH} levels"
            ),
            Self::TooMany => write!(
                f,
                "too many parts: allowed up to {MAX_COMPONENTS} components in a calendar and \
                 {MAX_PARTS} properties in each"
            ),
        }
    }
}
