//! The report on how a feed is served, as text and as JSON.

use std::fmt::Write as _;

use chrono::NaiveDate;
use serde::Serialize;

use crate::document::report::{Severity, visible};
use crate::fetch::address::hide;
use crate::fetch::{ConditionOutcome, Survey, Visit};
use crate::ics::lint::inspect;
use crate::ics::list_age::ListAge;
use crate::text::plural::pluralize;
use crate::text::value_error::ValueError;

/// A list that has not changed for longer may have been forgotten.
const OLD_LIST_DAYS: i64 = 366;
/// A certificate that is to be renewed by itself has been by then.
const CERTIFICATE_DAYS: i64 = 14;
/// What no request from this machine can show.
const BLIND_SPOT: &str = "all requests came from this machine: they cannot show whether the \
                          server refuses the addresses of Google, Apple or Microsoft";

/// Something that is wrong with how a feed is served.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    what: ValueError,
}

/// What is wrong with how a feed is served.
pub(crate) fn findings(survey: &Survey, today: NaiveDate) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut add = |severity, what| found.push(Finding { severity, what });
    let refusals = survey.visits.iter().filter_map(|visit| {
        let refusal = visit.refusal.as_ref()?;
        Some((visit, &refusal.what))
    });
    for (names, what) in grouped(refusals) {
        let gets = if names.len() == 1 { "gets" } else { "get" };
        let message = format!("{} {gets} no calendar: {}", list(&names), what.message);
        add(Severity::Error, with_hint(message, what));
    }
    let odd = survey.visits.iter();
    let odd = odd.flat_map(|visit| visit.odd.iter().map(move |what| (visit, what)));
    for (names, what) in grouped(odd) {
        let message = format!("for {}: {}", list(&names), what.message);
        add(Severity::Warning, with_hint(message, what));
    }
    let others = |expected| {
        let others = survey.visits.iter();
        let others =
            others.filter(|visit| visit.digest.is_some() && visit.digest.as_ref() != expected);
        others.map(|visit| visit.profile.name).collect::<Vec<_>>()
    };
    if let Some(expected) = &survey.expected {
        let others = others(Some(expected));
        if !others.is_empty() {
            let what = format!(
                "the bytes for {} are not those of the expected file",
                list(&others)
            );
            let hint = "a cache may still have the old feed: `--expect-within` waits longer";
            add(Severity::Error, ValueError::new(what).hint(hint));
        }
    } else if let Some(first) = survey.first_digest() {
        let others = others(Some(first));
        if !others.is_empty() {
            let what = format!("{} got other bytes than the first client", list(&others));
            let hint = "serve the same file to every client: time stamps that change at each \
                        fetch make every event look edited";
            add(Severity::Warning, ValueError::new(what).hint(hint));
        }
    }
    review_conditions(survey, &mut add);
    for certificate in &survey.certificates {
        let Some(end) = certificate.valid_until else {
            continue;
        };
        let days = (end - today).num_days();
        if days < CERTIFICATE_DAYS {
            let host = &certificate.host;
            let left = pluralize(usize::try_from(days).unwrap_or_default(), "day");
            let what = format!("the certificate of `{host}` expires in {left}, on {end}");
            add(Severity::Warning, ValueError::new(what).hint("renew it"));
        }
    }
    if let Some(body) = &survey.body {
        let stamp = ListAge::of(body).stamp.map(|stamp| stamp.date());
        if let Some(stamp) = stamp
            && (today - stamp).num_days() > OLD_LIST_DAYS
        {
            let what = format!("the list is dated {stamp}: is it still being published?");
            add(Severity::Warning, ValueError::new(what));
        }
        let last = inspect(body).events.iter().map(|event| event.day).max();
        if let Some(last) = last.filter(|last| *last < today) {
            let what = format!("no event is in the future: the last one was on {last}");
            add(Severity::Warning, ValueError::new(what));
        }
    }
    found
}

