//! The words of the feed in English.

use chrono::{Datelike, NaiveDate};

use crate::plan::schedule::Lead;
use crate::plan::value::phone::Shown;
use crate::plan::value::price::Price;
use crate::time::date::month_name;
use crate::time::period::Period;
use crate::words::en::English;
use crate::words::feed::{
    Channel, FeedWords, RenewalText, Tense, TimeUnit, are_own_words, ends_in_link, is_called_app,
    push_display, push_joined, push_number,
};

impl English {
    /// Appends a lead as a length of time: in days, or in months and years if the plans file gives
    /// it so.
    fn duration(out: &mut String, lead: Lead) {
        Self::unit(out, TimeUnit::of(lead));
    }

    /// Appends a length of time.
    pub(crate) fn unit(out: &mut String, unit: TimeUnit) {
        let (count, one, many) = match unit {
            TimeUnit::Years(count) => (count, " year", " years"),
            TimeUnit::Months(count) => (count, " month", " months"),
            TimeUnit::Days(count) => (count, " day", " days"),
        };
        push_number(out, count);
        out.push_str(if count == 1 { one } else { many });
    }

    fn short_date(out: &mut String, day: NaiveDate) {
        push_number(out, day.day());
        out.push(' ');
        out.push_str(&month_name(day.month())[..3]);
        out.push(' ');
        push_display(out, day.year());
    }

    /// Appends a channel as the end of a sentence.
    fn channel(out: &mut String, channel: &Channel<'_>) {
        let (before, name, after) = match *channel {
            Channel::WebsiteBelow => ("on the website below", "", ""),
            Channel::Website(url) => ("at ", url, ""),
            Channel::App(name) => ("in the ", name, app_noun(name)),
            Channel::Dial(code) => ("by dialling ", code, ""),
            Channel::Text(sms) => {
                match &sms.text {
                    Some(text) => out.extend(["by texting ", text]),
                    None => out.push_str("by SMS"),
                }
                (" to ", &*sms.to, "")
            }
            Channel::Call(number) => ("by calling ", number, ""),
            Channel::ProviderWebsite => ("on the provider's website", "", ""),
            Channel::ProviderApp => ("in the provider's app", "", ""),
            Channel::Action(action) => ("", action, ""),
            Channel::ThirdParty => ("through a third-party service", "", ""),
            Channel::Shop => ("in a shop", "", ""),
            Channel::Voucher => ("with a voucher", "", ""),
            Channel::AnyText => ("by text message", "", ""),
            Channel::AnyCall => ("by phone", "", ""),
            Channel::AnyCode => ("by dialling a code", "", ""),
        };
        out.extend([before, name, after]);
    }

    /// Appends the support channels and the end of the sentence.
    fn support(out: &mut String, support: &[Channel<'_>]) {
        if !support.is_empty() {
            out.push_str(": ");
        }
        push_joined(out, support, " or ", |out, channel| match channel {
            Channel::Website(url) => out.push_str(url),
            // A number directly after the name needs no verb.
            Channel::Call(number) if support.first() == Some(channel) => out.push_str(number),
            Channel::App(name) => out.extend(["in the ", name, app_noun(name)]),
            channel => Self::command(out, channel),
        });
        if !ends_in_link(support) {
            out.push('.');
        }
    }

    /// Appends what to do with a channel, as an imperative that also fits an app.
    fn instruction(out: &mut String, channel: &Channel<'_>) {
        match *channel {
            Channel::App(name) => out.extend(["open the ", name, app_noun(name)]),
            ref channel => Self::command(out, channel),
        }
    }

    /// Appends what to do with a channel, as an imperative.
    fn command(out: &mut String, channel: &Channel<'_>) {
        match *channel {
            Channel::WebsiteBelow => out.push_str("go to the website below"),
            Channel::Website(url) => out.extend(["go to ", url]),
            Channel::Dial(code) => out.extend(["dial ", code]),
            Channel::Call(number) => out.extend(["call ", number]),
            Channel::Text(sms) => {
                out.push_str("text ");
                if let Some(text) = &sms.text {
                    out.extend([text, " to "]);
                }
                out.push_str(&sms.to);
            }
            ref channel => Self::channel(out, channel),
        }
    }
}

/// The noun after the name of an app, unless the name ends with it.
pub(crate) fn app_noun(name: &str) -> &'static str {
    if is_called_app(name) { "" } else { " app" }
}

