//! How a plan is renewed, checked and supported.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::plan::value::price::Price;
use crate::plan::value::url::WebAddress;
use crate::text::value_error::{ValueError, quoted};
use crate::time::period::Period;

/// The means by which a renewal is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// On the provider's website.
    Website,
    /// In the provider's app.
    App,
    /// Through another payment service.
    ThirdParty,
    /// In a shop.
    Shop,
    /// With a voucher.
    Voucher,
    /// By a text message.
    Sms,
    /// By a call.
    Call,
    /// By dialling a code.
    Ussd,
    /// Automatically, from a bank card or account.
    AutoDebit,
    /// By other means, or by means that the file does not name.
    Other,
}

impl Method {
    const NAMES: [(&'static str, Self); 10] = [
        ("website", Self::Website),
        ("app", Self::App),
        ("third-party", Self::ThirdParty),
        ("shop", Self::Shop),
        ("voucher", Self::Voucher),
        ("sms", Self::Sms),
        ("call", Self::Call),
        ("ussd", Self::Ussd),
        ("auto-debit", Self::AutoDebit),
        ("other", Self::Other),
    ];

    /// The name of the method in a plans file.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        let named = Self::NAMES.into_iter().find(|(_, method)| *method == self);
        named.map_or("other", |(name, _)| name)
    }

    /// Every name, in the order in which messages list them.
    pub(crate) fn names() -> [&'static str; 10] {
        Self::NAMES.map(|(name, _)| name)
    }

    /// Reads a method's name.
    ///
    /// # Errors
    ///
    /// Returns an error for any other word. The hint gives a similar name.
    pub(crate) fn parse(text: &str) -> Result<Self, ValueError> {
        let named = Self::NAMES.into_iter().find(|(name, _)| *name == text);
        named.map(|(_, method)| method).ok_or_else(|| {
            let names = Self::names();
            ValueError::new(format!(
                "unknown method {}: allowed {}",
                quoted(text),
                names.join(", ")
            ))
            .did_you_mean(text, names)
        })
    }
}

/// One way to renew a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenewalMethod<'a> {
    /// The means.
    pub(crate) method: Method,
    /// What to do, in the user's words.
    pub action: Option<Cow<'a, str>>,
    /// Where to do it.
    pub contact: Contact<'a>,
    /// The further steps of the renewal, in order.
    pub steps: Vec<Cow<'a, str>>,
    /// What a renewal in this way costs, if the way gives its own price.
    pub price: Option<Price>,
    /// How long a renewal in this way lasts, if the way gives it; never with [`Method::AutoDebit`].
    pub validity: Option<Period>,
    /// The last day on which the plan renews by itself; only with [`Method::AutoDebit`].
    pub(crate) until: Option<NaiveDate>,
}

/// The ways to reach a provider.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact<'a> {
    /// What to do, in the user's words, on one line.
    pub action: Option<Cow<'a, str>>,
    /// A web page.
    pub url: Option<WebAddress<'a>>,
    /// An app's name.
    pub app: Option<Cow<'a, str>>,
    /// A code to dial, such as `*100#`.
    pub dial: Option<Cow<'a, str>>,
    /// A text message to send.
    pub sms: Option<Sms<'a>>,
    /// A number to call.
    pub call: Option<Cow<'a, str>>,
}

/// The units of a length of time, such as `1 month`, that is no sentence in place of a contact.
pub(crate) const LENGTH_UNITS: [&str; 12] = [
    "d", "day", "days", "w", "week", "weeks", "mo", "month", "months", "y", "year", "years",
];

impl Contact<'_> {
    /// Whether there is no way to reach the provider.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        *self == Contact::default()
    }
}

/// How a plan is given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancel<'a> {
    /// Where to do it.
    pub contact: Contact<'a>,
    /// How long before each automatic renewal the plan must be cancelled. Cancelling on the last
    /// day is in time.
    pub(crate) notice: Option<Period>,
}

/// Where the rules of a plan stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms<'a> {
    /// The page.
    pub url: WebAddress<'a>,
    /// The day on which the user last read it.
    pub(crate) checked: Option<NaiveDate>,
}

/// A text message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sms<'a> {
    /// The number to which it is sent.
    pub to: Cow<'a, str>,
    /// The text of the message, if it matters.
    pub text: Option<Cow<'a, str>>,
}
