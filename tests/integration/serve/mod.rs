//! The server as calendars meet it: the real process, real sockets, every octet.

mod browser;
mod checkout;
mod conditions;
mod hang;
mod life;
mod limits;
mod logs;
#[cfg(target_os = "linux")]
mod memory;
mod pages;
mod reload;
mod routes;
mod secrets;
mod state;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::harness::Place;

/// A list of one plan.
pub(super) const PLANS: &str = "- {name: One, expires: 2027-01-31}\n";
/// How long anything is waited for that is to happen at all.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that ends with the test.
pub(super) struct Server {
    child: Child,
    pub(super) address: SocketAddr,
    /// What it wrote to standard output before it served.
    pub(super) greeting: String,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

/// A response, with its head as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

impl Server {
    /// Starts a server on a free port of this computer and reads its address from its own line.
    pub(super) fn start(place: &Place, arguments: &[&str]) -> Self {
        let mut all = vec!["serve", "--listen", "127.0.0.1:0"];
        all.extend(arguments);
        Self::of(place.command(&all))
    }

    /// Starts the server that a command is.
    pub(super) fn of(mut command: std::process::Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let log = Arc::new(Mutex::new(String::new()));
        let stderr = child.stderr.take().expect("standard error");
        let into = Arc::clone(&log);
        let reader = thread::spawn(move || {
            for line in BufReader::new(stderr).lines() {
                let line = line.expect("the log is UTF-8");
                *into.lock().expect("the log") += &format!("{line}\n");
            }
        });
        let mut stdout = BufReader::new(child.stdout.take().expect("standard output"));
        let mut greeting = String::new();
        stdout.read_line(&mut greeting).expect("a line");
        if greeting.is_empty() {
            child.wait().expect("it ended");
            reader.join().expect("the log's reader");
            panic!("no server: {}", log.lock().expect("the log"));
        }
        // The log says it too, where another name is printed.
        let address = || {
            let log = log.lock().expect("the log");
            let at = log.rsplit_once("address=")?.1;
            at.split_whitespace().next()?.parse().ok()
        };
        let printed = greeting.trim_end().rsplit('/').nth(1).expect("a URL");
        let address = printed.parse().unwrap_or_else(|_| until(address));
        // What more it says is for people.
        thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        Self {
            child,
            address,
            greeting,
            log,
            reader: Some(reader),
        }
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has logged so far.
    pub(super) fn log(&self) -> String {
        self.log.lock().expect("the log").clone()
    }

    pub(super) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream
    }

    /// Sends octets and reads what comes back until the server closes.
    pub(super) fn raw(&self, request: impl AsRef<[u8]>) -> Vec<u8> {
        let mut stream = self.connect();
        stream.write_all(request.as_ref()).expect("a request");
        let mut all = Vec::new();
        stream.read_to_end(&mut all).expect("a response");
        all
    }

    /// A request with fields, `Name: value`, and whatever comes back.
    pub(super) fn request(&self, method: &str, path: &str, fields: &[&str]) -> Response {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
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

    /// Sends it a signal.
    pub(super) fn signal(&self, signal: rustix::process::Signal) {
        let id = i32::try_from(self.child.id()).expect("a process id");
        let id = rustix::process::Pid::from_raw(id).expect("a process id");
        rustix::process::kill_process(id, signal).expect("a signal");
    }

    /// Waits for its end.
    pub(super) fn wait(&mut self) -> ExitStatus {
        let status = until(|| self.child.try_wait().expect("a status"));
        if let Some(reader) = self.reader.take() {
            reader.join().expect("the log's reader");
        }
        status
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
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

    /// The value of a field, if there is exactly one.
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

    /// The head's fields without those that differ from one second to the next.
    pub(super) fn fields(&self) -> Vec<&str> {
        let lines = self.head.lines().skip(1);
        lines.filter(|line| !line.starts_with("date: ")).collect()
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("UTF-8")
    }
}

/// Waits until something is there.
pub(super) fn until<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "it does not happen");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Says that a test was left out where a captured output would hide it.
pub(super) fn left_out(why: &str) {
    use std::io::Write as _;
    // Without standard error there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "LEFT OUT: {why}");
}

/// Runs a command as nobody where it would be root's, to whom all is allowed. False, and said so,
/// where nobody cannot run it.
pub(super) fn as_nobody(place: &Place, command: &mut std::process::Command) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;
    const NOBODY: u32 = 65534;
    if !rustix::process::geteuid().is_root() {
        return true;
    }
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(place.path("."), open).expect("a mode");
    let mut probe = place.command(&["--version"]);
    let can = probe.uid(NOBODY).gid(NOBODY).output();
    if !can.is_ok_and(|output| output.status.success()) {
        left_out("root may do everything, and nobody cannot run the program here");
        return false;
    }
    command.uid(NOBODY).gid(NOBODY);
    true
}
