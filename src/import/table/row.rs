//! Rows become plans.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::NaiveDate;

use crate::import::cell::{is_rounded_number, split_values};
use crate::import::clean::{clean_plan, clean_text, quote};
use crate::import::draft::{FieldValue, Fields, Leads, PlanDraft, PlanIds, period_of_days};
use crate::import::html::html_text;
use crate::import::omission::Omissions;
use crate::import::options::ImportOptions;
use crate::import::table::amount::{AmountError, read_price};
use crate::import::table::column::{Column, EventPart};
use crate::import::table::day::WrittenDay;
use crate::import::table::flag;
use crate::import::table::groups::RowGroups;
use crate::import::table::header::{Header, Heading};
use crate::plan::limits::{MAX_LEADS, MAX_TEXT_BYTES};
use crate::plan::value::loose;
use crate::plan::{Expiry, Extends, LastDay, Method, is_empty};
use crate::text::value_error::ValueError;
use crate::time::period::Period;

/// Makes plans of the rows of a table.
pub(crate) struct Rows<'o> {
    header: &'o Header,
    has_semicolons: bool,
    options: &'o ImportOptions,
    omissions: &'o mut Omissions,
    groups: RowGroups,
    ids: PlanIds,
    plans: Vec<PlanDraft>,
    /// Rows of events that are long past, and the first of them.
    past: Option<(usize, usize)>,
}

impl<'o> Rows<'o> {
    pub(crate) fn new(
        header: &'o Header,
        has_semicolons: bool,
        options: &'o ImportOptions,
        omissions: &'o mut Omissions,
    ) -> Self {
        Self {
            header,
            has_semicolons,
            options,
            omissions,
            groups: RowGroups::default(),
            ids: PlanIds::default(),
            plans: Vec::new(),
            past: None,
        }
    }

    /// Returns the plans, and notes what is said of many rows once.
    pub(crate) fn finish(self) -> Vec<PlanDraft> {
        self.groups.note(self.omissions);
        if let Some((line, count)) = self.past {
            self.omissions.note_past(line, count);
        }
        self.plans
    }

    /// Notes a row that cannot be read.
    pub(crate) fn lose_row(&mut self, line: usize, what: &str) {
        self.omissions.lose_plan(line, "a row", what);
    }

