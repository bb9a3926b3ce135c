//! The short way of a request for a feed: parsed from the stack, answered by one write.
//!
//! A connection begins here. As long as each of its requests is a whole head of a simple form, and
//! asks for a feed, its responses are sent without hyper. At the first request that is not, the
//! connection goes to hyper with the bytes that were read, and stays there to its end. The responses
//! are the same.
//!
//! A connection that waits here holds no buffer, so a calendar that keeps one open costs little.

use std::future::{Future as _, poll_fn};
use std::io;
use std::mem::MaybeUninit;
use std::pin::{Pin, pin};
use std::str;
use std::task::{Poll, ready};

use bytes::buf::Chain;
use bytes::{Buf as _, Bytes};
use hyper::rt::{Read as _, ReadBuf, Write as _};

use crate::server::handler::Handler;
use crate::server::limits::Stop;
use crate::server::origin::Endpoints;
use crate::server::socket::Socket;
use crate::site::route::is_path;

/// The longest head that is read here.
const MAX_HEAD_BYTES: usize = 4096;
/// The most header fields that are read here.
const MAX_FIELDS: usize = 32;
/// The longest name of a field that is read here.
const MAX_NAME_BYTES: usize = 32;

/// A request of a simple form, without a body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SimpleRequest<'r> {
    pub(crate) method: &'r str,
    pub(crate) path: &'r str,
    pub(crate) host: &'r str,
    pub(crate) user_agent: Option<&'r str>,
    pub(crate) accept_encoding: Option<&'r str>,
    pub(crate) if_none_match: Option<&'r str>,
    pub(crate) if_modified_since: Option<&'r str>,
}

impl<'r> SimpleRequest<'r> {
    /// Reads bytes that are exactly the head of a GET or HEAD request of HTTP/1.1 for a path without
    /// a query. Each field that counts may be there once, and is ASCII.
    pub(crate) fn parse(bytes: &'r [u8]) -> Option<Self> {
        let mut fields = [const { MaybeUninit::uninit() }; MAX_FIELDS];
        let mut head = httparse::Request::new(&mut []);
        let parsed = head.parse_with_uninit_headers(bytes, &mut fields);
        let is_whole = parsed == Ok(httparse::Status::Complete(bytes.len()));
        let is_new = is_whole && head.version == Some(1);
        let is_simple = |method: &&str| is_new && matches!(*method, "GET" | "HEAD");
        let mut request = Self {
            method: head.method.filter(is_simple)?,
            path: head.path.filter(|path| is_path(path))?,
            ..Self::default()
        };
        let (mut host, mut connection) = (None, None);
        for field in head.headers {
            let mut name = [0; MAX_NAME_BYTES];
            let name = name.get_mut(..field.name.len())?;
            name.copy_from_slice(field.name.as_bytes());
            name.make_ascii_lowercase();
            let place = match &*name {
                b"host" => &mut host,
                b"connection" => &mut connection,
                b"user-agent" => &mut request.user_agent,
                b"accept-encoding" => &mut request.accept_encoding,
                b"if-none-match" => &mut request.if_none_match,
                b"if-modified-since" => &mut request.if_modified_since,
                name if changes_nothing(name) => continue,
                _ => return None,
            };
            let value = str::from_utf8(field.value).ok()?;
            if !value.is_ascii() || place.replace(value).is_some() {
                return None;
            }
        }
        let stays = connection.is_none_or(|it| it.eq_ignore_ascii_case("keep-alive"));
        request.host = host?;
        stays.then_some(request)
    }
}

/// Whether a field changes neither where a request ends nor the response for a feed. These are
/// fields of programs that fetch feeds, of browsers, and of proxies.
fn changes_nothing(name: &[u8]) -> bool {
    let begins = |beginning: &[u8]| name.starts_with(beginning);
    match name {
        b"accept" | b"authorization" | b"cache-control" | b"cdn-loop" | b"cookie" | b"dnt" => true,
        b"forwarded" | b"from" | b"origin" | b"pragma" | b"priority" | b"referer" => true,
        b"traceparent" | b"tracestate" | b"upgrade-insecure-requests" | b"via" => true,
        b"x-real-ip" | b"x-request-id" => true,
        _ => begins(b"accept-") || begins(b"cf-") || begins(b"sec-") || begins(b"x-forwarded-"),
    }
}

