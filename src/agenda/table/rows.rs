//! The rows of a table, laid out for the width of the screen.
//!
//! If all columns fit on the screen, each plan is one line. On a narrower screen, name, state and
//! date are in columns, and the other cells are wrapped below them. On a very narrow screen, all
//! cells are wrapped below the name.

use std::borrow::Cow;

use crate::agenda::Agenda;
use crate::agenda::table::bar::bar;
use crate::agenda::table::method::usual_method;
use crate::agenda::table::paint::Paint;
use crate::agenda::table::screen::{Screen, day_or_dash};
use crate::document::report::visible;
use crate::plan::status::Urgency;
use crate::text::width::{cut, spaces, width, wrap};
use crate::words::{AgendaLabels, Words};

/// The number of spaces between two columns.
const GAP: usize = 2;
/// The width of the mark and the space after it.
const MARK_WIDTH: usize = 3;
/// The maximum width of the column of names or ids if lines are not cut. Longer cells are not
/// aligned.
const MAX_NATURAL_WIDTH: usize = 40;
/// The minimum widths to which a name and a method are cut.
const MIN_NAME_WIDTH: usize = 16;
const MIN_METHOD_WIDTH: usize = 20;
/// The width of a bar in columns.
const BAR_WIDTH: usize = 20;
const MIN_BAR_WIDTH: usize = 10;

/// The cells of a row. The constants below are their indices.
type Cells<'a> = [Cow<'a, str>; COLUMNS];

const NAME: usize = 0;
const ID: usize = 1;
const STATE: usize = 2;
const DATE: usize = 3;
const LAST: usize = 4;
const NEXT: usize = 5;
const PRICE: usize = 6;
const METHOD: usize = 7;
const COLUMNS: usize = 8;

struct Row<'a> {
    mark: &'static str,
    paint: Paint,
    cells: Cells<'a>,
    index: usize,
}

/// Appends the rows of an agenda and the heads of their columns.
pub(crate) fn rows(out: &mut String, agenda: &Agenda<'_>, words: &dyn Words, screen: Screen) {
    let labels = words.agenda_labels();
    let heads = [
        labels.plan,
        labels.id,
        labels.status,
        labels.date,
        labels.last_warning,
        labels.next_warning,
        labels.price,
        labels.how_to_renew,
    ];
    let rows: Vec<Row<'_>> = (0..agenda.items.len())
        .map(|index| row(agenda, index, words))
        .collect();
    let mut natural = heads.map(width);
    if agenda.items.iter().all(|item| !item.plan.has_own_id) {
        natural[ID] = 0;
    }
    for row in &rows {
        let columns = natural.iter_mut().zip(&row.cells);
        for (most, cell) in columns.filter(|(most, _)| **most > 0) {
            *most = width(cell).max(*most);
        }
    }
    let table = Table {
        agenda,
        labels,
        heads,
        screen,
        paint: &screen.painter(),
    };
    match screen.width.map(|width| Shape::of(natural, width)) {
        None => {
            natural[NAME] = natural[NAME].min(MAX_NATURAL_WIDTH);
            natural[ID] = natural[ID].min(MAX_NATURAL_WIDTH);
            table.plain(out, &rows, natural);
        }
        Some(Shape::Line(widths, bar)) => table.lines(out, &rows, widths, bar),
        Some(Shape::Flow(widths, bar)) => table.flows(out, &rows, widths, bar),
        Some(Shape::Stack) => table.stacks(out, &rows),
    }
}

fn row<'a>(agenda: &Agenda<'a>, index: usize, words: &dyn Words) -> Row<'a> {
    let item = &agenda.items[index];
    let (last, next) = (
        item.schedule.last_warning(agenda.today),
        item.schedule.next_warning(agenda.today),
    );
    let mark = match item.urgency() {
        Some(Urgency::Expired) => "!! ",
        Some(Urgency::Due) => "!  ",
        _ => "   ",
    };
    let price = item
        .plan
        .price_on(agenda.today)
        .map(|price| price.to_string());
    Row {
        mark,
        paint: Paint::of(item),
        cells: [
            visible(&item.plan.name),
            match item.plan.has_own_id {
                true => visible(&item.plan.id),
                false => "-".into(),
            },
            item.status
                .map_or("-".into(), |status| Cow::Owned(words.status_cell(status))),
            day_or_dash(item.day(agenda.today)),
            day_or_dash(last),
            day_or_dash(next),
            price.map_or("-".into(), Cow::Owned),
            Cow::Owned(usual_method(item.plan, agenda.today, words)),
        ],
        index,
    }
}

