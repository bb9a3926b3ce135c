//! A response of HTTP/1.1 (RFC 9112) from any stream: its head, and its body up to a limit.

use std::io::{self, BufRead, Read};

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use crate::document::MAX_FILE_BYTES;

/// How much of a body is read, and inflated.
pub(crate) const MAX_BODY_BYTES: usize = MAX_FILE_BYTES;
const MAX_HEAD_BYTES: usize = 64 * 1024;
const MAX_FIELDS: usize = 128;
const PIECE: usize = 64 * 1024;

/// Why a response cannot be read.
#[derive(Debug)]
pub(crate) enum ResponseError {
    Io(io::Error),
    /// Not HTTP/1.x, in a sentence.
    Malformed(&'static str),
    /// More than [`MAX_BODY_BYTES`]; whether only once inflated.
    TooLarge {
        inflated: bool,
    },
}

impl From<io::Error> for ResponseError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The head of a response.
#[derive(Debug, Default, Clone)]
pub(crate) struct Head {
    pub(crate) status: u16,
    fields: Vec<(String, String)>,
}

/// A whole response.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) head: Head,
    /// Without its coding.
    pub(crate) body: Vec<u8>,
    /// How many bytes came over the network.
    pub(crate) sent: usize,
}

impl Head {
    /// The value of a field; its name in small letters.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let mut named = self.fields.iter().filter(|(key, _)| key == name);
        named.next().map(|(_, value)| value.as_str())
    }

    #[cfg(test)]
    pub(crate) fn new(status: u16, fields: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self {
            status,
            fields: fields.iter().map(owned).collect(),
        }
    }
}

/// Reads a response to GET.
pub(crate) fn read(stream: &mut impl BufRead) -> Result<Response, ResponseError> {
    let head = loop {
        let head = read_head(stream)?;
        if head.status >= 200 {
            break head;
        }
    };
    // The body of a redirect is of no use.
    if matches!(head.status, 204 | 301..=308) {
        return Ok(Response {
            head,
            body: Vec::new(),
            sent: 0,
        });
    }
    let coding = head.field("transfer-encoding").unwrap_or_default();
    let framing = match head.field("content-length").map(str::parse) {
        _ if coding.to_ascii_lowercase().contains("chunked") => Framing::Chunked,
        Some(Ok(length)) => Framing::Length(length),
        Some(Err(_)) => {
            return Err(ResponseError::Malformed(
                "a Content-Length that is not a number",
            ));
        }
        None => Framing::ToEnd,
    };
    let body = Body {
        stream,
        framing,
        in_chunk: 0,
        has_chunks: false,
        sent: 0,
    };
    let coding = head.field("content-encoding").unwrap_or("identity").trim();
    let mut decoder = match coding.to_ascii_lowercase().as_str() {
        "" | "identity" => Decoder::Plain(body),
        "gzip" | "x-gzip" => Decoder::Gzip(Box::new(MultiGzDecoder::new(body))),
        "deflate" => Decoder::Deflate(Box::new(ZlibDecoder::new(body))),
        _ => {
            return Err(ResponseError::Malformed(
                "a Content-Encoding that was not asked for",
            ));
        }
    };
    let body = decoder.read_all()?;
    let sent = decoder.body().sent;
    Ok(Response { head, body, sent })
}

fn read_head(stream: &mut impl BufRead) -> Result<Head, ResponseError> {
    let mut text = Vec::new();
    loop {
        let start = text.len();
        let left = (MAX_HEAD_BYTES - start) as u64;
        stream.by_ref().take(left).read_until(b'\n', &mut text)?;
        let line = &text[start..];
        if !line.ends_with(b"\n") {
            let is_long = text.len() >= MAX_HEAD_BYTES;
            return Err(match (is_long, text.is_empty()) {
                (true, _) => ResponseError::Malformed("a head of more than 64 KiB"),
                (_, true) => ResponseError::Io(io::ErrorKind::UnexpectedEof.into()),
                _ => ResponseError::Malformed("something other than HTTP"),
            });
        }
        if matches!(line, b"\r\n" | b"\n") {
            break;
        }
        if start == 0 && !line.starts_with(b"HTTP/1.") {
            return Err(ResponseError::Malformed("something other than HTTP"));
        }
    }
    let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    match response.parse(&text) {
        Ok(httparse::Status::Complete(_)) => {}
        _ => return Err(ResponseError::Malformed("a head that is not HTTP")),
    }
    let fields = response.headers.iter().map(|field| {
        let value = String::from_utf8_lossy(field.value).into_owned();
        (field.name.to_ascii_lowercase(), value)
    });
    Ok(Head {
        status: response.code.unwrap_or_default(),
        fields: fields.collect(),
    })
}