/// Answers requests for feeds. Returns true if hyper has to go on, and false if the connection has
/// ended, or is idle when the server is told to stop.
///
/// # Errors
///
/// A deadline has passed, or the connection broke off.
pub(crate) async fn answer_feeds<H: Handler>(
    socket: &mut Socket,
    handler: &H,
    endpoints: Endpoints,
    stop: &mut Stop,
) -> io::Result<bool> {
    let mut stopped = pin!(stop.wait_for(|stop| *stop));
    let mut answer: Option<Chain<Bytes, Bytes>> = None;
    poll_fn(|cx| {
        loop {
            if let Some(unsent) = &mut answer {
                while unsent.has_remaining() {
                    let mut pieces = [io::IoSlice::new(&[]); 2];
                    let count = unsent.chunks_vectored(&mut pieces);
                    let write = Pin::new(&mut *socket).poll_write_vectored(cx, &pieces[..count]);
                    unsent.advance(ready!(write)?);
                }
                answer = None;
                socket.state.end_response();
            }
            let mut space = [const { MaybeUninit::uninit() }; MAX_HEAD_BYTES];
            let mut buffer = ReadBuf::uninit(&mut space);
            match Pin::new(&mut *socket).poll_read(cx, buffer.unfilled())? {
                Poll::Ready(()) if buffer.filled().is_empty() => return Poll::Ready(Ok(false)),
                Poll::Ready(()) => {
                    let request = buffer.filled();
                    if !socket.state.is_draining() {
                        answer = handler.ready_answer(request, endpoints);
                    }
                    if answer.is_none() {
                        socket.put_back(request);
                        return Poll::Ready(Ok(true));
                    }
                    socket.state.begin_response();
                }
                Poll::Pending
                    if socket.state.is_draining() || stopped.as_mut().poll(cx).is_pending() =>
                {
                    return Poll::Pending;
                }
                Poll::Pending => {
                    socket.state.drain();
                    if socket.is_idle() {
                        return Poll::Ready(Ok(false));
                    }
                }
            }
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::{MAX_FIELDS, SimpleRequest};

    const FIRST: &str = "GET /a.ics HTTP/1.1";

    fn is_simple(first: &str, fields: &[&str]) -> bool {
        let fields: String = fields.iter().map(|line| format!("{line}\r\n")).collect();
        SimpleRequest::parse(format!("{first}\r\n{fields}\r\n").as_bytes()).is_some()
    }

    #[test]
    fn reads_a_simple_request() {
        let head = "HEAD /t/%E6%BC%A2.ics HTTP/1.1\r\nhost: a:80 \r\nUSER-AGENT:b/1\r\n\
                    Accept-Encoding: gzip\r\nIf-None-Match: \"c\"\r\n\
                    If-Modified-Since:\tMon\r\nConnection: Keep-Alive\r\n\r\n";
        let expected = SimpleRequest {
            method: "HEAD",
            path: "/t/%E6%BC%A2.ics",
            host: "a:80",
            user_agent: Some("b/1"),
            accept_encoding: Some("gzip"),
            if_none_match: Some("\"c\""),
            if_modified_since: Some("Mon"),
        };
        assert_eq!(SimpleRequest::parse(head.as_bytes()), Some(expected));
        for part in 0..head.len() {
            let part = &head.as_bytes()[..part];
            assert_eq!(SimpleRequest::parse(part), None, "{part:?}");
        }
        for more in ["\r", "\n", "GET", head] {
            let bytes = format!("{head}{more}");
            assert_eq!(SimpleRequest::parse(bytes.as_bytes()), None, "{more}");
        }
    }

    #[test]
    fn knows_which_lines_are_simple() {
        for (first, expected) in [
            (FIRST, true),
            ("HEAD /a.ics HTTP/1.1", true),
            ("GET /A-b_c.d~!$&'()*+,;=:@/ HTTP/1.1", true),
            ("get /a.ics HTTP/1.1", false),
            ("GETS /a.ics HTTP/1.1", false),
            ("POST /a.ics HTTP/1.1", false),
            ("PUT /a.ics HTTP/1.1", false),
            ("OPTIONS * HTTP/1.1", false),
            ("CONNECT a:80 HTTP/1.1", false),
            ("GET /a.ics HTTP/1.0", false),
            ("GET /a.ics HTTP/2.0", false),
            ("GET /a.ics?b HTTP/1.1", false),
            ("GET /a.ics#b HTTP/1.1", false),
            ("GET http://a/a.ics HTTP/1.1", false),
            ("GET a.ics HTTP/1.1", false),
            ("GET /\u{6f22}.ics HTTP/1.1", false),
            ("GET /a\".ics HTTP/1.1", false),
            ("GET /a|.ics HTTP/1.1", false),
        ] {
            assert_eq!(is_simple(first, &["Host: a"]), expected, "{first}");
        }
    }

    #[test]
    fn knows_which_fields_are_simple() {
        for (fields, expected) in [
            (&["Host: a"][..], true),
            (&["Host:"], true),
            (&["Host: a", "Connection: keep-alive"], true),
            (&["Host: a", "Accept: */*", "Accept: */*"], true),
            (&["Host: a", "ACCEPT-LANGUAGE: \u{6f22}"], true),
            (&["Host: a", "X-Forwarded-For: b", "CF-Ray: c"], true),
            (&["Host: a", "Sec-Fetch-Mode: cors", "Cookie: d"], true),
            (&[], false),
            (&["Accept: */*"], false),
            (&["Host: a", "Host: a"], false),
            (&["Host: \u{6f22}"], false),
            (&["Host: a", "User-Agent: \u{6f22}"], false),
            (&["Host: a", "If-None-Match: a", "If-None-Match: a"], false),
            (
                &["Host: a", "Accept-Encoding: a", "Accept-Encoding: a"],
                false,
            ),
            (&["Host: a", "Connection: close"], false),
            (&["Host: a", "Connection: keep-alive, close"], false),
            (
                &["Host: a", "Connection: keep-alive", "Connection: close"],
                false,
            ),
            (&["Host: a", "Connection: host"], false),
            (&["Host: a", "Keep-Alive: timeout=5"], false),
            (&["Host: a", "Content-Length: 0"], false),
            (&["Host: a", "Transfer-Encoding: chunked"], false),
            (&["Host: a", "Transfer-Encoding : chunked"], false),
            (&["Host: a", "Expect: 100-continue"], false),
            (&["Host: a", "Upgrade: h2c"], false),
            (&["Host: a", "TE: trailers"], false),
            (&["Host: a", "Trailer: b"], false),
            (&["Host: a", "Range: bytes=0-1"], false),
            (&["Host: a", "If: ([\"b\"])"], false),
            (&["Host: a", "X-Other: b"], false),
            (&["Host: a", " folded"], false),
            (&["Host: a", "Acceptance: b"], false),
        ] {
            assert_eq!(is_simple(FIRST, fields), expected, "{fields:?}");
        }
        let many = |count| [&["Host: a"][..], &vec!["Accept: b"; count - 1]].concat();
        assert!(is_simple(FIRST, &many(MAX_FIELDS)));
        assert!(!is_simple(FIRST, &many(MAX_FIELDS + 1)));
    }
}
