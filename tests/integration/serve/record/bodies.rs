//! Bodies that are no form, and forms that the plan does not allow.

use std::io::{Read as _, Write as _};

use super::{BARE, FORM, FORM_TYPE, SAME_ORIGIN, Site, Way, paired, sites};
use crate::serve::Response;

#[test]
fn only_a_short_form_is_read() {
    let long = format!("{FORM}&note={}", "x".repeat(8192));
    let megabyte = "x".repeat(1 << 20);
    for site in sites() {
        let action = site.record_action("telenor");
        let cookie = paired();
        for (why, status, fields, body) in [
            ("JSON", 415, vec!["Content-Type: application/json"], "{}"),
            ("text", 415, vec!["Content-Type: text/plain"], FORM),
            (
                "files",
                415,
                vec!["Content-Type: multipart/form-data; boundary=x"],
                "--x--",
            ),
            ("no type", 415, vec![], FORM),
            (
                "another charset",
                415,
                vec!["Content-Type: application/x-www-form-urlencoded; charset=gbk"],
                FORM,
            ),
            ("too long", 413, vec![FORM_TYPE], long.as_str()),
            ("a megabyte", 413, vec![FORM_TYPE], megabyte.as_str()),
            (
                "a megabyte of unknown length",
                413,
                vec![FORM_TYPE, "Transfer-Encoding: chunked"],
                &chunked(&megabyte),
            ),
        ] {
            let mut fields = fields;
            fields.extend([cookie.as_str(), SAME_ORIGIN]);
            let response = site.request("POST", &action, &fields, body);
            assert_eq!(response.status, status, "{why}: {}", response.head);
            assert_eq!(site.file(), site.before, "{why}");
        }
        let chunked = chunked(FORM);
        let fields = [
            cookie.as_str(),
            SAME_ORIGIN,
            "Content-Type: application/x-www-form-urlencoded; charset=UTF-8",
            "Transfer-Encoding: chunked",
        ];
        let response = site.request("POST", &action, &fields, &chunked);
        assert_eq!(response.status, 303, "{}", response.text());
        assert_eq!(response.field("connection"), Some("close"));
    }
}

fn chunked(body: &str) -> String {
    format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len())
}

#[test]
fn a_slow_form_is_not_waited_for() {
    let site = Site::new(BARE, Way::Direct, &["--header-timeout", "300ms"]);
    let action = site.record_action("telenor");
    let address = site.server.address;
    let head = format!(
        "POST {action} HTTP/1.1\r\nHost: {address}\r\n{}\r\n{SAME_ORIGIN}\r\n{FORM_TYPE}\r\n\
         Content-Length: {}\r\n\r\n",
        paired(),
        FORM.len()
    );
    let mut stream = site.server.connect();
    stream.write_all(head.as_bytes()).expect("a head");
    stream
        .write_all(&FORM.as_bytes()[..5])
        .expect("a part of the body");
    let mut all = Vec::new();
    stream.read_to_end(&mut all).expect("a response");
    let response = Response::of(&all);
    assert_eq!(response.status, 408, "{}", response.head);
    assert_eq!(response.field("connection"), Some("close"));
    assert_eq!(site.file(), site.before);
}

#[test]
fn a_client_that_asks_first_may_send_its_form() {
    let site = Site::new(BARE, Way::Direct, &[]);
    let action = site.record_action("telenor");
    let address = site.server.address;
    let expect = |cookie: &str, kind: &str| {
        format!(
            "POST {action} HTTP/1.1\r\nHost: {address}\r\n{cookie}\r\n{SAME_ORIGIN}\r\n{kind}\r\n\
             Expect: 100-continue\r\nContent-Length: {}\r\n\r\n",
            FORM.len()
        )
    };
    // A form that is refused is not asked for.
    for (head, status) in [
        (expect("X: y", FORM_TYPE), 403),
        (expect(&paired(), "Content-Type: text/plain"), 415),
    ] {
        let response = Response::of(&site.server.raw(head));
        assert_eq!(response.status, status);
        assert_eq!(response.field("connection"), Some("close"));
    }
    let mut stream = site.server.connect();
    stream
        .write_all(expect(&paired(), FORM_TYPE).as_bytes())
        .expect("a head");
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).expect("an answer");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    assert_eq!(site.file(), site.before);
    stream.write_all(FORM.as_bytes()).expect("a body");
    let mut all = Vec::new();
    stream.read_to_end(&mut all).expect("a response");
    assert_eq!(Response::of(&all).status, 303);
    assert_ne!(site.file(), site.before);
}

#[test]
fn a_form_that_renew_refuses_comes_back_as_it_was_sent() {
    for site in sites() {
        let action = site.record_action("telenor");
        for (body, sentence) in [
            ("on=2999-01-01&paid=49+NOK&note=Kiosk%3C", "2999-01-01"),
            ("on=yesterday&paid=49+NOK&note=Kiosk%3C", "yesterday"),
            ("on=2021-02-30&paid=49+NOK&note=Kiosk%3C", "2021-02-30"),
            ("on=2020-10-05&paid=49+NOK&note=Kiosk%3C", "2020-10-05"),
            ("on=2021-02-03&paid=free&note=Kiosk%3C", "free"),
            ("on=2021-02-03&paid=49+NOK&note=Kiosk%3C&way=7", "7"),
            ("on=2021-02-03&paid=49+NOK&note=Kiosk%3C%07", "Kiosk"),
        ] {
            let response = site.post(&action, body);
            assert_eq!(response.status, 422, "{body}: {}", response.text());
            let html = response.text();
            assert!(html.contains(sentence), "{body}: {html}");
            assert!(
                html.contains("Kiosk&#60;") || html.contains("Kiosk&lt;"),
                "{body}: {html}"
            );
            assert_eq!(site.file(), site.before, "{body}");
            // The form that comes back can be sent.
            assert!(
                html.contains("name=\"on\"") && html.contains("token="),
                "{html}"
            );
        }
        for body in [
            "on=2021-02-03&on=2021-02-04",
            "on=2021-02-03&other=1",
            "on=2021-02-03&note=%FF",
            "on=2021-02-03&note=a%00b",
        ] {
            let response = site.post(&action, body);
            assert_eq!(response.status, 422, "{body}: {}", response.text());
            assert_eq!(site.file(), site.before, "{body}");
        }
    }
}
