//! Bodies: what is sent, shared and never copied, and what is received, read and dropped.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Buf as _, Bytes};
use hyper::body::{Body, Frame, Incoming, SizeHint};

use crate::server::socket::ConnectionState;

/// Octets of a request's body that are read before its connection is closed.
const MOST_DROPPED: usize = 4 << 20;

/// The body of a response, in one piece. Its end is the end of the exchange.
pub(crate) struct FullBody {
    bytes: Option<Bytes>,
    exchange: Option<Arc<ConnectionState>>,
}

impl FullBody {
    pub(crate) fn new(bytes: Bytes) -> Self {
        Self {
            bytes: Some(bytes).filter(|bytes| !bytes.is_empty()),
            exchange: None,
        }
    }

    /// Octets in it.
    pub(crate) fn len(&self) -> usize {
        self.bytes.as_ref().map_or(0, Bytes::len)
    }

    /// Tells the exchange when hyper has taken all of it, or wants none of it.
    pub(crate) fn ends(&mut self, exchange: Arc<ConnectionState>) {
        self.exchange = Some(exchange);
    }
}

impl Drop for FullBody {
    fn drop(&mut self) {
        if let Some(exchange) = &self.exchange {
            exchange.end();
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
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.len() as u64)
    }
}

/// Reads a request's body and drops it, piece by piece. False if there is more of it than
/// anybody waits for, or if it broke off.
pub(crate) async fn discard(body: &mut Incoming) -> bool {
    let mut dropped = 0;
    while dropped <= MOST_DROPPED {
        match poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await {
            None => return true,
            Some(Err(_)) => return false,
            Some(Ok(frame)) => dropped += frame.data_ref().map_or(0, |data| data.remaining()),
        }
    }
    false
}
