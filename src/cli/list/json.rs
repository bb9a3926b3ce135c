//! The list as JSON. The fields are stable: `weekahead list --help` describes them.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Serialize, Serializer};

use crate::agenda::table::Title;
use crate::agenda::ticket::Ticket;
use crate::agenda::{Agenda, AgendaItem, CycleKind, Warning, YearlyCost, cycles, warnings};
use crate::plan::status::{PlanStatus, next_renewal};
use crate::plan::value::phone::Shown;
use crate::plan::value::price::Price;
use crate::plan::{Plan, PlanList, RenewalMethod};
use crate::time::clock::Clock;

/// A day, as ISO 8601 writes it.
struct Day(NaiveDate);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// One plans file.
#[derive(Serialize)]
pub(crate) struct FileReport {
    path: String,
    name: String,
    language: &'static str,
    timezone: Option<&'static str>,
    today: Day,
    plans: Vec<PlanReport>,
    totals: Vec<TotalReport>,
}

#[derive(Serialize)]
struct PlanReport {
    id: String,
    name: String,
    path: String,
    provider: Option<String>,
    number: Option<String>,
    tags: Vec<String>,
    state: &'static str,
    status: String,
    due: bool,
    expires: Option<Day>,
    days_left: Option<i64>,
    grace_end: Option<Day>,
    grace_days_left: Option<i64>,
    renews: Option<Day>,
    renewed: Option<Day>,
    ended: Option<Day>,
    cancel_by: Option<Day>,
    last_warning: Option<WarningReport>,
    next_warning: Option<WarningReport>,
    price: Option<PriceReport>,
    renewal: Vec<WayReport>,
    terms: Option<TermsReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warnings: Option<Vec<WarningReport>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cycles: Option<Vec<CycleReport>>,
}

#[derive(Serialize)]
struct TotalReport {
    currency: String,
    amount: String,
    renewals: u64,
}

#[derive(Serialize)]
struct PriceReport {
    amount: String,
    currency: String,
}

#[derive(Serialize)]
struct WarningReport {
    date: Day,
    event: bool,
    rings: Option<String>,
    title: String,
}

#[derive(Serialize)]
struct TermsReport {
    url: String,
    checked: Option<Day>,
}

#[derive(Serialize)]
struct WayReport {
    method: &'static str,
    price: Option<PriceReport>,
    validity: Option<String>,
    action: Option<String>,
    url: Option<String>,
    app: Option<String>,
    dial: Option<String>,
    sms: Option<SmsReport>,
    call: Option<String>,
    steps: Vec<String>,
    until: Option<Day>,
}

#[derive(Serialize)]
struct SmsReport {
    to: String,
    text: Option<String>,
}

#[derive(Serialize)]
struct CycleReport {
    from: Option<Day>,
    to: Option<Day>,
    kind: &'static str,
    paid: Option<PriceReport>,
    receipt: Option<String>,
    note: Option<String>,
}

/// The ticket of a plan.
#[derive(Serialize)]
pub(crate) struct TicketReport {
    marker: String,
    title: String,
    body: String,
}

impl From<Ticket> for TicketReport {
    fn from(ticket: Ticket) -> Self {
        let Ticket {
            marker,
            title,
            body,
        } = ticket;
        Self {
            marker,
            title,
            body,
        }
    }
}

impl FileReport {
    /// The plans of an agenda.
    pub(crate) fn of_agenda(
        agenda: &Agenda<'_>,
        list: &PlanList<'_>,
        title: &Title<'_>,
        clock: &Clock,
    ) -> Self {
        let entries = agenda.items.iter();
        let plans = entries
            .map(|entry| plan_report(entry, list, title, agenda.today, clock, false))
            .collect();
        Self::new(plans, &agenda.yearly_cost, list, title, agenda.today)
    }

    /// One plan, whole.
    pub(crate) fn of_plan(
        entry: &AgendaItem<'_>,
        list: &PlanList<'_>,
        title: &Title<'_>,
        today: NaiveDate,
        clock: &Clock,
    ) -> Self {
        let mut totals = YearlyCost::new(today);
        if entry.status.is_some() {
            totals.add(entry.plan);
        }
        let plan = plan_report(entry, list, title, today, clock, true);
        Self::new(vec![plan], &totals, list, title, today)
    }

    fn new(
        plans: Vec<PlanReport>,
        totals: &YearlyCost,
        list: &PlanList<'_>,
        title: &Title<'_>,
        today: NaiveDate,
    ) -> Self {
        let total = |(sum, renewals): (crate::plan::value::price::Total, u64)| {
            let PriceReport { amount, currency } = money(&sum.to_string());
            TotalReport {
                currency,
                amount,
                renewals,
            }
        };
        Self {
            path: title.path.to_owned(),
            name: title.name.to_owned(),
            language: title.language.tag(),
            timezone: list.settings.timezone.map(Tz::name),
            today: Day(today),
            plans,
            totals: totals.sums().map(total).collect(),
        }
    }
}

