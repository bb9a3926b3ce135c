//! The details of one plan, with which a user can check it in advance.

use chrono::NaiveDate;

use crate::agenda::table::bar::bar;
use crate::agenda::table::paint::Paint;
use crate::agenda::table::screen::{Screen, Title, day_or_dash};
use crate::agenda::{AgendaItem, Cycle, CycleKind, Warning, cycles, warnings};
use crate::calendar;
use crate::document::report::visible;
use crate::plan::schedule::{Kind, Schedule};
use crate::plan::{Plan, PlanList};
use crate::text::width::{spaces, width, wrap};
use crate::time::period::Period;
use crate::words::{AgendaLabels, Words};

/// Columns of indent for the text below a heading.
const INDENT: usize = 2;
/// The width of a bar in columns.
const BAR_WIDTH: usize = 40;
/// The number of automatic renewals after today that are shown.
const NEXT_RENEWALS: usize = 3;
/// The mark of the next warning and of the present cycle.
const NEXT_MARK: &str = "> ";

/// Writes all details of one plan of a list.
#[must_use]
pub fn plan_details(
    item: &AgendaItem<'_>,
    list: &PlanList<'_>,
    title: &Title<'_>,
    today: NaiveDate,
    screen: Screen,
) -> String {
    let words = title.words();
    let mut page = Page {
        out: String::new(),
        words,
        labels: words.agenda_labels(),
        today,
        screen,
    };
    page.head(item, title);
    let plan = item.plan;
    let (settings, file) = (&list.settings, title.file);
    if let Some(text) = calendar::description(plan, settings, file, &item.schedule, today) {
        page.heading(page.labels.event_text);
        for line in text.lines() {
            page.line(INDENT, Paint::Plain, &visible(line));
        }
    }
    let warnings = warnings(plan, &list.settings, &item.schedule);
    let renewals = ShownRenewals::new(plan, &item.schedule, today);
    page.warnings(&warnings, renewals);
    page.cycles(&cycles(plan, &item.schedule, today));
    page.out
}

/// The automatic renewals that are shown: the last past one and the next ones.
#[derive(Debug, Clone, Copy)]
struct ShownRenewals {
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
    /// The time between two renewals, if more of them follow.
    period: Option<Period>,
}

impl ShownRenewals {
    fn new(plan: &Plan<'_>, schedule: &Schedule, today: NaiveDate) -> Self {
        let renewals = schedule.occurrences.iter();
        let renewals = renewals.filter(|occurrence| occurrence.kind == Kind::Renewal);
        let days: Vec<NaiveDate> = renewals.map(|occurrence| occurrence.day).collect();
        let next = days.partition_point(|day| *day <= today);
        let end = days.len().min(next + NEXT_RENEWALS);
        // The plan may renew further than its schedule goes.
        let has_more = end < days.len() || schedule.written_until.is_some();
        Self {
            first: days.get(next.saturating_sub(1)).copied(),
            last: end.checked_sub(1).and_then(|last| days.get(last)).copied(),
            period: plan.expiry.validity().filter(|_| has_more),
        }
    }

    fn shows(self, day: NaiveDate) -> bool {
        self.first.is_none_or(|first| day >= first) && self.last.is_none_or(|last| day <= last)
    }
}

struct Page {
    out: String,
    words: &'static dyn Words,
    labels: &'static AgendaLabels,
    today: NaiveDate,
    screen: Screen,
}

impl Page {
    fn put(&mut self, paint: Paint, text: &str) {
        paint.put(&mut self.out, text, self.screen.styled);
    }

    /// Appends a text, wrapped to the screen; every line is indented.
    fn line(&mut self, indent: usize, paint: Paint, text: &str) {
        let screen = self.screen.width.unwrap_or(usize::MAX);
        let columns = screen.saturating_sub(indent).max(1);
        for piece in wrap(text, columns) {
            spaces(&mut self.out, indent);
            self.put(paint, piece);
            self.out.push('\n');
        }
    }

    fn heading(&mut self, text: &str) {
        self.out.push('\n');
        self.line(0, Paint::Strong, text);
    }

