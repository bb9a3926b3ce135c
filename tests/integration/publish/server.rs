//! The object store that the tests run, and its contents.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::proxy::{exchange, split};
use crate::harness::{Left, Place, repository};

/// The store requires a signature, but does not check it.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=an-id/20261005/us-east-1/s3/aws4_request, \
                      SignedHeaders=host, Signature=0";

/// The address of the running store.
pub(super) fn server() -> &'static str {
    static SERVER: OnceLock<(Child, String)> = OnceLock::new();
    let (_, address) = SERVER.get_or_init(|| {
        let python = repository().join("target/moto/bin/python");
        assert!(python.exists(), "run tests/publish/setup.sh first");
        // The store ends with this process, when the pipe to it is closed.
        let mut child = Command::new(python)
            .arg(repository().join("tests/publish/server.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the store starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe"))
            .read_line(&mut line)
            .expect("the store says its port");
        assert!(line.starts_with("127.0.0.1:"), "{line:?}");
        (child, line.trim().to_owned())
    });
    address
}

/// An object: its body and its attributes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Object {
    pub(super) body: Vec<u8>,
    pub(super) kind: String,
    pub(super) cache_control: String,
    pub(super) disposition: String,
}

/// A bucket that no other test uses.
pub(super) struct Store {
    address: String,
    pub(super) bucket: String,
}

impl Store {
    pub(super) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let address = server().to_owned();
        let store = Self {
            bucket: format!("bucket-{}", COUNT.fetch_add(1, Ordering::Relaxed)),
            address,
        };
        store.ask("PUT", "", &[], b"");
        store
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(super) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn url(&self) -> String {
        format!("s3://{}", self.bucket)
    }

    /// Puts somebody else's object.
    pub(super) fn put(&self, key: &str, body: &[u8]) {
        self.ask("PUT", &encoded(key), &["Content-Type: text/plain"], body);
    }

    /// All keys with this prefix.
    pub(super) fn keys(&self, prefix: &str) -> Vec<String> {
        let listed = self.tags(prefix);
        listed.into_iter().map(|(key, _)| key).collect()
    }

    /// All keys with this prefix, each with the MD5 hash of its bytes.
    pub(super) fn tags(&self, prefix: &str) -> Vec<(String, String)> {
        let mut keys: Vec<(String, String)> = Vec::new();
        loop {
            let after = keys.last().map_or(String::new(), |(last, _)| encoded(last));
            let query = format!(
                "?list-type=2&encoding-type=url&prefix={}&start-after={after}",
                encoded(prefix)
            );
            let (_, body) = self.ask("GET", &query, &[], b"");
            let text = String::from_utf8(body).expect("XML is UTF-8");
            let before = keys.len();
            for rest in text.split("<Key>").skip(1) {
                let key = rest.split("</Key>").next().expect("an end");
                let tag = rest.split("ETag>").nth(1).expect("a tag");
                keys.push((decoded(key), tag.to_owned()));
            }
            if !text.contains("<IsTruncated>true") {
                return keys;
            }
            assert!(keys.len() > before, "a list goes on");
        }
    }

    pub(super) fn get(&self, key: &str) -> Object {
        let (head, body) = self.ask("GET", &encoded(key), &[], b"");
        let header = |name: &str| {
            let mut lines = head.lines();
            let value = lines.find_map(|line| {
                let (this, value) = line.split_once(": ")?;
                this.eq_ignore_ascii_case(name).then(|| value.to_owned())
            });
            value.unwrap_or_default()
        };
        Object {
            body,
            kind: header("content-type"),
            cache_control: header("cache-control"),
            disposition: header("content-disposition"),
        }
    }

    /// All objects below a prefix, by the rest of their keys.
    pub(super) fn objects(&self, prefix: &str) -> BTreeMap<String, Object> {
        let keys = self.keys(prefix);
        keys.iter()
            .map(|key| (key[prefix.len()..].to_owned(), self.get(key)))
            .collect()
    }

    fn ask(&self, method: &str, rest: &str, headers: &[&str], body: &[u8]) -> (String, Vec<u8>) {
        let target = match rest {
            "" => format!("/{}", self.bucket),
            query if query.starts_with('?') => format!("/{}{query}", self.bucket),
            key => format!("/{}/{key}", self.bucket),
        };
        let mut request = format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\
             Authorization: {SIGNED}\r\n",
            self.address,
            body.len()
        );
        for header in headers {
            request += &format!("{header}\r\n");
        }
        request += "\r\n";
        let mut request = request.into_bytes();
        request.extend_from_slice(body);
        let answer = exchange(&self.address, &request).expect("the store answers");
        let (head, body) = split(&answer).expect("an answer");
        let head = String::from_utf8_lossy(head).into_owned();
        assert!(head.contains(" 200 "), "{method} {target}: {head}");
        (head, body.to_vec())
    }
}

/// A part of a manifest without the entries for what other runs may still do, since these depend on
/// time. Returns `None` if nothing else is in the part.
pub(super) fn settled(body: &[u8]) -> Option<String> {
    let text = str::from_utf8(body).expect("a manifest is text");
    let mut manifest: serde_json::Value = serde_json::from_str(text).expect("a manifest is JSON");
    let entries = manifest["entries"].as_object_mut().expect("entries");
    for entry in entries.values_mut() {
        entry.as_object_mut().expect("an entry").remove("unsettled");
    }
    entries.retain(|_, entry| {
        entry["files"] != serde_json::json!({}) || entry.get("announced").is_some()
    });
    (!entries.is_empty()).then(|| manifest.to_string())
}

fn encoded(key: &str) -> String {
    let mut text = String::new();
    for byte in key.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                text.push(char::from(byte));
            }
            _ => text += &format!("%{byte:02X}"),
        }
    }
    text
}

fn decoded(key: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = key.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [rest.next(), rest.next()].map(|digit| digit.expect("a digit"));
                let digits = str::from_utf8(&digits).expect("digits").to_owned();
                bytes.push(u8::from_str_radix(&digits, 16).expect("a number"));
            }
            b'+' => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).expect("a key is UTF-8")
}

/// The program with a store's settings.
pub(super) fn command(place: &Place, endpoint: &str, arguments: &[&str]) -> Command {
    let mut command = place.command(&["publish"]);
    command
        .args(arguments)
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ALLOW_HTTP", "true")
        .env("AWS_ACCESS_KEY_ID", "an-id")
        .env("AWS_SECRET_ACCESS_KEY", "a-secret")
        .env("AWS_REGION", "us-east-1");
    command
}

/// Runs the program with `--quiet`. It must print nothing.
pub(super) fn publish(place: &Place, endpoint: &str, arguments: &[&str]) {
    let base = ["--quiet", "--base-url", "https://cal.example.org"];
    let arguments = [arguments, &base].concat();
    let left = Left::of(&mut command(place, endpoint, &arguments));
    assert_eq!(
        left,
        Left {
            code: Some(0),
            out: String::new(),
            err: String::new(),
        },
        "{arguments:?}"
    );
}
