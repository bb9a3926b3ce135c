//! The schema and the reader hold together: what the schema refuses the reader refuses, and what
//! the reader refuses for its shape the schema refuses. An independent validator is the judge.

use std::collections::BTreeSet;
use std::fs;

use jsonschema::Validator;
use serde_json::{Value, json};
use weekahead::internals::Document;

#[cfg(all(feature = "fetch", feature = "serve"))]
use crate::docs;
use crate::golden;
use crate::harness::{Place, repository};
use crate::problems;

/// Problems that a schema cannot see, by the reason on their row: what lies between plans, what
/// takes arithmetic, what a list knows.
const BEYOND: &[&str] = &[
    "an alias of a whole plan",
    "two auto-debits",
    "a validity of 0 days",
    "a validity of 10^18 days",
    "an expiry past the last year",
    "a grace period past the last year",
    "a duplicate id",
    "the same derived id twice",
    "an id that another plan derives",
    "a notice longer than the cycle",
];

/// Rows that are no YAML to an editor: it says so before it looks at any schema.
const NO_YAML: &[&str] = &[
    "not YAML",
    "a tab for an indent",
    "a tab in the second line of a plan",
    "a duplicate key",
    "codes without quotes",
    "control characters as they are",
    "characters beyond ASCII that YAML does not allow",
    "invalid UTF-8",
    "UTF-16",
    "a second document",
    "a tag",
    "a merge of text",
    "a quote that is never closed",
    "a colon in a text",
    "an indent that matches no line above",
    "a reserved character",
    "problems before a syntax error",
    "a code without quotes in brackets",
    "a colour without quotes in brackets",
    "a comma too many",
    "a list below a key's plan",
    "a text that begins with a bang",
    "full-width colons and commas",
    "a full-width colon behind a key",
    "a full-width colon behind the first key",
    "no space behind a colon",
    "a key between two columns",
];

fn printed() -> Value {
    let text = Place::new().feed(&["schema"]);
    serde_json::from_str(&text).expect("the schema is JSON")
}

fn validator() -> Validator {
    jsonschema::draft7::new(&printed()).expect("the schema is one of draft 7")
}

/// What an editor's validator is given for a YAML text; nothing where it is no YAML.
fn seen(text: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(text).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut value: serde_yaml::Value = serde_yaml::from_str(text).ok()?;
    value.apply_merge().ok()?;
    plain(value)
}

/// The value as JSON; nothing where a tag stands. A number that JSON has not is some number.
fn plain(value: serde_yaml::Value) -> Option<Value> {
    use serde_yaml::Value as Yaml;
    Some(match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(flag) => json!(flag),
        Yaml::String(text) => json!(text),
        Yaml::Number(number) => match number.as_u64() {
            Some(whole) => json!(whole),
            None => json!(number.as_f64().filter(|n| n.is_finite()).unwrap_or(0.5)),
        },
        Yaml::Sequence(items) => {
            Value::Array(items.into_iter().map(plain).collect::<Option<Vec<_>>>()?)
        }
        Yaml::Mapping(entries) => {
            let mut object = serde_json::Map::new();
            for (key, value) in entries {
                let key = match plain(key)? {
                    Value::String(key) => key,
                    other => other.to_string(),
                };
                object.insert(key, plain(value)?);
            }
            Value::Object(object)
        }
        Yaml::Tagged(_) => return None,
    })
}

#[test]
fn it_is_the_one_that_is_kept() {
    let path = repository().join("tests/integration/golden/plans.schema.json");
    let schema = Place::new().feed(&["schema"]);
    if std::env::var_os("WEEKAHEAD_BLESS").is_some() {
        fs::write(&path, &schema).expect("the golden schema is written");
    }
    let kept = fs::read_to_string(&path).expect("the golden schema");
    assert!(
        schema == kept,
        "`WEEKAHEAD_BLESS=1 cargo test schema` writes it anew"
    );
    assert!(jsonschema::draft7::meta::is_valid(&printed()));
}

