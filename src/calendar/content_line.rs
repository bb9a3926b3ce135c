//! Content lines (RFC 5545, section 3.1): escaped, folded at 75 octets, with CRLF at the end.
//!
//! No text can break out of its line. Every control character and every line separator of Unicode
//! becomes a space or an escaped line break, even if the caller has cleaned the text before.

use crate::calendar::sink::Sink;

/// The maximum number of octets of a line without its CRLF.
const MAX_LINE_BYTES: usize = 75;

/// Content lines that are appended to one buffer.
#[derive(Debug, Default)]
pub(crate) struct ContentLines {
    out: String,
    /// The number of octets that have been passed on.
    passed: usize,
    /// The line that is being folded.
    scratch: String,
}

impl ContentLines {
    /// Makes an empty buffer with a capacity of `octets` octets.
    pub(crate) fn with_capacity(octets: usize) -> Self {
        Self {
            out: String::with_capacity(octets),
            passed: 0,
            scratch: String::new(),
        }
    }

    /// Writes a line that is known to be safe and short, such as `BEGIN:VEVENT`.
    pub(crate) fn raw_line(&mut self, line: &str) {
        debug_assert!(line.len() <= MAX_LINE_BYTES);
        self.out.extend([line, "\r\n"]);
    }

    /// Writes a property whose value has its own syntax and is not escaped: a date, a duration, a
    /// URI. The value must not contain control characters.
    pub(crate) fn value_line(&mut self, name: &str, value: &str) {
        let start = self.out.len();
        self.out.extend([name, ":", value]);
        self.end_line(start);
    }

    /// Writes a property of type TEXT (RFC 5545, section 3.3.11).
    pub(crate) fn text_line(&mut self, name: &str, text: &str) {
        let start = self.out.len();
        self.out.extend([name, ":"]);
        escape(&mut self.out, text);
        self.end_line(start);
    }

    /// Writes complete lines that were made before.
    pub(crate) fn prebuilt(&mut self, lines: &str) {
        self.out.push_str(lines);
    }

    /// The number of octets so far.
    pub(crate) fn len(&self) -> usize {
        self.passed + self.out.len()
    }

    /// Passes the lines to a sink and forgets them, if they have at least `octets` octets.
    pub(crate) fn pass_on(&mut self, octets: usize, sink: &mut dyn Sink) {
        if self.out.len() >= octets {
            sink.write(&self.out);
            self.passed += self.out.len();
            self.out.clear();
        }
    }

    /// Returns the lines that have not been passed on.
    pub(crate) fn finish(self) -> String {
        self.out
    }

    fn end_line(&mut self, start: usize) {
        if self.out.len() - start > MAX_LINE_BYTES {
            self.scratch.clear();
            self.scratch.push_str(&self.out[start..]);
            self.out.truncate(start);
            fold(&mut self.out, &self.scratch);
        }
        self.out.push_str("\r\n");
    }
}

/// Appends a property of type TEXT as a complete line.
pub(crate) fn append_text_line(out: &mut String, name: &str, text: &str) {
    let mut line = String::with_capacity(name.len() + 1 + text.len() + text.len() / 8);
    line.extend([name, ":"]);
    escape(&mut line, text);
    fold(out, &line);
    out.push_str("\r\n");
}

/// Appends a line, folded so that each part has at most 75 octets. A character is never split.
fn fold(out: &mut String, line: &str) {
    let mut rest = line;
    let mut width = MAX_LINE_BYTES;
    while rest.len() > width {
        let (head, tail) = rest.split_at(rest.floor_char_boundary(width));
        out.extend([head, "\r\n "]);
        rest = tail;
        // The space at the beginning of a continuation line counts.
        width = MAX_LINE_BYTES - 1;
    }
    out.push_str(rest);
}

