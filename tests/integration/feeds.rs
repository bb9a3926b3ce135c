//! What a list becomes: events, days, alarms, words.

use crate::harness::{Place, lines, values};

/// Titles with their days: `2027-01-05 X expires on 5 Jan 2027`.
fn events(feed: &str) -> Vec<String> {
    let days = values(feed, "DTSTART;VALUE=DATE");
    let titles = values(feed, "SUMMARY");
    assert_eq!(days.len(), titles.len());
    let pairs = days.iter().zip(titles);
    pairs
        .map(|(day, title)| format!("{}-{}-{} {title}", &day[..4], &day[4..6], &day[6..]))
        .collect()
}

fn built(plans: &str, arguments: &[&str]) -> String {
    let place = Place::with("plans.yaml", plans);
    place.feed(&[&["build", "--quiet"], arguments].concat())
}

#[test]
fn a_plan_warns_a_week_ahead_and_says_when_it_is_over() {
    let feed = built(
        "- {name: SIM, renewed: 2026-10-05, validity: 3 months, grace: 60 days}\n",
        &[],
    );
    assert_eq!(
        events(&feed),
        [
            "2026-12-29 SIM: 7 days left (expires 5 Jan 2027)",
            "2027-01-05 SIM expires on 5 Jan 2027",
            "2027-01-06 SIM expired yesterday: no renewal recorded",
            "2027-01-12 SIM expired 7 days ago: no renewal recorded",
            "2027-02-02 SIM expired 28 days ago: no renewal recorded",
            "2027-02-27 SIM: recover it within 7 days (by 6 Mar 2027)",
            "2027-03-06 SIM: last day to recover is 6 Mar 2027",
            "2027-03-07 SIM: grace ended yesterday\\, no renewal recorded",
        ]
    );
    assert_eq!(values(&feed, "TRIGGER"), ["-P6DT15H", "-P6DT15H"]);
}

/// Some programs title a reminder with the event's own title, a week ahead too.
#[test]
fn a_title_of_an_event_with_an_alarm_bears_its_date() {
    for (language, expected) in [
        (
            "en",
            [
                "SIM expires on 5 Jan 2027",
                "SIM: last day to recover is 6 Mar 2027",
                "Auto renews automatically on 1 Mar 2027: check it",
            ],
        ),
        (
            "nb",
            [
                "SIM utløper 5. januar 2027",
                "SIM: siste dag for å redde det er 6. mars 2027",
                "Auto fornyes automatisk 1. mars 2027: sjekk at det går i orden",
            ],
        ),
        (
            "zh-CN",
            [
                "SIM 于 2027年1月5日到期",
                "SIM 宽限期最后一天是 2027年3月6日",
                "Auto 于 2027年3月1日自动续费，请确认是否成功",
            ],
        ),
    ] {
        let plans = format!(
            "calendar: {{language: {language}, notices: false}}\nplans:\n- {{name: SIM, renewed: 2026-10-05, validity: 3 months, grace: 60 days}}\n- {{name: Auto, expires: 2027-03-01, validity: 1 year, remind: 7d, renewal: {{method: auto-debit}}}}\n"
        );
        let feed = built(&plans, &["--today", "2026-11-23"]);
        let titles: Vec<String> = feed
            .split("BEGIN:VEVENT\r\n")
            .filter(|event| event.contains("BEGIN:VALARM"))
            .flat_map(|event| values(event, "SUMMARY"))
            .collect();
        assert_eq!(titles[..3], expected, "{language}");
    }
}

#[test]
fn months_are_counted_from_the_anchor() {
    for (renewed, validity, day) in [
        ("2026-01-31", "1 month", "20260228"),
        ("2024-01-31", "1 month", "20240229"),
        ("2026-01-31", "2 months", "20260331"),
        ("2026-08-15", "180 days", "20270211"),
        ("2024-02-29", "1 year", "20250228"),
        ("2026-10-05", "P3M", "20270105"),
        ("2026-10-05", "2 weeks", "20261019"),
    ] {
        let plans = format!("- {{name: A, renewed: {renewed}, validity: {validity}}}\n");
        let feed = built(
            &format!("calendar: {{notices: false}}\nplans:\n{plans}"),
            &[],
        );
        assert_eq!(
            values(&feed, "DTSTART;VALUE=DATE"),
            [day],
            "{renewed} {validity}"
        );
    }
}

