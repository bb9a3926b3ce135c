//! A month in place of a day, as bank cards have it: its last day counts.

use serde_json::Value;

use crate::harness::{Place, values};

const CARDS: &str = "\
- {id: card, name: Card, expires: 2027-03, validity: 3 years, extends: from-expiry}
- {id: sim, name: SIM, renewed: 2026-11-20, validity: 1 month, price: 9 EUR, renewal: {method: auto-debit, until: 2027-02}}
";

/// The same list with days.
const DAYS: &str = "\
- {id: card, name: Card, expires: 2027-03-31, validity: 3 years, extends: from-expiry}
- {id: sim, name: SIM, renewed: 2026-11-20, validity: 1 month, price: 9 EUR, renewal: {method: auto-debit, until: 2027-02-28}}
";

#[test]
fn a_month_is_its_last_day_everywhere() {
    let (cards, days) = (
        Place::with("plans.yaml", CARDS),
        Place::with("plans.yaml", DAYS),
    );
    for arguments in [
        &["build"][..],
        &["check"],
        &["check", "--strict"],
        &["check", "--json"],
        &["list"],
        &["list", "card"],
        &["list", "sim"],
        &["list", "--json"],
        &["list", "sim", "--json"],
    ] {
        let mut left = Vec::new();
        for place in [&cards, &days] {
            let today = [arguments, &["--today", "2026-11-29"]].concat();
            left.push(place.run(&today));
        }
        assert_eq!(left[0].code, Some(0), "{arguments:?}");
        assert_eq!(left[0], left[1], "{arguments:?}");
    }
    let feed = cards.feed(&["build", "--quiet", "--today", "2026-11-29"]);
    assert!(
        values(&feed, "SUMMARY").contains(&"Card expires on 31 Mar 2027".to_owned()),
        "{feed}"
    );
    let list = cards.feed(&["list", "--json", "--today", "2026-11-29"]);
    let report: Value = serde_json::from_str(&list).expect("JSON");
    let plans = &report[0]["plans"];
    assert_eq!(plans[1]["expires"], "2027-03-31");
    assert_eq!(plans[0]["renewal"][0]["until"], "2027-02-28");
}

#[test]
fn renew_writes_a_month_where_months_are_counted_from_one() {
    for (plan, arguments, written) in [
        (
            "expires: 2027-02, validity: 3 years, extends: from-expiry",
            &[][..],
            "expires: 2030-02,",
        ),
        // The 28th is the last day of a month, and stays that.
        (
            "expires: 2027-02, validity: 1 month, extends: from-expiry",
            &[],
            "expires: 2027-03,",
        ),
        (
            "expires: 2027-02, validity: 30 days, extends: from-expiry",
            &[],
            "expires: 2027-03-30,",
        ),
        // It counts from the day of the renewal, which is no month.
        (
            "expires: 2027-02, validity: 1 year",
            &[],
            "expires: 2027-11-29,",
        ),
        (
            "expires: 2027-02, validity: 1 year",
            &["--from-expiry"],
            "expires: 2028-02,",
        ),
        (
            "expires: 2027-02",
            &["--until", "2030-02"],
            "expires: 2030-02,",
        ),
        (
            "expires: 2027-02",
            &["--until", "2030-02-15"],
            "expires: 2030-02-15,",
        ),
        (
            "expires: \"2027-02\"",
            &["--until", "2030-03"],
            "expires: \"2030-03\",",
        ),
        (
            "expires: 2026-08, validity: 1 month, extends: from-expiry, renewal: {method: auto-debit, until: 2026-10}",
            &[],
            "expires: 2026-12,",
        ),
    ] {
        let text = format!("- {{id: a, name: A, {plan}}}\n");
        let place = Place::with("plans.yaml", &text);
        let renew = ["renew", "a", "--today", "2026-11-29"];
        let left = place.run(&[&renew[..], arguments].concat());
        assert_eq!(left.code, Some(0), "{plan}: {}", left.err);
        let text = place.read("plans.yaml");
        assert!(text.contains(written), "{plan}: {text}");
    }
}

#[test]
fn a_month_that_is_no_last_day_is_an_error() {
    const DAY: &str = "hint: name the day as well, as in `2026-03-15`";
    for (plan, message, hint) in [
        (
            "renewed: 2026-03, validity: 1 year",
            "`2026-03` is not a date",
            DAY,
        ),
        (
            "expires: 2027-01-31, ended: 2026-03",
            "`2026-03` is not a date",
            DAY,
        ),
        (
            "expires: 2027-01-31, history: [{on: 2026-03}]",
            "`2026-03` is not a date",
            DAY,
        ),
        (
            "expires: 03/27",
            "`03/27` is not a date",
            "hint: write the month as `2027-03`",
        ),
        (
            "expires: 2027-13",
            "`2027-13` is not a month: allowed 1900-01 to 9998-12",
            "",
        ),
    ] {
        let place = Place::with("plans.yaml", format!("- {{name: A, {plan}}}\n"));
        let left = place.run(&["check"]);
        assert_eq!(left.code, Some(1), "{plan}");
        assert!(
            left.out.contains(message) && left.out.contains(hint),
            "{}",
            left.out
        );
    }
}
