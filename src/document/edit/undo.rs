//! Takes back the recording of a renewal.
//!
//! [`RecordedChange`] keeps the bytes of the plan from before the recording, and those that the
//! recording left. If the plan still has exactly the latter, [`undo`] puts the former back, and
//! verifies the result as [`crate::document::edit::renew()`] does. Changes of other plans in the
//! meantime stay.

use std::borrow::Cow;
use std::ops::Range;

use crate::document::Document;
use crate::document::edit::source::plan_source;
use crate::document::edit::{Edit, splice};
use crate::plan::{Expiry, Plan, RenewalRecord};

/// What a recording changed in a plan, so that it can be taken back. It does not borrow the text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RecordedChange {
    /// The bytes of the plan and of what was added behind it, before the recording.
    before: String,
    /// The bytes in their place after the recording.
    after: String,
    /// How many of these bytes stand before the plan.
    lead: usize,
    /// The dates of the plan before the recording.
    expiry: Expiry,
    /// The history of the plan before the recording.
    history: Vec<RenewalRecord<'static>>,
}

/// A plans file in which a recording was taken back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Undo<'t> {
    /// The new text, without a byte-order mark.
    pub(crate) text: String,
    /// The plan as it is again.
    pub(crate) plan: Plan<'t>,
}

/// Why a recording is not taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UndoError {
    /// The plan is no longer as the recording left it, or is gone.
    Changed,
    /// Taking it back would change something else as well.
    Entangled,
}

impl RecordedChange {
    /// What `edit` changes in the plan at `index` of `document`, the file before the edit. `None` if
    /// there is no such plan.
    #[must_use]
    pub(crate) fn new(document: &Document<'_>, index: usize, edit: &Edit<'_>) -> Option<Self> {
        let plan = document.list().plans.get(index)?;
        let own = plan_source(document, index)?.span;
        let starts = edit.splices.iter().map(|splice| splice.range.start);
        let ends = edit.splices.iter().map(|splice| splice.range.end);
        let start = starts.fold(own.start, usize::min);
        let end = ends.fold(own.end, usize::max);
        // The edit left all bytes behind `end` as they were.
        let rest = document.text().len() - end;
        let end_after = edit.text.len().checked_sub(rest)?;
        Some(Self {
            before: document.text().get(start..end)?.to_owned(),
            after: edit.text.get(start..end_after)?.to_owned(),
            lead: own.start - start,
            expiry: plan.expiry,
            history: plan.history.iter().map(owned).collect(),
        })
    }

    /// Whether the plan at `index` of a file is as the recording left it.
    #[must_use]
    pub(crate) fn is_intact(&self, document: &Document<'_>, index: usize) -> bool {
        let source = plan_source(document, index);
        source.is_some_and(|source| self.find(document.text(), &source.span).is_some())
    }

    /// Whether the plan at `index` of a file is as it was before the recording.
    #[must_use]
    pub(crate) fn is_restored(&self, document: &Document<'_>, index: usize) -> bool {
        let Some(source) = plan_source(document, index) else {
            return false;
        };
        let start = source.span.start.checked_sub(self.lead);
        let found = start.and_then(|start| document.text().get(start..));
        found.is_some_and(|found| found.starts_with(&self.before))
    }

    /// Where the bytes that the recording left stand in `text`, if the plan at `own` still has
    /// them.
    fn find(&self, text: &str, own: &Range<usize>) -> Option<Range<usize>> {
        let start = own.start.checked_sub(self.lead)?;
        let end = start.checked_add(self.after.len())?;
        let is_same = text.get(start..end) == Some(self.after.as_str());
        (is_same && own.end <= end).then_some(start..end)
    }
}

