//! `check FEED.ics`: what a program would show, and what in a feed breaks one.

use weekahead::internals::{Reporter, Severity, inspect};

use crate::golden;
use crate::harness::{Left, Place};

mod properties;

/// A feed of one event to which nothing can be objected, with other lines in places.
fn feed(change: impl Fn(&str) -> String) -> String {
    let good = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a//b//EN\r\nNAME:A\r\nX-WR-CALNAME:A\r\n\
        BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261005T120000Z\r\nSEQUENCE:1\r\nDTSTART;VALUE=DATE:20270105\r\n\
        DTEND;VALUE=DATE:20270106\r\nSUMMARY:A expires\r\nTRANSP:TRANSPARENT\r\n\
        X-MICROSOFT-CDO-BUSYSTATUS:FREE\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P6DT15H\r\n\
        DESCRIPTION:A\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    change(good)
}

/// Each problem as `severity line:column message`.
fn told(text: &[u8]) -> Vec<String> {
    let found = inspect(text);
    let reporter = Reporter::new("a.ics", text, false);
    let problems = found.problems.iter().map(|(severity, problem)| {
        let at = reporter.position(problem.span.start);
        assert!(problem.what.hint.is_some() || *severity == Severity::Error);
        let (line, column) = (at.line, at.column);
        format!(
            "{} {line}:{column} {}",
            severity.name(),
            problem.what.message
        )
    });
    problems.collect()
}

#[test]
fn a_feed_of_ours_has_no_problem() {
    for (name, text) in golden::feeds() {
        let far = "an alarm more than a month ahead: Thunderbird never rings it";
        let lines: &[usize] = match name.as_str() {
            // `check` says the same of its list, which has no notices.
            "settings" => &[37, 67, 93],
            _ => &[],
        };
        let expected = lines.iter().map(|line| format!("warning {line}:1 {far}"));
        assert_eq!(
            told(text.as_bytes()),
            expected.collect::<Vec<_>>(),
            "{name}"
        );
        let found = inspect(text.as_bytes());
        assert_eq!(
            found.events.len(),
            text.matches("BEGIN:VEVENT").count(),
            "{name}"
        );
        let alarms: usize = found.events.iter().map(|event| event.alarms.len()).sum();
        assert_eq!(alarms, text.matches("BEGIN:VALARM").count(), "{name}");
    }
}

