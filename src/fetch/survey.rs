//! Fetches a feed as each client does, one after the other, and then with conditions.
//!
//! There are five requests, one for each client, and at most three conditional ones. Each redirect
//! adds a request. If the first connection fails, no other is tried.

use std::thread;
use std::time::{Duration, Instant};

use rustls::pki_types::CertificateDer;

use crate::fetch::address::Address;
use crate::fetch::connection::{RequestError, request};
use crate::fetch::http::Response;
use crate::fetch::profile::{self, Profile};
use crate::fetch::tls::{Certificate, Tls};
use crate::fetch::verdict::{judge, review_fields};
use crate::site::digest::Digest;
use crate::text::value_error::ValueError;

const MAX_REDIRECTS: usize = 10;
/// A tag and a date that no feed has.
const OTHER_TAG: (&str, &str) = ("If-None-Match", "\"weekahead-check\"");
const OLD_DATE: (&str, &str) = ("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT");
/// The first pause before a feed is fetched again, and the longest: each is twice the one before.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How a feed is fetched.
pub(crate) struct FetchOptions {
    /// Certificates that are trusted besides the public ones.
    pub(crate) roots: Vec<CertificateDer<'static>>,
    /// The time for all requests together.
    pub(crate) timeout: Duration,
    /// What everybody should get.
    pub(crate) expectation: Option<Expectation>,
}

/// The bytes that a feed should have, and for how long others are taken for what a cache still has.
pub(crate) struct Expectation {
    pub(crate) bytes: Vec<u8>,
    pub(crate) patience: Duration,
}

/// What one client got.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) profile: &'static Profile,
    /// Each redirect: its status, and where it leads.
    pub(crate) redirects: Vec<(u16, Address)>,
    pub(crate) status: Option<u16>,
    pub(crate) content_type: Option<String>,
    /// How many bytes came, and how many they are without their coding.
    pub(crate) sent: usize,
    pub(crate) size: usize,
    /// Why it got no calendar.
    pub(crate) refusal: Option<RequestError>,
    /// What is odd although it got one.
    pub(crate) odd: Vec<ValueError>,
    /// The hash of the calendar.
    pub(crate) digest: Option<Digest>,
    tag: Option<String>,
    date: Option<String>,
}

/// What a request with a condition shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConditionOutcome {
    /// The feed had no tag, or no date.
    Absent,
    /// As it should be.
    Honoured,
    /// The whole feed came although the client has it.
    Ignored,
    /// 304 although the client has something else.
    Stale,
    /// Another status, or no answer.
    Failed,
}

/// A condition (RFC 9110, section 13.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) name: &'static str,
    pub(crate) outcome: ConditionOutcome,
}

/// What was found at an address.
pub(crate) struct Survey {
    pub(crate) address: Address,
    pub(crate) visits: Vec<Visit>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) certificates: Vec<Certificate>,
    /// The calendar that the first client got.
    pub(crate) body: Option<Vec<u8>>,
    /// The hash that every calendar should have.
    pub(crate) expected: Option<Digest>,
    /// Everything that must not be shown: of the address, and of where it leads.
    pub(crate) secrets: Vec<String>,
}

