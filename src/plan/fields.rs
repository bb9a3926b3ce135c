//! The rules for single fields, which the rules for plans and settings use.

use std::borrow::Cow;

use crate::plan::diagnostic::{Anchor, Diagnostics, Step};
use crate::plan::limits::{MAX_LEADS, MAX_TEXT_BYTES};
use crate::plan::raw::{Field, OneOrMany, Text, Texts};
use crate::plan::text::{Lines, clean, is_empty};
use crate::plan::value::url::WebAddress;
use crate::plan::value::workdays::{Workdays, parse_weekday};
use crate::text::fullwidth::to_ascii;
use crate::text::value_error::ValueError;
use crate::time::period::Period;

pub(crate) fn read_leads(
    raw: Field<Texts<'_>>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Period>> {
    let Field::Is(OneOrMany(list)) = raw else {
        return None;
    };
    diagnostics.within(Step::Key("remind"), |diagnostics| {
        if list.len() > MAX_LEADS {
            diagnostics.add(
                Anchor::Value,
                ValueError::new(format!(
                    "{} lengths of time: allowed up to {MAX_LEADS}",
                    list.len()
                )),
            );
            return None;
        }
        let mut leads = Vec::with_capacity(list.len());
        for (index, raw) in list.into_iter().enumerate() {
            let lead = diagnostics.within(Step::Item(index), |diagnostics| {
                let text = nonempty(raw, Lines::One, diagnostics)?;
                report(Period::parse(&text), diagnostics)
            });
            leads.extend(lead.filter(|lead| !leads.contains(lead)));
        }
        Some(leads)
    })
}

pub(crate) fn read_lines<'a>(
    raw: Field<Texts<'a>>,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> Vec<Cow<'a, str>> {
    let Field::Is(OneOrMany(list)) = raw else {
        return Vec::new();
    };
    diagnostics.within(Step::Key(key), |diagnostics| {
        let items = list.into_iter().enumerate();
        items
            .filter_map(|(index, raw)| {
                diagnostics.within(Step::Item(index), |diagnostics| {
                    nonempty(raw, Lines::One, diagnostics)
                })
            })
            .collect()
    })
}

pub(crate) fn read_web_address<'a>(
    raw: Text<'a>,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<WebAddress<'a>> {
    diagnostics.within(Step::Key(key), |diagnostics| {
        let text = within_limit(raw, diagnostics)?;
        report(WebAddress::parse(text), diagnostics)
    })
}

pub(crate) fn read_parsed<T>(
    raw: Text<'_>,
    key: &'static str,
    parse: impl FnOnce(&str) -> Result<T, ValueError>,
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    diagnostics.within(Step::Key(key), |diagnostics| {
        let text = within_limit(raw, diagnostics)?;
        report(parse(&text), diagnostics)
    })
}

pub(crate) fn read_line<'a>(
    raw: Text<'a>,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<Cow<'a, str>> {
    read_text(raw, key, Lines::One, diagnostics)
}

/// Reads a phone number or a code to dial. Full-width characters, as in `＊１００＃`, become the ASCII
/// ones, because a phone dials no others.
pub(crate) fn read_number<'a>(
    raw: Text<'a>,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<Cow<'a, str>> {
    let text = read_line(raw, key, diagnostics)?;
    match to_ascii(&text) {
        Cow::Borrowed(_) => Some(text),
        Cow::Owned(ascii) => Some(Cow::Owned(ascii)),
    }
}

pub(crate) fn read_text<'a>(
    raw: Text<'a>,
    key: &'static str,
    lines: Lines,
    diagnostics: &mut Diagnostics,
) -> Option<Cow<'a, str>> {
    match raw {
        Field::Absent | Field::Faulty => None,
        raw => diagnostics.within(Step::Key(key), |diagnostics| {
            nonempty(raw, lines, diagnostics)
        }),
    }
}

/// Reads the line that is the current value.
pub(crate) fn read_sentence<'a>(
    raw: Text<'a>,
    diagnostics: &mut Diagnostics,
) -> Option<Cow<'a, str>> {
    nonempty(raw, Lines::One, diagnostics)
}

/// Reads the days of the week on which warnings come.
pub(crate) fn read_workdays(
    raw: Field<Texts<'_>>,
    diagnostics: &mut Diagnostics,
) -> Option<Workdays> {
    let Field::Is(OneOrMany(list)) = raw else {
        return None;
    };
    diagnostics.within(Step::Key("workdays"), |diagnostics| {
        if list.is_empty() {
            diagnostics.add(
                Anchor::Value,
                ValueError::new("`workdays` needs at least one day")
                    .hint("write `[mon, tue, wed, thu, fri]`, or remove the line"),
            );
        }
        let mut days = Vec::with_capacity(list.len());
        for (index, raw) in list.into_iter().enumerate() {
            days.extend(diagnostics.within(Step::Item(index), |diagnostics| {
                let text = nonempty(raw, Lines::One, diagnostics)?;
                report(parse_weekday(&text), diagnostics)
            }));
        }
        Workdays::new(days)
    })
}

/// Reads a line that may be empty.
pub(crate) fn read_optional_line<'a>(
    raw: Text<'a>,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<Cow<'a, str>> {
    match raw {
        Field::Is(text) if text.is_empty() => None,
        raw => read_line(raw, key, diagnostics),
    }
}

fn nonempty<'a>(
    raw: Text<'a>,
    lines: Lines,
    diagnostics: &mut Diagnostics,
) -> Option<Cow<'a, str>> {
    let text = within_limit(raw, diagnostics)?;
    match clean(text, lines) {
        Ok(text) if is_empty(&text) => {
            let what = match diagnostics.path().0.as_slice() {
                [.., Step::Key(key), Step::Item(_)] => format!("`{key}` has an empty text"),
                [.., Step::Key(key)] => format!("`{key}` is empty"),
                _ => "this text is empty".to_owned(),
            };
            diagnostics.add(
                Anchor::Value,
                ValueError::new(what).hint("give it a value, or remove the line"),
            );
            None
        }
        Ok(text) => Some(text),
        Err((offset, error)) => {
            diagnostics.add(Anchor::Character(offset), error);
            None
        }
    }
}

/// Returns the text, if it exists and is not too long.
fn within_limit<'a>(raw: Text<'a>, diagnostics: &mut Diagnostics) -> Option<Cow<'a, str>> {
    let Field::Is(text) = raw else { return None };
    if text.len() > MAX_TEXT_BYTES {
        diagnostics.add(
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

fn report<T>(result: Result<T, ValueError>, diagnostics: &mut Diagnostics) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            diagnostics.add(Anchor::Value, error);
            None
        }
    }
}
