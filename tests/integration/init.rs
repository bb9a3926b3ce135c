//! `init`: a list to begin with, never over a file that exists, and a key.

use std::fs;

#[cfg(target_os = "linux")]
use crate::add::terminal::at_terminal;
use crate::harness::{Left, Place};

const TODAY: &str = "2026-11-25";

#[test]
fn a_new_list_is_good_and_warns_of_nothing() {
    let place = Place::new();
    let left = place.run(&["init", "--today", TODAY]);
    let schema = "plans.schema.json: lets editors with a YAML language server complete keys and mark errors\n";
    let expected = format!(
        "plans.yaml: a new list with one example in it\n{}next:\n\
         \x20 write your plans into it, then   weekahead check plans.yaml\n\
         \x20 see it and subscribe to it       weekahead serve plans.yaml\n",
        if cfg!(feature = "schema") { schema } else { "" },
    );
    assert_eq!(
        (left.code, left.out.as_str(), left.err),
        (Some(0), "", expected)
    );
    let checked = place.run(&["check", "--strict", "--today", TODAY]);
    assert_eq!((checked.code, checked.err.as_str()), (Some(0), ""));
    let text = place.read("plans.yaml");
    assert!(text.contains("    renewed: 2026-11-25\n"), "{text}");
    #[cfg(feature = "schema")]
    {
        assert!(text.starts_with("# yaml-language-server: $schema=plans.schema.json\n"));
        assert_eq!(place.read("plans.schema.json"), place.feed(&["schema"]));
        assert_eq!(place.names(), ["plans.schema.json", "plans.yaml"]);
    }
}

#[test]
fn a_list_can_be_shown_only() {
    let place = Place::new();
    let text = place.feed(&["init", "-", "--today", TODAY]);
    assert!(
        text.starts_with("# A list of plans that run out."),
        "{text}"
    );
    assert_eq!(place.names(), [""; 0]);
    place.file("plans.yaml", text);
    let checked = place.run(&["check", "--strict", "--today", TODAY]);
    assert_eq!(checked.code, Some(0), "{}", checked.out);
}

#[test]
fn each_list_has_an_id_of_its_own() {
    let ids: Vec<String> = (0..8)
        .map(|_| {
            let place = Place::new();
            place.run(&["init", "list.yaml"]);
            let text = place.read("list.yaml");
            let line = text.lines().find(|line| line.starts_with("  id: "));
            let id = line.and_then(|line| line.split_whitespace().nth(1));
            id.expect("an id").to_owned()
        })
        .collect();
    for (index, id) in ids.iter().enumerate() {
        assert!(
            id.len() == 8 && id.bytes().all(|b| b.is_ascii_lowercase()),
            "{id}"
        );
        assert!(!ids[..index].contains(id), "{ids:?}");
    }
}

