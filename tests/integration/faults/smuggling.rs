//! Requests that two servers may read in different ways, and invalid requests.
//!
//! Behind a proxy many clients share one connection. If the proxy and this server disagree about
//! where a request ends, one client's bytes become another client's request, and one client gets
//! the other's answer. So each row sends a second request after the first, and says whether the
//! server may answer it. It must not if the end of the first request is ambiguous.

use std::io::{Read as _, Write as _};
use std::net::Shutdown;

use super::is_well;
use crate::harness::Place;
use crate::serve::{PLANS, Response, Server};

/// The request that follows each request. Its answer is 404.
const SECOND: &str = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// What happens after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// The connection is closed.
    Ends,
    /// The second request is the first one's body.
    Swallowed,
    /// The second request is answered.
    Answered,
}
use Then::{Answered, Ends, Swallowed};

/// A row of the tables below: the status and what happens after the request, the reason, the head
/// without Host and without the empty line, and the body.
struct Row {
    status: u16,
    then: Then,
    why: &'static str,
    head: String,
    body: String,
}

fn rows(table: &'static str) -> Vec<Row> {
    let row = |line: &'static str| {
        let columns: Vec<&str> = line.splitn(4, " | ").collect();
        let [first, why, head, body] = columns[..] else {
            panic!("{line}");
        };
        let (status, then) = first.split_once(' ').expect("two words");
        Row {
            status: status.parse().expect("a status"),
            then: match then.trim() {
                "ends" => Ends,
                "swallowed" => Swallowed,
                "answered" => Answered,
                _ => panic!("{line}"),
            },
            why,
            head: unescaped(head),
            body: unescaped(if body == "-" { "" } else { body }),
        }
    };
    table.trim().lines().map(row).collect()
}

fn unescaped(text: &str) -> String {
    let mut text = text.to_owned();
    for (escape, octet) in [
        ("\\r", "\r"),
        ("\\n", "\n"),
        ("\\t", "\t"),
        ("\\0", "\0"),
        ("\\x0b", "\x0b"),
        ("\\x7f", "\x7f"),
    ] {
        text = text.replace(escape, octet);
    }
    assert!(!text.contains('\\'), "{text}");
    text
}

