//! Plans from a table with a header: comma, semicolon or tab between its cells.
//!
//! Dates are `2026-10-05` and nothing else. `05/01/2027` is January to some and May to others: a row
//! with such a date is told and left out.

use std::borrow::Cow;
use std::collections::HashMap;

use csv::{ByteRecord, ReaderBuilder};

use super::{ImportError, Omissions};
use crate::import::cell::{is_rounded, several, unwrapped, without_thousands};
use crate::import::column::Column;
use crate::import::draft::{Draft, Entry, Fields, Ids, Leads, Value};
use crate::import::fit::{fit, shown, tidy};
use crate::import::lines::Lines;
use crate::import::quotes::is_open;
use crate::plan::limits::{MAX_LEADS, MAX_TEXT_BYTES};
use crate::plan::value::price::Price;
use crate::plan::{Expiry, Method, is_empty};
use crate::text::value_error::ValueError;
use crate::time::date;
use crate::time::period::Period;

/// What to do about a table in an encoding that only its spreadsheet knows.
const SAVE: &str = "save the table as `CSV UTF-8`";
/// Columns that a table may have.
const MOST_COLUMNS: usize = 1000;

/// Reads a table.
pub(crate) fn draft(bytes: &[u8], omissions: &mut Omissions) -> Result<Draft, ImportError> {
    let (bytes, named) = separator_line(bytes);
    let delimiter = named.unwrap_or_else(|| delimiter(bytes));
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut lines = Lines::of(bytes);
    let mut record = ByteRecord::new();
    let mut has_row = |record: &mut ByteRecord| reader.read_byte_record(record).unwrap_or(false);
    if !has_row(&mut record) {
        return Err(ImportError::Unusable("the file is empty".to_owned(), None));
    }
    let columns = columns(&record, lines.of_record(&record), omissions)?;
    let mut rows = Rows {
        columns,
        ids: Ids::default(),
        omissions,
        plans: Vec::new(),
    };
    while has_row(&mut record) {
        let line = lines.of_record(&record);
        let Ok(cells) = record
            .iter()
            .map(std::str::from_utf8)
            .collect::<Result<Vec<_>, _>>()
        else {
            let what = format!("it is not UTF-8: left out; {SAVE}");
            rows.omissions.lose(line, "a row", what);
            continue;
        };
        let cells: Vec<Cow<'_, str>> = cells.into_iter().map(unwrapped).collect();
        rows.row(line, &cells);
    }
    if is_open(bytes, delimiter) {
        let what = "a quote is never closed: rows after it may have become part of a cell";
        rows.omissions.lose(lines.line, "the table", what);
    }
    Ok(Draft {
        calendar: Fields::new(),
        plans: rows.plans,
        is_feed: false,
    })
}

/// A first line `sep=;`, by which a spreadsheet names what stands between cells. Its end stays, as
/// an empty line, so that lines are counted from it.
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

/// What stands between cells: whatever makes the header say most.
fn delimiter(bytes: &[u8]) -> u8 {
    let known = |delimiter: &u8| {
        let mut reader = ReaderBuilder::new()
            .delimiter(*delimiter)
            .has_headers(false)
            .from_reader(bytes);
        let mut record = ByteRecord::new();
        if !reader.read_byte_record(&mut record).unwrap_or(false) {
            return (0, 0);
        }
        let cells = record.iter().take(MOST_COLUMNS);
        let names = cells.filter(|name| Column::of(&String::from_utf8_lossy(name)).is_some());
        (names.count(), record.len())
    };
    let all = [b'\t', b';', b','];
    all.into_iter().max_by_key(known).unwrap_or(b',')
}

