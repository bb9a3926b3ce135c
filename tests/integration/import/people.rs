//! Files as people have them: exports of other programs, spreadsheets in four languages, and files that
//! are no calendar and no table at all.

use proptest::prelude::{Just, Strategy, prop, prop_oneof, proptest};
use proptest::test_runner::Config;
use weekahead::internals::{Document, ImportOptions, import};

use super::today;
use crate::harness::{Left, Place};

const TODAY: [&str; 2] = ["--today", "2026-11-29"];

/// The plans without the first comment, and the lines of standard error without the summary.
fn run(name: &str, text: impl AsRef<[u8]>, options: &[&str]) -> (Option<i32>, String, Vec<String>) {
    let arguments = [&["import", name], options, &TODAY].concat();
    let left = Place::with(name, text).run(&arguments);
    let plans = left.out.split_once("\n\n").map_or("", |(_, plans)| plans);
    let said = left
        .err
        .lines()
        .filter(|line| !line.starts_with("the plans file: "));
    (
        left.code,
        plans.to_owned(),
        said.map(str::to_owned).collect(),
    )
}

/// The values of a key in a plans file.
fn values<'t>(plans: &'t str, key: &str) -> Vec<&'t str> {
    let start = format!("{key}: ");
    let lines = plans
        .lines()
        .map(|line| line.trim_start().trim_start_matches("- "));
    lines
        .filter_map(|line| line.strip_prefix(start.as_str()))
        .collect()
}

#[test]
fn a_renewal_day_to_come_is_an_expiry() {
    for (heading, days, key, said) in [
        (
            "Renewal Date",
            ["2027-02-01", "2026-12-15"],
            "expires",
            Some("`Renewal Date` has days in the future: read as `expires`"),
        ),
        (
            "Renewal Date",
            ["2027-02-01", "2026-01-15"],
            "expires",
            Some("`Renewal Date` has days in the future: read as `expires`"),
        ),
        (
            "Renewal Date",
            ["2026-10-01", "2026-11-15"],
            "renewed",
            Some("`Renewal Date` has no day in the future: read as `renewed`"),
        ),
        (
            "续期日",
            ["2027-02-01", "2026-12-15"],
            "expires",
            Some("`续期日` has days in the future: read as `expires`"),
        ),
        (
            "Next Payment",
            ["2027-02-01", "2026-10-15"],
            "expires",
            None,
        ),
        (
            "Nächste Zahlung",
            ["2027-02-01", "2026-10-15"],
            "expires",
            None,
        ),
        ("上次续费", ["2026-10-01", "2026-11-15"], "renewed", None),
    ] {
        let [first, second] = days;
        let table = format!("Name,{heading},Period\nA,{first},1 year\nB,{second},1 month\n");
        let (code, plans, told) = run("a.csv", table, &[]);
        assert_eq!(
            (code, values(&plans, key)),
            (Some(0), days.to_vec()),
            "{heading}"
        );
        let expected: Vec<String> = said
            .iter()
            .map(|said| format!("warning: a.csv:1: the header: {said}"))
            .collect();
        assert_eq!(told, expected, "{heading}");
    }
}

#[test]
fn past_renewals_without_a_length_are_refused() {
    let table = "Name,Renewal Date\nA,2026-10-01\n";
    let (code, plans, told) = run("a.csv", table, &[]);
    assert_eq!((code, plans.as_str()), (Some(1), ""));
    assert_eq!(
        told,
        [
            "error: a.csv: no column says when a plan runs out; the header has `Name`, `Renewal Date`",
            "hint: every renewal is in the past: add a column `validity` for how long each lasts, or name the column of the next renewal `expires`",
        ]
    );
}

