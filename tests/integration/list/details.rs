//! One plan whole.

use super::listed;
use crate::harness::Place;

#[test]
fn a_plan_is_shown_with_its_warnings_cycles_and_receipts() {
    let place = Place::with(
        "plans.yaml",
        "calendar: {name: SIMs, remind_at: \"08:30\"}
plans:
- id: telenor
  name: Telenor Kontant
  provider: Telenor
  number: \"+47 900 00 001\"
  renewed: 2026-10-05
  validity: 3 months
  grace: 10 days
  price: 49 NOK
  renewal: {method: website, action: Top up 49 NOK, url: https://www.telenor.no/kontantkort/}
  remind: [14d, 7d]
  tags: [family]
  history:
  - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/2026-10.pdf}
  - {on: 2026-04-06, paid: 49 NOK, receipt: SMS ref 8842, note: in the shop}
  - {on: 2026-07-06}
",
    );
    assert_eq!(
        place.feed(&["list", "telenor", "--today", "2026-12-23"]),
        "Telenor Kontant
13 days left

  Id    telenor
  List  SIMs (plans.yaml)
  Tags  family

What the calendar says
  Expires 5 January 2027. Recoverable until 15 January 2027.
  Telenor, number ending in 001.
  Renew (49 NOK): Top up 49 NOK on the website below.
  Check: look at the balance or the new date in your account, wait for the provider's text message, or make a test call.
  Keep the receipt, then record it: weekahead renew telenor
  Failed? Check your card and balance, then ask Telenor.
  Pay only on the provider's own site or app, never over open Wi-Fi.
  https://www.telenor.no/kontantkort/

Warnings
    2026-12-22  all day + 08:30  Telenor Kontant: 14 days left (expires 5 Jan 2027)
  > 2026-12-29  all day + 08:30  Telenor Kontant: 7 days left (expires 5 Jan 2027)
    2027-01-05  all day          Telenor Kontant expires on 5 Jan 2027
    2027-01-06  all day          Telenor Kontant expired yesterday: no renewal recorded
    2027-01-08  all day + 08:30  Telenor Kontant: recover it within 7 days (by 15 Jan 2027)
    2027-01-15  all day          Telenor Kontant: last day to recover is 15 Jan 2027
    2027-01-16  all day          Telenor Kontant: grace ended yesterday, no renewal recorded
  Alarms ring at the local time of the device.

Cycles
    2026-04-06  - 2026-07-06  49 NOK  SMS ref 8842  in the shop
    2026-07-06  - 2026-10-05
  > 2026-10-05  - 2027-01-05  49 NOK  receipts/2026-10.pdf
    2026-12-23  - 2027-03-23  if it is renewed today
"
    );
}

/// The lines below a heading.
fn below(text: &str, heading: &str) -> Vec<String> {
    let lines = text.lines().skip_while(|line| *line != heading).skip(1);
    lines
        .take_while(|line| !line.is_empty())
        .map(|line| line.strip_prefix("  ").unwrap_or(line).to_owned())
        .collect()
}

#[test]
fn cycles_follow_the_kind_of_plan() {
    const AUTO: &str =
        "renewed: 2026-08-31, validity: 1 month, renewal: {method: auto-debit, until: 2026-12-31}";
    for (plan, today, expected) in [
        (
            "expires: 2027-01-05",
            "2026-11-23",
            &["> unknown  - 2027-01-05"][..],
        ),
        (
            "expires: 2027-05-12, validity: 1 year, extends: from-expiry",
            "2026-11-23",
            &[
                "> unknown     - 2027-05-12",
                "  2027-05-12  - 2028-05-12  if it is renewed today",
            ],
        ),
        (
            "expires: 2027-01-05, ended: 2026-12-01, history: [{on: 2026-01-05}]",
            "2026-11-23",
            &["> 2026-01-05  - 2026-12-01"],
        ),
        (
            AUTO,
            "2026-11-29",
            &[
                "  2026-08-31  - 2026-09-30",
                "  2026-09-30  - 2026-10-31  renews automatically",
                "> 2026-10-31  - 2026-11-30  renews automatically",
                "  2026-11-30  - 2026-12-31  renews automatically",
            ],
        ),
        (
            AUTO,
            "2026-11-30",
            &[
                "  2026-08-31  - 2026-09-30",
                "  2026-09-30  - 2026-10-31  renews automatically",
                "  2026-10-31  - 2026-11-30  renews automatically",
                "> 2026-11-30  - 2026-12-31  renews automatically",
                "  2026-12-31  - 2027-01-31  renews automatically",
            ],
        ),
        // On its last date it has renewed; from the next day on somebody has to.
        (
            AUTO,
            "2026-12-31",
            &[
                "  2026-08-31  - 2026-09-30",
                "  2026-09-30  - 2026-10-31  renews automatically",
                "  2026-10-31  - 2026-11-30  renews automatically",
                "  2026-11-30  - 2026-12-31  renews automatically",
                "> 2026-12-31  - 2027-01-31  renews automatically",
            ],
        ),
        (
            "expires: 2026-08-31, validity: 1 month, extends: from-expiry, renewal: {method: auto-debit, until: 2026-09-30}",
            "2026-11-29",
            &[
                "  2026-08-31  - 2026-09-30  renews automatically",
                "> 2026-09-30  - 2026-10-31  renews automatically",
                "  2026-10-31  - 2026-11-30  if it is renewed today",
            ],
        ),
        (
            // As `renew` writes it: February cut off the 31st.
            "expires: 2027-02-28, validity: 1 month, extends: from-expiry, history: [{on: 2027-01-20, from: 2027-01-31}]",
            "2027-03-21",
            &[
                "> 2027-01-20  - 2027-02-28",
                "  2027-02-28  - 2027-03-31  if it is renewed today",
            ],
        ),
        (
            // A charge that came a day late is the renewal of its month.
            "renewed: 2026-10-31, validity: 1 month, renewal: {method: auto-debit}, history: [{on: 2026-12-01, paid: 129 NOK}]",
            "2026-12-02",
            &[
                "  2026-10-31  - 2026-12-01",
                "> 2026-12-01  - 2026-12-31  129 NOK",
                "  2026-12-31  - 2027-01-31  renews automatically",
            ],
        ),
    ] {
        let place = Place::with("plans.yaml", format!("- {{id: a, name: A, {plan}}}\n"));
        let text = place.feed(&["list", "a", "--today", today]);
        assert_eq!(below(&text, "Cycles"), expected, "{plan} on {today}");
    }
}

#[test]
fn warnings_say_what_is_seen_and_what_rings() {
    let place = Place::with(
        "plans.yaml",
        "calendar: {notices: false}\nplans: [{id: a, name: A, expires: 2027-01-05, remind: [7d, 1d]}]\n",
    );
    assert_eq!(
        below(
            &place.feed(&["list", "a", "--today", "2027-01-03"]),
            "Warnings"
        ),
        [
            "  2026-12-29  09:00    A: 7 days left (expires 5 Jan 2027)",
            "> 2027-01-04  09:00    A: 1 day left (expires 5 Jan 2027)",
            "  2027-01-05  all day  A expires on 5 Jan 2027",
            "Alarms ring at the local time of the device.",
        ]
    );
}

#[test]
fn what_was_given_up_can_still_be_seen() {
    let place = super::place();
    let text = listed(&place, &["gone"]);
    assert!(text.starts_with("Gone\nEnded on 2026-01-01\n"), "{text}");
    let left = place.run(&["list", "gone", "--exit-code", "--today", super::TODAY]);
    assert_eq!(left.code, Some(0));
}
