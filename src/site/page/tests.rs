//! The HTML of the page: what it contains, in which order, and what it never contains.

mod answers;
mod days;
mod markup;

use chrono::{NaiveDate, NaiveDateTime};
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use super::{
    ClientFetches, ErrorNotice, ListState, ListedFeed, PageBody, View, index, policy, render,
};
use crate::agenda::due_summary;
use crate::document::Document;
use crate::plan::value::language::Language;
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

/// A list on the front page of a published site.
fn listed<'a>(name: &'a str, path: &str) -> ListedFeed<'a> {
    ListedFeed {
        name,
        path: path.to_owned(),
        state: None,
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

/// The name of each plan, in order, with its status as it is read.
fn plans(page: &str) -> Vec<(String, String)> {
    let plans = page.split("<li class=\"plan ").skip(1);
    let plan = |html: &str| match html.split_once("<summary>") {
        Some((_, summary)) => {
            let name = between(summary, "<bdi class=\"name\">", "</bdi>")[0];
            let when = between(summary, "<span class=\"when\">", "</summary>");
            (
                text_of(name),
                when.first().map_or_else(String::new, |when| text_of(when)),
            )
        }
        None => {
            let name = between(html, "<h3><bdi>", "</bdi></h3>")[0];
            let standing = between(html, "<p class=\"standing\">", "</p>")[0];
            (text_of(name), text_of(standing))
        }
    };
    plans.map(plan).collect()
}

/// The sections with plans, each with its plans.
fn sections(page: &str) -> Vec<(&str, Vec<(String, String)>)> {
    let sections = between(page, "<section id=\"", "</section>");
    let sections = sections.into_iter().map(|section| {
        let (id, rest) = section.split_once('"').expect("an id");
        (id, plans(rest))
    });
    sections.filter(|(_, plans)| !plans.is_empty()).collect()
}

fn answer(page: &str) -> String {
    text_of(
        between(page, "<p class=\"answer ", "</p>")[0]
            .split_once("\">")
            .expect("a tag")
            .1,
    )
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
    let expected: [(&str, &[(&str, &str)]); 3] = [
        (
            "now",
            &[
                ("grace", "Expired, still recoverable 12 days left"),
                ("yesterday", "Expired yesterday"),
                ("lost", "Recovery period ended 9 months ago"),
                ("today", "Expires today"),
                ("tomorrow", "Expires tomorrow"),
                ("a week", "Expires in 7 days"),
                ("lost long ago", "Expired 6 years ago"),
            ],
        ),
        ("later", &[("passport", "in 2 years")]),
        ("automatic", &[("automatic", "in 2 days")]),
    ];
    let own = |(name, when): &(&str, &str)| ((*name).to_owned(), (*when).to_owned());
    let expected = expected.map(|(id, plans)| (id, plans.iter().map(own).collect::<Vec<_>>()));
    assert_eq!(sections(&page), expected);
    assert_eq!(
        answer(&page),
        "4 expired, 3 due (the first today), then nothing until 7 March 2029."
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
    assert!(over.contains("<p><span class=\"method\">Shop</span></p>"));
    // The file does not say how to renew the other one.
    assert!(over.contains("<p><bdi>Renew it with whoever issued it.</bdi></p>"));
}

#[test]
fn shows_the_example() {
    let page = page(&body(EXAMPLE, "2026-11-23"));
    assert!(page.len() < 45_000, "{} octets", page.len());
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
        "<h1><bdi>Keep-alive SIMs</bdi></h1>\n<p class=\"top\"><a class=\"button\" href=\"#subscribe\">Subscribe</a></p>",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // The title of the picture says what the picture shows.
    for title in [
        "Telenor Kontant: Expires 5 January 2027. Recoverable until 5 March 2027. Last renewed 5 October 2025. \
         Warnings: 22 December 2026, 29 December 2026, 4 January 2027, 19 February 2027, 26 February 2027, 4 March 2027.",
        "Fjordmobil (example): Expires 20 December 2026. Last renewed 20 November 2026. Warning: 11 December 2026.",
    ] {
        let title = format!("<svg role=\"img\"><title>{title}</title>");
        assert!(page.contains(&title), "{title}");
    }
    // The passport has no date in these months.
    assert!(text.contains("1 plan has no date in these months."));
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
    let evil_index = index(vec![listed(evil, evil)], false);
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
    for html in [page(&body), index(vec![listed("A", "/a")], false)] {
        let styles = between(&html, "<style>", "</style>");
        assert_eq!(styles.len(), 1);
        assert!(styles[0].len() < 10_240, "{} octets", styles[0].len());
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
                "<code translate=\"no\">https://cal.example.org/token/sims.ics</code>",
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
                "<code translate=\"no\">http://127.0.0.1:8080/token/sims.ics</code>",
                "<strong class=\"quiet\">Google Calendar</strong>",
                "<strong class=\"quiet\">Outlook.com</strong>",
                "It cannot reach an address on this computer.",
            ],
            vec!["class=\"code\"", GOOGLE, OUTLOOK],
        ),
        (
            None,
            vec!["<code>--base-url https://…</code>"],
            vec![
                GOOGLE,
                OUTLOOK,
                "webcal:",
                "<code translate",
                "class=\"code\"",
            ],
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
        assert!(page.contains("If the alarm rings, this program rings on this device."));
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
            "No program has fetched it since the server started 22 November 2026 at 21:05.",
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
    assert!(silent.contains("Found today at 08:12. Until it is corrected, you see the last list without errors. The calendar itself does not say so yet. Correct the file: then the page and the calendar update by themselves."));
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
    let plans = plans(&page);
    assert_eq!(plans.len(), 500);
    assert_eq!((&*plans[0].0, &*plans[499].0), ("P0", "P499"));
    assert!(page.contains("2 more plans are not shown."));
    let ended = "- {name: A, expires: 2026-12-01, ended: 2026-11-01, price: 1 EUR}\n";
    let page = self::page(&body(ended, "2026-11-23"));
    assert_eq!(answer(&page), "There is nothing to renew in this list.");
    for section in ["now", "later", "automatic", "year", "costs"] {
        assert!(
            !page.contains(&format!("<section id=\"{section}\"")),
            "{section}"
        );
    }
}

#[test]
fn lists_feeds() {
    let feeds = vec![
        listed("漢", "/%E6%BC%A2"),
        listed("Keep-alive & SIMs", "/sims"),
    ];
    let page = index(feeds, true);
    assert!(page.contains("http-equiv=\"Content-Security-Policy\""));
    // Two feeds may have the same name, so the page shows the path beside the name.
    assert!(page.contains(
        "<a href=\"/sims\"><bdi>Keep-alive &#38; SIMs</bdi></a> <span class=\"aside\">/sims</span>"
    ));
    assert!(page.contains("<a href=\"/%E6%BC%A2\"><bdi>漢</bdi></a>"));
}

/// Each list says what is due, in its own language. Lists that need the user come first.
#[test]
fn the_front_page_says_what_is_due() {
    let today: NaiveDate = "2026-11-23".parse().expect("a day");
    let feed = |name, expires: &str, language, good_day: Option<&str>| {
        let text = format!("- {{name: A, expires: {expires}}}\n");
        let document = Document::read(text.as_bytes()).expect("a list");
        ListedFeed {
            state: Some(ListState {
                language,
                summary: due_summary(document.list(), today),
                good_day: good_day.map(|day| day.parse().expect(day)),
            }),
            ..listed(name, "/x")
        }
    };
    let html = index(
        vec![
            feed("a", "2027-01-31", Language::English, None),
            feed("b", "2026-11-25", Language::Bokmal, None),
            feed(
                "c",
                "2027-01-31",
                Language::SimplifiedChinese,
                Some("2026-10-05"),
            ),
            feed("d", "2026-11-20", Language::English, None),
        ],
        false,
    );
    let lists = between(&html, "<li>", "</li>");
    let texts: Vec<String> = lists.iter().map(|list| text_of(list)).collect();
    assert_eq!(
        texts,
        [
            "c /x\n计划文件有错误，上一份没有错误的列表更新于 2026年10月5日。\n2027年1月24日之前没有待办事项。\n",
            "d /x\n1 expired.\n",
            "b /x\n1 utløper om 2 dager.\n",
            "a /x\nNothing is due until 24 January 2027.\n",
        ]
    );
    assert!(lists[0].contains("<div lang=\"zh-CN\"><p class=\"expired\">"));
    assert!(lists[2].contains("<div lang=\"nb\"><p class=\"due\">"));
}

/// The first way to renew is a button. If it has no link, it is a sentence.
#[test]
fn says_first_what_to_do_first() {
    let card = |fields: &str| {
        let list = format!(
            "calendar: {{edit: 'https://x.example/renew/{{id}}'}}\nplans:\n- {{name: A, expires: 2026-11-24, {fields}}}\n"
        );
        let page = page(&body(&list, "2026-11-23"));
        between(&page, "<div class=\"step\">", "</li>\n</ol>\n</section>")[0].to_owned()
    };
    const RECORD: &str =
        "<a class=\"button\" href=\"https://x.example/renew/A\">Record the renewal</a>";
    const SAFETY: &str = "<p class=\"aside\">Pay only on";
    for (fields, button, said, is_paid) in [
        (
            "price: 1 NOK, renewal: {method: website, action: Top up, url: 'https://me@www.a.example:8080/b'}",
            Some(
                "href=\"https://me@www.a.example:8080/b\"><span>Renew on <bdi>a.example:8080</bdi></span>",
            ),
            "<p><span class=\"method\">Website</span><bdi>Top up</bdi></p>",
            true,
        ),
        (
            "renewal: {method: ussd, dial: '*100#'}",
            Some("href=\"tel:*100%23\"><span>Dial <bdi>*100#</bdi></span>"),
            "<span class=\"method\">Dialled code</span>",
            false,
        ),
        (
            "renewal: {method: sms, sms: {to: '1933', text: FILL}, call: '123'}",
            Some(
                "href=\"sms:1933?body=FILL\"><span>Text <bdi>FILL</bdi> to <bdi>1933</bdi></span>",
            ),
            "<a href=\"tel:123\">Call <bdi>123</bdi></a>",
            false,
        ),
        (
            "renewal: [{method: voucher, dial: '*1*PIN#', price: 9 NOK, steps: [Keep it]}, {method: website, url: 'https://a.example/'}]",
            None,
            "<span>Dial <bdi>*1*PIN#</bdi></span>",
            true,
        ),
        (
            "price: 1 NOK, number: '123'",
            None,
            "<p><bdi>Renew (1 NOK) on the provider&#39;s website, in its app or in a shop.</bdi></p>",
            true,
        ),
        (
            "provider: The state",
            None,
            "<p><bdi>Renew it with The state.</bdi></p>",
            false,
        ),
    ] {
        let card = card(fields);
        let buttons = between(&card, "<a class=\"button main\" ", "</a>");
        assert_eq!(buttons, Vec::from_iter(button), "{fields}: {card}");
        assert!(card.contains(said), "{fields}: {card}");
        assert_eq!(card.contains(SAFETY), is_paid, "{fields}: {card}");
        assert!(card.contains(RECORD), "{fields}: {card}");
    }
    // The other way stands below.
    let card = card("renewal: [{method: shop}, {method: website, url: 'https://a.example/'}]");
    assert!(
        card.contains("<dt>Or</dt>\n<dd><span class=\"method\">Website</span>"),
        "{card}"
    );
}

/// Before a plan renews by itself or is given up, the first thing to do is to cancel it.
#[test]
fn says_how_to_cancel() {
    let list = "\
calendar: {edit: 'https://x.example/renew/{id}'}
plans:
- name: paper
  renewed: 2025-12-01
  validity: 1 year
  renewal: {method: auto-debit}
  cancel: {notice: 5 days, action: Write to them, url: 'https://paper.example/account'}
- {name: given up, expires: 2027-03-01, ended: 2026-11-25}
";
    let page = page(&body(list, "2026-11-23"));
    let expected = [
        ("given up", "Ends in 2 days"),
        ("paper", "Last day to cancel in 3 days"),
    ];
    let own = |(name, when): (&str, &str)| (name.to_owned(), when.to_owned());
    assert_eq!(plans(&page), expected.map(own));
    assert!(
        page.contains("<span>Write to them</span>") || page.contains("<bdi>Write to them</bdi>")
    );
    assert!(page.contains(
        "<a class=\"button main\" href=\"https://paper.example/account\"><span>Cancel on <bdi>paper.example</bdi></span></a>"
    ));
    assert!(page.contains("<p><bdi>Cancel it in your account, or ask the provider.</bdi></p>"));
    // Neither is renewed by hand, and the second says above that it renews by itself.
    assert!(!page.contains("<span class=\"method\">Automatic</span>"));
    assert!(!page.contains("x.example/renew"));
}

/// The legend explains the colours that are in the picture, and no row is empty.
#[test]
fn the_picture_explains_itself() {
    let list = "\
- {name: expired, expires: 2026-11-20, grace: 1 month}
- {name: due, expires: 2026-11-25}
- {name: later, expires: 2027-06-01}
- {name: automatic, renewed: 2026-11-01, validity: 1 month, renewal: {method: auto-debit}}
- {name: far, expires: 2031-06-01}
- {name: long past, expires: 2020-06-01}
";
    let page = page(&body(list, "2026-11-23"));
    let legend = between(&page, "<ul class=\"legend\"", "</ul>")[0];
    assert_eq!(
        text_of(legend).lines().skip(1).collect::<Vec<_>>(),
        [
            "Expired",
            "Due",
            "Works",
            "Automatic",
            "Can still be recovered",
            "Warning",
            "Automatic renewal",
            "Today",
            "Continues outside these months",
        ]
    );
    let rows = between(&page, "<ul class=\"rows\">", "</ul>")[0];
    let names = between(rows, "<li><span><bdi>", "</bdi>");
    assert_eq!(names, ["expired", "due", "later", "automatic"]);
    assert!(page.contains("<p class=\"aside\">2 plans have no date in these months.</p>"));
    let months = between(
        &page,
        "<div class=\"months\" aria-hidden=\"true\">",
        "</div>",
    )[0];
    assert!(
        months.starts_with("<span>Oct<br>2026</span><span>Nov</span>"),
        "{months}"
    );
    let far = "- {name: far, expires: 2031-06-01}\n";
    let page = self::page(&body(far, "2026-11-23"));
    assert!(!page.contains("id=\"year\"") && !page.contains("href=\"#year\""));
}
