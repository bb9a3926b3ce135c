//! With which options renewals are recorded, and what a start says about it.

use super::{BARE, FORM, FORM_TYPE, SAME_ORIGIN, secrets};
use crate::harness::{Left, Place};
use crate::serve::{Response, Server, as_nobody};

const KEY_HINT: &str =
    "hint: give a key with `--key-file FILE` (`weekahead init --key FILE` makes one)\n";

#[test]
fn a_start_refuses_what_a_stranger_could_use() {
    let place = Place::with("sims.yaml", BARE);
    place.secret("key", secrets::KEY);
    let https_hint = "hint: put a reverse proxy with TLS in front of the server, and give its address with `--base-url https://...`\n";
    let needs_https = format!(
        "error: `--record` needs an https address: over plain HTTP, others can read a device's cookie\n{https_hint}"
    );
    let without_key = |option: &str| {
        format!(
            "error: without a key `--record` is for this computer only, so {option} is not \
             allowed\n{KEY_HINT}"
        )
    };
    let today = "error: `--today` with `--record` is for this computer only\nhint: leave `--today` \
                 out\n";
    for (options, error) in [
        (&["--public"][..], without_key("`--public`")),
        (
            &["--trust-proxy", "127.0.0.1"],
            without_key("`--trust-proxy`"),
        ),
        (
            &["--base-url", "https://cal.example.org"],
            without_key("`--base-url https://cal.example.org`"),
        ),
        (
            &["--base-url", "http://192.0.2.1"],
            without_key("`--base-url http://192.0.2.1`"),
        ),
        (
            &["--public", "--listen", "0.0.0.0:0"],
            without_key("`--public`"),
        ),
        (
            &["--key-file", "key", "--base-url", "http://cal.example.org"],
            needs_https.clone(),
        ),
        (
            &["--key-file", "key", "--listen", "0.0.0.0:0"],
            needs_https.clone(),
        ),
        (
            &[
                "--key-file",
                "key",
                "--listen",
                "0.0.0.0:0",
                "--base-url",
                "http://127.0.0.1",
            ],
            needs_https.clone(),
        ),
        (
            &["--key-file", "key", "--trust-proxy", "10.0.0.0/8"],
            needs_https,
        ),
        (
            &[
                "--key-file",
                "key",
                "--base-url",
                "https://a.example",
                "--today",
                "2026-11-30",
            ],
            today.to_owned(),
        ),
    ] {
        let mut arguments = vec!["serve", "sims.yaml", "--record"];
        if !options.contains(&"--listen") {
            arguments.extend(["--listen", "127.0.0.1:0"]);
        }
        arguments.extend(options);
        let left = place.run(&arguments);
        assert_eq!(
            (left.code, left.out.as_str(), left.err),
            (Some(2), "", error),
            "{options:?}"
        );
    }
    let left = place.run(&["serve", "-", "--record", "--listen", "127.0.0.1:0"]);
    let error = "error: `--record` cannot write to standard input\nhint: name the plans file\n";
    assert_eq!((left.code, left.err.as_str()), (Some(2), error));
    let left = place.run(&["serve", "sims.yaml", "--commit"]);
    assert_eq!(left.code, Some(2));
    assert!(left.err.contains("--record"), "{}", left.err);
}

#[cfg(unix)]
#[test]
fn a_start_proves_that_files_can_be_written() {
    use std::os::unix::fs::{chown, symlink};
    let place = Place::new();
    place.file("mine/sims.yaml", BARE);
    place.file("closed/file.yaml", BARE);
    place.file("open/locked.yaml", BARE);
    place.file("open/theirs.yaml", BARE);
    place.file("farm/data/linked.yaml", BARE);
    symlink("data/linked.yaml", place.path("farm/linked.yaml")).expect("a link");
    let is_root = rustix::process::geteuid().is_root();
    if is_root {
        for path in [
            "mine",
            "mine/sims.yaml",
            "open",
            "open/locked.yaml",
            "farm",
            "farm/data",
        ] {
            let nobody = Some(crate::harness::NOBODY);
            chown(place.path(path), nobody, nobody).expect("an owner");
        }
        place.set_mode("open/theirs.yaml", 0o666);
    }
    place.set_mode("open/locked.yaml", 0o444);
    place.set_mode("closed/file.yaml", 0o666);
    place.set_mode("closed", 0o555);
    place.set_mode("farm/data", 0o555);
    let written = "hint: to record renewals, the server must be able to write to the file and to its folder\n";
    let error =
        |name: &str, reason: &str| format!("error: cannot record renewals in `{name}`: {reason}\n");
    let start = |name: &str| {
        let mut command = place.command(&["serve", name, "--record", "--listen", "127.0.0.1:0"]);
        as_nobody(&place, &mut command);
        Left::of(&mut command)
    };
    let denied = "permission denied";
    for name in ["open/locked.yaml", "closed/file.yaml", "farm/linked.yaml"] {
        let left = start(name);
        let expected = format!("{}{written}", error(name, denied));
        assert_eq!((left.code, left.err), (Some(3), expected));
    }
    if is_root {
        let left = start("open/theirs.yaml");
        let reason = "it belongs to another user or group, and a recording would change that";
        let expected =
            error("open/theirs.yaml", reason) + "hint: run the server as the owner of the file\n";
        assert_eq!((left.code, left.err), (Some(3), expected));
    }
    assert_eq!(place.read("closed/file.yaml"), BARE);
    place.set_mode("closed", 0o755);
    let mut command = place.command(&["serve", "mine", "--record", "--listen", "127.0.0.1:0"]);
    as_nobody(&place, &mut command);
    let server = Server::of(command);
    server.output_with("/pair/");
    // Nothing stays of the proof.
    assert_eq!(crate::harness::names(&place.path("mine")), ["sims.yaml"]);
}

