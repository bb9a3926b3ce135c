//! A whole session: pair, open the form, record, take it back, record again.

use super::secrets::{KEY, code, cookie, days_ago, now, today};
use super::{BARE, FORM, FORM_TYPE, MAPPING, SAME_ORIGIN, Site, Way, paired, sites};
use crate::harness::Place;
use crate::serve::{Response, Server, metrics, until};

#[test]
fn a_renewal_is_recorded_as_the_command_records_it() {
    for site in sites() {
        let expected = site.renewed_by_command(&["telenor", "sims.yaml"]);
        site.record("telenor");
        assert_eq!(site.file(), expected);
        let page = site.get(&site.plan_link("telenor"));
        let html = page.text();
        // The new expiry, what changed, and no way for the feed's secret to leak.
        for word in ["3 May 2021", "2021-02-03", "Kiosk", "renewed"] {
            assert!(html.contains(word), "{word}: {html}");
        }
        let undo = site.undo_action("telenor").expect("an undo");
        assert_eq!(site.post(&undo, "").status, 303);
        assert_eq!(site.file(), site.before);
        site.record("telenor");
        assert_eq!(site.file(), expected);
        // The feed follows.
        let feed = || {
            let token = weekahead::internals::Key::new(KEY.as_bytes()).expect("a key");
            let token = token.token("sims", 1);
            let link = format!("{}/{}/sims.ics", site.prefix(), token.as_str());
            site.request("GET", &link, &[], "").text().to_owned()
        };
        until(|| feed().contains("DTSTART;VALUE=DATE:20210503").then_some(()));
    }
}

#[test]
fn pages_are_of_the_device_and_of_this_moment() {
    for site in sites() {
        for link in [site.list_link(), site.plan_link("telenor")] {
            let page = site.get(&link);
            assert_eq!(page.status, 200);
            assert_eq!(page.field("cache-control"), Some("no-store"));
            assert_eq!(page.field("vary"), Some("Cookie"));
            assert_eq!(page.field("referrer-policy"), Some("same-origin"));
            assert_eq!(page.field("x-content-type-options"), Some("nosniff"));
            let policy = page.field("content-security-policy").expect("a policy");
            for part in [
                "default-src 'none'",
                "form-action 'self'",
                "frame-ancestors 'none'",
            ] {
                assert!(policy.contains(part), "{policy}");
            }
            assert!(
                !policy.contains("script") && !page.text().contains("<script"),
                "{policy}"
            );
            let head = site.request("HEAD", &link, &[&paired()], "");
            assert_eq!((head.status, head.body.len()), (200, 0));
            assert_eq!(head.fields(), page.fields());
        }
        // The cookie is renewed at each use.
        let old = format!("Cookie: {}", cookie("sims", 1, &days_ago(399)));
        let page = site.request("GET", &site.list_link(), &[&old], "");
        let set = page.field("set-cookie").expect("a cookie");
        assert!(set.starts_with(&cookie("sims", 1, &today())), "{set}");
        // The page shows the file as it is now.
        let other = site.before.replace("giffgaff", "giffgaff UK");
        site.place.file("sims.yaml", &other);
        assert!(site.get(&site.list_link()).text().contains("giffgaff UK"));
        let missing = site.get(&site.plan_link("nothing"));
        assert_eq!(missing.status, 404);
        let html = missing.text();
        assert!(
            html.contains(&format!("href=\"{}\"", site.list_link())),
            "{html}"
        );
    }
}

#[test]
fn strangers_read_their_own_language() {
    let site = Site::new(BARE, Way::Direct, &[]);
    let page = |language: &str| {
        let field = format!("Accept-Language: {language}");
        let page = site.request("GET", "/sims/renew", &[&field], "");
        assert_eq!(
            (page.status, page.field("vary")),
            (403, Some("Cookie, Accept-Language"))
        );
        page.text().to_owned()
    };
    for (language, tag) in [
        ("nb-NO,nb;q=0.9,en;q=0.8", "nb"),
        ("zh-CN", "zh-CN"),
        ("fr", "en"),
    ] {
        let html = page(language);
        assert!(
            html.contains(&format!("lang=\"{tag}\"")),
            "{language}: {html}"
        );
    }
}

