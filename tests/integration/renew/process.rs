//! The command as it is run: what it prints, what it writes, what it refuses.

use std::process::{Command, Stdio};

use crate::harness::{Left, Place};

pub(super) const PLANS: &str = "\
# Mine
- id: sim
  name: My SIM
  renewed: 2026-07-05   # last
  validity: 3 months
- {name: Pass, expires: 2027-01-31}
- id: old
  name: Old
  expires: 2026-03-01
  ended: 2026-02-20
";

pub(super) fn ok(out: &str, err: &str) -> Left {
    Left::said(0, out, err)
}

#[test]
fn a_renewal_is_recorded_and_told() {
    let place = Place::with("plans.yaml", PLANS);
    let arguments = [
        "renew",
        "sim",
        "--on",
        "2026-10-05",
        "--paid",
        "49NOK",
        "--receipt",
        "SMS ref 8842",
        "--today",
        "2026-10-06",
    ];
    let diff = "\
--- plans.yaml
+++ plans.yaml
@@ -1,8 +1,11 @@
 # Mine
 - id: sim
   name: My SIM
-  renewed: 2026-07-05   # last
+  renewed: 2026-10-05   # last
   validity: 3 months
+  history:
+    - {on: 2026-07-05}
+    - {on: 2026-10-05, paid: 49 NOK, receipt: SMS ref 8842}
 - {name: Pass, expires: 2027-01-31}
 - id: old
   name: Old
";
    let said = "My SIM: renewed on 2026-10-05, expires on 2027-01-05 (before: 2026-10-05); next warning on 2026-12-29, in 84 days\n";
    let mut dry = arguments.to_vec();
    dry.push("--dry-run");
    assert_eq!(
        place.run(&dry),
        ok(diff, &format!("{said}a dry run: nothing was written\n"))
    );
    assert_eq!(place.read("plans.yaml"), PLANS);
    let mut command = place.command(&[
        "renew",
        "sim",
        "-",
        "--on",
        "2026-10-05",
        "--paid",
        "49 NOK",
        "--receipt",
        "SMS ref 8842",
        "--today",
        "2026-10-06",
        "--dry-run",
    ]);
    let file = std::fs::File::open(place.path("plans.yaml")).expect("a list");
    assert_eq!(
        Left::of(command.stdin(Stdio::from(file))),
        ok(
            &diff.replace("plans.yaml", "<stdin>"),
            &format!("{said}a dry run: nothing was written\n")
        )
    );
    assert_eq!(place.run(&arguments), ok(diff, said));
    assert_eq!(
        place.read("plans.yaml"),
        PLANS
            .replace("renewed: 2026-07-05", "renewed: 2026-10-05")
            .replace(
                "3 months\n",
                "3 months\n  history:\n    - {on: 2026-07-05}\n    - {on: 2026-10-05, paid: 49 NOK, receipt: SMS ref 8842}\n"
            )
    );
    assert_eq!(place.names(), ["plans.yaml"]);
}

