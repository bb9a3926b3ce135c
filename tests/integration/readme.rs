//! What users are shown is run: the README's commands, its lists and its figures' script.

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
        "cargo run --release -- build plans.example.yaml -o plans.ics\ncargo test\n"
    );
}

#[test]
fn the_picture_is_what_the_example_becomes() {
    let place = Place::new();
    let example = fs::read(repository().join("plans.example.yaml")).expect("the example");
    place.file("plans.example.yaml", example);
    let feed = place.feed(&["build", "plans.example.yaml", "--today", "2026-11-23"]);
    let days = values(&feed, "DTSTART;VALUE=DATE");
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
}

#[test]
fn every_list_in_the_readme_is_a_plans_file() {
    let lists = blocks(&readme(), "yaml");
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
            12,
        ),
        ("- {name: A, expires: 2027-01-31, zzzzzzzz: 1}\n", 18),
        (
            "- {name: A, expires: 2027-01-31, renewal: {zzzzzzzz: 1}}\n",
            9,
        ),
        (
            "- {name: A, expires: 2027-01-31, support: {zzzzzzzz: 1}}\n",
            5,
        ),
        (
            "- {name: A, expires: 2027-01-31, history: [{on: 2026-01-01, zzzzzzzz: 1}]}\n",
            4,
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
