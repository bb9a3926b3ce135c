//! Another key closes the old addresses, of broken plans files too.

use std::fs;

use super::directory::{BASE, place, plans, publish, published, site};
use crate::harness::{Place, names};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const BROKEN: &str = "- {name: A card}\n";

fn with(key: &str) -> [&str; 4] {
    ["--key-file", key, "--manifest", "manifest"]
}

/// A site with secret addresses, of which the plans of `a` are broken now, and another key.
fn broken() -> Place {
    let place = place();
    place.secret("one", KEY);
    place.secret("two", KEY.to_uppercase());
    published(&place, &with("one"));
    place.file("plans/a.yaml", BROKEN);
    place
}

/// The folder of a feed's secret.
fn folder(place: &Place, key: &str, feed: &str) -> String {
    let file = format!("{feed}.yaml");
    place.file(&file, plans("31"));
    let links = place.feed(&["url", &file, "--base-url", BASE, "--key-file", key]);
    let token = links.split('/').find(|part| part.len() == 26);
    format!("site/{}", token.expect("a secret"))
}

/// Publishes with an error in a plans file, and returns the end of the last line.
fn with_error(place: &Place, more: &[&str]) -> String {
    let left = publish(place, more);
    assert_eq!(left.code, Some(1), "{}", left.err);
    let line = left.err.lines().last().expect("a line");
    line.split_once("; ").expect("a note").1.to_owned()
}

#[test]
fn the_last_good_feed_of_a_broken_file_moves_to_its_new_address() {
    let place = broken();
    let [old, new] = ["one", "two"].map(|key| folder(&place, key, "a"));
    let feed = place.read(&format!("{old}/a.ics"));
    let before = site(&place);
    let rehearsed = publish(&place, &[&with("two")[..], &["--dry-run"]].concat());
    let name = |folder: &str| folder["site/".len()..].to_owned();
    for line in [
        format!("put     {}/a.ics\n", name(&new)),
        format!("remove  {}/a.ics\n", name(&old)),
        format!("remove  {}/a.html\n", name(&old)),
    ] {
        assert!(rehearsed.out.contains(&line), "{line}: {}", rehearsed.out);
    }
    assert!(
        rehearsed.err.ends_with(
            "; the last good feeds of 1 plans file would move to new addresses, without their \
             pages, and the old addresses would be closed\n"
        ),
        "{}",
        rehearsed.err
    );
    assert!(site(&place) == before);

    assert_eq!(
        with_error(&place, &with("two")),
        "the last good feeds of 1 plans file have moved to new addresses, without their pages, and \
         the old addresses are closed"
    );
    assert!(!place.path(&old).exists());
    assert_eq!(names(&place.path(&new)), ["a.ics"]);
    assert!(place.read(&format!("{new}/a.ics")) == feed);
    // It stays there until the plans are right again.
    for _ in 0..2 {
        assert_eq!(
            with_error(&place, &with("two")),
            "the old feeds of 1 plans file stay open at their addresses: to close one, correct or \
             remove its plans file"
        );
        assert_eq!(names(&place.path(&new)), ["a.ics"]);
    }
    place.file("plans/a.yaml", plans("31"));
    let said = published(&place, &with("two"));
    assert!(said.starts_with("1 file put ("), "{said}");
    assert_eq!(names(&place.path(&new)), ["a.html", "a.ics"]);
    assert!(place.read(&format!("{new}/a.ics")) == feed);
    assert_eq!(names(&place.path("site")).len(), 4);
}

/// Only what was put is moved. If it is no longer there, the old address is closed all the same.
#[test]
fn an_old_address_is_closed_even_if_its_feed_cannot_be_moved() {
    let place = broken();
    let [old, new] = ["one", "two"].map(|key| folder(&place, key, "a"));
    place.file(&format!("{old}/a.ics"), "somebody else's");
    assert_eq!(
        with_error(&place, &with("two")),
        "the old addresses of 1 plans file are closed, and there is no feed until they are corrected"
    );
    assert!(!place.path(&old).exists() && !place.path(&new).exists());
    let left = publish(&place, &with("two"));
    assert!(
        left.err
            .ends_with("0 files put (0 bytes), 0 removed, 3 unchanged\n"),
        "{}",
        left.err
    );
    place.file("plans/a.yaml", plans("31"));
    published(&place, &with("two"));
    assert_eq!(names(&place.path(&new)), ["a.html", "a.ics"]);
}

#[test]
fn what_stays_open_because_of_an_option_is_said_and_closed_later() {
    let place = broken();
    let [old, new] = ["one", "two"].map(|key| folder(&place, key, "a"));
    let keep = [&with("two")[..], &["--keep"]].concat();
    assert_eq!(
        with_error(&place, &keep),
        "the last good feeds of 1 plans file were copied to new addresses, without their pages; 6 \
         old files stay open because of `--keep`"
    );
    assert_eq!(names(&place.path(&old)), ["a.html", "a.ics"]);
    assert_eq!(names(&place.path(&new)), ["a.ics"]);
    let stay = "the old feeds of 1 plans file stay open at their addresses: to close one, correct \
                or remove its plans file";
    assert_eq!(
        with_error(&place, &keep),
        format!("{stay}; 6 old files stay open because of `--keep`")
    );
    assert_eq!(with_error(&place, &with("two")), stay);
    assert!(!place.path(&old).exists());
    assert_eq!(names(&place.path(&new)), ["a.ics"]);
    assert_eq!(names(&place.path("site")).len(), 4);
}

#[test]
fn a_key_closes_the_open_address_of_a_broken_file() {
    let place = place();
    place.secret("one", KEY);
    published(&place, &[]);
    fs::rename(place.path("site/.weekahead"), place.path("manifest")).expect("a rename");
    place.file("plans/a.yaml", BROKEN);
    let new = folder(&place, "one", "a");
    let feed = place.read("site/a.ics");
    with_error(&place, &with("one"));
    assert!(place.read(&format!("{new}/a.ics")) == feed);
    let mut left = names(&place.path("site"));
    left.retain(|name| name.len() != 26);
    assert_eq!(left, ["robots.txt"]);
    // Without the key again: the front page lists only feeds with pages.
    let open = publish(&place, &["--manifest", "manifest"]);
    assert_eq!(open.code, Some(1));
    assert!(place.read("site/a.ics") == feed);
    let index = place.read("site/index.html");
    assert!(
        index.contains("b%20c.html") && !index.contains("a.html"),
        "{index}"
    );
}

/// The manifest of an older version does not say which number the secret link had, so the address
/// may be the right one.
#[test]
fn what_may_be_the_right_address_stays_and_the_message_says_so() {
    let place = broken();
    let old = folder(&place, "one", "a");
    for name in names(&place.path("manifest")) {
        let text = place.read(&format!("manifest/{name}"));
        let text = text.replace("      \"link\": 1,\n", "");
        place.file(&format!("manifest/{name}"), text);
    }
    assert_eq!(
        with_error(&place, &with("two")),
        "the old feeds of 1 plans file stay open at their addresses: to close one, correct or \
         remove its plans file"
    );
    assert_eq!(names(&place.path(&old)), ["a.html", "a.ics"]);
    fs::remove_file(place.path("plans/a.yaml")).expect("a file");
    published(&place, &with("two"));
    assert!(!place.path(&old).exists());
}
