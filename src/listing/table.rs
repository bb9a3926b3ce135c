//! The rows of a table, as wide as the screen has room for.
//!
//! With room for every column a plan is one line. With less, its name, state and date stand in
//! columns and the rest flows below them; with still less, everything flows below its name.

use std::borrow::Cow;

use super::bar::bar;
use super::paint::Paint;
use super::way::way;
use super::{Screen, day};
use crate::agenda::words::Words;
use crate::agenda::{Agenda, Level, Standing};
use crate::columns::{cut, spaces, width, wrap};
use crate::report::visible;

/// Columns between two columns.
const GAP: usize = 2;
/// The column of the marks, with what is behind it.
const MARK: usize = 3;
/// A name or a way that is longer does not make its column wider where lines are not cut.
const LONGEST: usize = 40;
/// The least that a name and a way are cut to.
const NAME: usize = 16;
const WAY: usize = 20;
/// Columns of a bar.
const BAR: usize = 20;
const SHORT_BAR: usize = 10;

/// The cells of a row: name, state, date, last warning, next warning, price, way.
type Cells<'a> = [Cow<'a, str>; 7];

struct Row<'a> {
    mark: &'static str,
    paint: Paint,
    cells: Cells<'a>,
    index: usize,
}

/// Appends the rows of an agenda and the heads of their columns.
pub(super) fn rows(out: &mut String, agenda: &Agenda<'_>, words: &Words, screen: Screen) {
    let heads = [
        words.plan,
        words.standing_of,
        words.date,
        words.last_warning,
        words.next_warning,
        words.price,
        words.way,
    ];
    let rows: Vec<Row<'_>> = (0..agenda.entries.len())
        .map(|index| row(agenda, index, words))
        .collect();
    let mut natural = heads.map(width);
    for row in &rows {
        for (most, cell) in natural.iter_mut().zip(&row.cells) {
            *most = width(cell).max(*most);
        }
    }
    let table = Table {
        agenda,
        words,
        heads,
        screen,
        paint: &screen.painter(),
    };
    match screen.width.map(|width| Shape::of(natural, width)) {
        None => {
            natural[0] = natural[0].min(LONGEST);
            table.plain(out, &rows, natural);
        }
        Some(Shape::Line(widths, bar)) => table.lines(out, &rows, widths, bar),
        Some(Shape::Flow(widths, bar)) => table.flows(out, &rows, widths, bar),
        Some(Shape::Stack) => table.stacks(out, &rows),
    }
}

fn row<'a>(agenda: &Agenda<'a>, index: usize, words: &Words) -> Row<'a> {
    let entry = &agenda.entries[index];
    let (last, next) = entry.warned(agenda.today);
    let mark = match entry.standing.map(Standing::level) {
        Some(Level::Late) => "!! ",
        _ if entry.is_due => "!  ",
        _ => "   ",
    };
    let price = entry.plan.price.map(|price| price.to_string());
    Row {
        mark,
        paint: Paint::of(entry),
        cells: [
            visible(&entry.plan.name),
            entry
                .standing
                .map_or("-".into(), |standing| Cow::Owned((words.state)(standing))),
            day(entry.day(agenda.today)),
            day(last),
            day(next),
            price.map_or("-".into(), Cow::Owned),
            Cow::Owned(way(entry.plan, words)),
        ],
        index,
    }
}

/// How rows are laid out on a screen.
enum Shape {
    /// A line each: the width of each column, and of the bar.
    Line([usize; 7], usize),
    /// Name, state and date in columns, and the bar; the rest below.
    Flow([usize; 3], usize),
    /// Everything below the name.
    Stack,
}

impl Shape {
    fn of(natural: [usize; 7], screen: usize) -> Self {
        let fixed: usize = natural[1..6].iter().sum::<usize>() + MARK + 6 * GAP;
        let (name, way) = (natural[0].min(LONGEST), natural[6].min(LONGEST));
        let least = name.min(NAME) + way.min(WAY);
        if let Some(room) = screen.checked_sub(fixed + BAR + GAP)
            && room >= least
        {
            let mut widths = natural;
            // What there is goes to the name first.
            widths[0] = natural[0].min(room - way.min(WAY));
            widths[6] = natural[6].min(room - widths[0]);
            return Self::Line(widths, BAR);
        }
        let fixed = natural[1] + natural[2] + MARK + 2 * GAP;
        match screen.checked_sub(fixed) {
            Some(room) if room >= name.min(NAME) => {
                let with_bar = room.checked_sub(SHORT_BAR + GAP);
                match with_bar.filter(|room| *room >= name.min(NAME)) {
                    Some(room) => Self::Flow([natural[0].min(room), natural[1], natural[2]], {
                        let left = room - natural[0].min(room);
                        (SHORT_BAR + left).min(BAR)
                    }),
                    None => Self::Flow([natural[0].min(room), natural[1], natural[2]], 0),
                }
            }
            _ => Self::Stack,
        }
    }
}

