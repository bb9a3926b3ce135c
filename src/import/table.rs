//! Plans from a table with a header: comma, semicolon or tab between its cells.
//!
//! Dates are `2026-10-05` and nothing else. `05/01/2027` is January to some and May to others: a row
//! with such a date is listed and left out.

use std::borrow::Cow;
use std::collections::HashMap;

use csv::{ByteRecord, ReaderBuilder};

use crate::import::cell::{
    is_rounded_number, split_values, without_formula, without_thousands_spaces,
};
use crate::import::clean::{clean_plan, clean_text, quote};
use crate::import::column::Column;
use crate::import::draft::{FieldValue, Fields, Leads, PlanDraft, PlanIds, PlanListDraft};
use crate::import::error::ImportError;
use crate::import::lines::LineCounter;
use crate::import::omission::Omissions;
use crate::import::quotes::has_open_quote;
use crate::plan::limits::{MAX_LEADS, MAX_TEXT_BYTES};
use crate::plan::value::price::Price;
use crate::plan::value::validity;
use crate::plan::{Expiry, Extends, LastDay, Method, is_empty};
use crate::text::value_error::ValueError;
use crate::time::date;
use crate::time::period::Period;

/// What to do about a table in an unknown encoding.
const SAVE_AS_UTF_8: &str = "save the table as `CSV UTF-8`";
/// Columns that a table may have.
const MAX_COLUMNS: usize = 1000;

/// Reads a table.
pub(crate) fn read_table(
    bytes: &[u8],
    omissions: &mut Omissions,
) -> Result<PlanListDraft, ImportError> {
    let (bytes, named) = separator_line(bytes);
    let delimiter = named.unwrap_or_else(|| guess_delimiter(bytes));
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut lines = LineCounter::new(bytes);
    let mut record = ByteRecord::new();
    let mut read_row = |record: &mut ByteRecord| reader.read_byte_record(record).unwrap_or(false);
    if !read_row(&mut record) {
        return Err(ImportError::Unusable("the file is empty".to_owned(), None));
    }
    let columns = read_header(&record, lines.line_of(&record), omissions)?;
    let mut rows = Rows {
        columns,
        ids: PlanIds::default(),
        omissions,
        plans: Vec::new(),
    };
    while read_row(&mut record) {
        let line = lines.line_of(&record);
        let Ok(cells) = record
            .iter()
            .map(std::str::from_utf8)
            .collect::<Result<Vec<_>, _>>()
        else {
            let what = format!("it is not UTF-8: left out; {SAVE_AS_UTF_8}");
            rows.omissions.lose_plan(line, "a row", what);
            continue;
        };
        let cells: Vec<Cow<'_, str>> = cells.into_iter().map(without_formula).collect();
        rows.add_row(line, &cells);
    }
    if has_open_quote(bytes, delimiter) {
        let what = "a quote is never closed: rows after it may have become part of a cell";
        rows.omissions.lose_plan(lines.line, "the table", what);
    }
    Ok(PlanListDraft {
        calendar: Fields::new(),
        plans: rows.plans,
        is_own_feed: false,
    })
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

fn read_header(
    header: &ByteRecord,
    line: usize,
    omissions: &mut Omissions,
) -> Result<Vec<Option<Column>>, ImportError> {
    let is_utf8 = std::str::from_utf8(header.as_slice()).is_ok();
    let unusable = |what: String, hint: &str| {
        let hint = if is_utf8 {
            hint.to_owned()
        } else {
            format!("it is not UTF-8: {SAVE_AS_UTF_8}")
        };
        Err(ImportError::Unusable(what, Some(hint)))
    };
    if header.len() > MAX_COLUMNS {
        let what = format!(
            "the header has {} columns: allowed up to {MAX_COLUMNS}",
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
                let what = format!("unknown column {}: left out", quote(name));
                omissions.note(line, "the header", what);
            }
            Some(known) if columns.contains(&column) => {
                let what = format!(
                    "a second column for `{}`, {}: left out",
                    known.name(),
                    quote(name)
                );
                omissions.note(line, "the header", what);
                columns.push(None);
                continue;
            }
            Some(_) => {}
        }
        columns.push(column);
    }
    let has = |key| columns.contains(&Some(Column::Plan(key)));
    let shown: Vec<String> = names.iter().take(12).map(|name| quote(name)).collect();
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
    ids: PlanIds,
    omissions: &'o mut Omissions,
    plans: Vec<PlanDraft>,
}

