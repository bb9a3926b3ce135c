//! The words of the page in English.

use chrono::NaiveTime;

use crate::plan::status::PlanStatus;
use crate::words::en::English;
use crate::words::en::feed::app_noun;
use crate::words::feed::TimeUnit;
use crate::words::page::{DueGroup, DueSummary, PageLabels, PageWords};

impl PageWords for English {
    fn page_labels(&self) -> &'static PageLabels {
        &LABELS
    }

    fn answer(&self, summary: &DueSummary, next: Option<&str>) -> String {
        if summary.plans == 0 {
            return self.nothing_in_list().to_owned();
        }
        if summary.is_calm() {
            return match next {
                Some(day) => format!("Nothing is due until {day}."),
                None if summary.automatic == summary.plans => {
                    "Nothing is due: everything renews automatically.".to_owned()
                }
                None => "Nothing is due.".to_owned(),
            };
        }
        let expired = (summary.expired > 0).then(|| format!("{} expired", summary.expired));
        let due = clause(summary.due, ("due", "due"), ["today", "tomorrow", "in"]);
        let cancel = clause(
            summary.cancel,
            ("renews unless cancelled", "renew unless cancelled"),
            ["today", "by tomorrow", "within"],
        );
        let ending = clause(summary.ending, ("ends", "end"), ["today", "tomorrow", "in"]);
        let clauses = [expired, due, cancel, ending].into_iter().flatten();
        let mut text = clauses.collect::<Vec<_>>().join(", ");
        if let Some(day) = next {
            text += if summary.is_next_last {
                ", then nothing until "
            } else {
                ", nothing else until "
            };
            text += day;
        }
        text + "."
    }

    fn first_date(&self, since: &str, day: Option<&str>) -> String {
        match day {
            Some(day) => format!("From {since} on, the first date is {day}."),
            None => format!("From {since} on, there is no date."),
        }
    }

    fn all_automatic(&self) -> &'static str {
        "Everything renews automatically."
    }

    fn nothing_in_list(&self) -> &'static str {
        "There is nothing to renew in this list."
    }

    fn status_headline(&self, status: PlanStatus, span: TimeUnit) -> (&'static str, String) {
        let what = match status {
            PlanStatus::Grace(_) => "Expired, still recoverable",
            PlanStatus::Expired(_) => "Expired",
            PlanStatus::Lost(_) => "Recovery period ended",
            PlanStatus::Ends(_) => "Expires",
            PlanStatus::Renews(_) => "Renews automatically",
            PlanStatus::CancelBy(_) => "Last day to cancel",
            PlanStatus::GivenUp(_) => "Ends",
        };
        let when = match status {
            PlanStatus::Grace(0) => "last day today".to_owned(),
            PlanStatus::Grace(_) => format!("{} left", time(span)),
            PlanStatus::Expired(1) | PlanStatus::Lost(1) => "yesterday".to_owned(),
            PlanStatus::Expired(_) | PlanStatus::Lost(_) => format!("{} ago", time(span)),
            PlanStatus::Ends(left)
            | PlanStatus::Renews(left)
            | PlanStatus::CancelBy(left)
            | PlanStatus::GivenUp(left) => match left {
                0 => "today".to_owned(),
                1 => "tomorrow".to_owned(),
                _ => format!("in {}", time(span)),
            },
        };
        (what, when)
    }

    fn beyond_year(&self, count: usize) -> String {
        match count {
            1 => "1 plan has no date in these months.".to_owned(),
            _ => format!("{count} plans have no date in these months."),
        }
    }

    fn broken_list(&self, as_of: &str) -> String {
        format!("The plans file has an error. The last list without errors is from {as_of}.")
    }

    fn counted_from(&self, day: &str) -> String {
        format!("Days are counted from {day}.")
    }

    fn plans_not_shown(&self, count: usize) -> String {
        match count {
            1 => "1 more plan is not shown.".to_owned(),
            _ => format!("{count} more plans are not shown."),
        }
    }

    fn last_renewed(&self, day: &str) -> String {
        format!("Last renewed {day}.")
    }

    fn terms_checked(&self, day: &str) -> String {
        format!("(read on {day})")
    }

    fn will_be_given_up(&self, day: &str) -> String {
        format!("Ends on {day}.")
    }

    fn warning_days(&self, days: &[String]) -> String {
        match days {
            [day] => format!("Warning: {day}."),
            _ => format!("Warnings: {}.", days.join(", ")),
        }
    }

    fn costs_until(&self, end: &str) -> String {
        format!(
            "Every renewal that falls due up to {end}, at the price in the list. What is due or overdue \
             today counts as renewed today. Automatic renewals count for as long as they run."
        )
    }

    fn costs_between(&self, since: &str, end: &str) -> String {
        format!(
            "Every renewal that falls due from {since} up to {end}, at the price in the list. What \
             was due by then counts as renewed then. Automatic renewals count for as long as they \
             run."
        )
    }

    fn error_found(&self, moment: &str) -> String {
        format!("Found {moment}. Until it is corrected, you see the last list without errors.")
    }

    fn fetched_since(&self, moment: &str) -> String {
        format!("Since the server started {moment}:")
    }

    fn not_fetched_since(&self, moment: &str) -> String {
        format!("No program has fetched it since the server started {moment}.")
    }

    fn moment(&self, day: Option<&str>, time: NaiveTime) -> String {
        match day {
            Some(day) => format!("{day} at {}", time.format("%H:%M")),
            None => format!("today at {}", time.format("%H:%M")),
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
        count => Some(format!("{count} {} (the first {when})", what.1)),
    }
}