#[test]
fn the_public_page_leads_to_the_form() {
    for (list, link) in [
        (BARE.to_owned(), "/sims/renew/telenor"),
        (
            MAPPING.replace("name: Sims", "edit: 'https://git.example/{id}', name: Sims"),
            "https://git.example/telenor",
        ),
    ] {
        let place = Place::with("sims.yaml", &list);
        let server = Server::start(&place, &["sims.yaml", "--record", "--today", "2021-01-04"]);
        let page = server.get("/sims");
        let html = page.text();
        assert!(html.contains(&format!("href=\"{link}\"")), "{html}");
        let base = [
            "sims.yaml",
            "--record",
            "--base-url",
            "http://localhost/cal",
            "--today",
            "2021-01-04",
        ];
        let server = Server::start(&place, &base);
        let page = server.get("/cal/sims");
        let link = if link.starts_with('/') {
            format!("/cal{link}")
        } else {
            link.to_owned()
        };
        assert!(
            page.text().contains(&format!("href=\"{link}\"")),
            "{}",
            page.text()
        );
        let server = Server::start(&place, &["sims.yaml", "--today", "2021-01-04"]);
        assert!(!server.get("/sims").text().contains("/sims/renew"));
        // No option changes the feed.
        let feed = server.get("/sims.ics").body;
        let server = Server::start(&place, &["sims.yaml", "--record", "--today", "2021-01-04"]);
        assert_eq!(server.get("/sims.ics").body, feed);
    }
}