fn columns(
    header: &ByteRecord,
    line: usize,
    omissions: &mut Omissions,
) -> Result<Vec<Option<Column>>, ImportError> {
    let is_text = std::str::from_utf8(header.as_slice()).is_ok();
    let unusable = |what: String, hint: &str| {
        let hint = if is_text {
            hint.to_owned()
        } else {
            format!("it is not UTF-8: {SAVE}")
        };
        Err(ImportError::Unusable(what, Some(hint)))
    };
    if header.len() > MOST_COLUMNS {
        let what = format!(
            "the header has {} columns: allowed up to {MOST_COLUMNS}",
            header.len()
        );
        return unusable(
            what,
            "name what stands between cells in a first line, as in `sep=;`",
        );
    }
    let names: Vec<String> = header
        .iter()
        .map(|name| String::from_utf8_lossy(name).trim().to_owned())
        .collect();
    let mut columns: Vec<Option<Column>> = Vec::with_capacity(names.len());
    for name in &names {
        let column = Column::of(name);
        match column {
            None if name.is_empty() => {}
            None => {
                let what = format!("unknown column {}: left out", shown(name));
                omissions.tell(line, "the header", what);
            }
            Some(known) if columns.contains(&column) => {
                let what = format!(
                    "a second column for `{}`, {}: left out",
                    known.name(),
                    shown(name)
                );
                omissions.tell(line, "the header", what);
                columns.push(None);
                continue;
            }
            Some(_) => {}
        }
        columns.push(column);
    }
    let has = |key| columns.contains(&Some(Column::Plan(key)));
    let shown: Vec<String> = names.iter().take(12).map(|name| shown(name)).collect();
    let shown = shown.join(", ");
    if !has("name") {
        let what = format!("no column is called `name`; the header has {shown}");
        return unusable(
            what,
            "the first line names the columns, as in `name,expires,price`",
        );
    }
    let has_date = has("expires") || (has("renewed") && has("validity"));
    if !has_date {
        let what = format!("no column has a date; the header has {shown}");
        return unusable(
            what,
            "call it `expires`, or have two: `renewed` and `validity`",
        );
    }
    Ok(columns)
}

struct Rows<'o> {
    columns: Vec<Option<Column>>,
    ids: Ids,
    omissions: &'o mut Omissions,
    plans: Vec<Entry>,
}

impl Rows<'_> {
    fn row(&mut self, line: usize, cells: &[Cow<'_, str>]) {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        let mut values: HashMap<Column, &str> = HashMap::new();
        let mut rounded = Vec::new();
        let mut rest = 0;
        for (index, cell) in cells.iter().map(|cell| cell.trim()).enumerate() {
            match self.columns.get(index) {
                None => rest += usize::from(!cell.is_empty()),
                Some(Some(column)) if !cell.is_empty() => {
                    if column.is_dialled() && is_rounded(cell) {
                        rounded.push((*column, cell));
                    } else {
                        values.insert(*column, cell);
                    }
                }
                Some(_) => {}
            }
        }
        let plan = |key| values.get(&Column::Plan(key)).copied();
        let subject = plan("name").map_or_else(|| "a row".to_owned(), shown);
        if rest > 0 {
            let what = format!("it has more cells than the header has names: {rest} left out");
            self.omissions.tell(line, &subject, what);
        }
        for (column, cell) in rounded {
            let what = format!(
                "`{}`: {} is no number that can be dialled, since the spreadsheet has rounded it: left out; format the column as text, and enter it again",
                column.name(),
                shown(cell)
            );
            self.omissions.tell(line, &subject, what);
        }
        let Some(name) = plan("name") else {
            self.omissions
                .lose(line, &subject, "it has no name: left out");
            return;
        };
        let mut row = Row {
            line,
            subject: &subject,
            values: &values,
            omissions: self.omissions,
        };
        let Some(dates) = row.dates() else { return };
        let mut fields: Fields = vec![("name", Value::Text(name.to_owned()))];
        fields.extend(dates);
        row.plain(&mut fields);
        let is_automatic = row.ways(&mut fields);
        let leads = row.leads(is_automatic);
        let id = plan("id").map(|id| tidy(id, true).0);
        let id = id.filter(|id| !is_empty(id));
        let Some(mut fields) = fit(fields, line, &subject, self.omissions) else {
            return;
        };
        let id = match id {
            None => self.ids.make(name),
            Some(id) if id.len() > MAX_TEXT_BYTES => {
                let octets = id.len();
                let what = format!(
                    "`id` was left out: it has {octets} octets, and {MAX_TEXT_BYTES} are allowed"
                );
                self.omissions.tell(line, &subject, what);
                self.ids.make(name)
            }
            Some(id) if self.ids.take(&id) => id,
            Some(id) => {
                let made = self.ids.make(name);
                let what = format!("its id {} is taken already: `{made}` instead", shown(&id));
                self.omissions.tell(line, &subject, what);
                made
            }
        };
        fields.push(("id", Value::Text(id)));
        self.plans.push(Entry { fields, leads });
    }
}

