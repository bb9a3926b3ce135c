//! What is wrong with a plans file, as one line for the log and one for the page.
//!
//! More people read the log than the page, so the log quotes no words of the file. Any word may be
//! the name of a plan that was put in the wrong place by mistake.

use crate::document::report::{Reporter, Severity, visible};
use crate::document::{Problem, Problems};
use crate::files::failure::not_shown;

/// Why a plans file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ErrorSummary {
    /// The first problem with its place, how many others there are, and what to do about it.
    pub(crate) page: String,
    /// The same, without the file's own words.
    pub(crate) log: String,
    /// All problems as a terminal shows them.
    pub(crate) drawn: String,
    /// How many problems there are; 0 if the file could not be read.
    pub(crate) count: usize,
}

impl ErrorSummary {
    /// Summarizes the problems of the file `name` with the content `bytes`.
    pub(crate) fn of(name: &str, bytes: &[u8], problems: &Problems, styled: bool) -> Self {
        let reporter = Reporter::new(name, bytes, styled);
        let count = problems.count();
        let Some(first) = problems.list().first() else {
            return Self::plain("it cannot be read".to_owned());
        };
        let place = reporter.position(first.span.start);
        let more = match count {
            0 | 1 => String::new(),
            2 => " (and 1 more problem)".to_owned(),
            _ => format!(" (and {} more problems)", count - 1),
        };
        let line = |message: &str| {
            let (line, column) = (place.line, place.column);
            format!("line {line}, column {column}: {message}{more}")
        };
        let hint = first.what.hint.as_deref();
        let hint = hint.map_or_else(String::new, |hint| format!("\nhint: {}", visible(hint)));
        let drawn = problems.list().iter();
        let drawn: String = drawn
            .map(|problem| reporter.draw(problem, Severity::Error))
            .collect();
        Self {
            page: line(&visible(&first.what.message)) + &hint,
            log: line(&without_quotes(first)),
            drawn: drawn + &not_shown(name, problems.omitted()),
            count,
        }
    }

    /// Summarizes an error in a sentence that has no words of the file.
    pub(crate) fn plain(sentence: String) -> Self {
        Self {
            page: sentence.clone(),
            log: sentence.clone(),
            drawn: format!("error: {}\n", visible(&sentence)),
            count: 0,
        }
    }
}

/// The message of a problem, without the words that it quotes.
fn without_quotes(problem: &Problem) -> String {
    let quoted = problem.what.message.split('`').enumerate();
    let parts = quoted.map(|(at, part)| if at % 2 == 0 { part } else { "…" });
    visible(&parts.collect::<Vec<_>>().join("`")).into_owned()
}
