//! The pages as a strict HTML parser reads them.

use std::collections::{BTreeMap, BTreeSet};

use html5gum::{DefaultEmitter, Token, Tokenizer};

use crate::document::Document;
use crate::document::edit::renew;
use crate::plan::value::language::Language;
use crate::site::link::Key;
use crate::site::record::form::FormError;
use crate::site::record::pages::{
    Device, RecordMessage, RecordView, list_page, message_page, pair_page, plan_page, policy,
    refused_page, unpaired_page,
};
use crate::site::record::{DeviceCookie, ListId, RecordForm, RecordedStep};

/// A tag with its attributes.
type Tag = (String, BTreeMap<String, String>);

/// The tags that begin an element, and all text between tags. An error that a browser would correct
/// fails the test.
fn read(html: &str) -> (Vec<Tag>, String) {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let utf8 = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("a page is UTF-8");
    let (mut tags, mut text) = (Vec::new(), String::new());
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => {
                let attributes = tag.attributes.iter();
                let attributes = attributes.map(|(name, value)| (utf8(name), utf8(value)));
                tags.push((utf8(&tag.name), attributes.collect()));
            }
            Token::String(piece) => text += &utf8(&piece),
            Token::EndTag(_) | Token::Doctype(_) => {}
            Token::Comment(_) | Token::Error(_) => unreachable!("{token:?} in a page:\n{html}"),
        }
    }
    (tags, text)
}

/// Checks what holds for every page: no script, nothing from elsewhere, ids that are unique and
/// exist, and a label for every field.
fn check(html: &str) {
    let (tags, _) = read(html);
    let values = |name: &'static str| tags.iter().filter_map(move |(_, all)| all.get(name));
    let ids: Vec<&String> = values("id").collect();
    let unique: BTreeSet<&String> = ids.iter().copied().collect();
    assert_eq!(unique.len(), ids.len(), "an id twice: {html}");
    let refers = ["for", "aria-labelledby", "aria-describedby"];
    for id in refers.into_iter().flat_map(values) {
        let mut parts = id.split(' ');
        assert!(
            parts.all(|id| ids.iter().any(|known| *known == id)),
            "{id}: {html}"
        );
    }
    let labelled: BTreeSet<&String> = values("for").collect();
    for (name, attributes) in &tags {
        assert_ne!(name, "script");
        assert!(
            attributes.keys().all(|key| !key.starts_with("on")),
            "{attributes:?}"
        );
        let is_field = matches!(name.as_str(), "input" | "textarea" | "select");
        // A radio button is inside its label.
        if is_field && attributes.get("type").map(String::as_str) != Some("radio") {
            assert!(labelled.contains(&attributes["id"]), "{attributes:?}");
        }
        if name == "form" {
            assert_eq!(attributes.get("method").map(String::as_str), Some("post"));
        }
    }
}

const TODAY: &str = "2026-11-30";
const EVIL: &str = "</h1><script>x()</script>\\\"'&amp;";

/// A list with each kind of plan.
fn list(language: &str) -> String {
    format!(
        "calendar: {{name: \"{EVIL}\", language: {language}}}\nplans:\n\
         - {{id: later, name: Later, expires: 2027-10-01, validity: 1 year}}\n\
         - id: \"a/b {EVIL}\"\n  name: \"{EVIL}\"\n  provider: \"{EVIL}\"\n  number: \"+47 900 00 001\"\n  \
         renewed: 2026-09-01\n  validity: 3 months\n  price: 49 NOK\n  renewal:\n  \
         - {{method: website, action: \"{EVIL}\", validity: 3 months}}\n  \
         - {{method: sms, price: 90 NOK, validity: 6 months}}\n  history:\n  \
         - {{on: 2026-09-01, paid: 49 NOK, receipt: \"{EVIL}\", note: \"{EVIL}\"}}\n  \
         - {{on: 2026-06-01, receipt: \"https://r.example/1\"}}\n  - {{on: 2026-05-01}}\n  \
         - {{on: 2026-04-01}}\n  - {{on: 2026-03-01}}\n  - {{on: 2026-02-01}}\n\
         - {{name: Fixed, expires: 2027-01-31}}\n\
         - {{name: Auto, renewed: 2026-10-01, validity: 1 month, renewal: {{method: auto-debit, price: 5 EUR}}}}\n\
         - {{name: Gone, expires: 2026-10-01, ended: 2026-10-01}}\n"
    )
}

const EVIL_PLAN: usize = 1;

