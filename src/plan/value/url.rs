//! Web addresses that a calendar can contain: `http://` or `https://`, ASCII, with nothing left to
//! escape.

use core::net::Ipv6Addr; // an address alone, no sockets
use std::borrow::Cow;
use std::fmt::{self, Write as _};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

use crate::text::value_error::{ValueError, quoted};

/// Characters besides letters and digits that RFC 3986 allows in a URI; `%` only as an escape.
const PUNCTUATION: &[u8] = b"-._~:/?#[]@!$&'()*+,;=%";

/// An `http` or `https` URL in which every other character is percent-encoded (RFC 3986, section
/// 2.1), so that it cannot end the property or attribute that contains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress<'a>(Cow<'a, str>);

impl<'a> WebAddress<'a> {
    /// Reads a URL. Characters that RFC 3986 does not allow, such as Chinese text, are
    /// percent-encoded.
    ///
    /// # Errors
    ///
    /// Returns an error for another scheme or none, for a missing host, and for white space,
    /// control characters, quotes, `<>\\^{|}` and backticks.
    pub(crate) fn parse(text: Cow<'a, str>) -> Result<Self, ValueError> {
        let Some(rest) = after_scheme(&text) else {
            let error = ValueError::new(format!("{} is not a web address", quoted(&text)));
            let host = text.split(['/', '?', '#', ':']).next().unwrap_or_default();
            return Err(
                if host.contains('.') && !text.contains("://") && !text.contains(' ') {
                    error.hint(format!("write {}", quoted(&format!("https://{text}"))))
                } else {
                    error.hint("a link begins with `https://` or `http://`")
                },
            );
        };
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if host.is_empty() || host.starts_with(':') || host.ends_with('@') {
            return Err(ValueError::new(format!("{} has no host", quoted(&text))));
        }
        if host.contains(['[', ']']) && !is_bracketed(host) {
            let what = format!("{} has a bracket in its host", quoted(&text));
            return Err(
                ValueError::new(what).hint("brackets are allowed only around an IPv6 address")
            );
        }
        if let Some(bad) = text
            .chars()
            .find(|c| c.is_control() || c.is_whitespace() || "\"<>\\^`{|}".contains(*c))
        {
            let bad = quoted(&bad.to_string());
            return Err(ValueError::new(format!(
                "{bad} is not allowed in a web address: {}",
                quoted(&text)
            )));
        }
        Ok(Self(if is_plain(&text) {
            text
        } else {
            Cow::Owned(encode(&text))
        }))
    }

    /// The address, ASCII only.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WebAddress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a host, perhaps with a user in front and a port, is an IPv6 address in brackets (RFC 3986,
/// section 3.2.2). Home Assistant refuses a whole feed for any other bracket in a host.
pub(crate) fn is_bracketed(host: &str) -> bool {
    let host = host.rsplit('@').next().unwrap_or_default();
    let parts = host.strip_prefix('[').and_then(|host| host.split_once(']'));
    parts.is_some_and(|(address, port)| {
        address.parse::<Ipv6Addr>().is_ok() && (port.is_empty() || port.starts_with(':'))
    })
}

/// A link with a user part (RFC 3986, section 3.2.1), which may look like the host: the link
/// `https://telenor.no@evil.example/` leads to `evil.example`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct MisleadingLink<'t> {
    /// The user part, without its `@`.
    pub(crate) user: &'t str,
    /// The host to which the link leads, with its port if it has one.
    pub(crate) host: &'t str,
}

/// Finds the links with a user part in a text, which may be a link or contain some.
pub(crate) fn misleading_links(text: &str) -> impl Iterator<Item = MisleadingLink<'_>> {
    text.match_indices("://").filter_map(|(at, separator)| {
        let rest = &text[at + separator.len()..];
        let ends = |c: char| c.is_whitespace() || "/?#\\\"<>".contains(c);
        let authority = rest.split(ends).next().unwrap_or_default();
        let (user, host) = authority.rsplit_once('@')?;
        (!host.is_empty()).then_some(MisleadingLink { user, host })
    })
}

/// The part of a web address after its scheme; `None` for another scheme or none.
pub(crate) fn after_scheme(text: &str) -> Option<&str> {
    ["https://", "http://"].into_iter().find_map(|scheme| {
        let (head, rest) = text.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some(rest)
    })
}

/// The characters that a part of an address must encode: all but the unreserved ones (RFC 3986,
/// section 2.3).
pub(crate) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Whether no character has to be percent-encoded.
fn is_plain(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        if !is_allowed(*byte, after) {
            return false;
        }
        rest = after;
    }
    true
}

/// Whether a byte is allowed: a letter, a digit or punctuation, or a `%` followed by two
/// hexadecimal digits.
fn is_allowed(byte: u8, after: &[u8]) -> bool {
    let is_escape = || after.len() >= 2 && after[..2].iter().all(u8::is_ascii_hexdigit);
    byte.is_ascii_alphanumeric() || (PUNCTUATION.contains(&byte) && (byte != b'%' || is_escape()))
}

