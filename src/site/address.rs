//! The address of a feed, and the links with which calendars subscribe to it.

use std::borrow::Cow;
use std::fmt::Write as _;

use percent_encoding::{percent_decode_str, utf8_percent_encode};

use crate::plan::value::url::{RESERVED, WebAddress};
use crate::text::value_error::{ValueError, quoted};

/// The page of Google Calendar on which a user adds a calendar by its URL. Google's links that
/// contain the URL are unreliable.
pub(crate) const GOOGLE: &str = "https://calendar.google.com/calendar/u/0/r/settings/addbyurl";

/// Who can open an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Only programs on the same computer.
    Local,
    /// Everybody who can reach the host, by plain HTTP. iOS and Google Calendar cannot.
    Plain,
    /// Everybody who can reach the host, by HTTPS.
    Secure,
}

/// The beginning of every address of a site: scheme, host and perhaps a path, without a slash at the
/// end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    url: String,
    reach: Reach,
}

impl Base {
    /// Reads `https://cal.example.org`, with or without a path.
    ///
    /// # Errors
    ///
    /// The text is not a web address, or has a user, a query or a fragment.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let address = WebAddress::parse(Cow::Borrowed(text)).map_err(|error| {
            let host = text.split('/').next().unwrap_or_default();
            match is_local(host) {
                true => error.hint(format!("write `http://{text}`")),
                false => error,
            }
        })?;
        let url = address.as_str();
        if let Some(bad) = url.chars().find(|c| "?#@".contains(*c)) {
            return Err(ValueError::new(format!(
                "`{bad}` is not allowed in the address of a server: {}",
                quoted(text)
            ))
            .hint("write a scheme, a host and, if needed, a path: `https://cal.example.org`"));
        }
        // The byte after `http` is either `s` or `:`.
        let is_secure = url[4..].starts_with(['s', 'S']);
        let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
        let host = rest.split('/').next().unwrap_or_default();
        if host.contains('%') {
            // Calendar programs look up the host exactly as it is written.
            return Err(ValueError::new(format!(
                "the host of a server must be in ASCII: {}",
                quoted(text)
            ))
            .hint("write its ASCII form, which begins with `xn--`"));
        }
        let (host, path) = rest.split_at(host.len());
        // The path of a cookie ends at a semicolon (RFC 6265, section 4.1.1).
        let path = path.trim_end_matches('/').replace(';', "%3B");
        Ok(Self {
            reach: match (is_local(host), is_secure) {
                (true, _) => Reach::Local,
                (false, true) => Reach::Secure,
                (false, false) => Reach::Plain,
            },
            url: format!("{}://{host}{path}", scheme.to_ascii_lowercase()),
        })
    }

    /// The address, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// The host with its port, if it has one.
    #[must_use]
    pub fn host(&self) -> &str {
        let rest = self.url.split_once("://").map_or("", |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default()
    }

    /// The path of the base, without a slash at its end; most often it is empty.
    #[must_use]
    pub fn prefix(&self) -> &str {
        let rest = self.url.split_once("://").map_or("", |(_, rest)| rest);
        rest.find('/').map_or("", |at| &rest[at..])
    }

    /// The rest of a request's path below the path of the base: empty, or a slash and more. `None`
    /// if the base has no path, or the request's path is not below it.
    ///
    /// Escapes are compared by what they mean, because proxies write them anew.
    #[must_use]
    pub fn below<'p>(&self, path: &'p str) -> Option<&'p str> {
        let prefix = self.prefix().strip_prefix('/')?;
        let mut rest = path;
        for segment in prefix.split('/') {
            let inside = rest.strip_prefix('/')?;
            let (found, behind) = inside.split_at(inside.find('/').unwrap_or(inside.len()));
            if !percent_decode_str(found).eq(percent_decode_str(segment)) {
                return None;
            }
            rest = behind;
        }
        Some(rest)
    }

    /// Who can open the address.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.reach
    }
}