#[test]
fn alarms_stand_on_the_expiry_the_week_first() {
    let feed = built(
        "calendar: {remind_at: \"07:30\"}\nplans:\n- {name: A, expires: 2027-03-31, remind: [1d, 14d, 30d, 1 week, 1 month]}\n",
        &[],
    );
    // A month before 31 March is 28 February, 31 days.
    assert_eq!(
        values(&feed, "TRIGGER"),
        [
            "-P6DT16H30M",
            "-P30DT16H30M",
            "-P29DT16H30M",
            "-P13DT16H30M",
            "-PT16H30M"
        ]
    );
    let midnight = built(
        "calendar: {remind_at: \"00:00\"}\nplans:\n- {name: A, expires: 2027-03-31}\n",
        &[],
    );
    assert_eq!(values(&midnight, "TRIGGER"), ["-P7D"]);
}

#[test]
fn leads_that_fall_before_the_renewal_or_together_are_left_out() {
    let plans =
        "- {name: A, renewed: 2026-11-01, validity: 30 days, remind: [60d, 30d, 1 month, 7d]}\n";
    assert_eq!(
        events(&built(plans, &[])),
        [
            "2026-11-01 A: 30 days left (expires 1 Dec 2026)",
            "2026-11-24 A: 7 days left (expires 1 Dec 2026)",
            "2026-12-01 A expires on 1 Dec 2026",
            "2026-12-02 A expired yesterday: no renewal recorded",
            "2026-12-08 A expired 7 days ago: no renewal recorded",
            "2026-12-29 A expired 28 days ago: no renewal recorded",
        ]
    );
}

#[test]
fn automatic_renewals_run_to_the_end_of_next_year_and_one_further() {
    let plans =
        "- {name: A, renewed: 2024-10-31, validity: 3 months, renewal: {method: auto-debit}}\n";
    let place = Place::with("plans.yaml", plans);
    let left = place.run(&["build", "--today", "2026-11-23"]);
    assert_eq!(left.code, Some(0));
    assert_eq!(
        left.err,
        "the feed: automatic renewals are written up to 2028-01-31; build again before that day\n"
    );
    let days = values(&left.out, "DTSTART;VALUE=DATE");
    assert_eq!(
        days,
        [
            "20250131", "20250430", "20250731", "20251031", "20260131", "20260430", "20260731",
            "20261031", "20270131", "20270430", "20270731", "20271031", "20280131",
        ]
    );
    assert!(
        left.out
            .contains("SUMMARY:A renews automatically on 31 Jan 2025: check it\r\n")
    );
    assert!(
        !left.out.contains("VALARM"),
        "without leads of its own it has no alarm"
    );

    let own = plans.replace("renewal:", "remind: 3d, renewal:");
    let feed = built(&own, &["--today", "2026-11-23"]);
    assert_eq!(values(&feed, "TRIGGER").len(), 13);
}

#[test]
fn the_end_of_an_automatic_renewal_is_an_ordinary_expiry() {
    let plans = "- {name: A, renewed: 2026-10-31, validity: 1 month, renewal: {method: auto-debit, until: 2027-01-31}}\n";
    assert_eq!(
        events(&built(plans, &["--today", "2026-11-23"])),
        [
            "2026-11-30 A renews automatically on 30 Nov 2026: check it",
            "2026-12-31 A renews automatically on 31 Dec 2026: check it",
            "2027-01-31 A renews automatically on 31 Jan 2027: check it",
            "2027-02-21 A: 7 days left (expires 28 Feb 2027)",
            "2027-02-28 A expires on 28 Feb 2027",
            "2027-03-01 A expired yesterday: no renewal recorded",
            "2027-03-07 A expired 7 days ago: no renewal recorded",
            "2027-03-28 A expired 28 days ago: no renewal recorded",
        ]
    );
}

