//! What a server can answer, and what is said about it.

use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::{Server, check, feed, good, honest, problems, report, write};

#[test]
fn a_good_server_is_asked_eight_times() {
    let text = feed();
    let length = text.len().div_ceil(1000);
    let server = Server::new(move |request, out| honest(request, out, &text));
    let left = check(&server.url(), &[]);
    let shown = server.shown();
    let got = format!("200, text/calendar; charset=utf-8, {length} kB");
    let start = format!(
        "{shown}\n  Google       {got}\n  iOS          {got}\n  Outlook      {got}\n  \
         Thunderbird  {got}\n  curl         {got}\n  same bytes   yes\n  \
         304          tag honoured, date honoured, with others honoured\n  \
         list         dated 2026-10-05, 56 days ago; it says: List as of 5 October 2026.\n\
         note: the address is this machine's own: no other machine can reach it\n\
         note: all requests came from this machine: they cannot show whether the server refuses the addresses of Google, Apple or Microsoft\n\
         {shown}: all is well; a program shows "
    );
    assert!(left.out.starts_with(&start), "{}\n{start}", left.out);
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
    let requests = server.requests();
    let user_agents: Vec<&str> = requests
        .iter()
        .map(|request| request.field("user-agent").expect("a User-Agent"))
        .collect();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        user_agents[4],
        format!("curl/8.14.1 weekahead-check/{version}")
    );
    for (user_agent, client) in user_agents.iter().zip([
        "Google-Calendar-Importer",
        "dataaccessd/",
        "Microsoft Exchange/",
        "Thunderbird/",
        "curl/",
        "Thunderbird/",
        "dataaccessd/",
        "Thunderbird/",
    ]) {
        assert!(user_agent.contains(client), "{user_agent}");
        assert!(user_agent.ends_with(&format!(" weekahead-check/{version}")));
    }
    assert_eq!(requests.len(), 8);
    let sent = |at: usize, name| requests[at].field(name);
    assert_eq!((sent(0, "accept"), sent(4, "accept")), (None, Some("*/*")));
    assert_eq!(
        (sent(0, "accept-encoding"), sent(4, "accept-encoding")),
        (Some("gzip, deflate"), None)
    );
    let conditions: Vec<_> = (5..8)
        .map(|at| (sent(at, "if-none-match"), sent(at, "if-modified-since")))
        .collect();
    assert_eq!(
        conditions,
        [
            (Some(super::TAG), None),
            (None, Some(super::DATE)),
            (
                Some("\"weekahead-check\""),
                Some("Thu, 01 Jan 1970 00:00:00 GMT")
            ),
        ]
    );
}

#[test]
fn json_has_all_of_it() {
    let text = feed();
    let server = Server::new(move |request, out| honest(request, out, &text));
    let left = check(&server.url(), &["--json"]);
    let report = report(&left);
    assert_eq!(left.code, Some(0));
    assert_eq!(report["path"], server.shown());
    let served = &report["served"];
    assert_eq!(served["clients"][3]["client"], "Thunderbird");
    assert_eq!(served["clients"][3]["calendar"], true);
    assert_eq!(served["clients"][3]["status"], 200);
    assert_eq!(served["clients"][3]["bytes"], report["bytes"]);
    assert_eq!(served["same_bytes"], true);
    assert_eq!(served["conditions"][2]["condition"], "other");
    assert_eq!(served["conditions"][2]["outcome"], "honoured");
    assert_eq!(served["list"]["days"], 56);
    assert_eq!(served["list"]["sentence"], "List as of 5 October 2026.");
    assert_eq!(served["problems"].as_array().map(Vec::len), Some(0));
}