/// The layout of rows on a screen. It has the width of each column, or 0 if the column is left out,
/// and the width of the bar.
enum Shape {
    /// Each plan on one line.
    Line([usize; COLUMNS], usize),
    /// Name, state and date in columns, then the bar; the other cells are wrapped below.
    Flow([usize; COLUMNS], usize),
    /// All cells are wrapped below the name.
    Stack,
}

impl Shape {
    fn of(natural: [usize; COLUMNS], screen: usize) -> Self {
        let name = natural[NAME].min(MIN_NAME_WIDTH);
        let fixed = fixed(&natural[STATE..METHOD]) + MARK_WIDTH + GAP;
        let id = match natural[ID] {
            0 => 0,
            id => id + GAP,
        };
        let room = screen.checked_sub(fixed + id + BAR_WIDTH + GAP);
        let way = natural[METHOD].min(MIN_METHOD_WIDTH);
        if let Some(room) = room.filter(|room| *room >= name + way) {
            let mut widths = natural;
            // A long name is cut before the method is. The name then gets the space that is left.
            widths[NAME] = natural[NAME].min(MAX_NATURAL_WIDTH).min(room - way);
            widths[METHOD] = natural[METHOD].min(room - widths[NAME]);
            widths[NAME] = natural[NAME].min(room - widths[METHOD]);
            return Self::Line(widths, BAR_WIDTH);
        }
        let fixed = self::fixed(&natural[STATE..LAST]) + MARK_WIDTH;
        let Some(room) = screen.checked_sub(fixed).filter(|room| *room >= name) else {
            return Self::Stack;
        };
        let room_for_name = room.saturating_sub(MIN_BAR_WIDTH + GAP);
        let has_bar = room_for_name >= name;
        let mut widths = [0; COLUMNS];
        widths[STATE..LAST].copy_from_slice(&natural[STATE..LAST]);
        widths[NAME] = natural[NAME].min(if has_bar { room_for_name } else { room });
        let bar = match has_bar {
            true => (room - widths[NAME] - GAP).min(BAR_WIDTH),
            false => 0,
        };
        Self::Flow(widths, bar)
    }
}

/// Returns the total width of columns, each with the gap before it.
fn fixed(widths: &[usize]) -> usize {
    widths.iter().map(|columns| columns + GAP).sum()
}