#[test]
fn whatever_breaks_a_program_is_told_with_its_line() {
    assert_eq!(told(feed(str::to_owned).as_bytes()), Vec::<String>::new());
    for (reason, from, to, expected) in [
        (
            "a lone CR",
            "A expires",
            "A\rB:expires",
            &["error 12:10 a carriage return without a line feed"][..],
        ),
        (
            "LF",
            "VERSION:2.0\r\n",
            "VERSION:2.0\n",
            &["warning 2:12 a line ends in LF and not in CRLF"],
        ),
        (
            "an empty line",
            "UID:1\r\n",
            "UID:1\r\n\r\n",
            &["warning 8:1 an empty line"],
        ),
        (
            "a control character",
            "A expires",
            "A\u{b}",
            &["error 12:10 control character U+000B"],
        ),
        (
            "a separator",
            "A expires",
            "A\u{2028}",
            &["error 12:10 the line separator U+2028 within a line"],
        ),
        (
            "a long line",
            "A expires",
            "0123456789012345678901234567890123456789012345678901234567890123456789",
            &["warning 12:1 a line of 78 octets: allowed up to 75"],
        ),
        ("no UID", "UID:1\r\n", "", &["error 6:1 no UID"]),
        (
            "no DTSTAMP",
            "DTSTAMP:20261005T120000Z\r\n",
            "",
            &["error 6:1 no DTSTAMP"],
        ),
        (
            "no DTEND",
            "DTEND;VALUE=DATE:20270106\r\n",
            "",
            &["error 6:1 neither DTEND nor DURATION"],
        ),
        (
            "no DTSTART",
            "DTSTART;VALUE=DATE:20270105\r\n",
            "",
            &["error 6:1 no DTSTART"],
        ),
        (
            "no SUMMARY",
            "SUMMARY:A expires\r\n",
            "",
            &["warning 6:1 no SUMMARY"],
        ),
        (
            "no stamps",
            "SEQUENCE:1\r\n",
            "",
            &["warning 6:1 neither LAST-MODIFIED nor SEQUENCE"],
        ),
        (
            "DTEND = DTSTART",
            "20270106",
            "20270105",
            &["error 11:1 DTEND is not later than DTSTART"],
        ),
        (
            "no such day",
            "20270105",
            "20270230",
            &["error 10:1 DTSTART `20270230` is not a valid date"],
        ),
        (
            "a day that is none",
            "DTSTART;VALUE=DATE:",
            "DTSTART:",
            &["error 10:1 DTSTART is a day, but has no VALUE that says so"],
        ),
        (
            "busy",
            "TRANSP:TRANSPARENT\r\n",
            "",
            &["warning 6:1 the all-day event shows its reader as busy"],
        ),
        (
            "METHOD",
            "NAME:A\r\nX-",
            "METHOD:PUBLISH\r\nNAME:A\r\nX-",
            &["warning 4:1 METHOD makes the feed a message"],
        ),
        (
            "X-WR-TIMEZONE",
            "NAME:A\r\nX-",
            "X-WR-TIMEZONE:UTC\r\nNAME:A\r\nX-",
            &["warning 4:1 X-WR-TIMEZONE names a zone for the whole feed"],
        ),
        (
            "one name",
            "NAME:A\r\nX-",
            "X-",
            &["warning 4:1 X-WR-CALNAME without NAME"],
        ),
        (
            "no VERSION",
            "VERSION:2.0\r\n",
            "",
            &["error 1:1 no VERSION"],
        ),
        (
            "no PRODID",
            "PRODID:-//a//b//EN\r\n",
            "",
            &["error 1:1 no PRODID"],
        ),
        (
            "X-ALT-DESC",
            "SEQ",
            "X-ALT-DESC:x\r\nSEQ",
            &["warning 9:1 X-ALT-DESC is a second description"],
        ),
        (
            "RRULE",
            "SEQ",
            "RRULE:FREQ=YEARLY\r\nSEQ",
            &["warning 9:1 RRULE repeats the event by a rule"],
        ),
        (
            "a hidden link",
            "SEQ",
            "URL:https://x.y/\r\nSEQ",
            &["warning 9:1 the link is not in the description"],
        ),
        (
            "no ACTION",
            "ACTION:DISPLAY\r\n",
            "",
            &["error 15:1 no ACTION"],
        ),
        (
            "another ACTION",
            "ACTION:DISPLAY",
            "ACTION:EMAIL",
            &[
                "error 15:1 an alarm without SUMMARY",
                "warning 16:1 an alarm with the action `EMAIL`",
            ],
        ),
        (
            "no DESCRIPTION",
            "DESCRIPTION:A\r\n",
            "",
            &["error 15:1 an alarm without DESCRIPTION"],
        ),
        (
            "no TRIGGER",
            "TRIGGER:-P6DT15H\r\n",
            "",
            &["error 15:1 no TRIGGER"],
        ),
        (
            "no duration",
            "-P6DT15H",
            "soon",
            &["error 17:1 TRIGGER `soon` is not a valid length of time"],
        ),
        (
            "behind",
            "-P6DT15H",
            "PT9H",
            &["warning 17:1 an alarm that rings after its event begins"],
        ),
        (
            "absolute",
            "TRIGGER:-P6DT15H",
            "TRIGGER;VALUE=DATE-TIME:20261229T080000Z",
            &["warning 17:1 an alarm at an absolute time"],
        ),
        (
            "from the end",
            "TRIGGER:",
            "TRIGGER;RELATED=END:",
            &["warning 17:1 an alarm that counts from the end of its event"],
        ),
        (
            "far",
            "-P6DT15H",
            "-P60D",
            &["warning 15:1 an alarm more than a month ahead: Thunderbird never rings it"],
        ),
        (
            "today",
            "A expires",
            "A expires Today",
            &["warning 12:1 the title says `today`, and an alarm rings on an earlier day"],
        ),
        (
            "tomorrow",
            "A expires",
            "Tomorrow: A",
            &["warning 12:1 the title says `tomorrow`, and an alarm rings on an earlier day"],
        ),
        (
            "today in Norwegian",
            "A expires",
            "A utløper i dag",
            &["warning 12:1 the title says `i dag`, and an alarm rings on an earlier day"],
        ),
        (
            "tomorrow in Norwegian",
            "A expires",
            "A utløper i morgen",
            &["warning 12:1 the title says `i morgen`, and an alarm rings on an earlier day"],
        ),
        (
            "today in Chinese",
            "A expires",
            "A 今天到期",
            &["warning 12:1 the title says `今天`, and an alarm rings on an earlier day"],
        ),
        (
            "tomorrow in Chinese",
            "A expires",
            "A 明天到期",
            &["warning 12:1 the title says `明天`, and an alarm rings on an earlier day"],
        ),
        (
            "a UID in an alarm",
            "TRIGGER:",
            "UID:2\r\nTRIGGER:",
            &["warning 17:1 an alarm with UID"],
        ),
        (
            "a to-do",
            "BEGIN:VEVENT",
            "BEGIN:VTODO\r\nEND:VTODO\r\nBEGIN:VEVENT",
            &[
                "error 6:1 no DTSTAMP",
                "error 6:1 no UID",
                "warning 6:1 a VTODO: most programs do not show the to-dos of a calendar that they subscribe to",
            ],
        ),
        (
            "a zone that is not described",
            "DTSTART;VALUE=DATE:20270105\r\nDTEND;VALUE=DATE:20270106",
            "DTSTART;TZID=Europe/Oslo:20270105T090000\r\nDTEND:20270105T090000Z",
            &["warning 10:1 no VTIMEZONE describes the zone `Europe/Oslo`"],
        ),
        (
            "cut off",
            "END:VEVENT\r\nEND:VCALENDAR\r\n",
            "",
            &[
                "error 1:1 no `END:VCALENDAR` for this `BEGIN`: is the file cut off?",
                "error 6:1 no `END:VEVENT` for this `BEGIN`: is the file cut off?",
            ],
        ),
        (
            "its end",
            "END:VCALENDAR\r\n",
            "END:VCALENDAR",
            &["warning 21:14 the last line has no line ending"],
        ),
    ] {
        let text = feed(|good| {
            assert!(good.contains(from), "{reason}");
            good.replacen(from, to, 1)
        });
        assert_eq!(told(text.as_bytes()), expected, "{reason}");
    }
}

