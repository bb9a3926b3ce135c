//! The real server under many faults at once: clients that poll without a pause while the plans are
//! rewritten, bad clients, limits of the system, a clock that is set.
//!
//! The tests in `serve` check these faults one by one; these tests combine them. Each run takes
//! seconds; `WEEKAHEAD_SOAK=600` makes the soak that long, and the others a minute or two.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod clock;
mod crowd;
pub(crate) mod disk;
mod lists;
mod poll;
#[cfg(target_os = "linux")]
mod scarcity;
mod smuggling;
#[cfg(target_os = "linux")]
mod soak;
mod stop;
mod storm;
mod writer;

use std::fmt;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::harness::Place;
use crate::serve::{Response, Server};
use crate::wait::DEADLINE;

/// How long a server is watched in a normal run.
const SHORT: Duration = Duration::from_secs(5);
/// A soak of at least this length is a long run.
const LONG: Duration = Duration::from_secs(120);

/// A client that keeps its connection. It distinguishes an answer that was cut off from one that
/// never began.
struct Client {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

/// Why there is no answer.
#[derive(Debug)]
enum Cut {
    /// No byte of the answer arrived.
    Before,
    /// Only these bytes of the answer arrived.
    Within(String),
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Before => f.write_str("no answer"),
            Self::Within(octets) => write!(f, "an answer that was cut: {octets}"),
        }
    }
}

impl Client {
    fn new(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
        }
    }

    /// Sends a request on the current connection, or on a new one.
    fn ask(&mut self, method: &str, path: &str, fields: &[&str]) -> Result<Response, Cut> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address).map_err(|_| Cut::Before)?;
                stream.set_read_timeout(Some(DEADLINE)).expect("a timeout");
                BufReader::new(stream)
            }
        };
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
        for field in fields {
            request += &format!("{field}\r\n");
        }
        request += "\r\n";
        let sent = stream.get_mut().write_all(request.as_bytes());
        sent.map_err(|_| Cut::Before)?;
        let mut octets = Vec::new();
        let within = |octets: &[u8]| Cut::Within(String::from_utf8_lossy(octets).into_owned());
        while !octets.ends_with(b"\r\n\r\n") {
            match stream.read_until(b'\n', &mut octets) {
                Ok(count) if count > 0 => {}
                _ if octets.is_empty() => return Err(Cut::Before),
                _ => return Err(within(&octets)),
            }
        }
        let mut response = Response::of(&octets);
        if method != "HEAD" && response.status != 304 {
            response.body = vec![0; length(&response)];
            let whole = stream.read_exact(&mut response.body);
            whole.map_err(|_| within(&octets))?;
        }
        if response.field("connection") != Some("close") {
            self.stream = Some(stream);
        }
        Ok(response)
    }
}

fn length(response: &Response) -> usize {
    let length = response.field("content-length").expect("a length");
    length.parse().expect("a number")
}

/// Tells threads to end when it is dropped, even if the test panics.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Pseudo-random numbers, the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// The `serve` command, with the times of the files as revisions.
fn command(place: &Place, arguments: &[&str]) -> Command {
    let all = [&["serve", "--listen", "127.0.0.1:0"], arguments].concat();
    let mut command = place.command(&all);
    command.env_remove("SOURCE_DATE_EPOCH");
    command
}

/// The number of repetitions: `long` if a run may take minutes, else `short`.
fn times(short: usize, long: usize) -> usize {
    if soak() < LONG { short } else { long }
}

/// How long a server is watched.
fn soak() -> Duration {
    let Ok(seconds) = std::env::var("WEEKAHEAD_SOAK") else {
        return SHORT;
    };
    let seconds = seconds.parse();
    Duration::from_secs(seconds.expect("WEEKAHEAD_SOAK is a number of seconds"))
}

/// Checks that the server still runs and has not failed anywhere.
fn is_well(server: &Server) {
    assert_eq!(server.get("/healthz").status, 200);
    let log = server.log();
    for fault in ["a fault of this program", "panicked", "connections are cut"] {
        assert!(!log.contains(fault), "{log}");
    }
}
