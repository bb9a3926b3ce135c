//! The command at a terminal. The terminal is made by `script`, which is part of util-linux.

use std::fs;
use std::process::Command;

use super::process::{PLANS, TODAY};
use crate::harness::Place;

/// Runs a command line of the program at a terminal, where `answers` are typed. Returns its exit code
/// and what it said: without what was typed, which the terminal repeats at its beginning.
pub(crate) fn at_terminal(place: &Place, line: &str, answers: &str) -> (Option<i32>, String) {
    place.file("answers", answers);
    let program = env!("CARGO_BIN_EXE_weekahead");
    let mut command = Command::new("script");
    command
        .args([
            "-qefc",
            &format!("stty -echo; '{program}' {line}"),
            "/dev/null",
        ])
        .current_dir(place.path(""))
        .env("TZ", "UTC")
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .stdin(fs::File::open(place.path("answers")).expect("answers"));
    let output = command.output().expect("`script` runs");
    fs::remove_file(place.path("answers")).expect("the answers are removed");
    let said = String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n");
    (output.status.code(), said)
}

fn add(place: &Place, options: &str, answers: &str) -> (Option<i32>, String) {
    at_terminal(place, &format!("add {options} --today {TODAY}"), answers)
}

#[test]
#[ignore = "needs script"]
fn five_answers_add_a_sim_card() {
    let place = Place::with("plans.yaml", PLANS);
    let answers = "Telenor Kontant\n90 days\n\n49\ntelenor.no/kontant\n\n\n";
    let (code, said) = add(&place, "", answers);
    assert_eq!(code, Some(0), "{said}");
    let dialogue = "\
Name of the plan, as in Telenor Kontant: \
The day on which it runs out, as in 2027-01-31; or how long a renewal lasts, as in 90 days: \
Last renewed on [today, 2026-11-30]: \
Price of a renewal, as in 49 NOK (Enter: none): \
How to renew it: a sentence, a link or a code to dial (Enter: none): \
How long before to warn, as in 30d, 7d (Enter: 7d, as in the list): 
  - id: telenor-kontant
    name: Telenor Kontant
    renewed: 2026-11-30
    validity: 90 days
    price: 49 NOK
    renewal: {method: website, url: https://telenor.no/kontant}

Telenor Kontant: expires on 2027-02-28; next warning on 2027-02-21, in 83 days
  2027-02-21  Telenor Kontant: 7 days left (expires 28 Feb 2027)
  2027-02-28  Telenor Kontant expires on 28 Feb 2027
Add it? [Y/n] plans.yaml: added `Telenor Kontant`
";
    assert!(said.ends_with(dialogue), "{said}");
    let added = "- id: telenor-kontant\n  name: Telenor Kontant\n  renewed: 2026-11-30\n  validity: 90 days\n  price: 49 NOK\n  renewal: {method: website, url: https://telenor.no/kontant}\n";
    assert_eq!(place.read("plans.yaml"), format!("{PLANS}{added}"));
}

#[test]
#[ignore = "needs script"]
fn what_has_two_meanings_or_none_is_asked_again() {
    let list = "- {name: A, expires: 2027-01-31, price: 49 DKK}\n";
    let place = Place::with("plans.yaml", list);
    let answers = "\nA\nA\na2\n\nsoon\n90d\n2027-01-01\n1.1.2026\nn\n1.1.2026\n\n03/04/2027\n3\n2\n49 kr\n\n\n0d\n2w, 三天\ny\n";
    let (code, said) = add(&place, "", answers);
    assert_eq!(code, Some(0), "{said}");
    for part in [
        "  a plan needs a name\n",
        "  another plan has the id or the name `A` already\nA short id for this plan, which never changes [a]: ",
        "  another plan has the id `A` already\n",
        "  a plan needs a date; write `2027-01-31`, `31.1.2027` or `90 days`\n",
        "  `soon` is neither a date nor a length of time; write `2027-01-31`, `31.1.2027` or `90 days`\n",
        "  `2027-01-01` is in the future: today is 2026-11-30\nLast renewed on",
        "  It ran out on 2026-04-01, 243 days ago. Is that right? [y/N] The day on which it runs out",
        "  It ran out on 2026-01-01, 333 days ago. Is that right? [y/N] The day on which it runs out",
        "  `03/04/2027` can mean 2 things:\n    1  2027-04-03\n    2  2027-03-04\n  Which one [1]: ",
        "  answer with a number from 1 to 2\n",
        "  `49 kr` can mean 4 things:\n    1  49 DKK\n    2  49 NOK\n",
        "  `0d` is shorter than a day: allowed from 1 day\n",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert_eq!(
        place.read("plans.yaml"),
        format!(
            "{list}- {{id: a2, name: A, expires: 2027-03-04, price: 49 DKK, remind: [14d, 3d]}}\n"
        )
    );
}

#[test]
#[ignore = "needs script"]
fn nothing_is_written_without_a_yes() {
    for (answers, end) in [
        ("", "error: no answer; nothing was written\n"),
        ("X\n\u{4}", "error: no answer; nothing was written\n"),
        (
            "X\n2027-03\n\n\n\n\u{4}",
            "error: no answer; nothing was written\n",
        ),
        (
            "X\n2027-03\n\n\n\nn\n",
            "Add it? [Y/n] nothing was written\n",
        ),
        (
            "X\n2027-03\n\n\n\nwhat\nno\n",
            "Add it? [Y/n] nothing was written\n",
        ),
    ] {
        let place = Place::with("plans.yaml", PLANS);
        let (code, said) = add(&place, "", answers);
        assert_eq!(code, Some(2), "{answers:?}: {said}");
        let said = said.replace(
            "hint: to add a plan without questions, use options: see `weekahead add --help`\n",
            "",
        );
        assert!(said.ends_with(end), "{answers:?}: {said}");
        assert_eq!(place.read("plans.yaml"), PLANS);
        assert_eq!(place.names(), ["plans.yaml"]);
        // Nor is a new file made.
        let (code, said) = add(&place, "new.yaml", answers);
        assert_eq!(code, Some(2), "{answers:?}: {said}");
        assert_eq!(place.names(), ["plans.yaml"]);
    }
    let place = Place::with("plans.yaml", PLANS);
    let (code, said) = add(&place, "-n", "X\n2027-03\n\n\n\n");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.ends_with("a dry run: nothing was written\n"), "{said}");
    assert_eq!(place.read("plans.yaml"), PLANS);
}

#[test]
#[ignore = "needs script"]
fn what_options_give_is_not_asked() {
    let place = Place::with("plans.yaml", PLANS);
    for (options, answers, asked) in [
        ("--name X --expires 2027-03", "\n", &["Add it?"][..]),
        (
            "--name Yy --validity 90d --price '5 EUR'",
            "yesterday\n\n\n\n",
            &[
                "Last renewed on",
                "How to renew it",
                "How long before to warn",
                "Add it?",
            ],
        ),
        ("--yes --name Z --expires 2027-03", "", &[]),
    ] {
        let (code, said) = add(&place, options, answers);
        assert_eq!(code, Some(0), "{said}");
        let questions = [
            "Name of the plan",
            "Runs out on",
            "Last renewed on",
            "Price of a renewal",
            "How to renew it",
            "How long before to warn",
            "Add it?",
        ];
        let found = questions
            .into_iter()
            .filter(|question| said.contains(question));
        assert_eq!(found.collect::<Vec<_>>(), asked, "{said}");
    }
    let added = "- id: x\n  name: X\n  expires: 2027-03\n\
                 - id: yy\n  name: Yy\n  renewed: 2026-11-29\n  validity: 90 days\n  price: 5 EUR\n\
                 - id: z\n  name: Z\n  expires: 2027-03\n";
    assert_eq!(place.read("plans.yaml"), format!("{PLANS}{added}"));
}

#[cfg(unix)]
#[test]
#[ignore = "needs script"]
fn nobody_answers_for_a_file_that_cannot_be_written() {
    let place = Place::new();
    fs::create_dir(place.path("plans.yaml.d")).expect("a folder");
    std::os::unix::fs::symlink("/dev/null", place.path("plans.yaml")).expect("a link");
    let (code, said) = add(&place, "", "X\n2027-03\n\n\n\n\n");
    assert_eq!(code, Some(3), "{said}");
    assert!(!said.contains("Name of the plan"), "{said}");
}