/// Requests that differ in where their body ends.
const BODIES: &str = r#"
405 ends      | two ways to tell the end | PUT / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked | 0\r\n\r\n
405 ends      | the same, the other way round | PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5 | 0\r\n\r\n
405 ends      | the shorter of the two | PUT / HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked | 0\r\n\r\n
200 ends      | both where none is expected | GET /sims.ics HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked | 0\r\n\r\n
200 ends      | a GET in chunks | GET /sims.ics HTTP/1.1\r\nTransfer-Encoding: chunked | 0\r\n\r\n
400 ends      | two lengths | PUT / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 43 | -
400 ends      | two lengths in one line | PUT / HTTP/1.1\r\nContent-Length: 0, 43 | -
405 answered  | one length twice is one (RFC 9110, 8.6) | PUT / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3 | abc
400 ends      | a sign | PUT / HTTP/1.1\r\nContent-Length: +3 | abc
400 ends      | less than nothing | PUT / HTTP/1.1\r\nContent-Length: -3 | abc
400 ends      | another base | PUT / HTTP/1.1\r\nContent-Length: 0x3 | abc
400 ends      | a space within | PUT / HTTP/1.1\r\nContent-Length: 0 3 | abc
400 ends      | no number | PUT / HTTP/1.1\r\nContent-Length: | -
400 ends      | 2^64 and 3 | PUT / HTTP/1.1\r\nContent-Length: 18446744073709551619 | abc
405 answered  | noughts before it are digits | PUT / HTTP/1.1\r\nContent-Length: 0003 | abc
405 answered  | a name that only looks like it | PUT / HTTP/1.1\r\nContent_Length: 43 | -
405 answered  | a connection's field is no hop's | PUT / HTTP/1.1\r\nConnection: Content-Length\r\nContent-Length: 3 | abc
400 ends      | a space before the colon | PUT / HTTP/1.1\r\nContent-Length : 43 | -
400 ends      | the same of the other field | PUT / HTTP/1.1\r\nTransfer-Encoding : chunked | 0\r\n\r\n
405 ends      | a tab before the value | PUT / HTTP/1.1\r\nTransfer-Encoding:\tchunked | 0\r\n\r\n
400 ends      | a control character before it | PUT / HTTP/1.1\r\nTransfer-Encoding: \x0bchunked | 0\r\n\r\n
400 ends      | no such encoding | PUT / HTTP/1.1\r\nTransfer-Encoding: xchunked | 0\r\n\r\n
400 ends      | an encoding that is gone | PUT / HTTP/1.1\r\nTransfer-Encoding: identity | -
400 ends      | one that does not end with chunks | PUT / HTTP/1.1\r\nTransfer-Encoding: chunked, identity | 0\r\n\r\n
400 ends      | the same in two lines | PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity | 0\r\n\r\n
405 ends      | one that does | PUT / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked | 0\r\n\r\n
405 ends      | chunks of chunks | PUT / HTTP/1.1\r\nTransfer-Encoding: chunked, chunked | 0\r\n\r\n
405 ends      | capitals | PUT / HTTP/1.1\r\nTransfer-Encoding: CHUNKED | 0\r\n\r\n
400 ends      | quotes | PUT / HTTP/1.1\r\nTransfer-Encoding: "chunked" | 0\r\n\r\n
400 ends      | chunks that HTTP/1.0 has not | PUT / HTTP/1.0\r\nTransfer-Encoding: chunked | 0\r\n\r\n
405 ends      | an extension of a chunk | PUT / HTTP/1.1\r\nTransfer-Encoding: chunked | 3;a=b\r\nabc\r\n0\r\n\r\n
405 ends      | a line feed in an extension | PUT / HTTP/1.1\r\nTransfer-Encoding: chunked | 3;a\nxx\r\nabc\r\n0\r\n\r\n
405 ends      | chunks by line feeds | PUT / HTTP/1.1\r\nTransfer-Encoding: chunked | 3\nabc\n0\n\n
405 ends      | a chunk of 2^64 and 3 | PUT / HTTP/1.1\r\nTransfer-Encoding: chunked | 10000000000000003\r\nabc\r\n0\r\n\r\n
405 ends      | a chunk with a sign | PUT / HTTP/1.1\r\nTransfer-Encoding: chunked | -1\r\nabc\r\n0\r\n\r\n
405 ends      | a chunk that is longer than it says | PUT / HTTP/1.1\r\nTransfer-Encoding: chunked | 3\r\nabcX\r\n0\r\n\r\n
405 ends      | a length behind the chunks | PUT / HTTP/1.1\r\nTransfer-Encoding: chunked | 0\r\nContent-Length: 47\r\n\r\n
405 swallowed | a body that is a request | PUT / HTTP/1.1\r\nContent-Length: 43 | -
200 swallowed | a body where none is expected | GET /sims.ics HTTP/1.1\r\nContent-Length: 43 | -
200 swallowed | a body of what has no answer's body | HEAD /sims.ics HTTP/1.1\r\nContent-Length: 43 | -
404 swallowed | a body of nothing that is here | GET /nothing HTTP/1.1\r\nContent-Length: 43 | -
405 ends      | who waits for leave sends either | PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 43 | -
200 ends      | the same of what needs no body | GET /sims.ics HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 43 | -
200 ends      | what nobody can expect | GET /sims.ics HTTP/1.1\r\nExpect: nonsense | -
"#;

