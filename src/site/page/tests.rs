//! The HTML of the page: what it contains, in which order, and what it never contains.

mod days;
mod markup;

use chrono::{NaiveDate, NaiveDateTime};
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use super::{ClientFetches, ErrorNotice, PageBody, View, index, policy, render};
use crate::document::Document;
use crate::site::address::{Address, Base};
use crate::site::client::Client;
use crate::time::revision::Revision;

const EXAMPLE: &str = include_str!("../../../plans.example.yaml");

fn body(text: &str, today: &str) -> PageBody {
    let document = Document::read(text.as_bytes()).expect("a list");
    let today: NaiveDate = today.parse().expect(today);
    let revision = Revision::from_unix(1_791_201_600);
    PageBody::new(document.list(), "plans", revision, today)
}

fn page(body: &PageBody) -> String {
    at(body, Some("https://cal.example.org"))
}

fn at(body: &PageBody, base: Option<&str>) -> String {
    let base = base.map(|base| Base::parse(base).expect("a base"));
    let address = base
        .as_ref()
        .map(|base| Address::new(base, Some("token"), "sims"));
    render(&view(body, address.as_ref()))
}

fn view<'a>(body: &'a PageBody, address: Option<&'a Address<'a>>) -> View<'a> {
    View {
        body,
        address,
        path: "/token/sims",
        error: None,
        fetches: None,
        is_published: false,
    }
}

fn moment(text: &str) -> NaiveDateTime {
    text.parse().expect(text)
}

/// Each text between `start` and `end`.
fn between<'t>(text: &'t str, start: &str, end: &str) -> Vec<&'t str> {
    let parts = text.split(start).skip(1);
    parts
        .map(|part| part.split(end).next().unwrap_or_default())
        .collect()
}

/// The text without its tags.
fn text_of(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, text)| text));
    }
    text
}

fn cards(page: &str) -> Vec<(&str, &str)> {
    let names = between(page, "<h3><bdi>", "</bdi></h3>");
    let standings = between(page, "<p class=\"standing\">", "</p>");
    assert_eq!(names.len(), standings.len());
    names.into_iter().zip(standings).collect()
}

#[test]
fn lists_what_is_due_in_order() {
    let list = "\
- {name: passport, expires: 2029-03-14}
- {name: lost long ago, expires: 2020-01-01}
- {name: lost, expires: 2026-01-15, grace: 1 month}
- {name: given up, expires: 2026-12-01, ended: 2026-11-22}
- {name: today, expires: 2026-11-23}
- {name: yesterday, expires: 2026-11-22}
- {name: grace, expires: 2026-10-06, grace: 60 days}
- {name: automatic, renewed: 2026-10-25, validity: 1 month, renewal: {method: auto-debit}}
- {name: tomorrow, expires: 2026-11-24}
- {name: a week, expires: 2026-11-30}
";
    let page = page(&body(list, "2026-11-23"));
    assert_eq!(
        cards(&page),
        [
            ("grace", "In grace: 12 days left to recover"),
            ("yesterday", "Expired yesterday"),
            ("lost", "Grace ended 281 days ago"),
            ("today", "Today is the last day"),
            ("tomorrow", "Tomorrow is the last day"),
            ("automatic", "Renews automatically in 2 days"),
            ("a week", "7 days left"),
            ("passport", "842 days left"),
            ("lost long ago", "Expired 2518 days ago"),
        ]
    );
    let over = "<time datetime=\"2026-02-15\">Could be recovered until 15 February 2026.</time>";
    assert!(page.contains(over));
}