/// Nothing of a form, no token, no cookie and no path enters a log or the metrics.
#[test]
fn a_session_leaves_no_secret_in_the_log() {
    let place = Place::with("sims.yaml", BARE);
    place.secret("key", KEY);
    let options = [
        "sims.yaml",
        "--record",
        "--key-file",
        "key",
        "--log-level",
        "debug",
        "--metrics",
        "127.0.0.1:0",
    ];
    let site = Site {
        before: place.read("sims.yaml"),
        server: Server::start(&place, &options),
        place,
        way: Way::Direct,
    };
    let code = code(KEY, "sims", 1, now() + 600);
    let link = format!("/sims/pair/{code}");
    site.request("GET", &link, &[], "");
    let paired = site.request("POST", &link, &[SAME_ORIGIN, FORM_TYPE], "");
    assert_eq!(paired.status, 303);
    let first = site.record_action("telenor");
    let form = "on=2021-02-03&paid=4711+NOK&receipt=kvittering.pdf&note=Hemmelig";
    assert_eq!(site.post(&first, form).status, 303);
    assert_eq!(site.post(&first, form).status, 409);
    let undo = site.undo_action("telenor").expect("an undo");
    assert_eq!(site.post(&undo, "").status, 303);
    let second = site.record_action("telenor");
    assert_eq!(
        site.post(&second, "on=2999-01-01&note=Hemmelig").status,
        422
    );
    assert_eq!(site.post(&second, "note=Hemmelig%FF").status, 422);
    site.request("POST", &second, &[], form);
    site.request("GET", "/sims/renew/hemmelig-id", &[], "");
    site.place.file("sims.yaml", "- {name: Hemmelig SIM\n");
    assert_eq!(site.post(&second, form).status, 422);
    site.server.log_with("cannot be used");
    let log = site.server.log();
    for line in [
        "a device was paired list=\"sims\"",
        "a renewal was recorded list=\"sims\"",
        "a recording was taken back list=\"sims\"",
    ] {
        assert_eq!(log.matches(line).count(), 1, "{line}: {log}");
    }
    for route in ["route=\"pair\" status=303", "route=\"renew\" status=409"] {
        assert!(log.contains(route), "{route}: {log}");
    }
    let report = get(&metrics(&site.server), "/metrics");
    let line = "weekahead_requests_total{route=\"renew\",status=\"303\"} 2\n";
    assert!(report.text().contains(line), "{}", report.text());
    let cookie = cookie("sims", 1, &today());
    let (_, value) = cookie.split_once('=').expect("a value");
    let token = |action: &str| action.split("token=").nth(1).expect("a token").to_owned();
    let tokens = [token(&first), token(&second), token(&undo)];
    let mut secrets = vec![
        code.as_str(),
        value,
        "telenor",
        "4711",
        "kvittering",
        "Hemmelig",
        "hemmelig",
    ];
    secrets.extend(["renew/", "pair/", "token", "Telenor"]);
    secrets.extend(tokens.iter().flat_map(|token| token.split('.')));
    for text in [log.as_str(), report.text()] {
        for secret in &secrets {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
}

fn get(address: &str, path: &str) -> Response {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(address).expect("a connection");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut all = Vec::new();
    stream.read_to_end(&mut all).expect("a response");
    Response::of(&all)
}

#[test]
fn a_day_that_has_begun_somewhere_is_taken() {
    let options = ["--today", "2021-02-03"];
    let site = Site::new(BARE, Way::Direct, &options);
    let action = site.record_action("telenor");
    let page = site.get(&site.plan_link("telenor"));
    assert!(
        page.text().contains("value=\"2021-02-03\""),
        "{}",
        page.text()
    );
    assert_eq!(site.post(&action, "on=2021-02-04").status, 422);
    assert_eq!(site.post(&action, FORM).status, 303);
    // Without the option, the day of Kiritimati (UTC+14) is the last one.
    let site = Site::new(BARE, Way::Direct, &[]);
    let action = site.record_action("telenor");
    let last = (chrono::Utc::now() + chrono::TimeDelta::hours(14)).date_naive();
    let after = last + chrono::TimeDelta::days(2);
    assert_eq!(site.post(&action, &format!("on={after}")).status, 422);
    assert_eq!(site.post(&action, &format!("on={last}")).status, 303);
    assert!(
        site.file().contains(&format!("renewed: {last}")),
        "{}",
        site.file()
    );
}

/// What a plan needs to know, the form asks for, and the file is as the command writes it.
#[test]
fn a_plan_is_asked_for_what_it_does_not_say() {
    let list = "\
- id: ways
  name: Ways
  expires: 2021-02-20
  validity: 1 month
  renewal:
    - {method: app, price: 5 EUR, validity: 1 month}
    - {method: voucher, price: 50 EUR, validity: 1 year}
- {id: open, name: Open, expires: 2021-02-20, price: 9 NOK}
- {id: bank, name: Bank, renewed: 2020-12-12, validity: 1 month, renewal: {method: auto-debit}}
";
    for (id, without, with, command) in [
        (
            "ways",
            Some("on=2021-02-03"),
            "on=2021-02-03&way=2&paid=45",
            vec!["--way", "2", "--paid", "45 EUR"],
        ),
        (
            "open",
            Some("on=2021-02-03"),
            "on=2021-02-03&until=2022-02-20&receipt=ref+8842",
            vec!["--until", "2022-02-20", "--receipt", "ref 8842"],
        ),
        (
            "bank",
            None,
            "on=2021-01-12&note=A%0D%0AB",
            vec!["--note", "A\nB"],
        ),
    ] {
        let site = Site::new(list, Way::Direct, &[]);
        let action = site.record_action(id);
        if let Some(without) = without {
            let refused = site.post(&action, without);
            assert_eq!(refused.status, 422, "{id}: {}", refused.text());
            assert_eq!(site.file(), list);
        }
        let recorded = site.post(&action, with);
        assert_eq!(recorded.status, 303, "{id}: {}", recorded.text());
        let place = Place::with("sims.yaml", list);
        let on = with.split(['=', '&']).nth(1).expect("a day");
        let mut arguments = vec!["renew", id, "sims.yaml", "--on", on];
        arguments.extend(command);
        let left = place.run(&arguments);
        assert_eq!(left.code, Some(0), "{}", left.err);
        assert_eq!(site.file(), place.read("sims.yaml"), "{id}");
        let undo = site.undo_action(id).expect("an undo");
        assert_eq!(site.post(&undo, "").status, 303, "{id}");
        assert_eq!(site.file(), list, "{id}");
    }
}
