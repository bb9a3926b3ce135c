//! Norwegian Bokmål.

use chrono::{Datelike, NaiveDate};

use crate::plan::value::phone::Shown;
use crate::plan::value::price::Price;
use crate::time::period::Period;
use crate::words::feed::{
    Place, Renewal, Tense, Unit, Words, ends_in_link, join, number, show, unit,
};

pub(crate) struct Bokmal;

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
    fn place(out: &mut String, place: &Place<'_>) {
        let (before, name) = match *place {
            Place::WebsiteBelow => ("via lenken nederst", ""),
            Place::Website(url) => ("på ", url),
            Place::App(name) => ("i appen ", name),
            Place::Dial(code) => ("ved å taste ", code),
            Place::Text(sms) => {
                out.push_str("ved å sende ");
                match &sms.text {
                    Some(text) => out.extend([text, " på SMS til "]),
                    None => out.push_str("SMS til "),
                }
                ("", &*sms.to)
            }
            Place::Call(number) => ("ved å ringe ", number),
            Place::TheirWebsite => ("på leverandørens nettside", ""),
            Place::TheirApp => ("i leverandørens app", ""),
            Place::ThirdParty => ("hos en ekstern betalingstjeneste", ""),
            Place::Shop => ("i butikk", ""),
            Place::Voucher => ("med en ladekupong", ""),
            Place::SomeText => ("på SMS", ""),
            Place::SomeCall => ("på telefon", ""),
            Place::SomeCode => ("ved å taste en kode på telefonen", ""),
        };
        out.extend([before, name]);
    }

    /// What to do at a place, as a command.
    fn act(out: &mut String, place: &Place<'_>) {
        match *place {
            Place::WebsiteBelow => out.push_str("åpne lenken nederst"),
            Place::Website(url) => out.extend(["åpne ", url]),
            Place::App(name) => out.extend(["åpne appen ", name]),
            Place::Dial(code) => out.extend(["tast ", code]),
            Place::Call(number) => out.extend(["ring ", number]),
            Place::Text(sms) => {
                out.push_str("send ");
                match &sms.text {
                    Some(text) => out.extend([text, " på SMS til "]),
                    None => out.push_str("SMS til "),
                }
                out.push_str(&sms.to);
            }
            ref place => Self::place(out, place),
        }
    }
}

impl Words for Bokmal {
    fn date(&self, out: &mut String, day: NaiveDate) {
        number(out, day.day());
        out.push_str(". ");
        out.push_str(MONTHS[day.month0() as usize % MONTHS.len()]);
        out.push(' ');
        show(out, day.year());
    }

    fn length(&self, out: &mut String, days: u32, period: Period) {
        let (count, one, many) = match unit(days, period) {
            Unit::Years(count) => (count, " år", " år"),
            Unit::Months(count) => (count, " måned", " måneder"),
            Unit::Days(count) => (count, " dag", " dager"),
        };
        number(out, count);
        out.push_str(if count == 1 { one } else { many });
    }

    fn expires_on(&self, out: &mut String, name: &str, expiry: NaiveDate) {
        out.extend([name, " utløper "]);
        self.date(out, expiry);
    }

    fn left(&self, out: &mut String, name: &str, lead: (u32, Period), expiry: NaiveDate) {
        out.extend([name, " utløper om "]);
        self.length(out, lead.0, lead.1);
        out.push_str(" (");
        self.date(out, expiry);
        out.push(')');
    }

    fn overdue(&self, out: &mut String, name: &str) {
        out.extend([name, " utløp i går: ingen fornyelse registrert"]);
    }

    fn left_to_recover(&self, out: &mut String, name: &str, lead: (u32, Period), end: NaiveDate) {
        out.extend([name, ": "]);
        self.length(out, lead.0, lead.1);
        out.push_str(" igjen til å redde det (frist ");
        self.date(out, end);
        out.push(')');
    }

    fn last_day_to_recover(&self, out: &mut String, name: &str, end: NaiveDate) {
        out.extend([name, ": siste dag for å redde det er "]);
        self.date(out, end);
    }

