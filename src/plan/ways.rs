//! The rules for how a plan is renewed, checked and supported.

use super::contact::{Contact, Method, Sms, Way};
use super::fields::{line, lines, parsed, web};
use super::finding::{Aim, Findings, Step};
use super::raw::{Field, OneOrMany, RawContact, RawSms, RawWay};
use crate::date;
use crate::invalid::Invalid;

pub(super) fn ways<'a>(
    raw: Field<OneOrMany<Field<RawWay<'a>>>>,
    validity_is_absent: bool,
    f: &mut Findings,
) -> Vec<Way<'a>> {
    let Field::Is(OneOrMany(list)) = raw else {
        return Vec::new();
    };
    let mut ways: Vec<Way<'a>> = Vec::with_capacity(list.len());
    f.within(Step::Key("renewal"), |f| {
        for (index, raw) in list.into_iter().enumerate() {
            let Field::Is(raw) = raw else { continue };
            f.within(Step::Item(index), |f| {
                let way = way(raw, f);
                if way.method == Method::AutoDebit {
                    let fault = if validity_is_absent {
                        Some(
                            Invalid::new("`auto-debit` needs `validity`: how often does it renew?")
                                .hint("add a line such as `validity: 1 month`"),
                        )
                    } else if ways.iter().any(|other| other.method == Method::AutoDebit) {
                        Some(Invalid::new(
                            "a second `auto-debit`: a plan renews by itself in one way",
                        ))
                    } else {
                        None
                    };
                    if let Some(fault) = fault {
                        f.within(Step::Key("method"), |f| f.add(Aim::Value, fault));
                    }
                }
                ways.push(way);
            });
        }
    });
    ways
}

fn way<'a>(raw: RawWay<'a>, f: &mut Findings) -> Way<'a> {
    let method_is_absent = matches!(raw.method, Field::Absent);
    let method = parsed(raw.method, "method", Method::parse, f);
    let until_given = !matches!(raw.until, Field::Absent);
    let until = parsed(raw.until, "until", date::parse, f);
    let is_other = method.is_some_and(|method| method != Method::AutoDebit);
    if until_given && (method_is_absent || is_other) {
        f.within(Step::Key("until"), |f| {
            f.add(
                Aim::Key,
                Invalid::new("`until` says when an `auto-debit` ends, and this is none")
                    .hint("add `method: auto-debit`, or remove the line"),
            );
        });
    }
    Way {
        method: method.unwrap_or(Method::Other),
        action: line(raw.action, "action", f),
        contact: Contact {
            url: web(raw.url, "url", f),
            app: line(raw.app, "app", f),
            dial: line(raw.dial, "dial", f),
            sms: sms(raw.sms, f),
            call: line(raw.call, "call", f),
        },
        steps: lines(raw.steps, "steps", f),
        until,
    }
}

pub(super) fn contact<'a>(
    raw: Field<RawContact<'a>>,
    key: &'static str,
    f: &mut Findings,
) -> Option<Contact<'a>> {
    let Field::Is(raw) = raw else { return None };
    f.within(Step::Key(key), |f| {
        let contact = Contact {
            url: web(raw.url, "url", f),
            app: line(raw.app, "app", f),
            dial: line(raw.dial, "dial", f),
            sms: sms(raw.sms, f),
            call: line(raw.call, "call", f),
        };
        Some(contact).filter(|contact| !contact.is_empty())
    })
}

fn sms<'a>(raw: Field<RawSms<'a>>, f: &mut Findings) -> Option<Sms<'a>> {
    let Field::Is(raw) = raw else { return None };
    f.within(Step::Key("sms"), |f| {
        if matches!(raw.to, Field::Absent) {
            f.add(
                Aim::Key,
                Invalid::new("`sms` needs `to`, the number that it goes to"),
            );
        }
        let text = line(raw.text, "text", f);
        Some(Sms {
            to: line(raw.to, "to", f)?,
            text,
        })
    })
}
