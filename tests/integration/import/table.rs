//! Tables.

use super::imported;
use crate::harness::{Left, Place};
use weekahead::internals::{Document, ImportOptions, import};

fn told(text: &[u8]) -> (String, Vec<String>) {
    let made = import(text, "a.csv", &ImportOptions::on(super::today())).expect("a table");
    let told = made.omissions.iter();
    let told =
        told.map(|omission| format!("{}: {}: {}", omission.line, omission.subject, omission.what));
    let plans = made.plans_file.unwrap_or_default();
    let plans = plans.split_once("\n\n").map_or("", |(_, plans)| plans);
    (plans.to_owned(), told.collect())
}

#[test]
fn whatever_a_spreadsheet_writes() {
    let plain = "- id: telenor\n  name: Telenor\n  expires: 2027-01-05\n  price: 49 NOK\n";
    for text in [
        "name,expires,price\nTelenor,2027-01-05,49 NOK\n",
        "Name;Expires;Price\r\nTelenor;2027-01-05;49 NOK\r\n",
        "\u{feff}NAME\tExpiry Date\tCost\rTelenor\t2027-01-05\t49 NOK\r",
        "sep=;\nname;expires;price\nTelenor;2027-01-05;49 NOK",
        "name,expires,price,currency\n\n\"Telenor\",2027-01-05,49,nok\n,,,\n",
    ] {
        assert_eq!(
            told(text.as_bytes()),
            (plain.to_owned(), vec![]),
            "{text:?}"
        );
    }
}

#[test]
fn a_row_has_everything_that_a_plan_has_on_one_line() {
    let text = "id,name,provider,number,renewed,validity,grace,price,method,action,url,check.dial,support.call,remind,tags,notes,check.sms.to\n\
        t,Telenor,Telenor AS,+47 900,2026-10-05,3 months,60d,49 NOK,website,Top up,https://x.example/,*100#,123,\"14d, 7d\",family; norway,\"One\nTwo\",2446\n";
    let made = imported(text);
    assert_eq!(made.omissions, []);
    assert_eq!(
        made.plans_file.as_deref(),
        Some(
            "# Imported from `a.ics`.\n\ncalendar:\n  remind: [14d, 7d]\n\nplans:\n  - id: t\n    name: Telenor\n    provider: Telenor AS\n    number: \"+47 900\"\n    \
             renewed: 2026-10-05\n    validity: 3 months\n    grace: 60 days\n    price: 49 NOK\n    renewal: {method: website, action: Top up, url: https://x.example/}\n    \
             check: {dial: \"*100#\", sms: {to: \"2446\"}}\n    support: {call: \"123\"}\n    tags: [family, norway]\n    notes: |\n      One\n      Two\n"
        )
    );
}

#[test]
fn nothing_is_guessed() {
    let (plans, told) = told(
        b"name,expires,renewed,validity,grace,price,url\n\
          A,05/01/2027,,,,,\n\
          B,soon,,,,,\n\
          C,,2026-10-05,,,,\n\
          D,2027-01-05,2026-10-05,3 months,,,\n\
          E,2027-01-06,2026-10-05,3 months,,,\n\
          F,2027-01-05,,,soon,49 kr,www.x.no\n\
          ,2027-01-05,,,,,\n\
          G,2027-01-05,,,,,,more\n\
          G,2027-01-05\n\
          H\xff,2027-01-05\n\
          \xc3\xa5,2027-01-05\n",
    );
    assert_eq!(
        plans,
        "- id: d\n  name: D\n  renewed: 2026-10-05\n  validity: 3 months\n\n- id: f\n  name: F\n  expires: 2027-01-05\n\n\
         - id: g\n  name: G\n  expires: 2027-01-05\n\n- id: g-2\n  name: G\n  expires: 2027-01-05\n\n- id: å\n  name: å\n  expires: 2027-01-05\n"
    );
    assert_eq!(
        told,
        [
            "2: the table: `expires`: `05/01/2027` can be 2027-01-05 or 2027-05-01: the row was left out (line 2); say which with `--dates dmy` or `--dates mdy`",
            "3: `B`: `expires`: `soon` is not a date: the row was left out; write year, month and day as `2026-10-05`",
            "4: `C`: `renewed` needs `validity`: the row was left out; say how long a renewal lasts, as in `validity: 3 months`",
            "6: `E`: `expires`, `renewed` and `validity` together: which one counts?: the row was left out; keep `expires`, or keep `renewed` with `validity`",
            "7: `F`: `grace`: `soon` is not a length of time: left out; write `90 days`, `2 weeks`, `3 months`, `1 year` or `P3M`",
            "7: `F`: its link was left out: `www.x.no` is not a web address",
            "7: the table: `price`: `kr` can be NOK, SEK, DKK or ISK: the price was left out (line 7); add `--currency NOK`, or a column `currency`",
            "8: a row: it has no name: left out",
            "9: `G`: it has more cells than the header has names: 1 left out",
            "11: a row: it is not UTF-8: left out; save the table as `CSV UTF-8`",
        ]
    );
}

