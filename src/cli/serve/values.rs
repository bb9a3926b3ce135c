//! Values of the server's options, from text.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use ipnet::IpNet;

use crate::server::reload::log::Format;

/// The smallest limit of a request's head: hyper's own buffer.
const MIN_HEADER_SIZE: usize = 8192;

/// An address with a port, or a port of this computer.
pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let bare = text.strip_prefix("localhost:").unwrap_or(text);
    if let Ok(port) = bare.parse() {
        return Ok((Ipv4Addr::LOCALHOST, port).into());
    }
    Err(match text.parse::<IpAddr>() {
        Ok(IpAddr::V6(ip)) => format!("the port is missing; write [{ip}]:8080"),
        Ok(ip) => format!("the port is missing; write {ip}:8080"),
        Err(_) => "an address and a port were expected, as in 127.0.0.1:8080 or [::1]:8080, not \
                   a host name"
            .to_owned(),
    })
}

/// The format of log lines.
pub(crate) fn log_format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(["human", "json"]).map(|format| match format.as_str() {
        "json" => Format::Json,
        _ => Format::Human,
    })
}

/// An address, or a range of them.
pub(crate) fn network(text: &str) -> Result<IpNet, String> {
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "an address or a range was expected, as in 127.0.0.1 or 10.0.0.0/8".to_owned())
}

/// A number from 1 up to what a counter of slots holds.
pub(crate) fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if (1..=1_000_000_000).contains(&number) => Ok(number),
        _ => Err("a number from 1 to 1000000000 was expected".to_owned()),
    }
}

/// The size of a request's head.
pub(crate) fn header_size(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(size) if (MIN_HEADER_SIZE..=1 << 20).contains(&size) => Ok(size),
        _ => Err(format!(
            "a number from {MIN_HEADER_SIZE} to 1048576 was expected"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::address;
    use super::network;

    #[test]
    fn reads_addresses() {
        for (text, expected) in [
            ("127.0.0.1:0", "127.0.0.1:0"),
            ("[::]:8080", "[::]:8080"),
            ("8080", "127.0.0.1:8080"),
            ("localhost:8080", "127.0.0.1:8080"),
        ] {
            assert_eq!(address(text).expect(text).to_string(), expected);
        }
        for (text, why) in [
            ("0.0.0.0", "the port is missing; write 0.0.0.0:8080"),
            ("::1", "the port is missing; write [::1]:8080"),
            ("127.0.0.1:99999", "an address and a port"),
            ("example.org:80", "an address and a port"),
            ("", "an address and a port"),
        ] {
            let error = address(text).expect_err(text);
            assert!(error.starts_with(why), "{text}: {error}");
        }
        assert_eq!(
            network("10.0.0.0/8").expect("a range").to_string(),
            "10.0.0.0/8"
        );
        assert_eq!(network("::1").expect("an address").to_string(), "::1/128");
        assert!(network("10.0.0.0/33").is_err());
    }
}