#[test]
fn an_automatic_renewal_that_ended_long_ago_has_the_expiry_of_then() {
    let plans = "- {name: A, renewed: 2019-10-31, validity: 1 month, renewal: {method: auto-debit, until: 2020-01-31}}\n";
    for today in ["2020-02-01", "2021-06-01", "2026-11-23", "2027-01-01"] {
        let events = events(&built(plans, &["--today", today]));
        assert!(
            events.contains(&"2020-02-29 A expires on 29 Feb 2020".to_owned()),
            "{today}: {events:?}"
        );
    }
    let never = plans.replace("2020-01-31", "2019-11-29");
    let events = events(&built(&never, &["--today", "2026-11-23"]));
    assert_eq!(events[1], "2019-11-30 A expires on 30 Nov 2019");
}

#[test]
fn an_explicit_date_repeats_from_itself() {
    let plans =
        "- {name: A, expires: 2026-12-31, validity: 1 year, renewal: {method: auto-debit}}\n";
    let feed = built(plans, &["--today", "2026-11-23"]);
    assert_eq!(
        values(&feed, "DTSTART;VALUE=DATE"),
        ["20261231", "20271231", "20281231"]
    );
}

#[test]
fn a_plan_that_was_given_up_says_nothing_after() {
    let plans = "- {name: A, expires: 2026-03-01, ended: 2026-02-25, remind: [14d, 3d]}\n";
    assert_eq!(
        events(&built(plans, &[])),
        [
            "2026-02-11 A ends in 14 days (25 Feb 2026)",
            "2026-02-15 A: 14 days left (expires 1 Mar 2026)",
            "2026-02-22 A ends in 3 days (25 Feb 2026)",
            "2026-02-25 A ends on 25 Feb 2026: make sure that it is cancelled",
        ]
    );
    let early = built("- {name: A, expires: 2026-03-01, ended: 2026-01-01}\n", &[]);
    assert_eq!(
        events(&early),
        [
            "2025-12-25 A ends in 7 days (1 Jan 2026)",
            "2026-01-01 A ends on 1 Jan 2026: make sure that it is cancelled",
        ]
    );
}

#[test]
fn a_calendar_has_a_name_a_colour_and_its_hints() {
    let feed = built(
        "calendar: {name: \"A, B; C\", description: D, color: teal}\nplans:\n- {name: A, expires: 2027-01-31}\n",
        &[],
    );
    let head: Vec<String> = lines(&feed)
        .into_iter()
        .take_while(|line| line != "BEGIN:VEVENT")
        .collect();
    assert_eq!(
        head,
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//weekahead//weekahead//EN",
            "CALSCALE:GREGORIAN",
            "NAME:A\\, B\\; C",
            "X-WR-CALNAME:A\\, B\\; C",
            "DESCRIPTION:D",
            "X-WR-CALDESC:D",
            "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
            "X-PUBLISHED-TTL:PT6H",
            "COLOR:teal",
        ]
    );
    let apple = built(
        "calendar: {color: \"#1e88e5\"}\nplans: [{name: A, expires: 2027-01-31}]\n",
        &[],
    );
    assert!(apple.contains("\r\nX-APPLE-CALENDAR-COLOR:#1E88E5\r\n"));
    assert!(!apple.contains("\r\nCOLOR"));
}

#[test]
fn numbers_are_masked_unless_the_list_says_otherwise() {
    for (numbers, shown) in [
        ("masked", "Telenor\\, number ending in 001."),
        ("full", "Telenor\\, number +47 900 00 001."),
        ("hidden", "Provider: Telenor."),
    ] {
        let feed = built(
            &format!(
                "calendar: {{numbers: {numbers}}}\nplans:\n- {{name: A, expires: 2027-01-31, provider: Telenor, number: +47 900 00 001}}\n"
            ),
            &[],
        );
        let description = &values(&feed, "DESCRIPTION")[0];
        assert!(
            description.contains(&format!("\\n{shown}\\n")),
            "{description}"
        );
        assert_eq!(feed.contains("900 00"), numbers == "full");
    }
}

