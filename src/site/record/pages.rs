//! The pages on which renewals are recorded.
//!
//! They are static HTML without scripts, in the language of the list. The pages that a stranger can
//! see ([`pair_page`], [`unpaired_page`]) are in the language of the request and contain nothing of
//! a list. No page contains the secret of a feed.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use askama::Template;
use chrono::NaiveDate;

use crate::document::Document;
use crate::document::edit::plan_sources;
use crate::plan::PlanList;
use crate::plan::value::language::Language;
use crate::site::digest::Digest;
use crate::site::link::Key;
use crate::site::page::{fill, policy_of};
use crate::site::record::card::{Card, Form, InputKind, Subject, WayTitle, field_error};
use crate::site::record::form::{FormError, FormField, RecordForm};
use crate::site::record::paths::{list_path, plan_path};
use crate::site::record::recorded::{ChangedLine, RecordedStep};
use crate::site::record::secrets::{DeviceCookie, FormAction, FormToken, plan_digest};
use crate::words::{self, RecordLabels, Words};

pub(crate) use crate::words::RecordMessage;

/// The maximum number of plans on a page. The others have their own pages.
const MAX_PLANS: usize = 500;

/// The style sheet of these pages: that of the page, and what only they need.
const STYLE: &str = concat!(
    include_str!("../page/style.css"),
    include_str!("record.css")
);

/// The Content-Security-Policy of these pages: their own style and icon, and forms to the same site.
#[must_use]
pub(crate) fn policy() -> &'static str {
    static POLICY: LazyLock<String> = LazyLock::new(|| policy_of(STYLE, "'self'"));
    &POLICY
}

/// What the pages of a list show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RecordView<'a> {
    /// The file, which must be without problems. If the file has problems now, this is the last one
    /// that had none.
    pub(crate) document: &'a Document<'a>,
    /// The list's name, which is the stem of its file.
    pub(crate) stem: &'a str,
    /// The path of the site, without a slash at its end; most often it is empty.
    pub(crate) prefix: &'a str,
    /// The list's day.
    pub(crate) today: NaiveDate,
    /// The last day that has begun somewhere on earth.
    pub(crate) latest: NaiveDate,
    /// What the forms need.
    pub(crate) device: Device<'a>,
    /// The last recording, if there is one.
    pub(crate) last: Option<&'a RecordedStep>,
    /// The problems that the file has now, with their places. Then the pages have no forms.
    pub(crate) problem: Option<&'a str>,
}

/// The device that reads a page: its forms work only there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Device<'a> {
    /// The key of the site.
    pub(crate) key: &'a Key,
    /// The cookie with which the forms will come back: the one that goes with this answer.
    pub(crate) cookie: &'a DeviceCookie,
}

#[derive(Template)]
#[template(path = "pair.html")]
struct PairTemplate {
    lang: &'static str,
    labels: &'static RecordLabels,
}

#[derive(Template)]
#[template(path = "unpaired.html")]
struct UnpairedTemplate {
    lang: &'static str,
    labels: &'static RecordLabels,
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessageTemplate<'a> {
    lang: &'static str,
    labels: &'static RecordLabels,
    heading: &'static str,
    text: &'static str,
    reason: Option<&'a str>,
    link: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "plans.html")]
struct PlansTemplate<'a> {
    lang: &'static str,
    labels: &'static RecordLabels,
    name: &'a str,
    problem: Option<Problem<'a>>,
    result: Option<RecordingResult<'a>>,
    cards: Vec<Card<'a>>,
    not_shown: Option<String>,
}

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanTemplate<'a> {
    lang: &'static str,
    labels: &'static RecordLabels,
    all_plans: String,
    problem: Option<Problem<'a>>,
    refusal: Option<Refusal<'a>>,
    result: Option<RecordingResult<'a>>,
    /// Whether the page shows the result of a recording, so that the form is for another one.
    was_recorded: bool,
    /// Whether the form is folded.
    is_folded: bool,
    card: Card<'a>,
}

/// The problems of the file.
struct Problem<'a> {
    heading: &'static str,
    message: &'a str,
}

/// Why a form was refused.
struct Refusal<'a> {
    sentence: &'static str,
    /// The sentence of `weekahead renew`, with its hint.
    message: String,
    lines: &'a [String],
}

/// The result of the last recording.
struct RecordingResult<'a> {
    /// The name of the plan and the link to its page, where the page is not about this plan alone.
    plan: Option<(&'a str, String)>,
    is_undone: bool,
    sentences: Vec<String>,
    warnings: Vec<String>,
    /// The action of the form that takes the recording back.
    undo: Option<String>,
    lines: &'a [ChangedLine],
    /// Why the change is not committed, if it should be.
    not_committed: Option<&'a str>,
}

/// The page behind a pairing link: one button, and nothing of the list. Its form is sent to the
/// page's own address.
#[must_use]
pub(crate) fn pair_page(language: Language) -> String {
    let labels = words::in_language(language).record_labels();
    let lang = language.tag();
    fill(&PairTemplate { lang, labels })
}

