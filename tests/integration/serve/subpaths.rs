//! A base URL with a path, behind both kinds of proxy: one removes the path from what it passes on,
//! the other keeps it.

use std::collections::BTreeSet;

use super::{PLANS, Response, Server};
use crate::harness::Place;

/// The address at which the public sees the server.
const BASE: &str = "https://cal.example.org/my/calendars";

/// What a proxy does with the path of the base.
#[derive(Debug, Clone, Copy)]
enum Proxy {
    Strips,
    Keeps,
}

impl Proxy {
    /// Asks for an address of the site, as a browser would through this proxy.
    #[track_caller]
    fn get(self, server: &Server, address: &str) -> Response {
        let path = address.strip_prefix("https://cal.example.org");
        let path = path.unwrap_or_else(|| panic!("{address} leads to another host"));
        let inside = path.strip_prefix("/my/calendars");
        let inside = inside.unwrap_or_else(|| panic!("{address} leads out of the path"));
        let path = match (self, inside) {
            (Self::Keeps, _) => path,
            (Self::Strips, "") => "/",
            (Self::Strips, inside) => inside,
        };
        server.request("GET", path, &["Host: cal.example.org"])
    }
}

/// Every address on a page that leads to the site, as a browser reads it at `page`. Links that
/// begin with a slash are resolved; no other relative links are allowed.
fn addresses(html: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let values = ["href=\"", "value=\""].into_iter().flat_map(|start| {
        let parts = html.split(start).skip(1);
        parts.map(|part| part.split('"').next().unwrap_or_default())
    });
    for value in values {
        let value = value.replace("&#38;", "&");
        match value.split_once("://") {
            None if value.starts_with('/') => {
                found.insert(format!("https://cal.example.org{value}"));
            }
            // Within the page, and the icon.
            None => assert!(
                value.starts_with(['#']) || value.starts_with("data:"),
                "{value}"
            ),
            Some(("webcal", rest)) => {
                found.insert(format!("https://{rest}"));
            }
            Some(("https", rest)) if rest.starts_with("cal.example.org") => {
                found.insert(value);
            }
            Some(_) => {
                if let Some((_, encoded)) = value.split_once("addfromweb?url=") {
                    let encoded = encoded.split('&').next().unwrap_or_default();
                    let url = percent_encoding::percent_decode_str(encoded).decode_utf8();
                    found.insert(url.expect("UTF-8").into_owned());
                }
            }
        }
    }
    found
}

/// Follows every link from some addresses on, and returns all addresses.
fn crawl(server: &Server, proxy: Proxy, from: &[String]) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut next: Vec<String> = from.to_vec();
    while let Some(address) = next.pop() {
        if !seen.insert(address.clone()) {
            continue;
        }
        let response = proxy.get(server, &address);
        assert_eq!(response.status, 200, "{proxy:?} {address}");
        let kind = response.field("content-type").expect("a type");
        match address.ends_with(".ics") {
            true => assert_eq!(kind, "text/calendar; charset=utf-8", "{proxy:?} {address}"),
            false => {
                assert_eq!(kind, "text/html; charset=utf-8", "{proxy:?} {address}");
                next.extend(addresses(response.text()));
            }
        }
    }
    seen
}

/// The addresses that `url` prints.
fn printed(place: &Place, arguments: &[&str]) -> Vec<String> {
    let left = place.run(&[&["url", "--base-url", BASE], arguments].concat());
    assert_eq!(left.code, Some(0), "{}", left.err);
    let links = left.out.lines().filter_map(|line| line.strip_prefix("  "));
    links
        .map(|line| {
            let url = line.split_whitespace().nth(1).expect("an address");
            url.replace("webcal://", "https://")
        })
        .collect()
}

#[test]
fn every_link_works_behind_both_kinds_of_proxy() {
    let one = Place::with("lists/sims.yaml", PLANS);
    let several = Place::with("lists/sims.yaml", PLANS);
    several.file("lists/漢 a.yaml", PLANS);
    for (place, stems) in [(&one, 1), (&several, 2)] {
        place.secret("key", [b'k'; 32]);
        for (key, has_front) in [(&[][..], true), (&["--key-file", "key"], false)] {
            let arguments = [&["lists"], key].concat();
            let server = Server::start(place, &[&arguments[..], &["--base-url", BASE]].concat());
            assert!(server.greeting.contains(&format!("at {BASE}/\n")));
            let printed = printed(place, &arguments);
            assert_eq!(printed.len(), 3 * stems, "{printed:?}");
            // The page, the feed and the test reminder of each list.
            let mut expected: BTreeSet<String> = printed.iter().cloned().collect();
            expected.extend(
                printed
                    .iter()
                    .filter(|address| !address.ends_with(".ics"))
                    .map(|page| format!("{page}/test.ics")),
            );
            assert_eq!(expected.len(), 3 * stems, "{expected:?}");
            for proxy in [Proxy::Strips, Proxy::Keeps] {
                assert_eq!(
                    crawl(&server, proxy, &printed),
                    expected,
                    "{proxy:?} {key:?}"
                );
                for front in [BASE.to_owned(), format!("{BASE}/")] {
                    if !has_front {
                        assert_eq!(proxy.get(&server, &front).status, 404, "{proxy:?} {key:?}");
                        continue;
                    }
                    let mut seen = crawl(&server, proxy, std::slice::from_ref(&front));
                    seen.remove(&front);
                    // The front page of one list is its page, which does not link to itself.
                    seen.extend(printed.iter().filter(|_| stems == 1).cloned());
                    assert_eq!(seen, expected, "{proxy:?} {front}");
                }
                for (path, status) in [
                    ("/healthz", 200),
                    ("/robots.txt", 200),
                    ("/nothing", 404),
                    ("/sims/", 404),
                    ("/my/calendars/my/calendars/sims.ics", 404),
                ] {
                    let found = proxy.get(&server, &format!("{BASE}{path}"));
                    assert_eq!(found.status, status, "{proxy:?} {path}");
                }
            }
        }
    }
}

/// A feed may have the name of the base's path. Whatever the proxy does, each address has its own
/// content.
#[test]
fn a_feed_may_be_called_like_the_path() {
    let place = Place::with("lists/cal.yaml", "- {name: In cal, expires: 2027-01-31}\n");
    place.file(
        "lists/sims.yaml",
        "- {name: In sims, expires: 2027-01-31}\n",
    );
    let base = "https://cal.example.org/cal";
    let server = Server::start(&place, &["lists", "--base-url", base]);
    let get = |path: &str| {
        let response = server.request("GET", path, &["Host: cal.example.org"]);
        assert_eq!(response.status, 200, "{path}");
        response.text().to_owned()
    };
    // Each with the path that a proxy keeps, and without the one that it strips.
    for (kept, stripped, content) in [
        ("/cal/", "/", "<a href=\"/cal/sims\">"),
        ("/cal/cal", "/cal", "<title>cal</title>"),
        ("/cal/cal.ics", "/cal.ics", "SUMMARY:In cal"),
        ("/cal/cal/test.ics", "/cal/test.ics", "BEGIN:VEVENT"),
        ("/cal/sims", "/sims", "<title>sims</title>"),
        ("/cal/sims.ics", "/sims.ics", "SUMMARY:In sims"),
    ] {
        for path in [kept, stripped] {
            assert!(get(path).contains(content), "{path}: {}", get(path));
        }
    }
}
