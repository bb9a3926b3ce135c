//! What the path of a request names.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::site::record::paths::plan_of_segment;

/// What a path names, whether or not it exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route<'p> {
    /// `/`.
    Index,
    /// `/healthz`.
    Health,
    /// `/robots.txt`.
    Robots,
    /// A feed, its page or its test reminder.
    Feed(FeedPath<'p>),
    /// Nothing.
    Unknown,
}

/// A path of a feed: `/NAME.ics`, `/NAME` or `/NAME/test.ics`, each after `/TOKEN` if feeds are
/// secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedPath<'p> {
    /// The secret, as it was sent.
    pub token: Option<&'p str>,
    /// The name, decoded, with its ending.
    pub name: Cow<'p, str>,
    /// Whether the path names the test reminder of the feed `name`.
    pub is_test: bool,
}

impl<'p> Route<'p> {
    /// Reads a path, without its query. Names are percent-decoded, so a name may contain a slash; no
    /// feed has such a name.
    #[must_use]
    pub fn of(path: &'p str, secret: bool) -> Self {
        match path {
            "/" => return Self::Index,
            "/healthz" => return Self::Health,
            "/robots.txt" => return Self::Robots,
            _ => {}
        }
        let Some(mut rest) = path.strip_prefix('/') else {
            return Self::Unknown;
        };
        let mut token = None;
        if secret {
            let Some((first, behind)) = rest.split_once('/') else {
                return Self::Unknown;
            };
            (token, rest) = (Some(first), behind);
        }
        let (name, is_test) = match rest.split_once('/') {
            None => (rest, false),
            Some((name, "test.ics")) => (name, true),
            Some(_) => return Self::Unknown,
        };
        match decoded(name) {
            Some(name) => Self::Feed(FeedPath {
                token,
                name,
                is_test,
            }),
            None => Self::Unknown,
        }
    }
}

/// What a path names for recording, whether or not it exists. A feed may have the same path: the
/// feed `renew` behind the token `sims` has the path `/sims/renew`. So the server looks for a feed
/// first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RecordRoute<'p> {
    /// `/NAME/pair/CODE`.
    Pair {
        /// The name of the list, decoded.
        name: Cow<'p, str>,
        /// The code, as it was sent.
        code: &'p str,
    },
    /// `/NAME/renew`.
    List {
        /// The name of the list, decoded.
        name: Cow<'p, str>,
    },
    /// `/NAME/renew/ID`.
    Plan {
        /// The name of the list, decoded.
        name: Cow<'p, str>,
        /// The id of the plan, decoded. It may contain anything, also a slash.
        id: Cow<'p, str>,
    },
}

impl<'p> RecordRoute<'p> {
    /// Reads a path, without its query. `None` if it is no path for recording.
    #[must_use]
    pub(crate) fn of(path: &'p str) -> Option<Self> {
        let (name, rest) = path.strip_prefix('/')?.split_once('/')?;
        let name = decoded(name)?;
        match rest.split_once('/') {
            None if rest == "renew" => Some(Self::List { name }),
            Some(("renew", id)) if !id.contains('/') => Some(Self::Plan {
                name,
                id: plan_of_segment(decoded(id)?),
            }),
            Some(("pair", code)) if !code.is_empty() && !code.contains('/') => {
                Some(Self::Pair { name, code })
            }
            _ => None,
        }
    }

    /// The name of the list.
    #[must_use]
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Pair { name, .. } | Self::List { name } | Self::Plan { name, .. } => name,
        }
    }
}

/// A segment of a path, decoded. `None` if it is empty or not UTF-8.
fn decoded(segment: &str) -> Option<Cow<'_, str>> {
    let text = percent_decode_str(segment).decode_utf8().ok()?;
    (!text.is_empty()).then_some(text)
}

/// Whether a text is an absolute path (RFC 3986, section 3.3), without a query.
pub(crate) fn is_path(text: &str) -> bool {
    let is_allowed = |byte| is_of_name(byte) || matches!(byte, b'/' | b':' | b'@');
    text.starts_with('/') && text.bytes().all(is_allowed)
}

/// Whether a byte may be in a registered name (RFC 3986, section 3.2.2).
fn is_of_name(byte: u8) -> bool {
    let is_unreserved = matches!(byte, b'-' | b'.' | b'_' | b'~' | b'%');
    // The subset of delimiters without `/`, `:`, `?`, `#`, `[`, `]` and `@`.
    let is_delimiter = matches!(byte, b'!' | b'$' | b'&'..=b',' | b';' | b'=');
    byte.is_ascii_alphanumeric() || is_unreserved || is_delimiter
}

