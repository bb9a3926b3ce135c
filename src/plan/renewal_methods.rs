//! The rules for how a plan is renewed, checked and supported.

use crate::plan::contact::{Contact, Method, RenewalMethod, Sms};
use crate::plan::diagnostic::{Anchor, Diagnostics, Step};
use crate::plan::expiry::LastDay;
use crate::plan::fields::{read_line, read_lines, read_number, read_parsed, read_web_address};
use crate::plan::raw::{Field, OneOrMany, RawContact, RawRenewalMethod, RawSms};
use crate::text::value_error::ValueError;

pub(crate) fn read_renewal_methods<'a>(
    raw: Field<OneOrMany<Field<RawRenewalMethod<'a>>>>,
    validity_is_absent: bool,
    diagnostics: &mut Diagnostics,
) -> Vec<RenewalMethod<'a>> {
    let Field::Is(OneOrMany(list)) = raw else {
        return Vec::new();
    };
    let mut methods: Vec<RenewalMethod<'a>> = Vec::with_capacity(list.len());
    diagnostics.within(Step::Key("renewal"), |diagnostics| {
        for (index, raw) in list.into_iter().enumerate() {
            let Field::Is(raw) = raw else { continue };
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
                            "a second `auto-debit`: a plan renews by itself in one way",
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
    });
    methods
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
                ValueError::new("`until` says when an `auto-debit` ends, and this is none")
                    .hint("add `method: auto-debit`, or remove the line"),
            );
        });
    }
    RenewalMethod {
        method: method.unwrap_or(Method::Other),
        action: read_line(raw.action, "action", diagnostics),
        contact: Contact {
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
        let contact = Contact {
            url: read_web_address(raw.url, "url", diagnostics),
            app: read_line(raw.app, "app", diagnostics),
            dial: read_number(raw.dial, "dial", diagnostics),
            sms: read_sms(raw.sms, diagnostics),
            call: read_number(raw.call, "call", diagnostics),
        };
        Some(contact).filter(|contact| !contact.is_empty())
    })
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
