//! Counts in sentences.

/// Returns a count with its noun: `1 plan`, `2 plans`.
pub(crate) fn pluralize(number: usize, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {one}s"),
    }
}
