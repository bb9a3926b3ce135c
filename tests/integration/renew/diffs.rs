//! Checks that the hunks of a diff turn the old text into the new one.

use weekahead::internals::{DiffLine, Hunk};

/// Applies hunks to the old text as `patch` does, and compares the result with the new text.
pub(crate) fn check(before: &str, after: &str, hunks: &[Hunk<'_>]) {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let mut patched = String::new();
    let mut at = 0;
    for hunk in hunks {
        let start = hunk.before.0 - 1;
        patched.extend(old[at..start].iter().copied());
        at = start;
        assert_eq!(
            patched.split_inclusive('\n').count() + 1,
            hunk.after.0,
            "{hunks:?}"
        );
        let (mut before_count, mut after_count) = (0, 0);
        for line in &hunk.lines {
            match line {
                DiffLine::Unchanged(line) => {
                    assert_eq!(old[at], *line);
                    patched.push_str(line);
                    at += 1;
                    before_count += 1;
                    after_count += 1;
                }
                DiffLine::Removed(line) => {
                    assert_eq!(old[at], *line);
                    at += 1;
                    before_count += 1;
                }
                DiffLine::Added(line) => {
                    patched.push_str(line);
                    after_count += 1;
                }
            }
        }
        assert_eq!(
            (before_count, after_count),
            (hunk.before.1, hunk.after.1),
            "{hunks:?}"
        );
    }
    patched.extend(old[at..].iter().copied());
    assert_eq!(patched, after);
}