struct Table<'t, 'a> {
    agenda: &'t Agenda<'a>,
    words: &'t Words,
    heads: [&'static str; 7],
    screen: Screen,
    paint: &'t dyn Fn(&mut String, Paint, &str),
}

impl Table<'_, '_> {
    /// One whole line for each plan, whatever its length.
    fn plain(&self, out: &mut String, rows: &[Row<'_>], widths: [usize; 7]) {
        let mut widths = widths;
        widths[6] = usize::MAX;
        let heads = self.heads.map(Cow::Borrowed);
        self.cells(out, "   ", &heads, &[Paint::Quiet; 7], &widths, false);
        end(out);
        for row in rows {
            self.cells(out, row.mark, &row.cells, &paints(row), &widths, false);
            end(out);
        }
    }

    /// One line for each plan, and its bar.
    fn lines(&self, out: &mut String, rows: &[Row<'_>], widths: [usize; 7], columns: usize) {
        let heads = self.heads.map(Cow::Borrowed);
        self.cells(out, "   ", &heads, &[Paint::Quiet; 7], &widths, true);
        spaces(out, GAP);
        (self.paint)(out, Paint::Quiet, self.words.cycle);
        end(out);
        for row in rows {
            self.cells(out, row.mark, &row.cells, &paints(row), &widths, true);
            self.bar(out, row, columns);
            end(out);
        }
    }

    /// Name, state, date and bar in a line, the rest below.
    fn flows(&self, out: &mut String, rows: &[Row<'_>], widths: [usize; 3], columns: usize) {
        let heads = self.heads.map(Cow::Borrowed);
        self.cells(out, "   ", &heads, &[Paint::Quiet; 3], &widths, true);
        if columns > 0 {
            spaces(out, GAP);
            (self.paint)(out, Paint::Quiet, self.words.cycle);
        }
        end(out);
        for row in rows {
            self.cells(out, row.mark, &row.cells, &paints(row), &widths, true);
            if columns > 0 {
                self.bar(out, row, columns);
            }
            end(out);
            let (items, paints) = self.rest(row);
            self.flow(out, &items, &paints);
        }
    }

    /// The name in a line, all else below.
    fn stacks(&self, out: &mut String, rows: &[Row<'_>]) {
        let columns = self.screen.width.unwrap_or(usize::MAX).saturating_sub(MARK);
        for row in rows {
            (self.paint)(out, row.paint, row.mark);
            let mut name = String::new();
            cut(&mut name, &row.cells[0], columns);
            (self.paint)(out, Paint::Strong, &name);
            end(out);
            let entry = &self.agenda.entries[row.index];
            if let Some(pieces) = bar(entry, self.agenda.today, columns.min(BAR)) {
                spaces(out, MARK);
                for (paint, piece) in pieces {
                    (self.paint)(out, paint, &piece);
                }
                end(out);
            }
            let (rest, quiet) = self.rest(row);
            let mut items = vec![row.cells[1].clone(), row.cells[2].clone()];
            items.extend(rest);
            let mut paints = vec![row.paint, Paint::Plain];
            paints.extend(quiet);
            self.flow(out, &items, &paints);
        }
    }

    /// The cells that flow: warnings with their heads, price, way.
    fn rest<'r>(&self, row: &'r Row<'_>) -> (Vec<Cow<'r, str>>, Vec<Paint>) {
        let headed =
            |index: usize| Cow::Owned(format!("{} {}", self.heads[index], row.cells[index]));
        let mut items = vec![headed(3), headed(4)];
        items.extend(row.cells[5..].iter().filter(|cell| *cell != "-").cloned());
        let paints = vec![Paint::Plain; items.len()];
        (items, paints)
    }

    /// Items in as few lines as they fit into, below a name.
    fn flow(&self, out: &mut String, items: &[Cow<'_, str>], paints: &[Paint]) {
        let columns = self
            .screen
            .width
            .unwrap_or(usize::MAX)
            .saturating_sub(MARK)
            .max(1);
        let mut used = 0;
        for (item, paint) in items.iter().zip(paints) {
            for (index, piece) in wrap(item, columns).into_iter().enumerate() {
                let needed = width(piece);
                if used > 0 && (index > 0 || used + GAP + needed > columns) {
                    end(out);
                    used = 0;
                }
                let gap = if used == 0 { MARK } else { GAP };
                spaces(out, gap);
                (self.paint)(out, *paint, piece);
                used += needed + if used == 0 { 0 } else { GAP };
            }
        }
        end(out);
    }

    /// A mark and as many cells as there are widths, the last one as wide as the others or not.
    fn cells(
        &self,
        out: &mut String,
        mark: &str,
        cells: &[Cow<'_, str>],
        paints: &[Paint],
        widths: &[usize],
        is_cut: bool,
    ) {
        (self.paint)(out, paints[1], mark);
        let mut shown = String::new();
        for (index, ((cell, paint), columns)) in cells.iter().zip(paints).zip(widths).enumerate() {
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
        let entry = &self.agenda.entries[row.index];
        let Some(pieces) = bar(entry, self.agenda.today, columns) else {
            return;
        };
        spaces(out, GAP);
        for (paint, piece) in pieces {
            (self.paint)(out, paint, &piece);
        }
    }
}

fn paints(row: &Row<'_>) -> [Paint; 7] {
    let mut paints = [Paint::Plain; 7];
    paints[0] = Paint::Strong;
    paints[1] = row.paint;
    paints
}

/// Ends a line, with no spaces at its end.
fn end(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}
