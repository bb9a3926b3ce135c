//! The width of text in columns of a terminal: measuring, cutting, padding, wrapping.
//!
//! A Chinese character takes two columns, a combining mark takes none, and an emoji of several
//! characters takes two. Text is never cut inside a grapheme cluster. Cost: linear in the part of
//! the text that fits.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const JOINER: char = '\u{200d}';
/// Characters that cannot end a line.
const OPENING: &str = "（【「『《“‘([{";
/// Characters that cannot begin a line.
const CLOSING: &str = "，。、；：！？）】」』》”’…,.;:!?)]}";

/// Returns the number of columns that a text takes.
#[must_use]
pub(crate) fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.width()
}

/// Returns the grapheme clusters of a text. Each is drawn as one character, such as a letter with
/// its marks or the two letters of a flag.
fn clusters(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut last = rest.chars().next()?;
        let mut is_half_flag = is_flag(last);
        let mut end = last.len_utf8();
        for c in rest[end..].chars() {
            let completes = is_half_flag && is_flag(c);
            let belongs = completes
                || last == JOINER
                || c == JOINER
                || matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
                || c.width() == Some(0);
            if !belongs {
                break;
            }
            is_half_flag &= !completes;
            last = c;
            end += c.len_utf8();
        }
        let (cluster, behind) = rest.split_at(end);
        rest = behind;
        Some(cluster)
    })
}

fn is_flag(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

/// Splits a text into the beginning that fits into `columns`, and the rest.
fn split(text: &str, columns: usize) -> (&str, &str) {
    let (mut used, mut end) = (0, 0);
    for cluster in clusters(text) {
        used += width(cluster);
        if used > columns {
            break;
        }
        end += cluster.len();
    }
    text.split_at(end)
}

/// Appends a text, cut with `…` if it does not fit into `columns`. Returns the columns that it
/// takes.
pub(crate) fn cut(out: &mut String, text: &str, columns: usize) -> usize {
    let (fits, rest) = split(text, columns);
    let shown = if rest.is_empty() {
        fits
    } else {
        split(text, columns.saturating_sub(1)).0.trim_end()
    };
    out.push_str(shown);
    let mut used = width(shown);
    if !rest.is_empty() && columns > 0 {
        out.push('…');
        used += 1;
    }
    used
}

/// Appends spaces.
pub(crate) fn spaces(out: &mut String, count: usize) {
    out.extend(std::iter::repeat_n(' ', count));
}

/// Wraps a text to lines of `columns`: at spaces, and before and after wide characters. A word that
/// is longer than a line is not broken, so that a link can be copied.
#[must_use]
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    // The current line begins at `start`. `last` is the last place where it can be broken: the
    // offset where the line would end, and the offset where the next line would begin.
    let (mut start, mut used, mut at) = (0, 0, 0);
    let mut last: Option<(usize, usize)> = None;
    let mut before_is_wide = false;
    for cluster in clusters(text) {
        let columns_of_it = width(cluster);
        let is_wide = columns_of_it == 2;
        let may_break =
            (is_wide || before_is_wide) && !cluster.starts_with(|c| CLOSING.contains(c));
        if may_break
            && at > start
            && !text[start..at].ends_with(|c| c == ' ' || OPENING.contains(c))
        {
            last = Some((at, at));
        }
        if cluster == " " {
            // Spaces at a line break do not begin the next line.
            let end = last
                .filter(|(_, next)| *next == at)
                .map_or(at, |(end, _)| end);
            if at > start {
                last = Some((end, at + 1));
            }
        } else if used + columns_of_it > columns
            && let Some((end, next)) = last.take()
        {
            lines.push(&text[start..end]);
            start = next;
            used = width(&text[start..at]);
        }
        used += columns_of_it;
        at += cluster.len();
        before_is_wide = is_wide;
    }
    lines.push(text[start..].trim_end());
    lines
}

#[cfg(test)]
mod tests {
    use super::clusters;
    use super::cut;
    use super::width;
    use super::wrap;

    #[test]
    fn counts_what_is_drawn() {
        for (text, columns, drawn) in [
            ("", 0, 0),
            ("abc", 3, 3),
            ("å", 1, 1),
            ("a\u{30a}", 1, 1),
            ("漢字", 4, 2),
            ("ﾊﾝ", 2, 2),
            ("한국", 4, 2),
            ("📱", 2, 1),
            ("👨\u{200d}👩\u{200d}👧", 2, 1),
            ("👍🏽", 2, 1),
            ("🇳🇴🇨🇳", 4, 2),
            ("❤\u{fe0f}", 2, 1),
        ] {
            assert_eq!(width(text), columns, "{text}");
            assert_eq!(clusters(text).count(), drawn, "{text}");
            assert_eq!(clusters(text).collect::<String>(), text);
        }
    }

    #[test]
    fn cuts_between_characters() {
        for (text, columns, expected) in [
            ("Telenor", 7, "Telenor"),
            ("Telenor", 6, "Telen…"),
            ("Tele nor", 6, "Tele…"),
            ("漢字表", 6, "漢字表"),
            ("漢字表", 5, "漢字…"),
            ("漢字表", 4, "漢…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("👨\u{200d}👩\u{200d}👧abc", 3, "👨\u{200d}👩\u{200d}👧…"),
            ("🇳🇴🇨🇳", 3, "🇳🇴…"),
            ("abc", 1, "…"),
            ("abc", 0, ""),
        ] {
            let mut out = String::new();
            let used = cut(&mut out, text, columns);
            assert_eq!(out, expected, "{text} in {columns}");
            assert_eq!(used, width(&out), "{text} in {columns}");
            assert!(used <= columns);
        }
    }

    #[test]
    fn breaks_at_spaces_and_between_wide_characters() {
        for (text, columns, expected) in [
            ("", 5, &[""][..]),
            ("one two three", 7, &["one two", "three"]),
            ("one two three", 6, &["one", "two", "three"]),
            ("one  two", 5, &["one", "two"]),
            (
                "a https://example.org b",
                8,
                &["a", "https://example.org", "b"],
            ),
            (
                "请保留付款凭证，并记录",
                8,
                &["请保留付", "款凭证，", "并记录"],
            ),
            (
                "请保留付款凭证，并记录",
                14,
                &["请保留付款凭", "证，并记录"],
            ),
            ("续期（到期）", 7, &["续期", "（到", "期）"]),
            ("充值 49 NOK", 7, &["充值 49", "NOK"]),
            // No line may be empty.
            (" abc def", 3, &[" abc", "def"]),
        ] {
            assert_eq!(wrap(text, columns), expected, "{text} in {columns}");
        }
    }
}
