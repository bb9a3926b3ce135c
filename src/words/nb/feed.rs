//! The words of the feed in Norwegian Bokmål.

use chrono::{Datelike, NaiveDate};

use crate::plan::schedule::Lead;
use crate::plan::value::phone::Shown;
use crate::plan::value::price::Price;
use crate::time::period::Period;
use crate::words::feed::{
    Channel, FeedWords, RenewalText, Tense, TimeUnit, are_own_words, ends_in_link, is_called_app,
    push_display, push_joined, push_number,
};
use crate::words::nb::Bokmal;

const MONTHS: [&str; 12] = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
];

impl Bokmal {
    /// Appends a lead as a length of time: in days, or in months and years if the plans file gives
    /// it so.
    fn duration(out: &mut String, lead: Lead) {
        Self::unit(out, TimeUnit::of(lead));
    }

    /// Appends a length of time.
    pub(crate) fn unit(out: &mut String, unit: TimeUnit) {
        let (count, one, many) = match unit {
            TimeUnit::Years(count) => (count, " år", " år"),
            TimeUnit::Months(count) => (count, " måned", " måneder"),
            TimeUnit::Days(count) => (count, " dag", " dager"),
        };
        push_number(out, count);
        out.push_str(if count == 1 { one } else { many });
    }

    /// Appends a channel as the end of a sentence.
    fn channel(out: &mut String, channel: &Channel<'_>) {
        let (before, name) = match *channel {
            Channel::WebsiteBelow => ("via lenken nederst", ""),
            Channel::Website(url) => ("på ", url),
            Channel::App(name) if is_called_app(name) => ("i ", name),
            Channel::App(name) => ("i appen ", name),
            Channel::Dial(code) => ("ved å taste ", code),
            Channel::Text(sms) => {
                out.push_str("ved å sende ");
                match &sms.text {
                    Some(text) => out.extend([text, " på SMS til "]),
                    None => out.push_str("SMS til "),
                }
                ("", &*sms.to)
            }
            Channel::Call(number) => ("ved å ringe ", number),
            Channel::ProviderWebsite => ("på leverandørens nettside", ""),
            Channel::ProviderApp => ("i leverandørens app", ""),
            Channel::Action(action) => (action, ""),
            Channel::ThirdParty => ("hos en ekstern betalingstjeneste", ""),
            Channel::Shop => ("i butikk", ""),
            Channel::Voucher => ("med en ladekupong", ""),
            Channel::AnyText => ("på SMS", ""),
            Channel::AnyCall => ("på telefon", ""),
            Channel::AnyCode => ("ved å taste en kode på telefonen", ""),
        };
        out.extend([before, name]);
    }

    /// Appends the support channels and the end of the sentence.
    fn support(out: &mut String, support: &[Channel<'_>]) {
        if !support.is_empty() {
            out.push_str(": ");
        }
        push_joined(out, support, " eller ", Self::command);
        if !ends_in_link(support) {
            out.push('.');
        }
    }

    /// Appends what to do with a channel, as an imperative.
    fn command(out: &mut String, channel: &Channel<'_>) {
        match *channel {
            Channel::WebsiteBelow => out.push_str("åpne lenken nederst"),
            Channel::Website(url) => out.extend(["åpne ", url]),
            Channel::App(name) if is_called_app(name) => out.extend(["åpne ", name]),
            Channel::App(name) => out.extend(["åpne appen ", name]),
            Channel::Dial(code) => out.extend(["tast ", code]),
            Channel::Call(number) => out.extend(["ring ", number]),
            Channel::Text(sms) => {
                out.push_str("send ");
                match &sms.text {
                    Some(text) => out.extend([text, " på SMS til "]),
                    None => out.push_str("SMS til "),
                }
                out.push_str(&sms.to);
            }
            ref channel => Self::channel(out, channel),
        }
    }
}

impl FeedWords for Bokmal {
    fn date(&self, out: &mut String, day: NaiveDate) {
        push_number(out, day.day());
        out.push_str(". ");
        out.push_str(MONTHS[day.month0() as usize % MONTHS.len()]);
        out.push(' ');
        push_display(out, day.year());
    }

