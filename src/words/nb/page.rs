//! The words of the page in Norwegian Bokmål.

use chrono::NaiveTime;

use crate::plan::status::PlanStatus;
use crate::words::feed::{TimeUnit, is_called_app};
use crate::words::nb::Bokmal;
use crate::words::page::{DueGroup, DueSummary, PageLabels, PageWords};

impl PageWords for Bokmal {
    fn page_labels(&self) -> &'static PageLabels {
        &LABELS
    }

    fn answer(&self, summary: &DueSummary, next: Option<&str>) -> String {
        if summary.plans == 0 {
            return self.nothing_in_list().to_owned();
        }
        if summary.is_calm() {
            return match next {
                Some(day) => format!("Ingenting må gjøres før {day}."),
                None if summary.automatic == summary.plans => {
                    "Ingenting må gjøres: alt fornyes automatisk.".to_owned()
                }
                None => "Ingenting må gjøres nå.".to_owned(),
            };
        }
        let expired = (summary.expired > 0).then(|| format!("{} er utløpt", summary.expired));
        let due = clause(
            summary.due,
            ("utløper", "utløper"),
            ["i dag", "i morgen", "om"],
        );
        let cancel = clause(
            summary.cancel,
            (
                "fornyes hvis den ikke sies opp",
                "fornyes hvis de ikke sies opp",
            ),
            ["i dag", "senest i morgen", "innen"],
        );
        let ending = clause(
            summary.ending,
            ("avsluttes", "avsluttes"),
            ["i dag", "i morgen", "om"],
        );
        let clauses = [expired, due, cancel, ending].into_iter().flatten();
        let mut text = clauses.collect::<Vec<_>>().join(", ");
        if let Some(day) = next {
            text += if summary.is_next_last {
                ", deretter ingenting før "
            } else {
                ", ellers ingenting før "
            };
            text += day;
        }
        text + "."
    }

    fn first_date(&self, since: &str, day: Option<&str>) -> String {
        match day {
            Some(day) => format!("Fra {since} er den første datoen {day}."),
            None => format!("Fra {since} er det ingen dato."),
        }
    }

    fn all_automatic(&self) -> &'static str {
        "Alt fornyes automatisk."
    }

    fn nothing_in_list(&self) -> &'static str {
        "Det er ingenting å fornye i denne listen."
    }

    fn status_headline(&self, status: PlanStatus, span: TimeUnit) -> (&'static str, String) {
        let what = match status {
            PlanStatus::Grace(_) => "Utløpt, kan reddes",
            PlanStatus::Expired(1) => "Utløp",
            PlanStatus::Expired(_) => "Utløp for",
            PlanStatus::Lost(1) => "Fristen gikk ut",
            PlanStatus::Lost(_) => "Fristen gikk ut for",
            PlanStatus::Ends(_) => "Utløper",
            PlanStatus::Renews(_) => "Fornyes automatisk",
            PlanStatus::CancelBy(_) => "Siste dag for å si opp",
            PlanStatus::GivenUp(_) => "Avsluttes",
        };
        let when = match status {
            PlanStatus::Grace(0) => "siste dag i dag".to_owned(),
            PlanStatus::Grace(_) => format!("{} igjen", time(span)),
            PlanStatus::Expired(1) | PlanStatus::Lost(1) => "i går".to_owned(),
            PlanStatus::Expired(_) | PlanStatus::Lost(_) => format!("{} siden", time(span)),
            PlanStatus::Ends(left)
            | PlanStatus::Renews(left)
            | PlanStatus::CancelBy(left)
            | PlanStatus::GivenUp(left) => match left {
                0 => "i dag".to_owned(),
                1 => "i morgen".to_owned(),
                _ => format!("om {}", time(span)),
            },
        };
        (what, when)
    }

    fn beyond_year(&self, count: usize) -> String {
        format!("{count} har ingen dato i disse månedene.")
    }

    fn broken_list(&self, as_of: &str) -> String {
        format!("Det er en feil i planfilen. Den siste listen uten feil er fra {as_of}.")
    }

    fn counted_from(&self, day: &str) -> String {
        format!("Dagene er regnet fra {day}.")
    }

    fn plans_not_shown(&self, count: usize) -> String {
        match count {
            1 => "Ytterligere 1 vises ikke.".to_owned(),
            _ => format!("Ytterligere {count} vises ikke."),
        }
    }

    fn last_renewed(&self, day: &str) -> String {
        format!("Sist fornyet {day}.")
    }

    fn terms_checked(&self, day: &str) -> String {
        format!("(lest {day})")
    }

    fn will_be_given_up(&self, day: &str) -> String {
        format!("Avsluttes {day}.")
    }

    fn warning_days(&self, days: &[String]) -> String {
        format!("Varsel: {}.", days.join(", "))
    }

    fn costs_until(&self, end: &str) -> String {
        format!(
            "Alle fornyelser som forfaller til og med {end}, til prisen i listen. Det som forfaller \
             i dag eller har forfalt, regnes som fornyet i dag. Automatiske fornyelser regnes \
             med så lenge de varer."
        )
    }

    fn costs_between(&self, since: &str, end: &str) -> String {
        format!(
            "Alle fornyelser som forfaller fra {since} til og med {end}, til prisen i listen. Det \
             som hadde forfalt da, regnes som fornyet da. Automatiske fornyelser regnes med så \
             lenge de varer."
        )
    }

    fn error_found(&self, moment: &str) -> String {
        format!("Oppdaget {moment}. Til feilen er rettet, ser du den siste listen uten feil.")
    }

    fn fetched_since(&self, moment: &str) -> String {
        format!("Siden serveren startet {moment}:")
    }

    fn not_fetched_since(&self, moment: &str) -> String {
        format!("Ingen har hentet den siden serveren startet {moment}.")
    }

    fn moment(&self, day: Option<&str>, time: NaiveTime) -> String {
        match day {
            Some(day) => format!("{day} kl. {}", time.format("%H.%M")),
            None => format!("i dag kl. {}", time.format("%H.%M")),
        }
    }
}

