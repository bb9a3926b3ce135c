//! Accepts connections, serves them, and ends them when the server stops.

use std::collections::HashMap;
use std::future::{Future as _, poll_fn};
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use hyper::header::DATE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioTimer;
#[cfg(unix)]
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use crate::files::io_error::reason;
use crate::server::counts::Counts;
use crate::server::handler::Handler;
use crate::server::lane::answer_feeds;
use crate::server::limits::{Limits, Stop};
use crate::server::origin::{Endpoints, HostPolicy};
use crate::server::socket::Socket;

/// Connections that the system queues until they are accepted.
const BACKLOG: u32 = 1024;
/// The pause after the first error from `accept`; each further error doubles it.
const MIN_ACCEPT_PAUSE: Duration = Duration::from_millis(10);
/// The longest pause.
const MAX_ACCEPT_PAUSE: Duration = Duration::from_secs(1);
/// The time between two warnings that all connections are taken: with many clients, a connection
/// becomes free and is taken again many times a second.
const FULL_WARNING_INTERVAL: Duration = Duration::from_secs(60);
/// Descriptors that are not for connections: files, directories, listeners, pipes.
#[cfg(unix)]
const OTHER_DESCRIPTORS: u64 = 64;
/// With fewer descriptors the server cannot run: the runtime and the watcher need some, and git
/// needs pipes.
#[cfg(unix)]
const MIN_DESCRIPTORS: u64 = 32;

