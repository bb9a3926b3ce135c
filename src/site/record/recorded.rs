//! The last recording of a list, which can be taken back.

use chrono::NaiveDate;

use crate::document::Document;
use crate::document::edit::{DiffLine, Edit, RecordedChange, hunks};
use crate::plan::PlanList;
use crate::plan::value::phone::Shown;

/// How many lines of a change are kept, and how many characters of each. A list on one line, or a
/// long note, would fill the page.
const MAX_LINES: usize = 60;
const MAX_LINE_CHARS: usize = 400;
/// A number with fewer characters is not looked for in a line: it could be a part of a date.
const MIN_NUMBER_CHARS: usize = 5;

/// A line of the file that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ChangedLine {
    /// A line only in the old text.
    Removed(String),
    /// A line only in the new text.
    Added(String),
    /// Lines that are not shown, since they did not change.
    Gap,
}

/// What a recording did, for the page after it and for its undo. It does not borrow the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RecordedStep {
    /// The id of the plan.
    pub(crate) plan_id: String,
    /// The day of the renewal.
    pub(crate) on: NaiveDate,
    /// What to put back for an undo.
    pub(crate) change: RecordedChange,
    /// The expiry of the plan before the recording.
    pub(crate) old_expiry: NaiveDate,
    /// Whether the plan renews by itself, so that only its history changed.
    pub(crate) is_automatic: bool,
    /// The end of its automatic renewals, if that was before this renewal.
    pub(crate) automatic_until: Option<NaiveDate>,
    /// The lines that changed, with phone numbers as the list shows them.
    pub(crate) lines: Vec<ChangedLine>,
    /// Whether the recording was taken back.
    pub(crate) is_undone: bool,
    /// Why the last change of the file is not committed, if it should be.
    pub(crate) not_committed: Option<String>,
}

impl RecordedStep {
    /// What `edit` does to the plan at `index` of `document`, which is the file before the edit, for
    /// a renewal on the day `on`. `None` if there is no such plan.
    #[must_use]
    pub(crate) fn new(
        document: &Document<'_>,
        index: usize,
        edit: &Edit<'_>,
        on: NaiveDate,
    ) -> Option<Self> {
        Some(Self {
            plan_id: edit.plan.id.as_ref().to_owned(),
            on,
            change: RecordedChange::new(document, index, edit)?,
            old_expiry: edit.expiry,
            is_automatic: edit.plan.automatic().is_some() && edit.auto_renewal_end.is_none(),
            automatic_until: edit.auto_renewal_end.map(|end| end.until),
            lines: changed_lines(document, &edit.text),
            is_undone: false,
            not_committed: None,
        })
    }

    /// The same step after it was taken back. The page of the plan then says so, and offers no undo.
    #[must_use]
    pub(crate) fn taken_back(self) -> Self {
        Self {
            is_undone: true,
            ..self
        }
    }
}

/// The lines that differ between the text of a file and the text `after`.
fn changed_lines(document: &Document<'_>, after: &str) -> Vec<ChangedLine> {
    let list = document.list();
    let mut lines = Vec::new();
    for line in hunks(document.text(), after)
        .into_iter()
        .flat_map(|hunk| hunk.lines)
    {
        let line = match line {
            DiffLine::Unchanged(_) if matches!(lines.last(), None | Some(ChangedLine::Gap)) => {
                continue;
            }
            DiffLine::Unchanged(_) => ChangedLine::Gap,
            DiffLine::Removed(line) => ChangedLine::Removed(shown_line(list, line)),
            DiffLine::Added(line) => ChangedLine::Added(shown_line(list, line)),
        };
        lines.push(line);
        if lines.len() == MAX_LINES {
            break;
        }
    }
    if lines.len() < MAX_LINES && lines.last() == Some(&ChangedLine::Gap) {
        lines.pop();
    }
    lines
}

/// A line without its line break, cut if it is long, with phone numbers as the list shows them.
fn shown_line(list: &PlanList<'_>, line: &str) -> String {
    let line = line.trim_end_matches(['\r', '\n']);
    // A number at the end of this piece may be cut, so the end is left out below.
    let end = line.char_indices().nth(2 * MAX_LINE_CHARS);
    let mut text = line[..end.map_or(line.len(), |(end, _)| end)].to_owned();
    for plan in &list.plans {
        let number = plan.number.as_deref().unwrap_or_default();
        if number.chars().count() < MIN_NUMBER_CHARS {
            continue;
        }
        let shown = match list.settings.numbers.show(number) {
            Some(Shown::Whole(_)) => continue,
            Some(Shown::Ending(digits)) => format!("…{digits}"),
            None => "…".to_owned(),
        };
        if text.contains(number) {
            text = text.replace(number, &shown);
        }
    }
    if let Some((end, _)) = text.char_indices().nth(MAX_LINE_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{ChangedLine, RecordedStep};
    use crate::document::Document;
    use crate::document::edit::{Renewal, renew};

    fn lines(text: &str) -> Vec<ChangedLine> {
        let document = Document::read(text.as_bytes()).expect("a plans file");
        let on = "2026-11-30".parse().expect("a day");
        let renewal = Renewal {
            on,
            paid: None,
            receipt: None,
            note: None,
            way: None,
            validity: None,
            from_expiry: false,
        };
        let edit = renew(&document, 0, &renewal, on).expect("an edit");
        let step = RecordedStep::new(&document, 0, &edit, on).expect("a step");
        step.lines
    }

    fn added(text: &str) -> ChangedLine {
        ChangedLine::Added(text.to_owned())
    }

    fn removed(text: &str) -> ChangedLine {
        ChangedLine::Removed(text.to_owned())
    }

    #[test]
    fn only_changed_lines_are_kept() {
        let text = "- name: A\r\n  renewed: 2026-10-05\r\n  number: \"+47 900 00 001\"\r\n  validity: 3 months\r\n  history:\r\n    - {on: 2026-10-05}\r\n";
        assert_eq!(
            lines(text),
            [
                removed("  renewed: 2026-10-05"),
                added("  renewed: 2026-11-30"),
                ChangedLine::Gap,
                added("    - {on: 2026-11-30}"),
            ]
        );
    }

    #[test]
    fn numbers_are_shown_as_the_list_says() {
        let plan = "[{name: A, number: \"+47 900 00 001\", expires: 2026-10-05, validity: 1 year}, {name: B, number: \"12\", expires: 2027-01-31}]";
        let old = "[{name: A, number: \"…001\", expires: 2026-10-05, validity: 1 year}, {name: B, number: \"12\", expires: 2027-01-31}]";
        assert_eq!(lines(plan)[0], removed(old));
        let whole = format!("calendar: {{numbers: full}}\nplans: {plan}");
        assert_eq!(lines(&whole)[0], removed(&format!("plans: {plan}")));
    }

    #[test]
    fn a_long_line_is_cut() {
        let name = "x".repeat(3000);
        let found = lines(&format!(
            "[{{name: {name}, expires: 2026-10-05, validity: 1 year}}]"
        ));
        let ChangedLine::Removed(line) = &found[0] else {
            unreachable!("{found:?}")
        };
        assert_eq!((line.chars().count(), line.ends_with("x…")), (401, true));
    }
}