#[test]
fn wallos_exports_are_read() {
    let csv = "Name,Payment Cycle,Next Payment,Renewal,Category,Price,Notes,URL,Cancellation Date,Active\n\
        Music,Monthly,2027-01-14,Automatic,Fun,€4.99,,https://m.example/,,Yes\n\
        Films,Yearly,2027-03-02,Manual,Fun,$59.90,all,,2027-02-20,Yes\n\
        Gym,Every 3 Months,2026-10-01,Automatic,,£75,,,,No\n";
    let plans = "- id: music\n  name: Music\n  expires: 2027-01-14\n  validity: 1 month\n  price: 4.99 EUR\n  renewal: {method: auto-debit, url: https://m.example/}\n  tags: [Fun]\n\n\
        - id: films\n  name: Films\n  expires: 2027-03-02\n  validity: 1 year\n  tags: [Fun]\n  notes: all\n  ended: 2027-02-20\n\n\
        - id: gym\n  name: Gym\n  expires: 2026-10-01\n  validity: 3 months\n  price: 75 GBP\n  renewal: {method: auto-debit}\n  ended: 2026-10-01\n";
    let dollar = "the table: `price`: `$` can be USD, CAD, AUD, HKD or SGD: the price was left out";
    let hint = "add `--currency USD`, or a column `currency`";
    let gym = "`Gym`: it is no longer in use: `ended: 2026-10-01` was written";
    let told = |file: &str, films: usize, inactive: usize| {
        vec![
            format!("warning: {file}:{films}: {dollar} (line {films}); {hint}"),
            format!("warning: {file}:{inactive}: {gym}"),
        ]
    };
    assert_eq!(
        run("w.csv", csv, &[]),
        (Some(0), plans.to_owned(), told("w.csv", 3, 4))
    );
    let json = r#"[
  {"Name": "Music", "Payment Cycle": "Monthly", "Next Payment": "2027-01-14", "Renewal": "Automatic",
   "Category": "Fun", "Price": "€4.99", "Notes": "", "URL": "https://m.example/", "Cancellation Date": null, "Active": "Yes"},
  {"Name": "Films", "Payment Cycle": "Yearly", "Next Payment": "2027-03-02", "Renewal": "Manual",
   "Category": "Fun", "Price": "$59.90", "Notes": "all", "URL": "", "Cancellation Date": "2027-02-20", "Active": "Yes"},
  {"Name": "Gym", "Payment Cycle": "Every 3 Months", "Next Payment": "2026-10-01", "Renewal": "Automatic", "Price": "£75", "Active": "No"}
]"#;
    assert_eq!(
        run("w.json", json, &[]),
        (Some(0), plans.to_owned(), told("w.json", 4, 6))
    );
    let wrapped = format!("{{\"success\": true, \"subscriptions\": {json}}}");
    assert_eq!(run("w.json", wrapped, &[]).1, plans);
}

#[test]
fn a_table_of_events_has_exclusive_ends() {
    let table = "Subject,Start Date,Start Time,End Date,End Time,All day event,Reminder on/off,Reminder Date,Description,Location,Priority\n\
        Passport,2027-03-15,12:00:00 AM,2027-03-16,12:00:00 AM,True,True,2027-03-01,<b>Book</b> a slot,https://p.example/,\n\
        Fair,2027-05-01,12:00:00 AM,2027-05-04,12:00:00 AM,True,False,,,Oslo,\n\
        Old,2020-05-01,12:00:00 AM,2020-05-02,12:00:00 AM,True,False,,,,\n";
    let plans = "- id: passport\n  name: Passport\n  expires: 2027-03-15\n  renewal: {url: https://p.example/}\n  remind: [14d]\n  notes: Book a slot\n\n\
        - id: fair\n  name: Fair\n  expires: 2027-05-01\n";
    let told = [
        "warning: o.csv:3: `Fair`: it lasts 3 days: the first day, 2027-05-01, was used",
        "warning: o.csv:3: `Fair`: its place was left out",
        "warning: o.csv:4: the calendar: 1 event more than four weeks past: left out; `--past` makes plans of them too",
    ];
    assert_eq!(
        run("o.csv", table, &[]),
        (Some(0), plans.to_owned(), told.map(str::to_owned).to_vec())
    );
    let (_, kept, _) = run("o.csv", table, &["--past"]);
    assert_eq!(
        values(&kept, "expires"),
        ["2027-03-15", "2027-05-01", "2020-05-01"]
    );
    // In another table the end date is the last day.
    let (_, plans, _) = run(
        "c.csv",
        "Name,Start Date,End Date\nA,2026-01-01,2026-12-31\n",
        &[],
    );
    assert_eq!(values(&plans, "expires"), ["2026-12-31"]);
}

