//! Calendars that others wrote.

use super::imported;
use crate::harness::{Left, Place};

/// One event: the plan that it becomes, without its id, and what is told.
fn event(lines: &str) -> (String, Vec<String>) {
    let text = format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        lines.replace('\n', "\r\n")
    );
    let made = imported(&text);
    let plan = made.plans_file.unwrap_or_default();
    let plan = plan.split_once("\n\n").map_or("", |(_, plan)| plan);
    let told = made.omissions.iter();
    let told =
        told.map(|omission| format!("{}: {}: {}", omission.line, omission.subject, omission.what));
    (plan.to_owned(), told.collect())
}

#[test]
fn an_event_becomes_a_plan() {
    for (reason, lines, plan, told) in [
        (
            "whole day",
            "UID:1\nDTSTAMP:20260101T000000Z\nSUMMARY:Passport\\, mine\nDTSTART;VALUE=DATE:20290314\nDTEND;VALUE=DATE:20290315\nURL:https://x.example/\nCATEGORIES:papers,a\\,b\nDESCRIPTION:One\\nTwo",
            "- id: passport-mine\n  name: Passport, mine\n  expires: 2029-03-14\n  renewal: {method: website, url: https://x.example/}\n  tags: [papers, \"a,b\"]\n  notes: |\n    One\n    Two\n",
            &[][..],
        ),
        (
            "alarms",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20290314\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-P6DT15H\nEND:VALARM\nBEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-P1M\nEND:VALARM\nBEGIN:VALARM\nACTION:EMAIL\nTRIGGER:-P29DT15H\nEND:VALARM\nBEGIN:VALARM\nTRIGGER:PT9H\nEND:VALARM",
            "calendar:\n  remind: [30d, 7d]\n\nplans:\n  - id: a\n    name: A\n    expires: 2029-03-14\n",
            &[
                "9: `A`: its alarm cannot be read: left out",
                "13: `A`: part of its alarm was left out: that it is an e-mail",
                "17: `A`: its alarm on the day itself or later was left out: `remind` is a day or more",
            ],
        ),
        (
            "times",
            "SUMMARY:A\nDTSTART;TZID=Europe/Oslo:20290314T233000\nDTEND;TZID=Europe/Oslo:20290314T235900",
            "- id: a\n  name: A\n  expires: 2029-03-14\n",
            &[
                "2: `A`: its time, 23:30 in `Europe/Oslo`, was left out: the day there, 2029-03-14, was used",
            ],
        ),
        (
            "UTC",
            "SUMMARY:A\nDTSTART:20290314T233000Z",
            "- id: a\n  name: A\n  expires: 2029-03-14\n",
            &[
                "2: `A`: its time, 23:30 UTC, was left out: the day in UTC, 2029-03-14, was used; is it the same where you are?",
            ],
        ),
        (
            "a floating time",
            "SUMMARY:A\nDTSTART:20290314T233000",
            "- id: a\n  name: A\n  expires: 2029-03-14\n",
            &["2: `A`: its time, 23:30, was left out: plans have whole days"],
        ),
        (
            "each year",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20200314\nRRULE:FREQ=YEARLY",
            "- id: a\n  name: A\n  expires: 2027-03-14\n  validity: 1 year\n  extends: from-expiry\n",
            &[],
        ),
        (
            "each week",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20200314\nRRULE:FREQ=WEEKLY;BYDAY=MO",
            "- id: a\n  name: A\n  expires: 2026-11-23\n",
            &[
                "2: `A`: it repeats by a rule that a plan cannot keep, `FREQ=WEEKLY;BYDAY=MO`: only its next date, 2026-11-23, was used",
            ],
        ),
        (
            "each month from the 31st",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20260131\nRRULE:FREQ=MONTHLY",
            "- id: a\n  name: A\n  expires: 2026-12-31\n",
            &[
                "2: `A`: it repeats by a rule that a plan cannot keep, `FREQ=MONTHLY`: only its next date, 2026-12-31, was used",
            ],
        ),
        (
            "from the 31st, and over",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20260131\nRRULE:FREQ=MONTHLY;UNTIL=20260930",
            "- id: a\n  name: A\n  expires: 2026-08-31\n",
            &[
                "2: `A`: it repeats by a rule that a plan cannot keep, `FREQ=MONTHLY;UNTIL=20260930`: it has ended, and its last date, 2026-08-31, was used",
            ],
        ),
        (
            "a rule that is not read",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20260131\nRRULE:FREQ=YEARLY;BYWEEKNO=20",
            "- id: a\n  name: A\n  expires: 2026-01-31\n",
            &[
                "2: `A`: it repeats by a rule that a plan cannot keep, `FREQ=YEARLY;BYWEEKNO=20`: only its first day, 2026-01-31, was used",
            ],
        ),
        (
            "a date left out",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20260905\nRRULE:FREQ=MONTHLY;INTERVAL=3\nEXDATE;VALUE=DATE:20260605,20261205",
            "- id: a\n  name: A\n  expires: 2027-03-05\n",
            &[
                "2: `A`: it repeats by `FREQ=MONTHLY;INTERVAL=3` except on the dates of its EXDATE, which a plan cannot keep: only its next date, 2027-03-05, was used",
            ],
        ),
        (
            "a date beside the rule",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20260905\nRRULE:FREQ=MONTHLY;INTERVAL=3\nRDATE;VALUE=PERIOD:20261124T120000Z/PT1H\nRDATE;VALUE=DATE:20261125",
            "- id: a\n  name: A\n  expires: 2026-09-05\n",
            &[
                "2: `A`: it repeats by `FREQ=MONTHLY;INTERVAL=3` and on the dates of its RDATE, which a plan cannot keep: only its first day, 2026-09-05, was used",
            ],
        ),
        (
            "a date beside it, without a rule",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20260905\nRDATE;VALUE=DATE:20261225,20261125",
            "- id: a\n  name: A\n  expires: 2026-11-25\n",
            &["2: `A`: its RDATE gives it more dates: only its next date, 2026-11-25, was used"],
        ),
        (
            "a date left out of nothing",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20270905\nEXDATE;VALUE=DATE:20261225",
            "- id: a\n  name: A\n  expires: 2027-09-05\n",
            &["2: `A`: its EXDATE was left out: it has no rule"],
        ),
        (
            "an alarm that is there to say that there is none",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20270512\nBEGIN:VALARM\nACTION:AUDIO\nTRIGGER;VALUE=DATE-TIME:19760401T005545Z\nEND:VALARM\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-P29DT15H\nEND:VALARM",
            "calendar:\n  remind: [30d]\n\nplans:\n  - id: a\n    name: A\n    expires: 2027-05-12\n",
            &[],
        ),
        (
            "an alarm that nobody meant",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20270512\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER;VALUE=DATE-TIME:20170511T080000Z\nEND:VALARM\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER;VALUE=DATE-TIME:20170512T090000\nEND:VALARM",
            "calendar:\n  remind: [3652d]\n\nplans:\n  - id: a\n    name: A\n    expires: 2027-05-12\n",
            &["5: `A`: its alarm on 2017-05-11 was left out: that is more than ten years ahead"],
        ),
        (
            "every 90 days",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20250705\nRRULE:FREQ=DAILY;INTERVAL=90",
            "- id: a\n  name: A\n  expires: 2026-12-27\n  validity: 90 days\n  extends: from-expiry\n",
            &[],
        ),
        (
            "every 12 weeks, on its own weekday",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20250703\nRRULE:FREQ=WEEKLY;INTERVAL=12;BYDAY=TH",
            "- id: a\n  name: A\n  expires: 2027-02-11\n  validity: 84 days\n  extends: from-expiry\n",
            &[],
        ),
        (
            "a rule that ends",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20250705\nRRULE:FREQ=YEARLY;COUNT=5",
            "- id: a\n  name: A\n  expires: 2027-07-05\n  validity: 1 year\n  extends: from-expiry\n",
            &[
                "2: `A`: it repeats by a rule that ends, `FREQ=YEARLY;COUNT=5`: its next date, 2027-07-05, was used, and the end was left out",
            ],
        ),
        (
            "a rule that is over",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20200705\nRRULE:FREQ=YEARLY;UNTIL=20250704",
            "- id: a\n  name: A\n  expires: 2024-07-05\n",
            &[
                "2: `A`: it repeats by a rule that has ended, `FREQ=YEARLY;UNTIL=20250704`: its last date, 2024-07-05, was used",
            ],
        ),
        (
            "midnight to midnight, as Outlook writes a whole day",
            "SUMMARY:A\nDTSTART;TZID=W. Europe Standard Time:20290105T000000\nDTEND;TZID=W. Europe Standard Time:20290106T000000",
            "- id: a\n  name: A\n  expires: 2029-01-05\n",
            &[
                "2: `A`: its time, 00:00 in `W. Europe Standard Time`, was left out: the day there, 2029-01-05, was used",
            ],
        ),
        (
            "two days, midnight to midnight",
            "SUMMARY:A\nDTSTART:20290105T000000\nDTEND:20290107T000000",
            "- id: a\n  name: A\n  expires: 2029-01-05\n",
            &[
                "2: `A`: its time, 00:00, was left out: plans have whole days",
                "2: `A`: it lasts 2 days: the first day, 2029-01-05, was used",
            ],
        ),
        (
            "24 hours from midnight where the calendar is not",
            "SUMMARY:A\nDTSTART:20290104T230000Z\nDTEND:20290105T230000Z",
            "- id: a\n  name: A\n  expires: 2029-01-04\n",
            &[
                "2: `A`: its time, 23:00 UTC, was left out: the day in UTC, 2029-01-04, was used; is it the same where you are?",
            ],
        ),
        (
            "an evening and the morning after it",
            "SUMMARY:A\nDTSTART:20290105T220000\nDTEND:20290106T060000",
            "- id: a\n  name: A\n  expires: 2029-01-05\n",
            &[
                "2: `A`: its time, 22:00, was left out: plans have whole days",
                "2: `A`: it lasts 2 days: the first day, 2029-01-05, was used",
            ],
        ),
        (
            "quoted-printable, which iCalendar does not have",
            "SUMMARY:A\nDTSTART:20290105\nDESCRIPTION;ENCODING=QUOTED-PRINTABLE:One=0D=0ATwo",
            "- id: a\n  name: A\n  expires: 2029-01-05\n",
            &["2: `A`: left out: DESCRIPTION in quoted-printable"],
        ),
        (
            "a title in quoted-printable",
            "SUMMARY;ENCODING=QUOTED-PRINTABLE:Pr=E9paid\nDTSTART:20290105",
            "",
            &["2: an event without a title: it has no title that can be read: left out"],
        ),
        (
            "several days, and more than a plan holds",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20290314\nDTEND;VALUE=DATE:20290318\nLOCATION:Oslo\nATTENDEE:mailto:a@b.c\nATTENDEE:mailto:b@b.c\nURL:mailto:a@b.c",
            "- id: a\n  name: A\n  expires: 2029-03-14\n",
            &[
                "2: `A`: it lasts 4 days: the first day, 2029-03-14, was used",
                "2: `A`: left out: LOCATION, ATTENDEE",
                "2: `A`: its link was left out: `mailto:a@b.c` is not a web address",
            ],
        ),
        (
            "control characters",
            "SUMMARY:A\u{b}B\u{7f}\nDTSTART;VALUE=DATE:20290314",
            "- id: a-b\n  name: A B\n  expires: 2029-03-14\n",
            &["2: `A\\u{b}B\\u{7f}`: its characters that cannot be shown became spaces"],
        ),
        (
            "no day",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20290230",
            "",
            &["2: `A`: it has no day that can be read: left out"],
        ),
        (
            "no title",
            "UID:7\nDTSTART;VALUE=DATE:20290228",
            "",
            &["2: UID `7`: it has no title that can be read: left out"],
        ),
        (
            "cancelled",
            "SUMMARY:A\nDTSTART;VALUE=DATE:20290228\nSTATUS:CANCELLED",
            "",
            &["2: `A`: its status is `CANCELLED`: left out"],
        ),
    ] {
        let (found, told_now) = event(lines);
        assert_eq!(found, plan, "{reason}");
        assert_eq!(told_now, told, "{reason}");
    }
}

