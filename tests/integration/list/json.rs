//! The list for programs: fields that stay.

use serde_json::{Value, json};

use super::{TODAY, place};
use crate::harness::Place;

fn report(place: &Place, arguments: &[&str]) -> Value {
    let arguments = [&["list", "--json", "--today", TODAY], arguments].concat();
    serde_json::from_str(&place.feed(&arguments)).expect("JSON")
}

#[test]
fn a_plan_has_every_field() {
    let plans = "calendar: {timezone: Europe/Oslo}
plans:
- id: a
  name: A\u{202e}
  provider: P
  number: \"+47 900 00 001\"
  renewed: 2026-08-25
  validity: 3 months
  grace: 10 days
  price: 12.50 EUR
  renewal: [{method: sms, action: Text, sms: {to: \"1933\", text: PÅFYLL}, steps: [One]}]
  tags: [t]
  history: [{on: 2026-08-25, paid: 12.50 EUR, receipt: r.pdf, note: N}]
";
    let place = Place::with("plans.yaml", plans);
    let last = json!({
        "date": "2026-11-18", "event": true, "rings": "2026-11-18T09:00:00+01:00",
        "title": "A\u{202e}: 7 days left (expires 25 Nov 2026)",
    });
    let next = json!({
        "date": "2026-11-28", "event": true, "rings": "2026-11-28T09:00:00+01:00",
        "title": "A\u{202e}: recover it within 7 days (by 5 Dec 2026)",
    });
    let way = json!({
        "method": "sms", "action": "Text", "price": null, "validity": null,
        "url": null, "app": null, "dial": null, "sms": {"to": "1933", "text": "PÅFYLL"},
        "call": null, "steps": ["One"], "until": null,
    });
    let mut expected = json!([{
        "path": "plans.yaml", "name": "plans", "language": "en", "timezone": "Europe/Oslo",
        "today": "2026-11-23",
        "plans": [{
            "id": "a", "name": "A\u{202e}", "path": "plans.yaml", "provider": "P", "number": "…001",
            "tags": ["t"], "state": "working", "status": "2 days left", "due": true,
            "expires": "2026-11-25", "days_left": 2,
            "grace_end": "2026-12-05", "grace_days_left": 12,
            "renews": null, "cancel_by": null, "renewed": "2026-08-25", "ended": null, "terms": null,
            "last_warning": last, "next_warning": next,
            "price": {"amount": "12.50", "currency": "EUR"},
            "renewal": [way],
        }],
        "totals": [{"currency": "EUR", "amount": "50.00", "renewals": 4}],
    }]);
    assert_eq!(report(&place, &[]), expected);
    let title = |text: &str| format!("A\u{202e}{text}");
    expected[0]["plans"][0]["warnings"] = json!([
        last,
        {"date": "2026-11-25", "event": true, "rings": null,
         "title": title(" expires on 25 Nov 2026")},
        {"date": "2026-11-26", "event": true, "rings": null,
         "title": title(" expired yesterday: no renewal recorded")},
        next,
        {"date": "2026-12-05", "event": true, "rings": null,
         "title": title(": last day to recover is 5 Dec 2026")},
        {"date": "2026-12-06", "event": true, "rings": null,
         "title": title(": grace ended yesterday, no renewal recorded")},
    ]);
    expected[0]["plans"][0]["cycles"] = json!([
        {"from": "2026-08-25", "to": "2026-11-25", "kind": "recorded",
         "paid": {"amount": "12.50", "currency": "EUR"}, "receipt": "r.pdf", "note": "N"},
        {"from": "2026-11-23", "to": "2027-02-23", "kind": "today", "paid": null,
         "receipt": null, "note": null},
    ]);
    assert_eq!(report(&place, &["a"]), expected);
}

#[test]
fn every_state_has_its_word() {
    let place = place();
    let report = report(&place, &[]);
    let plans = report[0]["plans"].as_array().expect("plans").iter();
    let states: Vec<Value> = plans
        .map(|plan| {
            json!([
                plan["state"],
                plan["due"],
                plan["days_left"],
                plan["renews"]
            ])
        })
        .collect();
    assert_eq!(
        Value::from(states),
        json!([
            ["grace", true, -22, null],
            ["overdue", true, -1, null],
            ["lost", true, -114, null],
            ["working", true, 1, null],
            ["automatic", false, 158, "2026-11-30"],
            ["ending", false, 43, null],
            ["working", false, 43, null],
            ["working", false, 842, null],
        ])
    );
    let gone = self::report(&place, &["gone"]);
    assert_eq!(gone[0]["plans"][0]["state"], "ended");
    assert_eq!(gone[0]["plans"][0]["status"], "Ended on 2026-01-01");
}

/// The calendar is written for two years; when the automatism ends is known all the same.
#[test]
fn the_end_of_an_automatism_is_known_however_far_it_is() {
    let place = Place::with(
        "plans.yaml",
        "- {id: a, name: A, renewed: 2026-11-08, validity: 1 month, grace: 1 month, renewal: {method: auto-debit, until: 2029-01-10}}\n",
    );
    let report = report(&place, &[]);
    let plan = &report[0]["plans"][0];
    assert_eq!(
        json!([
            plan["expires"],
            plan["days_left"],
            plan["grace_end"],
            plan["due"]
        ]),
        json!(["2029-02-08", 808, "2029-03-08", false])
    );
    let due = |today: &str| {
        let arguments = ["list", "--exit-code", "--today", today];
        place.run(&arguments).code
    };
    assert_eq!((due("2029-01-31"), due("2029-02-01")), (Some(0), Some(4)));
}

/// The help describes every field, and no field that is not there.
#[test]
fn the_help_names_every_field() {
    let place = place();
    let help = place.feed(&["list", "--help"]);
    let fields = |value: &Value| -> Vec<String> {
        let object = value.as_object().expect("an object");
        object.keys().cloned().collect()
    };
    let report = report(&place, &["works"]);
    let file = &report[0];
    let plan = &file["plans"][0];
    let mut names = fields(file);
    for object in [
        plan,
        &file["totals"][0],
        &plan["price"],
        &plan["renewal"][0],
        &plan["warnings"][0],
        &plan["cycles"][0],
    ] {
        names.extend(fields(object));
    }
    assert!(names.len() > 40);
    let section = help.split("JSON:").nth(1).expect("the section");
    let words: Vec<&str> = section
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .collect();
    for name in names {
        assert!(
            words.contains(&name.as_str()),
            "`{name}` is not in the help"
        );
    }
}
