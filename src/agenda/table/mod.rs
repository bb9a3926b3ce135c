//! The agenda as text for a terminal, a log or `grep`.
//!
//! If the width of the screen is known, no line is wider than the screen, long names are cut, and a
//! bar shows each cycle. Otherwise, each plan is one uncut line, so that the output does not depend
//! on the terminal. Dates are in ISO 8601, so that they can be sorted and searched. The words are
//! in the list's language. Control characters in texts from the file are escaped.

mod bar;
mod details;
mod method;
mod paint;
mod rows;
mod screen;

use crate::agenda::Agenda;
use crate::agenda::table::paint::Paint;
use crate::agenda::table::screen::lines;

pub use details::plan_details;
pub use screen::{Screen, Title};

/// Writes the plans of an agenda as a table, followed by their yearly cost.
#[must_use]
pub fn agenda_table(agenda: &Agenda<'_>, title: &Title<'_>, screen: Screen) -> String {
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
    foot(&words.plan_counts(agenda.counts), how);
    let sums = agenda.yearly_cost.sums();
    let sums: Vec<String> = sums
        .map(|(sum, times)| words.renewal_sum(&sum.to_string(), times))
        .collect();
    if !sums.is_empty() {
        foot(&words.yearly_cost(&sums), Paint::Plain);
    }
    out
}
