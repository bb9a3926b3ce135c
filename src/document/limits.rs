//! The first look at a file's bytes, before any YAML library sees them.

use crate::document::problem::{Problem, Problems};
use crate::document::tree::DEEPEST;
use crate::text::value_error::ValueError;

/// Bytes that a plans file may have: 64 MiB.
pub const LONGEST: usize = 64 << 20;

/// Line breaks, commas and brackets up to which a text is given to the fast reader, which takes a
/// few hundred bytes of memory for each. A list of plans of [`LONGEST`] has fewer.
const MOST_SIGNS: usize = 4_000_000;

/// Control characters and bad sequences that are listed; the rest of such a file is hardly text.
const LISTED: usize = 20;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The text of a file: UTF-8, the byte-order mark skipped.
///
/// # Errors
///
/// A file that is too long, another encoding.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, Problems> {
    if bytes.len() > LONGEST {
        let what = ValueError::new(format!(
            "the file is too long: allowed up to {} MiB",
            LONGEST >> 20
        ));
        return Err(Problem::at(
            LONGEST..LONGEST,
            what.hint("split the list into several files"),
        )
        .into());
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let what = ValueError::new("the file is UTF-16").hint("save it as UTF-8");
        return Err(Problem::at(0..0, what).into());
    }
    let bytes = without_mark(bytes);
    std::str::from_utf8(bytes).map_err(|_| bad_sequences(bytes))
}

/// Whether a text is free of control characters and of what is no character, which YAML does not
/// allow either (YAML 1.2, section 5.1).
///
/// # Errors
///
/// Each of them.
pub(crate) fn no_controls(text: &str) -> Result<(), Problems> {
    let is_control = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}'))
            || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    let mut problems = Problems::default();
    let found = text.char_indices().filter(|(_, c)| is_control(*c));
    for (count, (offset, c)) in found.enumerate() {
        if count >= LISTED {
            problems.omit(1);
            continue;
        }
        let what = ValueError::new(format!("control character U+{:04X}", u32::from(c)));
        let span = offset..offset + c.len_utf8();
        problems.add(Problem::at(span, what.hint("remove it")));
    }
    problems.into_result()
}

/// A file without the byte-order mark in front; places in a file count from there.
#[must_use]
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes)
}

fn bad_sequences(bytes: &[u8]) -> Problems {
    let mut problems = Problems::default();
    let mut offset = 0;
    for chunk in bytes.utf8_chunks() {
        offset += chunk.valid().len();
        let bad = chunk.invalid();
        if bad.is_empty() {
            break;
        }
        if problems.list().len() == LISTED {
            problems.omit(1);
            continue;
        }
        let shown: Vec<String> = bad.iter().map(|byte| format!("0x{byte:02X}")).collect();
        let what = ValueError::new(format!("not UTF-8: {}", shown.join(" ")));
        let end = offset + bad.len();
        problems.add_last(Problem::at(
            offset..end,
            what.hint("save the file as UTF-8"),
        ));
        offset = end;
    }
    problems
}

/// Whether the fast reader reads the text quickly and as the careful one does. A cheap upper
/// bound: brackets and signs count wherever they stand, in text and comments too.
pub(crate) fn is_tame(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut signs = 0_usize;
    let mut line_start = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match CLASS[usize::from(byte)] {
            Class::Plain => {}
            Class::Comma => signs += 1,
            Class::Line => {
                signs += 1;
                line_start = at + 1;
                let indent = leading_run(&bytes[line_start..]);
                let rest = &bytes[line_start..];
                if indent > DEEPEST
                    || rest.starts_with(b"---")
                    || rest.starts_with(b"...")
                    || rest.starts_with(b"%")
                {
                    return false;
                }
            }
            Class::Open => {
                depth += 1;
                signs += 1;
            }
            Class::Close => depth = depth.saturating_sub(1),
            Class::Return if bytes.get(at + 1) == Some(&b'\n') => {}
            Class::Return | Class::Refused => return false,
            // An anchor, alias, tag or explicit key begins where a value could, and is named.
            Class::Sign => {
                let before = at.checked_sub(1).and_then(|before| bytes.get(before));
                let begins =
                    at == line_start || before.is_none_or(|before| b" [{,-:".contains(before));
                let after = bytes.get(at + 1).copied().unwrap_or(b' ');
                if begins && (b"?!".contains(&byte) || !after.is_ascii_whitespace()) {
                    return false;
                }
            }
            // YAML 1.2 has no plain scalar that is a dash alone in brackets.
            Class::Dash => {
                let after = bytes.get(at + 1).copied().unwrap_or(b' ');
                if b",[]{}".contains(&after) {
                    return false;
                }
            }
            // YAML 1.2 wants white space in front of a comment, libyaml not behind these.
            Class::Hash => {
                let before = at.checked_sub(1).and_then(|before| bytes.get(before));
                if before.is_some_and(|before| b"\"'[]{},".contains(before)) {
                    return false;
                }
            }
            // U+0085, U+2028 and U+2029 break lines in YAML 1.1 and not in 1.2; a byte-order
            // mark inside is content in one and an error in the other.
            Class::Wide => {
                let rest = &bytes[at..];
                if rest.starts_with(b"\xc2\x85")
                    || rest.starts_with(b"\xe2\x80\xa8")
                    || rest.starts_with(b"\xe2\x80\xa9")
                    || rest.starts_with(BYTE_ORDER_MARK)
                {
                    return false;
                }
            }
        }
        if depth > DEEPEST {
            return false;
        }
        at += 1;
    }
    signs <= MOST_SIGNS && leading_run(bytes) <= DEEPEST && !text.starts_with('%')
}

/// How deep the blocks that begin on a line can lie: its indent and its dashes.
fn leading_run(line: &[u8]) -> usize {
    line.iter()
        .take(DEEPEST + 1)
        .take_while(|byte| b" -?:".contains(byte))
        .count()
}

#[derive(Clone, Copy)]
enum Class {
    Plain,
    Line,
    Comma,
    Return,
    Open,
    Close,
    Sign,
    Dash,
    Hash,
    Wide,
    Refused,
}

const CLASS: [Class; 256] = {
    let mut class = [Class::Plain; 256];
    let mut control = 0;
    while control < b' ' as usize {
        class[control] = Class::Refused;
        control += 1;
    }
    class[0x7f] = Class::Refused;
    class[b'\n' as usize] = Class::Line;
    class[b',' as usize] = Class::Comma;
    class[b'\r' as usize] = Class::Return;
    class[b'[' as usize] = Class::Open;
    class[b'{' as usize] = Class::Open;
    class[b']' as usize] = Class::Close;
    class[b'}' as usize] = Class::Close;
    class[b'&' as usize] = Class::Sign;
    class[b'*' as usize] = Class::Sign;
    class[b'!' as usize] = Class::Sign;
    class[b'?' as usize] = Class::Sign;
    class[b'-' as usize] = Class::Dash;
    class[b'#' as usize] = Class::Hash;
    class[0xc2] = Class::Wide;
    class[0xe2] = Class::Wide;
    class[0xef] = Class::Wide;
    class
};
