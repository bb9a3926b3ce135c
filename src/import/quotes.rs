//! Whether a table ends within a quoted cell.

/// What the reader of a table is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a cell, where alone a quote opens one.
    Begin,
    /// In a cell without quotes, where a quote is a character such as that of `27" screen`.
    Plain,
    Quoted,
    /// After a quote in a quoted cell: its end, or the first of two that stand for one.
    AfterQuote,
}

/// Whether a quoted cell of a table has no end. The reader of its records does not tell.
pub(crate) fn is_open(table: &[u8], delimiter: u8) -> bool {
    let end = table.iter().fold(State::Begin, |state, byte| {
        let is_end = *byte == delimiter || matches!(byte, b'\r' | b'\n');
        match (state, byte) {
            (State::Begin | State::AfterQuote, b'"') => State::Quoted,
            (State::Quoted, b'"') => State::AfterQuote,
            (State::Quoted, _) => State::Quoted,
            _ if is_end => State::Begin,
            _ => State::Plain,
        }
    });
    end == State::Quoted
}

#[cfg(test)]
mod tests {
    use csv::{ByteRecord, ReaderBuilder};
    use proptest::prelude::{prop_assert_eq, proptest};
    use proptest::test_runner::Config;

    use super::is_open;

    proptest! {
        #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(3000) })]
        #[test]
        fn as_the_reader_of_records_has_it(table in "[a\",\r\n]{0,12}") {
            // What stands after an open quote is part of its cell.
            let longer = format!("{table}\nend");
            let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(longer.as_bytes());
            let records: Vec<ByteRecord> = reader.byte_records().collect::<Result<_, _>>()?;
            let is_closed = records.last().is_some_and(|last| last == vec!["end"]);
            prop_assert_eq!(is_open(table.as_bytes(), b','), !is_closed, "{:?}", table);
        }
    }
}
