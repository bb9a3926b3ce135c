//! `check`: warnings for what is allowed and would surprise, and its answers for programs.

use crate::harness::{Place, repository};

/// The warnings about a list on a day: `line:column message` each.
fn warnings(plans: &str, today: &str) -> Vec<String> {
    let place = Place::with("plans.yaml", plans);
    let left = place.run(&["check", "--json", "--today", today]);
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""), "{plans}");
    let report: serde_json::Value = serde_json::from_str(&left.out).expect("JSON");
    let problems = report[0]["problems"].as_array().expect("problems").iter();
    problems
        .map(|problem| {
            assert_eq!(problem["severity"], "warning");
            let text = problem["message"].as_str().expect("a message");
            format!("{}:{} {text}", problem["line"], problem["column"])
        })
        .collect()
}

#[test]
fn each_surprise_is_told_with_its_place() {
    let head = "- id: a\n  name: A\n";
    for (reason, rest, expected) in [
        ("nothing", "  expires: 2027-01-31\n", &[][..]),
        (
            "a lead shorter than a week",
            "  expires: 2027-01-31\n  remind: [6d, 1d]\n",
            &["4:12 no lead is as long as a week"],
        ),
        (
            "no lead",
            "  expires: 2027-01-31\n  remind: []\n",
            &["4:11 no lead is as long as a week"],
        ),
        (
            "a plan shorter than its lead",
            "  renewed: 2026-11-20\n  validity: 5 days\n",
            &["3:12 no warning before it expires: it lasts 5 days, less than every lead"],
        ),
        (
            "a lead of centuries",
            "  expires: 2027-01-31\n  remind: 99999 days\n",
            &["3:12 no warning a week ahead: its longer leads begin before the year 1900"],
        ),
        (
            "an expiry that is past",
            "  expires: 2026-11-22\n",
            &["3:12 expired 1 day ago, on 2026-11-22"],
        ),
        (
            "an expiry in grace",
            "  expires: 2026-11-01\n  grace: 1 month\n",
            &["3:12 expired 22 days ago, on 2026-11-01; it can be recovered until 2026-12-01"],
        ),
        (
            "a plan that was given up",
            "  expires: 2026-11-01\n  ended: 2026-11-10\n",
            &[],
        ),
        (
            "an expiry today",
            "  expires: 2026-11-23\n",
            &["3:12 expires today, on 2026-11-23: every warning of it has passed"],
        ),
        (
            "an expiry tomorrow",
            "  expires: 2026-11-24\n",
            &["3:12 expires tomorrow, on 2026-11-24: every warning of it has passed"],
        ),
        (
            "an expiry that nothing warns of any more",
            "  expires: 2026-11-27\n",
            &["3:12 expires in 4 days, on 2026-11-27: every warning of it has passed"],
        ),
        (
            "an expiry of which today warns",
            "  expires: 2026-11-30\n",
            &[],
        ),
        (
            "a plan that is given up before the day to which it is paid",
            "  renewed: 2026-11-20\n  validity: 3 months\n  ended: 2026-12-20\n",
            &["5:10 it is given up on 2026-12-20, so nothing warns of its expiry on 2027-02-20"],
        ),
        (
            "an automatic plan that is given up",
            "  renewed: 2026-11-20\n  validity: 3 months\n  price: 1 EUR\n  renewal: {method: auto-debit}\n  ended: 2026-12-20\n",
            &[],
        ),
        (
            "a renewal in the history after the expiry",
            "  expires: 2026-11-10\n  history: [{on: 2026-11-12}]\n",
            &[
                "3:12 `history` has a renewal on 2026-11-12, after this expiry: is there a new one?",
                "3:12 expired 13 days ago, on 2026-11-10",
            ],
        ),
        (
            "a renewal in the history after the recorded one",
            "  expires: 2027-01-31\n  renewed: 2026-10-01\n  history: [{on: 2026-11-12}]\n",
            &["4:12 `history` has a later renewal, on 2026-11-12"],
        ),
        (
            "a renewal on the last day without a new one",
            "  expires: 2026-11-20\n  renewed: 2026-11-20\n",
            &[
                "3:12 it was renewed on 2026-11-20, the day of this expiry: is there a new one?",
                "3:12 expired 3 days ago, on 2026-11-20",
            ],
        ),
        (
            "a renewal in the future",
            "  renewed: 2026-11-24\n  validity: 1 month\n",
            &["3:12 the last renewal, 2026-11-24, is in the future: today is 2026-11-23"],
        ),
        (
            "a renewal after the expiry",
            "  expires: 2026-12-01\n  renewed: 2026-12-02\n",
            &[
                "3:12 it was renewed on 2026-12-02, after this expiry: is there a new one?",
                "4:12 the last renewal, 2026-12-02, is in the future: today is 2026-11-23",
            ],
        ),
        (
            "a later renewal in the history",
            "  renewed: 2026-10-01\n  validity: 3 months\n  history: [{on: 2026-11-01}]\n",
            &["3:12 `history` has a later renewal, on 2026-11-01"],
        ),
        (
            "a later renewal of what no longer renews by itself",
            "  renewed: 2026-08-30\n  validity: 3 months\n  renewal: {method: auto-debit, until: 2026-10-31}\n  history: [{on: 2026-11-02}]\n",
            &["3:12 `history` has a later renewal, on 2026-11-02"],
        ),
        (
            "a charge that was written down late",
            "  renewed: 2026-08-01\n  validity: 2 months\n  price: 1 EUR\n  renewal: {method: auto-debit, until: 2026-10-31}\n  history: [{on: 2026-10-02}]\n",
            &[],
        ),
        (
            "a renewal of the history in the future",
            "  expires: 2026-12-29\n  history: [{on: 2027-06-01}]\n",
            &["4:18 a renewal, on 2027-06-01, is in the future: today is 2026-11-23"],
        ),
        (
            "a grace shorter than the lead",
            "  expires: 2027-12-29\n  grace: 5 days\n",
            &[
                "4:10 no warning before the last day to recover it: the grace is shorter than every lead",
            ],
        ),
        (
            "a grace shorter than one lead",
            "  expires: 2027-12-29\n  grace: 5 days\n  remind: [7d, 4d]\n",
            &[],
        ),
        (
            "a grace without room for any",
            "  expires: 2027-12-29\n  grace: 1 day\n",
            &[],
        ),
        (
            "an automatic renewal without a price",
            "  renewed: 2026-10-01\n  validity: 3 months\n  renewal: {method: auto-debit}\n",
            &["5:3 it renews by itself and has no `price`: a changed charge goes unnoticed"],
        ),
        (
            "a price that may have a thousands separator",
            "  expires: 2027-01-31\n  price: 1.299 EUR\n  history: [{on: 2026-01-31, paid: 1.000 JPY}]\n",
            &[
                "4:10 `1.299 EUR` has 3 decimals, and EUR has 2: it is left out of the yearly cost",
                "5:36 `1.000 JPY` has 3 decimals, and JPY has none",
            ],
        ),
        (
            "the quotes of print",
            "  provider: “Telenor”\n  number: 「+47 900 00 001」\n  expires: 2027-01-31\n  notes: “Mine”\n",
            &[
                "3:13 the quotes of `“Telenor”` are part of the text",
                "4:11 the quotes of `「+47 900 00 001」` are part of the text",
            ],
        ),
        (
            "a price with the three decimals of its currency",
            "  expires: 2027-01-31\n  price: 1.299 KWD\n",
            &[],
        ),
    ] {
        assert_eq!(
            warnings(&format!("{head}{rest}"), "2026-11-23"),
            expected,
            "{reason}"
        );
    }
}

