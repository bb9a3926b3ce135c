//! The server as calendars see it: the real process, real sockets, every byte.

mod browser;
mod checkout;
mod conditions;
mod hang;
mod lane;
mod life;
mod limits;
mod logs;
#[cfg(target_os = "linux")]
mod memory;
mod pages;
mod record;
mod reload;
mod routes;
mod secrets;
mod state;
mod subpaths;

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;

use crate::harness::Place;
pub(crate) use crate::harness::as_nobody;
use crate::wait::DEADLINE;
pub(crate) use crate::wait::until;
pub(crate) use logs::{connections, metrics};
pub(crate) use reload::modified;

/// A list of one plan.
pub(super) const PLANS: &str = "- {name: One, expires: 2027-01-31}\n";

/// A server that ends with the test.
pub(super) struct Server {
    child: Child,
    pub(super) address: SocketAddr,
    /// The first line that the server wrote to standard output.
    pub(super) greeting: String,
    /// What it wrote there after that line.
    output: Arc<Log>,
    log: Arc<Log>,
}

/// What a server writes to standard error, and a way to wait for more of it.
#[derive(Default)]
struct Log {
    state: Mutex<LogState>,
    has_grown: Condvar,
}

#[derive(Default)]
struct LogState {
    text: String,
    /// Whether the log is complete, because the server has ended.
    is_complete: bool,
}

impl Log {
    fn lock(&self) -> MutexGuard<'_, LogState> {
        self.state.lock().expect("the log")
    }

    fn read(&self, from: impl Read) {
        for line in BufReader::new(from).lines() {
            let line = line.expect("it is UTF-8");
            self.lock().text += &format!("{line}\n");
            self.has_grown.notify_all();
        }
        self.lock().is_complete = true;
        self.has_grown.notify_all();
    }

    /// Waits until a condition holds for the log.
    #[track_caller]
    fn wait_until(&self, holds: impl Fn(&LogState) -> bool) -> String {
        let waited = self
            .has_grown
            .wait_timeout_while(self.lock(), DEADLINE, |state| {
                !holds(state) && !state.is_complete
            });
        let (state, _) = waited.expect("the log");
        let text = state.text.clone();
        let is_there = holds(&state);
        drop(state);
        assert!(is_there, "it is not logged: {text}");
        text
    }
}

/// A response with its unparsed head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

impl Server {
    /// Starts a server on a free port of this computer, and reads the address from the server's
    /// output.
    pub(super) fn start(place: &Place, arguments: &[&str]) -> Self {
        let mut all = vec!["serve", "--listen", "127.0.0.1:0"];
        all.extend(arguments);
        Self::of(place.command(&all))
    }

    /// Starts a server with this command.
    pub(super) fn of(mut command: std::process::Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let log = Arc::new(Log::default());
        let stderr = child.stderr.take().expect("standard error");
        let into = Arc::clone(&log);
        thread::spawn(move || into.read(stderr));
        let mut stdout = BufReader::new(child.stdout.take().expect("standard output"));
        let mut greeting = String::new();
        stdout.read_line(&mut greeting).expect("a line");
        if greeting.is_empty() {
            child.wait().expect("it ended");
            panic!("no server: {}", log.wait_until(|state| state.is_complete));
        }
        // The log also has the address, if the output has another name.
        let logged = |_| {
            let is_there = |state: &LogState| state.text.contains("address=");
            let text = log.wait_until(is_there);
            let (_, at) = text.rsplit_once("address=").expect("an address");
            let at = at.split_whitespace().next().expect("an address");
            at.parse().expect("an address")
        };
        let printed = greeting.trim_end().rsplit('/').nth(1).expect("a URL");
        let address = printed.parse().unwrap_or_else(logged);
        let output = Arc::new(Log::default());
        let into = Arc::clone(&output);
        thread::spawn(move || into.read(stdout));
        Self {
            child,
            address,
            greeting,
            output,
            log,
        }
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the server has written a text after the first line of standard output, and
    /// returns what it wrote there.
    #[track_caller]
    pub(super) fn output_with(&self, text: &str) -> String {
        self.output.wait_until(|state| state.text.contains(text))
    }

    /// What the server has logged so far.
    pub(super) fn log(&self) -> String {
        self.log.lock().text.clone()
    }

    /// Waits until the log contains a text, and returns the log.
    #[track_caller]
    pub(super) fn log_with(&self, text: &str) -> String {
        self.log.wait_until(|state| state.text.contains(text))
    }

    /// Waits until the log contains a text after a number of bytes, and returns the log after these
    /// bytes.
    #[track_caller]
    pub(super) fn log_after(&self, start: usize, text: &str) -> String {
        let log = self
            .log
            .wait_until(|state| state.text[start..].contains(text));
        log[start..].to_owned()
    }

    /// Waits until the log contains a text this many times, and returns the log.
    #[track_caller]
    pub(super) fn log_with_many(&self, count: usize, text: &str) -> String {
        self.log
            .wait_until(|state| state.text.matches(text).count() >= count)
    }

    pub(super) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(DEADLINE)).expect("a timeout");
        stream
    }

    /// Sends bytes and the end of all requests, and reads the answers until the server closes the
    /// connection.
    pub(super) fn raw(&self, request: impl AsRef<[u8]>) -> Vec<u8> {
        let mut stream = self.connect();
        stream.write_all(request.as_ref()).expect("a request");
        // The server may have closed the connection already.
        let _ = stream.shutdown(Shutdown::Write);
        let mut all = Vec::new();
        stream.read_to_end(&mut all).expect("a response");
        all
    }

    /// Sends a request with header fields, `Name: value`, and returns the response.
    pub(super) fn request(&self, method: &str, path: &str, fields: &[&str]) -> Response {
        let mut request = format!("{method} {path} HTTP/1.1\r\n");
        if !fields.iter().any(|field| field.starts_with("Host:")) {
            request += &format!("Host: {}\r\n", self.address);
        }
        for field in fields {
            request += &format!("{field}\r\n");
        }
        Response::of(&self.raw(request + "\r\n"))
    }

    pub(super) fn get(&self, path: &str) -> Response {
        self.request("GET", path, &[])
    }

    /// Sends a signal to the server.
    pub(super) fn signal(&self, signal: rustix::process::Signal) {
        let id = i32::try_from(self.child.id()).expect("a process id");
        let id = rustix::process::Pid::from_raw(id).expect("a process id");
        rustix::process::kill_process(id, signal).expect("a signal");
    }

    /// Waits until the server has ended, which also ends its log.
    #[track_caller]
    pub(super) fn wait(&mut self) -> ExitStatus {
        self.log.wait_until(|state| state.is_complete);
        self.child.wait().expect("a status")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The server may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Response {
    pub(super) fn of(octets: &[u8]) -> Self {
        let end = octets.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("{:?}", String::from_utf8_lossy(octets)));
        let head = String::from_utf8(octets[..end + 2].to_vec()).expect("a head");
        Self {
            status: head[9..12].parse().expect("a status"),
            head,
            body: octets[end + 4..].to_vec(),
        }
    }

    /// The value of a header field, if there is exactly one.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let start = format!("{name}: ");
        let mut lines = self
            .head
            .lines()
            .filter_map(|line| line.strip_prefix(&start));
        let value = lines.next();
        assert_eq!(lines.next(), None, "{name} twice");
        value
    }

    /// The header fields, without those that change every second.
    pub(super) fn fields(&self) -> Vec<&str> {
        let lines = self.head.lines().skip(1);
        lines.filter(|line| !line.starts_with("date: ")).collect()
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("UTF-8")
    }
}
