//! Paths, methods and the fields of every response.

use super::{PLANS, Response, Server};
use crate::harness::Place;

/// The time 2026-10-05T12:00:00Z plus FORMAT seconds.
const MODIFIED: &str = "Mon, 05 Oct 2026 12:00:04 GMT";

fn server() -> (Place, Server) {
    let place = Place::with("sims.yaml", PLANS);
    let server = Server::start(&place, &["sims.yaml", "--today", "2026-11-23"]);
    (place, server)
}

#[test]
fn a_feed_is_what_build_writes_and_is_labelled_as_clients_need() {
    let (place, server) = server();
    let built = place.feed(&["build", "sims.yaml", "--today", "2026-11-23"]);
    let response = server.get("/sims.ics");
    assert_eq!(response.status, 200);
    assert_eq!(response.text(), built);
    let etag = response.field("etag").expect("an entity tag");
    assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() == 34);
    let length = format!("content-length: {}", built.len());
    let tag = format!("etag: {etag}");
    let modified = format!("last-modified: {MODIFIED}");
    assert_eq!(
        response.fields(),
        [
            tag.as_str(),
            &modified,
            "cache-control: private, max-age=300",
            "vary: Accept-Encoding",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "x-robots-tag: noindex",
            "content-type: text/calendar; charset=utf-8",
            "content-disposition: inline; filename=\"sims.ics\"",
            &length,
        ]
    );
    assert!(response.field("date").is_some());
}

#[test]
fn head_is_get_without_a_body() {
    let (_place, server) = server();
    for path in [
        "/sims.ics",
        "/sims",
        "/",
        "/healthz",
        "/robots.txt",
        "/nothing",
    ] {
        for fields in [&[][..], &["Accept-Encoding: gzip"]] {
            let get = server.request("GET", path, fields);
            let head = server.request("HEAD", path, fields);
            assert_eq!(head.status, get.status, "{path}");
            assert_eq!(head.fields(), get.fields(), "{path}");
            assert_eq!(head.body, b"", "{path}");
            assert!(!get.body.is_empty(), "{path}");
        }
    }
}

#[test]
fn everything_else_is_not_found() {
    let (_place, server) = server();
    for path in [
        "/sims.ICS",
        "/sims.ics/",
        "/sims/",
        "/sim.ics",
        "//sims.ics",
        "/./sims.ics",
        "/x/sims.ics",
        "/sims.yaml",
        "/%FF.ics",
        "/sims%00.ics",
        "/..%2Fsims.ics",
        "/metrics",
        "/favicon.ico",
        "/healthz/",
    ] {
        let response = server.get(path);
        assert_eq!(response.status, 404, "{path}");
        assert_eq!(response.text(), "not found\n");
        assert_eq!(response.field("referrer-policy"), Some("no-referrer"));
        assert_eq!(response.field("cache-control"), Some("private, no-store"));
    }
    // A query is not part of the name. Google adds queries.
    assert_eq!(server.get("/sims.ics?nocache=1").status, 200);
    assert_eq!(server.get("/%73ims.ics").status, 200);
}

#[test]
fn a_name_of_any_script_is_a_feed() {
    let place = Place::with("漢字 ü.yaml", PLANS);
    let server = Server::start(&place, &["漢字 ü.yaml"]);
    let response = server.get("/%E6%BC%A2%E5%AD%97%20%C3%BC.ics");
    assert_eq!(response.status, 200);
    assert_eq!(
        response.field("content-disposition"),
        Some("inline; filename*=UTF-8''%E6%BC%A2%E5%AD%97%20%C3%BC.ics")
    );
}

#[test]
fn other_methods_are_refused_and_their_bodies_dropped() {
    let (_place, server) = server();
    for method in [
        "PUT", "POST", "DELETE", "PROPFIND", "OPTIONS", "PATCH", "REPORT", "TRACE", "NONSENSE",
    ] {
        for path in ["/sims.ics", "/", "/nothing"] {
            let response = server.request(method, path, &[]);
            assert_eq!(response.status, 405, "{method} {path}");
            assert_eq!(response.field("allow"), Some("GET, HEAD"));
        }
    }
    // The connection stays usable after the body.
    let calendar = "x".repeat(1 << 20);
    let host = server.address;
    let two = format!(
        "PUT /sims.ics HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\n\r\n{calendar}\
         GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
        calendar.len()
    );
    let answers = String::from_utf8(server.raw(two)).expect("UTF-8");
    assert!(answers.starts_with("HTTP/1.1 405 "), "{answers}");
    assert!(answers.contains("HTTP/1.1 200 OK"), "{answers}");
}

