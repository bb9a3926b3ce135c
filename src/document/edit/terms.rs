//! What a renewal makes of a plan's dates, and whether it can be recorded at all.
//!
//! A plan that counts from its renewal (`renewed` with `validity`) counts from the new one. One
//! with a date of its own (`expires`) gets a new date: the day that is asked for, or the validity
//! after the day of the renewal, or after the old date where the plan or the request says so. One
//! that renews by itself keeps its anchor, and only its history grows; once it has done so for the
//! last time it is renewed as any other.
//!
//! Counting from the old date, a month that is too short must not cut the day off for good: 31
//! January, 28 February, 31 March. The date alone cannot tell which 28th was a 31st. So the
//! renewal that runs into a short month leaves `from`, the date that it counted from, in its entry
//! of the history; the next one counts from there as well, if the date is still one that this gives. A date that
//! somebody has changed by hand counts as it stands.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::{NewValidity, RenewError, Renewal};
use crate::plan::limits::MAX_TEXT_BYTES;
use crate::plan::{
    Anchor, Diagnostic, Expiry, Lines, Path, Plan, RenewalRecord, Step, clean, is_empty,
};
use crate::text::value_error::{ValueError, quoted};
use crate::time::date;
use crate::time::period::Period;

/// One key of a plan that gets another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// The key as it is.
    pub(crate) old: &'static str,
    /// As it will be, most often the same.
    pub(crate) new: &'static str,
    /// Its new value.
    pub(crate) value: String,
}

/// What a renewal changes in a plan.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change<'a> {
    pub(crate) term: Expiry,
    /// The expiry before.
    pub(crate) before: NaiveDate,
    pub(crate) keys: Vec<Key>,
    /// For the history, oldest first: the renewal, and the one before it where only a date tells
    /// of it that is overwritten, or there is no history yet.
    pub(crate) entries: Vec<RenewalRecord<'a>>,
}

impl Change<'_> {
    /// The lines to write by hand.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .keys
            .iter()
            .map(|key| match key.old == key.new {
                true => format!("{}: {}", key.new, key.value),
                false => format!("{}: {}   (instead of `{}`)", key.new, key.value, key.old),
            })
            .collect();
        lines.push("history:".to_owned());
        lines.extend(
            self.entries
                .iter()
                .map(|entry| format!("  - {}", crate::document::edit::history::flow(entry))),
        );
        lines
    }
}

