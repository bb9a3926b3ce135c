//! Files that are too large, or meant to hurt.

use std::fmt::Write as _;
use std::process::Stdio;

use weekahead::internals::{ImportOptions, MAX_FILE_BYTES, import};

use super::today;
use crate::harness::{Left, Place};

#[test]
fn a_file_that_does_not_end_is_not_read_to_its_end() {
    let place = Place::new();
    for file in ["/dev/zero", "-"] {
        let mut command = place.command(&["import", file]);
        command.stdin(Stdio::from(
            std::fs::File::open("/dev/zero").expect("zeros"),
        ));
        let left = Left::of(&mut command);
        let name = if file == "-" { "<stdin>" } else { file };
        let message = format!("error: {name}: the file is too long: allowed up to 64 MiB\n");
        assert_eq!(
            left,
            Left {
                code: Some(1),
                out: String::new(),
                err: message
            }
        );
    }
}

#[test]
fn damaged_lines_are_named() {
    for (text, message) in [
        // 0x81 is no character of Windows-1252, and what has UTF-8 in another line is damaged.
        (&b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:P\x81\nDTSTART:20270105\nEND:VEVENT\nEND:VCALENDAR\n"[..],
         "warning: a.ics:3: the calendar: the line is not UTF-8\nerror: a.ics:2: an event without a title: it has no title that can be read: left out\nerror: a.ics: none of its events and to-dos can become a plan; nothing was written\n"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:P\xe5\nDESCRIPTION:\xc3\xa5\nDTSTART:20270105\nEND:VEVENT\nEND:VCALENDAR\n",
         "warning: a.ics:3: the calendar: the line is not UTF-8\nerror: a.ics:2: an event without a title: it has no title that can be read: left out\nerror: a.ics: none of its events and to-dos can become a plan; nothing was written\n"),
    ] {
        let left = Place::with("a.ics", text).run(&["import", "a.ics"]);
        let sorted = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        assert_eq!((left.code, sorted(&left.err)), (Some(1), sorted(message)));
    }
}

#[test]
fn an_old_calendar_is_read_as_windows_1252() {
    let text = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Pr\xe9paid \x96 5 \x80\r\nDTSTART;VALUE=DATE:20270105\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let left = Place::with("a.ics", &text[..]).run(&["import", "a.ics"]);
    assert_eq!(
        left,
        Left {
            code: Some(0),
            out: "# Imported from `a.ics`.\n\n- id: prépaid-5\n  name: Prépaid – 5 €\n  expires: 2027-01-05\n".to_owned(),
            err: "warning: a.ics:1: the calendar: it is not UTF-8: read as Windows-1252; are its letters right?\n\
                  the plans file: 1 plan; 1 thing could not be imported unchanged\n".to_owned(),
        }
    );
}

#[test]
fn other_encodings_of_spreadsheets_are_read() {
    let table = "name;expires\n\u{79fb}\u{52a8}\u{4fdd}\u{53f7}\u{5957}\u{9910};2027-01-05\n";
    let plan = "# Imported from `a.csv`.\n\n- id: \u{79fb}\u{52a8}\u{4fdd}\u{53f7}\u{5957}\u{9910}\n  name: \u{79fb}\u{52a8}\u{4fdd}\u{53f7}\u{5957}\u{9910}\n  expires: 2027-01-05\n";
    let le: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(table.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let be: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(table.encode_utf16())
        .flat_map(u16::to_be_bytes)
        .collect();
    let gbk =
        b"name;expires\n\xd2\xc6\xb6\xaf\xb1\xa3\xba\xc5\xcc\xd7\xb2\xcd;2027-01-05\n".to_vec();
    let said = "warning: a.csv:1: the table: it is not UTF-8: read as GBK; are its characters right?\nthe plans file: 1 plan; 1 thing could not be imported unchanged\n";
    let silent = "the plans file: 1 plan\n";
    for (bytes, err) in [(le, silent), (be, silent), (gbk, said)] {
        let left = Place::with("a.csv", bytes).run(&["import", "a.csv"]);
        assert_eq!(
            left,
            Left {
                code: Some(0),
                out: plan.to_owned(),
                err: err.to_owned(),
            }
        );
    }
}

#[test]
fn a_plans_file_that_would_be_too_long_is_not_made() {
    let row = format!("A,2027-01-05,{}\n", "x".repeat(60_000));
    let table = "name,expires,notes\n".to_owned() + &row.repeat(MAX_FILE_BYTES / row.len());
    assert!(table.len() < MAX_FILE_BYTES);
    let left = Place::with("a.csv", table).run(&["import", "a.csv", "-o", "plans.yaml"]);
    let message = "error: a.csv: the plans file would be too long: allowed up to 64 MiB\nhint: split it into several files\n";
    assert_eq!(
        left,
        Left {
            code: Some(1),
            out: String::new(),
            err: message.to_owned()
        }
    );
}

#[test]
fn a_plan_whose_events_would_be_too_long_is_not_made() {
    // It renews each day, and each event repeats the notes.
    let table = format!(
        "id,name,expires,validity,method,notes\na,A,2026-11-24,1 day,auto-debit,{}\n",
        "x".repeat(60_000)
    );
    let left = Place::with("a.csv", table).run(&["import", "a.csv", "--today", "2026-11-23"]);
    let message = "error: a.csv: the events of the plan `a` would have about 25 MiB: allowed up to 4 MiB\nhint: each event repeats the notes and the steps: shorten them, or make the `validity` longer\n";
    assert_eq!(
        left,
        Left {
            code: Some(1),
            out: String::new(),
            err: message.to_owned()
        }
    );
}

#[test]
fn nesting_quotes_and_long_lines_end() {
    let mut texts = vec![
        "BEGIN:VCALENDAR\n".to_owned() + &"BEGIN:X\n".repeat(200_000),
        "BEGIN:VCALENDAR\n".to_owned() + &"BEGIN:VEVENT\n".repeat(200_000),
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY".to_owned() + &";A=\"".repeat(200_000) + ":x\n",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY".to_owned() + &";".repeat(900_000) + ":x\n",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:".to_owned() + &"\n x".repeat(500_000),
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\n".to_owned() + &"X:1\n".repeat(500_000),
        "name,expires\n\"".to_owned() + &"a,\n".repeat(500_000),
        "name,expires\n".to_owned() + &",".repeat(1_000_000),
        ",".repeat(1_000_000),
    ];
    let mut one_name = "BEGIN:VCALENDAR\n".to_owned();
    for index in 0..20_000 {
        let _ = write!(
            one_name,
            "BEGIN:VEVENT\nUID:{index}\nSUMMARY:A\nDTSTART:20270105\nEND:VEVENT\n"
        );
    }
    texts.push(one_name);
    for text in texts {
        assert!(text.len() < MAX_FILE_BYTES);
        // It ends, without a panic, whatever it says.
        let _ = import(text.as_bytes(), "a", &ImportOptions::on(today()));
    }
}