    pub(crate) fn add_row(&mut self, line: usize, cells: &[Cow<'_, str>]) {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        let mut values: HashMap<Column, (&Heading, &str)> = HashMap::new();
        let mut rounded = Vec::new();
        let mut surplus = 0;
        for (index, cell) in cells.iter().map(|cell| cell.trim()).enumerate() {
            let Some(heading) = self.header.headings.get(index) else {
                surplus += usize::from(!cell.is_empty());
                continue;
            };
            let Some(column) = heading.column.filter(|_| !cell.is_empty()) else {
                continue;
            };
            if column.is_dialled() && is_rounded_number(cell) {
                rounded.push((column, cell));
            } else {
                values.insert(column, (heading, cell));
            }
        }
        let plan = |key| values.get(&Column::Plan(key)).map(|(_, cell)| *cell);
        let subject = plan("name").map_or_else(|| "a row".to_owned(), quote);
        if surplus > 0 {
            let what = format!("it has more cells than the header has names: {surplus} left out");
            self.omissions.note(line, &subject, what);
        }
        for (column, cell) in rounded {
            let what = format!(
                "`{}`: {} is a number that the spreadsheet has rounded: left out; format the \
                 column as text, and enter it again",
                column.name(),
                quote(cell)
            );
            self.omissions.note(line, &subject, what);
        }
        let Some(name) = plan("name") else {
            let what = "it has no name: left out";
            self.omissions.lose_plan(line, &subject, what);
            return;
        };
        let mut row = Row {
            line,
            subject: &subject,
            values: &values,
            has_semicolons: self.has_semicolons,
            options: self.options,
            omissions: self.omissions,
            groups: &mut self.groups,
        };
        let mut fields: Fields = vec![("name", FieldValue::Text(name.to_owned()))];
        let mut leads = Leads::Unknown;
        if self.header.is_of_events {
            let Some(day) = row.event_day() else { return };
            if self.options.is_long_past(day) {
                let (first, count) = self.past.unwrap_or((line, 0));
                self.past = Some((first, count + 1));
                return;
            }
            fields.push(("expires", plain(day)));
            leads = row.event_leads(day);
        } else {
            let Some(dates) = row.dates() else { return };
            fields.extend(dates);
        }
        row.texts_and_price(&mut fields);
        let is_automatic = row.contacts(&mut fields);
        if leads == Leads::Unknown {
            leads = row.leads(is_automatic);
        }
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
                let what = format!("its id {} is used already: it gets `{made}`", quote(&id));
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
    values: &'r HashMap<Column, (&'r Heading, &'r str)>,
    has_semicolons: bool,
    options: &'r ImportOptions,
    omissions: &'r mut Omissions,
    groups: &'r mut RowGroups,
}

fn plain(value: impl ToString) -> FieldValue {
    FieldValue::Plain(value.to_string())
}

impl<'r> Row<'r> {
    fn text(&self, column: Column) -> Option<&'r str> {
        self.values.get(&column).map(|(_, cell)| *cell)
    }

    fn cell(&self, key: &'static str) -> Option<&'r str> {
        self.text(Column::Plan(key))
    }

    fn note(&mut self, what: impl Into<String>) {
        self.omissions.note(self.line, self.subject, what);
    }

    /// Reads a cell; an error becomes an omission.
    fn parse_cell<T>(
        &mut self,
        column: Column,
        parse: impl FnOnce(&str) -> Result<T, ValueError>,
        is_plan_lost: bool,
    ) -> Option<T> {
        match parse(self.text(column)?) {
            Ok(value) => Some(value),
            Err(error) => {
                let end = match is_plan_lost {
                    true => "the row was left out",
                    false => "left out",
                };
                let what = format!("`{}`: {}", column.name(), error_text(error, end));
                self.omissions
                    .add(self.line, self.subject, what, is_plan_lost);
                None
            }
        }
    }

    /// Reads a length of time. A number alone takes the unit of the header.
    fn period(&mut self, column: Column, is_plan_lost: bool) -> Option<Period> {
        let unit = self
            .values
            .get(&column)
            .and_then(|(heading, _)| heading.unit.clone());
        let parse = |text: &str| match unit {
            Some(unit) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                let unit = unit.to_lowercase();
                let unit = unit.strip_prefix("in ").unwrap_or(&unit);
                loose::period(&format!("{text} {unit}"))
            }
            _ => loose::period(text),
        };
        self.parse_cell(column, parse, is_plan_lost)
    }

    /// Reads a day in the order of its column.
    fn day(&mut self, column: Column, is_plan_lost: bool) -> Option<LastDay> {
        let (heading, cell) = *self.values.get(&column)?;
        let written = self.parse_cell(column, WrittenDay::parse, is_plan_lost)?;
        let key = column.name();
        let Some(day) = written.day(&heading.orders) else {
            let what = format!(
                "{}: {} can be {}",
                quote(&heading.name),
                quote(cell),
                written.meanings()
            );
            let end = match is_plan_lost {
                true => "the row was left out",
                false => "left out",
            };
            let hint = format!("say which with {}", written.options());
            let key = (format!("order of {key}"), self.line);
            self.groups.add(key, (&what, end, &hint), is_plan_lost);
            return None;
        };
        if written.has_time {
            let what = format!("{}: plans have whole days", quote(&heading.name));
            let end = "the time was left out";
            let hint = "is the day the same where you are?";
            let key = (format!("time of {key}"), self.line);
            self.groups.add(key, (&what, end, hint), false);
        }
        Some(day)
    }

    /// A day for which a month is no answer.
    fn whole_day(&mut self, column: Column, is_plan_lost: bool) -> Option<NaiveDate> {
        let day = self.day(column, is_plan_lost)?;
        if day.to_string() == day.day().to_string() {
            return Some(day.day());
        }
        let error = ValueError::new(format!("`{day}` names no day"));
        self.parse_cell::<()>(column, |_| Err(error), is_plan_lost);
        None
    }

    fn dates(&mut self) -> Option<Fields> {
        let has = |row: &Self, key| row.cell(key).is_some();
        let mut expires = self.day(Column::Plan("expires"), true);
        if expires.is_none() && has(self, "expires") {
            return None;
        }
        let is_needed = expires.is_none();
        let renewed = self.whole_day(Column::Plan("renewed"), is_needed);
        if is_needed && renewed.is_none() && has(self, "renewed") {
            return None;
        }
        let validity = self.period(Column::Plan("validity"), is_needed);
        if is_needed && validity.is_none() && has(self, "validity") {
            return None;
        }
        if let Some(renewed) = renewed.filter(|renewed| *renewed > self.options.today) {
            self.note(format!(
                "its last renewal, {renewed}, is in the future: if it is the next renewal, name \
                 the column `expires`"
            ));
        }
        // A table may have the sum beside what it is made of.
        if let (Some(day), Some(renewed), Some(validity)) = (expires, renewed, validity)
            && validity.after(renewed, 1) == Some(day.day())
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
                self.note(format!(
                    "`extends` was left out: it must be one of `{names}`, and needs `expires` \
                     with `validity`"
                ));
                Extends::FromRenewal
            }
        };
        let term = match Expiry::new(expires, renewed, validity, extends) {
            Ok(term) => term,
            Err(error) => {
                let what = error_text(error, "the row was left out");
                self.omissions.lose_plan(self.line, self.subject, what);
                return None;
            }
        };
        let mut fields = Fields::new();
        fields.extend(expires.map(|day| ("expires", plain(day))));
        fields.extend(renewed.map(|day| ("renewed", plain(day))));
        fields.extend(validity.map(|length| ("validity", plain(length.in_words()))));
        let extends = (extends != Extends::FromRenewal).then(|| extends.name());
        fields.extend(extends.map(|name| ("extends", plain(name))));
        let grace = self.period(Column::Plan("grace"), false);
        match grace.map(|grace| grace.after(term.day(), 1).map(|_| grace)) {
            Some(Some(grace)) => fields.push(("grace", plain(grace.in_words()))),
            Some(None) => self.note("`grace`: the grace period ends too late: left out"),
            None => {}
        }
        let ended = self.whole_day(Column::Plan("ended"), false);
        let ended = ended.or_else(|| self.inactive_since(term.day()));
        fields.extend(ended.map(|day| ("ended", plain(day))));
        Some(fields)
    }

    /// The day on which a plan was given up that is no longer in use: its expiry, if that is past.
    fn inactive_since(&mut self, expiry: NaiveDate) -> Option<NaiveDate> {
        let active = self.parse_cell(Column::IsActive, flag::parse, false);
        let inactive = self.parse_cell(Column::IsInactive, flag::parse, false);
        if active.unwrap_or(true) && !inactive.unwrap_or(false) {
            return None;
        }
        let day = expiry.min(self.options.today);
        self.note(format!(
            "it is no longer in use: `ended: {day}` was written"
        ));
        Some(day)
    }

    /// The first day of an event.
    fn event_day(&mut self) -> Option<NaiveDate> {
        let of = |part| Column::Event(part);
        if self.text(of(EventPart::StartDate)).is_none() {
            let what = "it has no day that can be read: left out";
            self.omissions.lose_plan(self.line, self.subject, what);
            return None;
        }
        let start = self.whole_day(of(EventPart::StartDate), true)?;
        let is_whole = match self.parse_cell(of(EventPart::AllDay), flag::parse, false) {
            Some(is_whole) => is_whole,
            None => self.text(of(EventPart::StartTime)).is_none(),
        };
        if let Some(time) = self.text(of(EventPart::StartTime)).filter(|_| !is_whole) {
            self.note(format!(
                "its time, {}, was left out: plans have whole days",
                quote(time)
            ));
        }
        // The end of whole days is the day after the last.
        let end = self.whole_day(of(EventPart::EndDate), false);
        let days = end.map_or(1, |end| (end - start).num_days() + i64::from(!is_whole));
        if days > 1 {
            self.note(format!(
                "it lasts {days} days: the first day, {start}, was used"
            ));
        }
        Some(start)
    }

    /// The lead of an event that has a reminder a day or more ahead.
    fn event_leads(&mut self, start: NaiveDate) -> Leads {
        let has = self.parse_cell(Column::Event(EventPart::HasReminder), flag::parse, false);
        if has == Some(false) {
            return Leads::Unknown;
        }
        let day = self.whole_day(Column::Event(EventPart::ReminderDate), false);
        let lead = day.and_then(|day| period_of_days((start - day).num_days()));
        match lead {
            Some(lead) => Leads::Given(vec![lead]),
            None => Leads::Unknown,
        }
    }

    fn texts_and_price(&mut self, fields: &mut Fields) {
        for key in ["provider", "number"] {
            let text = self.cell(key).map(str::to_owned);
            fields.extend(text.map(|text| (key, FieldValue::Text(text))));
        }
        let notes = self.cell("notes").map(html_text);
        fields.extend(notes.map(|text| ("notes", FieldValue::Text(text.into_owned()))));
        self.price(fields);
        if let Some(tags) = self.cell("tags") {
            let tags = split_values(tags)
                .map(|tag| FieldValue::Text(tag.to_owned()))
                .collect();
            fields.push(("tags", FieldValue::List(tags)));
        }
    }

    fn price(&mut self, fields: &mut Fields) {
        let Some((heading, cell)) = self.values.get(&Column::Plan("price")).copied() else {
            return;
        };
        let currencies = [
            self.text(Column::Currency),
            heading.unit.as_deref(),
            self.options.currency.as_deref(),
        ];
        let currencies: Vec<&str> = currencies.into_iter().flatten().collect();
        match read_price(cell, &currencies, (heading.marks, self.has_semicolons)) {
            Ok(price) => fields.push(("price", plain(price))),
            Err(AmountError::Value(error)) => {
                self.note(format!("`price`: {}", error_text(error, "left out")));
            }
            Err(AmountError::Currency { sign, codes }) => {
                let what = match &codes[..] {
                    [] => "`price`: it has no currency".to_owned(),
                    codes => format!("`price`: {} can be {}", quote(&sign), one_of(codes)),
                };
                let code = codes.first().copied().unwrap_or("NOK");
                let hint = format!("add `--currency {code}`, or a column `currency`");
                let key = (format!("currency {sign}"), self.line);
                self.groups
                    .add(key, (&what, "the price was left out", &hint), false);
            }
        }
    }

    fn leads(&mut self, is_automatic: bool) -> Leads {
        let parse = |text: &str, is_in_days: bool| -> Result<Vec<Period>, ValueError> {
            let mut leads = Vec::new();
            for lead in split_values(text) {
                let is_number = lead.bytes().all(|byte| byte.is_ascii_digit());
                let lead = match is_in_days && is_number {
                    true => Period::parse(&format!("{lead} days"))?,
                    false => loose::period(lead)?,
                };
                if !leads.contains(&lead) {
                    leads.push(lead);
                }
            }
            match leads.len() {
                0..=MAX_LEADS => Ok(leads),
                many => Err(ValueError::new(format!("{many} leads"))),
            }
        };
        let leads = self.parse_cell(Column::Plan("remind"), |text| parse(text, false), false);
        let leads =
            leads.or_else(|| self.parse_cell(Column::LeadDays, |text| parse(text, true), false));
        match leads {
            Some(leads) if is_automatic => Leads::OfPlan(leads),
            Some(leads) => Leads::Given(leads),
            None => Leads::Unknown,
        }
    }

    /// Reads `renewal`, `check`, `support`, `cancel` and `terms`, and returns whether the plan renews
    /// by itself.
    fn contacts(&mut self, fields: &mut Fields) -> bool {
        let mut is_automatic = false;
        for part in ["renewal", "check", "support", "cancel", "terms"] {
            let mut way = Fields::new();
            if part == "renewal" {
                is_automatic = self.renewal(&mut way, fields);
            }
            for key in ["url", "app", "dial"] {
                let text = self.text(Column::Of(part, key));
                way.extend(text.map(|text| (key, FieldValue::Text(text.to_owned()))));
            }
            if let Some(to) = self.text(Column::Sms(part, "to")) {
                let mut sms = vec![("to", FieldValue::Text(to.to_owned()))];
                let text = self.text(Column::Sms(part, "text"));
                sms.extend(text.map(|text| ("text", FieldValue::Text(text.to_owned()))));
                way.push(("sms", FieldValue::Map(sms)));
            }
            let call = self.text(Column::Of(part, "call"));
            way.extend(call.map(|text| ("call", FieldValue::Text(text.to_owned()))));
            if part == "cancel" {
                way.extend(self.cancel_notice(is_automatic, fields));
            }
            if part == "terms" && !way.is_empty() {
                let day = self.whole_day(Column::Of("terms", "checked"), false);
                way.extend(day.map(|day| ("checked", plain(day))));
            }
            if !way.is_empty() {
                fields.push((part, FieldValue::Map(way)));
            }
        }
        is_automatic
    }

    /// How long before an automatic renewal it has to be cancelled.
    fn cancel_notice(
        &mut self,
        is_automatic: bool,
        fields: &Fields,
    ) -> Option<(&'static str, FieldValue)> {
        let notice = self.period(Column::Of("cancel", "notice"), false)?;
        let validity = fields.iter().find_map(|(key, value)| match value {
            FieldValue::Plain(text) if *key == "validity" => Period::parse(text).ok(),
            _ => None,
        });
        let is_short = validity.is_some_and(|validity| notice.max_days() <= validity.max_days());
        if is_automatic && is_short {
            return Some(("notice", plain(notice.in_words())));
        }
        let notice = notice.in_words();
        self.note(format!(
            "`cancel.notice`, {notice}, was left out: the plan must renew by itself, and its \
             `validity` must be as long or longer"
        ));
        None
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
        let method = method.or_else(|| {
            let is_automatic = self.parse_cell(Column::IsAutomatic, flag::parse, false)?;
            if is_automatic && !has_validity {
                let what = "a plan renews by itself, and the table does not say how often";
                let end = "only the expiry was used";
                let hint = "add a column `validity`";
                let key = ("how often".to_owned(), self.line);
                self.groups.add(key, (what, end, hint), false);
            }
            let is_automatic = is_automatic && has_validity;
            is_automatic.then(|| (Method::AutoDebit, "auto-debit".to_owned()))
        });
        let is_automatic = method
            .as_ref()
            .is_some_and(|(method, _)| *method == Method::AutoDebit);
        way.extend(method.map(|(_, name)| ("method", FieldValue::Plain(name))));
        if is_automatic {
            let until = self.day(of("until"), false);
            way.extend(until.map(|day| ("until", plain(day))));
        } else if self.text(of("until")).is_some() {
            self.note("`renewal.until`: only `auto-debit` can have an `until`: left out");
        }
        if let Some(action) = self.text(of("action")) {
            way.push(("action", FieldValue::Text(action.to_owned())));
        }
        let place = self.text(Column::Event(EventPart::Location));
        match place {
            Some(place) if place.starts_with("https://") || place.starts_with("http://") => {
                way.push(("url", FieldValue::Text(place.to_owned())));
            }
            Some(_) => self.note("its place was left out"),
            None => {}
        }
        if let Some(steps) = self.text(of("steps")) {
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

/// `USD, CAD or AUD`
fn one_of(codes: &[&str]) -> String {
    match codes {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => codes.concat(),
    }
}

/// What is wrong, what became of it, and what to do.
fn error_text(error: ValueError, end: &str) -> String {
    let hint = error.hint.map(|hint| format!("; {hint}"));
    format!("{}: {end}{}", error.message, hint.unwrap_or_default())
}
