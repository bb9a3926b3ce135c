//! Starting and stopping the server, and errors of the system.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
#[cfg(target_os = "linux")]
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::{PLANS, Response, Server, as_nobody};
use crate::harness::{Left, Place, open_terminal};
#[cfg(target_os = "linux")]
use crate::wait::until;

fn server(arguments: &[&str]) -> (Place, Server) {
    let place = Place::with("sims.yaml", PLANS);
    let server = Server::start(&place, &[&["sims.yaml"], arguments].concat());
    (place, server)
}

#[test]
fn the_address_is_printed() {
    let (_place, server) = server(&[]);
    let port = server.address.port();
    assert_ne!(port, 0);
    assert_eq!(
        server.greeting,
        format!("Serving 1 feed at http://127.0.0.1:{port}/\n")
    );
}

#[test]
fn a_signal_to_stop_ends_it_well() {
    for signal in [Signal::TERM, Signal::INT] {
        let (_place, mut server) = server(&[]);
        // Idle connections do not delay the stop, whether or not they have sent a request.
        let _silent = server.connect();
        let mut idle = server.connect();
        let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
        idle.write_all(request.as_bytes()).expect("a request");
        assert!(idle.read(&mut [0; 1024]).expect("a response") > 0);
        server.signal(signal);
        let begun = Instant::now();
        assert_eq!(server.wait().code(), Some(0));
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "{:?}",
            begun.elapsed()
        );
        assert!(server.log().contains("stopped"), "{}", server.log());
    }
}

#[test]
fn in_a_terminal_a_hang_up_ends_it_after_the_open_requests() {
    let place = Place::with("sims.yaml", PLANS);
    let (_window, terminal) = open_terminal();
    let mut command = place.command(&["serve", "sims.yaml", "--listen", "127.0.0.1:0"]);
    command.stdin(terminal);
    let mut server = Server::of(command);
    let mut stream = server.connect();
    let head = format!("GET /sims.ics HTTP/1.1\r\nHost: {}\r\n", server.address);
    stream.write_all(head.as_bytes()).expect("half a request");
    // This answer means that the server has the half request before the signal.
    assert_eq!(server.get("/healthz").status, 200);
    server.signal(Signal::HUP);
    server.log_with("stopping");
    // The system and the shell both send one when a window is closed.
    server.signal(Signal::HUP);
    stream.write_all(b"\r\n").expect("the other half");
    let mut all = Vec::new();
    stream.read_to_end(&mut all).expect("a response");
    assert_eq!(Response::of(&all).status, 200);
    assert_eq!(server.wait().code(), Some(0));
    // Standard error is no terminal.
    let log = server.log();
    assert!(!log.contains("Ctrl-C"), "{log}");
}

/// A program that ends with the test.
#[cfg(target_os = "linux")]
struct Program(Child);

#[cfg(target_os = "linux")]
impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn it_ends_when_its_window_is_closed() {
    let place = Place::with("sims.yaml", PLANS);
    let (mut window, terminal) = open_terminal();
    let copy = || terminal.try_clone().expect("a copy");
    // `setsid -c` makes the terminal send SIGHUP to the program when the window is closed.
    let mut command = Command::new("setsid");
    command
        .args(["-c", env!("CARGO_BIN_EXE_weekahead")])
        .args(["serve", "sims.yaml", "--listen", "127.0.0.1:0"])
        .current_dir(place.path("."))
        .env("NO_COLOR", "1")
        .stdin(copy())
        .stdout(copy())
        .stderr(copy());
    let mut program = Program(command.spawn().expect("`setsid` runs"));
    drop((command, terminal));
    let mut seen = String::new();
    let mut buffer = [0; 4096];
    while !seen.contains("\r\nPress Ctrl-C to stop.\r\n") {
        let count = window.read(&mut buffer);
        let count = count.unwrap_or_else(|error| panic!("{error}: {seen}"));
        seen += std::str::from_utf8(&buffer[..count]).expect("UTF-8");
    }
    // Lines of the log may stand before, between and after the two lines.
    let (_, after) = seen.split_once("Serving 1 feed at ").expect("a greeting");
    assert!(after.contains("Press Ctrl-C to stop."), "{seen}");
    drop(window);
    let status = until(|| program.0.try_wait().expect("a status"));
    assert_eq!(status.code(), Some(0));
}