#[test]
fn every_key_has_its_help() {
    let schema = printed();
    let objects = schema["definitions"].as_object().expect("definitions");
    let mut keys = 0;
    for object in objects.values().chain([&schema]) {
        assert!(object["title"].is_string(), "{object}");
        assert_eq!(object["additionalProperties"], json!(false));
        let properties = object["properties"].as_object().expect("properties");
        for (key, property) in properties {
            let help = property["description"].as_str().unwrap_or_default();
            assert!(
                help.ends_with('.') && !help.contains('\n'),
                "{key}: {help:?}"
            );
            keys += 1;
        }
    }
    assert_eq!(keys, 2 + 14 + 20 + 11 + 2 + 2 + 5);
}

#[test]
fn it_takes_every_good_list() {
    let validator = validator();
    let mut lists: Vec<String> = golden::plans().into_values().collect();
    #[cfg(all(feature = "fetch", feature = "serve"))]
    lists.extend(docs::lists());
    lists.push("- {name: no, expires: 2027-01-31, number: +4790000001, notes: 0x1F}\n".into());
    lists.push("- &a {name: A, expires: 2027-01-31}\n- {<<: *a, id: b}\n".into());
    for list in lists {
        Document::read(list.as_bytes()).expect("a good list");
        let value = seen(list.as_bytes()).expect("YAML");
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0], "{list}");
    }
}

#[test]
fn it_refuses_what_the_reader_refuses_for_its_shape() {
    let validator = validator();
    let (mut beyond, mut no_yaml) = (Vec::new(), Vec::new());
    for (reason, content, _) in problems::rows() {
        assert!(Document::read(content).is_err(), "{reason}");
        match seen(content) {
            None => no_yaml.push(*reason),
            Some(value) if validator.is_valid(&value) => beyond.push(*reason),
            Some(_) => {}
        }
    }
    assert_eq!(beyond, BEYOND);
    assert_eq!(no_yaml, NO_YAML);
}

