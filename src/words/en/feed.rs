//! English.

use chrono::{Datelike, NaiveDate};

use crate::plan::value::phone::Shown;
use crate::plan::value::price::Price;
use crate::time::date::month_name;
use crate::time::period::Period;
use crate::words::feed::{
    Place, Renewal, Tense, Unit, Words, ends_in_link, join, number, show, unit,
};

pub(crate) struct English;

impl English {
    fn short_date(out: &mut String, day: NaiveDate) {
        number(out, day.day());
        out.push(' ');
        out.push_str(&month_name(day.month())[..3]);
        out.push(' ');
        show(out, day.year());
    }

    fn place(out: &mut String, place: &Place<'_>) {
        let (before, name, after) = match *place {
            Place::WebsiteBelow => ("on the website below", "", ""),
            Place::Website(url) => ("at ", url, ""),
            Place::App(name) => ("in the ", name, " app"),
            Place::Dial(code) => ("by dialling ", code, ""),
            Place::Text(sms) => {
                match &sms.text {
                    Some(text) => out.extend(["by texting ", text]),
                    None => out.push_str("by SMS"),
                }
                (" to ", &*sms.to, "")
            }
            Place::Call(number) => ("by calling ", number, ""),
            Place::TheirWebsite => ("on the provider's website", "", ""),
            Place::TheirApp => ("in the provider's app", "", ""),
            Place::ThirdParty => ("through a third-party service", "", ""),
            Place::Shop => ("in a shop", "", ""),
            Place::Voucher => ("with a voucher", "", ""),
            Place::SomeText => ("by text message", "", ""),
            Place::SomeCall => ("by phone", "", ""),
            Place::SomeCode => ("by dialling a code", "", ""),
        };
        out.extend([before, name, after]);
    }

    /// What to do at a place, as a command.
    fn act(out: &mut String, place: &Place<'_>) {
        match *place {
            Place::WebsiteBelow => out.push_str("go to the website below"),
            Place::Website(url) => out.extend(["go to ", url]),
            Place::Dial(code) => out.extend(["dial ", code]),
            Place::Call(number) => out.extend(["call ", number]),
            Place::Text(sms) => {
                out.push_str("text ");
                if let Some(text) = &sms.text {
                    out.extend([text, " to "]);
                }
                out.push_str(&sms.to);
            }
            ref place => Self::place(out, place),
        }
    }
}

impl Words for English {
    fn date(&self, out: &mut String, day: NaiveDate) {
        number(out, day.day());
        out.push(' ');
        out.push_str(month_name(day.month()));
        out.push(' ');
        show(out, day.year());
    }

    fn length(&self, out: &mut String, days: u32, period: Period) {
        let (count, one, many) = match unit(days, period) {
            Unit::Years(count) => (count, " year", " years"),
            Unit::Months(count) => (count, " month", " months"),
            Unit::Days(count) => (count, " day", " days"),
        };
        number(out, count);
        out.push_str(if count == 1 { one } else { many });
    }

    fn expires_on(&self, out: &mut String, name: &str, expiry: NaiveDate) {
        out.extend([name, " expires on "]);
        Self::short_date(out, expiry);
    }

    fn left(&self, out: &mut String, name: &str, lead: (u32, Period), expiry: NaiveDate) {
        out.extend([name, ": "]);
        self.length(out, lead.0, lead.1);
        out.push_str(" left (expires ");
        Self::short_date(out, expiry);
        out.push(')');
    }

    fn overdue(&self, out: &mut String, name: &str) {
        out.extend([name, " expired yesterday: no renewal recorded"]);
    }

    fn left_to_recover(&self, out: &mut String, name: &str, lead: (u32, Period), end: NaiveDate) {
        out.extend([name, ": "]);
        self.length(out, lead.0, lead.1);
        out.push_str(" left to recover (until ");
        Self::short_date(out, end);
        out.push(')');
    }

    fn last_day_to_recover(&self, out: &mut String, name: &str, end: NaiveDate) {
        out.extend([name, ": last day to recover is "]);
        Self::short_date(out, end);
    }

    fn renews_on(&self, out: &mut String, name: &str, day: NaiveDate) {
        out.extend([name, " renews automatically on "]);
        Self::short_date(out, day);
        out.push_str(": check it");
    }