impl Survey {
    /// Asks for the feed. `on_wait` is called once if others' bytes are waited out.
    ///
    /// # Errors
    ///
    /// Returns an error if the certificates of the options cannot be used.
    pub(crate) fn of(
        address: Address,
        options: &FetchOptions,
        mut on_wait: impl FnMut(),
    ) -> Result<Self, ValueError> {
        let tls = Tls::new(&options.roots)?;
        let deadline = Instant::now() + options.timeout;
        let digest_of = |bytes: &[u8]| Digest::of([bytes]);
        let mut survey = Self {
            expected: options
                .expectation
                .as_ref()
                .map(|expected| digest_of(&expected.bytes)),
            secrets: address.secrets(),
            address,
            visits: Vec::new(),
            conditions: Vec::new(),
            certificates: Vec::new(),
            body: None,
        };
        for (at, profile) in profile::ALL.iter().enumerate() {
            let shared = survey
                .visits
                .first()
                .and_then(|first| first.refusal.as_ref());
            let shared = shared.filter(|refusal| refusal.is_shared).cloned();
            let visit = match shared {
                Some(refusal) => Visit::refused(profile, refusal),
                None => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    let is_last = at + 1 == profile::ALL.len();
                    // One client that waits in vain leaves time for the others.
                    let limit = if is_last { left } else { left / 2 };
                    survey.visit(profile, &tls, limit)
                }
            };
            survey.visits.push(visit);
        }
        if let Some(expected) = &options.expectation {
            survey.wait_for(expected.patience, options.timeout, &tls, &mut on_wait);
        }
        survey.ask_with_conditions(&tls, deadline.max(Instant::now() + options.timeout / 6));
        survey.certificates = tls.certificates();
        let redirects = survey.visits.iter().flat_map(|visit| &visit.redirects);
        let mut secrets: Vec<String> = redirects.flat_map(|(_, to)| to.secrets()).collect();
        survey.secrets.append(&mut secrets);
        survey
            .secrets
            .sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        survey.secrets.dedup();
        Ok(survey)
    }

    /// Whether nothing answered any client.
    pub(crate) fn is_unanswered(&self) -> bool {
        let mut refusals = self.visits.iter().map(|visit| visit.refusal.as_ref());
        refusals.all(|refusal| refusal.is_some_and(|refusal| !refusal.is_answered))
    }

    /// The hash of the first calendar.
    pub(crate) fn first_digest(&self) -> Option<&Digest> {
        self.visits.iter().find_map(|visit| visit.digest.as_ref())
    }

    fn visit(&mut self, profile: &'static Profile, tls: &Tls, limit: Duration) -> Visit {
        let mut visit = Visit::new(profile);
        if !self.address.is_https && !self.address.is_loopback() && !profile.takes_plain_http {
            let what = ValueError::new("it refuses plain `http`").hint("serve the feed over https");
            visit.refusal = Some(RequestError::answered("plain-http", what));
            return visit;
        }
        match follow(&mut visit, &self.address, profile, tls, limit) {
            Ok((address, response)) => visit.take(&address, &response, &mut self.body),
            Err(error) => visit.refusal = Some(error),
        }
        visit
    }

    /// Fetches again, for those clients that did not get the expected bytes, until they do or
    /// patience ends.
    fn wait_for(
        &mut self,
        patience: Duration,
        timeout: Duration,
        tls: &Tls,
        on_wait: &mut impl FnMut(),
    ) {
        let end = Instant::now() + patience;
        let mut pause = FIRST_PAUSE;
        let mut has_said = false;
        let differs = |visit: &Visit, expected: &Option<Digest>| visit.digest != *expected;
        while let Some(at) = self
            .visits
            .iter()
            .position(|it| differs(it, &self.expected))
        {
            let is_final = self.visits[at].refusal.as_ref();
            if is_final.is_some_and(|refusal| refusal.kind == "plain-http") {
                return;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            if !has_said {
                on_wait();
                has_said = true;
            }
            thread::sleep(pause.min(left));
            pause = (pause * 2).min(LONGEST_PAUSE);
            // Whoever is behind the first one is asked only once that one has it.
            for at in at..self.visits.len() {
                if !differs(&self.visits[at], &self.expected) {
                    continue;
                }
                if self.visits.iter().all(|visit| visit.digest.is_none()) || at == 0 {
                    self.body = None;
                }
                self.visits[at] = self.visit(self.visits[at].profile, tls, timeout);
                if differs(&self.visits[at], &self.expected) {
                    break;
                }
            }
        }
    }

    /// Asks again with the tag, with the date, and with others than the feed has.
    fn ask_with_conditions(&mut self, tls: &Tls, deadline: Instant) {
        let with = |name: &str| {
            let named = self.visits.iter().find(|visit| visit.profile.name == name);
            let good = |visit: &&Visit| visit.digest.is_some();
            named.filter(good).or_else(|| self.visits.iter().find(good))
        };
        // Thunderbird sends a tag, iOS a date.
        let (Some(by_tag), Some(by_date)) = (with("Thunderbird"), with("iOS")) else {
            return;
        };
        let ask = |visit: &Visit, condition: &[(&str, &str)]| {
            let last = visit.redirects.last().map(|(_, to)| to);
            let address = last.unwrap_or(&self.address);
            let left = deadline.saturating_duration_since(Instant::now());
            let response = request(address, visit.profile, condition, tls, left);
            response.ok().map(|response| response.head.status)
        };
        let judge = |status| match status {
            Some(304) => ConditionOutcome::Honoured,
            Some(200) => ConditionOutcome::Ignored,
            _ => ConditionOutcome::Failed,
        };
        let outcome = |visit: &Visit, name, value: Option<&String>| match value {
            Some(value) => judge(ask(visit, &[(name, value)])),
            None => ConditionOutcome::Absent,
        };
        let tag = outcome(by_tag, "If-None-Match", by_tag.tag.as_ref());
        let date = outcome(by_date, "If-Modified-Since", by_date.date.as_ref());
        let mut conditions = vec![
            Condition {
                name: "tag",
                outcome: tag,
            },
            Condition {
                name: "date",
                outcome: date,
            },
        ];
        if [tag, date].contains(&ConditionOutcome::Honoured) {
            let condition: &[_] = match tag {
                ConditionOutcome::Honoured => &[OTHER_TAG, OLD_DATE],
                _ => &[OLD_DATE],
            };
            let outcome = match ask(by_tag, condition) {
                Some(200) => ConditionOutcome::Honoured,
                Some(304) => ConditionOutcome::Stale,
                _ => ConditionOutcome::Failed,
            };
            conditions.push(Condition {
                name: "other",
                outcome,
            });
        }
        self.conditions = conditions;
    }
}

