//! Plans from a table with a header: comma, semicolon or tab between its cells.
//!
//! The table is read twice. The first reading finds out for each column in which order its dates
//! have day and month, which mark is the decimal mark, and what its name means if it has two
//! meanings. If a column does not tell, nothing is guessed: its rows are listed with the option
//! that decides.

mod amount;
pub(crate) mod column;
pub(crate) mod day;
mod flag;
mod groups;
mod header;
mod lines;
mod quotes;
mod row;

use std::borrow::Cow;

use csv::{ByteRecord, ReaderBuilder};

use crate::import::cell::without_formula;
use crate::import::draft::{Fields, PlanListDraft};
use crate::import::error::ImportError;
use crate::import::omission::Omissions;
use crate::import::options::ImportOptions;
use column::Column;
use header::{Facts, Header, MAX_COLUMNS, SAVE_AS_UTF_8};
use lines::LineCounter;
use quotes::has_open_quote;
use row::Rows;

/// Reads a table. `own_lines` are the lines of its records, if the table was made of another text.
pub(crate) fn read_table(
    bytes: &[u8],
    own_lines: Option<&[usize]>,
    options: &ImportOptions,
    omissions: &mut Omissions,
) -> Result<PlanListDraft, ImportError> {
    let (bytes, named) = separator_line(bytes);
    let delimiter = named.unwrap_or_else(|| guess_delimiter(bytes));
    let mut table = Table::new(bytes, delimiter, own_lines);
    let Some((line, record)) = table.next_row() else {
        return Err(ImportError::Unusable("the file is empty".to_owned(), None));
    };
    let mut header = Header::read(record, line, omissions)?;
    let mut facts = Facts::new(&header);
    while let Some((_, record)) = table.next_row() {
        facts.add(&header, record);
    }
    header.resolve(facts, options, omissions)?;
    let mut table = Table::new(bytes, delimiter, own_lines);
    table.next_row();
    let mut rows = Rows::new(&header, delimiter == b';', options, omissions);
    let mut last = line;
    while let Some((line, record)) = table.next_row() {
        last = line;
        let Ok(cells) = record
            .iter()
            .map(std::str::from_utf8)
            .collect::<Result<Vec<_>, _>>()
        else {
            rows.lose_row(line, &format!("it is not UTF-8: left out; {SAVE_AS_UTF_8}"));
            continue;
        };
        let cells: Vec<Cow<'_, str>> = cells.into_iter().map(without_formula).collect();
        rows.add_row(line, &cells);
    }
    let plans = rows.finish();
    if has_open_quote(bytes, delimiter) {
        let what = "a quote is never closed: rows after it may have become part of a cell";
        omissions.lose_plan(last, "the table", what);
    }
    Ok(PlanListDraft {
        calendar: Fields::new(),
        plans,
        is_own_feed: false,
    })
}

/// The records of a table with their lines.
struct Table<'t> {
    reader: csv::Reader<&'t [u8]>,
    lines: LineCounter<'t>,
    own_lines: Option<&'t [usize]>,
    record: ByteRecord,
    count: usize,
}

impl<'t> Table<'t> {
    fn new(bytes: &'t [u8], delimiter: u8, own_lines: Option<&'t [usize]>) -> Self {
        let mut builder = ReaderBuilder::new();
        builder
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true);
        Self {
            reader: builder.from_reader(bytes),
            lines: LineCounter::new(bytes),
            own_lines,
            record: ByteRecord::new(),
            count: 0,
        }
    }

    fn next_row(&mut self) -> Option<(usize, &ByteRecord)> {
        if !self
            .reader
            .read_byte_record(&mut self.record)
            .unwrap_or(false)
        {
            return None;
        }
        let line = match self.own_lines {
            Some(lines) => lines.get(self.count).copied().unwrap_or(1),
            None => self.lines.line_of(&self.record),
        };
        self.count += 1;
        Some((line, &self.record))
    }
}

/// Reads a first line `sep=;`, by which a spreadsheet names what stands between cells. The end of that
/// line stays as an empty line, so that the count of lines is right.
fn separator_line(bytes: &[u8]) -> (&[u8], Option<u8>) {
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let Some(end) = bytes.iter().position(is_end) else {
        return (bytes, None);
    };
    let (first, rest) = bytes.split_at(end);
    match first.trim_ascii() {
        [b's', b'e', b'p', b'=', delimiter] if b",;".contains(delimiter) => {
            (rest, Some(*delimiter))
        }
        // A tab was trimmed.
        b"sep=" => (rest, Some(b'\t')),
        _ => (bytes, None),
    }
}

/// What stands between cells: the character with which most names of the header are known.
fn guess_delimiter(bytes: &[u8]) -> u8 {
    let known = |delimiter: &u8| {
        let mut reader = ReaderBuilder::new()
            .delimiter(*delimiter)
            .has_headers(false)
            .from_reader(bytes);
        let mut record = ByteRecord::new();
        if !reader.read_byte_record(&mut record).unwrap_or(false) {
            return (0, 0);
        }
        let cells = record.iter().take(MAX_COLUMNS);
        let names = cells.filter(|name| Column::of(&String::from_utf8_lossy(name)).is_some());
        (names.count(), record.len())
    };
    let all = [b'\t', b';', b','];
    all.into_iter().max_by_key(known).unwrap_or(b',')
}