    fn renews_in(&self, out: &mut String, name: &str, lead: (u32, Period), day: NaiveDate) {
        out.extend([name, " renews automatically in "]);
        self.length(out, lead.0, lead.1);
        out.push_str(" (");
        Self::short_date(out, day);
        out.push(')');
    }

    fn nothing_left(&self, out: &mut String, calendar: &str) {
        out.extend([calendar, ": no upcoming dates"]);
    }

    fn out_of_date(&self, out: &mut String) {
        out.push_str("This calendar is out of date: the plans file has an error");
    }

    fn shows_list_of(&self, out: &mut String, day: NaiveDate) {
        out.push_str("It shows the list as of ");
        self.date(out, day);
        out.push_str(". Whoever keeps the list: weekahead check says what is wrong with it.");
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
            show(out, format_args!(" ({price})"));
        }
        out.push('.');
    }

    fn automatic_until(&self, out: &mut String, until: NaiveDate) {
        out.push_str("No automatic renewal after ");
        self.date(out, until);
        out.push('.');
    }

    fn recoverable(&self, out: &mut String, end: NaiveDate) {
        out.push_str("Recoverable until ");
        self.date(out, end);
        out.push('.');
    }

    fn number(&self, out: &mut String, provider: Option<&str>, number: &Shown<'_>) {
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

    fn renew(&self, out: &mut String, renewal: &Renewal<'_>) {
        out.push_str(match (renewal.another, renewal.says_nothing()) {
            (false, false) => "Renew",
            (false, true) => "Renew it",
            (true, false) => "Or",
            (true, true) => "Or in another way",
        });
        if let Some(price) = renewal.price {
            show(out, format_args!(" ({price})"));
        }
        if let Some(action) = renewal.action {
            out.extend([": ", action]);
        }
        let redeemed = renewal.buys_voucher();
        if let Some(means) = renewal.means.filter(|_| !redeemed) {
            out.push(' ');
            Self::place(out, &means);
        }
        if !renewal.places.is_empty() {
            out.push_str(match renewal.means {
                Some(_) if redeemed => ". Redeem it ",
                Some(Place::Shop) => "; details ",
                Some(_) => ", ",
                None => " ",
            });
            join(out, &renewal.places, ", or ", Self::place);
        }
        if !ends_in_link(&renewal.places) {
            out.push('.');
        }
    }

    fn check(&self, out: &mut String, places: &[Place<'_>]) {
        out.push_str("Check: ");
        join(out, places, " or ", |out, place| match place {
            Place::App(name) => out.extend(["open the ", name, " app"]),
            place => Self::act(out, place),
        });
        out.push_str(if ends_in_link(places) { " – " } else { "; " });
        out.push_str("the new date should show.");
    }

    fn record(&self, out: &mut String, how: &str) {
        out.extend(["Keep the receipt, then record it: ", how]);
    }

    fn failed(&self, out: &mut String, card: bool, provider: Option<&str>, support: &[Place<'_>]) {
        out.push_str(if card {
            "Failed? Check your card and balance, then contact "
        } else {
            "Failed? Contact "
        });
        out.extend([provider.unwrap_or("support"), ": "]);
        join(out, support, " or ", |out, place| match place {
            Place::Website(url) => out.push_str(url),
            // A number right behind a name is one to call.
            Place::Call(number) if support.first() == Some(place) => out.push_str(number),
            Place::App(name) => out.extend(["in the ", name, " app"]),
            place => Self::act(out, place),
        });
        if !ends_in_link(support) {
            out.push('.');
        }
    }

    fn pay_safely(&self, out: &mut String, third_party: bool) {
        out.push_str(if third_party {
            "Pay only on a site or app that you know, never over open Wi-Fi."
        } else {
            "Pay only on the provider's own site or app, never over open Wi-Fi."
        });
    }

    fn as_of(&self, out: &mut String, day: NaiveDate) {
        out.push_str("List as of ");
        self.date(out, day);
        out.push('.');
    }

    fn test(&self, out: &mut String, calendar: &str) {
        out.extend([calendar, ": test reminder"]);
    }

    fn tested(&self, out: &mut String) {
        out.push_str(
            "If an alarm rang for this event, this program rings on this device. A calendar that it \
             subscribes to rings only if the program keeps its alarms as well: the page of the \
             calendar says which do. This event can be deleted.",
        );
    }
}
