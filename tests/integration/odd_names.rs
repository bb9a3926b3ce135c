//! Names of files in a directory of plans: what is read, what is only named in a warning, and what no
//! feed may be called.

use std::fs;

use crate::harness::{Left, Place, names};

const PLAN: &str = "- {name: A, expires: 2027-01-31}\n";
const HINT: &str = "hint: in a directory, only *.yaml and *.yml are read, and no folder below it: to read another file, name it; to hide it, begin its name with a dot\n";

/// The warnings that a command writes, without its other lines.
fn warnings(place: &Place, arguments: &[&str]) -> (Option<i32>, String) {
    let Left { code, err, .. } = place.run(arguments);
    let lines = err.split_inclusive('\n');
    let lines = lines.filter(|line| line.starts_with("warning: not read") || *line == HINT);
    (code, lines.collect())
}

/// Every command that reads a directory names what it does not read, and publishes none of it.
#[test]
fn a_forgotten_file_is_named_and_no_feed() {
    let place = Place::with("plans/a.yaml", PLAN);
    place.file("plans/Papers.YAML", PLAN);
    place.file("plans/x.yaml.bak", PLAN);
    place.file("plans/old/b.yaml", PLAN);
    let said =
        format!("warning: not read in `plans`: `Papers.YAML`, `old/b.yaml`, `x.yaml.bak`\n{HINT}");
    let base = "https://cal.example.org";
    for arguments in [
        &["check", "plans"][..],
        &["check", "plans", "--json"],
        &["list", "plans"],
        &["build", "plans", "-o", "built/", "-q"],
        &["publish", "plans", "--to", "site", "--base-url", base, "-q"],
        &["url", "plans", "--base-url", base],
        &[
            "renew",
            "A",
            "plans",
            "--dry-run",
            "--on",
            "2026-10-05",
            "--until",
            "2027-02-28",
        ],
    ] {
        let (code, warned) = warnings(&place, arguments);
        assert_eq!(warned, said, "{arguments:?}");
        assert!(code == Some(0) || arguments[0] == "renew", "{arguments:?}");
    }
    assert_eq!(warnings(&place, &["check", "plans", "--strict"]).0, Some(1));
    assert_eq!(names(&place.path("built")), ["a.ics"]);
    assert_eq!(
        names(&place.path("site")),
        [".weekahead", "a.html", "a.ics", "index.html", "robots.txt"]
    );
    // A file that is named is read, and needs no warning.
    for name in ["plans/Papers.YAML", "plans/old/b.yaml", "plans/x.yaml.bak"] {
        let left = place.run(&["list", name, "--today", "2026-11-29"]);
        assert_eq!((left.code, left.err.as_str()), (Some(0), ""), "{name}");
    }
}

#[test]
fn what_is_no_forgotten_list_is_not_named() {
    let place = Place::with("plans/a.yaml", PLAN);
    for name in [
        ".git/a.yaml",
        ".b.yaml",
        ".a.yaml.swp",
        "a.yaml~",
        "#a.yaml#",
        "a.ics",
        "notes.txt",
        "b.yamlx",
        "node_modules/deep/b.yaml",
        "..data/b.yaml",
    ] {
        place.file(&format!("plans/{name}"), PLAN);
    }
    // YAML that is no list of plans.
    place.file("plans/deploy/compose.yaml", "services: {web: {image: a}}\n");
    let left = place.run(&["list", "plans", "--today", "2026-11-29"]);
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
    // A copy whose file is gone may be all that is left.
    fs::rename(place.path("plans/a.yaml"), place.path("plans/c.yaml")).expect("a rename");
    let (_, warned) = warnings(&place, &["list", "plans"]);
    let said = format!("warning: not read in `plans`: `#a.yaml#`, `a.yaml~`\n{HINT}");
    assert_eq!(warned, said);
}