#[test]
fn a_row_has_the_line_that_an_editor_shows() {
    for (text, line) in [
        ("name,expires\nA,bad\n", 2),
        ("name,expires\r\nA,bad\r\n", 2),
        ("name,expires\rA,bad\r", 2),
        ("\u{feff}name,expires\r\nA,bad", 2),
        ("name,expires\r\nB,2027-01-01\r\n\r\n\r\nA,bad\r\n", 5),
        ("name,expires\nB,2027-01-01\n\n\nA,bad\n", 5),
        ("name,expires\rB,2027-01-01\r\r\rA,bad\r", 5),
        ("\r\n\r\nname,expires\r\nA,bad\r\n", 4),
        ("sep=;\nname;expires\nA;bad\n", 3),
        ("\u{feff}sep=;\r\nname;expires\r\n\r\nA;bad\r\n", 4),
        ("sep=\t\rname\texpires\rA\tbad\r", 3),
        (
            "name,expires\r\n\"B\r\nb\r\n\",2027-01-01\r\n\"A\",bad\r\n",
            5,
        ),
        (
            "\"na\rme\",name,expires\n\"B\n\n\",B,2027-01-01\n,A,bad\n",
            6,
        ),
    ] {
        let (_, told) = told(text.as_bytes());
        let what = format!("{line}: `A`: `expires`: `bad` is not a date: the row was left out; ");
        assert!(
            told.iter().any(|told| told.starts_with(&what)),
            "{text:?}: {told:?}"
        );
    }
}

#[test]
fn what_a_spreadsheet_did_to_numbers() {
    let (plans, told) = told(
        b"name,expires,number,price,dial,currency\n\
          A,2027-01-05,4.79E+11,1 049.50 NOK,5E+10,\n\
          \"=\"\"0049\"\"\",2027-01-05,=\"0049\",1\xc2\xa0049,,NOK\n\
          C,2027-01-05,,10 49 NOK,,\n",
    );
    assert_eq!(
        plans,
        "- id: a\n  name: A\n  expires: 2027-01-05\n  price: 1049.50 NOK\n\n\
         - id: \"0049\"\n  name: \"0049\"\n  number: \"0049\"\n  expires: 2027-01-05\n  price: 1049 NOK\n\n\
         - id: c\n  name: C\n  expires: 2027-01-05\n"
    );
    let rounded = "is a number that the spreadsheet has rounded: left out; format the column as text, and enter it again";
    assert_eq!(
        told,
        [
            format!("2: `A`: `number`: `4.79E+11` {rounded}"),
            format!("2: `A`: `renewal.dial`: `5E+10` {rounded}"),
            "4: `C`: `price`: the amount `10 49` in `10 49 NOK` has a thousands separator: allowed are digits and a decimal point: left out; write `1049 NOK`".to_owned(),
        ]
    );
}

#[test]
fn a_price_that_may_have_a_thousands_separator_is_left_out() {
    let (plans, told) = told(
        b"name;expires;price;currency\n\
          a;2027-01-01;1.299;EUR\n\
          b;2027-01-01;1.000;JPY\n\
          c;2027-01-01;1.299;KWD\n\
          d;2027-01-01;1,299;USD\n\
          e;2027-01-01;12.99;EUR\n",
    );
    let plan = |id, price| format!("- id: {id}\n  name: {id}\n  expires: 2027-01-01\n{price}");
    assert_eq!(
        plans,
        [
            plan("a", ""),
            plan("b", ""),
            plan("c", "  price: 1.299 KWD\n"),
            plan("d", "  price: 1299 USD\n"),
            plan("e", "  price: 12.99 EUR\n"),
        ]
        .join("\n")
    );
    assert_eq!(
        told,
        [
            "2: `a`: `price`: `1.299 EUR` has 3 decimals, and EUR has 2: left out; write `1299 EUR` or `1.30 EUR`",
            "3: `b`: `price`: `1.000 JPY` has 3 decimals, and JPY has none: left out; write `1000 JPY` or `1 JPY`",
        ]
    );
}

