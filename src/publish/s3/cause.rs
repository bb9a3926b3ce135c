//! Why a request failed, and the sentence that says so.
//!
//! The answer of an object store can quote the request with its signature and its path. So only its
//! status and its code are read, and of the code only letters and digits are kept.

use std::error::Error as StdError;
use std::io;

use object_store::Error;
use object_store::client::{HttpError, HttpErrorKind};

/// The error of this program when a store gives no entity tag.
pub(crate) const UNTAGGED: &str = "no entity tag";
/// How `object_store` begins its description of an answer; a test with a server checks it.
const STATUS: &str = "Server returned non-2xx status code: ";
const REDIRECT: &str = "Received redirect without LOCATION";

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The store answered with an error: its status and perhaps its code.
    Answer(u16, Option<String>),
    /// The store refused one object of several, with its code.
    OneObject(String),
    /// The name of the host has no address.
    NoAddress,
    /// Nothing listens at the address.
    NothingListens,
    /// TLS does not trust the host, with the reason.
    NotTrusted(String),
    /// The host cannot be reached for another reason.
    NotReached,
    /// The host did not answer in time.
    TimedOut,
    /// The connection ended before the answer was complete.
    CutOff,
    /// The store gives objects no entity tags.
    NoEntityTag,
    /// The answer is not that of an object store.
    NotAnObjectStore,
}

impl Cause {
    pub(crate) fn of(error: &Error) -> Self {
        let mut kind = None;
        let mut next: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(level) = next {
            let text = level.to_string();
            if let Some(rest) = text.strip_prefix(STATUS) {
                let status = rest.get(..3).and_then(|digits| digits.parse().ok());
                return Self::Answer(status.unwrap_or_default(), code(rest));
            }
            if text.starts_with(REDIRECT) {
                return Self::Answer(301, None);
            }
            if text.starts_with("DeleteObjects request failed")
                && let Some((_, code)) = text.rsplit_once("(code: ")
            {
                return Self::OneObject(letters_and_digits(code));
            }
            if text == UNTAGGED {
                return Self::NoEntityTag;
            }
            if let Some(http) = level.downcast_ref::<HttpError>() {
                kind = Some(http.kind());
            }
            if kind.is_some()
                && let Some(cause) = Self::of_network_error(level, &text)
            {
                return cause;
            }
            next = level.source();
        }
        match kind {
            Some(HttpErrorKind::Timeout) => Self::TimedOut,
            Some(HttpErrorKind::Connect) => Self::NotReached,
            Some(_) => Self::CutOff,
            None => Self::NotAnObjectStore,
        }
    }

    /// The cause that an inner error of the network names.
    fn of_network_error(level: &(dyn StdError + 'static), text: &str) -> Option<Self> {
        if text.starts_with("dns error") {
            return Some(Self::NoAddress);
        }
        let mut error = level.downcast_ref::<io::Error>()?;
        if error.kind() == io::ErrorKind::ConnectionRefused {
            return Some(Self::NothingListens);
        }
        // An inner error is not the source of an I/O error, and may be wrapped several times.
        loop {
            let inner = error.get_ref()?;
            if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
                return Some(Self::NotTrusted(tls.to_string()));
            }
            error = inner.downcast_ref::<io::Error>()?;
        }
    }

