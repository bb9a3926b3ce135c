//! A TCP connection with deadlines, which hyper reads from and writes to.
//!
//! hyper limits only the time for a request's head, by a timer that also runs while a connection
//! is idle, and it does not limit a client that has stopped reading. Here one timer serves every
//! deadline. It is set again only when it fires or when a deadline comes nearer, so a request costs
//! no timer.

use std::future::Future as _;
use std::io::{self, IoSlice};
use std::pin::Pin;
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

/// How long the bytes that a client sends after the last response are read and dropped: the
/// system discards a response if its socket is closed with bytes unread.
const LINGER: Duration = Duration::from_secs(2);

/// How long a new connection may stay silent when the server is told to stop.
const SHUTDOWN_GRACE: Duration = Duration::from_millis(250);

/// The state that a connection shares with the requests on it.
#[derive(Debug, Default)]
pub(crate) struct ConnectionState {
    /// Odd while a request is being answered, even while the next head is awaited.
    turn: AtomicU32,
    /// Whether the body of a request was left unread.
    unread: AtomicBool,
    /// Whether the server is told to stop.
    draining: AtomicBool,
}

impl ConnectionState {
    /// The head of a request is complete.
    pub(crate) fn begin_response(&self) {
        self.turn.fetch_add(1, Ordering::Relaxed);
    }

    /// The whole response has been sent, or handed to hyper.
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

    /// Whether the server is told to stop.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    fn turn(&self) -> u32 {
        self.turn.load(Ordering::Relaxed)
    }
}

/// A TCP connection with deadlines.
pub(crate) struct Socket {
    stream: TokioIo<TcpStream>,
    pub(crate) state: Arc<ConnectionState>,
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
    /// Bytes that were read and given back.
    read_ahead: Bytes,
}

impl Socket {
    pub(crate) fn new(stream: TcpStream, limits: &Limits) -> Self {
        let now = Instant::now();
        Self {
            stream: TokioIo::new(stream),
            state: Arc::default(),
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

    /// Whether the connection is past its first request, and no byte of another has arrived.
    pub(crate) fn is_idle(&self) -> bool {
        self.head.is_some_and(|(at, _)| at != self.state.turn())
    }

    /// Gives back bytes that were read. They are read again, before all others.
    pub(crate) fn put_back(&mut self, read: &[u8]) {
        self.read_ahead = Bytes::copy_from_slice(read);
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
            None if self.state.is_draining() => self.last_progress + SHUTDOWN_GRACE,
            // A new connection must send its first request at once.
            None => self.last_progress + self.header_time,
            Some(_) => self.last_progress + self.idle_time,
        }
    }

    /// Wakes the task at the deadline. Returns an error once the deadline has passed.
    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let deadline = self.deadline();
        if deadline < self.timer.deadline().into_std() {
            self.timer.as_mut().reset(deadline.into());
        }
        loop {
            ready!(self.timer.as_mut().poll(cx));
            if Instant::now() >= deadline {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.timer.as_mut().reset(deadline.into());
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
            Poll::Pending => this.poll_deadline(cx),
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
