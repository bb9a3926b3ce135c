//! A bucket gets the files that a directory gets, and also what a directory cannot store: media
//! types and maximum ages.

use std::fs;

use super::proxy::{Fate, Proxy};
use super::server::{Object, Store, command, publish};
use crate::harness::{Left, Place};

const NAMES: [&str; 7] = ["a b", "漢", "p+q", "50%", "x#y", "é", "q?m&n=1"];

fn plans(day: &str) -> String {
    format!("- {{name: A card, expires: 2027-01-{day}}}\n")
}

fn place() -> Place {
    let place = Place::new();
    for name in NAMES {
        place.file(&format!("plans/{name}.yaml"), plans("31"));
    }
    place
}

#[test]
#[ignore = "needs moto, which tests/publish/setup.sh installs"]
fn a_bucket_gets_the_feeds_of_a_directory_with_their_types() {
    let store = Store::new();
    let place = place();
    let url = format!("{}/site", store.url());
    publish(&place, &store.endpoint(), &["plans", "--to", &url]);
    publish(&place, &store.endpoint(), &["plans", "--to", "folder"]);
    let objects = store.objects("site/");
    let mut expected = vec!["index.html".to_owned(), "robots.txt".to_owned()];
    for name in NAMES {
        expected.extend([name.to_owned(), format!("{name}.ics")]);
        let feed = &objects[&format!("{name}.ics")];
        let file = fs::read(place.path(&format!("folder/{name}.ics"))).expect("a feed");
        assert!(feed.body == file, "{name}");
        assert_eq!(feed.kind, "text/calendar; charset=utf-8", "{name}");
        assert!(feed.disposition.starts_with("inline; filename"), "{name}");
        assert_eq!(feed.cache_control, "public, max-age=300", "{name}");
        let page = &objects[name];
        assert_eq!(page.kind, "text/html; charset=utf-8", "{name}");
        assert_eq!(page.disposition, "", "{name}");
        assert_eq!(page.cache_control, "public, max-age=300", "{name}");
    }
    expected.sort();
    let is_manifest = |key: &&String| key.starts_with(".weekahead/");
    let (manifests, files): (Vec<&String>, Vec<&String>) = objects.keys().partition(is_manifest);
    assert_eq!(files, expected.iter().collect::<Vec<_>>());
    for key in manifests {
        assert_eq!(objects[key].cache_control, "no-store", "{key}");
    }
    assert_eq!(objects["index.html"].kind, "text/html; charset=utf-8");
    assert_eq!(
        objects["robots.txt"],
        Object {
            body: b"User-agent: *\nDisallow:\n".to_vec(),
            kind: "text/plain; charset=utf-8".to_owned(),
            cache_control: "public, max-age=300".to_owned(),
            disposition: String::new(),
        }
    );
}

#[test]
#[ignore = "needs moto, which tests/publish/setup.sh installs"]
fn only_what_changed_is_put() {
    let store = Store::new();
    let proxy = Proxy::new(Some(store.address()), |_, _| Fate::Pass);
    let place = place();
    let arguments = ["plans", "--to", &store.url()];
    publish(&place, &proxy.endpoint(), &arguments);
    proxy.take();
    publish(&place, &proxy.endpoint(), &arguments);
    let asked = proxy.take();
    // The run sends one list request, and reads each part of the manifest once.
    let parts = store.keys(".weekahead/").len();
    assert_eq!(asked.len(), 1 + parts, "{asked:?}");
    assert!(asked.iter().all(|request| request.method == "GET"));

    place.file("plans/漢.yaml", plans("30"));
    publish(&place, &proxy.endpoint(), &arguments);
    let mut written: Vec<String> = proxy
        .take()
        .into_iter()
        .filter(|request| request.method != "GET")
        .map(|request| format!("{} {}", request.method, request.target))
        .collect();
    written.sort();
    let bucket = &store.bucket;
    let part = written[2].clone();
    assert!(part.starts_with(&format!("PUT /{bucket}/.weekahead/")));
    assert_eq!(
        written,
        [
            format!("PUT /{bucket}/%E6%BC%A2"),
            format!("PUT /{bucket}/%E6%BC%A2.ics"),
            part.clone(),
            part,
        ]
    );
}

