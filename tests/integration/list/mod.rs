//! `list`: what is due, in every language; one plan whole; what programs get; exit codes.

mod details;
mod due;
mod json;
#[cfg(unix)]
mod screen;
mod tickets;

use crate::harness::{Left, Place, repository};

const PLANS: &str = include_str!("plans.yaml");
const TODAY: &str = "2026-11-23";

/// The list in a language.
fn plans(language: &str) -> String {
    PLANS.replace("LANGUAGE", language)
}

fn place() -> Place {
    Place::with("plans.yaml", plans("en"))
}

/// Whole standard output for arguments, nothing else said.
fn listed(place: &Place, arguments: &[&str]) -> String {
    place.feed(&[&["list", "--today", TODAY], arguments].concat())
}

#[test]
fn without_a_terminal_each_plan_is_one_whole_line() {
    for language in ["en", "zh-CN", "nb"] {
        let place = Place::with("plans.yaml", plans(language));
        let out = listed(&place, &[]);
        assert_eq!(out, golden(&format!("plain-{language}.txt"), &out));
        // It stays the same whatever the environment says.
        let mut command = place.command(&["list", "--today", TODAY]);
        command.env("COLUMNS", "40").env("TERM", "xterm-256color");
        assert_eq!(Left::of(&mut command).out, out);
        let mut command = place.command(&["list", "--today", TODAY]);
        let styled = Left::of(command.env("CLICOLOR_FORCE", "1")).out;
        assert!(styled.contains("\u{1b}[1;31m"), "{styled}");
        assert_eq!(unstyled(&styled), out);
    }
}

/// What a golden file has; where that is asked for, it gets what there is now.
fn golden(name: &str, now: &str) -> String {
    let path = repository().join("tests/integration/list").join(name);
    if std::env::var_os("WEEKAHEAD_BLESS").is_some() {
        std::fs::write(&path, now).expect("a golden file is written");
    }
    std::fs::read_to_string(path).expect("a golden file")
}

/// A text without its escape sequences.
fn unstyled(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out += piece.split_once('m').map_or("", |(_, rest)| rest);
    }
    out
}

/// The ids of what is listed, in order.
fn ids(place: &Place, arguments: &[&str]) -> Vec<String> {
    let out = listed(place, &[&["--json"], arguments].concat());
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let plans = report[0]["plans"].as_array().expect("plans").iter();
    let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
    plans.map(|plan| text(&plan["id"])).collect()
}

#[test]
fn selects() {
    let place = place();
    let long = "A plan with a name that is far too long for any column of a table";
    for (arguments, expected) in [
        (
            &[][..],
            &[
                "grace", long, "lost", "soon", "auto", "leaving", "works", "later",
            ][..],
        ),
        (&["--overdue"], &["grace", long, "lost"]),
        (&["--within", "1d"], &["grace", long, "lost", "soon"]),
        (
            &["--within", "7 days"],
            &["grace", long, "lost", "soon", "auto"],
        ),
        (
            &["--within", "P43D"],
            &["grace", long, "lost", "soon", "auto", "leaving", "works"],
        ),
        (&["--within", "42d", "--tag", "norway"], &[]),
        (
            &["--within", "9999 years"],
            &[
                "grace", long, "lost", "soon", "auto", "leaving", "works", "later",
            ],
        ),
        (&["--due"], &["grace", long, "lost", "soon"]),
        (&["--due", "--tag", "china"], &["soon"]),
        // The leads decide what is due, however long the time is.
        (
            &["--due", "--within", "P43D"],
            &["grace", long, "lost", "soon"],
        ),
        (&["--tag", "family"], &["works"]),
        (&["--tag", "family", "--tag", "china"], &["soon", "works"]),
        (&["--tag", "family", "--overdue"], &[]),
    ] {
        assert_eq!(ids(&place, arguments), expected, "{arguments:?}");
    }
}

#[test]
fn what_no_longer_renews_by_itself_is_not_renewed_automatically() {
    const WAYS: [(&str, &str); 3] = [
        ("{method: auto-debit, until: 2027-06-15}", "-"),
        (
            "{method: auto-debit, url: 'https://a.example/', until: 2027-06-15}",
            "https://a.example/",
        ),
        (
            "[{method: auto-debit, until: 2027-06-15}, {method: shop}]",
            "Shop",
        ),
    ];
    for (renewal, way) in WAYS {
        let plan = format!(
            "{{id: a, name: A, renewed: 2026-06-30, validity: 1 month, renewal: {renewal}}}"
        );
        let place = Place::with("plans.yaml", format!("- {plan}\n"));
        for today in ["2027-07-10", "2027-05-31"] {
            let text = place.feed(&["list", "--today", today]);
            let row = text.lines().nth(2).unwrap_or_default();
            assert!(row.ends_with(&format!("  {way}")), "{row}");
        }
        let text = place.feed(&["list", "--today", "2027-05-30"]);
        assert!(text.contains("Automatic"), "{text}");
    }
}

