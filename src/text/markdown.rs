//! Text of others in Markdown (CommonMark 0.31 with GitHub's and GitLab's extensions) that is shown
//! as it is.
//!
//! A backslash does not help against all extensions: they look for `@name`, `#1` and `GH-1` after
//! the escapes are gone. None of them looks into code, so a word that could mean something becomes
//! code. An address of the web stays a link.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Characters that mean something in Markdown, in HTML or to an extension.
const SPECIAL: &str = "\\`*_[]<>&~|$@#!^{}";

/// Returns one line of text as inline Markdown. Spaces at its ends are left out, and those between
/// words become one.
#[must_use]
pub(crate) fn inline(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 16);
    for (index, word) in line.split_whitespace().enumerate() {
        if index > 0 {
            out.push(' ');
        }
        let begins_block = index == 0 && is_block_mark(word);
        if let Some((before, link, after)) = split_at_link(word) {
            // Nothing is escaped between these (CommonMark, section 6.5). Writing to a String cannot
            // fail.
            let _ = write!(out, "{before}<{link}>{after}");
        } else if begins_block {
            push_code(&mut out, word);
        } else if is_special(word) {
            // People copy what is code, so the punctuation of the sentence stays outside.
            let code = word.trim_end_matches(['.', ',', ';', '，', '。', '；']);
            push_code(&mut out, code);
            out.push_str(&word[code.len()..]);
        } else {
            out.push_str(word);
        }
    }
    out
}

/// Returns text as a block of indented code (CommonMark, section 4.4), with a line break at its end.
/// A block of code must follow an empty line.
#[must_use]
pub(crate) fn code_block(text: &str) -> String {
    let lines = text.lines().map(|line| match line.trim_end() {
        "" => Cow::Borrowed("\n"),
        line => Cow::Owned(format!("    {line}\n")),
    });
    lines.collect()
}

/// Splits a word into an address of the web that can stand between angle brackets, and the
/// punctuation and letters around it. Returns `None` if there is none, or if something around it is
/// special.
fn split_at_link(word: &str) -> Option<(&str, &str, &str)> {
    let start = word.find("https://").or_else(|| word.find("http://"))?;
    let (before, rest) = word.split_at(start);
    let is_end = |c: char| {
        matches!(
            c,
            '<' | '>' | '`' | '"' | '，' | '。' | '；' | '：' | '、' | '）'
        )
    };
    let mut link = &rest[..rest.find(is_end).unwrap_or(rest.len())];
    while let Some(last) = link.chars().next_back() {
        let closes_nothing = last == ')' && link.matches(')').count() > link.matches('(').count();
        if !closes_nothing && !matches!(last, '.' | ',' | ';' | ':' | '!' | '?') {
            break;
        }
        link = &link[..link.len() - 1];
    }
    let after = &rest[link.len()..];
    (!is_special(before) && !is_special(after)).then_some((before, link, after))
}

/// Whether a word at the beginning of a line can begin a heading, a list, a line across or a table.
fn is_block_mark(word: &str) -> bool {
    let number = word.trim_end_matches(['.', ')']);
    let is_number = number.len() < word.len() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number || word.chars().all(|c| "-+=:.)".contains(c))
}

fn is_special(word: &str) -> bool {
    // `:name:` is a picture.
    word.contains(|c| SPECIAL.contains(c)) || word.matches(':').count() > 1 || has_issue(word)
}

/// Whether a word contains the name of an issue, as in `GH-1`.
fn has_issue(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let mut parts = lower.split("gh-").skip(1);
    parts.any(|after| after.starts_with(|c: char| c.is_ascii_digit()))
}

/// Appends a span of code, whose delimiters are longer than any run of backticks in it (CommonMark,
/// section 6.1).
fn push_code(out: &mut String, word: &str) {
    let runs = word.split(|c| c != '`').map(str::len);
    let ticks = "`".repeat(runs.max().unwrap_or(0) + 1);
    let space = if word.contains('`') { " " } else { "" };
    // Writing to a String cannot fail.
    let _ = write!(out, "{ticks}{space}{word}{space}{ticks}");
}

#[cfg(test)]
mod tests {
    use super::{code_block, inline};

    #[test]
    fn a_word_that_means_something_is_code() {
        for (text, expected) in [
            ("Top up 49 NOK, in the app.", "Top up 49 NOK, in the app."),
            ("  a \t b ", "a b"),
            ("保号 还有 7 天", "保号 还有 7 天"),
            ("ask @kari", "ask `@kari`"),
            ("a@b.example", "`a@b.example`"),
            ("dial *#100#; then", "dial `*#100#`; then"),
            ("拨 *111*PIN#。", "拨 `*111*PIN#`。"),
            ("see #1 and GH-1, o/r#2", "see `#1` and `GH-1`, `o/r#2`"),
            ("gh-x is none", "gh-x is none"),
            ("<!-- weekahead x -->", "`<!--` weekahead x `-->`"),
            ("<b>x</b>", "`<b>x</b>`"),
            ("&lt;", "`&lt`;"),
            ("a `b` c", "a `` `b` `` c"),
            ("a ``b` c", "a ``` ``b` ``` c"),
            ("[x](https://e.example)", "`[x](https://e.example)`"),
            ("![x](y)", "`![x](y)`"),
            ("a_b_c ~~d~~ $e$", "`a_b_c` `~~d~~` `$e$`"),
            (":tada:", "`:tada:`"),
            ("# a", "`#` a"),
            ("- a", "`-` a"),
            ("1. a", "`1.` a"),
            ("12) a - b", "`12)` a - b"),
            ("---", "`---`"),
            ("===", "`===`"),
            (
                "or https://e.example/a_b?c=1&d#e",
                "or <https://e.example/a_b?c=1&d#e>",
            ),
            ("https://e.example/<x>", "`https://e.example/<x>`"),
            (
                "续费后请记录：https://e.example/A。",
                "续费后请记录：<https://e.example/A>。",
            ),
            (
                "(https://e.example/a_(b)), then",
                "(<https://e.example/a_(b)>), then",
            ),
            ("see https://e.example/.", "see <https://e.example/>."),
            ("", ""),
        ] {
            assert_eq!(inline(text), expected, "{text}");
        }
    }

    #[test]
    fn a_block_of_code_has_every_line() {
        assert_eq!(code_block("a\n\n  <b>\r\n"), "    a\n\n      <b>\n");
    }
}
