//! A directory gets what `serve` serves, and foreign files in it are kept.

use std::fs;
use std::process::Stdio;

use crate::harness::{Left, Place, names};

pub(super) const BASE: &str = "https://cal.example.org";

pub(super) fn plans(day: &str) -> String {
    format!("- {{name: A card, expires: 2027-01-{day}}}\n")
}

/// Three feeds in `plans`.
pub(super) fn place() -> Place {
    let place = Place::new();
    for name in ["a", "b c", "漢"] {
        place.file(&format!("plans/{name}.yaml"), plans("31"));
    }
    place
}

pub(super) fn publish(place: &Place, more: &[&str]) -> Left {
    let to: &[&str] = match more.contains(&"--to") {
        true => &[],
        false => &["--to", "site"],
    };
    place.run(&[&["publish", "plans", "--base-url", BASE], to, more].concat())
}

/// Publishes without errors. Returns what the program prints.
pub(super) fn published(place: &Place, more: &[&str]) -> String {
    let Left { code, out, err } = publish(place, more);
    assert_eq!((code, out.as_str()), (Some(0), ""), "{err}");
    err
}

/// Every file below a folder, by its path, with its bytes.
pub(super) fn tree(place: &Place, folder: &str) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for name in names(&place.path(folder)) {
        let path = format!("{folder}/{name}");
        if place.path(&path).is_dir() {
            files.extend(tree(place, &path));
        } else {
            let bytes = fs::read(place.path(&path)).expect("a file");
            files.push((path, bytes));
        }
    }
    files
}

/// The same without the manifest.
pub(super) fn site(place: &Place) -> Vec<(String, Vec<u8>)> {
    let mut files = tree(place, "site");
    files.retain(|(path, _)| !path.starts_with("site/.weekahead/"));
    files
}

#[test]
fn feeds_are_those_of_build_and_pages_are_beside_them() {
    let place = place();
    let said = published(&place, &[]);
    assert!(
        said.starts_with("8 files put (") && said.ends_with(" bytes), 0 removed, 0 unchanged\n"),
        "{said}"
    );
    let built = place.run(&["build", "plans", "-o", "built/"]);
    assert_eq!(built.code, Some(0), "{}", built.err);
    let files = site(&place);
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "site/a.html",
            "site/a.ics",
            "site/b c.html",
            "site/b c.ics",
            "site/index.html",
            "site/robots.txt",
            "site/漢.html",
            "site/漢.ics",
        ]
    );
    for name in ["a", "b c", "漢"] {
        let file = |folder: &str| place.read(&format!("{folder}/{name}.ics"));
        assert_eq!(file("site"), file("built"));
    }
    let index = place.read("site/index.html");
    for link in ["a.html", "b%20c.html", "%E6%BC%A2.html"] {
        assert!(index.contains(&format!("href=\"{link}\"")), "{index}");
    }
    let page = place.read("site/b c.html");
    assert!(page.contains("https://cal.example.org/b%20c.ics"), "{page}");
    assert_eq!(place.read("site/robots.txt"), "User-agent: *\nDisallow:\n");
}

#[test]
fn a_second_run_puts_nothing_and_a_change_puts_its_two_files() {
    let place = place();
    published(&place, &[]);
    let before = tree(&place, "site");
    assert_eq!(
        published(&place, &[]),
        "0 files put (0 bytes), 0 removed, 5 unchanged\n"
    );
    assert_eq!(tree(&place, "site"), before);

    place.file("plans/a.yaml", plans("30"));
    let rehearsed = publish(&place, &["--dry-run", "--quiet"]);
    assert_eq!(
        rehearsed,
        Left {
            code: Some(0),
            out: "put     a.html\nput     a.ics\n".to_owned(),
            err: String::new(),
        }
    );
    assert_eq!(tree(&place, "site"), before);

    let told = publish(&place, &["--json", "--quiet"]);
    let sums: serde_json::Value = serde_json::from_str(&told.out).expect("JSON");
    let bytes = ["a.html", "a.ics"]
        .map(|name| place.read(&format!("site/{name}")).len())
        .iter()
        .sum::<usize>();
    assert_eq!(
        sums,
        serde_json::json!({
            "unchanged": 4, "made": 1, "broken": 0, "refused": 0, "put": 2, "bytes": bytes,
            "removed": 0,
        })
    );
    let changed: Vec<String> = site(&place)
        .into_iter()
        .filter(|file| !before.contains(file))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(changed, ["site/a.html", "site/a.ics"]);
}