/// What a value may be, good and bad, as it is written.
const VALUES: &[&str] = &[
    "",
    "~",
    "null",
    "true",
    "True",
    "yes",
    "0",
    "1",
    "7",
    "-1",
    "1.0",
    "1.5",
    "007",
    "1e3",
    "0x10",
    ".inf",
    "4294967296",
    "\"1\"",
    "\"01\"",
    "\"0\"",
    "\"1.0\"",
    "\"true\"",
    "\"\"",
    "\" \"",
    "A",
    "漢字",
    "no",
    "en",
    "zh-CN",
    "EN",
    "nb",
    "masked",
    "full",
    "Full",
    "shop",
    "auto-debit",
    "Shop",
    "from-expiry",
    "Europe/Oslo",
    "Oslo",
    "UTC",
    "teal",
    "Teal",
    "\"#1e88e5\"",
    "\"#1E88E5\"",
    "\"#1e88e\"",
    "\"09:00\"",
    "09:00",
    "9:00",
    "24:00",
    "23:60",
    "2026-10-05",
    "\"2026-10-05\"",
    "\" 2026-10-05\"",
    "2026-1-5",
    "2026-02-29",
    "2028-02-29",
    "2026-02-30",
    "2026-04-31",
    "2026-12-31",
    "2026-13-01",
    "2026-00-10",
    "2026-10-00",
    "1899-12-31",
    "1900-01-01",
    "9998-12-31",
    "9999-01-01",
    "10000-01-01",
    "２０２６-01-01",
    "3 months",
    "3months",
    "3 Months",
    "\"3\\u0085months\"",
    "\"\\u2003 3 mo \"",
    "3 m",
    "0 days",
    "90d",
    "2 wks",
    "1 yr",
    "1 year 6 months and 3 days",
    "1 year and 6 months",
    "1year6mo",
    "1 year, 6 months",
    "6 months 1 year",
    "1 year and",
    "1 month 1 month",
    "12 hours",
    "soon",
    "P3M",
    "P1Y2W3D",
    "P",
    "PT5H",
    "P3D1M",
    "p3m",
    "99999999999999999999 days",
    "180天",
    "2 周",
    "2个星期",
    "３个月",
    "1年6个月",
    "P３M",
    "3月",
    "2026年10月5日",
    "2026 年 10 月 05 号",
    "２０２６-１０－05",
    "2026/10/5",
    "０９：００",
    "\"４９　ＮＯＫ\"",
    "1.299 EUR",
    "49克朗",
    "49 NOK",
    "49NOK",
    "0 EUR",
    "12.50 EUR",
    "12,50 EUR",
    "1.23456 EUR",
    "1. EUR",
    ".5 EUR",
    "1234567890123 NOK",
    "-5 NOK",
    "49 nok",
    "49 XXZ",
    "NOK 49",
    "\"\\u30005 NOK\\u0085\"",
    "https://x",
    "HTTP://x/a?b#c",
    "https://x/漢",
    "\"https://x y\"",
    "\"https://x/\\\"\"",
    "https://",
    "https://:80",
    "https://x:80",
    "https://a@",
    "https://a@b",
    "https://@",
    "https://?x",
    "ftp://x.no",
    "www.x.no",
    "javascript:alert(1)",
    "\"https://x/\\ufeff\"",
    "\"https://\\u00a0x\"",
    "\"https://x/\\x7f\"",
    "\"a\\nb\"",
    "\"a\\n\"",
    "\"\\na\"",
    "\"a\\rb\"",
    "\"a\\tb\"",
    "\"\\ta\"",
    "\"\\a\"",
    "\"a\\x0b\"",
    "\"a\\x0c \"",
    "\"a\\x7f\"",
    "\"a\\x85b\"",
    "\"\\x85\"",
    "\"\\x9f\"",
    "\"\\u2028\"",
    "\"a\\u2028b\"",
    "\"\\ufeff\"",
    "\"\\u3000\\_\"",
    "[]",
    "[~]",
    "[a]",
    "[a, \"\"]",
    "[1]",
    "[7d]",
    "[7d, 1]",
    "[7d, 7 d, 1 week]",
    "[[7d]]",
    "[{}]",
    "{}",
    "{a: b}",
    "{? [a] : b}",
    "{1: b}",
    "{method: shop}",
    "[{method: shop, validity: 1 month}, {method: app}]",
    "[{method: shop, validity: 1 month}, {method: auto-debit}]",
    "{method: auto-debit, validity: 1 month}",
    "{notice: 1 month}",
    "{notice: 1 month, action: a}",
    "{sentence: a}",
    "{url: https://x, checked: 2026-10-05}",
    "mon",
    "Mon",
    "monday",
    "[mon, FRI]",
    "[mon, mon-fri]",
    "https://x/{id}",
    "https://x/{name}?{id}#{id}",
    "https://x/{x}",
    "https://x/{id",
    "https://{id}.x/",
    "\"0x10\"",
    "\".inf\"",
    "1 month",
    "10 years of it",
    "Ask {x}",
    "{method: auto-debit}",
    "[{method: shop}, {method: auto-debit}]",
    "[{until: 2027-01-01}]",
    "{method: auto-debit, until: 2027-01-01}",
    "{method: auto-debit, until: 2027-01-01, sms: {to: 1}}",
    "{to: 1}",
    "{to: ~}",
    "{text: a}",
    "{sms: {to: \"1\"}}",
    "[{on: 2026-10-05}]",
    "[{paid: 1 NOK}]",
    "{url: https://x}",
    "[{name: A, expires: 2027-01-31}]",
    "[{name: A}]",
    "{language: nb, link: 2}",
];

