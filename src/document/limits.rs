//! The first look at the bytes of a file, before any YAML library sees them.
//!
//! It refuses a file that is not UTF-8 text or is too long, and decides whether the fast reader may
//! read the text. Cost: one pass over the bytes.

use crate::document::problem::{Problem, Problems};
use crate::text::value_error::ValueError;

/// The maximum length of a plans file in bytes: 64 MiB.
pub const MAX_FILE_BYTES: usize = 64 << 20;

/// The maximum depth to which collections may be nested.
pub(crate) const MAX_DEPTH: usize = 64;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Returns the text of a file as UTF-8, without its byte-order mark.
///
/// # Errors
///
/// Returns an error if the file is too long or in another encoding. At most `limit` of its invalid
/// sequences are kept.
pub(crate) fn text(bytes: &[u8], limit: usize) -> Result<&str, Problems> {
    if bytes.len() > MAX_FILE_BYTES {
        let what = ValueError::new(format!(
            "the file is too long: allowed up to {} MiB",
            MAX_FILE_BYTES >> 20
        ));
        return Err(Problem::at(
            MAX_FILE_BYTES..MAX_FILE_BYTES,
            what.hint("split the list into several files"),
        )
        .into());
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let what = ValueError::new("the file is UTF-16").hint("save it as UTF-8");
        return Err(Problem::at(0..0, what).into());
    }
    let bytes = without_mark(bytes);
    std::str::from_utf8(bytes).map_err(|_| invalid_sequences(bytes, limit))
}

/// Checks that a text has no control characters and no noncharacters, which YAML does not allow
/// (YAML 1.2, section 5.1).
///
/// # Errors
///
/// Returns a problem for every such character, of which `limit` are kept.
pub(crate) fn no_controls(text: &str, limit: usize) -> Result<(), Problems> {
    let is_control = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}'))
            || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    let mut problems = Problems::up_to(limit);
    for (offset, c) in text.char_indices().filter(|(_, c)| is_control(*c)) {
        problems.add_at(offset..offset + c.len_utf8(), || {
            ValueError::new(format!("control character U+{:04X}", u32::from(c))).hint("remove it")
        });
    }
    problems.into_result()
}

/// Returns a file without the byte-order mark at its beginning. All offsets in a file count from
/// there.
#[must_use]
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes)
}

/// Finds the byte sequences of a file that are not UTF-8.
fn invalid_sequences(bytes: &[u8], limit: usize) -> Problems {
    let mut problems = Problems::up_to(limit);
    let mut offset = 0;
    for chunk in bytes.utf8_chunks() {
        offset += chunk.valid().len();
        let invalid = chunk.invalid();
        if invalid.is_empty() {
            break;
        }
        let end = offset + invalid.len();
        problems.add_at(offset..end, || {
            let shown = invalid.iter().map(|byte| format!("0x{byte:02X}"));
            let shown = shown.collect::<Vec<_>>().join(" ");
            ValueError::new(format!("not UTF-8: {shown}")).hint("save the file as UTF-8")
        });
        offset = end;
    }
    problems.sorted()
}

/// Which fast readers read a text in the same way as the careful reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FastReaders {
    /// Only the reader of the common form, which knows where a text in quotes ends. The others take
    /// a `#` directly after a quote for a comment.
    CommonForm,
    /// All of them.
    All,
}

