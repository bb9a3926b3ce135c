//! English.

use crate::words::page::Words;

pub(crate) static WORDS: Words = Words {
    contents: "On this page",
    due: "What is due",
    counted_from: |day| format!("Days are counted from {day}."),
    nothing_due: "Nothing is due.",
    not_shown: |count| match count {
        1 => "1 more plan is not shown.".to_owned(),
        _ => format!("{count} more plans are not shown."),
    },
    renewed: |day| format!("Last renewed {day}."),
    was_recoverable: |day| format!("Could be recovered until {day}."),
    given_up: |day| format!("Given up on {day}."),
    number: "number ",
    number_ending: "number ending in ",

    how: "How to renew",
    details: "Details",
    renew: "Renew",
    check: "Check",
    failed: "If it fails",
    record: "Record",
    record_here: "Record the renewal",
    notes: "Notes",
    app: ("In the ", " app"),
    dial: ("Dial ", ""),
    call: ("Call ", ""),
    sms: ("Send a text to ", ""),
    sms_text: ("Text ", " to ", ""),

    year: "The year",
    months: [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ],
    works: "Works",
    grace: "Can still be recovered",
    warning: "Warning",
    renews: "Renews automatically",
    today: "Today",
    goes_on: "Goes on outside",
    warnings: |days| match days {
        [day] => format!("Warning: {day}."),
        _ => format!("Warnings: {}.", days.join(", ")),
    },

    costs: "What a year costs",
    counted: |end| {
        format!(
            "Every renewal that falls due up to {end}, at the price in the list. What is due or overdue \
             today counts as renewed today. Automatic renewals count for as long as they run."
        )
    },
    counted_since: |since, end| {
        format!(
            "Every renewal that falls due from {since} up to {end}, at the price in the list. What \
             was due by then counts as renewed then. Automatic renewals count for as long as they \
             run."
        )
    },

    trouble: "The plans file has an error",
    found: |moment| {
        format!("Found {moment}. Until it is corrected, you see the last list without errors.")
    },
    feed_says_so: "The calendar itself now says that it is out of date.",
    feed_is_silent: "The calendar itself does not say so yet.",

    subscribe: "Subscribe",
    address: "Address of the calendar",
    copy: "Copy it into any calendar program that subscribes to an address.",
    local: "This address works only on this computer. Phones, Google Calendar and Outlook.com \
            cannot reach it. For them, run the server behind HTTPS on a host that they can reach \
            (the README shows how), or download the calendar once.",
    plain: "This address is plain HTTP. iPhone, iPad and Google Calendar take HTTPS only, and \
            Google Calendar and Outlook.com need a host that the whole internet can reach. Put \
            the server behind HTTPS; the README shows how.",
    unknown: (
        "The server does not know its public address, so there are no links to subscribe with. \
         Start it with ",
        ".",
    ),
    published_unknown: (
        "This page was published without its address, so there are no links to subscribe with. \
         Publish it with ",
        ".",
    ),
    apple: "Subscribe on iPhone, iPad or Mac",
    apple_mac: "Subscribe on this Mac",
    on_ios: "iPhone and iPad drop the alarms. To hear them, open the subscribed calendar in \
             Settings, under the calendar accounts, and switch “Remove Alerts” off.",
    on_mac: "A Mac asks when you subscribe: leave the box “Alerts” beside “Remove” unticked.",
    google: "Open Google Calendar",
    on_google: "Paste the address there. Google ignores the alarms of a subscribed calendar: in \
                the settings of this calendar, add “All-day event notifications”. It fetches \
                again every 4 to 24 hours.",
    outlook: "Subscribe in Outlook.com",
    on_outlook: "Outlook.com and Microsoft 365 ignore the alarms, so look out for the events \
                 themselves. They fetch again every 3 to 24 hours.",
    others: "Other programs",
    on_thunderbird: "Alarms ring. Set the calendar read-only, or dismissing a reminder fails with an \
                     error. It looks one month ahead, so a longer lead does not ring. Fetches \
                     every 30 minutes.",
    on_desktops: "Alarms ring. Evolution and GNOME fetch every hour.",
    on_icsx5: "Alarms ring. Fetches once a day unless you set it to more.",
    on_nextcloud: "Removes the alarms; the events are shown.",
    on_home_assistant: "Never reads alarms: have an automation react to the events. Fetches once a \
                        day.",
    phone: "On your phone",
    scan: "Point the camera at the code: this page opens there, and its buttons subscribe.",
    code: "QR code of this page's address",
    once: "Only once",
    download: "Download the calendar",
    snapshot: "A file that you import is a snapshot: it does not learn of renewals, Google drops \
               its alarms, and a second import can double the events.",

    works_at_all: "Does it work?",
    test: "Test reminder",
    test_link: "Download a test reminder",
    test_says: "One event whose alarm rings ten minutes after the download, so that you know before \
                it matters. Open it in Apple Calendar, Thunderbird, GNOME, KDE, \
                Outlook for the desktop or ICSx5, which ring for a file. Google Calendar drops \
                the alarms of a file, so there it tests nothing.",
    test_is_not_all: "If it rings, this program rings on this device. Whether it rings for the \
                      calendar that you subscribe to depends on what it does with alarms, as said \
                      beside each program above.",
    fetched: "Who fetches the calendar",
    since: |moment| format!("Since the server started {moment}."),
    nobody: |moment| format!("Nobody has, since the server started {moment}."),
    client: "Program",
    last: "Last time",
    browser: "A web browser",
    other: "Another program",
    moment: |day, time| match day {
        Some(day) => format!("{day} at {}", time.format("%H:%M")),
        None => format!("today at {}", time.format("%H:%M")),
    },
};
