//! What a renewal changes in a plan, and whether it may be recorded.
//!
//! [`Change::new`] computes both without the text:
//!
//! - A plan that counts from its renewal (`renewed` with `validity`) counts from the new renewal.
//! - A plan with an explicit date (`expires`) gets a new date. This is the requested day, or the
//!   validity counted from the day of the renewal. If the plan or the request says so, the validity
//!   is counted from the old date, or the old date stays if it is later. A month stays a month if
//!   months are counted from it.
//! - A way with its own terms gives the validity and the price.
//! - A plan that renews by itself keeps its dates; only a record is added to its history. After its
//!   last automatic renewal, it is renewed like any other plan.
//!
//! Counting from the old date must not lose the day of the month in a short month: 31 January, 28
//! February, 31 March. The date alone does not show whether a 28th was counted from a 31st. So if a
//! short month reduces the day, the renewal stores the date from which it counted as `from` in its
//! history record. The next renewal counts from that date, provided that the current expiry still
//! follows from it. A date that was changed by hand is used as it is.
//!
//! Cost: linear in the history of the plan.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::document::edit::renewal::{NewValidity, RenewError, Renewal};
use crate::plan::limits::MAX_TEXT_BYTES;
use crate::plan::{
    Anchor, Diagnostic, Expiry, Extends, Lines, Method, Path, Plan, RenewalRecord, Step, clean,
    is_empty,
};
use crate::text::value_error::{ValueError, quoted};
use crate::time::date;
use crate::time::period::Period;

/// A key of a plan whose value changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyChange {
    /// The name of the key before the change.
    pub(crate) old: &'static str,
    /// The name of the key after the change, usually the same.
    pub(crate) new: &'static str,
    /// The new value of the key.
    pub(crate) value: String,
}

impl KeyChange {
    fn set(key: &'static str, value: impl ToString) -> Self {
        Self::replace(key, key, value)
    }

    fn replace(old: &'static str, new: &'static str, value: impl ToString) -> Self {
        Self {
            old,
            new,
            value: value.to_string(),
        }
    }
}

/// What a renewal changes in a plan.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change<'a> {
    /// The dates of the plan after the renewal.
    pub(crate) expiry: Expiry,
    /// The expiry of the plan before the renewal.
    pub(crate) old_expiry: NaiveDate,
    pub(crate) keys: Vec<KeyChange>,
    /// New records of the history, oldest first. The last one is the renewal. The previous renewal
    /// comes before it if only an overwritten date recorded that renewal, or if the plan has no
    /// history yet.
    pub(crate) records: Vec<RenewalRecord<'a>>,
}

/// The dates of a plan after a renewal.
struct NewDates {
    expiry: Expiry,
    keys: Vec<KeyChange>,
    /// The date from which the expiry was counted, if a short month reduced the day of the expiry.
    counted_from: Option<NaiveDate>,
}

impl<'a> Change<'a> {
    /// Computes what a renewal of the plan at `index` changes.
    ///
    /// # Errors
    ///
    /// Returns an error if the renewal is in the future or not newer than the last one, if the plan
    /// has been given up, if the request does not fit the plan, or if the new dates are out of
    /// range.
    pub(crate) fn new(
        plan: &Plan<'a>,
        index: usize,
        renewal: &Renewal,
        today: NaiveDate,
    ) -> Result<Self, RenewError> {
        check_day(plan, index, renewal.on, today)?;
        let renewal = &in_one_way(plan, renewal)?;
        let record = record(renewal)?;
        let dates = new_dates(plan, index, renewal)?;
        check_dates(plan, renewal, &dates.expiry)?;
        let previous = unrecorded_renewal(plan, renewal.on, &dates.keys);
        let mut records: Vec<RenewalRecord<'a>> = previous.map(bare_record).into_iter().collect();
        records.push(RenewalRecord {
            from: dates.counted_from,
            ..record
        });
        let old_expiry = plan.expiry_on(renewal.on);
        Ok(Self {
            expiry: dates.expiry,
            old_expiry: old_expiry.unwrap_or_else(|| plan.expiry.day()),
            keys: dates.keys,
            records,
        })
    }
}

