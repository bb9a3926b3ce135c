//! Requests that are not let in. None of them changes the file.

use super::secrets::{KEY, code, cookie, cookie_by, days_ago, now, record_token, today};
use super::{BARE, FORM, FORM_TYPE, MAPPING, SAME_ORIGIN, Site, Way, paired, sites};
use crate::serve::{Response, until};

/// A request that must be refused, and why.
struct Attack {
    why: &'static str,
    status: u16,
    method: &'static str,
    /// Below the path of the list.
    path: String,
    fields: Vec<String>,
}

fn attack(
    why: &'static str,
    status: u16,
    method: &'static str,
    path: impl Into<String>,
    fields: &[&str],
) -> Attack {
    Attack {
        why,
        status,
        method,
        path: path.into(),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
    }
}

impl Site {
    /// Sends a request that must be refused, and checks that the file is as before.
    #[track_caller]
    fn refuse(&self, attack: &Attack) {
        let link = format!("{}/sims{}", self.prefix(), attack.path);
        let fields: Vec<&str> = attack.fields.iter().map(String::as_str).collect();
        let body = if attack.method == "POST" { FORM } else { "" };
        let response = self.request(attack.method, &link, &fields, body);
        let place = format!("{}, {:?}", attack.why, self.way);
        assert_eq!(response.status, attack.status, "{place}: {}", response.head);
        assert_eq!(self.file(), self.before, "{place}");
    }
}

#[test]
fn no_page_and_no_form_is_for_strangers() {
    let tomorrow_again = days_ago(-2);
    let other_key = "lllllllllllllllllllllllllllllllll";
    let cookies = [
        ("no cookie", String::new()),
        ("an empty cookie", "wa-=".to_owned()),
        ("a cookie of another list", cookie("other", 1, &today())),
        ("the value of another list's cookie under the right name", {
            let (name, _) = cookie("sims", 1, &today())
                .split_once('=')
                .map(own)
                .expect("a pair");
            let (_, value) = cookie("other", 1, &today())
                .split_once('=')
                .map(own)
                .expect("a pair");
            format!("{name}={value}")
        }),
        (
            "a cookie of another key",
            cookie_by(other_key, "sims", 1, &today()),
        ),
        ("a cookie of other devices", cookie("sims", 2, &today())),
        (
            "a cookie of 401 days ago",
            cookie("sims", 1, &days_ago(401)),
        ),
        (
            "a cookie of a day to come",
            cookie("sims", 1, &tomorrow_again),
        ),
        ("a cookie whose day was changed", {
            cookie("sims", 1, &days_ago(3)).replace(&days_ago(3), &days_ago(2))
        }),
    ];
    for site in sites() {
        let action = site.record_action("telenor");
        let (_, token) = action.split_once('?').expect("a token");
        let unknown = site.request(
            "GET",
            &format!("{}/nothing/renew/telenor", site.prefix()),
            &[],
            "",
        );
        for (why, cookie) in &cookies {
            let cookie = format!("Cookie: {cookie}");
            for path in ["/renew", "/renew/telenor", "/renew/nothing"] {
                site.refuse(&attack(why, 403, "GET", path, &[&cookie]));
                site.refuse(&attack(why, 403, "HEAD", path, &[&cookie]));
                // The answer is the same for a list that does not exist.
                let link = format!("{}/sims{path}", site.prefix());
                let known = site.request("GET", &link, &[&cookie], "");
                assert_eq!(known.body, unknown.body, "{why}");
                assert_eq!(known.fields(), unknown.fields(), "{why}");
            }
            let path = format!("/renew/telenor?{token}");
            let fields = [cookie.as_str(), SAME_ORIGIN, FORM_TYPE];
            site.refuse(&attack(why, 403, "POST", path, &fields));
        }
    }
}

