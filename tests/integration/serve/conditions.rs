//! What the server sends to a client that already has the feed, in each encoding.

use std::io::Read as _;

use flate2::read::GzDecoder;

use super::{PLANS, Response, Server};
use crate::harness::Place;

const GZIP: &str = "Accept-Encoding: gzip";

fn server() -> (Place, Server) {
    let place = Place::with("sims.yaml", PLANS);
    let server = Server::start(&place, &["sims.yaml"]);
    (place, server)
}

fn tag(response: &Response) -> String {
    response.field("etag").expect("an entity tag").to_owned()
}

#[test]
fn gzip_is_the_same_feed_under_a_tag_of_its_own() {
    let (_place, server) = server();
    let plain = server.get("/sims.ics");
    let gzip = server.request("GET", "/sims.ics", &[GZIP]);
    let mut unpacked = Vec::new();
    GzDecoder::new(gzip.body.as_slice())
        .read_to_end(&mut unpacked)
        .expect("gzip");
    assert_eq!(unpacked, plain.body);
    assert_eq!(gzip.field("content-encoding"), Some("gzip"));
    assert_eq!(plain.field("content-encoding"), None);
    assert_ne!(tag(&gzip), tag(&plain));
    for fields in [
        &["Accept-Encoding: gzip;q=0"][..],
        &["Accept-Encoding: br, deflate"],
        &["Accept-Encoding: identity"],
    ] {
        assert_eq!(server.request("GET", "/sims.ics", fields).body, plain.body);
    }
    let two = ["Accept-Encoding: br", "Accept-Encoding: gzip;q=0.5"];
    assert_eq!(server.request("GET", "/sims.ics", &two).body, gzip.body);
}

#[test]
fn who_has_it_gets_304() {
    let (_place, server) = server();
    let plain = server.get("/sims.ics");
    let etag = tag(&plain);
    let date = plain.field("last-modified").expect("a date").to_owned();
    let gzip_tag = tag(&server.request("GET", "/sims.ics", &[GZIP]));
    let other = "If-None-Match: \"other\"".to_owned();
    for (fields, status) in [
        (vec![format!("If-None-Match: {etag}")], 304),
        (vec![format!("If-None-Match: W/{etag}")], 304),
        (vec![format!("If-None-Match: \"a\", W/\"b\",{etag}")], 304),
        (vec![other.clone(), format!("If-None-Match: {etag}")], 304),
        (vec!["If-None-Match: *".to_owned()], 304),
        (vec![other.clone()], 200),
        (vec![format!("If-None-Match: {gzip_tag}")], 200),
        (
            vec![format!("If-None-Match: {gzip_tag}"), GZIP.to_owned()],
            304,
        ),
        (vec![format!("If-None-Match: {etag}"), GZIP.to_owned()], 200),
        (vec!["If-None-Match: nonsense".to_owned()], 200),
        (vec![format!("If-Modified-Since: {date}")], 304),
        (
            vec!["If-Modified-Since: Monday, 05-Oct-26 12:00:04 GMT".to_owned()],
            304,
        ),
        (
            vec!["If-Modified-Since: Mon Oct  5 12:00:04 2026".to_owned()],
            304,
        ),
        // Only the exact date matches, since a list that went back to an older text has an older
        // date.
        (
            vec!["If-Modified-Since: Mon, 05 Oct 2026 12:00:05 GMT".to_owned()],
            200,
        ),
        (
            vec!["If-Modified-Since: Mon, 05 Oct 2026 12:00:00 GMT".to_owned()],
            200,
        ),
        (vec!["If-Modified-Since: nonsense".to_owned()], 200),
        // If both fields are sent, the tag decides.
        (vec![other, format!("If-Modified-Since: {date}")], 200),
        (
            vec![
                format!("If-None-Match: {etag}"),
                "If-Modified-Since: Mon, 05 Oct 2026 12:00:00 GMT".to_owned(),
            ],
            304,
        ),
    ] {
        for method in ["GET", "HEAD"] {
            let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            let response = server.request(method, "/sims.ics", &fields);
            assert_eq!(response.status, status, "{method} {fields:?}");
            if status == 304 {
                assert_eq!(response.body, b"");
                assert_eq!(
                    response.field("cache-control"),
                    Some("private, max-age=300")
                );
                assert_eq!(response.field("vary"), Some("Accept-Encoding"));
                assert_eq!(response.field("last-modified"), Some(date.as_str()));
                assert_eq!(response.field("referrer-policy"), Some("no-referrer"));
                assert_eq!(response.field("content-type"), None);
                let own = if fields.contains(&GZIP) {
                    &gzip_tag
                } else {
                    &etag
                };
                assert_eq!(&tag(&response), own);
            }
        }
    }
}

#[test]
fn replicas_send_the_same_octets_under_the_same_tags() {
    let (_one, first) = server();
    let (_two, second) = server();
    for fields in [&[][..], &[GZIP]] {
        let ours = first.request("GET", "/sims.ics", fields);
        let theirs = second.request("GET", "/sims.ics", fields);
        assert_eq!((&ours.body, ours.fields()), (&theirs.body, theirs.fields()));
    }
}

#[test]
fn automatic_renewals_count_from_the_start_of_the_year() {
    let plans = "calendar: {timezone: Europe/Oslo}\nplans:\n  - name: A\n    renewed: 2024-10-31\n    \
                 validity: 1 month\n    renewal: {method: auto-debit}\n";
    let place = Place::with("a.yaml", plans);
    let server = Server::start(&place, &["a.yaml", "--today", "2027-06-01"]);
    let response = server.get("/a.ics");
    // The new year begins in Oslo at 23:00 UTC.
    assert_eq!(
        response.field("last-modified"),
        Some("Thu, 31 Dec 2026 23:00:00 GMT")
    );
    assert!(response.text().contains("DTSTART;VALUE=DATE:20260131"));
    assert!(!response.text().contains("DTSTART;VALUE=DATE:20251231"));
}
