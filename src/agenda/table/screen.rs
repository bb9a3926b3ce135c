//! Where a list is shown, and what it is called there.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::agenda::table::paint::Paint;
use crate::document::report::visible;
use crate::plan::value::language::Language;
use crate::text::width::wrap;
use crate::words::{self, Words};

/// Where a text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// Its columns; `None` where lines may have any length.
    pub width: Option<usize>,
    /// Whether it shows colours.
    pub styled: bool,
}

/// The list that plans are of.
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
    /// What appends a text in a colour.
    pub(crate) fn painter(self) -> impl Fn(&mut String, Paint, &str) {
        move |out, paint, text| paint.put(out, text, self.styled)
    }
}

impl Title<'_> {
    pub(crate) fn words(&self) -> &'static dyn Words {
        words::in_language(self.language)
    }

    /// The name, and the file where that is another.
    pub(crate) fn text(&self) -> String {
        let (name, path) = (visible(self.name), visible(self.path));
        if name == path {
            return name.into_owned();
        }
        format!("{name} ({path})")
    }
}

/// The lines of a text on a screen, with so many columns left free behind them.
pub(crate) fn lines(text: &str, screen: Screen, free: usize) -> Vec<&str> {
    match screen.width {
        Some(width) => wrap(text, width.saturating_sub(free).max(1)),
        None => vec![text],
    }
}

/// A day, or a dash.
pub(crate) fn day_or_dash(day: Option<NaiveDate>) -> Cow<'static, str> {
    match day {
        Some(day) => day.to_string().into(),
        None => "-".into(),
    }
}
