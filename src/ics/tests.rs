use jiff::Span;
use proptest::prelude::{any, prop, proptest};
use proptest::test_runner::Config;

use super::limits::{MAX_DEPTH, MAX_LINE_BYTES};
use super::{Component, Piece, ReadError, Reader, parse_duration, split_texts, unescape};

fn pieces(text: &str) -> Vec<Piece> {
    Reader::new(text.as_bytes()).collect()
}

fn errors(text: &str) -> Vec<(usize, ReadError)> {
    let pieces = pieces(text).into_iter();
    pieces
        .filter_map(|piece| match piece {
            Piece::Unreadable(place, error) => Some((place.line, error)),
            _ => None,
        })
        .collect()
}

fn components(text: &str) -> Vec<Component> {
    let pieces = pieces(text).into_iter();
    pieces
        .filter_map(|piece| match piece {
            Piece::Component(component) => Some(component),
            _ => None,
        })
        .collect()
}

#[test]
fn every_line_end_and_fold_is_read() {
    for end in ["\r\n", "\n", "\r"] {
        let text = "BEGIN:VCALENDAR|BEGIN:VEVENT|summary;LANGUAGE=nb:P|\u{e5}f\\, |  yll|BEGIN:VALARM|TRIGGER:-P1D|END:VALARM|END:VEVENT|END:VCALENDAR|"
            .replace("P|\u{e5}", "P\u{e5}")
            .replace('|', end);
        assert_eq!(errors(&text), []);
        let found = components(&text);
        assert_eq!(found.len(), 1);
        let summary = found[0].property("SUMMARY").expect("a SUMMARY");
        assert_eq!(summary.value, "P\u{e5}f,  yll");
        assert_eq!(summary.parameter("LANGUAGE"), Some("nb"));
        assert_eq!(summary.place.line, 3);
        let trigger = found[0].components[0].property("TRIGGER").expect("one");
        assert_eq!((trigger.value.as_str(), trigger.place.line), ("-P1D", 6));
    }
    let inside =
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:P\xc3\n \xa5\nEND:VEVENT\nEND:VCALENDAR\n";
    let found: Vec<Piece> = Reader::new(inside).collect();
    assert!(
        matches!(&found[1], Piece::Component(event) if event.properties[0].value == "P\u{e5}"),
        "a fold inside a character: {found:?}"
    );
}

#[test]
fn what_cannot_be_read_has_its_line() {
    let ended = |name: &str| ReadError::NeverEnded(name.to_owned());
    let began = |name: &str| ReadError::NeverBegan(name.to_owned());
    for (reason, text, expected) in [
        ("nothing", "", vec![]),
        ("no calendar", "a,b\n", vec![(1, ReadError::NotAProperty)]),
        (
            "a line outside",
            "A:b\n",
            vec![(1, ReadError::OutsideCalendar)],
        ),
        (
            "cut off",
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nBEGIN:VALARM\nTRIG",
            vec![
                (4, ReadError::NotAProperty),
                (3, ended("VALARM")),
                (2, ended("VEVENT")),
                (1, ended("VCALENDAR")),
            ],
        ),
        (
            "an event in an event",
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n",
            vec![(2, ended("VEVENT"))],
        ),
        (
            "ends of nothing",
            "BEGIN:VCALENDAR\nEND:VEVENT\nEND:VCALENDAR\nEND:VCALENDAR\n",
            vec![(2, began("VEVENT")), (4, began("VCALENDAR"))],
        ),
        (
            "no value",
            "BEGIN:VCALENDAR\nSUMMARY;X=1\nEND:VCALENDAR\n",
            vec![(2, ReadError::RefusedProperty)],
        ),
    ] {
        assert_eq!(errors(text), expected, "{reason}");
    }
    assert_eq!(components("BEGIN:VCALENDAR\nBEGIN:VEVENT\nA:b").len(), 1);
}

#[test]
fn depth_and_length_are_bounded() {
    let deep = format!(
        "BEGIN:VCALENDAR\n{}{}END:VCALENDAR\n",
        "BEGIN:X\n".repeat(100_000),
        "END:X\n".repeat(100_000)
    );
    assert_eq!(errors(&deep), [(MAX_DEPTH + 2, ReadError::TooDeep)]);
    let long = format!(
        "BEGIN:VCALENDAR\nA:{}\nB:c\nEND:VCALENDAR\n",
        "x".repeat(MAX_LINE_BYTES)
    );
    assert_eq!(errors(&long), [(2, ReadError::LineTooLong)]);
    let folded = format!(
        "BEGIN:VCALENDAR\nA:x\n{}B:c\nEND:VCALENDAR\n",
        " 0123456789\n".repeat(MAX_LINE_BYTES / 10 + 1)
    );
    assert_eq!(errors(&folded), [(2, ReadError::LineTooLong)]);
}

#[test]
fn durations_and_lists() {
    for (text, expected) in [
        ("-P6DT15H", Some(-(6 * 86_400 + 15 * 3600))),
        ("P1W", Some(7 * 86_400)),
        ("+PT30M", Some(1800)),
        ("-PT0S", Some(0)),
        ("P", None),
        ("PT", None),
        ("P1", None),
        ("P1H", None),
        ("P1M", None),
        ("PT1D", None),
        ("1D", None),
        ("P99999999999999D", None),
    ] {
        assert_eq!(parse_duration(text), expected, "{text}");
    }
    assert_eq!(split_texts(r"a\,b,c\;d\\,\n"), ["a,b", "c;d\\", "\n"]);
    assert_eq!(unescape(r"a, b\, c\\; d\n"), "a, b, c\\; d\n");
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(2000) })]
    #[test]
    fn a_duration_means_the_same_to_another_reader(
        sign in "[-+]?",
        counts in prop::array::uniform5(prop::option::of(0_u32..100_000)),
    ) {
        let part = |index: usize, unit| counts[index].map(|count| format!("{count}{unit}")).unwrap_or_default();
        let (days, time) = (part(0, 'W') + &part(1, 'D'), part(2, 'H') + &part(3, 'M') + &part(4, 'S'));
        let text = format!("{sign}P{days}{}{time}", if time.is_empty() { "" } else { "T" });
        let span: Option<Span> = text.parse().ok();
        let expected = span.map(|span| {
            let days = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
            let minutes = (days * 24 + i64::from(span.get_hours())) * 60 + span.get_minutes();
            minutes * 60 + span.get_seconds()
        });
        assert_eq!(parse_duration(&text), expected, "{text}");
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(500) })]
    #[test]
    fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        assert!(Reader::new(&bytes).count() <= 2 * bytes.len() + 2);
    }

    #[test]
    fn any_lines_are_read_to_their_end(
        lines in prop::collection::vec("(BEGIN:|END:|begin:|)(VCALENDAR|VEVENT|VALARM|X)?|[A-Z;:=\"\\\\, \u{e5}]{0,12}|DTSTART;VALUE=DATE:2026[0-9T]{0,8}", 0..40),
        end in "\r\n|\n|\r|\r\n ",
    ) {
        let text = lines.join(&end);
        assert!(Reader::new(text.as_bytes()).count() <= 3 * lines.len() + 4);
    }
}
