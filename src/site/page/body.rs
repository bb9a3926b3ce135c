//! What a page shows of a list on a day: what is due, the picture of the year, what it costs.

use askama::Template;
use chrono::{Datelike, NaiveDate};

use super::{class, link};
use crate::agenda::{YearlyCost, renewal_methods};
use crate::plan::schedule::Schedule;
use crate::plan::status::{PlanStatus, Urgency, next_renewal};
use crate::plan::value::phone::Shown;
use crate::plan::{Contact, Method, Plan, PlanList, RenewalMethod, Sms};
use crate::site::page::year::Year;
use crate::words::agenda::Words as Shared;
use crate::words::feed::{self, Tense, Words};
use crate::words::page::Words as Own;
use crate::words::{agenda as shared, page as own};

/// Plans that are shown: a page of all would be too long to read, and to send.
const MOST: usize = 500;

/// What the days of a sheet are seen from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum When {
    /// Today; numbers of days count from it.
    Today(NaiveDate),
    /// A day that is long past when the sheet is read: it says days, and no numbers of them.
    Since(NaiveDate),
}

impl When {
    fn day(self) -> NaiveDate {
        match self {
            Self::Today(day) | Self::Since(day) => day,
        }
    }
}

/// The sheet's part of the page.
#[derive(Template)]
#[template(path = "sheet.html")]
struct Html<'a> {
    w: &'static Own,
    /// Whether there is a today.
    is_of_today: bool,
    counted_from: String,
    cards: Vec<Card<'a>>,
    not_shown: Option<String>,
    months: Vec<(&'static str, Option<i32>)>,
    /// Each sum with how many renewals it is of.
    sums: Vec<(String, String)>,
    counted: String,
}

/// A plan.
struct Card<'a> {
    name: &'a str,
    class: &'static str,
    standing: String,
    /// The days that matter, each with the sentence about it.
    days: Vec<(NaiveDate, String)>,
    facts: Vec<Phrase<'a>>,
    ways: Vec<WayOf<'a>>,
    check: Vec<Link<'a>>,
    support: Vec<Link<'a>>,
    record: Option<&'a str>,
    notes: Option<&'a str>,
    /// When it will be warned of.
    warnings: Option<String>,
    /// What the details are called.
    details: &'static str,
    is_open: bool,
    picture: String,
}

/// A way of renewing.
struct WayOf<'a> {
    method: Option<&'static str>,
    action: Option<&'a str>,
    links: Vec<Link<'a>>,
    steps: &'a [std::borrow::Cow<'a, str>],
}

/// Something to press, or only to read where there is no safe link.
struct Link<'a> {
    href: Option<String>,
    text: Phrase<'a>,
}

/// A phrase of our words and the user's, which stay apart.
struct Phrase<'a>(Vec<Piece<'a>>);