#[test]
fn one_feed_is_the_front_page_too() {
    let place = Place::with("plans/a.yaml", plans("31"));
    published(&place, &[]);
    assert_eq!(place.read("site/index.html"), place.read("site/a.html"));
}

#[test]
fn what_is_gone_is_removed_and_what_is_others_stays() {
    let place = place();
    place.file("site/CNAME", "cal.example.org\n");
    published(&place, &[]);
    fs::remove_file(place.path("plans/a.yaml")).expect("a file");
    let kept = published(&place, &["--keep"]);
    assert!(kept.contains(" 0 removed"), "{kept}");
    assert!(place.path("site/a.ics").exists());
    let said = published(&place, &[]);
    assert!(said.contains(" 2 removed, 4 unchanged"), "{said}");
    let paths: Vec<String> = site(&place).into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        paths,
        [
            "site/CNAME",
            "site/b c.html",
            "site/b c.ics",
            "site/index.html",
            "site/robots.txt",
            "site/漢.html",
            "site/漢.ics",
        ]
    );
}

/// A run keeps a file that is not ours. The next run keeps it too, although the manifest has an
/// intent of the first run for this path. The file also stays when the plans are gone.
#[test]
fn a_file_of_somebody_else_is_never_written_over_or_removed() {
    let place = place();
    place.file("site/a.ics", "mine");
    for plans_of_a in [Some("31"), Some("31"), Some("30"), None] {
        match plans_of_a {
            Some(day) => {
                place.file("plans/a.yaml", plans(day));
                let left = publish(&place, &["--quiet"]);
                assert_eq!(
                    left,
                    Left {
                        code: Some(3),
                        out: String::new(),
                        err: "error: `site/a.ics` exists already, and `weekahead publish` did not write it\n\
                              hint: publish to a directory that holds nothing else, or remove that file\n"
                            .to_owned(),
                    }
                );
            }
            None => {
                fs::remove_file(place.path("plans/a.yaml")).expect("a file");
                published(&place, &[]);
            }
        }
        assert_eq!(place.read("site/a.ics"), "mine");
    }
    assert!(place.path("site/漢.ics").exists());
}

#[test]
fn a_broken_file_stops_no_other() {
    let place = place();
    published(&place, &[]);
    let before = place.read("site/a.ics");
    place.file("plans/a.yaml", "- {name: A card}\n");
    place.file("plans/漢.yaml", plans("30"));
    let left = publish(&place, &[]);
    assert_eq!((left.code, left.out.as_str()), (Some(1), ""));
    assert_eq!(
        left.err.matches("plans/a.yaml:1:").count(),
        1,
        "{}",
        left.err
    );
    assert!(
        left.err
            .ends_with(", 0 removed, 3 unchanged; the old feeds of 1 plans file stay\n"),
        "{}",
        left.err
    );
    assert_eq!(place.read("site/a.ics"), before);
    assert!(place.read("site/漢.ics").contains("20270130"));
}

#[test]
fn a_broken_only_file_is_said_once() {
    let place = Place::with("plans/a.yaml", "- {name: A card}\n");
    let left = publish(&place, &["--quiet"]);
    assert_eq!(left.code, Some(1));
    assert_eq!(
        left.err.matches("plans/a.yaml:1:").count(),
        1,
        "{}",
        left.err
    );
}