#[test]
fn a_validity_may_be_a_word() {
    let rows = [
        ("Monthly", "1 month"),
        ("Quarterly", "3 months"),
        ("Yearly", "1 year"),
        ("Every 3 Months", "3 months"),
        ("180天", "180 days"),
        ("6个月", "6 months"),
        ("1年", "1 year"),
    ];
    let table: String = rows
        .map(|(word, _)| format!("A,2026年11月1日,{word}\n"))
        .concat();
    let (plans, told) = told(format!("名称,上次续费,有效期\n{table}").as_bytes());
    assert_eq!(told, [""; 0]);
    let lengths = plans
        .lines()
        .filter_map(|line| line.trim().strip_prefix("validity: "));
    let lengths: Vec<&str> = lengths.collect();
    assert_eq!(lengths, rows.map(|(_, length)| length));
    assert_eq!(plans.matches("renewed: 2026-11-01").count(), rows.len());
}

#[test]
fn an_open_quote_is_told() {
    let (plans, told_now) = told(b"name,expires\nA,2027-01-05\nB,\"2027-01-05\nC,2027-01-05\n");
    assert_eq!(plans, "- id: a\n  name: A\n  expires: 2027-01-05\n");
    assert_eq!(told_now.len(), 2, "{told_now:?}");
    assert!(
        told_now[0].starts_with("3: `B`: `expires`:"),
        "{told_now:?}"
    );
    assert_eq!(
        told_now[1],
        "3: the table: a quote is never closed: rows after it may have become part of a cell"
    );
    // Inside a cell without quotes it is a character.
    assert_eq!(
        told(b"name,expires\n27\" screen,2027-01-05\n"),
        (
            "- id: 27-screen\n  name: 27\" screen\n  expires: 2027-01-05\n".to_owned(),
            vec![]
        )
    );
}

#[test]
fn a_header_in_windows_1252_is_read() {
    let header = "N\u{e5};H\u{f8}yde;name;expires\nx;x;L\u{e4}uft \u{20ac};2027-01-05\n";
    let latin = |c: char| if c == '\u{20ac}' { 0x80 } else { c as u8 };
    let latin: Vec<u8> = header.chars().map(latin).collect();
    let (plans, said) = told(&latin);
    assert_eq!(
        plans,
        "- id: l\u{e4}uft\n  name: L\u{e4}uft \u{20ac}\n  expires: 2027-01-05\n"
    );
    assert!(
        said.contains(
            &"1: the table: it is not UTF-8: read as Windows-1252; are its letters right?"
                .to_owned()
        ),
        "{said:?}"
    );
}

#[test]
fn a_header_in_an_unknown_encoding_is_named() {
    for (header, what) in [
        (
            &b"Name;Utl\x81psdato"[..],
            "no column has a date; the header has `Name`, `Utl\u{fffd}psdato`",
        ),
        (
            b"N\x81vn,expires",
            "no column is called `name`; the header has `N\u{fffd}vn`, `expires`",
        ),
    ] {
        let left = Place::with("a.csv", header).run(&["import", "a.csv"]);
        assert_eq!(
            left,
            Left {
                code: Some(1),
                out: String::new(),
                err: format!(
                    "error: a.csv: {what}\nhint: it is not UTF-8: save the table as `CSV UTF-8`\n"
                ),
            }
        );
    }
}

#[test]
fn an_id_that_cannot_be_one_gives_way() {
    let plan = "- id: a\n  name: A\n  expires: 2027-01-05\n";
    let text = b"id,name,expires\n\0\0,A,2027-01-05\n";
    assert_eq!(told(text), (plan.to_owned(), vec![]));
    let text = format!("id,name,expires\n{},A,2027-01-05\n", "x".repeat(65_537));
    let what = "2: `A`: `id` was left out: it has 65537 octets, and 65536 are allowed";
    assert_eq!(
        told(text.as_bytes()),
        (plan.to_owned(), vec![what.to_owned()])
    );
}

#[test]
fn a_text_that_shows_nothing_is_none() {
    let (plans, told) = told(
        "id,name,expires,notes,tags\n\u{200b},\u{200b},2027-01-05,,\n\u{200b},A,2027-01-05,\u{feff},\u{200b}\n"
            .as_bytes(),
    );
    assert_eq!(plans, "- id: a\n  name: A\n  expires: 2027-01-05\n");
    assert_eq!(told, ["2: `\u{200b}`: it has no name: left out"]);
}

#[test]
fn the_same_id_twice_stays_two_plans() {
    let made = imported("id,name,expires\na,A,2027-01-05\na,B,2027-01-05\n,a,2027-01-05\n");
    let text = made.plans_file.expect("plans");
    let ids: Vec<String> = {
        let document = Document::read(text.as_bytes()).expect("no problems");
        document
            .list()
            .plans
            .iter()
            .map(|plan| plan.id.to_string())
            .collect()
    };
    assert_eq!(ids, ["a", "b", "a-2"]);
    assert_eq!(made.omissions.len(), 1);
}