#[derive(Debug)]
enum Framing {
    Length(u64),
    Chunked,
    ToEnd,
    Done,
}

/// A body as it is sent, without its framing (RFC 9112, section 6).
struct Body<'s, S> {
    stream: &'s mut S,
    framing: Framing,
    in_chunk: u64,
    has_chunks: bool,
    sent: usize,
}

impl<S: BufRead> Body<'_, S> {
    fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        self.stream
            .by_ref()
            .take(4096)
            .read_until(b'\n', &mut line)?;
        match line.ends_with(b"\n") {
            true => Ok(line),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Reads the size of the next chunk; after the last one, the fields behind it.
    fn next_chunk(&mut self) -> io::Result<()> {
        if self.has_chunks {
            self.line()?;
        }
        self.has_chunks = true;
        let line = self.line()?;
        self.in_chunk = match httparse::parse_chunk_size(&line) {
            Ok(httparse::Status::Complete((_, size))) => size,
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        if self.in_chunk == 0 {
            self.framing = Framing::Done;
        }
        Ok(())
    }
}

impl<S: BufRead> Read for Body<'_, S> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if matches!(self.framing, Framing::Chunked) && self.in_chunk == 0 {
            self.next_chunk()?;
        }
        let left = match self.framing {
            Framing::Length(left) => left,
            Framing::Chunked => self.in_chunk,
            Framing::ToEnd => u64::MAX,
            Framing::Done => 0,
        };
        if left == 0 || out.is_empty() {
            return Ok(0);
        }
        if self.sent > MAX_BODY_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let length = out.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let count = match self.stream.read(&mut out[..length]) {
            // Many servers end TLS without saying so.
            Err(error)
                if error.kind() == io::ErrorKind::UnexpectedEof
                    && matches!(self.framing, Framing::ToEnd) =>
            {
                0
            }
            result => result?,
        };
        if count == 0 && !matches!(self.framing, Framing::ToEnd) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.sent += count;
        match &mut self.framing {
            Framing::Length(left) => *left -= count as u64,
            Framing::Chunked => self.in_chunk -= count as u64,
            Framing::ToEnd | Framing::Done => {}
        }
        Ok(count)
    }
}

enum Decoder<'s, S> {
    Plain(Body<'s, S>),
    Gzip(Box<MultiGzDecoder<Body<'s, S>>>),
    Deflate(Box<ZlibDecoder<Body<'s, S>>>),
}

impl<'s, S: BufRead> Decoder<'s, S> {
    fn body(&self) -> &Body<'s, S> {
        match self {
            Self::Plain(body) => body,
            Self::Gzip(decoder) => decoder.get_ref(),
            Self::Deflate(decoder) => decoder.get_ref(),
        }
    }

    fn read_all(&mut self) -> Result<Vec<u8>, ResponseError> {
        let mut all = Vec::new();
        let mut piece = vec![0; PIECE];
        loop {
            let count = match self {
                Self::Plain(body) => body.read(&mut piece),
                Self::Gzip(decoder) => decoder.read(&mut piece),
                Self::Deflate(decoder) => decoder.read(&mut piece),
            };
            let count = match count {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                    return Err(ResponseError::TooLarge { inflated: false });
                }
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
                    ) =>
                {
                    return Err(ResponseError::Malformed("a body that cannot be decoded"));
                }
                result => result?,
            };
            if count == 0 {
                return Ok(all);
            }
            if all.len() + count > MAX_BODY_BYTES {
                let inflated = !matches!(self, Self::Plain(_));
                return Err(ResponseError::TooLarge { inflated });
            }
            all.extend_from_slice(&piece[..count]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ResponseError, read};

    #[test]
    fn a_body_ends_where_its_framing_says() {
        for text in [
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcxx",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x=y\r\na\r\n2\r\nbc\r\n0\r\n\r\nxx",
            "HTTP/1.0 200 OK\n\nabc",
            "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nabc",
        ] {
            let response = read(&mut text.as_bytes()).expect(text);
            assert_eq!(
                (response.head.status, &*response.body),
                (200, &b"abc"[..]),
                "{text}"
            );
        }
        for text in [
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
            "",
        ] {
            let error = read(&mut text.as_bytes()).expect_err(text);
            assert!(matches!(error, ResponseError::Io(_)), "{text}");
        }
        for text in [
            "SSH-2.0-OpenSSH\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nabcdefghijklmnop",
        ] {
            let error = read(&mut text.as_bytes()).expect_err(text);
            assert!(matches!(error, ResponseError::Malformed(_)), "{text}");
        }
    }
}