/// Whether a renewal on the day `on` has to say the way in which it was done, unless it says how long
/// it lasts: the ways last for different times.
#[must_use]
pub(crate) fn needs_way(plan: &Plan<'_>, on: NaiveDate) -> bool {
    let mut validities = plan.ways_by_hand().filter_map(|way| way.validity);
    let first = validities.next();
    let differ = validities.any(|validity| Some(validity) != first);
    differ && plan.expiry_on(on).is_some()
}

/// Whether a renewal on the day `on` in the way with a number from 1, or in no particular way, has to
/// say how long it lasts: neither the plan nor the way does.
#[must_use]
pub(crate) fn needs_validity(plan: &Plan<'_>, way: Option<usize>, on: NaiveDate) -> bool {
    let way = way.and_then(|number| plan.renewal.get(number.checked_sub(1)?));
    let of_way = way.and_then(|way| way.validity);
    of_way.or(plan.expiry.validity()).is_none() && plan.expiry_on(on).is_some()
}

/// Returns the renewal with the validity and the price of its way.
///
/// # Errors
///
/// Returns an error if the plan does not have the way, or if the ways last for different times and
/// the request says neither the way nor how long the renewal lasts.
fn in_one_way(plan: &Plan<'_>, renewal: &Renewal) -> Result<Renewal, RenewError> {
    let mut renewal = renewal.clone();
    let is_automatic = plan.expiry_on(renewal.on).is_none();
    let Some(number) = renewal.way else {
        if needs_way(plan, renewal.on) && renewal.validity.is_none() {
            let id = quoted(&plan.id);
            let error = ValueError::new(format!("the ways to renew {id} last for different times"));
            return Err(invalid(error.hint(format!(
                "choose the way that was used: {}",
                ways_by_number(plan)
            ))));
        }
        return Ok(renewal);
    };
    let way = number
        .checked_sub(1)
        .and_then(|item| plan.renewal.get(item));
    let way = way.filter(|way| way.method != Method::AutoDebit || is_automatic);
    let Some(way) = way else {
        let id = quoted(&plan.id);
        let what = format!("{id} cannot be renewed in way {number}");
        let hint = match plan.ways_by_hand().next() {
            Some(_) => format!("choose one of {}", ways_by_number(plan)),
            None => "it has no way that is done by hand: leave out `--way`".to_owned(),
        };
        return Err(invalid(ValueError::new(what).hint(hint)));
    };
    renewal.paid = renewal.paid.or(way.price).or(plan.price);
    if let Some(validity) = way.validity.filter(|_| renewal.validity.is_none()) {
        let is_new = plan.expiry.validity() != Some(validity);
        renewal.validity = is_new.then(|| NewValidity::For(validity, validity.in_words()));
    }
    Ok(renewal)
}

/// The ways that are done by hand, as the option that names each: `` `--way 2` (3 months, 249 NOK) ``.
fn ways_by_number(plan: &Plan<'_>) -> String {
    let ways = plan.renewal.iter().enumerate();
    let by_hand = ways.filter(|(_, way)| way.method != Method::AutoDebit);
    let named = by_hand.map(|(item, way)| {
        let validity = way.validity.map(Period::in_words);
        let price = way.price.map(|price| price.to_string());
        let action = way.action.as_deref().map(str::to_owned);
        let terms: Vec<String> = validity.into_iter().chain(price).collect();
        let what = match terms.is_empty() {
            true => action.unwrap_or_else(|| way.method.name().to_owned()),
            false => terms.join(", "),
        };
        format!("`--way {}` ({what})", item + 1)
    });
    named.collect::<Vec<_>>().join(", ")
}

