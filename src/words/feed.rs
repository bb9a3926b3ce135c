//! The texts of the feed: the titles of its events, and the sentences of their descriptions.
//!
//! Each sentence is written directly into the text of its event.

use std::fmt::{Display, Write as _};

use chrono::{Datelike as _, Months, NaiveDate};

use crate::plan::Sms;
use crate::plan::schedule::Lead;
use crate::plan::value::phone::Shown;
use crate::plan::value::price::Price;
use crate::time::period::Period;

/// Whether a day is in the past on the day of the event that mentions it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tense {
    /// It is on the day of the event or later.
    Ahead,
    /// It is in the past.
    Past,
}

/// A place or a means for doing something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel<'a> {
    /// On the website whose address is at the end of the description.
    WebsiteBelow,
    /// On the website with this address.
    Website(&'a str),
    /// In the app with this name.
    App(&'a str),
    /// By dialling this code.
    Dial(&'a str),
    /// By sending this text message.
    Text(&'a Sms<'a>),
    /// By calling this number.
    Call(&'a str),
    /// On the provider's website. The plan does not give its address.
    ProviderWebsite,
    /// In the provider's app. The plan does not give its name.
    ProviderApp,
    /// What to do, in the user's words, without a full stop.
    Action(&'a str),
    /// Through a payment service that does not belong to the provider.
    ThirdParty,
    /// In a shop.
    Shop,
    /// With a voucher.
    Voucher,
    /// By sending a text message that the plan does not give.
    AnyText,
    /// By calling a number that the plan does not give.
    AnyCall,
    /// By dialling a code that the plan does not give.
    AnyCode,
}

/// The information in a description about one way to renew.
#[derive(Debug, Clone)]
pub(crate) struct RenewalText<'a> {
    /// Whether another way is listed before it.
    pub(crate) is_alternative: bool,
    /// What the renewal costs.
    pub(crate) price: Option<Price>,
    /// How long it lasts, if the ways differ in that.
    pub(crate) validity: Option<Period>,
    /// What to do, in the user's words, without a full stop.
    pub(crate) action: Option<&'a str>,
    /// The means of renewal, which applies to all `channels`.
    pub(crate) means: Option<Channel<'a>>,
    /// The channels through which it can be done; one of them is enough.
    pub(crate) channels: Vec<Channel<'a>>,
}

impl RenewalText<'_> {
    /// Appends the price and the validity with `between` between them, as `period` writes them.
    pub(crate) fn push_terms(
        &self,
        out: &mut String,
        brackets: (&str, &str),
        between: &str,
        period: impl Fn(&mut String, Period),
    ) {
        if self.price.is_none() && self.validity.is_none() {
            return;
        }
        out.push_str(brackets.0);
        if let Some(price) = self.price {
            push_display(out, price);
        }
        if let Some(validity) = self.validity {
            if self.price.is_some() {
                out.push_str(between);
            }
            period(out, validity);
        }
        out.push_str(brackets.1);
    }

    /// Whether it gives no information about how to renew.
    pub(crate) fn is_bare(&self) -> bool {
        self.action.is_none() && self.means.is_none() && self.channels.is_empty()
    }

    /// Whether the action is to buy a voucher, which is then redeemed at one of the channels.
    pub(crate) fn buys_voucher(&self) -> bool {
        self.action.is_some() && self.means == Some(Channel::Voucher)
    }
}

/// The words of the feed in one language.
///
/// Each method appends to `out`. A title has no full stop. A sentence has a full stop, unless it
/// ends with a link, because the full stop would become part of the link.
pub(crate) trait FeedWords {
    /// A day, such as 5 January 2027.
    fn date(&self, out: &mut String, day: NaiveDate);
    /// A length of time, such as 3 months.
    fn period(&self, out: &mut String, period: Period);

    /// Title of the expiry. Like every title of an event that has an alarm, it contains the date,
    /// because some programs show this title for an alarm that rings a week ahead.
    fn expiry_title(&self, out: &mut String, name: &str, expiry: NaiveDate);
    /// Title of a notice, and the text of its alarm.
    fn notice_title(&self, out: &mut String, name: &str, lead: Lead, expiry: NaiveDate);
    /// Title of a day after the expiry, that many days later.
    fn overdue_title(&self, out: &mut String, name: &str, days: u32);
    /// Title of a notice before the end of grace, and the text of its alarm.
    fn grace_notice_title(&self, out: &mut String, name: &str, lead: Lead, end: NaiveDate);
    /// Title of the end of grace.
    fn grace_end_title(&self, out: &mut String, name: &str, end: NaiveDate);
    /// Title of the day after the end of grace.
    fn after_grace_title(&self, out: &mut String, name: &str);
    /// Title of a notice before an automatic renewal, and the text of its alarm.
    fn renewal_notice_title(&self, out: &mut String, name: &str, lead: Lead, day: NaiveDate);
    /// Title of an automatic renewal.
    fn renewal_title(&self, out: &mut String, name: &str, day: NaiveDate);
    /// Title of a notice before the last day for cancelling, and the text of its alarm.
    fn cancel_notice_title(&self, out: &mut String, name: &str, lead: Lead, by: NaiveDate);
    /// Title of the last day for cancelling.
    fn cancel_title(&self, out: &mut String, name: &str, by: NaiveDate);
    /// Title of a notice before the plan is given up, and the text of its alarm.
    fn ended_notice_title(&self, out: &mut String, name: &str, lead: Lead, day: NaiveDate);
    /// Title of the day on which the plan is given up.
    fn ended_title(&self, out: &mut String, name: &str, day: NaiveDate);
    /// Title of the only event of a calendar that has no dates left.
    fn empty_title(&self, out: &mut String, calendar: &str);

    /// Title of the event that says that the calendar is out of date.
    fn outdated_title(&self, out: &mut String);
    /// Description of that event: the calendar shows the list as of `day` until the plans file is
    /// corrected. `check` is the command that says what is wrong with the file.
    fn outdated_text(&self, out: &mut String, day: NaiveDate, check: &str);

    /// When the plan expires or expired.
    fn expires(&self, out: &mut String, expiry: NaiveDate, tense: Tense);
    /// When the plan renews automatically.
    fn renews(&self, out: &mut String, day: NaiveDate, price: Option<Price>);
    /// The last day on which the plan can renew automatically.
    fn automatic_until(&self, out: &mut String, until: NaiveDate);
    /// The last day on which the plan can be recovered, or could.
    fn recoverable_until(&self, out: &mut String, end: NaiveDate, tense: Tense);
    /// The last day for cancelling, and the day on which the plan renews by itself otherwise.
    fn cancel_by(&self, out: &mut String, by: NaiveDate, renewal: NaiveDate, price: Option<Price>);
    /// The day on which the plan is given up.
    fn ends(&self, out: &mut String, day: NaiveDate);
    /// The provider of the plan.
    fn provider(&self, out: &mut String, provider: &str);
    /// The phone number of the plan.
    fn phone_number(&self, out: &mut String, provider: Option<&str>, number: &Shown<'_>);
    /// How to renew the plan.
    fn how_to_renew(&self, out: &mut String, renewal: &RenewalText<'_>);
    /// How to renew a phone number if the plan does not say how.
    fn how_to_renew_number(&self, out: &mut String, price: Option<Price>);
    /// How to renew anything else if the plan does not say how.
    fn how_to_renew_with(&self, out: &mut String, provider: Option<&str>, price: Option<Price>);
    /// How to check that a renewal worked.
    fn how_to_check(&self, out: &mut String, channels: &[Channel<'_>]);
    /// How to check that the renewal of a phone number worked, if the plan does not say how.
    fn how_to_check_number(&self, out: &mut String);
    /// How to check that any other renewal worked, if the plan does not say how.
    fn how_to_check_date(&self, out: &mut String);
    /// How to check that an automatic renewal worked: the money left and the date moved.
    fn how_to_check_automatic(&self, out: &mut String, channels: &[Channel<'_>]);
    /// How to record a renewal: `how` is a command or a link; `paid` says whether there is a
    /// receipt.
    fn how_to_record(&self, out: &mut String, how: &str, paid: bool);
    /// How to record a renewal that was made before the end of grace: `how` is a command or a link.
    fn how_to_record_late(&self, out: &mut String, how: &str);
    /// What to do otherwise, once grace has ended. There may be no support channels.
    fn how_to_recover(&self, out: &mut String, provider: Option<&str>, support: &[Channel<'_>]);
    /// How to cancel the plan. There may be no channels.
    fn how_to_cancel(&self, out: &mut String, provider: Option<&str>, channels: &[Channel<'_>]);
    /// What to write into the plans file once the plan is cancelled.
    fn how_to_record_end(&self, out: &mut String, day: NaiveDate);
    /// How to check that the plan is cancelled; `paid` says whether money was taken for it.
    fn how_to_check_end(&self, out: &mut String, paid: bool);
    /// What to do if the renewal failed; `card` says whether a bank card may be the reason. If
    /// there are no support channels, says to ask the provider.
    fn if_it_failed(
        &self,
        out: &mut String,
        card: bool,
        provider: Option<&str>,
        support: &[Channel<'_>],
    );
    /// How to pay safely; `third_party` says whether another payment service can be used.
    fn pay_safely(&self, out: &mut String, third_party: bool);
    /// The day on which the list last changed.
    fn list_as_of(&self, out: &mut String, day: NaiveDate);

    /// Title of the test reminder of a calendar.
    fn test_title(&self, out: &mut String, calendar: &str);
    /// Description of the test reminder: what it proves and what it does not.
    fn test_text(&self, out: &mut String);
}

/// The days between two days from which a sentence gives months, and the months from which it gives
/// years.
const DAYS_GIVEN: u32 = 60;
const MONTHS_GIVEN: u32 = 24;

/// A length of time in the unit in which a sentence gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeUnit {
    Years(u32),
    Months(u32),
    Days(u32),
}

impl Default for TimeUnit {
    fn default() -> Self {
        Self::Days(0)
    }
}

impl TimeUnit {
    /// Returns the time between two days, in either order: less than 60 days exactly, and more in
    /// whole months or, from 24 months on, in whole years. It is never more than the exact time.
    pub(crate) fn between(one: NaiveDate, other: NaiveDate) -> Self {
        let (from, to) = (one.min(other), one.max(other));
        let days = (to - from).num_days().unsigned_abs();
        let days = u32::try_from(days).unwrap_or(u32::MAX);
        if days < DAYS_GIVEN {
            return Self::Days(days);
        }
        let months = (to.year() - from.year()) * 12 + to.month() as i32 - from.month() as i32;
        let months = months.unsigned_abs();
        let is_whole = |months| {
            let end = from.checked_add_months(Months::new(months));
            end.is_some_and(|end| end <= to)
        };
        let months = if is_whole(months) { months } else { months - 1 };
        if months < MONTHS_GIVEN {
            Self::Months(months)
        } else {
            Self::Years(months / 12)
        }
    }

    /// Returns the lead in months or years if the plans file gives it in months, and in days
    /// otherwise.
    pub(crate) fn of(lead: Lead) -> Self {
        match lead.period.whole_months().filter(|_| !lead.is_moved) {
            Some(months) => Self::of_months(months),
            None => Self::Days(lead.days),
        }
    }

    /// Returns the parts of a period, the longest first.
    pub(crate) fn parts(period: Period) -> impl Iterator<Item = Self> {
        let (months, days) = period.months_and_days();
        let months = (months > 0).then(|| Self::of_months(months));
        let days = (days > 0).then_some(Self::Days(days));
        months.into_iter().chain(days)
    }

    fn of_months(months: u32) -> Self {
        match months % 12 {
            0 => Self::Years(months / 12),
            _ => Self::Months(months),
        }
    }
}

/// Appends a number in decimal. This is faster than [`push_display`], and each event has several
/// numbers.
pub(crate) fn push_number(out: &mut String, number: u32) {
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

/// Appends a value as its `Display` writes it.
pub(crate) fn push_display(out: &mut String, value: impl Display) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{value}");
}

/// Whether the name of an app already says that it is one, as in `My app`, so that the sentence around
/// it does not say so again.
pub(crate) fn is_called_app(name: &str) -> bool {
    let name = name.to_lowercase();
    let ends_in_word = |word: &str| {
        let before = name.strip_suffix(word);
        // A Chinese character before the word is not part of it.
        let is_letter = |c: char| c.is_alphanumeric() && !is_chinese(c);
        before.is_some_and(|before| !before.ends_with(is_letter))
    };
    name.ends_with("应用") || ends_in_word("app") || ends_in_word("appen")
}

/// Whether a character is Chinese, or of the Japanese scripts that are set like it.
pub(crate) fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Appends items with a separator between them; `push` appends one item.
pub(crate) fn push_joined<T>(
    out: &mut String,
    items: &[T],
    separator: &str,
    push: impl Fn(&mut String, &T),
) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        push(out, item);
    }
}

/// Whether the user's own words say all: what should show then needs no mention.
pub(crate) fn are_own_words(channels: &[Channel<'_>]) -> bool {
    let is_own = |channel: &Channel<'_>| matches!(channel, Channel::Action(_));
    channels.iter().all(is_own)
}

/// Whether a sentence that ends with these channels ends with a link, and so has no full stop.
pub(crate) fn ends_in_link(channels: &[Channel<'_>]) -> bool {
    matches!(channels.last(), Some(Channel::Website(_)))
}

#[cfg(test)]
mod tests {
    use super::TimeUnit::{self, Days, Months, Years};
    use super::is_called_app;

    #[test]
    fn a_long_time_is_never_given_as_more_than_it_is() {
        for (one, other, expected) in [
            ("2026-11-23", "2026-11-23", Days(0)),
            ("2026-11-23", "2027-01-21", Days(59)),
            ("2026-11-23", "2027-01-22", Months(1)),
            ("2026-11-23", "2027-01-23", Months(2)),
            ("2027-12-31", "2028-02-29", Months(2)),
            ("2026-11-23", "2028-11-22", Months(23)),
            ("2026-11-23", "2028-11-23", Years(2)),
            ("2026-11-23", "2029-11-22", Years(2)),
            // 2955 days.
            ("2026-11-30", "2035-01-02", Years(8)),
            ("2035-01-02", "2026-11-30", Years(8)),
            ("1900-01-01", "9998-12-31", Years(8098)),
        ] {
            let day = |text: &str| text.parse().expect("a day");
            assert_eq!(TimeUnit::between(day(one), day(other)), expected, "{other}");
        }
    }

    #[test]
    fn some_apps_are_called_apps() {
        for (name, expected) in [
            ("My app", true),
            ("My App", true),
            ("App", true),
            ("Telenor-appen", true),
            ("微信App", true),
            ("支付宝应用", true),
            ("Mitt Telenor", false),
            ("WhatsApp", false),
            ("Appen Digital", false),
            ("", false),
        ] {
            assert_eq!(is_called_app(name), expected, "{name}");
        }
    }
}