#[test]
fn today_may_stand_in_a_title_that_is_read_on_the_day() {
    let alarm =
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P6DT15H\r\nDESCRIPTION:A\r\nEND:VALARM\r\n";
    let trigger = "TRIGGER:-P6DT15H";
    for (reason, title, from, to, warnings) in [
        ("no alarm", "A expires today", alarm, "", 0),
        (
            "an alarm of midnight",
            "A expires today",
            trigger,
            "TRIGGER:PT0S",
            0,
        ),
        (
            "an alarm of the day before",
            "A expires today",
            trigger,
            "TRIGGER:-PT15H",
            1,
        ),
        ("a longer word", "A todays itoday", trigger, trigger, 0),
        ("a date", "A expires on 5 Jan 2027", trigger, trigger, 0),
        (
            "a name, and a date",
            "USA Today expires on 5 Jan 2027",
            trigger,
            trigger,
            0,
        ),
        (
            "a name in Chinese, and a date",
            "今天头条 于 2027年1月5日到期",
            trigger,
            trigger,
            0,
        ),
        (
            "a number that is no year",
            "A 12027 expires today",
            trigger,
            trigger,
            1,
        ),
    ] {
        let text = feed(|good| {
            assert!(good.contains(from), "{reason}");
            good.replacen("A expires", title, 1).replacen(from, to, 1)
        });
        let found = told(text.as_bytes());
        assert_eq!(found.len(), warnings, "{reason}: {found:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_told_once() {
    let text = feed(|good| good.replacen("A expires", "P|\u{e5}", 1));
    let at = text.find('|').expect("a mark");
    let mut bytes = text.clone().into_bytes();
    bytes.splice(at..=at + 2, *b"\xe5");
    // What cannot be read is not there.
    let expected = ["warning 6:1 no SUMMARY", "error 12:10 not UTF-8: 0xE5"];
    assert_eq!(told(&bytes), expected);
    let mut bytes = text.into_bytes();
    bytes.splice(at..=at + 2, *b"\xc3\r\n \xa5");
    assert_eq!(told(&bytes), ["error 12:11 a fold inside a character"]);
    let marked = [b"\xef\xbb\xbf", feed(str::to_owned).as_bytes()].concat();
    assert_eq!(
        told(&marked),
        ["warning 1:1 a byte-order mark comes before the calendar"]
    );
}

#[test]
fn what_only_all_events_tell() {
    let event = |good: &str| {
        let start = good.find("BEGIN:VEVENT").expect("an event");
        let end = good.find("END:VCALENDAR").expect("an end");
        (start, end)
    };
    let none = feed(|good| {
        let (start, end) = event(good);
        good[..start].to_owned() + &good[end..]
    });
    assert_eq!(told(none.as_bytes()), ["error 1:1 no VEVENT"]);
    let twice = feed(|good| {
        let (start, end) = event(good);
        good[..end].to_owned() + &good[start..]
    });
    assert_eq!(
        told(twice.as_bytes()),
        ["error 22:1 the UID `1` is used twice: line 7 has it too"]
    );
    let calendars = feed(|good| good.to_owned() + &good.replacen("UID:1", "UID:2", 1));
    assert_eq!(
        told(calendars.as_bytes()),
        ["error 22:1 a second calendar in one file"]
    );
    let many = feed(|good| {
        let (start, end) = event(good);
        let events: Vec<String> = (0..1001)
            .map(|index| good[start..end].replacen("UID:1", &format!("UID:{index}"), 1))
            .collect();
        good[..start].to_owned() + &events.concat() + &good[end..]
    });
    assert_eq!(told(many.as_bytes()).len(), 1);
    assert!(told(many.as_bytes())[0].contains("1001 events: Google Calendar drops"));
    for nothing in ["", "<html>", "hello: world\r\n"] {
        let found = told(nothing.as_bytes());
        assert!(
            found
                .iter()
                .any(|problem| problem.ends_with("there is no calendar in this file")),
            "{nothing}: {found:?}"
        );
    }
}

#[test]
fn the_command_shows_what_a_program_would() {
    let place = Place::with("a.ics", feed(str::to_owned));
    place.file("a.yaml", "- {id: a, name: A, expires: 2027-01-31}\n");
    let shown = "a.ics: all is well; a program shows 1 event (1 kB)\n  2027-01-05  A expires\n              rings on 2026-12-29 at 09:00\n";
    assert_eq!(
        place.run(&["check", "a.ics", "a.yaml", "--today", "2026-11-23"]),
        Left {
            code: Some(0),
            out: format!("a.yaml: all is well (1 plan, 5 events)\n{shown}"),
            err: String::new(),
        }
    );
    place.file(
        "b.ICS",
        feed(|good| good.replacen("TRANSP:TRANSPARENT\r\n", "", 1)),
    );
    let left = place.run(&["check", "b.ICS"]);
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
    assert_eq!(
        left.out,
        "warning: the all-day event shows its reader as busy\n --> b.ICS:6:1\n  |\n6 | BEGIN:VEVENT\n  | ^^^^^^^^^^^^\n  |\n  = hint: add `TRANSP:TRANSPARENT`\n\
         b.ICS: a program shows 1 event (1 kB)\n  2027-01-05  A expires\n              rings on 2026-12-29 at 09:00\n1 warning\n"
    );
    assert_eq!(place.run(&["check", "b.ICS", "--strict"]).code, Some(1));
    place.file("c.ics", feed(|good| good.replacen("UID:1\r\n", "", 1)));
    assert_eq!(place.run(&["check", "c.ics"]).code, Some(1));
    assert_eq!(
        place.run(&["check", "none.ics"]),
        Left {
            code: Some(3),
            out: String::new(),
            err: "error: cannot read `none.ics`: no such file or directory\n".to_owned(),
        }
    );
}

#[test]
fn programs_get_json() {
    let place = Place::with(
        "a.ics",
        feed(|good| good.replacen("SUMMARY:A expires\r\n", "", 1)),
    );
    let left = place.run(&["check", "a.ics", "--json"]);
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
    let report: serde_json::Value = serde_json::from_str(&left.out).expect("JSON");
    assert_eq!(report[0]["events"], 1);
    assert_eq!(report[0]["problems"][0]["message"], "no SUMMARY");
    assert_eq!(report[0]["problems"][0]["line"], 6);
    let expected = serde_json::json!([{
        "line": 6, "date": "2027-01-05", "time": null, "title": "", "alarms": ["2026-12-29T09:00:00"],
    }]);
    assert_eq!(report[0]["shown"], expected);
    place.file("a.yaml", "- {name: A, expires: 2027-01-31}\n");
    let report = place.run(&["check", "a.yaml", "--json"]).out;
    assert!(!report.contains("shown"), "{report}");
}
