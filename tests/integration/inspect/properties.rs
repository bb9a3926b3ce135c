//! `check FEED.ics`: each property against the table of RFC 5545 and RFC 7986.

use weekahead::internals::inspect;

use super::{feed, told};

/// Each row puts a line in front of SEQUENCE, or in place of the line of the same property.
#[test]
fn each_property_is_held_against_the_table() {
    let refused = "Home Assistant refuses the whole feed";
    for (line, expected, whom) in [
        (
            "DTSTAMP:yesterday",
            "error 8:1 DTSTAMP `yesterday` is not a valid date",
            refused,
        ),
        (
            "DTSTAMP:20261005T120000",
            "warning 8:1 DTSTAMP `20261005T120000` is not in UTC",
            "GNOME",
        ),
        (
            "LAST-MODIFIED:20261005",
            "error 9:1 LAST-MODIFIED `20261005` is not a valid date",
            refused,
        ),
        (
            "CREATED:20261305T120000Z",
            "error 9:1 CREATED `20261305T120000Z` is not a valid date",
            refused,
        ),
        (
            "SEQUENCE:a",
            "error 9:1 SEQUENCE `a` is not a valid whole number",
            refused,
        ),
        (
            "SEQUENCE:-1",
            "warning 9:1 SEQUENCE `-1`: allowed are 0 to 2147483647",
            "programs",
        ),
        (
            "PRIORITY:10",
            "error 9:1 PRIORITY `10`: allowed are 0 to 9",
            refused,
        ),
        (
            "GEO:59.9,10.7",
            "error 9:1 GEO `59.9,10.7` is not a valid place",
            refused,
        ),
        (
            "GEO:91;0",
            "warning 9:1 GEO `91;0` is not a place on earth",
            "latitude",
        ),
        (
            "STATUS:confirmed",
            "error 9:1 STATUS is `confirmed`: allowed is `TENTATIVE`, `CONFIRMED`, `CANCELLED`",
            refused,
        ),
        (
            "CLASS:SECRET",
            "warning 9:1 CLASS is `SECRET`: allowed is `PUBLIC`, `PRIVATE`, `CONFIDENTIAL`",
            "PRIVATE",
        ),
        (
            "LOCATION:a\r\nLOCATION:b",
            "error 10:1 a second LOCATION: line 9 has the first",
            refused,
        ),
        (
            "LOCATION:a, b",
            "warning 9:1 a comma or semicolon without a backslash",
            "a program",
        ),
        (
            "LOCATION:a\\x",
            "warning 9:1 a backslash that escapes nothing",
            "some programs",
        ),
        (
            "DUE:20270105T090000Z",
            "warning 9:1 DUE has no meaning here",
            "programs",
        ),
        (
            "COLOR:#1E88E5",
            "warning 9:1 COLOR is not a colour name of CSS3",
            "teal",
        ),
        ("DURATION:P1D", "warning 9:1 DTEND and DURATION", "programs"),
        (
            "ATTACH:photo.png",
            "warning 9:1 ATTACH `photo.png` is not an address",
            "programs",
        ),
        (
            "ATTACH:JavaScript:alert(1)",
            "error 9:1 ATTACH `JavaScript:alert(1)` is a program",
            "reader",
        ),
        (
            "ATTACH:https://telenor.no@evil.example/",
            "warning 9:1 ATTACH `https://telenor.no@evil.example/` leads to `evil.example` and not to `telenor.no`",
            "reader",
        ),
        (
            "ORGANIZER:Kim",
            "warning 9:1 ORGANIZER `Kim` is not an address",
            "mailto:kim@example.org",
        ),
        (
            "ATTENDEE;CN=Doe, Kim:mailto:k@a.example",
            "error 9:1 ATTENDEE has several values of CN",
            refused,
        ),
        (
            "COMMENT;language=en:a",
            "error 9:1 `language` is not a parameter name: allowed are capitals, digits and `-`",
            refused,
        ),
        (
            "X_LINK:a",
            "error 9:1 `X_LINK` is not a property name: allowed are letters, digits and `-`",
            refused,
        ),
        (
            "ATTACH;VALUE=TEXT:a",
            "warning 9:1 ATTACH with VALUE=`TEXT`: allowed is `URI`, `BINARY`",
            "programs",
        ),
        (
            "REQUEST-STATUS:2.0",
            "error 9:1 REQUEST-STATUS `2.0` is not a valid status of a request",
            refused,
        ),
        (
            "TRIGGER:20261229T080000",
            "error 17:1 TRIGGER `20261229T080000` is not in UTC",
            "Google Calendar drops the whole event",
        ),
        (
            "TRIGGER:-1D",
            "error 17:1 TRIGGER `-1D` is not a valid length of time",
            refused,
        ),
        (
            "REPEAT:2",
            "error 15:1 an alarm with one of REPEAT and DURATION",
            refused,
        ),
        (
            "REFRESH-INTERVAL:VALUE=DURATION:PT1H",
            "error 4:1 REFRESH-INTERVAL `VALUE=DURATION:PT1H` is not a valid length of time",
            refused,
        ),
        (
            "REFRESH-INTERVAL:PT1H",
            "warning 4:1 REFRESH-INTERVAL without VALUE",
            "RFC 7986",
        ),
        (
            "VERSION:1.0",
            "error 2:1 VERSION is `1.0`: allowed is `2.0`",
            "programs",
        ),
        ("NAME;LANGUAGE=nb:B", "", ""),
    ] {
        let name = line.split([':', ';']).next().expect("a name");
        let text = feed(|good| {
            let own = good
                .split_inclusive("\r\n")
                .find(|own| own.starts_with(&format!("{name}:")));
            match own {
                Some(own) if name != "NAME" => good.replacen(own, &format!("{line}\r\n"), 1),
                _ => {
                    let before = match name {
                        "REFRESH-INTERVAL" | "NAME" => "NAME:A",
                        "REPEAT" => "TRIGGER",
                        _ => "SEQUENCE",
                    };
                    good.replacen(before, &format!("{line}\r\n{before}"), 1)
                }
            }
        });
        let found = inspect(text.as_bytes());
        let hints = found
            .problems
            .iter()
            .map(|(_, problem)| problem.what.hint.as_deref());
        let shown = hints.flatten().any(|hint| hint.contains(whom));
        assert!(shown || expected.is_empty(), "{line}: {:?}", found.problems);
        let told = told(text.as_bytes());
        // An alarm with REPEAT, or at an absolute time, has a warning of its own as well.
        let told: Vec<&String> = told
            .iter()
            .filter(|told| !told.starts_with("warning 17:1 an alarm "))
            .collect();
        let expected: Vec<&str> = [expected]
            .into_iter()
            .filter(|line| !line.is_empty())
            .collect();
        assert_eq!(told, expected, "{line}");
    }
}

