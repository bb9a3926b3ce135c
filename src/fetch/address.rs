//! The address of a published feed, and how it is shown without its secret part.

use core::net::IpAddr; // an address alone, no sockets

use percent_encoding::percent_decode_str;

use crate::plan::value::url::encode;
use crate::site::route::is_host;
use crate::text::value_error::{ValueError, quoted};

/// What is shown instead of a secret.
const HIDDEN: &str = "…";
/// The shortest part of a path that is hidden in a text which the server sent.
const SHORTEST_SECRET: usize = 4;

/// An `http` or `https` address (RFC 3986), in ASCII and without a fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) is_https: bool,
    /// In small letters, an IPv6 address with its brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// The path and the query, as a request has them.
    pub(crate) target: String,
}

impl Address {
    /// Reads an address; `webcal://` is `https://`.
    ///
    /// # Errors
    ///
    /// The sentences name the host at most, since the rest may be secret.
    pub(crate) fn parse(text: &str) -> Result<Self, ValueError> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        let is_https = match scheme.to_ascii_lowercase().as_str() {
            "https" | "webcal" => true,
            "http" => false,
            "webcals" => {
                return Err(
                    ValueError::new("iOS and other clients do not know `webcals://`")
                        .hint("write `https://` or `webcal://`"),
                );
            }
            _ => {
                return Err(ValueError::new(
                    "the address does not begin with `https://` or `http://`",
                ));
            }
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        if authority.contains('@') {
            return Err(ValueError::new("the address has a user name").hint(
                "Google and Outlook.com cannot send a password: make the path secret instead",
            ));
        }
        if !authority.is_ascii() {
            let what = format!("the host {} is not ASCII", quoted(authority));
            return Err(
                ValueError::new(what).hint("write its ASCII form, which begins with `xn--`")
            );
        }
        if !is_host(authority) {
            let what = format!("the address has no host: {}", quoted(authority));
            return Err(ValueError::new(what));
        }
        let bad = |c: &char| c.is_control() || c.is_whitespace() || "\"<>\\^`{|}".contains(*c);
        if let Some(bad) = tail.chars().find(bad) {
            let bad = quoted(&bad.to_string());
            return Err(ValueError::new(format!(
                "{bad} is not allowed in a web address"
            )));
        }
        let tail = tail.split('#').next().unwrap_or_default();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().ok()),
            _ => (authority, None),
        };
        let slash = if tail.starts_with('/') { "" } else { "/" };
        Ok(Self {
            is_https,
            host: host.to_ascii_lowercase(),
            port: port.unwrap_or(if is_https { 443 } else { 80 }),
            target: format!("{slash}{}", encode(tail)),
        })
    }

    /// The address to which a Location field leads (RFC 9110, section 10.2.2); `None` if it is no
    /// web address.
    pub(crate) fn resolve(&self, location: &str) -> Option<Self> {
        let location = location.trim();
        let head = location.split(['/', '?', '#']).next().unwrap_or_default();
        if head.contains(':') {
            return Self::parse(location).ok();
        }
        let scheme = if self.is_https { "https" } else { "http" };
        if location.starts_with("//") {
            return Self::parse(&format!("{scheme}:{location}")).ok();
        }
        let path = self.path();
        let target = match location.chars().next() {
            Some('/') => location.to_owned(),
            Some('?') => format!("{path}{location}"),
            Some('#') | None => self.target.clone(),
            Some(_) => {
                let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
                format!("{folder}{location}")
            }
        };
        let address = format!("{scheme}://{}{}", self.authority(), without_dots(&target));
        Self::parse(&address).ok()
    }

    /// The host, and the port unless it is the scheme's own.
    pub(crate) fn authority(&self) -> String {
        match (self.is_https, self.port) {
            (true, 443) | (false, 80) => self.host.clone(),
            (_, port) => format!("{}:{port}", self.host),
        }
    }

    /// The host as a name or an address that can be looked up.
    pub(crate) fn bare_host(&self) -> &str {
        self.host.trim_matches(['[', ']'])
    }

    /// Whether the host is this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        let host = self.bare_host();
        let address = host.parse::<IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }

    fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The address without its secret part, as in `https://HOST/…/NAME.ics`.
    pub(crate) fn shown(&self) -> String {
        let scheme = if self.is_https { "https" } else { "http" };
        let mut shown = format!("{scheme}://{}/", self.authority());
        let (folders, name) = self.path().rsplit_once('/').unwrap_or_default();
        if !folders.trim_matches('/').is_empty() {
            shown += HIDDEN;
            shown += "/";
        }
        let decoded = percent_decode_str(name).decode_utf8_lossy();
        let stem = name.rsplit_once('.').filter(|(_, ending)| *ending == "ics");
        match stem {
            Some((stem, _)) if !looks_random(stem) => shown += &decoded,
            Some(_) => shown += "….ics",
            None if name.is_empty() || shown.ends_with("…/") => {}
            None => shown += HIDDEN,
        }
        if self.target.contains('?') {
            shown += "?…";
        }
        shown
    }

    /// The parts that are not shown, longest first.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let (folders, name) = path.rsplit_once('/').unwrap_or_default();
        let mut parts: Vec<&str> = folders.split('/').collect();
        let stem = name.strip_suffix(".ics");
        parts.push(stem.filter(|stem| looks_random(stem)).unwrap_or_default());
        parts.extend(stem.is_none().then_some(name));
        parts.push(query);
        parts.extend(query.split(['&', '=']));
        let mut all = Vec::new();
        for part in parts
            .into_iter()
            .filter(|part| part.len() >= SHORTEST_SECRET)
        {
            let decoded = percent_decode_str(part).decode_utf8_lossy().into_owned();
            all.extend([part.to_owned(), decoded]);
        }
        all.sort_by_key(|part| std::cmp::Reverse(part.len()));
        all.dedup();
        all
    }
}

