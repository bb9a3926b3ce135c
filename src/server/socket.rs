//! A connection that keeps its times: hyper asks it for octets, and it ends what takes too long.
//!
//! hyper limits only the time of a request's head, by a timer that runs while a connection idles
//! too, and nothing limits a reader that has stopped reading. Here one timer does for all of it.
//! It is set anew only when it rings or when a deadline comes nearer, so a request costs no timer.
//!
//! hyper's buffers are 16 KiB a connection, and calendars keep connections that they rarely use.
//! So a connection that has been quiet for a moment is taken from hyper, without a word to the
//! peer, and handed to another hyper when the peer goes on. What hyper had read ahead goes with it.

use std::future::{Future as _, poll_fn};
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep_until};

use crate::server::limits::Limits;
use crate::server::listen::Stop;

/// How long what a client still sends after the last response is read and dropped: a socket that
/// is closed with octets unread takes the response with it.
const LINGER: Duration = Duration::from_secs(2);

/// How long a new connection may stay silent when the server is told to stop.
const LAST_CALL: Duration = Duration::from_millis(250);

/// How long a connection keeps hyper's buffers after a response: another request of a client that
/// has several follows at once.
const QUIET: Duration = Duration::from_millis(100);

/// What a connection and the requests on it tell each other.
#[derive(Debug, Default)]
pub(crate) struct ConnectionState {
    /// Odd while a request is being answered, even while its head is awaited.
    turn: AtomicU32,
    /// Whether a request's body was left unread.
    unread: AtomicBool,
    /// Whether the server is told to stop.
    draining: AtomicBool,
    /// Whether hyper is done with all that it was asked, and the peer has gone quiet.
    quiet: AtomicBool,
}

impl ConnectionState {
    /// A head is complete.
    pub(crate) fn begin(&self) {
        self.turn.fetch_add(1, Ordering::Relaxed);
    }

    /// The whole response has been handed over.
    pub(crate) fn end(&self) {
        self.turn.fetch_add(1, Ordering::Relaxed);
    }

    /// The connection will be closed with a body unread.
    pub(crate) fn leave_unread(&self) {
        self.unread.store(true, Ordering::Relaxed);
    }

    /// The server is told to stop: what has not been asked yet is hardly waited for.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Whether hyper is done with all that it was asked, and the peer has gone quiet.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet.load(Ordering::Relaxed)
    }

    fn turn(&self) -> u32 {
        self.turn.load(Ordering::Relaxed)
    }
}

/// A TCP connection with deadlines.
pub(crate) struct Socket {
    stream: TokioIo<TcpStream>,
    exchange: Arc<ConnectionState>,
    header_time: Duration,
    idle_time: Duration,
    stall_time: Duration,
    timer: Pin<Box<Sleep>>,
    /// When octets last moved.
    moved: Instant,
    /// When the head of the request of a turn began to arrive.
    head: Option<(u32, Instant)>,
    /// Whether the peer takes no octets at present.
    is_stalled: bool,
    /// Until when octets are dropped after the last response.
    linger: Option<Instant>,
    /// What another hyper has read of the next request.
    ahead: Bytes,
}

impl Socket {
    pub(crate) fn new(stream: TcpStream, exchange: Arc<ConnectionState>, limits: &Limits) -> Self {
        let now = Instant::now();
        Self {
            stream: TokioIo::new(stream),
            exchange,
            header_time: limits.header_time,
            idle_time: limits.idle_time,
            stall_time: limits.stall_time,
            timer: Box::pin(sleep_until((now + limits.header_time).into())),
            moved: now,
            head: None,
            is_stalled: false,
            linger: None,
            ahead: Bytes::new(),
        }
    }

    /// Waits for octets of the next request. False where the peer has ended, and where the
    /// server's stop finds none to wait for.
    ///
    /// # Errors
    ///
    /// The time for them has passed, or the connection broke off.
    pub(crate) async fn is_asked(&mut self, stop: &mut Stop) -> io::Result<bool> {
        self.exchange.quiet.store(false, Ordering::Relaxed);
        if !self.ahead.is_empty() {
            return Ok(true);
        }
        let mut stopped = pin!(stop.wait_for(|stop| *stop));
        poll_fn(|cx| {
            // Readiness alone is not enough: a new connection claims it.
            let mut octet = [0];
            let mut peeked = ReadBuf::new(&mut octet);
            if let Poll::Ready(count) = self.stream.inner().poll_peek(cx, &mut peeked) {
                return Poll::Ready(count.map(|count| count > 0));
            }
            let is_draining = self.exchange.draining.load(Ordering::Relaxed);
            if !is_draining && stopped.as_mut().poll(cx).is_ready() {
                self.exchange.drain();
                if self.head.is_some() {
                    return Poll::Ready(Ok(false));
                }
            }
            self.wait(cx).map(|result| result.map(|()| false))
        })
        .await
    }

