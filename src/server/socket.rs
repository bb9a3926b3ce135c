//! A TCP connection with deadlines, which hyper reads from and writes to.
//!
//! hyper limits only the time for a request's head, by a timer that also runs while a connection
//! is idle, and it does not limit a client that has stopped reading. Here one timer serves every
//! deadline. It is set again only when it fires or when a deadline comes nearer, so a request costs
//! no timer.
//!
//! hyper needs 16 KiB of buffers for each connection, and calendars keep connections open that they
//! rarely use. So a connection that has been quiet for a moment is taken away from hyper, without
//! closing it, and given to a new hyper connection when the client sends more. The bytes that hyper
//! had read ahead are passed on with it.

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

use crate::server::limits::{Limits, Stop};

/// How long the bytes that a client sends after the last response are read and dropped: the
/// system discards a response if its socket is closed with bytes unread.
const LINGER: Duration = Duration::from_secs(2);

/// How long a new connection may stay silent when the server is told to stop.
const SHUTDOWN_GRACE: Duration = Duration::from_millis(250);

/// How long a connection keeps hyper's buffers after a response: a client that has another request
/// sends it at once.
const QUIET_TIME: Duration = Duration::from_millis(100);

/// The state that a connection shares with the requests on it.
#[derive(Debug, Default)]
pub(crate) struct ConnectionState {
    /// Odd while a request is being answered, even while the next head is awaited.
    turn: AtomicU32,
    /// Whether the body of a request was left unread.
    unread: AtomicBool,
    /// Whether the server is told to stop.
    draining: AtomicBool,
    /// Whether every request is answered and the client has gone quiet.
    quiet: AtomicBool,
}

impl ConnectionState {
    /// The head of a request is complete.
    pub(crate) fn begin_response(&self) {
        self.turn.fetch_add(1, Ordering::Relaxed);
    }

    /// The whole response has been handed to hyper.
    pub(crate) fn end_response(&self) {
        self.turn.fetch_add(1, Ordering::Relaxed);
    }

    /// The connection will be closed with a body unread.
    pub(crate) fn leave_unread(&self) {
        self.unread.store(true, Ordering::Relaxed);
    }

    /// The server is told to stop: a new connection gets little time for its first request.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Whether every request is answered and the client has gone quiet.
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
    state: Arc<ConnectionState>,
    header_time: Duration,
    idle_time: Duration,
    stall_time: Duration,
    timer: Pin<Box<Sleep>>,
    /// When bytes were last read or written.
    last_progress: Instant,
    /// The turn whose head has begun to arrive, and when.
    head: Option<(u32, Instant)>,
    /// Whether the client takes no bytes at present.
    is_stalled: bool,
    /// Until when bytes are dropped after the last response.
    linger: Option<Instant>,
    /// What an earlier hyper connection has read of the next request.
    read_ahead: Bytes,
}

impl Socket {
    pub(crate) fn new(stream: TcpStream, state: Arc<ConnectionState>, limits: &Limits) -> Self {
        let now = Instant::now();
        Self {
            stream: TokioIo::new(stream),
            state,
            header_time: limits.header_time,
            idle_time: limits.idle_time,
            stall_time: limits.stall_time,
            timer: Box::pin(sleep_until((now + limits.header_time).into())),
            last_progress: now,
            head: None,
            is_stalled: false,
            linger: None,
            read_ahead: Bytes::new(),
        }
    }