#[test]
fn a_body_without_end_gets_its_answer_all_the_same() {
    use std::io::{Read as _, Write as _};
    let (_place, server) = server();
    let mut stream = server.connect();
    let head = format!(
        "PUT /sims.ics HTTP/1.1\r\nHost: {}\r\nContent-Length: 99999999999\r\n\r\n",
        server.address
    );
    stream.write_all(head.as_bytes()).expect("a head");
    let piece = [b'x'; 64 << 10];
    let mut sent = 0;
    // The server reads 4 MiB, and some more while it closes the connection.
    while sent < 64 << 20 && stream.write_all(&piece).is_ok() {
        sent += piece.len();
    }
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 405");
    assert!(sent >= 4 << 20, "{sent}");
}

/// Puts a calendar as Thunderbird does, which says of which version it is, and returns the status,
/// the entity tag and the methods that are allowed.
fn put(server: &Server, version: &str, calendar: &str) -> (u16, Option<String>, Option<String>) {
    let request = format!(
        "PUT /sims.ics HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nIf: {version}\r\n\
         Content-Length: {}\r\n\r\n{calendar}",
        server.address,
        calendar.len()
    );
    let response = Response::of(&server.raw(request));
    let field = |name| response.field(name).map(str::to_owned);
    (response.status, field("etag"), field("allow"))
}

#[test]
fn a_reminder_that_thunderbird_dismisses_is_accepted_and_not_stored() {
    let (_place, server) = server();
    let feed = server.get("/sims.ics");
    let mark = "X-MOZ-LASTACK:20270124T080006Z\r\nEND:VEVENT";
    let dismissed = feed.text().replace("END:VEVENT", mark);
    let gzip = server.request("GET", "/sims.ics", &["Accept-Encoding: gzip"]);
    for response in [&feed, &gzip] {
        let tag = response.field("etag").expect("an entity tag");
        for tag in [tag.to_owned(), format!("W/{tag}")] {
            let answer = put(&server, &format!("([{tag}])"), &dismissed);
            assert_eq!(answer, (204, Some(tag), None));
        }
    }
    // The tag of an older version makes the client fetch the current one.
    let old = "\"0123456789abcdef0123456789abcdef\"";
    let answer = put(&server, &format!("([{old}])"), &dismissed);
    assert_eq!(answer, (204, Some(old.to_owned()), None));
    assert_eq!(server.get("/sims.ics").body, feed.body);
}

#[test]
fn a_change_to_a_feed_is_refused() {
    let (_place, server) = server();
    let feed = server.get("/sims.ics");
    let tag = feed.field("etag").expect("an entity tag");
    let version = format!("([{tag}])");
    let refused = (405, None, Some("GET, HEAD".to_owned()));
    let changed = feed.text().replace("SUMMARY:One", "SUMMARY:Two");
    let long = feed.text().replace(
        "END:VEVENT",
        &format!("X-MOZ-LASTACK:{}\r\nEND:VEVENT", "0".repeat(100 << 10)),
    );
    for (what, version, calendar) in [
        ("a title", version.as_str(), changed.as_str()),
        ("no calendar", &version, ""),
        ("too much", &version, &long),
        ("no version", "", feed.text()),
        ("any version", "(*)", feed.text()),
        ("no tag", "([x])", feed.text()),
        ("half a tag", "([\"])", feed.text()),
    ] {
        assert_eq!(put(&server, version, calendar), refused, "{what}");
    }
    assert_eq!(server.get("/sims.ics").body, feed.body);
}

#[test]
fn leave_to_send_a_body_is_not_given() {
    let (_place, server) = server();
    let fields = ["Expect: 100-continue", "Content-Length: 1000000"];
    let response = server.request("PUT", "/sims.ics", &fields);
    assert_eq!(response.status, 405);
    assert_eq!(response.field("connection"), Some("close"));
}

#[test]
fn a_body_in_chunks_ends_the_connection() {
    let (_place, server) = server();
    let host = server.address;
    let request = format!(
        "PUT /sims.ics HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n\
         GET /sims.ics HTTP/1.1\r\nHost: {host}\r\n\r\n"
    );
    let all = server.raw(request);
    let response = Response::of(&all);
    assert_eq!(
        (response.status, response.field("connection")),
        (405, Some("close"))
    );
    let text = String::from_utf8_lossy(&all);
    assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{text}");
}

#[test]
fn the_index_of_several_feeds_names_each() {
    let place = Place::with("lists/a.yaml", PLANS);
    let named = "calendar: {name: Family & co}\nplans: [{name: A, expires: 2027-01-31}]\n";
    place.file("lists/b.yml", named);
    let server = Server::start(&place, &["lists"]);
    let index = server.get("/");
    assert_eq!(index.status, 200);
    assert_eq!(
        index.field("content-type"),
        Some("text/html; charset=utf-8")
    );
    // The front page shows the name of each calendar and its path, since two calendars may have the
    // same name.
    for link in [
        "<a href=\"/a\"><bdi>a</bdi></a> <span class=\"aside\">/a</span>",
        "<a href=\"/b\"><bdi>Family &#38; co</bdi></a> <span class=\"aside\">/b</span>",
    ] {
        assert!(index.text().contains(link), "{}", index.text());
    }
    assert_eq!(server.get("/a.ics").status, 200);
    assert_eq!(server.get("/b.ics").status, 200);
}

