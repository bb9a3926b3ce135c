//! The check of a feed that our own server serves.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::report;
use crate::harness::Place;
use crate::serve::{PLANS, Server, metrics};

#[test]
fn our_own_server_gives_everybody_the_feed_and_counts_nobody() {
    let place = Place::with("sims.yaml", PLANS);
    place.secret("key", "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk");
    let server = Server::start(
        &place,
        &["sims.yaml", "--key-file", "key", "--metrics", "127.0.0.1:0"],
    );
    let base = format!("http://{}", server.address);
    let links = place.run(&["url", "sims.yaml", "--key-file", "key", "--base-url", &base]);
    let mut words = links.out.split_whitespace();
    let url = words
        .find(|word| word.starts_with("http://"))
        .expect("a link");
    let token = url.rsplit('/').nth(1).expect("a token");
    let left = place.run(&["check", url, "--today", "2026-11-30", "--json"]);
    assert_eq!(
        (left.code, left.err.as_str()),
        (Some(0), ""),
        "{}",
        left.out
    );
    assert!(!left.out.contains(token), "{}", left.out);
    let report = report(&left);
    let served = &report["served"];
    assert_eq!(
        served["problems"].as_array().map(Vec::len),
        Some(0),
        "{}",
        left.out
    );
    for (at, name) in ["tag", "date", "other"].into_iter().enumerate() {
        assert_eq!(served["conditions"][at]["condition"], name);
        assert_eq!(served["conditions"][at]["outcome"], "honoured");
    }
    let address = metrics(&server);
    let metrics = counters(&address);
    assert!(
        metrics.contains("route=\"feed\",status=\"200\"} 6\n"),
        "{metrics}"
    );
    assert!(
        metrics.contains("route=\"feed\",status=\"304\"} 2\n"),
        "{metrics}"
    );
    assert!(!metrics.contains("client="), "{metrics}");
    assert_eq!(server.get(&url[base.len()..]).status, 200);
    let metrics = counters(&address);
    assert!(metrics.contains("client=\""), "{metrics}");
}

/// The counters at the address of the metrics.
fn counters(address: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let request = format!("GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("counters");
    text
}
