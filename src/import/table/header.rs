//! The header of a table: what each column holds. If the name of a column has two meanings, its
//! cells decide.

use csv::ByteRecord;

use crate::import::clean::quote;
use crate::import::error::ImportError;
use crate::import::omission::Omissions;
use crate::import::options::ImportOptions;
use crate::import::table::amount::ColumnMarks;
use crate::import::table::column::{Column, EventPart};
use crate::import::table::day::{ColumnOrders, WrittenDay};

/// What to do about a table in an unknown encoding.
pub(crate) const SAVE_AS_UTF_8: &str = "save the table as `CSV UTF-8`";
/// Columns that a table may have.
pub(crate) const MAX_COLUMNS: usize = 1000;

/// One column.
pub(crate) struct Heading {
    /// Its name in the file.
    pub(crate) name: String,
    pub(crate) column: Option<Column>,
    /// The currency or the unit that its name has in brackets.
    pub(crate) unit: Option<String>,
    pub(crate) orders: ColumnOrders,
    pub(crate) marks: ColumnMarks,
}

/// The columns of a table.
pub(crate) struct Header {
    line: usize,
    is_utf8: bool,
    pub(crate) headings: Vec<Heading>,
    /// Whether the rows are events of a calendar.
    pub(crate) is_of_events: bool,
}

/// What the cells of the columns show.
pub(crate) struct Facts(Vec<ColumnFacts>);

#[derive(Clone, Default)]
struct ColumnFacts {
    filled: usize,
    days: Vec<LatestDay>,
    day_count: usize,
    orders: ColumnOrders,
    marks: ColumnMarks,
}

/// The latest day that a cell can mean.
type LatestDay = chrono::NaiveDate;

impl Facts {
    pub(crate) fn new(header: &Header) -> Self {
        Self(vec![ColumnFacts::default(); header.headings.len()])
    }

    /// Adds a row.
    pub(crate) fn add(&mut self, header: &Header, record: &ByteRecord) {
        let columns = self.0.iter_mut().zip(&header.headings);
        for ((facts, heading), cell) in columns.zip(record) {
            let Ok(cell) = std::str::from_utf8(cell) else {
                continue;
            };
            let cell = cell.trim();
            if cell.is_empty() {
                continue;
            }
            facts.filled += 1;
            let Some(column) = heading.column else {
                continue;
            };
            if column == Column::Plan("price") {
                facts.marks.add(cell);
            }
            if (column.has_days() || column == Column::Plan("validity"))
                && let Ok(day) = WrittenDay::parse(cell)
            {
                facts.orders.add(&day);
                facts.day_count += 1;
                let latest = facts.days.pop().max(day.latest());
                facts.days.extend(latest);
            }
        }
    }
}

impl Header {
    /// Reads the names.
    pub(crate) fn read(
        header: &ByteRecord,
        line: usize,
        omissions: &mut Omissions,
    ) -> Result<Self, ImportError> {
        let is_utf8 = std::str::from_utf8(header.as_slice()).is_ok();
        if header.len() > MAX_COLUMNS {
            let what = format!(
                "the header has {} columns: allowed up to {MAX_COLUMNS}",
                header.len()
            );
            let hint = "write the separator of the cells in the first line, as in `sep=;`";
            return Err(unusable(is_utf8, what, hint));
        }
        let names = header
            .iter()
            .map(|name| String::from_utf8_lossy(name).trim().to_owned());
        let headings = names.map(|name| {
            let (column, unit) = Column::of(&name).unzip();
            Heading {
                name,
                column,
                unit: unit.flatten(),
                orders: ColumnOrders::default(),
                marks: ColumnMarks::default(),
            }
        });
        let mut header = Self {
            line,
            is_utf8,
            headings: headings.collect(),
            is_of_events: false,
        };
        let has = |header: &Self, part| header.has(Column::Event(part));
        header.is_of_events = has(&header, EventPart::StartDate)
            && (has(&header, EventPart::AllDay) || has(&header, EventPart::StartTime));
        if !header.is_of_events {
            let has_expiry = header.has(Column::Plan("expires"));
            for heading in &mut header.headings {
                match heading.column {
                    Some(Column::Event(EventPart::EndDate)) if !has_expiry => {
                        heading.column = Some(Column::Plan("expires"));
                    }
                    Some(Column::Event(_)) => heading.column = None,
                    _ => {}
                }
            }
        }
        header.drop_doubles(omissions);
        Ok(header)
    }