/// Whether a part of a path looks made by a machine: long, with digits.
pub(crate) fn looks_random(part: &str) -> bool {
    part.len() >= 16 && part.bytes().any(|byte| byte.is_ascii_digit())
}

/// A text with each secret replaced.
pub(crate) fn hide<'s>(text: &str, secrets: impl IntoIterator<Item = &'s String>) -> String {
    let mut hidden = text.to_owned();
    for secret in secrets {
        hidden = hidden.replace(secret.as_str(), HIDDEN);
    }
    hidden
}

/// A path without `.` and `..` (RFC 3986, section 5.2.4), with its query.
fn without_dots(target: &str) -> String {
    let at = target.find('?').unwrap_or(target.len());
    let (path, query) = target.split_at(at);
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').skip(1) {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}{query}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{Address, hide};

    #[test]
    fn the_secret_part_is_not_shown() {
        for (text, shown) in [
            (
                "https://cal.example.org/abcdefgh/sims.ics",
                "https://cal.example.org/…/sims.ics",
            ),
            (
                "webcal://CAL.example.org:8443/a/b/sims.ics#x",
                "https://cal.example.org:8443/…/sims.ics",
            ),
            ("http://[::1]:80/sims.ics", "http://[::1]/sims.ics"),
            ("https://h", "https://h/"),
            ("https://h/%E6%BC%A2.ics?key=abcd", "https://h/漢.ics?…"),
            ("https://h/9f86d081884c7d65.ics", "https://h/….ics"),
            ("https://h/feed/9f86d081", "https://h/…/"),
            ("https://h/9f86d081", "https://h/…"),
        ] {
            assert_eq!(Address::parse(text).expect(text).shown(), shown);
        }
        let address = Address::parse("https://h/hunter22/sims.ics?key=tokens").expect("an address");
        let text = "404: /hunter22/sims.ics?key=tokens";
        assert_eq!(hide(text, &address.secrets()), "404: /…/sims.ics?…");
    }

    #[test]
    fn refusals_do_not_name_the_secret() {
        for (text, message) in [
            ("https://me:hunter22@h/x", "the address has a user name"),
            (
                "https://例え.jp/hunter22",
                "the host `例え.jp` is not ASCII",
            ),
            ("https:///hunter22", "the address has no host: ``"),
            (
                "https://h/hunter22 b",
                "` ` is not allowed in a web address",
            ),
            (
                "webcals://h/x",
                "iOS and other clients do not know `webcals://`",
            ),
        ] {
            assert_eq!(Address::parse(text).expect_err(text).message, message);
        }
    }

    #[test]
    fn a_location_is_read_from_where_it_stands() {
        let base = Address::parse("https://h/a/b.ics?q").expect("an address");
        for (location, target) in [
            ("c.ics", "https h/a/c.ics"),
            ("../c.ics", "https h/c.ics"),
            ("/c", "https h/c"),
            ("?d", "https h/a/b.ics?d"),
            ("//i/c", "https i/c"),
            ("http://i:8080/c", "http i:8080/c"),
        ] {
            let found = base.resolve(location).expect(location);
            let scheme = if found.is_https { "https" } else { "http" };
            let found = format!("{scheme} {}{}", found.authority(), found.target);
            assert_eq!(found, target, "{location}");
        }
        assert_eq!(base.resolve("ftp://i/c"), None);
        assert_eq!(base.resolve("javascript:x"), None);
    }
}
