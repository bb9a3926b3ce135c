//! Any list and any renewal: the list changes as requested, and every byte outside of the splices
//! stays.
//!
//! A NUL, which is not allowed in a plans file, ends the text. The renewal follows: three bytes that
//! choose the plan, the options and the day, then lines for its receipt, its note and its validity.
//! Without a NUL the first plans are renewed without options.

#![no_main]

use chrono::{Days, NaiveDate};
use libfuzzer_sys::fuzz_target;
use weekahead::internals::{
    Document, Edit, Expiry, Extends, NewValidity, Period, Plan, PlanList, Price, RenewError,
    Renewal, RenewalRecord, hunks, renew, without_mark,
};
use weekahead_fuzz::{placed, read_by_both};

#[path = "../../integration/renew/diffs.rs"]
mod diffs;

/// How many plans of a list are renewed.
const RENEWED: usize = 4;

fuzz_target!(|bytes: &[u8]| {
    let (bytes, asked) = match bytes.iter().position(|byte| *byte == 0) {
        Some(end) => (&bytes[..end], Some(&bytes[end + 1..])),
        None => (bytes, None),
    };
    let Ok(document) = Document::read(bytes) else {
        return;
    };
    let plans = document.list().plans.len();
    match asked {
        Some([plan, flags, day, lines @ ..]) => {
            let renewal = renewal(*flags, *day, lines);
            check(bytes, &document, usize::from(*plan) % plans, &renewal);
        }
        _ => {
            for plan in 0..plans.min(RENEWED) {
                check(bytes, &document, plan, &renewal(0, 0, b""));
            }
        }
    }
});

/// The renewal that the bytes describe.
fn renewal(flags: u8, day: u8, lines: &[u8]) -> Renewal {
    let on = NaiveDate::from_ymd_opt(2026, 10, 5).expect("a day") + Days::new(u64::from(day));
    let text = String::from_utf8_lossy(lines);
    let mut lines = text.splitn(3, '\n').map(str::to_owned);
    let mut line = |flag: u8| lines.next().filter(|_| flags & flag != 0);
    let (receipt, note, length) = (line(1), line(2), line(4));
    let validity = match length {
        Some(text) => Period::parse(&text)
            .ok()
            .map(|it| NewValidity::For(it, text)),
        None if flags & 8 != 0 => Some(NewValidity::Until(
            (on + Days::new(u64::from(flags))).into(),
        )),
        None => None,
    };
    Renewal {
        on,
        way: None,
        paid: (flags & 16 != 0).then(|| Price::parse("14.50 EUR").expect("a price")),
        receipt,
        note,
        validity,
        from_expiry: flags & 32 != 0,
    }
}

fn check(bytes: &[u8], document: &Document<'_>, index: usize, renewal: &Renewal) {
    let edit = match renew(document, index, renewal, renewal.on) {
        Ok(edit) => edit,
        Err(RenewError::InvalidRequest(_)) => return,
        Err(RenewError::Refused(finding) | RenewError::ByHand(finding, _)) => {
            placed(document.problems(*finding).list(), bytes);
            return;
        }
    };
    let text = document.text();
    assert_eq!(std::str::from_utf8(without_mark(bytes)), Ok(text));
    let read = match Document::read(edit.text.as_bytes()) {
        Ok(read) => read,
        Err(problems) => panic!("{problems:?}\n{text}\nbecomes\n{}", edit.text),
    };
    read_by_both(&edit.text, read.list());
    differs_in_one(document.list(), read.list(), index, &edit);
    renewed(&document.list().plans[index], &edit.plan, renewal);
    spliced(text, &edit);
    diffs::check(text, &edit.text, &hunks(text, &edit.text));
    let alone = |text: &str| text.matches('\n').count() - text.matches("\r\n").count();
    let is_all_pairs = alone(text) == 0 && text.contains("\r\n");
    assert!(!is_all_pairs || alone(&edit.text) == 0, "{:?}", edit.text);
}

/// The lists differ only in the plan at `index`, and there only in its dates and its history.
fn differs_in_one(before: &PlanList<'_>, after: &PlanList<'_>, index: usize, edit: &Edit<'_>) {
    assert_eq!(after.settings, before.settings);
    assert_eq!(after.plans.len(), before.plans.len());
    for (at, (after, before)) in after.plans.iter().zip(&before.plans).enumerate() {
        if at == index {
            assert_eq!(after, &edit.plan, "{}", edit.text);
            let dated = Plan {
                expiry: after.expiry,
                history: after.history.clone(),
                ..before.clone()
            };
            assert_eq!(after, &dated, "{}", edit.text);
        } else {
            assert_eq!(after, before, "{}", edit.text);
        }
    }
}