    /// Whether the object is not there.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Answer(404, _)) && !self.is_missing_bucket()
    }

    /// Whether the whole bucket is not there.
    pub(crate) fn is_missing_bucket(&self) -> bool {
        matches!(self, Self::Answer(404, Some(code)) if code == "NoSuchBucket")
    }

    /// Whether another try may succeed. `object_store` has already tried again if the store was
    /// busy or could not be reached.
    pub(crate) fn is_temporary(&self) -> bool {
        match self {
            Self::TimedOut | Self::CutOff | Self::Answer(409, _) => true,
            Self::OneObject(code) => matches!(code.as_str(), "InternalError" | "SlowDown"),
            _ => false,
        }
    }

    /// The reason in words, and what to do.
    pub(crate) fn describe(&self, host: &str) -> (String, String) {
        let (reason, hint) = match self {
            Self::Answer(status, code) => return describe_answer(*status, code.as_deref()),
            Self::OneObject(code) => return describe_answer(403, Some(code)),
            Self::NoAddress => (
                format!("cannot find the address of `{host}`"),
                "check AWS_ENDPOINT_URL, AWS_REGION and the network",
            ),
            Self::NothingListens => (
                format!("nothing listens at `{host}`"),
                "check AWS_ENDPOINT_URL, and whether the store runs",
            ),
            Self::NotTrusted(tls) => (
                format!("no trusted connection to `{host}`: {tls}"),
                "SSL_CERT_FILE names the certificates of the authorities that are trusted; a clock \
                 that is wrong makes them invalid too",
            ),
            Self::NotReached => (
                format!("cannot reach `{host}`"),
                "the run tried for up to a minute: check AWS_ENDPOINT_URL and the network",
            ),
            Self::TimedOut => (
                format!("`{host}` does not answer in time"),
                "the run tried for up to a minute; AWS_TIMEOUT sets how long each try waits, 30s \
                 by default",
            ),
            Self::CutOff => (
                format!("`{host}` cuts the connection again and again"),
                "the run tried for up to a minute: run it again later, or with a smaller \
                 `--concurrency`",
            ),
            Self::NoEntityTag => (
                format!("`{host}` gives objects no entity tag"),
                "such a store cannot keep two publishers apart: keep the manifest in another \
                 store with `--manifest`",
            ),
            Self::NotAnObjectStore => (
                format!("`{host}` does not answer as an object store does"),
                "check AWS_ENDPOINT_URL, and how it gives its credentials",
            ),
        };
        (reason, hint.to_owned())
    }
}

fn describe_answer(status: u16, code: Option<&str>) -> (String, String) {
    let (reason, hint) = match (status, code.unwrap_or_default()) {
        (_, "InvalidAccessKeyId") => (
            "the store does not know the access key".to_owned(),
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a pair that is valid there",
        ),
        (_, "SignatureDoesNotMatch") => (
            "the secret key does not belong to the access key".to_owned(),
            "check AWS_SECRET_ACCESS_KEY, and that no space or line break is at its end",
        ),
        (_, "ExpiredToken" | "InvalidToken" | "TokenRefreshRequired") => (
            "the session token is not valid, or has expired".to_owned(),
            "get new credentials with their AWS_SESSION_TOKEN, or unset it if they have none",
        ),
        (_, "RequestTimeTooSkewed" | "RequestExpired" | "RequestNotYetValid") => (
            "the clock of this machine is wrong by more than the store allows".to_owned(),
            "set the clock, for example with `timedatectl set-ntp true`",
        ),
        (_, "NoSuchBucket") => (
            "there is no such bucket".to_owned(),
            "create it, or check its name, AWS_ENDPOINT_URL and AWS_REGION",
        ),
        (300..=399, _)
        | (_, "PermanentRedirect" | "AuthorizationHeaderMalformed" | "InvalidRegionName") => (
            "the bucket is in another region, or at another address".to_owned(),
            "set AWS_REGION to the region of the bucket, and AWS_ENDPOINT_URL to its address",
        ),
        (401 | 403, code) => (
            format!("permission denied{}", quoted(code)),
            "the credentials need s3:ListBucket for the bucket, and s3:GetObject, s3:PutObject \
             and s3:DeleteObject for its objects",
        ),
        (429 | 500 | 502..=599, code) => (
            format!("the store answers {status}{} again and again", quoted(code)),
            "the run tried for up to a minute: run it again later, or with a smaller \
             `--concurrency`",
        ),
        (405 | 501, code) => (
            format!(
                "the store cannot do it: it answers {status}{}",
                quoted(code)
            ),
            "the store must support conditional puts; if it only cannot remove several objects \
             at once, set AWS_DISABLE_BULK_DELETE=true",
        ),
        (409 | 412, code) => (
            format!(
                "another run writes it at the same time: {status}{}",
                quoted(code)
            ),
            "run it again when the other run is done",
        ),
        (_, code) => (
            format!("the store answers {status}{}", quoted(code)),
            "check AWS_ENDPOINT_URL and AWS_REGION",
        ),
    };
    (reason, hint.to_owned())
}

fn quoted(code: &str) -> String {
    match code {
        "" => String::new(),
        code => format!(" (`{code}`)"),
    }
}

/// The code in the XML of an answer.
fn code(answer: &str) -> Option<String> {
    let (_, rest) = answer.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    Some(letters_and_digits(code)).filter(|code| !code.is_empty())
}

fn letters_and_digits(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    letters.take(60).collect()
}