#[test]
fn what_no_longer_renews_by_itself_is_not_said_to() {
    let list = "\
- name: alone
  renewed: 2026-06-30
  validity: 1 month
  renewal: {method: auto-debit, until: 2026-09-15}
- name: both
  renewed: 2026-06-30
  validity: 1 month
  renewal: [{method: auto-debit, until: 2026-09-15}, {method: shop}]
";
    const SAID: &str = "<span class=\"method\">Automatic</span>";
    let running = page(&body(list, "2026-08-30"));
    assert_eq!(running.matches(SAID).count(), 2);
    let over = page(&body(list, "2026-11-23"));
    assert!(!over.contains(SAID));
    assert!(over.contains("<span class=\"method\">Shop</span>"));
}

#[test]
fn shows_the_example() {
    let page = page(&body(EXAMPLE, "2026-11-23"));
    assert!(page.len() < 40_000, "{} octets", page.len());
    let text = text_of(&page);
    for part in [
        "List as of 5 October 2026.",
        "Days are counted from 23 November 2026.",
        "Expires 5 January 2027. Recoverable until 5 March 2027. Last renewed 5 October 2025.",
        "Renews automatically on 30 November 2026. No automatic renewal after 31 March 2027. Expires 30 April 2027.",
        "number ending in 001",
        "14.50 EUR 1 renewal",
        // Computed by hand: 49, 12 × 99, 12 × 129 and 2400.
        "5185 NOK 26 renewals",
        "Every renewal that falls due up to 23 November 2027",
        "Roaming must be on.",
        "Voucher · 99 NOK · 1 monthBuy a voucher of 99 NOK",
        "Website · 249 NOK · 3 monthsBuy three months",
    ] {
        assert!(text.contains(part), "{part}");
    }
    for part in [
        "<a href=\"https://www.telenor.no/kontantkort/\"><bdi>telenor.no/kontantkort</bdi></a>",
        "<a href=\"tel:*100%23\">Dial <bdi>*100#</bdi></a>",
        "<span>Dial <bdi>*111*PIN#</bdi></span>",
        "<a href=\"tel:+4791509000\">Call <bdi>+47 915 09 000</bdi></a>",
        "<a href=\"sms:2446?body=SALDO\">Text <bdi>SALDO</bdi> to <bdi>2446</bdi></a>",
        "<span>In the <bdi>Mitt Telenor</bdi> app</span>",
        "<time datetime=\"2027-01-05\">Expires 5 January 2027. </time>",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // The title of the picture says what the picture shows.
    for title in [
        "Telenor Kontant: Expires 5 January 2027. Recoverable until 5 March 2027. Last renewed 5 October 2025. \
         Warnings: 22 December 2026, 29 December 2026, 4 January 2027, 19 February 2027, 26 February 2027, 4 March 2027.",
        "Fjordmobil (example): Expires 20 December 2026. Last renewed 20 November 2026. Warning: 11 December 2026.",
        "Passport: Expires 14 March 2029.",
    ] {
        let title = format!("<svg role=\"img\"><title>{title}</title>");
        assert!(page.contains(&title), "{title}");
    }
    // Numbers are masked, and neither the history nor its receipts are shown.
    for secret in ["900 00 001", "receipt", "2026-07"] {
        assert!(!page.contains(secret), "{secret}");
    }
}

#[test]
fn nothing_of_the_users_becomes_markup() {
    let evil = r#"</title></style></bdi>\"'><script>x()</script><img src=x onerror=x()>"#;
    let list = format!(
        "calendar: {{name: \"{evil}\", description: \"{evil}\", numbers: full}}\n\
         plans:\n- name: \"{evil}\"\n  provider: \"{evil}\"\n  number: \"{evil}\"\n  expires: 2026-11-24\n  \
         renewal: {{method: shop, action: \"{evil}\", app: \"{evil}\", dial: \"{evil}\", call: \"{evil}\", \
         sms: {{to: \"{evil}\", text: \"{evil}\"}}, steps: [\"{evil}\"], url: \"https://x/'onload='x\"}}\n  \
         check: {{sms: {{to: \"1\", text: \"{evil}\"}}}}\n  notes: \"{evil}\"\n"
    );
    let body = body(&list, "2026-11-23");
    let base = Base::parse("https://cal.example.org").expect("a base");
    let address = Address::new(&base, None, evil);
    let page = render(&View {
        path: evil,
        error: Some(ErrorNotice {
            since: moment("2026-11-23T08:12:00"),
            message: evil,
            is_stale: true,
        }),
        ..view(&body, Some(&address))
    });
    let evil_index = index(&[(evil, evil)]);
    for html in [&page, &evil_index] {
        for tag in [
            "<script",
            "<img",
            "</bdi>\"",
            "onerror=x()>",
            "'onload",
            " style=",
        ] {
            assert!(!html.contains(tag), "{tag}");
        }
        // One for the document, and one for each picture.
        let titles = 1 + html.matches("<svg role=\"img\"><title>").count();
        assert_eq!(html.matches("</title>").count(), titles);
        assert_eq!(html.matches("</style>").count(), 1);
    }
    assert!(page.matches("&#60;script&#62;").count() >= 14);
    let hrefs = between(&page, " href=\"", "\"");
    assert!(hrefs.len() > 15);
    for href in hrefs {
        let is_ours = href.starts_with('#') || href.starts_with("data:image/svg+xml,");
        let schemes = ["https://", "http://", "tel:", "sms:", "webcal://"];
        let is_allowed = schemes.iter().any(|scheme| href.starts_with(scheme));
        let is_path = href.starts_with("&#60;/title&#62;");
        assert!(is_ours || is_allowed || is_path, "{href}");
    }
}

#[test]
fn the_policy_allows_its_own_style_and_nothing_else() {
    let body = body(EXAMPLE, "2026-11-23");
    for html in [page(&body), index(&[("A", "/a")])] {
        let styles = between(&html, "<style>", "</style>");
        assert_eq!(styles.len(), 1);
        assert!(styles[0].len() < 8_192, "{} octets", styles[0].len());
        let hash = BASE64.encode(&Sha256::digest(styles[0]));
        assert_eq!(
            policy(),
            format!(
                "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; \
                 form-action 'none'; frame-ancestors 'none'"
            )
        );
        for outside in [
            "<script", " src=", "url(h", "@import", " style=", "<form", "<iframe",
        ] {
            assert!(!html.contains(outside), "{outside}");
        }
    }
}

#[test]
fn says_beside_the_links_who_can_use_them() {
    let body = body(EXAMPLE, "2026-11-23");
    const GOOGLE: &str = "calendar.google.com";
    const OUTLOOK: &str = "outlook.live.com";
    for (base, has, has_not) in [
        (
            Some("https://cal.example.org"),
            vec![
                "href=\"webcal://cal.example.org/token/sims.ics\"",
                "value=\"https://cal.example.org/token/sims.ics\"",
                "iPhone, iPad or Mac",
                "Remove Alerts",
                GOOGLE,
                OUTLOOK,
                "class=\"code\"",
                "Point the camera at the code",
                "ICSx5 (Android)",
            ],
            vec!["only on this computer", "plain HTTP", "--base-url"],
        ),
        (
            Some("http://cal.example.org"),
            vec![
                "href=\"webcal://",
                "this Mac",
                "plain HTTP",
                GOOGLE,
                OUTLOOK,
                "class=\"code\"",
            ],
            vec![
                "iPhone, iPad or Mac",
                "Remove Alerts",
                "only on this computer",
            ],
        ),
        (
            Some("http://127.0.0.1:8080"),
            vec![
                "only on this computer",
                "this Mac",
                "value=\"http://127.0.0.1:8080/token/sims.ics\"",
                GOOGLE,
                OUTLOOK,
            ],
            vec!["class=\"code\""],
        ),
        (
            None,
            vec!["<code>--base-url https://…</code>"],
            vec![GOOGLE, OUTLOOK, "webcal:", "<input", "class=\"code\""],
        ),
    ] {
        let page = at(&body, base);
        for part in has {
            assert!(page.contains(part), "{base:?} lacks {part}");
        }
        for part in has_not {
            assert!(!page.contains(part), "{base:?} has {part}");
        }
        assert!(page.contains("href=\"/token/sims.ics\" download"));
        assert!(page.contains("href=\"/token/sims/test.ics\" download"));
        assert!(page.contains("If it rings, this program rings on this device."));
    }
}

#[test]
fn says_who_fetched_it_and_what_is_wrong() {
    let page = |language: &str, last: &[(Client, NaiveDateTime)], error| {
        let text = EXAMPLE.replace("language: en ", &format!("language: {language} "));
        let body = body(&text, "2026-11-23");
        text_of(&render(&View {
            error,
            fetches: Some(ClientFetches {
                start: moment("2026-11-22T21:05:00"),
                last,
            }),
            ..view(&body, None)
        }))
    };
    let last = [
        (Client::Browser, moment("2026-11-22T23:59:59")),
        (Client::Google, moment("2026-11-23T09:12:30")),
    ];
    for (language, first, second, nobody) in [
        (
            "en",
            "Google Calendartoday at 09:12",
            "A web browser22 November 2026 at 23:59",
            "Nobody has, since the server started 22 November 2026 at 21:05.",
        ),
        (
            "nb",
            "Google Calendari dag kl. 09.12",
            "En nettleser22. november 2026 kl. 23.59",
            "Ingen har hentet den siden serveren startet 22. november 2026 kl. 21.05.",
        ),
        (
            "zh-CN",
            "Google Calendar今天 09:12",
            "网页浏览器2026年11月22日 23:59",
            "服务器启动于 2026年11月22日 21:05，此后尚无程序获取过此日历。",
        ),
    ] {
        let text = page(language, &last, None);
        let (first, second) = (text.find(first), text.find(second));
        assert!(first.is_some() && first < second, "{language}");
        assert!(page(language, &[], None).contains(nobody), "{language}");
    }
    let notice = |is_stale| ErrorNotice {
        since: moment("2026-11-23T08:12:00"),
        message: "plans.yaml:3:13: `3 m` is ambiguous",
        is_stale,
    };
    let silent = page("en", &[], Some(notice(false)));
    assert!(silent.contains("Found today at 08:12. Until it is corrected, you see the last list without errors. The calendar itself does not say so yet."));
    assert!(silent.contains("plans.yaml:3:13: `3 m` is ambiguous"));
    let stale = page("en", &[], Some(notice(true)));
    assert!(stale.contains("The calendar itself now says that it is out of date."));
}

#[test]
fn long_lists_are_cut() {
    let mut list = String::new();
    for index in 0..502 {
        list += &format!("- {{name: P{index}, expires: 2026-12-01}}\n");
    }
    let page = page(&body(&list, "2026-11-23"));
    let cards = cards(&page);
    assert_eq!(cards.len(), 500);
    assert_eq!((cards[0].0, cards[499].0), ("P0", "P499"));
    assert!(page.contains("2 more plans are not shown."));
    let ended = "- {name: A, expires: 2026-12-01, ended: 2026-11-01, price: 1 EUR}\n";
    let page = self::page(&body(ended, "2026-11-23"));
    assert!(page.contains("Nothing is due.") && !page.contains("id=\"costs\""));
}

#[test]
fn lists_feeds() {
    let page = index(&[("Keep-alive & SIMs", "/sims"), ("漢", "/%E6%BC%A2")]);
    // Two feeds may have the same name, so the page shows the path beside the name.
    assert!(page.contains(
        "<a href=\"/sims\"><bdi>Keep-alive &#38; SIMs</bdi></a> <span class=\"aside\">/sims</span>"
    ));
    assert!(page.contains("<a href=\"/%E6%BC%A2\"><bdi>漢</bdi></a>"));
}
