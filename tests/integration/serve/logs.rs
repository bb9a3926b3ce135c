//! What the server logs and counts, and what it does not.

use std::io::{BufRead as _, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Stdio;

use super::{PLANS, Response, Server, until};
use crate::harness::Place;

const BROKEN: &str =
    "- {name: Hemmelig SIM, expires: 2027-01-31}\n- {name: Hemmelig SIM, expires: 2027-01-31}\n";

/// The address of the metrics, from the log.
pub(crate) fn metrics(server: &Server) -> String {
    let log = server.log_with("metrics=");
    let (_, rest) = log.split_once("metrics=").expect("an address");
    rest.lines().next().expect("an address").to_owned()
}

/// The number of open connections, as the server's metrics report it.
pub(crate) fn connections(metrics: &str) -> usize {
    let report = report(metrics);
    let mut lines = report.text().lines();
    let count = lines.find_map(|line| line.strip_prefix("weekahead_connections "));
    let count = count.expect("a figure").parse();
    count.expect("a number")
}

fn report(address: &str) -> Response {
    let mut stream = TcpStream::connect(address).expect("a connection");
    write!(
        stream,
        "GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .expect("a request");
    let mut all = Vec::new();
    stream.read_to_end(&mut all).expect("a response");
    Response::of(&all)
}

#[test]
fn metrics_count_what_happened() {
    let place = Place::with("sims.yaml", PLANS);
    let server = Server::start(&place, &["sims.yaml", "--metrics", "127.0.0.1:0"]);
    let feed = server.request(
        "GET",
        "/sims.ics",
        &["User-Agent: Google-Calendar-Importer"],
    );
    let etag = format!("If-None-Match: {}", feed.field("etag").expect("a tag"));
    server.request("GET", "/sims.ics", &[&etag]);
    server.get("/nothing");
    server.request("PUT", "/sims.ics", &[]);
    place.file("sims.yaml", "- {name: A}\n");
    server.log_with("cannot be used");
    let report = report(&metrics(&server));
    assert_eq!(
        report.field("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    let text = report.text();
    for line in [
        "# TYPE weekahead_requests_total counter",
        "weekahead_requests_total{route=\"feed\",status=\"200\"} 1",
        "weekahead_requests_total{route=\"feed\",status=\"304\"} 1",
        "weekahead_requests_total{route=\"feed\",status=\"405\"} 1",
        "weekahead_requests_total{route=\"none\",status=\"404\"} 1",
        "weekahead_connections 0",
        "weekahead_connections_total 4",
        "weekahead_reloads_good_total 1",
        "weekahead_reloads_bad_total 1",
        "weekahead_feeds 1",
        "weekahead_plans 1",
        "weekahead_broken_feeds 1",
        "weekahead_stale_feeds 0",
        "weekahead_unsaved_feeds 0",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is not in\n{text}"
        );
    }
    let bytes = feed.body.len()
        + "not found\n".len()
        + "this can only be read: GET and HEAD are allowed\n".len();
    assert!(
        text.contains(&format!("weekahead_sent_bytes_total {bytes}\n")),
        "{text}"
    );
    assert!(text.contains("weekahead_last_fetch_timestamp_seconds{client=\"Google Calendar\"} 1"));
    assert!(text.contains("weekahead_last_good_load_age_seconds "));
    // The metrics do not name feeds, and the listener for feeds does not serve the metrics.
    assert!(!text.contains("sims"));
    assert_eq!(server.get("/metrics").status, 404);
}

#[test]
fn no_secret_and_no_name_of_a_plan_is_logged() {
    let place = Place::with(
        "sims.yaml",
        "- {name: Hemmelig SIM, id: hemmelig-id, expires: 2027-01-31}\n",
    );
    let mut command = place.command(&[
        "serve",
        "sims.yaml",
        "--listen",
        "127.0.0.1:0",
        "--log-level",
        "debug",
        "--log-format",
        "json",
    ]);
    command.env("WEEKAHEAD_KEY", "k".repeat(32));
    let server = Server::of(command);
    let left = crate::harness::Left::of(
        place
            .command(&["url", "sims.yaml", "--base-url", "https://x"])
            .env("WEEKAHEAD_KEY", "k".repeat(32)),
    );
    let line = left
        .out
        .lines()
        .find(|line| line.contains("calendar"))
        .expect("a link")
        .to_owned();
    let path = line.split("https://x").nth(1).expect("a path").to_owned();
    let token = path.split('/').nth(1).expect("a token").to_owned();
    assert_eq!(server.get(&path).status, 200);
    let page = path.replace(".ics", "");
    assert_eq!(server.get(&page).status, 200);
    assert_eq!(server.get(&format!("{page}/test.ics")).status, 200);
    server.request("PUT", &path, &[]);
    server.get(&format!("/{token}/wrong"));
    for broken in [
        BROKEN,
        "- Hemmelig SIM: 1\n",
        "- {name: Hemmelig SIM, expires: 2027-02-30}\n",
        "- {name: Hemmelig SIM\n",
        "Hemmelig SIM\n",
    ] {
        let before = server.log().matches("\"ERROR\"").count();
        place.file("sims.yaml", broken);
        server.log_with_many(before + 1, "\"ERROR\"");
    }
    let log = server.log();
    assert!(!log.contains(&token), "{log}");
    assert!(!log.to_lowercase().contains("hemmelig"), "{log}");
    let place_of_it = "line 1, column 33: `…` does not exist: February 2027 has 28 days";
    assert!(log.contains(place_of_it), "{log}");
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert!(
            line["timestamp"].is_string() && line["level"].is_string(),
            "{line}"
        );
    }
    assert!(
        log.contains("\"route\":\"feed\"") && log.contains("\"status\":405"),
        "{log}"
    );
}

/// An address with a port that was free a moment ago, for servers that cannot report their port.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

/// The status of a feed, if a server answers.
fn ask(address: SocketAddr) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    let request = format!("GET /sims.ics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut all = Vec::new();
    stream.read_to_end(&mut all).ok()?;
    Some(Response::of(&all).status)
}

#[test]
fn a_closed_log_ends_nothing() {
    let place = Place::with("sims.yaml", PLANS);
    let address = free_address();
    let mut command = place.command(&[
        "serve",
        "sims.yaml",
        "--log-level",
        "debug",
        "--listen",
        &address.to_string(),
    ]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    // The read ends of both pipes are closed, so nothing ever reads the output.
    drop((child.stdout.take(), child.stderr.take()));
    let ask = || ask(address);
    assert_eq!(until(ask), 200);
    place.file("sims.yaml", "nonsense");
    for _ in 0..50 {
        assert_eq!(ask(), Some(200));
    }
    assert!(child.try_wait().expect("a status").is_none());
    child.kill().expect("it is killed");
    child.wait().expect("it ended");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_log_ends_nothing() {
    let place = Place::with("sims.yaml", PLANS);
    let address = free_address();
    let full = || {
        std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("a full device")
    };
    let mut command = place.command(&[
        "serve",
        "sims.yaml",
        "--log-level",
        "debug",
        "--listen",
        &address.to_string(),
    ]);
    let mut child = command
        .stdout(full())
        .stderr(full())
        .spawn()
        .expect("the program runs");
    let ask = || ask(address);
    for _ in 0..50 {
        assert_eq!(until(ask), 200);
    }
    assert!(child.try_wait().expect("a status").is_none());
    child.kill().expect("it is killed");
    child.wait().expect("it ended");
}

#[test]
fn a_log_that_nobody_reads_holds_up_nothing() {
    let place = Place::with("sims.yaml", PLANS);
    let mut command = place.command(&[
        "serve",
        "sims.yaml",
        "--log-level",
        "debug",
        "--listen",
        "127.0.0.1:0",
    ]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut greeting = String::new();
    let mut stdout = std::io::BufReader::new(child.stdout.take().expect("standard output"));
    stdout.read_line(&mut greeting).expect("a line");
    let address = greeting
        .trim_end()
        .rsplit('/')
        .nth(1)
        .expect("an address")
        .to_owned();
    let mut stream = TcpStream::connect(&address).expect("a connection");
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\n\r\n");
    // This is many times as much as the pipe of the log holds.
    let mut buffer = [0; 1024];
    for _ in 0..5000 {
        stream.write_all(request.as_bytes()).expect("a request");
        assert!(stream.read(&mut buffer).expect("a response") > 0);
    }
    let id =
        rustix::process::Pid::from_raw(i32::try_from(child.id()).expect("an id")).expect("an id");
    rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("a signal");
    assert_eq!(child.wait().expect("it ended").code(), Some(0));
}

/// Checks the rules of the text format without a library: the lines of a family follow its HELP and
/// TYPE without a gap, and each line occurs once.
#[test]
fn metrics_are_what_prometheus_reads() {
    let place = Place::with("sims.yaml", PLANS);
    let server = Server::start(&place, &["sims.yaml", "--metrics", "127.0.0.1:0"]);
    for agent in ["Evolution/3", "iOS/17", "x\"y"] {
        server.request("GET", "/sims.ics", &[&format!("User-Agent: {agent}")]);
    }
    server.get("/nothing");
    let report = report(&metrics(&server));
    let text = report.text();
    assert!(text.ends_with('\n'));
    let is_name = |name: &str| {
        name.starts_with("weekahead_")
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    let mut families = std::collections::HashSet::new();
    let mut samples = std::collections::HashSet::new();
    let mut lines = text.lines().peekable();
    while let Some(help) = lines.next() {
        let (family, sentence) = help
            .strip_prefix("# HELP ")
            .and_then(|rest| rest.split_once(' '))
            .unwrap_or_else(|| panic!("{help}"));
        assert!(is_name(family) && !sentence.is_empty(), "{help}");
        assert!(families.insert(family), "{family} twice");
        let kind = if family.ends_with("_total") {
            "counter"
        } else {
            "gauge"
        };
        let kind = format!("# TYPE {family} {kind}");
        assert_eq!(lines.next(), Some(kind.as_str()));
        while let Some(line) = lines.next_if(|line| !line.starts_with('#')) {
            let (name, value) = line.rsplit_once(' ').expect("a sample");
            assert!(value.parse::<u64>().is_ok(), "{line}");
            assert!(samples.insert(name), "{name} twice");
            let labels = name.strip_prefix(family).expect("of its family");
            if labels.is_empty() {
                continue;
            }
            let labels = labels
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'));
            for label in labels.expect("labels").split(',') {
                let (name, value) = label.split_once('=').expect("a label");
                assert!(name.bytes().all(|byte| byte.is_ascii_lowercase()), "{line}");
                let value = value
                    .strip_prefix('"')
                    .and_then(|rest| rest.strip_suffix('"'));
                assert!(
                    !value.expect("a value").contains(['"', '\\', '\n']),
                    "{line}"
                );
            }
        }
    }
}

#[test]
fn the_age_of_a_load_that_never_was_is_not_told() {
    let place = Place::with("sims.yaml", PLANS);
    let arguments = ["sims.yaml", "--state", "state", "--metrics", "127.0.0.1:0"];
    let age = |server: &Server| {
        let report = report(&metrics(server));
        let mut lines = report.text().lines();
        let line =
            lines.find_map(|line| line.strip_prefix("weekahead_last_good_load_age_seconds "));
        line.map(|age| age.parse::<u64>().expect("a number"))
    };
    assert!(age(&Server::start(&place, &arguments)).is_some());
    // The saved text was good until the file was broken.
    place.file("sims.yaml", "nonsense");
    let age_of_kept = age(&Server::start(&place, &arguments)).expect("an age");
    assert!(age_of_kept < 3600, "{age_of_kept}");
    let empty = Server::start(&place, &["none", "--metrics", "127.0.0.1:0"]);
    assert_eq!(age(&empty), None);
}
