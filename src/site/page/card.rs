//! A plan on the page: its status, what to do about it, and what else the file says of it.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::agenda::{AgendaItem, renewal_methods};
use crate::calendar::description::{payment_safety, push_default_renewal, says_how};
use crate::plan::schedule::Schedule;
use crate::plan::status::{PlanStatus, next_renewal};
use crate::plan::value::phone::Shown;
use crate::plan::value::url::{WebAddress, after_scheme};
use crate::plan::{Contact, Method, Plan, PlanList, RenewalMethod, Sms};
use crate::site::page::html::date;
use crate::site::page::link;
use crate::words::{Affixes, PageLabels, Tense, TimeUnit, Words};

/// A plan on the page.
pub(crate) struct PlanCard<'a> {
    pub(crate) name: &'a str,
    /// The CSS class of its urgency.
    pub(crate) class: &'static str,
    /// What happens next, if the section does not say so.
    pub(crate) what: Option<&'static str>,
    /// When it happens, counted from today; empty on a page that does not know the current day.
    pub(crate) when: String,
    /// The day on which it happens, and the same as text.
    pub(crate) day: Option<(NaiveDate, String)>,
    /// The days that matter, each with the sentence about it.
    pub(crate) days: Vec<(NaiveDate, String)>,
    pub(crate) facts: Vec<MixedText<'a>>,
    /// What to do first, for a plan that is due.
    pub(crate) first_step: Option<FirstStep<'a>>,
    /// The heading of the ways to renew.
    pub(crate) ways_heading: &'static str,
    pub(crate) ways: Vec<RenewalCard<'a>>,
    pub(crate) check: Vec<Link<'a>>,
    pub(crate) support: Vec<Link<'a>>,
    pub(crate) cancel: Vec<Link<'a>>,
    /// The page of the rules, and when the user last read it.
    pub(crate) terms: Option<(Link<'a>, Option<String>)>,
    /// Where a renewal is recorded.
    pub(crate) record: Option<String>,
    pub(crate) notes: Option<&'a str>,
}

/// What to do first about a plan that is due.
pub(crate) struct FirstStep<'a> {
    /// The means, the price and the validity.
    pub(crate) terms: String,
    /// What to do, in the user's words.
    pub(crate) action: Option<&'a str>,
    /// What to do, if the file does not say it.
    pub(crate) sentence: Option<String>,
    /// The link that is a button.
    pub(crate) button: Option<Link<'a>>,
    /// The other places and means.
    pub(crate) links: Vec<Link<'a>>,
    pub(crate) steps: &'a [Cow<'a, str>],
    /// How to pay safely.
    pub(crate) safety: Option<String>,
}

/// A way to renew a plan.
pub(crate) struct RenewalCard<'a> {
    /// The means, and the price and the validity that the way itself has.
    pub(crate) terms: String,
    pub(crate) action: Option<&'a str>,
    pub(crate) links: Vec<Link<'a>>,
    pub(crate) steps: &'a [Cow<'a, str>],
}

impl RenewalCard<'_> {
    /// Whether it says more than the means.
    fn says_how(&self) -> bool {
        self.action.is_some() || !self.links.is_empty() || !self.steps.is_empty()
    }
}

/// A link, or a text where no safe link can be made.
pub(crate) struct Link<'a> {
    pub(crate) href: Option<String>,
    pub(crate) text: MixedText<'a>,
}

/// A text of labels and of parts that the user wrote. The HTML isolates the user's parts, because
/// their text may have the other direction.
pub(crate) struct MixedText<'a>(pub(crate) Vec<TextPart<'a>>);

pub(crate) enum TextPart<'a> {
    Label(&'a str),
    User(Cow<'a, str>),
}

impl PlanCard<'_> {
    /// Whether there is a list of what else the file says.
    pub(crate) fn has_details(&self) -> bool {
        let links = [&self.check, &self.support, &self.cancel];
        let has_links = links.iter().any(|links| !links.is_empty());
        !self.ways.is_empty()
            || has_links
            || self.terms.is_some()
            || (self.record.is_some() && self.first_step.is_none())
            || self.notes.is_some()
    }
}

