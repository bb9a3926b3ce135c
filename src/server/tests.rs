//! Tests that need a handler which panics.

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::buf::Chain;
use bytes::{Buf as _, Bytes};
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::{Request, Response, StatusCode};
use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::{bind, listen};
use crate::server::body::FullBody;
use crate::server::counts::Counts;
use crate::server::handler::Handler;
use crate::server::limits::Limits;
use crate::server::origin::{Endpoints, HostPolicy};
use crate::server::response::text;
use crate::server::socket::ConnectionState;

/// A handler that panics on a request for `/panic` or `/early-panic`.
#[derive(Default)]
struct Panicking {
    counts: Counts,
    host_policy: HostPolicy,
}

impl Handler for Panicking {
    async fn answer(
        &self,
        request: Request<Incoming>,
        _: Endpoints,
        _: &ConnectionState,
    ) -> Response<FullBody> {
        assert_ne!(request.uri().path(), "/panic", "as asked");
        text(StatusCode::OK, "well\n".to_owned())
    }

    fn ready_answer(&self, request: &[u8], _: Endpoints) -> Option<Chain<Bytes, Bytes>> {
        assert!(!request.starts_with(b"GET /early-panic "), "as asked");
        let head: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n";
        let is_early = request.starts_with(b"GET /early ");
        is_early.then(|| Bytes::from_static(head).chain(Bytes::from_static(b"early\n")))
    }

    fn counts(&self) -> &Counts {
        &self.counts
    }

    fn host_policy(&self) -> &HostPolicy {
        &self.host_policy
    }

    fn date(&self) -> HeaderValue {
        HeaderValue::from_static("Mon, 05 Oct 2026 12:00:00 GMT")
    }
}

fn limits() -> Limits {
    let time = Duration::from_secs(5);
    Limits {
        header_time: time,
        idle_time: time,
        stall_time: time,
        drain_time: time,
        connections: 10,
        connections_per_address: 10,
        counts_loopback: false,
        header_size: 8192,
        uri_length: 100,
    }
}

fn ask(address: SocketAddr, path: &str) -> String {
    let mut stream = std::net::TcpStream::connect(address).expect("a connection");
    // In one write: a head that arrives in parts goes to hyper.
    let head = format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("a request");
    // A connection that has panicked may be gone.
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let mut all = String::new();
    // A connection that breaks off gives an empty answer.
    let _ = stream.read_to_string(&mut all);
    all
}

#[test]
fn a_panic_ends_one_connection() {
    let runtime = Runtime::new().expect("a runtime");
    let entered = runtime.enter();
    let listener = bind(([127, 0, 0, 1], 0).into(), "--listen").expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(entered);
    let handler = Arc::new(Panicking::default());
    let (stop, stopped) = watch::channel(false);
    let serving = runtime.spawn(listen::serve(
        listener,
        Arc::clone(&handler),
        limits(),
        stopped,
    ));
    let mut other = std::net::TcpStream::connect(address).expect("a connection");
    for _ in 0..3 {
        for path in ["/panic", "/early-panic"] {
            assert_eq!(ask(address, path), "");
            assert!(ask(address, "/").ends_with("well\n"));
            assert!(ask(address, "/early").ends_with("early\n"));
        }
    }
    other
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .expect("a request");
    let mut all = String::new();
    other.read_to_string(&mut all).expect("a response");
    assert!(all.ends_with("well\n"), "{all}");
    stop.send_replace(true);
    runtime.block_on(serving).expect("it ended well");
    assert_eq!(handler.counts.panics.load(Ordering::Relaxed), 6);
    assert_eq!(handler.counts.open.load(Ordering::Relaxed), 0);
}
