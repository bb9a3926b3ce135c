//! Completions and the manual, in the programs that read them.

use std::process::Command;

use crate::harness::{Left, Place};

#[test]
fn every_shell_has_its_completions() {
    let place = Place::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = place.feed(&["completions", shell]);
        for word in ["weekahead", "build", "completions", "strict"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(place.run(&["completions", "tcsh"]).code, Some(2));
}

#[test]
#[ignore = "needs bash"]
fn bash_completes_commands_and_options() {
    let place = Place::new();
    place.file("weekahead.bash", place.feed(&["completions", "bash"]));
    let complete = |words: &str| {
        let script = format!(
            "set -e; . ./weekahead.bash; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             function=$(complete -p weekahead | sed 's/.*-F \\([^ ]*\\).*/\\1/'); \
             $function weekahead \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"; \
             printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-c", &script])
            .current_dir(place.path(""));
        let left = Left::of(&mut bash);
        assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
        left.out
    };
    assert_eq!(complete("weekahead bui"), "build\n");
    assert_eq!(complete("weekahead check --str"), "--strict\n");
    assert_eq!(complete("weekahead completions fi"), "fish\n");
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let place = Place::new();
    let main = place.feed(&["man"]);
    let left = place.run(&["man", "pages/man1"]);
    assert_eq!(
        (left.code, left.out.as_str(), left.err.as_str()),
        (Some(0), "", "")
    );
    let pages = crate::harness::names(&place.path("pages/man1"));
    assert_eq!(place.read("pages/man1/weekahead.1"), main);
    let names = commands(&place).into_iter().filter(|name| name != "help");
    let mut expected: Vec<String> = names.map(|name| format!("weekahead-{name}.1")).collect();
    expected.push("weekahead.1".to_owned());
    expected.sort();
    assert_eq!(pages, expected);
    assert!(expected.len() >= 9, "{expected:?}");
}

#[test]
#[ignore = "needs groff"]
fn groff_reads_the_manual() {
    let place = Place::new();
    assert_eq!(place.run(&["man", "pages/man1"]).code, Some(0));
    let pages = crate::harness::names(&place.path("pages/man1"));
    assert!(!pages.is_empty());
    for page in pages {
        let mut groff = Command::new("groff");
        groff
            .args(["-man", "-Tascii", "-ww", "-z", &page])
            .current_dir(place.path("pages/man1"));
        let left = Left::of(&mut groff);
        assert_eq!(
            (left.code, left.out.as_str(), left.err.as_str()),
            (Some(0), "", ""),
            "{page}"
        );
    }
}

/// The commands that the help lists.
pub(crate) fn commands(place: &Place) -> Vec<String> {
    let help = place.feed(&["--help"]);
    let list = help.split("Commands:\n").nth(1).expect("the commands");
    let list = list.split("\n\n").next().unwrap_or_default();
    let name = |line: &str| line.split_whitespace().next().map(str::to_owned);
    list.lines().filter_map(name).collect()
}

#[test]
fn the_help_lists_the_commands_in_the_order_in_which_a_user_meets_them() {
    assert_eq!(
        commands(&Place::new()),
        [
            "init",
            "add",
            "check",
            "list",
            "renew",
            "build",
            "serve",
            "url",
            "publish",
            "import",
            "schema",
            "completions",
            "man",
            "help"
        ]
    );
}

#[test]
fn every_help_fits_80_columns_and_ends_with_an_example() {
    let place = Place::new();
    let help = place.feed(&["--help"]);
    let mut helps = vec![("weekahead".to_owned(), help)];
    for command in commands(&place) {
        // Built without its feature, a command has no example.
        let is_absent = command == "help"
            || (command == "schema" && cfg!(not(feature = "schema")))
            || (command == "serve" && cfg!(not(feature = "serve")));
        if !is_absent {
            for option in ["-h", "--help"] {
                let help = place.feed(&[&command, option]);
                helps.push((format!("weekahead {command}"), help));
            }
        }
    }
    assert!(helps.len() >= 21, "{}", helps.len());
    for (name, help) in helps {
        let wide = help.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "{name}");
        let example = help.split("Example:\n").nth(1).expect("an example");
        assert!(!example.contains("\n\n"), "{name}: {example}");
        let starts = format!("  {name} ");
        assert!(example.starts_with(&starts), "{name}: {example}");
    }
}

#[test]
fn the_address_of_a_site_has_one_name_and_its_old_name_still_works() {
    let place = Place::with("plans.yaml", "- {name: A, expires: 2027-01-31}\n");
    let address = "https://cal.example.org";
    let run = |option| place.run(&["url", option, address]);
    let links = run("--base-url");
    assert_eq!(links.code, Some(0));
    assert!(links.out.contains("https://cal.example.org/plans.ics"));
    assert_eq!(run("--base"), links);
    assert_eq!(run("-b"), links);
    for option in ["--base-url", "--base"] {
        let arguments = ["publish", "--to", "site", "--quiet", option, address];
        assert_eq!(place.feed(&arguments), "");
    }
    let commands = ["url", "publish"].into_iter();
    for command in commands.chain(cfg!(feature = "serve").then_some("serve")) {
        let help = place.feed(&[command, "--help"]);
        assert!(help.contains("--base-url <URL>"), "{command}");
        assert!(!help.contains("--base <URL>"), "{command}");
    }
}
