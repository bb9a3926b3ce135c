//! Both sides do the same job: checked before anything is timed.

use crate::plans::{self, Events};
use crate::{afternoon, ours};

/// Compares the two feeds of lists of both kinds: as many events and alarms, and the same days,
/// titles, descriptions and links.
pub(crate) fn check() {
    check_list(&plans::text(0, 1_000, Events::One));
    check_list(&plans::text(0, 1_000, Events::Several));
}

fn check_list(text: &str) {
    let (ours, theirs) = (ours::feed(text.as_bytes()), afternoon::feed(text));
    for begin in ["BEGIN:VEVENT", "BEGIN:VALARM"] {
        assert_eq!(
            ours.text.matches(begin).count(),
            theirs.matches(begin).count(),
            "{begin}"
        );
    }
    let (ours, theirs) = (lines(&ours.text), lines(&theirs));
    let difference = ours.iter().zip(&theirs).find(|(a, b)| a != b);
    assert_eq!((ours.len(), difference), (theirs.len(), None));
}

/// The lines that a reader sees, unfolded and sorted.
fn lines(feed: &str) -> Vec<String> {
    const SHOWN: [&str; 4] = ["DTSTART", "SUMMARY:", "DESCRIPTION:", "URL:"];
    let unfolded = feed.replace("\r\n ", "");
    let mut lines: Vec<String> = unfolded
        .lines()
        .filter(|line| SHOWN.iter().any(|name| line.starts_with(name)))
        .map(str::to_owned)
        .collect();
    lines.sort();
    lines
}