enum Piece<'a> {
    Ours(&'a str),
    Theirs(std::borrow::Cow<'a, str>),
}

impl Card<'_> {
    /// Whether there is anything to say about what to do.
    fn has_details(&self) -> bool {
        let is_bare = self.ways.is_empty() && self.check.is_empty() && self.support.is_empty();
        !is_bare || self.record.is_some() || self.notes.is_some()
    }

    /// What the picture shows, in sentences: for whoever does not see it, and for a mouse that
    /// rests on it.
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

/// The part of the page that depends on nothing but the list and the day.
pub(crate) fn html(list: &PlanList<'_>, when: When) -> String {
    let (today, is_of_today) = (when.day(), matches!(when, When::Today(_)));
    let settings = &list.settings;
    let (words, w) = (feed::of(settings.language), own::of(settings.language));
    let shared = shared::of(settings.language);
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
    let year = match when {
        When::Today(day) => Year::around(day),
        When::Since(day) => Year::since(day),
    };
    let shown = ranked.iter().take(MOST).filter_map(|(.., index)| {
        let plan = &list.plans[*index];
        let schedule = schedule(plan);
        let status = PlanStatus::of(plan, &schedule, today)?;
        // What had expired or was due on a day of the past says nothing about now.
        let is_due = is_of_today && status.is_due(&schedule, today);
        let urgency = match status.urgency(is_due) {
            Urgency::Expired if !is_of_today => Urgency::Later,
            urgency => urgency,
        };
        let ways: Vec<WayOf<'_>> = renewal_methods(plan, today)
            .map(|(method, way)| self::way(w, shared, method, way))
            .collect();
        Some(Card {
            name: &plan.name,
            class: class(urgency),
            standing: match when {
                When::Today(_) => (shared.standing)(status),
                When::Since(since) => status.day(since).map_or_else(String::new, date),
            },
            days: days(words, w, plan, &schedule, status, today),
            facts: facts(w, plan, list),
            details: match status {
                PlanStatus::Renews(_) | PlanStatus::GivenUp(_) => w.details,
                _ if ways.is_empty() => w.details,
                _ => w.how,
            },
            ways,
            check: plan
                .check
                .iter()
                .flat_map(|check| links(w, check))
                .collect(),
            support: plan.support.iter().flat_map(|who| links(w, who)).collect(),
            record: settings.edit.as_ref().map(|edit| edit.as_str()),
            notes: plan.notes.as_deref(),
            warnings: warnings(words, w, year, &schedule),
            is_open: is_due && !status.is_long_past(),
            picture: year.draw(plan, &schedule, urgency),
        })
    });
    let month = |(month, year): (u32, Option<i32>)| {
        let index = month as usize - 1;
        (w.months[index % w.months.len()], year)
    };
    let left_out = ranked.len().saturating_sub(MOST);
    let sums = yearly_cost.sums();
    let html = Html {
        w,
        is_of_today,
        counted_from: (w.counted_from)(&date(today)),
        cards: shown.collect(),
        not_shown: (left_out > 0).then(|| (w.not_shown)(left_out)),
        months: year.months().map(month).collect(),
        sums: sums
            .map(|(sum, times)| (sum.to_string(), (shared.renewals)(times)))
            .collect(),
        counted: match when {
            When::Today(_) => (w.counted)(&date(yearly_cost.end())),
            When::Since(since) => (w.counted_since)(&date(since), &date(yearly_cost.end())),
        },
    };
    crate::site::page::rendered(&html)
}

/// A day as the feed writes it.
pub(crate) fn date(words: &dyn Words, day: NaiveDate) -> String {
    let mut out = String::new();
    words.date(&mut out, day);
    out
}

/// The days that matter to a plan, with the sentences that the feed has for them.
fn days(
    words: &dyn Words,
    w: &Own,
    plan: &Plan<'_>,
    schedule: &Schedule,
    status: PlanStatus,
    today: NaiveDate,
) -> Vec<(NaiveDate, String)> {
    let mut days = Vec::new();
    let mut say = |day: NaiveDate, write: &dyn Fn(&mut String)| {
        let mut text = String::new();
        write(&mut text);
        days.push((day, text));
    };
    if let PlanStatus::GivenUp(_) = status
        && let Some(ended) = plan.ended
    {
        say(ended, &|out| {
            out.push_str(&(w.given_up)(&date(words, ended)))
        });
    }
    if let Some(day) = next_renewal(schedule, today) {
        say(day, &|out| words.renews(out, day, None));
    }
    if let Some(until) = plan.automatic().and_then(|way| way.until) {
        say(until, &|out| words.automatic_until(out, until));
    }
    // What renews by itself without end does not expire.
    if let Some(expiry) = schedule.expiry {
        let tense = if expiry < today {
            Tense::Past
        } else {
            Tense::Ahead
        };
        say(expiry, &|out| words.expires(out, expiry, tense));
    }
    if let Some(end) = schedule.grace_end {
        let is_over = matches!(status, PlanStatus::Lost(_));
        say(end, &|out| match is_over {
            true => out.push_str(&(w.was_recoverable)(&date(words, end))),
            false => words.recoverable(out, end),
        });
    }
    if let Some(renewed) = plan.expiry.renewed() {
        say(renewed, &|out| {
            out.push_str(&(w.renewed)(&date(words, renewed)))
        });
    }
    // Between two sentences; Chinese has no space there.
    let between = days.len().saturating_sub(1);
    for (_, text) in &mut days[..between] {
        if !text.ends_with('。') {
            text.push(' ');
        }
    }
    days
}

/// The days that warn of a plan from today on, as far as the picture marks them.
fn warnings(words: &dyn Words, w: &Own, year: Year, schedule: &Schedule) -> Option<String> {
    let days = year.warnings(schedule).map(|day| date(words, day));
    let days: Vec<String> = days.collect();
    (!days.is_empty()).then(|| (w.warnings)(&days))
}

/// Provider, number as far as it may be shown, and price.
fn facts<'a>(w: &'static Own, plan: &'a Plan<'a>, list: &'a PlanList<'a>) -> Vec<Phrase<'a>> {
    use Piece::{Ours, Theirs};
    let provider = plan.provider.as_deref();
    let shown = plan.number.as_deref();
    let shown = shown.and_then(|number| list.settings.numbers.show(number));
    let number = shown.map(|shown| match shown {
        Shown::Whole(number) => Phrase(vec![Ours(w.number), Theirs(number.into())]),
        Shown::Ending(digits) => Phrase(vec![Ours(w.number_ending), Theirs(digits.into())]),
    });
    let price = plan.price.map(|price| price.to_string());
    let provider = provider.map(|name| Phrase(vec![Theirs(name.into())]));
    let price = price.map(|price| Phrase(vec![Theirs(price.into())]));
    provider.into_iter().chain(number).chain(price).collect()
}

