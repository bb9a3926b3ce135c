//! A proxy between the program and a store. It counts requests, and makes some of them fail.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// What happens to one request.
#[derive(Debug, Clone)]
pub(super) enum Fate {
    /// The request is passed on, and so is the answer.
    Pass,
    /// The connection ends before anything is read.
    CutBefore,
    /// The connection ends within the request.
    CutIn,
    /// The store gets the request, and the connection ends before the answer.
    CutAfter,
    /// Half of the answer arrives.
    CutAnswer,
    /// The store does not get the request; this is the answer.
    Answer(u16, String),
    /// The store gets the request, but this is the answer.
    AnswerAfter(u16, String),
    /// There is no answer, and the connection stays open.
    Silence,
}

/// The parts of a request that the tests check.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) target: String,
}

type Decide = dyn Fn(&Request, usize) -> Fate + Send + Sync;

/// A proxy on its own port. It ends when this value is dropped, once the store has answered all
/// requests that were passed on, even those of clients that are dead.
pub(super) struct Proxy {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
    is_over: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Starts a proxy in front of `store`. `decide` gets each request, and the number of equal
    /// requests before it.
    pub(super) fn new(
        store: Option<&str>,
        decide: impl Fn(&Request, usize) -> Fate + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let is_over = Arc::new(AtomicBool::new(false));
        let served = Served {
            store: store.map(str::to_owned),
            seen: Arc::clone(&seen),
            counts: Mutex::default(),
            decide: Box::new(decide),
        };
        let over = Arc::clone(&is_over);
        let listening = thread::spawn(move || {
            thread::scope(|scope| {
                for client in listener.incoming() {
                    if over.load(Ordering::SeqCst) {
                        break;
                    }
                    // An early end of a connection is part of the test, so it is not an error.
                    let served = &served;
                    scope.spawn(move || client.and_then(|client| served.serve(client)));
                }
            });
        });
        Self {
            address,
            seen,
            is_over,
            listening: Some(listening),
        }
    }

    pub(super) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests since the last call.
    pub(super) fn take(&self) -> Vec<Request> {
        std::mem::take(&mut *self.seen.lock().expect("a lock"))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // This connection wakes the thread that waits for a client.
        let _ = TcpStream::connect(self.address);
        // A test that failed may never let its requests go on.
        if let Some(listening) = self.listening.take()
            && !thread::panicking()
        {
            listening.join().expect("the proxy ends");
        }
    }
}

struct Served {
    store: Option<String>,
    seen: Arc<Mutex<Vec<Request>>>,
    counts: Mutex<HashMap<Request, usize>>,
    decide: Box<Decide>,
}

impl Served {
    fn serve(&self, mut client: TcpStream) -> std::io::Result<()> {
        let Some(request) = line(&client)? else {
            return Ok(());
        };
        self.seen.lock().expect("a lock").push(request.clone());
        let nth = {
            let mut counts = self.counts.lock().expect("a lock");
            let count = counts.entry(request.clone()).or_default();
            *count += 1;
            *count - 1
        };
        let fate = (self.decide)(&request, nth);
        // The system resets a connection that is closed with bytes unread.
        match fate {
            Fate::CutBefore => return Ok(()),
            Fate::CutIn => return client.read(&mut [0; 64]).map(|_| ()),
            _ => {}
        }
        let whole = read(&mut client)?;
        match fate {
            Fate::Pass => client.write_all(&self.ask(&whole)?)?,
            Fate::CutBefore | Fate::CutIn => {}
            Fate::CutAfter => {
                self.ask(&whole)?;
            }
            Fate::CutAnswer => {
                let answer = self.ask(&whole)?;
                client.write_all(&answer[..answer.len() / 2])?;
            }
            Fate::Answer(status, body) => client.write_all(&answer(status, &body))?,
            Fate::AnswerAfter(status, body) => {
                self.ask(&whole)?;
                client.write_all(&answer(status, &body))?;
            }
            Fate::Silence => {
                let _ = client.read(&mut [0])?;
            }
        }
        Ok(())
    }

    fn ask(&self, request: &[u8]) -> std::io::Result<Vec<u8>> {
        let store = self.store.as_deref().expect("a store behind the proxy");
        exchange(store, request)
    }
}

/// Sends a request with `Connection: close`, and reads the whole answer.
pub(super) fn exchange(store: &str, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut server = TcpStream::connect(store)?;
    server.write_all(request)?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    Ok(answer)
}

/// The end of a header and what follows it.
pub(super) fn split(message: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = message.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some((&message[..end], &message[end + 4..]))
}

/// The method and the target of the request on a connection, without consuming the request.
fn line(client: &TcpStream) -> std::io::Result<Option<Request>> {
    let mut buffer = [0; 4096];
    loop {
        let there = client.peek(&mut buffer)?;
        let text = String::from_utf8_lossy(&buffer[..there]);
        if let Some((line, _)) = text.split_once("\r\n") {
            let mut words = line.split(' ').map(str::to_owned);
            let method = words.next().unwrap_or_default();
            let target = words.next().unwrap_or_default();
            return Ok(Some(Request { method, target }));
        }
        if there == 0 {
            return Ok(None);
        }
        thread::yield_now();
    }
}

/// A whole request.
fn read(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut whole = Vec::new();
    let mut buffer = [0; 16384];
    loop {
        if let Some((head, body)) = split(&whole) {
            let head = String::from_utf8_lossy(head).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.trim().parse().expect("a length"));
            if body.len() >= length {
                return Ok(whole);
            }
        }
        let read = client.read(&mut buffer)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        whole.extend_from_slice(&buffer[..read]);
    }
}

fn answer(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Said\r\nContent-Type: application/xml\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

/// An error as S3 writes it, with secrets that the program must not quote.
pub(super) fn xml(code: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>not for you</Message>\
         <AWSAccessKeyId>an-id</AWSAccessKeyId><Resource>/b/HIDDEN</Resource></Error>"
    )
}

/// Numbers that look random, the same for the same seed.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`.
    pub(super) fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let drawn = (mixed ^ (mixed >> 31)) % sides as u64;
        usize::try_from(drawn).expect("a small number")
    }
}
