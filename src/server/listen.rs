//! Accepting connections, serving them, and ending.

use std::collections::HashMap;
use std::future::{Future as _, poll_fn};
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::header::DATE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioTimer;
#[cfg(unix)]
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use super::Handler;
use crate::files::io_error::reason;
use crate::server::counts::Counts;
use crate::server::limits::Limits;
use crate::server::origin::{Endpoints, HostPolicy};
use crate::server::socket::{ConnectionState, Socket};

/// Connections that the system holds for us while we are busy.
const BACKLOG: u32 = 1024;
/// The pause after the first error of accepting; each that follows doubles it.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
/// The longest pause.
const LAST_PAUSE: Duration = Duration::from_secs(1);
/// How long it is not said again that there are no more places: in a crowd one is free, and taken,
/// many times a second.
const WARNED_AGAIN: Duration = Duration::from_secs(60);
/// Descriptors that are not connections: files, directories, listeners, pipes.
#[cfg(unix)]
const OTHER_DESCRIPTORS: u64 = 64;
/// With fewer there is no server: the runtime and the watch have some, git needs pipes.
#[cfg(unix)]
const FEWEST_DESCRIPTORS: u64 = 32;

/// Tells a server to stop.
pub(crate) type Stop = watch::Receiver<bool>;

/// Listens on the address that an option named; to be called where a runtime of tokio is entered.
///
/// # Errors
///
/// A sentence and a hint: the port is in use or privileged, the address is not this machine's.
pub fn bind(address: SocketAddr, option: &str) -> Result<TcpListener, (String, Option<String>)> {
    let listen = || {
        let listener = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        // A port is free again as soon as its server has ended. Windows needs no word for that, and
        // would let another program take the port.
        if cfg!(unix) {
            listener.set_reuseaddr(true)?;
        }
        listener.bind(address)?;
        listener.listen(BACKLOG)
    };
    listen().map_err(|error: io::Error| {
        let (why, hint) = match error.kind() {
            io::ErrorKind::AddrInUse => (
                "another program listens there".to_owned(),
                Some(format!("stop it, or choose another port with `{option}`")),
            ),
            io::ErrorKind::PermissionDenied if address.port() < 1024 => (
                "ports below 1024 are privileged".to_owned(),
                Some("choose a higher port, and let a reverse proxy listen on this one".to_owned()),
            ),
            io::ErrorKind::AddrNotAvailable => (
                "this machine does not have that address".to_owned(),
                Some(
                    "`127.0.0.1` is this machine alone, `0.0.0.0` all of its addresses".to_owned(),
                ),
            ),
            _ => (reason(&error), None),
        };
        (format!("cannot listen on {address}: {why}"), hint)
    })
}

/// Raises the number of descriptors that this process may have open to what the system allows,
/// and returns how many of `wanted` connections fit under it.
///
/// # Errors
///
/// A sentence and a hint: not even files could be read beside one connection.
#[cfg(unix)]
pub(crate) fn fit_descriptors(wanted: usize) -> Result<usize, (String, String)> {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        limit.current = limit.maximum;
        // What may not be raised stays as it was.
        let _ = setrlimit(Resource::Nofile, limit);
    }
    let Some(most) = getrlimit(Resource::Nofile).current else {
        return Ok(wanted);
    };
    if most < FEWEST_DESCRIPTORS {
        return Err((
            format!("cannot serve: no more than {most} files may be open at a time"),
            format!("allow {FEWEST_DESCRIPTORS} or more (`ulimit -n`)"),
        ));
    }
    let most = most.saturating_sub(OTHER_DESCRIPTORS).max(1);
    Ok(wanted.min(usize::try_from(most).unwrap_or(usize::MAX)))
}

/// Elsewhere memory alone bounds them.
///
/// # Errors
///
/// None.
#[cfg(not(unix))]
pub(crate) fn fit_descriptors(wanted: usize) -> Result<usize, (String, String)> {
    Ok(wanted)
}

