//! Responses that are made for one request.

use bytes::Bytes;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Response, StatusCode};

use crate::server::body::FullBody;
use crate::site::{File, HTML, TEXT, page};

const X_ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");

/// Adds the headers that protect a reader and a secret link; every response has them.
pub(crate) fn protect(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_ROBOTS_TAG, HeaderValue::from_static("noindex"));
}

/// A response that no cache keeps.
pub(crate) fn fresh(media_type: &'static str, body: impl Into<Bytes>) -> Response<FullBody> {
    fresh_body(media_type, FullBody::new(body.into()))
}

fn fresh_body(media_type: &'static str, body: FullBody) -> Response<FullBody> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    protect(headers);
    response
}

/// A file of the site that no cache keeps.
pub(crate) fn file(file: File) -> Response<FullBody> {
    let mut response = fresh(file.media_type, file.body);
    let disposition = file.disposition.map(HeaderValue::try_from);
    if let Some(Ok(disposition)) = disposition {
        let headers = response.headers_mut();
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    response
}

/// A page, which may load nothing.
pub(crate) fn html(body: FullBody) -> Response<FullBody> {
    let mut response = fresh_body(HTML, body);
    let policy = HeaderValue::from_static(page::policy());
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, policy);
    response
}

/// A plain sentence.
pub(crate) fn text(status: StatusCode, sentence: String) -> Response<FullBody> {
    let mut response = fresh(TEXT, sentence);
    *response.status_mut() = status;
    response
}

/// The response to a request whose host is refused with this status.
pub(crate) fn host_refused(status: StatusCode) -> Response<FullBody> {
    let sentence = match status {
        StatusCode::MISDIRECTED_REQUEST => {
            "this server listens for this computer only, and that name is not its own\n"
        }
        _ => "the request names no host, or what cannot be one\n",
    };
    text(status, sentence.to_owned())
}

/// 404, the same for everything that does not exist.
pub(crate) fn not_found() -> Response<FullBody> {
    text(StatusCode::NOT_FOUND, "not found\n".to_owned())
}

/// 405, with the methods that are allowed.
pub(crate) fn method_not_allowed(methods: Methods) -> Response<FullBody> {
    let (allowed, sentence) = match methods {
        Methods::Read => (
            "GET, HEAD",
            "this can only be read: GET and HEAD are allowed\n",
        ),
        Methods::ReadAndPost => ("GET, HEAD, POST", "GET, HEAD and POST are allowed\n"),
    };
    let mut response = text(StatusCode::METHOD_NOT_ALLOWED, sentence.to_owned());
    let allowed = HeaderValue::from_static(allowed);
    response.headers_mut().insert(ALLOW, allowed);
    response
}

/// The methods that a path takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Methods {
    Read,
    ReadAndPost,
}

/// 204, for a client that has the version `tag` of a feed and nothing to add to it.
pub(crate) fn nothing_to_store(tag: HeaderValue) -> Response<FullBody> {
    let mut response = Response::new(FullBody::new(Bytes::new()));
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ETAG, tag);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    protect(headers);
    response
}
