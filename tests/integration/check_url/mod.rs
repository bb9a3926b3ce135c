//! `weekahead check https://…` against servers of the tests' own, each of which does one thing wrong.

mod answers;
mod expect;
#[cfg(all(unix, feature = "serve"))]
mod own;
mod tls;

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use crate::harness::{Left, Place};

/// The part of the path that nothing may show.
const SECRET: &str = "q7k2hunter";

/// What a request asked for.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) target: String,
    /// The lines after the first, as they came.
    fields: Vec<String>,
}

impl Request {
    fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter().filter_map(|line| line.split_once(": "));
        let named = fields.find(|(key, _)| key.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value)
    }

    fn is_of(&self, client: &str) -> bool {
        let user_agent = self.field("user-agent").unwrap_or_default();
        user_agent.contains(client)
    }
}

/// A server that answers each connection by a function, and keeps the requests.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// `answer` writes the whole answer; then the connection is closed.
    fn new(answer: impl Fn(&Request, &mut dyn Write) + Send + Sync + 'static) -> Self {
        Self::over(|stream| Box::new(stream), answer)
    }

    fn over(
        wrap: impl Fn(std::net::TcpStream) -> Box<dyn Stream> + Send + Sync + 'static,
        answer: impl Fn(&Request, &mut dyn Write) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = requests.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = wrap(stream.expect("a connection"));
                // A client that refuses the certificate sends no request.
                if let Some(request) = read_request(&mut stream) {
                    kept.lock().expect("requests").push(request.clone());
                    answer(&request, &mut stream);
                    let _ = stream.flush();
                }
            }
        });
        Self { address, requests }
    }

    /// A server with the same answer for all.
    fn always(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::new(move |_, out| write(out, &answer))
    }

    /// The address of the feed, with its secret.
    fn url(&self) -> String {
        format!("http://{}/{SECRET}/sims.ics", self.address)
    }

    /// The address as it may be shown.
    fn shown(&self) -> String {
        format!("http://{}/…/sims.ics", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("requests").clone()
    }
}

trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

/// Writes to a client that may have gone.
fn write(out: &mut dyn Write, bytes: &[u8]) {
    let _ = out.write_all(bytes);
}

fn read_request(stream: &mut Box<dyn Stream>) -> Option<Request> {
    let mut lines = Vec::new();
    for line in BufReader::new(stream).lines() {
        match line.ok()?.as_str() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let first = lines.first()?.clone();
    Some(Request {
        target: first.split(' ').nth(1)?.to_owned(),
        fields: lines.split_off(1),
    })
}

/// The feed of a list of one plan.
fn feed() -> String {
    Place::with("sims.yaml", "- {name: One, expires: 2027-01-31}\n").feed(&["build", "sims.yaml"])
}

const TAG: &str = "\"a1\"";
const DATE: &str = "Mon, 05 Oct 2026 12:00:00 GMT";

/// A whole answer with a feed, its tag and its date.
fn good(feed: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/calendar; charset=utf-8\r\nETag: {TAG}\r\n\
         Last-Modified: {DATE}\r\nContent-Length: {}\r\n\r\n{feed}",
        feed.len()
    )
}

/// An answer as a good server gives it: 304 to whoever has the feed.
fn honest(request: &Request, out: &mut dyn Write, feed: &str) {
    let is_known = match request.field("if-none-match") {
        Some(tag) => tag == TAG,
        None => request.field("if-modified-since") == Some(DATE),
    };
    match is_known {
        true => write(out, b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        false => write(out, good(feed).as_bytes()),
    }
}

/// A server that serves a feed as it should be.
pub(crate) fn serving(feed: String) -> Server {
    Server::new(move |request, out| honest(request, out, &feed))
}

/// Runs the check on 2026-11-30, and proves that the secret was not printed.
#[track_caller]
fn check(url: &str, options: &[&str]) -> Left {
    check_in(&Place::new(), url, options)
}

#[track_caller]
fn check_in(place: &Place, url: &str, options: &[&str]) -> Left {
    let mut arguments = vec!["check", url, "--today", "2026-11-30"];
    arguments.extend(options);
    let left = place.run(&arguments);
    for text in [&left.out, &left.err] {
        assert!(!text.contains(SECRET), "{text}");
    }
    left
}

/// What is said about how the feed is served, without hints: all lines that are errors or warnings.
fn problems(left: &Left) -> Vec<&str> {
    let is_problem = |line: &&str| line.starts_with("error: ") || line.starts_with("warning: ");
    left.out.lines().filter(is_problem).collect()
}

/// The JSON report of the one address.
fn report(left: &Left) -> Value {
    let reports: Value = serde_json::from_str(&left.out).expect("JSON");
    reports[0].clone()
}