#[test]
fn health_has_counts_and_no_names() {
    let (_place, server) = server();
    let response = server.get("/healthz");
    assert_eq!(response.field("content-type"), Some("application/json"));
    assert_eq!(
        response.text(),
        "{\"broken\":0,\"feeds\":1,\"plans\":1,\"stale\":0,\"status\":\"ok\",\"unsaved\":0}\n"
    );
    assert_eq!(
        server.get("/robots.txt").text(),
        "User-agent: *\nDisallow:\n"
    );
}

#[test]
fn a_host_must_be_one_and_on_loopback_ours() {
    let (_place, server) = server();
    for (host, status) in [
        ("Host: localhost", 200),
        ("Host: LOCALHOST:1234", 200),
        ("Host: feeds.localhost", 200),
        ("Host: 127.0.0.1", 200),
        ("Host: [::1]:8080", 200),
        ("Host: evil.example", 421),
        ("Host: localhost.evil.example", 421),
        ("Host: 10.0.0.1", 421),
        ("Host:", 400),
        ("Host: a b", 400),
        ("Host: <script>", 400),
        ("Host: user@localhost", 400),
        ("Host: localhost\r\nHost: localhost", 400),
    ] {
        let response = server.request("GET", "/sims.ics", &[host]);
        assert_eq!(response.status, status, "{host}");
    }
    // The absolute form takes precedence over the field.
    let absolute = |target: &str| server.request("GET", target, &["Host: localhost"]).status;
    assert_eq!(absolute("http://localhost/sims.ics"), 200);
    assert_eq!(absolute("http://evil.example/sims.ics"), 421);
    let without = server.raw("GET /sims.ics HTTP/1.1\r\nConnection: close\r\n\r\n");
    assert_eq!(Response::of(&without).status, 400);
    let old = server.raw("GET /sims.ics HTTP/1.0\r\n\r\n");
    assert_eq!(Response::of(&old).status, 200);
}

#[test]
fn a_part_of_a_feed_is_never_sent() {
    let (_place, server) = server();
    let whole = server.get("/sims.ics");
    for fields in [
        &["Range: bytes=0-3"][..],
        &["Range: bytes=99999999-"],
        &["Range: bytes=0-3", "If-Range: \"other\""],
    ] {
        let response = server.request("GET", "/sims.ics", fields);
        assert_eq!((response.status, &response.body), (200, &whole.body));
        assert_eq!(response.fields(), whole.fields());
    }
}

#[test]
fn requests_in_a_row_are_answered_in_a_row() {
    let (_place, server) = server();
    let host = server.address;
    let mut row = String::new();
    for path in ["/sims.ics", "/nothing", "/healthz"] {
        row += &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    }
    row += &format!("HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let all = String::from_utf8(server.raw(row)).expect("UTF-8");
    let lines = all.lines().filter(|line| line.starts_with("HTTP/1.1 "));
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [
            "HTTP/1.1 200 OK",
            "HTTP/1.1 404 Not Found",
            "HTTP/1.1 200 OK",
            "HTTP/1.1 200 OK",
        ]
    );
}

/// A proxy in front of another port sends the host with or without the port.
#[test]
fn the_name_of_the_base_is_ours_on_every_port() {
    let place = Place::with("sims.yaml", PLANS);
    for base in ["https://cal.example.org", "https://cal.example.org:8443"] {
        let server = Server::start(&place, &["sims.yaml", "--base-url", base]);
        for (host, expected) in [
            ("cal.example.org", 200),
            ("CAL.example.org:443", 200),
            ("cal.example.org:8443", 200),
            ("cal.example.org.evil.example", 421),
        ] {
            let host = format!("Host: {host}");
            let status = server.request("GET", "/sims.ics", &[&host]).status;
            assert_eq!(status, expected, "{base} {host}");
        }
    }
}

#[test]
fn a_page_in_the_place_of_a_feed_is_refused() {
    let place = Place::with("x/a.yaml", PLANS);
    let server = Server::start(&place, &["x"]);
    place.file("x/b.ics.yaml", PLANS);
    server.log_with("cannot be a feed: its page `b.ics` would look like a calendar");
    assert_eq!(server.get("/b.ics").status, 404);
    assert_eq!(server.get("/b.ics.ics").status, 404);
}

/// The value of `--poll` is optional, so it takes none after a space.
#[test]
fn a_length_of_time_is_no_directory_to_come() {
    let place = Place::with("sims.yaml", PLANS);
    let arguments = [
        "serve",
        "sims.yaml",
        "--poll",
        "5s",
        "--listen",
        "127.0.0.1:0",
    ];
    let left = place.run(&arguments);
    assert_eq!(
        (left.code, left.err.as_str()),
        (
            Some(2),
            "error: `5s` is a length of time, not a plans file\nhint: write `--poll=5s`\n"
        )
    );
}