fn time(span: TimeUnit) -> String {
    let mut out = String::new();
    English::unit(&mut out, span);
    out
}

static LABELS: PageLabels = PageLabels {
    contents: "On this page",
    now: "Now",
    later: "Later",
    automatic: "Automatic",
    dates: "Dates",
    number: "number ",
    number_ending: "number ending in ",
    renew_on: ("Renew on ", ""),
    cancel_on: ("Cancel on ", ""),
    renew: "Renew",
    other_ways: "Or",
    check: "Check",
    if_it_fails: "If it fails",
    cancel: "Cancel",
    terms: "Terms",
    record: "Record",
    record_link: "Record the renewal",
    notes: "Notes",
    in_app: |name| ("In the ", app_noun(name)),
    dial: ("Dial ", ""),
    call: ("Call ", ""),
    sms: ("Send a text to ", ""),
    sms_text: ("Text ", " to ", ""),
    year: "The year",
    months: [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ],
    valid: "Works",
    valid_due: "Due",
    valid_expired: "Expired",
    valid_automatic: "Automatic",
    grace: "Can still be recovered",
    warning: "Warning",
    renews_automatically: "Automatic renewal",
    today: "Today",
    goes_on: "Continues outside these months",
    yearly_cost: "What a year costs",
    file_error: "The plans file has an error",
    correct_file: "Correct the file: then the page and the calendar update by themselves.",
    feed_says_so: "The calendar itself now says that it is out of date.",
    feed_is_silent: "The calendar itself does not say so yet.",
    subscribe: "Subscribe",
    address: "Address of the calendar",
    copy_address: "Copy it into any calendar program that subscribes to an address.",
    local_address: "This address works only on this computer. Phones, Google Calendar and Outlook.com \
            cannot reach it. For them, run the server behind HTTPS on a host that they can reach \
            (docs/hosting.md shows how), or download the calendar once.",
    plain_http: "This address is plain HTTP. iPhone, iPad and Google Calendar take HTTPS only, and \
            Google Calendar and Outlook.com need a host that the whole internet can reach. Put \
            the server behind HTTPS; docs/hosting.md shows how.",
    unknown_address: (
        "The server does not know its public address, so there are no links to subscribe with. \
         Start it with ",
        ".",
    ),
    published_without_address: (
        "This page was published without its address, so there are no links to subscribe with. \
         Publish it with ",
        ".",
    ),
    subscribe_apple: "Subscribe on iPhone, iPad or Mac",
    subscribe_mac: "Subscribe on this Mac",
    about_ios: "iPhone and iPad drop the alarms. To hear them, open the subscribed calendar in \
             Settings, under the calendar accounts, and switch “Remove Alerts” off.",
    about_mac: "A Mac asks when you subscribe: leave the box “Alerts” beside “Remove” unticked.",
    cannot_reach: "It cannot reach an address on this computer.",
    google: "Google Calendar",
    open_google: "Open Google Calendar",
    about_google: "Do this on a computer: the Google Calendar app cannot add an address. Paste the \
                address there. Google ignores the alarms of a subscribed calendar: in \
                the settings of this calendar, add “All-day event notifications”. It fetches \
                again every 4 to 24 hours.",
    subscribe_outlook: "Subscribe in Outlook.com",
    about_outlook: "Outlook.com and Microsoft 365 ignore the alarms, so look out for the events \
                 themselves. They fetch again every 3 to 24 hours.",
    other_programs: "Other programs",
    about_thunderbird: "Alarms ring. A reminder that you dismiss comes back when Thunderbird starts \
                     again, until its day has passed. Do not set the calendar to “Read Only”: \
                     Thunderbird would lose reminders. If dismissing one gives an error, \
                     Thunderbird has set “Read Only” itself: switch it off in the properties of \
                     the calendar, and start Thunderbird again. It looks one month ahead, so \
                     earlier alarms do not ring. Fetches every 30 minutes.",
    about_desktops: "Alarms ring. Evolution and GNOME fetch every hour.",
    about_icsx5: "Alarms ring. Fetches once a day unless you set it to fetch more often.",
    about_nextcloud: "Removes the alarms; the events are shown.",
    about_home_assistant: "Never reads alarms: have an automation react to the events. Fetches once a \
                        day.",
    on_phone: "On your phone",
    scan_code: "Point the camera at the code: this page opens on the phone, and you can \
                subscribe there.",
    qr_code: "QR code of this page's address",
    only_once: "Only once",
    download: "Download the calendar",
    about_snapshot: "A file that you import is a snapshot: it does not learn of renewals, Google drops \
               its alarms, and a second import can double the events.",
    does_it_work: "Does it work?",
    test_reminder: "Test reminder",
    test_download: "Download a test reminder",
    about_test: "One event whose alarm rings ten minutes after the download, so that you know before \
                it matters. Open it in Apple Calendar, Thunderbird, GNOME, KDE, \
                Outlook for the desktop or ICSx5, which ring for a file. Google Calendar drops \
                the alarms of a file, so there it tests nothing.",
    test_limits: "If the alarm rings, this program rings on this device. It may still ignore the \
                  alarms of a calendar that you subscribe to: see what is said of each program \
                  above.",
    who_fetches: "Who fetches the calendar",
    client: "Program",
    last_fetch: "Last time",
    web_browser: "A web browser",
    other_program: "Another program",
};
