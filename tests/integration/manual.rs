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
    let help = place.feed(&["--help"]);
    let commands = help.split("Commands:\n").nth(1).expect("the commands");
    let commands = commands.split("\n\n").next().unwrap_or_default();
    let names = commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help");
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
