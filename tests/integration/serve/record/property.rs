//! The property test of `renew`, through a form: the file is what `renew` makes of it, byte for
//! byte, and a renewal that `renew` refuses leaves it alone. An undo gives the file back.

use proptest::prelude::{Just, Strategy as _, any, prop_oneof};
use proptest::test_runner::{Config, TestRunner};
use weekahead::internals::{Document, Price, Renewal, renew};

use super::{Site, Way};
use crate::renew::property::{lists, text};

#[test]
fn a_form_does_what_renew_does() {
    let site = Site::new(super::BARE, Way::Direct, &["--today", "2026-10-25"]);
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(150)
    };
    let requests = (
        any::<proptest::sample::Index>(),
        1..28_u32,
        prop_oneof![Just(""), Just("49 NOK"), Just("14.50 EUR")],
        prop_oneof![Just(String::new()), text()],
        prop_oneof![
            Just(String::new()),
            text(),
            (text(), text()).prop_map(|(first, second)| format!("{first}\n{second}")),
        ],
    );
    let mut runner = TestRunner::new(config);
    let result = runner.run(&(lists(), requests), |((list, plans), request)| {
        let (chosen, day, paid, receipt, note) = request;
        let index = chosen.index(plans);
        site.place.file("sims.yaml", &list);
        let document = Document::read(list.as_bytes()).expect(&list);
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let renewal = Renewal {
            on: format!("2026-10-{day:02}").parse().expect("a day"),
            paid: given(paid).map(|paid| Price::parse(&paid).expect("a price")),
            way: None,
            receipt: given(&receipt),
            note: given(&note),
            validity: None,
            from_expiry: false,
        };
        let today = "2026-10-25".parse().expect("a day");
        let expected = renew(&document, index, &renewal, today);
        let id = document.list().plans[index].id.clone();
        let action = site.record_action(&encode(&id));
        let fields = [
            ("on", renewal.on.to_string()),
            ("paid", paid.to_owned()),
            ("receipt", receipt),
            // As a browser sends the lines of a field.
            ("note", note.replace('\n', "\r\n")),
        ];
        let fields = fields.map(|(name, value)| format!("{name}={}", encode(&value)));
        let response = site.post(&action, &fields.join("&"));
        let mark = if list.starts_with('\u{feff}') {
            "\u{feff}"
        } else {
            ""
        };
        match expected {
            Ok(edit) => {
                assert_eq!(response.status, 303, "{list}\n{}", response.text());
                assert_eq!(site.file(), format!("{mark}{}", edit.text), "{list}");
                let undo = site.undo_action(&encode(&id)).expect("an undo");
                assert_eq!(site.post(&undo, "").status, 303, "{list}");
            }
            Err(error) => assert_eq!(response.status, 422, "{error:?}\n{list}"),
        }
        assert_eq!(site.file(), list);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