/// Works out what a renewal changes.
pub(crate) fn change<'a>(
    plan: &Plan<'a>,
    index: usize,
    renewal: &Renewal,
    today: NaiveDate,
) -> Result<Change<'a>, RenewError> {
    let asked = |what: ValueError| Err(RenewError::Asked(what));
    let id = quoted(&plan.id);
    let on = renewal.on;
    if on > today {
        return asked(
            ValueError::new(format!(
                "a renewal on {on} is in the future: today is {today}"
            ))
            .hint("record it once it is done"),
        );
    }
    if let Some(ended) = plan.ended.filter(|ended| *ended <= today) {
        return refused(
            index,
            &[Step::Key("ended")],
            ValueError::new(format!("{id} was given up on {ended}"))
                .hint("remove `ended` first if it goes on"),
        );
    }
    is_newer(plan, index, on)?;
    let entry = entry(renewal)?;
    let mut keys = Vec::new();
    let mut set = |key, value: String| {
        keys.push(Key {
            old: key,
            new: key,
            value,
        })
    };
    let mut from = None;
    let old = plan.expiry_on(on);
    let term = if old.is_none() {
        if renewal.lasts.is_some() || renewal.from_expiry {
            return asked(
                ValueError::new(format!("{id} renews by itself: its dates stay, and only its history grows"))
                    .hint("leave out `--validity`, `--until` and `--from-expiry`, or change the plan by hand"),
            );
        }
        plan.expiry
    } else {
        match plan.expiry {
            Expiry::FromRenewal { validity, .. } => {
                if renewal.from_expiry {
                    return asked(
                        ValueError::new(format!(
                            "{id} counts from the day of its renewal, not from its expiry"
                        ))
                        .hint("say the new date itself: `--until 2027-01-31`"),
                    );
                }
                set("renewed", on.to_string());
                match &renewal.lasts {
                    None => Expiry::FromRenewal {
                        renewed: on,
                        validity,
                    },
                    Some(NewValidity::For(validity, text)) => {
                        set("validity", text.clone());
                        Expiry::FromRenewal {
                            renewed: on,
                            validity: *validity,
                        }
                    }
                    // What has renewed by itself keeps the length that it needs for that.
                    Some(NewValidity::Until(day)) if plan.automatic().is_some() => {
                        keys = vec![Key {
                            old: "renewed",
                            new: "expires",
                            value: day.to_string(),
                        }];
                        Expiry::Explicit {
                            expires: *day,
                            renewed: None,
                            validity: Some(validity),
                            from_expiry: false,
                        }
                    }
                    Some(NewValidity::Until(day)) => {
                        keys.push(Key {
                            old: "validity",
                            new: "expires",
                            value: day.to_string(),
                        });
                        Expiry::Explicit {
                            expires: *day,
                            renewed: Some(on),
                            validity: None,
                            from_expiry: false,
                        }
                    }
                }
            }
            Expiry::Explicit {
                renewed,
                validity,
                from_expiry,
                ..
            } => {
                let mut kept = validity;
                let new = match &renewal.lasts {
                    Some(NewValidity::Until(day)) => *day,
                    lasts => {
                        let period = match lasts {
                            Some(NewValidity::For(period, _)) => *period,
                            _ => validity.ok_or_else(|| no_length(index, &id))?,
                        };
                        let day = if from_expiry || renewal.from_expiry {
                            let counted = plan.extended_on(on, period);
                            from = counted.and_then(|(_, from)| from);
                            counted.map(|(day, _)| day)
                        } else {
                            period.after(on, 1)
                        };
                        let Some(day) = day else {
                            return asked(too_late());
                        };
                        if let (Some(NewValidity::For(period, text)), Some(_)) = (lasts, validity) {
                            kept = Some(*period);
                            set("validity", text.clone());
                        }
                        day
                    }
                };
                set("expires", new.to_string());
                if renewed.is_some() {
                    set("renewed", on.to_string());
                }
                Expiry::Explicit {
                    expires: new,
                    renewed: renewed.map(|_| on),
                    validity: kept,
                    from_expiry,
                }
            }
        }
    };
    if let Some(NewValidity::Until(day)) = renewal.lasts
        && day < on
    {
        return asked(ValueError::new(format!(
            "`--until {day}` is before the renewal itself, on {on}"
        )));
    }
    is_in_range(plan, &term)?;
    if let Some(lapse) = plan.auto_renewal_ended_before(on)
        && term.day() <= lapse.until
    {
        let until = lapse.until;
        return asked(
            ValueError::new(format!(
                "the new expiry, {}, is not after {until}, up to which {id} renews by itself",
                term.day()
            ))
            .hint("change its `until` by hand first"),
        );
    }
    let tells = plan.history.is_empty() || keys.iter().any(|key| key.old == "renewed");
    let is_recorded = |day: NaiveDate| plan.history.iter().any(|entry| entry.on == day);
    let before = plan.expiry.renewed();
    let before = before.filter(|before| tells && *before < on && !is_recorded(*before));
    let mut entries: Vec<RenewalRecord<'a>> = before.map(bare).into_iter().collect();
    entries.push(RenewalRecord { from, ..entry });
    Ok(Change {
        term,
        before: old.unwrap_or_else(|| plan.expiry.day()),
        keys,
        entries,
    })
}

fn refused<T>(index: usize, steps: &[Step], what: ValueError) -> Result<T, RenewError> {
    let mut path = vec![Step::Key("plans"), Step::Item(index)];
    path.extend(steps);
    Err(RenewError::Refused(Box::new(Diagnostic {
        path: Path(path),
        anchor: Anchor::Value,
        what,
        related: None,
    })))
}

