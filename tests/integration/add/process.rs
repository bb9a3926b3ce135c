//! The command with options: what it prints, what it writes, what it refuses.

use std::process::Command;

use crate::harness::{Left, Place};

pub(super) const TODAY: &str = "2026-11-30";
pub(super) const PLANS: &str = "\
# Mine
- id: sim
  name: My SIM
  renewed: 2026-07-05   # last
  validity: 3 months
  price: 49 NOK
";

/// Runs `add` on a day.
pub(super) fn add(place: &Place, options: &[&str]) -> Left {
    place.run(&[&["add"], options, &["--today", TODAY]].concat())
}

#[test]
fn a_sim_card_is_added_and_told() {
    let place = Place::with("plans.yaml", PLANS);
    let options = [
        "--name",
        "Telenor Kontant",
        "--provider",
        "Telenor",
        "--number",
        "＋47 900 00 001",
        "--renewed",
        "yesterday",
        "--validity",
        "90d",
        "--grace",
        "60 dager",
        "--price",
        "49,-",
        "--price",
        "nok 49,50",
        "--renewal",
        "Top up 49 NOK, telenor.no/kontant",
        "--remind",
        "2 weeks, 7d",
        "--tag",
        "family",
        "--tag",
        "norway",
        "--notes",
        "Receiving a text does not count.",
    ];
    let again = add(&place, &options);
    assert_eq!(again.code, Some(2), "{}", again.err);
    let options: Vec<&str> = options
        .into_iter()
        .enumerate()
        .filter(|(index, _)| !(12..14).contains(index))
        .map(|(_, option)| option)
        .collect();
    let diff = "\
--- plans.yaml
+++ plans.yaml
@@ -4,3 +4,15 @@
   renewed: 2026-07-05   # last
   validity: 3 months
   price: 49 NOK
+- id: telenor-kontant
+  name: Telenor Kontant
+  provider: Telenor
+  number: \"+47 900 00 001\"
+  renewed: 2026-11-29
+  validity: 90 days
+  grace: 60 days
+  price: 49.50 NOK
+  renewal: {method: website, action: Top up 49 NOK, url: https://telenor.no/kontant}
+  remind: [14d, 7d]
+  tags: [family, norway]
+  notes: Receiving a text does not count.
";
    let said = "\
Telenor Kontant: expires on 2027-02-27, can be recovered until 2027-04-28; next warning on 2027-02-13, in 75 days
  2027-02-13  Telenor Kontant: 14 days left (expires 27 Feb 2027)
  2027-02-20  Telenor Kontant: 7 days left (expires 27 Feb 2027)
  2027-02-27  Telenor Kontant expires on 27 Feb 2027
";
    let dry = add(&place, &[&options[..], &["--dry-run"]].concat());
    let dry_said = format!("{said}a dry run: nothing was written\n");
    assert_eq!(dry, Left::said(0, diff, &dry_said));
    assert_eq!(place.read("plans.yaml"), PLANS);
    assert_eq!(add(&place, &options), Left::said(0, diff, said));
    let added = diff.lines().filter_map(|line| line.strip_prefix('+'));
    let added: String = added.skip(1).map(|line| format!("{line}\n")).collect();
    assert_eq!(place.read("plans.yaml"), format!("{PLANS}{added}"));
    let renewed = place.run(&["renew", "telenor-kontant", "--today", TODAY]);
    assert_eq!(renewed.code, Some(0), "{}", renewed.err);
}

#[test]
fn what_is_wrong_or_missing_is_said_with_its_option() {
    let place = Place::with("plans.yaml", PLANS);
    for (options, said) in [
        (
            &[][..],
            "error: a plan needs a name\n\
             hint: give it with `--name`, as in `--name \"Telenor Kontant\"`\n",
        ),
        (
            &["--name", "X"],
            "error: a plan needs a date\n\
             hint: give `--expires 2027-01-31`, or `--renewed 2026-10-05` with `--validity \"90 days\"`\n",
        ),
        (
            &["--name", "X", "--renewed", "today"],
            "error: `--renewed` needs `--validity`\n\
             hint: say how long a renewal lasts, as in `--validity \"90 days\"`\n",
        ),
        (
            &["--name", "X", "--validity", "3个月"],
            "error: `--validity` needs `--renewed` or `--expires`\n\
             hint: say when it was last renewed, as in `--renewed today`\n",
        ),
        (
            &["--name", "X", "--expires", "03/04/2027"],
            "error: `--expires`: `03/04/2027` can mean `2027-04-03` or `2027-03-04`\n\
             hint: write the one that you mean\n",
        ),
        (
            &["--name", "X", "--expires", "2027-03", "--price", "¥30"],
            "error: `--price`: `¥30` can mean `30 CNY` or `30 JPY`\n\
             hint: write the one that you mean\n",
        ),
        (
            &["--name", "X", "--renewed", "2027-03", "--validity", "1 yr"],
            "error: `--renewed`: `2027-03` names no day\n\
             hint: name the day as well, as in `2026-10-05`\n",
        ),
        (
            &["--name", "X", "--renewed", "today", "--validity", "0 days"],
            "error: `--validity`: `0 days` is shorter than a day: allowed from 1 day\n",
        ),
        (
            &[
                "--name",
                "X",
                "--expires",
                "tomorrow",
                "--renewed",
                "today",
                "--validity",
                "1d",
            ],
            "error: `--expires`: `expires`, `renewed` and `validity` together: which one counts?\n\
             hint: keep `expires`, or keep `renewed` with `validity`\n",
        ),
        (
            &["--name", "a\u{1b}b", "--expires", "2027-03"],
            "error: `--name`: control character U+001B\n\
             hint: remove it: some calendars refuse a whole feed for it\n",
        ),
        (
            &["--name", "X", "--expires", "2027-03", "--tag", "a\nb"],
            "error: `--tag`: a line break where one line is wanted\n\
             hint: write it on one line\n",
        ),
        (
            &["--name", "sim", "--expires", "2027-03"],
            "error: another plan has the id or the name `sim` already\n\
             hint: give this one an id of its own, as in `--id sim-2`\n",
        ),
        (
            &["--name", "My SIM", "--expires", "2027-03"],
            "error: another plan has the id or the name `My SIM` already\n\
             hint: give this one an id of its own, as in `--id my-sim`\n",
        ),
        (
            &["--name", "X", "--expires", "2027-03", "--id", "sim"],
            "error: another plan has the id `sim` already\n\
             hint: give this one an id of its own, as in `--id x`\n",
        ),
        (
            &["--name", "X", "--expires", "2027-03", "--remind", ","],
            "error: `--remind`: a length of time was expected\nhint: write `7d`, or `14d, 7d`\n",
        ),
        (
            &[
                "--name",
                "X",
                "--expires",
                "2027-03",
                "--method",
                "auto-debit",
            ],
            "error: a plan that renews by itself needs `--validity`\n\
             hint: say how often it renews, as in `--validity \"1 month\"`\n",
        ),
        (
            &["-", "--name", "X", "--expires", "2027-03"],
            "error: cannot write the change to standard input\nhint: name the plans file\n",
        ),
    ] {
        assert_eq!(add(&place, options), Left::said(2, "", said), "{options:?}");
        assert_eq!(place.read("plans.yaml"), PLANS, "{options:?}");
    }
}

#[test]
fn an_id_is_made_where_plans_have_ids() {
    let without_ids = "- {name: A, expires: 2027-01-31}\n";
    let options = ["--name", "A B 漢", "--expires", "2027-03"];
    for (list, expected) in [
        (PLANS, "- id: a-b-漢\n  name: A B 漢\n  expires: 2027-03\n"),
        (without_ids, "- {name: A B 漢, expires: 2027-03}\n"),
    ] {
        let place = Place::with("plans.yaml", list);
        assert_eq!(add(&place, &options).code, Some(0));
        assert_eq!(place.read("plans.yaml"), format!("{list}{expected}"));
    }
    // A name that is used needs an id, and gets it.
    let place = Place::with("plans.yaml", without_ids);
    let left = add(
        &place,
        &["--name", "A", "--expires", "2027-03", "--id", "a"],
    );
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert_eq!(
        place.read("plans.yaml"),
        format!("{without_ids}- {{id: a, name: A, expires: 2027-03}}\n")
    );
}

#[test]
fn a_plan_that_is_over_or_renews_by_itself_is_told() {
    let place = Place::with("plans.yaml", PLANS);
    let past = add(&place, &["-n", "--name", "X", "--expires", "1.1.2026"]);
    assert_eq!(
        past.err,
        "X: expires on 2026-01-01; no warning comes after today\n\
         warning: it expired on 2026-01-01 already: today is 2026-11-30\n\
         a dry run: nothing was written\n"
    );
    for (expires, advice) in [
        (
            "2026-12-05",
            "renew it now, or choose a shorter time to warn, such as 1d",
        ),
        ("2026-11-30", "renew it now"),
    ] {
        let due = add(&place, &["-n", "--name", "X", "--expires", expires]);
        assert_eq!(
            due.err.lines().find(|line| line.starts_with("warning")),
            Some(format!("warning: all its warnings have passed: {advice}").as_str())
        );
    }
    let automatic = [
        "-n",
        "--name",
        "X",
        "--renewed",
        "2026-11-05",
        "--validity",
        "monthly",
        "--renewal",
        "auto-debit",
    ];
    let automatic = add(&place, &automatic);
    assert_eq!(
        automatic.err.lines().next(),
        Some(
            "X: renews by itself, next on 2026-12-05; automatic renewals have no warning unless the plan has `remind`"
        )
    );
    assert!(
        automatic
            .out
            .contains("+  validity: 1 month\n+  renewal: {method: auto-debit}\n"),
        "{}",
        automatic.out
    );
}

#[test]
fn a_directory_with_one_file_is_that_file() {
    let place = Place::with("lists/a.yaml", PLANS);
    let options = ["lists", "--name", "X", "--expires", "2027-03"];
    let one = add(&place, &options);
    assert_eq!(one.code, Some(0), "{}", one.err);
    assert!(one.out.starts_with("--- lists/a.yaml\n"), "{}", one.out);
    let none = add(&place, &["none/", "--name", "X", "--expires", "2027-03"]);
    assert_eq!(
        none,
        Left::said(
            3,
            "",
            "error: there is no directory `none/`\n\
             hint: name a plans file: if it does not exist, it is created\n"
        )
    );
    place.file("lists/b.yaml", PLANS);
    assert_eq!(
        add(&place, &options),
        Left::said(
            2,
            "",
            "error: `lists` has 2 plans files: `lists/a.yaml`, `lists/b.yaml`\n\
             hint: name the file for the new plan\n"
        )
    );
}

#[test]
fn a_broken_file_is_refused_with_its_problems() {
    for (list, said) in [
        (
            "- name: A\n",
            "error: a plan needs a date\n --> plans.yaml:1:3\n",
        ),
        (
            "calendar: {nmae: C}\nplans: []\n",
            "error: unknown key `nmae`\n --> plans.yaml:1:12\n",
        ),
    ] {
        let place = Place::with("plans.yaml", list);
        let left = add(&place, &["--name", "X", "--expires", "2027-03"]);
        assert_eq!((left.code, left.out.as_str()), (Some(1), ""));
        assert!(left.err.starts_with(said), "{}", left.err);
        assert!(
            left.err.ends_with("; nothing was written\n"),
            "{}",
            left.err
        );
        assert_eq!(place.read("plans.yaml"), list);
    }
    let place = Place::with("plans.yaml", b"# \xff\n");
    let left = add(&place, &["--name", "X", "--expires", "2027-03"]);
    assert_eq!(left.code, Some(1));
    assert!(left.err.contains("UTF-8"), "{}", left.err);
}

#[test]
fn what_cannot_be_added_is_shown_to_be_written_by_hand() {
    let list = "<<: {plans: &l [{name: A, expires: 2027-01-31}]}\nplans: *l\n";
    let place = Place::with("plans.yaml", list);
    let by_hand = add(&place, &["--name", "X", "--expires", "2027-03"]);
    assert_eq!(
        by_hand,
        Left::said(
            1,
            "",
            "\
error: the list of plans is an alias: adding a plan would change another place too
 --> plans.yaml:2:8
  |
2 | plans: *l
  |        ^^
nothing was written; add this by hand at the end of the list:
  - name: X
    expires: 2027-03
"
        )
    );
    assert_eq!(place.read("plans.yaml"), list);
}

#[test]
fn an_empty_list_is_added_to_with_its_settings() {
    let list = "calendar: {timezone: Pacific/Kiritimati, language: nb}\nplans: []\n";
    let place = Place::with("plans.yaml", list);
    let first = add(&place, &["--name", "X", "--expires", "2027-03"]);
    assert_eq!(first.code, Some(0), "{}", first.err);
    assert!(
        first
            .err
            .ends_with("  2027-03-31  X utløper 31. mars 2027\n"),
        "{}",
        first.err
    );
    assert_eq!(
        place.read("plans.yaml"),
        list.replace(" []", "\n  - id: x\n    name: X\n    expires: 2027-03")
    );
}

#[test]
fn without_a_file_a_new_one_is_made() {
    let place = Place::new();
    let options = [
        "--name",
        "Kort: 1",
        "--renewed",
        "today",
        "--validity",
        "1 år",
    ];
    let dry = add(&place, &[&options[..], &["-n"]].concat());
    assert_eq!(dry.code, Some(0), "{}", dry.err);
    assert_eq!(place.names(), [""; 0]);
    let made = add(&place, &options);
    let schema = "plans.schema.json: lets editors with a YAML language server complete keys and mark errors\n";
    let expected = format!(
        "Kort: 1: expires on 2027-11-30; next warning on 2027-11-23, in 358 days\n  \
           2027-11-23  Kort: 1: 7 days left (expires 30 Nov 2027)\n  \
           2027-11-30  Kort: 1 expires on 30 Nov 2027\n\
         plans.yaml: a new list with one plan in it\n{}\
         next:\n  \
           add another plan                 weekahead add plans.yaml\n  \
           see it and subscribe to it       weekahead serve plans.yaml\n",
        if cfg!(feature = "schema") { schema } else { "" },
    );
    assert_eq!(made, Left::said(0, "", &expected));
    let text = place.read("plans.yaml");
    let plan = "plans:\n  - id: kort-1\n    name: \"Kort: 1\"\n    renewed: 2026-11-30\n    validity: 1 year\n\n  # More examples.";
    assert!(text.contains(plan), "{text}");
    let checked = place.run(&["check", "--strict", "--today", TODAY]);
    assert_eq!(checked.code, Some(0), "{}", checked.err);
    let second = add(&place, &["--name", "Two", "--expires", "2027-03"]);
    assert_eq!(second.code, Some(0), "{}", second.err);
    assert_eq!(
        place.read("plans.yaml"),
        format!("{text}\n  - id: two\n    name: Two\n    expires: 2027-03\n")
    );
    let left_there = add(
        &place,
        &["no/plans.yaml", "--name", "X", "--expires", "2027-03"],
    );
    assert_eq!(
        left_there,
        Left::said(
            3,
            "",
            "error: cannot write `no/plans.yaml`: no such file or directory\n"
        )
    );
}

#[test]
#[ignore = "needs git"]
fn in_a_repository_the_commands_that_are_left_are_said() {
    let place = Place::with("plans.yaml", PLANS);
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command
            .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
            .args(arguments)
            .current_dir(place.path(""));
        let output = command.output().expect("git runs");
        assert!(output.status.success(), "{output:?}");
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "one"]);
    let left = add(&place, &["--name", "A B", "--expires", "2027-03"]);
    let commands = "still to do:\n  \
                    git add -- plans.yaml\n  \
                    git commit -m 'Add a-b' -- plans.yaml\n";
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert!(left.err.ends_with(commands), "{}", left.err);
}