#[test]
fn surprises_of_a_whole_list_are_told_once() {
    assert_eq!(
        warnings(
            "calendar: {notices: false, remind: [40d, 2d]}\nplans:\n- {name: A, expires: 2027-01-31}\n- {name: B, expires: 2027-01-31}\n",
            "2026-11-23"
        ),
        [
            "1:37 a lead of more than 30 days without notices: Thunderbird never rings it",
            "3:10 2 plans have no `id`, this one first: if one is renamed, calendars will show a new plan",
        ]
    );
    assert_eq!(
        warnings("- {name: A, expires: 2027-01-31}\n", "2026-11-23"),
        ["1:10 1 plan has no `id`: if it is renamed, calendars will show a new plan"]
    );
}

#[test]
fn a_feed_that_is_too_large_is_told() {
    let plan = |index| format!("- {{id: i{index}, name: A, expires: 2027-01-31}}\n");
    let many: String = (0..334).map(plan).collect();
    let told = warnings(&many, "2026-11-23");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("1:4 the feed has "), "{told:?}");
    assert!(
        told[0].contains(" kB and 1002 events: Google Calendar drops"),
        "{told:?}"
    );
    let fewer: String = (0..333).map(plan).collect();
    assert_eq!(warnings(&fewer, "2026-11-23"), [""; 0]);
    let long = "x".repeat(60_000);
    let notes: String = (0..6)
        .map(|index| format!("- {{id: i{index}, name: A, expires: 2027-01-31, notes: {long}}}\n"))
        .collect();
    assert!(warnings(&notes, "2026-11-23")[0].contains(" kB and 18 events"));
}

