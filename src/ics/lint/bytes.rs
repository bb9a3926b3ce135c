//! Checks the lines of the file before they are unfolded (RFC 5545, section 3.1).

use std::ops::Range;

use crate::ics::lint::inspector::Inspector;
use crate::text::value_error::ValueError;

/// Octets that a line may have without its end.
const MAX_LINE_BYTES: usize = 75;

/// Checks each line of a text without a byte-order mark.
pub(crate) fn check_bytes(text: &[u8], inspector: &mut Inspector<'_>) {
    let mut start = 0;
    let mut begins_inside = false;
    // Usually all lines of a file end in a lone line feed, or none: only the first is reported.
    let mut line_feeds: Option<(Range<usize>, usize)> = None;
    while start < text.len() {
        let rest = &text[start..];
        let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let end = start + length.unwrap_or(rest.len());
        let next = match text.get(end) {
            None => {
                let what = ValueError::new("the last line has no line ending").hint(
                    "end it with CRLF: a file that is cut off looks the same, and a program may wait for more",
                );
                inspector.warning(&(end..end), what);
                end
            }
            Some(b'\n') => {
                let first = line_feeds.get_or_insert((end..end, 0));
                first.1 += 1;
                end + 1
            }
            Some(_) if text[end..].starts_with(b"\r\n") => end + 2,
            Some(_) => {
                let what = ValueError::new("a carriage return without a line feed").hint(
                    "end lines with CRLF, and write a line break in a text as `\\n`: several readers refuse the feed",
                );
                inspector.error(&(end..end + 1), what);
                end + 1
            }
        };
        let goes_on = matches!(text.get(next), Some(b' ' | b'\t'));
        let ends_inside = goes_on && text.get(next + 1).is_some_and(|byte| byte & 0xc0 == 0x80);
        check_line(
            &text[start..end],
            start,
            [begins_inside, ends_inside],
            inspector,
        );
        begins_inside = ends_inside;
        if ends_inside {
            let what = ValueError::new("a fold inside a character").hint(
                "fold between characters: Google Calendar drops a whole feed for one such fold",
            );
            inspector.error(&(end..end), what);
        }
        start = next;
    }
    if let Some((first, count)) = line_feeds {
        let what = match count {
            1 => "a line ends in LF and not in CRLF".to_owned(),
            many => format!("{many} lines end in LF and not in CRLF, this one first"),
        };
        let what = ValueError::new(what)
            .hint("write CRLF, as RFC 5545 says: most readers accept LF, and some do not");
        inspector.warning(&first, what);
    }
}

/// Checks one line; `inside` says whether a fold cuts a character at its beginning and at its end.
fn check_line(bytes: &[u8], start: usize, inside: [bool; 2], inspector: &mut Inspector<'_>) {
    let whole = start..start + bytes.len();
    if bytes.is_empty() {
        let what = ValueError::new("an empty line").hint("remove it: some readers stop there");
        inspector.warning(&whole, what);
    }
    if bytes.len() > MAX_LINE_BYTES {
        let what = ValueError::new(format!(
            "a line of {} octets: allowed up to {MAX_LINE_BYTES}",
            bytes.len()
        ))
        .hint("fold it: end it with CRLF and begin the next with a space");
        inspector.warning(&whole, what);
    }
    let mut at = start;
    for chunk in bytes.utf8_chunks() {
        for (offset, c) in chunk.valid().char_indices() {
            check_character(c, at + offset, inspector);
        }
        at += chunk.valid().len();
        let bad = chunk.invalid();
        // A character that a fold cuts is reported as such.
        let is_cut = (inside[0] && at == start + 1) || (inside[1] && at + bad.len() == whole.end);
        if !bad.is_empty() && !is_cut {
            let shown: Vec<String> = bad.iter().map(|byte| format!("0x{byte:02X}")).collect();
            let what = ValueError::new(format!("not UTF-8: {}", shown.join(" ")))
                .hint("save the file as UTF-8");
            inspector.error(&(at..at + bad.len()), what);
        }
        at += bad.len();
    }
}

fn check_character(c: char, at: usize, inspector: &mut Inspector<'_>) {
    let span = at..at + c.len_utf8();
    match c {
        '\u{85}' | '\u{2028}' | '\u{2029}' => {
            let what = ValueError::new(format!(
                "the line separator U+{:04X} within a line",
                u32::from(c)
            ))
            .hint("write a line break as `\\n`: some readers end the line there");
            inspector.error(&span, what);
        }
        c if c.is_control() && c != '\t' => {
            let what = ValueError::new(format!("control character U+{:04X}", u32::from(c)))
                .hint("remove it: Home Assistant refuses a whole feed for it");
            inspector.error(&span, what);
        }
        _ => {}
    }
}
