//! The rules for how a plan is renewed, checked and supported.

use crate::plan::contact::{Cancel, Contact, LENGTH_UNITS, Method, RenewalMethod, Sms, Terms};
use crate::plan::diagnostic::{Anchor, Diagnostics, Step};
use crate::plan::expiry::LastDay;
use crate::plan::fields::{
    read_line, read_lines, read_number, read_parsed, read_sentence, read_web_address,
};
use crate::plan::raw::{
    Field, OneOrMany, RawCancel, RawContact, RawRenewalMethod, RawSms, RawTerms,
};
use crate::plan::value::price::Price;
use crate::plan::value::url::WebAddress;
use crate::text::value_error::{ValueError, quoted};
use crate::time::date;
use crate::time::period::Period;

pub(crate) fn read_renewal_methods<'a>(
    raw: Field<OneOrMany<Field<RawRenewalMethod<'a>>>>,
    validity_is_absent: bool,
    diagnostics: &mut Diagnostics,
) -> Vec<RenewalMethod<'a>> {
    let Field::Is(OneOrMany(list)) = raw else {
        return Vec::new();
    };
    let mut methods: Vec<RenewalMethod<'a>> = Vec::with_capacity(list.len());
    let mut given = Vec::with_capacity(list.len());
    diagnostics.within(Step::Key("renewal"), |diagnostics| {
        for (index, raw) in list.into_iter().enumerate() {
            let Field::Is(raw) = raw else { continue };
            given.push((index, !matches!(raw.validity, Field::Absent)));
            diagnostics.within(Step::Item(index), |diagnostics| {
                let method = read_renewal_method(raw, diagnostics);
                if method.method == Method::AutoDebit {
                    let fault = if validity_is_absent {
                        Some(
                            ValueError::new(
                                "`auto-debit` needs `validity`: how often does it renew?",
                            )
                            .hint("add a line such as `validity: 1 month`"),
                        )
                    } else if methods
                        .iter()
                        .any(|other| other.method == Method::AutoDebit)
                    {
                        Some(ValueError::new(
                            "a second `auto-debit`: a plan can have only one",
                        ))
                    } else {
                        None
                    };
                    if let Some(fault) = fault {
                        diagnostics.within(Step::Key("method"), |diagnostics| {
                            diagnostics.add(Anchor::Value, fault)
                        });
                    }
                }
                methods.push(method);
            });
        }
        check_validities(&methods, &given, diagnostics);
    });
    methods
}