#[test]
fn a_zone_of_the_calendar_tells_the_day() {
    let text = "BEGIN:VCALENDAR\nX-WR-TIMEZONE:Europe/Oslo\nX-WR-CALNAME:Mine\nBEGIN:VEVENT\nSUMMARY:A\nDTSTART:20290314T233000Z\nEND:VEVENT\nBEGIN:VTODO\nSUMMARY:B\nDUE;VALUE=DATE:20290401\nEND:VTODO\nBEGIN:VJOURNAL\nSUMMARY:C\nEND:VJOURNAL\nEND:VCALENDAR\n";
    let place = Place::with("a.ics", text);
    assert_eq!(
        place.run(&["import", "a.ics", "--today", "2026-11-23"]),
        Left {
            code: Some(0),
            out: "# Imported from `a.ics`.\n\ncalendar:\n  name: Mine\n  timezone: Europe/Oslo\n\nplans:\n  - id: a\n    name: A\n    expires: 2029-03-15\n\n  - id: b\n    name: B\n    expires: 2029-04-01\n".to_owned(),
            err: "warning: a.ics:4: `A`: its time, 23:30 UTC, was left out: the day in Europe/Oslo, 2029-03-15 (00:30), was used\n\
                  warning: a.ics:8: `B`: a to-do: its due day, 2029-04-01, became the last day\n\
                  warning: a.ics:12: the calendar: a `VJOURNAL` was left out\n\
                  the plans file: 2 plans; 3 things could not be imported unchanged\n".to_owned(),
        }
    );
}

