//! Every layout of a plans file before and after a renewal, byte for byte.

use chrono::NaiveDate;
use weekahead::internals::{
    Document, Edit, NewValidity, Period, Price, RenewError, Renewal, hunks, renew,
};

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A renewal on 2026-10-05 of which nothing else is known.
pub(super) fn plain() -> Renewal {
    Renewal {
        on: day("2026-10-05"),
        paid: None,
        receipt: None,
        note: None,
        lasts: None,
        from_expiry: false,
    }
}

fn full() -> Renewal {
    Renewal {
        paid: Some(Price::parse("49 NOK").expect("a price")),
        receipt: Some("receipts/10.pdf".to_owned()),
        ..plain()
    }
}

fn until(text: &str) -> Renewal {
    Renewal {
        lasts: Some(NewValidity::Until(day(text))),
        ..plain()
    }
}

fn lasting(text: &str) -> Renewal {
    let period = Period::parse(text).expect("a length");
    Renewal {
        lasts: Some(NewValidity::For(period, text.to_owned())),
        ..plain()
    }
}

/// Renews the plan with the id `x`, on the day of the renewal.
pub(super) fn renewed<'t>(
    document: &Document<'t>,
    renewal: &Renewal,
) -> Result<Edit<'t>, RenewError> {
    let plans = &document.list().plans;
    let index = plans.iter().position(|plan| plan.id == "x");
    renew(document, index.expect("the plan x"), renewal, renewal.on)
}

/// The lines that differ, as a diff has them, checked to make the one text of the other.
fn check(before: &str, after: &str, renewal: &Renewal, why: &str) {
    let document =
        Document::read(before.as_bytes()).unwrap_or_else(|problems| panic!("{why}: {problems:?}"));
    let edit = renewed(&document, renewal).unwrap_or_else(|unable| panic!("{why}: {unable:?}"));
    assert_eq!(edit.text, after, "{why}");
    // What was proved of pieces is true of the whole.
    let again =
        Document::read(after.as_bytes()).unwrap_or_else(|problems| panic!("{why}: {problems:?}"));
    for (old, new) in document.list().plans.iter().zip(&again.list().plans) {
        let expected = if old.id == "x" { &edit.plan } else { old };
        assert_eq!(new, expected, "{why}");
    }
    super::diffs::check(
        before,
        &edit.text,
        &hunks(before, &edit.text, &edit.splices),
    );
}

