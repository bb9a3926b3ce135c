//! Responses of the pages on which renewals are recorded. No cache keeps them, since they depend on
//! the cookie of the device.

use bytes::Bytes;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION,
    REFERRER_POLICY, SET_COOKIE, VARY,
};
use hyper::{Response, StatusCode};

use crate::server::body::FullBody;
use crate::server::response::protect;
use crate::site::record::pages;
use crate::site::{HTML, TEXT};

/// A page for a device that is not known yet, in the language of the request.
pub(crate) fn stranger_page(status: StatusCode, html: String) -> Response<FullBody> {
    page(status, html, "Cookie, Accept-Language")
}

/// A sentence for whoever runs the server.
pub(crate) fn stranger_sentence(status: StatusCode, sentence: &'static str) -> Response<FullBody> {
    let mut response = empty(status, "Cookie");
    *response.body_mut() = FullBody::new(Bytes::from_static(sentence.as_bytes()));
    let media_type = HeaderValue::from_static(TEXT);
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}

/// A page for a paired device.
pub(crate) fn device_page(status: StatusCode, html: String) -> Response<FullBody> {
    page(status, html, "Cookie")
}

fn page(status: StatusCode, html: String, vary: &'static str) -> Response<FullBody> {
    let mut response = empty(status, vary);
    *response.body_mut() = FullBody::new(html.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(HTML));
    let policy = HeaderValue::from_static(pages::policy());
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    response
}

/// 303: the browser gets another page, with GET (RFC 9110, section 15.4.4). `path` is
/// percent-encoded.
pub(crate) fn see_other(path: &str) -> Response<FullBody> {
    let mut response = empty(StatusCode::SEE_OTHER, "Cookie");
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(LOCATION, path);
    }
    response
}

/// Gives the device of a response a cookie.
pub(crate) fn set_cookie(response: &mut Response<FullBody>, cookie: &str) {
    // A cookie is ASCII.
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
}

fn empty(status: StatusCode, vary: &'static str) -> Response<FullBody> {
    let mut response = Response::new(FullBody::new(Bytes::new()));
    *response.status_mut() = status;
    let mut headers = HeaderMap::with_capacity(9);
    protect(&mut headers);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from_static(vary));
    // Without a referrer of the same site, browsers send `Origin: null` with a form.
    let policy = HeaderValue::from_static("same-origin");
    headers.insert(REFERRER_POLICY, policy);
    *response.headers_mut() = headers;
    response
}