/// Whether a host, with or without a port, names the computer on which it is used.
#[must_use]
pub(crate) fn is_local(host: &str) -> bool {
    let name = without_port(host);
    let is_loopback = name
        .parse::<core::net::IpAddr>()
        .is_ok_and(|ip| ip.to_canonical().is_loopback());
    let top = name.rsplit('.').next().unwrap_or_default();
    is_loopback || top.eq_ignore_ascii_case("localhost")
}

/// The name or address in a host, with or without a port.
#[must_use]
pub(crate) fn without_port(host: &str) -> &str {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.trim_end_matches('.')
}

/// The links of one feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address<'a> {
    base: &'a Base,
    path: String,
    ending: &'static str,
}

impl<'a> Address<'a> {
    /// The links of the feed `stem`. If the feed has a secret, the secret comes before the name in
    /// each path.
    #[must_use]
    pub(crate) fn new(base: &'a Base, secret: Option<&str>, stem: &str) -> Self {
        Self {
            base,
            path: path(secret, stem),
            ending: "",
        }
    }

    /// The same links, with an ending at the address of the page.
    #[must_use]
    pub(crate) fn ending(self, ending: &'static str) -> Self {
        Self { ending, ..self }
    }

    /// Who can open the links.
    #[must_use]
    pub(crate) fn reach(&self) -> Reach {
        self.base.reach()
    }

    /// The address of the page.
    #[must_use]
    pub(crate) fn page(&self) -> String {
        format!("{}{}{}", self.base.as_str(), self.path, self.ending)
    }

    /// The address of the feed.
    #[must_use]
    pub(crate) fn feed(&self) -> String {
        format!("{}{}.ics", self.base.as_str(), self.path)
    }

    /// The address of the feed with the scheme that makes Apple's calendars subscribe. `webcals` does
    /// not work on iOS.
    #[must_use]
    pub(crate) fn webcal(&self) -> String {
        let feed = self.feed();
        let rest = feed.split_once("://").map_or("", |(_, rest)| rest);
        format!("webcal://{rest}")
    }

    /// The link with which Outlook on the web subscribes to the feed, under a name.
    #[must_use]
    pub(crate) fn outlook(&self, name: &str) -> String {
        let mut url = "https://outlook.live.com/calendar/0/addfromweb?url=".to_owned();
        let encode = |text| utf8_percent_encode(text, RESERVED).to_string();
        // Writing to a String does not fail.
        let _ = write!(url, "{}&name={}", encode(&self.feed()), encode(name));
        url
    }
}

/// A name as a segment of a path.
#[must_use]
pub(crate) fn segment(name: &str) -> String {
    utf8_percent_encode(name, RESERVED).to_string()
}

/// The Content-Disposition of the feed `stem`: `inline`, so that a phone subscribes instead of
/// importing once (RFC 6266). A name that is not ASCII is given in the extended form only, since
/// some clients take the first form that they find.
#[must_use]
pub(crate) fn disposition(stem: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " -._~".contains(c);
    if stem.chars().all(is_plain) {
        format!("inline; filename=\"{stem}.ics\"")
    } else {
        format!("inline; filename*=UTF-8''{}.ics", segment(stem))
    }
}

/// The percent-encoded path of the page of a feed. The path of the feed is the same, with `.ics` at
/// the end.
#[must_use]
pub fn path(secret: Option<&str>, stem: &str) -> String {
    let stem = utf8_percent_encode(stem, RESERVED);
    match secret {
        Some(secret) => format!("/{secret}/{stem}"),
        None => format!("/{stem}"),
    }
}

#[cfg(test)]
mod tests {
    use super::Address;
    use super::Base;
    use super::Reach;
    use super::is_local;

