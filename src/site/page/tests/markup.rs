//! Whatever text is in a field, a strict HTML parser finds it as text between the same tags, and
//! every link has a scheme that is allowed.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use html5gum::{DefaultEmitter, Token, Tokenizer};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use proptest::test_runner::Config;

use super::{body, listed, moment, view};
use crate::document::Document;
use crate::plan::text::{Lines, clean};
use crate::site::address::{Address, Base};
use crate::site::page::policy::STYLE;
use crate::site::page::{ErrorNotice, PageBody, View, index, render};
use crate::text::escape::double_quoted;
use crate::text::fullwidth::to_ascii;
use crate::time::revision::Revision;

/// What a browser reads from a page.
#[derive(Debug, PartialEq, Eq)]
struct Read {
    /// Tags with their attributes, without the values of links.
    tags: Vec<String>,
    /// All text between tags.
    text: String,
    /// The targets of links.
    links: Vec<String>,
}

/// Reads HTML; an error that a browser would correct fails the test. The style sheet, which is most
/// of a page and the same on all of them, is left out.
fn read(html: &str) -> Read {
    let (before, after) = html.split_once(STYLE).expect("the style sheet");
    let html = &[before, after].concat();
    // The title of a picture may contain tags, but the title of a document may not. No page depends
    // on this.
    let as_browsers_do = tokens(html, true);
    assert_eq!(as_browsers_do, tokens(html, false));
    as_browsers_do
}

fn tokens(html: &str, switches: bool) -> Read {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(switches);
    let mut read = Read {
        tags: Vec::new(),
        text: String::new(),
        links: Vec::new(),
    };
    let utf8 = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("a page is UTF-8");
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => {
                let mut attributes: BTreeMap<String, String> = BTreeMap::new();
                for (name, value) in &tag.attributes {
                    attributes.insert(utf8(name), utf8(value));
                }
                let mut name = utf8(&tag.name);
                if let Some(link) = attributes.remove("href") {
                    read.links.push(link);
                    if name == "a" {
                        // A code or a number that cannot be dialled has no link.
                        name = "span".to_owned();
                    }
                }
                read.tags.push(format!("<{name} {attributes:?}"));
            }
            Token::EndTag(tag) => {
                let name = utf8(&tag.name);
                let name = if name == "a" { "span" } else { &name };
                read.tags.push(format!("</{name}"));
            }
            Token::String(text) => read.text += &utf8(&text),
            Token::Doctype(_) => read.tags.push("doctype".to_owned()),
            Token::Comment(_) | Token::Error(_) => {
                unreachable!("{token:?} in a page:\n{html}")
            }
        }
    }
    read
}

/// The number of fields with one line, and of all fields. The fields with several lines come last.
const ONE: usize = 21;
const ALL: usize = ONE + 2;

/// A page, served or published, with one of `texts` in each field that may hold any text.
fn page(texts: &[String], is_published: bool) -> String {
    let quoted: Vec<String> = texts
        .iter()
        .map(|text| double_quoted(text, |c| !c.is_ascii_graphic() && c != ' '))
        .collect();
    let mut fields = quoted.iter();
    let mut list = String::new();
    let template = "calendar: {name: V, numbers: full}\nplans:\n- name: V\n  provider: V\n  number: V\n  \
                    expires: 2026-11-24\n  renewal:\n  - {method: shop, action: V, app: V, dial: V, call: V, \
                    sms: {to: V, text: V}, steps: [V, V], url: https://x.example/}\n  - {method: other, action: V}\n  \
                    check: {app: V, dial: V, sms: {to: V, text: V}}\n  support: {call: V, sms: {to: V, text: V}}\n  \
                    tags: [V]\n  history: [{on: 2026-01-01, receipt: hidden, note: hidden}]\n";
    for part in template.split_inclusive('V') {
        match part.strip_suffix('V') {
            Some(part) => list.extend([part, fields.next().expect("a text for each field")]),
            None => list.push_str(part),
        }
    }
    list += &format!("  notes: {}\n", quoted[ONE]);
    let list = list.replacen(
        "numbers: full",
        &format!("numbers: full, description: {}", quoted[ONE + 1]),
        1,
    );
    let today = "2026-11-23";
    let body = if is_published {
        let document = Document::read(list.as_bytes()).expect("a list");
        let revision = Revision::from_unix(1_791_201_600);
        let since = today.parse().expect("a day");
        PageBody::without_today(document.list(), "plans", revision, since)
    } else {
        body(&list, today)
    };
    let base = Base::parse("https://cal.example.org").expect("a base");
    let address = Address::new(&base, Some("token"), "sims");
    render(&View {
        error: Some(ErrorNotice {
            since: moment("2026-11-23T08:12:00"),
            message: &texts[0],
            is_stale: false,
        }),
        is_published,
        ..view(&body, Some(&address))
    })
}

/// A private-use character for each field. The tests find the field in the page by this character.
fn mark(index: usize) -> char {
    char::from_u32(0xf_0000 + index as u32).expect("a character")
}

/// The pages with a mark in each field, served and published.
static MARKED: LazyLock<[Read; 2]> = LazyLock::new(|| {
    let marks: Vec<String> = (0..ALL).map(|index| mark(index).to_string()).collect();
    [false, true].map(|is_published| read(&page(&marks, is_published)))
});