fn way<'a>(
    w: &'static Own,
    shared: &Shared,
    method: Method,
    way: &'a RenewalMethod<'a>,
) -> WayOf<'a> {
    WayOf {
        method: (shared.method)(method),
        action: way.action.as_deref(),
        links: links(w, &way.contact),
        steps: &way.steps,
    }
}

/// The ways to reach somebody. Only `http`, `https`, `tel` and `sms` are ever linked to.
fn links<'a>(w: &'static Own, contact: &'a Contact<'a>) -> Vec<Link<'a>> {
    let around = |href, (before, after): own::Around, theirs: &'a str| Link {
        href,
        text: Phrase(vec![
            Piece::Ours(before),
            Piece::Theirs(theirs.into()),
            Piece::Ours(after),
        ]),
    };
    let Contact {
        url,
        app,
        dial,
        sms,
        call,
    } = contact;
    let mut links = Vec::new();
    links.extend(url.as_ref().map(|url| {
        let text = url.as_str().split_once("://").map_or("", |(_, rest)| rest);
        let text = text
            .strip_prefix("www.")
            .unwrap_or(text)
            .trim_end_matches('/');
        around(Some(url.as_str().to_owned()), ("", ""), text)
    }));
    links.extend(app.as_deref().map(|name| around(None, w.app, name)));
    links.extend(
        dial.as_deref()
            .map(|code| around(link::tel(code), w.dial, code)),
    );
    links.extend(sms.as_ref().map(|sms| message(w, sms)));
    links.extend(
        call.as_deref()
            .map(|number| around(link::tel(number), w.call, number)),
    );
    links
}

fn message<'a>(w: &'static Own, sms: &'a Sms<'a>) -> Link<'a> {
    use Piece::{Ours, Theirs};
    let to = Theirs(sms.to.as_ref().into());
    let pieces = match &sms.text {
        Some(text) => {
            let (before, between, after) = w.sms_text;
            let text = Theirs(text.as_ref().into());
            vec![Ours(before), text, Ours(between), to, Ours(after)]
        }
        None => vec![Ours(w.sms.0), to, Ours(w.sms.1)],
    };
    Link {
        href: link::sms(&sms.to, sms.text.as_deref()),
        text: Phrase(pieces),
    }
}
