//! The check of a published feed, `weekahead check https://…`.

use std::fs;
use std::path::Path;
use std::time::Duration;

use chrono::NaiveDate;

use crate::cli::check::feed::check_bytes;
use crate::cli::check::report::{AddressResult, Checked, FileReport, Format, Report};
use crate::cli::check::served::{self, ServedReport};
use crate::cli::error::CliError;
use crate::cli::terminal::Terminal;
use crate::document::report::Severity;
use crate::fetch::address::{Address, hide, looks_random};
use crate::fetch::{Expectation, FetchOptions, Survey, read_roots};
use crate::files::io_error::IoError;
use crate::text::plural::pluralize;

/// Reads the files that the options name.
pub(crate) fn options(
    ca: Option<&Path>,
    timeout: Duration,
    expected: Option<&Path>,
    patience: Duration,
) -> Result<FetchOptions, CliError> {
    let read = |path: &Path| fs::read(path).map_err(|error| IoError::new("read", path, error));
    let roots = match ca {
        Some(path) => {
            let roots = read_roots(&read(path)?).map_err(|error| {
                let message = format!("`{}`: {}", path.display(), error.message);
                CliError::usage(message).maybe_hint(error.hint)
            });
            roots?
        }
        None => Vec::new(),
    };
    let expectation = match expected {
        Some(path) => Some(Expectation {
            bytes: read(path)?,
            patience,
        }),
        None => None,
    };
    Ok(FetchOptions {
        roots,
        timeout,
        expectation,
    })
}

/// Checks the feed at one address, and reports the first `limit` problems of it.
pub(crate) fn check(
    text: &str,
    options: &FetchOptions,
    today: NaiveDate,
    format: Format,
    limit: usize,
    terminal: &mut Terminal,
) -> Result<AddressResult, CliError> {
    let address = Address::parse(text)?;
    let shown = address.shown();
    let survey = Survey::of(address, options, || {
        terminal.say(&format!(
            "{shown}: other bytes than expected; waiting for caches"
        ));
    })?;
    let findings = served::findings(&survey, today);
    let name = survey.address.shown();
    let feed = survey.body.as_deref().map(|body| {
        check_bytes(&name, body, format, limit, |name, omitted| match omitted {
            0 => String::new(),
            _ => {
                let more = pluralize(omitted, "more problem");
                format!("{name}: {more}; `--all` shows them all\n")
            }
        })
    });
    let count = |wanted| {
        let found = findings.iter().filter(|it| it.severity == wanted);
        found.count()
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let (feed_errors, feed_warnings) = feed
        .as_ref()
        .map_or((0, 0), |feed| (feed.errors, feed.warnings));
    let is_unanswered = survey.is_unanswered();
    let report = match (format, feed.map(|feed| feed.report)) {
        (Format::Text { .. }, feed) => {
            let mut text = served::text(&survey, &findings, today);
            if let Some(Report::Text(drawn)) = feed {
                text += &hide_random(&drawn, &survey);
            }
            Report::Text(text)
        }
        (Format::Json, feed) => {
            let mut report = match feed {
                Some(Report::Json(report)) => hide_report(report, &survey),
                _ => FileReport::without_feed(name),
            };
            let served = ServedReport::new(&survey, &findings, today);
            report.served = Some(Box::new(served));
            Report::Json(report)
        }
    };
    let checked = Checked {
        report,
        errors: errors + feed_errors,
        warnings: warnings + feed_warnings,
    };
    if !is_unanswered {
        return Ok(Ok(checked));
    }
    let why = survey.visits.iter().find_map(|visit| visit.refusal.clone());
    let why = why.map(|refusal| refusal.what.message).unwrap_or_default();
    let error = CliError::refused(format!("{shown}: nobody answered: {why}"));
    let checked = Checked {
        errors: 0,
        warnings: 0,
        ..checked
    };
    let is_json = matches!(format, Format::Json);
    Ok(Err((is_json.then_some(checked), error)))
}

/// A text that quotes the feed, without the secrets that it may hold. Short words of a path are
/// left: they may stand in any sentence.
fn hide_random(text: &str, survey: &Survey) -> String {
    let secrets = survey.secrets.iter();
    hide(text, secrets.filter(|secret| looks_random(secret)))
}

fn hide_report(mut report: FileReport, survey: &Survey) -> FileReport {
    for problem in &mut report.problems {
        problem.message = hide_random(&problem.message, survey);
        problem.hint = problem
            .hint
            .as_deref()
            .map(|hint| hide_random(hint, survey));
    }
    for event in report.shown.iter_mut().flatten() {
        event.title = hide(&event.title, &survey.secrets);
    }
    report
}