fn review_conditions(survey: &Survey, add: &mut impl FnMut(Severity, ValueError)) {
    let outcome = |name| {
        let mut named = survey.conditions.iter();
        named.find(|it| it.name == name).map(|it| it.outcome)
    };
    let (tag, date) = (outcome("tag"), outcome("date"));
    let absent = Some(ConditionOutcome::Absent);
    if tag == absent && date == absent {
        let what = "the answer has neither a tag nor a date: every fetch downloads the whole feed";
        let hint = "send `ETag` and `Last-Modified`";
        add(Severity::Warning, ValueError::new(what).hint(hint));
    }
    for (outcome, field) in [(tag, "If-None-Match"), (date, "If-Modified-Since")] {
        match outcome {
            Some(ConditionOutcome::Ignored) => {
                let what = format!(
                    "the server ignores `{field}`: status 304 was expected, and the \
                             whole feed came"
                );
                add(Severity::Warning, ValueError::new(what));
            }
            Some(ConditionOutcome::Failed) => {
                let what = format!("a request with `{field}` failed: status 304 was expected");
                add(Severity::Warning, ValueError::new(what));
            }
            _ => {}
        }
    }
    match outcome("other") {
        Some(ConditionOutcome::Stale) => {
            let what = "the server answers 304 even to another tag and date: clients never see a \
                        change";
            add(Severity::Error, ValueError::new(what));
        }
        Some(ConditionOutcome::Failed) => {
            let what = "a request with another tag and date failed: the feed was expected";
            add(Severity::Warning, ValueError::new(what));
        }
        _ => {}
    }
}

/// The report of an address as text: a line for each client, what holds for all, and what is wrong.
pub(crate) fn text(survey: &Survey, findings: &[Finding], today: NaiveDate) -> String {
    let mut text = format!("{}\n", visible(&survey.address.shown()));
    let mut row = |name: &str, what: &str| {
        // Writing to a String does not fail.
        let _ = writeln!(text, "  {name:<12} {}", visible(what));
    };
    for visit in &survey.visits {
        row(visit.profile.name, &describe(visit, survey));
    }
    for certificate in &survey.certificates {
        let end = certificate.valid_until;
        let end = end.map_or_else(|| "unknown".to_owned(), |end| end.to_string());
        let chain = pluralize(certificate.chain, "certificate");
        row(
            "certificate",
            &format!("{}, {chain} sent, valid until {end}", certificate.host),
        );
    }
    let calendars = survey.visits.iter().filter(|it| it.digest.is_some());
    if calendars.count() > 1 {
        let is_same = has_same_bytes(survey);
        row("same bytes", if is_same { "yes" } else { "no" });
    }
    if !survey.conditions.is_empty() {
        let asked = survey.conditions.iter().map(|it| {
            let name = if it.name == "other" {
                "with others"
            } else {
                it.name
            };
            format!("{name} {}", outcome_name(it.outcome))
        });
        row("304", &asked.collect::<Vec<_>>().join(", "));
    }
    let age = survey.body.as_deref().map(ListAge::of).unwrap_or_default();
    if let Some(stamp) = age.stamp.map(|stamp| stamp.date()) {
        let days = (today - stamp).num_days();
        let ago = usize::try_from(days).map(|days| pluralize(days, "day"));
        let ago = ago.map(|days| format!(", {days} ago")).unwrap_or_default();
        let says = age.sentence.map(|says| format!("; it says: {says}"));
        row(
            "list",
            &format!("dated {stamp}{ago}{}", says.unwrap_or_default()),
        );
    }
    for finding in findings {
        let (severity, what) = (finding.severity.name(), &finding.what);
        text += &format!("{severity}: {}\n", visible(&what.message));
        if let Some(hint) = &what.hint {
            text += &format!("hint: {}\n", visible(hint));
        }
    }
    if survey.address.is_loopback() {
        text += "note: the address is this machine's own: no other machine can reach it\n";
    }
    text += &format!("note: {BLIND_SPOT}\n");
    text
}

/// What a client got, in one line.
fn describe(visit: &Visit, survey: &Survey) -> String {
    let mut parts = Vec::new();
    parts.extend(visit.status.map(|status| status.to_string()));
    if let Some((_, last)) = visit.redirects.last() {
        let number = pluralize(visit.redirects.len(), "redirect");
        parts.push(format!("{number} to {}", last.shown()));
    }
    if let Some(refusal) = &visit.refusal {
        parts.push(format!("no calendar: {}", refusal.what.message));
        return parts.join(", ");
    }
    let kind = visit.content_type.as_deref();
    parts.extend(kind.map(|kind| hide(kind, &survey.secrets)));
    let size = visit.size.div_ceil(1000);
    parts.push(match visit.sent == visit.size {
        true => format!("{size} kB"),
        false => format!("{size} kB, {} kB sent", visit.sent.div_ceil(1000)),
    });
    parts.join(", ")
}

/// Whether all calendars that came are the same.
fn has_same_bytes(survey: &Survey) -> bool {
    let first = survey.first_digest();
    let mut calendars = survey.visits.iter().filter(|it| it.digest.is_some());
    calendars.all(|visit| visit.digest.as_ref() == first)
}

fn outcome_name(outcome: ConditionOutcome) -> &'static str {
    match outcome {
        ConditionOutcome::Absent => "absent",
        ConditionOutcome::Honoured => "honoured",
        ConditionOutcome::Ignored => "ignored",
        ConditionOutcome::Stale => "stale",
        ConditionOutcome::Failed => "failed",
    }
}