/// Returns which fast readers read the text quickly, and in the same way as the careful reader.
///
/// This is `None` for some texts that they could read: brackets and indicators count everywhere,
/// including quoted text and comments.
pub(crate) fn fast_readers(text: &str) -> Option<FastReaders> {
    let mut readers = FastReaders::All;
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut line_start = 0;
    let mut at = 0;
    while let Some(plain) = bytes[at..].iter().position(|byte| !is_plain(*byte)) {
        at += plain;
        let byte = bytes[at];
        match BYTE_CLASSES[usize::from(byte)] {
            ByteClass::Plain => {}
            ByteClass::LineFeed => {
                line_start = at + 1;
                let rest = &bytes[line_start..];
                if may_be_too_deep(rest)
                    || rest.starts_with(b"---")
                    || rest.starts_with(b"...")
                    || rest.starts_with(b"%")
                {
                    return None;
                }
            }
            ByteClass::Flow => {
                // In brackets, YAML 1.2 does not allow a plain scalar that is only a dash.
                if at > 0 && bytes[at - 1] == b'-' {
                    return None;
                }
                match byte {
                    b'[' | b'{' if depth == MAX_DEPTH => return None,
                    b'[' | b'{' => depth += 1,
                    b']' | b'}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
            ByteClass::CarriageReturn if bytes.get(at + 1) == Some(&b'\n') => {}
            ByteClass::CarriageReturn | ByteClass::Refused => return None,
            // An anchor, an alias, a tag or an explicit key begins where a value may begin. An
            // anchor and an alias are followed by a name.
            ByteClass::Indicator => {
                let before = at.checked_sub(1).and_then(|before| bytes.get(before));
                let begins =
                    at == line_start || before.is_none_or(|before| b" [{,-:".contains(before));
                let after = bytes.get(at + 1).copied().unwrap_or(b' ');
                if begins && (b"?!".contains(&byte) || !after.is_ascii_whitespace()) {
                    return None;
                }
            }
            // YAML 1.2 requires white space before a comment. After these characters, libyaml does
            // not.
            ByteClass::Hash => {
                let before = at.checked_sub(1).and_then(|before| bytes.get(before));
                match before {
                    Some(b'"' | b'\'') => readers = FastReaders::CommonForm,
                    Some(b'[' | b']' | b'{' | b'}' | b',') => return None,
                    _ => {}
                }
            }
            // U+0085, U+2028 and U+2029 are line breaks in YAML 1.1, but not in 1.2. A byte-order
            // mark inside the text is content for one reader and an error for the other. The other
            // control characters and the noncharacters are errors, which the careful reader reports.
            ByteClass::Wide => {
                let rest = &bytes[at..];
                if matches!(
                    rest,
                    [0xc2, 0x80..=0x9f, ..] | [0xef, 0xbf, 0xbe | 0xbf, ..]
                ) || rest.starts_with(b"\xe2\x80\xa8")
                    || rest.starts_with(b"\xe2\x80\xa9")
                    || rest.starts_with(BYTE_ORDER_MARK)
                {
                    return None;
                }
            }
        }
        at += 1;
    }
    let is_safe = !may_be_too_deep(bytes) && !text.starts_with('%');
    is_safe.then_some(readers)
}

/// Whether the blocks that begin on a line may be nested too deep: its indent and its indicators
/// are longer than [`MAX_DEPTH`]. The last of these bytes is tested first, since most lines
/// have a letter there.
fn may_be_too_deep(line: &[u8]) -> bool {
    let start = line.get(..=MAX_DEPTH);
    start.is_some_and(|start| start.iter().rev().all(|byte| b" -?:".contains(byte)))
}

fn is_plain(byte: u8) -> bool {
    matches!(BYTE_CLASSES[usize::from(byte)], ByteClass::Plain)
}

/// The possible meaning of a byte for [`fast_readers`].
#[derive(Clone, Copy)]
enum ByteClass {
    /// A byte without special meaning.
    Plain,
    LineFeed,
    CarriageReturn,
    /// A bracket, or a comma, which separates items inside brackets.
    Flow,
    /// An anchor, an alias, a tag or an explicit key.
    Indicator,
    Hash,
    /// The first byte of a line break of YAML 1.1, or of a byte-order mark.
    Wide,
    /// A control character.
    Refused,
}

const BYTE_CLASSES: [ByteClass; 256] = {
    let mut classes = [ByteClass::Plain; 256];
    let mut control = 0;
    while control < b' ' as usize {
        classes[control] = ByteClass::Refused;
        control += 1;
    }
    classes[0x7f] = ByteClass::Refused;
    classes[b'\n' as usize] = ByteClass::LineFeed;
    classes[b'\r' as usize] = ByteClass::CarriageReturn;
    classes[b'[' as usize] = ByteClass::Flow;
    classes[b'{' as usize] = ByteClass::Flow;
    classes[b']' as usize] = ByteClass::Flow;
    classes[b'}' as usize] = ByteClass::Flow;
    classes[b',' as usize] = ByteClass::Flow;
    classes[b'&' as usize] = ByteClass::Indicator;
    classes[b'*' as usize] = ByteClass::Indicator;
    classes[b'!' as usize] = ByteClass::Indicator;
    classes[b'?' as usize] = ByteClass::Indicator;
    classes[b'#' as usize] = ByteClass::Hash;
    classes[0xc2] = ByteClass::Wide;
    classes[0xe2] = ByteClass::Wide;
    classes[0xef] = ByteClass::Wide;
    classes
};

#[cfg(test)]
mod tests {
    use super::{FastReaders, MAX_DEPTH, fast_readers};

    fn is_taken(text: &str) -> bool {
        fast_readers(text) == Some(FastReaders::All)
    }

    #[test]
    fn nesting_is_counted_up_to_its_limit() {
        for (opening, closing) in [("[", "]"), ("{", "}"), ("{a: [", "]}")] {
            let most = MAX_DEPTH / opening.matches(['[', '{']).count();
            let nested = |depth: usize| opening.repeat(depth) + &closing.repeat(depth) + "\n";
            assert!(is_taken(&nested(most)), "{opening}");
            assert!(!is_taken(&nested(most + 1)), "{opening}");
            // Brackets beside each other are not nested.
            assert!(is_taken(&nested(1).repeat(2 * most)), "{opening}");
        }
        for indent in [" ", "- ", " -"] {
            let most = MAX_DEPTH / indent.len();
            for before in ["", "name: A\n"] {
                let text = |depth: usize| format!("{before}{}a: 1\n", indent.repeat(depth));
                assert!(is_taken(&text(most)), "{before}{indent}");
                assert!(!is_taken(&text(most + 1)), "{before}{indent}");
            }
        }
    }

    #[test]
    fn a_lone_dash_is_not_taken_in_brackets() {
        for text in [
            "[-]",
            "[-, a]",
            "{a: -}",
            "[-[a]]",
            "[-{a: b}]",
            "-[",
            "a-,",
        ] {
            assert!(!is_taken(text), "{text}");
        }
        for text in ["[a]-", "[- a]", "- [a, b]", "-", "a-b: {c: d-e}"] {
            assert!(is_taken(text), "{text}");
        }
    }
}