/// Shows a view of a list.
fn with_view<T>(text: &str, show: impl FnOnce(&RecordView<'_>) -> T) -> T {
    let document = Document::read(text.as_bytes()).expect("a plans file");
    let key = Key::new(&[b'k'; 32]).expect("a key");
    let today = TODAY.parse().expect("a day");
    let list = ListId {
        name: "sims",
        devices: 1,
    };
    let cookie = DeviceCookie::new(&key, list, today);
    show(&RecordView {
        document: &document,
        stem: "sims",
        prefix: "/cal",
        today,
        latest: "2026-12-01".parse().expect("a day"),
        device: Device {
            key: &key,
            cookie: &cookie,
        },
        last: None,
        problem: None,
    })
}

fn actions(html: &str) -> Vec<String> {
    let (tags, _) = read(html);
    let forms = tags.into_iter().filter(|(name, _)| name == "form");
    forms
        .filter_map(|(_, mut all)| all.remove("action"))
        .collect()
}

#[test]
fn every_page_is_sound_in_every_language() {
    for language in Language::ALL {
        for html in [pair_page(language), unpaired_page(language)] {
            check(&html);
            assert!(html.contains(&format!("lang=\"{}\"", language.tag())));
        }
        for message in [
            RecordMessage::Foreign,
            RecordMessage::Changed,
            RecordMessage::Locked,
        ] {
            let html = message_page(language, message, Some("<b>"), Some("/sims/renew"));
            check(&html);
            assert!(read(&html).1.contains("<b>"));
        }
        let text = list(language.tag());
        with_view(&text, |view| {
            let html = list_page(view);
            check(&html);
            assert_eq!(actions(&html).len(), 4);
            for index in 0..5 {
                check(&plan_page(view, index));
            }
            let broken = RecordView {
                problem: Some("error: <b>"),
                ..*view
            };
            for html in [list_page(&broken), plan_page(&broken, EVIL_PLAN)] {
                check(&html);
                assert_eq!(actions(&html), [""; 0]);
                assert!(read(&html).1.contains("error: <b>"));
            }
        });
    }
}

#[test]
fn texts_of_the_user_are_text() {
    let evil = EVIL.replace("\\\"", "\"");
    with_view(&list("en"), |view| {
        // The title and the heading, then the name, the provider, the way, the receipt and the note.
        let (_, text) = read(&list_page(view));
        assert_eq!(text.matches(&evil).count(), 9);
        let form = RecordForm {
            paid: evil.clone(),
            note: format!("</textarea>\n{evil}"),
            ..RecordForm::default()
        };
        let plan = &view.document.list().plans[EVIL_PLAN];
        let error = form
            .renewal(plan, view.today, view.latest)
            .expect_err("refused");
        let html = refused_page(view, EVIL_PLAN, &form, &error);
        check(&html);
        let (tags, text) = read(&html);
        assert!(text.contains(&form.note), "{html}");
        let paid = tags
            .iter()
            .find(|(_, all)| all.get("name").is_some_and(|name| name == "paid"));
        assert_eq!(paid.expect("a field").1["value"], evil);
    });
}

#[test]
fn a_form_asks_for_what_its_plan_needs() {
    let names = |html: &str| {
        let (tags, _) = read(html);
        let names = tags.iter().filter(|(tag, _)| tag != "meta");
        let names = names.filter_map(|(_, all)| all.get("name").cloned());
        names.collect::<Vec<String>>()
    };
    with_view(&list("en"), |view| {
        for (index, expected) in [
            (0, &["on", "paid", "receipt", "note"][..]),
            (1, &["on", "way", "way", "paid", "receipt", "note"]),
            (2, &["on", "until", "paid", "receipt", "note"]),
            (3, &["on", "paid", "receipt", "note"]),
            (4, &[]),
        ] {
            assert_eq!(names(&plan_page(view, index)), expected, "{index}");
        }
        let html = plan_page(view, 1);
        // The ways last for different times, so none is chosen; nor is their price known.
        assert!(!html.contains(" checked"), "{html}");
        assert!(html.contains("name=\"paid\" value=\"\""), "{html}");
        assert!(
            html.contains("value=\"2026-11-30\" max=\"2026-12-01\""),
            "{html}"
        );
        assert!(plan_page(view, 3).contains("name=\"paid\" value=\"5 EUR\""));
        let given_up = plan_page(view, 4);
        assert_eq!(given_up.matches("1 October 2026").count(), 1, "{given_up}");
        assert!(given_up.contains("first remove <code>ended</code> from the plan."));
        let missing = plan_page(view, 5);
        assert!(missing.contains("There is no such plan"), "{missing}");
    });
}

#[test]
fn due_plans_come_first_and_no_number_is_whole() {
    with_view(&list("en"), |view| {
        let html = list_page(view);
        let (tags, _) = read(&html);
        let ids = tags.iter().filter(|(tag, _)| tag == "h3");
        let ids: Vec<&str> = ids.map(|(_, all)| all["id"].as_str()).collect();
        assert_eq!(ids, ["p1-name", "p3-name", "p2-name", "p0-name", "p4-name"]);
        assert!(html.contains("number ending in <bdi>001</bdi>"), "{html}");
        assert!(!html.contains("900 00"), "{html}");
        let token = view.device.key.token("sims", 1);
        assert!(!html.contains(token.as_str()), "{html}");
        assert!(
            actions(&html)[0].starts_with("/cal/sims/renew/a%2Fb%20%3C%2Fh1%3E"),
            "{html}"
        );
    });
}

#[test]
fn the_page_after_a_recording_says_what_it_means() {
    let before = list("en");
    let document = Document::read(before.as_bytes()).expect("a plans file");
    let form = RecordForm {
        way: "2".into(),
        ..RecordForm::default()
    };
    let today = TODAY.parse().expect("a day");
    let plan = &document.list().plans[EVIL_PLAN];
    let renewal = form.renewal(plan, today, today).expect("a renewal");
    let edit = renew(&document, EVIL_PLAN, &renewal, today).expect("an edit");
    let step = RecordedStep::new(&document, EVIL_PLAN, &edit, today).expect("a step");
    with_view(&edit.text, |view| {
        let view = RecordView {
            last: Some(&step),
            ..*view
        };
        let html = plan_page(&view, EVIL_PLAN);
        check(&html);
        let (_, text) = read(&html);
        for sentence in [
            "Renewed on 30 November 2026.",
            "Expires 30 May 2027 (before: 1 December 2026).",
            "The next warning comes on 23 May 2027.",
            "-   validity: 3 months",
            "+   validity: 6 months",
        ] {
            assert!(text.contains(sentence), "{sentence}: {text}");
        }
        assert_eq!(actions(&html).len(), 2);
        // Only the page of this plan and that of all plans say so.
        assert_eq!(actions(&plan_page(&view, 0)).len(), 1);
        let html = list_page(&view);
        check(&html);
        assert_eq!(actions(&html).len(), 5);
    });
    // A plan that has changed since has no undo; one that is as before says that.
    let later = edit.text.replace("price: 49 NOK", "price: 50 NOK");
    with_view(&later, |view| {
        let view = RecordView {
            last: Some(&step),
            ..*view
        };
        assert_eq!(actions(&plan_page(&view, EVIL_PLAN)).len(), 1);
    });
    let undone = step.taken_back();
    with_view(&before, |view| {
        let view = RecordView {
            last: Some(&undone),
            ..*view
        };
        let html = plan_page(&view, EVIL_PLAN);
        check(&html);
        assert!(read(&html).1.contains("Undone"), "{html}");
        assert_eq!(actions(&html).len(), 1);
    });
}

#[test]
fn a_refused_form_comes_back_with_its_error_at_the_field() {
    with_view(&list("nb"), |view| {
        let form = RecordForm {
            way: "2".into(),
            paid: "much".into(),
            ..RecordForm::default()
        };
        let plan = &view.document.list().plans[EVIL_PLAN];
        let error = form
            .renewal(plan, view.today, view.latest)
            .expect_err("refused");
        let html = refused_page(view, EVIL_PLAN, &form, &error);
        let (tags, text) = read(&html);
        let paid = tags
            .iter()
            .find(|(_, all)| all.get("name").is_some_and(|name| name == "paid"));
        let (_, paid) = paid.expect("a field");
        assert_eq!(paid["value"], "much");
        assert_eq!(paid["aria-invalid"], "true");
        assert!(
            paid["aria-describedby"].contains("p1-paid-error"),
            "{paid:?}"
        );
        assert!(text.contains("Denne prisen kan ikke leses."), "{text}");
        assert!(text.contains("`much` is not a price"), "{text}");
        assert!(html.contains("value=\"2\" required checked"), "{html}");
        let by_hand = FormError {
            lines: vec!["renewed: <b>".to_owned()],
            ..error
        };
        let html = refused_page(view, EVIL_PLAN, &form, &by_hand);
        check(&html);
        assert!(read(&html).1.contains("renewed: <b>"), "{html}");
    });
}

#[test]
fn the_policy_allows_forms_to_the_same_site_and_no_script() {
    let policy = policy();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert!(
        policy.ends_with("form-action 'self'; frame-ancestors 'none'"),
        "{policy}"
    );
}
