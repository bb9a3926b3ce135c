//! One request over a connection of its own, with a deadline for all of it.

use std::io::{self, BufReader, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

use crate::fetch::address::Address;
use crate::fetch::http::{self, MAX_BODY_BYTES, Response, ResponseError};
use crate::fetch::profile::Profile;
use crate::fetch::tls::{self, Tls};
use crate::files::io_error::reason;
use crate::text::value_error::ValueError;

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestError {
    /// A short name for programs.
    pub(crate) kind: &'static str,
    pub(crate) what: ValueError,
    /// Whether something answered.
    pub(crate) is_answered: bool,
    /// Whether no request was sent, so that every client fails alike.
    pub(crate) is_shared: bool,
}

impl RequestError {
    pub(crate) fn answered(kind: &'static str, what: ValueError) -> Self {
        Self {
            kind,
            what,
            is_answered: true,
            is_shared: false,
        }
    }

    fn unreachable(kind: &'static str, what: impl Into<String>) -> Self {
        Self {
            kind,
            what: ValueError::new(what),
            is_answered: false,
            is_shared: true,
        }
    }

    /// No whole answer before the deadline; `is_shared` if no request was sent.
    fn timeout(is_shared: bool) -> Self {
        let what =
            ValueError::new("no complete answer in time").hint("`--timeout` gives more time");
        Self {
            kind: "timeout",
            what,
            is_answered: false,
            is_shared,
        }
    }
}

/// Sends a client's request with the fields of a condition, and reads the response. `limit` is the
/// time for all of it.
pub(crate) fn request(
    address: &Address,
    profile: &Profile,
    condition: &[(&str, &str)],
    tls: &Tls,
    limit: Duration,
) -> Result<Response, RequestError> {
    let deadline = Instant::now() + limit;
    let socket = Socket {
        stream: connect(address, deadline)?,
        deadline,
    };
    let mut text = format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: {}\r\n",
        address.target,
        address.authority(),
        profile.user_agent()
    );
    for (name, value) in profile.fields.iter().chain(condition) {
        text += &format!("{name}: {value}\r\n");
    }
    text += "\r\n";
    let result = if address.is_https {
        let mut stream = handshake(address, socket, tls)?;
        exchange(&mut stream, &text)
    } else {
        let mut socket = socket;
        exchange(&mut socket, &text)
    };
    result.map_err(describe)
}

fn exchange(stream: &mut (impl Read + Write), text: &str) -> Result<Response, ResponseError> {
    stream.write_all(text.as_bytes())?;
    stream.flush()?;
    http::read(&mut BufReader::new(stream))
}

fn connect(address: &Address, deadline: Instant) -> Result<TcpStream, RequestError> {
    let mut last = None;
    for target in look_up(address, deadline)? {
        let left = time_left(deadline).ok_or_else(|| RequestError::timeout(false))?;
        match TcpStream::connect_timeout(&target, left) {
            Ok(stream) => {
                // A small request goes out at once; the connection works without.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(error) => last = Some(error),
        }
    }
    Err(match last {
        Some(error) if is_timeout(&error) => RequestError::timeout(true),
        Some(error) => {
            let host = address.authority();
            let what = format!("cannot connect to `{host}`: {}", reason(&error));
            RequestError::unreachable("connection", what)
        }
        None => RequestError::unreachable("name", "the host has no address"),
    })
}

/// Looks a name up. The system's function knows no deadline, so a thread waits for it.
fn look_up(address: &Address, deadline: Instant) -> Result<Vec<SocketAddr>, RequestError> {
    let host = address.bare_host().to_owned();
    let port = address.port;
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let (sender, receiver) = mpsc::channel();
    let name = host.clone();
    thread::spawn(move || {
        let found = (name.as_str(), port).to_socket_addrs();
        // Nobody listens after the deadline.
        let _ = sender.send(found.map(Iterator::collect));
    });
    let left = time_left(deadline).unwrap_or_default();
    match receiver.recv_timeout(left) {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => {
            let what = format!("the host `{host}` cannot be found: {}", reason(&error));
            Err(RequestError::unreachable("name", what))
        }
        Err(_) => Err(RequestError::timeout(true)),
    }
}

fn handshake(
    address: &Address,
    mut socket: Socket,
    tls: &Tls,
) -> Result<StreamOwned<ClientConnection, Socket>, RequestError> {
    let refused = |error: &rustls::Error| RequestError {
        kind: match error {
            rustls::Error::InvalidCertificate(_) => "certificate",
            _ => "tls",
        },
        what: tls::describe(error),
        is_answered: true,
        is_shared: true,
    };
    let name = ServerName::try_from(address.bare_host().to_owned())
        .map_err(|_| RequestError::unreachable("name", "TLS cannot use this host name"))?;
    let mut connection =
        ClientConnection::new(tls.config.clone(), name).map_err(|error| refused(&error))?;
    while connection.is_handshaking() {
        if let Err(error) = connection.complete_io(&mut socket) {
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
            return Err(match inner {
                Some(inner) => refused(inner),
                None => describe(ResponseError::Io(error)),
            });
        }
    }
    Ok(StreamOwned::new(connection, socket))
}

fn describe(error: ResponseError) -> RequestError {
    match error {
        ResponseError::Io(error) if is_timeout(&error) => RequestError::timeout(false),
        ResponseError::Io(error) => {
            let why = match error.kind() {
                io::ErrorKind::UnexpectedEof => "the server closed the connection".to_owned(),
                _ => reason(&error),
            };
            RequestError {
                is_shared: false,
                ..RequestError::unreachable("cut-off", format!("the answer is cut off: {why}"))
            }
        }
        ResponseError::Malformed(what) => {
            let what = format!("the answer cannot be read: {what}");
            RequestError::answered("malformed", ValueError::new(what))
        }
        ResponseError::TooLarge { inflated } => {
            let inflated = if inflated { " when decompressed" } else { "" };
            let what = format!("more than {} MiB{inflated}", MAX_BODY_BYTES >> 20);
            RequestError::answered("too-large", ValueError::new(what))
        }
    }
}

/// A socket whose reads and writes end at a deadline.
struct Socket {
    stream: TcpStream,
    deadline: Instant,
}

impl Read for Socket {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = time_left(self.deadline).ok_or(io::ErrorKind::TimedOut)?;
        self.stream.set_read_timeout(Some(left))?;
        self.stream.read(out)
    }
}

impl Write for Socket {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let left = time_left(self.deadline).ok_or(io::ErrorKind::TimedOut)?;
        self.stream.set_write_timeout(Some(left))?;
        self.stream.write(data)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// The time until a deadline; `None` when it is over.
fn time_left(deadline: Instant) -> Option<Duration> {
    let left = deadline.checked_duration_since(Instant::now());
    left.filter(|left| !left.is_zero())
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock
    )
}