impl FeedWords for English {
    fn date(&self, out: &mut String, day: NaiveDate) {
        push_number(out, day.day());
        out.push(' ');
        out.push_str(month_name(day.month()));
        out.push(' ');
        push_display(out, day.year());
    }

    fn period(&self, out: &mut String, period: Period) {
        for (index, unit) in TimeUnit::parts(period).enumerate() {
            if index > 0 {
                out.push_str(" and ");
            }
            Self::unit(out, unit);
        }
    }

    fn expiry_title(&self, out: &mut String, name: &str, expiry: NaiveDate) {
        out.extend([name, " expires on "]);
        Self::short_date(out, expiry);
    }

    fn notice_title(&self, out: &mut String, name: &str, lead: Lead, expiry: NaiveDate) {
        out.extend([name, ": "]);
        Self::duration(out, lead);
        out.push_str(" left (expires ");
        Self::short_date(out, expiry);
        out.push(')');
    }

    fn overdue_title(&self, out: &mut String, name: &str, days: u32) {
        out.extend([name, " expired "]);
        match days {
            1 => out.push_str("yesterday"),
            _ => {
                push_number(out, days);
                out.push_str(" days ago");
            }
        }
        out.push_str(": no renewal recorded");
    }

    fn grace_notice_title(&self, out: &mut String, name: &str, lead: Lead, end: NaiveDate) {
        out.extend([name, ": "]);
        out.push_str("recover it within ");
        Self::duration(out, lead);
        out.push_str(" (by ");
        Self::short_date(out, end);
        out.push(')');
    }

    fn grace_end_title(&self, out: &mut String, name: &str, end: NaiveDate) {
        out.extend([name, ": last day to recover is "]);
        Self::short_date(out, end);
    }

    fn after_grace_title(&self, out: &mut String, name: &str) {
        out.extend([name, ": grace ended yesterday, no renewal recorded"]);
    }

    fn renewal_title(&self, out: &mut String, name: &str, day: NaiveDate) {
        out.extend([name, " renews automatically on "]);
        Self::short_date(out, day);
        out.push_str(": check it");
    }

    fn renewal_notice_title(&self, out: &mut String, name: &str, lead: Lead, day: NaiveDate) {
        out.extend([name, " renews automatically in "]);
        Self::duration(out, lead);
        out.push_str(" (");
        Self::short_date(out, day);
        out.push(')');
    }

    fn cancel_notice_title(&self, out: &mut String, name: &str, lead: Lead, by: NaiveDate) {
        out.extend([name, ": "]);
        out.push_str("cancel within ");
        Self::duration(out, lead);
        out.push_str(" (by ");
        Self::short_date(out, by);
        out.push(')');
    }

    fn cancel_title(&self, out: &mut String, name: &str, by: NaiveDate) {
        out.extend([name, ": cancel by "]);
        Self::short_date(out, by);
        out.push_str(", or it renews");
    }

    fn ended_notice_title(&self, out: &mut String, name: &str, lead: Lead, day: NaiveDate) {
        out.extend([name, " ends in "]);
        Self::duration(out, lead);
        out.push_str(" (");
        Self::short_date(out, day);
        out.push(')');
    }

    fn ended_title(&self, out: &mut String, name: &str, day: NaiveDate) {
        out.extend([name, " ends on "]);
        Self::short_date(out, day);
        out.push_str(": make sure that it is cancelled");
    }

    fn empty_title(&self, out: &mut String, calendar: &str) {
        out.extend([calendar, ": no upcoming dates"]);
    }

    fn outdated_title(&self, out: &mut String) {
        out.push_str("This calendar is out of date: the plans file has an error");
    }

