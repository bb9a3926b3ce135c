//! Norwegian Bokmål.

use crate::plan::Method;
use crate::plan::status::PlanStatus;
use crate::words::agenda::Words;

pub(crate) static WORDS: Words = Words {
    standing: |standing| match standing {
        PlanStatus::Grace(0) => "Siste dag for å redde det".to_owned(),
        PlanStatus::Grace(left) => format!("Utløpt: {} igjen til å redde det", days(left)),
        PlanStatus::Expired(1) => "Utløp i går".to_owned(),
        PlanStatus::Expired(ago) => format!("Utløp for {} siden", days(ago)),
        PlanStatus::Lost(1) => "Fristen for å redde det gikk ut i går".to_owned(),
        PlanStatus::Lost(ago) => {
            format!("Fristen for å redde det gikk ut for {} siden", days(ago))
        }
        PlanStatus::Ends(0) => "Siste dag i dag".to_owned(),
        PlanStatus::Ends(1) => "Siste dag i morgen".to_owned(),
        PlanStatus::Ends(left) => format!("{} igjen", days(left)),
        PlanStatus::Renews(0) => "Fornyes automatisk i dag".to_owned(),
        PlanStatus::Renews(1) => "Fornyes automatisk i morgen".to_owned(),
        PlanStatus::Renews(left) => format!("Fornyes automatisk om {}", days(left)),
        PlanStatus::GivenUp(0) => "Avsluttes i dag".to_owned(),
        PlanStatus::GivenUp(1) => "Avsluttes i morgen".to_owned(),
        PlanStatus::GivenUp(left) => format!("Avsluttes om {}", days(left)),
    },
    method: |method| match method {
        Method::Website => Some("Nettside"),
        Method::App => Some("App"),
        Method::ThirdParty => Some("Ekstern betalingstjeneste"),
        Method::Shop => Some("Butikk"),
        Method::Voucher => Some("Ladekupong"),
        Method::Sms => Some("SMS"),
        Method::Call => Some("Telefon"),
        Method::Ussd => Some("Kode"),
        Method::AutoDebit => Some("Automatisk"),
        Method::Other => None,
    },
    renewals,

    state: |standing| match standing {
        PlanStatus::Grace(0) => "KAN REDDES: siste dag".to_owned(),
        PlanStatus::Grace(left) => format!("KAN REDDES: {} igjen", days(left)),
        PlanStatus::Expired(1) => "UTLØPT i går".to_owned(),
        PlanStatus::Expired(ago) => format!("UTLØPT for {} siden", days(ago)),
        PlanStatus::Lost(1) => "FRISTEN UTE i går".to_owned(),
        PlanStatus::Lost(ago) => format!("FRISTEN UTE for {} siden", days(ago)),
        PlanStatus::Ends(0) => "SISTE DAG i dag".to_owned(),
        PlanStatus::Ends(left) => format!("{} igjen", days(left)),
        PlanStatus::Renews(0) => "fornyes i dag".to_owned(),
        PlanStatus::Renews(left) => format!("fornyes om {}", days(left)),
        PlanStatus::GivenUp(0) => "avsluttes i dag".to_owned(),
        PlanStatus::GivenUp(left) => format!("avsluttes om {}", days(left)),
    },
    way_to: |means, what| format!("{means}: {what}"),
    sum: |sum, renewals| format!("{sum} ({})", self::renewals(renewals)),
    given_up: |day| format!("Avsluttet {day}"),
    plan: "Navn",
    standing_of: "Status",
    date: "Dato",
    last_warning: "Siste varsel",
    next_warning: "Neste varsel",
    price: "Pris",
    way: "Slik fornyer du",
    cycle: "Periode",
    counts: |counts| {
        let mut text = match (counts.shown, counts.all) {
            (shown, all) if shown == all => format!("{all} i listen"),
            (0, all) => format!("ingen av {all}"),
            (shown, all) => format!("{shown} av {all}"),
        };
        text += &format!(", {} må fornyes nå", counts.due);
        match counts.ended {
            0 => {}
            1 => text += "; 1 til er avsluttet",
            many => text += &format!("; {many} til er avsluttet"),
        }
        text
    },
    costs: |sums| format!("Et år koster {}", sums.join(", ")),
    id: "Id",
    list: "Liste",
    tags: "Merker",
    events: "Dette sier kalenderen",
    warnings: "Varsler",
    rings: "Alarmer ringer etter klokken på enheten.",
    all_day: "hele dagen",
    no_warnings: "Ingen: den er ikke i kalenderen.",
    cycles: "Perioder",
    if_renewed: "hvis den fornyes i dag",
    renews: "fornyes automatisk",
    unknown: "ukjent",
};

fn days(count: i64) -> String {
    match count {
        1 => "1 dag".to_owned(),
        _ => format!("{count} dager"),
    }
}

fn renewals(count: u64) -> String {
    match count {
        1 => "1 fornyelse".to_owned(),
        _ => format!("{count} fornyelser"),
    }
}
