//! The words of the pages for recording in English.

use crate::words::en::English;
use crate::words::record::{RecordLabels, RecordMessage, RecordWords};

impl RecordWords for English {
    fn record_labels(&self) -> &'static RecordLabels {
        &LABELS
    }

    fn record_message(&self, message: RecordMessage) -> (&'static str, &'static str) {
        match message {
            RecordMessage::Foreign => (
                "The form was not accepted",
                "It came from another site, or this device has been paired again since then. \
                 Nothing was changed. Open the form again and send it from there.",
            ),
            RecordMessage::Missing => (
                "There is no such plan",
                "It may have another id now, or it was removed from the list. Nothing was changed.",
            ),
            RecordMessage::Late => (
                "The form came too slowly",
                "Nothing was changed. Go back and send it again.",
            ),
            RecordMessage::Changed => (
                "The plan has changed in the meantime",
                "The plan is not as your form showed it: perhaps the renewal is recorded \
                 already. Nothing was changed. Look at the plan as it is now.",
            ),
            RecordMessage::NothingToUndo => (
                "Nothing was undone",
                "The plan has changed since that recording, or the server has started again. If \
                 something is wrong, correct the plans file by hand.",
            ),
            RecordMessage::TooLong => (
                "The form is too long",
                "Nothing was changed. Go back and shorten the note.",
            ),
            RecordMessage::NotAForm => (
                "This is not the form of this page",
                "Nothing was changed. Open the form and send it from there.",
            ),
            RecordMessage::Broken => (
                "The plans file has an error",
                "Nothing was changed. Correct the file, then go back and send the form again.",
            ),
            RecordMessage::NotWritten => (
                "The plans file cannot be changed now",
                "Nothing was changed. Remove the cause, then go back and send the form again.",
            ),
            RecordMessage::Locked => (
                "Another program is changing the plans file",
                "Nothing was changed. Wait a little, then go back and send the form again.",
            ),
        }
    }

    fn default_currency(&self, code: &str) -> String {
        format!("If you give only a number, it is in {code}.")
    }

    fn was_renewed(&self, on: &str) -> String {
        format!("Renewed on {on}.")
    }

    fn new_expiry(&self, now: &str, before: &str) -> String {
        format!("Expires {now} (before: {before}).")
    }

    fn next_warning(&self, day: &str) -> String {
        format!("The next warning comes on {day}.")
    }

    fn still_expired(&self, expiry: &str) -> String {
        format!("Even so, it expired on {expiry}.")
    }

    fn ends_before_expiry(&self, ended: &str, expiry: &str) -> String {
        format!(
            "It ends on {ended}, so no warning comes before {expiry}. If you keep it, remove \
             `ended` from the plan."
        )
    }

    fn automatic_ended(&self, until: &str) -> String {
        format!(
            "It no longer renews automatically: that ended on {until}. If it does again, write \
             a later `until` into the plan."
        )
    }

    fn past_renewals(&self, count: usize) -> String {
        format!("Past renewals ({count})")
    }

    fn earlier_renewals(&self, count: usize) -> String {
        match count {
            1 => "1 earlier renewal".to_owned(),
            _ => format!("{count} earlier renewals"),
        }
    }
}

static LABELS: RecordLabels = RecordLabels {
    pair: "Pair this device",
    about_pairing: "A paired device can record renewals, and it shows receipts and past renewals. \
                    The pairing ends after 400 days without use. Pair only a device that is yours.",
    not_paired: "This device is not paired",
    about_not_paired: "Only a paired device can record renewals.",
    how_to_pair: (
        "Run ",
        " where the plans file is, and open the link on this device, or point its camera at the \
         QR code. A server without a key shows the link when it starts.",
    ),
    about_old_link: "If such a link led you here, it is more than an hour old or incomplete: make a \
                     new one.",
    record: "Record a renewal",
    record_another: "Record another renewal",
    is_given_up: "Nothing can be recorded for it. If you keep it, first remove `ended` from the \
                  plan.",
    all_plans: "All plans",
    go_on: "Continue",
    on: "Renewed on",
    way: "How",
    way_number: |number| format!("Way {number}"),
    until: "Works until",
    about_until: "The plan does not say how long a renewal lasts.",
    paid: "Paid",
    about_paid: "Leave it empty if you paid the price shown above.",
    receipt: "Receipt",
    about_receipt: "A number, a link, or a file beside the plans file.",
    note: "Note",
    send: "Record",
    dates_stay: "It renews automatically. Its dates stay the same; only its history gets an entry.",
    recorded: "Recorded",
    no_warning: "No warning comes after today.",
    is_shorter: "The new expiry is before the old one.",
    changed_lines: "What changed in the file",
    undo: "Undo",
    undone: "Undone",
    about_undone: "The plan is as it was before.",
    not_committed: "The change is in the plans file, but not in git:",
    no_history: "No renewal is recorded yet.",
    receipt_is: "Receipt: ",
    refused: "Not recorded",
    wrong_day: "This day is not allowed.",
    wrong_way: "Choose how it was renewed.",
    wrong_until: "Give the new last day on which it works.",
    wrong_price: "This price cannot be read.",
    wrong_text: "This text is not allowed.",
    wrong_plan: "The renewal cannot be recorded like this.",
    by_hand: "Write these lines into the plan by hand:",
    about_file_error: "Nothing can be recorded until it is corrected. You see the last list without \
                       errors.",
};