    fn head(&mut self, item: &AgendaItem<'_>, title: &Title<'_>) {
        let (plan, words, labels) = (item.plan, self.words, self.labels);
        self.line(0, Paint::Strong, &visible(&plan.name));
        let status = item.status_sentence(words, self.today);
        self.line(0, Paint::of(item), &status);
        if let Some(screen) = self.screen.width
            && let Some(pieces) = bar(item, self.today, screen.min(BAR_WIDTH))
        {
            for (paint, piece) in pieces {
                self.put(paint, &piece);
            }
            self.out.push('\n');
        }
        let tags: Vec<_> = plan.tags.iter().map(|tag| visible(tag)).collect();
        let list = title.text();
        let facts = [
            (labels.id, visible(&plan.id).into_owned()),
            (labels.list, list),
            (labels.tags, tags.join(", ")),
        ];
        let most = facts.iter().map(|(name, _)| width(name)).max();
        let most = most.unwrap_or_default();
        self.out.push('\n');
        for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
            self.columns(Paint::Quiet, &[(name, most)], Paint::Plain, value);
        }
    }

    /// Appends cells with given widths, then a text that may take several lines.
    fn columns(&mut self, paint: Paint, cells: &[(&str, usize)], rest: Paint, text: &str) {
        let screen = self.screen.width.unwrap_or(usize::MAX);
        let before: usize = cells.iter().map(|(_, columns)| columns + 2).sum();
        // If there is little space after the cells, the text is written below them.
        let (indent, is_below) = match screen.checked_sub(INDENT + before) {
            Some(room) if room >= 20 => (INDENT + before, false),
            _ => (INDENT + 4, true),
        };
        let is_alone = is_below || text.is_empty();
        spaces(&mut self.out, INDENT);
        for (index, (cell, columns)) in cells.iter().enumerate() {
            if index > 0 {
                spaces(&mut self.out, 2);
            }
            self.put(paint, cell);
            if index + 1 < cells.len() || !is_alone {
                spaces(&mut self.out, columns.saturating_sub(width(cell)));
            }
        }
        let columns = screen.saturating_sub(indent).max(1);
        if text.is_empty() {
            self.out.push('\n');
            return;
        }
        for (index, piece) in wrap(text, columns).into_iter().enumerate() {
            match (index, is_below) {
                (0, false) => spaces(&mut self.out, 2),
                (0, true) => {
                    self.out.push('\n');
                    spaces(&mut self.out, indent);
                }
                _ => spaces(&mut self.out, indent),
            }
            self.put(rest, piece);
            self.out.push('\n');
        }
    }

    /// Appends the days of the calendar. Past days are in a quiet colour, and the next warning is
    /// marked. Of automatic renewals, only some are shown, and a line says how they go on.
    fn warnings(&mut self, warnings: &[Warning], renewals: ShownRenewals) {
        let labels = self.labels;
        let warnings: Vec<&Warning> = warnings
            .iter()
            .filter(|warning| warning.renewal.is_none_or(|day| renewals.shows(day)))
            .collect();
        self.heading(labels.warnings);
        if warnings.is_empty() {
            return self.line(INDENT, Paint::Plain, labels.no_warnings);
        }
        let times: Vec<String> = warnings
            .iter()
            .map(|warning| {
                let event = warning.is_event.then(|| labels.all_day.to_owned());
                let alarm = warning.rings.map(|time| time.format("%H:%M").to_string());
                let times: Vec<String> = event.into_iter().chain(alarm).collect();
                times.join(" + ")
            })
            .collect();
        let most = times.iter().map(|time| width(time)).max();
        let today = self.today;
        let is_to_come = |warning: &Warning| warning.day > today;
        let next = warnings
            .iter()
            .position(|warning| warning.is_warning && is_to_come(warning));
        for (index, (warning, time)) in warnings.iter().zip(&times).enumerate() {
            let paint = match is_to_come(warning) {
                true if next == Some(index) => Paint::Strong,
                true => Paint::Plain,
                false => Paint::Quiet,
            };
            let mark = if next == Some(index) { NEXT_MARK } else { "  " };
            let day = format!("{mark}{}", warning.day);
            let cells = [(&*day, width(&day)), (&**time, most.unwrap_or_default())];
            self.columns(paint, &cells, paint, &visible(&warning.title));
            let is_last = renewals.last.is_some() && warning.renewal == renewals.last;
            let goes_on = is_last
                && warnings[index + 1..]
                    .iter()
                    .all(|next| next.renewal.is_none());
            if let Some(period) = renewals.period.filter(|_| goes_on) {
                let text = self.words.goes_on(period);
                self.line(INDENT * 2, Paint::Plain, &text);
            }
        }
        if warnings.iter().any(|warning| warning.rings.is_some()) {
            self.line(INDENT, Paint::Quiet, labels.alarm_time);
        }
    }

    /// Appends every cycle, with the price and the receipt of its renewal.
    fn cycles(&mut self, cycles: &[Cycle<'_>]) {
        let labels = self.labels;
        self.heading(labels.cycles);
        let today = self.today;
        let is_begun = |cycle: &Cycle<'_>| {
            cycle.kind != CycleKind::Today && cycle.from.is_none_or(|from| from <= today)
        };
        let present = cycles.iter().rposition(is_begun);
        let unknown = |date: Option<NaiveDate>| match date {
            Some(_) => day_or_dash(date).into_owned(),
            None => labels.unknown_day.to_owned(),
        };
        let from: Vec<String> = cycles.iter().map(|cycle| unknown(cycle.from)).collect();
        let most = from
            .iter()
            .map(|from| width(from))
            .max()
            .unwrap_or_default();
        for (index, (cycle, from)) in cycles.iter().zip(&from).enumerate() {
            let text = match cycle.kind {
                CycleKind::Recorded(entry) => {
                    let paid = entry.paid.map(|paid| paid.to_string());
                    let receipt = entry.receipt.as_deref().map(visible);
                    let note = entry.note.as_deref().map(visible);
                    let texts: Vec<String> = paid
                        .into_iter()
                        .chain(receipt.map(|text| text.into_owned()))
                        .chain(note.map(|text| text.into_owned()))
                        .collect();
                    texts.join("  ")
                }
                CycleKind::Renewed | CycleKind::Unknown => String::new(),
                CycleKind::Automatic => labels.renews_automatically.to_owned(),
                CycleKind::Today => labels.if_renewed_today.to_owned(),
            };
            let (mark, paint) = match present {
                Some(present) if index == present => (NEXT_MARK, Paint::Strong),
                Some(present) if index < present => ("  ", Paint::Plain),
                _ => ("  ", Paint::Quiet),
            };
            let from = format!("{mark}{from}");
            let to = format!("- {}", unknown(cycle.to));
            let cells = [(&*from, most + 2), (&*to, 12)];
            self.columns(paint, &cells, Paint::Plain, &text);
        }
    }
}
