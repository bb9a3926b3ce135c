//! The limits of a client, and what happens when it exceeds them.

use std::io::{ErrorKind, Read, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::{PLANS, Response, Server, connections, metrics, until};
use crate::harness::Place;

fn server(arguments: &[&str]) -> (Place, Server) {
    let place = Place::with("sims.yaml", PLANS);
    let server = Server::start(&place, &[&["sims.yaml"], arguments].concat());
    (place, server)
}

/// Reads until the server closes the connection. A reset counts as a close.
fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    match stream.read_to_end(&mut all) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("{error}"),
    }
    all
}

#[test]
fn a_head_that_does_not_end_ends_the_connection() {
    let (_place, server) = server(&["--header-timeout", "300ms", "--idle-timeout", "1h"]);
    let begun = Instant::now();
    let mut silent = server.connect();
    let mut slow = server.connect();
    slow.write_all(b"GET /sims.ics HTTP/1.1\r\nHost: loc")
        .expect("a piece");
    let mut dripping = server.connect();
    let mut drips = 0;
    // A client that sends a byte now and then does not get more time. The server answers others in
    // between.
    while dripping.write_all(b"G").is_ok() {
        assert_eq!(server.get("/healthz").status, 200);
        drips += 1;
        assert!(begun.elapsed() < Duration::from_secs(15), "{drips} drips");
    }
    assert_eq!(rest(&mut silent), b"");
    assert_eq!(rest(&mut slow), b"");
    assert!(begun.elapsed() >= Duration::from_millis(300));
}