#[test]
fn what_other_programs_write_is_no_error() {
    let event = "ATTENDEE;CUTYPE=INDIVIDUAL;RSVP=TRUE;CN=\"Doe, Kim\";X-NUM-GUESTS=0;MEMBER=\"mailto:a@b.example\",\"mailto:c@d.example\":mailto:kim@a.example\r\n\
        RDATE;VALUE=PERIOD:20270105T090000Z/PT1H,20270106T090000Z/20270106T100000Z\r\n\
        EXDATE;VALUE=DATE:20270105,20280105\r\nCATEGORIES:A,B\r\nGEO:59.913868;10.752245\r\n\
        CREATED:19000101T120000Z\r\nX-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC\r\nX-A:a, b; c\\x\r\n\
        COMMENT:one\r\nCOMMENT:two\r\nATTACH;VALUE=BINARY;ENCODING=BASE64:QUJD\r\n";
    let zone = "BEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\n\
        TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
    let text = feed(|good| {
        good.replacen("SEQUENCE", &format!("{event}SEQUENCE"), 1)
            .replacen("BEGIN:VEVENT", &format!("{zone}BEGIN:VEVENT"), 1)
            .replacen("TRIGGER:-P6DT15H", "TRIGGER;RELATED=END:-P1W", 1)
            .replacen("DTEND;VALUE=DATE:20270106", "DURATION:P1W", 1)
    });
    let told = told(text.as_bytes());
    let known = [
        "a line of",
        "repeats the event by a rule",
        "counts from the end",
    ];
    let others: Vec<&String> = told
        .iter()
        .filter(|told| !known.iter().any(|known| told.contains(known)))
        .collect();
    assert_eq!(others, Vec::<&String>::new());
}

#[test]
fn times_of_one_component_go_together() {
    let refused = |line, what: &str| vec![format!("error {line}:1 {what}")];
    let rule = "warning 11:1 RRULE repeats the event by a rule".to_owned();
    for (start, end, expected) in [
        (
            "DTSTART:20270105T090000",
            "DTEND:20270105T100000Z",
            refused(
                11,
                "DTEND has a time zone and DTSTART has none, or the other way round",
            ),
        ),
        ("DTSTART:20270105T090000", "DTEND:20270105T100000", vec![]),
        (
            "DTSTART;VALUE=DATE:20270105",
            "DURATION:PT9H",
            refused(11, "DURATION has hours, and DTSTART is a day"),
        ),
        (
            "DTSTART:20270105T090000Z\r\nRRULE:FREQ=YEARLY;UNTIL=20300105",
            "DTEND:20270105T100000Z",
            vec![
                "error 11:1 UNTIL has no time, and DTSTART has one".to_owned(),
                rule.clone(),
            ],
        ),
        (
            "DTSTART:20270105T090000\r\nRRULE:FREQ=YEARLY;UNTIL=20300105T090000Z",
            "DTEND:20270105T100000",
            vec![
                "error 11:1 UNTIL is in UTC, and DTSTART has no time zone".to_owned(),
                rule.clone(),
            ],
        ),
        (
            "DTSTART:20270105T090000Z\r\nRRULE:FREQ=YEARLY;BYDAY=XX",
            "DTEND:20270105T100000Z",
            vec![
                "error 11:1 RRULE: cannot read the part `BYDAY=XX`".to_owned(),
                rule.clone(),
            ],
        ),
        (
            "DTSTART;TZID=Nowhere:20270105T090000",
            "DTEND;TZID=Nowhere:20270105T100000",
            refused(
                10,
                "no VTIMEZONE describes the zone `Nowhere`, and IANA has no zone of that name",
            ),
        ),
    ] {
        let text = feed(|good| {
            good.replacen("DTSTART;VALUE=DATE:20270105", start, 1)
                .replacen("DTEND;VALUE=DATE:20270106", end, 1)
        });
        assert_eq!(told(text.as_bytes()), expected, "{start} {end}");
    }
}