struct Row<'r> {
    line: usize,
    subject: &'r str,
    values: &'r HashMap<Column, &'r str>,
    omissions: &'r mut Omissions,
}

impl Row<'_> {
    fn get(&self, key: &'static str) -> Option<&str> {
        self.values.get(&Column::Plan(key)).copied()
    }

    /// Reads a cell; what is wrong with it is told.
    fn parsed<T>(
        &mut self,
        column: Column,
        parse: impl FnOnce(&str) -> Result<T, ValueError>,
        is_loss: bool,
    ) -> Option<T> {
        let text = self.values.get(&column)?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(error) => {
                let end = if is_loss {
                    "the row was left out"
                } else {
                    "left out"
                };
                let what = format!("`{}`: {}", column.name(), said(error, end));
                self.omissions.add(self.line, self.subject, what, is_loss);
                None
            }
        }
    }

    /// Reads a cell of a plan without which there is no plan: absent, or wrong.
    fn needed<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, ValueError>,
    ) -> Result<Option<T>, ()> {
        match self.get(key) {
            None => Ok(None),
            Some(_) => self
                .parsed(Column::Plan(key), parse, true)
                .map(Some)
                .ok_or(()),
        }
    }

    fn dates(&mut self) -> Option<Fields> {
        let expires = self.needed("expires", date::parse);
        let renewed = self.needed("renewed", date::parse);
        let validity = self.needed("validity", Period::parse);
        let (Ok(mut expires), Ok(renewed), Ok(validity)) = (expires, renewed, validity) else {
            return None;
        };
        // A table may have the sum beside what it is made of.
        if let (Some(day), Some(renewed), Some(validity)) = (expires, renewed, validity)
            && validity.after(renewed, 1) == Some(day)
        {
            expires = None;
        }
        let wants_extends = self
            .get("extends")
            .is_some_and(|text| text == "from-expiry");
        let extends = wants_extends && expires.is_some() && validity.is_some() && renewed.is_none();
        if self.get("extends").is_some() && !extends {
            let what =
                "`extends` was left out: it is `from-expiry`, with `expires` and `validity` alone";
            self.omissions.tell(self.line, self.subject, what);
        }
        let term = match Expiry::new(expires, renewed, validity, extends) {
            Ok(term) => term,
            Err(error) => {
                let what = said(error, "the row was left out");
                self.omissions.lose(self.line, self.subject, what);
                return None;
            }
        };
        let plain = |text: String| Value::Plain(text);
        let mut fields = Fields::new();
        fields.extend(expires.map(|day| ("expires", plain(day.to_string()))));
        fields.extend(renewed.map(|day| ("renewed", plain(day.to_string()))));
        let words = validity.map(crate::import::draft::words);
        fields.extend(words.map(|words| ("validity", plain(words))));
        fields.extend(extends.then(|| ("extends", plain("from-expiry".to_owned()))));
        let grace = |text: &str| {
            let grace = Period::parse(text)?;
            match grace.after(term.day(), 1) {
                Some(_) => Ok(grace),
                None => Err(ValueError::new("the grace period ends too late")),
            }
        };
        let grace = self.parsed(Column::Plan("grace"), grace, false);
        fields.extend(grace.map(|grace| ("grace", plain(crate::import::draft::words(grace)))));
        let ended = self.parsed(Column::Plan("ended"), date::parse, false);
        fields.extend(ended.map(|day| ("ended", plain(day.to_string()))));
        Some(fields)
    }

    fn plain(&mut self, fields: &mut Fields) {
        for key in ["provider", "number", "notes"] {
            let text = self.get(key).map(str::to_owned);
            fields.extend(text.map(|text| (key, Value::Text(text))));
        }
        let currency = self
            .values
            .get(&Column::Currency)
            .copied()
            .unwrap_or_default();
        let price = |text: &str| {
            let text = without_thousands(text);
            let has_own = text.contains(|c: char| c.is_alphabetic());
            let whole = if has_own || currency.is_empty() {
                text
            } else {
                format!("{text} {}", currency.to_uppercase())
            };
            Price::parse(&whole)
        };
        let price = self.parsed(Column::Plan("price"), price, false);
        fields.extend(price.map(|price| ("price", Value::Plain(price.to_string()))));
        if let Some(tags) = self.get("tags") {
            let tags = several(tags)
                .map(|tag| Value::Text(tag.to_owned()))
                .collect();
            fields.push(("tags", Value::List(tags)));
        }
    }

    fn leads(&mut self, is_automatic: bool) -> Leads {
        let parse = |text: &str| -> Result<Vec<Period>, ValueError> {
            let mut leads = Vec::new();
            for lead in several(text) {
                let lead = Period::parse(lead)?;
                if !leads.contains(&lead) {
                    leads.push(lead);
                }
            }
            match leads.len() {
                0..=MAX_LEADS => Ok(leads),
                many => Err(ValueError::new(format!("{many} leads"))),
            }
        };
        match self.parsed(Column::Plan("remind"), parse, false) {
            Some(leads) if is_automatic => Leads::Own(leads),
            Some(leads) => Leads::Are(leads),
            None => Leads::Unsaid,
        }
    }

    /// Reads the ways to reach somebody, and says whether the plan renews by itself.
    fn ways(&mut self, fields: &mut Fields) -> bool {
        let mut is_automatic = false;
        for part in ["renewal", "check", "support"] {
            let mut way = Fields::new();
            if part == "renewal" {
                is_automatic = self.renewal(&mut way, fields);
            }
            for key in ["url", "app", "dial"] {
                let text = self.values.get(&Column::Of(part, key));
                way.extend(text.map(|text| (key, Value::Text((*text).to_owned()))));
            }
            if let Some(to) = self.values.get(&Column::Sms(part, "to")) {
                let mut sms = vec![("to", Value::Text((*to).to_owned()))];
                let text = self.values.get(&Column::Sms(part, "text"));
                sms.extend(text.map(|text| ("text", Value::Text((*text).to_owned()))));
                way.push(("sms", Value::Map(sms)));
            }
            let call = self.values.get(&Column::Of(part, "call"));
            way.extend(call.map(|text| ("call", Value::Text((*text).to_owned()))));
            if !way.is_empty() {
                fields.push((part, Value::Map(way)));
            }
        }
        is_automatic
    }

    fn renewal(&mut self, way: &mut Fields, fields: &Fields) -> bool {
        let of = |key| Column::Of("renewal", key);
        let has_validity = fields.iter().any(|(key, _)| *key == "validity");
        let method = |text: &str| {
            let name = text.to_lowercase().replace([' ', '_'], "-");
            match Method::parse(&name)? {
                Method::AutoDebit if !has_validity => Err(ValueError::new(
                    "`auto-debit` needs `validity`: how often does it renew?",
                )),
                method => Ok((method, name)),
            }
        };
        let method = self.parsed(of("method"), method, false);
        let is_automatic = method
            .as_ref()
            .is_some_and(|(method, _)| *method == Method::AutoDebit);
        way.extend(method.map(|(_, name)| ("method", Value::Plain(name))));
        let until = |text: &str| match is_automatic {
            true => date::parse(text),
            false => Err(ValueError::new("`until` is for `auto-debit` alone")),
        };
        let until = self.parsed(of("until"), until, false);
        way.extend(until.map(|day| ("until", Value::Plain(day.to_string()))));
        if let Some(action) = self.values.get(&of("action")) {
            way.push(("action", Value::Text((*action).to_owned())));
        }
        if let Some(steps) = self.values.get(&of("steps")) {
            let steps = steps
                .split(['\n', ';'])
                .map(str::trim)
                .filter(|step| !step.is_empty());
            let steps = steps.map(|step| Value::Text(step.to_owned())).collect();
            way.push(("steps", Value::List(steps)));
        }
        is_automatic
    }
}

/// What is wrong, what became of it, and what to do.
fn said(error: ValueError, end: &str) -> String {
    let hint = error.hint.map(|hint| format!("; {hint}"));
    format!("{}: {end}{}", error.message, hint.unwrap_or_default())
}