#[test]
fn without_a_key_the_greeting_has_the_links() {
    let place = Place::new();
    for number in 0..12 {
        place.file(&format!("lists/list {number:02}.yaml"), BARE);
    }
    let server = Server::start(&place, &["lists", "--record"]);
    let output = server.output_with("more list");
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(
        lines[0],
        "To record renewals in a list, pair your browser by its link within an hour:"
    );
    assert_eq!(
        lines[11],
        "  and 2 more lists: name fewer plans files to see the links"
    );
    assert_eq!(lines.len(), 12);
    let address = server.address;
    for (number, line) in lines[1..11].iter().enumerate() {
        let start = format!("  http://{address}/list%20{number:02}/pair/");
        let code = line
            .strip_prefix(&start)
            .unwrap_or_else(|| panic!("{line}"));
        assert!(
            code.len() == 34 && code.bytes().all(|b| b.is_ascii_alphanumeric()),
            "{line}"
        );
    }
    let link = lines[1]
        .trim()
        .trim_start_matches(&format!("http://{address}"));
    let fields = [SAME_ORIGIN, FORM_TYPE, "Content-Length: 0"];
    let paired = server.request("POST", link, &fields);
    assert_eq!(paired.status, 303, "{}", paired.head);
    let cookie = paired.field("set-cookie").expect("a cookie");
    let cookie = format!("Cookie: {}", cookie.split(';').next().expect("a pair"));
    let page = |fields: &[&str]| server.request("GET", "/list%2000/renew/telenor", fields);
    assert_eq!(page(&[&cookie]).status, 200);
    // Somebody else may be behind a proxy, so nothing that comes through one is served.
    for field in [
        "Forwarded: for=192.0.2.1",
        "X-Forwarded-For: 192.0.2.1",
        "X-Forwarded-X: 1",
    ] {
        let refused = page(&[&cookie, field]);
        assert_eq!(refused.status, 403, "{field}");
        assert_eq!(
            refused.text(),
            "without a key renewals are recorded on this computer only, and this request came \
             through a proxy\n"
        );
        let paired = server.request("POST", link, &[&fields[..], &[field]].concat());
        assert_eq!(paired.status, 403, "{field}");
        assert_eq!(server.request("GET", link, &[field]).status, 403, "{field}");
        assert_eq!(
            server.request("GET", "/list%2000.ics", &[field]).status,
            200
        );
    }
    // The next run has another key.
    assert!(!server.log().contains("/pair/"), "{}", server.log());
    drop(server);
    let server = Server::start(&place, &["lists", "--record"]);
    let page = server.request("GET", "/list%2000/renew/telenor", &[&cookie]);
    assert_eq!(page.status, 403);
}

#[test]
fn a_start_without_a_list_has_no_link() {
    let place = Place::new();
    std::fs::create_dir(place.path("lists")).expect("a folder");
    let server = Server::start(&place, &["lists", "--record"]);
    let output = server.output_with("renewals");
    assert_eq!(
        output,
        "To record renewals, start the server again when there is a list: it then prints a link \
         that pairs your browser.\n"
    );
}

#[test]
fn with_a_key_the_greeting_names_the_command() {
    let place = Place::with("sims.yaml", BARE);
    place.secret("key", secrets::KEY);
    let server = Server::start(&place, &["sims.yaml", "--record", "--key-file", "key"]);
    let output = server.output_with("pair a device");
    assert_eq!(
        output,
        "Their links are secret: `weekahead url` with the same key and --base-url prints them.\n\
         To record renewals, pair a device: `weekahead url --record` with the same key and \
         --base-url prints the links.\n"
    );
}

#[test]
fn without_the_option_there_is_no_form() {
    let place = Place::with("sims.yaml", BARE);
    place.secret("key", secrets::KEY);
    let server = Server::start(&place, &["sims.yaml", "--key-file", "key"]);
    let cookie = super::paired();
    let code = secrets::code(secrets::KEY, "sims", 1, secrets::now() + 600);
    for path in [
        "/sims/renew".to_owned(),
        "/sims/renew/telenor".to_owned(),
        format!("/sims/pair/{code}"),
    ] {
        assert_eq!(server.request("GET", &path, &[&cookie]).status, 404);
        let length = format!("Content-Length: {}", FORM.len());
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{cookie}\r\n{SAME_ORIGIN}\r\n\
             {FORM_TYPE}\r\n{length}\r\n\r\n{FORM}",
            server.address
        );
        let response = Response::of(&server.raw(request));
        assert_eq!(
            (response.status, response.field("allow")),
            (405, Some("GET, HEAD"))
        );
    }
    assert_eq!(place.read("sims.yaml"), BARE);
}