/// Makes the cards of a list on a day.
pub(crate) struct CardMaker<'a> {
    pub(crate) words: &'static dyn Words,
    pub(crate) list: &'a PlanList<'a>,
    pub(crate) today: NaiveDate,
    /// Whether the page counts days from `today`.
    pub(crate) counts_days: bool,
}

impl<'a> CardMaker<'a> {
    /// The card of a plan with this status.
    pub(crate) fn card(
        &self,
        item: &AgendaItem<'a>,
        status: PlanStatus,
        class: &'static str,
    ) -> PlanCard<'a> {
        let (words, today, plan) = (self.words, self.today, item.plan);
        let labels = words.page_labels();
        let settings = &self.list.settings;
        let status_day = status.day(today);
        let span = TimeUnit::between(today, status_day.unwrap_or(today));
        let (what, when) = words.status_headline(status, span);
        let all_links = |contact: &'a Contact<'a>| links(labels, contact);
        PlanCard {
            name: &plan.name,
            class,
            what: match status {
                PlanStatus::Ends(_) | PlanStatus::Renews(_) => None,
                PlanStatus::GivenUp(_) | PlanStatus::CancelBy(_) => Some(what),
                _ => self.counts_days.then_some(what),
            },
            when: if self.counts_days {
                when
            } else {
                String::new()
            },
            day: status_day.map(|day| (day, date(words, day))),
            days: days(words, plan, &item.schedule, status, today),
            facts: facts(labels, plan, self.list),
            first_step: None,
            ways_heading: labels.renew,
            ways: renewal_methods(plan, today)
                .map(|(method, way)| renewal_card(words, method, way))
                .collect(),
            check: plan.check.iter().flat_map(all_links).collect(),
            support: plan.support.iter().flat_map(all_links).collect(),
            cancel: plan.cancel_contact().map(all_links).unwrap_or_default(),
            terms: plan.terms.as_ref().map(|terms| {
                let checked = terms
                    .checked
                    .map(|day| words.terms_checked(&date(words, day)));
                (web_link(&terms.url), checked)
            }),
            record: settings
                .edit
                .as_ref()
                .map(|edit| edit.of_plan(&plan.id, &plan.name)),
            notes: plan.notes.as_deref(),
        }
    }

    /// The card of a plan that is due, with what to do first.
    pub(crate) fn due_card(
        &self,
        item: &AgendaItem<'a>,
        status: PlanStatus,
        class: &'static str,
    ) -> PlanCard<'a> {
        let (words, today) = (self.words, self.today);
        let labels = words.page_labels();
        // A plan that still renews by itself is due for the expiry after its last renewal.
        let headline = match (status, item.schedule.expiry) {
            (PlanStatus::Renews(_), Some(expiry)) => {
                PlanStatus::Ends(expiry.signed_duration_since(today).num_days())
            }
            (status, _) => status,
        };
        let day = headline.day(today);
        let span = TimeUnit::between(today, day.unwrap_or(today));
        let (what, when) = words.status_headline(headline, span);
        let card = self.card(item, status, class);
        let is_given_up = matches!(status, PlanStatus::CancelBy(_) | PlanStatus::GivenUp(_));
        let card = PlanCard {
            what: Some(what),
            when,
            day: day.map(|day| (day, date(words, day))),
            ..card
        };
        if is_given_up {
            return PlanCard {
                first_step: Some(self.cancelling(item.plan)),
                // That it renews by itself is said above.
                ways: card
                    .ways
                    .into_iter()
                    .filter(RenewalCard::says_how)
                    .collect(),
                cancel: Vec::new(),
                record: None,
                ..card
            };
        }
        let ways: Vec<_> = renewal_methods(item.plan, today).collect();
        let by_hand = |(method, _): &(Method, _)| *method != Method::AutoDebit;
        let first = ways.iter().position(by_hand).unwrap_or(0);
        let mut cards = card.ways;
        let has_ways = first < cards.len();
        if has_ways {
            cards.remove(first);
        }
        PlanCard {
            first_step: Some(self.renewing(item.plan, ways.get(first).copied())),
            ways_heading: labels.other_ways,
            ways: cards,
            ..card
        }
    }

    /// What to do to renew a plan: its first way, or what is known without one.
    fn renewing(
        &self,
        plan: &'a Plan<'a>,
        way: Option<(Method, &'a RenewalMethod<'a>)>,
    ) -> FirstStep<'a> {
        let words = self.words;
        let labels = words.page_labels();
        let says = way.is_some_and(|(_, way)| says_how(way));
        let sentence = (!says).then(|| {
            let mut sentence = String::new();
            push_default_renewal(&mut sentence, words, plan);
            sentence
        });
        let safety = payment_safety(words, plan);
        let Some((method, way)) = way else {
            return FirstStep {
                terms: String::new(),
                action: None,
                sentence,
                button: None,
                links: Vec::new(),
                steps: &[],
                safety,
            };
        };
        let (button, links) = button_and_links(labels, labels.renew_on, &way.contact);
        FirstStep {
            terms: terms(words, method, way),
            action: way.action.as_deref(),
            sentence,
            button,
            links,
            steps: &way.steps,
            safety,
        }
    }

    /// What to do to cancel a plan.
    fn cancelling(&self, plan: &'a Plan<'a>) -> FirstStep<'a> {
        let words = self.words;
        let labels = words.page_labels();
        let contact = plan.cancel_contact();
        let (button, links) = contact.map_or_else(Default::default, |contact| {
            button_and_links(labels, labels.cancel_on, contact)
        });
        FirstStep {
            terms: String::new(),
            action: None,
            sentence: contact.is_none().then(|| {
                let mut sentence = String::new();
                words.how_to_cancel(&mut sentence, plan.provider.as_deref(), &[]);
                sentence
            }),
            button,
            links,
            steps: &[],
            safety: None,
        }
    }
}

