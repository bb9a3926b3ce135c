//! Several publishers at once make the same site as one.

use std::collections::BTreeMap;
use std::fs;
use std::process::Child;

use super::server::{Store, command, publish, settled};
use crate::harness::Place;

/// The number of feeds: small unless a variable asks for more.
fn count() -> usize {
    let asked = std::env::var("WEEKAHEAD_FEEDS").ok();
    asked.map_or(120, |asked| asked.parse().expect("a number of feeds"))
}

fn place() -> Place {
    let place = Place::new();
    for feed in 0..count() {
        let day = feed % 28 + 1;
        let plans = format!("- {{name: Card {feed}, expires: 2027-01-{day:02}}}\n");
        place.file(&format!("plans/feed-{feed}.yaml"), plans);
    }
    place
}

fn start(place: &Place, store: &Store, url: &str, shard: &str) -> Child {
    let arguments = ["plans", "--quiet", "--to", url, "--shard", shard];
    command(place, &store.endpoint(), &arguments)
        .args(["--base-url", "https://cal.example.org"])
        .spawn()
        .expect("the program starts")
}

/// Runs all shards at the same time. All must succeed.
fn together(place: &Place, store: &Store, url: &str, shards: &[&str]) {
    let children: Vec<Child> = shards
        .iter()
        .map(|shard| start(place, store, url, shard))
        .collect();
    for mut child in children {
        assert_eq!(child.wait().expect("it ends").code(), Some(0));
    }
}

/// All objects with their hashes. For parts of the manifest that are not empty, the text instead of
/// the hash.
fn all(store: &Store, prefix: &str) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    for (key, tag) in store.tags(prefix) {
        let rest = key[prefix.len()..].to_owned();
        if rest.starts_with(".weekahead/") {
            tags.extend(settled(&store.get(&key).body).map(|text| (rest, text)));
        } else {
            tags.insert(rest, tag);
        }
    }
    tags
}

#[test]
#[ignore = "needs moto, which tests/publish/setup.sh installs"]
fn publishers_and_shards_at_once_make_what_one_makes() {
    let store = Store::new();
    let place = place();
    let url = |name: &str| format!("{}/{name}", store.url());
    publish(&place, &store.endpoint(), &["plans", "--to", &url("alone")]);
    let alone = all(&store, "alone/");
    assert!(alone.len() > 2 * count());

    together(&place, &store, &url("two"), &["1/1", "1/1"]);
    assert!(all(&store, "two/") == alone, "two publishers");

    together(
        &place,
        &store,
        &url("shards"),
        &["1/4", "2/4", "3/4", "4/4"],
    );
    assert!(all(&store, "shards/") == alone, "four shards");

    // Three shards now own what four shards owned. They change, remove and add feeds.
    for feed in 0..count() {
        let path = place.path(&format!("plans/feed-{feed}.yaml"));
        match feed % 10 {
            0 => fs::remove_file(path).expect("a file"),
            1 => fs::write(path, "- {name: Other, expires: 2027-03-01}\n").expect("a file"),
            _ => {}
        }
    }
    place.file("plans/new.yaml", "- {name: New, expires: 2027-03-01}\n");
    publish(&place, &store.endpoint(), &["plans", "--to", &url("alone")]);
    let alone = all(&store, "alone/");
    together(&place, &store, &url("shards"), &["1/3", "2/3", "3/3"]);
    assert!(all(&store, "shards/") == alone, "three shards of four");
    together(&place, &store, &url("two"), &["1/1", "1/1", "1/1"]);
    assert!(all(&store, "two/") == alone, "three publishers");
}