#[test]
fn text_means_what_it_says_in_yaml() {
    let plans = "- {name: no, id: 123, expires: 2027-01-31}\n- {name: 1e3, expires: 2027-01-31}\n- {name: \"null\", expires: 2027-01-31}\n- {name: 0x10, id: 1.10, expires: 2027-01-31}\n- {name: 2026-01-01, expires: 2027-01-31, tags: 7, notes: +4790000001}\n";
    let titles = values(&built(plans, &[]), "SUMMARY");
    let expiries: Vec<&String> = titles
        .iter()
        .filter(|title| title.ends_with(" expires on 31 Jan 2027"))
        .collect();
    assert_eq!(
        expiries,
        [
            "no expires on 31 Jan 2027",
            "1e3 expires on 31 Jan 2027",
            "null expires on 31 Jan 2027",
            "0x10 expires on 31 Jan 2027",
            "2026-01-01 expires on 31 Jan 2027"
        ]
    );
}

/// The careful reader and the fast one make the same feed of the same list.
#[test]
fn yaml_may_be_written_in_many_ways() {
    let plain = "calendar:\n  remind: [14d, 7d]\nplans:\n- id: a\n  name: A B\n  expires: 2027-01-31\n  notes: |\n    one\n    two\n- id: b\n  name: B\n  expires: 2027-01-31\n";
    let expected = built(plain, &[]);
    let merged = "calendar: {remind: [14d, 7d]}\nplans:\n- &a {id: a, name: A B, expires: 2027-01-31, notes: \"one\\ntwo\"}\n- {id: b, expires: *b, name: B}\n";
    for (how, text) in [
        ("CRLF", plain.replace('\n', "\r\n")),
        ("lone CR", plain.replace('\n', "\r")),
        ("a byte-order mark", format!("\u{feff}{plain}")),
        ("a byte-order mark and a marker", format!("\u{feff}---\n{plain}")),
        ("a marker and an end", format!("--- # list\n{plain}...\n")),
        ("a directive", format!("%YAML 1.2\n---\n{plain}")),
        ("an alias", merged.replace("expires: 2027-01-31,", "expires: &b 2027-01-31,")),
        (
            "merge keys",
            "calendar: {remind: [14d, 7d]}\nplans:\n- &a {id: a, name: A B, expires: 2027-01-31, notes: \"one\\ntwo\"}\n- {<<: {expires: 2027-01-31, name: X}, name: B, id: b}\n".to_owned(),
        ),
        (
            "JSON",
            "{\"calendar\":{\"remind\":[\"14d\",\"7d\"]},\"plans\":[{\"id\":\"a\",\"name\":\"A B\",\"expires\":\"2027-01-31\",\"notes\":\"one\\ntwo\"},{\"id\":\"b\",\"name\":\"B\",\"expires\":\"2027-01-31\"}]}".to_owned(),
        ),
        ("a tag", plain.replace("name: A B", "name: !!str A B")),
        ("no last line break", plain.trim_end().to_owned()),
        ("a tab behind a value", plain.replace("name: B", "name: B\t# B")),
    ] {
        assert_eq!(built(&text, &[]), expected, "{how}");
    }
}

#[test]
fn uids_stay_through_renewals_reordering_and_renaming() {
    let first = "- {id: a, name: A, renewed: 2026-10-05, validity: 3 months, grace: 30d}\n";
    let other = "- {id: b, name: B, expires: 2027-01-31}\n";
    let place = Place::new();
    let uids = |name: &str, text: String| {
        place.file(name, text);
        let mut uids = values(&place.feed(&["build", name]), "UID");
        uids.sort();
        uids
    };
    let before = uids("plans.yaml", format!("{first}{other}"));
    let renewed = first
        .replace("2026-10-05", "2027-01-02")
        .replace("name: A", "name: Another");
    assert_eq!(before, uids("sims.yaml", format!("{other}{renewed}")));
    let with_id = uids(
        "plans.yaml",
        format!("calendar: {{id: x}}\nplans:\n{first}{other}"),
    );
    assert!(with_id.iter().all(|uid| !before.contains(uid)));
    let names = ["A B", "A-B", "AB", "漢", "字", "a", "A"];
    let plans: String = names
        .iter()
        .map(|name| format!("- {{name: {name}, expires: 2027-01-31}}\n"))
        .collect();
    let mut all = uids("names.yaml", plans);
    all.dedup();
    assert_eq!(all.len(), 5 * names.len());
}

