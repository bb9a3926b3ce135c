//! Any bytes as a request to a server on loopback: an answer with its end, and never one that is
//! ours to be ashamed of. Any line as a path, a host, a date or a list of entity tags: the same
//! answer as that of an independent reading of RFC 9110.
//!
//! A request that is sent as it is begins with a method and says `HTTP/`; in both kinds, `"own"` and
//! `"gzip"` stand for the feed's entity tags and `TOKEN` for its secret.

#![no_main]

use std::cell::OnceCell;

use libfuzzer_sys::fuzz_target;
use weekahead::internals::{
    Base, Client, EntityTag, Revision, Route, Token, is_date, is_host, path as path_of,
    prefers_gzip,
};
use weekahead_fuzz::asked::{FEEDS, Response, SECRET, Server, key};

/// The servers, and what stands for what.
struct Bench {
    open: Server,
    secret: Server,
    /// The entity tags of the feed, plain and gzip.
    tags: [String; 2],
    modified: String,
    token: Token,
}

thread_local! {
    static BENCH: OnceCell<Bench> = const { OnceCell::new() };
}

fuzz_target!(|bytes: &[u8]| {
    BENCH.with(|bench| {
        let bench = bench.get_or_init(Bench::new);
        if bytes.first().is_some_and(u8::is_ascii_uppercase) && find(bytes, b" HTTP/").is_some() {
            bench.send(&bench.filled(bytes));
        } else {
            let text = String::from_utf8_lossy(bytes);
            for line in text.lines() {
                read(line, &bench.token);
            }
            dated(bytes);
            bench.conditions(&bench.filled(bytes));
        }
    });
});

impl Bench {
    fn new() -> Self {
        let open = Server::new(None);
        let fetch = |encoding: &str| -> [String; 2] {
            let request = format!(
                "GET /{}.ics HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: {encoding}\r\n\r\n",
                FEEDS[0]
            );
            let sent = open.ask(request.as_bytes());
            let response = Response::of(&sent).expect("a response");
            assert_eq!(response.status, 200, "{response:?}");
            ["etag", "last-modified"].map(|field| response.field(field).expect(field).to_owned())
        };
        let [plain, modified] = fetch("identity");
        let [gzip, _] = fetch("gzip");
        assert_ne!(plain, gzip);
        Self {
            open,
            secret: Server::new(Some(&key())),
            tags: [plain, gzip],
            modified,
            token: key().token(FEEDS[0], 1),
        }
    }

    /// Bytes with what stands for the feed's own tags and its secret filled in.
    fn filled(&self, bytes: &[u8]) -> Vec<u8> {
        let mut filled = bytes.to_vec();
        for (sign, meaning) in [
            (&b"\"own\""[..], self.tags[0].as_str()),
            (b"\"gzip\"", &self.tags[1]),
            (b"TOKEN", self.token.as_str()),
            (b"MODIFIED", &self.modified),
        ] {
            while let Some(at) = find(&filled, sign) {
                filled.splice(at..at + sign.len(), meaning.bytes());
            }
        }
        filled
    }

    /// Sends bytes to both servers.
    fn send(&self, request: &[u8]) {
        let sent = self.open.ask(request);
        self.answer(request, &sent);
        let sent = self.secret.ask(request);
        self.answer(request, &sent);
        let token = self.token.as_str().as_bytes();
        let knows = find(request, token).is_some();
        assert!(
            knows || find(&sent, SECRET.as_bytes()).is_none(),
            "a secret is told"
        );
        assert!(find(&sent, token).is_none() || knows, "a token is told");
    }

    /// What holds for the first answer to any bytes.
    fn answer(&self, request: &[u8], sent: &[u8]) {
        let Some(response) = Response::of(sent) else {
            return;
        };
        let shown = String::from_utf8_lossy(request);
        let known = [200, 304, 400, 404, 405, 414, 421, 431];
        assert!(known.contains(&response.status), "{shown:?}: {response:?}");
        match response.status {
            200 if request.starts_with(b"GET ") => {
                let body = response.body().expect("a whole body");
                assert!(!body.is_empty());
                let tag = EntityTag::of(body);
                let etag = response.field("etag");
                assert!(etag.is_none_or(|etag| etag == tag.as_str()), "{shown:?}");
            }
            304 => {
                assert_eq!(response.field("content-length"), None);
                assert!(response.field("etag").is_some(), "{response:?}");
                let lower = shown.to_ascii_lowercase();
                assert!(
                    lower.contains("if-none-match") || lower.contains("if-modified-since"),
                    "{shown:?}"
                );
            }
            405 => assert_eq!(response.field("allow"), Some("GET, HEAD")),
            _ => {}
        }
        if let Some(policy) = response.field("referrer-policy") {
            assert_eq!(policy, "no-referrer");
            assert_eq!(response.field("x-content-type-options"), Some("nosniff"));
        } else {
            // hyper's own: what it cannot read as a request.
            assert!([400, 414, 431].contains(&response.status), "{response:?}");
        }
    }

