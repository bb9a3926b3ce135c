//! The check of a plans file.

use crate::calendar::compile::compile;
use crate::calendar::feed::Feed;
use crate::calendar::warnings::review;
use crate::cli::check::report::{Checked, FileReport, Format, ProblemReport, Report};
use crate::document::report::{Reporter, Severity};
use crate::document::{MAX_PROBLEMS, Problems, all_problems};
use crate::files::failure::{Failure, not_shown};
use crate::files::source::Source;
use crate::text::plural::pluralize;
use crate::time::clock::Clock;
use crate::time::revision::Revision;

/// 2026-10-05T12:00:00Z. The size of a feed hardly depends on its revision; with this one it is as
/// large as with any of today.
const SAMPLE_REVISION: i64 = 1_791_201_600;

/// What was found in a plans file.
struct Findings<'a> {
    severity: Severity,
    problems: &'a Problems,
    /// The feed, of a file without errors.
    feed: Option<&'a Feed>,
}

/// Checks a plans file, and reports the first `limit` problems.
pub(crate) fn check(
    source: &Source,
    clock: &Clock,
    format: Format,
    limit: usize,
) -> Result<Checked, Failure> {
    let loaded = source.load()?;
    let name = source.name();
    let reporter = Reporter::new(&name, &loaded.bytes, format.is_styled());
    let revision = Revision::from_unix(SAMPLE_REVISION);
    let (stem, file) = (source.stem(), source.file_name());
    match compile(stem, file, &loaded.bytes, revision, clock) {
        Err(mut problems) => {
            if problems.omitted() > 0 && limit > MAX_PROBLEMS {
                problems = all_problems(&loaded.bytes);
            }
            let findings = Findings {
                severity: Severity::Error,
                problems: &problems,
                feed: None,
            };
            Ok(Checked {
                report: findings.report(&reporter, &name, format),
                errors: problems.count(),
                warnings: 0,
            })
        }
        Ok(compiled) => {
            let plans = &compiled.plans;
            let zone = plans.document.list().settings.timezone;
            if let Some(why) = clock.unknown_today(zone) {
                return Err(Failure::UnknownZone(why.clone()));
            }
            let warnings = review(plans.document.list(), &compiled.feed, plans.today);
            let warnings = plans.document.warnings(warnings, limit);
            let findings = Findings {
                severity: Severity::Warning,
                problems: &warnings,
                feed: Some(&compiled.feed),
            };
            Ok(Checked {
                report: findings.report(&reporter, &name, format),
                errors: 0,
                warnings: warnings.count(),
            })
        }
    }
}

impl Findings<'_> {
    fn report(&self, reporter: &Reporter<'_>, name: &str, format: Format) -> Report {
        match format {
            Format::Text { .. } => Report::Text(self.text(reporter, name)),
            Format::Json => Report::Json(FileReport {
                path: name.to_owned(),
                plans: self.feed.map_or(0, |feed| feed.plans),
                events: self.feed.map_or(0, |feed| feed.events),
                bytes: self.feed.map_or(0, |feed| feed.text.len()),
                omitted: self.problems.omitted(),
                problems: self
                    .problems
                    .list()
                    .iter()
                    .map(|problem| ProblemReport::new(reporter, self.severity, problem))
                    .collect(),
                shown: None,
                #[cfg(feature = "fetch")]
                served: None,
            }),
        }
    }

    fn text(&self, reporter: &Reporter<'_>, name: &str) -> String {
        let mut text = String::new();
        for problem in self.problems.list() {
            text += &reporter.draw(problem, self.severity);
        }
        text += &not_shown(name, self.problems.omitted());
        if let Some(feed) = self.feed.filter(|_| self.problems.is_empty()) {
            let (plans, events) = (
                pluralize(feed.plans, "plan"),
                pluralize(feed.events, "event"),
            );
            text += &format!("{name}: all is well ({plans}, {events})\n");
        }
        text
    }
}
