//! Yes or no, as tables have it.

use crate::text::value_error::{ValueError, quoted};

const YES: [&str; 24] = [
    "yes",
    "y",
    "true",
    "1",
    "on",
    "x",
    "✓",
    "enabled",
    "active",
    "auto",
    "automatic",
    "renews",
    "ja",
    "an",
    "ein",
    "aktiv",
    "automatisch",
    "wahr",
    "på",
    "automatisk",
    "是",
    "开",
    "开启",
    "自动",
];
const NO: [&str; 23] = [
    "no", "n", "false", "0", "off", "-", "disabled", "inactive", "manual", "none", "never", "nein",
    "aus", "inaktiv", "manuell", "falsch", "nei", "av", "否", "关", "关闭", "手动", "usann",
];

/// Reads yes or no, or a word for a renewal that is automatic or not.
///
/// # Errors
///
/// The text is none of the known words.
pub(crate) fn parse(text: &str) -> Result<bool, ValueError> {
    let word = text.trim().to_lowercase();
    match (YES.contains(&word.as_str()), NO.contains(&word.as_str())) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => {
            let error = ValueError::new(format!("{} is neither yes nor no", quoted(text)));
            Err(error.hint("write `yes` or `no`"))
        }
    }
}