/// What is said of plans that are due, or nothing if there are none: `what` of one and of several,
/// and the words for today, for tomorrow, and before a time.
fn clause(
    group: DueGroup,
    what: (&str, &str),
    [today, tomorrow, before]: [&str; 3],
) -> Option<String> {
    let (days, span) = group.nearest;
    let when = match days {
        0 => today.to_owned(),
        1 => tomorrow.to_owned(),
        _ => format!("{before} {}", time(span)),
    };
    match group.count {
        0 => None,
        1 => Some(format!("1 {} {when}", what.0)),
        count if group.is_one_day => Some(format!("{count} {} {when}", what.1)),
        count => Some(format!("{count} {} (den første {when})", what.1)),
    }
}

fn time(span: TimeUnit) -> String {
    let mut out = String::new();
    Bokmal::unit(&mut out, span);
    out
}

static LABELS: PageLabels = PageLabels {
    contents: "På denne siden",
    now: "Nå",
    later: "Senere",
    automatic: "Automatisk",
    dates: "Datoer",
    number: "nummer ",
    number_ending: "nummer som slutter på ",
    renew_on: ("Forny på ", ""),
    cancel_on: ("Si opp på ", ""),
    renew: "Forny",
    other_ways: "Eller",
    check: "Sjekk",
    if_it_fails: "Gikk det ikke?",
    cancel: "Si opp",
    terms: "Vilkår",
    record: "Registrer",
    record_link: "Registrer fornyelsen",
    notes: "Merknader",
    in_app: |name| match is_called_app(name) {
        true => ("I ", ""),
        false => ("I appen ", ""),
    },
    dial: ("Tast ", ""),
    call: ("Ring ", ""),
    sms: ("Send SMS til ", ""),
    sms_text: ("Send ", " på SMS til ", ""),
    year: "Året",
    months: [
        "jan", "feb", "mar", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "des",
    ],
    valid: "Gjelder",
    valid_due: "Må fornyes",
    valid_expired: "Utløpt",
    valid_automatic: "Automatisk",
    grace: "Kan fortsatt reddes",
    warning: "Varsel",
    renews_automatically: "Automatisk fornyelse",
    today: "I dag",
    goes_on: "Fortsetter utenfor",
    yearly_cost: "Hva et år koster",
    file_error: "Det er en feil i planfilen",
    correct_file: "Rett feilen i filen, så oppdateres siden og kalenderen av seg selv.",
    feed_says_so: "Kalenderen sier nå selv at den er utdatert.",
    feed_is_silent: "Kalenderen sier ikke fra om det selv ennå.",
    subscribe: "Abonner",
    address: "Adressen til kalenderen",
    copy_address: "Kopier den inn i et hvilket som helst kalenderprogram som kan abonnere på en adresse.",
    local_address: "Denne adressen virker bare på denne datamaskinen. Telefoner, Google Kalender og \
            Outlook.com når den ikke. For dem må serveren stå bak HTTPS på en maskin de kan nå \
            (docs/hosting.md viser hvordan), eller du kan laste ned kalenderen én gang.",
    plain_http: "Denne adressen er vanlig HTTP. iPhone, iPad og Google Kalender godtar bare HTTPS, og \
            Google Kalender og Outlook.com må kunne nå serveren over internett. Sett serveren \
            bak HTTPS; docs/hosting.md viser hvordan.",
    unknown_address: (
        "Serveren kjenner ikke sin egen offentlige adresse, så her er det ingen lenker å \
         abonnere med. Start den med ",
        ".",
    ),
    published_without_address: (
        "Siden ble publisert uten sin egen adresse, så her er det ingen lenker å abonnere med. \
         Publiser den med ",
        ".",
    ),
    subscribe_apple: "Abonner på iPhone, iPad eller Mac",
    subscribe_mac: "Abonner på denne Mac-en",
    about_ios: "iPhone og iPad fjerner varslene. Vil du ha dem, åpner du den abonnerte kalenderen i \
             Innstillinger, under kalenderkontoene, og slår av «Fjern varsler» (Remove Alerts).",
    about_mac: "Mac-en spør når du abonnerer: ikke kryss av for «Varsler» (Alerts) ved «Fjern» (Remove).",
    cannot_reach: "Når ikke en adresse på denne datamaskinen.",
    google: "Google Kalender",
    open_google: "Åpne Google Kalender",
    about_google: "Gjør dette på en datamaskin: appen Google Kalender kan ikke legge til en adresse. \
                Lim inn adressen der. Google ser bort fra varslene i en kalender du abonnerer på: \
                legg til varsler for heldagsaktiviteter (All-day event notifications) i \
                innstillingene for denne kalenderen. Google henter på nytt med 4 til 24 timers mellomrom.",
    subscribe_outlook: "Abonner i Outlook.com",
    about_outlook: "Outlook.com og Microsoft 365 ser bort fra varslene, så følg med på selve \
                 hendelsene. De henter på nytt med 3 til 24 timers mellomrom.",
    other_programs: "Andre programmer",
    about_thunderbird: "Viser varslene. En påminnelse du avviser, kommer tilbake neste gang \
                     Thunderbird startes, inntil datoen er passert. Ikke gjør kalenderen \
                     skrivebeskyttet, for da mister Thunderbird påminnelser. Hvis det gir en \
                     feilmelding å avvise en påminnelse, har Thunderbird selv gjort kalenderen \
                     skrivebeskyttet: slå det av i egenskapene for kalenderen, og start \
                     Thunderbird på nytt. Programmet ser en måned fram, så varsler lengre i \
                     forveien kommer ikke. Henter hver halvtime.",
    about_desktops: "Viser varslene. Evolution og GNOME henter hver time.",
    about_icsx5: "Viser varslene. Henter én gang i døgnet hvis du ikke velger noe annet.",
    about_nextcloud: "Fjerner varslene, men viser hendelsene.",
    about_home_assistant: "Leser aldri varsler: la en automasjon reagere på hendelsene. Henter én \
                        gang i døgnet.",
    on_phone: "På telefonen",
    scan_code: "Pek kameraet mot koden: da åpnes denne siden på telefonen, og der kan du abonnere.",
    qr_code: "QR-kode med adressen til denne siden",
    only_once: "Bare én gang",
    download: "Last ned kalenderen",
    about_snapshot: "En fil du importerer, er et øyeblikksbilde: den får ikke med seg fornyelser, \
               Google fjerner varslene i den, og importerer du to ganger, kan alt komme dobbelt.",
    does_it_work: "Virker det?",
    test_reminder: "Testpåminnelse",
    test_download: "Last ned en testpåminnelse",
    about_test: "Én hendelse med et varsel ti minutter etter nedlastingen, så du vet det \
                før det gjelder. Åpne den i Apple Kalender, Thunderbird, GNOME, KDE, \
                Outlook på datamaskin eller ICSx5, som varsler for en fil. Google Kalender fjerner \
                varslene i en fil, så der tester den ingenting.",
    test_limits: "Kommer varselet, varsler programmet på denne enheten. Om det også varsler for \
                      kalenderen du abonnerer på, kommer an på hva det gjør med varsler; det står \
                      ved hvert program ovenfor.",
    who_fetches: "Hvem henter kalenderen",
    client: "Program",
    last_fetch: "Sist hentet",
    web_browser: "En nettleser",
    other_program: "Et annet program",
};
