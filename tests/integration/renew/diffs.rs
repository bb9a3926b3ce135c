//! A diff is what it says: it makes the one text of the other.

use weekahead::internals::{Hunk, Line};

/// Applies hunks as `patch` does, and compares.
pub(super) fn check(before: &str, after: &str, hunks: &[Hunk<'_>]) {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let mut made = String::new();
    let mut at = 0;
    for hunk in hunks {
        // A hunk without lines before it stands behind the line that it names.
        let start = hunk.before.0 - 1;
        made.extend(old[at..start].iter().copied());
        at = start;
        assert_eq!(
            made.split_inclusive('\n').count() + 1,
            hunk.after.0,
            "{hunks:?}"
        );
        let (mut gone, mut new) = (0, 0);
        for line in &hunk.lines {
            match line {
                Line::Same(line) => {
                    assert_eq!(old[at], *line);
                    made.push_str(line);
                    (at, gone, new) = (at + 1, gone + 1, new + 1);
                }
                Line::Gone(line) => {
                    assert_eq!(old[at], *line);
                    (at, gone) = (at + 1, gone + 1);
                }
                Line::New(line) => {
                    made.push_str(line);
                    new += 1;
                }
            }
        }
        assert_eq!((gone, new), (hunk.before.1, hunk.after.1), "{hunks:?}");
    }
    made.extend(old[at..].iter().copied());
    assert_eq!(made, after);
}
