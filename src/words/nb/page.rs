//! Norwegian Bokmål.

use crate::words::page::Words;

pub(crate) static WORDS: Words = Words {
    contents: "På denne siden",
    due: "Dette må fornyes",
    counted_from: |day| format!("Dagene er regnet fra {day}."),
    nothing_due: "Ingenting må fornyes.",
    not_shown: |count| match count {
        1 => "Ytterligere 1 vises ikke.".to_owned(),
        _ => format!("Ytterligere {count} vises ikke."),
    },
    renewed: |day| format!("Sist fornyet {day}."),
    was_recoverable: |day| format!("Kunne reddes til og med {day}."),
    given_up: |day| format!("Avsluttes {day}."),
    number: "nummer ",
    number_ending: "nummer som slutter på ",

    how: "Slik fornyer du",
    details: "Detaljer",
    renew: "Forny",
    check: "Sjekk",
    failed: "Gikk det ikke?",
    record: "Registrer",
    record_here: "Registrer fornyelsen",
    notes: "Merknader",
    app: ("I appen ", ""),
    dial: ("Tast ", ""),
    call: ("Ring ", ""),
    sms: ("Send SMS til ", ""),
    sms_text: ("Send ", " på SMS til ", ""),

    year: "Året",
    months: [
        "jan", "feb", "mar", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "des",
    ],
    works: "Gjelder",
    grace: "Kan fortsatt reddes",
    warning: "Varsel",
    renews: "Fornyes automatisk",
    today: "I dag",
    goes_on: "Fortsetter utenfor",
    warnings: |days| format!("Varsel: {}.", days.join(", ")),

    costs: "Hva et år koster",
    counted: |end| {
        format!(
            "Alle fornyelser som forfaller til og med {end}, til prisen i listen. Det som forfaller \
             i dag eller har forfalt, regnes som fornyet i dag. Automatiske fornyelser regnes \
             med så lenge de varer."
        )
    },
    counted_since: |since, end| {
        format!(
            "Alle fornyelser som forfaller fra {since} til og med {end}, til prisen i listen. Det \
             som hadde forfalt da, regnes som fornyet da. Automatiske fornyelser regnes med så \
             lenge de varer."
        )
    },

    trouble: "Det er en feil i planfilen",
    found: |moment| {
        format!("Oppdaget {moment}. Til feilen er rettet, ser du den siste listen uten feil.")
    },
    feed_says_so: "Kalenderen sier nå selv at den er utdatert.",
    feed_is_silent: "Kalenderen sier ikke fra om det selv ennå.",

    subscribe: "Abonner",
    address: "Adressen til kalenderen",
    copy: "Kopier den inn i et hvilket som helst kalenderprogram som kan abonnere på en adresse.",
    local: "Denne adressen virker bare på denne datamaskinen. Telefoner, Google Kalender og \
            Outlook.com når den ikke. For dem må serveren stå bak HTTPS på en maskin de kan nå \
            (README viser hvordan), eller du kan laste ned kalenderen én gang.",
    plain: "Denne adressen er vanlig HTTP. iPhone, iPad og Google Kalender godtar bare HTTPS, og \
            Google Kalender og Outlook.com må kunne nå serveren over internett. Sett serveren \
            bak HTTPS; README viser hvordan.",
    unknown: (
        "Serveren kjenner ikke sin egen offentlige adresse, så her er det ingen lenker å \
         abonnere med. Start den med ",
        ".",
    ),
    published_unknown: (
        "Siden ble publisert uten sin egen adresse, så her er det ingen lenker å abonnere med. \
         Publiser den med ",
        ".",
    ),
    apple: "Abonner på iPhone, iPad eller Mac",
    apple_mac: "Abonner på denne Mac-en",
    on_ios: "iPhone og iPad fjerner varslene. Vil du ha dem, åpner du den abonnerte kalenderen i \
             Innstillinger, under kalenderkontoene, og slår av «Fjern varsler» (Remove Alerts).",
    on_mac: "Mac-en spør når du abonnerer: ikke kryss av for «Varsler» (Alerts) ved «Fjern» (Remove).",
    google: "Åpne Google Kalender",
    on_google: "Lim inn adressen der. Google ser bort fra varslene i en kalender du abonnerer på: \
                legg til varsler for heldagsaktiviteter (All-day event notifications) i \
                innstillingene for denne kalenderen. Google henter på nytt med 4 til 24 timers mellomrom.",
    outlook: "Abonner i Outlook.com",
    on_outlook: "Outlook.com og Microsoft 365 ser bort fra varslene, så følg med på selve \
                 hendelsene. De henter på nytt med 3 til 24 timers mellomrom.",
    others: "Andre programmer",
    on_thunderbird: "Viser varslene. Gjør kalenderen skrivebeskyttet, ellers gir det en feilmelding å \
                     avvise en påminnelse. Programmet ser en måned fram, så varsler lengre \
                     i forveien kommer ikke. Henter hver halvtime.",
    on_desktops: "Viser varslene. Evolution og GNOME henter hver time.",
    on_icsx5: "Viser varslene. Henter én gang i døgnet hvis du ikke velger noe annet.",
    on_nextcloud: "Fjerner varslene, men viser hendelsene.",
    on_home_assistant: "Leser aldri varsler: la en automasjon reagere på hendelsene. Henter én \
                        gang i døgnet.",
    phone: "På telefonen",
    scan: "Pek kameraet mot koden: da åpnes denne siden på telefonen, og der kan du abonnere.",
    code: "QR-kode med adressen til denne siden",
    once: "Bare én gang",
    download: "Last ned kalenderen",
    snapshot: "En fil du importerer, er et øyeblikksbilde: den får ikke med seg fornyelser, \
               Google fjerner varslene i den, og importerer du to ganger, kan alt komme dobbelt.",

    works_at_all: "Virker det?",
    test: "Testpåminnelse",
    test_link: "Last ned en testpåminnelse",
    test_says: "Én hendelse med et varsel ti minutter etter nedlastingen, så du vet det \
                før det gjelder. Åpne den i Apple Kalender, Thunderbird, GNOME, KDE, \
                Outlook på datamaskin eller ICSx5, som varsler for en fil. Google Kalender fjerner \
                varslene i en fil, så der tester den ingenting.",
    test_is_not_all: "Kommer varselet, varsler programmet på denne enheten. Om det også varsler for \
                      kalenderen du abonnerer på, kommer an på hva det gjør med varsler; det står \
                      ved hvert program ovenfor.",
    fetched: "Hvem henter kalenderen",
    since: |moment| format!("Siden serveren startet {moment}."),
    nobody: |moment| format!("Ingen har hentet den siden serveren startet {moment}."),
    client: "Program",
    last: "Sist hentet",
    browser: "En nettleser",
    other: "Et annet program",
    moment: |day, time| match day {
        Some(day) => format!("{day} kl. {}", time.format("%H.%M")),
        None => format!("i dag kl. {}", time.format("%H.%M")),
    },
};