#[test]
fn events_of_a_plan_point_to_its_expiry() {
    let feed = built("- {name: A, expires: 2027-01-31, grace: 60d}\n", &[]);
    let uids = values(&feed, "UID");
    let related = values(&feed, "RELATED-TO");
    assert_eq!(uids.len(), 8);
    assert_eq!(related, vec![uids[1].clone(); 7]);
    // Where there is no expiry there is nothing to point to.
    for plans in [
        "- {name: A, renewed: 2026-10-31, validity: 1 month, renewal: {method: auto-debit}}\n",
        "- {name: A, expires: 2027-01-31, ended: 2027-01-25}\n",
    ] {
        assert_eq!(
            values(&built(plans, &["--today", "2026-11-23"]), "RELATED-TO"),
            [""; 0]
        );
    }
}

/// Of the clock, only the year is in a feed, and only if a plan renews by itself: for all plans, on
/// any two days.
#[test]
fn a_feed_does_not_depend_on_the_day_on_which_it_is_made() {
    const DATES: [&str; 4] = [
        "expires: 2027-01-05, validity: 1 year, extends: never-shorter",
        "renewed: 2026-10-31, validity: 3 months",
        "expires: 2026-11-30",
        "expires: 2027-03",
    ];
    const MORE: [&str; 5] = [
        "",
        ", grace: 60 days, remind: [30d, 7d]",
        ", ended: 2026-12-20",
        ", number: \"+47 900 00 001\", price: 49 NOK, renewal: {method: website, validity: 1 year}",
        ", terms: {url: \"https://a.example/\", checked: 2026-01-01}, cancel: Write to them.",
    ];
    const AUTOMATIC: &str = "renewed: 2026-03-01, validity: 1 month, remind: [7d], renewal: {method: auto-debit, until: 2027-06}, cancel: {notice: 1 week}";
    let mut plans = String::from("calendar: {workdays: [mon, tue, wed]}\nplans:\n");
    for (first, dates) in DATES.iter().enumerate() {
        for (second, more) in MORE.iter().enumerate() {
            plans += &format!("- {{name: P{first}{second}, {dates}{more}}}\n");
        }
    }
    let on = |plans: &str, day| built(plans, &["--today", day]);
    let days = ["1999-06-01", "2026-12-24", "2027-01-05", "2040-02-29"];
    for day in days {
        assert_eq!(on(&plans, day), on(&plans, "2026-11-29"), "{day}");
    }
    plans += &format!("- {{name: A, {AUTOMATIC}}}\n");
    for day in ["2026-01-01", "2026-05-01", "2026-12-31"] {
        assert_eq!(on(&plans, day), on(&plans, "2026-11-29"), "{day}");
    }
    assert_ne!(on(&plans, "2028-01-01"), on(&plans, "2026-11-29"));
}

/// What the user says of how to check stands alone.
#[test]
fn a_sentence_of_how_to_check_gets_nothing_added() {
    for (check, expected) in [
        ("Look at the card.", "Check: Look at the card.\\n"),
        (
            "{action: Look at the card, dial: \"*100#\"}",
            "Check: Look at the card or dial *100#\\; the new date should show.\\n",
        ),
    ] {
        let plans = format!("- {{name: A, expires: 2027-01-05, check: {check}}}\n");
        let feed = built(&plans, &[]).replace("\r\n ", "");
        assert!(feed.contains(expected), "{check}: {feed}");
    }
}
