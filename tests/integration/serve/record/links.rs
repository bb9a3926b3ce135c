//! `url --record`: the links that pair a device with a server that has the same key.

use super::{FORM_TYPE, MAPPING, SAME_ORIGIN, Site, Way, secrets};
use crate::harness::Place;

/// What the command prints for the list `sims.yaml`, and the path of its pairing link.
fn printed(place: &Place, base: &str) -> (String, String) {
    let arguments = [
        "url",
        "sims.yaml",
        "--record",
        "--key-file",
        "key",
        "--base-url",
        base,
    ];
    let left = place.run(&arguments);
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
    let start = format!("  pair a device within an hour  {base}");
    let line = left.out.lines().find_map(|line| line.strip_prefix(&start));
    let path = line.unwrap_or_else(|| panic!("{}", left.out)).to_owned();
    (left.out, path)
}

#[test]
fn the_command_prints_what_the_server_takes() {
    for (way, base) in [
        (Way::Direct, "http://localhost:8080"),
        (Way::Kept, "https://cal.example.org"),
        (Way::Stripped, "https://cal.example.org"),
    ] {
        let site = Site::new(MAPPING, way, &[]);
        let prefix = site.prefix();
        let before = secrets::now();
        let (out, link) = printed(&site.place, &format!("{base}{prefix}"));
        let after = secrets::now();
        let ends = (before..=after).map(|now| now + 3600);
        let mut codes = ends.map(|ends| secrets::code(secrets::KEY, "sims", 1, ends));
        let code = codes
            .find(|code| link == format!("/sims/pair/{code}"))
            .expect("the code");
        assert_eq!(
            out,
            format!(
                "Sims\n  pair a device within an hour  {base}{prefix}/sims/pair/{code}\n  \
                 under `calendar` in the file  edit: {base}{prefix}/sims/renew/{{id}}\n"
            )
        );
        let link = format!("{prefix}{link}");
        assert_eq!(site.request("GET", &link, &[], "").status, 200);
        let paired = site.request("POST", &link, &[SAME_ORIGIN, FORM_TYPE], "");
        assert_eq!(paired.status, 303, "{}", paired.head);
    }
}

/// The line that the command prints for the file leads from each event to its form.
#[test]
fn an_event_leads_to_its_form() {
    let place = Place::with("sims.yaml", MAPPING);
    place.secret("key", secrets::KEY);
    let base = "https://cal.example.org";
    let (out, _) = printed(&place, base);
    let (_, edit) = out.trim_end().split_once("edit: ").expect("a line");
    let list = MAPPING.replace("{name: Sims", &format!("{{edit: '{edit}', name: Sims"));
    place.file("sims.yaml", list);
    let feed = place.feed(&["build", "sims.yaml"]);
    let feed = feed.replace("\r\n ", "");
    for id in ["telenor", "giff"] {
        let link = format!("{base}/sims/renew/{id}");
        assert!(feed.contains(&link), "{feed}");
    }
}

#[test]
fn without_a_key_or_without_https_there_are_no_links() {
    let place = Place::with("sims.yaml", MAPPING);
    place.secret("key", secrets::KEY);
    let base = ["--base-url", "https://cal.example.org"];
    let left = place.run(&[&["url", "sims.yaml", "--record"], &base[..]].concat());
    let error = "error: `--record` needs the key of the server\nhint: give it with `--key-file \
                 FILE`; a server without a key prints these links when it starts\n";
    assert_eq!(
        (left.code, left.out.as_str(), left.err.as_str()),
        (Some(2), "", error)
    );
    let plain = ["--key-file", "key", "--base-url", "http://cal.example.org"];
    let left = place.run(&[&["url", "sims.yaml", "--record"], &plain[..]].concat());
    let error = "error: `--record` needs an https address: over plain HTTP, others can read a device's cookie\nhint: put a reverse proxy with TLS in front of the server, and give its address with `--base-url https://...`\n";
    assert_eq!(
        (left.code, left.out.as_str(), left.err.as_str()),
        (Some(2), "", error)
    );
}

#[cfg(unix)]
#[test]
fn the_image_of_a_link_is_for_its_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::with("sims.yaml", MAPPING);
    place.secret("key", secrets::KEY);
    let arguments = [
        "url",
        "sims.yaml",
        "--record",
        "--key-file",
        "key",
        "--base-url",
        "https://a.example",
        "--qr",
        "code.svg",
    ];
    let left = place.run(&arguments);
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
    let image = std::fs::metadata(place.path("code.svg")).expect("an image");
    assert_eq!(image.permissions().mode() & 0o777, 0o600);
    assert!(place.read("code.svg").starts_with("<svg"));
}
