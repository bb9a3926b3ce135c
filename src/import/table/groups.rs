//! Messages that concern several rows and are given only once.

use crate::import::omission::Omissions;

/// Lines that a message names.
const MAX_LINES: usize = 8;

/// One message about several rows.
struct Group {
    key: String,
    what: String,
    end: &'static str,
    hint: String,
    is_plan_lost: bool,
    lines: Vec<usize>,
}

/// The messages of a table, each with its rows.
#[derive(Default)]
pub(crate) struct RowGroups(Vec<Group>);

impl RowGroups {
    /// Adds a row to the message of `key`, or begins it: what is wrong, what became of the row, and
    /// what to do.
    pub(crate) fn add(
        &mut self,
        (key, line): (String, usize),
        (what, end, hint): (&str, &'static str, &str),
        is_plan_lost: bool,
    ) {
        match self.0.iter_mut().find(|group| group.key == key) {
            Some(group) => group.lines.push(line),
            None => self.0.push(Group {
                key,
                what: what.to_owned(),
                end,
                hint: hint.to_owned(),
                is_plan_lost,
                lines: vec![line],
            }),
        }
    }

    /// Notes the messages, each at its first row.
    pub(crate) fn note(self, omissions: &mut Omissions) {
        for group in self.0 {
            let lines = named_lines(&group.lines);
            let Group {
                what, end, hint, ..
            } = &group;
            let what = format!("{what}: {end} ({lines}); {hint}");
            let first = group.lines.first().copied().unwrap_or(1);
            omissions.add(first, "the table", what, group.is_plan_lost);
        }
    }
}

/// `line 3`, `lines 3 and 7`, `lines 3, 7 and 12 more`.
fn named_lines(lines: &[usize]) -> String {
    let numbers: Vec<String> = lines
        .iter()
        .take(MAX_LINES)
        .map(ToString::to_string)
        .collect();
    match (&numbers[..], lines.len().saturating_sub(MAX_LINES)) {
        ([one], _) => format!("line {one}"),
        ([first @ .., last], 0) => format!("lines {} and {last}", first.join(", ")),
        (all, more) => format!("lines {} and {more} more", all.join(", ")),
    }
}
