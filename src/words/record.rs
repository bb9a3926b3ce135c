//! The texts of the pages on which renewals are recorded, except for the sentences that they share
//! with the page, the agenda and the feed.

use crate::words::page::Affixes;

/// A message in answer to a request, instead of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordMessage {
    /// 403: the form comes from another site, or from another pairing.
    Foreign,
    /// 404: the list has no plan with this id.
    Missing,
    /// 408: the form came too slowly.
    Late,
    /// 409: the plan has changed since the form was made.
    Changed,
    /// 409: the plan has changed since the recording, or the recording is not known any more.
    NothingToUndo,
    /// 413: the form is too long.
    TooLong,
    /// 415: what was sent is not a form.
    NotAForm,
    /// 422: the plans file has an error.
    Broken,
    /// 503: the plans file cannot be read or written.
    NotWritten,
    /// 503: another program keeps the plans file locked.
    Locked,
}

/// The words of these pages in one language. Days are given in the form of [`FeedWords::date`].
///
/// [`FeedWords::date`]: crate::words::feed::FeedWords::date
pub(crate) trait RecordWords {
    /// The texts that never change.
    fn record_labels(&self) -> &'static RecordLabels;

    /// The heading of a message, and what to do next.
    fn record_message(&self, message: RecordMessage) -> (&'static str, &'static str);

    /// A price without a currency has this one.
    fn default_currency(&self, code: &str) -> String;
    /// The plan was renewed on `on`.
    fn was_renewed(&self, on: &str) -> String;
    /// The expiry of the plan after a renewal and before it.
    fn new_expiry(&self, now: &str, before: &str) -> String;
    /// The day of the next warning.
    fn next_warning(&self, day: &str) -> String;
    /// The plan expired on `expiry`, although a renewal was recorded.
    fn still_expired(&self, expiry: &str) -> String;
    /// The plan is given up on `ended`, before it expires on `expiry`.
    fn ends_before_expiry(&self, ended: &str, expiry: &str) -> String;
    /// The automatic renewals ended on `until`.
    fn automatic_ended(&self, until: &str) -> String;
    /// The heading of the history of a plan, with the number of its records.
    fn past_renewals(&self, count: usize) -> String;
    /// Opens the records that are not shown at first.
    fn earlier_renewals(&self, count: usize) -> String;
}

/// The texts of these pages that never change.
#[derive(Debug)]
pub(crate) struct RecordLabels {
    // Pairing.
    /// Heading and button: pair this device.
    pub(crate) pair: &'static str,
    /// What a paired device can do, and for how long.
    pub(crate) about_pairing: &'static str,
    /// Heading: the device is not paired.
    pub(crate) not_paired: &'static str,
    /// Why the page shows nothing else.
    pub(crate) about_not_paired: &'static str,
    /// How to pair a device: the texts around the command that prints a link.
    pub(crate) how_to_pair: Affixes,
    /// What to do if a pairing link led here.
    pub(crate) about_old_link: &'static str,

    // The lists of plans.
    /// Heading: record a renewal.
    pub(crate) record: &'static str,
    /// Why nothing can be recorded for a plan that was given up. Code stands in backticks.
    pub(crate) is_given_up: &'static str,
    /// Heading: record another renewal.
    pub(crate) record_another: &'static str,
    /// The link to the page with all plans.
    pub(crate) all_plans: &'static str,
    /// The link from a message to the page that helps.
    pub(crate) go_on: &'static str,

    // The form.
    /// The day of the renewal.
    pub(crate) on: &'static str,
    /// The way in which it was done.
    pub(crate) way: &'static str,
    /// A way that the list does not name, with its number.
    pub(crate) way_number: fn(usize) -> String,
    /// The last day on which the plan works.
    pub(crate) until: &'static str,
    /// Why the form asks for that day.
    pub(crate) about_until: &'static str,
    /// What was paid.
    pub(crate) paid: &'static str,
    /// An empty price is that of the way.
    pub(crate) about_paid: &'static str,
    /// The receipt.
    pub(crate) receipt: &'static str,
    /// What to write about the receipt.
    pub(crate) about_receipt: &'static str,
    /// The note.
    pub(crate) note: &'static str,
    /// The button that sends the form.
    pub(crate) send: &'static str,
    /// Recording a renewal of a plan that renews by itself does not change its dates.
    pub(crate) dates_stay: &'static str,

    // What was recorded.
    /// Heading: the renewal was recorded.
    pub(crate) recorded: &'static str,
    /// No warning will come.
    pub(crate) no_warning: &'static str,
    /// The new expiry is before the old one.
    pub(crate) is_shorter: &'static str,
    /// Opens the lines of the file that changed.
    pub(crate) changed_lines: &'static str,
    /// The button that takes the recording back.
    pub(crate) undo: &'static str,
    /// Heading: the recording was taken back.
    pub(crate) undone: &'static str,
    /// What taking it back did.
    pub(crate) about_undone: &'static str,
    /// The change stands in the plans file, but is not committed to git. The reason follows.
    pub(crate) not_committed: &'static str,

    // The history.
    /// No renewal is recorded.
    pub(crate) no_history: &'static str,
    /// Before a receipt.
    pub(crate) receipt_is: &'static str,

    // What is wrong.
    /// Heading: the form was refused.
    pub(crate) refused: &'static str,
    /// The day is wrong.
    pub(crate) wrong_day: &'static str,
    /// The way is missing or wrong.
    pub(crate) wrong_way: &'static str,
    /// The last day is missing or wrong.
    pub(crate) wrong_until: &'static str,
    /// The price is wrong.
    pub(crate) wrong_price: &'static str,
    /// The receipt or the note is wrong.
    pub(crate) wrong_text: &'static str,
    /// The renewal cannot be recorded for another reason.
    pub(crate) wrong_plan: &'static str,
    /// Before the lines to write into the plan by hand.
    pub(crate) by_hand: &'static str,
    /// Nothing can be recorded while the plans file has an error.
    pub(crate) about_file_error: &'static str,
}