/// Clients for which the same holds, in one group.
fn grouped<'a>(
    all: impl Iterator<Item = (&'a Visit, &'a ValueError)>,
) -> Vec<(Vec<&'static str>, &'a ValueError)> {
    let mut groups: Vec<(Vec<&'static str>, &ValueError)> = Vec::new();
    for (visit, what) in all {
        match groups.iter_mut().find(|(_, known)| *known == what) {
            Some((names, _)) => names.push(visit.profile.name),
            None => groups.push((vec![visit.profile.name], what)),
        }
    }
    groups
}

fn list(names: &[&str]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        names => names.join(""),
    }
}

fn with_hint(message: String, what: &ValueError) -> ValueError {
    let error = ValueError::new(message);
    match &what.hint {
        Some(hint) => error.hint(hint.clone()),
        None => error,
    }
}

/// How a feed is served, for programs.
#[derive(Serialize)]
pub(crate) struct ServedReport {
    clients: Vec<ClientReport>,
    certificates: Vec<CertificateReport>,
    /// Whether all calendars are the same; `None` if there is none.
    same_bytes: Option<bool>,
    /// Whether each client got the bytes of `--expect`.
    expected: Option<bool>,
    conditions: Vec<ConditionReport>,
    list: ListReport,
    problems: Vec<ServedProblem>,
    note: &'static str,
}

#[derive(Serialize)]
struct ClientReport {
    client: &'static str,
    calendar: bool,
    status: Option<u16>,
    redirects: Vec<RedirectReport>,
    content_type: Option<String>,
    bytes: usize,
    bytes_sent: usize,
    /// Why there is no calendar, as in `challenge`.
    refusal: Option<&'static str>,
    message: Option<String>,
}

#[derive(Serialize)]
struct RedirectReport {
    status: u16,
    to: String,
}

#[derive(Serialize)]
struct CertificateReport {
    host: String,
    valid_until: Option<String>,
    chain: usize,
}

#[derive(Serialize)]
struct ConditionReport {
    condition: &'static str,
    outcome: &'static str,
}

#[derive(Serialize)]
struct ListReport {
    stamp: Option<String>,
    days: Option<i64>,
    sentence: Option<String>,
}

#[derive(Serialize)]
struct ServedProblem {
    severity: &'static str,
    message: String,
    hint: Option<String>,
}

impl ServedReport {
    pub(crate) fn new(survey: &Survey, findings: &[Finding], today: NaiveDate) -> Self {
        let age = survey.body.as_deref().map(ListAge::of).unwrap_or_default();
        let clients = survey.visits.iter().map(|visit| client(visit, survey));
        let mut digests = survey.visits.iter().map(|visit| &visit.digest);
        Self {
            clients: clients.collect(),
            certificates: survey
                .certificates
                .iter()
                .map(|certificate| CertificateReport {
                    host: certificate.host.clone(),
                    valid_until: certificate.valid_until.map(|end| end.to_string()),
                    chain: certificate.chain,
                })
                .collect(),
            same_bytes: survey.first_digest().map(|_| has_same_bytes(survey)),
            expected: (survey.expected.as_ref())
                .map(|_| digests.all(|digest| *digest == survey.expected)),
            conditions: survey
                .conditions
                .iter()
                .map(|it| ConditionReport {
                    condition: it.name,
                    outcome: outcome_name(it.outcome),
                })
                .collect(),
            list: ListReport {
                stamp: age
                    .stamp
                    .map(|stamp| stamp.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
                days: age.stamp.map(|stamp| (today - stamp.date()).num_days()),
                sentence: age.sentence,
            },
            problems: findings
                .iter()
                .map(|finding| ServedProblem {
                    severity: finding.severity.name(),
                    message: finding.what.message.clone(),
                    hint: finding.what.hint.clone(),
                })
                .collect(),
            note: BLIND_SPOT,
        }
    }
}

fn client(visit: &Visit, survey: &Survey) -> ClientReport {
    let redirects = visit.redirects.iter();
    let content_type = visit.content_type.as_deref();
    ClientReport {
        client: visit.profile.name,
        calendar: visit.digest.is_some(),
        status: visit.status,
        redirects: redirects
            .map(|(status, to)| RedirectReport {
                status: *status,
                to: to.shown(),
            })
            .collect(),
        content_type: content_type.map(|kind| hide(kind, &survey.secrets)),
        bytes: visit.size,
        bytes_sent: visit.sent,
        refusal: visit.refusal.as_ref().map(|refusal| refusal.kind),
        message: (visit.refusal.as_ref()).map(|refusal| refusal.what.message.clone()),
    }
}
