//! Whether a table ends inside a quoted cell.

/// Where in a table a reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum QuoteState {
    /// At the beginning of a cell, the only place where a quote opens a quoted cell.
    Begin,
    /// In a cell without quotes, where a quote is a character such as that of `27" screen`.
    Plain,
    Quoted,
    /// After a quote in a quoted cell: its end, or the first of two that stand for one.
    AfterQuote,
}

/// Whether a quoted cell of a table has no end, which the csv crate does not report.
pub(crate) fn has_open_quote(table: &[u8], delimiter: u8) -> bool {
    let end = table.iter().fold(QuoteState::Begin, |state, byte| {
        let is_end = *byte == delimiter || matches!(byte, b'\r' | b'\n');
        match (state, byte) {
            (QuoteState::Begin | QuoteState::AfterQuote, b'"') => QuoteState::Quoted,
            (QuoteState::Quoted, b'"') => QuoteState::AfterQuote,
            (QuoteState::Quoted, _) => QuoteState::Quoted,
            _ if is_end => QuoteState::Begin,
            _ => QuoteState::Plain,
        }
    });
    end == QuoteState::Quoted
}

#[cfg(test)]
mod tests {
    use csv::{ByteRecord, ReaderBuilder};
    use proptest::prelude::{prop_assert_eq, proptest};
    use proptest::test_runner::Config;

    use super::has_open_quote;

    proptest! {
        #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(3000) })]
        #[test]
        fn as_the_reader_of_records_has_it(table in "[a\",\r\n]{0,12}") {
            // What stands after an open quote is part of its cell.
            let longer = format!("{table}\nend");
            let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(longer.as_bytes());
            let records: Vec<ByteRecord> = reader.byte_records().collect::<Result<_, _>>()?;
            let is_closed = records.last().is_some_and(|last| last == vec!["end"]);
            prop_assert_eq!(has_open_quote(table.as_bytes(), b','), !is_closed, "{:?}", table);
        }
    }
}