/// Serves connections until it is told to stop, then ends those that are idle and waits for the
/// others, no longer than the drain time.
pub(crate) async fn serve<A: Handler>(
    listener: TcpListener,
    answer: Arc<A>,
    limits: Limits,
    mut stop: Stop,
) {
    let slots = Arc::new(Semaphore::new(limits.connections));
    let gate = Arc::new(AddressLimiter {
        limits,
        open: Mutex::default(),
    });
    let mut pause = FIRST_PAUSE;
    let mut warned: Option<Instant> = None;
    loop {
        let slot = match Arc::clone(&slots).try_acquire_owned() {
            Ok(slot) => slot,
            Err(_) => {
                if warned.is_none_or(|at| at.elapsed() >= WARNED_AGAIN) {
                    let connections = limits.connections;
                    tracing::warn!(connections, "no more connections are allowed: others wait");
                    warned = Some(Instant::now());
                }
                tokio::select! {
                    biased;
                    _ = stop.changed() => break,
                    slot = Arc::clone(&slots).acquire_owned() => match slot {
                        Ok(slot) => slot,
                        Err(_) => break,
                    },
                }
            }
        };
        let accepted = tokio::select! {
            biased;
            _ = stop.changed() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                pause = FIRST_PAUSE;
                let Some(entry) = AddressLimiter::enter(&gate, peer.ip(), answer.names()) else {
                    answer.counts().refused.fetch_add(1, Ordering::Relaxed);
                    continue;
                };
                let connection =
                    connection(stream, peer, Arc::clone(&answer), limits, stop.clone());
                tokio::spawn(async move {
                    connection.await;
                    drop((entry, slot));
                });
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                answer
                    .counts()
                    .accept_errors
                    .fetch_add(1, Ordering::Relaxed);
                tracing::warn!(
                    reason = reason(&error),
                    pause_ms = pause.as_millis(),
                    "cannot accept connections"
                );
                drop(slot);
                tokio::select! {
                    _ = stop.changed() => break,
                    () = sleep(pause) => {}
                }
                pause = (pause * 2).min(LAST_PAUSE);
            }
        }
    }
    // Who is in the queue already was promised an answer.
    while let Ok(Ok((stream, peer))) = timeout(Duration::ZERO, listener.accept()).await
        && let Ok(slot) = Arc::clone(&slots).try_acquire_owned()
    {
        let connection = connection(stream, peer, Arc::clone(&answer), limits, stop.clone());
        tokio::spawn(async move {
            connection.await;
            drop(slot);
        });
    }
    drop(listener);
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    if timeout(limits.drain_time, slots.acquire_many(all))
        .await
        .is_err()
    {
        tracing::warn!(
            connections = limits.connections - slots.available_permits(),
            "connections are cut: they did not end in time"
        );
    }
}

/// Whether an error of accepting is about the connection that was to be accepted.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

/// A connection that is counted as open as long as this lives.
struct Open<'a>(&'a Counts);