    fn period(&self, out: &mut String, period: Period) {
        for (index, unit) in TimeUnit::parts(period).enumerate() {
            if index > 0 {
                out.push_str(" og ");
            }
            Self::unit(out, unit);
        }
    }

    fn expiry_title(&self, out: &mut String, name: &str, expiry: NaiveDate) {
        out.extend([name, " utløper "]);
        self.date(out, expiry);
    }

    fn notice_title(&self, out: &mut String, name: &str, lead: Lead, expiry: NaiveDate) {
        out.extend([name, " utløper om "]);
        Self::duration(out, lead);
        out.push_str(" (");
        self.date(out, expiry);
        out.push(')');
    }

    fn overdue_title(&self, out: &mut String, name: &str, days: u32) {
        out.extend([name, " utløp "]);
        match days {
            1 => out.push_str("i går"),
            _ => {
                out.push_str("for ");
                push_number(out, days);
                out.push_str(" dager siden");
            }
        }
        out.push_str(": ingen fornyelse registrert");
    }

    fn grace_notice_title(&self, out: &mut String, name: &str, lead: Lead, end: NaiveDate) {
        out.extend([name, ": "]);
        out.push_str("redd det innen ");
        Self::duration(out, lead);
        out.push_str(" (frist ");
        self.date(out, end);
        out.push(')');
    }

    fn grace_end_title(&self, out: &mut String, name: &str, end: NaiveDate) {
        out.extend([name, ": siste dag for å redde det er "]);
        self.date(out, end);
    }

    fn after_grace_title(&self, out: &mut String, name: &str) {
        out.extend([
            name,
            ": fristen for å redde det gikk ut i går, ingen fornyelse registrert",
        ]);
    }

    fn renewal_title(&self, out: &mut String, name: &str, day: NaiveDate) {
        out.extend([name, " fornyes automatisk "]);
        self.date(out, day);
        out.push_str(": sjekk at det går i orden");
    }

    fn renewal_notice_title(&self, out: &mut String, name: &str, lead: Lead, day: NaiveDate) {
        out.extend([name, " fornyes automatisk om "]);
        Self::duration(out, lead);
        out.push_str(" (");
        self.date(out, day);
        out.push(')');
    }

    fn cancel_notice_title(&self, out: &mut String, name: &str, lead: Lead, by: NaiveDate) {
        out.extend([name, ": "]);
        out.push_str("si opp innen ");
        Self::duration(out, lead);
        out.push_str(" (frist ");
        self.date(out, by);
        out.push(')');
    }

    fn cancel_title(&self, out: &mut String, name: &str, by: NaiveDate) {
        out.extend([name, ": si opp senest "]);
        self.date(out, by);
        out.push_str(", ellers fornyes det");
    }

    fn ended_notice_title(&self, out: &mut String, name: &str, lead: Lead, day: NaiveDate) {
        out.extend([name, " avsluttes om "]);
        Self::duration(out, lead);
        out.push_str(" (");
        self.date(out, day);
        out.push(')');
    }

    fn ended_title(&self, out: &mut String, name: &str, day: NaiveDate) {
        out.extend([name, " avsluttes "]);
        self.date(out, day);
        out.push_str(": sjekk at det er sagt opp");
    }

    fn empty_title(&self, out: &mut String, calendar: &str) {
        out.extend([calendar, ": ingen kommende datoer"]);
    }

    fn outdated_title(&self, out: &mut String) {
        out.push_str("Denne kalenderen er utdatert: det er en feil i planfilen");
    }