/// Requests with unusual lines, field names and values.
const LINES: &str = r#"
400 ends      | a folded line | GET /sims.ics HTTP/1.1\r\nX: a\r\n b | -
400 ends      | a folded line that is a field elsewhere | GET /sims.ics HTTP/1.1\r\nX: a\r\n\tContent-Length: 43 | -
400 ends      | a folded encoding | PUT / HTTP/1.1\r\nTransfer-Encoding:\r\n chunked | 0\r\n\r\n
400 ends      | a fold of no line | GET /sims.ics HTTP/1.1\r\n X: a | -
200 answered  | a line feed ends a line (RFC 9112, 2.2) | GET /sims.ics HTTP/1.1\nX: a | -
200 swallowed | so what follows it is a field | GET /sims.ics HTTP/1.1\r\nX: a\nContent-Length: 43 | -
400 ends      | a carriage return ends none | GET /sims.ics HTTP/1.1\r\nX: a\rContent-Length: 43 | -
400 ends      | two of them | GET /sims.ics HTTP/1.1\r\nX: a\r | -
400 ends      | NUL in a value | GET /sims.ics HTTP/1.1\r\nX: a\0b | -
400 ends      | NUL in a name | GET /sims.ics HTTP/1.1\r\nX\0: a | -
400 ends      | NUL in a path | GET /sims.ics\0 HTTP/1.1\r\nX: a | -
400 ends      | DEL in a value | GET /sims.ics HTTP/1.1\r\nX: a\x7fb | -
400 ends      | a name without a letter | GET /sims.ics HTTP/1.1\r\n: a | -
400 ends      | a name of two words | GET /sims.ics HTTP/1.1\r\nX Y: a | -
400 ends      | no colon | GET /sims.ics HTTP/1.1\r\nContent-Length | -
400 ends      | two spaces | GET  /sims.ics HTTP/1.1\r\nX: a | -
400 ends      | tabs for spaces | GET\t/sims.ics\tHTTP/1.1\r\nX: a | -
400 ends      | a space in a path | GET /sims ics HTTP/1.1\r\nX: a | -
400 ends      | a space behind the version | GET /sims.ics HTTP/1.1 \r\nX: a | -
400 ends      | a space before the method |  GET /sims.ics HTTP/1.1\r\nX: a | -
400 ends      | a version in small letters | GET /sims.ics http/1.1\r\nX: a | -
400 ends      | a version to come | GET /sims.ics HTTP/1.2\r\nX: a | -
400 ends      | no version | GET /sims.ics\r\nX: a | -
200 answered  | empty lines before a request (RFC 9112, 2.2) | \r\n\r\nGET /sims.ics HTTP/1.1\r\nX: a | -
405 answered  | a method in small letters is another | get /sims.ics HTTP/1.1\r\nX: a | -
404 answered  | a break in a path, encoded | GET /%0d%0aX:%20y HTTP/1.1\r\nX: a | -
"#;

/// Requests with unusual hosts and targets.
const TARGETS: &str = r#"
421 answered  | a foreign host before the path | GET http://evil.example/sims.ics HTTP/1.1 | -
200 answered  | ours before the path | GET http://localhost/sims.ics HTTP/1.1 | -
400 answered  | a foreign host that hides behind ours | GET http://localhost@evil.example/sims.ics HTTP/1.1 | -
400 answered  | ours behind a foreign one | GET http://evil.example@localhost/sims.ics HTTP/1.1 | -
400 answered  | a second host | GET /sims.ics HTTP/1.1\r\nHost: evil.example | -
400 answered  | the same host again | GET /sims.ics HTTP/1.1\r\nHost: localhost | -
404 answered  | a host between slashes is a path | GET //evil.example/sims.ics HTTP/1.1 | -
200 answered  | a host that a proxy was told | GET /sims.ics HTTP/1.1\r\nX-Forwarded-Host: evil.example | -
404 answered  | a path for the header | GET /nothing HTTP/1.1\r\nX-Original-URL: /sims.ics | -
404 answered  | the same by another name | GET /nothing HTTP/1.1\r\nX-Rewrite-URL: /sims.ics | -
405 answered  | a method for the header | POST /sims.ics HTTP/1.1\r\nX-HTTP-Method-Override: GET\r\nContent-Length: 0 | -
405 answered  | a tunnel | CONNECT localhost:80 HTTP/1.1 | -
404 answered  | a host alone | GET localhost:80 HTTP/1.1 | -
405 answered  | everything | OPTIONS * HTTP/1.1 | -
404 answered  | everything, to read | GET * HTTP/1.1 | -
421 answered  | no slash: a foreign host | GET sims.ics HTTP/1.1 | -
200 answered  | another protocol | GET /sims.ics HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk | -
200 answered  | a socket | GET /sims.ics HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket | -
200 ends      | the last request | GET /sims.ics HTTP/1.1\r\nConnection: close | -
200 ends      | the last request of old | GET /sims.ics HTTP/1.0 | -
"#;

/// Splits the bytes that a server sent into answers, by the length that each answer states.
fn answers(mut octets: &[u8], is_head: bool) -> Vec<Response> {
    let mut all = Vec::new();
    while !octets.is_empty() {
        let mut answer = Response::of(octets);
        let has_body = !(is_head && all.is_empty());
        let length = if has_body { super::length(&answer) } else { 0 };
        let begin = octets.len() - answer.body.len();
        answer.body.truncate(length);
        octets = &octets[begin + length..];
        all.push(answer);
    }
    all
}