/// Percent-encodes the characters that a web address cannot contain.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        if is_allowed(*byte, &bytes[at + 1..]) {
            out.push(char::from(*byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use proptest::prelude::{prop_oneof, proptest};
    use proptest::test_runner::Config;

    use super::{WebAddress, misleading_links};

    #[test]
    fn keeps_or_encodes() {
        for (text, url) in [
            (
                "https://www.telenor.no/kontantkort/",
                "https://www.telenor.no/kontantkort/",
            ),
            ("http://x/?a=1&b=2;c,d#e", "http://x/?a=1&b=2;c,d#e"),
            ("HTTPS://x", "HTTPS://x"),
            ("https://[::1]:80/[a]", "https://[::1]:80/[a]"),
            ("https://x/%41%zz%", "https://x/%41%25zz%25"),
            (
                "https://例え.jp/漢",
                "https://%E4%BE%8B%E3%81%88.jp/%E6%BC%A2",
            ),
        ] {
            assert_eq!(WebAddress::parse(text.into()).expect(text).as_str(), url);
        }
    }

    #[test]
    fn refuses_what_could_break_out() {
        for (text, message, hint) in [
            (
                "www.telia.no",
                "`www.telia.no` is not a web address",
                Some("write `https://www.telia.no`"),
            ),
            (
                "javascript:alert(1)",
                "`javascript:alert(1)` is not a web address",
                Some("a link begins with `https://` or `http://`"),
            ),
            (
                "ftp://x.y",
                "`ftp://x.y` is not a web address",
                Some("a link begins with `https://` or `http://`"),
            ),
            ("https://", "`https://` has no host", None),
            ("https:///x", "`https:///x` has no host", None),
            (
                "https://a[b/",
                "`https://a[b/` has a bracket in its host",
                Some("brackets are allowed only around an IPv6 address"),
            ),
            (
                "https://x y",
                "` ` is not allowed in a web address: `https://x y`",
                None,
            ),
            (
                "https://x/\r\nX:1",
                "`\\r` is not allowed in a web address: `https://x/\\r\\nX:1`",
                None,
            ),
            (
                "https://x/\"",
                "`\"` is not allowed in a web address: `https://x/\"`",
                None,
            ),
        ] {
            let error = WebAddress::parse(text.into()).expect_err(text);
            assert_eq!(
                (error.message.as_str(), error.hint.as_deref()),
                (message, hint)
            );
        }
    }

    #[test]
    fn a_user_part_is_found() {
        for (text, found) in [
            (
                "https://telenor.no@evil.example/",
                &[("telenor.no", "evil.example")][..],
            ),
            ("HTTP://a:b@c:8080?x", &[("a:b", "c:8080")]),
            ("https://a@b@c/", &[("a@b", "c")]),
            ("https://@c/", &[("", "c")]),
            (
                "pay at https://a@b, or https://c@d/",
                &[("a", "b,"), ("c", "d")],
            ),
            ("https://telenor.no/?mail=a@b.no", &[]),
            ("https://telenor.no/@me", &[]),
            ("https://telenor.no#a@b", &[]),
            ("https://telenor.no, or kim@telenor.no", &[]),
            ("kim@telenor.no", &[]),
        ] {
            let links = misleading_links(text).map(|link| (link.user, link.host));
            assert_eq!(links.collect::<Vec<_>>(), found, "{text}");
        }
    }

    proptest! {
        #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(3000) })]
        #[test]
        fn whatever_is_taken_is_a_link_to_the_same_place_and_nothing_else(
            text in prop_oneof![
                "\\PC{0,40}",
                "[hH]ttps?://[ -~é漢]{0,30}",
                "https?://[a-z]{1,5}(/|\\?|#|%|[0-9a-fA-F]|\\PC){0,20}",
                "[ \t\n]?(java|JaVa|vb)script:(//)?[ -~]{0,20}",
                "(data|file|ftp|tel):[ -~]{0,20}",
            ],
        ) {
            let Ok(link) = WebAddress::parse(text.as_str().into()) else { return Ok(()) };
            let link = link.as_str();
            let lower = link.to_ascii_lowercase();
            assert!(lower.starts_with("https://") || lower.starts_with("http://"), "{link}");
            let is_plain = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c);
            assert!(link.chars().all(is_plain), "{link}");
            assert!(!text.contains(char::is_control) && !text.contains(char::is_whitespace), "{text:?}");
            let place = |text: &str| percent_decode_str(text).collect::<Vec<u8>>();
            assert_eq!(place(link), place(&text), "{link}");
            let again = WebAddress::parse(link.into()).expect("a link");
            assert_eq!(again.as_str(), link);
        }
    }
}
