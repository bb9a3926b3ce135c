//! Plans that renewed automatically up to a day and no longer do.

use crate::harness::Place;

/// Otherwise the plan would stay overdue for ever, whatever renewals are recorded.
#[test]
fn what_no_longer_renews_by_itself_is_renewed_as_any_other() {
    let plan = "- {id: a, name: A, renewed: 2026-06-30, validity: 1 month, renewal: {method: auto-debit, until: 2027-06-15}, price: 1 EUR}\n";
    let ended = "it no longer renews by itself, because its `until` is 2027-06-15: if it does again, write a later `until`\n";
    for (arguments, today, said) in [
        (
            &["--paid", "1 EUR"][..],
            "2027-07-10",
            format!(
                "A: renewed on 2027-07-10, expires on 2027-08-10 (before: 2027-06-30); next warning on 2027-08-03, in 24 days\n{ended}"
            ),
        ),
        (
            &["--until", "2027-12-20"],
            "2027-07-10",
            format!(
                "A: renewed on 2027-07-10, expires on 2027-12-20 (before: 2027-06-30); next warning on 2027-12-13, in 156 days\n{ended}"
            ),
        ),
        (
            &["--validity", "3 months"],
            "2027-07-10",
            format!(
                "A: renewed on 2027-07-10, expires on 2027-10-10 (before: 2027-06-30); next warning on 2027-10-03, in 85 days\n{ended}`validity` is `3 months` now: the next renewal lasts as long\n"
            ),
        ),
        // This may be the charge of 30 May, recorded late.
        (
            &[],
            "2027-06-01",
            format!(
                "A: renewed on 2027-06-01, expires on 2027-07-01 (before: 2027-06-30); next warning on 2027-06-24, in 23 days\n{ended}if this was the automatic renewal of 2027-05-30, undo this renewal and record that one with `--on 2027-05-30`\n"
            ),
        ),
        (
            &["--on", "2027-05-30"],
            "2027-06-01",
            "A: recorded a renewal on 2027-05-30; it renews by itself, so its dates stay the same; next warning on 2027-06-23, in 22 days\n"
                .to_owned(),
        ),
    ] {
        let place = Place::with("plans.yaml", plan);
        let left = place.run(&[&["renew", "a", "--today", today], arguments].concat());
        assert_eq!(
            (left.code, left.err),
            (Some(0), said),
            "{arguments:?} on {today}"
        );
    }

    let place = Place::with("plans.yaml", plan);
    place.run(&["renew", "a", "--today", "2027-07-10"]);
    let feed = place.feed(&["build", "--today", "2027-07-10", "--quiet"]);
    let titles: Vec<&str> = feed
        .lines()
        .filter_map(|line| line.strip_prefix("SUMMARY:"))
        .collect();
    assert_eq!(
        titles,
        [
            "A: 7 days left (expires 10 Aug 2027)",
            "A expires on 10 Aug 2027",
            "A expired yesterday: no renewal recorded",
            "A expired 7 days ago: no renewal recorded",
            "A expired 28 days ago: no renewal recorded",
        ]
    );

    let place = Place::with("plans.yaml", plan);
    let left = place.run(&[
        "renew",
        "a",
        "--until",
        "2027-06-14",
        "--today",
        "2027-06-10",
    ]);
    assert_eq!(
        (left.code, left.err.as_str()),
        (
            Some(2),
            "error: the new expiry, 2027-06-14, is not after 2027-06-15, the last day on which `a` renews by itself\nhint: change its `until` by hand first\n"
        )
    );
    assert_eq!(place.read("plans.yaml"), plan);
}
