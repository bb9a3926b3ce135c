//! What a plans file holds: the settings, the plans and their past renewals.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::plan::contact::{Contact, Method, RenewalMethod};
use crate::plan::expiry::Expiry;
use crate::plan::settings::Settings;
use crate::plan::value::price::Price;
use crate::time::period::Period;

/// What a plans file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanList<'a> {
    /// `calendar:`, or its defaults.
    pub settings: Settings<'a>,
    /// The plans, at least one, in the order of the file; no two have one id.
    pub plans: Vec<Plan<'a>>,
}

/// One thing that runs out.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan<'a> {
    /// The stable identity; the name if the file gives none.
    pub id: Cow<'a, str>,
    /// Whether the file gives the id.
    pub has_own_id: bool,
    /// The name, one line.
    pub name: Cow<'a, str>,
    /// Who sells it.
    pub provider: Option<Cow<'a, str>>,
    /// Its phone number, shown as [`Settings::numbers`] says.
    pub number: Option<Cow<'a, str>>,
    /// When it runs out.
    pub expiry: Expiry,
    /// How long after its expiry it can still be recovered.
    pub grace: Option<Period>,
    /// What a renewal costs.
    pub price: Option<Price>,
    /// The ways of renewing it, the usual one first.
    pub renewal: Vec<RenewalMethod<'a>>,
    /// How to see that a renewal worked.
    pub check: Option<Contact<'a>>,
    /// Who helps when it did not.
    pub support: Option<Contact<'a>>,
    /// Its own leads; without them those of [`Settings::remind`].
    pub remind: Option<Vec<Period>>,
    /// The tags by which a list can be filtered.
    pub tags: Vec<Cow<'a, str>>,
    /// Remarks; may have line breaks.
    pub notes: Option<Cow<'a, str>>,
    /// Its past renewals.
    pub history: Vec<RenewalRecord<'a>>,
    /// The day on which it is given up; it has no events after that.
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
    /// The expiry from which the new one was counted, if the new one is in a month without that
    /// day: so an expiry on the 31st is on the 31st again after February.
    pub from: Option<NaiveDate>,
}