struct Table<'t, 'a> {
    agenda: &'t Agenda<'a>,
    labels: &'static AgendaLabels,
    heads: [&'static str; COLUMNS],
    screen: Screen,
    paint: &'t dyn Fn(&mut String, Paint, &str),
}

impl Table<'_, '_> {
    /// Writes one uncut line for each plan.
    fn plain(&self, out: &mut String, rows: &[Row<'_>], widths: [usize; COLUMNS]) {
        let mut widths = widths;
        widths[METHOD] = usize::MAX;
        let heads = self.heads.map(Cow::Borrowed);
        self.cells(out, "   ", &heads, &[Paint::Quiet; COLUMNS], &widths, false);
        end(out);
        for row in rows {
            self.cells(out, row.mark, &row.cells, &paints(row), &widths, false);
            end(out);
        }
    }

    /// Writes one line for each plan, with its bar.
    fn lines(&self, out: &mut String, rows: &[Row<'_>], widths: [usize; COLUMNS], columns: usize) {
        let heads = self.heads.map(Cow::Borrowed);
        self.cells(out, "   ", &heads, &[Paint::Quiet; COLUMNS], &widths, true);
        spaces(out, GAP);
        (self.paint)(out, Paint::Quiet, self.labels.cycle);
        end(out);
        for row in rows {
            self.cells(out, row.mark, &row.cells, &paints(row), &widths, true);
            self.bar(out, row, columns);
            end(out);
        }
    }

    /// Writes name, state, date and bar on one line, with the other cells wrapped below.
    fn flows(&self, out: &mut String, rows: &[Row<'_>], widths: [usize; COLUMNS], columns: usize) {
        let heads = self.heads.map(Cow::Borrowed);
        self.cells(out, "   ", &heads, &[Paint::Quiet; COLUMNS], &widths, true);
        if columns > 0 {
            spaces(out, GAP);
            (self.paint)(out, Paint::Quiet, self.labels.cycle);
        }
        end(out);
        for row in rows {
            self.cells(out, row.mark, &row.cells, &paints(row), &widths, true);
            if columns > 0 {
                self.bar(out, row, columns);
            }
            end(out);
            let (items, paints) = self.rest(row);
            self.flow(out, &items, &paints, MARK_WIDTH + GAP);
        }
    }

    /// Writes the name on one line, with the other cells wrapped below.
    fn stacks(&self, out: &mut String, rows: &[Row<'_>]) {
        let columns = self
            .screen
            .width
            .unwrap_or(usize::MAX)
            .saturating_sub(MARK_WIDTH);
        for row in rows {
            (self.paint)(out, row.paint, row.mark);
            let mut name = String::new();
            cut(&mut name, &row.cells[NAME], columns);
            (self.paint)(out, Paint::Strong, &name);
            end(out);
            let item = &self.agenda.items[row.index];
            if let Some(pieces) = bar(item, self.agenda.today, columns.min(BAR_WIDTH)) {
                spaces(out, MARK_WIDTH);
                for (paint, piece) in pieces {
                    (self.paint)(out, paint, &piece);
                }
                end(out);
            }
            let (rest, quiet) = self.rest(row);
            let mut items = vec![row.cells[STATE].clone(), row.cells[DATE].clone()];
            items.extend(rest);
            let mut paints = vec![row.paint, Paint::Plain];
            paints.extend(quiet);
            self.flow(out, &items, &paints, MARK_WIDTH);
        }
    }

    /// Returns the cells that are wrapped: id and warnings with their headings, price, method.
    fn rest<'r>(&self, row: &'r Row<'_>) -> (Vec<Cow<'r, str>>, Vec<Paint>) {
        let headed =
            |index: usize| Cow::Owned(format!("{} {}", self.heads[index], row.cells[index]));
        let has_id = self.agenda.items[row.index].plan.has_own_id;
        let mut items: Vec<Cow<'r, str>> = has_id.then(|| headed(ID)).into_iter().collect();
        items.extend((row.cells[LAST] != "-").then(|| headed(LAST)));
        items.push(headed(NEXT));
        let cells = row.cells[PRICE..].iter();
        items.extend(cells.filter(|cell| *cell != "-").cloned());
        let paints = vec![Paint::Quiet; items.len()];
        (items, paints)
    }

    /// Wraps items into as few lines as possible, below a name.
    fn flow(&self, out: &mut String, items: &[Cow<'_, str>], paints: &[Paint], indent: usize) {
        let screen = self.screen.width.unwrap_or(usize::MAX);
        let columns = screen.saturating_sub(indent).max(1);
        let mut used = 0;
        for (item, paint) in items.iter().zip(paints) {
            for (index, piece) in wrap(item, columns).into_iter().enumerate() {
                let needed = width(piece);
                if used > 0 && (index > 0 || used + GAP + needed > columns) {
                    end(out);
                    used = 0;
                }
                let gap = if used == 0 { indent } else { GAP };
                spaces(out, gap);
                (self.paint)(out, *paint, piece);
                used += needed + if used == 0 { 0 } else { GAP };
            }
        }
        end(out);
    }

    /// Appends a mark and the cells that have a width. If `is_cut`, each cell is cut to its width.
    fn cells(
        &self,
        out: &mut String,
        mark: &str,
        cells: &[Cow<'_, str>],
        paints: &[Paint],
        widths: &[usize],
        is_cut: bool,
    ) {
        (self.paint)(out, paints[STATE], mark);
        let mut shown = String::new();
        let columns = cells.iter().zip(paints).zip(widths).enumerate();
        for (index, ((cell, paint), columns)) in columns.filter(|(_, (_, columns))| **columns > 0) {
            shown.clear();
            let used = if is_cut {
                cut(&mut shown, cell, *columns)
            } else {
                shown.push_str(cell);
                width(cell)
            };
            if index > 0 {
                spaces(out, GAP);
            }
            (self.paint)(out, *paint, &shown);
            if *columns < usize::MAX {
                spaces(out, columns.saturating_sub(used));
            }
        }
    }

    fn bar(&self, out: &mut String, row: &Row<'_>, columns: usize) {
        let item = &self.agenda.items[row.index];
        let Some(pieces) = bar(item, self.agenda.today, columns) else {
            return;
        };
        spaces(out, GAP);
        for (paint, piece) in pieces {
            (self.paint)(out, paint, &piece);
        }
    }
}

fn paints(row: &Row<'_>) -> [Paint; COLUMNS] {
    let mut paints = [Paint::Plain; COLUMNS];
    paints[NAME] = Paint::Strong;
    paints[STATE] = row.paint;
    paints
}

/// Ends a line and removes the spaces at its end.
fn end(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}
