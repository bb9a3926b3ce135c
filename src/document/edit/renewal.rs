//! A renewal as somebody asks for it, and the reasons for which it is not recorded.

use chrono::NaiveDate;

use crate::plan::Diagnostic;
use crate::plan::value::price::Price;
use crate::text::value_error::ValueError;
use crate::time::period::Period;

/// A renewal that is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// The day on which it was done.
    pub on: NaiveDate,
    /// What was paid.
    pub paid: Option<Price>,
    /// Where the receipt is, or what it says.
    pub receipt: Option<String>,
    /// Any other text; may have line breaks.
    pub note: Option<String>,
    /// How long it lasts, if the plan does not say so or this renewal differs.
    pub validity: Option<NewValidity>,
    /// Whether it counts from the old expiry although the plan does not say so.
    pub from_expiry: bool,
}

/// How long a renewal lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewValidity {
    /// A length of time, and its text as it was given.
    For(Period, String),
    /// Up to and including a day.
    Until(NaiveDate),
}

/// Why a renewal is not recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RenewError {
    /// The request itself is wrong: no place in the file is to blame.
    InvalidRequest(ValueError),
    /// A value of the plan does not allow it.
    Refused(Box<Diagnostic>),
    /// It has to be written by hand: the reason, and the lines to write.
    ByHand(Box<Diagnostic>, Vec<String>),
}