/// Checks that a renewal on the day `on` may be recorded.
fn check_day(
    plan: &Plan<'_>,
    index: usize,
    on: NaiveDate,
    today: NaiveDate,
) -> Result<(), RenewError> {
    if on > today {
        let error = ValueError::new(format!(
            "a renewal on {on} is in the future: today is {today}"
        ));
        return Err(invalid(error.hint("record it once it is done")));
    }
    if let Some(ended) = plan.ended.filter(|ended| *ended <= today) {
        let error = ValueError::new(format!("{} ended on {ended}", quoted(&plan.id)));
        return Err(refused(
            index,
            &[Step::Key("ended")],
            error.hint("if you keep it, remove `ended` first"),
        ));
    }
    check_newer(plan, index, on)
}

/// Checks that a renewal comes after the last recorded one.
fn check_newer(plan: &Plan<'_>, index: usize, on: NaiveDate) -> Result<(), RenewError> {
    let Some((last, steps)) = last_renewal(plan, on) else {
        return Ok(());
    };
    let id = quoted(&plan.id);
    let error = if on == last {
        ValueError::new(format!("{id} has a renewal on {on} already"))
            .hint("if that entry is wrong, change it by hand")
    } else if on < last {
        ValueError::new(format!(
            "a renewal of {id} on {on} is older than the last one, on {last}"
        ))
        .hint("add a forgotten renewal to `history` by hand")
    } else {
        return Ok(());
    };
    Err(refused(index, &steps, error))
}

/// Returns the last recorded renewal and its path in the plan, for a new renewal on the day `on`.
fn last_renewal(plan: &Plan<'_>, on: NaiveDate) -> Option<(NaiveDate, Vec<Step>)> {
    let records = plan.history.iter().enumerate();
    let newest = records.max_by_key(|(_, record)| record.on);
    let newest = newest.map(|(item, record)| {
        let steps = vec![Step::Key("history"), Step::Item(item), Step::Key("on")];
        (record.on, steps)
    });
    let Some(renewed) = plan.expiry.renewed() else {
        return newest;
    };
    // The first date of an automatic renewal is a payment as well, which may still be recorded.
    let is_first_payment = renewed == on && plan.expiry_on(on).is_none();
    let is_newer = newest.as_ref().is_none_or(|(day, _)| *day < renewed);
    match is_newer && !is_first_payment {
        true => Some((renewed, vec![Step::Key("renewed")])),
        false => newest,
    }
}

/// Returns the record of a renewal, with cleaned texts.
fn record<'a>(renewal: &Renewal) -> Result<RenewalRecord<'a>, RenewError> {
    Ok(RenewalRecord {
        paid: renewal.paid,
        receipt: clean_text(renewal.receipt.as_deref(), "--receipt", Lines::One)?,
        note: clean_text(renewal.note.as_deref(), "--note", Lines::Many)?,
        ..bare_record(renewal.on)
    })
}

/// Returns a record that contains only the day.
fn bare_record<'a>(on: NaiveDate) -> RenewalRecord<'a> {
    RenewalRecord {
        on,
        paid: None,
        receipt: None,
        note: None,
        from: None,
    }
}

/// Returns the text of an option, cleaned as a plans file requires.
fn clean_text<'a>(
    text: Option<&str>,
    option: &str,
    lines: Lines,
) -> Result<Option<Cow<'a, str>>, RenewError> {
    let Some(text) = text else { return Ok(None) };
    let wrong = |error: ValueError| {
        let message = format!("`{option}`: {}", error.message);
        invalid(ValueError { message, ..error })
    };
    if text.len() > MAX_TEXT_BYTES {
        return Err(wrong(ValueError::new(format!(
            "a text of {} octets: allowed up to {MAX_TEXT_BYTES}",
            text.len()
        ))));
    }
    match clean(Cow::Owned(text.to_owned()), lines) {
        Ok(text) if is_empty(&text) => Err(wrong(ValueError::new("this text is empty"))),
        Ok(text) => Ok(Some(text)),
        Err((_, error)) => Err(wrong(error)),
    }
}