    /// Waits for the first byte of the next request. Returns false if the client has ended the
    /// connection, or if the server stops and no request is expected.
    ///
    /// # Errors
    ///
    /// The deadline has passed, or the connection broke off.
    pub(crate) async fn wait_for_request(&mut self, stop: &mut Stop) -> io::Result<bool> {
        self.state.quiet.store(false, Ordering::Relaxed);
        if !self.read_ahead.is_empty() {
            return Ok(true);
        }
        let mut stopped = pin!(stop.wait_for(|stop| *stop));
        poll_fn(|cx| {
            // Readiness alone is not enough: a new connection counts as ready.
            let mut byte = [0];
            let mut peeked = ReadBuf::new(&mut byte);
            if let Poll::Ready(count) = self.stream.inner().poll_peek(cx, &mut peeked) {
                return Poll::Ready(count.map(|count| count > 0));
            }
            let is_draining = self.state.draining.load(Ordering::Relaxed);
            if !is_draining && stopped.as_mut().poll(cx).is_ready() {
                self.state.drain();
                if self.head.is_some() {
                    return Poll::Ready(Ok(false));
                }
            }
            self.poll_deadline(cx).map(|result| result.map(|()| false))
        })
        .await
    }

    /// Gives back the bytes that hyper had read ahead when the connection was taken from it. They
    /// are copied, since most often there are none and the buffer is large.
    pub(crate) fn put_back(&mut self, read_ahead: &[u8]) {
        self.read_ahead = Bytes::copy_from_slice(read_ahead);
    }

    /// When a connection that is between two requests becomes quiet.
    fn quiet_at(&self) -> Option<Instant> {
        let turn = self.state.turn();
        let is_between = self.head.is_some_and(|(at, _)| at != turn) && turn.is_multiple_of(2);
        (is_between && !self.is_stalled && self.linger.is_none())
            .then(|| self.last_progress + QUIET_TIME)
    }

    /// When the current wait times out.
    fn deadline(&self) -> Instant {
        if let Some(linger) = self.linger {
            return linger;
        }
        let turn = self.state.turn();
        match self.head {
            _ if self.is_stalled => self.last_progress + self.stall_time,
            Some((at, since)) if at == turn => since + self.header_time,
            _ if !turn.is_multiple_of(2) => self.last_progress + self.stall_time,
            None if self.state.draining.load(Ordering::Relaxed) => {
                self.last_progress + SHUTDOWN_GRACE
            }
            // A new connection must send its first request at once.
            None => self.last_progress + self.header_time,
            Some(_) => self.last_progress + self.idle_time,
        }
    }

    /// Wakes the task at the deadline. Returns an error once the deadline has passed.
    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let deadline = self.deadline();
        ready!(self.poll_time(cx, deadline));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Wakes the task at a time. Returns ready once that time has come.
    fn poll_time(&mut self, cx: &mut Context<'_>, at: Instant) -> Poll<()> {
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

    /// Notes the result of a write; while the client takes nothing, the deadline runs.
    fn note_write(
        &mut self,
        cx: &mut Context<'_>,
        result: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        self.is_stalled = result.is_pending();
        if self.is_stalled {
            return self.poll_deadline(cx).map(|result| result.map(|()| 0));
        }
        self.last_progress = Instant::now();
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
        let read = if this.read_ahead.is_empty() {
            Pin::new(&mut this.stream).poll_read(cx, into)
        } else {
            let length = this.read_ahead.len().min(into.remaining());
            into.put_slice(&this.read_ahead.split_to(length));
            Poll::Ready(Ok(()))
        };
        match read {
            Poll::Pending => match this.quiet_at() {
                Some(quiet) if quiet < this.deadline() => {
                    ready!(this.poll_time(cx, quiet));
                    this.state.quiet.store(true, Ordering::Relaxed);
                    Poll::Pending
                }
                _ => this.poll_deadline(cx),
            },
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) => {
                this.last_progress = Instant::now();
                let turn = this.state.turn();
                if turn.is_multiple_of(2) && this.head.is_none_or(|(at, _)| at != turn) {
                    this.head = Some((turn, this.last_progress));
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
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.note_write(cx, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.note_write(cx, result)
    }

    /// Lets hyper send a body without copying it.
    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
        let is_in_head = this.head.is_some_and(|(at, _)| at == this.state.turn());
        if !is_in_head && !this.state.unread.load(Ordering::Relaxed) {
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
                // The deadline ends the connection too.
                Poll::Pending => return this.poll_deadline(cx).map(|_| Ok(())),
            }
        }
    }
}