/// A renewal comes after the last one that is recorded.
fn is_newer(plan: &Plan<'_>, index: usize, on: NaiveDate) -> Result<(), RenewError> {
    let id = quoted(&plan.id);
    let entries = plan.history.iter().enumerate();
    let newest = entries.max_by_key(|(_, entry)| entry.on);
    let mut last = newest.map(|(item, entry)| {
        let steps = vec![Step::Key("history"), Step::Item(item), Step::Key("on")];
        (entry.on, steps)
    });
    // The anchor of what renews by itself is a payment too, which may still be recorded.
    let is_anchor = plan.expiry_on(on).is_none();
    if let Some(renewed) = plan.expiry.renewed()
        && last.as_ref().is_none_or(|(on, _)| *on < renewed)
        && !(is_anchor && renewed == on)
    {
        last = Some((renewed, vec![Step::Key("renewed")]));
    }
    match last {
        Some((last, steps)) if on == last => refused(
            index,
            &steps,
            ValueError::new(format!("{id} has a renewal on {on} already"))
                .hint("change that one by hand if it is wrong"),
        ),
        Some((last, steps)) if on < last => refused(
            index,
            &steps,
            ValueError::new(format!(
                "a renewal of {id} on {on} is older than the last one, on {last}"
            ))
            .hint("what was forgotten goes into `history` by hand"),
        ),
        _ => Ok(()),
    }
}

fn is_in_range(plan: &Plan<'_>, term: &Expiry) -> Result<(), RenewError> {
    let is_fine = match *term {
        Expiry::FromRenewal { renewed, validity } => validity.after(renewed, 1).is_some(),
        Expiry::Explicit { expires, .. } => date::in_range(expires),
    };
    let recovers = |grace: Period| grace.after(term.day(), 1).is_some();
    if is_fine && plan.grace.is_none_or(recovers) {
        return Ok(());
    }
    Err(RenewError::Asked(too_late()))
}

fn too_late() -> ValueError {
    ValueError::new(format!("it would end after the year {}", date::LAST_YEAR))
}

fn no_length(index: usize, id: &str) -> RenewError {
    let what = ValueError::new(format!("nothing says how long a renewal of {id} lasts"))
        .hint("add `--until 2027-01-31` or `--validity \"1 year\"`, or give the plan a `validity`");
    RenewError::Refused(Box::new(Diagnostic {
        path: Path(vec![
            Step::Key("plans"),
            Step::Item(index),
            Step::Key("expires"),
        ]),
        anchor: Anchor::Value,
        what,
        related: None,
    }))
}

/// An entry of which only the day is known.
fn bare<'a>(on: NaiveDate) -> RenewalRecord<'a> {
    RenewalRecord {
        on,
        paid: None,
        receipt: None,
        note: None,
        from: None,
    }
}

fn entry<'a>(renewal: &Renewal) -> Result<RenewalRecord<'a>, RenewError> {
    let text = |text: &Option<String>, option: &str, lines: Lines| {
        let Some(text) = text else { return Ok(None) };
        let asked = |what: ValueError| {
            let message = format!("`{option}`: {}", what.message);
            Err(RenewError::Asked(ValueError { message, ..what }))
        };
        if text.len() > MAX_TEXT_BYTES {
            return asked(ValueError::new(format!(
                "a text of {} octets: allowed up to {MAX_TEXT_BYTES}",
                text.len()
            )));
        }
        match clean(Cow::Owned(text.clone()), lines) {
            Ok(text) if is_empty(&text) => asked(ValueError::new("this text is empty")),
            Ok(text) => Ok(Some(text)),
            Err((_, what)) => asked(what),
        }
    };
    Ok(RenewalRecord {
        paid: renewal.paid,
        receipt: text(&renewal.receipt, "--receipt", Lines::One)?,
        note: text(&renewal.note, "--note", Lines::Many)?,
        ..bare(renewal.on)
    })
}