impl<'a> Open<'a> {
    fn new(counts: &'a Counts) -> Self {
        counts.accepted.fetch_add(1, Ordering::Relaxed);
        counts.open.fetch_add(1, Ordering::Relaxed);
        Self(counts)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
        if std::thread::panicking() {
            self.0.panics.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Counts the connections of each address.
struct AddressLimiter {
    limits: Limits,
    open: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection that is counted as long as this lives; of proxies and of this computer none are.
struct Entry(Option<(Arc<AddressLimiter>, IpAddr)>);

impl AddressLimiter {
    fn enter(gate: &Arc<Self>, peer: IpAddr, names: &HostPolicy) -> Option<Entry> {
        let peer = peer.to_canonical();
        let is_free = peer.is_loopback() && !gate.limits.counts_loopback;
        if is_free || names.trusts(peer) {
            return Some(Entry(None));
        }
        let peer = network(peer);
        let mut open = gate.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(peer).or_default();
        if *count >= gate.limits.connections_per_address {
            return None;
        }
        *count += 1;
        Some(Entry(Some((Arc::clone(gate), peer))))
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if let Some((gate, peer)) = &self.0 {
            let mut open = gate.open.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(count) = open.get_mut(peer) {
                *count -= 1;
                if *count == 0 {
                    open.remove(peer);
                }
            }
        }
    }
}

/// What counts as one address: of IPv6 a client has a whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

/// Serves one connection to its end.
async fn connection<A: Handler>(
    stream: TcpStream,
    peer: SocketAddr,
    answer: Arc<A>,
    limits: Limits,
    mut stop: Stop,
) {
    let Ok(local) = stream.local_addr() else {
        return;
    };
    // Responses are whole writes: nothing is gained by waiting for more.
    let _ = stream.set_nodelay(true);
    let counts = answer.counts();
    let _open = Open::new(counts);
    let exchange = Arc::new(ConnectionState::default());
    let mut socket = Socket::new(stream, Arc::clone(&exchange), &limits);
    let ends = Endpoints { peer, local };
    loop {
        match socket.is_asked(&mut stop).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                broke_off(counts, Some(&error), &error);
                return;
            }
        }
        let requests = requests(&mut socket, ends, &*answer, &exchange, &limits, &mut stop);
        // In a box of its own, so that a quiet connection is small.
        match Box::pin(requests).await {
            Ok(Some(ahead)) => socket.put_back(&ahead),
            Ok(None) => return,
            Err(error) => {
                let source = std::error::Error::source(&error);
                broke_off(counts, source.and_then(|it| it.downcast_ref()), &error);
                return;
            }
        }
    }
}

/// Counts a connection that did not end in order, and says why to who looks closely.
fn broke_off(counts: &Counts, cause: Option<&io::Error>, error: &dyn std::fmt::Display) {
    if cause.is_some_and(|cause| cause.kind() == io::ErrorKind::TimedOut) {
        counts.timed_out.fetch_add(1, Ordering::Relaxed);
    }
    tracing::debug!(reason = %error, "a connection broke off");
}

/// Serves requests until the connection ends or goes quiet; then what was read ahead of the next
/// one is returned.
async fn requests<A: Handler>(
    socket: &mut Socket,
    ends: Endpoints,
    answer: &A,
    exchange: &Arc<ConnectionState>,
    limits: &Limits,
    stop: &mut Stop,
) -> hyper::Result<Option<Bytes>> {
    let service = service_fn(|request| {
        // Not in the future: hyper reads ahead for the body before it first polls that, and the
        // socket would take the wait for it as one for a head.
        exchange.begin();
        async move {
            let mut response = answer.answer(request, ends, exchange).await;
            response.body_mut().ends(Arc::clone(exchange));
            response.headers_mut().insert(DATE, answer.date());
            Ok::<_, std::convert::Infallible>(response)
        }
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // The socket keeps it: hyper's would run while a connection idles.
        .header_read_timeout(None)
        .max_buf_size(limits.header_size)
        // A client that has said all may still want the answer.
        .half_close(true)
        .serve_connection(socket, service);
    let mut stopped = pin!(stop.wait_for(|stop| *stop));
    let mut is_stopped = false;
    let ended = poll_fn(|cx| {
        loop {
            if let Poll::Ready(ended) = Pin::new(&mut connection).poll(cx) {
                return Poll::Ready(Some(ended));
            }
            if exchange.is_quiet() {
                return Poll::Ready(None);
            }
            if is_stopped || stopped.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            is_stopped = true;
            exchange.drain();
            Pin::new(&mut connection).graceful_shutdown();
        }
    })
    .await;
    match ended {
        Some(ended) => ended.map(|()| None),
        None => Ok(Some(connection.into_parts().read_buf)),
    }
}
