//! The rules for how a plan is renewed, checked and supported.

use crate::plan::contact::{Contact, Method, RenewalMethod, Sms};
use crate::plan::diagnostic::{Anchor, Diagnostics, Step};
use crate::plan::fields::{line, lines, parsed, web};
use crate::plan::raw::{Field, OneOrMany, RawContact, RawSms, RawWay};
use crate::text::value_error::ValueError;
use crate::time::date;

pub(crate) fn ways<'a>(
    raw: Field<OneOrMany<Field<RawWay<'a>>>>,
    validity_is_absent: bool,
    f: &mut Diagnostics,
) -> Vec<RenewalMethod<'a>> {
    let Field::Is(OneOrMany(list)) = raw else {
        return Vec::new();
    };
    let mut ways: Vec<RenewalMethod<'a>> = Vec::with_capacity(list.len());
    f.within(Step::Key("renewal"), |f| {
        for (index, raw) in list.into_iter().enumerate() {
            let Field::Is(raw) = raw else { continue };
            f.within(Step::Item(index), |f| {
                let way = way(raw, f);
                if way.method == Method::AutoDebit {
                    let fault = if validity_is_absent {
                        Some(
                            ValueError::new(
                                "`auto-debit` needs `validity`: how often does it renew?",
                            )
                            .hint("add a line such as `validity: 1 month`"),
                        )
                    } else if ways.iter().any(|other| other.method == Method::AutoDebit) {
                        Some(ValueError::new(
                            "a second `auto-debit`: a plan renews by itself in one way",
                        ))
                    } else {
                        None
                    };
                    if let Some(fault) = fault {
                        f.within(Step::Key("method"), |f| f.add(Anchor::Value, fault));
                    }
                }
                ways.push(way);
            });
        }
    });
    ways
}

fn way<'a>(raw: RawWay<'a>, f: &mut Diagnostics) -> RenewalMethod<'a> {
    let method_is_absent = matches!(raw.method, Field::Absent);
    let method = parsed(raw.method, "method", Method::parse, f);
    let until_given = !matches!(raw.until, Field::Absent);
    let until = parsed(raw.until, "until", date::parse, f);
    let is_other = method.is_some_and(|method| method != Method::AutoDebit);
    if until_given && (method_is_absent || is_other) {
        f.within(Step::Key("until"), |f| {
            f.add(
                Anchor::Key,
                ValueError::new("`until` says when an `auto-debit` ends, and this is none")
                    .hint("add `method: auto-debit`, or remove the line"),
            );
        });
    }
    RenewalMethod {
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

pub(crate) fn contact<'a>(
    raw: Field<RawContact<'a>>,
    key: &'static str,
    f: &mut Diagnostics,
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

fn sms<'a>(raw: Field<RawSms<'a>>, f: &mut Diagnostics) -> Option<Sms<'a>> {
    let Field::Is(raw) = raw else { return None };
    f.within(Step::Key("sms"), |f| {
        if matches!(raw.to, Field::Absent) {
            f.add(
                Anchor::Key,
                ValueError::new("`sms` needs `to`, the number that it goes to"),
            );
        }
        let text = line(raw.text, "text", f);
        Some(Sms {
            to: line(raw.to, "to", f)?,
            text,
        })
    })
}
