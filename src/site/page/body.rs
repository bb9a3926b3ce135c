//! What a page shows of a list on a day: the plans that are due, the picture of the year, and the
//! costs.

use std::borrow::Cow;

use askama::Template;
use chrono::{Datelike, NaiveDate, NaiveDateTime};

use crate::agenda::{YearlyCost, renewal_methods};
use crate::plan::schedule::Schedule;
use crate::plan::status::{PlanStatus, Urgency, next_renewal};
use crate::plan::value::language::Language;
use crate::plan::value::phone::Shown;
use crate::plan::value::url::WebAddress;
use crate::plan::{Contact, Method, Plan, PlanList, RenewalMethod, Sms};
use crate::site::page::html::{fill, urgency_class};
use crate::site::page::link;
use crate::site::page::year::Year;
use crate::time::revision::Revision;
use crate::words::{self, Affixes, PageLabels, Tense, Words};

/// The maximum number of plans on a page. A longer page would be too long to read and to send.
const MAX_PLANS: usize = 500;

/// What a page shows of a list on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageBody {
    /// The reference day of the page.
    pub(crate) day: NaiveDate,
    /// The language of the page.
    pub(crate) language: Language,
    /// The name of the calendar.
    pub(crate) name: String,
    /// A sentence about the calendar.
    pub(crate) description: Option<String>,
    /// The day of the list's last change.
    pub(crate) as_of: NaiveDate,
    /// What is due, the picture of the year and the costs, as HTML.
    pub(crate) html: String,
}

impl PageBody {
    /// The body for a list on the day `today`; `stem` is the calendar's name if the list has none.
    ///
    /// It shows the 500 plans that matter most, and says how many more there are.
    #[must_use]
    pub fn new(list: &PlanList<'_>, stem: &str, revision: Revision, today: NaiveDate) -> Self {
        Self::seen_from(ReferenceDay::Today(today), list, stem, revision)
    }

    /// A body that stays correct until the list changes: it gives dates and never counts days, and
    /// it sorts the plans as of `since`, a day that changes only with the list.
    #[must_use]
    pub fn without_today(
        list: &PlanList<'_>,
        stem: &str,
        revision: Revision,
        since: NaiveDate,
    ) -> Self {
        Self::seen_from(ReferenceDay::Since(since), list, stem, revision)
    }

    fn seen_from(
        reference: ReferenceDay,
        list: &PlanList<'_>,
        stem: &str,
        revision: Revision,
    ) -> Self {
        let settings = &list.settings;
        Self {
            day: reference.day(),
            language: settings.language,
            name: settings.name.as_deref().unwrap_or(stem).to_owned(),
            description: settings.description.as_deref().map(str::to_owned),
            as_of: revision.day(settings.timezone),
            html: html(list, reference),
        }
    }

    /// A moment as text. The date is omitted if it is the day of this body.
    pub(crate) fn moment(&self, moment: NaiveDateTime) -> String {
        let words = words::in_language(self.language);
        let date = date(words, moment.date());
        let other_day = (moment.date() != self.day).then_some(date.as_str());
        words.moment(other_day, moment.time())
    }
}

/// The reference day of a body.
#[derive(Debug, Clone, Copy)]
enum ReferenceDay {
    /// The body is read on this day, and counts days from it.
    Today(NaiveDate),
    /// The body may be read long after this day, and does not count days.
    Since(NaiveDate),
}

impl ReferenceDay {
    fn day(self) -> NaiveDate {
        match self {
            Self::Today(day) | Self::Since(day) => day,
        }
    }
}

#[derive(Template)]
#[template(path = "body.html")]
struct BodyTemplate<'a> {
    labels: &'static PageLabels,
    /// Whether the body is read on its reference day.
    is_of_today: bool,
    counted_from: String,
    cards: Vec<PlanCard<'a>>,
    not_shown: Option<String>,
    months: Vec<(&'static str, Option<i32>)>,
    /// The sum of each currency, with the number of its renewals.
    sums: Vec<(String, String)>,
    /// Which renewals the sums count.
    sums_note: String,
}

/// A plan on the page.
struct PlanCard<'a> {
    name: &'a str,
    class: &'static str,
    status: String,
    /// The days that matter, each with the sentence about it.
    days: Vec<(NaiveDate, String)>,
    facts: Vec<MixedText<'a>>,
    ways: Vec<RenewalCard<'a>>,
    check: Vec<Link<'a>>,
    support: Vec<Link<'a>>,
    cancel: Vec<Link<'a>>,
    /// The page of the rules, and when the user last read it.
    terms: Option<(Link<'a>, Option<String>)>,
    record: Option<String>,
    notes: Option<&'a str>,
    /// The days of the coming warnings.
    warnings: Option<String>,
    /// The text that opens the details.
    details: &'static str,
    /// Whether the details are open at first.
    is_open: bool,
    /// Its row in the picture of the year, as SVG.
    picture: String,
}

/// A way to renew a plan.
struct RenewalCard<'a> {
    /// The means, and the price and the validity that the way itself has.
    terms: String,
    action: Option<&'a str>,
    links: Vec<Link<'a>>,
    steps: &'a [Cow<'a, str>],
}

/// A link, or a text where no safe link can be made.
struct Link<'a> {
    href: Option<String>,
    text: MixedText<'a>,
}

/// A text of labels and of parts that the user wrote. The HTML isolates the user's parts, because
/// their text may have the other direction.
struct MixedText<'a>(Vec<TextPart<'a>>);

