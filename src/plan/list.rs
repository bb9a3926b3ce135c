//! The contents of a plans file: the settings, the plans and their past renewals.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::plan::contact::{Contact, Method, RenewalMethod};
use crate::plan::expiry::Expiry;
use crate::plan::settings::Settings;
use crate::plan::value::price::Price;
use crate::time::period::Period;

/// The contents of a plans file.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanList<'a> {
    /// The settings under `calendar:`, or the defaults.
    pub settings: Settings<'a>,
    /// The plans, in the order of the file. There is at least one, and their ids are unique.
    pub plans: Vec<Plan<'a>>,
}

/// One thing that runs out.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan<'a> {
    /// The id, which stays the same across renewals. It is the name if the file gives no id.
    pub id: Cow<'a, str>,
    /// Whether the file gives the id.
    pub has_own_id: bool,
    /// The name, on one line.
    pub name: Cow<'a, str>,
    /// Who sells it.
    pub provider: Option<Cow<'a, str>>,
    /// Its phone number, shown as [`Settings::numbers`] requires.
    pub number: Option<Cow<'a, str>>,
    /// When it runs out.
    pub expiry: Expiry,
    /// How long after its expiry the plan can still be recovered.
    pub grace: Option<Period>,
    /// What a renewal costs.
    pub price: Option<Price>,
    /// The ways of renewing it, the usual one first.
    pub renewal: Vec<RenewalMethod<'a>>,
    /// How to check that a renewal worked.
    pub check: Option<Contact<'a>>,
    /// Where to get help if it did not.
    pub support: Option<Contact<'a>>,
    /// The leads of this plan. If `None`, [`Settings::remind`] applies.
    pub remind: Option<Vec<Period>>,
    /// The tags by which a list can be filtered.
    pub tags: Vec<Cow<'a, str>>,
    /// Remarks; may have line breaks.
    pub notes: Option<Cow<'a, str>>,
    /// Its past renewals.
    pub history: Vec<RenewalRecord<'a>>,
    /// The day on which the plan is given up. It has no events after that day.
    pub ended: Option<NaiveDate>,
}

impl Plan<'_> {
    /// The first renewal method that works by itself, if there is one.
    #[must_use]
    pub fn automatic(&self) -> Option<&RenewalMethod<'_>> {
        self.renewal
            .iter()
            .find(|way| way.method == Method::AutoDebit)
    }
}

/// A past renewal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenewalRecord<'a> {
    /// The day on which it was done.
    pub on: NaiveDate,
    /// What was paid.
    pub paid: Option<Price>,
    /// Where the receipt is, or what it says.
    pub receipt: Option<Cow<'a, str>>,
    /// A remark.
    pub note: Option<Cow<'a, str>>,
    /// The date from which the new expiry was counted, if the month of the new expiry does not have
    /// that day. With it, an expiry on the 31st returns to the 31st after February.
    pub from: Option<NaiveDate>,
}
