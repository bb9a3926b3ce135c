//! The time zone of the machine: what `TZ` may be, and what happens if it names no zone.

use chrono::{NaiveDate, Utc};
use chrono_tz::Tz;

use crate::harness::{Left, Place};

const PLAN: &str = "- {id: a, name: A, expires: 2100-07-01, validity: 1 year}\n";

/// Runs the program with a value of `TZ`.
fn with_zone(place: &Place, zone: &str, arguments: &[&str]) -> Left {
    Left::of(place.command(arguments).env("TZ", zone))
}

/// The current day in a zone that is always ahead of or behind the day of all others.
fn days_in(zone: Tz, run: impl FnOnce() -> Left) -> (Left, [NaiveDate; 2]) {
    let day = || Utc::now().with_timezone(&zone).date_naive();
    let before = day();
    let left = run();
    (left, [before, day()])
}

fn today(left: &Left, zone: &str) -> NaiveDate {
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""), "{zone}");
    let report: serde_json::Value = serde_json::from_str(&left.out).expect("JSON");
    let today = report[0]["today"].as_str().expect("a day");
    today.parse().expect("a day")
}

/// The days of these two zones differ at every moment.
const AHEAD: Tz = Tz::Pacific__Kiritimati;
const BEHIND: Tz = Tz::Etc__GMTPlus12;

#[test]
fn today_is_the_day_in_the_zone_of_the_machine() {
    let place = Place::with("plans.yaml", PLAN);
    for (value, zone) in [
        ("Pacific/Kiritimati", AHEAD),
        (":Pacific/Kiritimati", AHEAD),
        // The system does not know these, so the zone files are not used.
        ("pacific/kiritimati", AHEAD),
        (":PACIFIC/KIRITIMATI", AHEAD),
        ("/no/zoneinfo/Pacific/Kiritimati", AHEAD),
        ("etc/gmt+12", BEHIND),
        // Rules of POSIX, whose sign is reversed.
        ("<+14>-14", AHEAD),
        ("LINT-14", AHEAD),
        ("LINT-14:00:00", AHEAD),
        ("AoE12", BEHIND),
        ("UTC0", Tz::UTC),
        ("", Tz::UTC),
    ] {
        let run = || with_zone(&place, value, &["list", "--json"]);
        let (left, days) = days_in(zone, run);
        let shown = today(&left, value);
        assert!(days.contains(&shown), "{value}: {shown} is not of {days:?}");
    }
}

