//! Bodies. Response bodies are shared and never copied; request bodies are dropped, except for
//! those of [`collect`].

use std::convert::Infallible;
use std::future::poll_fn;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use crate::server::socket::ConnectionState;

/// How many bytes of a request's body are read before the connection is closed.
const MAX_DROPPED_BYTES: usize = 4 << 20;

/// The pieces of a page; other bodies have one.
const MAX_PIECES: usize = 4;

/// The body of a response, in pieces that may be shared with other responses. Its end is the end of
/// the response.
pub(crate) struct FullBody {
    /// What is still to be sent, in order. A piece that was sent is empty.
    pieces: [Bytes; MAX_PIECES],
    connection: Option<Arc<ConnectionState>>,
}

impl FullBody {
    /// A body in one piece.
    pub(crate) fn new(bytes: Bytes) -> Self {
        Self::of_pieces([bytes, Bytes::new(), Bytes::new(), Bytes::new()])
    }

    /// A body in several pieces.
    pub(crate) fn of_pieces(pieces: [Bytes; MAX_PIECES]) -> Self {
        Self {
            pieces,
            connection: None,
        }
    }

    /// The number of bytes.
    pub(crate) fn len(&self) -> usize {
        self.pieces.iter().map(Bytes::len).sum()
    }

    /// Tells the connection when hyper has taken or dropped the whole body.
    pub(crate) fn report_end_to(&mut self, connection: Arc<ConnectionState>) {
        self.connection = Some(connection);
    }
}

impl Drop for FullBody {
    fn drop(&mut self) {
        if let Some(connection) = &self.connection {
            connection.end_response();
        }
    }
}

impl Body for FullBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let mut pieces = self.pieces.iter_mut().map(mem::take);
        let next = pieces.find(|piece| !piece.is_empty());
        Poll::Ready(next.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.len() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.len() as u64)
    }
}

/// Reads the body of a request and drops it, piece by piece. Returns false if the body is too long
/// or breaks off.
pub(crate) async fn discard(body: &mut Incoming) -> bool {
    read(body, MAX_DROPPED_BYTES, |_| {}).await
}

/// Reads the body of a request. Returns nothing if the body has more than `most` bytes or breaks
/// off.
pub(crate) async fn collect(body: &mut Incoming, most: usize) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    let is_whole = read(body, most, |piece| all.extend_from_slice(piece)).await;
    is_whole.then_some(all)
}

/// Gives the pieces of a request's body to `take`. Returns false if the body has more than `most`
/// bytes or breaks off.
async fn read(body: &mut Incoming, most: usize, mut take: impl FnMut(&[u8])) -> bool {
    let mut left = most;
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await {
        let Ok(frame) = frame else { return false };
        let piece = frame.data_ref().map_or(&[][..], |data| data);
        let Some(rest) = left.checked_sub(piece.len()) else {
            return false;
        };
        left = rest;
        take(piece);
    }
    true
}
