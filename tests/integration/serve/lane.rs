//! Simple requests for feeds are answered before hyper. The answers are the same, byte for byte.
//!
//! Each request is sent twice: as it is, and with a field that only hyper reads. The unit tests of
//! `src/server/lane.rs` hold which requests are simple.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestRunner};
use rustix::process::Signal;

use super::{PLANS, Response, Server};
use crate::harness::Place;

/// A field that changes nothing but the way of a request.
const SLOW: &str = "X-Slow: 1\r\n";

/// A server, and the path of its feed.
struct Site {
    _place: Place,
    server: Server,
    path: String,
}

impl Site {
    fn new(arguments: &[&str]) -> Self {
        let place = Place::with("sims.yaml", PLANS);
        place.secret("key", "k".repeat(32));
        let server = Server::start(&place, &[&["sims.yaml"], arguments].concat());
        let mut path = "/sims.ics".to_owned();
        if arguments.contains(&"--key-file") {
            let base = ["--base-url", "https://cal.example.org"];
            let key = ["url", "sims.yaml", "--key-file", "key"];
            let printed = place.run(&[&key[..], &base].concat()).out;
            let mut words = printed.split_whitespace();
            let url = words.find(|word| word.ends_with("/sims.ics"));
            let (_, found) = url.expect("a link").split_once(".org").expect("a host");
            path = found.to_owned();
        }
        Self {
            _place: place,
            server,
            path,
        }
    }

    /// What a site without options answers.
    fn plain() -> Self {
        Self::new(&[])
    }

    /// Sends a request as it is, and by way of hyper. Fails unless the answers are the same.
    /// Returns the answer without its date.
    #[track_caller]
    fn same(&self, request: &[u8]) -> Vec<u8> {
        let begin = request.iter().take_while(|byte| byte.is_ascii_whitespace());
        let begin = begin.count();
        let line = request[begin..].iter().position(|byte| *byte == b'\n');
        let (line, fields) = request.split_at(line.map_or(0, |at| begin + at + 1));
        let slow = [line, SLOW.as_bytes(), fields].concat();
        let fast = undated(self.server.raw(request));
        let slow = undated(self.server.raw(&slow));
        assert_eq!(
            String::from_utf8_lossy(&fast),
            String::from_utf8_lossy(&slow),
            "{:?}",
            String::from_utf8_lossy(request)
        );
        assert!(fast == slow, "they differ where they are not UTF-8");
        fast
    }

    /// The same for a request with these lines after the first.
    #[track_caller]
    fn same_lines(&self, first: &str, lines: &[&str]) -> Vec<u8> {
        let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
        self.same(format!("{first}\r\n{lines}\r\n").as_bytes())
    }
}

/// Answers without the values of Date.
fn undated(mut answers: Vec<u8>) -> Vec<u8> {
    const NAME: &[u8] = b"\r\ndate: ";
    const LENGTH: usize = "Mon, 05 Oct 2026 12:00:00 GMT".len();
    let mut at = 0;
    while let Some(found) = answers[at..].windows(NAME.len()).position(|it| it == NAME) {
        let value = at + found + NAME.len();
        answers[value..value + LENGTH].fill(b'-');
        at = value + LENGTH;
    }
    answers
}

fn status(answer: &[u8]) -> u16 {
    Response::of(answer).status
}