    /// A feed that is known already, and only such a feed, is not sent again.
    fn conditions(&self, bytes: &[u8]) {
        let mut lines = bytes.split(|byte| *byte == b'\n');
        let (tags, codings) = (lines.next().unwrap_or_default(), lines.next());
        let is_value = |line: &[u8]| {
            line.iter()
                .all(|byte| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f))
        };
        let codings = codings.unwrap_or_default();
        if !is_value(tags) || !is_value(codings) {
            return;
        }
        let request = [
            &b"GET /sims.ics HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: "[..],
            tags,
            b"\r\nAccept-Encoding: ",
            codings,
            b"\r\n\r\n",
        ]
        .concat();
        // A head that is too long is refused.
        if request.len() > 12 << 10 {
            return;
        }
        let sent = self.open.ask(&request);
        self.answer(&request, &sent);
        let response = Response::of(&sent).expect("a response");
        let etag = response.field("etag").expect("a tag").as_bytes();
        assert!(self.tags.iter().any(|tag| tag.as_bytes() == etag));
        let shown = String::from_utf8_lossy(tags);
        match (named(tags), response.status) {
            (Named::Any, status) => assert_eq!(status, 304, "{shown:?}"),
            (Named::Tags(list), status) => {
                let is_in = list.contains(&etag);
                assert_eq!(status, if is_in { 304 } else { 200 }, "{shown:?}");
            }
            (Named::Nothing, 200) => {}
            (Named::Nothing, status) => {
                assert_eq!(status, 304);
                assert!(find(tags, etag).is_some(), "{shown:?}");
            }
        }
    }
}

/// What a line of If-None-Match names.
enum Named<'l> {
    Any,
    /// The opaque parts of its tags, with their quotes.
    Tags(Vec<&'l [u8]>),
    /// It is no list.
    Nothing,
}

/// Reads a line of If-None-Match by the grammar of RFC 9110, sections 5.6.1 and 8.8.3.
fn named(line: &[u8]) -> Named<'_> {
    let line = trimmed(line);
    if line == b"*" {
        return Named::Any;
    }
    let is_character = |byte: u8| byte == 0x21 || (byte >= 0x23 && byte != 0x7f);
    let (mut tags, mut rest) = (Vec::new(), line);
    loop {
        // Empty elements are to be taken.
        while let [b',' | b' ' | b'\t', behind @ ..] = rest {
            rest = behind;
        }
        if rest.is_empty() {
            return Named::Tags(tags);
        }
        let tag = rest.strip_prefix(b"W/").unwrap_or(rest);
        let Some(opaque) = tag.strip_prefix(b"\"") else {
            return Named::Nothing;
        };
        let Some(end) = opaque.iter().position(|byte| *byte == b'"') else {
            return Named::Nothing;
        };
        if !opaque[..end].iter().all(|byte| is_character(*byte)) {
            return Named::Nothing;
        }
        tags.push(&tag[..end + 2]);
        rest = trimmed(&opaque[end + 1..]);
        if !rest.is_empty() && rest[0] != b',' {
            return Named::Nothing;
        }
    }
}

/// A value without white space at its ends; a form feed is none (section 5.6.3).
fn trimmed(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// Every reader of a line of a request ends, and what it says is true.
fn read(line: &str, token: &Token) {
    for secret in [false, true] {
        if let Route::Feed(named) = Route::of(line, secret) {
            assert_eq!(named.token.is_some(), secret);
            assert!(!named.name.is_empty());
            // No feed may be called so.
            if matches!(&*named.name, "healthz" | "robots.txt") {
                continue;
            }
            let path = path_of(named.token, &named.name);
            let path = if named.is_test {
                path + "/test.ics"
            } else {
                path
            };
            assert_eq!(Route::of(&path, secret), Route::Feed(named), "{line:?}");
        }
    }
    if is_host(line) {
        assert!(line.bytes().all(|byte| byte.is_ascii_graphic()), "{line:?}");
        assert!(!line.contains(['/', '?', '#', '@', '<', '"']), "{line:?}");
    }
    if let Ok(base) = Base::parse(line) {
        assert_eq!(Base::parse(base.as_str()).as_ref(), Ok(&base), "{line:?}");
        let _ = (base.host(), base.reach());
        let (prefix, inside) = (base.prefix(), format!("{}/a", base.prefix()));
        let below = (!prefix.is_empty()).then_some("/a");
        assert_eq!(base.below(&inside), below, "{line:?}");
    }
    let client = Client::of(line);
    assert_eq!(client.is_none(), line.contains(" weekahead-check/"), "{line:?}");
    assert!(client.is_none_or(|client| !client.name().is_empty()));
    let lower = line.to_ascii_lowercase();
    let asks = lower.contains("gzip") || lower.contains('*');
    assert!(asks || !prefers_gzip([line].into_iter()), "{line:?}");
    assert_eq!(token.matches(line), token.as_str() == line);
    let tag = EntityTag::of(line.as_bytes());
    let own = tag.as_str();
    match named(line.as_bytes()) {
        Named::Any => assert!(tag.is_in(line)),
        Named::Nothing => {}
        Named::Tags(list) => {
            let is_in = list.contains(&own.as_bytes());
            assert_eq!(tag.is_in(line), is_in, "{line:?}");
            for with_own in [format!("{own},{line}"), format!("{line}, W/{own}")] {
                assert!(tag.is_in(&with_own), "{with_own:?}");
            }
        }
    }
}

/// A date in each of HTTP's three forms is the same date, and the second before it is not.
fn dated(bytes: &[u8]) {
    let Some(seconds) = bytes.first_chunk::<8>() else {
        return;
    };
    let revision = Revision::from_unix(i64::from_le_bytes(*seconds) >> 20);
    let own = revision.http();
    let before = Revision::from_unix(revision.unix() - 1);
    let time = chrono::DateTime::from_timestamp(revision.unix(), 0).expect("a time");
    assert!(is_date(&own, &own));
    assert!(
        is_date(&time.format("%a %b %e %H:%M:%S %Y").to_string(), &own),
        "{own}"
    );
    assert!(
        before == revision || !is_date(&before.http(), &own),
        "{own}"
    );
}

/// Where bytes begin within others.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|part| part == wanted)
}
