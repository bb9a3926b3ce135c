//! A requested renewal, and the reasons for which it is not recorded.

use chrono::NaiveDate;

use crate::plan::value::price::Price;
use crate::plan::{Diagnostic, LastDay};
use crate::text::value_error::ValueError;
use crate::time::period::Period;

/// A renewal to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// The day on which it was done.
    pub on: NaiveDate,
    /// What was paid.
    pub paid: Option<Price>,
    /// Where the receipt is, or what it says.
    pub receipt: Option<String>,
    /// A remark; may have line breaks.
    pub note: Option<String>,
    /// The way in which it was done: its place in the plan's `renewal`, from 1. Its validity and its
    /// price apply unless the request gives others.
    pub way: Option<usize>,
    /// How long the renewal lasts, if the plan does not say so or if this renewal differs.
    pub validity: Option<NewValidity>,
    /// Whether the renewal counts from the old expiry although the plan does not say so.
    pub from_expiry: bool,
}

impl Renewal {
    /// What a commit of the renewal of the plan with an id is called.
    #[must_use]
    pub(crate) fn commit_message(&self, plan_id: &str) -> String {
        format!("Renew {plan_id} on {}", self.on)
    }
}

/// How long a renewal lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewValidity {
    /// A period, and the text in which it was given.
    For(Period, String),
    /// Up to and including a day.
    Until(LastDay),
}

/// Why a renewal is not recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RenewError {
    /// The request itself is invalid, regardless of the file.
    InvalidRequest(ValueError),
    /// A value of the plan does not allow it.
    Refused(Box<Diagnostic>),
    /// The change has to be made by hand: the reason, and the lines to write.
    ByHand(Box<Diagnostic>, Vec<String>),
}