#[test]
fn nothing_is_written_over_or_in_part() {
    let place = Place::with("plans.yaml", "mine");
    for arguments in [&["init"][..], &["init", "plans.yaml", "--key", "key"]] {
        let left = place.run(arguments);
        assert_eq!(
            (left.code, left.err.as_str()),
            (
                Some(3),
                "error: `plans.yaml` exists already\n\
                 hint: `init` never replaces a file: name another one\n"
            )
        );
        assert_eq!(place.names(), ["plans.yaml"], "{arguments:?}");
    }
    assert_eq!(place.read("plans.yaml"), "mine");

    place.file("key", "a key");
    let left = place.run(&["init", "new.yaml", "--key", "key"]);
    assert_eq!(left.code, Some(3), "{}", left.err);
    assert_eq!(place.names(), ["key", "plans.yaml"]);

    let left = place.run(&["init", "missing/plans.yaml"]);
    assert_eq!((left.code, left.out.as_str()), (Some(3), ""));
    assert!(
        left.err.ends_with(": no such file or directory\n"),
        "{}",
        left.err
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_not_followed() {
    let place = Place::new();
    std::os::unix::fs::symlink("target.yaml", place.path("plans.yaml")).expect("a link");
    assert_eq!(place.run(&["init"]).code, Some(3));
    assert_eq!(place.names(), ["plans.yaml"]);
}

#[cfg(feature = "schema")]
#[test]
fn another_schema_stays_as_it_is() {
    let place = Place::with("plans.schema.json", "{}");
    let left = place.run(&["init"]);
    assert_eq!(left.code, Some(0));
    assert!(
        left.err.starts_with(
            "warning: `plans.schema.json` is not the schema of this weekahead, and was not changed; `weekahead schema > plans.schema.json` replaces it\nplans.yaml: a new list"
        ),
        "{}",
        left.err
    );
    assert_eq!(place.read("plans.schema.json"), "{}");
}

#[test]
fn a_list_and_a_key_can_be_made_at_once_and_a_key_alone() {
    let place = Place::new();
    let left = place.run(&["init", "a.yaml", "--key", "key"]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert!(place.read("a.yaml").contains("plans:"));
    assert_eq!(place.read("key").len(), 65);

    let place = Place::new();
    assert_eq!(place.run(&["init", "--key", "key"]).code, Some(0));
    assert_eq!(place.names(), ["key"]);
}

#[test]
fn the_machines_language_and_time_zone_are_taken() {
    for (variables, language, zone) in [
        (
            &[("LANG", "nb_NO.UTF-8"), ("TZ", ":Europe/Oslo")][..],
            "nb",
            "  timezone: Europe/Oslo",
        ),
        (
            &[("LC_ALL", "C"), ("LANG", "zh_CN"), ("TZ", "UTC")],
            "en",
            "  # timezone: Europe/Oslo",
        ),
        (
            &[("LC_ALL", ""), ("LANG", "zh_CN"), ("TZ", "Asia/Shanghai")],
            "zh-CN",
            "  timezone: Asia/Shanghai",
        ),
    ] {
        let place = Place::new();
        let mut command = place.command(&["init"]);
        command.envs(variables.iter().copied());
        assert_eq!(Left::of(&mut command).code, Some(0));
        let text = place.read("plans.yaml");
        let has = |start: &str| text.lines().any(|line| line.starts_with(start));
        assert!(
            has(&format!("  language: {language} ")) && has(zone),
            "{text}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs script"]
fn on_a_terminal_it_asks() {
    let place = Place::new();
    let run = |line: &str, answers: &str| at_terminal(&place, line, answers);
    let (code, said) = run("init a.yaml", "Kort: mine\nno\nnb\nEurope/Oslo\n\n");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("unknown language `no`"), "{said}");
    let text = place.read("a.yaml");
    for line in [
        "  name: \"Kort: mine\"\n",
        "  language: nb ",
        "  timezone: Europe/Oslo ",
        "  - id: example ",
    ] {
        assert!(text.contains(line), "{text}");
    }
    // The end of input before the last answer, and a plan that is not right.
    for answers in ["\n\u{4}", "\n\n\n\u{4}", "\n\n\nX\n2027-03\n\n\n\nn\n"] {
        let (code, said) = run("init b.yaml --today 2026-11-25", answers);
        assert_eq!(code, Some(2), "{said}");
        assert!(!place.path("b.yaml").exists());
    }
    let (code, said) = run("init c.yaml --yes", "");
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("Name of"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs script"]
fn on_a_terminal_it_asks_for_the_first_plan() {
    let place = Place::new();
    let answers = "\n\nEurope/Oslo\nMy SIM\n3 months\n\n49 NOK\n*100#\n14d\n\n";
    let (code, said) = at_terminal(&place, "init --today 2026-11-25", answers);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains(
            "Time zone [UTC]: Name of the first plan, as in Telenor Kontant (Enter: none yet): "
        ),
        "{said}"
    );
    assert!(
        said.contains("Write it? [Y/n] plans.yaml: a new list with one plan in it\n"),
        "{said}"
    );
    let text = place.read("plans.yaml");
    let plan = "\
plans:
  - id: my-sim
    name: My SIM
    renewed: 2026-11-25
    validity: 3 months
    price: 49 NOK
    renewal: {method: ussd, dial: \"*100#\"}
    remind: [14d]

  # More examples. To use one, remove the `# ` before each of its lines.

  # After each renewal of this plan, write down only its day; the day on which the plan runs out
  # is computed.
  # - id: example  # a short word that never changes
";
    assert!(text.contains(plan), "{text}");
    for options in [&["--strict"][..], &[]] {
        let checked = place.run(&[&["check", "--today", TODAY], options].concat());
        assert_eq!(checked.code, Some(0), "{}", checked.err);
        // The examples are plans as well.
        place.file(
            "plans.yaml",
            text.replace("  # - ", "  - ").replace("  #   ", "    "),
        );
    }
}

/// Every command that reads plans files, with what else it needs.
const READERS: [(&str, &[&str]); 8] = [
    ("build", &[]),
    ("check", &[]),
    ("list", &[]),
    ("renew", &["telenor"]),
    ("url", &["--base-url", "https://cal.example.org"]),
    ("url", &["--test"]),
    ("publish", &["--to", "site", "--quiet"]),
    ("serve", &["--listen", "127.0.0.1:0"]),
];

fn readers() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    READERS
        .into_iter()
        .filter(|(command, _)| cfg!(feature = "serve") || *command != "serve")
}

#[test]
fn in_an_empty_folder_each_command_names_init() {
    for (command, options) in readers() {
        let place = Place::new();
        let left = place.run(&[&[command], options].concat());
        assert_eq!(
            (left.code, left.out.as_str(), left.err.as_str()),
            (
                Some(3),
                "",
                "error: cannot read `plans.yaml`: no such file or directory\n\
                 hint: name a plans file, or a directory of them; `weekahead init` writes a new plans file\n"
            ),
            "{command}"
        );
        assert!(place.names().is_empty(), "{command}");
    }
}

#[test]
fn for_a_folder_without_plans_each_command_names_init() {
    // The server waits for plans files in a folder.
    for (command, options) in readers().filter(|(command, _)| *command != "serve") {
        let place = Place::new();
        fs::create_dir(place.path("my plans")).expect("a folder");
        let left = place.run(&[&[command], options, &["my plans"]].concat());
        assert_eq!(left.code, Some(1), "{command}");
        assert!(
            left.err.starts_with(
                "error: no plans files in `my plans`: no file name ends in .yaml or .yml\n\
                 hint: `weekahead init 'my plans/plans.yaml'` writes a plans file\n"
            ),
            "{command}: {}",
            left.err
        );
    }
    let place = Place::new();
    fs::create_dir(place.path("my plans")).expect("a folder");
    let made = place.run(&["init", "my plans/plans.yaml"]);
    assert_eq!(made.code, Some(0));
    assert_eq!(place.run(&["check", "my plans"]).code, Some(0));
}
