//! Finds the line of a table on which a record begins.

use csv::ByteRecord;

/// Counts the lines of a table; CR LF, LF and a lone CR each end a line. The csv crate counts only line
/// feeds, and says that a record begins at the empty lines before it.
pub(crate) struct LineCounter<'t> {
    text: &'t [u8],
    at: usize,
    /// The line on which the last record begins.
    pub(crate) line: usize,
}

impl<'t> LineCounter<'t> {
    pub(crate) fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
        }
    }

    /// The line on which a record begins. Records must be passed once each, in their order.
    pub(crate) fn line_of(&mut self, record: &ByteRecord) -> usize {
        let from = record.position().map_or(0, |place| place.byte() as usize);
        let rest = self.text.get(from..).unwrap_or_default();
        let is_end = |byte: &&u8| matches!(byte, b'\r' | b'\n');
        let begin = from + rest.iter().take_while(is_end).count();
        let between = self.text.get(self.at..begin).unwrap_or_default();
        let following = between.iter().skip(1).chain([&0]);
        let ends = between
            .iter()
            .zip(following)
            .filter(|(byte, next)| **byte == b'\n' || (**byte == b'\r' && **next != b'\n'));
        self.line += ends.count();
        self.at = begin;
        self.line
    }
}