fn owned(record: &RenewalRecord<'_>) -> RenewalRecord<'static> {
    let text = |text: &Cow<'_, str>| Cow::Owned(text.as_ref().to_owned());
    RenewalRecord {
        on: record.on,
        paid: record.paid,
        receipt: record.receipt.as_ref().map(text),
        note: record.note.as_ref().map(text),
        from: record.from,
    }
}

/// Takes back a recording in the plan at `index` of a file. Other plans may have changed since.
///
/// # Errors
///
/// - The plan is no longer as the recording left it.
/// - Taking it back would change something else as well.
pub(crate) fn undo<'t>(
    document: &Document<'t>,
    index: usize,
    recorded: &RecordedChange,
) -> Result<Undo<'t>, UndoError> {
    let text = document.text();
    let plan = document.list().plans.get(index);
    let plan = plan.ok_or(UndoError::Changed)?;
    let source = plan_source(document, index).ok_or(UndoError::Changed)?;
    let range = recorded.find(text, &source.span);
    let range = range.ok_or(UndoError::Changed)?;
    let restored = Plan {
        expiry: recorded.expiry,
        history: recorded.history.clone(),
        ..plan.clone()
    };
    let back = splice::Splice::replace(range, recorded.before.clone());
    let new_text = splice::apply(text, &[back]);
    let part = document.part(index);
    let proved = new_text.filter(|text| document.is_same_but(text, &part, index, &restored));
    Ok(Undo {
        text: proved.ok_or(UndoError::Entangled)?,
        plan: restored,
    })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{RecordedChange, UndoError, undo};
    use crate::document::Document;
    use crate::document::edit::{Renewal, renew};

    fn renewal() -> Renewal {
        Renewal {
            on: NaiveDate::from_ymd_opt(2026, 11, 30).expect("a date"),
            paid: None,
            receipt: None,
            note: Some("x".into()),
            way: None,
            validity: None,
            from_expiry: false,
        }
    }

    /// The text after a recording in the plan at `index`, and how to take it back.
    fn record(text: &str, index: usize) -> (String, RecordedChange) {
        let document = Document::read(text.as_bytes()).expect("a plans file");
        let renewal = renewal();
        let edit = renew(&document, index, &renewal, renewal.on).expect("an edit");
        let recorded = RecordedChange::new(&document, index, &edit).expect("a change");
        assert_ne!(edit.text, text);
        (edit.text, recorded)
    }

    fn take_back(text: &str, index: usize, recorded: &RecordedChange) -> Result<String, UndoError> {
        let document = Document::read(text.as_bytes()).expect("a plans file");
        undo(&document, index, recorded).map(|undo| undo.text)
    }

    const PLAN: &str = "renewed: 2026-10-05, validity: 3 months";

    #[test]
    fn the_bytes_of_before_come_back() {
        for text in [
            "- name: A\n  renewed: 2026-10-05 # c\n  validity: 3 months # c\n# d\n- {name: B, expires: 2027-01-31}\n".to_owned(),
            "- name: A\n  renewed: 2026-10-05\n  validity: 3 months".to_owned(),
            "- name: A\r\n  renewed: 2026-10-05\r\n  validity: 3 months\r\n".to_owned(),
            "- name: A\n  renewed: 2026-10-05\n  validity: 3 months\n  history:\n  - {on: 2026-10-05}\n  notes: |\n    B\n\n\n- {name: B, expires: 2027-01-31}\n".to_owned(),
            "- name: A\n  history:\n    - on: 2026-10-05\n      note: a\n  renewed: 2026-10-05\n  validity: 3 months\n".to_owned(),
            format!("[{{name: A, {PLAN}}}, {{name: B, {PLAN}}}]"),
            format!("calendar: {{}}\nplans:\n- {{name: A, {PLAN}}}\n- &b {{name: B, {PLAN}}}\n- {{<<: *b, name: C}}\n"),
        ] {
            let (after, recorded) = record(&text, 0);
            assert_eq!(take_back(&after, 0, &recorded), Ok(text));
        }
    }

    #[test]
    fn changes_of_other_plans_stay() {
        let text = format!("- {{name: A, {PLAN}}}\n- {{name: B, {PLAN}}}\n- {{name: C, {PLAN}}}\n");
        let (after, recorded) = record(&text, 1);
        let later = after
            .replace("name: A", "name: A long name")
            .replace("- {name: C", "# c\n- {name: D");
        let later = format!("- {{name: Z, {PLAN}}}\n{later}");
        let expected = text
            .replace("name: A", "name: A long name")
            .replace("- {name: C", "# c\n- {name: D");
        let expected = format!("- {{name: Z, {PLAN}}}\n{expected}");
        assert_eq!(take_back(&later, 2, &recorded), Ok(expected));
        // Another plan has the index now.
        assert_eq!(take_back(&later, 1, &recorded), Err(UndoError::Changed));
        assert_eq!(take_back(&later, 9, &recorded), Err(UndoError::Changed));
    }

    #[test]
    fn a_plan_that_changed_since_stays() {
        let text = "- name: A\n  renewed: 2026-10-05\n  validity: 3 months\n- {name: B, expires: 2027-01-31}\n";
        let (after, recorded) = record(text, 0);
        for (from, to) in [
            ("name: A", "name: AA"),
            ("validity: 3 months", "validity: 3  months"),
            ("note: x", "note: y"),
            ("- {name: B", "  grace: 1 week\n- {name: B"),
        ] {
            let changed = after.replace(from, to);
            assert_ne!(changed, after);
            assert_eq!(
                take_back(&changed, 0, &recorded),
                Err(UndoError::Changed),
                "{to}"
            );
        }
        // A second recording moves the plan on.
        let (twice, _) = {
            let document = Document::read(after.as_bytes()).expect("a plans file");
            let mut renewal = renewal();
            renewal.on = renewal.on.succ_opt().expect("a day");
            let edit = renew(&document, 0, &renewal, renewal.on).expect("an edit");
            let recorded = RecordedChange::new(&document, 0, &edit).expect("a change");
            (edit.text, recorded)
        };
        assert_eq!(take_back(&twice, 0, &recorded), Err(UndoError::Changed));
    }
}
