//! The screen of a table, and the title above it.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::agenda::table::paint::Paint;
use crate::document::report::visible;
use crate::plan::value::language::Language;
use crate::text::width::wrap;
use crate::words::{self, Words};

/// The screen on which text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// The number of columns; `None` if lines may have any length.
    pub width: Option<usize>,
    /// Whether the screen shows colours.
    pub styled: bool,
}

/// The list that a table shows.
#[derive(Debug, Clone, Copy)]
pub struct Title<'a> {
    /// The name of the list.
    pub name: &'a str,
    /// The path of its file.
    pub path: &'a str,
    /// The name of its file without the folder, for the commands in the texts of the events; `None`
    /// if there is no file.
    pub file: Option<&'a str>,
    /// The language of the table.
    pub language: Language,
}

impl Screen {
    /// Returns a function that appends a text in a colour.
    pub(crate) fn painter(self) -> impl Fn(&mut String, Paint, &str) {
        move |out, paint, text| paint.put(out, text, self.styled)
    }
}

impl Title<'_> {
    pub(crate) fn words(&self) -> &'static dyn Words {
        words::in_language(self.language)
    }

    /// The name, followed by the path if it differs.
    pub(crate) fn text(&self) -> String {
        let (name, path) = (visible(self.name), visible(self.path));
        if name == path {
            return name.into_owned();
        }
        format!("{name} ({path})")
    }
}

/// Wraps a text for a screen, and leaves `free` columns at the end of each line.
pub(crate) fn lines(text: &str, screen: Screen, free: usize) -> Vec<&str> {
    match screen.width {
        Some(width) => wrap(text, width.saturating_sub(free).max(1)),
        None => vec![text],
    }
}

/// Writes the day, or a dash if there is none.
pub(crate) fn day_or_dash(day: Option<NaiveDate>) -> Cow<'static, str> {
    match day {
        Some(day) => day.to_string().into(),
        None => "-".into(),
    }
}
