//! Plans files whose feeds tell the text from which they were made, and whether it was complete.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::harness::values;

/// The number of plans in a list. The text has several pages, so that a reader could see it half
/// written.
pub(super) const PLANS: usize = 40;

/// The text of a generation. All generations have the same length, so overwriting one with another
/// never leaves an old end.
pub(super) fn text(generation: u64) -> String {
    let mut text = String::new();
    for plan in 0..PLANS {
        let notes = "a note that makes it longer ".repeat(10);
        writeln!(
            text,
            "- {{name: G{generation:06} P{plan:02}, expires: 2027-01-31, notes: {notes}}}"
        )
        .expect("text");
    }
    text
}

/// The generation of a feed. All parts of the feed must have the same generation.
pub(super) fn generation(feed: &str) -> u64 {
    let is_whole = feed.starts_with("BEGIN:VCALENDAR\r\n") && feed.ends_with("END:VCALENDAR\r\n");
    assert!(is_whole, "torn: {feed}");
    let summaries = values(feed, "SUMMARY");
    let made_of: BTreeSet<&str> = summaries.iter().filter_map(|it| it.get(..7)).collect();
    assert_eq!(made_of.len(), 1, "mixed or empty: {made_of:?}");
    let expiries = summaries
        .iter()
        .filter(|it| it.ends_with(" expires on 31 Jan 2027"));
    assert_eq!(expiries.count(), PLANS, "a part: {summaries:?}");
    // The stamps may have any value, but all events must have the same ones.
    for name in ["DTSTAMP", "SEQUENCE", "LAST-MODIFIED"] {
        let all: BTreeSet<String> = values(feed, name).into_iter().collect();
        assert_eq!(all.len(), 1, "{name}: {all:?}");
    }
    summaries[0][1..7].parse().expect("a number")
}

#[test]
fn a_torn_or_mixed_feed_is_found() {
    let place = crate::harness::Place::with("plans.yaml", text(7));
    let feed = place.feed(&["build"]);
    assert_eq!(generation(&feed), 7);
    let half = &feed[..feed.len() / 2];
    let mixed = format!("{half}{}", feed[half.len()..].replace("G000007", "G000008"));
    let less = feed.replacen("expires on", "expires some day", 1);
    let stamped = feed.replacen("SEQUENCE:", "SEQUENCE:1", 1);
    for bad in ["", half, &mixed, &less, &stamped] {
        let found = std::panic::catch_unwind(|| generation(bad));
        assert!(found.is_err(), "{bad}");
    }
}