fn plan_report(
    entry: &AgendaItem<'_>,
    list: &PlanList<'_>,
    title: &Title<'_>,
    today: NaiveDate,
    clock: &Clock,
    whole: bool,
) -> PlanReport {
    let (plan, schedule, settings) = (entry.plan, &entry.schedule, &list.settings);
    let days = |day: NaiveDate| (day - today).num_days();
    let text = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().map(str::to_owned);
    let shown = plan.number.as_deref();
    let shown = shown.and_then(|number| settings.numbers.show(number));
    let warnings = warnings(plan, settings, schedule);
    let warning = |warning: &Warning| warning_report(warning, settings.timezone, clock);
    let mut warning_days = warnings.iter().filter(|warning| warning.is_warning);
    let next = warning_days.clone().find(|warning| warning.day > today);
    let come = warning_days.rfind(|warning| warning.day <= today);
    PlanReport {
        id: plan.id.to_string(),
        name: plan.name.to_string(),
        path: title.path.to_owned(),
        provider: text(&plan.provider),
        number: shown.map(|shown| match shown {
            Shown::Whole(number) => number.to_owned(),
            Shown::Ending(digits) => format!("…{digits}"),
        }),
        tags: plan.tags.iter().map(ToString::to_string).collect(),
        state: state(entry.status),
        status: entry.status_sentence(title.words(), today),
        due: entry.is_due,
        expires: schedule.expiry.map(Day),
        days_left: schedule.expiry.map(days),
        grace_end: schedule.grace_end.map(Day),
        grace_days_left: schedule.grace_end.map(days),
        renews: next_renewal(schedule, today).map(Day),
        renewed: plan.expiry.renewed().map(Day),
        ended: plan.ended.map(Day),
        cancel_by: schedule.next_cancel(today).map(Day),
        last_warning: come.map(warning),
        next_warning: next.map(warning),
        price: plan.price_on(today).map(price),
        renewal: plan.renewal.iter().map(way).collect(),
        terms: plan.terms.as_ref().map(|terms| TermsReport {
            url: terms.url.as_str().to_owned(),
            checked: terms.checked.map(Day),
        }),
        cycles: whole.then(|| cycle_reports(plan, entry, today)),
        warnings: whole.then(|| warnings.iter().map(warning).collect()),
    }
}

fn state(standing: Option<PlanStatus>) -> &'static str {
    match standing {
        None => "ended",
        Some(PlanStatus::Grace(_)) => "grace",
        Some(PlanStatus::Expired(_)) => "overdue",
        Some(PlanStatus::Lost(_)) => "lost",
        Some(PlanStatus::Ends(_)) => "working",
        Some(PlanStatus::Renews(_)) => "automatic",
        Some(PlanStatus::CancelBy(_)) => "cancel",
        Some(PlanStatus::GivenUp(_)) => "ending",
    }
}

fn price(price: Price) -> PriceReport {
    money(&price.to_string())
}

/// An amount and its currency, apart.
fn money(text: &str) -> PriceReport {
    let (amount, currency) = text.rsplit_once(' ').unwrap_or((text, ""));
    PriceReport {
        amount: amount.to_owned(),
        currency: currency.to_owned(),
    }
}

fn way(way: &RenewalMethod<'_>) -> WayReport {
    let text = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().map(str::to_owned);
    let contact = &way.contact;
    WayReport {
        method: way.method.name(),
        price: way.price.map(price),
        validity: way.validity.map(|validity| validity.to_string()),
        action: text(&way.action),
        url: contact.url.as_ref().map(|url| url.as_str().to_owned()),
        app: text(&contact.app),
        dial: text(&contact.dial),
        sms: contact.sms.as_ref().map(|sms| SmsReport {
            to: sms.to.to_string(),
            text: text(&sms.text),
        }),
        call: text(&contact.call),
        steps: way.steps.iter().map(ToString::to_string).collect(),
        until: way.until.map(Day),
    }
}

fn cycle_reports(plan: &Plan<'_>, entry: &AgendaItem<'_>, today: NaiveDate) -> Vec<CycleReport> {
    let cycles = cycles(plan, &entry.schedule, today).into_iter();
    cycles
        .map(|cycle| {
            let (kind, recorded) = match cycle.kind {
                CycleKind::Recorded(entry) => ("recorded", Some(entry)),
                CycleKind::Renewed => ("renewed", None),
                CycleKind::Unknown => ("unknown", None),
                CycleKind::Automatic => ("automatic", None),
                CycleKind::Today => ("today", None),
            };
            let text =
                |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().map(str::to_owned);
            CycleReport {
                from: cycle.from.map(Day),
                to: cycle.to.map(Day),
                kind,
                paid: recorded.and_then(|entry| entry.paid).map(price),
                receipt: recorded.and_then(|entry| text(&entry.receipt)),
                note: recorded.and_then(|entry| text(&entry.note)),
            }
        })
        .collect()
}

fn warning_report(warning: &Warning, zone: Option<Tz>, clock: &Clock) -> WarningReport {
    let rings = |time| clock.moment(warning.day.and_time(time), zone);
    WarningReport {
        date: Day(warning.day),
        event: warning.is_event,
        rings: warning
            .rings
            .and_then(rings)
            .map(|moment| moment.to_rfc3339()),
        title: warning.title.clone(),
    }
}
