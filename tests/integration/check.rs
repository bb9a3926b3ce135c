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
            &["4:12 no warning comes a week ahead"],
        ),
        (
            "no lead",
            "  expires: 2027-01-31\n  remind: []\n",
            &["4:11 no warning comes a week ahead"],
        ),
        (
            "a plan shorter than its lead",
            "  renewed: 2026-11-20\n  validity: 5 days\n",
            &[
                "3:12 no warning before it expires: it lasts only 5 days, so every `remind` time is left out",
            ],
        ),
        (
            "a lead of centuries",
            "  expires: 2027-01-31\n  remind: 99999 days\n",
            &["3:12 no warning a week ahead: its earlier warnings would come before the year 1900"],
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
            &["3:12 expires today, on 2026-11-23: all its warnings have passed"],
        ),
        (
            "an expiry tomorrow",
            "  expires: 2026-11-24\n",
            &["3:12 expires tomorrow, on 2026-11-24: all its warnings have passed"],
        ),
        (
            "an expiry that nothing warns of any more",
            "  expires: 2026-11-27\n",
            &["3:12 expires in 4 days, on 2026-11-27: all its warnings have passed"],
        ),
        (
            "an expiry of which today warns",
            "  expires: 2026-11-30\n",
            &[],
        ),
        (
            "a plan that is given up before the day to which it is paid",
            "  renewed: 2026-11-20\n  validity: 3 months\n  ended: 2026-12-20\n",
            &["5:10 it ends on 2026-12-20, so no warning comes before its expiry on 2027-02-20"],
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
                "3:12 `history` has a renewal on 2026-11-12, after this expiry: is there a new expiry?",
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
                "3:12 it was renewed on 2026-11-20, the day of this expiry: is there a new expiry?",
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
                "3:12 it was renewed on 2026-12-02, after this expiry: is there a new expiry?",
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
                "4:10 no warning before the last day to recover it: the grace period is too short for its `remind` times",
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

/// A comment that was probably meant as a part of the value. Case: `name: Card #2`.
#[test]
fn a_comment_that_cuts_a_value_off_is_told() {
    let cut = |at: &str, value: &str| {
        format!("{at} the value ends at `{value}`, because ` #` begins a comment")
    };
    for (reason, line, expected) in [
        ("a number", "name: Card #2", Some(("2:14", "Card"))),
        ("a word", "name: Card #two", Some(("2:14", "Card"))),
        (
            "a letter beyond ASCII",
            "name: \u{5361} #\u{4e8c}",
            Some(("2:11", "\u{5361}")),
        ),
        (
            "a sentence goes on",
            "notes: contract ref #4711, ask for Kim",
            Some(("2:23", "contract ref")),
        ),
        ("a phone number", "number: 900 #55", Some(("2:15", "900"))),
        (
            "a text of several lines",
            "notes: contract\n    ref #4711",
            Some(("3:9", "contract ref")),
        ),
        (
            "an item of a list",
            "tags: [home,\n   box #7\n   ]",
            Some(("3:8", "box")),
        ),
        (
            "an item of a block list",
            "tags:\n  - box #7",
            Some(("3:9", "box")),
        ),
        (
            "a value inside another",
            "support: {app: Shop #2\n   }",
            Some(("2:23", "Shop")),
        ),
        (
            "a receipt",
            "history: [{on: 2026-11-01, receipt: no #12\n   }]",
            Some(("2:42", "no")),
        ),
        ("an ordinary comment", "name: Card # two", None),
        ("two spaces", "name: Card  #2", None),
        ("a comment in a column", "name: Card      #two", None),
        ("an empty comment", "name: Card #", None),
        ("a line of signs", "name: Card #----", None),
        ("two signs", "name: Card ##2", None),
        ("no space", "name: Card#2", None),
        ("quotes", "name: \"Card #2\"", None),
        ("a comment behind quotes", "name: \"Card\" #2", None),
        ("a comment behind brackets", "tags: [a] #two", None),
        ("a comment behind a comma", "tags: [a, #two\n   b]", None),
        ("a price, which is complete", "price: 49 NOK #monthly", None),
        (
            "a date, which is complete",
            "ended: 2028-01-01 #maybe",
            None,
        ),
        ("a length of time", "grace: 60 days #check", None),
        (
            "a link",
            "support: {url: https://telenor.no/ #contact\n   }",
            None,
        ),
        ("a comment of its own", "name: Card\n  #notes: old", None),
        ("a literal text", "notes: |\n    Card #2", None),
        ("a folded text", "notes: >\n    Card #2", None),
    ] {
        let name = if line.starts_with("name") {
            ""
        } else {
            "  name: A\n"
        };
        let plans = format!("- id: a\n  {line}\n{name}  expires: 2027-12-31\n");
        let expected: Vec<String> = expected
            .into_iter()
            .map(|(at, value)| cut(at, value))
            .collect();
        assert_eq!(warnings(&plans, "2026-11-23"), expected, "{reason}");
    }
}

#[test]
fn a_comment_that_cuts_a_value_off_is_drawn_with_the_quoted_text() {
    let place = Place::with(
        "plans.yaml",
        "- id: a\n  name: Card #2 \"B\"  # the old one\n  expires: 2027-12-31\n",
    );
    let left = place.run(&["check", "--today", "2026-11-23", "--strict"]);
    assert_eq!((left.code, left.err.as_str()), (Some(1), ""));
    assert_eq!(
        left.out,
        "warning: the value ends at `Card`, because ` #` begins a comment
 --> plans.yaml:2:14
  |
2 |   name: Card #2 \"B\"  # the old one
  |              ^^^^^^
  |
  = hint: put the whole text in quotes: `\"Card #2 \\\"B\\\"\"`; a comment has a space after its `#`
1 warning
"
    );
}

/// In brackets, the comment also hides what follows on the line.
#[test]
fn plans_of_this_repository_have_no_comment_that_cuts_a_value_off() {
    let mut texts = vec![repository().join("plans.example.yaml")];
    let golden = std::fs::read_dir(repository().join("tests/integration/golden"));
    texts.extend(
        golden
            .expect("golden lists")
            .map(|entry| entry.expect("an entry").path()),
    );
    let yaml = texts
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    let place = Place::new();
    let mut count = 0;
    for path in yaml {
        let left = place.run(&["check", path.to_str().expect("UTF-8")]);
        assert!(!left.out.contains("begins a comment"), "{}", left.out);
        count += 1;
    }
    assert!(count > 5, "{count}");
}

#[test]
fn a_link_that_misleads_is_told() {
    let told = "this link leads to `evil.example`: the part before the `@` is a user name";
    let link = "https://telenor.no@evil.example/";
    for (reason, line, at) in [
        (
            "a way to renew",
            format!("renewal: {{url: {link}}}"),
            "2:26",
        ),
        (
            "the second way",
            format!("renewal: [{{method: shop}}, {{url: {link}}}]"),
            "2:43",
        ),
        ("a check", format!("check: {{url: \"{link}\"}}"), "2:25"),
        ("support", format!("support:\n    url: {link}"), "3:18"),
        (
            "a receipt",
            format!("history: [{{on: 2026-11-01, receipt: {link}}}]"),
            "2:47",
        ),
        (
            "a link in a text",
            format!("notes: Pay at {link} soon"),
            "2:25",
        ),
        (
            "a link in a text of several lines",
            format!("notes: |\n    Pay at\n    {link}"),
            "4:13",
        ),
    ] {
        let plans = format!("- id: a\n  {line}\n  name: A\n  expires: 2027-12-31\n");
        assert_eq!(
            warnings(&plans, "2026-11-23"),
            [format!("{at} {told}")],
            "{reason}"
        );
    }
    let edit =
        format!("calendar:\n  edit: {link}\nplans:\n- {{id: a, name: A, expires: 2027-12-31}}\n");
    assert_eq!(warnings(&edit, "2026-11-23"), [format!("2:17 {told}")]);
    let fine = "- id: a\n  name: A\n  expires: 2027-12-31\n  notes: kim@telenor.no\n  renewal: {url: 'https://telenor.no/?mail=kim@telenor.no'}\n";
    assert_eq!(warnings(fine, "2026-11-23"), [""; 0]);
}

#[test]
fn surprises_of_a_whole_list_are_told_once() {
    assert_eq!(
        warnings(
            "calendar: {notices: false, remind: [40d, 2d]}\nplans:\n- {name: A, expires: 2027-01-31}\n- {name: B, expires: 2027-01-31}\n",
            "2026-11-23"
        ),
        [
            "1:37 Thunderbird never rings an alarm more than 30 days ahead, and `notices` is off",
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
    let many: String = (0..201).map(plan).collect();
    let told = warnings(&many, "2026-11-23");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("1:4 the feed has "), "{told:?}");
    assert!(
        told[0].contains(" kB and 1005 events: Google Calendar drops"),
        "{told:?}"
    );
    let fewer: String = (0..200).map(plan).collect();
    assert_eq!(warnings(&fewer, "2026-11-23"), [""; 0]);
    let long = "x".repeat(60_000);
    let notes: String = (0..6)
        .map(|index| format!("- {{id: i{index}, name: A, expires: 2027-01-31, notes: {long}}}\n"))
        .collect();
    assert!(warnings(&notes, "2026-11-23")[0].contains(" kB and 30 events"));
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
        format!("{}: all is well (7 plans, 54 events)\n", example.display())
    );
    let ops = repository().join("deploy/ops.example.yaml");
    let path = ops.to_str().expect("UTF-8");
    let left = place.run(&["check", "--strict", path, "--today", "2026-11-29"]);
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
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
  = hint: renew it and write down when, or end it with `ended: YYYY-MM-DD`
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
    let hint = "= hint: renew it and write down when; otherwise it ends on 2027-01-25\n";
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
