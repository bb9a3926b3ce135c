//! The day and the price of a renewal in few keys.

use crate::harness::Place;

/// The last record of the plan's history after a renewal on 2026-10-05 or the day before, or what is
/// said if it fails.
fn recorded(plan: &str, arguments: &[&str]) -> Result<String, String> {
    let text = format!("- {{id: sim, name: SIM, expires: 2026-10-20, validity: 1 month{plan}}}\n");
    let place = Place::with("plans.yaml", &text);
    let left = place.run(&[&["renew", "--today", "2026-10-05"], arguments].concat());
    let now = place.read("plans.yaml");
    if left.code != Some(0) {
        assert_eq!((left.code, now), (Some(2), text), "{arguments:?}");
        // clap's line that leads to the help.
        let said = left.err.split("\n\nFor more").next();
        return Err(said.unwrap_or_default().trim_end().to_owned());
    }
    let record = now.rsplit_once('{').expect("a record").1;
    let record = record.split_once('}').expect("its end").0;
    Ok(record.to_owned())
}

#[test]
fn the_day_may_be_a_word() {
    for (day, expected) in [
        ("today", "on: 2026-10-05"),
        ("yesterday", "on: 2026-10-04"),
        ("2026-10-01", "on: 2026-10-01"),
        ("2026年10月1日", "on: 2026-10-01"),
    ] {
        let record = recorded("", &["sim", "--on", day]);
        assert_eq!(record.as_deref(), Ok(expected), "{day}");
    }
    for (day, expected) in [
        (
            "tomorrow",
            "error: invalid value 'tomorrow' for '--on <DATE>': `tomorrow` is not a date; write year, month and day as `2026-10-05`; `today` and `yesterday` are allowed too",
        ),
        (
            "2026-10",
            "error: invalid value '2026-10' for '--on <DATE>': `2026-10` is not a date; name the day as well, as in `2026-10-15`; `today` and `yesterday` are allowed too",
        ),
    ] {
        let said = recorded("", &["sim", "--on", day]);
        assert_eq!(said, Err(expected.to_owned()), "{day}");
    }
}

/// Yesterday is the day before today in the time zone of the list.
#[test]
fn yesterday_is_that_of_the_list() {
    let days = ["Pacific/Kiritimati", "Pacific/Pago_Pago"].map(|zone| {
        let text = format!(
            "calendar: {{timezone: {zone}}}\nplans: [{{id: sim, name: SIM, renewed: 2020-01-01, validity: 99 years}}]\n"
        );
        let place = Place::with("plans.yaml", text);
        let left = place.run(&["renew", "sim", "--on", "yesterday"]);
        assert_eq!(left.code, Some(0), "{}", left.err);
        let now = place.read("plans.yaml");
        let day = now.split("renewed: ").nth(1).expect("a day")[..10].to_owned();
        chrono::NaiveDate::parse_from_str(&day, "%Y-%m-%d").expect("a date")
    });
    // They are 25 hours apart.
    let apart = (days[0] - days[1]).num_days();
    assert!(matches!(apart, 1 | 2), "{days:?}");
}

#[test]
fn a_number_takes_the_currency_of_the_plan() {
    let way = ", renewal: {method: shop, price: 5 EUR}";
    let ways = ", price: 9 SEK, renewal: [{method: shop}, {method: website, price: 5 EUR}]";
    let history = ", history: [{on: 2026-09-01, paid: 3 USD}, {on: 2026-08-01, paid: 3 GBP}, {on: 2026-09-20}]";
    for (plan, arguments, expected) in [
        (", price: 49 NOK", &["--paid", "49"][..], "49 NOK"),
        (", price: 9 NOK", &["--paid", "49.50"], "49.50 NOK"),
        (", price: 9 NOK", &["--paid=49,50"], "49.50 NOK"),
        (", price: 9 NOK", &["--paid", "49 kr"], "49 NOK"),
        (", price: 9 NOK", &["--paid", "EUR 4"], "4 EUR"),
        (way, &["--paid", "4"], "4 EUR"),
        (ways, &["--paid", "4"], "4 SEK"),
        (ways, &["--paid", "4", "--way", "1"], "4 SEK"),
        (ways, &["--paid", "4", "--way", "2"], "4 EUR"),
        (history, &["--paid", "4"], "4 USD"),
        ("", &["--paid", "4 USD"], "4 USD"),
    ] {
        let record = recorded(plan, &[&["sim"], arguments].concat());
        let expected = format!("on: 2026-10-05, paid: {expected}");
        assert_eq!(record, Ok(expected), "{plan} {arguments:?}");
    }
    for (plan, paid, expected) in [
        (
            "",
            "49",
            "error: `--paid`: `49` has no currency\nhint: the plan has no price with a currency: write `49 NOK`",
        ),
        (
            "",
            "49 kr",
            "error: `--paid`: `kr` in `49 kr` is not a currency code of ISO 4217\nhint: write `49 NOK`, `49 SEK`, `49 DKK` or `49 ISK`",
        ),
        (
            ", price: 9 EUR",
            "1.299",
            "error: `--paid`: `1.299 EUR` has 3 decimals, and EUR has 2\nhint: write `1299 EUR` or `1.30 EUR`",
        ),
    ] {
        let said = recorded(plan, &["sim", "--paid", paid]);
        assert_eq!(said, Err(expected.to_owned()), "{paid}");
    }
}

#[test]
fn paid_alone_takes_the_price_of_the_way() {
    let ways = ", price: 9 SEK, renewal: [{method: shop, price: 5 EUR}, {method: website}]";
    for (plan, arguments, expected) in [
        (", price: 49 NOK", &["sim", "--paid"][..], "49 NOK"),
        (
            ", price: 49 NOK",
            &["--paid", "--note=x", "sim"],
            "49 NOK, note: x",
        ),
        (ways, &["sim", "--paid"], "5 EUR"),
        (ways, &["sim", "--paid", "--way", "1"], "5 EUR"),
        (ways, &["sim", "--paid", "--way", "2"], "9 SEK"),
    ] {
        let record = recorded(plan, arguments);
        let expected = format!("on: 2026-10-05, paid: {expected}");
        assert_eq!(record, Ok(expected), "{plan} {arguments:?}");
    }
    let no_price = recorded(
        ", history: [{on: 2026-09-01, paid: 3 USD}]",
        &["sim", "--paid"],
    );
    assert_eq!(
        no_price.expect_err("no price"),
        "error: `sim` has no price\nhint: say what it cost: `--paid \"49 NOK\"`"
    );
    let odd = recorded(", price: 1.299 EUR", &["sim", "--paid"]);
    assert_eq!(
        odd.expect_err("an odd price"),
        "error: `1.299 EUR` has 3 decimals, and EUR has 2\nhint: write `1299 EUR` or `1.30 EUR`"
    );
}

#[test]
fn what_is_no_price_is_probably_the_plan() {
    for value in ["sim", "plans.yaml", "sim 2", ""] {
        let said = recorded(", price: 49 NOK", &["--paid", value]).expect_err(value);
        let expected = format!(
            "for '--paid [<PRICE>]': `{value}` is not a price; write it as `49 NOK`, `NOK 49` or, in the plan's currency, `49`; without a price, write `--paid` last or before another option"
        );
        assert!(said.ends_with(&expected), "{said}");
    }
    let said = recorded("", &["sim", "--way", "7", "--paid", "4"]).expect_err("no such way");
    assert!(said.contains("`4` has no currency"), "{said}");
}