/// Header fields, each in several forms.
fn fields(etags: [&str; 2], date: &str) -> Vec<Vec<String>> {
    let [plain, gzip] = etags;
    let owned = |lines: &[&str]| lines.iter().map(|&line| line.to_owned()).collect();
    vec![
        owned(&[
            "Accept-Encoding: gzip",
            "accept-encoding:gzip, deflate, br",
            "ACCEPT-ENCODING: \t identity;q=0.5, gzip;q=1.0 \t ",
            "Accept-Encoding: gzip;q=0",
            "Accept-Encoding: *",
            "Accept-Encoding:",
            "Accept-Encoding: gzip;q=0.5, identity",
            "Accept-Encoding: gz\u{ef}p",
        ]),
        vec![
            format!("If-None-Match: {plain}"),
            format!("If-None-Match: {gzip}"),
            format!("if-none-match: \"other\", W/{plain} , W/{gzip}"),
            "If-None-Match: *".to_owned(),
            "If-None-Match:".to_owned(),
            "If-None-Match: \"\u{e9}\"".to_owned(),
            "If-None-Match: \"other\"".to_owned(),
        ],
        vec![
            format!("If-Modified-Since: {date}"),
            "If-Modified-Since: Monday, 05-Oct-26 12:00:04 GMT".to_owned(),
            "If-Modified-Since: Mon Oct  5 12:00:04 2026".to_owned(),
            "if-modified-since: yesterday".to_owned(),
            "If-Modified-Since: Tue, 06 Oct 2026 12:00:04 GMT".to_owned(),
        ],
        owned(&[
            "User-Agent: curl/8.1",
            "user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Thunderbird/128.3.0",
            "User-Agent: \u{6f22}",
            "User-Agent:",
        ]),
        owned(&[
            "Connection: keep-alive",
            "connection: Keep-Alive",
            "Connection: close",
            "Connection: keep-alive, close",
            "Connection: upgrade",
            "Upgrade: h2c",
            "Keep-Alive: timeout=5",
        ]),
        owned(&[
            "Accept: */*",
            "Accept-Language: nb, zh;q=0.5",
            "Cache-Control: no-cache",
            "Pragma: no-cache",
            "Cookie: a=b; c=\u{e9}",
            "Authorization: Basic Og==",
            "Referer: http://localhost/",
            "Range: bytes=0-1",
            "If-Match: \"other\"",
            "If: ([\"other\"])",
            "TE: trailers",
            "Sec-Fetch-Mode: navigate",
        ]),
        owned(&[
            "X-Forwarded-For: 192.0.2.1",
            "X-Forwarded-Host: cal.example.org",
            "X-Forwarded-Proto: https",
            "Forwarded: for=192.0.2.1",
            "Via: 1.1 proxy",
            "CF-Ray: 1",
            "X-Forwarded-Host: <script>",
        ]),
        owned(&[
            "Content-Length: 0",
            "Content-Length: +0",
            "Transfer-Encoding: chunked",
            "Expect: 100-continue",
            "Trailer: X",
        ]),
    ]
}