#[test]
fn vcalendar_1_0_is_refused_with_what_to_do() {
    let text = "BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\nSUMMARY;QUOTED-PRINTABLE:Pr=C3=A9paid\r\nDTSTART:20290105\r\nDALARM:20290104T090000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    assert_eq!(
        Place::with("a.vcs", text).run(&["import", "a.vcs"]),
        Left {
            code: Some(1),
            out: String::new(),
            err: "error: a.vcs: the file is vCalendar 1.0, a format before iCalendar\nhint: export the calendar again as iCalendar (.ics)\n".to_owned(),
        }
    );
}

#[test]
fn events_that_belong_to_another_become_no_plan() {
    let event = |uid: &str, day: &str, title: &str, more: &str| {
        format!(
            "BEGIN:VEVENT\nUID:{uid}\nSUMMARY:{title}\nDTSTART;VALUE=DATE:{day}\n{more}END:VEVENT\n"
        )
    };
    let alarm = "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-P6DT15H\nEND:VALARM\n";
    let of = |uid: &str| format!("RELATED-TO:{uid}\n");
    for (reason, events, plans, told) in [
        (
            "a notice on the day of a lead, in whatever words",
            vec![
                event("n", "20290307", "Passport soon", &of("e")),
                event("e", "20290314", "Passport", alarm),
            ],
            "- id: passport\n  name: Passport\n  expires: 2029-03-14\n",
            vec![],
        ),
        (
            "without an alarm the notice is the lead",
            vec![
                event("e", "20290314", "Passport", ""),
                event("n", "20290212", "Passport soon", &of("e")),
            ],
            "calendar:\n  remind: [30d]\n\nplans:\n  - id: passport\n    name: Passport\n    expires: 2029-03-14\n",
            vec![],
        ),
        (
            "another day is named",
            vec![
                event("e", "20290314", "Flight", alarm),
                event("n", "20290320", "Flight back", &of("e")),
            ],
            "- id: flight\n  name: Flight\n  expires: 2029-03-14\n",
            vec![
                "11: `Flight back`: its RELATED-TO names `Flight`, but 2029-03-20 is not a day of its warnings: left out",
            ],
        ),
        (
            "a notice of a notice, and alarms of its own",
            vec![
                event("e", "20290314", "A", alarm),
                event("n", "20290307", "B", &of("e")),
                event("m", "20290307", "C", &(of("n") + alarm)),
            ],
            "- id: a\n  name: A\n  expires: 2029-03-14\n",
            vec!["17: `C`: it is a notice of `A`: its own alarms were left out"],
        ),
        (
            "an event that is not there, a child, itself, one that repeats",
            vec![
                event("a", "20290101", "A", &of("x")),
                event("b", "20290102", "B", "RELATED-TO;RELTYPE=CHILD:a\n"),
                event("c", "20290103", "C", &of("c")),
                event("d", "20290104", "D", &(of("a") + "RRULE:FREQ=YEARLY\n")),
            ],
            "- id: a\n  name: A\n  expires: 2029-01-01\n\n- id: b\n  name: B\n  expires: 2029-01-02\n\n- id: c\n  name: C\n  expires: 2029-01-03\n\n- id: d\n  name: D\n  expires: 2029-01-04\n  validity: 1 year\n  extends: from-expiry\n",
            vec![],
        ),
    ] {
        let made = imported(&format!(
            "BEGIN:VCALENDAR\n{}END:VCALENDAR\n",
            events.concat()
        ));
        let text = made.plans_file.unwrap_or_default();
        let found = text.split_once("\n\n").map_or("", |(_, plans)| plans);
        assert_eq!(found, plans, "{reason}");
        let said = made.omissions.iter();
        let said = said.map(|said| format!("{}: {}: {}", said.line, said.subject, said.what));
        assert_eq!(said.collect::<Vec<_>>(), told, "{reason}");
    }
}