#[test]
fn all_is_well_is_said() {
    let place = Place::new();
    let example = repository().join("plans.example.yaml");
    let left = place.run(&[
        "check",
        example.to_str().expect("UTF-8"),
        "--today",
        "2026-11-23",
    ]);
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
    assert_eq!(
        left.out,
        format!("{}: all is well (6 plans, 33 events)\n", example.display())
    );
}

#[test]
fn warnings_are_drawn_and_counted_and_strict_makes_them_problems() {
    let place = Place::with("plans.yaml", "- {id: a, name: A, expires: 2026-11-01}\n");
    let left = place.run(&["check", "--today", "2026-11-23"]);
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
    assert_eq!(
        left.out,
        "warning: expired 22 days ago, on 2026-11-01
 --> plans.yaml:1:29
  |
1 | - {id: a, name: A, expires: 2026-11-01}
  |                             ^^^^^^^^^^
  |
  = hint: renew it and write down when, or give it up: `ended: YYYY-MM-DD`
1 warning
"
    );
    let strict = place.run(&["check", "--today", "2026-11-23", "--strict"]);
    assert_eq!((strict.code, strict.out), (Some(1), left.out));
}

#[test]
fn programs_get_places_and_values() {
    let place = Place::with(
        "plans.yaml",
        "- name: A\n  expires: 2026-01-01\n  renewal:\n  - {url: 漢, method: shop}\n",
    );
    let left = place.run(&["check", "--json"]);
    assert_eq!((left.code, left.err.as_str()), (Some(1), ""));
    let report: serde_json::Value = serde_json::from_str(&left.out).expect("JSON");
    assert_eq!(
        report,
        serde_json::json!([{
            "path": "plans.yaml",
            "plans": 0,
            "events": 0,
            "bytes": 0,
            "omitted": 0,
            "problems": [{
                "severity": "error",
                "line": 4,
                "column": 11,
                "end_line": 4,
                "end_column": 12,
                "value": "plans[0].renewal[0].url",
                "message": "`漢` is not a web address",
                "hint": "a link begins with `https://` or `http://`",
                "related": null,
            }],
        }])
    );
}

#[test]
fn what_cannot_be_read_does_not_hide_what_can() {
    let place = Place::with("good.yaml", "- {id: a, name: A, expires: 2027-01-31}\n");
    place.file("bad.yaml", "- {id: a, name: A, expires: 2027-02-31}\n");
    let left = place.run(&["check", "missing.yaml", "gone.yaml"]);
    assert_eq!(left.code, Some(3));
    assert_eq!(
        left.err.matches("error: cannot read").count(),
        2,
        "{}",
        left.err
    );
    #[cfg(unix)]
    {
        std::fs::create_dir(place.path("lists")).expect("a folder");
        std::os::unix::fs::symlink("nowhere", place.path("lists/a.yaml")).expect("a link");
        std::fs::rename(place.path("bad.yaml"), place.path("lists/b.yaml")).expect("moved");
        for command in [
            &["check", "lists"][..],
            &["build", "lists", "-o", "x.ics"],
            &["build", "lists", "-o", "x/"],
        ] {
            let left = place.run(command);
            assert_eq!(left.code, Some(3), "{command:?}");
            assert!(
                left.err
                    .contains("cannot read `lists/a.yaml`: no such file"),
                "{}",
                left.err
            );
            let all = left.err + &left.out;
            assert!(
                all.contains("February 2027 has 28 days"),
                "{command:?}: {all}"
            );
        }
        assert_eq!(place.names(), ["good.yaml", "lists"]);
    }
}

#[test]
fn what_is_given_up_later_is_not_said_to_be_given_up_now() {
    let place = Place::with(
        "plans.yaml",
        "- {id: a, name: A, expires: 2027-01-10, grace: 1 month, ended: 2027-01-25}\n",
    );
    let left = place.run(&["check", "--today", "2027-01-12"]);
    let hint = "= hint: renew it and write down when; otherwise it is given up on 2027-01-25\n";
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert!(left.out.contains(hint), "{}", left.out);
}

#[test]
fn what_is_not_there_hides_nothing_else() {
    let place = Place::with("x/a.yaml", "- {name: A, expires: 2027-02-30}\n");
    place.file("y/a.yaml", "- {name: B}\n");
    let left = place.run(&["check", "none.yaml", "x", "y"]);
    assert_eq!(left.code, Some(3));
    assert_eq!(
        left.err,
        "error: cannot read `none.yaml`: no such file or directory\nhint: name a plans file, or a \
         directory of them\nerror: `x/a.yaml` and `y/a.yaml` would both be the feed `a`\nhint: \
         rename the file\n"
    );
    assert!(left.out.contains("x/a.yaml:1:22"), "{}", left.out);
    assert!(left.out.contains("y/a.yaml:1:4"), "{}", left.out);
    assert!(left.out.ends_with("2 errors\n"), "{}", left.out);
}
