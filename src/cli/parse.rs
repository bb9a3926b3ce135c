//! Values of the server's options: what was expected.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use ipnet::IpNet;

/// The smallest head of a request that can be asked for: hyper's own buffer.
const SMALLEST_HEAD: usize = 8192;

/// An address with a port; a port alone is one of this computer.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
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
        Err(_) => "an address and a port were expected, as in 127.0.0.1:8080 or [::1]:8080; a \
                   name is not looked up"
            .to_owned(),
    })
}

/// An address, or a range of them.
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "an address or a range was expected, as in 127.0.0.1 or 10.0.0.0/8".to_owned())
}

/// A length of time, more than none: `500ms`, `10s`, `5m`, `1h`, `2d`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let milliseconds: u64 = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => 0,
    };
    let number: Option<u64> = number.parse().ok();
    let time = number.and_then(|number| number.checked_mul(milliseconds));
    // Years of it would only run over where it is added to a time.
    match time.filter(|time| (1..=3_153_600_000_000).contains(time)) {
        Some(time) => Ok(Duration::from_millis(time)),
        None => Err("a length of time was expected, as in 500ms, 10s, 5m, 1h or 2d".to_owned()),
    }
}

/// A number from 1 up to what a counter of slots holds.
pub(super) fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if (1..=1_000_000_000).contains(&number) => Ok(number),
        _ => Err("a number from 1 to 1000000000 was expected".to_owned()),
    }
}

/// The size of a request's head.
pub(super) fn header_size(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(size) if (SMALLEST_HEAD..=1 << 20).contains(&size) => Ok(size),
        _ => Err(format!(
            "a number from {SMALLEST_HEAD} to 1048576 was expected"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{address, duration, network};

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

    #[test]
    fn reads_lengths_of_time() {
        for (text, milliseconds) in [
            ("500ms", 500),
            ("10s", 10_000),
            ("5m", 300_000),
            ("1h", 3_600_000),
            ("2d", 172_800_000),
        ] {
            assert_eq!(duration(text).expect(text).as_millis(), milliseconds);
        }
        for text in [
            "",
            "10",
            "0s",
            "-1s",
            "1.5s",
            "1w",
            "s",
            "99999999999999999999s",
            "9999999d",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
