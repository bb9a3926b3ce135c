//! The encoding of a file: UTF-8, UTF-16, GBK with all of GB 18030, or Windows-1252. Big5 and Shift_JIS
//! are read only if they give the header a column that is known.

use std::borrow::Cow;

use crate::document::without_mark;
use crate::import::table::column::Column;
use encoding_rs::{BIG5, Encoding, GBK, SHIFT_JIS, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// What a file in GBK is told as.
const READ_AS_GBK: &str = "it is not UTF-8: read as GBK; are its characters right?";
/// What a file in Windows-1252 is told as.
const READ_AS_WINDOWS_1252: &str = "it is not UTF-8: read as Windows-1252; are its letters right?";
/// What a file in Big5 is told as.
const READ_AS_BIG5: &str = "it is not UTF-8: read as Big5; are its characters right?";
/// What a file in Shift_JIS is told as.
const READ_AS_SHIFT_JIS: &str = "it is not UTF-8: read as Shift_JIS; are its characters right?";
/// What a file in UTF-16 without a mark is told as.
const READ_AS_UTF_16: &str = "it has no byte-order mark: read as UTF-16; are its characters right?";
/// What a damaged file in UTF-16 is told as.
const DAMAGED_UTF_16: &str =
    "it is UTF-16 with something that is not a character: it became `\u{fffd}`";

/// A text as UTF-8 without a byte-order mark, and what has to be said of how it was read.
///
/// The bytes stay as they are if they are UTF-8 in which some lines are damaged, or in none of the
/// encodings.
pub(crate) fn to_utf8(bytes: &[u8]) -> (Cow<'_, [u8]>, Option<&'static str>) {
    for utf_16 in [UTF_16LE, UTF_16BE] {
        if Encoding::for_bom(bytes).is_some_and(|(found, _)| found == utf_16) {
            let (text, is_damaged) = utf_16.decode_with_bom_removal(bytes);
            let text = Cow::Owned(text.into_owned().into_bytes());
            return (text, is_damaged.then_some(DAMAGED_UTF_16));
        }
    }
    if let Some(text) = utf_16_without_mark(bytes) {
        return (Cow::Owned(text.into_bytes()), Some(READ_AS_UTF_16));
    }
    let bytes = without_mark(bytes);
    let lines = LineCounts::of(bytes);
    let gbk = || from_gbk(bytes).map(|text| (text, READ_AS_GBK));
    let known_header = || {
        let encodings = [(BIG5, READ_AS_BIG5), (SHIFT_JIS, READ_AS_SHIFT_JIS)];
        let mut encodings = encodings.into_iter();
        encodings.find_map(|(encoding, said)| Some((with_known_header(bytes, encoding)?, said)))
    };
    let windows_1252 = || from_windows_1252(bytes).map(|text| (text, READ_AS_WINDOWS_1252));
    let guess = match lines {
        LineCounts { other: 0, .. } => None,
        LineCounts { utf8: 0, .. } => gbk().or_else(known_header).or_else(windows_1252),
        // Some pairs of GBK are a letter of UTF-8 as well.
        LineCounts { utf8, other } if other >= utf8 => gbk(),
        LineCounts { .. } => None,
    };
    match guess {
        Some((text, said)) => (Cow::Owned(text.into_bytes()), Some(said)),
        None => (Cow::Borrowed(bytes), None),
    }
}

/// A text in UTF-16 without a byte-order mark: a zero in every fourth unit or more, always in the same
/// half of it.
fn utf_16_without_mark(bytes: &[u8]) -> Option<String> {
    if bytes.len() < 4 || bytes.len() % 2 == 1 {
        return None;
    }
    let zeros = |first: usize| {
        bytes
            .iter()
            .skip(first)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let encoding = match (zeros(0), zeros(1)) {
        (0, low) if low * 8 >= bytes.len() => UTF_16LE,
        (high, 0) if high * 8 >= bytes.len() => UTF_16BE,
        _ => return None,
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    text.contains(['\n', '\r']).then(|| text.into_owned())
}

/// A text in an encoding in which the header has a known column beyond ASCII.
fn with_known_header(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    let header = text.lines().find(|line| !line.trim().is_empty())?;
    let mut names = header
        .split([',', ';', '\t'])
        .map(|name| name.trim().trim_matches('"'));
    let is_known = names.any(|name| !name.is_ascii() && Column::of(name).is_some());
    is_known.then(|| text.into_owned())
}

/// How many lines of a text have more than ASCII in them.
#[derive(Debug, Default)]
struct LineCounts {
    /// Those that are UTF-8.
    utf8: usize,
    /// Those that are not.
    other: usize,
}

impl LineCounts {
    /// Counts a line together with its folds: a fold of a calendar may stand inside a character.
    fn of(bytes: &[u8]) -> Self {
        let mut counts = Self::default();
        let mut line = Vec::new();
        for part in bytes.split(|byte| matches!(byte, b'\r' | b'\n')) {
            match part.split_first() {
                None => {}
                Some((b' ' | b'\t', folded)) => line.extend_from_slice(folded),
                Some(_) => {
                    counts.add(&line);
                    line.clear();
                    line.extend_from_slice(part);
                }
            }
        }
        counts.add(&line);
        counts
    }

    fn add(&mut self, line: &[u8]) {
        match std::str::from_utf8(line) {
            Ok(text) => self.utf8 += usize::from(!text.is_ascii()),
            Err(_) => self.other += 1,
        }
    }
}

/// A text in GBK; `None` if it is not GBK, or does not look Chinese: a letter of Windows-1252 and the
/// one after it are often a rare character of GBK.
fn from_gbk(bytes: &[u8]) -> Option<String> {
    let text = GBK.decode_without_bom_handling_and_without_replacement(bytes)?;
    let beyond_ascii = text.chars().filter(|c| !c.is_ascii()).count();
    (common_characters(bytes) * 4 >= beyond_ascii * 3).then(|| text.into_owned())
}

/// How many characters of a text in GBK are punctuation or one of the 3,755 most common Chinese
/// characters, those of level 1 of GB 2312. Each is two bytes of 0xA1 or more, so that two accented
/// letters would have to stand side by side, the first of them a capital.
fn common_characters(bytes: &[u8]) -> usize {
    let (mut count, mut at) = (0, 0);
    while let Some(lead) = bytes.get(at) {
        let is_pair = !lead.is_ascii() && *lead != 0x80;
        let trail = bytes.get(at + 1).copied().unwrap_or_default();
        let is_common = matches!(lead, 0xa1..=0xa3 | 0xb0..=0xd7) && trail >= 0xa1;
        count += usize::from(is_common);
        at += if is_pair { 2 } else { 1 };
    }
    count
}

/// A text in Windows-1252; `None` if a byte of it is no character there, which the standard of the
/// web reads as a control character.
fn from_windows_1252(bytes: &[u8]) -> Option<String> {
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    let is_undefined = |c: char| matches!(c, '\u{80}'..='\u{9f}');
    (!text.contains(is_undefined)).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use encoding_rs::GBK;

    use super::{
        DAMAGED_UTF_16, READ_AS_BIG5, READ_AS_GBK, READ_AS_SHIFT_JIS, READ_AS_UTF_16,
        READ_AS_WINDOWS_1252, to_utf8,
    };

    #[test]
    fn the_encoding_is_found() {
        let (windows_1252, gbk) = (Some(READ_AS_WINDOWS_1252), Some(READ_AS_GBK));
        for (reason, bytes, expected, said) in [
            ("UTF-8", &b"A:\xc3\xa5"[..], "A:\u{e5}", None),
            ("a byte-order mark", b"\xef\xbb\xbfA", "A", None),
            ("UTF-16LE", b"\xff\xfe\xe5\0A\0", "\u{e5}A", None),
            ("UTF-16BE", b"\xfe\xff\0\xe5\0A", "\u{e5}A", None),
            (
                "UTF-16LE without a mark",
                b"a\0,\0\xe5\0\n\0",
                "a,\u{e5}\n",
                Some(READ_AS_UTF_16),
            ),
            (
                "Big5",
                b"\xa6W\xba\xd9,\xa8\xec\xb4\xc1\xa4\xe9\nA,2027-01-05\n",
                "\u{540d}\u{7a31},\u{5230}\u{671f}\u{65e5}\nA,2027-01-05\n",
                Some(READ_AS_BIG5),
            ),
            (
                "Shift_JIS",
                b"\x96\xbc\x91O,\x8a\xfa\x8c\xc0\nA,2027-01-05\n",
                "\u{540d}\u{524d},\u{671f}\u{9650}\nA,2027-01-05\n",
                Some(READ_AS_SHIFT_JIS),
            ),
            (
                "half a pair in UTF-16",
                b"\xff\xfe\x3d\xd8A\0",
                "\u{fffd}A",
                Some(DAMAGED_UTF_16),
            ),
            ("ASCII", b"A:a\r\n", "A:a\r\n", None),
            (
                "Windows-1252",
                b"A:\xe5\r\nB:\x80\x9f\r\n",
                "A:\u{e5}\r\nB:\u{20ac}\u{178}\r\n",
                windows_1252,
            ),
            (
                "German words that are pairs of GBK as well",
                b"L\xe4uft ab;Gr\xf6\xdfe;W\xe4hrung;K\xfcndigung",
                "L\u{e4}uft ab;Gr\u{f6}\u{df}e;W\u{e4}hrung;K\u{fc}ndigung",
                windows_1252,
            ),
            (
                "capitals with accents",
                b"D\xc9J\xc0 CR\xc9\xc9E PR\xc9PAY\xc9E \xc0",
                "D\u{c9}J\u{c0} CR\u{c9}\u{c9}E PR\u{c9}PAY\u{c9}E \u{c0}",
                windows_1252,
            ),
            (
                "GBK",
                b"\xcc\xd7\xb2\xcd,\xb5\xbd\xc6\xda\xc8\xd5\nA,8\xd4\xaa",
                "\u{5957}\u{9910},\u{5230}\u{671f}\u{65e5}\nA,8\u{5143}",
                gbk,
            ),
        ] {
            let (text, found) = to_utf8(bytes);
            assert_eq!(std::str::from_utf8(&text), Ok(expected), "{reason}");
            assert_eq!(found, said, "{reason}");
        }
    }

    #[test]
    fn rare_characters_among_common_ones_are_gbk() {
        let text = "\u{6731}\u{9555}\u{57fa}\u{7684}\u{5957}\u{9910}\u{ff0c}\u{5230}\u{671f}";
        let (bytes, _, _) = GBK.encode(text);
        assert_eq!(to_utf8(&bytes).0, text.as_bytes());
    }

    #[test]
    fn damaged_utf8_stays_as_it_is() {
        for bytes in [
            // One line is UTF-8, with a fold in its letter or not, and another is damaged.
            &b"A:\xc3\xa5\r\nB:\xe5\r\n"[..],
            b"A:\xc3\r\n \xa5\r\nB:\xe5\r\n",
            b"A:\xc3\r\n \xa5\r\n",
            b"A:\xc3\xa5\r\nB:\xe5x\r\n",
            // No character of Windows-1252.
            b"A:\x81\r\n",
        ] {
            let (text, said) = to_utf8(bytes);
            assert_eq!((&*text, said), (bytes, None), "{bytes:?}");
        }
    }
}
