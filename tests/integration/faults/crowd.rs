//! Thousands of bad clients, and good clients that are still served.

use std::fmt::Write as _;
use std::io::{ErrorKind, Read as _, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;

use rustix::process::{Resource, getrlimit, setrlimit};

use super::{Client, is_well, length};
use crate::harness::Place;
use crate::serve::{Server, connections, metrics, until};
use crate::wait::DEADLINE;

/// The number of bad clients.
const CROWD: usize = 2000;
/// The number of requests that a good client sends in a row.
const REQUESTS: usize = 25;

type Manner = fn(&mut TcpStream);

/// The kinds of bad clients. Each gets a connection and leaves it in its own state.
const MANNERS: [(&str, Manner); 5] = [
    ("says nothing", |_| {}),
    ("begins a head", |it| {
        say(it, b"GET /many.ics HTTP/1.1\r\nHost: loc");
    }),
    ("begins a body", |it| {
        let head = "PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000000\r\n\r\nBEGIN";
        say(it, head.as_bytes());
    }),
    ("begins a chunk", |it| {
        let head =
            "PUT / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nB";
        say(it, head.as_bytes());
    }),
    ("idles after an answer", |it| {
        say(it, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let _ = it.read(&mut [0; 8]);
    }),
];

/// The bad clients that do not read. The system buffers megabytes for each, so there are fewer of
/// them.
const UNREAD: [(&str, Manner); 2] = [
    ("does not read", |it| say(it, &MANY.repeat(20))),
    ("has said all, and does not read", |it| {
        say(it, &MANY.repeat(20));
        let _ = it.shutdown(Shutdown::Write);
    }),
];
/// One bad client out of this many does not read.
const SHARE: usize = 40;

const MANY: &[u8] = b"GET /many.ics HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Sends bytes. An error is ignored, since the server may have closed the connection.
fn say(stream: &mut impl Write, octets: &[u8]) {
    let _ = stream.write_all(octets);
}

/// A feed that is larger than any buffer of the system.
fn many() -> Place {
    let mut plans = String::new();
    for number in 0..6000 {
        writeln!(plans, "- {{name: Plan {number}, expires: 2027-01-31}}").expect("text");
    }
    let place = Place::with("many.yaml", plans);
    place.file("few.yaml", "- {name: One, expires: 2027-01-31}\n");
    place
}

/// Raises this process's limit of descriptors, so that it can open all connections of the crowd.
fn allow_crowd() {
    let mut limit = getrlimit(Resource::Nofile);
    let wanted = CROWD as u64 + 500;
    if limit.current.is_some_and(|current| current < wanted) {
        limit.current = Some(limit.maximum.map_or(wanted, |most| most.min(wanted)));
        // If the limit cannot be raised, it stays as it was.
        let _ = setrlimit(Resource::Nofile, limit);
    }
    let most = getrlimit(Resource::Nofile).current.unwrap_or(wanted);
    assert!(
        most >= wanted,
        "this test opens {wanted} files, and may open {most}: allow it more (`ulimit -Hn {wanted}`)"
    );
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(DEADLINE)).expect("a timeout");
    stream
}

/// Opens this many bad clients, of every kind.
fn gather(address: SocketAddr, number: usize) -> Vec<TcpStream> {
    let each = (0..number).map(|at| {
        let mut stream = connect(address);
        let (_, behave) = match at % SHARE {
            0 => UNREAD[at / SHARE % UNREAD.len()],
            _ => MANNERS[at % MANNERS.len()],
        };
        behave(&mut stream);
        stream
    });
    each.collect()
}

/// Runs good clients, on kept and on new connections, and checks that all are answered. Calls `and`
/// after each answer.
fn be_served(address: SocketAddr, and: &(dyn Fn() + Sync)) {
    thread::scope(|scope| {
        for kind in 0..4 {
            scope.spawn(move || {
                let mut client = Client::new(address);
                let fields = ["Accept-Encoding: gzip", "Connection: close"];
                let fields = &fields[..kind % 3];
                for request in 0..REQUESTS {
                    // Now and then a long feed.
                    let last = ["/many.ics", "/few.ics"][usize::from(request % 8 > 0)];
                    for path in ["/few.ics", "/few", last] {
                        let answer = client.ask("GET", path, fields).expect("an answer");
                        assert_eq!(answer.status, 200);
                        and();
                    }
                }
            });
        }
    });
}

#[test]
fn good_clients_are_served_beside_thousands_of_bad_ones() {
    let place = many();
    // The timeouts are so long that no connection is closed. So the good clients are served while
    // all bad clients are connected.
    let mut arguments = vec!["many.yaml", "few.yaml", "--metrics", "127.0.0.1:0"];
    for time in ["--header-timeout", "--idle-timeout", "--stall-timeout"] {
        arguments.extend([time, "1h"]);
    }
    let server = Server::start(&place, &arguments);
    let metrics = metrics(&server);
    allow_crowd();
    let crowd = gather(server.address, CROWD);
    until(|| (connections(&metrics) >= crowd.len()).then_some(()));
    // Some more clients drip: they send a byte after each answer to a good client.
    let dripping: Vec<TcpStream> = (0..50).map(|_| connect(server.address)).collect();
    be_served(server.address, &|| {
        dripping.iter().for_each(|mut it| say(&mut it, b"G"));
    });
    drop(dripping);
    assert!(connections(&metrics) >= crowd.len());
    // When the crowd is gone, no connection is left.
    drop(crowd);
    until(|| (connections(&metrics) == 0).then_some(()));
    is_well(&server);
}

#[test]
fn bad_clients_are_cut_when_their_time_is_over() {
    let place = many();
    let mut arguments = vec!["many.yaml", "few.yaml", "--metrics", "127.0.0.1:0"];
    // No good client is slower than these timeouts.
    arguments.extend(["--header-timeout", "700ms", "--stall-timeout", "2s"]);
    arguments.extend(["--idle-timeout", "4s"]);
    // There are fewer connections than bad clients, so the good clients have to wait too.
    arguments.extend(["--max-connections", "60"]);
    let server = Server::start(&place, &arguments);
    let metrics = metrics(&server);
    let crowd = gather(server.address, 200);
    be_served(server.address, &|| {});
    // The server logs only once that it was full, however often it was.
    assert_eq!(server.log().matches("no more connections").count(), 1);
    // No bad client closed its connection, and yet none is left.
    until(|| (connections(&metrics) == 0).then_some(()));
    drop(crowd);
    is_well(&server);
}

#[test]
#[ignore = "needs IPv6"]
fn one_address_takes_no_places_from_another() {
    let place = many();
    let mut command = place.command(&[
        "serve",
        "many.yaml",
        "few.yaml",
        "--public",
        "--listen",
        "[::]:0",
    ]);
    command.args([
        "--max-connections",
        "100",
        "--max-connections-per-address",
        "20",
    ]);
    command.args([
        "--header-timeout",
        "1h",
        "--idle-timeout",
        "1h",
        "--stall-timeout",
        "1h",
    ]);
    let server = Server::of(command);
    let at = |host: &str| format!("{host}:{}", server.address.port()).parse();
    let bad: SocketAddr = at("[::1]").expect("an address");
    let good: SocketAddr = at("127.0.0.1").expect("an address");
    let crowd: Vec<TcpStream> = (0..400).map(|_| connect(bad)).collect();
    be_served(good, &|| {});
    let refused = crowd.iter().filter(|stream| is_closed(stream)).count();
    assert_eq!(refused, 400 - 20);
    is_well_at(good);
}

/// Whether the server has closed the connection.
fn is_closed(mut stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).expect("a mode");
    loop {
        match stream.read(&mut [0; 4096]) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() != ErrorKind::WouldBlock,
        }
    }
}

fn is_well_at(address: SocketAddr) {
    let health = Client::new(address).ask("GET", "/healthz", &[]);
    let health = health.expect("an answer");
    assert_eq!((health.status, length(&health)), (200, health.body.len()));
}