fn own((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn another_site_cannot_send_a_form() {
    for site in sites() {
        let origin = site.origin();
        let action = site.record_action("telenor");
        let (_, token) = action.split_once('?').expect("a token");
        let path = format!("/renew/telenor?{token}");
        let right = format!("Origin: {origin}");
        let longer = format!("Origin: {origin}.evil.example");
        for (why, fields) in [
            ("a foreign origin", vec!["Origin: https://evil.example"]),
            ("an origin that begins as ours", vec![longer.as_str()]),
            ("a null origin", vec!["Origin: null"]),
            ("two origins", vec![right.as_str(), right.as_str()]),
            ("no origin and no fetch metadata", vec![]),
            ("another site", vec!["Sec-Fetch-Site: cross-site"]),
            (
                "another site with our origin",
                vec!["Sec-Fetch-Site: cross-site", &right],
            ),
            (
                "another host of our domain",
                vec!["Sec-Fetch-Site: same-site"],
            ),
            ("no site", vec!["Sec-Fetch-Site: none"]),
            ("two sites", vec![SAME_ORIGIN, "Sec-Fetch-Site: cross-site"]),
        ] {
            let cookie = paired();
            let mut fields = fields;
            fields.extend([cookie.as_str(), FORM_TYPE]);
            site.refuse(&attack(why, 403, "POST", &path, &fields));
            // A pairing link is not taken from another site either.
            let link = format!("/pair/{}", code(KEY, "sims", 1, now() + 600));
            site.refuse(&attack(why, 403, "POST", link, &fields));
        }
        // Browsers without fetch metadata send the origin alone.
        let response = site.request("POST", &action, &[&paired(), &right, FORM_TYPE], FORM);
        assert_eq!(response.status, 303, "{}", response.text());
        assert_ne!(site.file(), site.before);
    }
}

#[test]
fn a_token_is_good_for_one_device_one_plan_and_one_action() {
    for site in sites() {
        let cookie = paired();
        let fields = [cookie.as_str(), SAME_ORIGIN, FORM_TYPE];
        let telenor = site.record_action("telenor");
        let (_, token) = telenor.split_once("?token=").expect("a token");
        let (digest, mac) = token.split_once('.').expect("two parts");
        let flipped = if mac.starts_with('a') { 'b' } else { 'a' };
        for (why, path) in [
            ("no token", "/renew/telenor".to_owned()),
            ("an empty token", "/renew/telenor?token=".to_owned()),
            (
                "a token of another plan",
                format!("/renew/giff?token={token}"),
            ),
            ("a list is no plan", format!("/renew?token={token}")),
            (
                "a changed code",
                format!("/renew/telenor?token={digest}.{flipped}{}", &mac[1..]),
            ),
            (
                "a changed digest",
                format!("/renew/telenor?token={}.{mac}", "0".repeat(digest.len())),
            ),
            ("half a token", format!("/renew/telenor?token={digest}")),
        ] {
            site.refuse(&attack(why, 403, "POST", path, &fields));
        }
        // A device whose page is old finds its way back to the form.
        let page = site.post(&format!("{}?token=x.y", site.plan_link("telenor")), FORM);
        let link = format!("href=\"{}\"", site.plan_link("telenor"));
        assert!(page.text().contains(&link), "{}", page.text());
        // Another device has another cookie, and so other tokens.
        let other = format!("Cookie: {}", self::cookie("sims", 1, &days_ago(9)));
        let path = format!("/renew/telenor?token={token}");
        let fields = [other.as_str(), SAME_ORIGIN, FORM_TYPE];
        site.refuse(&attack(
            "a token of another device",
            403,
            "POST",
            path,
            &fields,
        ));
    }
}

#[test]
fn a_form_stays_good_when_another_page_renews_the_cookie() {
    let site = Site::new(BARE, Way::Kept, &[]);
    let action = site.record_action("telenor");
    let (path, token) = action.split_once("?token=").expect("a token");
    let (digest, _) = token.split_once('.').expect("two parts");
    let of_day = |cookie: &str| {
        let token = record_token(cookie, "sims", "telenor", digest);
        format!("{path}?token={token}")
    };
    assert_eq!(of_day(&cookie("sims", 1, &today())), action);
    for (why, cookie) in [
        ("a form of eight days ago", cookie("sims", 1, &days_ago(8))),
        ("a form of other devices", cookie("sims", 2, &days_ago(1))),
        ("a form of tomorrow", cookie("sims", 1, &days_ago(-1))),
    ] {
        let response = site.post(&of_day(&cookie), FORM);
        assert_eq!(
            (response.status, site.file()),
            (403, BARE.to_owned()),
            "{why}"
        );
    }
    for days in [7, 1] {
        let site = Site::new(BARE, Way::Kept, &[]);
        let response = site.post(&of_day(&cookie("sims", 1, &days_ago(days))), FORM);
        assert_eq!(response.status, 303, "{days}: {}", response.text());
        assert_ne!(site.file(), BARE);
    }
}

#[test]
fn a_pairing_link_works_for_an_hour_and_only_by_its_button() {
    for site in sites() {
        let other_key = "lllllllllllllllllllllllllllllllll";
        let fields = [SAME_ORIGIN, FORM_TYPE];
        for (why, code) in [
            ("an expired link", code(KEY, "sims", 1, now())),
            (
                "a link of more than an hour",
                code(KEY, "sims", 1, now() + 3700),
            ),
            ("a link of another list", code(KEY, "other", 1, now() + 600)),
            ("a link of other devices", code(KEY, "sims", 2, now() + 600)),
            (
                "a link of another key",
                code(other_key, "sims", 1, now() + 600),
            ),
            ("no code", "x".to_owned()),
        ] {
            let path = format!("/pair/{code}");
            site.refuse(&attack(why, 403, "GET", path.as_str(), &[]));
            site.refuse(&attack(why, 403, "POST", path.as_str(), &fields));
        }
        let link = format!(
            "{}/sims/pair/{}",
            site.prefix(),
            code(KEY, "sims", 1, now() + 600)
        );
        // Programs that show a preview fetch the link.
        for method in ["GET", "HEAD"] {
            let page = site.request(method, &link, &[], "");
            assert_eq!(page.status, 200);
            assert_eq!(page.field("set-cookie"), None);
            for word in ["sims", "Sims", "elenor", "giff"] {
                assert!(!page.text().contains(word), "{}", page.text());
            }
        }
        let paired = site.request("POST", &link, &fields, "");
        assert_eq!(paired.status, 303, "{}", paired.head);
        assert_eq!(paired.field("location"), Some(site.list_link().as_str()));
        let secure = if matches!(site.way, Way::Direct) {
            ""
        } else {
            "; Secure"
        };
        let cookie = cookie("sims", 1, &today());
        let set = format!(
            "{cookie}; Max-Age=34560000; Path={}/sims; HttpOnly; SameSite=Lax{secure}",
            site.prefix()
        );
        assert_eq!(paired.field("set-cookie"), Some(set.as_str()));
        let cookie = format!("Cookie: a=b; {cookie}; c=d");
        assert_eq!(
            site.request("GET", &site.list_link(), &[&cookie], "")
                .status,
            200
        );
        assert_eq!(site.file(), site.before);
    }
}

#[test]
fn only_on_this_computer_a_cookie_goes_without_tls() {
    let site = Site::new(BARE, Way::Direct, &[]);
    let set_cookie = |host: &str| {
        let cookie = paired();
        let request = format!(
            "GET /sims/renew HTTP/1.1\r\nConnection: close\r\nHost: {host}\r\n{cookie}\r\n\r\n"
        );
        let page = Response::of(&site.server.raw(request));
        assert_eq!(page.status, 200, "{host}");
        page.field("set-cookie").map(str::to_owned)
    };
    let set = format!(
        "{}; Max-Age=34560000; Path=/sims; HttpOnly; SameSite=Lax",
        cookie("sims", 1, &today())
    );
    assert_eq!(set_cookie("127.0.0.1:8080").as_ref(), Some(&set));
    // A proxy that the server does not know of passes the host of the site on.
    assert_eq!(
        set_cookie("cal.example.org"),
        Some(format!("{set}; Secure"))
    );
}

#[test]
fn another_number_of_devices_unpairs_all() {
    let site = Site::new(MAPPING, Way::Direct, &[]);
    let action = site.record_action("telenor");
    let list = MAPPING.replace("{name: Sims", "{devices: 2, name: Sims");
    site.place.file("sims.yaml", &list);
    // At once, by the file, although the server reads it a moment later.
    let form = site.post(&action, FORM);
    let page = site.get(&site.list_link());
    assert_eq!((form.status, page.status), (403, 403));
    assert_eq!(
        (form.field("set-cookie"), page.field("set-cookie")),
        (None, None)
    );
    assert_eq!(site.file(), list);
    let cookie = format!("Cookie: {}", cookie("sims", 2, &today()));
    let page = || site.request("GET", &site.list_link(), &[&cookie], "");
    until(|| (page().status == 200).then_some(()));
    assert_eq!(site.get(&site.list_link()).status, 403);
}

#[test]
fn other_methods_are_refused() {
    for site in sites() {
        let cookie = paired();
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"] {
            for path in ["/renew", "/renew/telenor", "/pair/x"] {
                let link = format!("{}/sims{path}", site.prefix());
                let response = site.request(method, &link, &[&cookie, SAME_ORIGIN], "");
                assert_eq!(response.status, 405, "{method} {path}");
                assert_eq!(response.field("allow"), Some("GET, HEAD, POST"));
            }
        }
        assert_eq!(site.file(), site.before);
    }
}
