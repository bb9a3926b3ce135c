//! Entity tags, dates and encodings, for caches and conditional requests (RFC 9110).

use std::str::FromStr as _;

use data_encoding::HEXLOWER;
use httpdate::HttpDate;
use sha2::{Digest, Sha256};

/// Bytes of the hash that a tag contains.
const TAG_BYTES: usize = 16;

/// A strong entity tag (RFC 9110, section 8.8.3): the hash of the body, in quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(String);

impl EntityTag {
    /// The tag of a body in one encoding.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let hash = HEXLOWER.encode(&Sha256::digest(body)[..TAG_BYTES]);
        Self(format!("\"{hash}\""))
    }

    /// The tag with its quotes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether one line of If-None-Match names this tag, by the weak comparison (section 13.1.2).
    /// The line is `*`, or a list in which weak and strong tags count the same. A line that is not
    /// a list names nothing.
    #[must_use]
    pub fn is_in(&self, line: &str) -> bool {
        let mut rest = line.trim();
        if rest == "*" {
            return true;
        }
        loop {
            rest = rest.trim_start_matches([' ', '\t', ',']);
            let tag = rest.strip_prefix("W/").unwrap_or(rest);
            let Some(opaque) = tag.strip_prefix('"') else {
                return false;
            };
            let Some(end) = opaque.find('"') else {
                return false;
            };
            if tag[..end + 2] == self.0 {
                return true;
            }
            rest = &opaque[end + 1..];
        }
    }
}

/// Whether a line of If-Modified-Since (section 13.1.3) is exactly the date `last_modified`, in
/// any of the three forms of HTTP. A later date does not count: clocks differ, and a list can return to
/// an older text.
#[must_use]
pub fn is_date(line: &str, last_modified: &str) -> bool {
    line == last_modified
        || HttpDate::from_str(line.trim()).is_ok_and(|date| date.to_string() == last_modified)
}

/// Whether a client has the version with this tag and date (section 13.2.2). `tags` are the lines of
/// its If-None-Match; if there are any, `since`, its If-Modified-Since, is ignored.
pub(crate) fn is_known<'l>(
    tag: &EntityTag,
    last_modified: &str,
    tags: impl Iterator<Item = &'l str>,
    since: Option<&str>,
) -> bool {
    let mut tags = tags.peekable();
    match tags.peek() {
        Some(_) => tags.any(|line| tag.is_in(line)),
        None => since.is_some_and(|line| is_date(line, last_modified)),
    }
}

/// Whether lines of Accept-Encoding (section 12.5.3) prefer gzip to a plain body.
#[must_use]
pub fn prefers_gzip<'l>(lines: impl Iterator<Item = &'l str>) -> bool {
    let (mut gzip, mut any, mut identity) = (None, None, None);
    for item in lines.flat_map(|line| line.split(',')) {
        let (coding, parameters) = item.split_once(';').unwrap_or((item, ""));
        let weight = weight(parameters);
        match coding.trim() {
            coding if coding.eq_ignore_ascii_case("gzip") => gzip = Some(weight),
            coding if coding.eq_ignore_ascii_case("x-gzip") => gzip = gzip.or(Some(weight)),
            coding if coding.eq_ignore_ascii_case("identity") => identity = Some(weight),
            "*" => any = Some(weight),
            _ => {}
        }
    }
    let gzip = gzip.or(any).unwrap_or(0);
    gzip > 0 && gzip >= identity.unwrap_or(0)
}

/// A weight in thousandths (section 12.4.2); 0 if it is not valid.
fn weight(parameters: &str) -> u32 {
    let mut parameters = parameters.split(';').map(str::trim);
    let weight = parameters.find_map(|text| {
        let (name, value) = text.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("q")
            .then_some(value.trim())
    });
    let Some(text) = weight else { return 1000 };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    match whole {
        "1" if is_number => 1000,
        "0" if is_number => format!("{fraction:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::EntityTag;
    use super::is_date;
    use super::prefers_gzip;

    #[test]
    fn a_tag_is_the_hash_of_the_body() {
        // printf hello | sha256sum
        assert_eq!(
            EntityTag::of(b"hello").as_str(),
            "\"2cf24dba5fb0a30e26e83b2ac5b9e29e\""
        );
    }

    #[test]
    fn finds_itself_in_a_list() {
        let tag = EntityTag::of(b"hello");
        let own = tag.as_str();
        for (line, found) in [
            ("*".to_owned(), true),
            (" * ".to_owned(), true),
            (own.to_owned(), true),
            (format!("W/{own}"), true),
            (format!("\"a\", {own}"), true),
            (format!("\"a\",W/\"b\" ,\t{own},"), true),
            (format!(",, {own}"), true),
            (format!("\"a,{}", &own[1..]), false),
            (format!("\"a{own}"), false),
            (own.trim_matches('"').to_owned(), false),
            (format!("w/{own}"), false),
            (format!("x {own}"), false),
            (format!("\"*\", {own}x"), true),
            (format!("*, {own}"), false),
            (String::new(), false),
            ("\"".to_owned(), false),
            ("W/".to_owned(), false),
            ("\"漢\"".to_owned(), false),
        ] {
            assert_eq!(tag.is_in(&line), found, "{line}");
        }
    }

    #[test]
    fn takes_the_exact_date_in_each_form() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        for (line, same) in [
            (date, true),
            ("Sunday, 06-Nov-94 08:49:37 GMT", true),
            ("Sun Nov  6 08:49:37 1994", true),
            ("Sun, 06 Nov 1994 08:49:38 GMT", false),
            ("Sun, 06 Nov 1994 08:49:36 GMT", false),
            ("yesterday", false),
            ("", false),
        ] {
            assert_eq!(is_date(line, date), same, "{line}");
        }
    }

    #[test]
    fn weighs_encodings() {
        for (lines, gzip) in [
            (&["gzip"][..], true),
            (&["GZIP, deflate, br"], true),
            (&["deflate", "gzip"], true),
            (&["x-gzip"], true),
            (&["*"], true),
            (&["gzip;q=0"], false),
            (&["gzip; q=0.000"], false),
            (&["gzip ; Q=0.001"], true),
            (&["*, gzip;q=0"], false),
            (&["identity;q=1, gzip;q=0.5"], false),
            (&["identity;q=0.5, gzip;q=0.50"], true),
            (&["gzip;q=2"], false),
            (&["gzip;q=0.1234"], false),
            (&["gzip;q=1.x"], false),
            (&["br"], false),
            (&["gzipped"], false),
            (&[""], false),
            (&[], false),
        ] {
            assert_eq!(prefers_gzip(lines.iter().copied()), gzip, "{lines:?}");
        }
    }
}
