//! The words of the pages for recording in Norwegian Bokmål.

use crate::words::nb::Bokmal;
use crate::words::record::{RecordLabels, RecordMessage, RecordWords};

impl RecordWords for Bokmal {
    fn record_labels(&self) -> &'static RecordLabels {
        &LABELS
    }

    fn record_message(&self, message: RecordMessage) -> (&'static str, &'static str) {
        match message {
            RecordMessage::Foreign => (
                "Skjemaet ble ikke godtatt",
                "Det kom fra et annet nettsted, eller enheten er paret på nytt siden. Ingenting \
                 er endret. Åpne skjemaet igjen, og send det derfra.",
            ),
            RecordMessage::Missing => (
                "Denne planen finnes ikke",
                "Kanskje har den fått en annen id, eller den er fjernet fra listen. Ingenting er \
                 endret.",
            ),
            RecordMessage::Late => (
                "Skjemaet kom for langsomt",
                "Ingenting er endret. Gå tilbake, og send det en gang til.",
            ),
            RecordMessage::Changed => (
                "Planen er endret i mellomtiden",
                "Den er ikke slik skjemaet ditt viste den: kanskje er fornyelsen registrert \
                 allerede. Ingenting er endret nå. Se på planen slik den er.",
            ),
            RecordMessage::NothingToUndo => (
                "Ingenting er angret",
                "Planen er endret etter registreringen, eller serveren er startet på nytt. Hvis \
                 noe er galt, må du rette planfilen for hånd.",
            ),
            RecordMessage::TooLong => (
                "Skjemaet er for langt",
                "Ingenting er endret. Gå tilbake, og kort ned merknaden.",
            ),
            RecordMessage::NotAForm => (
                "Dette er ikke skjemaet på denne siden",
                "Ingenting er endret. Åpne skjemaet, og send det derfra.",
            ),
            RecordMessage::Broken => (
                "Det er en feil i planfilen",
                "Ingenting er endret. Rett filen, gå så tilbake og send skjemaet en gang til.",
            ),
            RecordMessage::NotWritten => (
                "Planfilen kan ikke endres nå",
                "Ingenting er endret. Når årsaken er borte, kan du gå tilbake og sende skjemaet \
                 en gang til.",
            ),
            RecordMessage::Locked => (
                "Et annet program endrer planfilen",
                "Ingenting er endret. Vent litt, gå så tilbake og send skjemaet en gang til.",
            ),
        }
    }

    fn default_currency(&self, code: &str) -> String {
        format!("Skriver du bare et tall, er det i {code}.")
    }

    fn was_renewed(&self, on: &str) -> String {
        format!("Fornyet {on}.")
    }

    fn new_expiry(&self, now: &str, before: &str) -> String {
        format!("Utløper {now} (før: {before}).")
    }

    fn next_warning(&self, day: &str) -> String {
        format!("Neste varsel kommer {day}.")
    }

    fn still_expired(&self, expiry: &str) -> String {
        format!("Den utløp likevel {expiry}.")
    }

    fn ends_before_expiry(&self, ended: &str, expiry: &str) -> String {
        format!(
            "Den avsluttes {ended}, så ingenting varsler om {expiry}. Fjern `ended` fra planen \
             hvis den skal fortsette."
        )
    }

    fn automatic_ended(&self, until: &str) -> String {
        format!(
            "Den fornyes ikke lenger automatisk: det tok slutt {until}. Skriv en senere `until` i \
             planen hvis den gjør det igjen."
        )
    }

    fn past_renewals(&self, count: usize) -> String {
        format!("Tidligere fornyelser ({count})")
    }

    fn earlier_renewals(&self, count: usize) -> String {
        match count {
            1 => "1 eldre fornyelse".to_owned(),
            _ => format!("{count} eldre fornyelser"),
        }
    }
}

static LABELS: RecordLabels = RecordLabels {
    pair: "Par denne enheten",
    about_pairing: "En paret enhet kan registrere fornyelser, og den ser kvitteringer og tidligere \
                    fornyelser. Paringen opphører etter 400 dager uten bruk. Par bare en enhet som \
                    er din egen.",
    not_paired: "Denne enheten er ikke paret",
    about_not_paired: "Bare en paret enhet kan registrere fornyelser.",
    how_to_pair: (
        "Kjør ",
        " der planfilen ligger, og åpne lenken på denne enheten, eller pek kameraet mot QR-koden. \
         En server uten nøkkel viser lenken når den starter.",
    ),
    about_old_link: "Kom du hit med en slik lenke, er den mer enn en time gammel eller ufullstendig: \
                     lag en ny.",
    record: "Registrer en fornyelse",
    record_another: "Registrer en fornyelse til",
    is_given_up: "Ingenting kan registreres for den. Fjern først `ended` fra planen hvis den skal fortsette.",
    all_plans: "Alle planer",
    go_on: "Fortsett",
    on: "Fornyet den",
    way: "Hvordan",
    way_number: |number| format!("Måte {number}"),
    until: "Gjelder til og med",
    about_until: "Planen sier ikke hvor lenge en fornyelse varer.",
    paid: "Betalt",
    about_paid: "La feltet stå tomt hvis du betalte prisen ovenfor.",
    receipt: "Kvittering",
    about_receipt: "Et nummer, en lenke eller en fil ved siden av planfilen.",
    note: "Merknad",
    send: "Registrer",
    dates_stay: "Den fornyes automatisk. Datoene er de samme; bare historikken får en linje til.",
    recorded: "Registrert",
    no_warning: "Det kommer ingen varsler etter dette.",
    is_shorter: "Den nye utløpsdatoen er før den gamle.",
    changed_lines: "Hva som ble endret i filen",
    undo: "Angre",
    undone: "Angret",
    about_undone: "Planen er slik den var før.",
    not_committed: "Endringen står i planfilen, men er ikke lagt inn i git:",
    no_history: "Ingen fornyelser er registrert ennå.",
    receipt_is: "Kvittering: ",
    refused: "Ikke registrert",
    wrong_day: "Denne dagen kan ikke brukes.",
    wrong_way: "Velg hvordan den ble fornyet.",
    wrong_until: "Oppgi den siste dagen den gjelder nå.",
    wrong_price: "Denne prisen kan ikke leses.",
    wrong_text: "Denne teksten kan ikke brukes.",
    wrong_plan: "Fornyelsen kan ikke registreres slik.",
    by_hand: "Skriv disse linjene i planen for hånd:",
    about_file_error: "Ingenting kan registreres før den er rettet. Du ser den siste listen uten feil.",
};