#[test]
fn alarms_ring_by_the_rules_of_the_zone_in_every_year() {
    let place = Place::with("plans.yaml", PLAN);
    let arguments = ["list", "--json", "--today", "2026-11-29"];
    for (zone, rings) in [
        ("Europe/Oslo", "2100-06-24T09:00:00+02:00"),
        ("europe/oslo", "2100-06-24T09:00:00+02:00"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2100-06-24T09:00:00+02:00"),
        ("America/New_York", "2100-06-24T09:00:00-04:00"),
        ("UTC", "2100-06-24T09:00:00+00:00"),
    ] {
        let left = with_zone(&place, zone, &arguments);
        let report: serde_json::Value = serde_json::from_str(&left.out).expect("JSON");
        let warning = &report[0]["plans"][0]["next_warning"];
        assert_eq!(warning["rings"], rings, "{zone}");
    }
    // Clocks skip this time.
    place.file(
        "plans.yaml",
        "calendar: {timezone: Europe/Oslo, remind_at: \"02:30\"}\nplans: [{name: A, expires: 2027-04-04}]\n",
    );
    let out = place.feed(&arguments);
    assert!(out.contains("\"2027-03-28T03:30:00+02:00\""), "{out}");
}

const AUTOMATIC: &str = "- {id: a, name: A, renewed: 2026-11-01, validity: 1 month, price: 1 EUR, renewal: {method: auto-debit}}\n";

#[test]
fn a_zone_that_does_not_exist_is_an_error_where_the_day_matters() {
    let place = Place::with("plans.yaml", PLAN);
    place.file("automatic.yaml", AUTOMATIC);
    for (value, hint) in [
        ("Asia/Shangahi", "did you mean `Asia/Shanghai`? or"),
        (":Asia/Shangahi", "did you mean `Asia/Shanghai`? or"),
        ("Oslo", "did you mean `Europe/Oslo`? or"),
        (
            "Nowhere/Else",
            "write a name of the IANA database, as in `Europe/Oslo`, or",
        ),
        // A name of POSIX has three letters.
        (
            "Y12",
            "write a name of the IANA database, as in `Europe/Oslo`, or",
        ),
        // The system needs the rule of summer time.
        (
            "CET-1CEST",
            "write a name of the IANA database, as in `Europe/Oslo`, or",
        ),
    ] {
        let expected = format!(
            "error: unknown time zone `{value}` in the variable `TZ`\nhint: {hint} give the list a \
             `timezone` of its own\n"
        );
        for arguments in [
            &["list"][..],
            &["list", "--json"],
            &["list", "--json", "--today", "2026-11-29"],
            &["list", "plans.yaml", "automatic.yaml"],
            &["check", "plans.yaml", "automatic.yaml"],
            &["renew", "a", "--on", "2026-11-29"],
            &["publish", "automatic.yaml", "--to", "site", "--quiet"],
        ] {
            let left = with_zone(&place, value, arguments);
            assert_eq!(
                (left.code, left.out.as_str(), left.err.as_str()),
                (
                    Some(2),
                    if arguments.contains(&"--json") {
                        "[]\n"
                    } else {
                        ""
                    },
                    expected.as_str()
                ),
                "{arguments:?}"
            );
        }
        assert_eq!(place.read("plans.yaml"), PLAN);
        let left = with_zone(&place, value, &["build", "automatic.yaml"]);
        assert_eq!((left.code, left.err), (Some(2), expected), "{value}");
        // Nothing of these depends on the day, or it is given.
        for arguments in [
            &["build"][..],
            &["build", "automatic.yaml", "--today", "2026-11-29"],
            &["list", "--today", "2026-11-29"],
            &["check", "--today", "2026-11-29"],
            &["renew", "a", "--today", "2026-11-29", "--dry-run"],
            &["url", "--base-url", "https://cal.example.org"],
            &["publish", "plans.yaml", "--to", "plain", "--quiet"],
            #[cfg(feature = "schema")]
            &["schema"],
        ] {
            let left = with_zone(&place, value, arguments);
            assert_eq!(left.code, Some(0), "{arguments:?}: {}", left.err);
        }
    }
    // A list with its own zone needs none of the machine.
    let own = format!("calendar: {{timezone: Europe/Oslo}}\nplans:\n{AUTOMATIC}");
    place.file("plans.yaml", own);
    for arguments in [&["list", "--json"][..], &["check"], &["build"]] {
        let left = with_zone(&place, "Asia/Shangahi", arguments);
        assert_eq!(left.code, Some(0), "{arguments:?}: {}", left.err);
    }
}

#[test]
fn a_new_list_needs_a_zone_of_the_machine() {
    let place = Place::new();
    let left = with_zone(&place, "Asia/Shangahi", &["init"]);
    let expected = "error: unknown time zone `Asia/Shangahi` in the variable `TZ`\n\
                    hint: did you mean `Asia/Shanghai`?\n";
    assert_eq!((left.code, left.err.as_str()), (Some(2), expected));
    assert_eq!(place.names(), [""; 0]);
    assert_eq!(with_zone(&place, "asia/shanghai", &["init"]).code, Some(0));
    let text = place.read("plans.yaml");
    assert!(text.contains("\n  timezone: Asia/Shanghai "), "{text}");
}

#[cfg(all(unix, feature = "serve"))]
#[test]
fn a_server_warns_of_a_zone_that_does_not_exist() {
    let place = Place::with("sims.yaml", AUTOMATIC);
    let mut command = place.command(&["serve", "sims.yaml", "--listen", "127.0.0.1:0"]);
    command.env("TZ", "Asia/Shangahi");
    let server = crate::serve::Server::of(command);
    let log = server.log_with("unknown time zone `Asia/Shangahi` in the variable `TZ`");
    assert!(log.contains("today is the day in UTC"), "{log}");
    assert!(log.contains("did you mean `Asia/Shanghai`?"), "{log}");
    assert_eq!(server.get("/sims.ics").status, 200);
}

/// An image that has only the program has no zone files.
#[cfg(unix)]
#[test]
#[ignore = "needs namespaces of users and mounts (unshare)"]
fn without_zone_files_names_are_found_all_the_same() {
    let place = Place::with("plans.yaml", PLAN);
    let script = "for folder in /usr/share/zoneinfo /etc/zoneinfo; do \
                  if test -d $folder; then mount -t tmpfs none $folder || exit 9; fi; done; \
                  test -e /usr/share/zoneinfo/Pacific && exit 8; exec \"$0\" list --json";
    for (value, zone) in [
        ("Pacific/Kiritimati", AHEAD),
        (":/usr/share/zoneinfo/Pacific/Kiritimati", AHEAD),
        ("Etc/GMT+12", BEHIND),
    ] {
        let run = || {
            let mut command = std::process::Command::new("unshare");
            command
                .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
                .arg(env!("CARGO_BIN_EXE_weekahead"))
                .current_dir(place.path("."))
                .env("TZ", value);
            Left::of(&mut command)
        };
        let (left, days) = days_in(zone, run);
        let shown = today(&left, value);
        assert!(days.contains(&shown), "{value}: {shown} is not of {days:?}");
    }
}