#[test]
fn secret_feeds_lie_under_their_tokens_and_the_manifest_elsewhere() {
    let place = place();
    place.secret("key", "0123456789abcdef0123456789abcdef");
    let inside = publish(
        &place,
        &["--key-file", "key", "--manifest", "site/more/deep"],
    );
    assert_eq!(
        inside,
        Left {
            code: Some(2),
            out: String::new(),
            err: "error: the manifest lists every secret path, and would be published with the feeds\n\
                  hint: name a place that nobody else can read, as in `--manifest s3://BUCKET-OF-MINE/PREFIX`\n"
                .to_owned(),
        }
    );
    assert!(!place.path("site").exists());
    published(&place, &["--key-file", "key", "--manifest", "manifest"]);
    let links = place.feed(&["url", "plans", "--base-url", BASE, "--key-file", "key"]);
    for (path, bytes) in site(&place) {
        if path == "site/robots.txt" {
            continue;
        }
        let path = path.strip_prefix("site/").expect("it is there");
        let (token, name) = path.split_once('/').expect("a token");
        assert_eq!(token.len(), 26);
        let feed = name.strip_suffix(".ics");
        if let Some(feed) = feed {
            let link = format!("{BASE}/{token}/{}.ics", feed.replace(' ', "%20"));
            let link = link.replace('漢', "%E6%BC%A2");
            assert!(links.contains(&link), "{links}");
        }
        assert!(!bytes.is_empty());
    }
    assert_eq!(site(&place).len(), 7);
    // Without the old key, the old addresses are removed.
    place.secret("key", "abcdef0123456789abcdef0123456789");
    let said = published(&place, &["--key-file", "key", "--manifest", "manifest"]);
    assert!(said.contains(" 6 removed"), "{said}");
    assert_eq!(names(&place.path("site")).len(), 4);
}

#[test]
fn pages_and_feeds_go_on_where_plans_renew_by_themselves() {
    let plans = "- name: A card\n  renewed: 2026-10-01\n  validity: 1 month\n  \
                 renewal: {method: auto-debit}\n";
    let place = Place::with("plans/a.yaml", plans);
    published(&place, &["--today", "2026-11-20"]);
    let same = published(&place, &["--today", "2026-12-01"]);
    assert_eq!(same, "0 files put (0 bytes), 0 removed, 3 unchanged\n");
    let next = published(&place, &["--today", "2026-12-02"]);
    assert!(next.starts_with("2 files put ("), "{next}");
    let turned = published(&place, &["--today", "2027-01-01"]);
    assert!(turned.starts_with("1 file put ("), "{turned}");
    let feed = place.read("site/a.ics");
    let built = place.feed(&["build", "plans/a.yaml", "--today", "2027-01-01", "--quiet"]);
    assert_eq!(feed, built);
}

#[test]
fn a_page_shows_no_days_that_pass() {
    let place = Place::with("plans/a.yaml", plans("31"));
    published(&place, &["--today", "2027-01-30"]);
    let page = place.read("site/a.html");
    assert!(page.contains("31 January 2027"), "{page}");
    for passing in ["day left", "days left", "today", "tomorrow"] {
        assert!(!page.contains(passing), "{passing}: {page}");
    }
    assert!(
        page.contains("<meta http-equiv=\"Content-Security-Policy\""),
        "{page}"
    );
}

#[test]
fn what_was_put_for_how_long_is_put_again_with_another_age() {
    let place = Place::with("plans/a.yaml", plans("31"));
    published(&place, &[]);
    // A directory stores no maximum age with its files, but a manifest that is moved to a bucket
    // needs it.
    let said = published(&place, &["--max-age", "1h"]);
    assert!(said.starts_with("4 files put ("), "{said}");
}

#[test]
fn options_that_cannot_be_are_refused() {
    let place = place();
    for (arguments, code, err) in [
        (
            &["--to", "ftp://example.org/x"][..],
            2,
            "error: cannot publish to `ftp://`\n\
             hint: a directory, or `s3://BUCKET/PREFIX` for any S3-compatible store\n",
        ),
        (
            &["--to", "plans/a.yaml"],
            3,
            "error: cannot publish to `plans/a.yaml`: it is not a directory\n",
        ),
    ] {
        let left = place.run(&[&["publish", "plans", "--quiet"], arguments].concat());
        assert_eq!(
            (left.code, left.out.as_str()),
            (Some(code), ""),
            "{}",
            left.err
        );
        assert!(left.err.starts_with(err), "{}", left.err);
    }
    place.file("plans/index.yaml", plans("31"));
    assert_eq!(
        publish(&place, &[]),
        Left {
            code: Some(1),
            out: String::new(),
            err: "error: the page of `plans/index.yaml` would replace the front page\nhint: rename the file\n"
                .to_owned(),
        }
    );
}

