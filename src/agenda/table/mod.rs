//! What a list asks for on a day, as text for a terminal, a log or `grep`.
//!
//! On a screen of a known width nothing is wider than that, names are cut where they have to be,
//! and there is a bar of each cycle. Without a width each plan is one whole line, which stays the
//! same wherever it is read. Dates are ISO 8601, so that they sort and can be searched for. The
//! words are the list's language; text of the file is made harmless.

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

/// The plans of an agenda as a table, with what they cost.
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