#[test]
fn an_empty_selection_is_said() {
    assert_eq!(
        listed(&place(), &["--tag", "family", "--overdue"]),
        "保号 📱 SIMs (plans.yaml)  2026-11-23\n\
         none of 8 plans, 0 due; 1 more has ended\n"
    );
}

#[test]
fn the_exit_code_says_whether_something_is_due() {
    const FIXED: &str = "expires: 2026-12-10, remind: [14d, 7d]";
    const AUTO: &str =
        "renewed: 2026-10-31, validity: 1 month, renewal: {method: auto-debit, until: 2026-11-30}";
    for (plan, today, within, due) in [
        // The first warning, two weeks ahead, has come or not.
        (FIXED, "2026-11-25", None, false),
        (FIXED, "2026-11-26", None, true),
        (FIXED, "2026-12-10", None, true),
        (FIXED, "2026-12-11", None, true),
        (FIXED, "2036-12-11", None, true),
        // What is due and not within the time is not listed.
        (FIXED, "2026-12-04", Some("5d"), false),
        (FIXED, "2026-12-05", Some("5d"), true),
        (FIXED, "2026-12-11", Some("5d"), true),
        // What is within the time and not due is listed, and nobody has to act.
        (FIXED, "2026-11-25", Some("1 month"), false),
        (FIXED, "2026-11-26", Some("1 month"), true),
        // Without leads the day itself is the warning.
        ("expires: 2026-12-10, remind: []", "2026-12-09", None, false),
        ("expires: 2026-12-10, remind: []", "2026-12-10", None, true),
        // In grace, and past it.
        (
            "expires: 2026-12-10, grace: 9 days",
            "2026-12-19",
            None,
            true,
        ),
        (
            "expires: 2026-12-10, grace: 9 days",
            "2026-12-20",
            None,
            true,
        ),
        // What renews by itself asks for nothing, until the expiry that ends that is near.
        (AUTO, "2026-11-30", None, false),
        (AUTO, "2026-11-30", Some("1 week"), false),
        (AUTO, "2026-12-23", None, false),
        (AUTO, "2026-12-24", None, true),
        // What was given up, or is before it expires.
        (
            "expires: 2026-12-10, ended: 2026-12-01",
            "2026-12-09",
            None,
            false,
        ),
        (
            "expires: 2026-12-10, ended: 2026-12-09",
            "2026-12-01",
            None,
            false,
        ),
        // Its own warning has come: somebody has to cancel it.
        (
            "expires: 2026-12-10, ended: 2026-12-09",
            "2026-12-05",
            None,
            true,
        ),
    ] {
        let place = Place::with("plans.yaml", format!("- {{id: a, name: A, {plan}}}\n"));
        let forms = [&["list"][..], &["list", "a"]];
        let forms = forms
            .into_iter()
            .filter(|form| within.is_none() || form.len() == 1);
        for arguments in forms {
            let within: Vec<&str> = within.iter().flat_map(|time| ["--within", time]).collect();
            let arguments = [arguments, &["--today", today], &within].concat();
            let left = place.run(&arguments);
            assert_eq!(
                (left.code, left.err.as_str()),
                (Some(0), ""),
                "{plan} on {today}"
            );
            let asked = place.run(&[&arguments[..], &["--exit-code"]].concat());
            let code = if due { 4 } else { 0 };
            assert_eq!(
                (asked.code, asked.err.as_str()),
                (Some(code), ""),
                "{plan} on {today} {within:?}"
            );
            assert_eq!(asked.out, left.out);
        }
    }
    // Only what is listed counts.
    let place = place();
    for (arguments, code) in [(&["--tag", "family"][..], 0), (&["--tag", "china"], 4)] {
        let arguments = [&["list", "--today", TODAY, "--exit-code"], arguments].concat();
        assert_eq!(place.run(&arguments).code, Some(code), "{arguments:?}");
    }
}

#[test]
fn several_files_are_several_tables_and_a_broken_one_hides_no_other() {
    let place = Place::new();
    place.file(
        "lists/a.yaml",
        "- {id: a, name: A, expires: 2026-11-23, price: 1 EUR}\n",
    );
    place.file("lists/b.yaml", "- {id: b, name: B, expires: 2026-02-30}\n");
    place.file(
        "other/a.yaml",
        "calendar: {language: nb}\nplans: [{name: C, expires: 2027-01-01}]\n",
    );
    let arguments = ["list", "lists", "other", "--today", TODAY, "--exit-code"];
    let left = place.run(&arguments);
    assert_eq!(
        left.out,
        "a (lists/a.yaml)  2026-11-23
   Plan  Id  State           Date        Last warning  Next warning  Price  How to renew
!  A     a   LAST DAY today  2026-11-23  2026-11-16    -             1 EUR  -
1 plan, 1 due
A year costs 1 EUR (1 renewal)

a (other/a.yaml)  2026-11-23
   Navn  Status          Dato        Siste varsel  Neste varsel  Pris  Slik fornyer du
   C     39 dager igjen  2027-01-01  -             2026-12-25    -     -
1 i listen, 0 må fornyes nå
"
    );
    assert_eq!(
        left.err,
        "error: `2026-02-30` does not exist: February 2026 has 28 days
 --> lists/b.yaml:1:29
  |
1 | - {id: b, name: B, expires: 2026-02-30}
  |                             ^^^^^^^^^^
1 problem
"
    );
    assert_eq!(left.code, Some(1));
    let left = place.run(&[
        "list",
        "lists/a.yaml",
        "none.yaml",
        "lists/b.yaml",
        "--today",
        TODAY,
    ]);
    assert_eq!(left.code, Some(3));
    assert!(left.out.starts_with("a (lists/a.yaml)"), "{}", left.out);
    assert!(
        left.err.contains("cannot read `none.yaml`: no such file"),
        "{}",
        left.err
    );
    assert!(
        left.err.contains("February 2026 has 28 days"),
        "{}",
        left.err
    );
}