    fn outdated_text(&self, out: &mut String, day: NaiveDate, check: &str) {
        out.push_str("Den viser listen fra ");
        self.date(out, day);
        out.extend([
            ". Til den som holder listen ved like: ",
            check,
            " sier hva som er galt.",
        ]);
    }

    fn expires(&self, out: &mut String, expiry: NaiveDate, tense: Tense) {
        out.push_str(match tense {
            Tense::Ahead => "Utløper ",
            Tense::Past => "Utløp ",
        });
        self.date(out, expiry);
        out.push('.');
    }

    fn renews(&self, out: &mut String, day: NaiveDate, price: Option<Price>) {
        out.push_str("Fornyes automatisk ");
        self.date(out, day);
        if let Some(price) = price {
            push_display(out, format_args!(" ({price})"));
        }
        out.push('.');
    }

    fn automatic_until(&self, out: &mut String, until: NaiveDate) {
        out.push_str("Automatisk fornyelse bare til og med ");
        self.date(out, until);
        out.push('.');
    }

    fn recoverable_until(&self, out: &mut String, end: NaiveDate, tense: Tense) {
        out.push_str(match tense {
            Tense::Ahead => "Kan reddes til og med ",
            Tense::Past => "Kunne reddes til og med ",
        });
        self.date(out, end);
        out.push('.');
    }

    fn cancel_by(&self, out: &mut String, by: NaiveDate, renewal: NaiveDate, price: Option<Price>) {
        out.push_str("Si opp senest ");
        self.date(out, by);
        out.push_str(", ellers fornyes det ");
        self.date(out, renewal);
        if let Some(price) = price {
            push_display(out, format_args!(" ({price})"));
        }
        out.push('.');
    }

    fn ends(&self, out: &mut String, day: NaiveDate) {
        out.push_str("Avsluttes ");
        self.date(out, day);
        out.push('.');
    }

    fn provider(&self, out: &mut String, provider: &str) {
        out.extend(["Leverandør: ", provider, "."]);
    }

    fn phone_number(&self, out: &mut String, provider: Option<&str>, number: &Shown<'_>) {
        if let Some(provider) = provider {
            out.extend([provider, ", nummer "]);
        } else {
            out.push_str("Nummer ");
        }
        match number {
            Shown::Whole(number) => out.push_str(number),
            Shown::Ending(digits) => out.extend(["som slutter på ", digits]),
        }
        out.push('.');
    }

    fn how_to_renew(&self, out: &mut String, renewal: &RenewalText<'_>) {
        out.push_str(match (renewal.is_alternative, renewal.is_bare()) {
            (false, _) => "Forny",
            (true, false) => "Eller",
            (true, true) => "Eller på en annen måte",
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
                Some(_) if redeemed => ". Løs den inn ",
                Some(Channel::Shop) => "; mer informasjon ",
                Some(_) => ", ",
                None => " ",
            });
            push_joined(out, &renewal.channels, " eller ", Self::channel);
        }
        if !ends_in_link(&renewal.channels) {
            out.push('.');
        }
    }

    fn how_to_renew_number(&self, out: &mut String, price: Option<Price>) {
        out.push_str("Forny");
        if let Some(price) = price {
            push_display(out, format_args!(" ({price})"));
        }
        out.push_str(" på leverandørens nettside, i appen deres eller i butikk.");
    }

    fn how_to_renew_with(&self, out: &mut String, provider: Option<&str>, price: Option<Price>) {
        out.extend([
            "Forny det hos ",
            provider.unwrap_or("den som har utstedt det"),
        ]);
        if let Some(price) = price {
            push_display(out, format_args!(" ({price})"));
        }
        out.push('.');
    }

