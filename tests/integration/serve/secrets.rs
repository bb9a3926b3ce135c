//! Secret links, which only the people who were given them know.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;

use super::{PLANS, Response, Server, metrics};
use crate::harness::{Left, NOBODY, Place};

const KEY: &str = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";

/// The path of a feed as `url` prints it.
fn path(place: &Place, key: &[&str], stem: &str) -> String {
    let file = format!("{stem}.yaml");
    let base = ["--base-url", "https://cal.example.org"];
    let left = place.run(&[&["url", &file], key, &base].concat());
    assert_eq!(left.code, Some(0), "{}", left.err);
    let line = left.out.lines().find(|line| line.contains("calendar"));
    let url = line
        .expect("a link")
        .split_whitespace()
        .nth(1)
        .expect("a URL");
    url.strip_prefix("https://cal.example.org")
        .expect("the base")
        .to_owned()
}

#[test]
fn a_feed_is_found_under_its_secret_only() {
    let place = Place::with("sims.yaml", PLANS);
    place.secret("key", KEY);
    let key = ["--key-file", "key"];
    let path = path(&place, &key, "sims");
    let token = path.split('/').nth(1).expect("a token");
    assert_eq!(token.len(), 26);
    assert!(
        token
            .bytes()
            .all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b))
    );
    let server = Server::start(&place, &["sims.yaml", "--key-file", "key"]);
    assert_eq!(server.get(&path).status, 200);
    assert_eq!(server.get(&format!("/{token}/sims")).status, 200);
    assert_eq!(server.get(&format!("/{token}/sims/test.ics")).status, 200);
    let nothing = server.get("/nothing");
    let upper = format!("/{}/sims.ics", token.to_ascii_uppercase());
    let longer = format!("/{token}a/sims.ics");
    let shorter = format!("/{}/sims.ics", &token[1..]);
    let other = format!("/{token}/other.ics");
    for path in [
        "/",
        "/sims.ics",
        "/sims",
        "//sims.ics",
        &upper,
        &longer,
        &shorter,
        &other,
        "/sims/test.ics",
    ] {
        let response = server.get(path);
        assert_eq!(response.status, 404, "{path}");
        assert_eq!(response.body, nothing.body);
        assert_eq!(response.fields(), nothing.fields());
    }
    assert_eq!(server.get("/healthz").status, 200);
    // A client that knows the secret may send any host name.
    let foreign = server.request("GET", &path, &["Host: cal.example.org"]);
    assert_eq!(foreign.status, 200);
    assert!(!server.greeting.contains(token) && !server.log().contains(token));
}

#[test]
fn another_key_or_link_is_another_address() {
    let place = Place::with("sims.yaml", PLANS);
    place.secret("key", KEY);
    place.secret("key-with-line-end", format!("{KEY}\n"));
    place.secret("other", KEY.replace('k', "l"));
    let of = |file: &str, stem: &str| path(&place, &["--key-file", file], stem);
    let first = of("key", "sims");
    assert_eq!(first, of("key-with-line-end", "sims"));
    assert_ne!(first, of("other", "sims"));
    let plans = format!(
        "calendar: {{link: 2}}\nplans:\n{}",
        PLANS.replace("- ", "  - ")
    );
    place.file("sims.yaml", plans);
    assert_ne!(first, of("key", "sims"));
    // The key from the environment gives the same link.
    let mut command = place.command(&["url", "sims.yaml", "--base-url", "https://cal.example.org"]);
    let left = Left::of(command.env("WEEKAHEAD_KEY", KEY));
    assert!(left.out.contains(&of("key", "sims")), "{left:?}");
}

#[test]
fn a_key_that_is_none_opens_nothing() {
    let place = Place::with("sims.yaml", PLANS);
    place.secret("short", "k".repeat(31));
    let serve = ["serve", "sims.yaml", "--listen", "127.0.0.1:0"];
    let left = place.run(&[&serve[..], &["--key-file", "short"]].concat());
    assert_eq!(
        (left.code, left.err.as_str()),
        (
            Some(2),
            "error: `short`: the key has 31 bytes: at least 32 are needed\n\
             hint: `weekahead init --key FILE` makes one\n"
        )
    );
    let left = Left::of(place.command(&serve).env("WEEKAHEAD_KEY", ""));
    assert_eq!(
        (left.code, left.err.as_str()),
        (
            Some(2),
            "error: WEEKAHEAD_KEY: the key has 0 bytes: at least 32 are needed\n\
             hint: `weekahead init --key FILE` makes one\n"
        )
    );
    let left = place.run(&[&serve[..], &["--key-file", "none"]].concat());
    assert_eq!(
        (left.code, left.err.as_str()),
        (
            Some(3),
            "error: cannot read the key `none`: no such file or directory\n\
             hint: `weekahead init --key FILE` makes one\n"
        )
    );
}

