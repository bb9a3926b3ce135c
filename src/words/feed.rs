//! The words of the feed, a file for each language, each read by somebody who speaks it.
//!
//! They are Rust and not a message format: a language that lacks a sentence does not compile,
//! plurals are an `if`, and a sentence is written straight into the text of its event.

use chrono::NaiveDate;

use crate::plan::Sms;
use crate::plan::value::language::Language;
use crate::plan::value::phone::Shown;
use crate::plan::value::price::Price;
use crate::time::period::Period;

/// What an expiry is on the day of the event that speaks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tense {
    /// Today or later.
    Ahead,
    /// Over.
    Past,
}

/// Where or by what something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    /// On the website whose address ends the description.
    WebsiteBelow,
    /// On a website.
    Website(&'a str),
    /// In an app of this name.
    App(&'a str),
    /// By dialling a code.
    Dial(&'a str),
    /// By a text message.
    Text(&'a Sms<'a>),
    /// By calling a number.
    Call(&'a str),
    /// On the provider's website.
    TheirWebsite,
    /// In the provider's app.
    TheirApp,
    /// Through another payment service.
    ThirdParty,
    /// In a shop.
    Shop,
    /// With a voucher.
    Voucher,
    /// By a text message, who knows which.
    SomeText,
    /// By a call, who knows where to.
    SomeCall,
    /// By dialling a code, who knows which.
    SomeCode,
}

/// A way of renewing, as it is put into words.
#[derive(Debug, Clone)]
pub(crate) struct Renewal<'a> {
    /// Whether other ways stand above it.
    pub(crate) another: bool,
    /// What it costs.
    pub(crate) price: Option<Price>,
    /// What to do, in the user's words, without a full stop.
    pub(crate) action: Option<&'a str>,
    /// The means that all of `places` share.
    pub(crate) means: Option<Place<'a>>,
    /// Where it can be done: one of them is enough.
    pub(crate) places: Vec<Place<'a>>,
}

impl Renewal<'_> {
    /// Whether it names nothing but perhaps a price.
    pub(crate) fn says_nothing(&self) -> bool {
        self.action.is_none() && self.means.is_none() && self.places.is_empty()
    }

    /// Whether the action is to buy a voucher, which the places then redeem.
    pub(crate) fn buys_voucher(&self) -> bool {
        self.action.is_some() && self.means == Some(Place::Voucher)
    }
}

/// One language. Every method appends to `out`, titles without and sentences with a full stop
/// unless they end in a link, which a full stop would become part of.
pub(crate) trait Words: Sync {
    /// 5 January 2027.
    fn date(&self, out: &mut String, day: NaiveDate);
    /// A length of time: days, or months and years where the plans file says so.
    fn length(&self, out: &mut String, days: u32, period: Period);

    /// Title of the expiry. Like each title of an event that has an alarm, it bears the date: some
    /// programs title a reminder a week ahead with it.
    fn expires_on(&self, out: &mut String, name: &str, expiry: NaiveDate);
    /// Title of a notice.
    fn left(&self, out: &mut String, name: &str, lead: (u32, Period), expiry: NaiveDate);
    /// Title of the day after the expiry.
    fn overdue(&self, out: &mut String, name: &str);
    /// Title of a notice before the end of grace.
    fn left_to_recover(&self, out: &mut String, name: &str, lead: (u32, Period), end: NaiveDate);
    /// Title of the end of grace.
    fn last_day_to_recover(&self, out: &mut String, name: &str, end: NaiveDate);
    /// Title of an automatic renewal.
    fn renews_on(&self, out: &mut String, name: &str, day: NaiveDate);
    /// Alarm of an automatic renewal.
    fn renews_in(&self, out: &mut String, name: &str, lead: (u32, Period), day: NaiveDate);
    /// Title of the one event of a calendar in which nothing is left.
    fn nothing_left(&self, out: &mut String, calendar: &str);

    /// Title of the event that says that a calendar no longer follows its plans file.
    fn out_of_date(&self, out: &mut String);
    /// What to do about that: the list of this day is shown until then.
    fn shows_list_of(&self, out: &mut String, day: NaiveDate);

    /// When it expires.
    fn expires(&self, out: &mut String, expiry: NaiveDate, tense: Tense);
    /// When it renews by itself.
    fn renews(&self, out: &mut String, day: NaiveDate, price: Option<Price>);
    /// How long it renews by itself.
    fn automatic_until(&self, out: &mut String, until: NaiveDate);
    /// How long it can be recovered.
    fn recoverable(&self, out: &mut String, end: NaiveDate);
    /// Which number it is.
    fn number(&self, out: &mut String, provider: Option<&str>, number: &Shown<'_>);
    /// How to renew it.
    fn renew(&self, out: &mut String, renewal: &Renewal<'_>);
    /// How to see that it worked.
    fn check(&self, out: &mut String, places: &[Place<'_>]);
    /// How to record it: a command or a link.
    fn record(&self, out: &mut String, how: &str);
    /// What to do when it did not work, and whether a card may be the reason.
    fn failed(&self, out: &mut String, card: bool, provider: Option<&str>, support: &[Place<'_>]);
    /// How to pay safely, and whether another service than the provider's is used.
    fn pay_safely(&self, out: &mut String, third_party: bool);
    /// How old the list is.
    fn as_of(&self, out: &mut String, day: NaiveDate);

    /// Title of the test reminder of a calendar.
    fn test(&self, out: &mut String, calendar: &str);
    /// What the test reminder proves, and what it does not.
    fn tested(&self, out: &mut String);
}

/// The words of a language.
#[must_use]
pub(crate) fn of(language: Language) -> &'static dyn Words {
    match language {
        Language::English => &crate::words::en::feed::English,
        Language::SimplifiedChinese => &crate::words::zh::feed::SimplifiedChinese,
        Language::Bokmal => &crate::words::nb::feed::Bokmal,
    }
}

/// Appends a number in decimal.
pub(crate) fn number(out: &mut String, number: u32) {
    let mut digits = [0; 10];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|digit| char::from(*digit)));
}

/// Appends several phrases with something between them.
pub(crate) fn join<T>(
    out: &mut String,
    items: &[T],
    between: &str,
    phrase: impl Fn(&mut String, &T),
) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(between);
        }
        phrase(out, item);
    }
}

/// Appends a value as it displays.
pub(crate) fn show(out: &mut String, value: impl std::fmt::Display) {
    use std::fmt::Write as _;
    // Writing to a String does not fail.
    let _ = write!(out, "{value}");
}

/// Whether a sentence that ends with this place must end without a full stop.
pub(crate) fn ends_in_link(places: &[Place<'_>]) -> bool {
    matches!(places.last(), Some(Place::Website(_)))
}

/// Years, months or days: how a lead is said.
pub(crate) enum Unit {
    Years(u32),
    Months(u32),
    Days(u32),
}

pub(crate) fn unit(days: u32, period: Period) -> Unit {
    match period.whole_months() {
        Some(months) if months % 12 == 0 => Unit::Years(months / 12),
        Some(months) => Unit::Months(months),
        None => Unit::Days(days),
    }
}
