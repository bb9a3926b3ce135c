//! The hooks for pre-commit: what they run, on which files.

use std::fs;

use serde_yaml::Value;

use crate::harness::{Place, repository};

#[test]
fn each_hook_checks_the_files_that_it_is_given() {
    let text = fs::read_to_string(repository().join(".pre-commit-hooks.yaml")).expect("the hooks");
    let hooks: Value = serde_yaml::from_str(&text).expect("YAML");
    let hooks = hooks.as_sequence().expect("a list");
    let of = |key: &str| -> Vec<&str> {
        let values = hooks.iter().map(|hook| hook[key].as_str());
        values.map(|value| value.expect("a text")).collect()
    };
    assert_eq!(of("id"), ["weekahead-check", "weekahead-check-system"]);
    assert_eq!(of("language"), ["rust", "system"]);
    for (entry, files) in of("entry").into_iter().zip(of("files")) {
        let mut words: Vec<&str> = entry.split(' ').collect();
        assert_eq!(words.remove(0), "weekahead");
        words.extend(["lists/more.yaml", "plans.yml"]);
        let place = Place::with("plans.yml", "- {name: A, expires: 2027-01-31}\n");
        place.file("lists/more.yaml", "- {name: A, expires: 2027-02-31}\n");
        let left = place.run(&words);
        assert_eq!(left.code, Some(1), "{}{}", left.out, left.err);
        assert_eq!(files, r"^plans\.ya?ml$");
    }
}