#[test]
fn an_argument_is_a_file_or_an_id_and_an_error_says_which() {
    let place = place();
    place.file("works", "no plans file\n");
    for (arguments, code, err) in [
        (
            &["telenorr"][..],
            2,
            "error: there is no plan `telenorr` in `plans.yaml`, and no file of that name\n",
        ),
        (
            &["work"],
            2,
            "error: there is no plan `work` in `plans.yaml`, and no file of that name\nhint: did you mean `works`?\n",
        ),
        (
            &["telenor kontant"],
            2,
            "error: there is no plan `telenor kontant` in `plans.yaml`, and no file of that name\nhint: did you mean `works`?\n",
        ),
        (
            &["--id", "plans.yaml"],
            2,
            "error: there is no plan `plans.yaml` in `plans.yaml`\n",
        ),
        (
            &["soon", "none.yaml"],
            3,
            "error: cannot read `none.yaml`: no such file or directory\nhint: name a plans file, or a directory of them\n",
        ),
        (
            &["none.yml"],
            3,
            "error: cannot read `none.yml`: no such file or directory\nhint: name a plans file, or a directory of them\n",
        ),
        (
            &["soon", "--tag", "china"],
            2,
            "error: `--tag` selects plans of a list, but `soon` is not a file, so it means the plan with that id\n",
        ),
        (
            &["soon", "--overdue"],
            2,
            "error: `--overdue` selects plans of a list, but `soon` is not a file, so it means the plan with that id\n",
        ),
        (
            &["soon", "--due"],
            2,
            "error: `--due` selects plans of a list, but `soon` is not a file, so it means the plan with that id\n",
        ),
        (
            &["--tag", "famly"],
            2,
            "error: no plan has the tag `famly`\nhint: did you mean `family`?\n",
        ),
        (
            &["\u{1b}[2J"],
            2,
            "error: there is no plan `\\u{1b}[2J` in `plans.yaml`, and no file of that name\n",
        ),
    ] {
        let left = place.run(&[&["list", "--today", TODAY], arguments].concat());
        assert_eq!(
            (left.code, left.err.as_str()),
            (Some(code), err),
            "{arguments:?}"
        );
    }
    // A file that is there is the file, unless it is said to be an id.
    let left = place.run(&["list", "works"]);
    assert!(left.err.contains("--> works:1:1"), "{}", left.err);
    let hint =
        "hint: the file `works` exists, so it was read; `--id` shows the plan with that id\n";
    assert!(left.err.ends_with(hint), "{}", left.err);
    std::fs::create_dir(place.path("soon")).expect("a folder");
    assert_eq!(
        place.run(&["list", "soon"]).err,
        format!(
            "error: no plans files in `soon`: no file name ends in .yaml or .yml\n\
             hint: `weekahead init soon/plans.yaml` writes a plans file\n{}",
            hint.replace("works", "soon")
        )
    );
    let whole = listed(&place, &["--id", "works"]);
    assert!(whole.starts_with("Telenor Kontant\n"), "{whole}");
    let place = Place::new();
    let left = place.run(&["list", "telenor"]);
    assert_eq!(
        (left.code, left.err.as_str()),
        (
            Some(3),
            "error: there is no file `telenor`, and no `plans.yaml` to look for a plan with that id\n\
             hint: name the plans file after the id: `weekahead list ID PLANS`; `weekahead init` writes a new plans file\n"
        )
    );
}

#[test]
fn a_length_of_time_is_read_as_in_a_plans_file() {
    let left = place().run(&["list", "--within", "30"]);
    assert_eq!(left.code, Some(2));
    assert!(
        left.err.starts_with(
            "error: invalid value '30' for '--within <TIME>': `30` is not a length of time; add the unit: `30 days` or `30 months`\n"
        ),
        "{}",
        left.err
    );
}

#[test]
fn text_of_the_file_is_made_harmless() {
    let place = Place::with(
        "plans.yaml",
        "- {name: \"A\u{202e}B\", expires: 2027-01-01, renewal: {action: \"x\u{200f}y\"}}\n",
    );
    let out = listed(&place, &[]) + &listed(&place, &["--id", "A\u{202e}B"]);
    assert!(out.contains("A\\u{202e}B"), "{out}");
    assert!(out.contains("x\\u{200f}y"), "{out}");
    assert!(!out.contains(['\u{202e}', '\u{200f}']), "{out}");
}