/// Listens on the address that the option `option` gives. The caller must have entered a tokio
/// runtime.
///
/// # Errors
///
/// Returns a sentence and perhaps a hint: the port is in use or privileged, or the address is not
/// this machine's.
pub fn bind(address: SocketAddr, option: &str) -> Result<TcpListener, (String, Option<String>)> {
    let listen = || {
        let listener = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        // Lets a port be used again as soon as its server has ended. Windows does that by itself,
        // and with this option would let another program take the port.
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

/// Raises this process's limit of open descriptors as far as the system allows, and returns how
/// many of `wanted` connections fit under it.
///
/// # Errors
///
/// Returns a sentence and a hint if there are too few descriptors for files and one connection.
#[cfg(unix)]
pub(crate) fn fit_descriptors(wanted: usize) -> Result<usize, (String, String)> {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        limit.current = limit.maximum;
        // If the limit cannot be raised, it stays as it was.
        let _ = setrlimit(Resource::Nofile, limit);
    }
    let Some(most) = getrlimit(Resource::Nofile).current else {
        return Ok(wanted);
    };
    if most < MIN_DESCRIPTORS {
        return Err((
            format!("cannot serve: no more than {most} files may be open at a time"),
            format!("allow {MIN_DESCRIPTORS} or more (`ulimit -n`)"),
        ));
    }
    let most = most.saturating_sub(OTHER_DESCRIPTORS).max(1);
    Ok(wanted.min(usize::try_from(most).unwrap_or(usize::MAX)))
}

/// On other systems only memory limits the number of connections.
///
/// # Errors
///
/// None.
#[cfg(not(unix))]
pub(crate) fn fit_descriptors(wanted: usize) -> Result<usize, (String, String)> {
    Ok(wanted)
}

/// Serves connections until `stop` tells it to end. Then closes idle connections and waits for the
/// others, but no longer than the drain time.
pub(crate) async fn serve<H: Handler>(
    listener: TcpListener,
    handler: Arc<H>,
    limits: Limits,
    mut stop: Stop,
) {
    let slots = Arc::new(Semaphore::new(limits.connections));
    let limiter = Arc::new(AddressLimiter {
        limits,
        open: Mutex::default(),
    });
    let (counts, policy) = (handler.counts(), handler.host_policy());
    let mut pause = MIN_ACCEPT_PAUSE;
    let mut warned: Option<Instant> = None;
    loop {
        let slot = match Arc::clone(&slots).try_acquire_owned() {
            Ok(slot) => slot,
            Err(_) => {
                if warned.is_none_or(|at| at.elapsed() >= FULL_WARNING_INTERVAL) {
                    let connections = limits.connections;
                    tracing::warn!(connections, "no more connections are allowed: others wait");
                    warned = Some(Instant::now());
                }
                tokio::select! {
                    biased;
                    _ = stop.changed() => break,
                    Ok(slot) = Arc::clone(&slots).acquire_owned() => slot,
                    else => break,
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
                pause = MIN_ACCEPT_PAUSE;
                let Some(admitted) = AddressLimiter::admit(&limiter, peer.ip(), policy) else {
                    counts.refused.fetch_add(1, Ordering::Relaxed);
                    continue;
                };
                let (handler, permits) = (Arc::clone(&handler), (admitted, slot));
                let connection =
                    serve_connection(stream, peer, handler, limits, stop.clone(), permits);
                tokio::spawn(connection);
            }
            Err(error) if concerns_one_connection(&error) => {}
            Err(error) => {
                counts.accept_errors.fetch_add(1, Ordering::Relaxed);
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
                pause = (pause * 2).min(MAX_ACCEPT_PAUSE);
            }
        }
    }
    // Connections that the system has queued by now are still answered.
    while let Ok(Ok((stream, peer))) = timeout(Duration::ZERO, listener.accept()).await
        && let Ok(slot) = Arc::clone(&slots).try_acquire_owned()
    {
        let handler = Arc::clone(&handler);
        let connection = serve_connection(stream, peer, handler, limits, stop.clone(), slot);
        tokio::spawn(connection);
    }
    drop(listener);
    let all_slots = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    let ended = timeout(limits.drain_time, slots.acquire_many(all_slots));
    if ended.await.is_err() {
        tracing::warn!(
            connections = limits.connections - slots.available_permits(),
            "connections are cut: they did not end in time"
        );
    }
}

/// Whether an error from `accept` concerns only the connection that would have been accepted.
fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

/// Counts a connection as open for as long as this lives.
struct OpenConnection<'a>(&'a Counts);

impl<'a> OpenConnection<'a> {
    fn new(counts: &'a Counts) -> Self {
        counts.accepted.fetch_add(1, Ordering::Relaxed);
        counts.open.fetch_add(1, Ordering::Relaxed);
        Self(counts)
    }
}

impl Drop for OpenConnection<'_> {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
        if std::thread::panicking() {
            self.0.panics.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Limits the connections of each address.
struct AddressLimiter {
    limits: Limits,
    open: Mutex<HashMap<IpAddr, usize>>,
}

/// Counts a connection for its address for as long as this lives. Connections of proxies and of
/// this computer are not counted.
struct Admitted(Option<(Arc<AddressLimiter>, IpAddr)>);

impl AddressLimiter {
    fn admit(limiter: &Arc<Self>, peer: IpAddr, policy: &HostPolicy) -> Option<Admitted> {
        let peer = peer.to_canonical();
        let is_free = peer.is_loopback() && !limiter.limits.counts_loopback;
        if is_free || policy.trusts(peer) {
            return Some(Admitted(None));
        }
        let peer = network(peer);
        let mut open = limiter.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(peer).or_default();
        if *count >= limiter.limits.connections_per_address {
            return None;
        }
        *count += 1;
        Some(Admitted(Some((Arc::clone(limiter), peer))))
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        if let Some((limiter, peer)) = &self.0 {
            let mut open = limiter.open.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(count) = open.get_mut(peer) {
                *count -= 1;
                if *count == 0 {
                    open.remove(peer);
                }
            }
        }
    }
}

/// The part of an address that is counted as one client. With IPv6 a client has a whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

/// Serves one connection to its end. Then drops its permits.
async fn serve_connection<H: Handler>(
    stream: TcpStream,
    peer: SocketAddr,
    handler: Arc<H>,
    limits: Limits,
    mut stop: Stop,
    _permits: impl Send,
) {
    let Ok(local) = stream.local_addr() else {
        return;
    };
    // Each response is written in one piece, so the system need not wait for more data.
    let _ = stream.set_nodelay(true);
    let counts = handler.counts();
    let _counted = OpenConnection::new(counts);
    let mut socket = Socket::new(stream, &limits);
    let endpoints = Endpoints { peer, local };
    match answer_feeds(&mut socket, &*handler, endpoints, &mut stop).await {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => return count_broken(counts, Some(&error), &error),
    }
    // The future has its own box, and no variable holds it before, so that a connection which only
    // fetches feeds takes little memory.
    let ended = Box::pin(serve_requests(
        socket, endpoints, &*handler, &limits, &mut stop,
    ))
    .await;
    if let Err(error) = ended {
        let source = std::error::Error::source(&error);
        count_broken(counts, source.and_then(|it| it.downcast_ref()), &error);
    }
}

/// Counts a connection that broke off, and logs the reason at the level of debugging.
fn count_broken(counts: &Counts, cause: Option<&io::Error>, error: &dyn std::fmt::Display) {
    if cause.is_some_and(|cause| cause.kind() == io::ErrorKind::TimedOut) {
        counts.timed_out.fetch_add(1, Ordering::Relaxed);
    }
    tracing::debug!(reason = %error, "a connection broke off");
}

/// Serves requests by hyper until the connection ends.
async fn serve_requests<H: Handler>(
    socket: Socket,
    endpoints: Endpoints,
    handler: &H,
    limits: &Limits,
    stop: &mut Stop,
) -> hyper::Result<()> {
    let state = &Arc::clone(&socket.state);
    let service = service_fn(|request| {
        // This is not inside the future: hyper reads ahead for the body before it first polls the
        // future, and the socket would treat that wait as a wait for a head.
        state.begin_response();
        async move {
            let mut response = handler.answer(request, endpoints, state).await;
            response.body_mut().report_end_to(Arc::clone(state));
            response.headers_mut().insert(DATE, handler.date());
            Ok::<_, std::convert::Infallible>(response)
        }
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // The socket has its own timer: hyper's timer also runs while a connection is idle.
        .header_read_timeout(None)
        .max_buf_size(limits.header_size)
        // A client that has closed its side may still want the response.
        .half_close(true)
        .serve_connection(socket, service);
    let mut stopped = pin!(stop.wait_for(|stop| *stop));
    let mut is_stopped = false;
    poll_fn(|cx| {
        loop {
            if let Poll::Ready(ended) = Pin::new(&mut connection).poll(cx) {
                return Poll::Ready(ended);
            }
            if is_stopped || stopped.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            is_stopped = true;
            state.drain();
            Pin::new(&mut connection).graceful_shutdown();
        }
    })
    .await
}