#[test]
fn a_warning_stays_short_and_the_search_too() {
    let place = Place::with("plans/a.yaml", PLAN);
    for number in 0..9 {
        place.file(&format!("plans/{number}.yml.old"), PLAN);
    }
    let (_, warned) = warnings(&place, &["list", "plans"]);
    let said = format!(
        "warning: not read in `plans`: `0.yml.old`, `1.yml.old`, `2.yml.old` and 6 more\n{HINT}"
    );
    assert_eq!(warned, said);
    for number in 0..1200 {
        place.file(&format!("plans/many/{number}.yaml"), PLAN);
    }
    let (_, warned) = warnings(&place, &["list", "plans"]);
    assert!(warned.contains(" and 1006 more\n"), "{warned}");
}

/// The files of a mounted ConfigMap are links through `..data`, and are read.
#[cfg(unix)]
#[test]
fn a_mounted_config_map_is_read_without_a_warning() {
    use std::os::unix::fs::symlink;
    let place = Place::with("plans/..2026_11_29/a.yaml", PLAN);
    symlink("..2026_11_29", place.path("plans/..data")).expect("a link");
    symlink("..data/a.yaml", place.path("plans/a.yaml")).expect("a link");
    let left = place.run(&["list", "plans", "--today", "2026-11-29"]);
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_link_below_is_not_opened() {
    use std::os::unix::fs::symlink;
    let place = Place::with("plans/a.yaml", PLAN);
    place.file("out/b.yaml", PLAN);
    fs::create_dir(place.path("plans/below")).expect("a folder");
    symlink("../../out/b.yaml", place.path("plans/below/b.yaml")).expect("a link");
    symlink("../out", place.path("plans/linked")).expect("a link");
    let pipe = place.path("plans/below/pipe.yaml");
    let made = std::process::Command::new("mkfifo").arg(pipe).status();
    assert!(made.expect("mkfifo runs").success());
    let left = place.run(&["list", "plans", "--today", "2026-11-29"]);
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
}

/// `x.ics` is the address of a calendar, so no page may have it.
#[test]
fn no_page_has_the_name_of_a_calendar() {
    for name in ["x.ics", "x.ICS"] {
        let place = Place::with(&format!("plans/{name}.yaml"), PLAN);
        place.file("plans/y.yaml", PLAN);
        let said = format!(
            "error: `plans/{name}.yaml` cannot be a feed: its page `{name}` would look like a \
             calendar\nhint: rename the file, without the `.ics`\n"
        );
        for arguments in [
            &["build", "plans", "-o", "built/"][..],
            &["publish", "plans", "--to", "site", "-q"],
            #[cfg(feature = "serve")]
            &["serve", "plans", "--listen", "127.0.0.1:0"],
            &["check", "plans"],
        ] {
            let left = place.run(arguments);
            assert_eq!((left.code, left.err.as_str()), (Some(1), said.as_str()));
            assert_eq!(place.names(), ["plans"], "{arguments:?}");
        }
    }
}

/// Spaces, Chinese and what means something in an address are right in links and names of files.
#[test]
fn odd_names_have_right_links() {
    let place = Place::new();
    for name in ["b c", "漢字", "a&b", "c#1", "50%", "d.e"] {
        place.file(&format!("plans/{name}.yaml"), PLAN);
    }
    let base = "https://c.example.org";
    let links = place.run(&["url", "plans", "--base-url", base]).out;
    let published = ["publish", "plans", "--to", "site", "--base-url", base, "-q"];
    assert_eq!(place.feed(&published), "");
    let index = place.read("site/index.html");
    for (name, encoded) in [
        ("b c", "b%20c"),
        ("漢字", "%E6%BC%A2%E5%AD%97"),
        ("c#1", "c%231"),
        ("50%", "50%25"),
        ("d.e", "d.e"),
    ] {
        assert!(links.contains(&format!("{base}/{encoded}.ics")), "{links}");
        assert!(
            index.contains(&format!("href=\"{encoded}.html\"")),
            "{index}"
        );
        assert!(
            place
                .read(&format!("site/{name}.ics"))
                .starts_with("BEGIN:VCALENDAR")
        );
    }
    assert!(place.path("site/a&b.ics").exists());
}