/// The page for a device that is not paired, whether there is such a list or not; also for a pairing
/// link that is wrong or late.
#[must_use]
pub(crate) fn unpaired_page(language: Language) -> String {
    let labels = words::in_language(language).record_labels();
    let lang = language.tag();
    fill(&UnpairedTemplate { lang, labels })
}

/// The page with all plans of a list, those that are due first. It shows the 500 plans that matter
/// most, and says how many more there are.
#[must_use]
pub(crate) fn list_page(view: &RecordView<'_>) -> String {
    let (list, words) = (view.list(), view.words());
    let all = 0..list.plans.len();
    let subjects = all.filter_map(|index| view.subject(index));
    let mut ranked: Vec<_> = subjects
        .map(|subject| (subject.rank(), subject.index))
        .collect();
    ranked.sort_unstable();
    let left_out = ranked.len().saturating_sub(MAX_PLANS);
    ranked.truncate(MAX_PLANS);
    let shown: Vec<usize> = ranked.into_iter().map(|(_, index)| index).collect();
    let mut actions = view.record_actions(&shown);
    let subjects = shown.iter().filter_map(|index| view.subject(*index));
    let cards = subjects.map(|subject| {
        let action = actions.remove(&subject.index);
        let form = view.form(&subject, action, None);
        subject.card(view.plan_path(&subject), form)
    });
    fill(&PlansTemplate {
        lang: view.language().tag(),
        labels: words.record_labels(),
        name: list.settings.name.as_deref().unwrap_or(view.stem),
        problem: view.problem_text(),
        result: view.result(None),
        cards: cards.collect(),
        not_shown: (left_out > 0).then(|| words.plans_not_shown(left_out)),
    })
}

/// The page of the plan at `index` of the list.
#[must_use]
pub(crate) fn plan_page(view: &RecordView<'_>, index: usize) -> String {
    plan_page_with(view, index, None)
}

/// The page of the plan at `index` of the list after a form was refused, with the form as it was
/// sent.
#[must_use]
pub(crate) fn refused_page(
    view: &RecordView<'_>,
    index: usize,
    form: &RecordForm,
    error: &FormError,
) -> String {
    plan_page_with(view, index, Some((form, error)))
}

fn plan_page_with(
    view: &RecordView<'_>,
    index: usize,
    refused: Option<(&RecordForm, &FormError)>,
) -> String {
    let language = view.language();
    let labels = view.words().record_labels();
    let Some(subject) = view.subject(index) else {
        let back = list_path(view.prefix, view.stem);
        return message_page(language, RecordMessage::Missing, None, Some(&back));
    };
    let action = view.record_actions(&[index]).remove(&index);
    let sent = refused.map(|(form, error)| (form, error.field));
    let form = view.form(&subject, action, sent);
    let result = match refused {
        Some(_) => None,
        None => view.result(Some(index)),
    };
    let was_recorded = result.as_ref().is_some_and(|result| !result.is_undone);
    fill(&PlanTemplate {
        lang: language.tag(),
        labels,
        all_plans: list_path(view.prefix, view.stem),
        problem: view.problem_text(),
        refusal: refused.map(|(_, error)| refusal(labels, error)),
        was_recorded,
        is_folded: was_recorded && !subject.is_due(),
        result,
        card: subject.card(view.plan_path(&subject), form),
    })
}

/// A page with a message and what to do next. `reason` is the sentence of the system, if there is
/// one; `back` is the link to go on.
#[must_use]
pub(crate) fn message_page(
    language: Language,
    message: RecordMessage,
    reason: Option<&str>,
    back: Option<&str>,
) -> String {
    let words = words::in_language(language);
    let (heading, text) = words.record_message(message);
    fill(&MessageTemplate {
        lang: language.tag(),
        labels: words.record_labels(),
        heading,
        text,
        reason,
        link: back,
    })
}

/// The parts of a sentence of ours, each with whether it stood in backticks.
fn code_parts(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let parts = text.split('`').enumerate();
    parts.map(|(index, part)| (index % 2 == 1, part))
}

fn refusal<'a>(labels: &'static RecordLabels, error: &'a FormError) -> Refusal<'a> {
    let hint = error.error.hint.as_deref();
    let message = error.error.message.as_str();
    Refusal {
        sentence: match error.field {
            Some(field) => field_error(labels, field),
            None => labels.wrong_plan,
        },
        message: match hint {
            Some(hint) => format!("{message}\nhint: {hint}"),
            None => message.to_owned(),
        },
        lines: &error.lines,
    }
}

impl<'a> RecordView<'a> {
    fn list(&self) -> &'a PlanList<'a> {
        self.document.list()
    }

    fn language(&self) -> Language {
        self.list().settings.language
    }

