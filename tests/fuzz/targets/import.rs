//! Any bytes as a calendar or a table: what is imported reads back as plans, with names and dates
//! that stand in the file, and comes back again from their own feed. A plans file is taken to its
//! feed, and its plans come back from that.

#![no_main]

use chrono::{Days, NaiveDate};
use libfuzzer_sys::fuzz_target;
use weekahead::internals::{Document, Expiry, ImportError, ImportOptions, Imported, PlanList, import};
use weekahead_fuzz::{feed, is_small, read_by_both, today};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(document) = Document::read(bytes) {
        comes_back(document.list());
    }
    let Some(imported) = imported(bytes) else {
        return;
    };
    let lines = 1 + bytes.iter().filter(|byte| b"\r\n".contains(byte)).count();
    for omission in &imported.omissions {
        assert!(omission.line <= lines, "{omission:?}");
    }
    let Some(plans_file) = &imported.plans_file else {
        assert_eq!(imported.plans, 0);
        return;
    };
    let document = Document::read(plans_file.as_bytes()).expect("no problems");
    let list = document.list();
    assert_eq!(list.plans.len(), imported.plans);
    read_by_both(plans_file, list);
    is_in_the_file(list, bytes, &imported);
    comes_back(list);
});

/// What is made of a file, if anything can be.
fn imported(bytes: &[u8]) -> Option<Imported> {
    match import(bytes, "a file", &ImportOptions::on(today())) {
        Ok(imported) => Some(imported),
        Err(ImportError::Unusable(..) | ImportError::PlansFile) => None,
        Err(ImportError::InvalidResult(problems, text)) => panic!("{problems:?}\n{text}"),
    }
}

/// Nothing is guessed: names and days stand in the file, if it is UTF-8.
fn is_in_the_file(list: &PlanList<'_>, bytes: &[u8], imported: &Imported) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let unfolded: String = ["\r\n", "\n", "\r"].iter().fold(text.into(), |text, end| {
        let folded = text.replace(&format!("{end} "), "");
        folded.replace(&format!("{end}\t"), "")
    });
    // Without what escapes and separators may have become.
    let bare = |text: &str| -> String {
        let is_kept = |c: &char| !(c.is_whitespace() || c.is_control() || "\\\"nN".contains(*c));
        text.chars().filter(is_kept).collect()
    };
    let (written, upper) = (bare(&unfolded), unfolded.to_ascii_uppercase());
    // Days by a rule are not written down.
    let is_worked_out = ["RRULE", "RDATE"];
    let is_worked_out = is_worked_out.iter().any(|name| upper.contains(name));
    let stands = |day: NaiveDate| {
        // A table may have a date in words, but not without its year.
        let form = if imported.is_calendar {
            "%Y%m%d"
        } else {
            "%y"
        };
        upper.contains(&day.format(form).to_string())
    };
    for plan in &list.plans {
        assert!(written.contains(&bare(&plan.name)), "{:?}", plan.name);
        if is_worked_out {
            continue;
        }
        match plan.expiry {
            // The end of an event is the day after its last, and a time in UTC may lie on the day
            // before or after.
            Expiry::Explicit { expires, .. } => {
                let expires = expires.day();
                let near = [expires - Days::new(1), expires + Days::new(1)];
                let is_near = imported.is_calendar && near.into_iter().any(&stands);
                assert!(stands(expires) || is_near, "{expires}");
            }
            Expiry::FromRenewal { renewed, .. } => {
                assert!(imported.is_calendar || stands(renewed), "{renewed}");
            }
        }
    }
}

/// The feed of a list gives its plans back with their names and dates, unless one renews by itself or
/// was given up: the events of such a plan do not show everything.
fn comes_back(list: &PlanList<'_>) {
    let is_told = list
        .plans
        .iter()
        .all(|plan| plan.automatic().is_none() && plan.ended.is_none());
    if !is_told || !is_small(list) {
        return;
    }
    let feed = feed(list).text;
    let imported = imported(feed.as_bytes()).expect("a calendar");
    let plans_file = imported.plans_file.expect("plans");
    let again = Document::read(plans_file.as_bytes()).expect("no problems");
    let known = |list: &PlanList<'_>| {
        let plans = list.plans.iter();
        let mut known: Vec<_> = plans
            .map(|plan| (plan.name.to_string(), plan.expiry.day()))
            .collect();
        known.sort();
        known
    };
    assert_eq!(known(again.list()), known(list), "{feed}");
}