    fn outdated_text(&self, out: &mut String, day: NaiveDate, check: &str) {
        out.push_str("It shows the list as of ");
        self.date(out, day);
        out.extend([
            ". Whoever keeps the list: ",
            check,
            " says what is wrong with it.",
        ]);
    }

    fn expires(&self, out: &mut String, expiry: NaiveDate, tense: Tense) {
        out.push_str(match tense {
            Tense::Ahead => "Expires ",
            Tense::Past => "Expired ",
        });
        self.date(out, expiry);
        out.push('.');
    }

    fn renews(&self, out: &mut String, day: NaiveDate, price: Option<Price>) {
        out.push_str("Renews automatically on ");
        self.date(out, day);
        if let Some(price) = price {
            push_display(out, format_args!(" ({price})"));
        }
        out.push('.');
    }

    fn automatic_until(&self, out: &mut String, until: NaiveDate) {
        out.push_str("No automatic renewal after ");
        self.date(out, until);
        out.push('.');
    }

    fn recoverable_until(&self, out: &mut String, end: NaiveDate, tense: Tense) {
        out.push_str(match tense {
            Tense::Ahead => "Recoverable until ",
            Tense::Past => "Could be recovered until ",
        });
        self.date(out, end);
        out.push('.');
    }

    fn cancel_by(&self, out: &mut String, by: NaiveDate, renewal: NaiveDate, price: Option<Price>) {
        out.push_str("Cancel by ");
        self.date(out, by);
        out.push_str(", or it renews on ");
        self.date(out, renewal);
        if let Some(price) = price {
            push_display(out, format_args!(" ({price})"));
        }
        out.push('.');
    }

    fn ends(&self, out: &mut String, day: NaiveDate) {
        out.push_str("Ends on ");
        self.date(out, day);
        out.push('.');
    }

    fn provider(&self, out: &mut String, provider: &str) {
        out.extend(["Provider: ", provider, "."]);
    }

    fn phone_number(&self, out: &mut String, provider: Option<&str>, number: &Shown<'_>) {
        if let Some(provider) = provider {
            out.extend([provider, ", number "]);
        } else {
            out.push_str("Number ");
        }
        match number {
            Shown::Whole(number) => out.push_str(number),
            Shown::Ending(digits) => out.extend(["ending in ", digits]),
        }
        out.push('.');
    }

    fn how_to_renew(&self, out: &mut String, renewal: &RenewalText<'_>) {
        out.push_str(match (renewal.is_alternative, renewal.is_bare()) {
            (false, false) => "Renew",
            (false, true) => "Renew it",
            (true, false) => "Or",
            (true, true) => "Or in another way",
        });
        renewal.push_terms(out, (" (", ")"), " for ", |out, period| {
            self.period(out, period)
        });
        if let Some(action) = renewal.action {
            out.extend([": ", action]);
        }
        let redeemed = renewal.buys_voucher();
        if let Some(means) = renewal.means.filter(|_| !redeemed) {
            out.push(' ');
            Self::channel(out, &means);
        }
        if !renewal.channels.is_empty() {
            out.push_str(match renewal.means {
                Some(_) if redeemed => ". Redeem it ",
                Some(Channel::Shop) => "; details ",
                Some(_) => ", ",
                None => " ",
            });
            push_joined(out, &renewal.channels, ", or ", Self::channel);
        }
        if !ends_in_link(&renewal.channels) {
            out.push('.');
        }
    }

    fn how_to_renew_number(&self, out: &mut String, price: Option<Price>) {
        out.push_str("Renew");
        if let Some(price) = price {
            push_display(out, format_args!(" ({price})"));
        }
        out.push_str(" on the provider's website, in its app or in a shop.");
    }

    fn how_to_renew_with(&self, out: &mut String, provider: Option<&str>, price: Option<Price>) {
        out.extend(["Renew it with ", provider.unwrap_or("whoever issued it")]);
        if let Some(price) = price {
            push_display(out, format_args!(" ({price})"));
        }
        out.push('.');
    }