fn send(server: &Server, octets: &[u8], is_head: bool) -> Vec<Response> {
    let mut stream = server.connect();
    stream.write_all(octets).expect("a request");
    // After this, the server gets nothing more. It may have closed the connection already.
    let _ = stream.shutdown(Shutdown::Write);
    let mut all = Vec::new();
    stream.read_to_end(&mut all).expect("answers");
    answers(&all, is_head)
}

#[test]
fn one_request_is_never_two() {
    let place = Place::with("sims.yaml", PLANS);
    let server = Server::start(&place, &["sims.yaml"]);
    for row in [BODIES, LINES, TARGETS].into_iter().flat_map(rows) {
        let Row {
            status,
            then,
            why,
            head,
            body,
        } = row;
        let request = format!("{head}\r\nHost: localhost\r\n\r\n{body}");
        let answers = send(
            &server,
            format!("{request}{SECOND}").as_bytes(),
            head.starts_with("HEAD"),
        );
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        let expected = match then {
            Answered => vec![status, 404],
            Ends | Swallowed => vec![status],
        };
        assert_eq!(statuses, expected, "{why}: {request:?}");
        let first = &answers[0];
        // In HTTP/1.0, a connection had one request.
        let is_old = first.head.starts_with("HTTP/1.0 ");
        let is_last = is_old || first.field("connection") == Some("close");
        assert_eq!(is_last, then == Ends, "{why}: {}", first.head);
    }
    is_well(&server);
}

#[test]
fn what_is_too_long_is_refused_and_the_last() {
    let place = Place::with("sims.yaml", PLANS);
    let server = Server::start(&place, &["sims.yaml"]);
    let long = "a".repeat(200_000);
    let fields = |count: usize| "X: a\r\n".repeat(count);
    let chunked = "PUT / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    let get = "GET /sims.ics HTTP/1.1\r\nHost: localhost\r\n";
    for (why, request, status) in [
        ("a value", format!("{get}X: {long}\r\n\r\n"), 431),
        ("a name", format!("{get}{long}: a\r\n\r\n"), 431),
        ("a path", format!("GET /{long} HTTP/1.1\r\n\r\n"), 431),
        ("fields", format!("{get}{}\r\n", fields(101)), 431),
        (
            "an extension",
            format!("{chunked}3;{long}\r\nabc\r\n0\r\n\r\n"),
            405,
        ),
        (
            "extensions",
            format!("{chunked}{}0\r\n\r\n", "1;aaaaaaaa\r\nx\r\n".repeat(9000)),
            405,
        ),
        (
            "what follows chunks",
            format!("{chunked}0\r\nX: {long}\r\n\r\n"),
            405,
        ),
    ] {
        let answers = send(&server, format!("{request}{SECOND}").as_bytes(), false);
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses, [status], "{why}");
        assert_eq!(answers[0].field("connection"), Some("close"), "{why}");
    }
    let all = format!("{get}{}\r\n", fields(98));
    let statuses = send(&server, all.as_bytes(), false);
    assert_eq!(statuses[0].status, 200);
    is_well(&server);
}

/// What is sent in one piece may arrive in many.
#[test]
fn a_request_in_pieces_is_the_same_request() {
    let place = Place::with("sims.yaml", PLANS);
    let server = Server::start(&place, &["sims.yaml"]);
    for row in [BODIES, LINES].into_iter().flat_map(rows) {
        let Row {
            status,
            then,
            why,
            head,
            body,
        } = row;
        if then != Ends {
            continue;
        }
        let request = format!("{head}\r\nHost: localhost\r\n\r\n{body}{SECOND}");
        let mut stream = server.connect();
        for octet in request.as_bytes() {
            // The server may have answered already.
            if stream.write_all(&[*octet]).is_err() {
                break;
            }
        }
        let _ = stream.shutdown(Shutdown::Write);
        let mut all = Vec::new();
        // The connection may also be reset, since the system discards the answer if bytes are left
        // unread.
        let _ = stream.read_to_end(&mut all);
        let all = answers(&all, false);
        assert!(all.len() <= 1, "{why}: {all:?}");
        assert!(all.iter().all(|it| it.status == status), "{why}: {all:?}");
    }
    is_well(&server);
}