/// The plan is as the renewal must change it, computed without its text.
fn renewed(before: &Plan<'_>, after: &Plan<'_>, renewal: &Renewal) {
    let on = renewal.on;
    let bare = |on| RenewalRecord {
        on,
        paid: None,
        receipt: None,
        note: None,
        from: None,
    };
    // Known records stay in their order. New ones are at one end: the renewal, and the previous one
    // if its date was overwritten.
    let known = &before.history;
    let is_lost = |day: &NaiveDate| {
        (known.is_empty() || after.expiry.renewed() != Some(*day))
            && !known.iter().any(|entry| entry.on == *day)
    };
    let lost = before.expiry.renewed().filter(|day| *day < on);
    let lost: Vec<RenewalRecord<'_>> = lost.filter(is_lost).map(bare).into_iter().collect();
    let oldest_first = [&known[..], &lost].concat();
    let entry = match after.history.as_slice() {
        [others @ .., last] if last.on == on && others == oldest_first => last,
        [first, others @ ..] => {
            assert_eq!(others, [&lost, &known[..]].concat());
            first
        }
        [] => panic!("there is no history"),
    };
    assert_eq!((entry.on, entry.paid), (on, renewal.paid));
    for (written, asked) in [
        (&entry.receipt, &renewal.receipt),
        (&entry.note, &renewal.note),
    ] {
        assert_eq!(written.is_some(), asked.is_some());
        if let (Some(written), Some(asked)) = (written, asked)
            && asked
                .chars()
                .all(|c| c == ' ' || !c.is_whitespace() && !c.is_control())
        {
            assert_eq!(written, asked.trim());
        }
    }

    if before.expiry_on(on).is_none() {
        assert_eq!(after.expiry, before.expiry);
        return;
    };
    let lapsed = before.auto_renewal_ended_before(on);
    let until = match renewal.validity {
        Some(NewValidity::Until(day)) => Some(day),
        _ => None,
    };
    let asked = match renewal.validity {
        Some(NewValidity::For(period, _)) => Some(period),
        _ => None,
    };
    let term = match (before.expiry, until) {
        (Expiry::FromRenewal { validity, .. }, Some(expires)) if lapsed.is_some() => {
            Expiry::Explicit {
                expires,
                renewed: None,
                validity: Some(validity),
                extends: Extends::FromRenewal,
            }
        }
        (Expiry::FromRenewal { .. }, Some(expires)) => Expiry::Explicit {
            expires,
            renewed: Some(on),
            validity: None,
            extends: Extends::FromRenewal,
        },
        (Expiry::FromRenewal { validity, .. }, None) => Expiry::FromRenewal {
            renewed: on,
            validity: asked.unwrap_or(validity),
        },
        (
            Expiry::Explicit {
                expires,
                renewed,
                validity,
                extends,
            },
            until,
        ) => {
            let period = asked.or(validity);
            let is_from_expiry = extends == Extends::FromExpiry || renewal.from_expiry;
            let never_shorter = extends == Extends::NeverShorter && !is_from_expiry;
            let was_cut = before.history.iter().any(|entry| entry.from.is_some());
            let counted = match (until, is_from_expiry) {
                (Some(day), _) => day,
                // Counted from the day that a short month cut off; the unit tests cover these.
                (None, true) if was_cut || lapsed.is_some() => match after.expiry {
                    Expiry::Explicit { expires, .. } => expires,
                    Expiry::FromRenewal { .. } => panic!("the form stays"),
                },
                (None, true) => expires.after(period.expect("a length"), 1).expect("a day"),
                (None, false) => match period.expect("a length").after(on, 1).expect("a day") {
                    day if never_shorter && day <= expires.day() => expires,
                    day => day.into(),
                },
            };
            Expiry::Explicit {
                expires: counted,
                renewed: renewed.map(|_| on),
                validity: validity.map(|validity| asked.unwrap_or(validity)),
                extends,
            }
        }
    };
    assert_eq!(after.expiry, term);
}

/// The splices turn the old text into the new one.
fn spliced(before: &str, edit: &Edit<'_>) {
    let (mut old, mut new, mut at) = (before, edit.text.as_str(), 0);
    for splice in &edit.splices {
        let same = splice.range.start - at;
        assert_eq!(new[..same], old[..same]);
        assert!(new[same..].starts_with(&splice.text), "{before}");
        new = &new[same + splice.text.len()..];
        old = &old[same + splice.range.len()..];
        at = splice.range.end;
    }
    assert_eq!(new, old, "{before}");
}
