//! The report on one file, as text and as JSON.

use serde::Serialize;

#[cfg(feature = "fetch")]
use crate::cli::check::served::ServedReport;
use crate::cli::error::CliError;
use crate::document::Problem;
use crate::document::report::{Reporter, Severity};

/// How the findings are reported.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Format {
    /// As text, perhaps in colour.
    Text { styled: bool },
    /// As JSON.
    Json,
}

impl Format {
    /// Whether problems are drawn in colour.
    pub(crate) fn is_styled(self) -> bool {
        matches!(self, Self::Text { styled: true })
    }
}

/// What a check found in one file.
pub(crate) struct Checked {
    pub(crate) report: Report,
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
}

/// What was found at one address. Where nothing answers there is an error, and a report in JSON.
pub(crate) type AddressResult = Result<Checked, (Option<Checked>, CliError)>;

/// The findings of one file in the format that was asked for.
pub(crate) enum Report {
    Text(String),
    Json(FileReport),
}

/// One file, for programs.
#[derive(Serialize)]
pub(crate) struct FileReport {
    pub(crate) path: String,
    /// How many plans a plans file has.
    pub(crate) plans: usize,
    pub(crate) events: usize,
    pub(crate) bytes: usize,
    /// How many problems are not in the list, because a file has more than anybody reads.
    pub(crate) omitted: usize,
    pub(crate) problems: Vec<ProblemReport>,
    /// What a calendar program shows of a finished feed, by day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) shown: Option<Vec<EventReport>>,
    /// How a feed at an address is served.
    #[cfg(feature = "fetch")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) served: Option<Box<ServedReport>>,
}

/// One problem, for programs. Lines and columns count from 1, columns in characters.
#[derive(Serialize)]
pub(crate) struct ProblemReport {
    severity: &'static str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    /// The value with the problem, as in `plans[0].renewal[0].url`.
    value: Option<String>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// Another place that has to do with it.
    related: Option<RelatedReport>,
}

#[derive(Serialize)]
struct RelatedReport {
    label: &'static str,
    line: usize,
    column: usize,
}

/// One event as a calendar program shows it, for programs.
#[derive(Serialize)]
pub(crate) struct EventReport {
    pub(crate) line: usize,
    pub(crate) date: String,
    /// When an event begins that does not last whole days, with its time zone.
    pub(crate) time: Option<String>,
    pub(crate) title: String,
    /// When its alarms ring, in the time zone of the event.
    pub(crate) alarms: Vec<String>,
}

#[cfg(feature = "fetch")]
impl FileReport {
    /// The report of an address that has no feed.
    pub(crate) fn without_feed(path: String) -> Self {
        Self {
            path,
            plans: 0,
            events: 0,
            bytes: 0,
            omitted: 0,
            problems: Vec::new(),
            shown: None,
            served: None,
        }
    }
}

impl ProblemReport {
    /// A problem of the file that the reporter reads.
    pub(crate) fn new(reporter: &Reporter<'_>, severity: Severity, problem: &Problem) -> Self {
        let start = reporter.position(problem.span.start);
        let end = reporter.position(problem.span.end);
        let related = problem.related.as_ref().map(|(span, label)| {
            let place = reporter.position(span.start);
            RelatedReport {
                label,
                line: place.line,
                column: place.column,
            }
        });
        Self {
            severity: severity.name(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            value: problem.path.as_ref().map(ToString::to_string),
            message: problem.what.message.clone(),
            hint: problem.what.hint.clone(),
            related,
        }
    }
}