#[test]
fn any_fields_get_the_same_answer() {
    let site = Site::plain();
    let plain = site.server.get("/sims.ics");
    let gzip = site
        .server
        .request("GET", "/sims.ics", &["Accept-Encoding: gzip"]);
    let etag = |response: &Response| response.field("etag").expect("a tag").to_owned();
    let (plain_tag, gzip_tag) = (etag(&plain), etag(&gzip));
    let date = plain.field("last-modified").expect("a date").to_owned();
    let kinds = fields([&plain_tag, &gzip_tag], &date);
    // Each form alone: a failure names it.
    for line in kinds.iter().flatten() {
        for method in ["GET", "HEAD"] {
            let first = format!("{method} /sims.ics HTTP/1.1");
            site.same_lines(&first, &["Host: localhost", line]);
        }
    }
    let forms: Vec<_> = kinds.into_iter().map(select).collect();
    let sets = (
        prop_oneof![8 => Just("GET"), 4 => Just("HEAD"), 1 => Just("POST"), 1 => Just("get")],
        prop_oneof![9 => Just("HTTP/1.1"), 1 => Just("HTTP/1.0")],
        subsequence((0..forms.len()).collect::<Vec<_>>(), 0..5),
        forms,
        any::<bool>(),
    );
    // The order, and fields that are there twice.
    let sets = sets.prop_flat_map(|(method, version, chosen, forms, is_twice)| {
        let mut lines: Vec<String> = chosen.into_iter().map(|at| forms[at].clone()).collect();
        if is_twice && let Some(first) = lines.first().cloned() {
            lines.push(first);
        }
        lines.push("Host: localhost".to_owned());
        (Just((method, version)), Just(lines).prop_shuffle())
    });
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(400)
    };
    let result = TestRunner::new(config).run(&sets, |((method, version), lines)| {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        site.same_lines(&format!("{method} /sims.ics {version}"), &lines);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn any_host_gets_the_same_answer() {
    for arguments in [
        &[][..],
        &["--key-file", "key"],
        &["--base-url", "https://cal.example.org/my"],
        &["--trust-proxy", "127.0.0.0/8"],
    ] {
        let site = Site::new(arguments);
        let first = format!("GET {} HTTP/1.1", site.path);
        for host in [
            "Host: localhost",
            "host:localhost:1",
            "HOST: LOCALHOST",
            "Host: 127.0.0.1:8080",
            "Host: [::1]",
            "Host: [::1]:80",
            "Host: cal.example.org",
            "Host: cal.example.org:443",
            "Host: evil.example",
            "Host: evil.example:99999",
            "Host:",
            "Host: ",
            "Host: a b",
            "Host: local\thost",
            "Host: h\u{f6}st",
            "Host: localhost\r\nHost: localhost",
            "Host: localhost\r\nHost: evil.example",
            "Host: localhost\r\n folded",
            "Host : localhost",
            "X: no host",
            "Host: localhost\r\nX-Forwarded-Host: evil.example",
        ] {
            site.same_lines(&first, &[host]);
            site.same_lines(&first, &["Accept: */*", host, "Connection: keep-alive"]);
        }
    }
}

#[test]
fn any_target_gets_the_same_answer() {
    let long = format!("/{}", "a".repeat(3000));
    for arguments in [
        &["--max-uri-length", "2000"][..],
        &["--key-file", "key"],
        &["--base-url", "https://cal.example.org/my"],
    ] {
        let site = Site::new(arguments);
        let own = &site.path;
        let wrong = format!("{}x.ics", own.trim_end_matches(".ics"));
        let upper = own.to_ascii_uppercase();
        let (query, encoded) = (format!("{own}?a"), own.replace('s', "%73"));
        let (absolute, below) = (format!("http://localhost{own}"), format!("/my{own}"));
        let (double, fragment) = (format!("/{own}"), format!("{own}#a"));
        for target in [
            own,
            &wrong,
            &upper,
            &query,
            &encoded,
            &absolute,
            &below,
            &double,
            &fragment,
            &long,
            "/",
            "/sims",
            "/sims.ics",
            "/my",
            "/my/sims.ics",
            "/my/my/sims.ics",
            "/sims/test.ics",
            "/healthz",
            "/robots.txt",
            "/metrics",
            "*",
            "sims.ics",
            "/./sims.ics",
            "/sims.ics/",
            "/%FF.ics",
            "/%",
            "/sims%.ics",
            "/s\u{ef}ms.ics",
            "/sims\".ics",
            "/{sims}.ics",
            "/sims.ics;a",
            "/sims|.ics",
            "/sims\\.ics",
            "/sims.ics HTTP/1.1 x",
            "",
            "localhost:80",
            "//localhost/sims.ics",
        ] {
            for method in ["GET", "HEAD", "PUT", "OPTIONS", "CONNECT", "Get", "HEADS"] {
                site.same_lines(&format!("{method} {target} HTTP/1.1"), &["Host: localhost"]);
            }
        }
    }
}

#[test]
fn heads_of_any_size_and_form_get_the_same_answer() {
    let site = Site::new(&["--max-header-size", "8192"]);
    let start = "GET /sims.ics HTTP/1.1\r\nHost: localhost\r\n";
    // Around the most that is read at once, and the most that is read at all.
    for size in (4090..4102).chain(8150..8200) {
        let rest = size - start.len() - "Cookie: \r\n\r\n".len();
        let request = format!("{start}Cookie: {}\r\n\r\n", "a".repeat(rest));
        assert_eq!(request.len(), size);
        // With one field more, it is longer. So the size of what hyper reads is the same.
        let slow = request
            .replace("Cookie: ", "Cookiee: ")
            .replacen("aa", "a", 1);
        let (fast, slow) = (site.server.raw(&request), site.server.raw(&slow));
        assert_eq!(undated(fast), undated(slow), "{size}");
    }
    for count in [1, 30, 31, 32, 33, 97, 98] {
        let request = format!("{start}{}\r\n", "Accept: a\r\n".repeat(count));
        assert_eq!(status(&site.same(request.as_bytes())), 200, "{count}");
    }
    for request in [
        "\r\nGET /sims.ics HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /sims.ics HTTP/1.1\nHost: localhost\n\n",
        "GET /sims.ics HTTP/1.1\r\nHost: localhost\n\r\n",
        "GET /sims.ics HTTP/1.1\r\nHost: localhost\r\n\n",
        "GET  /sims.ics HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /sims.ics  HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /sims.ics HTTP/1.1 \r\nHost: localhost\r\n\r\n",
        "GET /sims.ics HTTP/1.2\r\nHost: localhost\r\n\r\n",
        "GET /sims.ics HTTP/2\r\nHost: localhost\r\n\r\n",
        "GET /sims.ics\r\nHost: localhost\r\n\r\n",
        "GET /sims.ics HTTP/1.1\r\nHost: localhost\r\n Accept: a\r\n\r\n",
        "GET /sims.ics HTTP/1.1\r\nHost: localhost\r\nAccept: a\r\n b\r\n\r\n",
        "GET /sims.ics HTTP/1.1\r\nHost: localhost\r\nAccept\r\n\r\n",
        "GET /sims.ics HTTP/1.1\r\nHost: localhost\r\n: a\r\n\r\n",
        "GET /sims.ics HTTP/1.1\r\nHost: localhost\r\nAccept: a\0b\r\n\r\n",
        "GET /sims.ics HTTP/1.1\r\nHost: localhost\r\nAccept: a\rb\r\n\r\n",
        "GET /sims.ics HTTP/1.1\r\nHost: localhost\r\nAccept: a\x7fb\r\n\r\n",
        "GET /sims.ics HTTP/1.1\r\nHost: localhost\r\nAcc ept: a\r\n\r\n",
        "GET /sims.ics HTTP/1.1\r\nHost: localhost\r\nAccept :a\r\n\r\n",
        "GET /sims.ics HTTP/1.1\r\nHost: localhost\r\n",
        "GET /sims.ics HTTP/1.1\r\nHost: localhost\r\n\r",
    ] {
        site.same(request.as_bytes());
    }
}

#[test]
fn several_requests_on_a_connection_get_the_same_answers() {
    let site = Site::plain();
    let of = |target: &str| format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let (feed, page, none) = (of("/sims.ics"), of("/sims"), of("/none"));
    for requests in [
        &[&feed, &feed, &feed][..],
        &[&feed, &page, &feed],
        &[&page, &feed, &feed],
        &[&feed, &none, &feed, &page],
    ] {
        let alone: Vec<Vec<u8>> = requests.iter().map(|it| site.server.raw(it)).collect();
        let expected = undated(alone.concat());
        // All at once.
        let together: String = requests.iter().copied().cloned().collect();
        assert_eq!(undated(site.server.raw(&together)), expected);
        // Each one after the answer to the one before.
        let mut stream = site.server.connect();
        let mut all = Vec::new();
        for (request, answer) in requests.iter().zip(&alone) {
            stream.write_all(request.as_bytes()).expect("a request");
            let mut one = vec![0; answer.len()];
            stream.read_exact(&mut one).expect("an answer");
            all.extend(one);
        }
        assert_eq!(undated(all), expected);
    }
}

#[test]
fn a_head_in_two_parts_gets_the_same_answer() {
    let site = Site::plain();
    let request = "GET /sims.ics HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n";
    let expected = undated(site.server.raw(request));
    assert_eq!(status(&expected), 200);
    for at in 1..request.len() {
        let (first, rest) = request.split_at(at);
        let mut stream = site.server.connect();
        stream.set_nodelay(true).expect("no delay");
        for earlier in [0, 1] {
            // The second time, the connection has had a request.
            let mut answer = vec![0; expected.len()];
            if earlier == 1 {
                stream.write_all(request.as_bytes()).expect("a request");
                stream.read_exact(&mut answer).expect("an answer");
            }
            stream.write_all(first.as_bytes()).expect("a part");
            // By the time of this answer, the server has read the part.
            assert_eq!(site.server.get("/healthz").status, 200);
            stream.write_all(rest.as_bytes()).expect("the rest");
            stream.read_exact(&mut answer).expect("an answer");
            assert_eq!(undated(answer), expected, "{first:?}");
        }
    }
}

/// Sends a request for the feed and reads its answer.
fn ask(stream: &mut TcpStream) {
    let request = "GET /sims.ics HTTP/1.1\r\nHost: localhost\r\n\r\n";
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = [0; 64 << 10];
    let mut length = 0;
    while !answer[..length].ends_with(b"END:VCALENDAR\r\n") {
        let read = stream.read(&mut answer[length..]).expect("an answer");
        assert!(read > 0, "it ended");
        length += read;
    }
}

#[test]
fn a_connection_idles_between_feeds_and_no_longer() {
    let site = Site::new(&["--header-timeout", "200ms", "--idle-timeout", "1500ms"]);
    let mut stream = site.server.connect();
    for _ in 0..2 {
        ask(&mut stream);
        // The header time of a later connection passes, and this connection is still open.
        let mut silent = site.server.connect();
        assert_eq!(silent.read(&mut [0; 1]).expect("an end"), 0);
    }
    let begun = Instant::now();
    assert_eq!(stream.read(&mut [0; 1]).expect("an end"), 0);
    assert!(begun.elapsed() >= Duration::from_millis(900), "{begun:?}");
    // A head that begins after a feed has the time of a head.
    let mut late = site.server.connect();
    ask(&mut late);
    let begun = Instant::now();
    late.write_all(b"GET /sims.ics HT").expect("a part");
    assert_eq!(late.read(&mut [0; 1]).expect("an end"), 0);
    assert!(begun.elapsed() < Duration::from_millis(1400), "{begun:?}");
}

#[test]
fn a_signal_to_stop_ends_a_connection_between_feeds() {
    let place = Place::with("sims.yaml", PLANS);
    let arguments = ["sims.yaml", "--drain-timeout", "1h", "--idle-timeout", "1h"];
    let mut server = Server::start(&place, &arguments);
    let mut stream = server.connect();
    ask(&mut stream);
    server.signal(Signal::TERM);
    assert_eq!(stream.read(&mut [0; 1]).expect("an end"), 0);
    assert_eq!(server.wait().code(), Some(0));
}
