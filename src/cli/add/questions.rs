//! The questions about a plan, at a terminal. A question is skipped if its answer is known.

use chrono::NaiveDate;

use crate::cli::add::context::ListContext;
use crate::cli::add::draft::{self, PlanDraft, value_error};
use crate::cli::error::CliError;
use crate::cli::prompt::Prompt;
use crate::cli::values::sentence;
use crate::document::fields::{FieldValue, Fields};
use crate::plan::value::loose::{self, DayOrPeriod};
use crate::text::plural::pluralize;
use crate::text::value_error::quoted;

/// Asks for everything about a plan that is not known yet. If its name and its date are known, only
/// an id that it needs is asked for. If `may_skip` is set, Enter at the name ends the questions, and
/// the result is false.
///
/// # Errors
///
/// Returns an error if standard input ends.
pub(crate) fn ask(
    plan: &mut PlanDraft,
    context: &ListContext,
    may_skip: bool,
    prompt: &mut Prompt<'_>,
) -> Result<bool, CliError> {
    let is_complete = plan.name.is_some() && plan.has_date();
    if plan.name.is_none() {
        plan.name = ask_name(may_skip, prompt)?;
    }
    if plan.name.is_none() {
        return Ok(false);
    }
    ask_id(plan, context, prompt)?;
    if !plan.has_date() {
        ask_date(plan, context, prompt)?;
    }
    if is_complete {
        return Ok(true);
    }
    if plan.price.is_none() {
        ask_price(plan, context, prompt)?;
    }
    if plan.renewal.is_empty() {
        let question = "How to renew it: a sentence, a link or a code to dial (Enter: none)";
        plan.renewal = prompt.ask(question, |answer| {
            if is_none(answer) {
                return Ok(Fields::new());
            }
            let fields = draft::renewal(answer, None);
            checked("renewal", FieldValue::Map(fields.clone())).map(|()| fields)
        })?;
    }
    if draft::is_automatic(&plan.renewal) && plan.validity.is_none() {
        let question = "How often it renews by itself, as in 1 month";
        plan.validity = Some(prompt.ask(question, |text| loose::period(text).map_err(sentence))?);
    }
    if plan.remind.is_empty() {
        let question = format!(
            "How long before to warn, as in 30d, 7d (Enter: {}, as in the list)",
            context.leads
        );
        plan.remind = prompt.ask(&question, |answer| {
            if answer.is_empty() {
                return Ok(Vec::new());
            }
            let leads = draft::leads(answer).map_err(sentence)?;
            checked("remind", draft::leads_value(&leads)).map(|()| leads)
        })?;
    }
    Ok(true)
}

fn ask_name(may_skip: bool, prompt: &mut Prompt<'_>) -> Result<Option<String>, CliError> {
    let question = match may_skip {
        true => "Name of the first plan, as in Telenor Kontant (Enter: none yet)",
        false => "Name of the plan, as in Telenor Kontant",
    };
    prompt.ask(question, |answer| {
        if answer.is_empty() {
            return match may_skip {
                true => Ok(None),
                false => Err("a plan needs a name".to_owned()),
            };
        }
        let name = answer.to_owned();
        checked("name", FieldValue::Text(name.clone())).map(|()| Some(name))
    })
}

/// Gives the plan an id, if the list has ids or if another plan has its name or has that as its id.
fn ask_id(
    plan: &mut PlanDraft,
    context: &ListContext,
    prompt: &mut Prompt<'_>,
) -> Result<(), CliError> {
    let name = plan.name.clone().unwrap_or_default();
    let new = context.new_id(&name);
    let taken = match plan.id.take() {
        Some(given) if context.has_id(&given) => given,
        None if context.has_name(&name) => name,
        Some(given) => {
            plan.id = Some(given);
            return Ok(());
        }
        None => {
            plan.id = context.has_ids.then_some(new);
            return Ok(());
        }
    };
    prompt.say_below(&format!(
        "another plan has the id or the name {} already",
        quoted(&taken)
    ));
    let question = format!("A short id for this plan, which never changes [{new}]");
    let id = prompt.ask(&question, |answer| {
        let id = if answer.is_empty() { &new } else { answer };
        if context.has_id(id) {
            return Err(format!("another plan has the id {} already", quoted(id)));
        }
        checked("id", FieldValue::Text(id.to_owned())).map(|()| id.to_owned())
    })?;
    plan.id = Some(id);
    Ok(())
}