/// The first link of a contact as a button, and the rest. `on` is the text around the name of a
/// website.
fn button_and_links<'a>(
    labels: &'static PageLabels,
    on: Affixes,
    contact: &'a Contact<'a>,
) -> (Option<Link<'a>>, Vec<Link<'a>>) {
    let mut links = links(labels, contact);
    let Some(first) = links.iter().position(|link| link.href.is_some()) else {
        return (None, links);
    };
    let link = links.remove(first);
    // A website comes before the other links.
    let text = match &contact.url {
        Some(url) => MixedText(vec![
            TextPart::Label(on.0),
            TextPart::User(host(url).into()),
            TextPart::Label(on.1),
        ]),
        None => link.text,
    };
    let href = link.href;
    (Some(Link { href, text }), links)
}

/// The host of a web address, which is where the link leads.
fn host<'a>(url: &'a WebAddress<'a>) -> &'a str {
    let rest = after_scheme(url.as_str()).unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}

/// The days that matter to a plan, each with its sentence.
fn days(
    words: &dyn Words,
    plan: &Plan<'_>,
    schedule: &Schedule,
    status: PlanStatus,
    today: NaiveDate,
) -> Vec<(NaiveDate, String)> {
    let mut days = Vec::new();
    let mut add = |day: NaiveDate, write: &dyn Fn(&mut String)| {
        let mut text = String::new();
        write(&mut text);
        days.push((day, text));
    };
    if let PlanStatus::GivenUp(_) = status
        && let Some(ended) = plan.ended
    {
        add(ended, &|out| {
            out.push_str(&words.will_be_given_up(&date(words, ended)))
        });
    }
    if let Some(day) = next_renewal(schedule, today) {
        add(day, &|out| words.renews(out, day, None));
    }
    if let Some(until) = plan.automatic().and_then(|way| way.until) {
        add(until, &|out| words.automatic_until(out, until));
    }
    // A plan that renews automatically without end does not expire.
    if let Some(expiry) = schedule.expiry {
        let tense = if expiry < today {
            Tense::Past
        } else {
            Tense::Ahead
        };
        add(expiry, &|out| words.expires(out, expiry, tense));
    }
    if let Some(end) = schedule.grace_end {
        let tense = match status {
            PlanStatus::Lost(_) => Tense::Past,
            _ => Tense::Ahead,
        };
        add(end, &|out| words.recoverable_until(out, end, tense));
    }
    if let Some(renewed) = plan.expiry.renewed() {
        add(renewed, &|out| {
            out.push_str(&words.last_renewed(&date(words, renewed)))
        });
    }
    // A space between two sentences. Chinese has none.
    let between = days.len().saturating_sub(1);
    for (_, text) in &mut days[..between] {
        if !text.ends_with('。') {
            text.push(' ');
        }
    }
    days
}

