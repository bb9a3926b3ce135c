//! The contents of a plans file: the settings, the plans and their past renewals.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::plan::contact::{Cancel, Contact, Method, RenewalMethod, Terms};
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
    /// How to give it up.
    pub cancel: Option<Cancel<'a>>,
    /// Where its rules stand.
    pub terms: Option<Terms<'a>>,
    /// The leads of this plan. If `None`, [`Settings::remind`] applies.
    pub remind: Option<Vec<Period>>,
    /// The tags by which a list can be filtered.
    pub tags: Vec<Cow<'a, str>>,
    /// Remarks; may have line breaks.
    pub notes: Option<Cow<'a, str>>,
    /// Its past renewals.
    pub history: Vec<RenewalRecord<'a>>,
    /// The day on which the plan is given up. It has no other events after that day.
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

    /// The way in which the plan is renewed on `on`: the automatic one while the plan renews by
    /// itself, otherwise the first one that is done by hand.
    #[must_use]
    pub(crate) fn usual_way(&self, on: NaiveDate) -> Option<&RenewalMethod<'_>> {
        match self.automatic() {
            Some(way) if self.expiry_on(on).is_none() => Some(way),
            _ => self.ways_by_hand().next(),
        }
    }

    /// The ways that are done by hand, the usual one first.
    pub(crate) fn ways_by_hand(&self) -> impl Iterator<Item = &RenewalMethod<'_>> {
        let ways = self.renewal.iter();
        ways.filter(|way| way.method != Method::AutoDebit)
    }

    /// What a renewal on `on` costs in the usual way.
    #[must_use]
    pub(crate) fn price_on(&self, on: NaiveDate) -> Option<Price> {
        self.usual_way(on).and_then(|way| way.price).or(self.price)
    }

    /// What a renewal on `on` costs: in the way with a number from 1, or in the usual way.
    #[must_use]
    pub(crate) fn price_of(&self, way: Option<usize>, on: NaiveDate) -> Option<Price> {
        let Some(number) = way else {
            return self.price_on(on);
        };
        let way = number
            .checked_sub(1)
            .and_then(|item| self.renewal.get(item));
        way.and_then(|way| way.price).or(self.price)
    }

    /// The code of the currency in which a renewal on `on` is paid: that of its price, or else of
    /// the plan's newest record that has a price.
    #[must_use]
    pub(crate) fn currency_of(&self, way: Option<usize>, on: NaiveDate) -> Option<&'static str> {
        let recorded = self.history.iter().filter(|record| record.paid.is_some());
        let newest = recorded.max_by_key(|record| record.on);
        let price = self.price_of(way, on);
        let price = price.or_else(|| newest.and_then(|record| record.paid));
        price.map(|price| price.currency())
    }

    /// What an automatic renewal costs.
    #[must_use]
    pub(crate) fn automatic_price(&self) -> Option<Price> {
        self.automatic()?.price.or(self.price)
    }

    /// Whether a renewal is paid for: the plan or a way has a price, or a way is one of those that
    /// take money. A website or an app takes money for a phone number, and perhaps not for a
    /// passport.
    #[must_use]
    pub(crate) fn is_paid(&self) -> bool {
        let is_paid = |way: &RenewalMethod<'_>| {
            way.price.is_some()
                || match way.method {
                    Method::ThirdParty | Method::Shop | Method::Voucher | Method::AutoDebit => true,
                    Method::Website | Method::App => self.number.is_some(),
                    Method::Sms | Method::Call | Method::Ussd | Method::Other => false,
                }
        };
        self.price.is_some() || self.renewal.iter().any(is_paid)
    }

    /// Where to give the plan up, if the file says so.
    #[must_use]
    pub(crate) fn cancel_contact(&self) -> Option<&Contact<'_>> {
        let contact = self.cancel.as_ref().map(|cancel| &cancel.contact);
        contact.filter(|contact| !contact.is_empty())
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