    #[test]
    fn tells_who_can_open_it() {
        for (text, url, host, reach) in [
            (
                "https://cal.example.org/",
                "https://cal.example.org",
                "cal.example.org",
                Reach::Secure,
            ),
            (
                "HTTP://cal.example.org:8080/a/",
                "http://cal.example.org:8080/a",
                "cal.example.org:8080",
                Reach::Plain,
            ),
            (
                "https://cal.example.org/a;b/c",
                "https://cal.example.org/a%3Bb/c",
                "cal.example.org",
                Reach::Secure,
            ),
            (
                "http://127.0.0.1:8080",
                "http://127.0.0.1:8080",
                "127.0.0.1:8080",
                Reach::Local,
            ),
        ] {
            let base = Base::parse(text).expect(text);
            assert_eq!(
                (base.as_str(), base.host(), base.reach()),
                (url, host, reach)
            );
        }
        for text in [
            "cal.example.org",
            "https://a/?b",
            "https://a:b@c",
            "ftp://a",
        ] {
            assert!(Base::parse(text).is_err(), "{text}");
        }
        for (text, hint) in [
            ("127.0.0.1:8080", "write `http://127.0.0.1:8080`"),
            ("localhost/cal", "write `http://localhost/cal`"),
            ("cal.example.org", "write `https://cal.example.org`"),
        ] {
            let error = Base::parse(text).expect_err(text);
            assert_eq!(error.hint.as_deref(), Some(hint));
        }
        let refused = Base::parse("https://blåbær.example/x").expect_err("no ASCII");
        assert_eq!(
            (refused.message.as_str(), refused.hint.as_deref()),
            (
                "the host of a server must be in ASCII: `https://blåbær.example/x`",
                Some("write its ASCII form, which begins with `xn--`")
            )
        );
    }

    #[test]
    fn finds_the_path_of_the_base() {
        let cal = Base::parse("https://host/cal").expect("a base");
        let deep = Base::parse("https://host/a%20b/k%C3%A6l/").expect("a base");
        let bare = Base::parse("https://host/").expect("a base");
        for (base, path, below) in [
            (&cal, "/cal/sims.ics", Some("/sims.ics")),
            (&cal, "/cal/", Some("/")),
            (&cal, "/cal", Some("")),
            (&cal, "/%63al//x", Some("//x")),
            (&cal, "/calendar", None),
            (&cal, "/Cal/x", None),
            (&cal, "/x/cal", None),
            (&cal, "//cal/x", None),
            (&cal, "/", None),
            (&cal, "*", None),
            (&cal, "", None),
            (&deep, "/a%20b/k%c3%a6l/x/y", Some("/x/y")),
            (&deep, "/a%20b", None),
            (&deep, "/a%20b%2Fk%C3%A6l/x", None),
            (&bare, "/x", None),
        ] {
            assert_eq!(base.below(path), below, "{} {path}", base.as_str());
        }
    }

    #[test]
    fn knows_this_computer() {
        for host in [
            "localhost",
            "LOCALHOST:80",
            "a.localhost",
            "127.0.0.1",
            "127.1.2.3:8080",
            "[::1]:80",
            "[::ffff:127.0.0.1]",
            "localhost.",
        ] {
            assert!(is_local(host), "{host}");
        }
        for host in [
            "",
            "example.org",
            "localhost.example.org",
            "10.0.0.1",
            "[::2]",
        ] {
            assert!(!is_local(host), "{host}");
        }
    }

    #[test]
    fn writes_the_links() {
        let base = Base::parse("https://cal.example.org").expect("a base");
        let address = Address::new(&base, Some("token"), "漢 a");
        assert_eq!(
            address.feed(),
            "https://cal.example.org/token/%E6%BC%A2%20a.ics"
        );
        assert_eq!(
            address.webcal(),
            "webcal://cal.example.org/token/%E6%BC%A2%20a.ics"
        );
        assert_eq!(
            address.outlook("A & B"),
            "https://outlook.live.com/calendar/0/addfromweb?url=https%3A%2F%2Fcal.example.org%2Ftoken%2F%25E6%25BC%25A2%2520a.ics&name=A%20%26%20B"
        );
    }
}