    /// Decides what the cells tell.
    ///
    /// # Errors
    ///
    /// No column has names, or none has dates.
    pub(crate) fn resolve(
        &mut self,
        facts: Facts,
        options: &ImportOptions,
        omissions: &mut Omissions,
    ) -> Result<(), ImportError> {
        let has_validity = self.has(Column::Plan("validity"));
        let mut has_expiry = self.has(Column::Plan("expires"));
        let mut notes = Vec::new();
        let mut unknown = Vec::new();
        for (heading, facts) in self.headings.iter_mut().zip(facts.0) {
            heading.orders = facts.orders;
            if let Some(order) = options.dates {
                heading.orders.choose(order);
            }
            heading.marks = facts.marks;
            let all_are_days = facts.filled > 0 && facts.day_count == facts.filled;
            let is_ahead = facts.days.iter().any(|day| *day >= options.today);
            let shown = quote(&heading.name);
            if heading.column == Some(Column::Renewal) {
                heading.column = Some(match all_are_days {
                    true => Column::RenewalDay,
                    false => Column::IsAutomatic,
                });
            }
            match heading.column {
                Some(Column::RenewalDay) if is_ahead && !has_expiry => {
                    heading.column = Some(Column::Plan("expires"));
                    has_expiry = true;
                    notes.push(format!("{shown} has days in the future: read as `expires`"));
                }
                Some(Column::RenewalDay) if is_ahead => {
                    heading.column = None;
                    notes.push(format!(
                        "{shown} has days in the future, and another column is `expires`: left \
                         out"
                    ));
                }
                Some(Column::RenewalDay) => {
                    heading.column = Some(Column::Plan("renewed"));
                    notes.push(format!(
                        "{shown} has no day in the future: read as `renewed`"
                    ));
                }
                Some(Column::Plan("validity")) if all_are_days && !has_expiry => {
                    heading.column = Some(Column::Plan("expires"));
                    has_expiry = true;
                    notes.push(format!("{shown} has days: read as `expires`"));
                }
                None if facts.filled > 0 && !heading.name.is_empty() => unknown.push(shown),
                _ => {}
            }
        }
        match &unknown[..] {
            [] => {}
            [one] => notes.push(format!("unknown column {one}: left out")),
            many => notes.push(format!("unknown columns {}: left out", many.join(", "))),
        }
        for what in notes {
            omissions.note(self.line, "the header", what);
        }
        self.drop_doubles(omissions);
        self.require(has_validity)
    }

    fn has(&self, column: Column) -> bool {
        let mut headings = self.headings.iter();
        headings.any(|heading| heading.column == Some(column))
    }

    /// Leaves out the later of two columns of one meaning, unless its name is the key itself.
    fn drop_doubles(&mut self, omissions: &mut Omissions) {
        let mut taken: Vec<(Column, usize)> = Vec::new();
        for index in 0..self.headings.len() {
            let Some(heading) = self.headings.get(index) else {
                continue;
            };
            let Some(column) = heading.column else {
                continue;
            };
            let is_key = heading.name.to_lowercase() == column.name();
            let Some(place) = taken.iter_mut().find(|(known, _)| *known == column) else {
                taken.push((column, index));
                continue;
            };
            let loser = if is_key {
                std::mem::replace(&mut place.1, index)
            } else {
                index
            };
            if let Some(heading) = self.headings.get_mut(loser) {
                heading.column = None;
                let shown = quote(&std::mem::take(&mut heading.name));
                let what = format!("a second column for `{}`, {shown}: left out", column.name());
                omissions.note(self.line, "the header", what);
            }
        }
    }

    fn require(&self, has_validity: bool) -> Result<(), ImportError> {
        let has = |key| self.has(Column::Plan(key));
        let names = self.headings.iter().map(|heading| quote(&heading.name));
        let shown: Vec<String> = names.take(12).collect();
        let shown = shown.join(", ");
        if !has("name") {
            let what = format!("no column is called `name`; the header has {shown}");
            let hint = "the first line names the columns, as in `name,expires,price`";
            return Err(unusable(self.is_utf8, what, hint));
        }
        let has_day = has("expires") || (has("renewed") && has_validity) || self.is_of_events;
        if !has_day {
            let what = match has("renewed") {
                true => format!("no column says when a plan runs out; the header has {shown}"),
                false => format!("no column has a date; the header has {shown}"),
            };
            let hint = match has("renewed") {
                true => {
                    "every renewal is in the past: add a column `validity` for how long each \
                     lasts, or name the column of the next renewal `expires`"
                }
                false => "name it `expires`, or use two columns: `renewed` and `validity`",
            };
            return Err(unusable(self.is_utf8, what, hint));
        }
        Ok(())
    }
}

fn unusable(is_utf8: bool, what: String, hint: &str) -> ImportError {
    let hint = match is_utf8 {
        true => hint.to_owned(),
        false => format!("it is not UTF-8: {SAVE_AS_UTF_8}"),
    };
    ImportError::Unusable(what, Some(hint))
}
