//! The host that a request names, in the Host field or in the fields of a trusted proxy.
//!
//! A host that a client sends is used in a link only if it is known to be ours. On loopback without
//! secret links a request for another host is refused; otherwise a web site whose name points here
//! (DNS rebinding) could read the feed.

use std::net::{IpAddr, SocketAddr};

use hyper::body::Incoming;
use hyper::header::{HOST, HeaderMap, HeaderName};
use hyper::{Request, StatusCode, Version};
use ipnet::IpNet;

use crate::site::address::{Base, is_local, without_port};
use crate::site::route::is_host;

const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Which hosts and proxies the server accepts.
#[derive(Debug, Clone, Default)]
pub struct HostPolicy {
    /// The address of the site, if it is known.
    pub base: Option<Base>,
    /// Proxies, whose forwarding fields are trusted.
    pub trusted: Vec<IpNet>,
    /// Whether a request for a host that is not ours is refused.
    pub refuses_other_hosts: bool,
}

/// The addresses of both ends of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Endpoints {
    pub(crate) peer: SocketAddr,
    pub(crate) local: SocketAddr,
}

impl HostPolicy {
    /// Whether the forwarding fields of a peer are trusted.
    pub(crate) fn trusts(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.trusted.iter().any(|net| net.contains(&peer))
    }

    /// The host that a request names, if it names one.
    ///
    /// # Errors
    ///
    /// 400 if the Host field is not a host, if there are several Host fields, or if there is none
    /// in HTTP/1.1. 421 if the host is not ours and such hosts are refused.
    pub(crate) fn host<'r>(
        &self,
        endpoints: Endpoints,
        request: &'r Request<Incoming>,
    ) -> Result<Option<&'r str>, StatusCode> {
        let (uri, headers) = (request.uri(), request.headers());
        let needs_host = request.version() >= Version::HTTP_11;
        let mut hosts = headers.get_all(HOST).iter();
        let field = hosts.next().map(|host| host.to_str().unwrap_or_default());
        let is_ambiguous = hosts.next().is_some() || (field.is_none() && needs_host);
        // The absolute form of the target takes precedence over the field (RFC 9112, section
        // 3.2.2).
        let host = uri.authority().map_or(field, |host| Some(host.as_str()));
        if is_ambiguous || ![field, host].into_iter().flatten().all(is_host) {
            return Err(StatusCode::BAD_REQUEST);
        }
        if host.is_some_and(|host| !self.accepts(endpoints, host)) {
            return Err(StatusCode::MISDIRECTED_REQUEST);
        }
        Ok(host)
    }

    /// Whether requests for a host are answered.
    pub(crate) fn accepts(&self, endpoints: Endpoints, host: &str) -> bool {
        // The port is ignored, since a proxy may omit it; an attack needs another name.
        let is_base =
            |base: &Base| without_port(base.host()).eq_ignore_ascii_case(without_port(host));
        let is_ours = || is_local(host) || self.base.as_ref().is_some_and(is_base);
        !self.refuses_other_hosts || is_ours() || self.trusts(endpoints.peer.ip())
    }

    /// The base of the links in a response, if it is known: the base of the site, or else the
    /// address in the request, as far as it can be trusted. Only pages need it.
    pub(crate) fn base(
        &self,
        endpoints: Endpoints,
        host: Option<&str>,
        headers: &HeaderMap,
    ) -> Option<Base> {
        if self.base.is_some() {
            return self.base.clone();
        }
        let host = host?;
        if self.trusts(endpoints.peer.ip()) {
            let forwarded = |name| Some(last(headers, &name)?.trim());
            let host = forwarded(FORWARDED_HOST).filter(|host| is_host(host));
            let field = headers.get(HOST).and_then(|host| host.to_str().ok());
            let host = host.or(field).unwrap_or_default();
            let scheme = match forwarded(FORWARDED_PROTO) {
                Some(scheme) if scheme.eq_ignore_ascii_case("https") => "https",
                _ => "http",
            };
            return Base::parse(&format!("{scheme}://{host}")).ok();
        }
        let local = endpoints.local.ip().to_canonical();
        let is_here = if local.is_loopback() {
            is_local(host)
        } else {
            let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
            let is_address = |text: &str| text.parse::<IpAddr>().is_ok_and(|ip| ip == local);
            is_address(host.trim_matches(['[', ']'])) || is_address(name.trim_matches(['[', ']']))
        };
        if !is_here {
            return None;
        }
        Base::parse(&format!("http://{host}")).ok()
    }
}

/// The last value of a forwarding field, which the nearest proxy added.
fn last<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let line = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    line.rsplit(',').next()
}
