//! The memory that clients cost.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::{Response, Server};
use crate::harness::Place;

/// The resident memory of a server, in bytes.
fn resident(server: &Server) -> usize {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).expect("a status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
    number.expect("a size").parse::<usize>().expect("a number") << 10
}

/// A list whose feed and page have several MiB.
fn large_list() -> String {
    let notes = "A note that nobody reads to its end. ".repeat(300);
    let mut plans = String::new();
    for number in 0..500 {
        writeln!(
            plans,
            "- {{name: Plan {number}, expires: 2027-01-31, notes: \"{notes}\"}}"
        )
        .expect("text");
    }
    plans
}

/// Every route whose body may be large. Each reader gets buffers for the head, but no copy of the
/// body.
#[test]
fn slow_readers_share_one_body() {
    const READERS: usize = 20;
    let place = Place::with("many.yaml", large_list());
    let server = Server::start(&place, &["many.yaml"]);
    let begin = |path: &str| {
        let mut stream = server.connect();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
        stream.write_all(request.as_bytes()).expect("a request");
        stream.read_exact(&mut [0; 16]).expect("a beginning");
        stream
    };
    for path in ["/many.ics", "/many", "/"] {
        let _first = begin(path);
        let before = resident(&server);
        let readers: Vec<TcpStream> = (0..READERS).map(|_| begin(path)).collect();
        let more = resident(&server).saturating_sub(before);
        let whole = server.get(path);
        assert!(whole.body.len() > 4 << 20, "{path}: {}", whole.body.len());
        assert!(
            more < whole.body.len(),
            "{path}: {more} octets more for {READERS} readers of {}",
            whole.body.len()
        );
        // A slow reader gets every byte, in order.
        let mut all = whole.head.as_bytes()[..16].to_vec();
        let mut reader = readers.into_iter().next().expect("a reader");
        reader
            .shutdown(std::net::Shutdown::Write)
            .expect("the end of the requests");
        reader.read_to_end(&mut all).expect("a response");
        assert_eq!(Response::of(&all).body, whole.body, "{path}");
    }
}

#[test]
fn bodies_of_requests_are_kept_nowhere() {
    const LENGTH: usize = 3 << 20;
    let place = Place::with("sims.yaml", super::PLANS);
    let server = Server::start(&place, &["sims.yaml"]);
    let head = format!(
        "PUT /sims.ics HTTP/1.1\r\nHost: {}\r\nContent-Length: {LENGTH}\r\n\r\n",
        server.address
    );
    let begin = || {
        let mut stream = server.connect();
        stream.write_all(head.as_bytes()).expect("a head");
        stream.write_all(&vec![b'x'; LENGTH - 1]).expect("a body");
        stream
    };
    drop(begin());
    let before = resident(&server);
    let open: Vec<TcpStream> = (0..20).map(|_| begin()).collect();
    let more = resident(&server).saturating_sub(before);
    assert!(
        more < 3 * LENGTH,
        "{more} octets more for 20 bodies of {LENGTH}"
    );
    // The connections still work.
    for mut stream in open {
        stream.write_all(b"x").expect("the end of a body");
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 405");
    }
}
