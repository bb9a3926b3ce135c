//! On which line of a table a record begins.

use csv::ByteRecord;

/// Counts the lines of a table, of which CR LF, LF and a lone CR end one: the reader of its records
/// counts line feeds, and begins a record where it began to look for one.
pub(crate) struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    /// The line on which the last record begins.
    pub(crate) line: usize,
}

impl<'t> Lines<'t> {
    pub(crate) fn of(text: &'t [u8]) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
        }
    }

    /// The line on which a record begins. Each is asked for once, in their order.
    pub(crate) fn of_record(&mut self, record: &ByteRecord) -> usize {
        let from = record.position().map_or(0, |place| place.byte() as usize);
        let rest = self.text.get(from..).unwrap_or_default();
        let is_end = |byte: &&u8| matches!(byte, b'\r' | b'\n');
        let begin = from + rest.iter().take_while(is_end).count();
        let between = self.text.get(self.at..begin).unwrap_or_default();
        let behind = between.iter().skip(1).chain([&0]);
        let ends = between
            .iter()
            .zip(behind)
            .filter(|(byte, next)| **byte == b'\n' || (**byte == b'\r' && **next != b'\n'));
        self.line += ends.count();
        self.at = begin;
        self.line
    }
}