    fn how_to_check(&self, out: &mut String, channels: &[Channel<'_>]) {
        out.push_str("Check: ");
        push_joined(out, channels, " or ", Self::instruction);
        out.push_str(match (are_own_words(channels), ends_in_link(channels)) {
            (true, _) => ".",
            (_, true) => " – the new date should show.",
            (_, false) => "; the new date should show.",
        });
    }

    fn how_to_check_number(&self, out: &mut String) {
        out.push_str(
            "Check: look at the balance or the new date in your account, wait for the provider's \
             text message, or make a test call.",
        );
    }

    fn how_to_check_date(&self, out: &mut String) {
        out.push_str("Check that the new date shows.");
    }

    fn how_to_check_automatic(&self, out: &mut String, channels: &[Channel<'_>]) {
        out.push_str("Afterwards, check that the money left your account and that the date moved");
        if !channels.is_empty() {
            out.push_str(": ");
            push_joined(out, channels, " or ", Self::instruction);
        }
        if !ends_in_link(channels) {
            out.push('.');
        }
    }

    fn how_to_record(&self, out: &mut String, how: &str, paid: bool) {
        out.push_str(match paid {
            true => "Keep the receipt, then record it: ",
            false => "Then record it: ",
        });
        out.push_str(how);
    }

    fn how_to_record_late(&self, out: &mut String, how: &str) {
        out.extend(["If it was renewed in time, record it: ", how]);
    }

    fn how_to_recover(&self, out: &mut String, provider: Option<&str>, support: &[Channel<'_>]) {
        out.extend([
            "If not, ask ",
            provider.unwrap_or("the provider"),
            " whether it can still be recovered",
        ]);
        Self::support(out, support);
    }

    fn how_to_cancel(&self, out: &mut String, provider: Option<&str>, channels: &[Channel<'_>]) {
        if channels.is_empty() {
            out.extend([
                "Cancel it in your account, or ask ",
                provider.unwrap_or("the provider"),
                ".",
            ]);
            return;
        }
        out.push_str("To cancel: ");
        push_joined(out, channels, " or ", Self::instruction);
        if !ends_in_link(channels) {
            out.push('.');
        }
    }

    fn how_to_record_end(&self, out: &mut String, day: NaiveDate) {
        push_display(
            out,
            format_args!("Once it is cancelled, add this line to the plan: ended: {day}"),
        );
    }

    fn how_to_check_end(&self, out: &mut String, paid: bool) {
        out.push_str(match paid {
            true => "Check that it is cancelled and that no more money is taken.",
            false => "Check that it is cancelled.",
        });
    }

    fn if_it_failed(
        &self,
        out: &mut String,
        card: bool,
        provider: Option<&str>,
        support: &[Channel<'_>],
    ) {
        out.push_str(if card {
            "Failed? Check your card and balance, then "
        } else {
            "Failed? "
        });
        if support.is_empty() {
            out.push_str(if card { "ask " } else { "Ask " });
            out.extend([provider.unwrap_or("the provider"), "."]);
            return;
        }
        out.push_str(if card { "contact " } else { "Contact " });
        out.push_str(provider.unwrap_or("support"));
        Self::support(out, support);
    }

    fn pay_safely(&self, out: &mut String, third_party: bool) {
        out.push_str(if third_party {
            "Pay only on a site or app that you know, never over open Wi-Fi."
        } else {
            "Pay only on the provider's own site or app, never over open Wi-Fi."
        });
    }

    fn list_as_of(&self, out: &mut String, day: NaiveDate) {
        out.push_str("List as of ");
        self.date(out, day);
        out.push('.');
    }

    fn test_title(&self, out: &mut String, calendar: &str) {
        out.extend([calendar, ": test reminder"]);
    }

    fn test_text(&self, out: &mut String) {
        out.push_str(
            "If an alarm rang for this event, this program rings on this device. A calendar that it \
             subscribes to rings only if the program keeps its alarms as well: the page of the \
             calendar says which do. This event can be deleted.",
        );
    }
}
