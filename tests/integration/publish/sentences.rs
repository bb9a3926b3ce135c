//! The messages about a store that refuses. They name the bucket, the operation and a remedy, but
//! never a secret.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use super::proxy::{Fate, Proxy, Request, xml};
use super::server::command;
use crate::harness::{Left, Place};

const TAIL: &str = "every file put so far is complete; the next run puts the rest\n";
const EMPTY: &str = "<?xml version=\"1.0\"?><ListBucketResult><Name>b</Name><KeyCount>0</KeyCount>\
                     <IsTruncated>false</IsTruncated></ListBucketResult>";

/// What one run prints if the store answers as `decide` says.
fn said(decide: impl Fn(&Request, usize) -> Fate + Send + Sync + 'static) -> String {
    let proxy = Proxy::new(None, decide);
    said_of(&proxy.endpoint())
}

fn said_of(endpoint: &str) -> String {
    let place = Place::with("plans/a.yaml", "- {name: A, expires: 2027-01-31}\n");
    place.secret("key", "0123456789abcdef0123456789abcdef");
    let arguments = [
        "plans",
        "--quiet",
        "--to",
        "s3://b/site",
        "--key-file",
        "key",
    ];
    let mut command = command(&place, endpoint, &arguments);
    command
        .args([
            "--manifest",
            "s3://b/manifest",
            "--base-url",
            "https://c.example.org",
        ])
        .env("AWS_MAX_ATTEMPTS", "3")
        .env("AWS_TIMEOUT", "1s")
        .env("AWS_SESSION_TOKEN", "a-token");
    let Left { code, out, err } = Left::of(&mut command);
    assert_eq!((code, out.as_str()), (Some(3), ""), "{err}");
    for secret in [
        "an-id",
        "a-secret",
        "a-token",
        "HIDDEN",
        "not for you",
        "0123456789abcdef",
    ] {
        assert!(!err.contains(secret), "{err}");
    }
    let said = err.strip_suffix(TAIL);
    said.unwrap_or_else(|| panic!("{err}")).to_owned()
}

#[test]
fn an_answer_becomes_a_sentence() {
    let again =
        "the run tried for up to a minute: run it again later, or with a smaller `--concurrency`";
    let keys = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a pair that is valid there";
    let rights = "the credentials need s3:ListBucket for the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject for its objects";
    let region = "set AWS_REGION to the region of the bucket, and AWS_ENDPOINT_URL to its address";
    let token = "get new credentials with their AWS_SESSION_TOKEN, or unset it if they have none";
    for (status, code, reason, hint) in [
        (
            403,
            "InvalidAccessKeyId",
            "the store does not know the access key",
            keys,
        ),
        (
            403,
            "SignatureDoesNotMatch",
            "the secret key does not belong to the access key",
            "check AWS_SECRET_ACCESS_KEY, and that no space or line break is at its end",
        ),
        (
            400,
            "ExpiredToken",
            "the session token is not valid, or has expired",
            token,
        ),
        (
            400,
            "InvalidToken",
            "the session token is not valid, or has expired",
            token,
        ),
        (
            403,
            "RequestTimeTooSkewed",
            "the clock of this machine is wrong by more than the store allows",
            "set the clock, for example with `timedatectl set-ntp true`",
        ),
        (
            403,
            "AccessDenied",
            "permission denied (`AccessDenied`)",
            rights,
        ),
        (
            404,
            "NoSuchBucket",
            "there is no such bucket",
            "create it, or check its name, AWS_ENDPOINT_URL and AWS_REGION",
        ),
        (
            301,
            "PermanentRedirect",
            "the bucket is in another region, or at another address",
            region,
        ),
        (
            400,
            "AuthorizationHeaderMalformed",
            "the bucket is in another region, or at another address",
            region,
        ),
        (
            503,
            "SlowDown",
            "the store answers 503 (`SlowDown`) again and again",
            again,
        ),
        (
            500,
            "InternalError",
            "the store answers 500 (`InternalError`) again and again",
            again,
        ),
        (
            400,
            "\u{1b}[31mOdd",
            "the store answers 400 (`31mOdd`)",
            "check AWS_ENDPOINT_URL and AWS_REGION",
        ),
    ] {
        assert_eq!(
            said(move |_, _| Fate::Answer(status, xml(code))),
            format!("error: cannot list the manifest in bucket `b`: {reason}\nhint: {hint}\n"),
            "{code}"
        );
    }
}

#[test]
fn the_operation_is_named_and_no_secret_path() {
    let rights = "hint: the credentials need s3:ListBucket for the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject for its objects\n";
    let denied = || Fate::Answer(403, xml("AccessDenied"));
    let listed = || Fate::Answer(200, EMPTY.to_owned());
    let absent = || Fate::Answer(404, xml("NoSuchKey"));
    let is_list = |request: &Request| request.target.contains("list-type=2");
    assert_eq!(
        said(move |request, _| if is_list(request) { listed() } else { denied() })
            .replace("front", "PART")
            .replace("ca", "PART"),
        format!(
            "error: PARTnnot read `PART.json` in bucket `b`: permission denied (`AccessDenied`)\n{rights}"
        )
    );
    assert_eq!(
        said(move |request, _| match request.method.as_str() {
            _ if is_list(request) => listed(),
            "GET" => absent(),
            _ => denied(),
        })
        .replace("front", "PART")
        .replace("ca.", "PART."),
        format!(
            "error: cannot write `PART.json` in bucket `b`: permission denied (`AccessDenied`)\n{rights}"
        )
    );
}

#[test]
fn a_way_that_ends_is_named() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address")
    };
    assert_eq!(
        said_of(&format!("http://{closed}")),
        format!(
            "error: cannot list the manifest in bucket `b`: nothing listens at `{closed}`\n\
             hint: check AWS_ENDPOINT_URL, and whether the store runs\n"
        )
    );
    assert_eq!(
        said_of("http://store.invalid"),
        "error: cannot list the manifest in bucket `b`: cannot find the address of `store.invalid`\n\
         hint: check AWS_ENDPOINT_URL, AWS_REGION and the network\n"
    );
    let again = "the run tried for up to a minute";
    for (fate, reason, hint) in [
        (
            Fate::CutBefore,
            "cuts the connection again and again",
            format!("{again}: run it again later, or with a smaller `--concurrency`"),
        ),
        (
            Fate::Silence,
            "does not answer in time",
            format!("{again}; AWS_TIMEOUT sets how long each try waits, 30s by default"),
        ),
    ] {
        let proxy = Proxy::new(None, move |_, _| fate.clone());
        let host = proxy.endpoint().replace("http://", "");
        assert_eq!(
            said_of(&proxy.endpoint()),
            format!(
                "error: cannot list the manifest in bucket `b`: `{host}` {reason}\nhint: {hint}\n"
            )
        );
    }
}

#[test]
fn what_does_not_speak_tls_is_not_trusted() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let host = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.expect("a client");
            client
                .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                .expect("an answer");
            let _ = client.read(&mut [0; 4096]);
        }
    });
    assert_eq!(
        said_of(&format!("https://{host}")),
        format!(
            "error: cannot list the manifest in bucket `b`: no trusted connection to `{host}`: \
             received corrupt message of type InvalidContentType\n\
             hint: SSL_CERT_FILE names the certificates of the authorities that are trusted; a \
             clock that is wrong makes them invalid too\n"
        )
    );
}