#[test]
fn a_manifest_that_is_none_is_left_alone() {
    let place = place();
    published(&place, &[]);
    for name in names(&place.path("site/.weekahead")) {
        if name != "lock" {
            place.file(&format!("site/.weekahead/{name}"), "<html>");
        }
    }
    let before = tree(&place, "site");
    let left = publish(&place, &["--quiet"]);
    assert_eq!((left.code, left.out.as_str()), (Some(3), ""));
    assert!(
        left.err
            .contains("` in `site/.weekahead`: it is not a manifest: expected value at line 1"),
        "{}",
        left.err
    );
    assert_eq!(tree(&place, "site"), before);
}

/// If the program is killed at any moment, every file is complete, and the next run does the rest.
#[cfg(unix)]
#[test]
fn a_kill_leaves_whole_files_and_the_next_run_mends_the_rest() {
    let place = Place::new();
    let feeds = 60;
    let write = |day: &str, feeds: std::ops::Range<usize>| {
        for feed in feeds {
            place.file(&format!("plans/{feed}.yaml"), plans(day));
        }
    };
    let undisturbed = ["30", "31"].map(|day| {
        write(day, 0..feeds);
        let _ = fs::remove_dir_all(place.path("site"));
        published(&place, &[]);
        site(&place)
    });
    let mut kills = 0;
    for round in 0..20 {
        let state = round % 2;
        write(["30", "31"][state], 0..feeds);
        let mut child = place
            .command(&[
                "publish",
                "plans",
                "--to",
                "site",
                "--base-url",
                BASE,
                "--quiet",
            ])
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        // Once the first feed has changed, the program is at work. The test then lets it go on for
        // a while.
        let before = place.read("site/0.ics");
        let mut spins = 0;
        while child.try_wait().expect("a status").is_none() {
            spins += 1;
            if spins > 40 * round || place.read("site/0.ics") != before && round % 3 == 0 {
                child.kill().expect("a kill");
                kills += 1;
                break;
            }
        }
        child.wait().expect("it ends");
        for (path, bytes) in site(&place) {
            let is_temporary = path.contains("/.weekahead-tmp-");
            let is_whole = undisturbed
                .iter()
                .any(|state| state.contains(&(path.clone(), bytes.clone())));
            assert!(is_temporary || is_whole, "round {round}: `{path}` is torn");
        }
        if round % 4 == 3 {
            published(&place, &[]);
            assert!(site(&place) == undisturbed[state], "round {round}");
        }
    }
    assert!(kills > 0, "some are killed");
}

#[test]
fn shards_and_publishers_at_once_make_what_one_makes() {
    let place = Place::new();
    for feed in 0..300 {
        place.file(
            &format!("plans/{feed}.yaml"),
            plans(&format!("{:02}", feed % 28 + 1)),
        );
    }
    published(&place, &[]);
    let alone = tree(&place, "site");
    let together = |shards: &[&str]| {
        let children: Vec<_> = shards
            .iter()
            .map(|shard| {
                place
                    .command(&[
                        "publish",
                        "plans",
                        "--to",
                        "site",
                        "--base-url",
                        BASE,
                        "--quiet",
                    ])
                    .args(["--shard", shard])
                    .spawn()
                    .expect("it starts")
            })
            .collect();
        for mut child in children {
            assert_eq!(child.wait().expect("it ends").code(), Some(0));
        }
        tree(&place, "site")
    };
    for shards in [&["1/1", "1/1", "1/1"][..], &["1/4", "2/4", "3/4", "4/4"]] {
        fs::remove_dir_all(place.path("site")).expect("a folder");
        assert!(together(shards) == alone, "{shards:?}");
    }
    for feed in 0..30 {
        fs::remove_file(place.path(&format!("plans/{feed}.yaml"))).expect("a file");
    }
    let three = together(&["1/3", "2/3", "3/3"]);
    fs::remove_dir_all(place.path("site")).expect("a folder");
    published(&place, &[]);
    let mut alone = tree(&place, "site");
    // A part whose feeds are all gone stays as an empty part.
    alone.retain(|file| three.contains(file));
    let mut rest = three;
    rest.retain(|file| !alone.contains(file));
    for (path, bytes) in rest {
        assert!(
            path.starts_with("site/.weekahead/") && bytes.ends_with(b"\"entries\": {}\n}\n"),
            "{path}"
        );
    }
    assert_eq!(site(&place).len(), 2 * 270 + 2);
}