    /// Gives back what hyper had read ahead when the connection was taken from it: most often
    /// nothing, in a buffer that is let go of.
    pub(crate) fn put_back(&mut self, ahead: &[u8]) {
        self.ahead = Bytes::copy_from_slice(ahead);
    }

    /// When a connection between two requests counts as quiet.
    fn quiet(&self) -> Option<Instant> {
        let turn = self.exchange.turn();
        let rests = self.head.is_some_and(|(at, _)| at != turn) && turn.is_multiple_of(2);
        (rests && !self.is_stalled && self.linger.is_none()).then(|| self.moved + QUIET)
    }

    /// When this connection has waited long enough for whatever it waits for.
    fn deadline(&self) -> Instant {
        if let Some(linger) = self.linger {
            return linger;
        }
        let turn = self.exchange.turn();
        match self.head {
            _ if self.is_stalled => self.moved + self.stall_time,
            Some((at, since)) if at == turn => since + self.header_time,
            _ if !turn.is_multiple_of(2) => self.moved + self.stall_time,
            None if self.exchange.draining.load(Ordering::Relaxed) => self.moved + LAST_CALL,
            // The first request is due at once.
            None => self.moved + self.header_time,
            Some(_) => self.moved + self.idle_time,
        }
    }

    /// Wakes the task at the deadline; an error once it has passed.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let deadline = self.deadline();
        ready!(self.ring(cx, deadline));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Wakes the task at a time; ready once it has come.
    fn ring(&mut self, cx: &mut Context<'_>, at: Instant) -> Poll<()> {
        if at < self.timer.deadline().into_std() {
            self.timer.as_mut().reset(at.into());
        }
        loop {
            ready!(self.timer.as_mut().poll(cx));
            if Instant::now() >= at {
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(at.into());
        }
    }

    fn wrote(
        &mut self,
        cx: &mut Context<'_>,
        result: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        self.is_stalled = result.is_pending();
        if self.is_stalled {
            return self.wait(cx).map(|result| result.map(|()| 0));
        }
        self.moved = Instant::now();
        result
    }
}

impl Read for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let read = if this.ahead.is_empty() {
            Pin::new(&mut this.stream).poll_read(cx, into)
        } else {
            let length = this.ahead.len().min(into.remaining());
            into.put_slice(&this.ahead.split_to(length));
            Poll::Ready(Ok(()))
        };
        match read {
            Poll::Pending => match this.quiet() {
                Some(quiet) if quiet < this.deadline() => {
                    ready!(this.ring(cx, quiet));
                    this.exchange.quiet.store(true, Ordering::Relaxed);
                    Poll::Pending
                }
                _ => this.wait(cx),
            },
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) => {
                this.moved = Instant::now();
                let turn = this.exchange.turn();
                if turn.is_multiple_of(2) && this.head.is_none_or(|(at, _)| at != turn) {
                    this.head = Some((turn, this.moved));
                }
                Poll::Ready(Ok(()))
            }
        }
    }
}

impl Write for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, octets);
        self.wrote(cx, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, octets);
        self.wrote(cx, result)
    }

    /// A body is sent from where it lies: without this hyper would copy it.
    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
        let is_in_head = this.head.is_some_and(|(at, _)| at == this.exchange.turn());
        if !is_in_head && !this.exchange.unread.load(Ordering::Relaxed) {
            return Poll::Ready(Ok(()));
        }
        if this.linger.is_none() {
            this.linger = Some(Instant::now() + LINGER);
        }
        loop {
            let mut buffer = [0; 8192];
            let mut read = ReadBuf::new(&mut buffer);
            match Pin::new(this.stream.inner_mut()).poll_read(cx, &mut read) {
                Poll::Ready(Ok(())) if !read.filled().is_empty() => {
                    if this.linger.is_some_and(|until| Instant::now() >= until) {
                        return Poll::Ready(Ok(()));
                    }
                }
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                // The end of the time is the end of it.
                Poll::Pending => return this.wait(cx).map(|_| Ok(())),
            }
        }
    }
}