#[test]
fn each_column_decides_the_order_of_its_dates() {
    let table = "Name,Expiry,Ended\nA,03/04/2027,01/02/2027\nB,31/12/2026,\n";
    let (code, plans, told) = run("a.csv", table, &[]);
    assert_eq!(
        (code, values(&plans, "expires")),
        (Some(0), vec!["2027-04-03", "2026-12-31"])
    );
    let hint = "say which with `--dates dmy` or `--dates mdy`";
    let ended = format!(
        "warning: a.csv:2: the table: `Ended`: `01/02/2027` can be 2027-02-01 or 2027-01-02: left out (line 2); {hint}"
    );
    assert_eq!(told, [ended]);
    let (_, plans, told) = run("a.csv", table, &["--dates", "mdy"]);
    assert_eq!(
        (values(&plans, "ended"), told.len()),
        (vec!["2027-01-02"], 0)
    );
    assert_eq!(values(&plans, "expires"), ["2027-04-03", "2026-12-31"]);
    let undecided = "Name,Expiry\nA,03/04/2027\nB,05/06/2027\nC,2027-07-08\n";
    let (code, plans, told) = run("a.csv", undecided, &[]);
    assert_eq!(
        (code, values(&plans, "expires")),
        (Some(1), vec!["2027-07-08"])
    );
    let both = format!(
        "error: a.csv:2: the table: `Expiry`: `03/04/2027` can be 2027-04-03 or 2027-03-04: the row was left out (lines 2 and 3); {hint}"
    );
    assert_eq!(told, [both]);
    let wrong = Place::with("a.csv", undecided).run(&["import", "a.csv", "--dates", "dym"]);
    assert_eq!(wrong.code, Some(2));
}

#[test]
fn spreadsheets_in_four_languages() {
    for (name, text, options, expires, prices) in [
        (
            "german",
            "Name;Läuft ab;Preis (EUR);Laufzeit;Kündigungsfrist;Automatische Verlängerung\nA;31.12.2026;1.049,50;jährlich;3 Monate;ja\n",
            &[][..],
            "2026-12-31",
            "1049.50 EUR",
        ),
        (
            "norwegian",
            "Navn;Utløpsdato;Pris;Valuta\nA;31. desember 2026;1 049,50 kr;NOK\n",
            &[],
            "2026-12-31",
            "1049.50 NOK",
        ),
        (
            "chinese",
            "套餐,有效期至,价格\nA,2027年1月5日,¥19\n",
            &["--currency", "CNY"],
            "2027-01-05",
            "19 CNY",
        ),
        (
            "a date under a name that may be a length",
            "名称,有效期\nA,2027/1/5\n",
            &[],
            "2027-01-05",
            "",
        ),
        (
            "notion",
            "Name,Next Billing Date,Cost\nA,\"January 31, 2027\",€4.99\n",
            &[],
            "2027-01-31",
            "4.99 EUR",
        ),
        (
            "porkbun",
            "DOMAIN,TLD,EXPIRATION DATE,AUTO RENEW\na.example,example,2027-05-04 03:02:01,OFF\n",
            &[],
            "2027-05-04",
            "",
        ),
        (
            "thousands",
            "Name;expires;price;currency\nA;2027-01-05;1.299;EUR\n",
            &[],
            "2027-01-05",
            "1299 EUR",
        ),
    ] {
        let (code, plans, told) = run("a.csv", text, options);
        assert_eq!(code, Some(0), "{name}: {told:?}");
        assert_eq!(values(&plans, "expires"), [expires], "{name}: {told:?}");
        assert_eq!(values(&plans, "price").concat(), prices, "{name}: {told:?}");
    }
    // The notice period of what renews by itself.
    let german = "Name;Läuft ab;Laufzeit;Kündigungsfrist;Automatische Verlängerung\nA;31.12.2026;jährlich;3 Monate;ja\n";
    let (_, plans, told) = run("a.csv", german, &[]);
    assert_eq!(values(&plans, "cancel"), ["{notice: 3 months}"], "{told:?}");
}