#[test]
fn a_known_title_gives_the_name_without_its_date() {
    let (plan, told) =
        event("SUMMARY:Passport expires on 14 Mar 2029\nDTSTART;VALUE=DATE:20290314");
    assert_eq!(
        plan,
        "- id: passport\n  name: Passport\n  expires: 2029-03-14\n"
    );
    assert!(told.is_empty(), "{told:?}");
    // The date is not that of the event.
    let (plan, _) = event("SUMMARY:Passport expires on 15 Mar 2029\nDTSTART;VALUE=DATE:20290314");
    assert!(
        plan.contains("name: Passport expires on 15 Mar 2029\n"),
        "{plan}"
    );
}

#[test]
fn one_uid_is_one_plan() {
    let event = |sequence: u32, name: &str| {
        format!(
            "BEGIN:VEVENT\nUID:1\nSEQUENCE:{sequence}\nSUMMARY:{name}\nDTSTART:20290314\nEND:VEVENT\n"
        )
    };
    let text = format!(
        "BEGIN:VCALENDAR\n{}{}{}END:VCALENDAR\n",
        event(2, "B"),
        event(3, "C"),
        event(1, "A")
    );
    let made = imported(&text);
    assert!(
        made.plans_file
            .expect("a plan")
            .ends_with("- id: c\n  name: C\n  expires: 2029-03-14\n")
    );
    let told: Vec<(usize, &str)> = made
        .omissions
        .iter()
        .map(|told| (told.line, told.subject.as_str()))
        .collect();
    assert_eq!(told, [(2, "`B`"), (14, "`A`")]);
}

