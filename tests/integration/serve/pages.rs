//! The page over HTTP: its header fields, its links, and what it says about the server.

use super::{PLANS, Server, until};
use crate::harness::Place;

#[test]
fn a_page_is_html_that_may_load_nothing() {
    let place = Place::with("sims.yaml", PLANS);
    let server = Server::start(&place, &["sims.yaml", "--today", "2026-11-23"]);
    let page = server.get("/sims");
    assert_eq!(page.status, 200);
    assert_eq!(page.body, server.get("/").body);
    assert_eq!(page.field("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.field("cache-control"), Some("private, no-store"));
    assert_eq!(page.field("referrer-policy"), Some("no-referrer"));
    let policy = page.field("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(
        !policy.contains("unsafe") && !policy.contains("script"),
        "{policy}"
    );
    let html = page.text();
    for never in [
        "<script", " style=", " onload", " onclick", "src=", "@import", "url(h", "url(/",
    ] {
        assert!(!html.contains(never), "{never}: {html}");
    }
    assert!(html.contains("<html lang=\"en\""));
    assert!(
        html.contains("Nothing is due until 24 January 2027."),
        "{html}"
    );
}

#[test]
fn what_a_user_wrote_is_text() {
    let name = "<script>alert(1)</script> & \\\"' onload=x";
    let plans = format!(
        "- {{name: \"{name}\", expires: 2027-01-31, notes: \"</style><img src=x>\", renewal: {{action: \"<b>x</b>\", url: \"https://x/?a='&b\"}}}}\n"
    );
    let place = Place::with("sims.yaml", plans);
    let server = Server::start(&place, &["sims.yaml"]);
    let page = server.get("/sims");
    let html = page.text();
    for raw in ["<script", "<img", "<b>", "</style><"] {
        assert!(
            !html.contains(raw) || raw == "</style><" && html.matches(raw).count() == 1,
            "{raw}: {html}"
        );
    }
    assert!(html.contains("alert(1)"));
}

#[test]
fn links_name_only_a_host_that_is_known() {
    let place = Place::with("sims.yaml", PLANS);
    let local = Server::start(&place, &["sims.yaml"]);
    let port = local.address.port();
    let page = local.get("/sims");
    assert!(
        page.text()
            .contains(&format!("http://127.0.0.1:{port}/sims.ics"))
    );
    assert!(
        page.text()
            .contains("This address works only on this computer")
    );
    let named = local.request("GET", "/sims", &[&format!("Host: localhost:{port}")]);
    assert!(
        named
            .text()
            .contains(&format!("http://localhost:{port}/sims.ics"))
    );

    let based = Server::start(
        &place,
        &["sims.yaml", "--base-url", "https://cal.example.org/x/"],
    );
    let page = based.request("GET", "/sims", &["Host: cal.example.org"]);
    assert!(page.text().contains("https://cal.example.org/x/sims.ics"));
    assert!(page.text().contains("webcal://cal.example.org/x/sims.ics"));
    // The page's own links begin with the base as well.
    assert!(
        page.text().contains("href=\"/x/sims/test.ics\""),
        "{}",
        page.text()
    );
    assert_eq!(
        based
            .request("GET", "/sims", &["Host: evil.example"])
            .status,
        421
    );

    let public =
        Server::of(place.command(&["serve", "sims.yaml", "--listen", "0.0.0.0:0", "--public"]));
    let port = public.address.port();
    let page = public.request("GET", "/sims", &[&format!("Host: evil.example:{port}")]);
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("evil.example"));
    assert!(page.text().contains("--base-url"));
    let forwarded = [
        "Host: x",
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Proto: https",
    ];
    assert!(
        !public
            .request("GET", "/sims", &forwarded)
            .text()
            .contains("evil.example")
    );

    let trusting = Server::start(&place, &["sims.yaml", "--trust-proxy", "127.0.0.1"]);
    let forwarded = [
        "Host: 127.0.0.1",
        "X-Forwarded-Host: evil.example, cal.example.org",
        "X-Forwarded-Proto: HTTPS",
    ];
    let page = trusting.request("GET", "/sims", &forwarded);
    assert!(
        page.text().contains("https://cal.example.org/sims.ics"),
        "{}",
        page.text()
    );
    assert!(!page.text().contains("evil.example"));
}

#[test]
fn who_fetched_the_feed_is_on_the_page() {
    let place = Place::with("sims.yaml", PLANS);
    let server = Server::start(&place, &["sims.yaml"]);
    assert!(
        server
            .get("/sims")
            .text()
            .contains("No program has fetched it since the server started")
    );
    server.request(
        "GET",
        "/sims.ics",
        &["User-Agent: Google-Calendar-Importer"],
    );
    server.request(
        "GET",
        "/sims.ics",
        &["User-Agent: Mozilla/5.0 Gecko Thunderbird/128.0"],
    );
    let page = server.get("/sims");
    assert!(page.text().contains("Thunderbird"));
    // The fetches are kept after a reload.
    place.file("sims.yaml", "- {name: Two, expires: 2027-01-31}\n");
    until(|| {
        server
            .get("/sims.ics")
            .text()
            .contains("SUMMARY:Two")
            .then_some(())
    });
    let rows = server.get("/sims");
    let rows = rows
        .text()
        .split("Who fetches the calendar")
        .nth(1)
        .expect("the section")
        .to_owned();
    assert!(
        rows.contains("Google Calendar") && rows.contains("Thunderbird"),
        "{rows}"
    );
}

#[test]
fn a_test_reminder_can_be_had() {
    let place = Place::with("sims.yaml", PLANS);
    let server = Server::start(&place, &["sims.yaml"]);
    let reminder = server.get("/sims/test.ics");
    assert_eq!(reminder.status, 200);
    assert_eq!(
        reminder.field("content-type"),
        Some("text/calendar; charset=utf-8")
    );
    assert_eq!(
        reminder.field("content-disposition"),
        Some("attachment; filename=\"test.ics\"")
    );
    assert_eq!(reminder.field("cache-control"), Some("private, no-store"));
    assert_eq!(reminder.text().matches("BEGIN:VEVENT").count(), 1);
    assert!(reminder.text().contains("TRIGGER:-PT5M\r\n"));
}

/// The front page of several lists says of each what is due and whether its file has an error.
#[test]
fn the_front_page_says_what_is_due_and_what_is_broken() {
    let place = Place::with("lists/a.yaml", "- {name: A, expires: 2026-11-25}\n");
    place.file("lists/b.yaml", "- {name: B, expires: 2027-01-31}\n");
    let server = Server::start(&place, &["lists", "--today", "2026-11-23"]);
    let index = server.get("/").text().to_owned();
    assert!(
        index.contains("<p class=\"due\">1 due in 2 days.</p>"),
        "{index}"
    );
    assert!(
        index.contains("<p class=\"later\">Nothing is due until 24 January 2027.</p>"),
        "{index}"
    );
    assert!(!index.contains("has an error"), "{index}");
    place.file("lists/b.yaml", "- {name: B}\n");
    let index = until(|| {
        let index = server.get("/").text().to_owned();
        index.contains("has an error").then_some(index)
    });
    const BROKEN: &str = "The plans file has an error. The last list without errors is from ";
    assert!(index.contains(BROKEN), "{index}");
    assert!(index.find("/b\"") < index.find("/a\""), "{index}");
    // A list that was renewed is not due any more.
    place.file("lists/a.yaml", "- {name: A, expires: 2027-12-25}\n");
    until(|| (!server.get("/").text().contains("1 due")).then_some(()));
}

/// With a key nobody learns which lists there are, or what is due in them.
#[test]
fn secret_lists_have_no_front_page() {
    let place = Place::with("lists/a.yaml", PLANS);
    place.file("lists/b.yaml", PLANS);
    place.file("key", "0123456789abcdef0123456789abcdef");
    let server = Server::start(&place, &["lists", "--key-file", "key"]);
    assert_eq!(server.get("/").status, 404);
}
