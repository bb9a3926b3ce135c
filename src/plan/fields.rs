//! The rules for single fields, which those for a plan and its settings are made of.

use std::borrow::Cow;

use crate::plan::diagnostic::{Anchor, Diagnostics, Step};
use crate::plan::limits::{MAX_LEADS, MAX_TEXT_BYTES};
use crate::plan::raw::{Field, OneOrMany, Text, Texts};
use crate::plan::text::{Lines, clean, is_empty};
use crate::plan::value::url::WebAddress;
use crate::text::value_error::ValueError;
use crate::time::period::Period;

pub(crate) fn leads(raw: Field<Texts<'_>>, f: &mut Diagnostics) -> Option<Vec<Period>> {
    let Field::Is(OneOrMany(list)) = raw else {
        return None;
    };
    f.within(Step::Key("remind"), |f| {
        if list.len() > MAX_LEADS {
            f.add(
                Anchor::Value,
                ValueError::new(format!("{} leads: allowed up to {MAX_LEADS}", list.len())),
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

pub(crate) fn lines<'a>(
    raw: Field<Texts<'a>>,
    key: &'static str,
    f: &mut Diagnostics,
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

pub(crate) fn web<'a>(
    raw: Text<'a>,
    key: &'static str,
    f: &mut Diagnostics,
) -> Option<WebAddress<'a>> {
    f.within(Step::Key(key), |f| {
        let text = short(raw, f)?;
        report(WebAddress::parse(text), f)
    })
}

pub(crate) fn parsed<T>(
    raw: Text<'_>,
    key: &'static str,
    parse: impl FnOnce(&str) -> Result<T, ValueError>,
    f: &mut Diagnostics,
) -> Option<T> {
    f.within(Step::Key(key), |f| {
        let text = short(raw, f)?;
        report(parse(&text), f)
    })
}

pub(crate) fn line<'a>(
    raw: Text<'a>,
    key: &'static str,
    f: &mut Diagnostics,
) -> Option<Cow<'a, str>> {
    text(raw, key, Lines::One, f)
}

pub(crate) fn text<'a>(
    raw: Text<'a>,
    key: &'static str,
    lines: Lines,
    f: &mut Diagnostics,
) -> Option<Cow<'a, str>> {
    match raw {
        Field::Absent | Field::Faulty => None,
        raw => f.within(Step::Key(key), |f| present(raw, lines, f)),
    }
}

/// A line that may be empty.
pub(crate) fn optional_line<'a>(
    raw: Text<'a>,
    key: &'static str,
    f: &mut Diagnostics,
) -> Option<Cow<'a, str>> {
    match raw {
        Field::Is(text) if text.is_empty() => None,
        raw => line(raw, key, f),
    }
}

fn present<'a>(raw: Text<'a>, lines: Lines, f: &mut Diagnostics) -> Option<Cow<'a, str>> {
    let text = short(raw, f)?;
    match clean(text, lines) {
        Ok(text) if is_empty(&text) => {
            let what = match f.path().0.as_slice() {
                [.., Step::Key(key), Step::Item(_)] => format!("`{key}` has an empty text"),
                [.., Step::Key(key)] => format!("`{key}` is empty"),
                _ => "this text is empty".to_owned(),
            };
            f.add(
                Anchor::Value,
                ValueError::new(what).hint("give it a value, or remove the line"),
            );
            None
        }
        Ok(text) => Some(text),
        Err((offset, error)) => {
            f.add(Anchor::Character(offset), error);
            None
        }
    }
}

/// A text that is there and not too long.
fn short<'a>(raw: Text<'a>, f: &mut Diagnostics) -> Option<Cow<'a, str>> {
    let Field::Is(text) = raw else { return None };
    if text.len() > MAX_TEXT_BYTES {
        f.add(
            Anchor::Value,
            ValueError::new(format!(
                "a text of {} octets: allowed up to {MAX_TEXT_BYTES}",
                text.len()
            )),
        );
        return None;
    }
    Some(text)
}

fn report<T>(result: Result<T, ValueError>, f: &mut Diagnostics) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            f.add(Anchor::Value, error);
            None
        }
    }
}
