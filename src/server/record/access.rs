//! Which requests may record something, as far as their header fields tell.

use hyper::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, ORIGIN};

use crate::plan::value::language::Language;
use crate::site::address::Base;
use crate::site::record::accept_language::preferred_language;

/// What a browser says about the page from which a request comes (Fetch Metadata).
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// The media type of a form.
const FORM: &str = "application/x-www-form-urlencoded";

/// Whether a request comes through a proxy that says so (RFC 7239, section 4, and the fields before
/// it).
pub(crate) fn is_forwarded(headers: &HeaderMap) -> bool {
    let mut names = headers.keys().map(HeaderName::as_str);
    names.any(|name| name == "forwarded" || name.starts_with("x-forwarded-"))
}

/// Whether a request was made by a page of the site at `base`.
///
/// Browsers say so in `Sec-Fetch-Site`. Older ones, and all over plain HTTP beyond this computer,
/// send only `Origin` (RFC 6454, section 7). A request with neither of them may come from anywhere.
pub(crate) fn is_same_origin(headers: &HeaderMap, base: Option<&Base>) -> bool {
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter();
    if let Some(site) = sites.next() {
        return site == "same-origin" && sites.next().is_none();
    }
    let mut origins = headers.get_all(ORIGIN).iter();
    match (origins.next(), origins.next(), base) {
        (Some(origin), None, Some(base)) => *origin == origin_of(base),
        _ => false,
    }
}

/// The origin of a site as browsers write it: without a path, in lower case, and without the port
/// that the scheme has anyway.
fn origin_of(base: &Base) -> String {
    let scheme = base.as_str().split(':').next().unwrap_or_default();
    let host = base.host().to_ascii_lowercase();
    let port = if scheme == "https" { ":443" } else { ":80" };
    format!("{scheme}://{}", host.strip_suffix(port).unwrap_or(&host))
}

/// Whether the body of a request is a form in UTF-8.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(found), None) = (types.next(), types.next()) else {
        return false;
    };
    let mut parts = found.to_str().unwrap_or_default().split(';').map(str::trim);
    let is_form = parts
        .next()
        .is_some_and(|name| name.eq_ignore_ascii_case(FORM));
    let is_utf8 = |parameter: &str| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        name.eq_ignore_ascii_case("charset")
            && value.trim_matches('"').eq_ignore_ascii_case("utf-8")
    };
    is_form && parts.all(is_utf8)
}

/// The Cookie fields of a request.
pub(crate) fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let fields = headers.get_all(COOKIE).iter();
    fields.filter_map(|field| field.to_str().ok())
}

/// The language of a page that a stranger may see.
pub(crate) fn language(headers: &HeaderMap) -> Language {
    let field = headers.get(ACCEPT_LANGUAGE);
    preferred_language(field.and_then(|field| field.to_str().ok()))
}

/// The value of the parameter `token` in a query.
pub(crate) fn token(query: Option<&str>) -> &str {
    let mut parameters = query.unwrap_or_default().split('&');
    let token = parameters.find_map(|parameter| parameter.strip_prefix("token="));
    token.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use hyper::header::{HeaderMap, HeaderName, HeaderValue};

    use super::{is_form, is_forwarded, is_same_origin, token};
    use crate::site::address::Base;

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let fields = fields.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(name, value);
        }
        headers
    }

    #[test]
    fn only_a_page_of_the_site_may_send_a_form() {
        let base = Base::parse("https://Cal.example.org:443/cal").expect("a base");
        let origin = "https://cal.example.org";
        let site = "sec-fetch-site";
        for (fields, is_ours) in [
            (&[(site, "same-origin")][..], true),
            (&[(site, "same-origin"), ("origin", "null")], true),
            (&[(site, "same-site")], false),
            (&[(site, "cross-site"), ("origin", origin)], false),
            (&[(site, "none"), ("origin", origin)], false),
            (&[(site, "same-origin"), (site, "cross-site")], false),
            (&[("origin", origin)], true),
            (&[("origin", "https://cal.example.org:443")], false),
            (&[("origin", "http://cal.example.org")], false),
            (&[("origin", "https://cal.example.org.evil.example")], false),
            (&[("origin", "null")], false),
            (&[("origin", origin), ("origin", origin)], false),
            (
                &[("referer", "https://cal.example.org/cal/sims/renew")],
                false,
            ),
            (&[], false),
        ] {
            let found = is_same_origin(&headers(fields), Some(&base));
            assert_eq!(found, is_ours, "{fields:?}");
        }
        let local = Base::parse("http://127.0.0.1:8080").expect("a base");
        let origin = headers(&[("origin", "http://127.0.0.1:8080")]);
        assert!(is_same_origin(&origin, Some(&local)));
        assert!(!is_same_origin(&origin, None));
    }

    #[test]
    fn only_a_form_in_utf8_is_read() {
        for (found, is_read) in [
            ("application/x-www-form-urlencoded", true),
            ("Application/X-WWW-form-urlencoded; Charset=\"UTF-8\"", true),
            ("application/x-www-form-urlencoded;charset=utf-8", true),
            ("application/x-www-form-urlencoded; charset=gbk", false),
            ("application/x-www-form-urlencoded; boundary=x", false),
            ("application/x-www-form-urlencoded2", false),
            ("text/plain", false),
            ("multipart/form-data; boundary=x", false),
            ("application/json", false),
            ("", false),
        ] {
            assert_eq!(
                is_form(&headers(&[("content-type", found)])),
                is_read,
                "{found}"
            );
        }
        assert!(!is_form(&headers(&[])));
    }

    #[test]
    fn knows_a_proxy_by_its_fields() {
        for name in [
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-x",
        ] {
            assert!(is_forwarded(&headers(&[(name, "x")])), "{name}");
        }
        assert!(!is_forwarded(&headers(&[("host", "x"), ("via", "x")])));
    }

    #[test]
    fn finds_the_token_in_a_query() {
        for (query, found) in [
            (None, ""),
            (Some(""), ""),
            (Some("token=a.b"), "a.b"),
            (Some("x=1&token=a&token=b"), "a"),
            (Some("xtoken=a"), ""),
        ] {
            assert_eq!(token(query), found, "{query:?}");
        }
    }
}