impl Visit {
    fn new(profile: &'static Profile) -> Self {
        Self {
            profile,
            redirects: Vec::new(),
            status: None,
            content_type: None,
            sent: 0,
            size: 0,
            refusal: None,
            odd: Vec::new(),
            digest: None,
            tag: None,
            date: None,
        }
    }

    fn refused(profile: &'static Profile, refusal: RequestError) -> Self {
        Self {
            refusal: Some(refusal),
            ..Self::new(profile)
        }
    }

    /// Takes a response; the first calendar is kept whole.
    fn take(&mut self, address: &Address, response: &Response, first: &mut Option<Vec<u8>>) {
        let head = &response.head;
        let owned = |name| head.field(name).map(str::to_owned);
        self.status = Some(head.status);
        self.content_type = owned("content-type");
        (self.sent, self.size) = (response.sent, response.body.len());
        match judge(address, head, &response.body) {
            Err(refusal) => {
                self.refusal = Some(RequestError::answered(refusal.kind, refusal.what));
            }
            Ok(()) => {
                self.odd = review_fields(address, head);
                self.digest = Some(Digest::of([&response.body[..]]));
                (self.tag, self.date) = (owned("etag"), owned("last-modified"));
                first.get_or_insert_with(|| response.body.clone());
            }
        }
    }
}

/// Follows redirects to a response that is none, and notes them.
fn follow(
    visit: &mut Visit,
    start: &Address,
    profile: &Profile,
    tls: &Tls,
    limit: Duration,
) -> Result<(Address, Response), RequestError> {
    let deadline = Instant::now() + limit;
    let refuse = |what: String| RequestError::answered("redirect", ValueError::new(what));
    let mut address = start.clone();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let response = request(&address, profile, &[], tls, left).map_err(|error| {
            // Where a redirect leads may differ from client to client.
            let is_shared = error.is_shared && visit.redirects.is_empty();
            let is_answered = error.is_answered || !visit.redirects.is_empty();
            RequestError {
                is_shared,
                is_answered,
                ..error
            }
        })?;
        let status = response.head.status;
        if !matches!(status, 301..=303 | 307 | 308) {
            return Ok((address, response));
        }
        visit.status = Some(status);
        let next = response.head.field("location");
        let Some(next) = next.and_then(|location| address.resolve(location)) else {
            return Err(refuse(format!(
                "the redirect {status} does not lead to a web address"
            )));
        };
        let is_known = next == *start || visit.redirects.iter().any(|(_, to)| *to == next);
        let is_downgrade = address.is_https && !next.is_https;
        visit.redirects.push((status, next.clone()));
        if is_downgrade {
            return Err(refuse(format!(
                "a redirect from https to `{}`",
                next.shown()
            )));
        }
        if is_known {
            return Err(refuse("a redirect loop".to_owned()));
        }
        if visit.redirects.len() > MAX_REDIRECTS {
            return Err(refuse(format!("more than {MAX_REDIRECTS} redirects")));
        }
        address = next;
    }
}
