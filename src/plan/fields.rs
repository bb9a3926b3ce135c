//! The rules for single fields, which those for a plan and its settings are made of.

use std::borrow::Cow;

use super::finding::{Aim, Findings, Step};
use super::raw::{Field, OneOrMany, Text, Texts};
use super::text::{Lines, clean, is_empty};
use crate::invalid::Invalid;
use crate::period::Period;
use crate::web::WebAddress;

/// Leads that a plan may have; each is an event of its own.
pub(crate) const MOST_LEADS: usize = 50;
/// Octets that a text may have; it stands in each event of its plan.
pub(crate) const LONGEST: usize = 64 << 10;

pub(super) fn leads(raw: Field<Texts<'_>>, f: &mut Findings) -> Option<Vec<Period>> {
    let Field::Is(OneOrMany(list)) = raw else {
        return None;
    };
    f.within(Step::Key("remind"), |f| {
        if list.len() > MOST_LEADS {
            f.add(
                Aim::Value,
                Invalid::new(format!("{} leads: allowed up to {MOST_LEADS}", list.len())),
            );
            return None;
        }
        let mut leads = Vec::with_capacity(list.len());
        for (index, raw) in list.into_iter().enumerate() {
            let lead = f.within(Step::Item(index), |f| {
                let text = present(raw, Lines::One, f)?;
                report(Period::parse(&text), f)
            });
            leads.extend(lead.filter(|lead| !leads.contains(lead)));
        }
        Some(leads)
    })
}

pub(super) fn lines<'a>(
    raw: Field<Texts<'a>>,
    key: &'static str,
    f: &mut Findings,
) -> Vec<Cow<'a, str>> {
    let Field::Is(OneOrMany(list)) = raw else {
        return Vec::new();
    };
    f.within(Step::Key(key), |f| {
        let items = list.into_iter().enumerate();
        items
            .filter_map(|(index, raw)| f.within(Step::Item(index), |f| present(raw, Lines::One, f)))
            .collect()
    })
}

pub(super) fn web<'a>(
    raw: Text<'a>,
    key: &'static str,
    f: &mut Findings,
) -> Option<WebAddress<'a>> {
    f.within(Step::Key(key), |f| {
        let text = short(raw, f)?;
        report(WebAddress::parse(text), f)
    })
}

pub(super) fn parsed<T>(
    raw: Text<'_>,
    key: &'static str,
    parse: impl FnOnce(&str) -> Result<T, Invalid>,
    f: &mut Findings,
) -> Option<T> {
    f.within(Step::Key(key), |f| {
        let text = short(raw, f)?;
        report(parse(&text), f)
    })
}

pub(super) fn line<'a>(raw: Text<'a>, key: &'static str, f: &mut Findings) -> Option<Cow<'a, str>> {
    text(raw, key, Lines::One, f)
}

pub(super) fn text<'a>(
    raw: Text<'a>,
    key: &'static str,
    lines: Lines,
    f: &mut Findings,
) -> Option<Cow<'a, str>> {
    match raw {
        Field::Absent | Field::Faulty => None,
        raw => f.within(Step::Key(key), |f| present(raw, lines, f)),
    }
}

/// A line that may be empty.
pub(super) fn optional_line<'a>(
    raw: Text<'a>,
    key: &'static str,
    f: &mut Findings,
) -> Option<Cow<'a, str>> {
    match raw {
        Field::Is(text) if text.is_empty() => None,
        raw => line(raw, key, f),
    }
}

fn present<'a>(raw: Text<'a>, lines: Lines, f: &mut Findings) -> Option<Cow<'a, str>> {
    let text = short(raw, f)?;
    match clean(text, lines) {
        Ok(text) if is_empty(&text) => {
            let what = match f.path().0.as_slice() {
                [.., Step::Key(key), Step::Item(_)] => format!("`{key}` has an empty text"),
                [.., Step::Key(key)] => format!("`{key}` is empty"),
                _ => "this text is empty".to_owned(),
            };
            f.add(
                Aim::Value,
                Invalid::new(what).hint("give it a value, or remove the line"),
            );
            None
        }
        Ok(text) => Some(text),
        Err((offset, error)) => {
            f.add(Aim::Character(offset), error);
            None
        }
    }
}

/// A text that is there and not too long.
fn short<'a>(raw: Text<'a>, f: &mut Findings) -> Option<Cow<'a, str>> {
    let Field::Is(text) = raw else { return None };
    if text.len() > LONGEST {
        f.add(
            Aim::Value,
            Invalid::new(format!(
                "a text of {} octets: allowed up to {LONGEST}",
                text.len()
            )),
        );
        return None;
    }
    Some(text)
}

fn report<T>(result: Result<T, Invalid>, f: &mut Findings) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            f.add(Aim::Value, error);
            None
        }
    }
}