/// Checks that each way that is done by hand has a validity, if one of them has. `given` has, for
/// each way, its index in the file and whether the file gives a validity that can or cannot be read.
fn check_validities(
    methods: &[RenewalMethod<'_>],
    given: &[(usize, bool)],
    diagnostics: &mut Diagnostics,
) {
    if !given.iter().any(|(_, has_validity)| *has_validity) {
        return;
    }
    for (method, (index, has_validity)) in methods.iter().zip(given) {
        if !has_validity && method.method != Method::AutoDebit {
            diagnostics.within(Step::Item(*index), |diagnostics| {
                diagnostics.add(
                    Anchor::Value,
                    ValueError::new("this way has no `validity`, and another way has one").hint(
                        "add how long a renewal in this way lasts, such as `validity: 3 months`",
                    ),
                );
            });
        }
    }
}

fn read_renewal_method<'a>(
    raw: RawRenewalMethod<'a>,
    diagnostics: &mut Diagnostics,
) -> RenewalMethod<'a> {
    let method_is_absent = matches!(raw.method, Field::Absent);
    let method = read_parsed(raw.method, "method", Method::parse, diagnostics);
    let until_given = !matches!(raw.until, Field::Absent);
    let until = read_parsed(raw.until, "until", LastDay::parse, diagnostics);
    let is_other = method.is_some_and(|method| method != Method::AutoDebit);
    if until_given && (method_is_absent || is_other) {
        diagnostics.within(Step::Key("until"), |diagnostics| {
            diagnostics.add(
                Anchor::Key,
                ValueError::new("only a way with `method: auto-debit` can have an `until`")
                    .hint("add `method: auto-debit`, or remove the line"),
            );
        });
    }
    let validity_given = !matches!(raw.validity, Field::Absent);
    let validity = read_parsed(raw.validity, "validity", Period::parse, diagnostics);
    if validity_given && method == Some(Method::AutoDebit) {
        diagnostics.within(Step::Key("validity"), |diagnostics| {
            diagnostics.add(
                Anchor::Key,
                ValueError::new("an `auto-debit` has no `validity` of its own: the plan's applies")
                    .hint("move `validity` to the plan, in line with its `name`"),
            );
        });
    }
    RenewalMethod {
        method: method.unwrap_or(Method::Other),
        action: read_line(raw.action, "action", diagnostics),
        price: read_parsed(raw.price, "price", Price::parse, diagnostics),
        validity,
        contact: Contact {
            action: None,
            url: read_web_address(raw.url, "url", diagnostics),
            app: read_line(raw.app, "app", diagnostics),
            dial: read_number(raw.dial, "dial", diagnostics),
            sms: read_sms(raw.sms, diagnostics),
            call: read_number(raw.call, "call", diagnostics),
        },
        steps: read_lines(raw.steps, "steps", diagnostics),
        until: until.map(LastDay::day),
    }
}

pub(crate) fn read_contact<'a>(
    raw: Field<RawContact<'a>>,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<Contact<'a>> {
    let Field::Is(raw) = raw else { return None };
    diagnostics.within(Step::Key(key), |diagnostics| {
        read_contact_value(raw, key, diagnostics)
    })
}

pub(crate) fn read_cancel<'a>(
    raw: Field<RawCancel<'a>>,
    renews_by_itself: bool,
    validity: Option<Period>,
    diagnostics: &mut Diagnostics,
) -> Option<Cancel<'a>> {
    let Field::Is(raw) = raw else { return None };
    diagnostics.within(Step::Key("cancel"), |diagnostics| {
        let notice_given = !matches!(raw.notice, Field::Absent);
        let notice = read_parsed(raw.notice, "notice", Period::parse, diagnostics);
        let error = match (notice, validity) {
            _ if notice_given && !renews_by_itself => Some(
                ValueError::new(
                    "only a plan that renews by itself can have a `notice`",
                )
                .hint("add `method: auto-debit` to its `renewal`, or remove the line"),
            ),
            (Some(notice), Some(validity)) if notice.max_days() > validity.max_days() => Some(
                ValueError::new("the `notice` is longer than the plan's `validity`")
                    .hint("say how long before each automatic renewal to cancel, such as `notice: 2 weeks`"),
            ),
            _ => None,
        };
        if let Some(error) = error {
            diagnostics.within(Step::Key("notice"), |diagnostics| {
                diagnostics.add(Anchor::Key, error);
            });
        }
        let contact = RawContact {
            sentence: raw.sentence,
            action: raw.action,
            url: raw.url,
            app: raw.app,
            dial: raw.dial,
            sms: raw.sms,
            call: raw.call,
        };
        let contact = read_contact_value(contact, "cancel", diagnostics);
        let is_empty = contact.is_none() && notice.is_none();
        (!is_empty).then(|| Cancel {
            contact: contact.unwrap_or_default(),
            notice,
        })
    })
}

pub(crate) fn read_terms<'a>(
    raw: Field<RawTerms<'a>>,
    diagnostics: &mut Diagnostics,
) -> Option<Terms<'a>> {
    let Field::Is(raw) = raw else { return None };
    diagnostics.within(Step::Key("terms"), |diagnostics| {
        if matches!(raw.url, Field::Absent) {
            diagnostics.add(
                Anchor::Key,
                ValueError::new("`terms` needs `url`, the page with the rules")
                    .hint("add a line such as `url: https://www.example.org/terms`"),
            );
        }
        let checked = read_parsed(raw.checked, "checked", date::parse, diagnostics);
        Some(Terms {
            url: read_web_address(raw.url, "url", diagnostics)?,
            checked,
        })
    })
}

