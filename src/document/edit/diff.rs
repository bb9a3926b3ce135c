//! The lines that an edit changes, as a unified diff has them.
//!
//! The splices say where; nothing is searched for. So the cost is that of the lines around them,
//! and of counting those above.

use std::ops::Range;

use crate::document::edit::splice::Splice;

/// Lines around a change that are shown with it.
const AROUND: usize = 3;

/// A part of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk<'a> {
    /// The number of its first line before, from 1, and how many there are.
    pub before: (usize, usize),
    /// The same afterwards.
    pub after: (usize, usize),
    /// Its lines.
    pub lines: Vec<Line<'a>>,
}

/// A line of a hunk, with its line break if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'a> {
    /// It is in both.
    Same(&'a str),
    /// It was there before.
    Gone(&'a str),
    /// It is there now.
    New(&'a str),
}

/// Lines that become other lines.
struct Block {
    before: Range<usize>,
    after: Range<usize>,
}

/// The hunks of an edit, in order. `splices` are in order, and make `after` of `before`.
#[must_use]
pub fn hunks<'a>(before: &'a str, after: &'a str, splices: &[Splice]) -> Vec<Hunk<'a>> {
    let mut hunks: Vec<Hunk<'a>> = Vec::new();
    // Where the last hunk ends in both texts, the context behind it not included.
    let mut done = (0, 0);
    let mut number = (1, 1);
    for block in blocks(before, after, splices) {
        let start = context_before(before, block.before.start, done.0);
        let between = &before[done.0..block.before.start];
        let is_near = !hunks.is_empty() && lines(between).count() <= 2 * AROUND;
        if !is_near {
            close(&mut hunks, before, done.0);
            let skipped = lines(&before[done.0..start]).count();
            let at = (number.0 + skipped, number.1 + skipped);
            number = at;
            hunks.push(Hunk {
                before: (at.0, 0),
                after: (at.1, 0),
                lines: Vec::new(),
            });
        }
        let Some(hunk) = hunks.last_mut() else {
            continue;
        };
        let shown = if is_near {
            between
        } else {
            &before[start..block.before.start]
        };
        let same = lines(shown).count();
        hunk.lines.extend(lines(shown).map(Line::Same));
        let (gone, new) = (&before[block.before.clone()], &after[block.after.clone()]);
        hunk.lines.extend(lines(gone).map(Line::Gone));
        hunk.lines.extend(lines(new).map(Line::New));
        let counts = (same + lines(gone).count(), same + lines(new).count());
        hunk.before.1 += counts.0;
        hunk.after.1 += counts.1;
        number = (number.0 + counts.0, number.1 + counts.1);
        done = (block.before.end, block.after.end);
    }
    close(&mut hunks, before, done.0);
    hunks
}

/// Adds the lines behind the last change.
fn close<'a>(hunks: &mut [Hunk<'a>], before: &'a str, from: usize) {
    if let Some(hunk) = hunks.last_mut() {
        for line in lines(&before[from..]).take(AROUND) {
            hunk.lines.push(Line::Same(line));
            hunk.before.1 += 1;
            hunk.after.1 += 1;
        }
    }
}

/// The changed lines, whole, without those at their ends that stay.
fn blocks(before: &str, after: &str, splices: &[Splice]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut grown = 0_isize;
    for splice in splices {
        let start = before[..splice.range.start]
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let end = &before[splice.range.end..];
        let end = end
            .find('\n')
            .map_or(before.len(), |at| splice.range.end + at + 1);
        let growth = splice.text.len() as isize - splice.range.len() as isize;
        match blocks.last_mut() {
            Some(last) if start < last.before.end => {
                last.after.end = last.after.end + end.max(last.before.end) - last.before.end;
                last.after.end = last.after.end.saturating_add_signed(growth);
                last.before.end = end.max(last.before.end);
            }
            _ => blocks.push(Block {
                before: start..end,
                after: start.saturating_add_signed(grown)
                    ..end.saturating_add_signed(grown + growth),
            }),
        }
        grown += growth;
    }
    for block in &mut blocks {
        block.trim(before, after);
    }
    // Lines that change one below the other are shown together.
    blocks.dedup_by(|next, last| {
        let touches = last.before.end == next.before.start;
        if touches {
            last.before.end = next.before.end;
            last.after.end = next.after.end;
        }
        touches
    });
    blocks
}

impl Block {
    fn trim(&mut self, before: &str, after: &str) {
        loop {
            let (old, new) = (&before[self.before.clone()], &after[self.after.clone()]);
            let (Some(a), Some(b)) = (lines(old).next(), lines(new).next()) else {
                break;
            };
            if a != b {
                break;
            }
            self.before.start += a.len();
            self.after.start += a.len();
        }
        loop {
            let (old, new) = (&before[self.before.clone()], &after[self.after.clone()]);
            let (Some(a), Some(b)) = (lines(old).next_back(), lines(new).next_back()) else {
                break;
            };
            if a != b {
                break;
            }
            self.before.end -= a.len();
            self.after.end -= a.len();
        }
    }
}

/// Where the lines begin that are shown in front of an offset, at which a line begins.
fn context_before(text: &str, at: usize, from: usize) -> usize {
    let above = text[from..at].split_inclusive('\n').rev().take(AROUND);
    at - above.map(str::len).sum::<usize>()
}

fn lines(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split_inclusive('\n')
}