#[test]
#[ignore = "needs moto, which tests/publish/setup.sh installs"]
fn what_is_gone_is_removed_unless_it_is_kept_and_nothing_else() {
    let store = Store::new();
    let place = place();
    store.put("mine.txt", b"mine");
    store.put("a b/below", b"mine");
    let url = store.url();
    publish(&place, &store.endpoint(), &["plans", "--to", &url]);
    fs::remove_file(place.path("plans/a b.yaml")).expect("a file");
    fs::remove_file(place.path("plans/50%.yaml")).expect("a file");
    publish(
        &place,
        &store.endpoint(),
        &["plans", "--to", &url, "--keep"],
    );
    assert!(store.keys("").contains(&"a b.ics".to_owned()));
    let left = Left::of(&mut command(
        &place,
        &store.endpoint(),
        &["plans", "--to", &url, "--dry-run", "--quiet"],
    ));
    let listed = "remove  50%\nremove  50%.ics\nremove  a b\nremove  a b.ics\n";
    // Without `--base-url` every page is different.
    let removed: String = left
        .out
        .lines()
        .filter(|line| line.starts_with("remove"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!((left.code, removed.as_str()), (Some(0), listed));
    publish(&place, &store.endpoint(), &["plans", "--to", &url]);
    let keys = store.keys("");
    for gone in ["a b", "a b.ics", "50%", "50%.ics"] {
        assert!(!keys.contains(&gone.to_owned()), "{gone}");
    }
    for kept in ["mine.txt", "a b/below", "漢.ics"] {
        assert!(keys.contains(&kept.to_owned()), "{kept}");
    }
}

#[test]
#[ignore = "needs moto, which tests/publish/setup.sh installs"]
fn the_object_of_somebody_else_is_never_put_over() {
    let store = Store::new();
    let place = Place::with("plans/a.yaml", plans("31"));
    store.put("site/a.ics", b"mine");
    let url = format!("{}/site", store.url());
    let arguments = ["plans", "--to", &url, "--quiet"];
    let left = Left::of(&mut command(&place, &store.endpoint(), &arguments));
    assert_eq!(
        left,
        Left {
            code: Some(3),
            out: String::new(),
            err: format!(
                "error: `{url}/a.ics` exists already, and `weekahead publish` did not write it\n\
                 hint: publish to a prefix that holds nothing else, or remove that object\n"
            ),
        }
    );
    assert_eq!(store.get("site/a.ics").body, b"mine");
}

#[test]
#[ignore = "needs moto, which tests/publish/setup.sh installs"]
fn the_same_bytes_are_taken_over_with_what_is_said_of_them() {
    let store = Store::new();
    let place = Place::with("plans/a.yaml", plans("31"));
    publish(&place, &store.endpoint(), &["plans", "--to", "folder"]);
    let feed = fs::read(place.path("folder/a.ics")).expect("a feed");
    store.put("a.ics", &feed);
    publish(&place, &store.endpoint(), &["plans", "--to", &store.url()]);
    let there = store.get("a.ics");
    assert_eq!(there.kind, "text/calendar; charset=utf-8");
    assert!(there.body == feed);
}

#[test]
#[ignore = "needs moto, which tests/publish/setup.sh installs"]
fn a_broken_file_keeps_its_old_feed() {
    let store = Store::new();
    let place = place();
    let url = store.url();
    publish(&place, &store.endpoint(), &["plans", "--to", &url]);
    let before = store.objects("");
    place.file("plans/漢.yaml", "- {name: A card}\n");
    place.file("plans/é.yaml", plans("29"));
    let arguments = [
        "plans",
        "--to",
        &url,
        "--base-url",
        "https://cal.example.org",
    ];
    let left = Left::of(&mut command(&place, &store.endpoint(), &arguments));
    assert_eq!((left.code, left.out.as_str()), (Some(1), ""));
    assert!(left.err.contains("plans/漢.yaml:1:"), "{}", left.err);
    let after = store.objects("");
    for (key, object) in &before {
        let differs = matches!(key.as_str(), "é" | "é.ics") || key.starts_with(".weekahead/");
        assert!(differs || after[key] == *object, "{key}");
    }
    assert_ne!(after["é.ics"], before["é.ics"]);
}

#[test]
#[ignore = "needs moto, which tests/publish/setup.sh installs"]
fn secret_feeds_need_their_manifest_elsewhere() {
    let (store, other) = (Store::new(), Store::new());
    let place = Place::with("plans/a.yaml", plans("31"));
    place.secret("key", "0123456789abcdef0123456789abcdef");
    let url = format!("{}/site", store.url());
    let inside = format!("{url}/more/manifest");
    let secret = ["plans", "--to", &url, "--key-file", "key"];
    for (more, said) in [
        (
            &[][..],
            "error: with a key, the manifest needs a place of its own: it lists every secret path\n",
        ),
        (
            &["--manifest", &inside],
            "error: the manifest lists every secret path, and would be published with the feeds\n",
        ),
    ] {
        let arguments = [&secret, more].concat();
        let left = Left::of(&mut command(&place, &store.endpoint(), &arguments));
        assert_eq!((left.code, left.out.as_str()), (Some(2), ""));
        assert!(left.err.starts_with(said), "{}", left.err);
    }
    assert_eq!(store.keys(""), Vec::<String>::new());
    for manifest in [format!("{}/of/site", other.url()), "manifest".to_owned()] {
        let arguments = [&secret[..], &["--manifest", &manifest]].concat();
        publish(&place, &store.endpoint(), &arguments);
        let keys = store.keys("");
        let ends: Vec<&str> = keys
            .iter()
            .map(|key| key.rsplit_once('/').expect("a path").1)
            .collect();
        assert_eq!(ends, ["a", "a.ics", "robots.txt"], "{keys:?}");
    }
    // Each place owns what it has put. The other publisher has taken over the same bytes.
    assert!(!other.keys("of/site/").is_empty());
    let Left { code, out, err } = Left::of(
        command(&place, &store.endpoint(), &["plans", "--to", &url]).args([
            "--key-file",
            "key",
            "--manifest",
            "manifest",
            "--dry-run",
        ]),
    );
    assert_eq!(code, Some(0), "{out}{err}");
}

#[test]
#[ignore = "needs moto, which tests/publish/setup.sh installs"]
fn another_key_moves_the_last_good_feed_of_a_broken_file() {
    let store = Store::new();
    let place = Place::with("plans/a.yaml", plans("31"));
    place.secret("one", "0123456789abcdef0123456789abcdef");
    place.secret("two", "0123456789ABCDEF0123456789ABCDEF");
    let url = store.url();
    let with = |key| {
        [
            "plans",
            "--to",
            &url,
            "--key-file",
            key,
            "--manifest",
            "manifest",
        ]
    };
    publish(&place, &store.endpoint(), &with("one"));
    let feed = |store: &Store| {
        let all = store.objects("").into_iter();
        let mut feeds = all.filter(|(key, _)| key.ends_with("/a.ics"));
        let feed = feeds.next().expect("a feed");
        assert!(feeds.next().is_none());
        feed
    };
    let (old, before) = feed(&store);
    place.file("plans/a.yaml", "- {name: A card}\n");
    let left = Left::of(&mut command(&place, &store.endpoint(), &with("two")));
    assert_eq!((left.code, left.out.as_str()), (Some(1), ""));
    let (new, after) = feed(&store);
    assert!(old != new && before == after);
    assert_eq!(
        store.keys("").len(),
        2,
        "the feed and the rules for crawlers"
    );
}