#[test]
fn a_file_of_another_kind_is_named() {
    let sheet = "save the sheet as `CSV UTF-8`, and import that file";
    for (bytes, what, hint) in [
        (
            &b"PK\x03\x04......xl/workbook.xml"[..],
            "an Excel workbook (.xlsx)",
            sheet,
        ),
        (
            b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            "an OpenDocument spreadsheet (.ods)",
            sheet,
        ),
        (
            b"PK\x03\x04......a.ics",
            "a zip archive",
            "unpack it, and import the .ics or .csv file in it",
        ),
        (
            b"%PDF-1.7\n",
            "a PDF",
            "export the calendar as .ics, or the table as CSV: a PDF holds only a picture of it",
        ),
        (
            b"BEGIN:VCARD\nFN:A\nEND:VCARD\n",
            "a list of contacts (vCard)",
            "export the calendar with their birthdays as .ics",
        ),
        (
            b"{\"a\": 1}",
            "JSON without a list of things that run out",
            "export it as CSV or as iCalendar (.ics), and import that file",
        ),
        (
            b"[{\"a\": 1}]",
            "JSON, and no column is called `name`; the header has `a`",
            "export it as CSV or as iCalendar (.ics), and import that file",
        ),
        (
            b"calendar:\n  name: A\nplans: []\n",
            "a plans file already",
            "look at it with `weekahead check a.x`",
        ),
        (
            b"# mine\n\n- name: A\n  expires: 2027-01-05\n",
            "a plans file already",
            "look at it with `weekahead check a.x`",
        ),
    ] {
        let left = Place::with("a.x", bytes).run(&["import", "a.x"]);
        let err = format!("error: a.x: the file is {what}\nhint: {hint}\n");
        let expected = Left {
            code: Some(1),
            out: String::new(),
            err,
        };
        assert_eq!(left, expected);
    }
    let left = Place::new().run(&["import", "webcal://x.example/a b.ics"]);
    assert_eq!(
        left,
        Left {
            code: Some(2),
            out: String::new(),
            err: "error: `import` reads a file, and this is a web address\nhint: download it first: `curl -fLo calendar.ics 'https://x.example/a b.ics'`, then `weekahead import calendar.ics`\n".to_owned(),
        }
    );
}