/// The front page of two lists with these names.
fn index_of(one: &str, other: &str, is_published: bool) -> Read {
    read(&index(
        vec![listed(one, "/a"), listed(other, "/b")],
        is_published,
    ))
}

/// The front pages of two lists with plain names, served and published.
static PLAIN_INDEX: LazyLock<[Read; 2]> =
    LazyLock::new(|| [false, true].map(|is_published| index_of("x", "y", is_published)));

/// A text as the reader of plans files returns it, for a field of one line or of several.
fn cleaned(text: &str, lines: Lines) -> Option<String> {
    let text = clean(text.to_owned().into(), lines).ok()?;
    (!text.is_empty()).then(|| text.into_owned())
}

/// Texts as people write them, texts that close an HTML element or attribute, and arbitrary texts.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("</title></style></bdi></dd>".to_owned()),
        Just("<script>x()</script><img src=x onerror=x()>".to_owned()),
        Just("\"'><a href=javascript:x()>".to_owned()),
        Just("<!-- --> <![CDATA[ ]]> <?x ?> &lt;&amp;&#60;&notin;&".to_owned()),
        Just("{{ x }} {% raw %}".to_owned()),
        Just("javascript:alert(1)".to_owned()),
        Just("+47 900 00 001".to_owned()),
        Just("*100#".to_owned()),
        "[ -~]{1,20}",
        "[<>&\"'`=/! a\n-]{1,20}",
        "\\PC{1,12}",
    ];
    prop::collection::vec(part, 1..4).prop_map(|parts| parts.concat())
}

/// Whether a page may have this link. The icon of the page is allowed too.
fn is_allowed(link: &str) -> bool {
    if link.starts_with("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' ") {
        return true;
    }
    let schemes = [
        "#",
        "/token/sims",
        "https://",
        "http://",
        "tel:",
        "sms:",
        "webcal://",
    ];
    let lower = link.to_ascii_lowercase();
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '`' | '\\');
    schemes.iter().any(|scheme| lower.starts_with(scheme)) && link.chars().all(is_plain)
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(150) })]
    #[test]
    fn a_text_is_text_and_nothing_else(
        texts in prop::collection::vec(text(), ALL),
        is_published in any::<bool>(),
    ) {
        let texts = texts.iter().enumerate();
        let texts: Option<Vec<String>> = texts
            .map(|(index, text)| match index < ONE {
                true => cleaned(&text.replace('\n', " "), Lines::One),
                false => cleaned(text, Lines::Many),
            })
            .collect();
        let Some(texts) = texts else { return Ok(()) };
        // A number may have full-width characters, and is shown without them.
        let texts: Vec<String> = texts.iter().map(|text| to_ascii(text).into_owned()).collect();
        if texts.iter().any(|text| (0..ALL).any(|index| text.contains(mark(index)))) {
            return Ok(());
        }
        let (found, expected) = (read(&page(&texts, is_published)), &MARKED[usize::from(is_published)]);
        assert_eq!(found.tags, expected.tags);
        let mut text = String::new();
        let mut seen = [false; ALL];
        for c in expected.text.chars() {
            match (0..ALL).find(|index| mark(*index) == c) {
                Some(index) => {
                    seen[index] = true;
                    text += &texts[index];
                }
                None => text.push(c),
            }
        }
        assert_eq!(found.text, text);
        // Tags select plans in lists; the page does not show them.
        let hidden = seen.iter().filter(|seen| !**seen).count();
        assert_eq!((hidden, seen[ONE - 1]), (1, false));
        assert!(found.links.len() > 10);
        for link in &found.links {
            assert!(is_allowed(link), "{link}");
        }
        let of_feeds = index_of(&texts[0], &texts[1], is_published);
        assert_eq!(of_feeds.tags, PLAIN_INDEX[usize::from(is_published)].tags);
        assert!(of_feeds.text.contains(&texts[0]) && of_feeds.text.contains(&texts[1]));
    }

    #[test]
    fn a_link_is_refused_or_leads_to_the_web(
        url in prop_oneof![
            "\\PC{1,20}",
            "[ \t]?(java|JAVA|vb)script:(//)?[ -~]{0,20}",
            "(data|file|blob|about):[ -~]{0,20}",
            "[hH]ttps?:[ -~]{0,30}",
            "https?://[a-z]{1,5}[/?#][ -~é漢]{0,20}",
        ],
        place in prop::sample::select(vec!["renewal: {url: V}", "check: {url: V}", "support: {url: V}"]),
    ) {
        let quoted = double_quoted(&url, |c| !c.is_ascii_graphic() && c != ' ');
        let list = format!(
            "calendar: {{edit: {quoted}}}\nplans:\n- {{name: A, expires: 2026-11-24, {}}}\n",
            place.replace('V', &quoted),
        );
        if Document::read(list.as_bytes()).is_ok() {
            let links = read(&render(&view(&body(&list, "2026-11-23"), None))).links;
            assert!(links.iter().all(|link| is_allowed(link)), "{links:?}");
            let host = url.split_once("://").map_or("", |(_, rest)| rest);
            let host = host.split(['/', '?', '#']).next().unwrap_or_default();
            let leads = links.iter().filter(|link| link.to_ascii_lowercase().starts_with("http"));
            let leads = leads.filter(|link| !host.is_ascii() || host.contains('%') || link.contains(host));
            assert_eq!(leads.count(), 2, "{links:?}");
        }
    }
}
