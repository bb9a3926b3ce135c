//! Records a renewal in a plans file, or takes the last one back. Everything here waits for the
//! disk, so it runs on a thread of its own.
//!
//! It does what `weekahead renew` does: the file is locked, read, edited, proved and replaced, and
//! only if it is still as it was read.

use std::io::ErrorKind;
use std::path::Path;

use chrono::NaiveDate;

use crate::document::Document;
use crate::document::edit::{UndoError, renew, undo};
use crate::files::git::{ANSWER_TIMEOUT, ReadyCommit};
use crate::files::io_error::IoError;
use crate::files::lock::{LOCK_TIMEOUT, LockedFile, ReplaceError, with_mark_of};
use crate::files::receipt::{has_known_ending, receipt_file};
use crate::files::replaceable::check_replaceable;
use crate::plan::PlanList;
use crate::server::record::steps::ListSteps;
use crate::server::reload::error_summary::ErrorSummary;
use crate::site::record::{FormAction, FormError, RecordForm, RecordedStep, plan_digest};

/// What a form asks for, of a device that may ask for it.
#[derive(Debug)]
pub(crate) struct Order<'a> {
    pub(crate) path: &'a Path,
    /// The number of the list's `calendar.devices` for which the device is paired.
    pub(crate) devices: u32,
    pub(crate) plan_id: &'a str,
    /// The digest of the plan's own bytes when the form was made.
    pub(crate) digest: &'a str,
    pub(crate) action: FormAction,
    pub(crate) form: &'a RecordForm,
    /// The list's day.
    pub(crate) today: NaiveDate,
    /// The last day that has begun somewhere on earth.
    pub(crate) latest: NaiveDate,
    /// Whether the change is committed.
    pub(crate) commits: bool,
}

/// A change that was written.
#[derive(Debug)]
pub(crate) struct Done {
    /// Whether the change is committed, if it should be.
    pub(crate) is_committed: bool,
}

/// Why nothing was recorded.
#[derive(Debug)]
pub(crate) enum NotRecorded {
    /// The renewal is refused, as the command refuses it.
    Form(FormError),
    /// Something else than the form prevents it.
    Obstacle(Obstacle),
}

/// What prevents a recording, whatever the form says.
#[derive(Debug)]
pub(crate) enum Obstacle {
    /// The list pairs its devices anew since the request was let in.
    Unpaired,
    /// The plan is not as it was when the form was made.
    Changed,
    /// There is nothing to take back.
    NothingToUndo,
    /// The file has problems.
    Broken(ErrorSummary),
    /// Another process has the file locked for too long.
    Locked,
    /// The file cannot be read or written: the reason, without its path.
    NotWritten(String),
}

impl From<FormError> for NotRecorded {
    fn from(error: FormError) -> Self {
        Self::Form(error)
    }
}

impl From<Obstacle> for NotRecorded {
    fn from(obstacle: Obstacle) -> Self {
        Self::Obstacle(obstacle)
    }
}

/// Does what a form asks for.
///
/// # Errors
///
/// Returns why nothing was recorded. The file is as before.
pub(crate) fn execute(order: &Order<'_>, steps: &ListSteps) -> Result<Done, NotRecorded> {
    let locked = LockedFile::take(order.path, LOCK_TIMEOUT, || {}).map_err(unreadable)?;
    let document = Document::read(locked.bytes()).map_err(|problems| {
        let name = order.path.display().to_string();
        Obstacle::Broken(ErrorSummary::of(&name, locked.bytes(), &problems, false))
    })?;
    let list = document.list();
    if list.settings.devices != order.devices {
        return Err(Obstacle::Unpaired.into());
    }
    let index = position(list, order.plan_id).ok_or(Obstacle::Changed)?;
    let digest = plan_digest(&document, index).ok_or(Obstacle::Changed)?;
    if digest.as_str() != order.digest {
        return Err(Obstacle::Changed.into());
    }
    let step = match order.action {
        FormAction::Record => record(order, &locked, &document, index)?,
        FormAction::Undo => take_back(order, &locked, &document, index, steps)?,
    };
    let is_committed = step.not_committed.is_none();
    steps.set_last(step);
    Ok(Done { is_committed })
}

fn record(
    order: &Order<'_>,
    locked: &LockedFile,
    document: &Document<'_>,
    index: usize,
) -> Result<RecordedStep, NotRecorded> {
    let plan = &document.list().plans[index];
    let renewal = order.form.renewal(plan, order.today, order.latest)?;
    let edit = renew(document, index, &renewal, order.latest).map_err(FormError::from)?;
    let step = RecordedStep::new(document, index, &edit, renewal.on).ok_or(Obstacle::Changed)?;
    let message = renewal.commit_message(order.plan_id);
    let receipt = renewal.receipt.as_deref();
    Ok(RecordedStep {
        not_committed: write(order, locked, &edit.text, receipt, &message)?,
        ..step
    })
}

fn take_back(
    order: &Order<'_>,
    locked: &LockedFile,
    document: &Document<'_>,
    index: usize,
    steps: &ListSteps,
) -> Result<RecordedStep, Obstacle> {
    let last = steps.last();
    let last = last.filter(|last| last.plan_id == order.plan_id && !last.is_undone);
    let last = last.ok_or(Obstacle::NothingToUndo)?;
    let undone = undo(document, index, &last.change).map_err(|error| match error {
        UndoError::Changed | UndoError::Entangled => Obstacle::Changed,
    })?;
    let message = format!("Take back the renewal of {} on {}", order.plan_id, last.on);
    Ok(RecordedStep {
        not_committed: write(order, locked, &undone.text, None, &message)?,
        ..RecordedStep::clone(&last).taken_back()
    })
}

/// Writes a new text over the file, and commits it if that is asked for. Returns why it is not
/// committed.
fn write(
    order: &Order<'_>,
    locked: &LockedFile,
    text: &str,
    receipt: Option<&str>,
    message: &str,
) -> Result<Option<String>, Obstacle> {
    let path = order.path;
    // The file may have come after the start of the server, which checks the others.
    check_replaceable(path).map_err(|why| Obstacle::NotWritten(why.reason()))?;
    let before = locked.bytes();
    let content = with_mark_of(before, text);
    let ready = order.commits.then(|| {
        // A device must not be able to have any file committed, such as the key of the server.
        let receipt = receipt.filter(|receipt| has_known_ending(receipt));
        let receipt = receipt_file(path, receipt);
        ReadyCommit::check(path, before, receipt.as_deref(), ANSWER_TIMEOUT)
    });
    let replaced = locked.replace(content.clone());
    replaced.map_err(|error| match error {
        ReplaceError::Changed => Obstacle::Changed,
        ReplaceError::Refused(error) => Obstacle::NotWritten(error.reason()),
    })?;
    let committed = ready.map(|ready| ready?.commit(&content, message, ANSWER_TIMEOUT));
    let refused = committed.and_then(Result::err);
    Ok(refused.map(|error| error.message))
}

/// The index of the plan with an id.
pub(crate) fn position(list: &PlanList<'_>, id: &str) -> Option<usize> {
    list.plans.iter().position(|plan| plan.id == id)
}

fn unreadable(error: IoError) -> Obstacle {
    match error.kind() {
        ErrorKind::TimedOut => Obstacle::Locked,
        ErrorKind::NotFound => Obstacle::Changed,
        _ => Obstacle::NotWritten(error.reason()),
    }
}