/// The provider, the part of the number that may be shown, and the price.
fn facts<'a>(
    labels: &'static PageLabels,
    plan: &'a Plan<'a>,
    list: &'a PlanList<'a>,
) -> Vec<MixedText<'a>> {
    use TextPart::{Label, User};
    let provider = plan.provider.as_deref();
    let shown = plan.number.as_deref();
    let shown = shown.and_then(|number| list.settings.numbers.show(number));
    let number = shown.map(|shown| match shown {
        Shown::Whole(number) => MixedText(vec![Label(labels.number), User(number.into())]),
        Shown::Ending(digits) => MixedText(vec![Label(labels.number_ending), User(digits.into())]),
    });
    let price = plan.price.map(|price| price.to_string());
    let provider = provider.map(|name| MixedText(vec![User(name.into())]));
    let price = price.map(|price| MixedText(vec![User(price.into())]));
    provider.into_iter().chain(number).chain(price).collect()
}

/// The means of a way, and the price and the validity that it has itself.
fn terms(words: &dyn Words, method: Method, way: &RenewalMethod<'_>) -> String {
    let price = way.price.map(|price| price.to_string());
    let validity = way.validity.map(|validity| {
        let mut out = String::new();
        words.period(&mut out, validity);
        out
    });
    let method = words.method_name(method).map(str::to_owned);
    let terms: Vec<String> = method.into_iter().chain(price).chain(validity).collect();
    terms.join(" · ")
}

fn renewal_card<'a>(
    words: &dyn Words,
    method: Method,
    way: &'a RenewalMethod<'a>,
) -> RenewalCard<'a> {
    RenewalCard {
        terms: terms(words, method, way),
        action: way.action.as_deref(),
        links: links(words.page_labels(), &way.contact),
        steps: &way.steps,
    }
}

/// The ways to reach a contact. The only schemes of links are `http`, `https`, `tel` and `sms`.
fn links<'a>(labels: &'static PageLabels, contact: &'a Contact<'a>) -> Vec<Link<'a>> {
    let link = |href, (before, after): Affixes, text: &'a str| Link {
        href,
        text: MixedText(vec![
            TextPart::Label(before),
            TextPart::User(text.into()),
            TextPart::Label(after),
        ]),
    };
    let Contact {
        action,
        url,
        app,
        dial,
        sms,
        call,
    } = contact;
    let mut links = Vec::new();
    links.extend(action.as_deref().map(|action| link(None, ("", ""), action)));
    links.extend(url.as_ref().map(web_link));
    links.extend(
        app.as_deref()
            .map(|name| link(None, (labels.in_app)(name), name)),
    );
    links.extend(
        dial.as_deref()
            .map(|code| link(link::tel(code), labels.dial, code)),
    );
    links.extend(sms.as_ref().map(|sms| message(labels, sms)));
    links.extend(
        call.as_deref()
            .map(|number| link(link::tel(number), labels.call, number)),
    );
    links
}

/// A link to a web page, whose text is its address in short.
fn web_link<'a>(url: &'a WebAddress<'a>) -> Link<'a> {
    let text = url.as_str().split_once("://").map_or("", |(_, rest)| rest);
    let text = text.strip_prefix("www.").unwrap_or(text);
    Link {
        href: Some(url.as_str().to_owned()),
        text: MixedText(vec![TextPart::User(text.trim_end_matches('/').into())]),
    }
}

fn message<'a>(labels: &'static PageLabels, sms: &'a Sms<'a>) -> Link<'a> {
    use TextPart::{Label, User};
    let to = User(sms.to.as_ref().into());
    let parts = match &sms.text {
        Some(text) => {
            let (before, between, after) = labels.sms_text;
            let text = User(text.as_ref().into());
            vec![Label(before), text, Label(between), to, Label(after)]
        }
        None => vec![Label(labels.sms.0), to, Label(labels.sms.1)],
    };
    Link {
        href: link::sms(&sms.to, sms.text.as_deref()),
        text: MixedText(parts),
    }
}