    fn renews_on(&self, out: &mut String, name: &str, day: NaiveDate) {
        out.extend([name, " fornyes automatisk "]);
        self.date(out, day);
        out.push_str(": sjekk at det går i orden");
    }

    fn renews_in(&self, out: &mut String, name: &str, lead: (u32, Period), day: NaiveDate) {
        out.extend([name, " fornyes automatisk om "]);
        self.length(out, lead.0, lead.1);
        out.push_str(" (");
        self.date(out, day);
        out.push(')');
    }

    fn nothing_left(&self, out: &mut String, calendar: &str) {
        out.extend([calendar, ": ingen kommende datoer"]);
    }

    fn out_of_date(&self, out: &mut String) {
        out.push_str("Denne kalenderen er utdatert: det er en feil i planfilen");
    }

    fn shows_list_of(&self, out: &mut String, day: NaiveDate) {
        out.push_str("Den viser listen fra ");
        self.date(out, day);
        out.push_str(". Til den som holder listen ved like: weekahead check sier hva som er galt.");
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
            show(out, format_args!(" ({price})"));
        }
        out.push('.');
    }

    fn automatic_until(&self, out: &mut String, until: NaiveDate) {
        out.push_str("Automatisk fornyelse bare til og med ");
        self.date(out, until);
        out.push('.');
    }

    fn recoverable(&self, out: &mut String, end: NaiveDate) {
        out.push_str("Kan reddes til og med ");
        self.date(out, end);
        out.push('.');
    }

    fn number(&self, out: &mut String, provider: Option<&str>, number: &Shown<'_>) {
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

    fn renew(&self, out: &mut String, renewal: &Renewal<'_>) {
        out.push_str(match (renewal.another, renewal.says_nothing()) {
            (false, _) => "Forny",
            (true, false) => "Eller",
            (true, true) => "Eller på en annen måte",
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
                Some(_) if redeemed => ". Løs den inn ",
                Some(Place::Shop) => "; mer informasjon ",
                Some(_) => ", ",
                None => " ",
            });
            join(out, &renewal.places, " eller ", Self::place);
        }
        if !ends_in_link(&renewal.places) {
            out.push('.');
        }
    }

    fn check(&self, out: &mut String, places: &[Place<'_>]) {
        out.push_str("Sjekk: ");
        join(out, places, " eller ", Self::act);
        out.push_str(" – da skal den nye datoen vises.");
    }

    fn record(&self, out: &mut String, how: &str) {
        out.extend(["Ta vare på kvitteringen og registrer fornyelsen: ", how]);
    }

    fn failed(&self, out: &mut String, card: bool, provider: Option<&str>, support: &[Place<'_>]) {
        out.push_str(if card {
            "Gikk det ikke? Sjekk bankkort og saldo, og kontakt så "
        } else {
            "Gikk det ikke? Kontakt "
        });
        out.extend([provider.unwrap_or("kundeservice"), ": "]);
        join(out, support, " eller ", Self::act);
        if !ends_in_link(support) {
            out.push('.');
        }
    }

    fn pay_safely(&self, out: &mut String, third_party: bool) {
        out.push_str(if third_party {
            "Betal bare på nettsider og i apper du kjenner, aldri over åpent Wi-Fi."
        } else {
            "Betal bare på leverandørens egen nettside eller app, aldri over åpent Wi-Fi."
        });
    }

    fn as_of(&self, out: &mut String, day: NaiveDate) {
        out.push_str("Listen er fra ");
        self.date(out, day);
        out.push('.');
    }

    fn test(&self, out: &mut String, calendar: &str) {
        out.extend([calendar, ": testpåminnelse"]);
    }

    fn tested(&self, out: &mut String) {
        out.push_str(
            "Hvis det kom et varsel for denne hendelsen, varsler dette programmet på denne enheten. \
             En kalender det abonnerer på, varsler bare hvis programmet også beholder \
             varslene: siden til kalenderen forteller hvilke som gjør det. Hendelsen kan slettes.",
        );
    }
}