impl Rows<'_> {
    fn add_row(&mut self, line: usize, cells: &[Cow<'_, str>]) {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        let mut values: HashMap<Column, &str> = HashMap::new();
        let mut rounded = Vec::new();
        let mut surplus = 0;
        for (index, cell) in cells.iter().map(|cell| cell.trim()).enumerate() {
            match self.columns.get(index) {
                None => surplus += usize::from(!cell.is_empty()),
                Some(Some(column)) if !cell.is_empty() => {
                    if column.is_dialled() && is_rounded_number(cell) {
                        rounded.push((*column, cell));
                    } else {
                        values.insert(*column, cell);
                    }
                }
                Some(_) => {}
            }
        }
        let plan = |key| values.get(&Column::Plan(key)).copied();
        let subject = plan("name").map_or_else(|| "a row".to_owned(), quote);
        if surplus > 0 {
            let what = format!("it has more cells than the header has names: {surplus} left out");
            self.omissions.note(line, &subject, what);
        }
        for (column, cell) in rounded {
            let what = format!(
                "`{}`: {} is no number that can be dialled, since the spreadsheet has rounded it: left out; format the column as text, and enter it again",
                column.name(),
                quote(cell)
            );
            self.omissions.note(line, &subject, what);
        }
        let Some(name) = plan("name") else {
            self.omissions
                .lose_plan(line, &subject, "it has no name: left out");
            return;
        };
        let mut row = Row {
            line,
            subject: &subject,
            values: &values,
            omissions: self.omissions,
        };
        let Some(dates) = row.dates() else { return };
        let mut fields: Fields = vec![("name", FieldValue::Text(name.to_owned()))];
        fields.extend(dates);
        row.texts_and_price(&mut fields);
        let is_automatic = row.contacts(&mut fields);
        let leads = row.leads(is_automatic);
        let id = plan("id").map(|id| clean_text(id, true).0);
        let id = id.filter(|id| !is_empty(id));
        let Some(mut fields) = clean_plan(fields, line, &subject, self.omissions) else {
            return;
        };
        let id = match id {
            None => self.ids.make(name),
            Some(id) if id.len() > MAX_TEXT_BYTES => {
                let octets = id.len();
                let what = format!(
                    "`id` was left out: it has {octets} octets, and {MAX_TEXT_BYTES} are allowed"
                );
                self.omissions.note(line, &subject, what);
                self.ids.make(name)
            }
            Some(id) if self.ids.take(&id) => id,
            Some(id) => {
                let made = self.ids.make(name);
                let what = format!("its id {} is taken already: `{made}` instead", quote(&id));
                self.omissions.note(line, &subject, what);
                made
            }
        };
        fields.push(("id", FieldValue::Text(id)));
        self.plans.push(PlanDraft { fields, leads });
    }
}

struct Row<'r> {
    line: usize,
    subject: &'r str,
    values: &'r HashMap<Column, &'r str>,
    omissions: &'r mut Omissions,
}

