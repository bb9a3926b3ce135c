//! The words of the agenda in Norwegian Bokmål.

use crate::plan::Method;
use crate::plan::status::PlanStatus;
use crate::time::period::Period;
use crate::words::agenda::{AgendaLabels, AgendaWords, PlanCounts};
use crate::words::feed::FeedWords as _;
use crate::words::nb::Bokmal;

impl AgendaWords for Bokmal {
    fn agenda_labels(&self) -> &'static AgendaLabels {
        &LABELS
    }

    fn status_sentence(&self, status: PlanStatus) -> String {
        match status {
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
            PlanStatus::CancelBy(0) => "Si opp i dag, ellers fornyes det".to_owned(),
            PlanStatus::CancelBy(1) => "Si opp senest i morgen, ellers fornyes det".to_owned(),
            PlanStatus::CancelBy(left) => format!("{} igjen til å si opp", days(left)),
            PlanStatus::GivenUp(0) => "Avsluttes i dag".to_owned(),
            PlanStatus::GivenUp(1) => "Avsluttes i morgen".to_owned(),
            PlanStatus::GivenUp(left) => format!("Avsluttes om {}", days(left)),
        }
    }

    fn status_cell(&self, status: PlanStatus) -> String {
        match status {
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
            PlanStatus::CancelBy(0) => "si opp I DAG".to_owned(),
            PlanStatus::CancelBy(left) => format!("{} til å si opp", days(left)),
            PlanStatus::GivenUp(0) => "avsluttes i dag".to_owned(),
            PlanStatus::GivenUp(left) => format!("avsluttes om {}", days(left)),
        }
    }

    fn method_name(&self, method: Method) -> Option<&'static str> {
        match method {
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
        }
    }

    fn renewal_count(&self, count: u64) -> String {
        match count {
            1 => "1 fornyelse".to_owned(),
            _ => format!("{count} fornyelser"),
        }
    }

    fn method_and_place(&self, means: &str, what: &str) -> String {
        format!("{means}: {what}")
    }

    fn ticket_title(&self, name: &str, status: &str) -> String {
        format!("{name}: {status}")
    }

    fn given_up_on(&self, day: &str) -> String {
        format!("Avsluttet {day}")
    }

    fn goes_on(&self, period: Period) -> String {
        let mut text = "og så videre, hver gang ".to_owned();
        self.period(&mut text, period);
        text + " senere"
    }

    fn plan_counts(&self, counts: PlanCounts) -> String {
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
    }

    fn renewal_sum(&self, sum: &str, renewals: u64) -> String {
        format!("{sum} ({})", self.renewal_count(renewals))
    }

    fn yearly_cost(&self, sums: &[String]) -> String {
        format!("Et år koster {}", sums.join(", "))
    }
}

static LABELS: AgendaLabels = AgendaLabels {
    plan: "Navn",
    status: "Status",
    date: "Dato",
    last_warning: "Siste varsel",
    next_warning: "Neste varsel",
    price: "Pris",
    how_to_renew: "Slik fornyer du",
    cycle: "Periode",
    id: "Id",
    list: "Liste",
    tags: "Merker",
    event_text: "Dette sier kalenderen",
    warnings: "Varsler",
    alarm_time: "Alarmer ringer etter klokken på enheten.",
    all_day: "hele dagen",
    no_warnings: "Ingen: den er ikke i kalenderen.",
    cycles: "Perioder",
    if_renewed_today: "hvis den fornyes i dag",
    renews_automatically: "fornyes automatisk",
    unknown_day: "ukjent",
    record_by_comment: "Skriv en kommentar som en av disse for å registrere fornyelsen:",
    record_by_command: "Eller med kommandoen:",
};

fn days(count: i64) -> String {
    match count {
        1 => "1 dag".to_owned(),
        _ => format!("{count} dager"),
    }
}
