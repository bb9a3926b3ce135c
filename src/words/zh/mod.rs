//! Simplified Chinese.
//!
//! There is one space between a Chinese character and a Latin letter or a digit, and none between
//! two Chinese characters, nor inside a date: `护照于 2027年1月5日到期`, `SIM 还有 7 天到期`. [`push`]
//! follows this rule at the ends of a text of the user. Renewing is 续费 everywhere.

mod agenda;
mod feed;
mod page;
mod record;
#[cfg(test)]
mod tests;

use crate::words::feed::is_chinese;

/// The words in simplified Chinese.
pub(crate) struct SimplifiedChinese;

/// Appends a text, with a space before it if one belongs there.
fn push(out: &mut String, text: &str) {
    let ends = out.chars().next_back().zip(text.chars().next());
    if ends.is_some_and(|(before, after)| needs_space(before, after)) {
        out.push(' ');
    }
    out.push_str(text);
}

/// Returns texts as one, with spaces between them where they belong.
fn joined(texts: &[&str]) -> String {
    let mut out = String::new();
    for text in texts {
        push(&mut out, text);
    }
    out
}

/// Whether a space belongs between two characters: one is Chinese, the other a letter, a digit or a
/// sign of ASCII, or a Latin, Greek or Cyrillic letter.
fn needs_space(before: char, after: char) -> bool {
    let is_latin = |c: char| matches!(c, '!'..='~' | '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{52f}');
    (is_chinese(before) && is_latin(after)) || (is_latin(before) && is_chinese(after))
}