/// Whether the text of a Host field (RFC 9110, section 7.2) is a host and perhaps a port.
#[must_use]
pub fn is_host(text: &str) -> bool {
    let (name, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, port)) if address.parse::<core::net::Ipv6Addr>().is_ok() => (
                "6",
                port.strip_prefix(':').or(port.is_empty().then_some("0")),
            ),
            _ => return false,
        },
        None => match text.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (text, Some("0")),
        },
    };
    let is_port = |port: &str| {
        port.is_empty() || (port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok())
    };
    !name.is_empty() && name.bytes().all(is_of_name) && port.is_some_and(is_port)
}

#[cfg(test)]
mod tests {
    use super::FeedPath;
    use super::RecordRoute;
    use super::Route;
    use super::is_host;

    fn of<'p>(token: Option<&'p str>, name: &'p str, is_test: bool) -> Route<'p> {
        Route::Feed(FeedPath {
            token,
            name: name.into(),
            is_test,
        })
    }

    #[test]
    fn reads_paths() {
        for (path, route) in [
            ("/", Route::Index),
            ("/healthz", Route::Health),
            ("/robots.txt", Route::Robots),
            ("/sims.ics", of(None, "sims.ics", false)),
            ("/sims", of(None, "sims", false)),
            ("/sims/test.ics", of(None, "sims", true)),
            ("/%E6%BC%A2%20a.ics", of(None, "漢 a.ics", false)),
            ("/a%2Fb.ics", of(None, "a/b.ics", false)),
            ("/%FF.ics", Route::Unknown),
            ("/a/b", Route::Unknown),
            ("//sims.ics", Route::Unknown),
            ("/sims/", Route::Unknown),
            ("/../sims.ics", Route::Unknown),
            ("*", Route::Unknown),
            ("", Route::Unknown),
        ] {
            assert_eq!(Route::of(path, false), route, "{path}");
        }
        for (path, route) in [
            ("/", Route::Index),
            ("/healthz", Route::Health),
            ("/sims.ics", Route::Unknown),
            ("/token/sims.ics", of(Some("token"), "sims.ics", false)),
            ("/token/sims/test.ics", of(Some("token"), "sims", true)),
            ("//sims.ics", of(Some(""), "sims.ics", false)),
            ("/token/", Route::Unknown),
        ] {
            assert_eq!(Route::of(path, true), route, "{path}");
        }
    }

    #[test]
    fn reads_paths_of_recording() {
        let list = |name: &'static str| RecordRoute::List { name: name.into() };
        let plan = |name: &'static str, id: &'static str| RecordRoute::Plan {
            name: name.into(),
            id: id.into(),
        };
        for (path, route) in [
            ("/sims/renew", Some(list("sims"))),
            ("/renew/renew", Some(list("renew"))),
            ("/%E6%BC%A2%20a/renew", Some(list("漢 a"))),
            ("/sims/renew/a", Some(plan("sims", "a"))),
            (
                "/sims/renew/a%2Fb%20%E6%BC%A2",
                Some(plan("sims", "a/b 漢")),
            ),
            ("/sims/renew/..", Some(plan("sims", ".."))),
            ("/sims/renew/%252E%252E", Some(plan("sims", ".."))),
            ("/sims/renew/%252e", Some(plan("sims", "%2e"))),
            ("/sims/renew/%25", Some(plan("sims", "%"))),
            (
                "/sims/pair/abc",
                Some(RecordRoute::Pair {
                    name: "sims".into(),
                    code: "abc",
                }),
            ),
            ("/sims/renew/", None),
            ("/sims/renew/a/b", None),
            ("/sims/renew/%FF", None),
            ("/%FF/renew", None),
            ("//renew", None),
            ("/sims/pair/", None),
            ("/sims/pair", None),
            ("/sims/pair/a/b", None),
            ("/sims/Renew", None),
            ("/renew", None),
            ("", None),
        ] {
            assert_eq!(RecordRoute::of(path), route, "{path}");
        }
    }

    #[test]
    fn knows_a_host() {
        for host in [
            "a",
            "a.b:80",
            "127.0.0.1:8080",
            "[::1]",
            "[::1]:80",
            "xn--x",
            "a:",
        ] {
            assert!(is_host(host), "{host}");
        }
        for host in [
            "", ":80", "a b", "a/b", "a@b", "a:x", "a:99999", "[::1", "[x]", "[::1]x", "a:80:80",
            "<script>", "a\"",
        ] {
            assert!(!is_host(host), "{host}");
        }
    }
}