/// Returns the dates of a plan after a renewal.
fn new_dates(plan: &Plan<'_>, index: usize, renewal: &Renewal) -> Result<NewDates, RenewError> {
    if plan.expiry_on(renewal.on).is_none() {
        return automatic_dates(plan, renewal);
    }
    match plan.expiry {
        Expiry::FromRenewal { validity, .. } => counted_dates(plan, renewal, validity),
        Expiry::Explicit { extends, .. } => fixed_dates(plan, index, renewal, extends),
    }
}

/// Returns the dates of a plan that renews by itself, which do not change.
fn automatic_dates(plan: &Plan<'_>, renewal: &Renewal) -> Result<NewDates, RenewError> {
    if renewal.validity.is_some() || renewal.from_expiry {
        let id = quoted(&plan.id);
        let error = ValueError::new(format!(
            "{id} renews by itself: its dates stay the same, and only its history gets an entry"
        ));
        return Err(invalid(error.hint(
            "leave out `--validity`, `--until` and `--from-expiry`, or change the plan by hand",
        )));
    }
    Ok(NewDates {
        expiry: plan.expiry,
        keys: Vec::new(),
        counted_from: None,
    })
}

/// Returns the new dates of a plan that counts its `validity` from the day on which it was
/// `renewed`.
fn counted_dates(
    plan: &Plan<'_>,
    renewal: &Renewal,
    validity: Period,
) -> Result<NewDates, RenewError> {
    if renewal.from_expiry {
        let id = quoted(&plan.id);
        let error = ValueError::new(format!(
            "{id} counts from the day of its renewal, not from its expiry"
        ));
        let hint = "give the new date instead: `--until 2027-01-31`";
        return Err(invalid(error.hint(hint)));
    }
    let renewed = renewal.on;
    let set_renewed = KeyChange::set("renewed", renewed);
    let (expiry, keys) = match &renewal.validity {
        None => (Expiry::FromRenewal { renewed, validity }, vec![set_renewed]),
        Some(NewValidity::For(validity, text)) => {
            let validity = *validity;
            let keys = vec![set_renewed, KeyChange::set("validity", text)];
            (Expiry::FromRenewal { renewed, validity }, keys)
        }
        // A plan with an automatic method of renewal needs its `validity`.
        Some(NewValidity::Until(day)) if plan.automatic().is_some() => {
            let expiry = Expiry::Explicit {
                expires: *day,
                renewed: None,
                validity: Some(validity),
                extends: Extends::FromRenewal,
            };
            (expiry, vec![KeyChange::replace("renewed", "expires", day)])
        }
        Some(NewValidity::Until(day)) => {
            let expiry = Expiry::Explicit {
                expires: *day,
                renewed: Some(renewed),
                validity: None,
                extends: Extends::FromRenewal,
            };
            let set_expires = KeyChange::replace("validity", "expires", day);
            (expiry, vec![set_renewed, set_expires])
        }
    };
    Ok(NewDates {
        expiry,
        keys,
        counted_from: None,
    })
}

/// Returns the new dates of a plan with an explicit date, `expires`.
fn fixed_dates(
    plan: &Plan<'_>,
    index: usize,
    renewal: &Renewal,
    extends: Extends,
) -> Result<NewDates, RenewError> {
    let on = renewal.on;
    let old = plan.last_day_on(on);
    let extended = |period: Period| {
        let counted = |counted: Option<NaiveDate>| counted.map(|day| (day.into(), None));
        let day = match extends {
            _ if renewal.from_expiry => plan.extended_on(on, period),
            Extends::FromExpiry => plan.extended_on(on, period),
            Extends::FromRenewal => counted(period.after(on, 1)),
            Extends::NeverShorter => match (old, period.after(on, 1)) {
                // A month that is later stays a month.
                (Some(old), Some(day)) if old.day() >= day => Some((old, None)),
                (_, day) => counted(day),
            },
        };
        day.ok_or_else(|| invalid(too_late()))
    };
    let mut keys = Vec::new();
    let mut validity = plan.expiry.validity();
    let (expires, counted_from) = match &renewal.validity {
        Some(NewValidity::Until(day)) => (*day, None),
        Some(NewValidity::For(period, text)) => {
            if validity.is_some() {
                validity = Some(*period);
                keys.push(KeyChange::set("validity", text));
            }
            extended(*period)?
        }
        None => {
            let period = validity.ok_or_else(|| no_validity(plan, index))?;
            extended(period)?
        }
    };
    keys.push(KeyChange::set("expires", expires));
    let renewed = plan.expiry.renewed().map(|_| on);
    keys.extend(renewed.map(|on| KeyChange::set("renewed", on)));
    Ok(NewDates {
        expiry: Expiry::Explicit {
            expires,
            renewed,
            validity,
            extends,
        },
        keys,
        counted_from,
    })
}

