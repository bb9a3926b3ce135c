//! What users are shown is true: the README's commands, its picture, its lists, its paths.

use std::fs;

use crate::harness::{Place, repository, values};

fn readme() -> String {
    fs::read_to_string(repository().join("README.md")).expect("README.md")
}

/// The text of each fenced block of a kind.
fn blocks(text: &str, kind: &str) -> Vec<String> {
    let open = format!("```{kind}\n");
    text.split(&open)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn the_two_commands_are_the_first() {
    let shells = blocks(&readme(), "sh");
    assert_eq!(
        shells[0],
        "cargo run --release -- serve plans.example.yaml\ncargo test\n"
    );
}

#[test]
fn the_picture_is_what_the_example_becomes() {
    let place = Place::new();
    let example = fs::read(repository().join("plans.example.yaml")).expect("the example");
    place.file("plans.example.yaml", example);
    let feed = place.feed(&[
        "build",
        "plans.example.yaml",
        "--today",
        "2026-11-23",
        "--quiet",
    ]);
    let days = values(&feed, "DTSTART;VALUE=DATE");
    let count = format!("These are some of the {} events", days.len());
    assert!(readme().contains(&count), "{count}");
    let titles = values(&feed, "SUMMARY");
    let mut events: Vec<String> = days
        .iter()
        .zip(titles)
        .map(|(day, title)| format!("{}-{}-{}  {title}", &day[..4], &day[4..6], &day[6..]))
        .collect();
    events.sort();
    let picture = &blocks(&readme(), "text")[0];
    for line in picture.lines().filter(|line| line.starts_with("20")) {
        assert!(
            events.iter().any(|event| event == line),
            "not in the feed: {line}"
        );
    }
    assert!(
        picture
            .lines()
            .filter(|line| line.starts_with("20"))
            .count()
            >= 5
    );
    let descriptions = values(&feed, "DESCRIPTION").join("\n");
    let said = descriptions.replace("\\n", "\n").replace('\\', "");
    let shown = picture.lines().filter_map(|line| line.strip_prefix("    "));
    let shown: Vec<&str> = shown.filter(|line| *line != "...").collect();
    assert!(said.contains(&shown.join("\n")), "{shown:?}");
}

#[test]
fn the_problem_that_is_shown_is_drawn_so() {
    let shown = &blocks(&readme(), "console")[0];
    let place = Place::with(
        "plans.yaml",
        "- name: A\n  renewed: 2026-10-05\n  validity: 3 m\n",
    );
    assert!(place.run(&["check"]).out.starts_with(shown));
}

#[test]
fn every_path_that_is_named_exists() {
    let ci = fs::read_to_string(repository().join(".ci/run")).expect(".ci/run");
    let named = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| c.is_whitespace() || "`()\"'".contains(c));
        let is_path = |word: &&str| {
            [
                "benches/",
                "tests/",
                "src/",
                ".ci/",
                "deploy/",
                ".pre-commit",
            ]
            .iter()
            .any(|folder| word.starts_with(folder))
        };
        words
            .filter(is_path)
            .map(|word| word.trim_end_matches([':', '.', ',']).to_owned())
            .collect()
    };
    let paths = [named(&readme()), named(&ci)].concat();
    assert!(paths.len() >= 5);
    for path in paths {
        assert!(repository().join(&path).exists(), "{path}");
    }
}

/// The commands that are shown, block by block.
#[cfg(unix)]
pub(crate) fn shells() -> Vec<String> {
    blocks(&readme(), "sh")
}

/// The plans files that are shown.
pub(crate) fn lists() -> Vec<String> {
    blocks(&readme(), "yaml")
}

#[test]
fn every_list_in_the_readme_is_a_plans_file() {
    let lists = lists();
    assert!(lists.len() >= 2);
    for list in lists {
        let place = Place::with("plans.yaml", &list);
        let left = place.run(&["build", "--quiet"]);
        assert_eq!((left.code, left.err.as_str()), (Some(0), ""), "{list}");
    }
}

#[test]
fn every_key_is_in_the_readme_and_no_other() {
    let text = readme();
    let section = text.split("## The plans file").nth(1).expect("the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    // A key that does not exist is refused with the list of those that do.
    for (plans, keys) in [
        (
            "calendar: {zzzzzzzz: 1}\nplans: [{name: A, expires: 2027-01-31}]\n",
            14,
        ),
        ("- {name: A, expires: 2027-01-31, zzzzzzzz: 1}\n", 20),
        (
            "- {name: A, expires: 2027-01-31, renewal: {zzzzzzzz: 1}}\n",
            11,
        ),
        (
            "- {name: A, expires: 2027-01-31, support: {zzzzzzzz: 1}}\n",
            6,
        ),
        (
            "- {name: A, expires: 2027-01-31, cancel: {zzzzzzzz: 1}}\n",
            7,
        ),
        (
            "- {name: A, expires: 2027-01-31, terms: {zzzzzzzz: 1}}\n",
            2,
        ),
        (
            "- {name: A, expires: 2027-01-31, history: [{on: 2026-01-01, zzzzzzzz: 1}]}\n",
            5,
        ),
    ] {
        let left = Place::with("plans.yaml", plans).run(&["build"]);
        let list = left
            .err
            .split("allowed here: ")
            .nth(1)
            .expect("the allowed keys");
        let list = list.lines().next().unwrap_or_default();
        let names: Vec<&str> = list.split(", ").collect();
        assert_eq!(names.len(), keys, "{list}");
        for name in names {
            assert!(
                section.contains(&format!("`{name}`")),
                "`{name}` is not in the README"
            );
        }
    }
}