enum TextPart<'a> {
    Label(&'a str),
    User(Cow<'a, str>),
}

impl PlanCard<'_> {
    /// Whether there are details to show.
    fn has_details(&self) -> bool {
        let links = [&self.check, &self.support, &self.cancel];
        let has_links = links.iter().any(|links| !links.is_empty());
        !self.ways.is_empty()
            || has_links
            || self.terms.is_some()
            || self.record.is_some()
            || self.notes.is_some()
    }

    /// What the picture shows, in sentences: for a reader who does not see it, and as the tooltip.
    fn summary(&self) -> String {
        let days = self.days.iter().map(|(_, text)| text.as_str());
        let mut text = format!("{}: {}", self.name, days.collect::<String>());
        if let Some(warnings) = &self.warnings {
            if !text.ends_with('。') {
                text.push(' ');
            }
            text.push_str(warnings);
        }
        text
    }
}

/// The part of the page that depends on the list and the day alone.
fn html(list: &PlanList<'_>, reference: ReferenceDay) -> String {
    let today = reference.day();
    let is_of_today = matches!(reference, ReferenceDay::Today(_));
    let settings = &list.settings;
    let words = words::in_language(settings.language);
    let labels = words.page_labels();
    let date = |day| date(words, day);
    let mut yearly_cost = YearlyCost::new(today);
    let mut ranked: Vec<(u8, i64, usize)> = Vec::new();
    let schedule = |plan: &Plan<'_>| Schedule::new(plan, settings, today.year());
    for (index, plan) in list.plans.iter().enumerate() {
        let schedule = schedule(plan);
        if let Some(status) = PlanStatus::of(plan, &schedule, today) {
            let (group, days) = status.rank();
            ranked.push((group, days, index));
            yearly_cost.add(plan);
        }
    }
    ranked.sort_unstable();
    let year = match reference {
        ReferenceDay::Today(day) => Year::around(day),
        ReferenceDay::Since(day) => Year::since(day),
    };
    let shown = ranked.iter().take(MAX_PLANS).filter_map(|(.., index)| {
        let plan = &list.plans[*index];
        let schedule = schedule(plan);
        let status = PlanStatus::of(plan, &schedule, today)?;
        // A plan that was expired or due on a past day need not be so now.
        let is_due = is_of_today && status.is_due(&schedule, today);
        let urgency = match status.urgency(is_due) {
            Urgency::Expired if !is_of_today => Urgency::Later,
            urgency => urgency,
        };
        let ways: Vec<RenewalCard<'_>> = renewal_methods(plan, today)
            .map(|(method, way)| renewal_card(words, method, way))
            .collect();
        Some(PlanCard {
            name: &plan.name,
            class: urgency_class(urgency),
            status: match reference {
                ReferenceDay::Today(_) => words.status_sentence(status),
                ReferenceDay::Since(since) => status.day(since).map_or_else(String::new, date),
            },
            days: days(words, plan, &schedule, status, today),
            facts: facts(labels, plan, list),
            details: match status {
                PlanStatus::Renews(_) | PlanStatus::CancelBy(_) | PlanStatus::GivenUp(_) => {
                    labels.details
                }
                _ if ways.is_empty() => labels.details,
                _ => labels.how_to_renew,
            },
            ways,
            check: plan
                .check
                .iter()
                .flat_map(|check| links(labels, check))
                .collect(),
            support: plan
                .support
                .iter()
                .flat_map(|support| links(labels, support))
                .collect(),
            cancel: plan
                .cancel
                .iter()
                .flat_map(|cancel| links(labels, &cancel.contact))
                .collect(),
            terms: plan.terms.as_ref().map(|terms| {
                let checked = terms.checked.map(|day| words.terms_checked(&date(day)));
                (web_link(&terms.url), checked)
            }),
            record: settings
                .edit
                .as_ref()
                .map(|edit| edit.of_plan(&plan.id, &plan.name)),
            notes: plan.notes.as_deref(),
            warnings: warnings(words, year, &schedule),
            is_open: is_due && !status.is_long_past(),
            picture: year.draw(plan, &schedule, urgency),
        })
    });
    let month = |(month, year): (u32, Option<i32>)| {
        let index = month as usize - 1;
        (labels.months[index % labels.months.len()], year)
    };
    let left_out = ranked.len().saturating_sub(MAX_PLANS);
    let sums = yearly_cost.sums();
    fill(&BodyTemplate {
        labels,
        is_of_today,
        counted_from: words.counted_from(&date(today)),
        cards: shown.collect(),
        not_shown: (left_out > 0).then(|| words.plans_not_shown(left_out)),
        months: year.months().map(month).collect(),
        sums: sums
            .map(|(sum, times)| (sum.to_string(), words.renewal_count(times)))
            .collect(),
        sums_note: match reference {
            ReferenceDay::Today(_) => words.costs_until(&date(yearly_cost.end())),
            ReferenceDay::Since(since) => {
                words.costs_between(&date(since), &date(yearly_cost.end()))
            }
        },
    })
}

/// A day as the feed writes it.
fn date(words: &dyn Words, day: NaiveDate) -> String {
    let mut out = String::new();
    words.date(&mut out, day);
    out
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

/// The days of a plan's warnings that the picture marks, from today on.
fn warnings(words: &dyn Words, year: Year, schedule: &Schedule) -> Option<String> {
    let days = year.warnings(schedule).map(|day| date(words, day));
    let days: Vec<String> = days.collect();
    (!days.is_empty()).then(|| words.warning_days(&days))
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

fn renewal_card<'a>(
    words: &dyn Words,
    method: Method,
    way: &'a RenewalMethod<'a>,
) -> RenewalCard<'a> {
    let price = way.price.map(|price| price.to_string());
    let validity = way.validity.map(|validity| {
        let mut out = String::new();
        words.period(&mut out, validity);
        out
    });
    let method = words.method_name(method).map(str::to_owned);
    let terms: Vec<String> = method.into_iter().chain(price).chain(validity).collect();
    RenewalCard {
        terms: terms.join(" · "),
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