#[test]
fn a_file_without_plans_says_so() {
    for (name, text, message) in [
        (
            "a.ics",
            "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
            "error: a.ics: none of its events and to-dos can become a plan; nothing was written\n",
        ),
        (
            "a.csv",
            "name,expires\n",
            "error: a.csv: none of its rows can become a plan; nothing was written\n",
        ),
        ("a.csv", "", "error: a.csv: the file is empty\n"),
        (
            "a.csv",
            "\u{feff}\r\n \r\n",
            "error: a.csv: the file is empty\n",
        ),
        (
            "a.csv",
            "name,date\nA,2027-01-05\n",
            "error: a.csv: no column has a date; the header has `name`, `date`\nhint: name it `expires`, or use two columns: `renewed` and `validity`\n",
        ),
        (
            "a.ics",
            "\n<!doctype html>\n<html><title>Sign in</title></html>\n",
            "error: a.ics: the file is an HTML page\nhint: save the calendar or the table itself: this is a page about it, or a login page\n",
        ),
        (
            "a.csv",
            "<html lang=\"en\">name,expires</html>\n",
            "error: a.csv: the file is an HTML page\nhint: save the calendar or the table itself: this is a page about it, or a login page\n",
        ),
        (
            "a.csv",
            "expires\n2027-01-05\n",
            "error: a.csv: no column is called `name`; the header has `expires`\nhint: the first line names the columns, as in `name,expires,price`\n",
        ),
    ] {
        let left = Place::with(name, text).run(&["import", name, "-o", "plans.yaml"]);
        assert_eq!(
            left,
            Left {
                code: Some(1),
                out: String::new(),
                err: message.to_owned()
            },
            "{text:?}"
        );
    }
}

#[test]
fn a_file_that_is_cut_off_is_an_error_and_not_silent() {
    let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:A\r\nDTSTART:20290314\r\nDESCR";
    let left = Place::with("a.ics", text).run(&["import", "a.ics"]);
    assert_eq!(left.code, Some(1));
    assert!(left.out.contains("name: A\n"));
    assert_eq!(
        left.err,
        "error: a.ics:1: the calendar: no `END:VCALENDAR` for this `BEGIN`: is the file cut off?\n\
         error: a.ics:2: the calendar: no `END:VEVENT` for this `BEGIN`: is the file cut off?\n\
         warning: a.ics:5: the calendar: the line is not a property: it needs a name and a colon\n\
         the plans file: 1 plan; 3 things could not be imported unchanged\n"
    );
}
