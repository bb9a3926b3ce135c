//! Plans whose ids, and lists whose names, are anything but plain words.

use super::{FORM, FORM_TYPE, SAME_ORIGIN, Site, Way, action, secrets};
use crate::harness::Place;
use crate::serve::{Response, Server};

const IDS: [&str; 15] = [
    "a/b",
    "a%2Fb",
    "100%",
    "漢字",
    "two words",
    "a\"b",
    "it's",
    "..",
    ".",
    "%2E",
    "a?b=c&d",
    "#1",
    "renew",
    "<script>",
    "æ+ø",
];

#[test]
fn any_id_has_a_form() {
    for way in [Way::Direct, Way::Stripped, Way::Kept] {
        let mut list = String::new();
        for id in IDS {
            let quoted = serde_json::to_string(id).expect("a text");
            list += &format!(
                "- {{id: {quoted}, name: {quoted}, renewed: 2020-10-05, validity: 3 months}}\n"
            );
        }
        let site = Site::new(&list, way, &[]);
        for (index, id) in IDS.iter().enumerate() {
            let encoded = encode(id);
            let page = site.get(&site.plan_link(&encoded));
            assert_eq!(page.status, 200, "{id}: {}", page.text());
            let before = site.file();
            let action = site.record_action(&encoded);
            let response = site.post(&action, FORM);
            assert_eq!(response.status, 303, "{id}: {}", response.text());
            let link = site.plan_link(&encoded);
            assert_eq!(response.field("location"), Some(link.as_str()));
            let file = site.file();
            let changed = file.lines().zip(before.lines()).position(|(a, b)| a != b);
            assert_eq!(changed, Some(index), "{id}: {file}");
            let undo = site.undo_action(&encoded).expect("an undo");
            assert_eq!(site.post(&undo, "").status, 303, "{id}");
            assert_eq!(site.file(), before, "{id}");
        }
    }
}

/// Everything but the unreserved characters of RFC 3986 is encoded. Browsers take a segment of one
/// or two dots, encoded or not, for a step in the path, so it is encoded twice, and what looks like
/// that three times.
fn encode(id: &str) -> String {
    match id {
        "." | ".." => return id.replace('.', "%252E"),
        "%2E" => return "%25252E".to_owned(),
        _ => {}
    }
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    id.bytes()
        .map(|byte| match unreserved(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

#[test]
fn any_name_of_a_list_has_its_cookie() {
    let plan = "- {id: a, name: A, renewed: 2020-10-05, validity: 3 months}\n";
    let names = ["漢 a", "100%", "a;b", "renew", "pair"];
    let place = Place::new();
    for name in names {
        place.file(&format!("lists/{name}.yaml"), plan);
    }
    place.secret("key", secrets::KEY);
    let server = Server::start(&place, &["lists", "--record", "--key-file", "key"]);
    for name in names {
        let cookie = secrets::cookie(name, 1, &secrets::today());
        let field = format!("Cookie: {cookie}");
        let link = format!("/{}/renew/a", encode(name));
        let page = server.request("GET", &link, &[&field]);
        assert_eq!(page.status, 200, "{name}: {}", page.text());
        let path = format!("; Path=/{};", encode(name));
        let set = page.field("set-cookie").expect("a cookie");
        assert!(set.starts_with(&cookie) && set.contains(&path), "{set}");
        let action = action(page.text(), |form| form.contains("name=\"on\"")).expect("a form");
        let address = server.address;
        let length = FORM.len();
        let request = format!(
            "POST {action} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{field}\r\n\
             {SAME_ORIGIN}\r\n{FORM_TYPE}\r\nContent-Length: {length}\r\n\r\n{FORM}"
        );
        let response = Response::of(&server.raw(request));
        assert_eq!(response.status, 303, "{name}: {}", response.text());
        assert!(
            place
                .read(&format!("lists/{name}.yaml"))
                .contains("2021-02-03")
        );
        // The cookie of one list is not one of another.
        let other = names.iter().find(|other| **other != name).expect("another");
        let link = format!("/{}/renew", encode(other));
        assert_eq!(server.request("GET", &link, &[&field]).status, 403);
    }
}

/// With a key, `/TOKEN/NAME` may have the form of `/NAME/renew`. Without one, `/renew` may be the
/// page of a list.
#[test]
fn feeds_come_before_forms() {
    let place = Place::new();
    let plan = "- {id: a, name: In it, renewed: 2020-10-05, validity: 3 months}\n";
    for name in ["renew", "cal", "pair"] {
        place.file(&format!("lists/{name}.yaml"), plan);
    }
    let server = Server::start(
        &place,
        &["lists", "--record", "--base-url", "http://127.0.0.1/cal"],
    );
    for (path, status, word) in [
        ("/renew", 200, "<title>renew</title>"),
        ("/cal/renew", 200, "<title>renew</title>"),
        ("/cal/renew.ics", 200, "SUMMARY:In it"),
        ("/pair", 200, "<title>pair</title>"),
        // A form of the list `cal`, whether the proxy strips the path or not.
        ("/cal/cal/renew", 403, ""),
        ("/cal/renew/a", 403, ""),
        ("/cal/renew/renew", 403, ""),
        ("/renew/renew", 403, ""),
    ] {
        let response = server.request("GET", path, &[]);
        assert_eq!(response.status, status, "{path}: {}", response.text());
        assert!(
            response.text().contains(word),
            "{path}: {}",
            response.text()
        );
    }
}