#[test]
fn init_makes_a_key_that_only_its_owner_reads() {
    let place = Place::new();
    let left = place.run(&["init", "--key", "key"]);
    assert_eq!((left.code, left.out.as_str()), (Some(0), ""));
    let key = place.read("key");
    assert_eq!(key.len(), 65);
    assert!(key.trim_end().bytes().all(|b| b.is_ascii_hexdigit()));
    let mode = fs::metadata(place.path("key"))
        .expect("the key")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let left = place.run(&["init", "--key", "key"]);
    assert_eq!(
        (left.code, left.err.as_str()),
        (
            Some(3),
            "error: `key` exists already\n\
             hint: a new key would change all links: if you want that, remove the file first\n"
        )
    );
    assert_eq!(place.read("key"), key);
    place.run(&["init", "--key", "second"]);
    assert_ne!(place.read("second"), key);
}

#[test]
fn the_world_is_let_in_by_a_key_or_by_name() {
    let place = Place::with("sims.yaml", PLANS);
    place.secret("key", KEY);
    for listen in ["0.0.0.0:0", "[::]:0"] {
        let left = place.run(&["serve", "sims.yaml", "--listen", listen]);
        assert_eq!(left.code, Some(2), "{}", left.err);
        assert!(
            left.err
                .contains("everybody who reaches this machine could read the plans")
        );
        assert!(left.err.contains("--key-file FILE") && left.err.contains("--public"));
    }
    for more in [&["--public"][..], &["--key-file", "key"]] {
        let server = Server::of(
            place.command(&[&["serve", "sims.yaml", "--listen", "0.0.0.0:0"], more].concat()),
        );
        let port = server.address.port();
        let host = format!("Host: 127.0.0.1:{port}");
        assert_eq!(server.request("GET", "/healthz", &[&host]).status, 200);
        let log = server.log_with("WARN");
        assert!(
            log.contains("iOS and Google Calendar subscribe only over https"),
            "{log}"
        );
    }
}

#[test]
fn url_prints_every_link_and_draws_the_code() {
    let place = Place::with(
        "sims.yaml",
        "calendar: {name: My SIMs}\nplans: [{name: A, expires: 2027-01-31}]\n",
    );
    let left = place.run(&[
        "url",
        "sims.yaml",
        "--base-url",
        "https://cal.example.org/",
        "--qr",
        "code.svg",
    ]);
    assert_eq!(
        left,
        Left {
            code: Some(0),
            out: "My SIMs\n  calendar  https://cal.example.org/sims.ics\n  apple     \
                  webcal://cal.example.org/sims.ics\n  page      https://cal.example.org/sims\n"
                .to_owned(),
            err: "warning: without a key, everybody who knows the address of the server can read the feeds\n"
                .to_owned(),
        }
    );
    assert!(
        place
            .read("code.svg")
            .starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\"")
    );
    let base = ["url", "sims.yaml", "--base-url", "https://cal.example.org"];
    let alone = place.run(&[&base[..], &["--qr", "-"]].concat());
    assert_eq!((alone.code, alone.out), (Some(0), place.read("code.svg")));
    // The image is never written over a file from which it is made.
    place.secret("key", [b'k'; 32]);
    for (image, what) in [
        ("sims.yaml", "the plans file `sims.yaml`"),
        ("./sims.yaml", "the plans file `sims.yaml`"),
        ("key", "the key"),
    ] {
        let before = (place.read("sims.yaml"), place.read("key"));
        let left = place.run(&[&base[..], &["--key-file", "key", "--qr", image]].concat());
        assert_eq!(
            left,
            Left {
                code: Some(2),
                out: String::new(),
                err: format!(
                    "error: the output `{image}` is {what}\nhint: write the image to another file, as in `--qr code.svg`\n"
                ),
            }
        );
        assert_eq!((place.read("sims.yaml"), place.read("key")), before);
    }
    let reminder = place.run(&["url", "sims.yaml", "--test"]);
    assert_eq!((reminder.code, reminder.err.as_str()), (Some(0), ""));
    assert!(reminder.out.starts_with("BEGIN:VCALENDAR\r\n"));
    assert!(reminder.out.contains("TRIGGER:-PT5M\r\n"));
    for (arguments, why) in [
        (&["url", "sims.yaml"][..], "--base-url <URL>"),
        (
            &["url", "sims.yaml", "--base-url", "cal.example.org"],
            "write `https://cal.example.org`",
        ),
        (
            &["url", "sims.yaml", "--base-url", "https://a?b"],
            "`?` is not allowed in the address",
        ),
    ] {
        let left = place.run(arguments);
        assert_eq!(left.code, Some(2));
        assert!(left.err.contains(why), "{}", left.err);
    }
}