/// Reads the value of a key that takes a contact. `None` if it is empty.
fn read_contact_value<'a>(
    raw: RawContact<'a>,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<Contact<'a>> {
    let action = match raw.sentence {
        Field::Absent => read_line(raw.action, "action", diagnostics),
        sentence => {
            if let Field::Is(text) = &sentence
                && let Some(error) = no_sentence(text, key)
            {
                diagnostics.add(Anchor::Value, error);
                return None;
            }
            read_sentence(sentence, diagnostics)
        }
    };
    let contact = Contact {
        action,
        url: read_web_address(raw.url, "url", diagnostics),
        app: read_line(raw.app, "app", diagnostics),
        dial: read_number(raw.dial, "dial", diagnostics),
        sms: read_sms(raw.sms, diagnostics),
        call: read_number(raw.call, "call", diagnostics),
    };
    Some(contact).filter(|contact| !contact.is_empty())
}

/// The error for a text that is a link, a number or a length of time instead of a sentence. In a
/// mapping, it becomes something that a reader can click, or a rule.
fn no_sentence(text: &str, key: &str) -> Option<ValueError> {
    let with_scheme = match text.starts_with("www.") {
        true => format!("https://{text}"),
        false => text.to_owned(),
    };
    let is_of_digits = text.contains(|c: char| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || "+-*#().,/ ".contains(c));
    let hint = if WebAddress::parse(with_scheme.as_str().into()).is_ok() {
        Some(format!("write `{key}: {{url: {with_scheme}}}`"))
    } else if date::parse(text).is_ok() {
        let is_end = key == "cancel";
        is_end.then(|| format!("to end the plan on that day, write `ended: {text}`"))
    } else if is_of_digits && text.contains(['*', '#']) {
        Some(format!("write `{key}: {{dial: \"{text}\"}}`"))
    } else if is_of_digits {
        Some(format!("write `{key}: {{call: \"{text}\"}}`"))
    } else if is_length(text) {
        let is_notice = key == "cancel";
        is_notice.then(|| format!("write `cancel: {{notice: {text}}}`"))
    } else if is_number(text) {
        None
    } else {
        return None;
    };
    let mut error = ValueError::new(format!(
        "`{key}` must be a mapping or a sentence, found {}",
        quoted(text)
    ));
    error.hint = hint;
    Some(error)
}

/// Whether a text is a number with one of the units that a length of time has, such as `1 month`.
fn is_length(text: &str) -> bool {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    unit.len() < text.len() && LENGTH_UNITS.contains(&unit.strip_prefix(' ').unwrap_or(unit))
}

/// Whether YAML reads a text as a number, although it has letters.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_based = ["0x", "0o", "0b"].into_iter().any(|base| {
        let digits = unsigned.strip_prefix(base);
        digits.is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_hexdigit()))
    });
    let is_decimal = text.contains(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok();
    let no_numbers = [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"];
    is_based || is_decimal || no_numbers.contains(&unsigned)
}

fn read_sms<'a>(raw: Field<RawSms<'a>>, diagnostics: &mut Diagnostics) -> Option<Sms<'a>> {
    let Field::Is(raw) = raw else { return None };
    diagnostics.within(Step::Key("sms"), |diagnostics| {
        if matches!(raw.to, Field::Absent) {
            diagnostics.add(
                Anchor::Key,
                ValueError::new("`sms` needs `to`, the number that it goes to"),
            );
        }
        let text = read_line(raw.text, "text", diagnostics);
        Some(Sms {
            to: read_number(raw.to, "to", diagnostics)?,
            text,
        })
    })
}
