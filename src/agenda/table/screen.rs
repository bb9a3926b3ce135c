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
    /// Its columns; `None` if lines may have any length.
    pub width: Option<usize>,
    /// Whether it shows colours.
    pub styled: bool,
}

/// The list that a table is of.
#[derive(Debug, Clone, Copy)]
pub struct Title<'a> {
    /// Its name.
    pub name: &'a str,
    /// The file.
    pub path: &'a str,
    /// The language of its words.
    pub language: Language,
}

impl Screen {
    /// A function that appends a text in a colour.
    pub(crate) fn painter(self) -> impl Fn(&mut String, Paint, &str) {
        move |out, paint, text| paint.put(out, text, self.styled)
    }
}

impl Title<'_> {
    pub(crate) fn words(&self) -> &'static dyn Words {
        words::in_language(self.language)
    }

    /// The name, and the file if that is different.
    pub(crate) fn text(&self) -> String {
        let (name, path) = (visible(self.name), visible(self.path));
        if name == path {
            return name.into_owned();
        }
        format!("{name} ({path})")
    }
}

/// Wraps a text for a screen, with `free` columns left at the end of each line.
pub(crate) fn lines(text: &str, screen: Screen, free: usize) -> Vec<&str> {
    match screen.width {
        Some(width) => wrap(text, width.saturating_sub(free).max(1)),
        None => vec![text],
    }
}

/// The day, or a dash if there is none.
pub(crate) fn day_or_dash(day: Option<NaiveDate>) -> Cow<'static, str> {
    match day {
        Some(day) => day.to_string().into(),
        None => "-".into(),
    }
}