/// The warning does not stop the command, whichever it is.
#[test]
fn a_key_that_others_can_read_is_a_warning() {
    let warning = |mode: &str| {
        format!(
            "warning: other users can read the key `key` (mode {mode}), and can make every secret link with it\nhint: let only its owner read it: `chmod 600 key`\n"
        )
    };
    let place = Place::with("sims.yaml", PLANS);
    place.secret("key", KEY);
    let commands = [
        &["url", "sims.yaml", "--base-url", "https://cal.example.org"][..],
        &[
            "publish",
            "sims.yaml",
            "--to",
            "site",
            "--manifest",
            "manifest",
            "--quiet",
        ],
    ];
    for command in commands {
        let command = [command, &["--key-file", "key"]].concat();
        for (mode, shown) in [
            (0o600, None),
            (0o400, None),
            (0o644, Some("644")),
            (0o604, Some("604")),
            (0o440, Some("440")),
        ] {
            place.set_mode("key", mode);
            let left = place.run(&command);
            let expected = shown.map_or_else(String::new, warning);
            assert_eq!((left.code, left.err), (Some(0), expected), "{command:?}");
        }
    }
    let serve = ["sims.yaml", "--key-file", "key"];
    place.set_mode("key", 0o644);
    let server = Server::start(&place, &serve);
    let log = server.log_with("listening");
    assert!(log.starts_with(&warning("644")), "{log}");
    place.set_mode("key", 0o600);
    let server = Server::start(&place, &serve);
    let log = server.log_with("listening");
    assert!(!log.contains("mode"), "{log}");
    // The group may read the key of another user: services are given theirs in this way.
    if rustix::process::geteuid().is_root() {
        place.set_mode("key", 0o440);
        std::os::unix::fs::chown(place.path("key"), Some(NOBODY), None).expect("another owner");
        let server = Server::start(&place, &serve);
        let log = server.log_with("listening");
        assert!(!log.contains("mode"), "{log}");
    }
}

#[test]
fn metrics_are_for_this_computer_unless_everybody_is_invited() {
    let place = Place::with("sims.yaml", PLANS);
    place.secret("key", KEY);
    let serve = ["serve", "sims.yaml", "--listen", "127.0.0.1:0"];
    for (key, address, ip) in [
        (&[][..], "0.0.0.0:9100", "0.0.0.0"),
        (&["--key-file", "key"], "[::]:9100", "::"),
        (&[], "[::ffff:10.0.0.1]:9100", "10.0.0.1"),
    ] {
        let left = place.run(&[&serve[..], key, &["--metrics", address]].concat());
        assert_eq!(
            left,
            Left {
                code: Some(2),
                out: String::new(),
                err: format!(
                    "error: on {ip} everybody who reaches this machine could read the metrics: a \
                     key protects only feeds\nhint: serve them only to this computer with `--metrics 127.0.0.1:9100`, or add `--public`\n"
                ),
            }
        );
    }
    let status = |server: &Server, host: &str| {
        let address = metrics(server);
        let (_, port) = address.rsplit_once(':').expect("a port");
        let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).expect("a connection");
        write!(
            stream,
            "GET /metrics HTTP/1.1\r\nConnection: close\r\n{host}\r\n"
        )
        .expect("a request");
        let mut all = Vec::new();
        stream.read_to_end(&mut all).expect("a response");
        Response::of(&all).status
    };
    // On loopback a name of somebody else is refused, so that no web site can read the metrics
    // through a browser here. A key does not change that.
    let base = ["--base-url", "https://cal.example.org"];
    let key = ["--key-file", "key"];
    let options = [&["sims.yaml", "--metrics", "127.0.0.1:0"][..], &base, &key].concat();
    let local = Server::start(&place, &options);
    for (host, expected) in [
        ("Host: localhost:1234\r\n", 200),
        ("Host: 127.0.0.1\r\n", 200),
        ("Host: cal.example.org\r\n", 200),
        ("Host: evil.example\r\n", 421),
        ("Host: <script>\r\n", 400),
        ("Host: localhost\r\nHost: localhost\r\n", 400),
        ("", 400),
    ] {
        assert_eq!(status(&local, host), expected, "{host}");
    }
    let options = ["sims.yaml", "--metrics", "0.0.0.0:0", "--public"];
    let public = Server::start(&place, &[&options[..], &key].concat());
    assert_eq!(status(&public, "Host: metrics.example\r\n"), 200);
    // The feeds are as secret as before.
    assert_eq!(public.get("/sims.ics").status, 404);
}