#[test]
fn an_open_request_is_answered_before_the_end() {
    let (_place, mut server) = server(&[]);
    let mut stream = server.connect();
    let host = server.address;
    let (head, end) = (
        format!("GET /sims.ics HTTP/1.1\r\nHost: {host}\r\n"),
        "\r\n",
    );
    stream.write_all(head.as_bytes()).expect("half a request");
    // This answer means that the server has the half request before the signal.
    assert_eq!(server.get("/healthz").status, 200);
    server.signal(Signal::TERM);
    server.log_with("stopping");
    stream.write_all(end.as_bytes()).expect("the other half");
    let mut all = Vec::new();
    stream.read_to_end(&mut all).expect("a response");
    assert_eq!(Response::of(&all).status, 200);
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn a_drain_has_a_deadline_and_a_second_signal_has_none() {
    for (drain, signals) in [("300ms", 1), ("1h", 2)] {
        let (_place, mut server) = server(&["--drain-timeout", drain, "--header-timeout", "1h"]);
        let mut stream = server.connect();
        stream
            .write_all(b"GET /sims.ics HTTP/1.1\r\n")
            .expect("half a request");
        assert_eq!(server.get("/healthz").status, 200);
        server.signal(Signal::TERM);
        server.log_with("stopping");
        if signals == 2 {
            server.signal(Signal::TERM);
        }
        assert_eq!(server.wait().code(), Some(0));
    }
}

#[test]
fn a_port_in_use_is_a_sentence() {
    let place = Place::with("sims.yaml", PLANS);
    let other = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = other.local_addr().expect("an address").to_string();
    for option in ["--listen", "--metrics"] {
        let listen = if option == "--listen" {
            vec![]
        } else {
            vec!["--listen", "127.0.0.1:0"]
        };
        let left = place.run(&[&["serve", "sims.yaml"], &listen[..], &[option, &address]].concat());
        assert_eq!(left.code, Some(3));
        assert_eq!(
            left.err,
            format!(
                "error: cannot listen on {address}: another program listens there\n\
                 hint: stop it, or choose another port with `{option}`\n"
            )
        );
    }
}

#[test]
fn an_address_that_is_not_ours_is_a_sentence() {
    let place = Place::with("sims.yaml", PLANS);
    let left = place.run(&[
        "serve",
        "sims.yaml",
        "--public",
        "--listen",
        "192.0.2.1:8080",
    ]);
    assert_eq!(
        (left.code, left.err.as_str()),
        (
            Some(3),
            "error: cannot listen on 192.0.2.1:8080: this machine does not have that address\n\
             hint: `127.0.0.1` is this machine alone, `0.0.0.0` all of its addresses\n"
        )
    );
    for (listen, why) in [
        ("127.0.0.1", "the port is missing; write 127.0.0.1:8080"),
        ("cal.example.org:80", "not a host name"),
        ("127.0.0.1:99999", "an address and a port were expected"),
    ] {
        let left = place.run(&["serve", "sims.yaml", "--listen", listen]);
        assert_eq!(left.code, Some(2), "{listen}");
        assert!(left.err.contains(why), "{}", left.err);
    }
}

#[test]
fn nothing_to_serve_is_no_start() {
    let place = Place::with("bad.yaml", "- {name: A, expires: 2027-02-30}\n");
    place.file("good.yaml", PLANS);
    let left = place.run(&["serve", "bad.yaml", "good.yaml", "--listen", "127.0.0.1:0"]);
    assert_eq!((left.code, left.out.as_str()), (Some(1), ""));
    assert!(left.err.contains(" --> bad.yaml:1:22"), "{}", left.err);
    assert!(
        left.err.ends_with("1 problem; nothing is served\n"),
        "{}",
        left.err
    );
    let left = place.run(&["serve", "none.yaml", "--listen", "127.0.0.1:0"]);
    assert_eq!(
        (left.code, left.err.as_str()),
        (
            Some(3),
            "error: cannot read `none.yaml`: no such file or directory\n\
             hint: name a plans file, or a directory of them\n"
        )
    );
}

#[cfg(target_os = "linux")]
#[test]
fn used_up_descriptors_are_waited_out() {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let (_place, server) = server(&["--metrics", "127.0.0.1:0"]);
    let id = Pid::from_raw(i32::try_from(server.id()).expect("an id"));
    let limit = |current| Rlimit {
        current: Some(current),
        maximum: Some(1024),
    };
    let begun = Instant::now();
    // The limit is lower than the number of descriptors that the server already has open.
    prlimit(id, Resource::Nofile, limit(3)).expect("a limit");
    let mut waiting = server.connect();
    let request = format!(
        "GET /healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        server.address
    );
    waiting.write_all(request.as_bytes()).expect("a request");
    // There is a pause after each error, and each pause is twice as long as the one before. The
    // first five pauses together take 310 ms.
    let log = server.log_with_many(6, "cannot accept connections");
    assert!(begun.elapsed() >= Duration::from_millis(310), "{log}");
    prlimit(id, Resource::Nofile, limit(1024)).expect("a limit");
    let mut all = Vec::new();
    waiting.read_to_end(&mut all).expect("a response");
    assert_eq!(Response::of(&all).status, 200);
}

#[test]
#[ignore = "needs a system whose ports below 1024 are privileged"]
fn a_privileged_port_is_a_sentence() {
    let place = Place::with("sims.yaml", PLANS);
    let mut command = place.command(&["serve", "sims.yaml", "--listen", "127.0.0.1:1"]);
    as_nobody(&place, &mut command);
    let left = Left::of(&mut command);
    assert_eq!(
        (left.code, left.err.as_str()),
        (
            Some(3),
            "error: cannot listen on 127.0.0.1:1: ports below 1024 are privileged\n\
             hint: choose a higher port, and let a reverse proxy listen on this one\n"
        )
    );
}