/// Checks that new dates are in range and make sense for a renewal.
fn check_dates(plan: &Plan<'_>, renewal: &Renewal, expiry: &Expiry) -> Result<(), RenewError> {
    let on = renewal.on;
    if let Some(NewValidity::Until(day)) = renewal.validity
        && day.day() < on
    {
        return Err(invalid(ValueError::new(format!(
            "`--until {day}` is before the day of the renewal, {on}"
        ))));
    }
    if !is_in_range(plan, expiry) {
        return Err(invalid(too_late()));
    }
    if let Some(end) = plan.auto_renewal_ended_before(on)
        && expiry.day() <= end.until
    {
        let error = ValueError::new(format!(
            "the new expiry, {}, is not after {}, the last day on which {} renews by itself",
            expiry.day(),
            end.until,
            quoted(&plan.id)
        ));
        return Err(invalid(error.hint("change its `until` by hand first")));
    }
    Ok(())
}

fn is_in_range(plan: &Plan<'_>, expiry: &Expiry) -> bool {
    let is_expiry_in_range = match *expiry {
        Expiry::FromRenewal { renewed, validity } => validity.after(renewed, 1).is_some(),
        Expiry::Explicit { expires, .. } => date::in_range(expires.day()),
    };
    let is_grace_in_range = |grace: Period| grace.after(expiry.day(), 1).is_some();
    is_expiry_in_range && plan.grace.is_none_or(is_grace_in_range)
}

/// Returns the day of the previous renewal, if no record of the history would contain it after the
/// change.
fn unrecorded_renewal(plan: &Plan<'_>, on: NaiveDate, keys: &[KeyChange]) -> Option<NaiveDate> {
    let previous = plan.expiry.renewed().filter(|previous| *previous < on)?;
    let is_overwritten = keys.iter().any(|key| key.old == "renewed");
    let is_recorded = plan.history.iter().any(|record| record.on == previous);
    ((is_overwritten || plan.history.is_empty()) && !is_recorded).then_some(previous)
}

fn invalid(error: ValueError) -> RenewError {
    RenewError::InvalidRequest(error)
}

/// Returns the error for a value of the plan at `index` that does not allow the renewal.
fn refused(index: usize, steps: &[Step], what: ValueError) -> RenewError {
    let mut path = vec![Step::Key("plans"), Step::Item(index)];
    path.extend(steps);
    RenewError::Refused(Box::new(Diagnostic {
        path: Path(path),
        anchor: Anchor::Value,
        what,
        related: None,
    }))
}

fn no_validity(plan: &Plan<'_>, index: usize) -> RenewError {
    let id = quoted(&plan.id);
    let error = ValueError::new(format!(
        "the plan does not say how long a renewal of {id} lasts"
    ));
    let hint = "add the new last day, as in `--until 2030-01-31`, or a length, as in `--validity \"1 year\"`";
    refused(index, &[Step::Key("expires")], error.hint(hint))
}

fn too_late() -> ValueError {
    ValueError::new(format!("it would end after the year {}", date::LAST_YEAR))
}