/// Appends a text in which backslash, semicolon, comma and line breaks are escaped.
pub(crate) fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = first_special(rest.as_bytes()) {
        let (clean, tail) = rest.split_at(at);
        out.push_str(clean);
        let mut chars = tail.chars();
        let Some(c) = chars.next() else { break };
        match c {
            '\\' => out.push_str("\\\\"),
            ';' => out.push_str("\\;"),
            ',' => out.push_str("\\,"),
            '\r' if chars.as_str().starts_with('\n') => {}
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// The position of the first byte that [`escape`] may have to replace. Most texts have few of them,
/// so sixteen bytes are tested at a time: the compiler makes a few vector instructions of that.
fn first_special(bytes: &[u8]) -> Option<usize> {
    let (chunks, _) = bytes.as_chunks::<16>();
    let has_special = |chunk: &[u8; 16]| {
        let special = chunk.iter().map(|byte| is_special(*byte));
        special.fold(false, |any, special| any | special)
    };
    let clean = chunks.iter().position(has_special).unwrap_or(chunks.len());
    let clean = 16 * clean;
    let rest = bytes[clean..].iter();
    rest.copied().position(is_special).map(|at| clean + at)
}

/// Whether [`escape`] may have to replace a byte, or a character that begins with it.
fn is_special(byte: u8) -> bool {
    (byte < 0x20)
        | (byte == b'\\')
        | (byte == b';')
        | (byte == b',')
        | (byte == 0x7f)
        | (byte == 0xc2)
        | (byte == 0xe2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop, prop_oneof, proptest};
    use proptest::sample::select;
    use proptest::test_runner::Config;

    use super::ContentLines;
    use super::MAX_LINE_BYTES;
    use super::append_text_line;
    use super::escape;
    use super::fold;

    /// A text that is long enough to be folded several times. It has characters of one to four
    /// octets, characters that must be escaped, and every kind of control character.
    fn text() -> impl Strategy<Value = String> {
        let c = prop_oneof![
            4 => select(vec!['a', ' ', 'é', '漢', '🇳', '\u{301}', '\u{a0}', '\u{2026}']),
            2 => select(vec!['\\', ';', ',', ':', '"', 'n', 'N', '\n', '\r', '\t']),
            1 => select(vec!['\0', '\x0b', '\x1b', '\x7f', '\u{85}', '\u{9f}', '\u{2028}', '\u{2029}']),
            2 => any::<char>(),
        ];
        prop::collection::vec(c, 0..400).prop_map(String::from_iter)
    }

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        escape(&mut out, text);
        out
    }

    /// Unescapes a value exactly as RFC 5545, section 3.3.11, defines it. Panics if a character
    /// that must be escaped is not, or if any other character is.
    fn unescaped(value: &str) -> String {
        let mut out = String::new();
        let mut chars = value.chars();
        while let Some(c) = chars.next() {
            assert!(!matches!(c, ';' | ','), "a bare {c} in {value:?}");
            out.push(match c {
                '\\' => match chars.next() {
                    Some('n') => '\n',
                    Some(c @ ('\\' | ';' | ',')) => c,
                    other => unreachable!("{other:?} behind a backslash in {value:?}"),
                },
                c => c,
            });
        }
        out
    }

    #[test]
    fn escapes_what_could_end_a_value() {
        for (text, expected) in [
            (r"a\b;c,d", r"a\\b\;c\,d"),
            ("a\nb\r\nc\rd", r"a\nb\nc\nd"),
            ("a\u{85}b\u{2028}c\u{2029}d", r"a\nb\nc\nd"),
            (
                "a\u{b}b\u{c}c\0d\u{1b}e\u{7f}f\u{9f}g\th",
                "a b c d e f g h",
            ),
            ("“é” – 漢", "“é” – 漢"),
            ("\u{a0}\u{2026}", "\u{a0}\u{2026}"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }

    #[test]
    fn folds_between_characters() {
        let mut lines = ContentLines::default();
        lines.text_line("SUMMARY", &"漢".repeat(40));
        let feed = lines.finish();
        let widths: Vec<usize> = feed.split_terminator("\r\n").map(str::len).collect();
        // The first line has 8 octets of the name and 22 characters of 3 octets; the second has a
        // space and 18 characters.
        assert_eq!(widths, [74, 55]);
    }

    proptest! {
        #![proptest_config(Config { failure_persistence: None, ..Config::default() })]
        #[test]
        fn folding_is_undone_by_unfolding(text in text()) {
            let line = text.replace(['\r', '\n'], "");
            let mut folded = String::new();
            fold(&mut folded, &line);
            assert_eq!(folded.replace("\r\n ", ""), line);
            let parts: Vec<&str> = folded.split("\r\n").collect();
            assert!(parts.iter().all(|part| part.len() <= MAX_LINE_BYTES));
            for pair in parts.windows(2) {
                // A line is not folded too early: the character after the fold would not fit before
                // it.
                let next = pair[1][1..].chars().next().expect("something behind a fold");
                assert!(pair[0].len() + next.len_utf8() > MAX_LINE_BYTES, "{folded:?}");
            }
        }

        #[test]
        fn escaping_is_undone_by_unescaping(text in text()) {
            let value = escaped(&text);
            assert!(!value.chars().any(char::is_control));
            let text = text.replace("\r\n", "\n");
            let text = text.replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
            let text = text.replace(|c: char| c.is_control() && c != '\n', " ");
            assert_eq!(unescaped(&value), text);
        }

        #[test]
        fn a_text_is_one_line_however_it_is_written(text in text()) {
            let mut lines = ContentLines::default();
            lines.text_line("SUMMARY", &text);
            let written = lines.finish();
            let mut prebuilt = String::new();
            append_text_line(&mut prebuilt, "SUMMARY", &text);
            assert_eq!(prebuilt, written);
            let unfolded = written.replace("\r\n ", "");
            assert_eq!(unfolded, format!("SUMMARY:{}\r\n", escaped(&text)));
        }
    }
}