/// Asks for the last day; or how long a renewal lasts, and when the last one was. Asks again if that
/// day is past and not meant.
fn ask_date(
    plan: &mut PlanDraft,
    context: &ListContext,
    prompt: &mut Prompt<'_>,
) -> Result<(), CliError> {
    let today = context.today;
    let (renewed, validity) = (plan.renewed, plan.validity);
    loop {
        (plan.expires, plan.renewed, plan.validity) = (None, renewed, validity);
        if renewed.is_some() {
            let question = "How long a renewal lasts, as in 90 days or 3 months";
            plan.validity =
                Some(prompt.ask(question, |text| loose::period(text).map_err(sentence))?);
        } else if validity.is_none() {
            let question = "The day on which it runs out, as in 2027-01-31; or how long a renewal lasts, as \
                 in 90 days";
            let mut text = String::new();
            let answer = prompt.ask(question, |answer| {
                text = answer.to_owned();
                loose::day_or_period(answer, today).map_err(sentence)
            })?;
            match answer {
                DayOrPeriod::Days(days) => plan.expires = Some(one_of(&text, days, prompt)?),
                DayOrPeriod::Period(period) => plan.validity = Some(period),
            }
        }
        if plan.expires.is_none() && plan.renewed.is_none() {
            let question = format!("Last renewed on [today, {today}]");
            let mut text = String::new();
            let days = prompt.ask(&question, |answer| {
                text = answer.to_owned();
                match answer {
                    "" => Ok(vec![today]),
                    answer => past_days(answer, today),
                }
            })?;
            plan.renewed = Some(one_of(&text, days, prompt)?);
        }
        match plan.expiry() {
            Ok(expiry) if expiry >= today => return Ok(()),
            Ok(expiry) => {
                let days = pluralize((today - expiry).num_days() as usize, "day");
                let question = format!("  It ran out on {expiry}, {days} ago. Is that right?");
                if prompt.confirm(&question, false)? {
                    return Ok(());
                }
            }
            Err(error) => prompt.say_below(&sentence(error)),
        }
    }
}

/// Reads the day of a renewal, which is not in the future.
fn past_days(answer: &str, today: NaiveDate) -> Result<Vec<NaiveDate>, String> {
    let mut days = loose::days(answer, today).map_err(sentence)?;
    days.retain(|day| *day <= today);
    match days.is_empty() {
        true => Err(format!(
            "{} is in the future: today is {today}",
            quoted(answer)
        )),
        false => Ok(days),
    }
}

fn ask_price(
    plan: &mut PlanDraft,
    context: &ListContext,
    prompt: &mut Prompt<'_>,
) -> Result<(), CliError> {
    let mut text = String::new();
    let prices = prompt.ask("Price of a renewal, as in 49 NOK (Enter: none)", |answer| {
        text = answer.to_owned();
        match is_none(answer) {
            true => Ok(Vec::new()),
            false => loose::prices(answer, context.currency).map_err(sentence),
        }
    })?;
    if !prices.is_empty() {
        plan.price = Some(one_of(&text, prices, prompt)?);
    }
    Ok(())
}

/// The only one of several values, or the one that the user chooses.
fn one_of<T: ToString + Clone>(
    text: &str,
    values: Vec<T>,
    prompt: &mut Prompt<'_>,
) -> Result<T, CliError> {
    match &values[..] {
        [value] => Ok(value.clone()),
        _ => prompt.choose(&quoted(text), values),
    }
}

/// Whether an answer says that there is nothing to say.
fn is_none(answer: &str) -> bool {
    let answer = answer.to_lowercase();
    matches!(
        answer.as_str(),
        "" | "-" | "none" | "no" | "ingen" | "nei" | "无" | "没有"
    )
}

/// Returns what a plans file would say against a value, as a sentence.
fn checked(key: &'static str, value: FieldValue) -> Result<(), String> {
    match value_error(key, value) {
        Some(error) => Err(sentence(error)),
        None => Ok(()),
    }
}
