//! Feeds byte for byte. `WEEKAHEAD_BLESS=1 cargo test golden` writes them anew; read the
//! difference before it is committed.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use sha1_smol::Sha1;
use weekahead::internals::FORMAT;

use crate::harness::{Place, repository};

/// A day in the year that automatic renewals are written for.
pub(crate) const TODAY: &str = "2026-11-23";

fn folder() -> PathBuf {
    repository().join("tests/integration/golden")
}

/// Each plans file with its text: the example and one for each rule.
pub(crate) fn plans() -> BTreeMap<String, String> {
    let mut plans = BTreeMap::new();
    let example = repository().join("plans.example.yaml");
    plans.insert(
        "example".to_owned(),
        fs::read_to_string(example).expect("the example"),
    );
    for entry in fs::read_dir(folder()).expect("the golden folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            let stem = path
                .file_stem()
                .expect("a stem")
                .to_string_lossy()
                .into_owned();
            plans.insert(stem, fs::read_to_string(path).expect("a golden list"));
        }
    }
    plans
}

/// The feed that the program makes of each.
pub(crate) fn feeds() -> BTreeMap<String, String> {
    let build = |(name, text): (String, String)| {
        // Events name their file.
        let file = match name.as_str() {
            "example" => "plans.example.yaml".to_owned(),
            name => format!("{name}.yaml"),
        };
        let place = Place::with(&file, text);
        let left = place.run(&["build", &file, "--today", TODAY, "--quiet"]);
        assert_eq!((left.code, left.err.as_str()), (Some(0), ""), "{name}");
        (name, left.out)
    };
    plans().into_iter().map(build).collect()
}

#[test]
fn golden_feeds_are_the_same_to_the_byte() {
    let bless = std::env::var_os("WEEKAHEAD_BLESS").is_some();
    for (name, feed) in feeds() {
        let path = folder().join(format!("{name}.ics"));
        if bless {
            fs::write(&path, &feed).expect("a golden feed is written");
        }
        let golden = fs::read_to_string(&path).expect("a golden feed");
        let first = golden.lines().zip(feed.lines()).find(|(a, b)| a != b);
        assert!(
            golden == feed,
            "{name} differs from its golden feed, first at {first:?}"
        );
    }
}

/// Where the same plans give other bytes, FORMAT is raised, or clients that compare stamps never
/// show the difference. `format` names FORMAT and, since it was raised, the digests of each golden
/// list and its feed: a list may be changed and one added, but no list may get another feed.
#[test]
fn other_bytes_for_the_same_plans_raise_the_format() {
    let path = folder().join("format");
    let plans = plans();
    let digest = |text: &String| Sha1::from(text).digest().to_string();
    let now: BTreeMap<String, (String, String)> = feeds()
        .iter()
        .map(|(name, feed)| (name.clone(), (digest(&plans[name]), digest(feed))))
        .collect();
    let recorded = fs::read_to_string(&path).unwrap_or_default();
    let (format, lines) = recorded.split_once('\n').unwrap_or_default();
    if format == FORMAT.to_string() {
        for line in lines.lines() {
            let parts: Vec<&str> = line.split(' ').collect();
            let [list, feed, name] = parts[..] else {
                panic!("`format` has a line that is none: {line}");
            };
            let is_same =
                |(now_list, now_feed): &(String, String)| now_list != list || now_feed == feed;
            assert!(
                now.get(name).is_none_or(is_same),
                "{name}: the feed of these plans has changed; raise feed::FORMAT, then bless"
            );
        }
    }
    let mut text = format!("{FORMAT}\n");
    for (name, (list, feed)) in &now {
        text += &format!("{list} {feed} {name}\n");
    }
    if std::env::var_os("WEEKAHEAD_BLESS").is_some() {
        fs::write(&path, &text).expect("the format is written");
    } else {
        assert_eq!(recorded, text, "bless the golden feeds");
    }
}