impl Row<'_> {
    fn cell(&self, key: &'static str) -> Option<&str> {
        self.values.get(&Column::Plan(key)).copied()
    }

    /// Reads a cell; an error becomes an omission.
    fn parse_cell<T>(
        &mut self,
        column: Column,
        parse: impl FnOnce(&str) -> Result<T, ValueError>,
        is_plan_lost: bool,
    ) -> Option<T> {
        let text = self.values.get(&column)?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(error) => {
                let end = if is_plan_lost {
                    "the row was left out"
                } else {
                    "left out"
                };
                let what = format!("`{}`: {}", column.name(), error_text(error, end));
                self.omissions
                    .add(self.line, self.subject, what, is_plan_lost);
                None
            }
        }
    }

    /// Reads a date or a validity. If it is wrong, the plan is lost.
    fn parse_required<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, ValueError>,
    ) -> Result<Option<T>, ()> {
        match self.cell(key) {
            None => Ok(None),
            Some(_) => self
                .parse_cell(Column::Plan(key), parse, true)
                .map(Some)
                .ok_or(()),
        }
    }

    fn dates(&mut self) -> Option<Fields> {
        let expires = self.parse_required("expires", date::parse);
        let renewed = self.parse_required("renewed", date::parse);
        let validity = self.parse_required("validity", validity::parse);
        let (Ok(mut expires), Ok(renewed), Ok(validity)) = (expires, renewed, validity) else {
            return None;
        };
        // A table may have the sum beside what it is made of.
        if let (Some(day), Some(renewed), Some(validity)) = (expires, renewed, validity)
            && validity.after(renewed, 1) == Some(day)
        {
            expires = None;
        }
        let written = self.cell("extends").map(Extends::parse);
        let is_possible = expires.is_some() && validity.is_some() && renewed.is_none();
        let extends = match written {
            None | Some(Ok(Extends::FromRenewal)) => Extends::FromRenewal,
            Some(Ok(extends)) if is_possible => extends,
            Some(_) => {
                let names = Extends::NAMES.join("`, `");
                let what = format!(
                    "`extends` was left out: it is one of `{names}`, with `expires` and `validity` alone"
                );
                self.omissions.note(self.line, self.subject, what);
                Extends::FromRenewal
            }
        };
        let term = match Expiry::new(expires.map(LastDay::from), renewed, validity, extends) {
            Ok(term) => term,
            Err(error) => {
                let what = error_text(error, "the row was left out");
                self.omissions.lose_plan(self.line, self.subject, what);
                return None;
            }
        };
        let plain = |text: String| FieldValue::Plain(text);
        let mut fields = Fields::new();
        fields.extend(expires.map(|day| ("expires", plain(day.to_string()))));
        fields.extend(renewed.map(|day| ("renewed", plain(day.to_string()))));
        let words = validity.map(Period::in_words);
        fields.extend(words.map(|words| ("validity", plain(words))));
        let extends = (extends != Extends::FromRenewal).then(|| extends.name());
        fields.extend(extends.map(|name| ("extends", plain(name.to_owned()))));
        let grace = |text: &str| {
            let grace = Period::parse(text)?;
            match grace.after(term.day(), 1) {
                Some(_) => Ok(grace),
                None => Err(ValueError::new("the grace period ends too late")),
            }
        };
        let grace = self.parse_cell(Column::Plan("grace"), grace, false);
        fields.extend(grace.map(|grace| ("grace", plain(grace.in_words()))));
        let ended = self.parse_cell(Column::Plan("ended"), date::parse, false);
        fields.extend(ended.map(|day| ("ended", plain(day.to_string()))));
        Some(fields)
    }

    fn texts_and_price(&mut self, fields: &mut Fields) {
        for key in ["provider", "number", "notes"] {
            let text = self.cell(key).map(str::to_owned);
            fields.extend(text.map(|text| (key, FieldValue::Text(text))));
        }
        let currency = self
            .values
            .get(&Column::Currency)
            .copied()
            .unwrap_or_default();
        let price = |text: &str| {
            let text = without_thousands_spaces(text);
            let has_own = text.contains(|c: char| c.is_alphabetic());
            let whole = if has_own || currency.is_empty() {
                text
            } else {
                format!("{text} {}", currency.to_uppercase())
            };
            Price::parse_new(&whole)
        };
        let price = self.parse_cell(Column::Plan("price"), price, false);
        fields.extend(price.map(|price| ("price", FieldValue::Plain(price.to_string()))));
        if let Some(tags) = self.cell("tags") {
            let tags = split_values(tags)
                .map(|tag| FieldValue::Text(tag.to_owned()))
                .collect();
            fields.push(("tags", FieldValue::List(tags)));
        }
    }

    fn leads(&mut self, is_automatic: bool) -> Leads {
        let parse = |text: &str| -> Result<Vec<Period>, ValueError> {
            let mut leads = Vec::new();
            for lead in split_values(text) {
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
        match self.parse_cell(Column::Plan("remind"), parse, false) {
            Some(leads) if is_automatic => Leads::OfPlan(leads),
            Some(leads) => Leads::Given(leads),
            None => Leads::Unknown,
        }
    }

    /// Reads `renewal`, `check` and `support`, and returns whether the plan renews by itself.
    fn contacts(&mut self, fields: &mut Fields) -> bool {
        let mut is_automatic = false;
        for part in ["renewal", "check", "support"] {
            let mut way = Fields::new();
            if part == "renewal" {
                is_automatic = self.renewal(&mut way, fields);
            }
            for key in ["url", "app", "dial"] {
                let text = self.values.get(&Column::Of(part, key));
                way.extend(text.map(|text| (key, FieldValue::Text((*text).to_owned()))));
            }
            if let Some(to) = self.values.get(&Column::Sms(part, "to")) {
                let mut sms = vec![("to", FieldValue::Text((*to).to_owned()))];
                let text = self.values.get(&Column::Sms(part, "text"));
                sms.extend(text.map(|text| ("text", FieldValue::Text((*text).to_owned()))));
                way.push(("sms", FieldValue::Map(sms)));
            }
            let call = self.values.get(&Column::Of(part, "call"));
            way.extend(call.map(|text| ("call", FieldValue::Text((*text).to_owned()))));
            if !way.is_empty() {
                fields.push((part, FieldValue::Map(way)));
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
        let method = self.parse_cell(of("method"), method, false);
        let is_automatic = method
            .as_ref()
            .is_some_and(|(method, _)| *method == Method::AutoDebit);
        way.extend(method.map(|(_, name)| ("method", FieldValue::Plain(name))));
        let until = |text: &str| match is_automatic {
            true => date::parse(text),
            false => Err(ValueError::new("`until` is for `auto-debit` alone")),
        };
        let until = self.parse_cell(of("until"), until, false);
        way.extend(until.map(|day| ("until", FieldValue::Plain(day.to_string()))));
        if let Some(action) = self.values.get(&of("action")) {
            way.push(("action", FieldValue::Text((*action).to_owned())));
        }
        if let Some(steps) = self.values.get(&of("steps")) {
            let steps = steps
                .split(['\n', ';'])
                .map(str::trim)
                .filter(|step| !step.is_empty());
            let steps = steps
                .map(|step| FieldValue::Text(step.to_owned()))
                .collect();
            way.push(("steps", FieldValue::List(steps)));
        }
        is_automatic
    }
}

/// What is wrong, what became of it, and what to do.
fn error_text(error: ValueError, end: &str) -> String {
    let hint = error.hint.map(|hint| format!("; {hint}"));
    format!("{}: {end}{}", error.message, hint.unwrap_or_default())
}
