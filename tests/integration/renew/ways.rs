//! Ways with their own terms, and renewals that never make an expiry earlier.

use crate::harness::Place;

const PACKAGES: &str = "\
- id: sim
  name: My SIM
  renewed: 2026-10-05
  validity: 1 month   # runs now
  price: 9 NOK
  renewal:
    - {method: voucher, price: 99 NOK, validity: 1 month}
    - {method: website, price: 249 NOK, validity: 3 months}
    - {method: shop, validity: 2 weeks}
- id: auto
  name: Auto
  renewed: 2026-10-05
  validity: 1 month
  renewal: [{method: auto-debit, price: 59 NOK}, {method: shop}]
";

/// The lines of a file that a renewal on 2026-11-01 changes or adds, or what is said if it fails.
fn renewed(plans: &str, arguments: &[&str]) -> Result<Vec<String>, String> {
    let place = Place::with("plans.yaml", plans);
    let mut all = vec!["renew"];
    all.extend(arguments);
    all.extend(["--on", "2026-11-01", "--today", "2026-11-01"]);
    let left = place.run(&all);
    if left.code != Some(0) {
        assert_eq!(place.read("plans.yaml"), plans, "{left:?}");
        return Err(left.err);
    }
    let now = place.read("plans.yaml");
    let is_new = |line: &&str| !plans.lines().any(|old| old == *line);
    Ok(now.lines().filter(is_new).map(str::to_owned).collect())
}

#[test]
fn a_way_gives_its_price_and_its_validity() {
    for (arguments, expected) in [
        (
            &["sim", "--way", "1"][..],
            &[
                "  renewed: 2026-11-01",
                "  history:",
                "    - {on: 2026-10-05}",
                "    - {on: 2026-11-01, paid: 99 NOK}",
            ][..],
        ),
        (
            &["sim", "--way", "2"],
            &[
                "  renewed: 2026-11-01",
                "  validity: 3 months   # runs now",
                "  history:",
                "    - {on: 2026-10-05}",
                "    - {on: 2026-11-01, paid: 249 NOK}",
            ],
        ),
        // The price of the plan is that of a way without one.
        (
            &["sim", "--way", "3"],
            &[
                "  renewed: 2026-11-01",
                "  validity: 14 days   # runs now",
                "  history:",
                "    - {on: 2026-10-05}",
                "    - {on: 2026-11-01, paid: 9 NOK}",
            ],
        ),
        // What the command says counts before the way.
        (
            &[
                "sim",
                "--way",
                "2",
                "--paid",
                "1 NOK",
                "--validity",
                "40 days",
            ],
            &[
                "  renewed: 2026-11-01",
                "  validity: 40 days   # runs now",
                "  history:",
                "    - {on: 2026-10-05}",
                "    - {on: 2026-11-01, paid: 1 NOK}",
            ],
        ),
        (
            &["sim", "--validity", "1 month"],
            &[
                "  renewed: 2026-11-01",
                "  history:",
                "    - {on: 2026-10-05}",
                "    - {on: 2026-11-01}",
            ],
        ),
        (
            &["auto", "--way", "1"],
            &[
                "  history:",
                "    - {on: 2026-10-05}",
                "    - {on: 2026-11-01, paid: 59 NOK}",
            ],
        ),
    ] {
        let found = renewed(PACKAGES, arguments);
        let expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
        let found = found.unwrap_or_else(|said| panic!("{arguments:?}: {said}"));
        // A value with a comment keeps it, so only the beginning of the line is compared.
        let starts = found.len() == expected.len()
            && found
                .iter()
                .zip(&expected)
                .all(|(line, start)| line.starts_with(start));
        assert!(starts, "{arguments:?}: {found:#?}");
    }
}

#[test]
fn without_the_way_it_is_asked_for() {
    for (arguments, expected) in [
        (
            &["sim"][..],
            "error: the ways to renew `sim` last for different times\nhint: choose the way that was used: `--way 1` (1 month, 99 NOK), `--way 2` (3 months, 249 NOK), `--way 3` (14 days)\n",
        ),
        (
            &["sim", "--way", "4"],
            "error: `sim` cannot be renewed in way 4\nhint: choose one of `--way 1` (1 month, 99 NOK), `--way 2` (3 months, 249 NOK), `--way 3` (14 days)\n",
        ),
    ] {
        assert_eq!(
            renewed(PACKAGES, arguments),
            Err(expected.to_owned()),
            "{arguments:?}"
        );
    }
    let said = renewed(PACKAGES, &["sim", "--way", "0"]).expect_err("no way has the number 0");
    assert!(
        said.contains("the number of a way was expected, from 1"),
        "{said}"
    );
}

#[test]
fn a_small_top_up_never_shortens() {
    let plan = |expires: &str, extends: &str| {
        format!("- {{id: a, name: A, expires: {expires}, validity: 1 month, extends: {extends}}}\n")
    };
    for (expires, extends, new) in [
        ("2026-11-20", "never-shorter", "2026-12-01"),
        ("2027-11-20", "never-shorter", "2027-11-20"),
        ("2027-03", "never-shorter", "2027-03"),
        ("2026-11", "never-shorter", "2026-12-01"),
        ("2027-11-20", "from-renewal", "2026-12-01"),
        ("2027-11-20", "from-expiry", "2027-12-20"),
    ] {
        let found = renewed(&plan(expires, extends), &["a"]).expect(expires);
        let expected = format!("expires: {new}, ");
        assert!(
            found[0].contains(&expected),
            "{expires}, {extends}: {found:?}"
        );
        assert!(
            found[0].contains("history: [{on: 2026-11-01}]"),
            "{found:?}"
        );
    }
}