    fn how_to_check(&self, out: &mut String, channels: &[Channel<'_>]) {
        out.push_str("Sjekk: ");
        push_joined(out, channels, " eller ", Self::command);
        out.push_str(match are_own_words(channels) {
            true => ".",
            false => " – da skal den nye datoen vises.",
        });
    }

    fn how_to_check_number(&self, out: &mut String) {
        out.push_str(
            "Sjekk saldoen eller den nye datoen på Min side, vent på SMS fra leverandøren, eller \
             prøv å ringe noen.",
        );
    }

    fn how_to_check_date(&self, out: &mut String) {
        out.push_str("Sjekk at den nye datoen vises.");
    }

    fn how_to_check_automatic(&self, out: &mut String, channels: &[Channel<'_>]) {
        out.push_str("Sjekk etterpå at beløpet er trukket, og at datoen er flyttet");
        if !channels.is_empty() {
            out.push_str(": ");
            push_joined(out, channels, " eller ", Self::command);
        }
        if !ends_in_link(channels) {
            out.push('.');
        }
    }

    fn how_to_record(&self, out: &mut String, how: &str, paid: bool) {
        out.push_str(match paid {
            true => "Ta vare på kvitteringen og registrer fornyelsen: ",
            false => "Registrer så fornyelsen: ",
        });
        out.push_str(how);
    }

    fn how_to_record_late(&self, out: &mut String, how: &str) {
        out.extend(["Hvis det ble fornyet i tide, registrer det: ", how]);
    }

    fn how_to_recover(&self, out: &mut String, provider: Option<&str>, support: &[Channel<'_>]) {
        out.extend([
            "Hvis ikke, spør ",
            provider.unwrap_or("leverandøren"),
            " om det fortsatt kan reddes",
        ]);
        Self::support(out, support);
    }

    fn how_to_cancel(&self, out: &mut String, provider: Option<&str>, channels: &[Channel<'_>]) {
        if channels.is_empty() {
            out.extend([
                "Si opp på Min side, eller spør ",
                provider.unwrap_or("leverandøren"),
                ".",
            ]);
            return;
        }
        out.push_str("Si opp: ");
        push_joined(out, channels, " eller ", Self::command);
        if !ends_in_link(channels) {
            out.push('.');
        }
    }

    fn how_to_record_end(&self, out: &mut String, day: NaiveDate) {
        push_display(
            out,
            format_args!("Når det er sagt opp, legg til denne linjen i planen: ended: {day}"),
        );
    }

    fn how_to_check_end(&self, out: &mut String, paid: bool) {
        out.push_str(match paid {
            true => "Sjekk at det er sagt opp, og at det ikke trekkes mer penger.",
            false => "Sjekk at det er sagt opp.",
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
            "Gikk det ikke? Sjekk bankkort og saldo, og "
        } else {
            "Gikk det ikke? "
        });
        if support.is_empty() {
            out.push_str(if card { "spør så " } else { "Spør " });
            out.extend([provider.unwrap_or("leverandøren"), "."]);
            return;
        }
        out.push_str(if card { "kontakt så " } else { "Kontakt " });
        out.push_str(provider.unwrap_or("kundeservice"));
        Self::support(out, support);
    }

    fn pay_safely(&self, out: &mut String, third_party: bool) {
        out.push_str(if third_party {
            "Betal bare på nettsider og i apper du kjenner, aldri over åpent Wi-Fi."
        } else {
            "Betal bare på leverandørens egen nettside eller app, aldri over åpent Wi-Fi."
        });
    }

    fn list_as_of(&self, out: &mut String, day: NaiveDate) {
        out.push_str("Listen er fra ");
        self.date(out, day);
        out.push('.');
    }

    fn test_title(&self, out: &mut String, calendar: &str) {
        out.extend([calendar, ": testpåminnelse"]);
    }

    fn test_text(&self, out: &mut String) {
        out.push_str(
            "Hvis det kom et varsel for denne hendelsen, varsler dette programmet på denne enheten. \
             En kalender det abonnerer på, varsler bare hvis programmet også beholder \
             varslene: siden til kalenderen forteller hvilke som gjør det. Hendelsen kan slettes.",
        );
    }
}