#[test]
fn a_connection_may_idle_longer_than_a_head_may_take() {
    let (_place, server) = server(&["--header-timeout", "200ms", "--idle-timeout", "1500ms"]);
    let mut stream = server.connect();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    let mut buffer = [0; 1024];
    for _ in 0..2 {
        stream.write_all(request.as_bytes()).expect("a request");
        let read = stream.read(&mut buffer).expect("a response");
        assert!(buffer[..read].starts_with(b"HTTP/1.1 200"));
        // The header time of a later connection passes, and this connection is still open.
        assert_eq!(rest(&mut server.connect()), b"");
    }
    let begun = Instant::now();
    assert_eq!(rest(&mut stream), b"");
    assert!(
        begun.elapsed() >= Duration::from_millis(900),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn a_request_may_begin_behind_another_and_end_later() {
    let (_place, server) = server(&[]);
    let mut stream = server.connect();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    let (first, rest) = request.split_at(20);
    // One request and the beginning of another, sent at once.
    let both = format!("{request}{first}");
    stream.write_all(both.as_bytes()).expect("requests");
    let mut buffer = [0; 1024];
    let mut answered = |stream: &mut TcpStream| {
        let read = stream.read(&mut buffer).expect("a response");
        assert!(buffer[..read].starts_with(b"HTTP/1.1 200"), "{read}");
    };
    answered(&mut stream);
    // For a while the server sends nothing and does not close the connection.
    let while_quiet = Some(Duration::from_millis(600));
    stream.set_read_timeout(while_quiet).expect("a timeout");
    let silence = stream.read(&mut [0; 64]).expect_err("silence");
    assert_eq!(silence.kind(), ErrorKind::WouldBlock);
    stream.set_read_timeout(None).expect("no timeout");
    stream.write_all(rest.as_bytes()).expect("the rest");
    answered(&mut stream);
    stream.write_all(request.as_bytes()).expect("a request");
    answered(&mut stream);
}

#[test]
fn a_reader_that_stops_reading_is_cut() {
    use std::fmt::Write as _;
    let mut plans = String::new();
    for number in 0..6000 {
        writeln!(plans, "- {{name: Plan {number}, expires: 2027-01-31}}").expect("text");
    }
    let place = Place::with("many.yaml", plans);
    let server = Server::start(
        &place,
        &[
            "many.yaml",
            "--stall-timeout",
            "1s",
            "--header-timeout",
            "200ms",
            "--metrics",
            "127.0.0.1:0",
        ],
    );
    let length = server.request("HEAD", "/many.ics", &[]);
    let length: usize = length
        .field("content-length")
        .expect("a length")
        .parse()
        .expect("a number");
    assert!(length > 4 << 20, "{length}");
    let mut stream = server.connect();
    let request = format!("GET /many.ics HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    stream.write_all(request.as_bytes()).expect("a request");
    let mut first = [0; 16];
    stream.read_exact(&mut first).expect("a beginning");
    let begun = Instant::now();
    // The server answers other clients meanwhile.
    assert_eq!(server.get("/healthz").status, 200);
    let metrics = metrics(&server);
    until(|| (connections(&metrics) == 0).then_some(()));
    let got = rest(&mut stream).len() + first.len();
    assert!(got < length, "all of it came");
    assert!(begun.elapsed() < Duration::from_secs(10));
    // A client that reads slowly, but without stopping, gets the whole response.
    let mut slow = server.connect();
    let request = request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    slow.write_all(request.as_bytes()).expect("a request");
    let mut got = Vec::new();
    let begun = Instant::now();
    while Read::by_ref(&mut slow)
        .take(512 << 10)
        .read_to_end(&mut got)
        .expect("a piece")
        > 0
    {
        // Between two pieces, the header time of another connection passes.
        assert_eq!(rest(&mut server.connect()), b"");
    }
    assert!(begun.elapsed() > Duration::from_secs(1));
    assert_eq!(Response::of(&got).body.len(), length);
}

#[test]
fn more_connections_than_are_allowed_wait() {
    let (_place, server) = server(&[
        "--max-connections",
        "2",
        "--idle-timeout",
        "1h",
        "--header-timeout",
        "1h",
    ]);
    let first = server.connect();
    let second = server.connect();
    let log = until(|| {
        let third = TcpStream::connect(server.address).ok()?;
        third
            .set_read_timeout(Some(Duration::from_millis(300)))
            .ok()?;
        let mut third = third;
        let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
        third.write_all(request.as_bytes()).ok()?;
        let nothing = third.read(&mut [0; 64]);
        assert!(nothing.is_err_and(|error| error.kind() == ErrorKind::WouldBlock));
        Some(server.log())
    });
    assert_eq!(
        log.matches("no more connections are allowed: others wait")
            .count(),
        1,
        "{log}"
    );
    drop((first, second));
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn one_address_has_its_share_and_proxies_have_none() {
    let (_place, server) = server(&[
        "--max-connections-per-address",
        "2",
        "--header-timeout",
        "1h",
    ]);
    let _first = server.connect();
    let _second = server.connect();
    // The server accepts and closes the connection at once. An error response would make some
    // clients stop for ever.
    let mut third = server.connect();
    assert_eq!(rest(&mut third), b"");
    drop(_first);
    assert_eq!(
        until(|| {
            let mut stream = server.connect();
            let request = format!(
                "GET /healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
                server.address
            );
            // The server may close the connection before it reads the request.
            stream.write_all(request.as_bytes()).ok()?;
            let all = rest(&mut stream);
            (!all.is_empty()).then(|| Response::of(&all).status)
        }),
        200
    );
    let (_place, proxied) = self::server(&[
        "--max-connections-per-address",
        "1",
        "--trust-proxy",
        "127.0.0.0/8",
        "--header-timeout",
        "1h",
    ]);
    let _many: Vec<TcpStream> = (0..5).map(|_| proxied.connect()).collect();
    assert_eq!(proxied.get("/healthz").status, 200);
}

#[test]
fn long_heads_and_addresses_are_refused() {
    let (_place, server) = server(&["--max-header-size", "8192", "--max-uri-length", "100"]);
    let at = |length: usize| format!("/{}", "a".repeat(length - 1));
    assert_eq!(server.get(&at(100)).status, 404);
    let response = server.get(&at(101));
    assert_eq!(response.status, 414);
    assert_eq!(
        response.text(),
        "the address has 101 characters: at most 100 are read\n"
    );
    let query = format!("/sims.ics?{}", "a".repeat(100));
    assert_eq!(server.get(&query).status, 414);
    let field = |length: usize| format!("X: {}", "a".repeat(length));
    assert_eq!(
        server.request("GET", "/sims.ics", &[&field(7000)]).status,
        200
    );
    assert_eq!(
        server.request("GET", "/sims.ics", &[&field(9000)]).status,
        431
    );
}

#[test]
fn nonsense_is_answered_or_closed_and_harms_nobody() {
    let (_place, server) = server(&["--header-timeout", "500ms"]);
    for request in [
        &b"\r\n\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"GET /sims.ics\r\n\r\n",
        b"GET /sims.ics HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET /sims.ics HTTP/1.1\r\nHost : localhost\r\n\r\n",
        b"GET /sims.ics HTTP/1.1\r\n Host: localhost\r\n\r\n",
        b"GET /sims\x00.ics HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PUT /sims.ics HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"PUT /sims.ics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"PUT /sims.ics HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"PUT /sims.ics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    ] {
        let mut stream = server.connect();
        stream.write_all(request).expect("nonsense");
        let all = rest(&mut stream);
        let text = String::from_utf8_lossy(&all);
        let answers = text.matches("HTTP/1.1 ").count();
        let is_refusal = text.starts_with("HTTP/1.1 4");
        assert!(all.is_empty() || (answers == 1 && is_refusal), "{request:?}: {text}");
    }
    assert_eq!(server.get("/sims.ics").status, 200);
}

#[test]
fn a_body_that_stalls_is_not_waited_for() {
    let (_place, server) = server(&["--stall-timeout", "300ms", "--header-timeout", "1h"]);
    for length in ["Content-Length: 100", "Transfer-Encoding: chunked"] {
        let mut stream = server.connect();
        let request = format!("PUT /sims.ics HTTP/1.1\r\nHost: localhost\r\n{length}\r\n\r\n5");
        stream.write_all(request.as_bytes()).expect("a request");
        let all = rest(&mut stream);
        let response = Response::of(&all);
        assert_eq!(
            (response.status, response.field("connection")),
            (405, Some("close"))
        );
        assert_eq!(response.field("allow"), Some("GET, HEAD"));
    }
}

#[test]
fn metrics_have_connections_of_their_own() {
    let (_place, server) = server(&[
        "--metrics",
        "127.0.0.1:0",
        "--header-timeout",
        "1h",
        "--max-connections",
        "40",
    ]);
    let metrics = metrics(&server);
    let ask = || {
        let mut stream = TcpStream::connect(&metrics).expect("a connection");
        stream
            .write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .expect("a request");
        stream
    };
    let _held: Vec<TcpStream> = (0..16)
        .map(|_| {
            let mut stream = ask();
            let answered = stream.read(&mut [0; 64]).expect("a response");
            assert!(answered > 0);
            stream
        })
        .collect();
    let mut waiting = ask();
    let patience = Some(Duration::from_millis(300));
    waiting.set_read_timeout(patience).expect("a timeout");
    let nothing = waiting.read(&mut [0; 64]);
    assert!(nothing.is_err_and(|error| error.kind() == ErrorKind::WouldBlock));
    // A client that holds all connections for metrics does not keep others from the feeds.
    assert_eq!(server.get("/sims.ics").status, 200);
}
