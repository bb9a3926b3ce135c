//! A manifest that no longer agrees with its site, and files that cannot be put or made.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Stdio;

use super::directory::{BASE, place, plans, publish, published, site, tree};
use crate::harness::{Left, Place, names};

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn refused(place: &Place, more: &[&str], code: i32) -> String {
    let left = publish(place, more);
    assert_eq!(
        (left.code, left.out.as_str()),
        (Some(code), ""),
        "{}",
        left.err
    );
    left.err
}

#[test]
fn plans_may_come_through_a_pipe() {
    let place = place();
    for arguments in [&["-"][..], &["/dev/stdin"]] {
        let mut command =
            place.command(&["publish", "--to", "piped", "--base-url", BASE, "--quiet"]);
        let command = command.args(arguments).stdin(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut pipe = child.stdin.take().expect("a pipe");
        pipe.write_all(plans("31").as_bytes()).expect("a pipe");
        drop(pipe);
        assert_eq!(child.wait().expect("it ends").code(), Some(0));
        let stem = if arguments == ["-"] { "plans" } else { "stdin" };
        let page = place.read(&format!("piped/{stem}.html"));
        assert!(page.contains("A card"));
        assert!(
            place
                .read(&format!("piped/{stem}.ics"))
                .contains("A card expires on 31 Jan 2027")
        );
        assert!(place.read("piped/index.html").contains("A card"));
        fs::remove_dir_all(place.path("piped")).expect("a folder");
    }
}

#[test]
fn what_is_gone_from_the_site_is_put_again() {
    let place = place();
    published(&place, &["--manifest", "manifest"]);
    let whole = tree(&place, "site");
    fs::remove_file(place.path("site/a.ics")).expect("a file");
    let said = published(&place, &["--manifest", "manifest"]);
    assert!(said.starts_with("1 file put ("), "{said}");
    assert!(tree(&place, "site") == whole);
    fs::remove_dir_all(place.path("site")).expect("a folder");
    let said = published(&place, &["--manifest", "manifest"]);
    assert!(said.starts_with("8 files put ("), "{said}");
    assert!(tree(&place, "site") == whole);
}

#[test]
fn a_manifest_is_of_one_site() {
    let place = place();
    published(&place, &["--manifest", "manifest"]);
    let before = tree(&place, "manifest");
    let err = refused(&place, &["--to", "other", "--manifest", "manifest"], 3);
    let here = place.path("site").canonicalize().expect("a path");
    assert!(
        err.starts_with(&format!(
            "error: `manifest` is the manifest of `{}`, and not of this site\n\
             hint: give each site its own manifest; if the site has moved, name an empty place for a new manifest\n",
            here.display()
        )),
        "{err}"
    );
    assert!(tree(&place, "manifest") == before);
    // The same place by another path.
    symlink("site", place.path("link")).expect("a link");
    let said = published(
        &place,
        &["--to", "link/../site/.", "--manifest", "manifest"],
    );
    assert!(said.starts_with("0 files put"), "{said}");
    // A site that is moved together with the manifest in it stays the same site.
    published(&place, &["--to", "around"]);
    fs::rename(place.path("around"), place.path("moved")).expect("a rename");
    let said = published(&place, &["--to", "moved"]);
    assert!(said.starts_with("0 files put"), "{said}");
}

#[test]
fn a_key_on_a_site_without_one_leaves_nothing_open() {
    let place = place();
    place.secret("key", KEY);
    published(&place, &[]);
    let open = tree(&place, "site");
    let secret = ["--key-file", "key", "--manifest", "manifest"];
    assert_eq!(
        refused(&place, &secret, 2),
        "error: the manifest of this site is in `site/.weekahead`: with another manifest, its old files would never be removed\n\
         hint: move the files in `site/.weekahead` to `manifest`; then the next run removes old files\n"
    );
    assert!(tree(&place, "site") == open);
    fs::rename(place.path("site/.weekahead"), place.path("manifest")).expect("a rename");
    let said = published(&place, &secret);
    assert!(said.contains("7 removed"), "{said}");
    let mut left = names(&place.path("site"));
    left.retain(|name| name.len() != 26);
    assert_eq!(left, ["robots.txt"]);
    fs::remove_dir_all(place.path("site")).expect("a folder");
    fs::remove_dir_all(place.path("manifest")).expect("a folder");
    published(&place, &secret);
    for name in names(&place.path("manifest")) {
        let there = place.path(&format!("manifest/{name}"));
        let mode = there.metadata().expect("a file").permissions().mode();
        assert!(name == "lock" || mode & 0o777 == 0o600, "{name}: {mode:o}");
    }
}

/// The manifest must not be in the site, in whatever form its path is written.
#[test]
fn a_secret_manifest_lies_outside_however_it_is_written() {
    let place = place();
    place.secret("key", KEY);
    for (to, manifest) in [
        ("pub/../s", "s/m"),
        ("s", "pub/../s/m"),
        ("./s/", "s"),
        ("s", "s/../s"),
    ] {
        let more = ["--to", to, "--key-file", "key", "--manifest", manifest];
        let err = refused(&place, &more, 2);
        assert!(
            err.contains("would be published with the feeds"),
            "{to} {manifest}: {err}"
        );
        assert!(!place.path("s").exists(), "{to} {manifest}");
    }
    published(
        &place,
        &["--to", "s", "--key-file", "key", "--manifest", "s/../m"],
    );
    assert!(place.path("m").exists());
}

#[test]
fn a_clock_that_was_ahead_is_no_more_than_that() {
    let place = Place::new();
    let plan =
        "- {name: Card, renewed: 2026-10-31, validity: 1 month, renewal: {method: auto-debit}}\n";
    place.file("plans/a.yaml", plan);
    published(&place, &["--today", "2026-12-01"]);
    let right = site(&place);
    published(&place, &["--today", "2030-01-01"]);
    assert!(site(&place) != right);
    published(&place, &["--today", "2026-12-01"]);
    assert!(site(&place) == right);
    let said = published(&place, &["--today", "2026-12-30"]);
    assert!(said.starts_with("0 files put"), "{said}");
}

/// With a new key, old addresses stay as long as `--keep` asks for that, and no longer. A killed
/// run in between does not change this.
#[test]
fn what_was_kept_is_removed_when_it_may_be() {
    let place = place();
    place.secret("one", KEY);
    place.secret("two", KEY.to_uppercase());
    let with = |key| ["--key-file", key, "--manifest", "manifest"];
    published(&place, &with("one"));
    let said = published(&place, &[&with("two")[..], &["--keep"]].concat());
    assert!(said.contains(" 0 removed"), "{said}");
    let said = published(&place, &[&with("two")[..], &["--keep"]].concat());
    assert!(
        said.starts_with("0 files put (0 bytes), 0 removed, 4 unchanged"),
        "{said}"
    );
    assert_eq!(names(&place.path("site")).len(), 7);
    let said = published(&place, &with("two"));
    assert!(said.contains(" 6 removed"), "{said}");
    assert_eq!(names(&place.path("site")).len(), 4);
    let said = published(&place, &with("two"));
    assert!(
        said.starts_with("0 files put (0 bytes), 0 removed, 4 unchanged"),
        "{said}"
    );
}

#[test]
fn a_file_in_the_way_stops_no_other_and_a_rehearsal_sees_it() {
    let place = place();
    let long = "x".repeat(251);
    place.file(&format!("plans/{long}.yml"), plans("31"));
    place.file("site/a.ics", "mine");
    symlink("../elsewhere", place.path("site/漢.ics")).expect("a link");
    let foreign = |path: &str| {
        format!(
            "error: `{path}` exists already, and `weekahead publish` did not write it\n\
             hint: publish to a directory that holds nothing else, or remove that file\n"
        )
    };
    let sorted = |err: &str| {
        let mut lines: Vec<String> = err.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let both = foreign("site/a.ics") + &foreign("site/漢.ics");
    let told = publish(&place, &["--dry-run", "--quiet"]);
    assert_eq!((told.code, sorted(&told.err)), (Some(3), sorted(&both)));
    assert!(
        told.out.contains("put     b c.ics\n") && !told.out.contains("a.ics"),
        "{}",
        told.out
    );
    let told = publish(&place, &["--dry-run", "--quiet", "--json"]);
    let sums: serde_json::Value = serde_json::from_str(&told.out).expect("JSON");
    let paths = ["b c.html", "b c.ics", "index.html", "robots.txt"];
    let paths: Vec<String> = paths.map(str::to_owned).into_iter().collect();
    let listed: Vec<String> = serde_json::from_value(sums["to_put"].clone()).expect("paths");
    let listed: Vec<String> = listed
        .into_iter()
        .filter(|path| !path.starts_with('x'))
        .collect();
    assert_eq!(listed, paths);
    assert_eq!(sums["to_remove"], serde_json::json!([]));

    let told = publish(&place, &["--quiet"]);
    let all = both + &format!("error: cannot write `site/{long}.html`: file name too long\n");
    assert_eq!((told.code, sorted(&told.err)), (Some(3), sorted(&all)));
    assert!(place.read("site/b c.ics").contains("A card"));
    assert_eq!(place.read("site/a.ics"), "mine");
    assert!(!place.path("elsewhere").exists());
    // Once nothing is in the way, the files are put.
    fs::remove_file(place.path("site/a.ics")).expect("a file");
    fs::remove_file(place.path("site/漢.ics")).expect("a link");
    fs::remove_file(place.path(&format!("plans/{long}.yml"))).expect("a file");
    published(&place, &[]);
    assert!(place.read("site/漢.ics").contains("A card"));
}

#[test]
fn the_front_page_leads_to_what_is_there() {
    let place = place();
    place.file("plans/broken.yaml", "- {name: A}\n");
    let left = publish(&place, &["--quiet"]);
    assert_eq!(left.code, Some(1));
    let index = place.read("site/index.html");
    assert!(
        index.contains("a.html") && !index.contains("broken"),
        "{index}"
    );
    let left = publish(&place, &[]);
    assert!(
        left.err
            .ends_with("0 files put (0 bytes), 0 removed, 5 unchanged\n"),
        "{}",
        left.err
    );
    place.file("plans/broken.yaml", plans("31"));
    published(&place, &[]);
    assert!(place.read("site/index.html").contains("broken.html"));
    // A feed that was good once stays published.
    place.file("plans/broken.yaml", "- {name: A}\n");
    let left = publish(&place, &[]);
    assert!(
        left.err.ends_with("; the old feeds of 1 plans file stay\n"),
        "{}",
        left.err
    );
    assert!(place.read("site/index.html").contains("broken.html"));
}

#[test]
fn no_secret_is_in_a_sentence() {
    let place = place();
    place.secret("key", KEY);
    let secret = ["--key-file", "key", "--manifest", "manifest", "--quiet"];
    published(&place, &secret);
    let tokens: Vec<String> = names(&place.path("site"));
    fs::remove_dir_all(place.path("manifest")).expect("a folder");
    for name in &tokens {
        if place.path(&format!("site/{name}/a.ics")).exists() {
            place.file(&format!("site/{name}/a.ics"), "mine");
        }
    }
    assert_eq!(
        refused(&place, &secret, 3),
        "error: `site/…/a.ics` exists already, and `weekahead publish` did not write it\n\
         hint: publish to a directory that holds nothing else, or remove that file\n"
    );
}

#[test]
fn words_that_cannot_be_meant_are_refused() {
    let place = place();
    for (more, said) in [
        (["--to", ""], "error: the place to publish to has no name\n"),
        (["--to", "s3:/bucket"], "error: cannot publish to `s3://`\n"),
        (
            ["--concurrency", "257"],
            "a number from 1 to 256 was expected",
        ),
        (["--max-age", "500ms"], "error: "),
    ] {
        let err = refused(&place, &more, 2);
        assert!(err.contains(said), "{more:?}: {err}");
        assert_eq!(names(&place.path(".")), ["plans"], "{more:?}");
    }
}

#[test]
#[ignore = "needs git"]
fn a_clone_too_shallow_is_warned_of() {
    let place = place();
    let git = |arguments: &[&str]| {
        let mut command = std::process::Command::new("git");
        let identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
        let command = command
            .args(identity)
            .args(arguments)
            .current_dir(place.path("."));
        let output = command.output().expect("git");
        assert!(output.status.success(), "{output:?}");
    };
    git(&["init", "--quiet", "origin"]);
    place.file("origin/plans/a.yaml", plans("31"));
    git(&["-C", "origin", "add", "."]);
    git(&["-C", "origin", "commit", "--quiet", "--message", "One"]);
    git(&[
        "-C",
        "origin",
        "commit",
        "--quiet",
        "--allow-empty",
        "--message",
        "Two",
    ]);
    let origin = format!("file://{}", place.path("origin").display());
    git(&["clone", "--quiet", "--depth=1", &origin, "clone"]);
    let mut command = place.command(&["publish", "clone/plans", "--to", "s", "--base-url", BASE]);
    let left = Left::of(command.env_remove("SOURCE_DATE_EPOCH"));
    assert_eq!(left.code, Some(0));
    assert!(
        left.err
            .starts_with("warning: this shallow clone does not have"),
        "{}",
        left.err
    );
}

/// A QR code is scanned and opened unchanged, so it contains the real name of the file.
#[test]
fn the_code_on_a_page_leads_to_its_file() {
    let place = place();
    published(&place, &[]);
    let code = weekahead::internals::Code::new("https://cal.example.org/a.html").expect("a code");
    assert!(
        place
            .read("site/a.html")
            .contains(&format!("<path d=\"{}\"/>", code.path))
    );
}