/// Plans that are good before one of their values changes.
const GOOD: &[&str] = &[
    r#"{"name": "A", "expires": "2027-01-31", "renewal": {"action": "a"}, "check": {"sms": {"to": "1"}}, "cancel": {"action": "a"}, "terms": {"url": "https://x"}, "history": [{"on": "2026-01-01"}]}"#,
    r#"{"name": "A", "renewed": "2026-10-05", "validity": "10 years", "renewal": {"method": "auto-debit"}, "cancel": {"notice": "1 day"}}"#,
    r#"{"name": "A", "expires": "2027-01-31", "renewal": [{"method": "shop", "validity": "1 month"}, {"validity": "1 month"}]}"#,
    r#"{"name": "A", "expires": "2027-01-31", "validity": "3 months", "extends": "from-expiry", "renewal": {"method": "shop"}}"#,
];

/// Why a reader may refuse what the schema takes, in the reader's words: arithmetic, what is in
/// ISO 4217, and how a number was written.
const LET_PASS: &[&str] = &[
    "`0 days` is shorter than a day: allowed from 1 day",
    "`0x10` is not a devices number: allowed 1 to 4294967295",
    "`0x10` is not a link number: allowed 1 to 4294967295",
    "`1.0` is not a devices number: allowed 1 to 4294967295",
    "`1.0` is not a link number: allowed 1 to 4294967295",
    "`1e3` is not a devices number: allowed 1 to 4294967295",
    "`1e3` is not a link number: allowed 1 to 4294967295",
    "`2026-02-29` does not exist: February 2026 has 28 days",
    "`99999999999999999999 days` is too long: allowed up to 9999 years",
    "`XXZ` in `49 XXZ` is not a currency code of ISO 4217",
    "the validity, counted from 9998-12-31, ends after the year 9998",
];

#[test]
fn both_agree_about_any_value_of_any_key() {
    let validator = validator();
    let schema = printed();
    let places = [
        ("", ""),
        ("/calendar", "/definitions/Calendar"),
        ("/plans/0", "/definitions/Plan"),
        ("/plans/0/renewal", "/definitions/Way"),
        ("/plans/0/renewal/0", "/definitions/Way"),
        ("/plans/0/check", "/definitions/Plan/properties/check"),
        ("/plans/0/cancel", "/definitions/Plan/properties/cancel"),
        ("/plans/0/terms", "/definitions/Terms"),
        ("/plans/0/check/sms", "/definitions/Sms"),
        ("/plans/0/history/0", "/definitions/Renewal"),
    ];
    let mut let_pass = BTreeSet::new();
    for plan in GOOD {
        let plan: Value = serde_json::from_str(plan).expect("a plan");
        let good = json!({"calendar": {}, "plans": [plan]});
        for (place, object) in places {
            let is_there = good
                .pointer(place)
                .is_some_and(|value| value.is_object() || place.ends_with("/0"));
            // The other plans differ in what the keys of a plan ask of one another.
            let is_of_plan = place.starts_with("/plans");
            if !is_there || (!is_of_plan && !plan["history"].is_array()) {
                continue;
            }
            let object = schema.pointer(object).expect("an object");
            let keys = object["properties"].as_object().expect("keys").keys();
            for key in keys.map(String::as_str).chain(["zzz"]) {
                let mut changed = good.clone();
                changed.pointer_mut(place).expect("a place")[key] = json!("@@");
                let changed = changed.to_string();
                for value in VALUES {
                    let text = changed.replace("\"@@\"", value);
                    let is_valid =
                        seen(text.as_bytes()).is_some_and(|seen| validator.is_valid(&seen));
                    match Document::read(text.as_bytes()) {
                        Ok(_) => assert!(is_valid, "only the schema refuses {text}"),
                        Err(problems) if is_valid => {
                            let said = problems.list()[0].what.message.clone();
                            assert!(LET_PASS.contains(&said.as_str()), "the schema takes {text}");
                            let_pass.insert(said);
                        }
                        Err(_) => {}
                    }
                }
            }
        }
    }
    assert_eq!(
        let_pass.iter().map(String::as_str).collect::<Vec<_>>(),
        LET_PASS
    );
}