#[test]
fn what_is_no_calendar_is_named() {
    let page = |head: &str, body: &str| {
        format!(
            "HTTP/1.1 {head}\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    for (answer, what) in [
        (
            page(
                "403 Forbidden\r\ncf-mitigated: challenge",
                "<title>Just a moment...</title>",
            ),
            "a bot challenge of Cloudflare with the title `Just a moment...`",
        ),
        (
            page(
                "200 OK",
                "<html><title>Sign in</title><input type=\"password\">",
            ),
            "a login page with the title `Sign in`",
        ),
        (
            page("404 Not Found", "<title>/q7k2hunter/sims.ics?</title>"),
            "the status 404 (not found) with the title `/…/sims.ics?`",
        ),
        (page("200 OK", ""), "an empty body"),
        (
            "HTTP/1.1 304 Not Modified\r\n\r\n".to_owned(),
            "status 304 to a request without a tag or date",
        ),
        (
            "HTTP/1.1 200 OK\r\n\r\n{}".to_owned(),
            "something that does not begin with `BEGIN:VCALENDAR`",
        ),
        (
            "SSH-2.0-OpenSSH\r\n".to_owned(),
            "the answer cannot be read: something other than HTTP",
        ),
    ] {
        let server = Server::always(answer);
        let left = check(&server.url(), &[]);
        let error =
            format!("error: Google, iOS, Outlook, Thunderbird and curl get no calendar: {what}");
        assert_eq!(
            (left.code, problems(&left)),
            (Some(1), vec![error.as_str()])
        );
        assert_eq!(server.requests().len(), 5, "{what}");
    }
}

#[test]
fn one_client_can_be_refused() {
    let text = feed();
    let server = Server::new(move |request, out| match request.is_of("Google") {
        true => write(out, b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
        false => honest(request, out, &text),
    });
    let left = check(&server.url(), &[]);
    let error = "error: Google gets no calendar: the status 403 (forbidden)";
    assert_eq!((left.code, problems(&left)), (Some(1), vec![error]));
}

#[test]
fn one_client_can_get_other_bytes() {
    let text = feed();
    let server = Server::new(move |request, out| match request.is_of("Exchange") {
        true => honest(request, out, &text.replace("One", "Two")),
        false => honest(request, out, &text),
    });
    let left = check(&server.url(), &[]);
    assert_eq!(
        (left.code, problems(&left)),
        (
            Some(0),
            vec!["warning: Outlook got other bytes than the first client"]
        )
    );
    assert_eq!(check(&server.url(), &["--strict"]).code, Some(1));
}

#[test]
fn redirects_are_followed_and_shown_without_secrets() {
    let text = feed();
    let server = Server::new(move |request, out| match request.target.as_str() {
        "/q7k2hunter/sims.ics" => write(
            out,
            b"HTTP/1.1 301 Moved\r\nLocation: ../feeds/q7k2hunter/now.ics?key=q7k2hunter\r\n\r\n",
        ),
        _ => honest(request, out, &text),
    });
    let left = check(&server.url(), &["--json"]);
    let report = report(&left);
    let redirects = &report["served"]["clients"][0]["redirects"];
    assert_eq!(left.code, Some(0));
    assert_eq!(redirects[0]["status"], 301);
    assert_eq!(
        redirects[0]["to"],
        format!("http://{}/…/now.ics?…", server.address)
    );
}

#[test]
fn bad_redirects_end() {
    let circle = Server::always("HTTP/1.1 302 Found\r\nLocation: sims.ics\r\n\r\n");
    let count = AtomicUsize::new(0);
    let chain = Server::new(move |_, out| {
        let number = count.fetch_add(1, Ordering::Relaxed);
        let answer = format!("HTTP/1.1 302 Found\r\nLocation: /{number}.ics\r\n\r\n");
        write(out, answer.as_bytes());
    });
    let nowhere = Server::always("HTTP/1.1 302 Found\r\nLocation: javascript:x\r\n\r\n");
    for (server, what, requests) in [
        (circle, "a redirect loop", 5),
        (chain, "more than 10 redirects", 55),
        (
            nowhere,
            "the redirect 302 does not lead to a web address",
            5,
        ),
    ] {
        let left = check(&server.url(), &[]);
        let error =
            format!("error: Google, iOS, Outlook, Thunderbird and curl get no calendar: {what}");
        assert_eq!(
            (left.code, problems(&left)),
            (Some(1), vec![error.as_str()])
        );
        assert_eq!(server.requests().len(), requests, "{what}");
    }
}

#[test]
fn odd_fields_are_warnings() {
    let text = feed();
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{text}");
    let left = check(&Server::always(answer).url(), &[]);
    assert_eq!(
        (left.code, problems(&left)),
        (
            Some(0),
            vec![
                "warning: for Google, iOS, Outlook, Thunderbird and curl: the content type is `text/plain`",
                "warning: the answer has neither a tag nor a date: every fetch downloads the whole feed",
            ]
        )
    );
}

#[test]
fn wrong_answers_to_conditions_are_told() {
    let left = check(&Server::always(good(&feed())).url(), &[]);
    assert_eq!(
        (left.code, problems(&left)),
        (
            Some(0),
            vec![
                "warning: the server ignores `If-None-Match`: status 304 was expected, and the whole feed came",
                "warning: the server ignores `If-Modified-Since`: status 304 was expected, and the whole feed came",
            ]
        )
    );
    let text = feed();
    let stale = Server::new(move |request, out| match request.field("if-none-match") {
        Some(_) => write(out, b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        None => honest(request, out, &text),
    });
    let left = check(&stale.url(), &[]);
    assert_eq!(
        (left.code, problems(&left)),
        (
            Some(1),
            vec![
                "error: the server answers 304 even to another tag and date: clients never see a change"
            ]
        )
    );
}

fn gzip(size: usize, text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text).expect("gzip");
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..size {
        encoder.write_all(&zeros).expect("gzip");
    }
    let body = encoder.finish().expect("gzip");
    let mut answer =
        b"HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\nContent-Encoding: gzip\r\n\r\n"
            .to_vec();
    answer.extend(body);
    answer
}

#[test]
fn gzip_is_inflated_up_to_the_limit() {
    let text = feed();
    let server = Server::always(gzip(0, text.as_bytes()));
    let report = report(&check(&server.url(), &["--json"]));
    assert_eq!(report["bytes"], text.len());
    let bomb = gzip(65, b"");
    let text = feed();
    let server = Server::new(move |request, out| match request.is_of("Google") {
        true => write(out, &bomb),
        false => honest(request, out, &text),
    });
    let left = check(&server.url(), &["--timeout", "5m"]);
    let error = "error: Google gets no calendar: more than 64 MiB when decompressed";
    assert_eq!((left.code, problems(&left)), (Some(1), vec![error]));
}

#[test]
fn a_body_without_end_is_cut() {
    let text = feed();
    let server = Server::new(move |request, out| {
        if !request.is_of("Google") {
            return honest(request, out, &text);
        }
        write(
            out,
            b"HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\n\r\n",
        );
        let piece = vec![b'x'; 1 << 20];
        while out.write_all(&piece).is_ok() {}
    });
    let left = check(&server.url(), &["--timeout", "5m"]);
    let error = "error: Google gets no calendar: more than 64 MiB";
    assert_eq!((left.code, problems(&left)), (Some(1), vec![error]));
}

#[test]
fn a_server_that_does_not_go_on_is_left() {
    let started = Instant::now();
    let server = Server::new(|_, out| {
        write(out, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nBEGIN");
        let _ = out.flush();
        // Nobody sends anything: this waits until the test ends.
        let (_sender, receiver) = mpsc::channel::<()>();
        let _ = receiver.recv();
    });
    let left = check(&server.url(), &["--timeout", "800ms"]);
    assert_eq!((left.code, left.out.as_str()), (Some(3), ""));
    assert_eq!(
        left.err,
        format!(
            "error: {}: nobody answered: no complete answer in time\n",
            server.shown()
        )
    );
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn where_nobody_listens_nobody_answered() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let url = format!("http://{address}/q7k2hunter/sims.ics");
    let left = check(&url, &[]);
    assert_eq!((left.code, left.out.as_str()), (Some(3), ""));
    assert_eq!(
        left.err,
        format!(
            "error: http://{address}/…/sims.ics: nobody answered: cannot connect to `{address}`: connection refused\n"
        )
    );
    let left = check(&url, &["--json"]);
    assert_eq!(left.code, Some(3));
    assert_eq!(
        report(&left)["served"]["clients"][4]["refusal"],
        "connection"
    );
}

#[test]
fn plain_http_is_for_this_machine() {
    let text = feed();
    let server = Server::new(move |request, out| honest(request, out, &text));
    // The address of no machine means this one, and is no loopback address.
    let url = format!(
        "http://0.0.0.0:{}/q7k2hunter/sims.ics",
        server.address.port()
    );
    let left = check(&url, &[]);
    assert_eq!(
        (left.code, problems(&left)),
        (
            Some(1),
            vec!["error: Google and iOS get no calendar: it refuses plain `http`"]
        )
    );
}

#[test]
fn the_feed_itself_is_checked() {
    let text = feed().replace("DTSTAMP", "X-STAMP");
    let server = Server::new(move |request, out| honest(request, out, &text));
    let left = check(&server.url(), &[]);
    assert_eq!(left.code, Some(1));
    assert!(left.out.contains("no DTSTAMP"), "{}", left.out);
}

#[test]
fn a_feed_that_shows_nothing_more_is_told() {
    let text = feed()
        .replace("20261005T", "20251005T")
        .replace("2027", "2024")
        .replace("2026", "2024");
    let server = Server::new(move |request, out| honest(request, out, &text));
    let left = check(&server.url(), &[]);
    let problems = problems(&left);
    assert!(
        problems.contains(&"warning: no event is in the future: the last one was on 2024-02-28"),
        "{}",
        left.out
    );
    assert!(
        problems.contains(&"warning: the list is dated 2025-10-05: is it still being published?"),
        "{}",
        left.out
    );
}

#[test]
fn wrong_use_is_told_without_the_secret() {
    for (arguments, error) in [
        (
            &["check", "https://me:q7k2hunter@h/x"][..],
            "error: the address has a user name\nhint: Google and Outlook.com cannot send a password: make the path secret instead\n",
        ),
        (
            &["check", "--expect", "x.ics", "plans.yaml"],
            "error: `--expect` and `--ca` are for an address\nhint: give one, as in `https://HOST/SECRET/NAME.ics`\n",
        ),
        (
            &["check", "--expect", "x.ics", "https://h/a", "https://h/b"],
            "error: `--expect` is for one address\n",
        ),
    ] {
        let left = crate::harness::Place::new().run(arguments);
        assert_eq!(
            (left.code, left.out.as_str(), left.err.as_str()),
            (Some(2), "", error)
        );
    }
}
