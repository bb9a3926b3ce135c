//! What a list asks for on a day, as text for a terminal, a log or `grep`.
//!
//! On a screen of a known width nothing is wider than that, names are cut where they have to be,
//! and there is a bar of each cycle. Without a width each plan is one whole line, which stays the
//! same wherever it is read. Dates are ISO 8601, so that they sort and can be searched for. The
//! words are the list's language; text of the file is made harmless.

mod bar;
mod paint;
mod rows;
mod way;
mod whole;

use std::borrow::Cow;

use chrono::NaiveDate;

use super::Agenda;
use crate::document::report::visible;
use crate::plan::value::language::Language;
use crate::words::agenda::{self, Words};
use paint::Paint;

pub use whole::whole;

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

impl Title<'_> {
    fn words(&self) -> &'static Words {
        agenda::of(self.language)
    }

    /// The name, and the file where that is another.
    fn text(&self) -> String {
        let (name, path) = (visible(self.name), visible(self.path));
        if name == path {
            return name.into_owned();
        }
        format!("{name} ({path})")
    }
}

/// The plans of an agenda as a table, with what they cost.
#[must_use]
pub fn table(agenda: &Agenda<'_>, title: &Title<'_>, screen: Screen) -> String {
    let words = title.words();
    let mut out = String::new();
    let today = agenda.today.to_string();
    let paint = screen.painter();
    for (index, line) in lines(&title.text(), screen, 12).iter().enumerate() {
        paint(&mut out, Paint::Strong, line);
        out.push_str(if index == 0 { "  " } else { "" });
        if index == 0 {
            paint(&mut out, Paint::Quiet, &today);
        }
        out.push('\n');
    }
    if !agenda.items.is_empty() {
        rows::rows(&mut out, agenda, words, screen);
    }
    let mut foot = |text: &str, how: Paint| {
        for line in lines(text, screen, 0) {
            paint(&mut out, how, line);
            out.push('\n');
        }
    };
    let is_due = agenda.counts.due > 0;
    let how = if is_due { Paint::Due } else { Paint::Plain };
    foot(&(words.counts)(agenda.counts), how);
    let sums = agenda.yearly_cost.sums();
    let sums: Vec<String> = sums
        .map(|(sum, times)| (words.sum)(&sum.to_string(), times))
        .collect();
    if !sums.is_empty() {
        foot(&(words.costs)(&sums), Paint::Plain);
    }
    out
}

impl Screen {
    /// What appends a text in a colour.
    fn painter(self) -> impl Fn(&mut String, Paint, &str) {
        move |out, paint, text| paint.put(out, text, self.styled)
    }
}

/// The lines of a text on a screen, with so many columns left free behind them.
fn lines(text: &str, screen: Screen, free: usize) -> Vec<&str> {
    match screen.width {
        Some(width) => crate::text::width::wrap(text, width.saturating_sub(free).max(1)),
        None => vec![text],
    }
}

/// A day, or a dash.
fn day(day: Option<NaiveDate>) -> Cow<'static, str> {
    match day {
        Some(day) => day.to_string().into(),
        None => "-".into(),
    }
}