#[test]
fn calendars_of_google_and_apple() {
    let event = |lines: &str| format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT\n");
    let text = [
        "BEGIN:VCALENDAR\n".to_owned(),
        event("SUMMARY:Birthday\nDTSTART;VALUE=DATE:16040315\nDTEND;VALUE=DATE:16040316\nRRULE:FREQ=YEARLY"),
        event("SUMMARY:Independence\nDTSTART;VALUE=DATE:18140517"),
        event("SUMMARY:Car\nDTSTART;VALUE=DATE:20270701\nDESCRIPTION:Pay on <a href=\"https://c.example/\">the site</a><br>No.&nbsp;5\nLOCATION:https://c.example/\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT14H\nEND:VALARM\nBEGIN:VALARM\nACTION:EMAIL\nTRIGGER:-P14D\nEND:VALARM\nBEGIN:VALARM\nACTION:EMAIL\nTRIGGER:-P7D\nEND:VALARM"),
        event("SUMMARY:Old\nDTSTART;VALUE=DATE:20200701"),
        event("SUMMARY:Older\nDTSTART;VALUE=DATE:20190701"),
        "END:VCALENDAR\n".to_owned(),
    ]
    .concat();
    let (code, plans, told) = run("a.ics", text, &[]);
    assert_eq!(code, Some(1));
    assert_eq!(
        plans,
        "calendar:\n  remind_at: \"10:00\"\n\nplans:\n  - id: birthday\n    name: Birthday\n    expires: 2027-03-15\n    validity: 1 year\n    extends: from-expiry\n\n  \
         - id: car\n    name: Car\n    expires: 2027-07-01\n    renewal: {method: website, url: https://c.example/}\n    remind: [14d, 7d, 1d]\n    notes: |\n      Pay on the site (https://c.example/)\n      No. 5\n"
    );
    assert_eq!(
        told,
        [
            "error: a.ics:8: `Independence`: its day is before the year 1900, and it does not repeat each year: left out",
            "warning: a.ics:21: `Car`: part of its alarm was left out: that it is an e-mail",
            "warning: a.ics:25: `Car`: part of its alarm was left out: that it is an e-mail",
            "warning: a.ics:30: the calendar: 2 events more than four weeks past: left out; `--past` makes plans of them too",
        ]
    );
}

#[test]
fn terms_without_a_link_that_can_be_kept_are_left_out() {
    let (code, plans, told) = run(
        "a.csv",
        "name,expires,terms.url,terms.checked\nA,2027-01-31,rules,2026-11-01\n",
        &[],
    );
    assert_eq!(code, Some(0));
    assert_eq!(plans, "- id: a\n  name: A\n  expires: 2027-01-31\n");
    assert_eq!(
        told,
        ["warning: a.csv:2: `A`: its link was left out: `rules` is not a web address"]
    );
}

fn cells() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[ -~]{0,12}",
        "\\PC{0,6}",
        "[0-9]{1,2}[./-][0-9]{1,2}[./-]20[0-9]{2}",
        "20[0-9]{2}-[01][0-9]-[0-3][0-9]",
        "[0-9]{1,4}[.,][0-9]{2,3} ?(€|kr|NOK|¥|)",
        "[0-9]{1,3} (days|Monate|年|months)",
        "(yes|no|Monthly|auto|Automatic|ja|off)",
    ]
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(300) })]
    #[test]
    fn no_row_is_lost_in_silence(
        columns in prop::collection::vec(prop_oneof![
            Just("Renewal Date"), Just("validity"), Just("price"), Just("currency"), Just("Auto-renew"),
            Just("Renewal"), Just("Active"), Just("ended"), Just("remind"), Just("grace"), Just("notes"),
            Just("cancel.notice"), Just("terms.url"), Just("terms.checked"), Just("method"), Just("until"),
            Just("extends"), Just("url"), Just("number"), Just("renewed"), Just("notify days before"),
        ], 0..9),
        rows in prop::collection::vec(prop::collection::vec(cells(), 11), 1..6),
    ) {
        let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
        let mut table = format!("name,expires,{}\n", columns.join(","));
        for row in &rows {
            let cells: Vec<String> = row.iter().take(columns.len() + 2).map(|cell| quoted(cell)).collect();
            table += &(cells.join(",") + "\n");
        }
        let filled = rows.iter().filter(|row| row.iter().take(columns.len() + 2).any(|cell| !cell.trim().is_empty())).count();
        let made = import(table.as_bytes(), "a", &ImportOptions::on(today()));
        let made = made.unwrap_or_else(|error| panic!("{error:?}\n{table}"));
        if let Some(plans) = &made.plans_file {
            let document = Document::read(plans.as_bytes()).expect("no problems");
            assert_eq!(document.list().plans.len(), made.plans, "{table}");
        }
        assert!(made.plans == filled || made.is_plan_lost, "{table}");
    }
}