#[test]
fn a_plan_without_an_id_goes_by_its_name_and_a_mark_stays() {
    let place = Place::with("plans.yaml", format!("\u{feff}{PLANS}"));
    let left = place.run(&[
        "renew",
        "Pass",
        "--until",
        "2037-01-31",
        "--today",
        "2026-10-06",
    ]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert_eq!(
        place.read("plans.yaml"),
        format!("\u{feff}{PLANS}").replace(
            "expires: 2027-01-31}",
            "expires: 2037-01-31, history: [{on: 2026-10-06}]}"
        )
    );
}

#[test]
fn what_would_surprise_is_said() {
    let list = "- id: a\n  name: A\n  expires: 2029-01-31\n  validity: 1 year\n- id: b\n  name: B\n  renewed: 2026-01-05\n  validity: 1 month\n- id: c\n  name: C\n  renewed: 2026-01-31\n  validity: 1 month\n  renewal: {method: auto-debit}\n";
    for (arguments, said) in [
        (
            &["a", "--receipt", "receipts/a.pdf"][..],
            "A: renewed on 2026-10-06, expires on 2027-10-06 (before: 2029-01-31); next warning on 2027-09-29, in 358 days\nwarning: the new expiry, 2027-10-06, is before the old one, 2029-01-31\nwarning: there is no file `receipts/a.pdf` in `.`: the receipt is recorded as it was given\n",
        ),
        (
            &["b", "--on", "2026-02-05"],
            "B: renewed on 2026-02-05, expires on 2026-03-05 (before: 2026-02-05); no warning comes after today\nwarning: even so, it expired on 2026-03-05: today is 2026-10-06\n",
        ),
        (
            &["b", "--until", "2026-12-31"],
            "B: renewed on 2026-10-06, expires on 2026-12-31 (before: 2026-02-05); next warning on 2026-12-24, in 79 days\n`expires` has replaced `validity`: the next renewal needs a length or a last day\n",
        ),
        (
            &["a", "--validity", "6 months"],
            "A: renewed on 2026-10-06, expires on 2027-04-06 (before: 2029-01-31); next warning on 2027-03-30, in 175 days\nwarning: the new expiry, 2027-04-06, is before the old one, 2029-01-31\n`validity` is `6 months` now: the next renewal lasts as long\n",
        ),
        (
            &["b", "--validity", "2 months"],
            "B: renewed on 2026-10-06, expires on 2026-12-06 (before: 2026-02-05); next warning on 2026-11-29, in 54 days\n`validity` is `2 months` now: the next renewal lasts as long\n",
        ),
        (
            &["b", "--validity", "P1M"],
            "B: renewed on 2026-10-06, expires on 2026-11-06 (before: 2026-02-05); next warning on 2026-10-30, in 24 days\n",
        ),
        (
            &["c"],
            "C: recorded a renewal on 2026-10-06; it renews by itself, so its dates stay the same; automatic renewals have no warning unless the plan has `remind`\n",
        ),
    ] {
        let place = Place::with("plans.yaml", list);
        let arguments = [&["renew"], arguments, &["--today", "2026-10-06"]].concat();
        let left = place.run(&arguments);
        assert_eq!((left.code, left.err.as_str()), (Some(0), said));
    }
}

/// Letters that look the same are distinguished by their code points.
#[test]
fn an_id_that_only_looks_like_another_is_told_apart() {
    let place = Place::with(
        "plans.yaml",
        "- {name: P\u{e5}l, expires: 2027-01-31}\n- {name: My card, expires: 2027-01-31}\n",
    );
    let ids = "the ids are `P\u{e5}l`, `My card`\n";
    for (id, hint) in [
        (
            "Pa\u{30a}l",
            "did you mean `P\u{e5}l`? it has U+00E5 where this has U+0061 U+030A;",
        ),
        (
            "My\u{a0}card",
            "did you mean `My card`? it has U+0020 where this has U+00A0;",
        ),
        ("Pal", "did you mean `P\u{e5}l`?"),
    ] {
        let renew = place.run(&[
            "renew",
            id,
            "--until",
            "2028-01-31",
            "--today",
            "2027-01-01",
        ]);
        assert!(
            renew.err.ends_with(&format!("hint: {hint} {ids}")),
            "{}",
            renew.err
        );
        let list = place.run(&["list", id, "--today", "2027-01-01"]);
        let hint = hint.trim_end_matches(';');
        assert!(
            list.err.ends_with(&format!("hint: {hint}\n")),
            "{}",
            list.err
        );
    }
}

#[test]
fn what_cannot_be_recorded_is_refused() {
    let ended = "error: `old` ended on 2026-02-20
  --> plans.yaml:10:10
   |
10 |   ended: 2026-02-20
   |          ^^^^^^^^^^
   |
   = hint: if you keep it, remove `ended` first
";
    let same = "error: `sim` has a renewal on 2026-07-05 already
 --> plans.yaml:4:12
  |
4 |   renewed: 2026-07-05   # last
  |            ^^^^^^^^^^
  |
  = hint: if that entry is wrong, change it by hand
";
    let older = "error: a renewal of `sim` on 2026-07-04 is older than the last one, on 2026-07-05
 --> plans.yaml:4:12
  |
4 |   renewed: 2026-07-05   # last
  |            ^^^^^^^^^^
  |
  = hint: add a forgotten renewal to `history` by hand
";
    let length = "error: the plan does not say how long a renewal of `Pass` lasts
 --> plans.yaml:6:25
  |
6 | - {name: Pass, expires: 2027-01-31}
  |                         ^^^^^^^^^^
  |
  = hint: add the new last day, as in `--until 2030-01-31`, or a length, as in `--validity \"1 year\"`
";
    for (arguments, said) in [
        (
            &["sim", "--on", "2026-10-07"][..],
            "error: a renewal on 2026-10-07 is in the future: today is 2026-10-06\nhint: record it once it is done\n",
        ),
        (&["sim", "--on", "2026-07-05"], same),
        (&["sim", "--on", "2026-07-04"], older),
        (&["old"], ended),
        (&["Pass"], length),
        (
            &["Pass", "--until", "2026-10-01"],
            "error: `--until 2026-10-01` is before the day of the renewal, 2026-10-06\n",
        ),
        (
            &["sim", "--from-expiry"],
            "error: `sim` counts from the day of its renewal, not from its expiry\nhint: give the new date instead: `--until 2027-01-31`\n",
        ),
        (
            &["sim", "--validity", "9000 years"],
            "error: it would end after the year 9998\n",
        ),
        (
            &["sim", "--note", " "],
            "error: `--note`: this text is empty\n",
        ),
        (
            &["sim", "--receipt", "a\nb"],
            "error: `--receipt`: a line break where one line is wanted\nhint: write it on one line\n",
        ),
        (
            &["sim", "--note", "a\u{7}b"],
            "error: `--note`: control character U+0007\nhint: remove it: some calendars refuse a whole feed for it\n",
        ),
        (
            &["sin"],
            "error: no plan in `plans.yaml` has the id or the name `sin`\nhint: did you mean `sim`? the ids are `sim`, `Pass`, `old`\n",
        ),
        (
            &["My SMI"],
            "error: no plan in `plans.yaml` has the id or the name `My SMI`\nhint: did you mean `My SIM`? the ids are `sim`, `Pass`, `old`\n",
        ),
        (
            &["sim", "-"],
            "error: cannot write the change to standard input\nhint: name the plans file, or add `--dry-run` to see what would change\n",
        ),
    ] {
        let place = Place::with("plans.yaml", PLANS);
        let arguments = [&["renew"], arguments, &["--today", "2026-10-06"]].concat();
        assert_eq!(
            place.run(&arguments),
            Left::said(2, "", said),
            "{arguments:?}"
        );
        assert_eq!(place.read("plans.yaml"), PLANS, "{arguments:?}");
        assert_eq!(place.names(), ["plans.yaml"]);
    }
}

#[test]
fn a_file_with_a_problem_is_left() {
    let text = "- {id: a, name: A, expires: 2027-01-31}\n- {id: b, name: B}\n";
    let place = Place::with("plans.yaml", text);
    let left = place.run(&["renew", "a", "--until", "2028-01-31"]);
    assert_eq!(left.code, Some(1));
    assert!(
        left.err
            .starts_with("error: a plan needs a date\n --> plans.yaml:2:4\n"),
        "{}",
        left.err
    );
    assert!(left.err.ends_with("1 problem; nothing was written\n"));
    assert_eq!(place.read("plans.yaml"), text);
}

#[test]
fn what_is_for_hands_is_shown() {
    let text = "- &b\n  name: A\n  renewed: 2026-07-05\n  validity: 3 months\n- <<: *b\n  id: x\n  name: X\n";
    let place = Place::with("plans.yaml", text);
    let said = "error: `renewed` of `x` comes from `<<`: a change would also change other plans
 --> plans.yaml:3:12
  |
3 |   renewed: 2026-07-05
  |            ^^^^^^^^^^
nothing was written; change this plan by hand:
  renewed: 2026-10-05
  history:
    - {on: 2026-07-05}
    - {on: 2026-10-05}
";
    let run = place.run(&["renew", "x", "--today", "2026-10-05"]);
    assert_eq!(run, Left::said(1, "", said));
    assert_eq!(place.read("plans.yaml"), text);
    // Written like this, the file is valid and means what the user intended.
    let lines =
        "  renewed: 2026-10-05\n  history:\n    - {on: 2026-07-05}\n    - {on: 2026-10-05}\n";
    place.file("plans.yaml", format!("{text}{lines}"));
    assert_eq!(place.run(&["build", "-o", "x.ics", "-q"]), ok("", ""));
}

/// A new price must have one meaning.
#[test]
fn a_price_that_may_have_a_thousands_separator_is_refused() {
    let place = Place::with("plans.yaml", PLANS);
    for (paid, hint) in [
        ("1.299 EUR", "write `1299 EUR` or `1.30 EUR`"),
        ("1.000 JPY", "write `1000 JPY` or `1 JPY`"),
        ("1,299 EUR", "write `1299 EUR` or `1.30 EUR`"),
        ("¥8", "write `8 CNY` or `8 JPY`"),
    ] {
        let run = place.run(&["renew", "sim", "--paid", paid, "--today", "2026-10-06"]);
        assert_eq!(run.code, Some(2), "{paid}");
        assert!(run.err.contains(hint), "{paid}: {}", run.err);
        assert_eq!(place.read("plans.yaml"), PLANS, "{paid}");
    }
    let run = place.run(&[
        "renew",
        "sim",
        "--paid",
        "1.299 KWD",
        "--today",
        "2026-10-06",
    ]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(place.read("plans.yaml").contains("paid: 1.299 KWD"));
}

#[test]
fn a_plan_goes_by_its_name_unless_another_has_that_id() {
    let plan = |id: &str, name: &str| {
        format!("- {{id: {id}, name: {name}, expires: 2027-01-31, validity: 1 year}}\n")
    };
    let list = [
        plan("a", "My SIM"),
        plan("b", "Twin"),
        plan("c", "Twin"),
        plan("d", "a"),
    ];
    let place = Place::with("lists/one.yaml", list.concat());
    place.file("lists/two.yaml", plan("e", "Other") + &plan("f", "Twin"));
    let renew = |plan: &str, plans: &str| {
        place.run(&["renew", plan, plans, "--dry-run", "--today", "2026-10-06"])
    };
    for (name, plans, id) in [
        ("My SIM", "lists/one.yaml", "a"),
        ("My SIM", "lists", "a"),
        ("Other", "lists", "e"),
        // It is also the name of `d`.
        ("a", "lists/one.yaml", "a"),
        ("a", "lists", "a"),
        ("Twin", "lists/two.yaml", "f"),
    ] {
        let run = renew(name, plans);
        assert_eq!(run.code, Some(0), "{name}: {}", run.err);
        let changed = format!("+- {{id: {id}, ");
        assert!(run.out.contains(&changed), "{name}: {}", run.out);
    }
    assert_eq!(
        renew("Twin", "lists/one.yaml"),
        Left::said(
            2,
            "",
            "error: 2 plans have the name `Twin`\nhint: give the id of one: `b`, `c`\n"
        )
    );
    assert_eq!(
        renew("Twin", "lists"),
        Left::said(
            2,
            "",
            "error: 3 plans have the name `Twin`\nhint: give the id of one: `b` in `lists/one.yaml`, `c` in `lists/one.yaml`, `f` in `lists/two.yaml`\n"
        )
    );
    let run = renew("my sim", "lists/one.yaml");
    assert!(
        run.err
            .contains("has the id or the name `my sim`\nhint: did you mean `My SIM`?"),
        "{}",
        run.err
    );
}

/// The command in the events works in the folder of the plans file, whatever that file is called.
#[test]
fn the_command_that_events_name_has_the_name_of_the_file() {
    let plan = "- {id: telenor, name: T, expires: 2026-10-20, validity: 1 year}\n";
    let list = |id: &str| plan.replace("telenor", id);
    let commands = |feed: &str| {
        let texts = crate::harness::values(feed, "DESCRIPTION").into_iter();
        let commands = texts.filter_map(|text| {
            let line = text
                .split("\\n")
                .find_map(|line| line.split("record it: ").nth(1))?;
            Some(unescaped(line))
        });
        let mut commands: Vec<String> = commands.collect();
        commands.sort();
        commands.dedup();
        commands
    };
    let program = env!("CARGO_BIN_EXE_weekahead");
    for (file, command) in [
        ("plans.yaml", "weekahead renew telenor"),
        ("plans.yml", "weekahead renew telenor plans.yml"),
        ("sims.yaml", "weekahead renew telenor sims.yaml"),
        ("My SIMs.yaml", "weekahead renew telenor 'My SIMs.yaml'"),
        ("保号.yaml", "weekahead renew telenor 保号.yaml"),
        ("-x.yaml", "weekahead renew telenor ./-x.yaml"),
        (
            "it's $(x).yaml",
            r"weekahead renew telenor 'it'\''s $(x).yaml'",
        ),
        ("no-ending", "weekahead renew telenor no-ending"),
    ] {
        let place = Place::with(&format!("lists/{file}"), plan);
        let feed = place.feed(&["build", &format!("lists/{file}"), "--today", "2026-10-06"]);
        assert_eq!(commands(&feed), [command], "{file}");
        let words = command.strip_prefix("weekahead ").expect("the command");
        let mut shell = Command::new("sh");
        shell
            .arg("-c")
            .arg(format!("'{program}' {words} --today 2026-10-06"))
            .current_dir(place.path("lists"));
        let run = Left::of(&mut shell);
        assert_eq!(run.code, Some(0), "{command}: {}", run.err);
        // `list` shows the same text.
        let path = format!("lists/{file}");
        let shown = place.run(&["list", "--id", "telenor", &path, "--today", "2026-10-06"]);
        assert!(shown.out.contains(command), "{file}: {}", shown.out);
    }
    // Each plan of a merged feed names its own file.
    let place = Place::with("a.yaml", list("a"));
    place.file("plans.yaml", list("b"));
    place.file("c d.yml", list("-c"));
    let feed = place.feed(&[
        "build",
        "a.yaml",
        "plans.yaml",
        "c d.yml",
        "--today",
        "2026-10-06",
    ]);
    assert_eq!(
        commands(&feed),
        [
            "weekahead renew -- '-c' 'c d.yml'",
            "weekahead renew a a.yaml",
            "weekahead renew b",
        ]
    );
}

#[test]
fn a_plan_is_found_in_a_directory() {
    let place = Place::with("lists/a.yaml", PLANS);
    place.file("lists/b.yml", "- {id: web, name: W, expires: 2026-12-31, validity: 1 year}\n- {id: old, name: O, expires: 2027-01-31}\n");
    let left_ = place.run(&["renew", "web", "lists", "--today", "2026-10-06"]);
    assert_eq!(left_.code, Some(0), "{}", left_.err);
    assert!(left_.out.starts_with("--- lists/b.yml\n"));
    assert_eq!(
        place.run(&["renew", "old", "lists", "--today", "2026-10-06"]),
        Left::said(
            2,
            "",
            "error: both `lists/a.yaml` and `lists/b.yml` have a plan with the id `old`\nhint: name one: `lists/a.yaml`\n"
        )
    );
    assert_eq!(
        place.run(&["renew", "wbe", "lists"]),
        Left::said(
            2,
            "",
            "error: no plan in `lists` has the id or the name `wbe`\nhint: did you mean `web`? the ids are `sim`, `Pass`, `old`, `web`\n"
        )
    );
    assert_eq!(
        place.run(&["renew", "x", "missing.yaml"]),
        Left::said(
            3,
            "",
            "error: cannot read `missing.yaml`: no such file or directory\nhint: name a plans file, or a directory of them\n"
        )
    );
}

#[test]
fn the_command_that_events_name_works() {
    let names = [
        "a b",
        "it's $(x) `y`",
        "-x",
        "--",
        "=x",
        "漢字",
        "a\"b\\c",
        "~",
        "*",
        "#x",
        "!x",
        "{a,b}",
    ];
    let list: String = names
        .iter()
        .map(|name| {
            let quoted = name.replace('\'', "''");
            format!("- {{name: '{quoted}', expires: 2026-10-20, validity: 1 year}}\n")
        })
        .collect();
    let place = Place::with("plans.yaml", &list);
    let feed = place.feed(&["build", "--today", "2026-10-06"]);
    let mut commands: Vec<String> = crate::harness::values(&feed, "DESCRIPTION")
        .iter()
        .filter_map(|text| {
            let line = text
                .split("\\n")
                .find_map(|line| line.split("record it: ").nth(1))?;
            Some(unescaped(line))
        })
        .collect();
    commands.sort();
    commands.dedup();
    assert_eq!(commands.len(), names.len());
    let program = env!("CARGO_BIN_EXE_weekahead");
    for command in commands {
        let words = command
            .strip_prefix("weekahead renew ")
            .expect("the command");
        let mut shell = Command::new("sh");
        shell
            .arg("-c")
            .arg(format!("'{program}' renew --today 2026-10-06 {words}"))
            .current_dir(place.path(""));
        let left = Left::of(&mut shell);
        assert_eq!(left.code, Some(0), "{command}: {}", left.err);
    }
    assert_eq!(
        place.read("plans.yaml"),
        list.replace(
            "2026-10-20, validity: 1 year",
            "2027-10-06, validity: 1 year, history: [{on: 2026-10-06}]"
        )
    );
}

/// A text of a feed, unescaped (RFC 5545, section 3.3.11).
fn unescaped(text: &str) -> String {
    let text = text
        .replace("\\\\", "\0")
        .replace("\\,", ",")
        .replace("\\;", ";");
    text.replace('\0', "\\")
}