    fn words(&self) -> &'static dyn Words {
        words::in_language(self.language())
    }

    fn subject(&self, index: usize) -> Option<Subject<'a>> {
        Subject::new(self.words(), self.list(), index, self.today)
    }

    fn plan_path(&self, subject: &Subject<'_>) -> String {
        plan_path(self.prefix, self.stem, &subject.plan.id)
    }

    fn problem_text(&self) -> Option<Problem<'a>> {
        self.problem.map(|message| Problem {
            heading: self.words().page_labels().file_error,
            message,
        })
    }

    /// The actions of the forms of some plans; none if the file has problems.
    fn record_actions(&self, indices: &[usize]) -> BTreeMap<usize, String> {
        if self.problem.is_some() {
            return BTreeMap::new();
        }
        // In the order of the file, neighbours share the parse of a part.
        let mut indices = indices.to_vec();
        indices.sort_unstable();
        let sources = plan_sources(self.document, &indices);
        let found = indices.into_iter().zip(sources);
        let actions = found.filter_map(|(index, source)| {
            let digest = Digest::of(source?.pieces(self.document.text()));
            Some((index, self.action(index, FormAction::Record, &digest)?))
        });
        actions.collect()
    }

    fn action(&self, index: usize, action: FormAction, digest: &Digest) -> Option<String> {
        let plan = self.list().plans.get(index)?;
        let device = (self.device.key, self.device.cookie);
        let token = FormToken::new(device, self.stem, &plan.id, action, digest);
        let path = plan_path(self.prefix, self.stem, &plan.id);
        Some(format!("{path}?token={}", token.as_str()))
    }

    /// The form of a plan, unless nothing can be recorded.
    fn form(
        &self,
        subject: &Subject<'a>,
        action: Option<String>,
        sent: Option<(&RecordForm, Option<FormField>)>,
    ) -> Option<Form<'a>> {
        let action = action.filter(|_| subject.ended().is_none())?;
        Some(subject.form(action, self.latest, sent))
    }

    /// The result of the last recording: on the page of the plan at `shown`, or on that of all
    /// plans. `None` if the plan has changed since.
    fn result(&self, shown: Option<usize>) -> Option<RecordingResult<'a>> {
        let last = self.last?;
        let mut plans = self.list().plans.iter();
        let index = plans.position(|plan| plan.id == last.plan_id.as_str())?;
        let subject = self.subject(index)?;
        let is_current = match last.is_undone {
            true => last.change.is_restored(self.document, index),
            false => last.change.is_intact(self.document, index),
        };
        if !is_current || shown.is_some_and(|shown| shown != index) {
            return None;
        }
        let labels = self.words().record_labels();
        let plan = match shown {
            Some(_) => None,
            None => Some((&*subject.plan.name, self.plan_path(&subject))),
        };
        if last.is_undone {
            return Some(RecordingResult {
                plan,
                is_undone: true,
                sentences: vec![labels.about_undone.to_owned()],
                warnings: Vec::new(),
                undo: None,
                lines: &[],
                not_committed: last.not_committed.as_deref(),
            });
        }
        let undo = match self.problem {
            Some(_) => None,
            None => {
                let digest = plan_digest(self.document, index)?;
                self.action(index, FormAction::Undo, &digest)
            }
        };
        Some(RecordingResult {
            plan,
            is_undone: false,
            sentences: self.result_sentences(&subject, last),
            warnings: self.result_warnings(&subject, last),
            undo,
            lines: &last.lines,
            not_committed: last.not_committed.as_deref(),
        })
    }

    /// What the recording means for the plan.
    fn result_sentences(&self, subject: &Subject<'_>, last: &RecordedStep) -> Vec<String> {
        let words = subject.words;
        let labels = words.record_labels();
        let mut sentences = vec![words.was_renewed(&subject.date(last.on))];
        sentences.push(match last.is_automatic {
            true => labels.dates_stay.to_owned(),
            false => {
                let now = subject.date(subject.plan.expiry.day());
                words.new_expiry(&now, &subject.date(last.old_expiry))
            }
        });
        sentences.push(match subject.schedule().next_warning(self.today) {
            Some(day) => words.next_warning(&subject.date(day)),
            None => labels.no_warning.to_owned(),
        });
        sentences
    }

    /// What may not be as the user meant it, as `weekahead renew` warns of it.
    fn result_warnings(&self, subject: &Subject<'_>, last: &RecordedStep) -> Vec<String> {
        if last.is_automatic {
            return Vec::new();
        }
        let (words, plan) = (subject.words, subject.plan);
        let expiry = plan.expiry.day();
        let mut warnings = Vec::new();
        if expiry < last.old_expiry {
            warnings.push(words.record_labels().is_shorter.to_owned());
        }
        if expiry < self.today {
            warnings.push(words.still_expired(&subject.date(expiry)));
        }
        if let Some(until) = last.automatic_until {
            warnings.push(words.automatic_ended(&subject.date(until)));
        }
        if let Some(ended) = plan.ended.filter(|ended| *ended < expiry) {
            let (ended, expiry) = (subject.date(ended), subject.date(expiry));
            warnings.push(words.ends_before_expiry(&ended, &expiry));
        }
        warnings
    }
}