#[test]
fn a_history_grows_in_the_style_that_is_there() {
    for (why, before, after) in [
        (
            "a block list of mappings in brackets",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history: # mine\n    - {on: 2026-07-05} # first\n    # end\n\n- {name: Y, expires: 2027-01-31}\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history: # mine\n    - {on: 2026-07-05} # first\n    - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n    # end\n\n- {name: Y, expires: 2027-01-31}\n",
        ),
        (
            "a block list of block mappings, quotes and gaps of its own",
            "- id: x\n  name: X\n  renewed: '2026-07-05'\n  validity: 3 months\n  history:\n  -   on: '2026-07-05'\n      paid: \"49 NOK\"\n      note: |\n        Two\n        lines\n# next\n- {name: Y, expires: 2027-01-31}\n",
            "- id: x\n  name: X\n  renewed: '2026-10-05'\n  validity: 3 months\n  history:\n  -   on: '2026-07-05'\n      paid: \"49 NOK\"\n      note: |\n        Two\n        lines\n  -   on: '2026-10-05'\n      paid: \"49 NOK\"\n      receipt: receipts/10.pdf\n# next\n- {name: Y, expires: 2027-01-31}\n",
        ),
        (
            "a list in brackets, spaces inside its mappings",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history: [{ on: 2026-07-05 }] # all\n  notes: n\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history: [{ on: 2026-07-05 }, { on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf }] # all\n  notes: n\n",
        ),
        (
            "a list in brackets, one mapping a line, a comma at the end",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history: [\n    {on: 2026-07-05}, # first, of all\n  ]\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history: [\n    {on: 2026-07-05}, # first, of all\n    {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf},\n  ]\n",
        ),
        (
            "a list in brackets, one mapping a line, no comma at the end",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history: [\n    {on: 2026-07-05} # first, of all\n  ]\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history: [\n    {on: 2026-07-05}, # first, of all\n    {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n  ]\n",
        ),
        (
            "the bracket behind the last mapping",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history: [\n    {on: 2026-07-05}]\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history: [\n    {on: 2026-07-05},\n    {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}]\n",
        ),
        (
            "newest first",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history:\n    - {on: 2026-07-05}\n    - {on: 2026-04-05}\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history:\n    - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n    - {on: 2026-07-05}\n    - {on: 2026-04-05}\n",
        ),
        (
            "newest first, in brackets",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history: [{on: 2026-07-05}, {on: 2026-04-05}]\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history: [{on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}, {on: 2026-07-05}, {on: 2026-04-05}]\n",
        ),
        (
            "an empty list: with the renewal before",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history: [] # none\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history: [{on: 2026-07-05}, {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}] # none\n",
        ),
        (
            "a plan in brackets",
            "# all\n- {id: x, name: X, renewed: \"2026-07-05\", validity: 3 months} # short\n- {name: Y, expires: 2027-01-31}\n",
            "# all\n- {id: x, name: X, renewed: \"2026-10-05\", validity: 3 months, history: [{on: \"2026-07-05\"}, {on: \"2026-10-05\", paid: 49 NOK, receipt: receipts/10.pdf}]} # short\n- {name: Y, expires: 2027-01-31}\n",
        ),
        (
            "a plan in brackets over several lines",
            "- {\n    id: x, name: X,\n    renewed: 2026-07-05,\n    validity: 3 months, # enough\n  }\n",
            "- {\n    id: x, name: X,\n    renewed: 2026-10-05,\n    validity: 3 months, # enough\n    history: [{on: 2026-07-05}, {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}],\n  }\n",
        ),
        (
            "everything in brackets",
            "{calendar: {name: C}, plans: [{id: x, name: X, renewed: 2026-07-05, validity: 3 months, history: [{on: 2026-07-05}]}]}",
            "{calendar: {name: C}, plans: [{id: x, name: X, renewed: 2026-10-05, validity: 3 months, history: [{on: 2026-07-05}, {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}]}]}",
        ),
        (
            "JSON",
            "[{\"id\": \"x\", \"name\": \"X\", \"renewed\": \"2026-07-05\", \"validity\": \"3 months\", \"history\": [{\"on\": \"2026-07-05\", \"paid\": \"49 NOK\", \"receipt\": \"a\"}]}]\n",
            "[{\"id\": \"x\", \"name\": \"X\", \"renewed\": \"2026-10-05\", \"validity\": \"3 months\", \"history\": [{\"on\": \"2026-07-05\", \"paid\": \"49 NOK\", \"receipt\": \"a\"}, {\"on\": \"2026-10-05\", \"paid\": \"49 NOK\", \"receipt\": \"receipts/10.pdf\"}]}]\n",
        ),
        (
            "CR LF, and no line break at the end",
            "# å\r\n- id: x\r\n  name: 漢字\r\n  renewed: 2026-07-05 # 充值\r\n  validity: 3 months",
            "# å\r\n- id: x\r\n  name: 漢字\r\n  renewed: 2026-10-05 # 充值\r\n  validity: 3 months\r\n  history:\r\n    - {on: 2026-07-05}\r\n    - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}",
        ),
        (
            "one CR a line",
            "- id: x\r  name: X\r  renewed: 2026-07-05\r  validity: 3 months\r  history:\r  - {on: 2026-07-05}\r- {name: Y, expires: 2027-01-31}\r",
            "- id: x\r  name: X\r  renewed: 2026-10-05\r  validity: 3 months\r  history:\r  - {on: 2026-07-05}\r  - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\r- {name: Y, expires: 2027-01-31}\r",
        ),
        (
            "a history in the style of the list above",
            "plans:\n  - id: x\n    name: X\n    renewed: 2026-07-05\n    validity: 3 months\n    tags:\n    - a\n    - b   # last\n  # about Y\n  - {name: Y, expires: 2027-01-31}\n",
            "plans:\n  - id: x\n    name: X\n    renewed: 2026-10-05\n    validity: 3 months\n    tags:\n    - a\n    - b   # last\n    history:\n    - {on: 2026-07-05}\n    - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n  # about Y\n  - {name: Y, expires: 2027-01-31}\n",
        ),
        (
            "a history in the style of another plan's",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n\n\n- name: Y\n  expires: 2027-01-31\n  history:\n     - on: \"2026-01-31\"\n       receipt: 'a'\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history:\n     - on: \"2026-07-05\"\n     - on: \"2026-10-05\"\n       paid: 49 NOK\n       receipt: 'receipts/10.pdf'\n\n\n- name: Y\n  expires: 2027-01-31\n  history:\n     - on: \"2026-01-31\"\n       receipt: 'a'\n",
        ),
        (
            "notes last that keep the blank lines behind them, a comment of the next plan",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  notes: |+\n    one\n      two\n\n    # not a comment\n\n# about Y\n- {name: Y, expires: 2027-01-31}\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history:\n    - {on: 2026-07-05}\n    - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n  notes: |+\n    one\n      two\n\n    # not a comment\n\n# about Y\n- {name: Y, expires: 2027-01-31}\n",
        ),
        (
            "the keys a line below the dash",
            "-\n  name: X\n  id: x\n  renewed: 2026-07-05\n  validity: 3 months\n-\n  name: Y\n  expires: 2027-01-31\n",
            "-\n  name: X\n  id: x\n  renewed: 2026-10-05\n  validity: 3 months\n  history:\n    - {on: 2026-07-05}\n    - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n-\n  name: Y\n  expires: 2027-01-31\n",
        ),
        (
            "anchors, aliases and merges elsewhere, and an anchor that nothing refers to",
            "plans:\n  - &base\n    name: Y\n    expires: 2027-01-31\n    tags: &tags [a]\n  - id: x\n    name: X\n    tags: *tags\n    renewed: &d 2026-07-05\n    validity: 3 months\n  - <<: *base\n    name: Z\n",
            "plans:\n  - &base\n    name: Y\n    expires: 2027-01-31\n    tags: &tags [a]\n  - id: x\n    name: X\n    tags: *tags\n    renewed: &d 2026-10-05\n    validity: 3 months\n    history:\n      - {on: 2026-07-05}\n      - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n  - <<: *base\n    name: Z\n",
        ),
        (
            "a plan with something merged in that is not changed",
            "- &base {name: Y, expires: 2027-01-31, tags: [a]}\n- <<: *base\n  id: x\n  name: X\n  expires: 2027-01-31\n  validity: 3 months\n",
            "- &base {name: Y, expires: 2027-01-31, tags: [a]}\n- <<: *base\n  id: x\n  name: X\n  expires: 2027-01-05\n  validity: 3 months\n  history:\n    - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n",
        ),
        (
            "tags, explicit keys and a document's marks",
            "--- # plans\n- ? id\n  : x\n  name: X\n  renewed: !!str 2026-07-05\n  validity: 3 months\n  history: !!seq\n  - {on: 2026-07-05}\n...\n",
            "--- # plans\n- ? id\n  : x\n  name: X\n  renewed: !!str 2026-10-05\n  validity: 3 months\n  history: !!seq\n  - {on: 2026-07-05}\n  - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n...\n",
        ),
        (
            "a date in a block",
            "- id: x\n  name: X\n  renewed: >-\n    2026-07-05\n  # c\n  validity: 3 months\n  history: [{on: 2026-07-05}]\n",
            "- id: x\n  name: X\n  renewed: >-\n    2026-10-05\n  # c\n  validity: 3 months\n  history: [{on: 2026-07-05}, {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}]\n",
        ),
        (
            "a value on its own line",
            "- id: x\n  name: X\n  renewed:\n    2026-07-05\n  validity:   3 months\n  history:\n\n    -\n      on: 2026-07-05\n\n\n",
            "- id: x\n  name: X\n  renewed:\n    2026-10-05\n  validity:   3 months\n  history:\n\n    -\n      on: 2026-07-05\n    - on: 2026-10-05\n      paid: 49 NOK\n      receipt: receipts/10.pdf\n\n\n",
        ),
    ] {
        check(before, after, &full(), why);
    }
}

#[test]
fn dates_move_as_the_plan_says() {
    for (why, renewal, before, after) in [
        (
            "counted from the renewal",
            plain(),
            "{id: x, name: X, renewed: 2026-07-05, validity: 3 months, history: [{on: 2026-07-05}]}",
            "{id: x, name: X, renewed: 2026-10-05, validity: 3 months, history: [{on: 2026-07-05}, {on: 2026-10-05}]}",
        ),
        (
            "another validity from now on",
            lasting("100 days"),
            "{id: x, name: X, renewed: 2026-07-05, validity: '3 months', history: [{on: 2026-07-05}]}",
            "{id: x, name: X, renewed: 2026-10-05, validity: '100 days', history: [{on: 2026-07-05}, {on: 2026-10-05}]}",
        ),
        (
            "a date instead of a validity",
            until("2027-02-01"),
            "{id: x, name: X, renewed: 2026-07-05, \"validity\": '3 months', history: [{on: 2026-07-05}]}",
            "{id: x, name: X, renewed: 2026-10-05, \"expires\": '2027-02-01', history: [{on: 2026-07-05}, {on: 2026-10-05}]}",
        ),
        (
            "from the day of the renewal",
            plain(),
            "{id: x, name: X, expires: 2026-10-20, validity: 1 year}",
            "{id: x, name: X, expires: 2027-10-05, validity: 1 year, history: [{on: 2026-10-05}]}",
        ),
        (
            "from the old expiry, as the plan says",
            plain(),
            "{id: x, name: X, expires: 2026-10-20, validity: 1 year, extends: from-expiry}",
            "{id: x, name: X, expires: 2027-10-20, validity: 1 year, extends: from-expiry, history: [{on: 2026-10-05}]}",
        ),
        (
            "from the old expiry, as the command says",
            Renewal {
                from_expiry: true,
                ..plain()
            },
            "{id: x, name: X, expires: 2026-10-20, validity: 1 year}",
            "{id: x, name: X, expires: 2027-10-20, validity: 1 year, history: [{on: 2026-10-05}]}",
        ),
        (
            "another validity, from the old expiry",
            lasting("2 years"),
            "{id: x, name: X, expires: 2026-10-20, validity: 1 year, extends: from-expiry}",
            "{id: x, name: X, expires: 2028-10-20, validity: 2 years, extends: from-expiry, history: [{on: 2026-10-05}]}",
        ),
        (
            "a length for this once, where the plan has none",
            lasting("10 years"),
            "{id: x, name: X, expires: 2026-10-20}",
            "{id: x, name: X, expires: 2036-10-05, history: [{on: 2026-10-05}]}",
        ),
        (
            "a day, and a renewal that only records when",
            until("2036-03-14"),
            "{id: x, name: X, expires: 2026-10-20, renewed: 2016-10-21}",
            "{id: x, name: X, expires: 2036-03-14, renewed: 2026-10-05, history: [{on: 2016-10-21}, {on: 2026-10-05}]}",
        ),
        (
            "what renews by itself keeps its anchor",
            plain(),
            "{id: x, name: X, renewed: 2026-08-31, validity: 1 month, renewal: {method: auto-debit}}",
            "{id: x, name: X, renewed: 2026-08-31, validity: 1 month, renewal: {method: auto-debit}, history: [{on: 2026-08-31}, {on: 2026-10-05}]}",
        ),
        (
            "the anchor itself is a payment",
            plain(),
            "{id: x, name: X, renewed: 2026-10-05, validity: 1 month, renewal: {method: auto-debit}}",
            "{id: x, name: X, renewed: 2026-10-05, validity: 1 month, renewal: {method: auto-debit}, history: [{on: 2026-10-05}]}",
        ),
        (
            "its last date is a payment, too, though its `until` has passed",
            plain(),
            "{id: x, name: X, renewed: 2026-08-05, validity: 1 month, renewal: {method: auto-debit, until: 2026-10-05}}",
            "{id: x, name: X, renewed: 2026-08-05, validity: 1 month, renewal: {method: auto-debit, until: 2026-10-05}, history: [{on: 2026-08-05}, {on: 2026-10-05}]}",
        ),
        (
            "what has renewed by itself for the last time is renewed as any other",
            plain(),
            "{id: x, name: X, renewed: 2026-08-31, validity: 1 month, renewal: {method: auto-debit, until: 2026-10-30}}",
            "{id: x, name: X, renewed: 2026-10-05, validity: 1 month, renewal: {method: auto-debit, until: 2026-10-30}, history: [{on: 2026-08-31}, {on: 2026-10-05}]}",
        ),
        (
            "and for another length",
            lasting("2 years"),
            "{id: x, name: X, renewed: 2025-08-31, validity: 1 month, renewal: {method: auto-debit, until: 2025-10-30}}",
            "{id: x, name: X, renewed: 2026-10-05, validity: 2 years, renewal: {method: auto-debit, until: 2025-10-30}, history: [{on: 2025-08-31}, {on: 2026-10-05}]}",
        ),
        (
            "and to a day, with the length that an automatism needs",
            until("2036-03-14"),
            "{id: x, name: X, renewed: 2025-08-31, validity: 1 month, renewal: {method: auto-debit, until: 2025-10-30}}",
            "{id: x, name: X, expires: 2036-03-14, validity: 1 month, renewal: {method: auto-debit, until: 2025-10-30}, history: [{on: 2025-08-31}, {on: 2026-10-05}]}",
        ),
        (
            "and with a date of its own",
            plain(),
            "{id: x, name: X, expires: 2026-07-31, validity: 1 month, renewal: {method: auto-debit, until: 2026-09-15}}",
            "{id: x, name: X, expires: 2026-11-05, validity: 1 month, renewal: {method: auto-debit, until: 2026-09-15}, history: [{on: 2026-10-05}]}",
        ),
        (
            "and from the expiry that nothing renewed, counted from the first",
            plain(),
            "{id: x, name: X, expires: 2026-07-31, validity: 1 month, extends: from-expiry, renewal: {method: auto-debit, until: 2026-09-15}}",
            "{id: x, name: X, expires: 2026-10-31, validity: 1 month, extends: from-expiry, renewal: {method: auto-debit, until: 2026-09-15}, history: [{on: 2026-10-05}]}",
        ),
    ] {
        check(
            &format!("- {before}\n"),
            &format!("- {after}\n"),
            &renewal,
            why,
        );
    }
}

#[test]
fn a_renewal_that_only_its_date_tells_of_is_kept() {
    for (why, renewal, before, after) in [
        (
            "the history ends before it",
            plain(),
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history:\n    - {on: 2026-04-05}\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history:\n    - {on: 2026-04-05}\n    - {on: 2026-07-05}\n    - {on: 2026-10-05}\n",
        ),
        (
            "newest first",
            plain(),
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history:\n    - {on: 2026-04-05}\n    - {on: 2026-01-05}\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history:\n    - {on: 2026-10-05}\n    - {on: 2026-07-05}\n    - {on: 2026-04-05}\n    - {on: 2026-01-05}\n",
        ),
        (
            "newest first, in brackets, with a date of its own",
            until("2036-03-14"),
            "- {id: x, name: X, expires: 2026-10-20, renewed: 2026-07-05, history: [{on: 2026-04-05}, {on: 2026-01-05}]}\n",
            "- {id: x, name: X, expires: 2036-03-14, renewed: 2026-10-05, history: [{on: 2026-10-05}, {on: 2026-07-05}, {on: 2026-04-05}, {on: 2026-01-05}]}\n",
        ),
        (
            "its date gives way",
            until("2036-03-14"),
            "- {id: x, name: X, renewed: 2026-07-05, validity: 3 months, history: [{on: 2026-04-05}]}\n",
            "- {id: x, name: X, renewed: 2026-10-05, expires: 2036-03-14, history: [{on: 2026-04-05}, {on: 2026-07-05}, {on: 2026-10-05}]}\n",
        ),
        (
            "an anchor stays where it is",
            plain(),
            "- {id: x, name: X, renewed: 2026-07-05, validity: 1 month, renewal: {method: auto-debit}, history: [{on: 2026-08-05}]}\n",
            "- {id: x, name: X, renewed: 2026-07-05, validity: 1 month, renewal: {method: auto-debit}, history: [{on: 2026-08-05}, {on: 2026-10-05}]}\n",
        ),
    ] {
        check(before, after, &renewal, why);
    }
}

#[test]
fn blank_lines_that_a_text_keeps_stay_in_it() {
    for (why, before, after) in [
        (
            "the last key of the last plan",
            "- id: x\n  name: X\n  expires: 2026-10-20\n  notes: |+\n    x\n\n\n",
            "- id: x\n  name: X\n  expires: 2036-03-14\n  history:\n    - {on: 2026-10-05}\n  notes: |+\n    x\n\n\n",
        ),
        (
            "a text inside of the last key, its indent in the header, a comment behind that",
            "- id: x\n  name: X\n  expires: 2026-10-20\n  support:\n    call: >2+ # folded\n      1\n\n- {name: Y, expires: 2027-01-31}\n",
            "- id: x\n  name: X\n  expires: 2036-03-14\n  history:\n    - {on: 2026-10-05}\n  support:\n    call: >2+ # folded\n      1\n\n- {name: Y, expires: 2027-01-31}\n",
        ),
        (
            "a text that keeps none",
            "- id: x\n  name: X\n  expires: 2026-10-20\n  notes: |\n    x +\n\n\n",
            "- id: x\n  name: X\n  expires: 2036-03-14\n  notes: |\n    x +\n  history:\n    - {on: 2026-10-05}\n\n\n",
        ),
    ] {
        check(before, after, &until("2036-03-14"), why);
    }
}

#[test]
fn the_31st_does_not_drift_to_the_28th() {
    for (validity, expires, dates) in [
        (
            "1 month",
            "2026-01-31",
            vec![
                "2026-02-28",
                "2026-03-31",
                "2026-04-30",
                "2026-05-31",
                "2026-06-30",
                "2026-07-31",
            ],
        ),
        (
            "1 month",
            "2026-01-30",
            vec!["2026-02-28", "2026-03-30", "2026-04-30"],
        ),
        // A 28th that was always one stays one.
        ("1 month", "2026-02-28", vec!["2026-03-28", "2026-04-28"]),
        (
            "1 year",
            "2024-02-29",
            vec![
                "2025-02-28",
                "2026-02-28",
                "2027-02-28",
                "2028-02-29",
                "2029-02-28",
            ],
        ),
        ("90 days", "2026-01-31", vec!["2026-05-01", "2026-07-30"]),
    ] {
        let mut text = format!(
            "- id: x\n  name: X\n  expires: {expires}\n  validity: {validity}\n  extends: from-expiry\n"
        );
        let mut on = day("2026-01-20");
        for date in dates {
            let renewal = Renewal { on, ..plain() };
            let document = Document::read(text.as_bytes()).expect("a list");
            let edit = renewed(&document, &renewal).expect("a renewal");
            assert_eq!(edit.plan.expiry.day().to_string(), date, "{text}");
            let next = edit.text;
            drop(document);
            text = next;
            on = on.succ_opt().expect("a day");
        }
        // A date that was changed by hand counts as it stands.
        let by_hand = "- {id: x, name: X, expires: 2026-03-27, validity: 1 month, extends: from-expiry, history: [{on: 2026-02-01, from: 2026-01-31}]}\n";
        let document = Document::read(by_hand.as_bytes()).expect("a list");
        let edit = renewed(&document, &plain()).expect("a renewal");
        assert_eq!(edit.plan.expiry.day().to_string(), "2026-04-27");
    }
}

#[test]
fn what_stands_elsewhere_is_for_hands() {
    for (why, text, message) in [
        (
            "an aliased date",
            "- {name: Y, expires: &d 2026-07-05}\n- {id: x, name: X, renewed: *d, validity: 3 months}\n",
            "`renewed` of `x` is an alias: a change where it stands would change other values",
        ),
        (
            "an anchored date that another plan has",
            "- {id: x, name: X, renewed: &d 2026-07-05, validity: 3 months}\n- {name: Y, expires: *d}\n",
            "this plan cannot be changed without changing something else as well",
        ),
        (
            "a merged date",
            "- &b {name: Y, renewed: 2026-07-05, validity: 3 months}\n- {<<: *b, id: x, name: X}\n",
            "`renewed` of `x` comes with `<<`: a change where it stands would change other plans",
        ),
        (
            "a plan that is merged into another",
            "- &b {id: x, name: X, renewed: 2026-07-05, validity: 3 months}\n- {<<: *b, id: y, name: Y}\n",
            "this plan cannot be changed without changing something else as well",
        ),
        (
            "a note that keeps the blank lines behind it, where the next entry would stand",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history:\n    - on: 2026-07-05\n      note: |+\n        N\n\n",
            "`history` of `x` is written in a way that is not changed",
        ),
        (
            "an aliased history",
            "- {name: Y, expires: 2027-07-05, history: &h [{on: 2026-07-05}]}\n- {id: x, name: X, renewed: 2026-07-05, validity: 3 months, history: *h}\n",
            "`history` of `x` is an alias: a change where it stands would change other values",
        ),
    ] {
        let document = Document::read(text.as_bytes())
            .unwrap_or_else(|problems| panic!("{why}: {problems:?}"));
        match renewed(&document, &full()) {
            Err(RenewError::ByHand(finding, lines)) => {
                assert_eq!(finding.what.message, message, "{why}");
                assert_eq!(lines[0], "renewed: 2026-10-05", "{why}");
                assert_eq!(
                    lines.last().map(String::as_str),
                    Some("  - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}"),
                    "{why}"
                );
            }
            other => panic!("{why}: {other:?}"),
        }
    }
}
